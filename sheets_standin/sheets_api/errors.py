"""Refusals in Google's words and shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}

UNREGISTERED = (
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or "
    "other form of API consumer identity to call this API."
)
NO_PERMISSION = "The caller does not have permission"
NOT_FOUND = "Requested entity was not found."
PROTECTED = (
    "You are trying to edit a protected cell or object. "
    "Please contact the spreadsheet owner to remove protection if you need to edit."
)


class ApiError(Exception):
    """An answer that is not a success.

    Parameters
    ----------
    code
        HTTP status.
    message
        In Google's words.
    """

    def __init__(self, code: int, message: str, details: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    def body(self) -> dict[str, Any]:
        """Return the error as Google's JSON has it."""
        error: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "status": _STATUS.get(self.code, "UNKNOWN"),
        }
        if self.details:
            error["details"] = self.details
        return {"error": error}


def invalid(message: str) -> ApiError:
    """Return a 400."""
    return ApiError(400, message)


def violations(problems: Sequence[tuple[str, str]]) -> ApiError:
    """Return a 400 for things that cannot be read: path (empty for the whole body) and text of each."""
    details = [
        ({"field": path} if path else {}) | {"description": description} for path, description in problems
    ]
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": details}
    return ApiError(400, "\n".join(text for _, text in problems), [detail])


def unsupported(what: str) -> ApiError:
    """Return a 501: the stand-in never guesses."""
    return ApiError(501, f"The local stand-in does not support {what}.")
