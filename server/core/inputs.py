"""The inputs of a `New User` row: whether they are whole, valid, and what marks them."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from server.core.cells import Cell, is_empty, text_of
from server.layout import CUSTOMER_ID, FREQUENCY, INPUT_HEADERS, MONETARY_VALUE, RECENCY

LONGEST_ID = 200
LARGEST_RECENCY_DAYS = 36_500
LARGEST_FREQUENCY = 1_000_000
LARGEST_MONEY = 1e12

_SHOWN = 40

_FAILED = frozenset(
    """
    #DIVIDE_BY_ZERO #N_A #NAME #NULL_VALUE #NUM #REF #VALUE #ERROR #LOADING
    #DIV/0! #N/A #NAME? #NULL! #NUM! #REF! #VALUE! #ERROR!
    """.split()
)
"""What a failing formula shows: the API's names for it, and the sheet's."""


@dataclass(frozen=True, slots=True)
class NewUserInput:
    """A customer as typed: recency in days, frequency in purchases, money in the sheet's currency."""

    customer_id: str
    recency: float
    frequency: int
    monetary_value: float


@dataclass(frozen=True, slots=True)
class Incomplete:
    """At least one of the four inputs is empty."""


@dataclass(frozen=True, slots=True)
class InputProblem:
    """An input that cannot be used, and what is expected, for a note on its cell."""

    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """All four inputs are there, but some cannot be used."""

    problems: list[InputProblem]


def read_inputs(cells: Mapping[str, Cell]) -> NewUserInput | Incomplete | Invalid:
    """Read the four inputs of a row.

    Examples
    --------
    >>> read_inputs({"CustomerID": "00123", "Recency": 3.0, "Frequency": 2, "MonetaryValue": 9.5})
    NewUserInput(customer_id='00123', recency=3, frequency=2, monetary_value=9.5)
    >>> read_inputs({"CustomerID": "A", "Recency": -1, "Frequency": 2, "MonetaryValue": 9.5})
    Invalid(problems=[InputProblem(column='Recency', message='expected the days since the last purchase, a number from 0 to 36,500; it is -1.')])
    """  # noqa: E501 - one line of an example
    if any(is_empty(cells.get(header)) for header in INPUT_HEADERS):
        return Incomplete()
    problems: list[InputProblem] = []

    def number(header: str, low: float, high: float, expected: str, *, whole: bool = False) -> float:
        cell = cells[header]
        if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
            value = float(cell)
            if low <= value <= high and not (whole and not value.is_integer()):
                return value
        problems.append(InputProblem(header, f"expected {expected}; it is {_shown(cell)}."))
        return 0.0

    customer_id = text_of(cells[CUSTOMER_ID])
    if len(customer_id) > LONGEST_ID:
        told = f"expected at most {LONGEST_ID} characters; there are {len(customer_id):,}."
        problems.append(InputProblem(CUSTOMER_ID, told))
    elif customer_id in _FAILED:
        problems.append(
            InputProblem(CUSTOMER_ID, f"expected a customer id; the formula fails ({customer_id}).")
        )
    recency = number(
        RECENCY,
        0,
        LARGEST_RECENCY_DAYS,
        f"the days since the last purchase, a number from 0 to {LARGEST_RECENCY_DAYS:,}",
    )
    frequency = number(
        FREQUENCY,
        1,
        LARGEST_FREQUENCY,
        f"the purchases so far, a whole number from 1 to {LARGEST_FREQUENCY:,}",
        whole=True,
    )
    money = number(
        MONETARY_VALUE,
        math.ulp(0.0),
        LARGEST_MONEY,
        "what the customer spent in all, a number above 0 and up to 1,000,000,000,000",
    )
    if problems:
        return Invalid(problems)
    return NewUserInput(customer_id, _plain(recency), int(frequency), _plain(money))


def _plain(number: float) -> float:
    return int(number) if number.is_integer() else number


def _shown(cell: Cell) -> str:
    if isinstance(cell, str):
        text = cell.strip()
        return "the text “" + text[:_SHOWN] + ("…" if len(text) > _SHOWN else "") + "”"
    if isinstance(cell, bool):
        return text_of(cell)
    return text_of(cell)


def fingerprint(read: NewUserInput) -> str:
    """Return the mark of a customer's inputs: 12 hexadecimal digits.

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


@dataclass(frozen=True, slots=True)
class PredictionId:
    """What a PredictionId tells; `moment` is aware and whole seconds."""

    model_version: int
    fingerprint: str
    moment: dt.datetime
    random_part: str


_PREDICTION_ID = re.compile(
    r"v(\d{1,9})-([0-9a-f]{12})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([0-9a-f]{4,16})",
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
    return f"v{model_version}-{mark}-{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{random_part}"


@lru_cache(maxsize=4_096)
def parse_prediction_id(text: str) -> PredictionId | None:
    """Return what a PredictionId tells, None for any other text.

    >>> parse_prediction_id("v3-8f2c41aa90b1-20261123T101500Z-4f1c").model_version
    3
    >>> parse_prediction_id("v3-8f2c41aa90b1-20261399T101500Z-4f1c") is None
    True
    """
    found = _PREDICTION_ID.fullmatch(text)
    if not found:
        return None
    try:
        moment = dt.datetime(*map(int, found.groups()[2:8]), tzinfo=dt.UTC)  # type: ignore[misc,arg-type]  # six ints
    except ValueError:
        return None
    return PredictionId(int(found[1]), found[2], moment, found[9])
