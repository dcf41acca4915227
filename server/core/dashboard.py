"""The figures of the tab `Dashboard`: plain numbers, of customers as the last segmentation left them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.naming import AWAY, COOLING, state_of

if TYPE_CHECKING:
    from server.core.migration import Migration
    from server.core.rfm import RfmTable, Scores

WORTH_FROM = 3.0
"""The middle score: a segment whose mean F or M score reaches it has money to lose."""
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
    state
        Active, Cooling or Away, by the rule that names segments; "" where there is no customer.
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
    state: str

    @property
    def is_at_risk(self) -> bool:
        """Whether customers who used to buy often or much have been silent for longer than is usual."""
        worth = max(self.f or 0.0, self.m or 0.0)
        return self.state in (COOLING, AWAY) and worth >= WORTH_FROM


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
        What all customers have spent, and those of the segments at risk.
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
    def segments_at_risk(self) -> int:
        """How many segments are at risk."""
        return sum(each.is_at_risk for each in self.segments)


def figures(
    table: RfmTable,
    clusters: ArrayLike,
    numbers: Sequence[int],
    gaps: Sequence[float],
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
    gaps
        The 0, 5, 10 … 100 % points of the days between two purchases, as the model has them; may be empty.
    migration
        None where there was nobody before: then all customers are new.

    Examples
    --------
    See ``tests/core/test_dashboard.py``.
    """
    from server.core.rfm import scores  # its neighbours are of pandas, which who scores rows does not pay for

    cluster = np.asarray(clusters, dtype=np.int64)
    marks = scores(table)
    segments = [_segment(table, marks, gaps, cluster == number, number) for number in sorted(numbers)]
    latest = int(table.recency.min()) if len(table) else 0
    return Figures(
        analysis_day=table.analysis_day,
        last_day=table.analysis_day - dt.timedelta(days=latest),
        customers=len(table),
        active_days=active_days,
        active=int((table.recency <= active_days).sum()),
        revenue=float(table.monetary_value.sum()),
        at_risk=sum(each.revenue for each in segments if each.is_at_risk),
        segments=segments,
        heat=[[int(((marks.r == r) & (marks.f == f)).sum()) for f in SCORES] for r in reversed(SCORES)],
        migration=_moves(migration, {each.cluster: each.customers for each in segments}),
    )


def _segment(
    table: RfmTable, marks: Scores, gaps: Sequence[float], members: NDArray[np.bool_], number: int
) -> SegmentFigures:
    count = int(members.sum())
    revenue, total = float(table.monetary_value[members].sum()), float(table.monetary_value.sum())
    columns = (table.recency, table.frequency, table.monetary_value)
    recency, frequency, money = (float(np.median(each[members])) if count else None for each in columns)
    r, f, m = (float(each[members].mean()) if count else None for each in (marks.r, marks.f, marks.m))
    return SegmentFigures(
        cluster=number,
        customers=count,
        share=count / len(table) if len(table) else 0.0,
        revenue=revenue,
        revenue_share=revenue / total if total else 0.0,
        recency=recency,
        frequency=frequency,
        monetary_value=money,
        r=r,
        f=f,
        m=m,
        state="" if recency is None else state_of(_longer_gaps(table, gaps, recency)),
    )


def _longer_gaps(table: RfmTable, gaps: Sequence[float], recency: float) -> float:
    """Return the share of gaps that are longer than a silence; see `server.core.naming.Portrait`."""
    if not gaps:
        return float((table.recency > recency).mean())
    silence = recency - float(table.recency.min())
    return 1.0 - float(np.interp(silence, gaps, np.linspace(0.0, 1.0, len(gaps))))


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
