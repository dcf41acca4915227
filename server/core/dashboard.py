"""The figures of the tab `Dashboard`: plain numbers, of customers as the last segmentation left them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.migration import Migration
from server.core.rfm import RfmTable, Scores, scores

SLIPS_BELOW = 3.0
"""The middle score: a segment slips where the mean R score is below it and the mean F or M score is not."""
SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class SegmentFigures:
    """One segment.

    Attributes
    ----------
    share, revenue_share
        Of all customers, and of what all have spent, 0 to 1.
    recency, frequency, monetary_value
        Of the median customer; None where there is none.
    r, f, m
        Mean scores, 1 to 5; None where there is no customer.
    """

    cluster: int
    customers: int
    share: float
    revenue: float
    revenue_share: float
    recency: float | None
    frequency: float | None
    monetary_value: float | None
    r: float | None
    f: float | None
    m: float | None

    @property
    def slips(self) -> bool:
        """Whether customers who used to buy often or much stay away: their money is at risk."""
        if self.r is None or self.f is None or self.m is None:
            return False
        return self.r < SLIPS_BELOW <= max(self.f, self.m)


@dataclass(frozen=True, slots=True)
class Figures:
    """All customers.

    Attributes
    ----------
    analysis_day
        Day that recency is counted to.
    last_day
        Day of the last purchase.
    active
        Customers who bought within the last `active_days`, the analysis day not counted.
    revenue, at_risk
        What all customers have spent, and those of the segments that slip.
    segments
        By cluster number.
    heat
        Customers by R score (rows, 5 to 1) and F score (columns, 1 to 5).
    migration
        Customers by former cluster (None for new ones, last) and by present cluster.
    """

    analysis_day: dt.date
    last_day: dt.date
    customers: int
    active_days: int
    active: int
    revenue: float
    at_risk: float
    segments: list[SegmentFigures]
    heat: list[list[int]]
    migration: list[tuple[int | None, dict[int, int]]]

    @property
    def active_share(self) -> float:
        """Share of the customers who are active, 0 to 1."""
        return self.active / self.customers if self.customers else 0.0

    @property
    def slipping(self) -> int:
        """How many segments slip."""
        return sum(each.slips for each in self.segments)


def figures(
    table: RfmTable,
    clusters: ArrayLike,
    numbers: Sequence[int],
    migration: Migration | None,
    active_days: int,
) -> Figures:
    """Return the figures of segmented customers.

    Parameters
    ----------
    clusters
        Cluster number of each customer, shape (n,).
    numbers
        The clusters in use; one may have no customer.
    migration
        None where there was nobody before: then all customers are new.

    Examples
    --------
    See ``tests/core/test_dashboard.py``.
    """
    cluster = np.asarray(clusters, dtype=np.int64)
    marks = scores(table)
    money = table.monetary_value
    total = float(money.sum())
    segments = [_segment(table, marks, cluster == number, number, total) for number in sorted(numbers)]
    latest = int(table.recency.min()) if len(table) else 0
    return Figures(
        analysis_day=table.analysis_day,
        last_day=table.analysis_day - dt.timedelta(days=latest),
        customers=len(table),
        active_days=active_days,
        active=int((table.recency <= active_days).sum()),
        revenue=total,
        at_risk=sum(each.revenue for each in segments if each.slips),
        segments=segments,
        heat=[[int(((marks.r == r) & (marks.f == f)).sum()) for f in SCORES] for r in reversed(SCORES)],
        migration=_moves(migration, {each.cluster: each.customers for each in segments}),
    )


def _segment(
    table: RfmTable, marks: Scores, members: NDArray[np.bool_], number: int, total: float
) -> SegmentFigures:
    count = int(members.sum())
    revenue = float(table.monetary_value[members].sum())
    columns = (table.recency, table.frequency, table.monetary_value)
    medians = [float(np.median(each[members])) if count else None for each in columns]
    means = [float(each[members].mean()) if count else None for each in (marks.r, marks.f, marks.m)]
    return SegmentFigures(
        number,
        count,
        count / len(members) if len(members) else 0.0,
        revenue,
        revenue / total if total else 0.0,
        *medians,
        *means,
    )


def _moves(
    migration: Migration | None, present: Mapping[int, int]
) -> list[tuple[int | None, dict[int, int]]]:
    if migration is None:
        return [(None, dict(present))]
    rows: dict[int | None, dict[int, int]] = {}
    for flow in migration.flows:
        row = rows.setdefault(flow.from_cluster, dict.fromkeys(present, 0))
        row[flow.to_cluster] = row.get(flow.to_cluster, 0) + flow.customers
    order = sorted(rows, key=lambda each: (each is None, each or 0))
    return [(each, rows[each]) for each in order]
