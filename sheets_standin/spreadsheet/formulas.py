"""Formulas, computed by IronCalc; all of a spreadsheet's together, so that one may look at another's result.

The library's workbook is kept from one computation to the next. It holds the formulas and the cells that they look
at, nothing else: a spreadsheet without formulas costs nothing. Volatile functions are computed anew each time
(autoRecalc ON_CHANGE), NOW and TODAY by the spreadsheet's clock.

Not computed, and #NAME? with "Unknown function: 'X'.", is what IronCalc does not have: ARRAYFORMULA, IMPORTRANGE,
QUERY, GOOGLEFINANCE, SPLIT, JOIN, REGEXMATCH, FLATTEN, COUNTUNIQUE, SPARKLINE, IMAGE, TO_DATE, ADD, DIVIDE and
their like; and INDIRECT and OFFSET, which look at cells that their formula does not name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import ironcalc

from sheets_standin.spreadsheet.cells import Cell, Fault, Scalar, value_of
from sheets_standin.spreadsheet.formula_faults import NO_REFERENCE
from sheets_standin.spreadsheet.formula_references import MOST_ROWS, Area, Frame, Place, tab_name
from sheets_standin.spreadsheet.formula_results import Results
from sheets_standin.spreadsheet.formula_tokens import shifted
from sheets_standin.spreadsheet.formula_translation import CLOCK, Translation, translated
from sheets_standin.spreadsheet.grid import Grid, Row
from sheets_standin.spreadsheet.locales import DEFAULT, locale_of
from sheets_standin.spreadsheet.moments import serial

__all__ = ["Calculator", "shifted"]


@dataclass(slots=True)
class _Held:
    """What the library's workbook holds of one tab: rows as they were, and the columns looked at in each stretch."""

    rows: list[Row] = field(default_factory=list)
    wanted: dict[int, tuple[int, int]] = field(default_factory=dict)


