"""Features of a customer's purchases: decayed spend and purchase days, silence, tenure, rhythm.

A purchase counts half as much when it is one half-life older. Two half-lives, a month and a year, tell a busy
customer from a faithful one. Several orders on one day are one purchase day, so that split orders change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.distinct import distinct

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
"""Codes of customers and days: half the memory of a sheet's 1.25 million rows."""

HALF_LIVES = (30.0, 365.0)
"""Days after which a purchase counts half."""
NAMES = ("W30", "W365", "N30", "N365", "recency", "tenure", "one purchase day", "rhythm")
MEASURES = len(NAMES)
STRAY = 0.001
"""This share of the purchase days may lie before the history's first day: a mistyped year is no history."""
_DIGITS = 6
"""Decimals of money: sums of the same amounts in another order are the same then."""


@dataclass(frozen=True, slots=True)
class Purchases:
    """Money and purchase days of all customers, ascending by day.

    Attributes
    ----------
    customers
        Number of customers, whose codes are 0 to `customers` - 1.
    money_customer, money_day, money
        One element a customer and day with money, refunds taken off; shape (m,).
    customer, day
        One element a customer and purchase day, shape (p,).
    gap
        Days since the customer's purchase day before, 0 for the first; shape (p,).
    first_day
        First day of the history, strays apart.
    """

    customers: int
    money_customer: Ints
    money_day: Ints
    money: Floats
    customer: Ints
    day: Ints
    gap: Ints
    first_day: int

    def of(self, chosen: NDArray[np.signedinteger]) -> Purchases:
        """Return the purchases of some customers, who get the codes 0, 1, 2 … in the order given."""
        code = np.full(self.customers, -1, dtype=np.int32)
        code[chosen] = np.arange(len(chosen))
        money, bought = code[self.money_customer] >= 0, code[self.customer] >= 0
        return Purchases(
            customers=len(chosen),
            money_customer=code[self.money_customer[money]],
            money_day=self.money_day[money],
            money=self.money[money],
            customer=code[self.customer[bought]],
            day=self.day[bought],
            gap=self.gap[bought],
            first_day=self.first_day,
        )


def purchases_of(
    customer: ArrayLike, day: ArrayLike, amount: ArrayLike, cancelled: ArrayLike, customers: int
) -> Purchases:
    """Return the purchases of transactions; their order does not matter.

    Parameters
    ----------
    customer
        Codes from 0 to `customers` - 1, shape (n,).
    day
        Days since any fixed day, shape (n,).
    amount
        Negative where `cancelled`, shape (n,).
    cancelled
        Rows that are no purchase, shape (n,).

    Examples
    --------
    >>> purchases = purchases_of([0, 0, 1, 0], [5, 5, 6, 9], [2, 3, 7, -3], [False, False, False, True], 2)
    >>> purchases.money.tolist(), purchases.money_day.tolist(), purchases.customer.tolist(), purchases.gap.tolist()
    ([5.0, 7.0, -3.0], [5, 6, 9], [0, 1], [0, 0])
    """
    when = np.asarray(day)
    origin = int(when.min()) if len(when) else 0
    keys = when.astype(np.int64)
    keys -= origin
    keys *= customers
    keys += np.asarray(customer)
    pairs = distinct(keys)
    money = np.bincount(np.searchsorted(pairs, keys), np.asarray(amount, dtype=np.float64), len(pairs))
    money_customer, money_day = _apart(pairs, customers, origin)
    del pairs
    visits = distinct(keys[~np.asarray(cancelled, dtype=bool)])
    del keys
    visit_customer, visit_day = _apart(visits, customers, origin)
    del visits
    return Purchases(
        customers=customers,
        money_customer=money_customer,
        money_day=money_day,
        money=np.round(money, _DIGITS),
        customer=visit_customer,
        day=visit_day,
        gap=_gaps(visit_customer, visit_day),
        first_day=int(visit_day[int(len(visit_day) * STRAY)]) if len(visit_day) else origin,
    )


