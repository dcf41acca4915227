"""Tables and progress in a terminal."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from server.core.visible import terminal_text

_WIDEST = 60


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(terminal_text(text) + "\n")
    sys.stdout.flush()


def progress(text: str) -> None:
    """Show how far it is: over the last line in a terminal, on lines of its own elsewhere."""
    text = terminal_text(text)
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[2K  {text}")
    else:
        sys.stdout.write(f"  {text}\n")
    sys.stdout.flush()


def end_progress() -> None:
    """Take the line of progress away."""
    if sys.stdout.isatty():
        sys.stdout.write("\r\x1b[2K")
        sys.stdout.flush()


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table as text: numbers to the right, long texts cut.

    >>> print(table(["Segment", "Customers"], [["Loyal", 1200], ["New", 7]]))
      Segment  Customers
      -------  ---------
      Loyal        1,200
      New              7
    """
    cells = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(headers, *cells, strict=True)]
    are_numbers = [bool(rows) and all(_is_number(row[i]) for row in rows) for i in range(len(headers))]
    lines = [list(headers), ["-" * width for width in widths], *cells]
    return "\n".join(
        "  "
        + "  ".join(
            _padded(cell, width, is_number=is_number)
            for cell, width, is_number in zip(line, widths, are_numbers, strict=True)
        ).rstrip()
        for line in lines
    )


def _is_number(cell: object) -> bool:
    """Whether a cell may stand in a column of numbers."""
    return isinstance(cell, int | float) or cell in ("", None)


def _padded(cell: str, width: int, *, is_number: bool) -> str:
    blank = " " * (width - _width(cell))
    return blank + cell if is_number else cell + blank


def table_as_it_comes(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a table whose rows take long: each at once, in columns as wide as their headers.

    >>> print(*table_as_it_comes(["Customers", "Held out"], [[500, "10%"], [2000, "20%"]]), sep="\\n")
      Customers  Held out
      ---------  --------
            500       10%
          2,000       20%
    """
    widths = [_width(header) for header in headers]
    for cells in chain([headers, ["-" * width for width in widths]], rows):
        texts = map(_shown, cells)
        yield "  " + "  ".join(
            " " * (width - _width(text)) + text for text, width in zip(texts, widths, strict=True)
        )


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    text = str(cell).replace("\n", " ")
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _width(text: str) -> int:
    """Return the columns that a text takes in a terminal: signs such as 💰 take two."""
    return sum(
        0
        if unicodedata.combining(c) or c == "\ufe0f"
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )
