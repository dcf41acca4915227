"""What google.script.run carries, and how it says no."""

from __future__ import annotations

from typing import Any

NOT_AUTHORIZED = (
    "Authorization is required to perform that action. Please run the script again to authorize it."
)


def refused(name: str, message: str) -> dict[str, Any]:
    """Return the answer to a call that failed."""
    return {"ok": False, "error": {"name": name, "message": message}}


def illegal(value: Any, place: str) -> str | None:
    """Return the place of the first thing that google.script.run does not carry."""
    if isinstance(value, list):
        found = (illegal(each, str(index)) for index, each in enumerate(value))
        return next((each for each in found if each is not None), None)
    if isinstance(value, dict):
        if "$illegal" in value:
            return place
        found = (illegal(each, name) for name, each in value.items())
        return next((each for each in found if each is not None), None)
    return None
