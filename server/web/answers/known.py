"""Answer with figures of known customers."""

from __future__ import annotations

from server.use_cases.known_customers import KnownCustomer, KnownCustomers
from server.web.answers.shape import Answer, answered


class FilledCustomer(Answer, frozen=True, kw_only=True):
    """A customer as `Segmented_Customers` has them; recency in days, counted to today."""

    customer_id: str
    recency: float
    frequency: float
    monetary_value: float


class FillAnswer(Answer, frozen=True, kw_only=True):
    """The customers that are known, of those that were asked for; `asOf` is the day that orders are known to."""

    customers: list[FilledCustomer]
    asked: int
    as_of: str
    message: str


def fill_answer(known: KnownCustomers) -> FillAnswer:
    """Return what `fill` answers."""
    return FillAnswer(
        customers=[_filled(customer) for customer in known.customers],
        asked=known.asked,
        as_of=known.wording.date(known.as_of) if known.as_of else "",
        message=known.message,
    )


def _filled(customer: KnownCustomer) -> FilledCustomer:
    return answered(customer, FilledCustomer)
