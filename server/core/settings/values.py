"""Values of settings: a parser for each kind of cell, with the bounds that it keeps.

A parser returns the value of a cell and raises `ValueError` where it is not allowed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

import pytz

from server.core.cells import Cell, text_of
from server.core.refresh_choices import At, Recipients, parse_at, parse_recipients, serial_hour
from server.core.wall_clock import day_of
from server.layout.headers import normalised

MIN_CLUSTERS, MAX_CLUSTERS = 2, 12
DEFAULT_ACTIVE_DAYS, MOST_ACTIVE_DAYS = 90, 3_650
LARGEST_CONTROL_SHARE = 0.5
HORIZONS, DEFAULT_HORIZON = (30, 90, 180), 90
"""Days ahead that expected spend can be told for."""

MOST_SOURCE_CUSTOMERS = 250_000
_SOURCE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")

FOUND = "(found)"
"""Stands behind a currency in `Settings` that the last run saw: it answers nothing."""


def time_zone(cell: Cell) -> str:
    """Return the name of a time zone as the tz database has it."""
    return str(pytz.timezone(text_of(cell)).zone)


def date(cell: Cell) -> dt.date:
    """Return the day of a serial number or of a text as 2025-01-31."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not 20_000 < cell < 80_000:
            raise ValueError(cell)
        return day_of(cell)
    return dt.date.fromisoformat(text_of(cell)[:10])


def clusters(cell: Cell) -> int:
    """Return a number of segments, from `MIN_CLUSTERS` to `MAX_CLUSTERS`."""
    number = float(text_of(cell))
    if not number.is_integer() or not MIN_CLUSTERS <= number <= MAX_CLUSTERS:
        raise ValueError(cell)
    return int(number)


def active_days(cell: Cell) -> int:
    """Return a number of days, from 1 to `MOST_ACTIVE_DAYS`."""
    number = float(text_of(cell))
    if not number.is_integer() or not 1 <= number <= MOST_ACTIVE_DAYS:
        raise ValueError(cell)
    return int(number)


def horizon(cell: Cell) -> int:
    """Return a number of days: one of `HORIZONS`."""
    number = float(text_of(cell))
    if number not in HORIZONS:
        raise ValueError(cell)
    return int(number)


def control_share(cell: Cell) -> float:
    """Return a share of 1, from 0 to `LARGEST_CONTROL_SHARE`; 5%, 5 and 0.05 are the same."""
    text = text_of(cell)
    number = float(text.removesuffix("%").strip().replace(",", "."))
    share = number / 100 if text.endswith("%") or number >= 1 else number
    if not 0 <= share <= LARGEST_CONTROL_SHARE:
        raise ValueError(cell)
    return share


def yes_or_no(cell: Cell) -> bool:
    """Return whether the cell says yes."""
    word = text_of(cell).casefold()
    if word not in ("yes", "no", "true", "false"):
        raise ValueError(cell)
    return word in ("yes", "true")


def one_of(values: Sequence[str]) -> Callable[[Cell], str]:
    """Return a parser of cells that hold one of these words, in any case."""

    def parse(cell: Cell) -> str:
        word = text_of(cell).casefold()
        if word not in values:
            raise ValueError(cell)
        return word

    return parse


def statuses(cell: Cell) -> str:
    """Return the text, in which each word has the meaning count, leave-out or refund."""
    text = text_of(cell).strip()
    for part in text.split(";"):
        word, _, answer = part.rpartition(":")
        meaning = answer.strip().casefold().replace(" ", "-")
        if part.strip() and (
            meaning not in ("count", "leave-out", "refund") or (meaning != "count" and not word)
        ):
            raise ValueError(cell)
    return text


def currency(cell: Cell) -> str:
    """Return a currency in capitals, "any", or "" for one that the last run saw."""
    text = text_of(cell).strip()
    if text.endswith(FOUND):
        return ""
    if text.casefold() == "any":
        return "any"
    if not (2 <= len(text) <= 3):
        raise ValueError(cell)
    return text.upper()


def country(cell: Cell) -> str:
    """Return a country's code of two letters, "" for none."""
    code = text_of(cell).strip().upper()
    if code == "NONE":
        return ""
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise ValueError(cell)
    return "GB" if code == "UK" else code


def repeated_lines(cell: Cell) -> str:
    """Return "keep" or "once"."""
    word = text_of(cell).casefold()
    if word not in ("keep", "once"):
        raise ValueError(cell)
    return word


def refresh_at(cell: Cell) -> At:
    """Return the hour of a refresh, from a text or from a cell that Sheets made a time of."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return serial_hour(cell)
    return parse_at(text_of(cell))


def recipients(cell: Cell) -> Recipients:
    """Return the recipients of the digest."""
    return parse_recipients(text_of(cell))


def source(cell: Cell) -> str:
    """Return the name of a source: a letter, then at most 49 letters, digits, hyphens and underscores."""
    text = text_of(cell).strip()
    if not _SOURCE.fullmatch(text):
        raise ValueError(cell)
    return text


def source_customers(cell: Cell) -> int:
    """Return a number of customers, from 0 to `MOST_SOURCE_CUSTOMERS`."""
    number = float(text_of(cell))
    if not number.is_integer() or not 0 <= number <= MOST_SOURCE_CUSTOMERS:
        raise ValueError(cell)
    return int(number)


def header(cell: Cell) -> str:
    """Return a header of `Training_Data`, "" for none."""
    return "" if normalised(text_of(cell)) == "none" else text_of(cell)
