"""Appending cells: after the last row of a tab that holds something, or to a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.append import last_row_with_data
from sheets_standin.sheets_api.batch_cells import rows_of, written
from sheets_standin.sheets_api.batch_tables import table_of
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import unsupported
from sheets_standin.sheets_api.fields import Mask, for_request
from sheets_standin.sheets_api.ranges import sheet_of
from sheets_standin.spreadsheet.cells import Content, value_of
from sheets_standin.spreadsheet.document import Sheet
from sheets_standin.spreadsheet.tables import Box, box_of

Request = Mapping[str, Any]


def _append_cells(caller: Caller, request: Request) -> None:
    mask, rows = for_request(request.get("fields"), "CellData"), rows_of(request)
    if "tableId" in request:
        _append_to_table(caller, request["tableId"], rows, mask)
        return
    sheet = sheet_of(caller.document, request.get("sheetId", 0))
    first, width = last_row_with_data(sheet), max(map(len, rows), default=0)
    if first + len(rows) > sheet.grid.row_count or width > sheet.grid.column_count:
        sheet.grid.resize(max(sheet.grid.row_count, first + len(rows)), max(width, sheet.grid.column_count))
    _write(caller, sheet, (first, 0), rows, mask)


def _write(
    caller: Caller, sheet: Sheet, corner: tuple[int, int], rows: list[list[Request]], mask: Mask
) -> None:
    row, column = corner
    caller.may_write(sheet, row, row + len(rows), column, column + max(map(len, rows), default=0))
    contents = [
        [written(sheet.grid.cell(row + i, column + j), given, mask) for j, given in enumerate(values)]
        for i, values in enumerate(rows)
    ]
    caller.document.put(sheet, row, column, contents, "appendCells")


def _append_to_table(caller: Caller, identity: str, rows: list[list[Request]], mask: Mask) -> None:
    """Write to the first free rows of a table's body; rows that it lacks come in before its footer."""
    sheet, table = table_of(caller, identity)
    box = box_of(table)
    if max(map(len, rows), default=0) > box.last_column - box.first_column:
        raise unsupported("appending more cells than a table has columns")
    first = _free_row(sheet, box)
    missing = first + len(rows) - box.last_body_row
    if missing > 0:
        _lengthen(caller, sheet, box, missing)
        longer = table | {"range": table["range"] | {"endRowIndex": box.last_row + missing}}
        sheet.tables = [longer if other is table else other for other in sheet.tables]
    _write(caller, sheet, (first, box.first_column), rows, mask)


def _free_row(sheet: Sheet, box: Box) -> int:
    row = box.last_body_row
    while row > box.first_row + 1 and not _holds(sheet, row - 1, box.first_column, box.last_column):
        row -= 1
    return row


def _holds(sheet: Sheet, row: int, first: int, last: int) -> bool:
    return any(value_of(content) not in (None, "") for content in sheet.grid.row(row)[first:last])


def _lengthen(caller: Caller, sheet: Sheet, box: Box, count: int) -> None:
    """Make room below a table's body; whether what lies below moves along is not known."""
    grid = sheet.grid
    if any(_holds(sheet, row, 0, grid.column_count) for row in range(box.last_row, grid.held_rows)):
        raise unsupported("lengthening a table with something below it")
    if box.last_row + count > grid.row_count:
        grid.resize(box.last_row + count, grid.column_count)
    if box.has_footer:
        footer = [grid.cell(box.last_row - 1, n) for n in range(box.first_column, box.last_column)]
        empty: list[Content] = [None] * len(footer)
        caller.may_write(sheet, box.last_row - 1, box.last_row + count, box.first_column, box.last_column)
        caller.document.put(sheet, box.last_row - 1, box.first_column, [empty], "appendCells")
        caller.document.put(sheet, box.last_row - 1 + count, box.first_column, [footer], "appendCells")


HANDLERS = {"appendCells": _append_cells}
