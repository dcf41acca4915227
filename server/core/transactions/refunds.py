"""Money that went back: amounts refunded beside a sale, sales paid back in full, and rows of refunds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.headers import Role, plain
from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.questions import Decision
from server.core.transactions.table_columns import Columns
from server.texts import Amount, Count, counted, to_say

Mask = NDArray[np.bool_]
Amounts = NDArray[np.float64]

NOTHING = 0.005
"""Less than a cent is nothing."""
SAME_SHARE = 0.95
FEWEST_LESS, LESS_SHARE = 2, 0.2
"""So many amounts below the refund beside them, and so large a share of the refunds, are no goodwill."""
_NET_BY_NAME = frozenset({"netsales", "netsale", "netrevenue"})
"""What shops call sales after discounts and refunds."""


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
    net_of_them = _net_of_refunds(columns, amount, refunded, order if is_of_lines else None)
    if net_of_them is not None:
        with np.errstate(invalid="ignore"):
            nothing_left = sales & (np.abs(np.nan_to_num(refunded)) > NOTHING) & (amount <= NOTHING)
        return Refunded(amount, nothing_left, net_of_them)
    back = np.where(sales, np.abs(np.nan_to_num(refunded)), 0.0)
    if is_of_lines and order is not None:
        back = once_an_order(back, order)
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


def _net_of_refunds(
    columns: Columns, amount: Amounts, refunded: Amounts, order: NDArray[np.int32] | None
) -> Decision | None:
    """Return that the amounts are what is left after the refunds, None where they are not.

    No more is paid back than was paid, so amounts below their refunds are those that are left: 0 beside 40 of a sale
    that was refunded in full.

    Parameters
    ----------
    order
        Codes of the orders where each line has an amount of its own: a refund of the order may be more than that.
    """
    back = np.abs(np.nan_to_num(refunded))
    with np.errstate(invalid="ignore"):
        repaid = (back > NOTHING) & (amount >= 0)
    if order is not None:
        repaid &= _alone(order, repaid | ~np.isnan(amount))
    less = repaid & (np.nan_to_num(amount) < back - NOTHING)
    by_name = (
        plain(columns.roles[Role.AMOUNT].header) in _NET_BY_NAME if Role.AMOUNT in columns.roles else False
    )
    is_net = by_name and repaid.any()
    if not is_net and (less.sum() < FEWEST_LESS or less.sum() < LESS_SHARE * repaid.sum()):
        return None
    base = columns.roles.get(Role.AMOUNT) or columns.roles[Role.UNIT_PRICE]
    text = to_say(
        "{header} is not taken off: {amount} is what was left after the refunds. Where nothing was left, it is no "
        "purchase.",
        header=columns.roles[Role.REFUNDED].header,
        amount=base.header,
    )
    return Decision("Refunds", text)


def once_an_order(back: Amounts, order: NDArray[np.int32]) -> Amounts:
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
