"""Segment names and action plans, as the marketer has them in `Action_Map`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.core.cells import Cell, text_of
from server.core.segments.naming import default_plan, is_default_plan
from server.core.wording import ENGLISH, Wording


@dataclass(frozen=True, slots=True)
class Plan:
    """Name and action plan of a segment, as in `Action_Map`."""

    segment: str
    action_plan: str


def moved_on(own: Plan, name: str, former: str = "", wording: Wording = ENGLISH) -> Plan:
    """Return the texts of a segment for the new model: the marketer's stay, the product's are replaced.

    Parameters
    ----------
    own
        As `Action_Map` has it, texts may be "".
    name, former
        The product's name of the segment, and the one before; "" where it had none.

    Examples
    --------
    >>> moved_on(Plan("Champions", "Call them."), "Lost", "Champions")
    Plan(segment='Lost', action_plan='Call them.')
    """
    is_own_name = bool(own.segment) and own.segment != former
    is_own_plan = bool(own.action_plan) and not (former and is_default_plan(own.action_plan, former))
    plan = own.action_plan if is_own_plan else wording.say(default_plan(name))
    return Plan(own.segment if is_own_name else name, plan)


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
