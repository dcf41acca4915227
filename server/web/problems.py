"""Errors as problem details (RFC 9457): one shape, one place."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from server.errors import TRY_AGAIN, TRY_AGAIN_LATER, AudienceError, way_out
from server.logs import where
from server.operations import Operation
from server.web.answers import Problem

log = logging.getLogger(__name__)

TYPE_PREFIX = "urn:audience-targeting:problem:"
_UNFORESEEN = (
    "internal",
    "The service met a problem",
    "The service met a problem of its own; it is in its log.",
)


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    hint: str = "",
    retryable: bool = False,
    retry_after_seconds: int | None = None,
) -> Response:
    """Return a problem as an answer."""
    body = Problem(
        type=TYPE_PREFIX + kind, title=title, status=status, detail=detail, hint=hint, retryable=retryable
    )
    response = Response(msgspec.json.encode(body), status, mimetype="application/problem+json")
    if retry_after_seconds is not None:
        response.headers["Retry-After"] = str(retry_after_seconds)
    return response


def recorded(operation: Operation) -> Response:
    """Return the problem of a long call that failed, again: its record holds it."""
    told = operation.problem or {}
    kind = told.get("type", _UNFORESEEN[0])
    error = next((each for each in kinds_of_errors() if kind_of(each) == kind), AudienceError)
    return problem(
        error.status,
        kind,
        told.get("title", _UNFORESEEN[1]),
        told.get("detail", operation.message),
        hint=told.get("hint", ""),
        retryable=error.retryable,
    )


def kinds_of_errors(root: type[AudienceError] = AudienceError) -> Iterator[type[AudienceError]]:
    """Yield the classes of the errors in errors.py, each before those that it is the base of.

    Those that a command defines for itself are no answers of the service.
    """
    yield root
    for each in root.__subclasses__():
        if each.__module__ == AudienceError.__module__:
            yield from kinds_of_errors(each)


def kind_of(error: type[AudienceError]) -> str:
    """Return the name of an error as it stands in `type`.

    >>> kind_of(AudienceError)
    'audience'
    """
    return error("").kind


def register(app: Flask) -> None:
    """Have the application answer every error as a problem."""

    @app.errorhandler(AudienceError)
    def ours(error: AudienceError) -> Response:
        log.log(
            logging.WARNING if error.status >= 500 else logging.INFO,
            "answered %d, %s: %s",
            error.status,
            error.kind,
            error.title,
        )
        return problem(
            error.status,
            error.kind,
            error.title,
            error.detail,
            hint=way_out(error, _call()),
            retryable=error.retryable,
            retry_after_seconds=error.retry_after_seconds,
        )

    @app.errorhandler(HTTPException)
    def theirs(error: HTTPException) -> Response:
        status = error.code or 500
        response = problem(status, f"http-{status}", error.name, error.description or error.name)
        for name, value in error.get_headers():
            if name == "Allow":
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        log.error("an error that nobody foresaw: %s at %s", type(error).__name__, where(error))
        kind, title, detail = _UNFORESEEN
        return problem(
            500,
            kind,
            title,
            detail,
            hint=TRY_AGAIN_LATER.get(_call(), TRY_AGAIN),
            retryable=True,
        )


def _call() -> str:
    """Return the call that is answered, as a body names it."""
    return request.path.removeprefix("/v1/")
