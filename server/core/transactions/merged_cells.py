"""Rows with an amount alone: sums of the rows above, or further lines of a customer who is named once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.arrays import RawRows
from server.core.transactions.dates import NO_DATE
from server.core.transactions.id_codes import NO_CODE
from server.errors import TrainingDataError
from server.texts import to_say

Mask = NDArray[np.bool_]

FEWEST, SHARE = 3, 0.1
"""So many rows, and such a share of all, are no slip."""
SUMS_SHARE = 0.95
_CENT = 0.005


def refuse_merged_cells(raw: RawRows, day: NDArray[np.int32], amount: NDArray[np.float64]) -> None:
    """Refuse a table that names the customer and the date once for several rows.

    Raises
    ------
    TrainingDataError
        If many rows have an amount without customer, date and order, and these amounts are no sums of the rows above.
    """
    bare = (raw.customer == NO_CODE) & (day == NO_DATE) & ~np.isnan(amount)
    if raw.order is not None:
        bare &= raw.order == NO_CODE
    count = int(bare.sum())
    if count < FEWEST or count < SHARE * len(raw) or _are_sums(bare, amount):
        return
    rows = ", ".join(map(str, raw.rows[bare][:3].tolist()))
    raise TrainingDataError(
        to_say(
            "{rows} rows (row {row}…) have an amount and neither customer nor date, as in a table"
            " that names each customer once, for several rows.",
            rows=count,
            row=rows,
        ),
        hint=to_say("Fill customer and date down into these rows, or delete the rows if they are no sales."),
    )


def _are_sums(bare: Mask, amount: NDArray[np.float64]) -> bool:
    """Whether nearly every bare row holds the sum of the rows since the one before it."""
    at = np.flatnonzero(bare)
    running = np.concatenate([[0.0], np.cumsum(np.where(bare, 0.0, np.nan_to_num(amount)))])
    since = np.diff(running[at], prepend=0.0)
    return bool((np.abs(since - amount[at]) < _CENT).mean() >= SUMS_SHARE)
