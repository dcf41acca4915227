"""Customers who may be contacted and have an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from server.core.audiences.contacts import Contacts
from server.core.audiences.email_targets import LIST
from server.core.audiences.members import make_audience
from server.core.audiences.reading import Choices
from server.core.audiences.selection import Customer
from server.core.audiences.target import Kind


def reachable(
    customer_ids: Iterable[str], contacts: Contacts, choices: Choices, kind: Kind = Kind.EMAIL
) -> frozenset[str]:
    """Return the customers who have agreed, are not suppressed and have an address that can be used.

    Of two customers with one address one is reachable.

    Parameters
    ----------
    kind
        Whose consent is asked: that to ads or to e-mails.
    """
    customers = [Customer(customer_id, 0) for customer_id in customer_ids]
    audience = make_audience(customers, contacts, replace(LIST, kind=kind), choices)
    return frozenset(member.customer.customer_id for member in audience.members)
