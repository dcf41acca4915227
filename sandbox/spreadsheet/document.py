"""A spreadsheet: tabs with grids, protections, filters and developer metadata; what people do to it.

All changes go through `Document.changing`, which takes everything back if something in it fails.
"""

from __future__ import annotations

import copy
import datetime as dt
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytz

from sandbox.spreadsheet import entry
from sandbox.spreadsheet.a1 import name
from sandbox.spreadsheet.cells import Cell, Content, Fault, full, lean, value_of, with_value
from sandbox.spreadsheet.formulas import evaluate
from sandbox.spreadsheet.grid import Grid
from sandbox.spreadsheet.journal import MOST_CELLS, Change, Journal

CELL_LIMIT = 10_000_000
TEXT_LIMIT = 50_000


class LimitError(ValueError):
    """A limit of Google Sheets would be passed."""


@dataclass(slots=True)
class Sheet:
    """One tab.

    Attributes
    ----------
    basic_filter
        As the API's BasicFilter, None where there is none.
    pixel_sizes
        Column widths.
    """

    sheet_id: int
    title: str
    grid: Grid
    hidden: bool = False
    frozen_rows: int = 0
    frozen_columns: int = 0
    basic_filter: Mapping[str, Any] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    pixel_sizes: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Protection:
    """A protected range; `range` is the API's GridRange, `editors` the accounts that may write."""

    protected_range_id: int
    range: dict[str, Any]
    description: str = ""
    warning_only: bool = False
    editors: tuple[str, ...] = ()


@dataclass(slots=True)
class Metadata:
    """An entry of developer metadata; `sheet_id` is None for one of the whole spreadsheet."""

    metadata_id: int
    key: str
    value: str
    visibility: str = "DOCUMENT"
    sheet_id: int | None = None


