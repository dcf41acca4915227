"""Compares what an engine found with what memory holds, customer by customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from unittest import mock

import numpy as np
from msgspec import structs

from server.core.experiments.groups import RunningGroups
from server.core.experiments.outcomes import Orders, OrdersInMemory, Outcomes
from server.core.experiments.window import Window
from server.core.segments.at_risk import CHANGE_DAYS
from server.core.segments.model import Model
from server.core.segments.rfm import scores
from server.core.transactions.arrays import Transactions
from server.sources.engines.engine import Fetched
from server.sources.expressions import customers as of_customers
from server.sources.lloyd import moved_on
from server.sources.outcomes import SourceOrders
from server.sources.run import SourceRun
from server.sources.source import Source
from server.sources.stages import Staged
from server.training.segmentation import Segmentation

WHAT = ("recency", "frequency", "monetary_value", "rfm_score", "cluster", "confidence", "state")


def by_customer(source_run: SourceRun) -> dict[str, dict[str, Any]]:
    """Return the placed customers by id."""
    return {row["customer_id"]: row for row in source_run.staged.tables.rows(source_run.placed)}


def differences(here: Segmentation, there: SourceRun, what: tuple[str, ...] = WHAT) -> list[tuple[str, str]]:
    """Return customer and figure of each difference; a customer who is on one side alone differs in all."""
    placed = by_customer(there)
    table = here.table
    figures = {
        "recency": table.recency.tolist(),
        "frequency": table.frequency.tolist(),
        "monetary_value": table.monetary_value.tolist(),
        "rfm_score": scores(table).rfm.tolist(),
        "cluster": here.clusters.tolist(),
        "confidence": np.round(here.confidence, 4).tolist(),
        "state": here.states.tolist(),
    }
    different = [(who, "all") for who in placed.keys() ^ set(table.customer_ids)]
    for i, who in enumerate(table.customer_ids):
        if who in placed:
            different += [(who, name) for name in what if placed[who][name] != figures[name][i]]
    return different


SHARE = 0.3
"""Of the standing control group."""
GROUPS = RunningGroups(
    {"K-00008": "Ann's test", "K-00010": "Ann's test"},
    {"'; DROP TABLE lines; --": "Ann's test", "0000009": "名前 \\1"},
)
"""Some of the hostile customers in running tests."""


def group_differences(published: Fetched) -> list[str]:
    """Return the customers of a published table whose group is another than in memory.

    Parameters
    ----------
    published
        Its customer_id and group, published with `GROUPS` and `SHARE`.
    """
    ids, groups = published["customer_id"].tolist(), published["group"].tolist()
    wanted = GROUPS.texts(ids, SHARE)
    assert GROUPS.members() < {*ids}
    assert 0.2 * len(ids) < wanted.count("standing control") < 0.4 * len(ids)
    return [who for who, mine, theirs in zip(ids, wanted, groups, strict=True) if mine != (theirs or "")]


STRANGERS = ("nobody", "'; DROP TABLE members; --", "")


def of_a_run(source_run: SourceRun, transactions: Transactions, source: Source) -> list[tuple[str, str]]:
    """Return what differs of the members of a test that starts on the earlier day of a run, for 60 days."""
    start = source_run.staged.analysis_day - dt.timedelta(days=CHANGE_DAYS)
    return member_differences(transactions, source_run.staged, source, start, Window.of(start, 60))


def member_differences(
    transactions: Transactions, staged: Staged, source: Source, start: dt.date, window: Window
) -> list[tuple[str, str]]:
    """Return member and figure of each difference between a test that is read in memory and on a source.

    All customers are members, and some whom nobody knows, the last known first.
    """
    members = [*STRANGERS, *reversed(transactions.customer_ids)]
    here: Orders = OrdersInMemory(transactions, start)
    there: Orders = SourceOrders(staged, source, start)
    one, other = here.of(members, window), there.of(members, window)
    differing = [("all", "reach")] if here.reach != there.reach else []
    differing += [("all", "known")] if one.known != other.known else []
    if np.sort(here.spend_of_buyers(window)).tolist() != there.spend_of_buyers(window).tolist():
        differing.append(("all", "spend of buyers"))
    return differing + [
        (members[i], name)
        for (name, mine), theirs in zip(_figures(one), dict(_figures(other)).values(), strict=True)
        for i in np.flatnonzero(mine != theirs).tolist()
    ]


def _figures(outcomes: Outcomes) -> Sequence[tuple[str, Any]]:
    before = outcomes.before
    return (
        ("spend", outcomes.spend),
        ("spend before", before.spend),
        ("orders before", before.orders),
        ("recency before", before.recency),
    )


def of_a_sample(here: SourceRun, there: SourceRun) -> list[str]:
    """Return what differs of a sample by a hash of the id, of everybody's pauses, and of a model that moves on.

    Both runs are of the same orders. The model is moved away from its place first, so that there are steps to take.
    """
    apart = [tuple(place + 0.2 for place in centre) for centre in here.model.centres]
    model = structs.replace(here.model, centres=apart)
    one, other = (_sampled(source_run.staged, model) for source_run in (here, there))
    assert 0.3 * len(here.known) < len(one[0]) < 0.7 * len(here.known)
    assert not np.allclose(one[2], apart)
    differing = [what for what, i in (("sample", 0), ("pauses", 1)) if one[i] != other[i]]
    return differing + ([] if np.allclose(one[2], other[2], rtol=0, atol=1e-9) else ["centres"])


def _sampled(staged: Staged, model: Model) -> tuple[list[str], list[list[int]], Any]:
    """Return the ids of a sample, everybody's pauses, and the centres after Lloyd's steps."""
    tables = staged.tables
    half = tables.ask(of_customers.sample_of(staged.customers, 0.5, tables.engine.dialect))
    pauses = tables.ask(of_customers.pauses_of(staged.used, staged.customers))
    counts = [pauses[name].astype(np.int64).tolist() for name in ("gap", "pauses", "times")]
    with mock.patch(
        "server.sources.lloyd.LLOYD_STEPS", 3
    ):  # more show nothing more, and take long on some engines
        moved = moved_on(tables, of_customers.counted(staged.customers), model)
    return sorted(half["customer_id"].tolist()), sorted(map(list, zip(*counts, strict=True))), moved.centres
