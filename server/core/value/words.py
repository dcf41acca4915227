"""Sentences about expected spend, expected orders and likelihood to buy again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from server.core.value.model import SegmentMeans, ValueModel
from server.core.wording import ENGLISH, Wording, versions
from server.layout.headers import EXPECTED_ORDERS, EXPECTED_SPEND, LIKELY_TO_BUY_AGAIN
from server.texts import to_say

SEASON_KNOWN_DAYS = 635
"""From so much history on the total is that of a year ago."""
OUTSIDE = to_say(
    "These figures are outside of what was learned from: the nearest that was seen stands for them."
)
"""Said of a typed row that was clipped."""
NO_SIGNAL = to_say("Past orders do not tell who buys again in this shop.")


def too_short(history_days: int, least_days: int, wording: Wording = ENGLISH) -> str:
    """Return why nothing is predicted from a short history.

    >>> too_short(41, 90)
    'Training_Data has 41 days of history; expected spend needs at least 90.'
    """
    return wording.say(
        "Training_Data has {days} of history; expected spend needs at least {least}.",
        days=wording.counted(history_days, "day"),
        least=wording.number(least_days),
    )


def too_few(
    customers: int,
    buyers: int,
    least_customers: int,
    least_buyers: int,
    horizon: int,
    wording: Wording = ENGLISH,
) -> str:
    """Return why nothing is predicted from few customers.

    >>> too_few(80, 12, 100, 50, 90)
    'Of 80 customers 90 days ago, 12 bought since; expected spend needs at least 100 customers and 50 who bought.'
    """
    return wording.say(
        "Of {customers} {horizon} days ago, {buyers} bought since; expected spend needs at least {least} customers and "
        "{least_buyers} who bought.",
        customers=wording.counted(customers, "customer"),
        horizon=horizon,
        buyers=wording.number(buyers),
        least=least_customers,
        least_buyers=least_buyers,
    )


def too_short_for_amounts(history_days: int, least_days: int, wording: Wording = ENGLISH) -> str:
    """Return why no amounts are predicted from a short history.

    >>> too_short_for_amounts(150, 180)
    'Training_Data has 150 days of history; amounts need at least 180. Likely to buy again needs fewer.'
    """
    return wording.say(
        "Training_Data has {days} of history; amounts need at least {least}. Likely to buy again needs fewer.",
        days=wording.counted(history_days, "day"),
        least=wording.number(least_days),
    )


def season_unlike(times: float, horizon: int, wording: Wording = ENGLISH) -> str:
    """Return why no amounts are predicted in a strong season.

    Parameters
    ----------
    times
        Sales of these days a year ago by those of as many usual days.

    Examples
    --------
    >>> season_unlike(2.6, 90)
    'The same 90 days a year ago sold 2.6 times a usual 90 days, and one year does not tell whether that comes again.'
    """
    return wording.say(
        "The same {horizon} days a year ago sold {times} times a usual {horizon} days, and one year does not tell "
        "whether that comes again.",
        horizon=horizon,
        times=wording.significant(times, 2),
    )


_BEGINNINGS = {
    EXPECTED_SPEND: to_say("Expected spend"),
    EXPECTED_ORDERS: to_say("Expected orders"),
    LIKELY_TO_BUY_AGAIN: to_say("Likely to buy again"),
}
"""What the service's own notes on the headers begin with."""


def header_notes(model: ValueModel | None = None, wording: Wording = ENGLISH) -> dict[str, str]:
    """Return the note of each header: what the column means, how sure it is, or why it is empty.

    >>> header_notes()["LikelyToBuyAgain"]
    'Likely to buy again: the share of customers like this one who bought in the days of Horizon (Settings).'
    """
    say = wording.say
    days = say("the days of Horizon (Settings)") if model is None else wording.counted(model.horizon, "day")
    notes = {}
    for header, note in _NOTES.items():
        what = say(_BEGINNINGS[header])
        if model is not None:
            what = say("{what}, next {days} days", what=what, days=model.horizon)
        notes[header] = f"{what}: {say(note, days=days)}"
    if model is None:
        return notes
    for header in notes:
        why = model.withheld or (model.amounts_withheld if header != LIKELY_TO_BUY_AGAIN else "")
        if why:
            notes[header] += " " + say("No figures here: {why}", why=say(why))
        elif header == EXPECTED_SPEND:
            notes[header] += f" {trust(model, wording)}"
    return notes


_NOTES = {
    EXPECTED_SPEND: to_say(
        "what customers like this one spent on average in {days}; most spend nothing or more."
    ),
    EXPECTED_ORDERS: to_say("on how many days customers like this one bought, on average in {days}."),
    LIKELY_TO_BUY_AGAIN: to_say("the share of customers like this one who bought in {days}."),
}


def is_header_note(header: str, note: str) -> bool:
    """Whether a note on a header is the service's own, which it may replace; an empty one it may too."""
    return not note or note.startswith(versions(_BEGINNINGS[header]))


def trust(model: ValueModel, wording: Wording = ENGLISH) -> str:
    """Return how far the total can be off.

    >>> trust(ValueModel(horizon=90, day="2026-01-01", history_days=700, customers=9, season=True))
    'The total can be off by about a fifth.'
    """
    if model.season:
        return wording.say("The total can be off by about a fifth.")
    return wording.say(
        "The season is not known yet: the total can be off by a third or more, after a peak by half; the order of "
        "customers is not affected. From {days} days of history on it is known.",
        days=wording.number(SEASON_KNOWN_DAYS),
    )


