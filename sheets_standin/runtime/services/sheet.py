"""Sheet: one tab."""

from __future__ import annotations

from typing import Any

from sheets_standin.runtime.book import Book, tab_of
from sheets_standin.runtime.services import metadata, protection, values
from sheets_standin.runtime.services.cell_range import RangeObject, made, named
from sheets_standin.runtime.services.kinds import File
from sheets_standin.runtime.services.selection import RangeListObject, SelectionObject
from sheets_standin.runtime.services.structure import Structure
from sheets_standin.runtime.sessions import Selection
from sheets_standin.runtime.wire import Enumerated, ServiceObject
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Sheet


class SheetObject(Structure, metadata.Place, ServiceObject):
    """A tab, known by its id."""

    js = "SpreadsheetApp.Sheet"

    def __init__(self, spreadsheet: File, sheet_id: int) -> None:
        self.spreadsheet = spreadsheet
        self.book: Book = spreadsheet.book
        self.sheet_id = sheet_id
        self.described = sheet_id

    def read(self) -> Sheet:
        """Return the tab with all that this run has written."""
        self.book.flush()
        return self._found()

    def shape(self) -> Sheet:
        """Return the tab, its size being as this run has made it."""
        self.book.shape()
        return self._found()

    def select(self, selection: Selection) -> None:
        """Select cells on the person's page."""
        self.spreadsheet.select(selection)

    def selected(self) -> RangeObject:
        """Return what is selected on this tab: its first cell where another tab is shown."""
        selection = self.spreadsheet.selection()
        if selection.sheet_id != self.sheet_id:
            selection = Selection(self.sheet_id)
        grid = self.shape().grid
        row, column = min(selection.row, grid.row_count - 1), min(selection.column, grid.column_count - 1)
        rows, columns = (
            min(selection.rows, grid.row_count - row),
            min(selection.columns, grid.column_count - column),
        )
        return RangeObject(self, row, column, rows, columns)

    # What it is

    def getName(self) -> str:
        return self.shape().title

    getSheetName = getName

    def getSheetId(self) -> int:
        return self.sheet_id

    def getParent(self) -> File:
        return self.spreadsheet

    def getIndex(self) -> int:
        return self.book.shape().sheets.index(self._found()) + 1

    def getType(self) -> Enumerated:
        return Enumerated("SpreadsheetApp.SheetType", "GRID")

    def isSheetHidden(self) -> bool:
        return self.shape().hidden

    def getMaxRows(self) -> int:
        return self.shape().grid.row_count

    def getMaxColumns(self) -> int:
        return self.shape().grid.column_count

    def getLastRow(self) -> int:
        grid = self.read().grid
        row = grid.held_rows
        while row and all(value_of(cell) is None for cell in grid.row(row - 1)):
            row -= 1
        return row

    def getLastColumn(self) -> int:
        grid, last = self.read().grid, 0
        for row in grid.rows(0, grid.held_rows):
            for column in range(len(row), last, -1):
                if value_of(row[column - 1]) is not None:
                    last = column
                    break
        return last

    def getFrozenRows(self) -> int:
        return self.shape().frozen_rows

    def getFrozenColumns(self) -> int:
        return self.shape().frozen_columns

    def getColumnWidth(self, column: int) -> int:
        return self.read().pixel_sizes.get(column - 1, 100)

    # Its cells

    def getRange(self, first: Any, column: int = 0, rows: int = 1, columns: int = 1) -> RangeObject:
        if isinstance(first, str):
            return named(self, first)
        return made(self, first, column, rows, columns)

    def getRangeList(self, texts: list[str]) -> RangeListObject:
        return RangeListObject([named(self, text) for text in texts])

    def getDataRange(self) -> RangeObject:
        return made(self, 1, 1, max(1, self.getLastRow()), max(1, self.getLastColumn()))

    def getSheetValues(self, row: int, column: int, rows: int, columns: int) -> list[list[Any]]:
        height = self.getLastRow() if rows == -1 else rows
        width = self.getLastColumn() if columns == -1 else columns
        return made(self, row, column, height, width).getValues()

    def getActiveRange(self) -> RangeObject:
        return self.selected()

    def getActiveRangeList(self) -> RangeListObject:
        return RangeListObject([self.selected()])

    def getActiveCell(self) -> RangeObject:
        return self.getSelection().getCurrentCell()

    getCurrentCell = getActiveCell

    def getSelection(self) -> SelectionObject:
        return SelectionObject(self)

    def setActiveRange(self, target: RangeObject) -> RangeObject:
        self.select(target.selected())
        return target

    setCurrentCell = setActiveRange

    def setActiveSelection(self, target: Any) -> RangeObject:
        return self.setActiveRange(named(self, target) if isinstance(target, str) else target)

    def activate(self) -> SheetObject:
        self.select(self.selected().selected())
        return self

    # What is done to it

    def appendRow(self, row: list[Any]) -> SheetObject:
        def write(caller: Caller) -> None:
            sheet = tab_of(caller.document, self.sheet_id)
            grid, at = sheet.grid, sheet.grid.held_rows
            while at and all(value_of(cell) is None for cell in grid.row(at - 1)):
                at -= 1
            caller.may_write(sheet, at, at + 1, 0, len(row))
            grid.resize(max(grid.row_count, at + 1), max(grid.column_count, len(row)))
            cells = [values.written(caller.document, grid.cell(at, i), cell) for i, cell in enumerate(row)]
            caller.document.put(sheet, at, 0, [cells], "Apps Script")

        self.book.later(write, structural=True)
        return self

    def clear(self, options: dict[str, Any] | None = None) -> SheetObject:
        self._whole().clear(options)
        return self

    def clearContents(self) -> SheetObject:
        self._whole().clearContent()
        return self

    def clearNotes(self) -> SheetObject:
        self._whole().clearNote()
        return self

    def sort(self, column: int, ascending: bool = True) -> SheetObject:
        last, frozen = self.getLastRow(), self.getFrozenRows()
        if last > frozen:
            area = made(self, frozen + 1, 1, last - frozen, self.getMaxColumns())
            area.sort({"column": column, "ascending": ascending})
        return self

    # Protections

    def getProtections(self, kind: Enumerated) -> list[protection.ProtectionObject]:
        return protection.found(self.spreadsheet, kind, self.sheet_id)

    def protect(self) -> protection.ProtectionObject:
        return protection.added(self.spreadsheet, {"sheetId": self.sheet_id})

    def _found(self) -> Sheet:
        return tab_of(self.book.document, self.sheet_id)

    def _whole(self) -> RangeObject:
        grid = self.shape().grid
        return RangeObject(
            self, 0, 0, min(grid.row_count, max(1, self.read().grid.held_rows)), grid.column_count
        )
