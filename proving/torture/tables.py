"""Rows of a tab by their headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.sheet import Sheet


def table(sheet: Sheet, names: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield row (from 0) and values by header of each row below the header that the grid holds."""
    header = [str(value_of(cell)) for cell in sheet.grid.row(0)]
    at = {name: header.index(name) for name in names}
    for number in range(1, sheet.grid.held_rows):
        yield number, {name: value_of(sheet.grid.cell(number, place)) for name, place in at.items()}
