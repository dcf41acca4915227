"""Dashboard blocks about the days ahead: expected revenue, and the backtest of an earlier model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.core.cells import Cell
from server.core.value.model import ValueModel
from server.core.value.sums import Sum
from server.core.value.words import looked_back, scorecard, trust
from server.core.wording import Wording
from server.texts import to_say

Rows = list[list[Cell]]

REVENUE_HEADERS = (
    to_say("Segment"),
    to_say("Cluster"),
    to_say("Expected revenue"),
    to_say("Low"),
    to_say("High"),
)
GROUP_HEADERS = (to_say("Customers"), to_say("Expected, each"), to_say("Came, each"))
GROUPS = 10
NOT_TOLD = to_say("not known yet; the reason stands below")


@dataclass(frozen=True, slots=True)
class Ahead:
    """Predictions of a segmentation for the days ahead.

    Attributes
    ----------
    model
        None where the model is of before there was such.
    revenue
        Expected revenue by cluster; empty where it is not told.
    total
        Of all customers.
    """

    model: ValueModel | None = None
    revenue: Mapping[int, Sum] = field(default_factory=dict)
    total: Sum | None = None


def headline(ahead: Ahead, wording: Wording) -> tuple[str, Cell, str]:
    """Return the headline figure: its title, its number, and a sentence about it."""
    title = wording.say("Expected revenue")
    if ahead.model is not None:
        title = wording.say("Expected revenue, next {days} days", days=ahead.model.horizon)
    if ahead.total is None:
        return title, "–", wording.say(NOT_TOLD)
    low, high = map(wording.rough_money, (ahead.total.low, ahead.total.high))
    return (
        title,
        round(ahead.total.expected, 2),
        wording.say("{low} to {high} in 8 of 10 cases", low=low, high=high),
    )


def revenue_rows(
    heading: str, ahead: Ahead, clusters: Sequence[int], names: Mapping[int, str], wording: Wording
) -> Rows:
    """Return the table of the segments' expected revenue, with its interval in eight of ten cases."""
    if ahead.model is None:
        about = wording.say(
            "These segments were made before expected spend was told: choose Find new segments."
        )
    elif not ahead.revenue:
        about = scorecard(ahead.model, wording)[0]
    else:
        spent = wording.say(
            "What customers like these spent in {days} days; between low and high in 8 of 10 cases.",
            days=ahead.model.horizon,
        )
        about = f"{spent} {trust(ahead.model, wording)}"
    rows: Rows = [[wording.say(heading)], [about], [wording.say(header) for header in REVENUE_HEADERS]]
    for number in clusters:
        revenue = ahead.revenue.get(number)
        figures = (
            ["", "", ""]
            if revenue is None
            else [round(x, 2) for x in (revenue.expected, revenue.low, revenue.high)]
        )
        rows.append([names[number], number, *figures])
    return rows


def group_rows(heading: str, ahead: Ahead, wording: Wording) -> Rows:
    """Return the ten groups of customers by what an earlier model expected of them, the best first."""
    backtest = ahead.model.backtest if ahead.model is not None else None
    shown = backtest is not None and not backtest.halves
    about = looked_back(ahead.model, wording) if ahead.model is not None else ""
    if not about:
        about = wording.say("Comes with a later run: what was expected beside what customers then spent.")
    rows: Rows = [[wording.say(heading)], [about], [wording.say(header) for header in GROUP_HEADERS]]
    for place in range(GROUPS):
        named = f"{place + 1}"
        if place in (0, GROUPS - 1):
            named = wording.say("Best tenth") if not place else wording.say("Last tenth")
        if backtest is not None and shown and place < len(backtest.groups):
            rows.append([named, *backtest.groups[place]])
        else:
            rows.append([named, "", ""])
    return rows
