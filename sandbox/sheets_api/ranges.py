"""Ranges that callers name: found in the spreadsheet, clipped to the grid, refused in Google's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.sheets_api.errors import invalid
from sandbox.spreadsheet.a1 import A1Error, Range, name, parse_cells, split_title
from sandbox.spreadsheet.document import Document, Sheet


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
    """Return the area that a range in A1 notation names.

    Raises
    ------
    ApiError
        400 where it cannot be parsed, names no tab, or begins outside the grid.
    """
    try:
        title, cells = split_title(text)
    except A1Error:
        raise invalid(f"Unable to parse range: {text}") from None
    if title is None:
        try:
            return area(document.sheet(cells), Range())
        except KeyError:
            sheet = document.sheets[0]
    else:
        try:
            sheet = document.sheet(title)
        except KeyError:
            raise invalid(f"Unable to parse range: {text}") from None
    try:
        asked = parse_cells(cells) if cells or title is None else Range()
    except A1Error:
        raise invalid(f"Unable to parse range: {text}") from None
    return area(sheet, asked)


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


def grid_area(document: Document, grid: Mapping[str, Any]) -> Area:
    """Return the area of an API GridRange; open ends reach the end of the grid."""
    sheet = sheet_of(document, grid.get("sheetId", 0))
    asked = Range(
        grid.get("startRowIndex"),
        grid.get("endRowIndex"),
        grid.get("startColumnIndex"),
        grid.get("endColumnIndex"),
    )
    rows, columns = sheet.grid.row_count, sheet.grid.column_count
    for bound, most, what in (
        (asked.first_row, rows, "startRowIndex"),
        (asked.first_column, columns, "startColumnIndex"),
        (asked.last_row, rows, "endRowIndex"),
        (asked.last_column, columns, "endColumnIndex"),
    ):
        limit = most if what.startswith("end") else most - 1
        if bound is not None and (bound < 0 or bound > limit):
            kind = "row" if "Row" in what else "column"
            raise invalid(f"range.{what}[{bound}] is out of bounds: the grid has {most} {kind}s (GridRange)")
    return area(sheet, asked)


def sheet_of(document: Document, sheet_id: int) -> Sheet:
    """Return a tab by id; refuse an unknown one."""
    try:
        return document.sheet_by_id(sheet_id)
    except KeyError:
        raise invalid(f"No grid with id: {sheet_id}") from None
