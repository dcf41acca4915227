"""Lines and orders that occur twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from server.core.transactions.headers import Role
from server.core.transactions.id_codes import NO_CODE

Mask = NDArray[np.bool_]

FEWEST_COPIED = 5
"""So many rows in the same order as before are a block that was pasted twice."""
FEWEST_ORDERS, COPIED_SHARE = 3, 0.5
"""Where so many orders, and such a share of all of their days, are doubled line by line, it was no chance."""


def _line_hash(
    customer: NDArray[np.int32],
    day: NDArray[np.int32],
    money: Mapping[Role, NDArray[np.float64]],
    order: NDArray[np.int32] | None,
    seconds: NDArray[np.int32] | None = None,
) -> NDArray[np.uint64]:
    """Return one number a line, equal for lines that are equal in every column used."""

    def parts() -> Iterator[NDArray[np.uint64]]:  # one at a time, as each has 8 bytes a line
        yield customer.astype(np.uint64)
        yield day.astype(np.uint64)
        for values in money.values():
            yield np.nan_to_num(values, nan=-1.5e300).view(np.uint64)
        if order is not None:
            yield order.astype(np.uint64)
        if seconds is not None:
            yield seconds.astype(np.uint64)

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


def _shared(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the places of numbers that occur more than once, ascending.

    A table of all distinct ones, as pandas makes it, takes 45 bytes a line.
    """
    ascending = np.sort(hashes)
    twice = ascending[1:][ascending[1:] == ascending[:-1]]
    del ascending
    if not len(twice):
        return np.empty(0, dtype=np.int64)
    after = np.minimum(np.searchsorted(twice, hashes), len(twice) - 1)
    return np.flatnonzero(twice[after] == hashes)


def repeated_lines(
    used: Mask,
    customer: NDArray[np.int32],
    day: NDArray[np.int32],
    money: Mapping[Role, NDArray[np.float64]],
    order: NDArray[np.int32] | None,
    seconds: NDArray[np.int32] | None = None,
) -> Mask:
    """Mark lines that are equal to an earlier one, the moment included where the date has one."""
    mask = np.zeros(len(customer), dtype=bool)
    hashes = _line_hash(customer, day, money, order, seconds)[used]
    shared = _shared(hashes)
    mask[np.flatnonzero(used)[shared]] = pd.Series(hashes[shared]).duplicated().to_numpy()
    return mask


def repeated_blocks(
    used: Mask,
    customer: NDArray[np.int32],
    day: NDArray[np.int32],
    money: Mapping[Role, NDArray[np.float64]],
) -> Mask:
    """Mark the rows of blocks that were pasted twice: rows in the same order as before, of several days.

    Equal purchases of one day may be chance; a table that goes back to an earlier day and repeats row by row is not.
    """
    mask = np.zeros(len(customer), dtype=bool)
    hashes = _line_hash(customer, day, money, None)[used]
    shared = _shared(hashes)
    codes, uniques = pd.factorize(hashes[shared])
    places = np.flatnonzero(used)
    first = np.full(len(uniques), len(places), dtype=np.int64)
    np.minimum.at(first, codes, shared)
    is_again = first[codes] < shared
    again = shared[is_again]
    if not len(again):
        return mask
    offset = again - first[codes[is_again]]
    begins = np.concatenate([[True], (np.diff(again) != 1) | (np.diff(offset) != 0)])
    run = np.cumsum(begins) - 1
    days = day[places[again]]
    starts = np.flatnonzero(begins)
    lengths = np.diff(starts, append=len(again))
    several = np.maximum.reduceat(days, starts) > np.minimum.reduceat(days, starts)
    copied = (lengths >= FEWEST_COPIED) & several
    mask[places[again[copied[run]]]] = True
    return mask


def repeated_orders(
    used: Mask,
    customer: NDArray[np.int32],
    day: NDArray[np.int32],
    money: Mapping[Role, NDArray[np.float64]],
    order: NDArray[np.int32],
    seconds: NDArray[np.int32] | None = None,
    *,
    lines_are_pieces: bool = False,
) -> Mask:
    """Mark the lines of orders that were pasted twice, however the copies lie between one another.

    An order may have been pasted k times if each of its different lines stands there a multiple of k times. Where it
    stands in k blocks, it was. Else they may also be pieces of one product, each on a line: then the days decide. A
    paste doubles nearly all orders of its days, chance few of them.

    Parameters
    ----------
    lines_are_pieces
        It is known that equal lines of one block are each a piece.
    """
    mask = np.zeros(len(order), dtype=bool)
    places = np.flatnonzero(used & (order != NO_CODE))
    if not len(places):
        return mask
    with np.errstate(over="ignore"):
        hashes = _line_hash(customer, day, money, order, seconds)[places]
    ordered, days = order[places], day[places]
    shared = _shared(hashes)
    if not len(shared):
        return mask
    is_suspect = np.zeros(int(order.max()) + 1, dtype=bool)
    is_suspect[ordered[shared]] = True
    at = np.flatnonzero(is_suspect[ordered])
    lines = pd.DataFrame({"order": ordered[at], "hash": hashes[at], "at": at})
    by_line = lines.groupby(["order", "hash"], sort=False)["at"]
    lines["nth"], lines["size"] = by_line.cumcount(), by_line.transform("size")
    lines["begins"] = (at == 0) | (ordered[at - 1] != ordered[at])
    of_order = lines.groupby("order").agg(
        times=("size", np.gcd.reduce), blocks=("begins", "sum"), kinds=("hash", "nunique")
    )
    apart = (of_order["blocks"] > 1) & (of_order["times"] % of_order["blocks"] == 0)
    of_order["times"] = of_order["times"].where(~apart, of_order["blocks"])
    doubled = of_order.index[of_order["times"] > 1].to_numpy()
    copied = of_order.index[(of_order["times"] > 1) & apart].to_numpy()
    # two products of one price are common, and an order may be the only one of its day
    may_be_copies = len(doubled) >= FEWEST_ORDERS or bool((of_order["kinds"].reindex(doubled) > 1).any())
    if (
        len(copied) < len(doubled)
        and may_be_copies
        and not lines_are_pieces
        and _days_are_doubled(ordered, days, doubled)
    ):
        copied = doubled
    lines = lines[lines["order"].isin(copied)]
    times = of_order["times"].reindex(lines["order"]).to_numpy()
    is_copy = lines["nth"].to_numpy() >= lines["size"].to_numpy() // times
    mask[places[lines["at"].to_numpy()[is_copy]]] = True
    return mask


def _days_are_doubled(order: NDArray[np.int32], day: NDArray[np.int32], doubled: NDArray[np.int32]) -> bool:
    """Whether most orders between the first and the last day of doubled orders are doubled."""
    is_doubled = np.zeros(int(order.max()) + 1, dtype=bool)
    is_doubled[doubled] = True
    theirs = day[is_doubled[order]]
    between = np.unique(order[(day >= theirs.min()) & (day <= theirs.max())])
    return bool(is_doubled[between].mean() >= COPIED_SHARE)
