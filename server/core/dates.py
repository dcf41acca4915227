"""Dates as they stand in real sheets: serials, ISO, YYYYMMDD, 14-Jan-15, day first and month first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.cells import Cell

Days = NDArray[np.int32]
"""Days since 1970-01-01."""

NO_DATE = np.int32(-(2**31))
"""Stands where a cell is no date."""

_SERIAL_1970 = 25_569
_EPOCH_SECONDS = 631_152_000
"""1990 in seconds since 1970, as exports of payment services have dates; far above any YYYYMMDD."""
_EPOCH_MILLISECONDS = 100_000_000_000
_FIRST_DAY, _LAST_DAY = 0, (dt.date(2100, 12, 31) - dt.date(1970, 1, 1)).days

_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|[T ,]\s*\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_NAMED_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ]+([A-Za-z]{3,9})[-/., ]+(\d{4}|\d{2})(?:$|[T ,]\s*\d)")
_NAMED_MONTH_FIRST = re.compile(
    r"([A-Za-z]{3,9})[-/. ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})(?:$|[T ,]\s*\d)"
)
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:$|[T ,]\s*\d)")


@dataclass(frozen=True, slots=True)
class DateColumn:
    """A whole column of dates.

    Attributes
    ----------
    days
        One for each cell; `NO_DATE` where it is none.
    day_first
        The order that texts like 03/04/2025 were read in; None where there was none.
    ambiguous
        Count of texts that both orders could read differently, if nothing in the column decided.
    """

    days: Days
    day_first: bool | None
    ambiguous: int


class DateReader:
    """Reads one column block by block; whether the day comes first is decided at the end, from all of it.

    Parameters
    ----------
    day_first
        The marketer's word on it; None to decide by the column.

    Examples
    --------
    >>> reader = DateReader()
    >>> reader.add(["03/04/2025", "2025-04-03", 45750, "31/12/2024", "soon"])
    >>> column = reader.finish()
    >>> [int(day) if day != NO_DATE else None for day in column.days], column.day_first
    ([20181, 20181, 20181, 20088, None], True)
    """

    def __init__(self, day_first: bool | None = None) -> None:
        self._day_first = day_first
        self._blocks: list[tuple[Days, Days | None]] = []
        self._cache: dict[str, tuple[int, int]] = {}

    def add(self, cells: Sequence[Cell]) -> None:
        """Read the next cells of the column."""
        numbers = _numbers(cells)
        if numbers is not None:
            self._blocks.append((_from_numbers(numbers), None))
            return
        day_first = np.full(len(cells), NO_DATE, dtype=np.int32)
        month_first = day_first.copy()
        for i, cell in enumerate(cells):
            if isinstance(cell, str):
                day_first[i], month_first[i] = self._read(cell)
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                day_first[i] = month_first[i] = _from_numbers(np.array([cell], dtype=np.float64))[0]
        self._blocks.append((day_first, month_first))

    def finish(self) -> DateColumn:
        """Return the whole column; what was read of it is let go."""
        proofs_day = proofs_month = ambiguous = 0
        for day, month in self._blocks:
            if month is not None:
                proofs_day += int(((day != NO_DATE) & (month == NO_DATE)).sum())
                proofs_month += int(((month != NO_DATE) & (day == NO_DATE)).sum())
                ambiguous += int(((day != month) & (day != NO_DATE) & (month != NO_DATE)).sum())
        decided = self._day_first
        is_open = decided is None and proofs_day == proofs_month == 0
        if decided is None:
            decided = proofs_day > proofs_month
        days = [day if decided or month is None else month for day, month in self._blocks]
        has_texts = bool(proofs_day or proofs_month or ambiguous)
        self._blocks.clear()
        return DateColumn(
            days=np.concatenate(days) if days else np.empty(0, dtype=np.int32),
            day_first=decided if has_texts else None,
            ambiguous=ambiguous if is_open else 0,
        )

    def _read(self, text: str) -> tuple[int, int]:
        key = text[:10] if len(text) > 10 and text[4:5] == "-" and text[10:11] in " T" else text
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = _read_text(key.strip())
        return found


def _numbers(cells: Sequence[Cell]) -> NDArray[np.float64] | None:
    """Return the cells as numbers if all are numbers, which is the usual case and fast."""
    if set(map(type, cells)) <= {int, float}:
        return np.array(cells, dtype=np.float64)
    return None


def _from_numbers(numbers: NDArray[np.float64]) -> Days:
    """Read serials (days since 1899-12-30, the time as a fraction), YYYYMMDD, and seconds since 1970."""
    days = np.full(len(numbers), NO_DATE, dtype=np.int32)
    with np.errstate(invalid="ignore"):
        whole = np.floor(numbers)
        serial = whole - _SERIAL_1970
        is_serial = (serial >= _FIRST_DAY) & (serial <= _LAST_DAY)
        compact = (numbers >= 19_700_101) & (numbers <= 21_001_231) & (whole == numbers)
        seconds = np.where(numbers >= _EPOCH_MILLISECONDS, numbers / 1000, numbers)
        epoch = np.floor(seconds / 86_400)
        is_epoch = (numbers >= _EPOCH_SECONDS) & (epoch <= _LAST_DAY)
    days[is_serial] = serial[is_serial].astype(np.int32)
    days[is_epoch] = epoch[is_epoch].astype(np.int32)
    if compact.any():
        values, places = np.unique(whole[compact].astype(np.int64), return_inverse=True)
        read = [_day(v // 10_000, v // 100 % 100, v % 100) for v in values.tolist()]
        days[compact] = np.array(read, dtype=np.int32)[places]
    return days


def _read_text(text: str) -> tuple[int, int]:
    """Return the day, read with the day first and with the month first."""
    if found := _ISO.match(text):
        day = _day(int(found[1]), int(found[2]), int(found[3]))
        return day, day
    if found := _COMPACT.match(text):
        day = _day(int(found[1]), int(found[2]), int(found[3]))
        return day, day
    if found := _NAMED_DAY_FIRST.match(text):
        day = _day(_year(found[3]), _MONTHS.get(found[2][:3].lower(), 0), int(found[1]))
        return day, day
    if found := _NAMED_MONTH_FIRST.match(text):
        day = _day(_year(found[3]), _MONTHS.get(found[1][:3].lower(), 0), int(found[2]))
        return day, day
    if found := _NUMERIC.match(text):
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        day_first = _day(year, second, first)
        return day_first, day_first if found[2] == "." else _day(year, first, second)
    return int(NO_DATE), int(NO_DATE)


def _year(text: str) -> int:
    """Return the year; of two digits, up to 68 is 20xx, as POSIX has it."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year <= 68 else 1900)


def _day(year: int, month: int, day: int) -> int:
    try:
        days = (dt.date(year, month, day) - dt.date(1970, 1, 1)).days
    except ValueError:
        return int(NO_DATE)
    return days if _FIRST_DAY <= days <= _LAST_DAY else int(NO_DATE)
