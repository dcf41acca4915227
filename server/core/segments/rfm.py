"""Recency, frequency and monetary value: the definitions, each written once.

*Recency* is the number of whole days from the last purchase to the analysis date. *Frequency* is the number
of purchase events: distinct order ids where there is an order column, else rows. *Monetary value* is the
total spend with refunds taken off. Cancelled rows are no purchase events and lower the money.

The scores are quintiles as Hughes used them ("Strategic Database Marketing", 1994).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.distinct import distinct
from server.core.segments.quintiles import quantile_points, score
from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.reader import Transactions
from server.core.wall_clock import EPOCH


@dataclass(frozen=True, slots=True)
class RfmTable:
    """One row a customer, in the order of their first transactions.

    Attributes
    ----------
    recency
        Whole days, shape (n,).
    frequency
        Purchase events, shape (n,).
    monetary_value
        Total spend, above 0, shape (n,).
    left_out
        Ids of the customers who net to zero or less.
    """

    customer_ids: list[str]
    recency: NDArray[np.int64]
    frequency: NDArray[np.int64]
    monetary_value: NDArray[np.float64]
    analysis_day: dt.date
    left_out: list[str]

    def __len__(self) -> int:
        return len(self.customer_ids)

    def matrix(self) -> NDArray[np.float64]:
        """Return recency, frequency and monetary value as the columns of an array of shape (n, 3)."""
        return np.column_stack([self.recency, self.frequency, self.monetary_value]).astype(np.float64)


def rfm_table(transactions: Transactions, analysis_day: dt.date | None = None) -> RfmTable:
    """Return recency, frequency and monetary value of each customer.

    Parameters
    ----------
    transactions
        At least one.
    analysis_day
        Day that recency is counted to; the day after the last transaction if None.
    """
    ids, order = transactions.customer_ids, transactions.order
    customer, day = transactions.customer, transactions.day
    money = _sums(customer, transactions.amount, np.zeros(len(ids))).round(6)
    analysis_day = analysis_day or transactions.as_of
    analysis = (analysis_day - EPOCH).days if analysis_day else int(day.max()) + 1
    if transactions.cancelled.any():
        bought = ~transactions.cancelled
        customer, day = customer[bought], day[bought]
        order = None if order is None else order[bought]
    last = np.full(len(ids), np.iinfo(np.int32).min, dtype=np.int32)
    np.maximum.at(last, customer, day)
    frequency = _events(customer, order, len(ids))
    if transactions.events is not None:
        frequency = _sums(transactions.customer, transactions.events, np.zeros(len(ids), dtype=np.int64))
    keep = (money > 0) & (frequency > 0)
    return RfmTable(
        customer_ids=list(compress(ids, keep.tolist())),
        recency=(analysis - last[keep].astype(np.int64)),
        frequency=frequency[keep],
        monetary_value=money[keep],
        analysis_day=EPOCH + dt.timedelta(days=analysis),
        left_out=[ids[i] for i in np.flatnonzero(~keep).tolist()],
    )


def _sums(places: NDArray[np.int32], values: ArrayLike, start: NDArray[Any]) -> NDArray[Any]:
    """Return `start` with each value added at its place.

    `numpy.bincount` would copy the places to 64 bits, which takes as long as adding up.
    """
    np.add.at(start, places, values)
    return start


def _events(customer: NDArray[np.int32], order: NDArray[np.int32] | None, n: int) -> NDArray[np.int64]:
    """Count the distinct orders of each customer; a row without an order id is an event of its own."""
    if order is None:
        return _sums(customer, 1, np.zeros(n, dtype=np.int64))
    named = order != NO_CODE
    events = _sums(customer[~named], 1, np.zeros(n, dtype=np.int64))
    customer, order = customer[named], order[named]
    if not len(order):
        return events
    owner = np.full(int(order.max()) + 1, NO_CODE, dtype=np.int32)
    owner[order] = customer
    if (owner[order] == customer).all():
        return events + np.bincount(owner[owner != NO_CODE], minlength=n)
    pairs = distinct(customer.astype(np.int64) * len(owner) + order)
    return events + np.bincount(pairs // len(owner), minlength=n)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores from 1 to 5, shape (n,) each; ``rfm`` is 100 R + 10 F + M."""

    r: NDArray[np.int64]
    f: NDArray[np.int64]
    m: NDArray[np.int64]

    @property
    def rfm(self) -> NDArray[np.int64]:
        """The three in one number: 555 is best."""
        return 100 * self.r + 10 * self.f + self.m


def scores(table: RfmTable) -> Scores:
    """Return the scores of all customers; the most recent score 5."""
    return Scores(
        r=score(table.recency, quantile_points(table.recency), reverse=True),
        f=score(table.frequency, quantile_points(table.frequency)),
        m=score(table.monetary_value, quantile_points(table.monetary_value)),
    )
