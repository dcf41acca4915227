"""Business names for segments, and a plan for each that can be used as it stands.

The names are the usual ones of RFM practice (Putler's and Baymard's eleven, as most tools have them).
`server.core.segments.name_fit` says whom a name fits, `server.training.names` which segment gets which. A second
segment of one name is told apart in words, never by a number.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.core.segments.name_fit import NAMES, known_name
from server.core.wording import versions
from server.texts import to_say

ALL_CUSTOMERS = "All Customers"
"""Name of the only segment."""

PLANS: dict[str, str] = {
    "Champions": to_say("💰 VIP upsell: early access and a premium bundle, no discount needed."),
    "Loyal": to_say("💎 Reward: loyalty points and a cross-sell of what goes with the last order."),
    "Potential Loyalists": to_say("🔁 Next step: invite into the loyalty programme with the next order."),
    "New, High Spend": to_say(
        "🎁 Warm welcome: a personal thank-you and a matching second product within 30 days."
    ),
    "New": to_say("🌱 Welcome: a welcome series, and ideas for the second order within 30 days."),
    "Need Attention": to_say("🔔 Reminder: news since the last visit and a limited offer."),
    "About to Sleep": to_say("⏰ Wake up: popular products at a small discount before they drift away."),
    "One Order, High Spend": to_say(
        "🎯 Second order: a personal follow-up on what they bought, with service."
    ),
    "Promising": to_say("✨ Nurture: bestsellers and reviews, free shipping on the next order."),
    "Cannot Lose Them": to_say(
        "📞 Win back: a personal call or letter, and an offer worth their past spend."
    ),
    "At Risk": to_say("🔐 Promo: a win-back offer with an end date, and ask what went wrong."),
    "One Order, High Spend, Away": to_say(
        "📬 Reactivate: a catalogue and an offer worth the size of their order."
    ),
    "Hibernating": to_say("🔹 Retarget: a seasonal campaign at low cost, bestsellers only."),
    "Lost": to_say("🧹 Last call: one reactivation mail, then leave them out of paid campaigns."),
    ALL_CUSTOMERS: to_say(
        "📣 Newsletter: the same news for all; there is nothing yet that tells them apart."
    ),
}
MEANINGS: dict[str, str] = {
    "Champions": to_say("came back, bought lately, and are among those who order or spend most"),
    "Loyal": to_say("came back, bought not long ago, and order or spend more than most"),
    "Potential Loyalists": to_say("came back and bought not long ago"),
    "New, High Spend": to_say("have few orders, bought not long ago, and spent more than most"),
    "New": to_say("have few orders and bought not long ago"),
    "Need Attention": to_say("came back, and begin to be silent for longer than half of all usual pauses"),
    "About to Sleep": to_say("begin to be silent for longer than half of all usual pauses"),
    "One Order, High Spend": to_say("have few orders, spent more than most, and begin to be silent for long"),
    "Promising": to_say("have few orders, and the silence is still among the usual pauses"),
    "Cannot Lose Them": to_say("ordered or spent most, and are silent for longer than most usual pauses"),
    "At Risk": to_say("came back, and are silent for longer than most usual pauses"),
    "One Order, High Spend, Away": to_say(
        "have few orders, spent more than most, and are silent for longer than most pauses"
    ),
    "Hibernating": to_say("are silent for longer than 4 of 5 usual pauses"),
    "Lost": to_say("are silent for longer than 4 of 5 usual pauses, and never ordered or spent much"),
}
"""What is true of most customers of a segment, behind its name."""
_FORMER_PLANS = {
    "Active": to_say("🛍️ Keep going: news of what they like, and a small thank-you with the next order."),
    "Cooling": to_say("⏳ Stay in touch: a reminder with bestsellers while they still know you."),
    "Away": to_say("📮 Win back: one offer with an end date, and nothing costly after that."),
}
"""Plans of the described names that models of the former format gave, such as "One Order, Low Spend, Away"."""
_EARLIER_TEXTS = {
    "New, High Spend": "🎁 Warm welcome: a personal thank-you and a matching second offer within 30 days.",
    "New": "🌱 Welcome: a welcome series, and an offer for the second order within 30 days.",
}
"""What the plans of these names said before: who has it in Action_Map has not written it."""
_BY_CARE = (
    ("Champions", "Loyal", "Potential Loyalists", "New, High Spend", "New"),
    ("Need Attention", "One Order, High Spend", "About to Sleep", "Promising"),
    ("Cannot Lose Them", "At Risk", "One Order, High Spend, Away", "Hibernating", "Lost"),
)
"""Names by what their plans spend on a customer: who is here first, then who is quiet, then who is away."""
_ORDER = tuple(name for names in _BY_CARE for name in names)
OTHER_PLAN = to_say("🔹 Retarget: test a small campaign and watch how this group answers.")

_CONTRASTS = (
    ("Recent", "Quieter"),
    ("More Orders", "Fewer Orders"),
    ("Higher Spend", "Lower Spend"),
)
"""How a segment differs from another of its name: better and worse in recency, frequency and money. No two begin
alike, as a narrow column shows no more than the beginning."""


def told_apart(
    names: Sequence[str], ranks: Sequence[Sequence[float]], votes: Sequence[float], kept: Sequence[str]
) -> list[str]:
    """Return the names with words behind those that are used twice, no two equal.

    The segment that a name fits best bears it alone, unless another bore it before; the others are told by what they
    differ in most.

    Parameters
    ----------
    names
        Of `server.core.segments.name_fit.NAMES`, one a segment.
    ranks
        Rank of each segment's median customer by recency, frequency and money, 0 to 1, the best last; shape (k, 3).
    votes
        How well each name fits its segment.
    kept
        What each segment was called before, "" for a new one.

    Examples
    --------
    >>> told_apart(["Lost", "Lost"], [(0.1, 0.2, 0.1), (0.1, 0.2, 0.6)], [0.9, 0.8], ["", ""])
    ['Lost', 'Lost, Higher Spend']
    """
    apart = [text if known_name(text) == name else "" for name, text in zip(names, kept, strict=True)]
    order = sorted(range(len(names)), key=lambda i: (-votes[i], i))
    first: dict[str, int] = {}
    for i in [*(i for i in order if apart[i] == names[i]), *order]:
        first.setdefault(names[i], i)
    for name, i in first.items():
        if not apart[i] and name not in apart:
            apart[i] = name
    for i in order:
        if not apart[i]:
            apart[i] = _contrast(names[i], ranks[i], ranks[first[names[i]]], apart)
    return apart


def _contrast(name: str, rank: Sequence[float], other: Sequence[float], taken: Sequence[str]) -> str:
    """Return a name with the words that best distinguish its segment from the other one of that name."""
    taken = [*taken, *NAMES]
    axes = sorted(range(len(_CONTRASTS)), key=lambda axis: (-abs(rank[axis] - other[axis]), axis))
    words = [_CONTRASTS[axis][rank[axis] <= other[axis]] for axis in axes]
    words += [_CONTRASTS[axis][rank[axis] > other[axis]] for axis in axes]
    for several in ([word] for word in words), ([a, b] for a in words[:3] for b in words[:3] if a != b):
        for one in several:
            if (longer := ", ".join([name, *one])) not in taken:
                return longer
    raise AssertionError(f"more segments are called {name} than there are words for")  # twelve at most


def plan_rank(name: str) -> int:
    """Return the place of a name's plan: silence first, then value, the best customers' first.

    >>> plan_rank("Champions") < plan_rank("Loyal, Fewer Orders") < plan_rank("Lost")
    True
    """
    known = known_name(name)
    return _ORDER.index(known) if known else len(_ORDER)


def default_plan(name: str) -> str:
    """Return the plan that a segment of this name begins with.

    >>> default_plan("Champions, Higher Spend")[:14], default_plan("One Order, Low Spend, Away (90 Days)")[:11]
    ('💰 VIP upsell: ', '📮 Win back:')
    """
    if plan := PLANS.get(known_name(name)) or PLANS.get(name) or PLANS.get(name.rpartition(" ")[0]):
        return plan
    state = next((former_plan for former_plan in _FORMER_PLANS if f", {former_plan}" in name), "")
    return _FORMER_PLANS.get(state, OTHER_PLAN)


def is_default_plan(text: str, name: str) -> bool:
    """Whether a plan is the default of a name, in any language.

    >>> is_default_plan(default_plan("Lost"), "Lost"), is_default_plan("Call them.", "Lost")
    (True, False)
    """
    return text in (*versions(default_plan(name)), _EARLIER_TEXTS.get(known_name(name)))
