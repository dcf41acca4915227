"""What the members of a test did before it and in its window, one row a member."""

from __future__ import annotations

from typing import Any

from server.sources.expressions.compiling import Table
from server.sources.expressions.customers import sampled

_DIGITS = 6
MEMBER = "member_id"
"""Column of a table of members."""


def outcomes_of(customers: Table, used: Table, members: Table, first: int, last: int) -> Table:
    """Return what members did before the earlier day of `customers`, and spent in a window.

    Parameters
    ----------
    customers, used
        See `expressions.customers`.
    members
        Their ids, in `MEMBER`.
    first, last
        Of the window, both included, in days since 1970.

    Returns
    -------
    Table
        customer_id, spend; recency, orders and money before, NULL where a customer had no segment then.
    """
    mine = used.semi_join(members, used.customer_id == members[MEMBER])
    spent = mine.group_by(spender=mine.customer_id).agg(spend=_spent(mine, first, last))
    who = customers.semi_join(members, customers.customer_id == members[MEMBER])
    beside = who.left_join(spent, who.customer_id == spent.spender)
    is_known = (beside.money_before > 0) & (beside.frequency_before > 0)
    marked = beside.mutate(is_known=is_known.fill_null(False))
    return marked.select(
        "customer_id",
        spend=marked.spend.fill_null(0.0),
        recency=marked.is_known.ifelse(marked.recency_before, None),
        orders=marked.is_known.ifelse(marked.frequency_before, None),
        money=marked.is_known.ifelse(marked.money_before, None),
    )


def spend_of_buyers(used: Table, first: int, last: int, share: float, dialect: str) -> Table:
    """Return what whoever bought in a window spent there; of a sample by a hash of the id where `share` is below 1."""
    chosen = sampled(used.filter((used.day >= first) & (used.day <= last)), share, dialect)
    spent = chosen.group_by("customer_id").agg(spend=_spent(chosen, first, last))
    return spent.filter(spent.spend > 0).select("spend")


def _spent(used: Table, first: int, last: int) -> Any:
    return used.money.sum(where=(used.day >= first) & (used.day <= last)).fill_null(0.0).round(_DIGITS)
