"""Refusals as Drive words and shapes them."""

from __future__ import annotations

from typing import Any

from sheets_standin.sheets_api.errors import ApiError

Json = dict[str, Any]


def refusal(code: int, message: str, reason: str, location: str = "", status: str = "") -> ApiError:
    """Return an error as Drive has it: with `errors`, and without `status` but for authentication."""
    entry = {"message": message, "domain": "global", "reason": reason}
    if location:
        entry |= {"location": location, "locationType": "parameter"}
    return DriveError(code, message, [entry], status)


class DriveError(ApiError):
    """A refusal of Drive's."""

    def __init__(self, code: int, message: str, errors: list[dict[str, Any]], status: str = "") -> None:
        super().__init__(code, message)
        self.errors = errors
        self.status = status

    def body(self) -> Json:
        """Return the error as Google's JSON has it."""
        error: Json = {"code": self.code, "message": self.message, "errors": self.errors}
        return {"error": error | ({"status": self.status} if self.status else {})}
