"""Digest: composed from the spreadsheet, handed to one caller who sends it, and recorded.

Composing claims it by a commit, so of two callers one gets it. What was sent is said by a second call; a claim that
nobody answers for is given up after half an hour.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.core.cells import text_of
from server.core.digest.compose import Mail, compose
from server.core.digest.facts import (
    MOST_CALLS,
    Compared,
    Facts,
    Failure,
    SegmentMoves,
    TestLine,
    ToCall,
)
from server.core.refresh_choices import Recipients
from server.core.schedule.digests import claimed, is_digest_due, not_sent, sent
from server.core.schedule.record import Record, look, overdue, read_moment
from server.core.segments.history import RunRecord
from server.core.segments.state import SLIPPING
from server.core.wall_clock import day_of, today, wall_clock
from server.core.wording import Wording
from server.errors import AudienceError
from server.layout.headers import CLUSTER, EXPECTED_SPEND, MONETARY_VALUE, SEGMENT, STATE
from server.layout.record_tabs import HISTORY, MODEL, SETTINGS
from server.layout.segment_tabs import ACTION_MAP, SEGMENTED_CUSTOMERS
from server.layout.tabs import ACTION_MAP_HEADERS
from server.sheets.api.a1 import context_range, quoted
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.committer import Committer
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot, value
from server.sheets.commit.writes import Batch, Planned
from server.sheets.tabs.history import history_runs
from server.sheets.tabs.outputs import read_columns
from server.sheets.tabs.schedule_record import read_schedule, schedule_requests
from server.sheets.tabs.settings import Refreshing, options_of, refreshing_of

TESTS = "Tests"
_TOKEN = f"{quoted(MODEL)}!A1"
_RANGES = (context_range(SETTINGS), _TOKEN)
_TEST_HEADERS = ("Test", "Status", "Verdict")
_OVER = ("over", "stopped")
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Composed:
    """Digest to send: its recipients, and the claim to answer with when it was sent."""

    claim: str
    recipients: Recipients
    mail: Mail


class Digests:
    """Use case: compose digests and record which were sent.

    Parameters
    ----------
    now
        Returns the time as an aware date-time.
    """

    def __init__(
        self, committer: Committer, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        self._committer = committer
        self._now = now

    def is_due(self, record: Record, refreshing: Refreshing, spreadsheet_id: str) -> bool:
        """Whether one is to be composed now."""
        if not refreshing.recipients:
            return False
        now = self._now()
        state = look(refreshing.schedule, record, now, spreadsheet_id)
        return is_digest_due(
            refreshing.weekly, record, state, now, spreadsheet_id, is_each=refreshing.is_each
        )

    def compose(self, spreadsheet_id: str) -> Composed | None:
        """Return the digest that is due, claimed for the caller; None where none is, or it has nothing to tell."""
        long_work = LongWork(self._committer, spreadsheet_id)
        seen = long_work.read(_RANGES)
        if not self.is_due(read_schedule(seen), refreshing_of(seen), spreadsheet_id):
            return None
        overview = long_work.read([])
        wanted = [title for title in (SETTINGS, ACTION_MAP, HISTORY) if title in overview.tabs]
        ranges = [_TOKEN, *map(context_range, wanted), f"{quoted(SEGMENTED_CUSTOMERS)}!1:1"]
        ranges += [f"{quoted(TESTS)}!1:200"] if TESTS in overview.tabs else []
        snapshot = long_work.read(ranges)
        facts = self._facts(snapshot, long_work, spreadsheet_id)
        claim = secrets.token_hex(8)

        def plan(before: Snapshot) -> Planned[Batch, bool]:
            record, now = read_schedule(before), self._now()
            if not self.is_due(record, refreshing_of(before), spreadsheet_id):
                return Planned(None, False)
            after = claimed(record, claim, now) if facts.is_news else sent(record, now)
            return Planned(Batch(schedule_requests(before, after)), facts.is_news)

        if not long_work.transact(_RANGES, plan).result:
            return None
        recipients = refreshing_of(snapshot).recipients
        return Composed(claim, recipients, compose(facts, Wording(snapshot.locale)))

    def report(self, spreadsheet_id: str, claim: str, problem: str) -> bool:
        """Record that the digest of a claim was sent, or why not; return whether the claim was still valid."""

        def plan(before: Snapshot) -> Planned[Batch, bool]:
            record, now = read_schedule(before), self._now()
            if not claim or record.sent.claim != claim:
                return Planned(None, False)
            after = not_sent(record, now, problem) if problem else sent(record, now)
            return Planned(Batch(schedule_requests(before, after)), True)

        sheet = self._committer.sheet(spreadsheet_id)
        try:
            with sheet.lock():
                return sheet.transact([_TOKEN], plan).result
        except ApiFailure as failure:
            raise explained(failure) from failure

    def _facts(self, snapshot: Snapshot, long_work: LongWork, spreadsheet_id: str) -> Facts:
        wording, record = Wording(snapshot.locale), read_schedule(snapshot)
        refreshing, now = refreshing_of(snapshot), self._now()
        zone = refreshing.schedule.time_zone
        names = _names(snapshot)
        link = f"https://docs.google.com/spreadsheets/d/{spreadsheet_id}/edit"
        runs = history_runs(snapshot.tabs.get(HISTORY))
        before = _week_before(runs, wall_clock(now, zone)[0])
        return Facts(
            spreadsheet=snapshot.title,
            link=link,
            since=_day(record.sent.at, zone, wording),
            runs=record.events.runs,
            new_orders=record.events.orders,
            new_customers=sum(count for source, _, count in record.flows if source == -1),
            moves=_moves(record, names),
            revenue=_compared(runs, before, lambda run: run.revenue),
            at_risk=_compared(runs, before, _at_risk),
            compared_with=wording.date(day_of(before.run_at)) if before is not None else "",
            currency=_currency(snapshot),
            horizon=_horizon(snapshot),
            to_call=_to_call(snapshot, long_work, link),
            tests=_tests(snapshot),
            failed=[
                Failure(_day(at, zone, wording), title) for at, title in reversed(record.events.troubles)
            ],
            trouble=_trouble(record, refreshing, now, wording),
        )


def _day(text: str, zone: str, wording: Wording) -> str:
    moment = read_moment(text)
    return wording.date(today(moment, zone)) if moment is not None else ""


def _names(snapshot: Snapshot) -> dict[int, tuple[str, int]]:
    """Return name and customers of each segment, as `Action_Map` has them."""
    tab = snapshot.tab(ACTION_MAP)
    columns = tab.columns(ACTION_MAP_HEADERS)
    segments: dict[int, tuple[str, int]] = {}
    for row in sorted(tab.rows):
        number, customers = value(tab.cell(row, columns[CLUSTER])), value(tab.cell(row, columns["Customers"]))
        if isinstance(number, int | float) and not isinstance(number, bool) and row > 1:
            count = int(customers) if isinstance(customers, int | float) else 0
            segments.setdefault(int(number), (text_of(value(tab.cell(row, columns[SEGMENT]))), count))
    return segments


def _moves(record: Record, names: Mapping[int, tuple[str, int]]) -> list[SegmentMoves]:
    moved = []
    for number, (name, customers) in sorted(names.items()):
        came = sum(count for _, target, count in record.flows if target == number)
        left = sum(count for source, _, count in record.flows if source == number)
        if came or left:
            moved.append(SegmentMoves(name, came, left, customers))
    return moved


def _week_before(runs: list[RunRecord], now: float) -> RunRecord | None:
    """Return the run that stood a week ago: the newest of seven days before or earlier, else the oldest."""
    if len(runs) < 2:
        return None
    earlier = [run for run in runs[1:] if run.run_at <= now - WEEK_DAYS + 0.25]
    return earlier[0] if earlier else runs[-1]


def _compared(
    runs: list[RunRecord], before: RunRecord | None, figure: Callable[[RunRecord], float | None]
) -> Compared | None:
    now = figure(runs[0]) if runs else None
    if now is None:
        return None
    return Compared(now, figure(before) if before is not None else None)


def _at_risk(run: RunRecord) -> float | None:
    known = [record.at_risk for record in run.segments.values() if record.at_risk is not None]
    return sum(known) if known else None


def _currency(snapshot: Snapshot) -> str:
    try:
        chosen = options_of(snapshot).answers.get("Currency", "")
    except AudienceError:
        return ""
    return "" if chosen == "any" else chosen


def _horizon(snapshot: Snapshot) -> int:
    try:
        return options_of(snapshot).horizon
    except AudienceError:
        return 90


def _to_call(snapshot: Snapshot, long_work: LongWork, link: str) -> list[ToCall]:
    """Return the rows of slipping customers by expected spend, or by spend so far where it is not predicted."""
    tab, calls = snapshot.tab(SEGMENTED_CUSTOMERS), long_work.calls
    [columns] = read_columns(
        calls.client,
        calls.spreadsheet_id,
        (tab, (STATE, EXPECTED_SPEND, MONETARY_VALUE, SEGMENT)),
    )
    slipping = [place for place, cell in enumerate(columns[STATE]) if cell == SLIPPING]

    def number(header: str, place: int) -> float | None:
        cells = columns[header]
        cell = cells[place] if place < len(cells) else ""
        return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None

    expected = {place: number(EXPECTED_SPEND, place) for place in slipping}
    is_expected = any(spend is not None for spend in expected.values())
    by = expected if is_expected else {place: number(MONETARY_VALUE, place) for place in slipping}
    ranked = sorted(
        (place for place in slipping if by[place] is not None), key=lambda place: (-(by[place] or 0.0), place)
    )
    segments = columns[SEGMENT]
    return [
        ToCall(
            row=place + 2,
            segment=text_of(segments[place]) if place < len(segments) else "",
            expected=expected[place],
            link=f"{link}#gid={tab.sheet_id}&range=A{place + 2}",
        )
        for place in ranked[:MOST_CALLS]
    ]


def _tests(snapshot: Snapshot) -> list[TestLine]:
    """Return the tests that are under way; none where the tab is not the service's."""
    tab = snapshot.tabs.get(TESTS)
    columns = tab.present(_TEST_HEADERS) if tab is not None else {}
    if tab is None or len(columns) < len(_TEST_HEADERS):
        return []
    lines = []
    for row in sorted(tab.rows):
        name, status, verdict = (text_of(value(tab.cell(row, columns[header]))) for header in _TEST_HEADERS)
        if row > 1 and name and status.casefold() not in _OVER:
            lines.append(TestLine(name[:200], status[:100], verdict[:300]))
    return lines


def _trouble(record: Record, refreshing: Refreshing, now: dt.datetime, wording: Wording) -> list[str]:
    sentences = []
    if record.stopped:
        sentences.append(wording.say("The refresh has switched itself off after three failures in a row."))
    if overdue(refreshing.schedule, record, now):
        day = _day(record.good_at, refreshing.schedule.time_zone, wording)
        sentences.append(wording.say("The refresh has not run since {day}.", day=day))
    return sentences
