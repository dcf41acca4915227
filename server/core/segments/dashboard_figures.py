"""Figures of the tab `Dashboard`, computed from the last segmentation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.segments.at_risk import AtRisk
from server.core.segments.state import most_common

if TYPE_CHECKING:
    from server.core.segments.migration import Flow
    from server.core.segments.rfm import RfmTable, Scores

SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class SegmentFigures:
    """Figures of one segment.

    Attributes
    ----------
    share, revenue_share
        Of all customers, and of what all have spent, 0 to 1.
    recency, frequency, monetary_value
        Of the median customer; None where there is none.
    r, f, m
        Mean scores, 1 to 5; None where there is no customer.
    state
        Active, Slipping or Away, as most of its customers are; "" where there is no customer.
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


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of all customers.

    Attributes
    ----------
    analysis_day
        Day that recency is counted to.
    last_day
        Day of the last purchase.
    active
        Customers who bought within the last `active_days`, the analysis day not counted.
    revenue
        What all customers have spent.
    at_risk
        Yearly spend of customers who came back and have gone quiet.
    segments
        The most valuable first.
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
    at_risk: AtRisk
    segments: list[SegmentFigures]
    heat: list[list[int]]
    migration: list[tuple[int | None, dict[int, int]]]

    @property
    def active_share(self) -> float:
        """Share of the customers who are active, 0 to 1."""
        return self.active / self.customers if self.customers else 0.0


def figures(
    table: RfmTable,
    clusters: ArrayLike,
    numbers: Sequence[int],
    states: NDArray[np.str_],
    at_risk: AtRisk,
    flows: Sequence[Flow],
    active_days: int,
) -> Figures:
    """Return the figures of segmented customers.

    Parameters
    ----------
    clusters
        Cluster number of each customer, shape (n,).
    numbers
        The clusters in use; one may have no customer.
    states
        Of each customer (`server.core.segments.state`), shape (n,).
    at_risk
        Of all customers (`server.core.segments.at_risk`).
    flows
        Who went where at the last run that moved anybody.

    Examples
    --------
    See ``tests/core/segments/test_dashboard_figures.py``.
    """
    from server.core.segments.rfm import (
        scores,  # its neighbours are of pandas, which who scores rows does not pay for
    )

    cluster = np.asarray(clusters, dtype=np.int64)
    marks = scores(table)
    segments = most_valuable_first(
        _segment(table, marks, states, cluster == number, number) for number in numbers
    )
    latest = int(table.recency.min()) if len(table) else 0
    return Figures(
        analysis_day=table.analysis_day,
        last_day=table.analysis_day - dt.timedelta(days=latest),
        customers=len(table),
        active_days=active_days,
        active=int((table.recency <= active_days).sum()),
        revenue=float(table.monetary_value.sum()),
        at_risk=at_risk,
        segments=segments,
        heat=[[int(((marks.r == r) & (marks.f == f)).sum()) for f in SCORES] for r in reversed(SCORES)],
        migration=by_former(flows, [segment.cluster for segment in segments]),
    )


def most_valuable_first(segments: Iterable[SegmentFigures]) -> list[SegmentFigures]:
    """Return segments with the most revenue first: the order of everything on the dashboard."""
    return sorted(segments, key=lambda segment: (-segment.revenue, segment.cluster))


def _segment(
    table: RfmTable, marks: Scores, states: NDArray[np.str_], members: NDArray[np.bool_], number: int
) -> SegmentFigures:
    count = int(members.sum())
    revenue, total = float(table.monetary_value[members].sum()), float(table.monetary_value.sum())
    columns = (table.recency, table.frequency, table.monetary_value)
    recency, frequency, money = (float(np.median(column[members])) if count else None for column in columns)
    r, f, m = (float(scores[members].mean()) if count else None for scores in (marks.r, marks.f, marks.m))
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
        state=most_common(states[members]),
    )


def by_former(flows: Sequence[Flow], present: Sequence[int]) -> list[tuple[int | None, dict[int, int]]]:
    """Return customers by former cluster (None for new ones, last) and by present cluster.

    Parameters
    ----------
    present
        Present clusters in the order of the dashboard; former ones follow it, those no longer in use by number.
    """
    rows: dict[int | None, dict[int, int]] = {}
    for flow in flows:
        row = rows.setdefault(flow.from_cluster, dict.fromkeys(present, 0))
        row[flow.to_cluster] = row.get(flow.to_cluster, 0) + flow.customers
    place: dict[int | None, int] = {cluster: number for number, cluster in enumerate(present)}
    order = sorted(rows, key=lambda row: (row is None, place.get(row, len(place)), row or 0))
    return [(former, rows[former]) for former in order]
