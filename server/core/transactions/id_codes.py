"""Ids of customers and orders as small integers, so that a million rows need no million texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from server.core.cells import Cell
from server.core.transactions.customer_ids import id_key

NO_CODE = -1
"""Stands where a cell holds no id."""


class IdCodes:
    """Gives each id a number as it arrives; 13085, 13085.0 and "13085.0" are one id, "00123" is its own.

    Parameters
    ----------
    folds_case
        Whether capitals make no difference, as in e-mail addresses.
    like
        The codes of another column of the same ids, so that one id has one number in both.
    """

    def __init__(self, *, folds_case: bool = False, like: IdCodes | None = None) -> None:
        self.ids: list[str] = []
        self._folds_case = folds_case
        self._codes: dict[str, int] = {}
        if like is not None:
            self.ids, self._codes, self._folds_case = like.ids, like._codes, like._folds_case
        self._blocks: list[NDArray[np.int32]] = []

    def add(self, cells: Sequence[Cell]) -> None:
        """Take the next cells of the column."""
        places, uniques = pd.factorize(np.array([*cells, None], dtype=object)[:-1], use_na_sentinel=True)
        codes = np.fromiter(map(self._code, uniques), dtype=np.int32, count=len(uniques))
        self._blocks.append(np.append(codes, np.int32(NO_CODE))[places])

    def _code(self, cell: Cell) -> int:
        text = id_key(cell, folds_case=self._folds_case)
        if not text:
            return NO_CODE
        code = self._codes.get(text)
        if code is None:
            code = self._codes[text] = len(self.ids)
            self.ids.append(text)
        return code

    @property
    def has_missing(self) -> bool:
        """Whether a cell held no id."""
        return any(bool((block == NO_CODE).any()) for block in self._blocks)

    def finish(self) -> NDArray[np.int32]:
        """Return the code of every cell, shape (n,); `NO_CODE` where it is no id."""
        codes = np.concatenate(self._blocks) if self._blocks else np.empty(0, dtype=np.int32)
        self._blocks.clear()
        return codes


def only_owner(codes: NDArray[np.int32], keys: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Return the one code beside each key; `NO_CODE` where there is none, or several.

    Parameters
    ----------
    codes, keys
        One of each a row, `NO_CODE` where a row has none, shape (n,).
    count
        How many keys there are.

    Returns
    -------
    Shape (count + 1,), so that the key `NO_CODE` has no owner.

    >>> only_owner(np.array([7, 7, 8, 9, 5]), np.array([0, 0, 1, 1, -1]), 3).tolist()
    [7, -1, -1, -1]
    """
    known = (codes != NO_CODE) & (keys != NO_CODE)
    lowest = np.full(count + 1, np.iinfo(np.int32).max, dtype=np.int32)
    highest = np.full(count + 1, NO_CODE, dtype=np.int32)
    np.minimum.at(lowest, keys[known], codes[known])
    np.maximum.at(highest, keys[known], codes[known])
    return np.where(lowest == highest, highest, np.int32(NO_CODE)).astype(np.int32)
