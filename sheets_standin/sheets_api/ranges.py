"""Ranges that callers name: found in the spreadsheet, clipped to the grid, refused in Google's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.spreadsheet.a1 import A1Error, Range, name, parse_cells, parse_r1c1, split_title
from sheets_standin.spreadsheet.document import Document, Sheet

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of a tab, half open, from 0, within the grid.

    Attributes
    ----------
    asked
        The range as it was parsed, before open ends were filled.
    """

    sheet: Sheet
    first_row: int
    last_row: int
    first_column: int
    last_column: int
    asked: Range

    @property
    def name(self) -> str:
        """The range as Google's answers write it."""
        return name(self.sheet.title, self.first_row, self.last_row, self.first_column, self.last_column)


def area_of(document: Document, text: str) -> Area:
    """Return the area that a range in A1 or R1C1 notation, a tab's title or a named range names.

    Raises
    ------
    ApiError
        400 where it cannot be parsed, names no tab, or begins outside the grid.
    """
    try:
        title, cells = split_title(text)
        if title is not None:
            return _qualified(document, _titled(document, title), cells)
    except (A1Error, KeyError):
        raise invalid(f"Unable to parse range: {text}") from None
    try:
        return area(_first_visible(document), _parsed(cells))
    except A1Error:
        pass
    if (grid := _named(document, cells)) is not None:
        return _grid_area(document, grid)
    try:
        return area(_titled(document, cells), Range())
    except KeyError:
        raise invalid(f"Unable to parse range: {text}") from None


def _qualified(document: Document, sheet: Sheet, cells: str) -> Area:
    """Return the area of cells, or of a named range, that are qualified with their tab."""
    try:
        return area(sheet, _parsed(cells) if cells else Range())
    except A1Error:
        grid = _named(document, cells)
        if grid is None:
            raise
    if grid.get("sheetId", 0) != sheet.sheet_id:
        raise unsupported("a named range qualified with a sheet that it does not lie on")
    return _grid_area(document, grid)


def _named(document: Document, text: str) -> Mapping[str, Any] | None:
    """Return the GridRange of a named range, None where none has the name."""
    for named in document.named_ranges:
        if named.name.casefold() == text.casefold() and named.range is not None:
            return named.range
    return None


def _parsed(cells: str) -> Range:
    try:
        return parse_cells(cells)
    except A1Error:
        return parse_r1c1(cells)


def _titled(document: Document, title: str) -> Sheet:
    for sheet in document.sheets:
        if sheet.title == title:
            return sheet
    for sheet in document.sheets:
        if sheet.title.casefold() == title.casefold():
            return sheet
    raise KeyError(title)


def _first_visible(document: Document) -> Sheet:
    return next((sheet for sheet in document.sheets if not sheet.hidden), document.sheets[0])


def area(sheet: Sheet, asked: Range) -> Area:
    """Return a rectangle clipped to the grid; refuse one that begins outside."""
    rows, columns = sheet.grid.row_count, sheet.grid.column_count
    first_row, first_column = asked.first_row or 0, asked.first_column or 0
    if first_row >= rows or first_column >= columns:
        where = name(
            sheet.title,
            first_row,
            asked.last_row if asked.last_row is not None else max(rows, first_row + 1),
            first_column,
            asked.last_column if asked.last_column is not None else max(columns, first_column + 1),
        )
        raise invalid(f"Range ({where}) exceeds grid limits. Max rows: {rows}, max columns: {columns}")
    return Area(
        sheet,
        first_row,
        min(rows, asked.last_row if asked.last_row is not None else rows),
        first_column,
        min(columns, asked.last_column if asked.last_column is not None else columns),
        asked,
    )


def grid_area(document: Document, grid: Mapping[str, Any] | None) -> Area:
    """Return the area of an API GridRange; open ends reach the end of the grid.

    Raises
    ------
    ApiError
        400 for a tab that is not there, and for one that begins outside the grid or ends before it begins.
    """
    if grid is None:
        raise invalid("range is required")
    return _grid_area(document, grid)