class Calculator:
    """Computes the formulas of one spreadsheet."""

    def __init__(self) -> None:
        self._model: Any = None
        self._frame: Frame | None = None
        self._held: list[_Held] = []
        self._translations: dict[tuple[str, Place], Translation] = {}
        self._used: set[int] = set()

    def recalculate(
        self,
        tabs: Sequence[tuple[str, Grid]],
        now: Callable[[], dt.datetime],
        names: Mapping[str, Mapping[str, int]] | None = None,
        locale: str = DEFAULT,
    ) -> None:
        """Compute all formulas and write what has changed into the grids.

        Parameters
        ----------
        tabs
            Titles and grids, in their order.
        now
            The wall clock of the spreadsheet, for NOW() and TODAY().
        names
            Named ranges: the tab's position as "tab", and the bounds of a GridRange.
        """
        formulas = {
            (tab, row, column): cell
            for tab, (_, grid) in enumerate(tabs)
            for row, column, cell in (grid.formula_cells() if grid.formulas else ())
        }
        if not formulas:
            self._model = self._frame = None
            return
        self._begin(tabs, names or {}, locale)
        translations = {place: self._translation(cell, place) for place, cell in formulas.items()}
        self._want(list(translations.values()), len(tabs))
        self._load([grid for _, grid in tabs], translations)
        moment = serial(now().replace(tzinfo=None))
        self._model.update_cell_with_number(0, 1, 1, moment)
        self._model.update_cell_with_number(0, 2, 1, float(int(moment)))
        self._model.evaluate()
        self._write([grid for _, grid in tabs], formulas, translations)

    def _begin(
        self, tabs: Sequence[tuple[str, Grid]], names: Mapping[str, Mapping[str, int]], locale: str
    ) -> None:
        """Begin a new workbook where tabs, sizes, names or the locale are others than before."""
        sizes = tuple((grid.row_count, grid.column_count) for _, grid in tabs)
        frame = Frame(
            tuple(title for title, _ in tabs),
            sizes,
            {name.casefold(): _named_area(bounds, sizes) for name, bounds in names.items()},
            "," if locale_of(locale).decimal == "," else ".",
        )
        former, self._frame = self._frame, frame
        if self._model is not None and former is not None and _is_alike(former, frame, self._used):
            return
        self._translations = {}
        self._start(len(tabs))

    def _start(self, tabs: int) -> None:
        self._model = ironcalc.create("spreadsheet", "en", "UTC", "en")
        self._model.rename_sheet(0, CLOCK)
        for tab in range(tabs):
            self._model.new_sheet()
            self._model.rename_sheet(tab + 1, tab_name(tab))
        self._held = [_Held() for _ in range(tabs)]

    def _translation(self, cell: Cell, place: Place) -> Translation:
        assert self._frame is not None
        key = (str(cell.formula), place)
        translation = self._translations.get(key)
        if translation is None:
            translation = self._translations[key] = translated(str(cell.formula), self._frame, *place)
        return translation

    def _want(self, translations: Sequence[Translation], tabs: int) -> None:
        """Note which cells the formulas look at; begin anew where these are more than before."""
        wanted = _wanted_cells(translations, tabs)
        if any(_lacks(held, columns) for held, columns in zip(self._held, wanted, strict=True)):
            self._start(tabs)
        for held, columns in zip(self._held, wanted, strict=True):
            if not held.rows:
                held.wanted = columns
        self._used = {tab for tab, columns in enumerate(wanted) if columns}
        if any(translation.fault == NO_REFERENCE for translation in translations):
            self._used.update(range(tabs))

    def _load(self, grids: Sequence[Grid], translations: Mapping[Place, Translation]) -> None:
        """Bring the rows that have changed into the workbook."""
        for tab, (grid, held) in enumerate(zip(grids, self._held, strict=True)):
            last = max((high for _, high in held.wanted.values()), default=0)
            last = max(last, max(grid.formulas, default=-1) + 1, len(held.rows))
            if not held.wanted and not grid.formulas and not held.rows:
                continue
            rows = grid.rows(0, min(last, MOST_ROWS))
            for number, row in enumerate(rows):
                former = held.rows[number] if number < len(held.rows) else ()
                if row is not former:
                    self._load_row(tab, number, former, row, translations)
            for number in range(len(rows), len(held.rows)):
                self._load_row(tab, number, held.rows[number], (), translations)
            held.rows = list(rows)

    def _load_row(
        self, tab: int, number: int, former: Row, row: Row, translations: Mapping[Place, Translation]
    ) -> None:
        wanted = self._held[tab].wanted
        for column in range(max(len(former), len(row))):
            old = former[column] if column < len(former) else None
            new = row[column] if column < len(row) else None
            if old is new:
                continue
            translation = translations.get((tab, number, column))
            if translation is not None:
                self._model.set_user_input(tab + 1, number + 1, column + 1, translation.text)
                continue
            low, high = wanted.get(column, (0, 0))
            if low <= number < high:
                self._set(tab + 1, number + 1, column + 1, value_of(new))

    def _set(self, sheet: int, row: int, column: int, value: Scalar | Fault) -> None:
        if isinstance(value, bool):
            self._model.update_cell_with_bool(sheet, row, column, value)
        elif isinstance(value, int | float):
            self._model.update_cell_with_number(sheet, row, column, float(value))
        elif isinstance(value, str) and value:
            self._model.update_cell_with_text(sheet, row, column, value)
        else:
            self._model.clear_cell_contents(sheet, row, column)

    def _write(
        self,
        grids: Sequence[Grid],
        formulas: Mapping[Place, Cell],
        translations: Mapping[Place, Translation],
    ) -> None:
        assert self._frame is not None
        results = Results(self._model, grids, translations, self._frame)
        for place, cell in formulas.items():
            value, form = results.value(place), results.form(place)
            if value == cell.value and type(value) is type(cell.value) and form == cell.inferred:
                continue
            tab, row, column = place
            grids[tab].put(row, column, [replace(cell, value=value, inferred=form)])
            if row < len(self._held[tab].rows):
                self._held[tab].rows[row] = grids[tab].row(row)


def _wanted_cells(translations: Sequence[Translation], tabs: int) -> list[dict[int, tuple[int, int]]]:
    """Return by tab and column the rows, half open, that the formulas look at."""
    wanted: list[dict[int, tuple[int, int]]] = [{} for _ in range(tabs)]
    for area in {area for translation in translations for area in translation.areas}:
        columns = wanted[area.tab]
        for column in range(area.first_column, area.last_column):
            low, high = columns.get(column, (area.first_row, area.last_row))
            columns[column] = (min(low, area.first_row), max(high, area.last_row))
    return wanted


def _lacks(held: _Held, wanted: Mapping[int, tuple[int, int]]) -> bool:
    """Whether a tab that the workbook holds lacks cells that are wanted now."""
    return bool(held.rows) and not all(
        _covers(held.wanted.get(column), span) for column, span in wanted.items()
    )


def _covers(had: tuple[int, int] | None, span: tuple[int, int]) -> bool:
    return had is not None and had[0] <= span[0] and span[1] <= had[1]


def _is_alike(former: Frame, frame: Frame, used: set[int]) -> bool:
    """Whether references mean the same in both; the size of a tab that no formula looks at does not matter."""
    if replace(former, sizes=()) != replace(frame, sizes=()):
        return False
    return all(former.sizes[tab] == frame.sizes[tab] for tab in used)


def _named_area(bounds: Mapping[str, int], sizes: Sequence[tuple[int, int]]) -> Area:
    tab = bounds["tab"]
    return Area(
        tab,
        bounds.get("startRowIndex", 0),
        min(bounds.get("endRowIndex", sizes[tab][0]), sizes[tab][0]),
        bounds.get("startColumnIndex", 0),
        min(bounds.get("endColumnIndex", sizes[tab][1]), sizes[tab][1]),
    )
