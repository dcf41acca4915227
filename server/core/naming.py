"""Business names for segments, and a plan for each that can be used as it stands.

The names are the usual ones of RFM practice (Putler's and Baymard's eleven, as most tools have them). A name
is given by the segment's medians among all customers, and never twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

PLANS: dict[str, str] = {
    "Champions": "💰 VIP upsell: early access and a premium bundle, no discount needed.",
    "Loyal": "💎 Reward: loyalty points and a cross-sell of what goes with the last order.",
    "Big Spenders": "👑 Personal care: a personal contact and the top of the range, no mass mailing.",
    "Potential Loyalists": "🔁 Second step: invite into the loyalty programme with the next order.",
    "New": "🌱 Welcome: a welcome series, and an offer for the second order within 30 days.",
    "Promising": "✨ Nurture: bestsellers and reviews, free shipping on the next order.",
    "Need Attention": "🔔 Reminder: news since the last visit and a limited offer.",
    "At Risk": "🔐 Promo: a win-back offer with an end date, and ask what went wrong.",
    "Cannot Lose Them": "📞 Win back: a personal call or letter, and an offer worth their past spend.",
    "About to Sleep": "⏰ Wake up: popular products at a small discount before they drift away.",
    "Hibernating": "🔹 Retarget: a seasonal campaign at low cost, bestsellers only.",
    "Lost": "🧹 Last call: one reactivation mail, then leave them out of paid campaigns.",
    "One Order, High Spend": "🎯 Second order: a personal follow-up on what they bought, with service.",
}
OTHER_PLAN = "🔹 Retarget: test a small campaign and watch how this group answers."


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a segment stands.

    Attributes
    ----------
    recency, frequency, monetary_value
        Share of all customers that its median is better than, 0 to 1 each (recency: more recent).
    median_frequency
        Orders of its median customer.
    silence
        Its median recency as a share of the longest there is, 0 to 1: "more recent than most" means little
        where most have been away for a year.
    """

    recency: float
    frequency: float
    monetary_value: float
    median_frequency: float
    silence: float = 0.0


def name_segments(standings: Sequence[Standing], taken: Collection[str] = ()) -> list[str]:
    """Return one name for each segment, no two equal.

    The better segment of two that a name would fit gets it; the other takes the next that fits.

    Parameters
    ----------
    taken
        Names that are given already (of segments that keep theirs).

    Examples
    --------
    >>> name_segments([Standing(0.9, 0.9, 0.95, 8), Standing(0.2, 0.3, 0.2, 1), Standing(0.9, 0.3, 0.3, 1)])
    ['Champions', 'Lost', 'New']
    """
    used = set(taken)
    names: dict[int, str] = {}
    by_value = sorted(
        range(len(standings)),
        key=lambda i: (-_worth(standings[i]), i),
    )
    for index in by_value:
        fitting = _fitting(standings[index])
        name = next((each for each in fitting if each not in used), None)
        if name is None:
            number = 2
            while f"{fitting[0]} {number}" in used:
                number += 1
            name = f"{fitting[0]} {number}"
        used.add(name)
        names[index] = name
    return [names[index] for index in range(len(standings))]


_MOST_RECENT_AFTER_LONG_SILENCE = 0.3
_MOST_RECENT_AFTER_SILENCE = 0.5
"""How recent a segment counts at most whose customers have mostly been away so long."""


def _worth(standing: Standing) -> float:
    return 0.4 * standing.recency + 0.2 * standing.frequency + 0.4 * standing.monetary_value


def _fitting(standing: Standing) -> list[str]:
    """Return the names that fit, the best first; each list ends with names that are true if less sharp."""
    recent = min(standing.recency, _MOST_RECENT_AFTER_LONG_SILENCE if standing.silence > 0.5 else 1.0)
    if standing.silence > 0.3:
        recent = min(recent, _MOST_RECENT_AFTER_SILENCE)
    rich = standing.monetary_value
    repeats = standing.median_frequency >= 2
    if recent >= 0.6:
        if repeats:
            if rich >= 0.7:
                return ["Champions", "Loyal", "Big Spenders", "Potential Loyalists", "Promising"]
            return ["Loyal", "Potential Loyalists", "Promising", "Need Attention"]
        if rich >= 0.6:
            return ["Promising", "One Order, High Spend", "New", "Potential Loyalists"]
        return ["New", "Promising", "Potential Loyalists"]
    if recent >= 0.4:
        if repeats:
            if rich >= 0.7:
                return ["Loyal", "Big Spenders", "Need Attention", "At Risk"]
            return ["Potential Loyalists", "Need Attention", "About to Sleep"]
        if rich >= 0.6:
            return ["One Order, High Spend", "Need Attention", "About to Sleep"]
        return ["About to Sleep", "Need Attention", "Hibernating"]
    if repeats:
        if rich >= 0.85:
            return ["Cannot Lose Them", "At Risk", "Need Attention"]
        return ["At Risk", "Need Attention", "About to Sleep", "Hibernating"]
    if rich >= 0.5:
        return ["Hibernating", "About to Sleep", "Lost", "At Risk"]
    return ["Lost", "Hibernating", "About to Sleep"]


def default_plan(name: str) -> str:
    """Return the plan that a segment of this name begins with.

    >>> default_plan("Champions")[:14]
    '💰 VIP upsell: '
    """
    return PLANS.get(name) or PLANS.get(name.rpartition(" ")[0]) or OTHER_PLAN
