"""All customers of a source's published table, as an audience is chosen among them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from server.core.audiences.selection import Customer
from server.core.wording import ENGLISH
from server.errors import InputError
from server.sources.engines.engine import Engine
from server.sources.expressions.results import RESULT_SCHEMA
from server.sources.stages import Tables
from server.sources.trouble import unreadable
from server.texts import to_say

MOST_CUSTOMERS = 1_000_000
"""A customer takes 0.3 KB in memory, as long as an audience is made."""
_COLUMNS = (
    "customer_id", "cluster", "segment", "previous_cluster", "state", "segment_since", "monetary_value",
    "expected_spend",
)  # fmt: skip


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
    place, _run = engine.published()
    if place is None:
        raise unreadable()
    tables, table = Tables(engine), place.table(RESULT_SCHEMA)
    count = int(tables.one(table.agg(customers=table.count()))["customers"])
    if count > MOST_CUSTOMERS:
        raise InputError(
            to_say(
                "The source has {customers} customers; an audience is chosen among {most} at most.",
                customers=ENGLISH.number(count),
                most=ENGLISH.number(MOST_CUSTOMERS),
            ),
            hint=to_say(
                "Ask the engineer who runs the service for the list: the source publishes a table of all customers."
            ),
        )
    rows = tables.rows(table.select(*_COLUMNS))
    at = {customer.customer_id: customer.row for customer in shown}
    names = {int(row["cluster"]): row["segment"] or "" for row in rows}
    names |= {customer.cluster: customer.segment for customer in shown if customer.cluster is not None}
    return [_customer(row, names, at) for row in rows]


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
