"""Errors as problem details (RFC 9457): one shape, one place."""

from __future__ import annotations

import logging

import msgspec
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from server.errors import AudienceError

log = logging.getLogger(__name__)

TYPE_PREFIX = "urn:audience-targeting:problem:"


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
    body = {
        "type": TYPE_PREFIX + kind,
        "title": title,
        "status": status,
        "detail": detail,
        "hint": hint,
        "retryable": retryable,
    }
    response = Response(msgspec.json.encode(body), status, mimetype="application/problem+json")
    if retry_after_seconds is not None:
        response.headers["Retry-After"] = str(retry_after_seconds)
    return response


def register(app: Flask) -> None:
    """Have the application answer every error as a problem."""

    @app.errorhandler(AudienceError)
    def ours(error: AudienceError) -> Response:
        if error.status >= 500:
            log.warning("%s: %s", error.kind, error.title)
        return problem(
            error.status,
            error.kind,
            error.title,
            error.detail,
            hint=error.hint,
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
        log.exception("an error that nobody foresaw: %s", type(error).__name__)
        return problem(
            500,
            "internal",
            "The service met a problem",
            "The service met a problem of its own; it is in its log.",
            hint="Nothing is lost: rows that wait are scored at the next edit or within the hour.",
            retryable=True,
        )