class Document:
    """A spreadsheet.

    Parameters
    ----------
    now
        The time, aware.
    """

    def __init__(
        self,
        spreadsheet_id: str,
        title: str = "Untitled spreadsheet",
        *,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        time_zone: str = "Etc/GMT",
        locale: str = "en_US",
    ) -> None:
        self.spreadsheet_id = spreadsheet_id
        self.title = title
        self.time_zone = time_zone
        self.locale = locale
        self.sheets: list[Sheet] = [Sheet(0, "Sheet1", Grid())]
        self.protections: list[Protection] = []
        self.metadata: list[Metadata] = []
        self.journal = Journal()
        self.revision = 0
        self._now = now
        self._listeners: list[Callable[[], None]] = []
        self._changes: list[Change] = []

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Have `listener` called after each change."""
        self._listeners.append(listener)

    def sheet(self, title: str) -> Sheet:
        """Return a tab by its title; raise KeyError if there is none."""
        for sheet in self.sheets:
            if sheet.title == title:
                return sheet
        raise KeyError(title)

    def sheet_by_id(self, sheet_id: int) -> Sheet:
        """Return a tab by its id; raise KeyError if there is none."""
        for sheet in self.sheets:
            if sheet.sheet_id == sheet_id:
                return sheet
        raise KeyError(sheet_id)

    def copied(self, spreadsheet_id: str, title: str) -> Document:
        """Return a copy, as File › Make a copy gives it: the journal begins anew, nobody listens."""
        twin = Document(spreadsheet_id, title, now=self._now, time_zone=self.time_zone, locale=self.locale)
        twin.sheets = [_forked(sheet) for sheet in self.sheets]
        twin.protections = copy.deepcopy(self.protections)
        twin.metadata = copy.deepcopy(self.metadata)
        return twin

    @property
    def cells_in_all(self) -> int:
        """Cells of all grids, empty ones included."""
        return sum(sheet.grid.row_count * sheet.grid.column_count for sheet in self.sheets)

    @contextmanager
    def changing(self, actor: str, call: str) -> Iterator[None]:
        """Make changes all together or not at all, and note them in the journal."""
        saved = (
            self.title,
            [_forked(sheet) for sheet in self.sheets],
            copy.deepcopy(self.protections),
            copy.deepcopy(self.metadata),
        )
        self._changes = []
        try:
            yield
            if self.cells_in_all > CELL_LIMIT:
                raise LimitError(
                    "This action would increase the number of cells in the workbook above the limit of "
                    f"{CELL_LIMIT} cells."
                )
        except BaseException:
            self.title, self.sheets, self.protections, self.metadata = saved
            raise
        if self._changes:
            self.recalculate()
            self.revision += 1
            self.journal.add(self._now(), actor, call, self._changes)
            for listener in self._listeners:
                listener()

    def noted(self, kind: str, where: str, values: Sequence[Sequence[object]] = ()) -> None:
        """Note one change for the journal."""
        size = sum(map(len, values))
        kept = tuple(map(tuple, values)) if size <= MOST_CELLS else ()
        self._changes.append(Change(kind, where, kept))

    def put(self, sheet: Sheet, row: int, column: int, rows: Sequence[Sequence[Content]], kind: str) -> None:
        """Replace the cells of a rectangle; row and column from 0."""
        for offset, contents in enumerate(rows):
            if contents:
                sheet.grid.put(row + offset, column, contents)
        width = max(map(len, rows), default=0)
        if width:
            where = name(sheet.title, row, row + len(rows), column, column + width)
            small = sum(map(len, rows)) <= MOST_CELLS
            self.noted(kind, where, [[_told(c) for c in r] for r in rows] if small else ())

    def type_rows(
        self, sheet: Sheet, row: int, column: int, rows: Sequence[Sequence[str]], actor: str
    ) -> None:
        """Have somebody type or paste text into cells: it is read as a person's typing is."""
        with self.changing(actor, "type"):
            last_row, last_column = row + len(rows), column + max(map(len, rows), default=0)
            grid = sheet.grid
            if last_row > grid.row_count or last_column > grid.column_count:
                grid.resize(max(last_row, grid.row_count), max(last_column, grid.column_count))
            self.put(
                sheet,
                row,
                column,
                [
                    [self.typed(grid.cell(row + i, column + j), text) for j, text in enumerate(texts)]
                    for i, texts in enumerate(rows)
                ],
                "type",
            )

    def typed(self, former: Content, text: str) -> Content:
        """Return a cell after `text` was typed into it; its format stays unless the text brings its own."""
        if len(text) > TEXT_LIMIT:
            raise LimitError(
                f"Your input contains more than the maximum of {TEXT_LIMIT} characters in a single cell."
            )
        read = full(entry.entered(text))
        old = full(former)
        is_plain_format = (old.format or {}).get("numberFormat") is None
        merged = (
            {**(old.format or {}), **(read.format or {})} if read.format and is_plain_format else old.format
        )
        return lean(
            Cell(
                value=read.value,
                formula=read.formula,
                note=old.note,
                format=merged,
                validation=old.validation,
            )
        )

    def recalculate(self) -> None:
        """Compute all formulas anew, in two rounds, so that one may look at another's result."""
        for _ in range(2):
            for sheet in self.sheets:
                for row, column, cell in list(sheet.grid.formula_cells()):
                    value = evaluate(sheet.grid, str(cell.formula), row, column, self.wall_clock)
                    if value != cell.value:
                        sheet.grid.put(row, column, [copy_with(cell, value)])

    def wall_clock(self) -> dt.datetime:
        """Return the time in the spreadsheet's time zone."""
        return self._now().astimezone(pytz.timezone(self.time_zone))

    def new_sheet_id(self) -> int:
        """Return an id that no tab has."""
        taken = {sheet.sheet_id for sheet in self.sheets}
        return next(i for i in iter(lambda: secrets.randbelow(2**31 - 1), None) if i not in taken)

    def sort(
        self, sheet: Sheet, first: int, last: int, columns: tuple[int, int], by: Sequence[tuple[int, bool]]
    ) -> list[int]:
        """Sort rows within some columns: numbers, then text, then booleans; empty cells last.

        Parameters
        ----------
        first, last
            Rows, half open, from 0.
        by
            Column and whether descending, the first counts most.

        Returns
        -------
        list of int
            The rows, by their former numbers, in their new order.
        """
        order = list(range(first, min(last, sheet.grid.held_rows)))
        for column, descending in reversed(by):

            def key(row: int, column: int = column) -> tuple[int, float | str]:
                return _rank(value_of(sheet.grid.cell(row, column)))

            filled = [row for row in order if value_of(sheet.grid.cell(row, column)) not in (None, "")]
            is_filled = set(filled)
            empty = [row for row in order if row not in is_filled]
            order = sorted(filled, key=key, reverse=descending) + empty
        sheet.grid.reorder(first, order, *columns)
        self.noted("sortRange", name(sheet.title, first, last, *columns))
        return order


def copy_with(cell: Cell, value: Any) -> Cell:
    """Return a formula cell with another result."""
    return Cell(value, cell.formula, cell.note, cell.format, cell.validation)


def _rank(value: object) -> tuple[int, float | str]:
    if isinstance(value, bool):
        return 2, float(value)
    if isinstance(value, int | float):
        return 0, float(value)
    return 1, str(value).casefold()


def _forked(sheet: Sheet) -> Sheet:
    twin = copy.copy(sheet)
    twin.grid = sheet.grid.fork()
    twin.extra = copy.deepcopy(sheet.extra)
    twin.pixel_sizes = dict(sheet.pixel_sizes)
    return twin


def _told(content: Content) -> object:
    if isinstance(content, Cell):
        return content.formula or (content.value.type if isinstance(content.value, Fault) else content.value)
    return content


def cleared(content: Content) -> Content:
    """Return a cell without its value; format, note and validation stay."""
    return with_value(content, None)
