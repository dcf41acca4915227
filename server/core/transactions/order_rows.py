"""Rows of one order: exports often write its customer and its date on the first row alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.arrays import RawRows
from server.core.transactions.dates import NO_DATE
from server.core.transactions.id_codes import NO_CODE, only_owner
from server.core.transactions.order_sums import said_of, sums_beside_lines
from server.core.transactions.questions import Decision
from server.texts import counted, to_say

Mask = NDArray[np.bool_]

SAME_SHARE = 0.95
_CENT = 0.005


@dataclass(slots=True)
class OrderRows:
    """Rows with the values that other rows of their order supply.

    Attributes
    ----------
    day
        Days since 1970-01-01, shape (n,).
    sums
        Rows that hold the sum of the order's other lines, shape (n,); None where there are none.
    """

    raw: RawRows
    day: NDArray[np.int32]
    sums: Mask | None = None
    said: list[Decision] = field(default_factory=list)


def shared_by_order(raw: RawRows, day: NDArray[np.int32], amount: NDArray[np.float64]) -> OrderRows:
    """Return the rows with the customer and the day of their order where they have none of their own.

    An order of which several customers, or days, are told tells nothing.

    Parameters
    ----------
    amount
        Money of each row, NaN where there is none, shape (n,).
    """
    order_rows = OrderRows(raw, day)
    order = raw.order
    if order is None:
        return order_rows
    owner = only_owner(raw.customer, order, len(raw.order_ids))
    lacks = (raw.customer == NO_CODE) & (owner[order] != NO_CODE)
    if lacks.any():
        _share(order_rows, owner, lacks, amount)
    else:
        order_rows.sums = sums_beside_lines(order, amount)
    if order_rows.sums is not None:
        order_rows.said.append(said_of(order_rows.sums, amount))
    return order_rows


def _share(order_rows: OrderRows, owner: NDArray[np.int32], lacks: Mask, amount: NDArray[np.float64]) -> None:
    """Give the rows that lack a customer the customer, and the day, of their order."""
    raw, day, order = order_rows.raw, order_rows.day, order_rows.raw.order
    assert order is not None
    order_rows.raw = replace(raw, customer=np.where(lacks, owner[order], raw.customer).astype(np.int32))
    order_rows.sums = _sums(order, amount, lacks)
    undated = lacks & (day == NO_DATE)
    if undated.any():
        days = _only_day(order, day, len(raw.order_ids))
        order_rows.day = np.where(undated, days[order], day).astype(np.int32)
    text = to_say(
        "Without a customer: {rows}. They are of the customer whom another row of their order names.",
        rows=counted(int(lacks.sum()), "row"),
    )
    order_rows.said.append(Decision("Guests", text))


def _only_day(order: NDArray[np.int32], day: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Return the one day of each order, `NO_DATE` where it has none or several."""
    dated = day != NO_DATE
    lowest = int(day[dated].min(initial=0))
    from_lowest = np.where(dated, day - lowest, NO_CODE).astype(np.int32)
    owner = only_owner(from_lowest, order, count)
    return np.where(owner == NO_CODE, NO_DATE, owner + lowest).astype(np.int32)


def _sums(order: NDArray[np.int32], amount: NDArray[np.float64], lacks: Mask) -> Mask | None:
    """Return the last rows of orders that hold the sum of the rows before, where nearly all orders end so."""
    theirs = np.unique(order[lacks])
    n = int(order.max()) + 1
    named = order != NO_CODE
    total = np.bincount(order[named], np.nan_to_num(amount[named]), minlength=n)
    lines = np.bincount(order[named], minlength=n)
    last = np.zeros(n, dtype=np.int64)
    np.maximum.at(last, order[named], np.flatnonzero(named))
    at = last[theirs]
    with np.errstate(invalid="ignore"):
        is_sum = lacks[at] & (np.abs(total[theirs] - 2 * amount[at]) < _CENT)
    several = lines[theirs] > 2
    if not several.any() or is_sum[several].mean() < SAME_SHARE:
        return None
    mask = np.zeros(len(order), dtype=bool)
    mask[at[is_sum]] = True
    return mask
