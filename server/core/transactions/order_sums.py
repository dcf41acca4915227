"""Rows that hold the sum of their order's lines, beside these lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.questions import Decision
from server.texts import Amount, counted, to_say

Mask = NDArray[np.bool_]

SAME_SHARE = 0.95
FEWEST = 3
"""So many orders of three rows or more, in which one row is the sum of the others, are no chance."""
_CENT = 0.005


def sums_beside_lines(order: NDArray[np.int32], amount: NDArray[np.float64]) -> Mask | None:
    """Return the rows that hold the sum of their order's other rows, None where there are none.

    They stand first in all orders, or last in all; nearly every order of three rows or more has one. Two equal rows
    are a sum and its one line where the longer orders show it.

    Parameters
    ----------
    order
        Codes of the orders, shape (n,).
    amount
        Shape (n,), NaN where there is none.

    Examples
    --------
    >>> order = np.repeat(np.arange(4, dtype=np.int32), 3)
    >>> amount = np.array([30, 10, 20, 9, 4, 5, 8, 6, 2, 7, 3, 4], dtype=float)
    >>> np.flatnonzero(sums_beside_lines(order, amount)).tolist()
    [0, 3, 6, 9]
    """
    places = np.flatnonzero((order != NO_CODE) & (amount > 0))
    if not len(places):
        return None
    codes, n = order[places], int(order[places].max()) + 1
    lines = np.bincount(codes, minlength=n)
    if (lines > 2).sum() < FEWEST:
        return None
    twice = np.bincount(codes, amount[places], minlength=n) / 2
    first, last = np.full(n, -1), np.full(n, -1)
    last[codes] = places
    first[codes[::-1]] = places[::-1]
    for at in (first, last):
        is_sum = (lines > 1) & (np.abs(twice - np.where(at >= 0, amount[at], 0.0)) < _CENT)
        if is_sum[lines > 2].mean() >= SAME_SHARE:
            mask = np.zeros(len(order), dtype=bool)
            mask[at[is_sum]] = True
            return mask
    return None


def said_of(sums: Mask, amount: NDArray[np.float64]) -> Decision:
    """Return what is said of rows that hold the sum of their order."""
    text = to_say(
        "Not added, as they hold the sum of their order's lines: {rows} ({money}).",
        rows=counted(int(sums.sum()), "row"),
        money=Amount(float(amount[sums].sum())),
    )
    return Decision("AmountCovers", text)
