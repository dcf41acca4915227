"""The results: one row a customer, and the figures that are told of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from server.core.experiments.dealing import STANDING_SALT
from server.core.experiments.groups import STANDING
from server.core.segments.migration import BOTH, CUSTOMER, MODEL, NEW, STAYED
from server.core.segments.model import Model
from server.core.segments.rhythm import rhythm_of_model
from server.core.value.sums import VARIANCE_POWER
from server.sources.expressions.compiling import Table, sha256
from server.sources.expressions.outcomes import MEMBER
from server.sources.expressions.placing import (
    with_cluster,
    with_confidence,
    with_scores,
    with_space,
    with_state,
    with_worth,
)

RESULT_SCHEMA = {
    "customer_id": "string",
    "recency": "int64",
    "frequency": "int64",
    "monetary_value": "float64",
    "r_score": "int64",
    "f_score": "int64",
    "m_score": "int64",
    "rfm_score": "int64",
    "cluster": "int64",
    "segment": "string",
    "action_plan": "string",
    "confidence": "float64",
    "previous_cluster": "int64",
    "segment_since": "date",
    "state": "string",
    "expected_spend": "float64",
    "likely_to_buy_again": "float64",
    "group": "string",
    "migration": "string",
    "model_version": "int64",
    "analysis_day": "date",
    "run_id": "string",
}
"""Columns of the published table, and their types."""
SAID = "said"
"""Column of a table of groups, beside `MEMBER`."""
BUCKETS_A_STEP = 4_000
"""Money is counted in buckets 1/4000 of a logarithmic unit wide, before single amounts are asked for."""


@dataclass(frozen=True, slots=True)
class Placing:
    """What places each customer.

    Attributes
    ----------
    quantiles
        20, 40, 60 and 80 % points of today's recency, frequency and money, for the scores.
    today
        Day of the run: who was elsewhere before, or nowhere, is in the segment from this day on.
    former
        The model that made the table before; None where there is none.
    """

    model: Model
    quantiles: Sequence[Sequence[float]]
    run_id: str
    analysis_day: dt.date
    today: dt.date
    confidence: bool
    former: Model | None = None


def placed_of(customers: Table, figures: Table, previous: Table | None, placing: Placing) -> Table:
    """Return the results but for their texts, and behind them what figures are made of.

    Parameters
    ----------
    customers
        Those with a segment, with their measures where the model tells what customers are worth next.
    figures
        Of the same, their ids and figures alone: see `expressions.customers.figures_of`.
    previous
        The table published before, where there is one: its customer_id, figures, cluster and segment_since.
    """
    model = placing.model
    placed = with_cluster(with_space(customers, model), model, "cluster")
    valued = (
        with_confidence(placed, figures, model)
        if placing.confidence
        else placed.mutate(confidence=ibis.null("float64"))
    )
    scored = with_state(with_scores(valued, placing.quantiles), rhythm_of_model(model))
    worth = with_worth(scored, model.value)
    moved = _with_migration(worth, previous, placing.former)
    today, analysis_day = _date(placing.today), _date(placing.analysis_day)
    stays = (moved.was_cluster == moved.cluster).fill_null(False) & moved.was_since.notnull()
    return moved.select(
        "customer_id", "recency", "frequency", "monetary_value",
        "r_score", "f_score", "m_score", "rfm_score", "cluster", "confidence",
        previous_cluster=moved.was_cluster,
        segment_since=stays.ifelse(moved.was_since, today),
        state=moved.state,
        expected_spend=moved.expected.round(2),
        likely_to_buy_again=moved.likely.round(4),
        migration=moved.migration,
        model_version=ibis.literal(model.version, "int64"),
        analysis_day=analysis_day,
        run_id=ibis.literal(placing.run_id),
        expected=moved.expected,
        expected_orders=moved.expected_orders,
        likely=moved.likely,
        from_cluster=moved.was,
        spend_year=moved.spend_year,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """Who is in a group.

    Attributes
    ----------
    groups
        What is said of the members of running tests: `MEMBER` and `SAID`; None where no test runs.
    bound
        Of the standing control group: see `server.core.experiments.dealing.bound_of`.
    dialect
        Of the engine.
    """

    groups: Table | None
    bound: str
    dialect: str


def results_of(placed: Table, texts: Mapping[int, tuple[str, str]], held: Held) -> Table:
    """Return the table that is published: the columns of `RESULT_SCHEMA`, in their order.

    Parameters
    ----------
    texts
        Segment and plan by cluster.
    """
    names = {number: text for number, (text, _plan) in texts.items()}
    plans = {number: plan for number, (_text, plan) in texts.items()}
    grouped = _with_group(placed, held)
    grouped_rows = grouped.mutate(
        segment=_text_of(grouped.cluster, names), action_plan=_text_of(grouped.cluster, plans)
    )
    return grouped_rows.select(*RESULT_SCHEMA)


def _with_group(placed: Table, held: Held) -> Table:
    """Return customers with the group that they are in now, as `RunningGroups.texts` has it."""
    group = ibis.null("string")
    if held.bound.strip("0"):
        where = sha256(STANDING_SALT + "\n" + placed.customer_id, held.dialect).substr(0, len(held.bound))
        group = (where < held.bound).ifelse(STANDING, group)
    standing = placed.mutate(group=group)
    if held.groups is None:
        return standing
    beside = standing.left_join(held.groups, standing.customer_id == held.groups[MEMBER])
    return beside.mutate(group=beside[SAID].notnull().ifelse(beside[SAID], beside["group"]))


def _with_migration(customers: Table, previous: Table | None, former: Model | None) -> Table:
    """Return customers with where they come from and why: see `server.core.segments.migration`."""
    nothing = ibis.null("int64")
    if previous is None:
        return customers.mutate(
            was=nothing, was_cluster=nothing, was_since=ibis.null("date"), migration=ibis.null("string")
        )
    before = previous.select(
        was_id=previous.customer_id,
        was_recency=previous.recency,
        was_frequency=previous.frequency,
        was_money=previous.monetary_value,
        was_cluster=previous.cluster,
        was_since=previous.segment_since,
    )
    beside = customers.left_join(before, customers.customer_id == before.was_id)
    if former is None:
        return beside.mutate(was=nothing, migration=ibis.null("string")).drop(
            "was_id", "was_recency", "was_frequency", "was_money"
        )
    axes = ("wx", "wy", "wz")
    then = with_space(beside, former, ("was_recency", "was_frequency", "was_money"), axes)
    known = with_cluster(then, former, "was", axes)
    now = with_space(known, former, names=("bx", "by", "bz"))
    compared = with_cluster(now, former, "between", ("bx", "by", "bz"))
    is_known = compared.was_recency.notnull()
    reason = ibis.cases(
        (~is_known, NEW),
        (compared.was == compared.cluster, STAYED),
        (compared.was == compared.between, MODEL),
        (compared.between == compared.cluster, CUSTOMER),
        else_=BOTH,
    )
    return compared.mutate(migration=reason, was=is_known.ifelse(compared.was, nothing)).drop(
        "was_id", "was_recency", "was_frequency", "was_money", "between", *axes, "bx", "by", "bz"
    )


def flows_of(results: Table) -> Table:
    """Return customers and money by where they come from, where they are and why."""
    return results.group_by("from_cluster", "cluster", "migration").agg(
        customers=results.count(), money=results.monetary_value.sum()
    )


def segments_of(results: Table) -> Table:
    """Return sums by segment: customers, money, scores, states, and what they are worth next."""
    spend = results.expected
    states = {
        f"state_{name.lower()}": (results.state == name).cast("int64").sum()
        for name in ("Active", "Slipping", "Away")
    }
    return results.group_by("cluster").agg(
        customers=results.count(),
        money=results.monetary_value.sum(),
        r=results.r_score.sum(),
        f=results.f_score.sum(),
        m=results.m_score.sum(),
        expected=spend.sum(),
        expected_power=(spend**VARIANCE_POWER).sum(),
        expected_orders=results.expected_orders.sum(),
        likely=results.likely.sum(),
        **states,
    )


def heat_of(results: Table) -> Table:
    """Return customers by R and F score."""
    return results.group_by("r_score", "f_score").agg(customers=results.count())


def counts_of(table: Table, column: str, *, by_cluster: bool) -> Table:
    """Return how many customers have each value of a column of whole numbers, by cluster where it is asked."""
    keys = ["cluster", column] if by_cluster else [column]
    counts = table.group_by(keys).agg(customers=table.count())
    return counts.rename(value=column)


def money_buckets(table: Table, *, by_cluster: bool) -> Table:
    """Return how many customers there are in each bucket of money."""
    keyed = table.mutate(bucket=_bucket(table))
    keys = ["cluster", "bucket"] if by_cluster else ["bucket"]
    return keyed.group_by(keys).agg(customers=keyed.count())


def money_in(table: Table, buckets: Sequence[int], *, by_cluster: bool) -> Table:
    """Return how many customers have each amount of some buckets."""
    keyed = table.mutate(bucket=_bucket(table))
    chosen = keyed.filter(keyed.bucket.isin([int(bucket) for bucket in buckets]))
    keys = ["cluster", "bucket", "monetary_value"] if by_cluster else ["bucket", "monetary_value"]
    return chosen.group_by(keys).agg(customers=chosen.count()).rename(value="monetary_value")


def shown_customers(results: Table, limit: int, *, only_moved: bool) -> Table:
    """Return the customers with the most money: of all, or of those who moved."""
    chosen = results
    if only_moved:
        chosen = results.filter(results.migration.isin([CUSTOMER, MODEL, BOTH]).fill_null(False))
    order = [ibis.desc(chosen.monetary_value), ibis.asc(chosen.customer_id)]
    return chosen.order_by(order).limit(limit)


def _date(day: dt.date) -> Any:
    return ibis.date(day.year, day.month, day.day)


def _bucket(table: Table) -> Any:
    return ((table.monetary_value + 1.0).ln() * BUCKETS_A_STEP).floor().cast("int64")


def _text_of(cluster: Any, texts: Mapping[int, str]) -> Any:
    cases = [(cluster == number, text) for number, text in texts.items()]
    return ibis.cases(*cases, else_=ibis.null("string"))
