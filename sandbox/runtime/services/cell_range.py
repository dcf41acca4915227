"""Range, RangeList and Selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.runtime.services import values
from sandbox.runtime.sessions import Selection as Selected
from sandbox.runtime.wire import NotSupported, ScriptError, ServiceObject, Undefined
from sandbox.sheets_api.caller import Caller
from sandbox.sheets_api.errors import ApiError
from sandbox.spreadsheet.a1 import A1Error, column_letters, parse_cells, split_title
from sandbox.spreadsheet.a1 import Range as Rectangle
from sandbox.spreadsheet.cells import Content, full, lean, value_of
from sandbox.spreadsheet.document import Document, Sheet
from sandbox.spreadsheet.formats import displayed

if TYPE_CHECKING:
    from sandbox.runtime.services.sheet import SheetObject

OUTSIDE = "The coordinates of the range are outside the dimensions of the sheet."
_FEWER = {
    "rows": "The number of rows in the range must be at least 1.",
    "columns": "The number of columns in the range must be at least 1.",
}

Change = Callable[[Document, Content, Any], Content]


class RangeObject(ServiceObject):
    """A rectangle of a tab; rows and columns are counted from 0 within, from 1 by scripts."""

    js = "SpreadsheetApp.Range"

    def __init__(self, sheet: SheetObject, row: int, column: int, rows: int, columns: int) -> None:
        self.sheet = sheet
        self.row, self.column, self.rows, self.columns = row, column, rows, columns

    # Where it is

    def getSheet(self) -> SheetObject:
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
        return self._each(displayed)

    def getDisplayValue(self) -> str:
        return displayed(self._corner())

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
            book.caller.may_write(self.sheet.read(), *self._bounds())
        except (ApiError, ScriptError):
            return False
        return True

    # What is done to it

    def setValues(self, rows: list[Any]) -> RangeObject:
        return self._set_each(rows, values.written)

    def setValue(self, value: Any) -> RangeObject:
        return self._set_all(lambda document, former: values.written(document, former, value))

    def setFormulas(self, rows: list[Any]) -> RangeObject:
        return self._set_each(rows, _with_formula)

    def setFormula(self, formula: str) -> RangeObject:
        return self._set_all(lambda document, former: _with_formula(document, former, formula))

    def setNotes(self, rows: list[Any]) -> RangeObject:
        return self._set_each(rows, _with_note)

    def setNote(self, note: Any) -> RangeObject:
        return self._set_all(lambda document, former: _with_note(document, former, note))

    def clearNote(self) -> RangeObject:
        return self.setNote(None)

    def setNumberFormat(self, pattern: str) -> RangeObject:
        return self._set_all(lambda document, former: _with_format(document, former, pattern))

    def setNumberFormats(self, rows: list[Any]) -> RangeObject:
        return self._set_each(rows, _with_format)

    def clearContent(self) -> RangeObject:
        return self._set_all(lambda _document, former: lean(replace(full(former), value=None, formula=None)))

    def clearFormat(self) -> RangeObject:
        return self._set_all(lambda _document, former: lean(replace(full(former), format=None)))

    def clearDataValidations(self) -> RangeObject:
        return self._set_all(lambda _document, former: lean(replace(full(former), validation=None)))

    def clear(self, options: dict[str, Any] | None = None) -> RangeObject:
        wanted = {name for name, value in (options or {}).items() if value}
        if wanted - {"contentsOnly", "formatOnly", "validationsOnly"}:
            raise NotSupported(f"SpreadsheetApp.Range.clear({', '.join(sorted(wanted))})")
        if not wanted or "contentsOnly" in wanted:
            self.clearContent()
        if not wanted or "formatOnly" in wanted:
            self.clearFormat()
        if "validationsOnly" in wanted:
            self.clearDataValidations()
        return self

    def sort(self, by: Any) -> RangeObject:
        specs = by if isinstance(by, list) else [by]
        order = []
        for spec in specs:
            column = spec.get("column") if isinstance(spec, dict) else spec
            ascending = spec.get("ascending", True) if isinstance(spec, dict) else True
            if not isinstance(column, int) or not self.column < column <= self.column + self.columns:
                raise ScriptError("The sort column is outside the range.")
            order.append((column - 1, not ascending))

        def write(caller: Caller) -> None:
            sheet = caller.document.sheet_by_id(self.sheet.sheet_id)
            caller.may_write(sheet, *self._bounds())
            first, last, left, right = self._bounds()
            caller.document.sort(sheet, first, last, (left, right), order)

        self.sheet.book.later(write)
        return self

    def copyTo(self, destination: RangeObject, *options: Any) -> None:
        if len(options) > 1:
            raise NotSupported("SpreadsheetApp.Range.copyTo(destination, type, transposed)")
        wanted = options[0] if options and isinstance(options[0], dict) else {}
        if set(wanted) - {"contentsOnly"} or (options and not isinstance(options[0], dict)):
            raise NotSupported(f"SpreadsheetApp.Range.copyTo with {options[0]}")
        self.sheet.apply(
            "copyPaste",
            {
                "source": self.grid_range(),
                "destination": destination.grid_range(),
                "pasteType": "PASTE_VALUES" if wanted.get("contentsOnly") else "PASTE_NORMAL",
            },
        )

    def activate(self) -> RangeObject:
        self.sheet.select(self)
        return self

    def activateAsCurrentCell(self) -> RangeObject:
        return self.activate()

    def grid_range(self) -> dict[str, int]:
        """Return it as the API's GridRange."""
        first, last, left, right = self._bounds()
        return {
            "sheetId": self.sheet.sheet_id,
            "startRowIndex": first,
            "endRowIndex": last,
            "startColumnIndex": left,
            "endColumnIndex": right,
        }

    def selected(self) -> Selected:
        """Return it as a page's selection."""
        return Selected(self.sheet.sheet_id, self.row, self.column, self.rows, self.columns)

    def _bounds(self) -> tuple[int, int, int, int]:
        return self.row, self.row + self.rows, self.column, self.column + self.columns

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

    def _set_all(self, to: Callable[[Document, Content], Content]) -> RangeObject:
        def change(caller: Caller, sheet: Sheet) -> Sequence[Sequence[Content]]:
            return [[to(caller.document, cell) for cell in line] for line in self._held(sheet)]

        return self._later(change)

    def _set_each(self, rows: list[Any], to: Change) -> RangeObject:
        self._refuse_other_size(rows)

        def change(caller: Caller, sheet: Sheet) -> Sequence[Sequence[Content]]:
            return [
                [to(caller.document, cell, value) for cell, value in zip(line, given, strict=True)]
                for line, given in zip(self._held(sheet), rows, strict=True)
            ]

        return self._later(change)

    def _later(self, change: Callable[[Caller, Sheet], Sequence[Sequence[Content]]]) -> RangeObject:
        def write(caller: Caller) -> None:
            sheet = caller.document.sheet_by_id(self.sheet.sheet_id)
            caller.may_write(sheet, *self._bounds())
            grid = sheet.grid
            if self.row + self.rows > grid.row_count or self.column + self.columns > grid.column_count:
                raise ScriptError(OUTSIDE)
            caller.document.put(sheet, self.row, self.column, change(caller, sheet), "Apps Script")

        self.sheet.book.later(write)
        return self

    def _held(self, sheet: Sheet) -> list[list[Content]]:
        return [
            [sheet.grid.cell(row, column) for column in range(self.column, self.column + self.columns)]
            for row in range(self.row, self.row + self.rows)
        ]

    def _refuse_other_size(self, rows: list[Any]) -> None:
        if len(rows) != self.rows:
            raise ScriptError(
                "The number of rows in the data does not match the number of rows in the range. "
                f"The data has {len(rows)} but the range has {self.rows}."
            )
        for row in rows:
            if len(row) != self.columns:
                raise ScriptError(
                    "The number of columns in the data does not match the number of columns in the range. "
                    f"The data has {len(row)} but the range has {self.columns}."
                )


