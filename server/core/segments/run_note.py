"""Note of the last run, from which the add-on notices new orders and edited plans without a call."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from server.core.segments.action_plans import Plan


class NotedColumn(msgspec.Struct, frozen=True):
    """A column of `Training_Data`: its place from 1, and its header."""

    place: int
    header: str


class RunNote(msgspec.Struct, frozen=True, rename="camel"):
    """What the last run read, and what it wrote.

    Attributes
    ----------
    at
        UTC, ISO 8601.
    analysis_day
        Day that recency is counted to, ISO 8601.
    follows_today
        Whether that day is the day of the run, as no other is chosen in `Settings`.
    header_row, last_row
        Sheet rows of `Training_Data`: of its header, and the last that held something.
    customer, order
        Columns of customers and, where there is one, of orders.
    plans
        Mark of the name and plan that customers bear, by cluster.
    made_with, read_with
        Texts in lower case that mean what the settings were, by setting: those that the segments were made with, and
        those that this run read the orders with.
    """

    at: str
    analysis_day: str
    follows_today: bool
    header_row: int
    last_row: int
    customer: NotedColumn | None
    order: NotedColumn | None
    plans: dict[str, str]
    made_with: dict[str, list[str]] = {}
    read_with: dict[str, list[str]] = {}


def plan_mark(plan: Plan) -> str:
    """Return a short mark of a name and a plan, by which a change is noticed.

    >>> plan_mark(Plan("Champions", "Call them."))
    '4da760e27f1f'
    """
    content = f"{plan.segment.strip()}\x1f{plan.action_plan.strip()}"
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def plan_marks(texts: Mapping[int, Plan]) -> dict[str, str]:
    """Return the mark of each segment's texts, by cluster."""
    return {str(number): plan_mark(plan) for number, plan in sorted(texts.items())}
