"""values.append: find the table that a range touches, and write below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.ranges import Area
from sheets_standin.sheets_api.values import Json, Render, answer_of, as_rows, put, value_range
from sheets_standin.spreadsheet.a1 import Range, name
from sheets_standin.spreadsheet.cells import Cell, Content
from sheets_standin.spreadsheet.document import Sheet
from sheets_standin.spreadsheet.grid import Grid
from sheets_standin.spreadsheet.structure import ROWS, insert

Box = tuple[int, int, int, int]
"""First row, last row, first column, last column; half open."""


def append(
    caller: Caller,
    part: Area,
    values: Sequence[Sequence[Any]],
    *,
    option: str,
    dimension: str,
    insert_rows: bool,
    echo: Render | None,
) -> Json:
    """Write values below the table that a range touches, or from its corner on where there is none.

    Parameters
    ----------
    insert_rows
        Whether rows are put in for them; else they go into the rows below, and the grid grows where it ends.
    """
    document, sheet = caller.document, part.sheet
    rows = as_rows(values, dimension)
    table = table_of(part)
    row = table[1] if table else part.first_row
    column = table[2] if table else part.first_column
    if insert_rows and rows:
        insert(document, sheet, ROWS, row, len(rows), like_before=row > 0)
    width = max(map(len, rows), default=0)
    needed = max(sheet.grid.row_count, row + len(rows)), max(sheet.grid.column_count, column + width)
    if needed != (sheet.grid.row_count, sheet.grid.column_count):
        sheet.grid.resize(*needed)
    cells = put(caller, sheet, row, column, rows, option)
    last_row = max((r for r, _ in cells), default=row) + 1
    last_column = max((c for _, c in cells), default=column) + 1
    updates = answer_of(caller, sheet, cells, (row, last_row, column, last_column))
    if echo is not None:
        document.recalculate()
        whole = Area(sheet, row, last_row, column, last_column, Range())
        updates["updatedData"] = value_range(document, whole, echo)
    answer: Json = {"spreadsheetId": document.spreadsheet_id}
    if table:
        answer["tableRange"] = name(sheet.title, *table)
    return answer | {"updates": updates}


def table_of(part: Area) -> Box | None:
    """Return the last table that a range touches: a block of cells that hold something, side by side.

    The guide "Read & write cell values" says of tables A1:C2 and B4:D6 that B2:D4 and A3:G10 both mean B4:D6, and
    that E4 and A4, beside the second, mean no table.
    """
    grid = part.sheet.grid
    seed = _last_filled(grid, part.first_row, part.last_row, part.first_column, part.last_column)
    if seed is not None:
        return grown(grid, seed)
    for row in (part.first_row - 1, part.last_row):
        for column in range(max(0, part.first_column - 1), part.last_column + 1):
            if box := _box_over(grid, part, row, column):
                return box
    for row in range(part.first_row, min(part.last_row, grid.held_rows)):
        for column in (part.first_column - 1, part.last_column):
            if box := _box_over(grid, part, row, column):
                return box
    return None


def _box_over(grid: Grid, part: Area, row: int, column: int) -> Box | None:
    """Return the table of a cell beside a range if the range lies in its bounding box."""
    if row < 0 or column < 0 or not _is_filled(grid.cell(row, column)):
        return None
    box = grown(grid, (row, column))
    inside = box[0] < part.last_row and part.first_row < box[1]
    return box if inside and box[2] < part.last_column and part.first_column < box[3] else None


def _is_filled(content: Content) -> bool:
    if isinstance(content, Cell):
        return content.formula is not None or content.value is not None
    return content is not None


def _last_filled(grid: Grid, first_row: int, last_row: int, first: int, last: int) -> tuple[int, int] | None:
    for row in range(min(last_row, grid.held_rows) - 1, first_row - 1, -1):
        cells = grid.row(row)
        for column in range(min(last, len(cells)) - 1, first - 1, -1):
            if _is_filled(cells[column]):
                return row, column
    return None


def grown(grid: Grid, seed: tuple[int, int]) -> Box:
    """Return the bounding box of the filled cells that touch each other, starting from one."""
    top, bottom, left, right = seed[0], seed[0] + 1, seed[1], seed[1] + 1

    def row_touches(row: int) -> bool:
        return row >= 0 and any(map(_is_filled, grid.row(row)[left:right]))

    def column_touches(column: int) -> bool:
        return column >= 0 and any(_is_filled(grid.cell(row, column)) for row in range(top, bottom))

    is_growing = True
    while is_growing:
        is_growing = False
        while row_touches(top - 1):
            top, is_growing = top - 1, True
        while bottom < grid.held_rows and row_touches(bottom):
            bottom, is_growing = bottom + 1, True
        while column_touches(left - 1):
            left, is_growing = left - 1, True
        while right < grid.column_count and column_touches(right):
            right, is_growing = right + 1, True
    return top, bottom, left, right


def last_row_with_data(sheet: Sheet) -> int:
    """Return how many rows there are down to the last one that holds something."""
    last = _last_filled(sheet.grid, 0, sheet.grid.row_count, 0, sheet.grid.column_count)
    return last[0] + 1 if last else 0
