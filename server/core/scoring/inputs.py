"""Inputs of a row of `New User`: completeness, validity and fingerprint."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from server.core.cells import FAILED, Cell, is_empty, text_of
from server.core.wording import ENGLISH, SHEET_DIGITS, Wording
from server.layout.headers import CUSTOMER_ID, FREQUENCY, MONETARY_VALUE, RECENCY
from server.layout.tabs import INPUT_HEADERS
from server.texts import to_say

LONGEST_ID = 200
LARGEST_RECENCY_DAYS = 36_500
LARGEST_FREQUENCY = 1_000_000
LARGEST_MONEY = 1e12

_SHOWN = 40


class NewUserInput(msgspec.Struct, frozen=True):
    """A customer as typed: recency in days, frequency in purchases, money in the sheet's currency."""

    customer_id: str
    recency: float
    frequency: int
    monetary_value: float


class Incomplete(msgspec.Struct, frozen=True):
    """At least one of the four inputs is empty."""


class InputProblem(msgspec.Struct, frozen=True):
    """An input that cannot be used."""

    column: str
    cell: Cell

    def message(self, wording: Wording = ENGLISH) -> str:
        """Return what is expected, and what there is, for a note on the cell.

        >>> InputProblem("Recency", -0.5).message(Wording("da_DK"))
        'expected the days since the last order, a number from 0 to 36.500; it is -0,5.'
        """
        if self.column == CUSTOMER_ID:
            return _id_message(text_of(self.cell), wording)
        most = wording.number(_RANGES[self.column].high)
        return wording.say(_RANGES[self.column].expected, most=most, cell=_shown(self.cell, wording))


class Invalid(msgspec.Struct, frozen=True):
    """All four inputs are there, but some cannot be used."""

    problems: list[InputProblem]


class _Range(msgspec.Struct, frozen=True):
    """Range of valid numbers of an input, both ends included."""

    low: float
    high: float
    is_whole: bool
    expected: str
    """A text to say, with places for the higher end and for what there is."""

    def holds(self, cell: Cell) -> bool:
        """Whether a cell is such a number."""
        if not isinstance(cell, int | float) or isinstance(cell, bool) or not self.low <= cell <= self.high:
            return False
        return not self.is_whole or cell == int(cell)


_RANGES = {
    RECENCY: _Range(
        0,
        LARGEST_RECENCY_DAYS,
        is_whole=False,
        expected=to_say("expected the days since the last order, a number from 0 to {most}; it is {cell}."),
    ),
    FREQUENCY: _Range(
        1,
        LARGEST_FREQUENCY,
        is_whole=True,
        expected=to_say("expected the orders so far, a whole number from 1 to {most}; it is {cell}."),
    ),
    MONETARY_VALUE: _Range(
        math.ulp(0.0),
        LARGEST_MONEY,
        is_whole=False,
        expected=to_say(
            "expected what the customer spent in all, a number above 0 and up to {most}; it is {cell}."
        ),
    ),
}


def read_inputs(cells: Mapping[str, Cell]) -> NewUserInput | Incomplete | Invalid:
    """Read the four inputs of a row.

    Examples
    --------
    >>> read_inputs({"CustomerID": "00123", "Recency": 3.0, "Frequency": 2, "MonetaryValue": 9.5})
    NewUserInput(customer_id='00123', recency=3, frequency=2, monetary_value=9.5)
    >>> read_inputs({"CustomerID": "A", "Recency": -1, "Frequency": 2, "MonetaryValue": 9.5})
    Invalid(problems=[InputProblem(column='Recency', cell=-1)])
    """
    for header in INPUT_HEADERS:
        if is_empty(cells.get(header)):
            return Incomplete()
    customer_id = text_of(cells[CUSTOMER_ID])
    wrong = [] if _is_id(customer_id) else [CUSTOMER_ID]
    wrong += [header for header, wanted in _RANGES.items() if not wanted.holds(cells[header])]
    if wrong:
        return Invalid([InputProblem(header, cells[header]) for header in wrong])
    recency, frequency, money = (_plain(cells[header]) for header in _RANGES)
    return NewUserInput(customer_id, recency, int(frequency), money)


def _is_id(customer_id: str) -> bool:
    return len(customer_id) <= LONGEST_ID and customer_id not in FAILED


def _id_message(customer_id: str, wording: Wording) -> str:
    if customer_id in FAILED:
        return wording.say("expected a customer id; the formula fails ({error}).", error=customer_id)
    return wording.say(
        "expected at most {most} characters; there are {characters}.",
        most=LONGEST_ID,
        characters=wording.number(len(customer_id)),
    )


def _plain(cell: Cell) -> float:
    number = float(cell)  # type: ignore[arg-type]  # a number, as its range holds it
    return int(number) if number.is_integer() else number


def _shown(cell: Cell, wording: Wording) -> str:
    if isinstance(cell, str):
        text = cell.strip()
        shown = text[:_SHOWN] + ("…" if len(text) > _SHOWN else "")
        return wording.say("the text “{text}”", text=shown)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return wording.significant(cell, SHEET_DIGITS)
    return text_of(cell)


def fingerprint(read: NewUserInput) -> str:
    """Return the fingerprint of a customer's inputs: 12 hexadecimal digits.

    Recency counts in whole days, so that a time of day in it does not make the row another one.

    >>> a = NewUserInput("7", 3.2, 1, 10)
    >>> fingerprint(a) == fingerprint(NewUserInput("7", 3.9, 1, 10.0))
    True
    """
    parts = (
        read.customer_id,
        str(math.floor(read.recency)),
        str(read.frequency),
        repr(float(read.monetary_value)),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


class PredictionId(msgspec.Struct, frozen=True):
    """Parts of a PredictionId; `moment` is aware and whole seconds."""

    model_version: int
    fingerprint: str
    moment: dt.datetime
    random_part: str


_PREDICTION_ID = re.compile(
    r"v(\d{1,9})-([0-9a-f]{12})-(\d{8}T\d{6}Z)-([0-9a-f]{4,16})",
    re.ASCII,
)


def prediction_id(model_version: int, mark: str, moment: dt.datetime, random_part: str) -> str:
    """Return the id of one prediction.

    Parameters
    ----------
    mark
        See `fingerprint`.
    moment
        An aware date-time.
    random_part
        4 to 16 hexadecimal digits.

    Examples
    --------
    >>> prediction_id(3, "8f2c41aa90b1", dt.datetime(2026, 11, 23, 10, 15, tzinfo=dt.timezone.utc), "4f1c")
    'v3-8f2c41aa90b1-20261123T101500Z-4f1c'
    """
    return f"v{model_version}-{mark}-{_stamp(moment)}-{random_part}"


@lru_cache(maxsize=8)
def _stamp(moment: dt.datetime) -> str:
    """Return the time in an id; all rows of a commit have the same."""
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


@lru_cache(maxsize=4_096)
def parse_prediction_id(text: str) -> PredictionId | None:
    """Return what a PredictionId tells, None for any other text.

    >>> parse_prediction_id("v3-8f2c41aa90b1-20261123T101500Z-4f1c").model_version
    3
    >>> parse_prediction_id("v3-8f2c41aa90b1-20261399T101500Z-4f1c") is None
    True
    """
    match = _PREDICTION_ID.fullmatch(text)
    if not match:
        return None
    try:
        moment = dt.datetime.fromisoformat(match[3])
    except ValueError:
        return None
    return PredictionId(int(match[1]), match[2], moment, match[4])