def _pattern(content: Content) -> str:
    return str((full(content).format or {}).get("numberFormat", {}).get("pattern", "")) or "General"


def _with_formula(_document: Document, former: Content, formula: Any) -> Content:
    text = str(formula or "")
    if not text:
        return lean(replace(full(former), value=None, formula=None))
    return lean(replace(full(former), value=None, formula=text if text.startswith("=") else f"={text}"))


def _with_note(_document: Document, former: Content, note: Any) -> Content:
    if not (note is None or isinstance(note, str | Undefined)):
        raise ScriptError("Notes must be text.")
    return lean(replace(full(former), note=note if isinstance(note, str) else ""))


def _with_format(_document: Document, former: Content, pattern: Any) -> Content:
    form = {k: v for k, v in (full(former).format or {}).items() if k != "numberFormat"}
    wanted = values.number_format(str(pattern))
    return lean(replace(full(former), format=form | ({"numberFormat": wanted} if wanted else {}) or None))


def made(sheet: SheetObject, row: int, column: int, rows: int = 1, columns: int = 1) -> RangeObject:
    """Return a range by numbers from 1; refuse what does not lie within the tab."""
    grid = sheet.shape().grid
    if row < 1:
        raise ScriptError("The starting row of the range is too small.")
    if column < 1:
        raise ScriptError("The starting column of the range is too small.")
    if rows < 1:
        raise ScriptError(_FEWER["rows"])
    if columns < 1:
        raise ScriptError(_FEWER["columns"])
    if row + rows - 1 > grid.row_count or column + columns - 1 > grid.column_count:
        raise ScriptError(OUTSIDE)
    return RangeObject(sheet, int(row) - 1, int(column) - 1, int(rows), int(columns))


def named(sheet: SheetObject, text: str) -> RangeObject:
    """Return a range in A1 notation; a tab named in it wins over `sheet`."""
    try:
        title, cells = split_title(text)
        asked = parse_cells(cells) if cells else Rectangle()
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


class RangeListObject(ServiceObject):
    """Ranges of one tab."""

    js = "SpreadsheetApp.RangeList"

    def __init__(self, ranges: list[RangeObject]) -> None:
        self.ranges = ranges

    def getRanges(self) -> list[RangeObject]:
        return self.ranges

    def clearContent(self) -> RangeListObject:
        for each in self.ranges:
            each.clearContent()
        return self

    def clearNote(self) -> RangeListObject:
        for each in self.ranges:
            each.clearNote()
        return self

    def setValue(self, value: Any) -> RangeListObject:
        for each in self.ranges:
            each.setValue(value)
        return self

    def activate(self) -> RangeListObject:
        self.ranges[-1].activate()
        return self


class SelectionObject(ServiceObject):
    """What is selected."""

    js = "SpreadsheetApp.Selection"

    def __init__(self, sheet: SheetObject) -> None:
        self.sheet = sheet

    def getActiveSheet(self) -> SheetObject:
        return self.sheet

    def getActiveRange(self) -> RangeObject:
        return self.sheet.selected()

    def getActiveRangeList(self) -> RangeListObject:
        return RangeListObject([self.sheet.selected()])

    def getCurrentCell(self) -> RangeObject:
        found = self.sheet.selected()
        return RangeObject(self.sheet, found.row, found.column, 1, 1)
