"""Range: a rectangle of a tab."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sheets_standin.runtime.services import values
from sheets_standin.runtime.services.kinds import Tab
from sheets_standin.runtime.services.writing import OUTSIDE, Writing
from sheets_standin.runtime.sessions import Selection as Selected
from sheets_standin.runtime.wire import ScriptError, ServiceObject
from sheets_standin.sheets_api.errors import ApiError
from sheets_standin.spreadsheet.a1 import A1Error, column_letters, parse_cells, split_title
from sheets_standin.spreadsheet.a1 import Range as Asked
from sheets_standin.spreadsheet.cells import Content, full, value_of
from sheets_standin.spreadsheet.formats import displayed


class RangeObject(Writing, ServiceObject):
    """A range as scripts hold it."""

    js = "SpreadsheetApp.Range"

    # Where it is

    def getSheet(self) -> Tab:
        return self.sheet

    def getRow(self) -> int:
        return self.row + 1

    def getRowIndex(self) -> int:
        return self.row + 1

    def getColumn(self) -> int:
        return self.column + 1

    def getColumnIndex(self) -> int:
        return self.column + 1

    def getLastRow(self) -> int:
        return self.row + self.rows

    def getLastColumn(self) -> int:
        return self.column + self.columns

    def getNumRows(self) -> int:
        return self.rows

    def getNumColumns(self) -> int:
        return self.columns

    def getHeight(self) -> int:
        return self.rows

    def getWidth(self) -> int:
        return self.columns

    def getGridId(self) -> int:
        return self.sheet.sheet_id

    def getA1Notation(self) -> str:
        grid = self.sheet.shape().grid
        first, last = column_letters(self.column), column_letters(self.column + self.columns - 1)
        if self.row == 0 and self.rows >= grid.row_count and self.rows > 1:
            return f"{first}:{last}" if self.columns < grid.column_count else f"{first}1:{last}{self.rows}"
        start, end = f"{first}{self.row + 1}", f"{last}{self.row + self.rows}"
        return start if start == end else f"{start}:{end}"

    def getCell(self, row: int, column: int) -> RangeObject:
        if not (1 <= row <= self.rows and 1 <= column <= self.columns):
            raise ScriptError("Cell reference out of range")
        return RangeObject(self.sheet, self.row + int(row) - 1, self.column + int(column) - 1, 1, 1)

    def offset(
        self, row: int, column: int, rows: int | None = None, columns: int | None = None
    ) -> RangeObject:
        return made(
            self.sheet,
            self.row + int(row) + 1,
            self.column + int(column) + 1,
            self.rows if rows is None else rows,
            self.columns if columns is None else columns,
        )

    # What is in it

    def getValues(self) -> list[list[Any]]:
        zone = self.sheet.book.document.time_zone
        return self._each(lambda content: values.read(content, zone))

    def getValue(self) -> Any:
        return values.read(self._corner(), self.sheet.book.document.time_zone)

    def getDisplayValues(self) -> list[list[Any]]:
        locale = self.sheet.book.document.locale
        return self._each(lambda content: displayed(content, locale))

    def getDisplayValue(self) -> str:
        return displayed(self._corner(), self.sheet.book.document.locale)

    def getFormulas(self) -> list[list[Any]]:
        return self._each(lambda content: full(content).formula or "")

    def getFormula(self) -> str:
        return full(self._corner()).formula or ""

    def getNotes(self) -> list[list[Any]]:
        return self._each(lambda content: full(content).note)

    def getNote(self) -> str:
        return full(self._corner()).note

    def getNumberFormats(self) -> list[list[Any]]:
        return self._each(_pattern)

    def getNumberFormat(self) -> str:
        return _pattern(self._corner())

    def isBlank(self) -> bool:
        return all(
            value == "" for line in self._each(lambda c: "" if value_of(c) is None else 1) for value in line
        )

    def canEdit(self) -> bool:
        book = self.sheet.book
        try:
            book.caller.may_write(self.sheet.read(), *self.bounds())
        except (ApiError, ScriptError):
            return False
        return True

    def activate(self) -> RangeObject:
        self.sheet.select(self.selected())
        return self

    def activateAsCurrentCell(self) -> RangeObject:
        return self.activate()

    def selected(self) -> Selected:
        """Return it as a page's selection."""
        return Selected(self.sheet.sheet_id, self.row, self.column, self.rows, self.columns)

    def _corner(self) -> Content:
        return self.sheet.read().grid.cell(self.row, self.column)

    def _each(self, to: Callable[[Content], Any]) -> list[list[Any]]:
        grid, right = self.sheet.read().grid, self.column + self.columns
        lines = []
        empty = to(None)
        for row in grid.rows(self.row, self.row + self.rows):
            line = [to(cell) for cell in row[self.column : right]]
            lines.append(line + [empty] * (self.columns - len(line)))
        return lines + [[empty] * self.columns for _ in range(self.rows - len(lines))]


def _pattern(content: Content) -> str:
    return str((full(content).format or {}).get("numberFormat", {}).get("pattern", "")) or "General"


def made(sheet: Tab, row: int, column: int, rows: int = 1, columns: int = 1) -> RangeObject:
    """Return a range by numbers from 1; refuse what does not lie within the tab."""
    grid = sheet.shape().grid
    if row < 1:
        raise ScriptError("The starting row of the range is too small.")
    if column < 1:
        raise ScriptError("The starting column of the range is too small.")
    if rows < 1:
        raise ScriptError("The number of rows in the range must be at least 1.")
    if columns < 1:
        raise ScriptError("The number of columns in the range must be at least 1.")
    if row + rows - 1 > grid.row_count or column + columns - 1 > grid.column_count:
        raise ScriptError(OUTSIDE)
    return RangeObject(sheet, int(row) - 1, int(column) - 1, int(rows), int(columns))


def named(sheet: Tab, text: str) -> RangeObject:
    """Return a range in A1 notation; a tab named in it wins over `sheet`."""
    try:
        title, cells = split_title(text)
        asked = parse_cells(cells) if cells else Asked()
    except A1Error:
        raise ScriptError("Range not found") from None
    if title is not None and title != sheet.shape().title:
        other = sheet.spreadsheet.getSheetByName(title)
        if other is None:
            raise ScriptError("Range not found")
        sheet = other
    grid = sheet.shape().grid
    first, left = asked.first_row or 0, asked.first_column or 0
    last = grid.row_count if asked.last_row is None else asked.last_row
    right = grid.column_count if asked.last_column is None else asked.last_column
    return made(sheet, first + 1, left + 1, last - first, right - left)
