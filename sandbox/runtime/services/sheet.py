"""Sheet: one tab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.runtime.execution import Book
from sandbox.runtime.services import metadata, protection, values
from sandbox.runtime.services.cell_range import (
    OUTSIDE,
    RangeListObject,
    RangeObject,
    SelectionObject,
    made,
    named,
)
from sandbox.runtime.sessions import Selection
from sandbox.runtime.wire import Enumerated, ScriptError, ServiceObject
from sandbox.sheets_api import batch
from sandbox.sheets_api.caller import Caller
from sandbox.spreadsheet.cells import value_of
from sandbox.spreadsheet.document import Sheet

if TYPE_CHECKING:
    from sandbox.runtime.services.spreadsheet import SpreadsheetObject


class SheetObject(metadata.Place, ServiceObject):
    """A tab, known by its id."""

    js = "SpreadsheetApp.Sheet"

    def __init__(self, spreadsheet: SpreadsheetObject, sheet_id: int) -> None:
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

    def apply(self, kind: str, request: Mapping[str, Any], *, structural: bool = False) -> SheetObject:
        """Do what a request of the API does, at the next flush."""
        self.book.later(lambda caller: batch.apply(caller, [{kind: request}]), structural=structural)
        return self

    def select(self, target: RangeObject) -> None:
        """Select cells on the person's page."""
        self.spreadsheet.select(target.selected())

    def selected(self) -> RangeObject:
        """Return what is selected on this tab: its first cell where another tab is shown."""
        found = self.book.execution.selection()
        if found.sheet_id != self.sheet_id:
            found = Selection(self.sheet_id)
        grid = self.shape().grid
        row, column = min(found.row, grid.row_count - 1), min(found.column, grid.column_count - 1)
        rows, columns = min(found.rows, grid.row_count - row), min(found.columns, grid.column_count - column)
        return RangeObject(self, row, column, rows, columns)

    # What it is

    def getName(self) -> str:
        return self.shape().title

    getSheetName = getName

    def getSheetId(self) -> int:
        return self.sheet_id

    def getParent(self) -> SpreadsheetObject:
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
        self.select(target)
        return target

    setCurrentCell = setActiveRange

    def setActiveSelection(self, target: Any) -> RangeObject:
        return self.setActiveRange(named(self, target) if isinstance(target, str) else target)

    def activate(self) -> SheetObject:
        self.select(self.selected())
        return self

    # What is done to it

    def appendRow(self, row: list[Any]) -> SheetObject:
        def write(caller: Caller) -> None:
            sheet = caller.document.sheet_by_id(self.sheet_id)
            grid, at = sheet.grid, sheet.grid.held_rows
            while at and all(value_of(cell) is None for cell in grid.row(at - 1)):
                at -= 1
            caller.may_write(sheet, at, at + 1, 0, len(row))
            grid.resize(max(grid.row_count, at + 1), max(grid.column_count, len(row)))
            cells = [values.written(caller.document, grid.cell(at, i), each) for i, each in enumerate(row)]
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

    def setName(self, title: str) -> SheetObject:
        return self._set({"title": title}, "title")

    def hideSheet(self) -> SheetObject:
        shown = [sheet for sheet in self.book.shape().sheets if not sheet.hidden]
        if [sheet.sheet_id for sheet in shown] == [self.sheet_id]:
            raise ScriptError("You can't hide all the sheets in a document.")
        return self._set({"hidden": True}, "hidden")

    def showSheet(self) -> SheetObject:
        return self._set({"hidden": False}, "hidden")

    def setFrozenRows(self, rows: int) -> None:
        self._set({"gridProperties": {"frozenRowCount": rows}}, "gridProperties.frozenRowCount")

    def setFrozenColumns(self, columns: int) -> None:
        self._set({"gridProperties": {"frozenColumnCount": columns}}, "gridProperties.frozenColumnCount")

    def setColumnWidth(self, column: int, width: int) -> SheetObject:
        place = self._dimension("COLUMNS", column - 1, 1)
        return self.apply(
            "updateDimensionProperties",
            {"range": place, "properties": {"pixelSize": width}, "fields": "pixelSize"},
        )

    def insertRowsAfter(self, row: int, count: int) -> SheetObject:
        return self._insert("ROWS", row, count, like_before=True)

    def insertRowsBefore(self, row: int, count: int) -> SheetObject:
        return self._insert("ROWS", row - 1, count)

    def insertRowAfter(self, row: int) -> SheetObject:
        return self._insert("ROWS", row, 1, like_before=True)

    def insertRowBefore(self, row: int) -> SheetObject:
        return self._insert("ROWS", row - 1, 1)

    def insertRows(self, row: int, count: int = 1) -> None:
        self._insert("ROWS", row - 1, count)

    def insertColumnsAfter(self, column: int, count: int) -> SheetObject:
        return self._insert("COLUMNS", column, count, like_before=True)

    def insertColumnsBefore(self, column: int, count: int) -> SheetObject:
        return self._insert("COLUMNS", column - 1, count)

    def insertColumnAfter(self, column: int) -> SheetObject:
        return self._insert("COLUMNS", column, 1, like_before=True)

    def insertColumnBefore(self, column: int) -> SheetObject:
        return self._insert("COLUMNS", column - 1, 1)

    def insertColumns(self, column: int, count: int = 1) -> None:
        self._insert("COLUMNS", column - 1, count)

    def deleteRow(self, row: int) -> SheetObject:
        self.deleteRows(row, 1)
        return self

    def deleteRows(self, row: int, count: int) -> None:
        self._delete("ROWS", row - 1, count)

    def deleteColumn(self, column: int) -> SheetObject:
        self.deleteColumns(column, 1)
        return self

    def deleteColumns(self, column: int, count: int) -> None:
        self._delete("COLUMNS", column - 1, count)

    # Protections

    def getProtections(self, kind: Enumerated) -> list[protection.ProtectionObject]:
        return protection.found(self.spreadsheet, kind, self.sheet_id)

    def protect(self) -> protection.ProtectionObject:
        return protection.added(self.spreadsheet, {"sheetId": self.sheet_id})

    def _found(self) -> Sheet:
        try:
            return self.book.document.sheet_by_id(self.sheet_id)
        except KeyError:
            raise ScriptError(f"Sheet {self.sheet_id} not found") from None

    def _whole(self) -> RangeObject:
        grid = self.shape().grid
        return RangeObject(
            self, 0, 0, min(grid.row_count, max(1, self.read().grid.held_rows)), grid.column_count
        )

    def _set(self, wanted: Mapping[str, Any], field: str) -> SheetObject:
        request = {"properties": {"sheetId": self.sheet_id, **wanted}, "fields": field}
        return self.apply("updateSheetProperties", request, structural=True)

    def _dimension(self, kind: str, first: int, count: int) -> dict[str, Any]:
        grid = self.shape().grid
        most = grid.row_count if kind == "ROWS" else grid.column_count
        if first < 0 or count < 1 or first > most:
            raise ScriptError(OUTSIDE)
        return {"sheetId": self.sheet_id, "dimension": kind, "startIndex": first, "endIndex": first + count}

    def _insert(self, kind: str, first: int, count: int, *, like_before: bool = False) -> SheetObject:
        place = self._dimension(kind, first, count)
        request = {"range": place, "inheritFromBefore": like_before and first > 0}
        return self.apply("insertDimension", request, structural=True)

    def _delete(self, kind: str, first: int, count: int) -> None:
        place = self._dimension(kind, first, count)
        if kind == "ROWS" and place["endIndex"] > self.shape().grid.row_count:
            raise ScriptError("Those rows are out of bounds.")
        if kind == "COLUMNS" and place["endIndex"] > self.shape().grid.column_count:
            raise ScriptError("Those columns are out of bounds.")
        self.apply("deleteDimension", {"range": place}, structural=True)
