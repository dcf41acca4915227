"""A tab as the page shows it: a window of cells, as they are displayed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_standin.page import filters
from sheets_standin.page.cell_view import Showing
from sheets_standin.spreadsheet.cells import Content, full
from sheets_standin.spreadsheet.conditional import Conditional
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.spreadsheet.formats import displayed

MOST_ROWS = 2_000
"""Rows in one window."""


def tabs(document: Document) -> list[dict[str, Any]]:
    """Return what the page needs to know of each tab."""
    return [
        {
            "id": sheet.sheet_id,
            "title": sheet.title,
            "hidden": sheet.hidden,
            "rows": sheet.grid.row_count,
            "columns": sheet.grid.column_count,
            "held": filled_rows(sheet),
            "frozenRows": sheet.frozen_rows,
            "frozenColumns": sheet.frozen_columns,
            "widths": {str(column): pixels for column, pixels in _sizes(sheet.columns).items()},
            "heights": _stretches(_sizes(sheet.rows)),
            "merges": sheet.merges,
            "plain": bool(sheet.grid_extra.get("hideGridlines")),
            "protected": [
                _span(protection.range)
                for protection in document.protections
                if _is_on(protection.range, sheet)
            ],
            "filter": filters.range_of(sheet.basic_filter, sheet) if sheet.basic_filter else None,
            "views": filters.views(sheet),
            "charts": len(sheet.charts),
        }
        for sheet in document.sheets
    ]


def _sizes(dimension: Mapping[int, Mapping[str, Any]]) -> dict[int, int]:
    """Return the sizes of rows or columns that differ from the usual one; a hidden one has none."""
    sizes = {}
    for at, properties in dimension.items():
        if properties.get("hiddenByUser"):
            sizes[at] = 0
        elif "pixelSize" in properties:
            sizes[at] = properties["pixelSize"]
    return sizes


def _stretches(sizes: Mapping[int, int]) -> list[list[int]]:
    """Return sizes as stretches of the same: first, last (half open), pixels.

    >>> _stretches({4: 30, 3: 30, 7: 30, 8: 0})
    [[3, 5, 30], [7, 8, 30], [8, 9, 0]]
    """
    bands: list[list[int]] = []
    for at, pixels in sorted(sizes.items()):
        if bands and bands[-1][1] == at and bands[-1][2] == pixels:
            bands[-1][1] = at + 1
        else:
            bands.append([at, at + 1, pixels])
    return bands


def filled_rows(sheet: Sheet) -> int:
    """Return the number of rows down to the last one that shows something."""
    last = sheet.grid.held_rows
    while last and not any(_is_filled(content) for content in sheet.grid.row(last - 1)):
        last -= 1
    return last


def _is_filled(content: Content) -> bool:
    return content is not None and full(content).value not in (None, "")


def edge(sheet: Sheet, row: int, column: int, down: int, right: int) -> tuple[int, int]:
    """Return where Ctrl and an arrow lead: the end of the filled or of the empty stretch.

    Parameters
    ----------
    down, right
        -1, 0 or 1; one of them is 0.
    """
    grid = sheet.grid
    last_row, last_column = grid.row_count - 1, grid.column_count - 1

    def is_inside(r: int, c: int) -> bool:
        return 0 <= r <= last_row and 0 <= c <= last_column

    def is_filled(r: int, c: int) -> bool:
        return _is_filled(grid.cell(r, c))

    if not is_inside(row + down, column + right):
        return row, column
    in_block = is_filled(row, column) and is_filled(row + down, column + right)
    while is_inside(row + down, column + right):
        if in_block and not is_filled(row + down, column + right):
            break
        if down > 0 and not in_block and row >= grid.held_rows:
            return last_row, column
        row, column = row + down, column + right
        if not in_block and is_filled(row, column):
            break
    return row, column


def _is_on(grid: Mapping[str, Any], sheet: Sheet) -> bool:
    return bool(grid.get("sheetId", 0) == sheet.sheet_id)


def _span(grid: Mapping[str, Any]) -> list[int | None]:
    """Return first and last row, first and last column, half open; None is an open end."""
    return [
        grid.get("startRowIndex", 0),
        grid.get("endRowIndex"),
        grid.get("startColumnIndex", 0),
        grid.get("endColumnIndex"),
    ]


def showing(document: Document, sheet: Sheet) -> Showing:
    """Return in what way the cells of a tab are shown now."""
    today = document.wall_clock().date()
    rules = Conditional(sheet.conditional_formats, sheet.grid, document.locale, today)
    return Showing(document.locale, today, rules)


def window(sheet: Sheet, shown: Showing, first: int, last: int) -> list[list[Any]]:
    """Return the cells of some rows, without the empty ones at the end of each.

    See Also
    --------
    sheets_standin.page.cell_view.Showing.cell : what each of them is.
    """
    grid = sheet.grid
    last = min(last, first + MOST_ROWS, grid.row_count)
    held = last if shown.rules.colours_empty else min(last, grid.held_rows)
    return [shown.row(number, grid.row(number), grid.column_count) for number in range(first, held)]


def text(sheet: Sheet, locale: str, row: int, column: int, rows: int, columns: int) -> str:
    """Return cells as tab-separated text, as they are copied to the clipboard."""
    lines = []
    for number in range(row, row + rows):
        shown = [
            displayed(sheet.grid.cell(number, across), locale) for across in range(column, column + columns)
        ]
        lines.append("\t".join(_quoted(cell) for cell in shown))
    return "\n".join(lines)


def _quoted(shown: str) -> str:
    return '"' + shown.replace('"', '""') + '"' if any(c in shown for c in "\t\n\r") else shown
