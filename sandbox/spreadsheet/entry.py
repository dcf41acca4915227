"""What typed text becomes: a number, a date, a boolean, a formula, or text (USER_ENTERED)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sandbox.spreadsheet.cells import Cell, Content

SERIAL_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day 0 has no zone

_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][-+]?\d{1,3})?")
_PERCENT = re.compile(r"([-+]?[\d.,]+)\s?%")
_CURRENCY = re.compile(r"([-+]?)\$\s?([\d.,]+)")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def serial(moment: dt.datetime) -> float:
    """Return the days since 1899-12-30 of a wall clock.

    >>> serial(dt.datetime(2020, 1, 1))
    43831.0
    """
    since = moment - SERIAL_ZERO
    return since.days + since.seconds / 86_400


def entered(text: str) -> Content:
    """Return what a cell holds after somebody typed `text` (locale en_US).

    >>> entered("0042"), entered("'0042"), entered("2,000.5"), entered("yes"), entered("true")
    (42, '0042', 2000.5, 'yes', True)
    """
    if text.startswith("'"):
        return text[1:]
    if len(text) > 1 and text.startswith("="):
        return Cell(None, formula=text)
    bare = text.strip()
    if bare.upper() in ("TRUE", "FALSE"):
        return bare.upper() == "TRUE"
    number = _number(bare)
    if number is not None:
        return number
    if found := _PERCENT.fullmatch(bare):
        value = _number(found[1])
        if value is not None:
            return _formatted(value / 100, "PERCENT", "0.00%" if "." in found[1] else "0%")
    if found := _CURRENCY.fullmatch(bare):
        value = _number(found[2])
        if value is not None:
            return _formatted(-value if found[1] == "-" else value, "CURRENCY", '"$"#,##0.00')
    if found := _DATE.fullmatch(bare):
        return _moment(text, (found[1], found[2], found[3]), found.groups()[3:], "yyyy-mm-dd")
    if found := _US_DATE.fullmatch(bare):
        return _moment(text, (found[3], found[1], found[2]), found.groups()[3:], "m/d/yyyy")
    return text or None


def _number(text: str) -> int | float | None:
    if not text or not any(c.isdigit() for c in text) or not _NUMBER.fullmatch(text):
        return None
    value = float(text.replace(",", ""))
    if value in (float("inf"), float("-inf")):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _moment(text: str, date: tuple[str, str, str], clock: tuple[str | None, ...], pattern: str) -> Content:
    hour, minute, second = (int(part or 0) for part in clock)
    try:
        moment = dt.datetime(int(date[0]), int(date[1]), int(date[2]), hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return text
    value = serial(moment)
    if clock[0] is None:
        return _formatted(int(value), "DATE", pattern)
    return _formatted(value, "DATE_TIME", pattern + " h:mm:ss")


def _formatted(value: float, kind: str, pattern: str) -> Content:
    form: Mapping[str, Any] = {"numberFormat": {"type": kind, "pattern": pattern}}
    return Cell(int(value) if isinstance(value, float) and value.is_integer() else value, format=form)
