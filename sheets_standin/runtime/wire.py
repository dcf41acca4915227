"""Values on their way between the Node child and Python, and the errors that cross with them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class ScriptError(Exception):
    """An error that a service throws into the script.

    Parameters
    ----------
    message
        In Google's words.
    name
        What the script sees as the error's name.
    """

    def __init__(self, message: str, name: str = "Exception") -> None:
        super().__init__(message)
        self.message = message
        self.name = name


class NotSupported(ScriptError):
    """Google has it, the stand-in does not: it says so and guesses nothing."""

    def __init__(self, what: str) -> None:
        super().__init__(f"not supported by the local stand-in: {what}")


@dataclass(frozen=True, slots=True)
class Enumerated:
    """A value of one of Google's enumerations."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Date:
    """A JavaScript Date: milliseconds since 1970, NaN for an invalid one."""

    milliseconds: float

    @property
    def moment(self) -> dt.datetime:
        """The same, aware."""
        if math.isnan(self.milliseconds):
            raise ScriptError("Invalid date", "RangeError")
        return dt.datetime.fromtimestamp(self.milliseconds / 1000, dt.UTC)

    @classmethod
    def at(cls, moment: dt.datetime) -> Date:
        """Return the Date of an aware moment."""
        return cls(round(moment.timestamp() * 1000))


class Undefined:
    """JavaScript's undefined."""

    _only: Undefined | None = None

    def __new__(cls) -> Undefined:
        cls._only = cls._only or super().__new__(cls)
        return cls._only

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"


class Function:
    """A function, which no service takes."""


UNDEFINED = Undefined()
FUNCTION = Function()


class ServiceObject:
    """Anything of Google's that a script holds.

    Attributes
    ----------
    js
        Its class as Apps Script's messages name it.
    """

    js = ""


def decoded(value: Any, held: Callable[[Any], ServiceObject]) -> Any:
    """Return a value that came from the child; `held` finds an object by its handle."""
    if isinstance(value, list):
        return [decoded(element, held) for element in value]
    if not isinstance(value, dict):
        return value
    tag = value.get("$")
    if tag is None:
        return {name: decoded(part, held) for name, part in value.items()}
    return _untagged(tag, value, held)


def _untagged(tag: str, value: dict[str, Any], held: Callable[[Any], ServiceObject]) -> Any:
    match tag:
        case "undefined":
            return UNDEFINED
        case "date":
            return Date(math.nan if value["v"] is None else value["v"])
        case "number":
            return float(value["v"].replace("Infinity", "inf"))
        case "object":
            return held(value["v"])
        case "enum":
            return Enumerated(value["c"], value["v"])
        case "function":
            return FUNCTION
    return {name: decoded(part, held) for name, part in value["v"].items()}


def encoded(value: Any, handle: Callable[[ServiceObject], Any]) -> Any:
    """Return a value as it goes to the child; `handle` gives an object's handle."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return _encoded_float(value)
    if isinstance(value, list | tuple):
        return [encoded(element, handle) for element in value]
    if isinstance(value, dict):
        inner = {str(name): encoded(part, handle) for name, part in value.items()}
        return {"$": "plain", "v": inner} if "$" in inner else inner
    return _tagged(value, handle)


def _encoded_float(value: float) -> Any:
    if math.isfinite(value):
        return value
    return {"$": "number", "v": "NaN" if math.isnan(value) else f"{'-' * (value < 0)}Infinity"}


def _tagged(value: Any, handle: Callable[[ServiceObject], Any]) -> dict[str, Any]:
    """Return a value that JSON does not have, with a tag that says what it is."""
    match value:
        case Date():
            return {"$": "date", "v": value.milliseconds}
        case Enumerated():
            return {"$": "enum", "c": value.kind, "v": value.name}
        case ServiceObject():
            return {"$": "object", "v": handle(value), "c": value.js}
        case Undefined():
            return {"$": "undefined"}
    raise TypeError(f"{type(value).__name__} does not cross to scripts")
