"""Lookup of known customers' figures for ids typed into `New User`. Nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.core.cells import Cell, text_of
from server.core.scoring.inputs import LARGEST_RECENCY_DAYS
from server.core.transactions.customer_ids import id_key
from server.core.wall_clock import today
from server.core.wording import ENGLISH, Wording
from server.layout.headers import CUSTOMER_ID, FREQUENCY, MONETARY_VALUE, RECENCY
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import SEGMENTED_CUSTOMERS
from server.sheets.api.a1 import column_range, context_range
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.committer import Committer
from server.sheets.commit.snapshot import Snapshot
from server.sheets.tabs.run_note import read_run_note
from server.sheets.tabs.settings import time_zone_of

_HEADERS = (CUSTOMER_ID, RECENCY, FREQUENCY, MONETARY_VALUE)


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """Known customer with recency, frequency and money.

    Attributes
    ----------
    customer_id
        As it was asked for.
    recency
        Days since the last purchase, counted to today.
    frequency
        Purchases.
    monetary_value
        Spent in all.
    """

    customer_id: str
    recency: float
    frequency: float
    monetary_value: float


@dataclass(frozen=True, slots=True)
class KnownCustomers:
    """Known customers among the ids that were asked for.

    Attributes
    ----------
    asked
        How many were asked for.
    as_of
        Day that the orders are known to; None where nothing tells it.
    """

    customers: Sequence[KnownCustomer]
    asked: int
    as_of: dt.date | None
    wording: Wording = ENGLISH

    @property
    def message(self) -> str:
        """The result as a sentence."""
        say, counted = self.wording.say, self.wording.counted
        if not self.customers:
            return say("None of these customers is in Segmented_Customers.")
        sentence = say(
            "{customers} found in Segmented_Customers.", customers=counted(len(self.customers), "customer")
        )
        if self.as_of is not None:
            sentence += " " + say(
                "Days since an order are counted to {day}.", day=self.wording.date(self.as_of)
            )
        return sentence


def known_customers(
    committer: Committer,
    spreadsheet_id: str,
    ids: Sequence[str],
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> KnownCustomers:
    """Return recency, frequency and money of customers as `Segmented_Customers` has them; two reads.

    Recency goes on with the calendar: it is counted to today, unless `Settings` names the day that it is counted to.

    Raises
    ------
    LayoutError
        If a column of `Segmented_Customers` is missing.
    """
    sheet = committer.sheet(spreadsheet_id)
    try:
        snapshot = sheet.read([context_range(SEGMENTED_CUSTOMERS), context_range(SETTINGS)])
        tab = snapshot.tab(SEGMENTED_CUSTOMERS)
        places = tab.columns(_HEADERS)
        if tab.row_count < 2:
            return KnownCustomers([], len(ids), None, Wording(snapshot.locale))
        ranges = [column_range(tab.title, places[header], 2) for header in _HEADERS]
        columns = [part[0] if part else [] for part in sheet.columns(ranges)]
    except ApiFailure as failure:
        raise explained(failure) from failure
    as_of, days = _days_since(snapshot, now())
    customers = _by_id(columns, ids, days)
    return KnownCustomers(
        [customers[who] for who in dict.fromkeys(ids) if who in customers],
        len(ids),
        as_of,
        Wording(snapshot.locale),
    )


def _by_id(columns: Sequence[Sequence[Cell]], ids: Sequence[str], days: int) -> dict[str, KnownCustomer]:
    """Return the customers with these ids, with their recency `days` later; the first row of an id counts."""
    wanted = {_key(identity): identity for identity in reversed(ids) if _key(identity)}
    customers: dict[str, KnownCustomer] = {}
    for at, cell in enumerate(columns[0]):
        who = wanted.get(_key(cell))
        if who is None or who in customers:
            continue
        figures = [_number(column[at] if at < len(column) else "") for column in columns[1:]]
        r, f, m = figures
        if r is not None and f is not None and m is not None:
            customers[who] = KnownCustomer(who, min(r + days, LARGEST_RECENCY_DAYS), f, m)
    return customers


def _days_since(snapshot: Snapshot, moment: dt.datetime) -> tuple[dt.date | None, int]:
    """Return the day that recency was counted to, and how many days have passed since, if it follows the calendar."""
    note = read_run_note(snapshot)
    if note is None:
        return None, 0
    try:
        day = dt.date.fromisoformat(note.analysis_day)
    except ValueError:
        return None, 0
    passed = (today(moment, time_zone_of(snapshot)) - day).days
    return day, max(0, passed) if note.follows_today else 0


def _key(who: Cell) -> str:
    text = text_of(who)
    return id_key(text, folds_case="@" in text)


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
