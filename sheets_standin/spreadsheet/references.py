"""Keeps references in formulas and ranges right when rows, columns and tabs are inserted, moved or deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sheets_standin.spreadsheet.a1 import column_letters, column_number, quoted

Span = tuple[int | None, int | None]
"""Start and end, half open, from 0; None is an open end."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What becomes of positions along one dimension.

    Attributes
    ----------
    dimension
        "ROWS" or "COLUMNS".
    removed, put_at
        Rows or columns that are taken away (half open), and where as many come in, counted after the removal;
        None where there is no such thing.
    inserted
        How many come in.
    """

    dimension: str
    removed: tuple[int, int] | None = None
    put_at: int | None = None
    inserted: int = 0

    def position(self, at: int) -> int | None:
        """Return where a row or column is afterwards, None where it was deleted."""
        if self.removed is not None:
            first, last = self.removed
            if first <= at < last:
                return self.put_at + at - first if self.put_at is not None else None
            at -= last - first if at >= last else 0
        if self.put_at is not None and at >= self.put_at:
            at += self.inserted
        return at

    def span(self, span: Span) -> Span | None:
        """Return where a stretch is afterwards, None where all of it was deleted."""
        moved = self._moved(span)
        if moved is not None:
            return moved
        left = span if self.removed is None else _span_after_removal(span, *self.removed)
        if left is None or self.put_at is None:
            return left
        start, end = left
        if start is not None and start >= self.put_at:
            start += self.inserted
        if end is not None and end > self.put_at:
            end += self.inserted
        return start, end

    def _moved(self, span: Span) -> Span | None:
        """Return where a stretch is that moves as a whole, None for any other."""
        start, end = span
        if self.removed is None or self.put_at is None or start is None or end is None:
            return None
        first, last = self.removed
        if start < first or end > last:
            return None
        return self.put_at + start - first, self.put_at + end - first

    def grid_range(self, grid: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return an API GridRange as it is afterwards, None where all of it was deleted."""
        names = (
            ("startRowIndex", "endRowIndex")
            if self.dimension == "ROWS"
            else ("startColumnIndex", "endColumnIndex")
        )
        if not any(name in grid for name in names):
            return dict(grid)
        moved = self.span((grid.get(names[0]), grid.get(names[1])))
        if moved is None:
            return None
        bounds = {name: value for name, value in zip(names, moved, strict=True) if value is not None}
        return {name: value for name, value in grid.items() if name not in names} | bounds


def _span_after_removal(span: Span, first: int, last: int) -> Span | None:
    """Return the rest of a stretch, None where nothing is left."""
    start, end = (None if bound is None else _after_removal(bound, first, last) for bound in span)
    return None if start is not None and start == end else (start, end)


def _after_removal(at: int, first: int, last: int) -> int:
    return at if at <= first else first if at <= last else at - (last - first)


_TEXT = r'"(?:[^"]|"")*"'
_TITLE = r"(?:'(?:[^']|'')+'|[A-Za-z_][A-Za-z0-9_.]*)!"
_CELLS = (
    r"\$?[A-Za-z]{1,3}\$?[1-9]\d*(?::\$?[A-Za-z]{1,3}(?:\$?[1-9]\d*)?|:\$?[1-9]\d*)?"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[1-9]\d*:\$?[1-9]\d*"
)
_TOKEN = re.compile(rf"({_TEXT})|(?<![A-Za-z0-9_.$'!])({_TITLE})?({_CELLS})(?![A-Za-z0-9_(!.])")
_CORNER = re.compile(r"(\$?)([A-Za-z]*)(\$?)(\d*)")
_PLACES = {"ROWS": 4, "COLUMNS": 2}
"""Groups of a corner that hold its row and its column."""


def _rewritten(formula: str, change: Callable[[str | None, str], str]) -> str:
    """Return a formula with each reference as `change` (title, cells) has it; texts are left alone."""

    def replaced(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        return change(_bare(match[2]), match[3])

    return _TOKEN.sub(replaced, formula)


def _bare(title: str | None) -> str | None:
    if title is None:
        return None
    return title[1:-2].replace("''", "'") if title.startswith("'") else title[:-1]


def _named(title: str | None, cells: str) -> str:
    return cells if title is None else f"{quoted(title)}!{cells}"


def shifted_formula(formula: str, own_title: str, title: str, shift: Shift) -> str:
    """Return a formula of the tab `own_title` after rows or columns of the tab `title` shifted.

    >>> shifted_formula("=SUM(A1:A3)+B9", "Log", "Log", Shift("ROWS", put_at=1, inserted=2))
    '=SUM(A1:A5)+B11'
    >>> shifted_formula("=A1+$B$2", "Log", "Log", Shift("COLUMNS", removed=(1, 2)))
    '=A1+#REF!'
    """

    def change(of: str | None, cells: str) -> str:
        if (own_title if of is None else of).casefold() != title.casefold():
            return _named(of, cells)
        return _named(of, _shifted_cells(cells, shift))

    return _rewritten(formula, change)


def _shifted_cells(cells: str, shift: Shift) -> str:
    first, mark, second = cells.partition(":")
    at = _PLACES[shift.dimension]
    if not mark:
        return _shifted_cell(_corner_of(first), at, shift)
    start, end = _corner_of(first), _corner_of(second)
    low, high = _number(start, at), _number(end, at)
    if low is None and high is None:
        return cells
    if low is not None and high is not None and low > high:
        start, end, low, high = end, start, high, low
    span = shift.span((low, None if high is None else high + 1))
    if span is None:
        return "#REF!"
    begin, after = span
    return f"{_corner(start, at, begin)}:{_corner(end, at, None if after is None else after - 1)}"


def _shifted_cell(corner: re.Match[str], at: int, shift: Shift) -> str:
    number = _number(corner, at)
    moved = None if number is None else shift.position(number)
    return "#REF!" if moved is None else _corner(corner, at, moved)


def _corner_of(text: str) -> re.Match[str]:
    match = _CORNER.fullmatch(text)
    assert match is not None
    return match


def _number(corner: re.Match[str], at: int) -> int | None:
    """Return the row or column of a corner, counted from 0; None where it stands for all."""
    text = corner[at]
    if not text:
        return None
    return int(text) - 1 if at == _PLACES["ROWS"] else column_number(text)


def _corner(match: re.Match[str], at: int, number: int | None) -> str:
    """Return a corner with another row or column, as it is where there is none."""
    if number is None:
        return match[0]
    parts = [match[1], match[2], match[3], match[4]]
    parts[at - 1] = str(number + 1) if at == _PLACES["ROWS"] else column_letters(number)
    return "".join(parts)


def retitled_formula(formula: str, title: str, new_title: str | None) -> str:
    """Return a formula after a tab was renamed, or deleted where `new_title` is None.

    >>> retitled_formula("=Old!A1+'Old'!B2", "Old", "New tab"), retitled_formula("=Old!A1", "Old", None)
    ("='New tab'!A1+'New tab'!B2", '=#REF!')
    """

    def change(of: str | None, cells: str) -> str:
        if of is None or of.casefold() != title.casefold():
            return _named(of, cells)
        return "#REF!" if new_title is None else _named(new_title, cells)

    return _rewritten(formula, change)
