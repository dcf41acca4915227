"""Methods that write the cells of a range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Self

from sheets_standin.runtime.book import tab_of
from sheets_standin.runtime.services import values
from sheets_standin.runtime.services.kinds import Tab
from sheets_standin.runtime.wire import NotSupported, ScriptError, Undefined
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.spreadsheet.cells import Content, full, lean
from sheets_standin.spreadsheet.document import Document, Sheet

OUTSIDE = "The coordinates of the range are outside the dimensions of the sheet."

Change = Callable[[Document, Content, Any], Content]


class Rectangle:
    """A rectangle of a tab; rows and columns are counted from 0 within, from 1 by scripts."""

    def __init__(self, sheet: Tab, row: int, column: int, rows: int, columns: int) -> None:
        self.sheet = sheet
        self.row, self.column, self.rows, self.columns = row, column, rows, columns

    def bounds(self) -> tuple[int, int, int, int]:
        """Return first and last row, first and last column, half open."""
        return self.row, self.row + self.rows, self.column, self.column + self.columns

    def grid_range(self) -> dict[str, int]:
        """Return it as the API's GridRange."""
        first, last, left, right = self.bounds()
        return {
            "sheetId": self.sheet.sheet_id,
            "startRowIndex": first,
            "endRowIndex": last,
            "startColumnIndex": left,
            "endColumnIndex": right,
        }


class Writing(Rectangle):
    """The methods that change cells; changes wait for the next flush."""

    def setValues(self, rows: list[Any]) -> Self:
        return self._set_each(rows, values.written)

    def setValue(self, value: Any) -> Self:
        return self._set_all(lambda document, former: values.written(document, former, value))

    def setFormulas(self, rows: list[Any]) -> Self:
        return self._set_each(rows, _with_formula)

    def setFormula(self, formula: str) -> Self:
        return self._set_all(lambda document, former: _with_formula(document, former, formula))

    def setNotes(self, rows: list[Any]) -> Self:
        return self._set_each(rows, _with_note)

    def setNote(self, note: Any) -> Self:
        return self._set_all(lambda document, former: _with_note(document, former, note))

    def clearNote(self) -> Self:
        return self.setNote(None)

    def setNumberFormat(self, pattern: str) -> Self:
        return self._set_all(lambda document, former: _with_format(document, former, pattern))

    def setNumberFormats(self, rows: list[Any]) -> Self:
        return self._set_each(rows, _with_format)

    def clearContent(self) -> Self:
        return self._set_all(lambda _document, former: lean(replace(full(former), value=None, formula=None)))

    def clearFormat(self) -> Self:
        return self._set_all(lambda _document, former: lean(replace(full(former), format=None)))

    def clearDataValidations(self) -> Self:
        return self._set_all(lambda _document, former: lean(replace(full(former), validation=None)))

    def clear(self, options: dict[str, Any] | None = None) -> Self:
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

    def sort(self, by: Any) -> Self:
        specs = by if isinstance(by, list) else [by]
        order = []
        for spec in specs:
            column = spec.get("column") if isinstance(spec, dict) else spec
            ascending = spec.get("ascending", True) if isinstance(spec, dict) else True
            if not isinstance(column, int) or not self.column < column <= self.column + self.columns:
                raise ScriptError("The sort column is outside the range.")
            order.append((column - 1, not ascending))

        def write(caller: Caller) -> None:
            sheet = tab_of(caller.document, self.sheet.sheet_id)
            caller.may_write(sheet, *self.bounds())
            first, last, left, right = self.bounds()
            caller.document.sort(sheet, first, last, (left, right), order)

        self.sheet.book.later(write)
        return self

    def copyTo(self, destination: Rectangle, *options: Any) -> None:
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

    def _set_all(self, to: Callable[[Document, Content], Content]) -> Self:
        def change(caller: Caller, sheet: Sheet) -> Sequence[Sequence[Content]]:
            return [[to(caller.document, cell) for cell in line] for line in self._held(sheet)]

        return self._later(change)

    def _set_each(self, rows: list[Any], to: Change) -> Self:
        self._refuse_other_size(rows)

        def change(caller: Caller, sheet: Sheet) -> Sequence[Sequence[Content]]:
            return [
                [to(caller.document, cell, value) for cell, value in zip(line, given, strict=True)]
                for line, given in zip(self._held(sheet), rows, strict=True)
            ]

        return self._later(change)

    def _later(self, change: Callable[[Caller, Sheet], Sequence[Sequence[Content]]]) -> Self:
        def write(caller: Caller) -> None:
            sheet = tab_of(caller.document, self.sheet.sheet_id)
            caller.may_write(sheet, *self.bounds())
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
