"""Whether the data can mean anything: each check with what was found, how bad it is, and what to do.

What is found is in the marketer's words; docs/data-quality.md gives each threshold with its reason.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.core import sanity_rows
from server.core.checks import Check, State, percent, said
from server.core.columns import Role
from server.core.quality import QualityReport
from server.core.rfm import RfmTable
from server.core.sightings import Gap, Sightings
from server.core.wording import ENGLISH, Wording

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

_SAME_DAY = "bought last on the same day"


def checks(report: QualityReport, table: RfmTable, wording: Wording = ENGLISH) -> list[Check]:
    """Ask the data everything; the order is that in which the answers are shown.

    Parameters
    ----------
    report
        The account of the rows.
    table
        The customers who have figures.
    """
    seen = report.sightings or Sightings()
    return [
        _history(report),
        _gaps(seen, wording),
        _customers(table),
        _one_time(table, wording),
        _apart(table, wording),
        _richest(seen, wording),
        sanity_rows.lost_rows(report, wording),
        sanity_rows.lost_money(report, wording),
        sanity_rows.repeated(seen, report, wording),
        sanity_rows.cents(seen, report),
        sanity_rows.currencies(seen, wording),
    ]


def _history(report: QualityReport) -> Check:
    days = _days(report.first_day, report.last_day)
    span = "1 day" if days == 1 else f"{days} days"
    if days < SHORTEST_DAYS:
        return Check(
            "history",
            State.STOP,
            f"The transactions span {span}: whoever buys once a month cannot have come twice.",
            "Paste at least four weeks of transactions, better a year.",
            role=Role.ORDER_DATE,
        )
    if days < SHORT_DAYS:
        return Check(
            "history",
            State.LOOK,
            f"The transactions span {span}: few customers can have come back in that time.",
            "Paste more of the past, better a year, so that those who stay away can be told from those who "
            "come seldom.",
            role=Role.ORDER_DATE,
        )
    season = "" if days >= 365 else " That is less than a year, so a season is not to be seen."
    return Check("history", State.OK, f"The transactions span {_span(days)}.{season}")


def _gaps(seen: Sightings, wording: Wording) -> Check:
    if not seen.gaps:
        return Check("gaps", State.OK, "No four weeks are without a sale where that would be unusual.")
    named = "; ".join(_gap(gap, wording) for gap in seen.gaps[:GAPS_TOLD])
    more = f"; and {wording.number(len(seen.gaps) - GAPS_TOLD)} more" if len(seen.gaps) > GAPS_TOLD else ""
    if all(gap.is_stray for gap in seen.gaps):
        to_do = "Is the year right in these rows?"
    else:
        to_do = "If you were not closed then, a part of the export is missing: paste it."
    return Check(
        "gaps",
        State.LOOK,
        f"No sale in these days, though there usually are some: {named}{more}.",
        to_do,
        rows=len(seen.at_gaps),
        sheet_rows=seen.at_gaps,
        role=Role.ORDER_DATE,
    )


def _gap(gap: Gap, wording: Wording) -> str:
    text = f"{wording.date(gap.first)} to {wording.date(gap.last)}"
    if not gap.is_stray:
        return text
    fewer, side = min((gap.rows_before, "before"), (gap.rows_after, "after"))
    return f"{text} ({wording.counted(fewer, 'row')} {side} it)"


def _customers(table: RfmTable) -> Check:
    n, money = len(table), float(table.monetary_value.sum())
    if n < FEWEST_CUSTOMERS:
        who = "1 customer has" if n == 1 else f"{n} customers have"
        return Check(
            "customers",
            State.STOP,
            f"Only {who} spent anything: a segment would be a handful of people.",
            f"Paste more transactions: at least {FEWEST_CUSTOMERS} customers, better some hundreds.",
            customers=n,
            money=money,
        )
    if n < FEW_CUSTOMERS:
        return Check(
            "customers",
            State.LOOK,
            f"{n} customers are few: one who buys or stays away shifts a segment.",
            "Paste more of the past if you have it, and take the shares with care.",
            customers=n,
            money=money,
        )
    return Check("customers", State.OK, "There are enough of them.", customers=n, money=money)


def _one_time(table: RfmTable, wording: Wording) -> Check:
    once = table.frequency == 1
    count, share = int(once.sum()), float(once.mean()) if len(table) else 0.0
    is_much = len(table) > 0 and share >= ONE_TIME_SHARE
    return Check(
        "one_time",
        State.LOOK if is_much else State.OK,
        said(f"{percent(share, wording)} of the customers bought once.")
        + (" Frequency tells little about them; the segments follow recency and money." if is_much else ""),
        "If that is more than you expect, check the customer ids: does the same customer get a new id with "
        "each order?"
        if is_much
        else "",
        customers=count,
        share=share,
        money=float(table.monetary_value[once].sum()),
    )


def _apart(table: RfmTable, wording: Wording) -> Check:
    figures = {
        _SAME_DAY: table.recency,
        "bought equally often": table.frequency,
        "spent the same": table.monetary_value,
    }
    alike = {what: _commonest(values) for what, values in figures.items()} if len(table) else {}
    flat = {what: share for what, share in alike.items() if share >= ALIKE_SHARE}
    if not flat:
        return Check("apart", State.OK, "Customers differ in recency, frequency and money.")
    found = said(
        " and ".join(f"{percent(share, wording)} of the customers {what}" for what, share in flat.items())
    )
    to_do = (
        "Check that the column of the date holds the day of each order, not of the export, and that all orders "
        "of a customer bear one id."
    )
    if len(flat) > 1:
        found += ": hardly anything is left to tell customers apart."
        return Check("apart", State.STOP, found, to_do, share=max(flat.values()), role=Role.ORDER_DATE)
    found += ", so the segments follow the other two of recency, frequency and money."
    if _SAME_DAY in flat:
        return Check("apart", State.LOOK, found, to_do, share=flat[_SAME_DAY], role=Role.ORDER_DATE)
    return Check("apart", State.OK, found)


def _richest(seen: Sightings, wording: Wording) -> Check:
    share = seen.richest.money / seen.revenue if seen.revenue > 0 else 0.0
    is_much = share >= RICHEST_SHARE
    how = "half of the revenue or more" if share >= HALF else "a quarter of the revenue or more"
    return Check(
        "richest",
        State.LOOK if is_much else State.OK,
        f"One customer has {percent(share, wording)} of the revenue."
        + (f" With {how}, the segment's share of revenue tells of that customer alone." if is_much else ""),
        "If it is no real customer (a till, guests, a reseller), take the id out of these rows: they are then "
        "counted as sales without a customer."
        if is_much
        else "",
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


def _span(days: int) -> str:
    """Return a time as people say it.

    >>> _span(100), _span(400), _span(364), _span(800)
    ('100 days', '1 year and 1 month', '364 days', '2 years and 2 months')
    """
    if days < 365:
        return f"{days} days"
    years, rest = divmod(days, 365)
    months = rest // 30
    text = f"{years} year{'s' * (years > 1)}"
    return f"{text} and {months} month{'s' * (months > 1)}" if months else text
