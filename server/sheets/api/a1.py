"""Ranges of whole rows and of columns in A1 notation, and runs of consecutive rows."""

from __future__ import annotations

from collections.abc import Iterable

from server.layout.headers import column_letter
from server.layout.limits import SCATTERED_RANGES
from server.layout.tabs import LAYOUTS


def quoted(title: str) -> str:
    """Return a tab's title as A1 notation takes it.

    >>> quoted("Bob's tab")
    "'Bob''s tab'"
    """
    return "'" + title.replace("'", "''") + "'"


def context_range(title: str) -> str:
    """Return what is read of a tab of the service for a decision about others, as its layout says.

    >>> context_range("Action_Map")
    "'Action_Map'!1:200"
    """
    return f"{quoted(title)}!{LAYOUTS[title].read_rows}"


def row_ranges(title: str, rows: Iterable[int], *, at_most: int = SCATTERED_RANGES) -> list[str]:
    """Return whole-row ranges that hold the given sheet rows.

    Where they would be more than `at_most`, the nearest are joined, rows between them included, as a long
    list of ranges is slower than the rows between.

    >>> row_ranges("New User", [2, 3, 4, 9])
    ["'New User'!2:4", "'New User'!9:9"]
    >>> row_ranges("New User", [2, 4, 90], at_most=2)
    ["'New User'!2:4", "'New User'!90:90"]
    """
    return [f"{quoted(title)}!{first}:{last}" for first, last in spans(rows, at_most=at_most)]


def spans(rows: Iterable[int], *, at_most: int | None = None) -> list[tuple[int, int]]:
    """Return the runs of consecutive numbers, first and last of each, in order.

    >>> spans([5, 3, 4, 9])
    [(3, 5), (9, 9)]
    """
    runs: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    if at_most is None or len(runs) <= at_most:
        return runs
    gaps = sorted(range(1, len(runs)), key=lambda i: runs[i][0] - runs[i - 1][1], reverse=True)
    cuts = sorted(gaps[: at_most - 1])
    return [(runs[a][0], runs[b - 1][1]) for a, b in zip([0, *cuts], [*cuts, len(runs)], strict=True)]


def column_range(title: str, column: int, first: int, last: int | None = None) -> str:
    """Return the range of one column between two sheet rows, to the end of the grid without `last`.

    >>> column_range("RFM", 0, 2), column_range("RFM", 27, 2, 9)
    ("'RFM'!A2:A", "'RFM'!AB2:AB9")
    """
    letters = column_letter(column)
    return f"{quoted(title)}!{letters}{first}:{letters}{last or ''}"
