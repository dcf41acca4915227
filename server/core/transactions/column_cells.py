"""Cells of one column of a block: which are filled, times of day, and evidence about the column."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from server.core.cells import Cell
from server.core.transactions.statuses import says_yes

Kind = TypeVar("Kind", bound=np.generic)


class Collected(Generic[Kind]):
    """Reads a column block by block by a function of its cells.

    >>> column = Collected(filled)
    >>> column.add(["a", ""]), column.add([0])
    (None, None)
    >>> column.finish().tolist()
    [True, False, True]
    """

    def __init__(self, read: Callable[[Sequence[Cell]], NDArray[Kind]]) -> None:
        self._read = read
        self._blocks: list[NDArray[Kind]] = []

    def add(self, cells: Sequence[Cell]) -> None:
        """Take the next cells of the column."""
        self._blocks.append(self._read(cells))

    def finish(self) -> NDArray[Kind] | None:
        """Return the whole column, None where no block was taken."""
        return np.concatenate(self._blocks) if self._blocks else None


class EqualToTheOneBefore:
    """Whether each cell is equal to the one before it, across blocks.

    >>> equal = EqualToTheOneBefore()
    >>> equal(["a", "a", "b"]).tolist(), equal(["b"]).tolist()
    ([False, True, False], [True])
    """

    def __init__(self) -> None:
        self._last: Cell = None

    def __call__(self, cells: Sequence[Cell]) -> NDArray[np.bool_]:
        before = itertools.chain([self._last], cells)
        equal = np.fromiter(map(operator.eq, cells, before), dtype=bool, count=len(cells))
        self._last = cells[-1] if len(cells) else self._last
        return equal


def padded(cells: Sequence[Cell], length: int) -> Sequence[Cell]:
    """Return cells with empty ones behind them, up to a length."""
    return cells if len(cells) >= length else [*cells, *[""] * (length - len(cells))]


def filled(cells: Sequence[Cell]) -> NDArray[np.bool_]:
    """Whether each cell is filled."""
    if set(map(type, cells)) <= {int, float}:
        return np.ones(len(cells), dtype=bool)
    return np.array([not (c is None or (isinstance(c, str) and not c.strip())) for c in cells], dtype=bool)


def refunds_without_amount(cells: Sequence[Cell]) -> NDArray[np.bool_]:
    """Whether a cell of refunds says that there was one, and no amount."""
    return np.array(
        [c is True or (isinstance(c, str) and c[:1].isalpha() and says_yes(c)) for c in cells], dtype=bool
    )


def seconds_of_day(cells: Sequence[Cell], known: dict[str, int]) -> NDArray[np.int32]:
    """Return the time of day of each cell in seconds; 0 where it has none.

    Parameters
    ----------
    known
        Times that were read before, by what stands behind the eighth sign.
    """
    if set(map(type, cells)) <= {int, float}:
        numbers = np.array(cells, dtype=np.float64)
        return np.round((numbers - np.floor(numbers)) * 86_400).astype(np.int32)
    seconds_of_cells = np.zeros(len(cells), dtype=np.int32)
    for i, cell in enumerate(cells):
        if isinstance(cell, str) and len(cell) > 10:
            time = cell[8:]  # behind a date of the shortest form
            seconds = known.get(time)
            if seconds is None:
                seconds = known[time] = _second(time)
            seconds_of_cells[i] = seconds
        elif isinstance(cell, str | float):
            seconds_of_cells[i] = _second(cell)
    return seconds_of_cells


def _second(cell: Cell) -> int:
    if isinstance(cell, str):
        hours, mark, rest = cell.partition(":")
        if not mark:
            return 0
        try:
            seconds = int(rest[3:5]) if rest[2:3] == ":" else 0
            afternoon = 43_200 if "p" in rest.casefold() and int(hours[-2:]) < 12 else 0
            return int(hours[-2:]) * 3600 + int(rest[:2]) * 60 + seconds + afternoon
        except ValueError:
            return 0
    if isinstance(cell, float):
        return round((cell % 1) * 86_400)
    return 0
