"""A spreadsheet: tabs with grids, protections, filters and developer metadata; what people do to it.

All changes go through `Document.changing`, which takes everything back if something in it fails.
"""

from __future__ import annotations

import copy
import datetime as dt
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytz

from sheets_standin.spreadsheet import entry
from sheets_standin.spreadsheet.a1 import name
from sheets_standin.spreadsheet.cells import Cell, Content, Fault, full, lean, with_value
from sheets_standin.spreadsheet.formulas import Calculator
from sheets_standin.spreadsheet.grid import Grid
from sheets_standin.spreadsheet.journal import MOST_CELLS, Change, Journal
from sheets_standin.spreadsheet.sheet import Metadata, NamedRange, Protection, Sheet
from sheets_standin.spreadsheet.sorting import sorted_rows

__all__ = ["Document", "LimitError", "Metadata", "NamedRange", "Protection", "Sheet", "cleared"]

CELL_LIMIT = 10_000_000
TEXT_LIMIT = 50_000

_SAVED = ("title", "locale", "time_zone", "protections", "metadata", "named_ranges", "properties")


class LimitError(ValueError):
    """A limit of Google Sheets would be passed."""


class Document:
    """A spreadsheet.

    Parameters
    ----------
    now
        The time, aware.

    Attributes
    ----------
    properties
        The API's SpreadsheetProperties that differ from the default and have no attribute of their own.
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
        self.named_ranges: list[NamedRange] = []
        self.properties: dict[str, Any] = {}
        self.journal = Journal()
        self.revision = 0
        self._now = now
        self.created = now()
        self._calculator = Calculator()
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
        twin.sheets = [sheet.forked() for sheet in self.sheets]
        twin.protections = copy.deepcopy(self.protections)
        twin.metadata = copy.deepcopy(self.metadata)
        twin.named_ranges = copy.deepcopy(self.named_ranges)
        twin.properties = copy.deepcopy(self.properties)
        return twin

    @property
    def cells_in_all(self) -> int:
        """Cells of all grids, empty ones included."""
        return sum(sheet.grid.row_count * sheet.grid.column_count for sheet in self.sheets)

    @contextmanager
    def changing(self, actor: str, call: str) -> Iterator[None]:
        """Make changes all together or not at all, and note them in the journal."""
        saved = {part: copy.deepcopy(getattr(self, part)) for part in _SAVED}
        sheets = [sheet.forked() for sheet in self.sheets]
        self._changes = []
        try:
            yield
            if self.cells_in_all > CELL_LIMIT:
                raise LimitError(
                    "This action would increase the number of cells in the workbook above the limit of "
                    f"{CELL_LIMIT} cells."
                )
        except BaseException:
            for part, value in saved.items():
                setattr(self, part, value)
            self.sheets = sheets
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
            self.noted(kind, where, [[_journal_value(c) for c in r] for r in rows] if small else ())

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
        old = full(former)
        if (old.format or {}).get("numberFormat", {}).get("type") == "TEXT":
            read = Cell(text or None)  # a cell formatted as plain text takes everything as it is typed
        else:
            read = full(entry.entered(text, self.locale, today=lambda: self.wall_clock().date()))
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
        """Compute all formulas anew; the volatile ones among them change, as Google's do (ON_CHANGE)."""
        tabs = [(sheet.title, sheet.grid) for sheet in self.sheets]
        numbers = {sheet.sheet_id: tab for tab, sheet in enumerate(self.sheets)}
        names = {
            named.name: {**named.range, "tab": numbers[named.range.get("sheetId", 0)]}
            for named in self.named_ranges
            if named.range is not None and named.range.get("sheetId", 0) in numbers
        }
        self._calculator.recalculate(tabs, self.wall_clock, names, self.locale)

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
        order = sorted_rows(sheet.grid, range(first, min(last, sheet.grid.held_rows)), by)
        sheet.grid.reorder(first, order, *columns)
        self.noted("sortRange", name(sheet.title, first, last, *columns))
        return order


def _journal_value(content: Content) -> object:
    if isinstance(content, Cell):
        return content.formula or (content.value.type if isinstance(content.value, Fault) else content.value)
    return content


def cleared(content: Content) -> Content:
    """Return a cell without its value; format, note and validation stay."""
    return with_value(content, None)
