"""Methods that change a tab as a whole: its name, its rows and columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from sheets_standin.runtime.book import Book
from sheets_standin.runtime.services.writing import OUTSIDE
from sheets_standin.runtime.wire import ScriptError
from sheets_standin.sheets_api import batch
from sheets_standin.spreadsheet.document import Sheet


class Structure:
    """The methods that change a tab's shape."""

    book: Book
    sheet_id: int

    def shape(self) -> Sheet:
        """Return the tab, its size being as this run has made it."""
        raise NotImplementedError

    def apply(self, kind: str, request: Mapping[str, Any], *, structural: bool = False) -> Self:
        """Do what a request of the API does, at the next flush."""
        self.book.later(lambda caller: batch.apply(caller, [{kind: request}]), structural=structural)
        return self

    def setName(self, title: str) -> Self:
        return self._set({"title": title}, "title")

    def hideSheet(self) -> Self:
        shown = [sheet for sheet in self.book.shape().sheets if not sheet.hidden]
        if [sheet.sheet_id for sheet in shown] == [self.sheet_id]:
            raise ScriptError("You can't hide all the sheets in a document.")
        return self._set({"hidden": True}, "hidden")

    def showSheet(self) -> Self:
        return self._set({"hidden": False}, "hidden")

    def setFrozenRows(self, rows: int) -> None:
        self._set({"gridProperties": {"frozenRowCount": rows}}, "gridProperties.frozenRowCount")

    def setFrozenColumns(self, columns: int) -> None:
        self._set({"gridProperties": {"frozenColumnCount": columns}}, "gridProperties.frozenColumnCount")

    def setColumnWidth(self, column: int, width: int) -> Self:
        place = self._dimension("COLUMNS", column - 1, 1)
        return self.apply(
            "updateDimensionProperties",
            {"range": place, "properties": {"pixelSize": width}, "fields": "pixelSize"},
        )

    def insertRowsAfter(self, row: int, count: int) -> Self:
        return self._insert("ROWS", row, count, like_before=True)

    def insertRowsBefore(self, row: int, count: int) -> Self:
        return self._insert("ROWS", row - 1, count)

    def insertRowAfter(self, row: int) -> Self:
        return self._insert("ROWS", row, 1, like_before=True)

    def insertRowBefore(self, row: int) -> Self:
        return self._insert("ROWS", row - 1, 1)

    def insertRows(self, row: int, count: int = 1) -> None:
        self._insert("ROWS", row - 1, count)

    def insertColumnsAfter(self, column: int, count: int) -> Self:
        return self._insert("COLUMNS", column, count, like_before=True)

    def insertColumnsBefore(self, column: int, count: int) -> Self:
        return self._insert("COLUMNS", column - 1, count)

    def insertColumnAfter(self, column: int) -> Self:
        return self._insert("COLUMNS", column, 1, like_before=True)

    def insertColumnBefore(self, column: int) -> Self:
        return self._insert("COLUMNS", column - 1, 1)

    def insertColumns(self, column: int, count: int = 1) -> None:
        self._insert("COLUMNS", column - 1, count)

    def deleteRow(self, row: int) -> Self:
        self.deleteRows(row, 1)
        return self

    def deleteRows(self, row: int, count: int) -> None:
        self._delete("ROWS", row - 1, count)

    def deleteColumn(self, column: int) -> Self:
        self.deleteColumns(column, 1)
        return self

    def deleteColumns(self, column: int, count: int) -> None:
        self._delete("COLUMNS", column - 1, count)

    def _set(self, wanted: Mapping[str, Any], field: str) -> Self:
        request = {"properties": {"sheetId": self.sheet_id, **wanted}, "fields": field}
        return self.apply("updateSheetProperties", request, structural=True)

    def _dimension(self, kind: str, first: int, count: int) -> dict[str, Any]:
        grid = self.shape().grid
        most = grid.row_count if kind == "ROWS" else grid.column_count
        if first < 0 or count < 1 or first > most:
            raise ScriptError(OUTSIDE)
        return {"sheetId": self.sheet_id, "dimension": kind, "startIndex": first, "endIndex": first + count}

    def _insert(self, kind: str, first: int, count: int, *, like_before: bool = False) -> Self:
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
