"""Hold-out evidence of the transactions: pauses between purchases, and an earlier day to predict from.

A segmentation is worth something if it tells who will spend. To see that without waiting, customers are looked
at as they were on an earlier day, and their segments are held against the money that came after it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.segments.purchase_days import Pauses, pauses_between
from server.core.segments.rfm import rfm_table
from server.core.transactions.reader import Transactions
from server.core.wall_clock import EPOCH, date_of

Floats = NDArray[np.float64]

SPLIT = 2 / 3
"""The part of the history that comes before the split: two thirds to learn from, one third to predict."""
SHORTEST_SPLIT_DAYS = 28
"""A shorter time after the split tells too little about who comes back."""
FEWEST_SPLIT_CUSTOMERS = 50


@dataclass(frozen=True, slots=True)
class Split:
    """Customers on an earlier day, and their spend since.

    Attributes
    ----------
    rfm
        Recency, frequency, monetary value on that day, shape (n, 3).
    pauses
        Between purchase days of a customer until then.
    spend
        Money that came after it, 0 or more, shape (n,).
    """

    rfm: Floats
    pauses: Pauses
    spend: Floats


@dataclass(frozen=True, slots=True)
class History:
    """Input of a training beside the RFM table; `split` is None where the history is too short."""

    pauses: Pauses
    split: Split | None = None


def history(transactions: Transactions, analysis_day: dt.date) -> History:
    """Return the pauses and the split of transactions.

    Parameters
    ----------
    transactions
        At least one.
    analysis_day
        Day that recency is counted to; the split lies two thirds of the way from the first day to it.
    """
    return History(pauses_between(transactions), _split(transactions, analysis_day))


def _split(transactions: Transactions, analysis_day: dt.date) -> Split | None:
    first, end = int(transactions.day.min()), (analysis_day - EPOCH).days
    at = first + round((end - first) * SPLIT)
    if end - at < SHORTEST_SPLIT_DAYS or transactions.events is not None:  # a list of customers has no orders
        return None
    before = transactions.day < at
    known = replace(
        transactions,
        customer=transactions.customer[before],
        day=transactions.day[before],
        amount=transactions.amount[before],
        order=transactions.order[before] if transactions.order is not None else None,
        cancelled=transactions.cancelled[before],
    )
    table = rfm_table(known, date_of(at))
    if len(table) < FEWEST_SPLIT_CUSTOMERS:
        return None
    after = (transactions.day >= at) & (transactions.day < end)
    codes = {customer_id: code for code, customer_id in enumerate(transactions.customer_ids)}
    places = np.fromiter(
        (codes[customer_id] for customer_id in table.customer_ids), dtype=np.int64, count=len(table)
    )
    money = np.bincount(
        transactions.customer[after], transactions.amount[after], minlength=len(transactions.customer_ids)
    )
    spend = np.maximum(np.round(money[places], 6), 0.0)
    if not spend.any():
        return None
    return Split(table.matrix(), pauses_between(known), spend)


def normalised_gini(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Return how well an order of customers predicts their spend: 1 is the best order, 0 is chance.

    The area between the Lorenz-like curve of `actual`, customers in descending order of `predicted`, and the
    diagonal, by that of the best order. Customers with equal predictions count as in random order.

    Parameters
    ----------
    actual
        Spend, 0 or more, shape (n,).
    predicted
        Anything that orders the customers, shape (n,).

    Examples
    --------
    >>> normalised_gini([0, 0, 10, 5], [1, 2, 4, 3]), normalised_gini([0, 0, 10, 5], [1, 1, 1, 1])
    (1.0, 0.0)
    """
    spend = np.asarray(actual, dtype=np.float64)
    best = _area(spend, spend)
    return _area(spend, np.asarray(predicted, dtype=np.float64)) / best if best > 0 else 0.0


def _area(actual: Floats, predicted: Floats) -> float:
    """Return the area between the curve and the diagonal; ties are a straight piece of the curve."""
    total = float(actual.sum())
    if not len(actual) or total <= 0:
        return 0.0
    order = np.argsort(-predicted, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(predicted[order]) != 0))
    spend = np.add.reduceat(actual[order], starts)
    sizes = np.diff(np.append(starts, len(actual)))
    curve = np.append(0.0, np.cumsum(spend)) / total
    return float(((curve[1:] + curve[:-1]) / 2 * sizes).sum() / len(actual) - 0.5)


def segment_values(labels: NDArray[np.int64], money: Floats, k: int) -> Floats:
    """Return the mean past spend of each customer's segment: what a segmentation predicts, shape (n,)."""
    sums = np.bincount(labels, money, minlength=k)
    sizes = np.bincount(labels, minlength=k)
    return np.asarray((sums / np.maximum(sizes, 1))[labels])
