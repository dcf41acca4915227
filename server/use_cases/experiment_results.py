"""Results of long calls about tests. The module is light, as every answer looks at them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Customers of the chosen segments who are not dealt."""

    why: str
    customers: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A test as it would start; days are ISO 8601, `share` is of 1.

    Attributes
    ----------
    promise
        The smallest lift that would show, in words.
    needs_confirmation
        Whether it can be expected to show nothing: it starts only where that is confirmed.
    """

    name: str
    customers: int
    control: int
    share: float
    start: str
    end: str
    left_out: Sequence[LeftOut]
    promise: str
    needs_confirmation: bool

    @property
    def message(self) -> str:
        """Return what an operation that looked at it is told by: the promise."""
        return self.promise


@dataclass(frozen=True, slots=True)
class Started:
    """A test that has started: by this call, or by another at the same moment."""

    name: str
    customers: int
    control: int
    end: dt.date
    message: str


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of `Lift`; `low` and `high` are None before the end, as nobody should judge by them."""

    segment: str
    measure: str
    action: float
    control: float
    difference: float
    low: float | None
    high: float | None
    relative: float | None
    extra_money: float | None
    reading: str


@dataclass(frozen=True, slots=True)
class ReadExperiment:
    """What a test shows.

    Attributes
    ----------
    is_final
        Whether it is over and orders reach its end, so that there is a verdict.
    message
        The verdict, or why there is none yet.
    """

    name: str
    is_final: bool
    message: str
    lines: Sequence[ReadLine]
