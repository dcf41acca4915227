"""Purchase days of customers: the pauses between them, and each customer's own rhythm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.distinct import distinct
from server.core.segments.rhythm import Floats, OwnRhythm, Rhythm, rhythm_of
from server.core.wall_clock import EPOCH

if TYPE_CHECKING:
    from server.core.transactions.reader import Transactions

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Pauses:
    """Pauses between two purchase days of a customer.

    Attributes
    ----------
    days
        Shape (g,).
    weights
        One by the number of the customer's pauses, so that each customer counts once, shape (g,).
    """

    days: Floats
    weights: Floats

    def rhythm(self, recency: ArrayLike) -> Rhythm:
        """Return the shop's rhythm; `recency` is of all customers, shape (n,)."""
        return rhythm_of(self.days, self.weights, recency)


def pauses_between(transactions: Transactions) -> Pauses:
    """Return the pauses between customers' purchase days; several orders on one day are one."""
    customer, day = _purchase_days(transactions)
    same = np.diff(customer) == 0
    days = np.diff(day)[same].astype(np.float64)
    whose = customer[1:][same]
    counts = np.bincount(whose) if len(whose) else np.zeros(1)
    return Pauses(days, 1.0 / counts[whose])


def own_rhythm(transactions: Transactions, customer_ids: Sequence[str]) -> OwnRhythm:
    """Return what each customer's own purchase days tell.

    Parameters
    ----------
    customer_ids
        Customers with a purchase, in the order in which they are wanted.
    """
    n = len(transactions.customer_ids)
    customer, day = _purchase_days(transactions)
    first, last, count = np.zeros(n), np.zeros(n), np.bincount(customer, minlength=n)
    first[customer[::-1]] = day[::-1]  # sorted by day: the earliest is written last
    last[customer] = day
    within = transactions.day > last[transactions.customer] - YEAR_DAYS
    money = np.bincount(transactions.customer[within], transactions.amount[within], minlength=n)
    codes = {customer_id: code for code, customer_id in enumerate(transactions.customer_ids)}
    places = np.fromiter(
        (codes[customer_id] for customer_id in customer_ids), dtype=np.int64, count=len(customer_ids)
    )
    return OwnRhythm(
        days=(last - first)[places],
        pauses=np.maximum(count - 1, 0)[places].astype(np.float64),
        yearly_spend=np.maximum(money.round(6), 0.0)[places],
    )


def before_day(transactions: Transactions, day: dt.date) -> Transactions | None:
    """Return the transactions before a day, None where there is no purchase; the customers keep their codes.

    A list of customers tells nothing of an earlier day, so that it has none.
    """
    if transactions.events is not None:
        return None
    keep = transactions.day < (day - EPOCH).days
    if not (keep & ~transactions.cancelled).any():
        return None
    return replace(
        transactions,
        customer=transactions.customer[keep],
        day=transactions.day[keep],
        amount=transactions.amount[keep],
        order=transactions.order[keep] if transactions.order is not None else None,
        cancelled=transactions.cancelled[keep],
    )


def _purchase_days(transactions: Transactions) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return customer codes and days since 1970-01-01 of the distinct purchase days, sorted by both."""
    bought = ~transactions.cancelled
    day = transactions.day[bought].astype(np.int64)
    if not len(day):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    first = int(day.min())
    width = int(day.max()) - first + 1
    keys: NDArray[np.int64] = transactions.customer[bought].astype(np.int64) * width + (day - first)
    keys = distinct(keys)
    return keys // width, keys % width + first
