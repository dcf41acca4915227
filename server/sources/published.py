"""All customers of a source's published table: an audience is chosen, and a test is dealt, among them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from server.core.audiences.selection import Customer
from server.core.wording import ENGLISH
from server.errors import InputError
from server.sources.engines.engine import Engine
from server.sources.expressions.compiling import Table
from server.sources.expressions.outcomes import MEMBER
from server.sources.expressions.results import RESULT_SCHEMA
from server.sources.stages import Tables
from server.sources.trouble import unreadable
from server.texts import to_say

MOST_CUSTOMERS = 1_000_000
"""A customer takes 0.3 KB in memory, as long as an audience or a test is made."""
_COLUMNS = (
    "customer_id", "cluster", "segment", "previous_cluster", "state", "segment_since", "monetary_value",
    "expected_spend",
)  # fmt: skip
_HINT = to_say(
    "Ask the engineer who runs the service for the list: the source publishes a table of all customers."
)


def show(engine: Engine, run_id: str) -> None:
    """Let readers see the run that the sheet shows, where the published table is of another one still.

    Raises
    ------
    SourceError
        If the engine does not let it be done.
    """
    if engine.published()[1] != run_id:
        engine.swap(run_id)


def published_customers(engine: Engine, shown: Sequence[Customer]) -> list[Customer]:
    """Return all customers of the published table.

    Parameters
    ----------
    shown
        Those in the sheet: their rows are kept, and the names that their segments have there by now.

    Raises
    ------
    SourceError
        If the table cannot be read.
    InputError
        If it has more customers than one audience is chosen among.
    """
    tables, table = Tables(engine), _published(engine)
    count = _count(tables, table)
    if count > MOST_CUSTOMERS:
        raise InputError(
            to_say(
                "The source has {customers} customers; an audience is chosen among {most} at most.",
                customers=ENGLISH.number(count),
                most=ENGLISH.number(MOST_CUSTOMERS),
            ),
            hint=_HINT,
        )
    rows = tables.rows(table.select(*_COLUMNS))
    at = {customer.customer_id: customer.row for customer in shown}
    names = {int(row["cluster"]): row["segment"] or "" for row in rows}
    names |= {customer.cluster: customer.segment for customer in shown if customer.cluster is not None}
    return [_customer(row, names, at) for row in rows]


@dataclass(frozen=True, slots=True)
class InSegments:
    """Customers with their segments, one element a customer.

    Attributes
    ----------
    likely
        Likely to buy again, of 1; None where it is not told.
    """

    ids: list[str]
    segments: list[str]
    likely: list[float | None]


def published_in_segments(
    engine: Engine,
    shown: Mapping[int, str],
    chosen: Callable[[Mapping[int, str]], Collection[int]],
    among: Collection[str] | None = None,
) -> InSegments:
    """Return the customers of the published table whom a test is dealt among.

    Parameters
    ----------
    shown
        Names that segments have in the sheet by now, by cluster.
    chosen
        Returns the wanted clusters of all that have customers, given with their names; raises where one is not there.
    among
        Ids of the only customers who are wanted; None for all.

    Raises
    ------
    SourceError
        If the table cannot be read.
    InputError
        If more customers are wanted than a test is dealt among.
    """
    tables, table = Tables(engine), _published(engine)
    named = tables.rows(table.group_by("cluster").agg(segment=table.segment.max()))
    names = {int(row["cluster"]): row["segment"] or "" for row in named}
    names |= {cluster: name for cluster, name in shown.items() if cluster in names}
    wanted = table.filter(table.cluster.isin(sorted(chosen(names))))
    if among is not None:
        members = tables.put("among", {MEMBER: sorted(among)})
        wanted = wanted.semi_join(members, wanted.customer_id == members[MEMBER])
    count = _count(tables, wanted)
    if count > MOST_CUSTOMERS:
        raise InputError(
            to_say(
                "The test would be dealt among {customers} customers; a test is dealt among {most} at most.",
                customers=ENGLISH.number(count),
                most=ENGLISH.number(MOST_CUSTOMERS),
            ),
            hint=to_say("Choose fewer segments, or make an audience first and choose that."),
        )
    rows = tables.rows(wanted.select("customer_id", "cluster", "likely_to_buy_again"))
    rows.sort(key=lambda row: str(row["customer_id"]))  # an engine has no order
    return InSegments(
        [row["customer_id"] for row in rows],
        [names[int(row["cluster"])] for row in rows],
        [_number(row["likely_to_buy_again"]) for row in rows],
    )


def _published(engine: Engine) -> Table:
    place, _run = engine.published()
    if place is None:
        raise unreadable()
    return place.table(RESULT_SCHEMA)


def _count(tables: Tables, table: Table) -> int:
    return int(tables.one(table.agg(customers=table.count()))["customers"])


def _customer(row: dict[str, Any], names: dict[int, str], at: dict[str, int]) -> Customer:
    cluster, previous = int(row["cluster"]), _number(row["previous_cluster"])
    since = row["segment_since"]
    return Customer(
        row["customer_id"],
        at.get(row["customer_id"], 0),
        cluster,
        names[cluster],
        "" if previous is None else names.get(int(previous), ""),
        sys.intern(row["state"] or ""),
        "" if since is None else sys.intern(str(np.datetime64(since, "D"))),
        "",
        _number(row["monetary_value"]),
        _number(row["expected_spend"]),
    )


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
