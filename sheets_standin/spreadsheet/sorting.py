"""The order that Sheets sorts rows into: numbers, then text, then booleans; empty cells last, either way."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.grid import Grid


def sorted_rows(grid: Grid, rows: Sequence[int], by: Sequence[tuple[int, bool]]) -> list[int]:
    """Return rows in their new order.

    Parameters
    ----------
    by
        Column and whether descending; the first counts most.
    """
    order = list(rows)
    for column, descending in reversed(by):

        def key(row: int, column: int = column) -> tuple[int, float | str]:
            return _rank(value_of(grid.cell(row, column)))

        filled = [row for row in order if value_of(grid.cell(row, column)) not in (None, "")]
        is_filled = set(filled)
        empty = [row for row in order if row not in is_filled]
        order = sorted(filled, key=key, reverse=descending) + empty
    return order


def _rank(value: object) -> tuple[int, float | str]:
    if isinstance(value, bool):
        return 2, float(value)
    if isinstance(value, int | float):
        return 0, float(value)
    return 1, str(value).casefold()
