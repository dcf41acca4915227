"""What customers bought before a test and while it ran, as assigned: per customer, refunds taken off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from server.core.experiments.window import Window
from server.core.segments.rfm import rfm_table
from server.core.transactions.arrays import Transactions
from server.core.wall_clock import EPOCH, date_of
from server.errors import TrainingDataError
from server.texts import to_say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DIGITS = 6
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Before:
    """What customers did before a day, shape (n,) each.

    Attributes
    ----------
    spend
        Refunds taken off.
    orders
        As the column Frequency counts them.
    recency
        Days from the last order; of customers without one, a day more than the orders reach back.
    """

    spend: Floats
    orders: Floats
    recency: Floats


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What customers did before a test and in a window of days.

    Attributes
    ----------
    spend
        In the window, refunds taken off, shape (n,).
    known
        How many of the customers have a transaction at all.
    """

    before: Before
    spend: Floats
    known: int


class Orders(Protocol):
    """Orders by day, wherever they lie, for a test that starts on a day."""

    @property
    def reach(self) -> dt.date:
        """Return the day of the last order."""

    def of(self, customer_ids: Sequence[str], window: Window) -> Outcomes:
        """Return what customers did before the start, and spent in a window."""

    def spend_of_buyers(self, window: Window) -> Floats:
        """Return what whoever bought in a window spent there, shape (buyers,)."""


class OrdersInMemory:
    """The orders of `Training_Data`.

    Parameters
    ----------
    start
        First day of the test.

    Raises
    ------
    TrainingDataError
        If `Training_Data` has no orders by day.
    """

    def __init__(self, transactions: Transactions, start: dt.date) -> None:
        self._transactions, self._start = transactions, start
        self._reach = orders_reach(transactions)

    @property
    def reach(self) -> dt.date:
        """Return the day of the last order."""
        return self._reach

    def of(self, customer_ids: Sequence[str], window: Window) -> Outcomes:
        """Return what customers did before the start, and spent in a window."""
        transactions = self._transactions
        return Outcomes(
            before(transactions, customer_ids, self._start),
            spend_in(transactions, customer_ids, window),
            known(transactions, customer_ids),
        )

    def spend_of_buyers(self, window: Window) -> Floats:
        """Return what whoever bought in a window spent there, shape (buyers,)."""
        everybody = spend_in(self._transactions, self._transactions.customer_ids, window)
        return everybody[everybody > 0]


def orders_reach(transactions: Transactions) -> dt.date:
    """Return the day of the last order.

    Raises
    ------
    TrainingDataError
        If `Training_Data` is a list of customers, or empty: then there are no orders by day.
    """
    if transactions.events is not None or not len(transactions):
        raise TrainingDataError(
            to_say("Training_Data holds no orders by day, so nobody can tell who bought while a test ran."),
            hint=to_say("Paste one row for each order, with its date and amount."),
        )
    return date_of(int(transactions.day.max()))


def spend_in(transactions: Transactions, customer_ids: Sequence[str], window: Window) -> Floats:
    """Return what each customer spent in a window, refunds taken off, shape (n,); who bought nothing has 0."""
    first, last = (window.start - EPOCH).days, (window.end - EPOCH).days
    inside = (transactions.day >= first) & (transactions.day <= last)
    places = _places(transactions, customer_ids)[transactions.customer[inside]]
    ours = places != _NOBODY
    sums = np.zeros(len(customer_ids))
    np.add.at(sums, places[ours], transactions.amount[inside][ours])
    return np.round(sums, _DIGITS)


def before(transactions: Transactions, customer_ids: Sequence[str], day: dt.date) -> Before:
    """Return what customers did before a day."""
    last = (day - EPOCH).days
    earlier = transactions.day < last
    spend, orders = np.zeros(len(customer_ids)), np.zeros(len(customer_ids))
    longest = last - int(transactions.day.min()) + 1 if len(transactions) else 0
    recency = np.full(len(customer_ids), float(max(longest, 0)))
    if earlier.any():
        table = rfm_table(_only(transactions, earlier), day)
        place = {customer_id: i for i, customer_id in enumerate(customer_ids)}
        at = np.array([place.get(customer_id, _NOBODY) for customer_id in table.customer_ids], dtype=np.int64)
        ours = at != _NOBODY
        spend[at[ours]] = table.monetary_value[ours]
        orders[at[ours]] = table.frequency[ours]
        recency[at[ours]] = table.recency[ours]
    return Before(spend, orders, recency)


def known(transactions: Transactions, customer_ids: Sequence[str]) -> int:
    """Return how many of the customers have a transaction at all."""
    return len(set(transactions.customer_ids) & set(customer_ids))


def _only(transactions: Transactions, chosen: NDArray[np.bool_]) -> Transactions:
    order = transactions.order
    return replace(
        transactions,
        customer=transactions.customer[chosen],
        day=transactions.day[chosen],
        amount=transactions.amount[chosen],
        order=None if order is None else order[chosen],
        cancelled=transactions.cancelled[chosen],
    )


def _places(transactions: Transactions, customer_ids: Sequence[str]) -> Ints:
    """Return by code of the transactions which of the customers it is, `_NOBODY` for none."""
    place = {customer_id: i for i, customer_id in enumerate(customer_ids)}
    return np.array(
        [place.get(customer_id, _NOBODY) for customer_id in transactions.customer_ids], dtype=np.int64
    )