def _grid_area(document: Document, grid: Mapping[str, Any]) -> Area:
    sheet = sheet_of(document, grid.get("sheetId", 0))
    for what in ("Row", "Column"):
        start, end = grid.get(f"start{what}Index"), grid.get(f"end{what}Index")
        if (start or 0) < 0 or (end or 0) < 0:
            raise invalid("GridRange indexes must be >= 0")
        if start is not None and end is not None and start > end:
            raise invalid(f"GridRange start {what.lower()} index must be before or equal to the end index")
        most = sheet.grid.row_count if what == "Row" else sheet.grid.column_count
        if start is not None and start >= most:
            raise invalid(f"GridRange.start{what}Index[{start}] is after last {what.lower()} in grid[{most}]")
    return area(
        sheet,
        Range(
            grid.get("startRowIndex"),
            grid.get("endRowIndex"),
            grid.get("startColumnIndex"),
            grid.get("endColumnIndex"),
        ),
    )


def coordinate(document: Document, given: Mapping[str, Any] | None) -> tuple[Sheet, int, int]:
    """Return tab, row and column of an API GridCoordinate; refuse one outside the grid."""
    place = given or {}
    sheet = sheet_of(document, place.get("sheetId", 0))
    row, column = place.get("rowIndex", 0), place.get("columnIndex", 0)
    for what, at, most in (("row", row, sheet.grid.row_count), ("column", column, sheet.grid.column_count)):
        if at < 0:
            raise invalid("GridCoordinate indexes must be >= 0")
        if at >= most:
            raise invalid(f"GridCoordinate.{what}Index[{at}] is after last {what} in grid[{most - 1}]")
    return sheet, row, column


def dimension_range(document: Document, given: Mapping[str, Any] | None) -> tuple[Sheet, str, int, int]:
    """Return tab, dimension, start and end of an API DimensionRange; open ends reach the end of the grid."""
    place = given or {}
    sheet = sheet_of(document, place.get("sheetId", 0))
    dimension = place.get("dimension", "DIMENSION_UNSPECIFIED")
    if dimension not in ("ROWS", "COLUMNS"):
        raise invalid("dimension is required")
    count = sheet.grid.row_count if dimension == "ROWS" else sheet.grid.column_count
    start, end = place.get("startIndex", 0), place.get("endIndex", count)
    if start < 0 or end < 0:
        raise invalid("DimensionRange indexes must be >= 0")
    return sheet, dimension, start, end


def sheet_of(document: Document, sheet_id: int, what: str = "grid") -> Sheet:
    """Return a tab by id; refuse an unknown one."""
    try:
        return document.sheet_by_id(sheet_id)
    except KeyError:
        raise invalid(f"No {what} with id: {sheet_id}") from None


def grid_json(grid: Mapping[str, Any]) -> Json:
    """Return a GridRange or DimensionRange as answers have it: a sheet id of 0 is left out."""
    return {key: value for key, value in grid.items() if key != "sheetId" or value}


def bounded(sheet: Sheet, first_row: int, last_row: int, first_column: int, last_column: int) -> Json:
    """Return a rectangle as answers have a GridRange."""
    return grid_json(
        {
            "sheetId": sheet.sheet_id,
            "startRowIndex": first_row,
            "endRowIndex": last_row,
            "startColumnIndex": first_column,
            "endColumnIndex": last_column,
        }
    )


def touches(part: Area, grid: Mapping[str, Any]) -> bool:
    """Whether an area and an API GridRange have a cell in common."""
    if grid.get("sheetId", 0) != part.sheet.sheet_id:
        return False
    most = 10**9
    return bool(
        part.first_row < grid.get("endRowIndex", most)
        and grid.get("startRowIndex", 0) < part.last_row
        and part.first_column < grid.get("endColumnIndex", most)
        and grid.get("startColumnIndex", 0) < part.last_column
    )
