"""Migration of customers between segments, and its cause: the customer moved, or the model did.

Three looks at a customer: the old model on the old figures, the old model on the new figures, the new model on
the new figures. What differs between the first two is the customer's doing, between the last two the model's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from server.core.segments.model import Model
from server.core.segments.prediction import assign
from server.core.wording import ENGLISH, Wording, versions
from server.texts import to_say

STAYED = str(to_say("stayed"))
CUSTOMER = str(to_say("customer moved"))
MODEL = str(to_say("segments are new"))
BOTH = str(to_say("customer moved and segments are new"))
NEW = str(to_say("new customer"))
KINDS = (CUSTOMER, MODEL, BOTH, NEW, STAYED)
"""Plain texts, as engines of sources take them; `Migration` says them in the spreadsheet's language."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Customers who moved from one segment to another for one reason.

    Attributes
    ----------
    from_cluster
        None for new customers.
    revenue
        Their monetary value today.
    """

    from_cluster: int | None
    to_cluster: int
    kind: str
    customers: int
    revenue: float


@dataclass(frozen=True, slots=True)
class Migration:
    """All flows, the largest of each kind first, and per customer where they come from and why.

    Attributes
    ----------
    previous
        Former cluster of each customer, None for new ones.
    kinds
        One of `KINDS` for each customer. Both are empty where an engine counted the flows.
    """

    flows: list[Flow]
    previous: list[int | None]
    kinds: list[str]

    def count(self, kind: str) -> int:
        """Return how many customers there are of a kind."""
        return sum(flow.customers for flow in self.flows if flow.kind == kind)

    @property
    def customers(self) -> int:
        """Number of customers."""
        return sum(flow.customers for flow in self.flows)

    @property
    def retention(self) -> float:
        """Return the share of those who did not move that keep their segment; 1 where there are none."""
        kept, changed = self.count(STAYED), self.count(MODEL)
        return kept / (kept + changed) if kept + changed else 1.0

    def sentence(self, wording: Wording = ENGLISH) -> str:
        """Return the migration in words."""
        known = self.customers - self.count(NEW)
        if not known:
            return ""
        moved, model = self.count(CUSTOMER) + self.count(BOTH), self.count(MODEL)
        number, say = wording.number, wording.say
        text = say(
            "{moved} of {known} customers changed segment through their buying.",
            moved=number(moved),
            known=number(known),
        )
        if not model:
            return text
        return f"{text} " + say("{moved} moved as the segments are new.", moved=number(model))


def migration(
    former_ids: Sequence[str],
    former_rfm: ArrayLike,
    ids: Sequence[str],
    rfm: ArrayLike,
    former_model: Model,
    model: Model,
) -> Migration:
    """Return who went where from one model to the next.

    A customer whose former and new segment are the same has stayed, whatever the model between would say.

    Parameters
    ----------
    former_ids, former_rfm
        Customers as they were when the former model segmented them, shape (m, 3).
    ids, rfm
        Customers today, shape (n, 3).

    Examples
    --------
    See ``tests/core/segments/test_migration.py``.
    """
    today = np.asarray(rfm, dtype=np.float64).reshape(-1, 3)
    before = np.asarray(former_rfm, dtype=np.float64).reshape(-1, 3)
    was = dict(zip(former_ids, assign(former_model, before).tolist(), strict=True))
    between = assign(former_model, today).tolist()
    now = assign(model, today).tolist()
    previous = [was.get(text) for text in ids]
    kinds = [_kind(first, second, third) for first, second, third in zip(previous, between, now, strict=True)]
    sums: dict[tuple[int | None, int, str], list[float]] = defaultdict(lambda: [0, 0.0])
    for source, target, kind, money in zip(previous, now, kinds, today[:, 2].tolist(), strict=True):
        entry = sums[source, target, kind]
        entry[0] += 1
        entry[1] += money
    flows = [
        Flow(source, target, kind, int(count), round(money, 6))
        for (source, target, kind), (count, money) in sums.items()
    ]
    return Migration(in_order(flows), previous, kinds)


def in_order(flows: Sequence[Flow]) -> list[Flow]:
    """Return flows by their kind, the largest of each kind first."""
    return sorted(
        flows,
        key=lambda flow: (
            KINDS.index(flow.kind),
            -flow.customers,
            -1 if flow.from_cluster is None else flow.from_cluster,
            flow.to_cluster,
        ),
    )


def kind_of(text: str) -> str:
    """Return the kind that a text names in any language; the text itself where it names none.

    >>> kind_of("Kunde hat gewechselt"), kind_of("customer moved"), kind_of("by hand")
    ('customer moved', 'customer moved', 'by hand')
    """
    return next((kind for kind in KINDS if text in versions(kind)), text)


def _kind(was: int | None, between: int, now: int) -> str:
    if was is None:
        return NEW
    if was == now:
        return STAYED
    if was == between:
        return MODEL
    return CUSTOMER if between == now else BOTH
