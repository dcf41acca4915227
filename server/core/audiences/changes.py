"""Customers added and removed since an audience was last made, by its record of sent addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from server.core.audiences.member_cells import Details, Member, member
from server.core.audiences.selection import Customer
from server.core.audiences.target import Kind, Part, Target

ADDED, REMOVED = "added", "removed"
LEFT = "(left)"
"""Segment of a customer who was taken out and has none any more."""


class Sent(NamedTuple):
    """What a platform was given of one customer: addresses as the file had them."""

    customer_id: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Customers added and removed since the audience was last made.

    Attributes
    ----------
    is_first
        Whether there was no earlier time.
    """

    added: Sequence[Member]
    removed: Sequence[Sent]
    is_first: bool


def present(lines: Iterable[tuple[Sent, str]]) -> set[Sent]:
    """Return whom a platform has by now, of lines in the order in which they were written.

    >>> ann = Sent("A", "a@x.com", "")
    >>> present([(ann, ADDED), (ann, REMOVED)]), len(present([(ann, ADDED), (ann, REMOVED), (ann, ADDED)]))
    (set(), 1)
    """
    sents: set[Sent] = set()
    for sent, change in lines:
        if change == REMOVED:
            sents.discard(sent)
        else:
            sents.add(sent)
    return sents


def changes(members: Sequence[Member], before: set[Sent] | None) -> Changes:
    """Return what has changed; a customer with another address leaves with the old one and comes with the new.

    Parameters
    ----------
    before
        Whom the platform has; None where the audience was never made.
    """
    had = before or set()
    gone = had.difference(map(sent_of, members))
    return Changes([member for member in members if sent_of(member) not in had], sorted(gone), before is None)


def sent_of(known: Member) -> Sent:
    """Return what a platform is given of a member."""
    return Sent(known.customer.customer_id, known.email, known.phone)


def removal_rows(
    removed: Iterable[Sent], target: Target, customers: Mapping[str, Customer]
) -> list[tuple[str, ...]]:
    """Return the rows of a file of those to remove.

    An ad platform gets their addresses alone. An e-mail tool gets them with the segment they are in by now, so that
    flows and lists by property let go of them.

    Parameters
    ----------
    customers
        By id, as they are segmented now.
    """
    rows = []
    for sent in removed:
        if target.kind is Kind.ADS:
            cells = {Part.EMAIL: sent.email, Part.PHONE: sent.phone}
            rows.append(tuple(cells.get(column.part, "") for column in target.columns))
            continue
        customer = customers.get(sent.customer_id, Customer(sent.customer_id, 0, segment=LEFT))
        details = Details(sent.email, sent.phone)
        rows.append(member(customer, details, target, hashed=False).cells)
    return rows
