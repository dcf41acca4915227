"""Problem details (RFC 9457) of errors: one shape, one place."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

import msgspec
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from server.core.wording import LANGUAGES, Wording
from server.errors import TRY_AGAIN, TRY_AGAIN_LATER, AudienceError, TrainingDataError, error_texts
from server.logs import where
from server.operations import Operation
from server.texts import in_english, to_say
from server.web.answers.shape import FoundColumn, Problem, answered

log = logging.getLogger(__name__)

SPREADSHEET = "spreadsheet_id"
"""Under this name `flask.g` holds the spreadsheet that a call is about, once its signature is checked."""
TYPE_PREFIX = "urn:audience-targeting:problem:"
_UNFORESEEN = (
    "internal",
    AudienceError.title,
    to_say("The service met a problem of its own; it is in its log."),
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
    columns: Sequence[object] = (),
) -> Response:
    """Return a problem as an answer."""
    body = Problem(
        type=TYPE_PREFIX + kind,
        title=str(title),  # a text to translate is none that JSON knows
        status=status,
        detail=str(detail),
        hint=str(hint),
        retryable=retryable,
        columns=[answered(column, FoundColumn) for column in columns],
    )
    response = Response(
        msgspec.json.encode(body, enc_hook=in_english), status, mimetype="application/problem+json"
    )
    if retry_after_seconds is not None:
        response.headers["Retry-After"] = str(retry_after_seconds)
    return response


def recorded(operation: Operation) -> Response:
    """Return the problem of a long call that failed, again: its record holds it."""
    record = operation.problem or {}
    kind = record.get("type", _UNFORESEEN[0])
    error = next((error for error in kinds_of_errors() if kind_of(error) == kind), AudienceError)
    return problem(
        error.status,
        kind,
        record.get("title", _UNFORESEEN[1]),
        record.get("detail", operation.message),
        hint=record.get("hint", ""),
        retryable=error.retryable,
    )


def kinds_of_errors(root: type[AudienceError] = AudienceError) -> Iterator[type[AudienceError]]:
    """Yield the classes of the errors in errors.py, each before those that it is the base of.

    Those that a command defines for itself are no answers of the service.
    """
    yield root
    for subclass in root.__subclasses__():
        if subclass.__module__ == AudienceError.__module__:
            yield from kinds_of_errors(subclass)


def kind_of(error: type[AudienceError]) -> str:
    """Return the name of an error as in `type`.

    >>> kind_of(AudienceError)
    'audience'
    """
    return error("").kind


def register(app: Flask, wording_of: Callable[[str, str], Wording]) -> None:
    """Have the application answer every error as a problem.

    Parameters
    ----------
    wording_of
        Returns how a spreadsheet is answered, or a language where the spreadsheet was not read yet.
    """

    def say() -> Callable[[str], str]:
        return wording_of(g.get(SPREADSHEET, ""), _language()).say

    @app.errorhandler(AudienceError)
    def ours(error: AudienceError) -> Response:
        words = error_texts(error, say(), _call())
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
            words.title,
            words.detail,
            hint=words.hint,
            retryable=error.retryable,
            retry_after_seconds=error.retry_after_seconds,
            columns=error.columns if isinstance(error, TrainingDataError) else (),
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
        hint = TRY_AGAIN_LATER.get(_call(), TRY_AGAIN)
        return problem(500, kind, say()(title), say()(detail), hint=say()(hint), retryable=True)


def _call() -> str:
    """Return the call that is answered, as a body names it."""
    return request.path.removeprefix("/v1/")


def _language() -> str:
    """Return the language that the add-on asks for, "" for English: an error may come before any locale is read."""
    return request.accept_languages.best_match(["en", *LANGUAGES], "en").replace("en", "")
