"""Selection of the customers that an audience is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.core.segments.state import SLIPPING


class Who(StrEnum):
    """Which customers of the chosen segments are selected."""

    ALL = "all"
    MOVED_IN = "moved_in"
    """Who was in another segment, or no customer yet, before the last run."""
    SLIPPING = "slipping"
    """Who has been silent for longer than is usual for them."""
    HELD_OUT = "held_out"
    """Who is in a control group: a list to exclude, for platforms that take one."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A row of `Segmented_Customers`, or of the table that a source publishes.

    Attributes
    ----------
    row
        Of `Segmented_Customers`; 0 where the customer is not shown there.
    since
        Day on which the customer came to the segment, as YYYY-MM-DD; "" where it is not told.
    spend, expected_spend
        Of the past and of the days of `Horizon`; None where it is not told.
    is_held_out
        Whether a running test, or the standing control group, counts on the customer hearing nothing.
    """

    customer_id: str
    row: int
    cluster: int | None = None
    segment: str = ""
    previous: str = ""
    state: str = ""
    since: str = ""
    group: str = ""
    spend: float | None = None
    expected_spend: float | None = None
    is_held_out: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Criteria by which customers are selected.

    Attributes
    ----------
    clusters
        Numbers of the segments; None for all.
    least_spend, least_expected
        Customers below are not chosen, nor those of whom it is not told; None for no bound.
    """

    clusters: frozenset[int] | None = None
    who: Who = Who.ALL
    least_spend: float | None = None
    least_expected: float | None = None


def chosen(customers: Sequence[Customer], selection: Selection) -> list[Customer]:
    """Return the customers of a selection, in their order.

    >>> ann = Customer("A", 2, 0, "Champions", "Loyal", spend=900.0)
    >>> bob = Customer("B", 3, 1, "At risk", "At risk", state="Slipping", spend=50.0)
    >>> [one.customer_id for one in chosen([ann, bob], Selection(who=Who.MOVED_IN))]
    ['A']
    >>> [one.customer_id for one in chosen([ann, bob], Selection(frozenset({1}), Who.SLIPPING, least_spend=50))]
    ['B']
    """
    has_moves = any(customer.previous for customer in customers)
    return [
        customer
        for customer in customers
        if customer.segment and _is_chosen(customer, selection, has_moves=has_moves)
    ]


def _is_chosen(customer: Customer, selection: Selection, *, has_moves: bool) -> bool:
    if selection.clusters is not None and customer.cluster not in selection.clusters:
        return False
    if selection.who is Who.MOVED_IN and not (has_moves and customer.previous != customer.segment):
        return False
    if selection.who is Who.SLIPPING and customer.state != SLIPPING:
        return False
    if selection.who is Who.HELD_OUT and not customer.is_held_out:
        return False
    return _reaches(customer.spend, selection.least_spend) and _reaches(
        customer.expected_spend, selection.least_expected
    )


def _reaches(value: float | None, least: float | None) -> bool:
    return least is None or (value is not None and value >= least)


def segment_names(customers: Iterable[Customer]) -> list[str]:
    """Return the names of the customers' segments by their numbers, each once."""
    names = {customer.cluster: customer.segment for customer in customers if customer.cluster is not None}
    return list(dict.fromkeys(names[number] for number in sorted(names)))
