"""spreadsheets.values: read and write plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.sheets_api.errors import invalid
from sandbox.sheets_api.ranges import Area, area_of
from sandbox.spreadsheet.a1 import column_letters, name
from sandbox.spreadsheet.cells import Cell, Content, Fault, full, shown_fault, with_value
from sandbox.spreadsheet.document import Document
from sandbox.spreadsheet.formats import displayed

RENDER_OPTIONS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
INPUT_OPTIONS = ("RAW", "USER_ENTERED")
DIMENSIONS = ("ROWS", "COLUMNS")


def value_range(document: Document, text: str, *, render: str, dates: str, dimension: str) -> dict[str, Any]:
    """Return a range's values; trailing empty ones of each row or column are not there."""
    part = area_of(document, text)
    rows = part.sheet.grid.rows(part.first_row, part.last_row)
    shown = _shown_by(render, dates)
    if dimension == "COLUMNS":
        lines = [
            [shown(row[column]) if column < len(row) else "" for row in rows]
            for column in range(part.first_column, part.last_column)
        ]
    else:
        lines = [[shown(cell) for cell in row[part.first_column : part.last_column]] for row in rows]
    for line in lines:
        while line and line[-1] == "":
            line.pop()
    while lines and not lines[-1]:
        lines.pop()
    answer: dict[str, Any] = {"range": part.name, "majorDimension": dimension}
    if lines:
        answer["values"] = lines
    return answer


def _shown_by(render: str, dates: str) -> Any:
    def unformatted(content: Content) -> Any:
        if not isinstance(content, Cell):
            return "" if content is None else content
        value = content.value
        if isinstance(value, Fault):
            return shown_fault(value)
        kind = (content.format or {}).get("numberFormat", {}).get("type", "")
        if dates == "FORMATTED_STRING" and kind in ("DATE", "TIME", "DATE_TIME"):
            return displayed(content)
        return "" if value is None else value

    if render == "FORMATTED_VALUE":
        return displayed
    if render == "FORMULA":
        return lambda content: full(content).formula or unformatted(content)
    return unformatted


def write(
    document: Document, text: str, values: Sequence[Sequence[Any]], *, option: str, dimension: str
) -> dict[str, Any]:
    """Write values from the corner of a range on; null leaves a cell alone, "" empties it."""
    part = area_of(document, text)
    rows = _as_rows(values, dimension)
    width = max(map(len, rows), default=0)
    _refuse_overflow(part, len(rows), width)
    grid = part.sheet.grid
    touched = [(i, j) for i, row in enumerate(rows) for j, value in enumerate(row) if value is not None]
    contents = [
        [
            _content(document, grid.cell(part.first_row + i, part.first_column + j), value, option)
            for j, value in enumerate(row)
        ]
        for i, row in enumerate(rows)
    ]
    document.put(part.sheet, part.first_row, part.first_column, contents, "values.update")
    answer: dict[str, Any] = {"spreadsheetId": document.spreadsheet_id}
    answer["updatedRange"] = name(
        part.sheet.title,
        part.first_row,
        part.first_row + max(1, len(rows)),
        part.first_column,
        part.first_column + max(1, width),
    )
    if touched:
        answer["updatedRows"] = len({i for i, _ in touched})
        answer["updatedColumns"] = len({j for _, j in touched})
        answer["updatedCells"] = len(touched)
    return answer


def clear(document: Document, text: str) -> str:
    """Empty a range's values; return it as it was clipped."""
    part = area_of(document, text)
    part.sheet.grid.change(
        part.first_row,
        min(part.last_row, part.sheet.grid.held_rows),
        part.first_column,
        part.last_column,
        lambda content: with_value(content, None),
    )
    document.noted("values.clear", part.name)
    return part.name


def _as_rows(values: Sequence[Sequence[Any]], dimension: str) -> list[list[Any]]:
    if dimension != "COLUMNS":
        return [list(row) for row in values]
    depth = max(map(len, values), default=0)
    return [[column[i] if i < len(column) else None for column in values] for i in range(depth)]


def _refuse_overflow(part: Area, rows: int, columns: int) -> None:
    grid, asked = part.sheet.grid, part.asked
    last_row = grid.row_count if asked.is_cell or asked.last_row is None else part.last_row
    last_column = grid.column_count if asked.is_cell or asked.last_column is None else part.last_column
    end_row, end_column = part.first_row + rows, part.first_column + columns
    if end_row <= last_row and end_column <= last_column:
        return
    if asked.is_cell:
        where = name(part.sheet.title, part.first_row, end_row, part.first_column, end_column)
        raise invalid(
            f"Range ({where}) exceeds grid limits. Max rows: {grid.row_count}, max columns: {grid.column_count}"
        )
    what = f"row [{last_row + 1}]" if end_row > last_row else f"column [{column_letters(last_column)}]"
    raise invalid(f"Requested writing within range [{part.name}], but tried writing to {what}")


def _content(document: Document, former: Content, value: Any, option: str) -> Content:
    if value is None:
        return former
    if isinstance(value, dict | list):
        raise invalid(f"Invalid values: {type(value).__name__} is not a cell's value")
    if isinstance(value, str) and option == "USER_ENTERED":
        return document.typed(former, value)
    if isinstance(value, str) and len(value) > 50_000:
        raise invalid("Your input contains more than the maximum of 50000 characters in a single cell.")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return with_value(former, None if value == "" else value)
