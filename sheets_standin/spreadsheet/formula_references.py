"""Cells that the references of formulas stand for, within the tabs' sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheets_standin.spreadsheet.a1 import column_letters, parse_cells
from sheets_standin.spreadsheet.cells import Fault
from sheets_standin.spreadsheet.formula_faults import (
    NO_REFERENCE,
    unknown_name,
    unresolved_title,
)
from sheets_standin.spreadsheet.formula_tokens import FormulaToken

MOST_ROWS = 1_048_576
"""Of one tab, that the library can hold; Google has no such limit below its 10 million cells."""

Place = tuple[int, int, int]
"""Tab by position, row, column."""


@dataclass(frozen=True, slots=True)
class Area:
    """Cells of one tab, by its position among the tabs; half open, from 0."""

    tab: int
    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def is_cell(self) -> bool:
        """Whether it is one cell."""
        return self.last_row - self.first_row == 1 and self.last_column - self.first_column == 1

    def text(self) -> str:
        """Return it as the library reads it."""
        start = f"{column_letters(self.first_column)}{self.first_row + 1}"
        end = f"{column_letters(self.last_column - 1)}{self.last_row}"
        return f"{tab_name(self.tab)}!{start}" + ("" if self.is_cell else f":{end}")


def tab_name(tab: int) -> str:
    """Return the library's title of a tab: users' titles may be longer or other than it allows."""
    return f"tab_{tab}"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the references of a formula are read against.

    Attributes
    ----------
    titles, sizes
        Of the tabs: titles, and rows and columns.
    names
        The named ranges, by name in lower case.
    decimal
        The locale's decimal sign; where it is a comma, arguments are parted by semicolons.
    """

    titles: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...]
    names: Mapping[str, Area]
    decimal: str

    def tab(self, title: str) -> int | None:
        """Return the position of a tab."""
        wanted = title.casefold()
        return next((i for i, title in enumerate(self.titles) if title.casefold() == wanted), None)

    def area(self, token: FormulaToken, own: int) -> Area | Fault:
        """Return what a reference or a name stands for, within the tab's size."""
        if token.kind == "name":
            return self.names.get(token.text.casefold()) or unknown_name(token.text)
        tab = own if token.title is None else self.tab(token.title)
        if tab is None:
            return unresolved_title(str(token.title))
        cells = parse_cells(token.cells.replace("$", ""))
        rows, columns = self.sizes[tab]
        first_row, first_column = cells.first_row or 0, cells.first_column or 0
        last_row, last_column = _within(cells.last_row, rows), _within(cells.last_column, columns)
        if first_row >= last_row or first_column >= last_column:
            return NO_REFERENCE
        return Area(tab, first_row, last_row, first_column, last_column)


def _within(last: int | None, size: int) -> int:
    """Return where an area ends, half open, in a tab of so many rows or columns."""
    return size if last is None else min(size, last)
