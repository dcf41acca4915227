"""Lists of customers kept beside the segments: all of one, those who moved in or out, those who slip. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from server.core.segments.migration import Flow
from server.core.wording import ENGLISH, Wording

LONGEST_NAME = 80
"""Characters of a segment's name in the title of a list."""


class Kind(Enum):
    """Kind of a list of customers."""

    ALL = "all"
    MOVED_IN = "in"
    MOVED_OUT = "out"
    SLIPPING = "slipping"


@dataclass(frozen=True, slots=True)
class CustomerList:
    """List of customers that the service keeps.

    Attributes
    ----------
    cluster
        Whose customers it shows; None for those of all segments.
    customers
        How many it shows.
    """

    kind: Kind
    cluster: int | None
    title: str
    customers: int


def moved_in(flows: Iterable[Flow], cluster: int) -> int:
    """Return how many customers came into a segment, new ones included."""
    return sum(flow.customers for flow in flows if flow.to_cluster == cluster != flow.from_cluster)


def moved_out(flows: Iterable[Flow], cluster: int) -> int:
    """Return how many customers left a segment for another."""
    return sum(flow.customers for flow in flows if flow.from_cluster == cluster != flow.to_cluster)


def is_first(flows: Sequence[Flow]) -> bool:
    """Whether nobody was there before: all customers are new, and none has moved."""
    return all(flow.from_cluster is None for flow in flows)


def customer_lists(
    customers: Mapping[int, int],
    names: Mapping[int, str],
    flows: Sequence[Flow],
    slipping: int,
    wording: Wording = ENGLISH,
) -> list[CustomerList]:
    """Return the lists to keep: those that are not empty.

    Parameters
    ----------
    customers, names
        Of each segment in use, by cluster.
    flows
        Who went where at the last run that moved anybody.
    slipping
        Customers whose state that is.

    Examples
    --------
    >>> [customer_list.title for customer_list in customer_lists({0: 5, 1: 0}, {0: "Champions", 1: "Lost"}, [], 2)]
    ['Champions', 'Slipping customers']
    """
    lists = [CustomerList(Kind.ALL, number, _short(names[number]), customers[number]) for number in customers]
    if not is_first(flows):
        for number in customers:
            name = _short(names[number])
            into = wording.say("Moved into {segment}", segment=name)
            out_of = wording.say("Moved out of {segment}", segment=name)
            lists.append(CustomerList(Kind.MOVED_IN, number, into, moved_in(flows, number)))
            lists.append(CustomerList(Kind.MOVED_OUT, number, out_of, moved_out(flows, number)))
    lists.append(CustomerList(Kind.SLIPPING, None, wording.say("Slipping customers"), slipping))
    return [customer_list for customer_list in lists if customer_list.customers]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def view_id(sheet_id: int, kind: Kind, cluster: int | None) -> int:
    """Return the id of a list's filter view: the same at each run, so that links to it stay good.

    Parameters
    ----------
    sheet_id
        Of the tab that it shows.

    Returns
    -------
    int
        1 to 2^31 - 1.
    """
    seed = f"ate-list {sheet_id} {kind.value} {cluster}"
    return 1 + int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") % (2**31 - 1)


def link(sheet_id: int, kind: Kind, cluster: int | None) -> str:
    """Return the address of a list within its spreadsheet."""
    return f"#gid={sheet_id}&fvid={view_id(sheet_id, kind, cluster)}"
