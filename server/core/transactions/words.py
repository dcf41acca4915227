"""Columns of few distinct words (statuses, currencies) as small integers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from server.core.cells import Cell, text_of

Codes = NDArray[np.int32]

EMPTY_WORD = 0
"""Code of a cell in which nothing stands."""


class WordCodes:
    """Codes of words, assigned as the words arrive.

    Examples
    --------
    >>> words = WordCodes()
    >>> words.add(["paid", "", " Paid ", None, "failed"])
    >>> words.finish().tolist(), words.texts
    ([1, 0, 2, 0, 3], ['', 'paid', 'Paid', 'failed'])
    """

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self._codes: dict[str, int] = {"": EMPTY_WORD}
        self._blocks: list[Codes] = []

    def add(self, cells: Sequence[Cell]) -> None:
        """Take the next cells of the column."""
        places, uniques = pd.factorize(np.array([*cells, None], dtype=object)[:-1], use_na_sentinel=True)
        codes = np.fromiter(map(self._code, uniques), dtype=np.int32, count=len(uniques))
        self._blocks.append(np.append(codes, np.int32(EMPTY_WORD))[places])

    def _code(self, cell: Cell) -> int:
        text = text_of(cell)
        code = self._codes.get(text)
        if code is None:
            code = self._codes[text] = len(self.texts)
            self.texts.append(text)
        return code

    def finish(self) -> Codes:
        """Return the code of every cell, shape (n,); it can be asked for once."""
        codes = np.concatenate(self._blocks) if self._blocks else np.empty(0, dtype=np.int32)
        self._blocks.clear()
        return codes


def spread(codes: Codes, order: NDArray[np.int32] | None) -> Codes:
    """Return the codes with those of an order's other rows where a cell is empty.

    Exports with a row for each item often fill what concerns the order on its first row alone.

    >>> spread(np.array([1, 0, 2, 0], dtype=np.int32), np.array([5, 5, 6, -1], dtype=np.int32)).tolist()
    [1, 1, 2, 0]
    """
    if order is None or not len(order):
        return codes
    empty = codes == EMPTY_WORD
    if not empty.any() or empty.all():
        return codes
    known = np.flatnonzero(~empty & (order >= 0))[::-1]
    of_order = np.zeros(int(order.max()) + 2, dtype=np.int32)
    of_order[order[known]] = codes[known]
    of_order[-1] = EMPTY_WORD
    return np.where(empty, of_order[order], codes)
