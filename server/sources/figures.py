"""Figures of all customers, made of what an engine has counted: those of `server.core`, without a customer."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from server.core.segments.at_risk import AtRisk, at_risk
from server.core.segments.dashboard_figures import (
    SCORES,
    Figures,
    SegmentFigures,
    by_former,
    most_valuable_first,
)
from server.core.segments.migration import NEW, STAYED, Flow, Migration, in_order
from server.core.segments.model import Model
from server.core.segments.profiles import Profile, covered_ranks
from server.core.segments.rhythm import Rhythm, rhythm_of_model
from server.core.segments.state import STATES
from server.core.value.model import SegmentMeans, ValueModel, rounded
from server.core.value.sums import ALL_CUSTOMERS, Sum, sum_of_totals
from server.sources.engines.engine import Fetched
from server.sources.expressions import results as of_results
from server.sources.expressions.compiling import Table
from server.sources.points import Counted, median_ranks, middle
from server.sources.spread import counted_of, money_at, parts_of
from server.sources.stages import Tables


@dataclass(frozen=True, slots=True)
class EngineFigures:
    """Figures of segmented customers, computed in the engine.

    Attributes
    ----------
    profiles
        Of each cluster of the model, in its order.
    segments
        Figures of each cluster, by its number.
    risk_by_segment
        Revenue at risk by cluster.
    expected
        Expected spend by cluster, and of all customers under `ALL_CUSTOMERS`; empty where none is told.
    """

    customers: int
    revenue: float
    profiles: list[Profile]
    segments: list[SegmentFigures]
    heat: list[list[int]]
    migration: Migration | None
    at_risk: AtRisk
    risk_by_segment: Mapping[int, float]
    recency: Counted
    analysis_day: dt.date
    expected: Mapping[int, Sum]
    means: list[SegmentMeans]

    def flows(self) -> list[Flow]:
        """Return who went where; where there was nobody before, all customers are new."""
        if self.migration is not None:
            return self.migration.flows
        return [
            Flow(None, segment.cluster, NEW, segment.customers, segment.revenue)
            for segment in self.segments
            if segment.customers
        ]

    def figures(self, flows: Sequence[Flow], active_days: int) -> Figures:
        """Return the figures of the dashboard.

        Parameters
        ----------
        flows
            Who went where at the last run that moved anybody.
        """
        active = int(np.searchsorted(self.recency.values, active_days, side="right"))
        latest = int(self.recency.values[0])
        return Figures(
            analysis_day=self.analysis_day,
            last_day=self.analysis_day - dt.timedelta(days=latest),
            customers=self.customers,
            active_days=active_days,
            active=int(self.recency.up_to[active - 1]) if active else 0,
            revenue=self.revenue,
            at_risk=self.at_risk,
            segments=most_valuable_first(self.segments),
            heat=self.heat,
            migration=by_former(flows, [segment.cluster for segment in self.segments]),
        )


def engine_figures(
    tables: Tables, placed: Table, model: Model, risk: Risk, analysis_day: dt.date, *, has_former: bool
) -> EngineFigures:
    """Return what is told of placed customers.

    Parameters
    ----------
    has_former
        There was a table before, and a model that made it.
    """
    sums = _by_cluster(tables.ask(of_results.segments_of(placed)))
    columns = {
        name: _counted_by_cluster(tables.ask(of_results.counts_of(placed, name, by_cluster=True)))
        for name in ("recency", "frequency")
    }
    sizes = {number: int(row["customers"]) for number, row in sums.items()}
    money = money_at(tables, placed, _wanted_ranks(sizes), by_cluster=True)
    total, revenue = sum(sizes.values()), sum(float(row["money"]) for row in sums.values())
    value = model.value
    expected, means = _expected(value, sums) if value is not None and value.tells else ({}, [])
    whole = counted_of(tables.ask(of_results.counts_of(placed, "recency", by_cluster=False)))
    return EngineFigures(
        customers=total,
        revenue=revenue,
        profiles=[_profile(n, sums.get(n), columns, money, revenue) for n in model.clusters],
        segments=[_segment(n, sums.get(n), columns, money, total, revenue) for n in sorted(model.clusters)],
        heat=_heat(tables, placed),
        migration=_migration(tables.ask(of_results.flows_of(placed))) if has_former else None,
        at_risk=risk.of_all,
        risk_by_segment={number: risk.by_segment.get(number, 0.0) for number in model.clusters},
        recency=whole,
        analysis_day=analysis_day,
        expected=expected,
        means=means,
    )


@dataclass(frozen=True, slots=True)
class Risk:
    """Revenue at risk: of all customers, and by cluster today."""

    of_all: AtRisk
    by_segment: Mapping[int, float]


def risk_of(now: Fetched, before: Fetched | None, model: Model) -> Risk:
    """Return the revenue at risk.

    Parameters
    ----------
    now, before
        Yearly spend of customers of two orders or more by recency: today by cluster too, and as it was a month earlier
        (None where the history does not reach back so far).
    """
    rhythm = rhythm_of_model(model)
    money, customers = _at_risk(now, rhythm)
    parts = {
        key: _at_risk(part, rhythm)[0] for key, part in parts_of(now, by_cluster=True) if key is not None
    }
    then = _at_risk(before, rhythm)[0] if before is not None else None
    return Risk(AtRisk(money, customers, then), parts)


def _at_risk(spent: Fetched, rhythm: Rhythm) -> tuple[float, int]:
    recency, money = spent["recency"].astype(np.float64), spent["spend"].astype(np.float64)
    risks = at_risk(rhythm, recency, np.full(len(recency), 2), money)
    customers = spent["customers"].astype(np.int64)
    return float(risks.sum()), int(customers[risks > 0].sum())


def _migration(flows: Fetched) -> Migration:
    names = ("from_cluster", "cluster", "migration", "customers", "money")
    rows = zip(*(flows[name].tolist() for name in names), strict=True)
    all_flows = [
        Flow(
            None if source is None or source != source else int(source),
            int(target),
            kind or STAYED,
            int(customers),
            round(float(money), 6),
        )
        for source, target, kind, customers, money in rows
    ]
    return Migration(in_order(all_flows), [], [])


def _wanted_ranks(sizes: Mapping[int, int]) -> dict[int | None, list[int]]:
    """Return at which ranks of each cluster the money is looked up: its median and its range."""
    return {
        number: sorted({*median_ranks(size), *covered_ranks(size)}) for number, size in sizes.items() if size
    }


def _heat(tables: Tables, placed: Table) -> list[list[int]]:
    """Return customers by scores: a row for each score of recency, the best first, a column of frequency each."""
    counts = [column.tolist() for column in tables.ask(of_results.heat_of(placed)).values()]
    heat = {(int(r), int(f)): int(n) for r, f, n in zip(*counts, strict=True)}
    return [[heat.get((r, f), 0) for f in SCORES] for r in reversed(SCORES)]


def _expected(
    value: ValueModel, sums: Mapping[int, Mapping[str, Any]]
) -> tuple[dict[int, Sum], list[SegmentMeans]]:
    names = ("customers", "expected", "expected_power", "expected_orders", "likely")
    totals_of_cluster = {
        number: {name: float(row[name] or 0.0) for name in names} for number, row in sums.items()
    }
    all_of = {name: sum(row[name] for row in totals_of_cluster.values()) for name in names}
    expected: dict[int, Sum] = {}
    means = []
    for number, row in ((ALL_CUSTOMERS, all_of), *sorted(totals_of_cluster.items())):
        sum_of_cluster = sum_of_totals(value, row["expected"], row["expected_power"])
        size = row["customers"] or 1.0
        width = sum_of_cluster.high / sum_of_cluster.expected if sum_of_cluster.expected > 0 else 1.0
        spend, orders, likely = (
            rounded(row[name] / size, 3) for name in ("expected", "expected_orders", "likely")
        )
        means.append(SegmentMeans(number, spend, orders, likely, rounded(width, 3)))
        expected[number] = sum_of_cluster
    return (expected if value.tells_amounts else {}), means


def _profile(number: int, sums: Any, columns: Any, money: Any, revenue: float) -> Profile:
    size = int(sums["customers"]) if sums else 0
    if not size:
        return Profile(number, 0, 0.0, None, None, None)
    ranks = covered_ranks(size)
    recency, frequency = (_ends(columns[name][number].at(ranks)) for name in ("recency", "frequency"))
    ends = _ends([money[number][rank] for rank in ranks])
    return Profile(number, size, float(sums["money"]) / (revenue or 1.0), recency, frequency, ends)


def _ends(pair: Sequence[float]) -> tuple[int, int]:
    return math.floor(pair[0]), math.ceil(pair[1])


def _segment(number: int, sums: Any, columns: Any, money: Any, total: int, revenue: float) -> SegmentFigures:
    size = int(sums["customers"]) if sums else 0
    if not size:
        return SegmentFigures(number, 0, 0.0, 0.0, 0.0, None, None, None, None, None, None, "")
    spent = float(sums["money"])
    states = {name: int(sums[f"state_{name.lower()}"]) for name in reversed(STATES)}
    r, f, m = (float(sums[name]) / size for name in ("r", "f", "m"))
    return SegmentFigures(
        cluster=number,
        customers=size,
        share=size / total if total else 0.0,
        revenue=spent,
        revenue_share=spent / revenue if revenue else 0.0,
        recency=columns["recency"][number].median(),
        frequency=columns["frequency"][number].median(),
        monetary_value=middle(money[number], size),
        r=r,
        f=f,
        m=m,
        state=max(states, key=lambda name: states[name]),
    )


def _by_cluster(totals: Fetched) -> dict[int, dict[str, Any]]:
    return {
        int(key or 0): {name: column.tolist()[0] for name, column in part.items()}
        for key, part in parts_of(totals, by_cluster=True)
    }


def _counted_by_cluster(counts: Fetched) -> dict[int | None, Counted]:
    return {key: counted_of(part) for key, part in parts_of(counts, by_cluster=True)}
