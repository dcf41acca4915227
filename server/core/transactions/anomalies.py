"""Anomalies in clean transactions: numbers only, judged in `server.core.data_checks`.

All of it is counted in whole columns, after the large arrays of the cleaning are gone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.findings import ROWS_NAMED, Finding, finding
from server.core.wall_clock import EPOCH, date_of

GAP_DAYS = 28
"""Fewer silent days than four weeks are a holiday, not a hole in the export."""
GAP_CHANCE = 0.001
"""A silence that has this chance or more to come about by itself is no gap: a small shop sells on few days."""
STRAY_SHARE = 0.01

CENTS_FEWEST = 200
CENTS_MEDIAN = 1_000.0
CENTS_LOW = 100.0
CENTS_ENDINGS = (99, 95, 49)
CENTS_SHARE = 0.15
CENTS_IN_USE = 0.002
CENTS_DIFFERENT = 40
"""Amounts are taken for cents only where all of these hold, see `cents`."""
_SAMPLE = 100_000
"""Of more amounts than this every second, third… is looked at."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without any sale.

    Attributes
    ----------
    first, last
        The first and the last of them.
    rows_before, rows_after
        Sales before and after.
    """

    first: dt.date
    last: dt.date
    rows_before: int
    rows_after: int

    @property
    def is_stray(self) -> bool:
        """Whether so few sales lie on one side that their dates are rather wrong than the others missing."""
        fewer = min(self.rows_before, self.rows_after)
        return fewer < STRAY_SHARE * (self.rows_before + self.rows_after)


@dataclass(frozen=True, slots=True)
class Anomalies:
    """Anomalies of the transactions, as numbers.

    Attributes
    ----------
    richest
        Rows and money of the customer who spent most.
    revenue
        What all customers who spent something spent, refunds taken off.
    gaps
        Holes in the history, longest first.
    at_gaps
        Of each gap, in the order of `gaps`, the first row after it; where it is stray, the first of the fewer rows.
    cents
        Amounts that end like prices in cents, where they look like cents; None where they do not.
    has_orders
        There is a column of order ids.
    """

    richest: Finding = field(default_factory=lambda: Finding(0))
    revenue: float = 0.0
    gaps: tuple[Gap, ...] = ()
    at_gaps: tuple[int, ...] = ()
    cents: Finding | None = None
    has_orders: bool = False


def richest(
    customer: NDArray[np.int32], rows: NDArray[np.int32], spent: NDArray[np.float64]
) -> tuple[Finding, float]:
    """Return the customer who spent most, and what all who spent something spent.

    Parameters
    ----------
    customer, rows
        Code of the customer and sheet row of each transaction.
    spent
        Total of each customer, refunds taken off.
    """
    revenue = float(spent[spent > 0].sum())
    if not revenue:
        return Finding(0), 0.0
    top = int(spent.argmax())
    places = np.flatnonzero(customer == top)
    return Finding(len(places), float(spent[top]), _named(rows, places)), revenue


def gaps(day: NDArray[np.int32], rows: NDArray[np.int32]) -> tuple[tuple[Gap, ...], tuple[int, ...]]:
    """Return the holes in the history, longest first, and a row to look at for each.

    A hole is `GAP_DAYS` or more without a sale where such a silence is no chance. With sales on a share p of
    the other days, a given day begins a silence of g days with a chance of at most (1 - p)^g; over all days
    that must stay below `GAP_CHANCE`. Days are counted, not rows: an order of fifty lines is one day.

    Parameters
    ----------
    day, rows
        Day (since 1970-01-01) and sheet row of each purchase.
    """
    if not len(day):
        return (), ()
    start = int(day.min())
    all_gaps = gaps_of_counts(start, np.bincount(day - start))
    at: list[int] = []
    for gap in all_gaps[:ROWS_NAMED]:
        last, following = _day(gap.first) - 1, _day(gap.last) + 1
        is_early = gap.is_stray and gap.rows_before < gap.rows_after
        at.append(int(rows[np.argmax(day <= last if is_early else day == following)]))
    return all_gaps, tuple(at)


def gaps_of_counts(start: int, counts: NDArray[np.int64]) -> tuple[Gap, ...]:
    """Return the holes in the history, longest first; see `gaps`.

    Parameters
    ----------
    start
        The first day, since 1970-01-01.
    counts
        Sales of each day from there on; on the first and the last there are some.
    """
    sold = np.flatnonzero(counts)
    silent = np.diff(sold) - 1
    holes = np.flatnonzero(silent >= GAP_DAYS)
    share = len(sold) / (len(counts) - int(silent[holes].sum()))
    holes = holes[(1 - share) ** silent[holes] * len(counts) < GAP_CHANCE]
    holes = holes[np.argsort(-silent[holes], kind="stable")]
    all_gaps: list[Gap] = []
    for last, following in zip(sold[holes].tolist(), sold[holes + 1].tolist(), strict=True):
        before = int(counts[: last + 1].sum())
        after = int(counts.sum()) - before
        all_gaps.append(Gap(date_of(start + last + 1), date_of(start + following - 1), before, after))
    return tuple(all_gaps)


def cents(price: NDArray[np.float64], rows: NDArray[np.int32]) -> Finding | None:
    """Return the amounts that end like prices in cents, None where the column does not look like cents.

    The segments are the same in cents, but every figure of money reads a hundred times too large. Nothing
    proves it, so this is a careful guess. All of these must hold:

    - all amounts are whole (one with a decimal shows the unit), and there are 200 or more;
    - the median is 1,000 or more and all but 5 % are 100 or more: a basket of 10.00, hardly anything under 1.00;
    - 15 % or more end in 99, 95 or 49, as prices like 19.99 do (3 % by chance, 20 % of CDNOW's). Yen and won end
      in 0 or, with tax, anywhere;
    - 40 or more of the hundred endings are in use (each by .2 % or more): shipping, discounts and sums of
      several items end anywhere in cents. Shops whose prices are whole, as 1,299, keep to few endings.

    Currencies without cents whose prices end in 99 (the forint) cannot be told from cents; so it is asked,
    not said.

    Parameters
    ----------
    price
        Amounts, or prices per unit where there are such; 0 where the row is no purchase.
    rows
        Their sheet rows.
    """
    if not (np.floor(price[:1_000]) == price[:1_000]).all() or not (np.floor(price) == price).all():
        return None
    is_purchase = price > 0
    amounts = price[is_purchase]
    if len(amounts) < CENTS_FEWEST:
        return None
    amounts = amounts[:: 1 + len(amounts) // _SAMPLE]
    shares = np.bincount(np.mod(amounts, 100.0).astype(np.int64), minlength=100) / len(amounts)
    if (
        np.median(amounts) < CENTS_MEDIAN
        or np.percentile(amounts, 5) < CENTS_LOW
        or shares[list(CENTS_ENDINGS)].sum() < CENTS_SHARE
        or (shares >= CENTS_IN_USE).sum() < CENTS_DIFFERENT
    ):
        return None
    return finding(np.isin(np.mod(price, 100.0), CENTS_ENDINGS), rows, price)


def _named(rows: NDArray[np.int32], places: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(rows[places[:ROWS_NAMED]].tolist())


def _day(date: dt.date) -> int:
    return (date - EPOCH).days
