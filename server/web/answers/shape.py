"""Common base of all answers, and the answers that every service has."""

from __future__ import annotations

from typing import Literal, TypeVar

import msgspec

from server import __version__


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Camel case, as the envelope of the bodies."""


_A = TypeVar("_A", bound=Answer)


def answered(source: object, kind: type[_A]) -> _A:
    """Return an answer of what a use case found: its attributes of the same names, and theirs in turn.

    Raises
    ------
    msgspec.ValidationError
        If one is missing, or of another type: they no longer fit.
    """
    return msgspec.convert(source, kind, from_attributes=True)


class HealthAnswer(Answer, frozen=True, kw_only=True):
    """The service is up."""

    status: Literal["ok"] = "ok"
    version: str = __version__


class FoundColumn(Answer, frozen=True, kw_only=True):
    """A column of `Training_Data` that was recognised, though something else stopped the look at the data."""

    role: str
    label: str
    header: str
    column: str
    why: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A refusal (RFC 9457).

    `detail` says what was seen and what is allowed, `hint` what to do, both in the marketer's words; `retryable`
    whether the same call may succeed later without any change. `columns` are those that were recognised where another
    one is missing.
    """

    type: str
    title: str
    status: int
    detail: str
    hint: str
    retryable: bool
    columns: list[FoundColumn] = []
