"""Money that went back: amounts refunded beside a sale, sales paid back in full, and rows of refunds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.columns import Columns, Role
from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.questions import Decision
from server.texts import Amount, Count, counted, to_say

Mask = NDArray[np.bool_]
Amounts = NDArray[np.float64]

NOTHING = 0.005
"""Less than a cent is nothing."""
SAME_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Refunded:
    """Values of a column of refunded amounts.

    Attributes
    ----------
    net
        Amounts less what was refunded, shape (n,); those of sales refunded in full are left as they were.
    in_full
        Sales that were refunded in full, shape (n,).
    """

    net: Amounts
    in_full: Mask
    said: Decision | None = None


def less_refunded(
    columns: Columns,
    amount: Amounts,
    refunded: Amounts,
    sales: Mask,
    order: NDArray[np.int32] | None,
    *,
    is_of_lines: bool,
) -> Refunded:
    """Return amounts less the refunded amounts beside them.

    Parameters
    ----------
    refunded
        Shape (n,), NaN where nothing stands; its sign says nothing.
    sales
        Rows that are sales, shape (n,).
    is_of_lines
        The amount is that of each line, so that a refund repeated on all lines of an order is the order's.
    """
    back = np.where(sales, np.abs(np.nan_to_num(refunded)), 0.0)
    if is_of_lines and order is not None:
        back = _once_an_order(back, order)
    whole = back > NOTHING
    if not whole.any():
        return Refunded(amount, np.zeros(len(amount), dtype=bool))
    with np.errstate(invalid="ignore"):
        in_full = whole & (amount - back <= NOTHING) & (amount > 0)
    if is_of_lines and order is not None:  # a refund of the order may be more than its first line
        in_full &= _alone(order, sales)
    net = np.where(in_full, amount, amount - back)
    text = to_say(
        "{header} is taken off: {money} in {rows}. Of these sales, {full} were refunded in full and are left out.",
        header=columns.roles[Role.REFUNDED].header,
        money=Amount(float(back.sum())),
        rows=counted(int(whole.sum()), "row"),
        full=Count(int(in_full.sum())),
    )
    return Refunded(net, in_full, Decision("Refunds", text))


def _once_an_order(back: Amounts, order: NDArray[np.int32]) -> Amounts:
    """Return the refunds, counted once where the lines of an order repeat one figure."""
    places = np.flatnonzero((back > NOTHING) & (order != NO_CODE))
    if not len(places):
        return back
    codes, values = order[places], back[places]
    n = int(order.max()) + 1
    lines = np.bincount(codes, minlength=n)
    low, high = np.full(n, np.inf), np.zeros(n)
    np.minimum.at(low, codes, values)
    np.maximum.at(high, codes, values)
    several = lines > 1
    if not several.any() or ((high - low < NOTHING) & several).sum() < SAME_SHARE * several.sum():
        return back
    firsts = np.unique(codes, return_index=True)[1]
    kept = np.zeros(len(back))
    kept[order == NO_CODE] = back[order == NO_CODE]
    kept[places[firsts]] = values[firsts]
    return kept


def _alone(order: NDArray[np.int32], sales: Mask) -> Mask:
    """Return the rows that are the only sale of their order."""
    named = sales & (order != NO_CODE)
    lines = np.bincount(order[named], minlength=int(order.max(initial=0)) + 2)
    return np.asarray((order == NO_CODE) | (lines[order] == 1))


def taken_off_elsewhere(
    refunded: Mask,
    negative: Mask,
    customer: NDArray[np.int32],
    amount: Amounts,
    order: NDArray[np.int32] | None,
) -> Mask:
    """Return the sales marked as refunded whose money goes back on a row of its own.

    Leaving such a sale out would take its money off twice.
    """
    if not refunded.any() or not negative.any():
        return np.zeros(len(refunded), dtype=bool)

    def key(mask: Mask) -> NDArray[np.int64]:
        cents = np.round(np.abs(np.nan_to_num(amount[mask])) * 100).astype(np.int64)
        return customer[mask].astype(np.int64) * 10**11 + cents % 10**11

    taken_off = np.zeros(len(refunded), dtype=bool)
    taken_off[refunded] = np.isin(key(refunded), key(negative))
    if order is not None:
        back = np.zeros(int(order.max(initial=0)) + 2, dtype=bool)
        back[order[negative]] = True
        back[-1] = False
        taken_off |= refunded & back[order]
    return taken_off


def orders_that_net_to_nothing(
    order: NDArray[np.int32], amount: Amounts, used: Mask, cancelled: Mask
) -> Mask:
    """Return the rows of orders whose refunds, under the same id, eat up what was bought: they are no purchase."""
    mine = used & (order != NO_CODE)
    n = int(order.max(initial=0)) + 2
    back = np.zeros(n, dtype=bool)
    back[order[mine & cancelled]] = True
    if not back.any():
        return np.zeros(len(order), dtype=bool)
    total = np.bincount(order[mine], amount[mine], minlength=n)
    return np.asarray(mine & back[order] & (total[order] <= NOTHING))
