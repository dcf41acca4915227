"""Checks of the data: what each found, how serious it is, and what to do.

What is found is in the marketer's words; docs/data-quality.md gives each threshold with its reason.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.core.data_checks import row_checks
from server.core.data_checks.check import Check, State, percent, said
from server.core.segments.rfm import RfmTable
from server.core.transactions.anomalies import Anomalies, Gap
from server.core.transactions.columns import Role
from server.core.transactions.quality_report import QualityReport
from server.core.wording import ENGLISH, Wording
from server.texts import to_say

SHORTEST_DAYS = 28
"""In less than four weeks nobody who buys monthly can come twice, and recency is about which week it is."""
SHORT_DAYS = 90
GAPS_TOLD = 3
"""Gaps that the sentence names; the others are counted."""
FEWEST_CUSTOMERS = 30
"""Below this the smallest of three segments is made of a handful of people."""
FEW_CUSTOMERS = 100
ONE_TIME_SHARE = 0.8
ALIKE_SHARE = 0.95
"""Where more customers than this have the same value, those who differ (5 %) make one small segment at most."""
RICHEST_SHARE = 0.25
HALF = 0.5

_SAME_DAY = "recency"
_ALIKE = {
    "recency": to_say("{share} of the customers bought last on the same day"),
    "frequency": to_say("{share} of the customers bought equally often"),
    "money": to_say("{share} of the customers spent the same"),
}


def checks(report: QualityReport, table: RfmTable, wording: Wording = ENGLISH) -> list[Check]:
    """Ask the data everything; the order is that in which the answers are shown.

    Parameters
    ----------
    report
        The account of the rows.
    table
        The customers who have figures.
    """
    seen = report.anomalies or Anomalies()
    return [
        _history(report, wording),
        _gaps(seen, wording),
        _customers(table, wording),
        _one_time(table, wording),
        _apart(table, wording),
        _richest(seen, wording),
        row_checks.lost_rows(report, wording),
        row_checks.lost_money(report, wording),
        row_checks.repeated(seen, report, wording),
        row_checks.cents(seen, report, wording),
        row_checks.currencies(report, wording),
    ]


def _history(report: QualityReport, wording: Wording) -> Check:
    say = wording.say
    if report.is_list:
        return Check(
            "history", State.OK, say("The file is a list of customers, so it has no history of orders.")
        )
    days = _days(report.first_day, report.last_day)
    span = wording.counted(days, "day")
    if days < SHORTEST_DAYS:
        return Check(
            "history",
            State.STOP,
            say("The orders span {span}: whoever buys once a month cannot have come twice.", span=span),
            say("Paste at least four weeks of orders, better a year."),
            role=Role.ORDER_DATE,
        )
    if days < SHORT_DAYS:
        return Check(
            "history",
            State.LOOK,
            say("The orders span {span}: few customers can have come back in that time.", span=span),
            say(
                "Paste more of the past, better a year, so that those who stay away can be told from those who come "
                "seldom."
            ),
            role=Role.ORDER_DATE,
        )
    text = say("The orders span {span}.", span=_span(days, wording))
    if days < 365:
        text += " " + say("That is less than a year, so a season is not to be seen.")
    return Check("history", State.OK, text)


def _gaps(seen: Anomalies, wording: Wording) -> Check:
    if not seen.gaps:
        return Check(
            "gaps", State.OK, wording.say("No four weeks are without a sale where that would be unusual.")
        )
    named = [_gap(gap, wording) for gap in seen.gaps[:GAPS_TOLD]]
    if len(seen.gaps) > GAPS_TOLD:
        named.append(wording.say("and {count} more", count=wording.number(len(seen.gaps) - GAPS_TOLD)))
    if all(gap.is_stray for gap in seen.gaps):
        to_do = wording.say("Is the year right in these rows?")
    else:
        to_do = wording.say("If you were not closed then, a part of the export is missing: paste it.")
    return Check(
        "gaps",
        State.LOOK,
        wording.say("No sale in these days, though there usually are some: {days}.", days="; ".join(named)),
        to_do,
        rows=len(seen.at_gaps),
        sheet_rows=seen.at_gaps,
        role=Role.ORDER_DATE,
    )


def _gap(gap: Gap, wording: Wording) -> str:
    values = {"first": wording.date(gap.first), "last": wording.date(gap.last)}
    if not gap.is_stray:
        return wording.say("{first} to {last}", **values)
    is_before = gap.rows_before <= gap.rows_after
    fewer = wording.counted(min(gap.rows_before, gap.rows_after), "row")
    return wording.say(
        "{first} to {last} ({rows} before it)" if is_before else "{first} to {last} ({rows} after it)",
        rows=fewer,
        **values,
    )


def _customers(table: RfmTable, wording: Wording) -> Check:
    say = wording.say
    n, money = len(table), float(table.monetary_value.sum())
    if n < FEWEST_CUSTOMERS:
        return Check(
            "customers",
            State.STOP,
            wording.plural(
                n,
                "Only 1 customer has spent anything: a segment would be a handful of people.",
                "Only {number} customers have spent anything: a segment would be a handful of people.",
            ),
            say(
                "Paste more orders: at least {least} customers, better some hundreds.", least=FEWEST_CUSTOMERS
            ),
            customers=n,
            money=money,
        )
    if n < FEW_CUSTOMERS:
        return Check(
            "customers",
            State.LOOK,
            say("{customers} customers are few: one who buys or stays away shifts a segment.", customers=n),
            say("Paste more of the past if you have it, and take the shares with care."),
            customers=n,
            money=money,
        )
    return Check("customers", State.OK, say("There are enough of them."), customers=n, money=money)


def _one_time(table: RfmTable, wording: Wording) -> Check:
    once = table.frequency == 1
    count, share = int(once.sum()), float(once.mean()) if len(table) else 0.0
    is_much = len(table) > 0 and share >= ONE_TIME_SHARE
    text = said(wording.say("{share} of the customers bought once.", share=percent(share, wording)))
    to_do = ""
    if is_much:
        text += " " + wording.say("Frequency tells little about them; the segments follow recency and money.")
        to_do = wording.say(
            "If that is more than you expect, check the customer ids: does the same customer get a new id with each "
            "order?"
        )
    return Check(
        "one_time",
        State.LOOK if is_much else State.OK,
        text,
        to_do,
        customers=count,
        share=share,
        money=float(table.monetary_value[once].sum()),
    )


def _apart(table: RfmTable, wording: Wording) -> Check:
    figures = {
        _SAME_DAY: table.recency,
        "frequency": table.frequency,
        "money": table.monetary_value,
    }
    alike = {what: _commonest(values) for what, values in figures.items()} if len(table) else {}
    flat = {what: share for what, share in alike.items() if share >= ALIKE_SHARE}
    if not flat:
        return Check("apart", State.OK, wording.say("Customers differ in recency, frequency and money."))
    alike_in = "; ".join(
        wording.say(_ALIKE[what], share=percent(share, wording)) for what, share in flat.items()
    )
    to_do = wording.say(
        "Check that the column of the date holds the day of each order, not of the export, and that all orders of a "
        "customer bear one id."
    )
    if len(flat) > 1:
        text = wording.say("{alike}: hardly anything is left to tell customers apart.", alike=said(alike_in))
        return Check("apart", State.STOP, text, to_do, share=max(flat.values()), role=Role.ORDER_DATE)
    text = wording.say(
        "{alike}, so the segments follow the other two of recency, frequency and money.", alike=said(alike_in)
    )
    if _SAME_DAY in flat:
        return Check("apart", State.LOOK, text, to_do, share=flat[_SAME_DAY], role=Role.ORDER_DATE)
    return Check("apart", State.OK, text)


def _richest(seen: Anomalies, wording: Wording) -> Check:
    share = seen.richest.money / seen.revenue if seen.revenue > 0 else 0.0
    is_much = share >= RICHEST_SHARE
    text = wording.say("One customer has {share} of the revenue.", share=percent(share, wording))
    to_do = ""
    if is_much:
        text += " " + wording.say(
            "With half of the revenue or more, the segment's share of revenue tells of that customer alone."
            if share >= HALF
            else "With a quarter of the revenue or more, the segment's share of revenue tells of that customer alone."
        )
        to_do = wording.say(
            "If it is no real customer (a till, guests, a reseller), take the id out of these rows: they are then "
            "counted as sales without a customer."
        )
    return Check(
        "richest",
        State.LOOK if is_much else State.OK,
        text,
        to_do,
        rows=seen.richest.count,
        customers=min(seen.richest.count, 1),
        share=share,
        money=seen.richest.money,
        sheet_rows=seen.richest.sheet_rows if is_much else (),
    )


def _commonest(values: NDArray[Any]) -> float:
    """Return the share of the value that most customers have."""
    _, counts = np.unique(values, return_counts=True)
    return float(counts.max() / len(values))


def _days(first: str, last: str) -> int:
    if not first:
        return 0
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1


def _span(days: int, wording: Wording = ENGLISH) -> str:
    """Return a time as people say it.

    >>> _span(100), _span(400), _span(364), _span(800)
    ('100 days', '1 year and 1 month', '364 days', '2 years and 2 months')
    """
    if days < 365:
        return wording.counted(days, "day")
    years, rest = divmod(days, 365)
    months, text = rest // 30, wording.counted(years, "year")
    if not months:
        return text
    return wording.say("{years} and {months}", years=text, months=wording.counted(months, "month"))
