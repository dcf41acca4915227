"""A1 notation: from text to rows and columns and back, as Google writes it in its answers."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CELL = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,6})?")
_BARE_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_LOOKS_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*")


class A1Error(ValueError):
    """The text is no range."""


@dataclass(frozen=True, slots=True)
class Range:
    """A rectangle, half open, from 0; None is an open end."""

    first_row: int | None = None
    last_row: int | None = None
    first_column: int | None = None
    last_column: int | None = None

    @property
    def is_cell(self) -> bool:
        """Whether it is one cell."""
        return (
            None not in (self.first_row, self.last_row, self.first_column, self.last_column)
            and self.last_row == (self.first_row or 0) + 1
            and self.last_column == (self.first_column or 0) + 1
        )


def column_number(letters: str) -> int:
    """Return the position from 0 of a column.

    >>> column_number("A"), column_number("AA")
    (0, 26)
    """
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column, from 0.

    >>> column_letters(0), column_letters(26)
    ('A', 'AA')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def split_title(text: str) -> tuple[str | None, str]:
    """Return the tab's title and the cells, either of which may be missing.

    >>> split_title("'Bob''s tab'!A1:B2"), split_title("New User"), split_title("A1:B")
    (("Bob's tab", 'A1:B2'), (None, 'New User'), (None, 'A1:B'))
    """
    if text.startswith("'"):
        end = 1
        while True:
            end = text.find("'", end)
            if end < 0:
                raise A1Error(text)
            if text[end + 1 : end + 2] == "'":
                end += 2
                continue
            break
        title = text[1:end].replace("''", "'")
        rest = text[end + 1 :]
        if rest and not rest.startswith("!"):
            raise A1Error(text)
        return title, rest[1:]
    title, mark, cells = text.rpartition("!")
    return (title, cells) if mark else (None, text)


def parse_cells(text: str) -> Range:
    """Return the rectangle of the cells part.

    >>> parse_cells("B2:A1")
    Range(first_row=0, last_row=2, first_column=0, last_column=2)
    >>> parse_cells("2:4"), parse_cells("C:C").first_column
    (Range(first_row=1, last_row=4, first_column=None, last_column=None), 2)
    """
    first, mark, second = text.partition(":")
    start, end = _corner(first), _corner(second) if mark else _corner(first)
    if not mark and None in start:
        raise A1Error(text)
    first_row, last_row = _bounds(start[0], end[0])
    first_column, last_column = _bounds(start[1], end[1])
    return Range(first_row, last_row, first_column, last_column)


def _bounds(start: int | None, end: int | None) -> tuple[int | None, int | None]:
    """Return first and last, half open, of what two corners span; None where it has no end."""
    given = sorted(position for position in (start, end) if position is not None)
    if not given:
        return None, None
    return given[0], given[-1] + 1 if len(given) == 2 else None


_R1C1 = re.compile(r"[Rr](\d*|\[\d+\])(?:[Cc](\d*|\[\d+\]))?|[Cc](\d*|\[\d+\])")


def parse_r1c1(text: str) -> Range:
    """Return the rectangle of R1C1 notation; offsets in brackets count from A1, a letter alone is offset 0.

    >>> parse_r1c1("R1C1:R2C3") == parse_cells("A1:C2"), parse_r1c1("R[1]C[1]") == parse_cells("B2")
    (True, True)
    """
    first, mark, second = text.partition(":")
    corners = [_r1c1_corner(first), _r1c1_corner(second if mark else first)]
    rows = sorted(row for row, _ in corners if row is not None)
    columns = sorted(column for _, column in corners if column is not None)
    return Range(
        first_row=rows[0] if rows else None,
        last_row=rows[-1] + 1 if len(rows) == 2 else None,
        first_column=columns[0] if columns else None,
        last_column=columns[-1] + 1 if len(columns) == 2 else None,
    )


def _r1c1_corner(text: str) -> tuple[int | None, int | None]:
    match = _R1C1.fullmatch(text)
    if not match:
        raise A1Error(text)
    return _offset(match[1], text), _offset(match[2] if match[1] is not None else match[3], text)


def _offset(text: str | None, whole: str) -> int | None:
    if text is None:
        return None
    if text.startswith("["):
        return int(text[1:-1])
    if text and int(text) == 0:
        raise A1Error(whole)
    return int(text) - 1 if text else 0


def _corner(text: str) -> tuple[int | None, int | None]:
    match = _CELL.fullmatch(text)
    if not match or not text or (match[1] is None and match[2] is None):
        raise A1Error(text)
    return (
        int(match[2]) - 1 if match[2] else None,
        column_number(match[1]) if match[1] else None,
    )


def quoted(title: str) -> str:
    """Return a title as Google writes it: bare where it can be mistaken for nothing else.

    >>> quoted("Sheet1"), quoted("New User"), quoted("D3")
    ('Sheet1', "'New User'", "'D3'")
    """
    if _BARE_TITLE.fullmatch(title) and not _LOOKS_LIKE_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def name(title: str, first_row: int, last_row: int, first_column: int, last_column: int) -> str:
    """Return the range of a rectangle, half open, from 0; one cell stays one cell.

    >>> name("Log", 0, 1, 0, 1), name("Log", 0, 2, 0, 3)
    ('Log!A1', 'Log!A1:C2')
    """
    start = f"{column_letters(first_column)}{first_row + 1}"
    end = f"{column_letters(last_column - 1)}{last_row}"
    return f"{quoted(title)}!{start}" + ("" if start == end else f":{end}")
