"""What a test shows, in words: what is 95 % sure, or that nobody can tell. Nothing is ever called significant."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from server.core.experiments.power import Visible
from server.core.experiments.reading import Found, Line, Measure
from server.core.experiments.window import Window
from server.core.wording import Wording

_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a test has no verdict yet.

    Attributes
    ----------
    days
        Days until its last day is over, 0 where it is.
    orders_reach, end
        Day of the last order, and the test's last day.
    source
        Where the orders lie; "" for `Training_Data`.
    """

    days: int
    orders_reach: dt.date
    end: dt.date
    source: str = ""


def waiting(window: Window, today: dt.date, orders_reach: dt.date, source: str = "") -> Waiting | None:
    """Return why a test has no verdict yet; None once its last day is over and orders reach it.

    Parameters
    ----------
    source
        Where the orders lie; "" for `Training_Data`.

    Examples
    --------

    >>> window = Window(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    >>> waiting(window, dt.date(2026, 1, 20), dt.date(2026, 1, 19)).days
    12
    >>> waiting(window, dt.date(2026, 2, 1), dt.date(2026, 1, 30)).days
    0
    >>> waiting(window, dt.date(2026, 2, 1), dt.date(2026, 1, 31)) is None
    True
    """
    left = max(0, (window.end - today).days + 1)
    if not left and orders_reach >= window.end:
        return None
    return Waiting(left, orders_reach, window.end, source)


def waits(why: Waiting, wording: Wording) -> str:
    """Return why there is no verdict yet."""
    if why.days == 1:
        return wording.say("1 day to go: no verdict yet.")
    if why.days:
        return wording.say("{days} days to go: no verdict yet.", days=wording.number(why.days))
    if why.source:
        return wording.say(
            "Orders in the source {source} reach {day}; the test ends on {end}. Read it again when newer orders are "
            "there.",
            source=why.source,
            day=wording.date(why.orders_reach),
            end=wording.date(why.end),
        )
    return wording.say(
        "Orders in Training_Data reach {day}; the test ends on {end}. Paste newer orders, then read it again.",
        day=wording.date(why.orders_reach),
        end=wording.date(why.end),
    )


def reading(line: Line, wording: Wording, segments: int = 0) -> str:
    """Return what one line tells.

    Parameters
    ----------
    segments
        How many segments were looked at, of an exploratory line.
    """
    if line.corrected is None:
        return _line_sentence(line, wording)
    if not line.tells:
        return wording.say(
            "Exploratory: cannot tell, as {segments} segments were looked at.",
            segments=wording.number(segments),
        )
    return wording.say(
        "Exploratory: {sentence} Start a test of this segment to be sure.",
        sentence=_line_sentence(line, wording),
    )


def verdict(findings: Found, wording: Wording, *, of_standing: bool = False) -> str:
    """Return the one verdict of a test: of buyers, and of money where buyers tell something.

    Parameters
    ----------
    of_standing
        Whether the standing control group was compared with all others: it tells of all that was done, together.
    """
    sentence = _verdict(findings, wording)
    return (
        wording.say("All your campaigns together: {verdict}", verdict=sentence) if of_standing else sentence
    )


def _verdict(findings: Found, wording: Wording) -> str:
    if not findings.pooled:
        return wording.say("Cannot tell: no segment has customers in both groups.")
    buyers, money = (
        next(line for line in findings.pooled if line.measure is measure)
        for measure in (Measure.ADJUSTED, Measure.SPEND)
    )
    sentence = _line_sentence(buyers, wording)
    return f"{sentence} {_line_sentence(money, wording)}" if buyers.tells and money.tells else sentence


def _line_sentence(line: Line, wording: Wording) -> str:
    if not line.tells:
        return _cannot_tell(line, wording)
    ends = sorted((abs(line.interval.low), abs(line.interval.high)))
    low, high = (wording.significant(end, _DIGITS) for end in ends)
    if line.measure is not Measure.SPEND:
        if line.interval.is_more:
            return wording.say(
                "Between {low} and {high} more buyers in 100 customers, 95% sure.", low=low, high=high
            )
        return wording.say(
            "Between {low} and {high} fewer buyers in 100 customers, 95% sure.", low=low, high=high
        )
    low, high, least, most = (
        wording.rough_money(end, _DIGITS) for end in (*ends, *(end * line.in_action for end in ends))
    )
    if line.interval.is_more:
        return wording.say(
            "Between {low} and {high} more spend a customer, 95% sure: {least} to {most} in all.",
            low=low,
            high=high,
            least=least,
            most=most,
        )
    return wording.say(
        "Between {low} and {high} less spend a customer, 95% sure: {least} to {most} in all.",
        low=low,
        high=high,
        least=least,
        most=most,
    )


def _cannot_tell(line: Line, wording: Wording) -> str:
    if not math.isfinite(line.unseen):
        return wording.say("Cannot tell: nobody in the control group bought.")
    return wording.say(
        "Cannot tell: a change under {lift} would not show.",
        lift=wording.percent(line.unseen, _behind(line.unseen)),
    )


def _behind(share: float) -> int:
    return 0 if share >= 0.1 else 1


def promise(seen: Visible, customers: int, days: int, wording: Wording) -> str:
    """Return the smallest lift that a test of so many customers can be expected to show, before it starts.

    Where it shows nothing, it also says what would show more.
    """
    sentence = _promise(seen, customers, days, wording)
    if not seen.shows_nothing:
        return sentence
    advice = (
        wording.say("Fewer days would leave more of them.")
        if seen.leaves_no_room
        else wording.say("More customers or more days would show more.")
    )
    return f"{sentence} {advice}"


def _promise(seen: Visible, customers: int, days: int, wording: Wording) -> str:
    how_many = wording.counted(customers, "customer")
    how_long = wording.counted(days, "day")
    if not math.isfinite(seen.buyers):
        return wording.say(
            "With {customers} for {days} nothing would show: none of them is expected to buy.",
            customers=how_many,
            days=how_long,
        )
    if seen.leaves_no_room:
        return wording.say(
            "With {customers} for {days} more buyers would not show: {share} in 100 are expected to buy anyway, and "
            "too few are left. Nor would a change under {spend} more spend ({money} a customer).",
            customers=how_many,
            days=how_long,
            share=wording.significant(100 * seen.share, _DIGITS),
            spend=wording.percent(seen.spend, _behind(seen.spend)),
            money=wording.rough_money(seen.money * seen.spend, _DIGITS),
        )
    return wording.say(
        "With {customers} for {days} a change under {buyers} more buyers ({more} in 100 customers) or {spend} more "
        "spend ({money} a customer) would not show.",
        customers=how_many,
        days=how_long,
        buyers=wording.percent(seen.buyers, _behind(seen.buyers)),
        more=wording.significant(100 * seen.share * seen.buyers, _DIGITS),
        spend=wording.percent(seen.spend, _behind(seen.spend)),
        money=wording.rough_money(seen.money * seen.spend, _DIGITS),
    )
