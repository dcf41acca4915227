"""Lines and orders that stand in the sheet twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from server.core.columns import Role
from server.core.ids import NO_CODE

_SCATTERED_SHARE = 0.05
"""Where more of the orders than this stand in pieces, pieces that look alike are no pasted copies."""


def _line_hash(
    customer: NDArray[np.int32],
    day: NDArray[np.int32],
    money: Mapping[Role, NDArray[np.float64]],
    order: NDArray[np.int32] | None,
) -> NDArray[np.uint64]:
    """Return one number a line, equal for lines that are equal in every column used."""

    def parts() -> Iterator[NDArray[np.uint64]]:  # one at a time, as each has 8 bytes a line
        yield customer.astype(np.uint64)
        yield day.astype(np.uint64)
        for values in money.values():
            yield np.nan_to_num(values, nan=-1.5e300).view(np.uint64)
        if order is not None:
            yield order.astype(np.uint64)

    mixed = np.zeros(len(customer), dtype=np.uint64)
    for part in parts():  # the constants are those of splitmix64
        mixed ^= part
        mixed += np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(30)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(27)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def repeated_lines(
    used: NDArray[np.bool_],
    customer: NDArray[np.int32],
    day: NDArray[np.int32],
    money: Mapping[Role, NDArray[np.float64]],
    order: NDArray[np.int32] | None,
) -> NDArray[np.bool_]:
    """Mark lines that are equal to an earlier one."""
    mask = np.zeros(len(customer), dtype=bool)
    places = np.flatnonzero(used)
    mask[places] = pd.Series(_line_hash(customer, day, money, order)[places]).duplicated().to_numpy()
    return mask


def repeated_orders(
    used: NDArray[np.bool_],
    customer: NDArray[np.int32],
    day: NDArray[np.int32],
    money: Mapping[Role, NDArray[np.float64]],
    order: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Mark the lines of orders that were pasted twice: the same id with the same lines in two blocks.

    Lines of one order that stand together are a block. Where many orders stand in differing pieces, the
    sheet is sorted by something else, and pieces that look alike are no copies.
    """
    mask = np.zeros(len(order), dtype=bool)
    places = np.flatnonzero(used & (order != NO_CODE))
    if not len(places):
        return mask
    ordered = order[places]
    starts = np.flatnonzero(np.append(True, (ordered[1:] != ordered[:-1]) | (np.diff(places) > 1)))
    if len(starts) == np.count_nonzero(np.bincount(ordered)):
        return mask
    lengths = np.diff(np.append(starts, len(ordered)))
    with np.errstate(over="ignore"):
        sums = np.add.reduceat(_line_hash(customer, day, money, order)[places], starts)
    blocks = pd.DataFrame({"order": ordered[starts], "lines": lengths, "sum": sums})
    copies = blocks.duplicated().to_numpy()
    kinds = blocks.loc[~copies].groupby("order").size()
    if (kinds > 1).sum() > _SCATTERED_SHARE * len(kinds):
        return mask
    mask[places] = np.repeat(copies, lengths)
    return mask
