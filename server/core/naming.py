"""Business names for segments, and a plan for each that can be used as it stands.

The names are the usual ones of RFM practice (Putler's and Baymard's eleven, as most tools have them), each with
a guard, so that none says what is not so. Segments of one family (how long ago, one order or more) are named
together, the better customers first; where no usual name is true the segment is described.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.core.wording import ENGLISH, Wording

PLANS: dict[str, str] = {
    "Champions": "💰 VIP upsell: early access and a premium bundle, no discount needed.",
    "Loyal": "💎 Reward: loyalty points and a cross-sell of what goes with the last order.",
    "Potential Loyalists": "🔁 Next step: invite into the loyalty programme with the next order.",
    "New, High Spend": "🎁 Warm welcome: a personal thank-you and a matching second offer within 30 days.",
    "New": "🌱 Welcome: a welcome series, and an offer for the second order within 30 days.",
    "Need Attention": "🔔 Reminder: news since the last visit and a limited offer.",
    "About to Sleep": "⏰ Wake up: popular products at a small discount before they drift away.",
    "One Order, High Spend": "🎯 Second order: a personal follow-up on what they bought, with service.",
    "Promising": "✨ Nurture: bestsellers and reviews, free shipping on the next order.",
    "Cannot Lose Them": "📞 Win back: a personal call or letter, and an offer worth their past spend.",
    "At Risk": "🔐 Promo: a win-back offer with an end date, and ask what went wrong.",
    "One Order, High Spend, Away": "📬 Reactivate: a catalogue and an offer worth the size of their order.",
    "Hibernating": "🔹 Retarget: a seasonal campaign at low cost, bestsellers only.",
    "Lost": "🧹 Last call: one reactivation mail, then leave them out of paid campaigns.",
    "All Customers": "📣 Newsletter: the same news for all; there is nothing yet that tells them apart.",
}
_PLANS_BY_STATE = {
    "Active": "🛍️ Keep going: news of what they like, and a small thank-you with the next order.",
    "Cooling": "⏳ Stay in touch: a reminder with bestsellers while they still know you.",
    "Away": "📮 Win back: one offer with an end date, and nothing costly after that.",
}
OTHER_PLAN = "🔹 Retarget: test a small campaign and watch how this group answers."

ACTIVE, COOLING, AWAY = "Active", "Cooling", "Away"
_ACTIVE_GAPS, _COOLING_GAPS = 0.5, 0.2
_HIGH, _MID = 0.7, 0.4


def state_of(longer_gaps: float) -> str:
    """Return how a segment stands. Active: most gaps are longer than the silence. Cooling: one in five is. Away: fewer.

    Parameters
    ----------
    longer_gaps
        As in `Portrait`.
    """
    if longer_gaps >= _ACTIVE_GAPS:
        return ACTIVE
    return COOLING if longer_gaps >= _COOLING_GAPS else AWAY


@dataclass(frozen=True, slots=True)
class Portrait:
    """What a segment's name is made of.

    Attributes
    ----------
    longer_gaps
        Share of all gaps between two purchases that are longer than the median customer's silence, 0 to 1.
        Silence counts from the most recent customer: when the shop is closed nobody is to blame.
    one_time
        Share of its customers who bought once.
    median_frequency
        Orders of its median customer.
    value
        Share of all customers who spent less than its median customer, equal ones half.
    recency_days, monetary_value
        Medians, to tell two segments apart that are alike in all else.
    """

    longer_gaps: float
    one_time: float
    median_frequency: float
    value: float
    recency_days: float = 0.0
    monetary_value: float = 0.0

    @property
    def state(self) -> str:
        """Active, Cooling or Away."""
        return state_of(self.longer_gaps)

    @property
    def repeats(self) -> bool:
        """Whether most of its customers came back."""
        return self.one_time < 0.5 and self.median_frequency >= 2


_NAMES: dict[tuple[str, bool], tuple[tuple[str, float], ...]] = {
    (ACTIVE, True): (("Champions", _HIGH), ("Loyal", 0.5), ("Potential Loyalists", 0.0)),
    (ACTIVE, False): (("New, High Spend", _HIGH), ("New", 0.0)),
    (COOLING, True): (("Need Attention", _MID), ("About to Sleep", 0.0)),
    (COOLING, False): (("One Order, High Spend", _HIGH), ("Promising", _MID), ("About to Sleep", 0.0)),
    (AWAY, True): (("Cannot Lose Them", _HIGH), ("At Risk", _MID), ("Hibernating", 0.0)),
    (AWAY, False): (("One Order, High Spend, Away", _HIGH), ("Hibernating", _MID), ("Lost", 0.0)),
}
"""Names of a family, the best first, and the value that a segment needs for each."""


def name_segments(portraits: Sequence[Portrait], wording: Wording = ENGLISH) -> list[str]:
    """Return one name for each segment, no two equal.

    Examples
    --------
    >>> name_segments([Portrait(0.8, 0.0, 8, 0.95), Portrait(0.0, 0.9, 1, 0.2), Portrait(0.7, 0.9, 1, 0.3)])
    ['Champions', 'Lost', 'New']
    """
    if len(portraits) == 1:
        return ["All Customers"]
    names: dict[int, str] = {}
    used: set[str] = set()
    by_value = sorted(
        range(len(portraits)), key=lambda i: (-portraits[i].value, -portraits[i].longer_gaps, i)
    )
    for place in by_value:
        portrait = portraits[place]
        family = _NAMES[(portrait.state, portrait.repeats)]
        fitting = [name for name, least in family if portrait.value >= least]
        name = next((each for each in fitting if each not in used), None) or _described(
            portrait, used, wording
        )
        used.add(name)
        names[place] = name
    return [names[place] for place in range(len(portraits))]


def _described(portrait: Portrait, used: set[str], wording: Wording) -> str:
    """Return what is true of a segment; with its median silence, then a number, where that is not enough."""
    orders = "Several Orders" if portrait.repeats else "One Order"
    spend = "High" if portrait.value >= _HIGH else "Middle" if portrait.value >= _MID else "Low"
    name = f"{orders}, {spend} Spend, {portrait.state}"
    if name not in used:
        return name
    told = f"{name} ({wording.number(round(portrait.recency_days))} Days)"
    number = 2
    while told in used:
        told, number = f"{name} {number}", number + 1
    return told


def default_plan(name: str) -> str:
    """Return the plan that a segment of this name begins with.

    >>> default_plan("Champions")[:14], default_plan("One Order, Low Spend, Away (90 Days)")[:11]
    ('💰 VIP upsell: ', '📮 Win back:')
    """
    if found := PLANS.get(name) or PLANS.get(name.rpartition(" ")[0]):
        return found
    state = next((each for each in _PLANS_BY_STATE if f", {each}" in name), "")
    return _PLANS_BY_STATE.get(state, OTHER_PLAN)