def _apart(keys: NDArray[np.int64], customers: int, origin: int) -> tuple[Ints, Ints]:
    """Return the customers and the days that the keys were made of."""
    return (keys % customers).astype(np.int32), (keys // customers + origin).astype(np.int32)


def _gaps(customer: Ints, day: Ints) -> Ints:
    """Return the days since each customer's purchase day before, 0 for the first."""
    by_customer = np.lexsort((day, customer))
    who, when = customer[by_customer], day[by_customer]
    gap = np.zeros(len(day), dtype=np.int32)
    gap[by_customer[1:]] = np.where(who[1:] == who[:-1], np.diff(when), 0)
    return gap


@dataclass(frozen=True, slots=True)
class DayMeasures:
    """State of customers at the start of a day, before any purchase of that day.

    Attributes
    ----------
    day
        The day.
    measures
        One column each of `NAMES`, shape (customers, 8); money and days as they are.
    spent
        Money until then, refunds taken off, shape (customers,).
    known
        Customers who had bought, and whose money was above 0; the others' measures mean nothing.
    """

    day: int
    measures: Floats
    spent: Floats
    known: NDArray[np.bool_]


class Sweep:
    """State of customers on several days, in one pass over the purchases.

    The sums are kept as if on the last day and scaled back to the day asked for: a half-life is the same
    factor for all.
    """

    def __init__(self, purchases: Purchases) -> None:
        self._all = purchases
        n = purchases.customers
        self._money = np.zeros((2, n))
        self._visits = np.zeros((2, n))
        self._net = np.zeros(n)
        self._first = np.full(n, np.iinfo(np.int64).max)
        self._last = np.full(n, np.iinfo(np.int64).min)
        self._days = np.zeros(n)
        self._log_gaps = np.zeros(n)
        self._done = (0, 0)
        both = (purchases.money_day, purchases.day)
        self._reference = max((int(days[-1]) for days in both if len(days)), default=0)

    def measures_on(self, days: Sequence[int]) -> Iterator[DayMeasures]:
        """Yield how customers stood on each day, ascending."""
        for day in sorted(set(days)):
            self._advance(day)
            yield self._measures(day)

    def _advance(self, day: int) -> None:
        purchases = self._all
        to = (int(np.searchsorted(purchases.money_day, day)), int(np.searchsorted(purchases.day, day)))
        money, bought = slice(self._done[0], to[0]), slice(self._done[1], to[1])
        self._done = to
        who, n = purchases.customer[bought], purchases.customers
        for i, half_life in enumerate(HALF_LIVES):
            decay = self._decay(purchases.money_day[money], half_life)
            decay *= purchases.money[money]
            self._money[i] += np.bincount(purchases.money_customer[money], decay, n)
            self._visits[i] += np.bincount(who, self._decay(purchases.day[bought], half_life), n)
        self._net += np.bincount(purchases.money_customer[money], purchases.money[money], n)
        np.minimum.at(self._first, who, purchases.day[bought])
        np.maximum.at(self._last, who, purchases.day[bought])
        self._days += np.bincount(who, minlength=n)
        self._log_gaps += np.bincount(who, np.log(np.maximum(purchases.gap[bought], 1)), n)

    def _decay(self, days: Ints, half_life: float) -> Floats:
        """Return what is left of a purchase of each day on the last day, of 1."""
        decay: Floats = (days - self._reference) / half_life
        return np.exp2(decay, out=decay)

    def _measures(self, day: int) -> DayMeasures:
        spent = np.round(self._net, _DIGITS)
        known = (self._days > 0) & (spent > 0)
        last, first = np.where(self._days > 0, self._last, day), np.where(self._days > 0, self._first, day)
        recency, tenure = (day - last).astype(np.float64), (day - first).astype(np.float64)
        history = max(day - self._all.first_day, 1)
        measures = np.empty((self._all.customers, len(NAMES)))
        for at, sums in ((0, np.maximum(self._money, 0.0)), (len(HALF_LIVES), self._visits)):
            for i, half_life in enumerate(HALF_LIVES):
                grown = np.exp2((self._reference - day) / half_life)
                measures[:, at + i] = sums[i] * grown / np.sqrt(1 - 2 ** (-history / half_life))
        repeat = self._days > 1
        mean_log_gap = self._log_gaps / np.maximum(self._days - 1, 1)
        rhythm = np.where(repeat, np.log(np.maximum(recency, 1)) - mean_log_gap, 0.0)
        for at, column in enumerate((recency, tenure, self._days == 1, rhythm), start=2 * len(HALF_LIVES)):
            measures[:, at] = column
        return DayMeasures(day, measures, spent, known)


def scaled(measures: Floats, units: Sequence[float], longest_tenure: float) -> Floats:
    """Return the regressors before standardising, shape (n, 8).

    Parameters
    ----------
    units
        The usual gap between two purchases in days, and a small customer's money.
    longest_tenure
        Longest tenure that the model was trained on, in days.
    """
    gap, money = units
    out = np.array(measures, dtype=np.float64)
    out[:, 0:2] = np.log1p(out[:, 0:2] / money)
    out[:, 2:4] = np.log1p(10 * out[:, 2:4])
    out[:, 4] = np.log1p(out[:, 4] / gap)
    out[:, 5] = np.log1p(np.minimum(out[:, 5], longest_tenure) / gap)
    return out


def came_between(purchases: Purchases, start: int, end: int) -> tuple[Floats, Floats]:
    """Return what each customer spent from one day to before another, 0 or more, and on how many days.

    >>> purchases = purchases_of([0, 0, 1], [5, 9, 6], [2, 3, 7], [False, False, False], 2)
    >>> [figures.tolist() for figures in came_between(purchases, 5, 9)]
    [[2.0, 7.0], [1.0, 1.0]]
    """
    money = slice(*np.searchsorted(purchases.money_day, [start, end]))
    bought = slice(*np.searchsorted(purchases.day, [start, end]))
    n = purchases.customers
    spent = np.bincount(purchases.money_customer[money], purchases.money[money], n)
    days = np.bincount(purchases.customer[bought], minlength=n)
    return np.maximum(np.round(spent, _DIGITS), 0.0), days.astype(np.float64)
