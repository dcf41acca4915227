"""Values that google.script.run carries, and its refusals."""

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
        problems = (illegal(element, str(index)) for index, element in enumerate(value))
        return next((problem for problem in problems if problem is not None), None)
    if isinstance(value, dict):
        if "$illegal" in value:
            return place
        problems = (illegal(element, name) for name, element in value.items())
        return next((problem for problem in problems if problem is not None), None)
    return None
