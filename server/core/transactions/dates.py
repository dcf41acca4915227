"""Reader of a column of dates: serials, ISO, YYYYMMDD, named months, day, month or year first."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.core.cells import Cell
from server.core.transactions.date_order import (
    NAMED_PLACES,
    DateOrder,
    decide_order,
    decide_year,
    swap_evidence,
)
from server.core.transactions.date_order import swapped as swapped_days
from server.core.transactions.date_text import (
    EPOCH_SECONDS,
    EPOCH_UNITS,
    FIRST_DAY,
    LAST_DAY,
    NO_DAY,
    SERIAL_1970,
    DateText,
    Form,
    day_of,
    read_date,
)
from server.core.wall_clock import date_of

Days = NDArray[np.int32]
"""Days since 1970-01-01."""

NO_DATE = np.int32(NO_DAY)
"""Stands where a cell is no date."""

_NO_TEXT = 0
"""Code of a cell that holds a number, or nothing."""


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
        Count of texts that both orders could read differently, if nothing in the column decides.
    order
        How the order was decided.
    """

    days: Days
    day_first: bool | None
    ambiguous: int
    order: DateOrder


class DateReader:
    """Reads one column block by block; the order of day, month and year is decided at the end, from all of it.

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
        self._blocks: list[tuple[Days | None, NDArray[np.int32] | None]] = []
        self._codes: dict[str, int] = {}
        self._readings = {reading: array("i", [NO_DAY]) for reading in ("day", "month", "year")}
        self._forms = array("b", [Form.NAMED.value])
        self._spoken: set[frozenset[str]] = set()
        self._open_names: dict[int, DateText] = {}

    def add(self, cells: Sequence[Cell]) -> None:
        """Read the next cells of the column."""
        kinds = set(map(type, cells))
        if kinds <= {int, float}:
            self._blocks.append((_from_numbers(np.array(cells, dtype=np.float64)), None))
            return
        numbers: Days | None = None
        if kinds & {int, float}:
            numbers = _from_numbers(np.array([_number(c) for c in cells], dtype=np.float64))
        known = self._codes
        codes = np.zeros(len(cells), dtype=np.int32)
        for i, cell in enumerate(cells):
            if isinstance(cell, str) and cell:
                is_iso = len(cell) > 10 and cell[4] == "-" == cell[7] and cell[10] in " T"
                key = cell[:10] if is_iso else cell
                code = known.get(key)
                codes[i] = self._new(key) if code is None else code
        self._blocks.append((numbers, codes))

    def finish(
        self,
        day_first: bool | None = None,
        *,
        year_first: bool | None = None,
        swapped: bool | None = None,
        latest_day: dt.date | None = None,
    ) -> DateColumn:
        """Return the whole column, as often as asked.

        Parameters
        ----------
        day_first
            The order to try; None for the one that was given to the reader.
        year_first
            Whether 24/03/15 begins with the year; None to decide by the column.
        swapped
            Whether day and month of cells that are dates were swapped by a spreadsheet; None to decide by the column.
        latest_day
            Today: an order by which dates lie behind it is the wrong one, where the other has none.
        """
        self._settle_names()
        codes, numbers = self._joined()
        day, month, year = (
            np.array(self._readings[reading], dtype=np.int32) for reading in ("day", "month", "year")
        )
        forms, counts = np.array(self._forms), np.bincount(codes, minlength=len(self._forms))
        short = forms == Form.SHORT.value
        begins, open_year, example = False, 0, None
        if short.any():
            begins, open_year = decide_year(day[short], month[short], year[short], counts[short], latest_day)
            example = self._year_example(day, month, year, short) if open_year else None
            begins = begins if year_first is None else year_first
            if begins:
                use = short & (year != NO_DATE)
                day[use] = month[use] = year[use]
        proofs = _proofs(day, month, counts)
        if not any(proofs):
            days = _merged(day[codes], numbers, codes)
            order = DateOrder(
                year_first=begins if short.any() else None, undecided_year=open_year, year_example=example
            )
            return DateColumn(days, None, 0, order)
        answer = self._day_first if day_first is None else day_first
        order_of_dates = decide_order(
            _merged(day[codes], numbers, codes),
            _merged(month[codes], numbers, codes),
            proofs,
            answer,
            latest_day,
        )
        days = np.where(order_of_dates.is_day_first, day[codes], month[codes])
        days = _merged(days, numbers, codes)
        swap = self._swaps(days, forms[codes], codes, proofs, (day != month), swapped)
        undecided = (
            np.flatnonzero(order_of_dates.undecided)
            if order_of_dates.undecided is not None
            else np.empty(0, dtype=int)
        )
        order = DateOrder(
            day_first=order_of_dates.day_first,
            day_proofs=proofs[0],
            month_proofs=proofs[1],
            undecided=len(undecided),
            places=tuple(undecided[:NAMED_PLACES].tolist()),
            splits=order_of_dates.splits,
            by_future=order_of_dates.by_future,
            year_first=begins if short.any() else None,
            undecided_year=open_year,
            year_example=example,
            **swap,
        )
        return DateColumn(days, order_of_dates.day_first, len(undecided), order)

    def _year_example(
        self, day: Days, month: Days, year: Days, short: NDArray[np.bool_]
    ) -> tuple[str, int, int]:
        """Return a text whose year may stand first or last, and its year in either case."""
        last = np.where(day == NO_DATE, month, day)
        code = int(np.flatnonzero(short & (year != NO_DATE) & (last != NO_DATE))[0])
        text = next(text for text, known in self._codes.items() if known == code)
        return text, _year(year[code]), _year(last[code])

    def _swaps(
        self,
        days: Days,
        forms: NDArray[np.int8],
        codes: NDArray[np.int32],
        proofs: tuple[int, int, int],
        depends: NDArray[np.bool_],
        answer: bool | None,
    ) -> dict[str, Any]:
        """Undo swaps of day and month by a spreadsheet; return the decision about them."""
        if proofs[2] or (proofs[0] and proofs[1]):
            return {}
        could = (forms == Form.CERTAIN.value) | ((codes == _NO_TEXT) & (days != NO_DATE))
        if not could.any():
            return {}
        may_be, is_sure = swap_evidence(np.where(could, days, NO_DATE), depends[codes], int(depends.sum()))
        count, places = int(may_be.sum()), tuple(np.flatnonzero(may_be)[:NAMED_PLACES].tolist())
        if not count:
            return {}
        if is_sure if answer is None else answer:
            days[may_be] = swapped_days(days[may_be])
        if is_sure and answer is not False:
            return {"swapped": count, "swapped_places": places}
        return {"undecided_swap": count, "swapped_places": places}

    def _joined(self) -> tuple[NDArray[np.int32], Days | None]:
        """Return the code of every cell, and the days of those that are numbers."""
        if not self._blocks:
            return np.empty(0, dtype=np.int32), None
        sizes = [len(codes if codes is not None else numbers) for numbers, codes in self._blocks]  # type: ignore[arg-type]
        codes = [
            block if block is not None else np.zeros(size, dtype=np.int32)
            for (_, block), size in zip(self._blocks, sizes, strict=True)
        ]
        if all(numbers is None for numbers, _ in self._blocks):
            return np.concatenate(codes), None
        days = [
            block if block is not None else np.full(size, NO_DATE, dtype=np.int32)
            for (block, _), size in zip(self._blocks, sizes, strict=True)
        ]
        return np.concatenate(codes), np.concatenate(days)

    def _settle_names(self) -> None:
        """Read names of months that languages use differently by the other names of the column."""
        if not self._open_names:
            return
        spoken = self._languages()
        for code, named in self._open_names.items():
            days = {day for day, who in named.months if who & spoken}
            if len(days) == 1:
                for readings in self._readings.values():
                    readings[code] = min(days)

    def _languages(self) -> frozenset[str]:
        """Return the languages that all open names share, narrowed by the certain names as far as these agree."""
        whose = [frozenset().union(*(who for _, who in named.months)) for named in self._open_names.values()]
        spoken: frozenset[str] = frozenset.intersection(*whose)
        for who in self._spoken:
            spoken = (spoken & who) or spoken
        return spoken

    def _new(self, text: str) -> int:
        reading = read_date(text)
        if reading is None:
            code = _NO_TEXT
        else:
            code = len(self._forms)
            self._readings["day"].append(reading.day_first)
            self._readings["month"].append(reading.month_first)
            self._readings["year"].append(reading.year_first)
            self._forms.append(reading.form.value)
            if reading.languages:
                self._spoken.add(reading.languages)
            if reading.months:
                self._open_names[code] = reading
        self._codes[text] = code
        return code


def _year(day: np.int32) -> int:
    return date_of(int(day)).year


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else np.nan


def _merged(days: Days, numbers: Days | None, codes: NDArray[np.int32]) -> Days:
    merged: Days = days if numbers is None else np.where(codes == _NO_TEXT, numbers, days)
    return merged


def _proofs(day: Days, month: Days, counts: NDArray[np.int64]) -> tuple[int, int, int]:
    """Return how many cells have a meaning with the day first only, with the month first only, and with both."""
    for_day = counts[(day != NO_DATE) & (month == NO_DATE)].sum()
    for_month = counts[(month != NO_DATE) & (day == NO_DATE)].sum()
    return (
        int(for_day),
        int(for_month),
        int(counts[(day != month) & (day != NO_DATE) & (month != NO_DATE)].sum()),
    )


def _from_numbers(numbers: NDArray[np.float64]) -> Days:
    """Read serials (days since 1899-12-30, the time as a fraction), YYYYMMDD, and seconds since 1970."""
    days = np.full(len(numbers), NO_DATE, dtype=np.int32)
    with np.errstate(invalid="ignore"):
        whole = np.floor(numbers)
        serial = whole - SERIAL_1970
        is_serial = (serial >= FIRST_DAY) & (serial <= LAST_DAY)
        compact = (numbers >= 19_700_101) & (numbers <= 21_001_231) & (whole == numbers)
        parts = np.select(
            [numbers >= least for least, _ in EPOCH_UNITS], [part for _, part in EPOCH_UNITS], 1.0
        )
        epoch = np.floor(numbers / parts / 86_400)
        is_epoch = (numbers >= EPOCH_SECONDS) & (epoch <= LAST_DAY)
    days[is_serial] = serial[is_serial].astype(np.int32)
    days[is_epoch] = epoch[is_epoch].astype(np.int32)
    if compact.any():
        values, places = np.unique(whole[compact].astype(np.int64), return_inverse=True)
        read = [day_of(v // 10_000, v // 100 % 100, v % 100) for v in values.tolist()]
        days[compact] = np.array(read, dtype=np.int32)[places]
    return days