def likelihood(share: float, wording: Wording = ENGLISH) -> str:
    """Return a likelihood in whole percent.

    >>> likelihood(0.004), likelihood(0.126), likelihood(0.996)
    ('under 1%', '13%', 'over 99%')
    """
    if share < 0.01:
        return wording.say("under {share}", share=wording.percent(0.01))
    if share > 0.99:
        return wording.say("over {share}", share=wording.percent(0.99))
    return wording.percent(share)


def looked_back(model: ValueModel, wording: Wording = ENGLISH) -> str:
    """Return the result of the backtest, "" where there was none or it has no money."""
    backtest = model.backtest
    if backtest is None or backtest.halves:
        return ""
    return wording.say(
        "Looked at {horizon} days ago: expected {expected}, came {came}.",
        horizon=model.horizon,
        expected=wording.rough_money(backtest.expected),
        came=wording.rough_money(backtest.came),
    )


def told_apart(model: ValueModel, wording: Wording = ENGLISH) -> str:
    """Return how well the figures told customers apart then, "" where that is not known; for Model details."""
    backtest = model.backtest
    if backtest is None or backtest.halves:
        return ""
    return wording.say(
        "Expected spend told the order of customers with a Gini of {gini} (past spend {gini_past}), and likely to buy "
        "again told who bought with an AUC of {auc} (past spend {auc_past}).",
        gini=wording.decimal(backtest.gini, 2),
        gini_past=wording.decimal(backtest.gini_past, 2),
        auc=wording.decimal(backtest.auc, 2),
        auc_past=wording.decimal(backtest.auc_past, 2),
    )


def scorecard(model: ValueModel | None, wording: Wording = ENGLISH) -> list[str]:
    """Return the sentences about the predictions as a whole."""
    if model is None:
        return []
    if model.withheld:
        return [wording.say("Expected spend is not told. {why}", why=wording.say(model.withheld))]
    if model.amounts_withheld:
        return [wording.say("Expected amounts are not told. {why}", why=wording.say(model.amounts_withheld))]
    sentences = (looked_back(model, wording), told_apart(model, wording), trust(model, wording))
    return [sentence for sentence in sentences if sentence]


def outlook_sentences(
    model: ValueModel,
    forecast: tuple[float | None, float | None, float],
    segment: SegmentMeans | None,
    name: str,
    wording: Wording = ENGLISH,
) -> list[str]:
    """Return a customer's figures beside those of the segment and of all customers.

    Parameters
    ----------
    forecast
        Expected spend, expected orders (None where amounts are withheld) and likelihood.
    segment
        Means of the customer's segment, whose name is `name`.

    Examples
    --------
    >>> everybody = SegmentMeans(-1, 12, 0.2, 0.15, 2)
    >>> model = ValueModel(horizon=90, day="", history_days=700, customers=9, means=[everybody])
    >>> for sentence in outlook_sentences(model, (62.3, 1.2, 0.541), SegmentMeans(0, 48, 1, 0.5, 2), "Champions"):
    ...     print(sentence)
    Expected spend, next 90 days: 62; Champions 48 on average, all customers 12.
    Expected orders, next 90 days: 1.2; Champions 1 on average, all customers 0.2.
    Likely to buy again, next 90 days: 54%; Champions 50% on average, all customers 15%.
    """
    everybody, say = model.means_of(-1), wording.say
    number = partial(wording.significant, digits=2)
    lines: list[tuple[str, float | None, str, Callable[[float], str]]] = [
        (_BEGINNINGS[EXPECTED_SPEND], forecast[0], "spend", wording.rough_money),
        (_BEGINNINGS[EXPECTED_ORDERS], forecast[1], "orders", number),
        (_BEGINNINGS[LIKELY_TO_BUY_AGAIN], forecast[2], "likely", lambda share: likelihood(share, wording)),
    ]
    sentences = []
    for what, value, field, shown in lines:
        if value is None:
            continue
        beside = []
        if segment is not None:
            figure = shown(getattr(segment, field))
            beside.append(say("{segment} {figure} on average", segment=name, figure=figure))
        if everybody is not None:
            beside.append(say("all customers {figure}", figure=shown(getattr(everybody, field))))
        tail = f"; {', '.join(beside)}" if beside else ""
        begin = say("{what}, next {days} days", what=say(what), days=model.horizon)
        sentences.append(say("{what}: {text}", what=begin, text=f"{shown(value)}{tail}."))
    if model.amounts_withheld:
        sentences.append(say(model.amounts_withheld))
    return sentences


def expected_revenue(
    model: ValueModel | None, cluster: int, expected: float | None, wording: Wording = ENGLISH
) -> str:
    """Return a segment's expected revenue with its interval, "" where it is not predicted.

    >>> best = SegmentMeans(0, 48, 1, 0.5, 1.5)
    >>> model = ValueModel(horizon=90, day="", history_days=700, customers=9, means=[best])
    >>> expected_revenue(model, 0, 12345.0)
    'Expected revenue: 12,000 in the next 90 days, 8,200 to 19,000 in 8 of 10 cases'
    >>> expected_revenue(model, 0, 12345.0, Wording(currency="EUR"))
    'Expected revenue: €12,000 in the next 90 days, €8,200 to €19,000 in 8 of 10 cases'
    """
    if model is None or expected is None or model.withheld or model.amounts_withheld:
        return ""
    money = wording.rough_money
    means = model.means_of(cluster)
    if means is None or means.width <= 0:
        return wording.say(
            "Expected revenue: {expected} in the next {days} days",
            expected=money(expected),
            days=model.horizon,
        )
    return wording.say(
        "Expected revenue: {expected} in the next {days} days, {low} to {high} in 8 of 10 cases",
        expected=money(expected),
        days=model.horizon,
        low=money(expected / means.width),
        high=money(expected * means.width),
    )
