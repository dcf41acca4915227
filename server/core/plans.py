"""Names and actions of segments, as the marketer has them in `Action_Map`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.core.cells import Cell, text_of


@dataclass(frozen=True, slots=True)
class Plan:
    """Name and action of a segment, as they stand in `Action_Map`."""

    segment: str
    action_plan: str


def plans_of(rows: Iterable[tuple[Cell, Cell, Cell]]) -> dict[int, Plan]:
    """Return the plans by cluster from the Cluster, Segment and ActionPlan cells of `Action_Map`.

    The first row of a number counts; rows that begin with no number (such as those under "Earlier plans")
    are passed over.

    >>> plans_of([(0, "Champions", "VIP"), ("Earlier plans", "", ""), ("", "Old", "x")])
    {0: Plan(segment='Champions', action_plan='VIP')}
    """
    plans: dict[int, Plan] = {}
    for cluster, segment, action_plan in rows:
        if isinstance(cluster, int | float) and not isinstance(cluster, bool) and float(cluster).is_integer():
            plans.setdefault(int(cluster), Plan(text_of(segment), text_of(action_plan)))
    return plans
