"""How recency, frequency and money are spread, from what an engine has counted: percentiles, exact to the last bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.sources.engines.engine import Fetched
from server.sources.expressions import results as of_results
from server.sources.expressions.compiling import Table
from server.sources.points import Buckets, Counted, between, percentile_ranks
from server.sources.stages import Tables

PERCENTS = (20, 40, 60, 80)
LADDER = tuple(range(101))


@dataclass(frozen=True, slots=True)
class Spread:
    """How recency, frequency and money are spread among all customers.

    Attributes
    ----------
    quantiles, ladder
        The 20, 40, 60 and 80 % points, and the 0, 1, 2 … 100 % points, of each.
    recency, frequency
        Counted.
    """

    quantiles: list[list[float]]
    ladder: list[list[float]]
    recency: Counted
    frequency: Counted


def spread_of(tables: Tables, customers: Table) -> Spread:
    """Return how the figures of customers with a segment are spread."""
    counted = [
        counted_of(tables.ask(of_results.counts_of(customers, column, by_cluster=False)))
        for column in ("recency", "frequency")
    ]
    n = len(counted[0])
    wanted: dict[int | None, list[int]] = {None: percentile_ranks(n, (*LADDER, *PERCENTS))}
    money = money_at(tables, customers, wanted, by_cluster=False)[None]
    quantiles = [count.percentiles(PERCENTS) for count in counted] + [between(money, n, PERCENTS)]
    ladder = [count.percentiles(LADDER) for count in counted] + [between(money, n, LADDER)]
    return Spread(quantiles, ladder, counted[0], counted[1])


def money_at(
    tables: Tables, table: Table, wanted: Mapping[int | None, Sequence[int]], *, by_cluster: bool
) -> dict[int | None, dict[int, float]]:
    """Return the money at ranks, by cluster (None: of all): counted in buckets first, then amounts of a few buckets."""
    counted = tables.ask(of_results.money_buckets(table, by_cluster=by_cluster))
    buckets = {
        key: Buckets.of(part["bucket"], part["customers"]) for key, part in parts_of(counted, by_cluster)
    }
    needed = sorted({bucket for key, ranks in wanted.items() for bucket in buckets[key].holding(ranks)})
    amounts = tables.ask(of_results.money_in(table, needed, by_cluster=by_cluster))
    return {
        key: buckets[key].values_at(wanted[key], part["bucket"], part["value"], part["customers"])
        for key, part in parts_of(amounts, by_cluster)
        if key in wanted
    }


def parts_of(fetched: Fetched, by_cluster: bool) -> list[tuple[int | None, Fetched]]:
    """Return fetched rows apart by their cluster; all together, under None, where they are not by cluster."""
    if not by_cluster:
        return [(None, fetched)]
    clusters = fetched["cluster"].astype(np.int64)
    return [
        (number, {name: column[clusters == number] for name, column in fetched.items()})
        for number in np.unique(clusters).tolist()
    ]


def counted_of(fetched: Fetched) -> Counted:
    """Return values that were counted."""
    return Counted.of(fetched["value"].astype(np.float64), fetched["customers"].astype(np.int64))
