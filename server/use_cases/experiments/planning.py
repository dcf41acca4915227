"""A test as it would start, of what the spreadsheet shows now; nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.core.cells import Cell, text_of
from server.core.experiments.asked import Asked, refuse_unusable
from server.core.experiments.bases import Base
from server.core.experiments.groups import RunningGroups
from server.core.experiments.outcomes import Orders, OrdersInMemory
from server.core.experiments.planning import Customers, Dealt, Plan, dealt, planned
from server.core.experiments.records import find
from server.core.experiments.words import promise
from server.core.options import Options
from server.core.settings.table import LEAVE_OUT
from server.core.transactions.questions import refuse_open
from server.core.wall_clock import today
from server.core.wording import Wording
from server.errors import InputError, NoModelError, SpreadsheetFullError
from server.layout.audience_tabs import AUDIENCE_LOG, CONTACTS
from server.layout.experiment_tabs import TEST_MEMBERS
from server.layout.headers import CLUSTER, CUSTOMER_ID, LIKELY_TO_BUY_AGAIN, SEGMENT
from server.layout.limits import CELL_LIMIT
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import SEGMENTED_CUSTOMERS, TRAINING_DATA
from server.layout.tabs import HEADERS
from server.sheets.api.a1 import context_range
from server.sheets.commit.committer import Committer
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot
from server.sheets.tabs.contacts import read_contacts
from server.sheets.tabs.experiments import (
    TOKEN_RANGE,
    experiment_ranges,
    experiments_of,
    has_experiments,
    running_groups,
)
from server.sheets.tabs.outputs import read_columns
from server.sheets.tabs.settings import options_of, wording_of
from server.sheets.tabs.training_data import Head
from server.sources.allowed import Sources
from server.texts import to_say
from server.use_cases.experiments.audience_base import audience_members
from server.use_cases.experiments.source import SourceOfTest, opened
from server.use_cases.training_data import Progress, TrainingData

READ = (SETTINGS, SEGMENTED_CUSTOMERS, TRAINING_DATA)
_COLUMNS = (CUSTOMER_ID, CLUSTER, SEGMENT, LIKELY_TO_BUY_AGAIN)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a test would be, and what the spreadsheet showed.

    Attributes
    ----------
    everybody
        Ids in the rows of `Segmented_Customers`, "" for a blank row.
    groups
        Members of the tests that run already.
    """

    plan: Plan
    start: Snapshot
    options: Options
    everybody: list[str]
    groups: RunningGroups

    @property
    def promise(self) -> str:
        """Return the smallest lift that can be expected to show."""
        plan = self.plan
        return promise(plan.visible, len(plan.ids), plan.asked.window.days, wording_of(self.start))


class Preparing:
    """Reads what a test is planned by.

    Parameters
    ----------
    now
        Returns the time as an aware date-time.
    sources
        Sources of orders that the deployment declares.
    """

    def __init__(
        self, committer: Committer, now: Callable[[], dt.datetime], sources: Sources | None = None
    ) -> None:
        self._client = committer.client.for_long_work()
        self._training_data = TrainingData(committer, now, self._client)
        self._now = now
        self._sources = sources or Sources({})

    def prepared(
        self,
        long_work: LongWork,
        asked: Asked,
        progress: Progress,
        requested_by: Callable[[], str] = lambda: "",
    ) -> Prepared:
        """Return a test as it would start.

        Parameters
        ----------
        requested_by
            Returns the address of who asks, "" where nobody is told; asked where the orders lie in a source.

        Raises
        ------
        InputError
            If the test cannot be: its name is taken, a segment is not there, too few customers.
        NoModelError
            If no customer has a segment yet.
        TrainingDataError, SettingsError, LayoutError
            If a tab cannot be used as it stands.
        SourceError
            If the orders lie in a source that cannot be used.
        SpreadsheetFullError
            If the members are more than `Test_Members` can hold.
        """
        overview = long_work.read([])
        if SEGMENTED_CUSTOMERS not in overview.tabs:
            raise _no_segments()
        there = [title for title in (*READ, CONTACTS, AUDIENCE_LOG) if title in overview.tabs]
        start = long_work.read([*map(context_range, there), TOKEN_RANGE, *experiment_ranges(overview)])
        options = options_of(start) if SETTINGS in start.tabs else Options()
        day = today(self._now(), options.time_zone)
        refuse_unusable(asked, day)
        if has_experiments(start):
            refuse_taken(start, asked.name)
        calls = long_work.calls
        with opened(self._sources, options, calls.spreadsheet_id, requested_by, day) as source:
            seen = _Seen(long_work, overview, start, options)
            groups = running_groups(calls.client, calls.spreadsheet_id, start, day)
            everybody, members = self._dealt(seen, asked, groups, source)
            if source is not None:
                refuse_more_than_held(overview, len(members.ids), Wording(start.locale))
                orders = source.orders(asked.window.start, progress)
            else:
                orders = self._orders(seen, asked.window.start, progress)
            return Prepared(planned(members, orders), start, options, everybody, groups)

    def _dealt(
        self, seen: _Seen, asked: Asked, groups: RunningGroups, source: SourceOfTest | None
    ) -> tuple[list[str], Dealt]:
        """Return the ids in the rows of `Segmented_Customers`, and the members of the test."""
        is_audience = asked.base is Base.AUDIENCE
        among = audience_members(seen.long_work, seen.start, asked.audience) if is_audience else frozenset()
        everybody, customers = seen.customers(asked, source, among)
        if not any(customers.segments):
            raise _no_segments()
        members = dealt(
            asked,
            customers,
            reachable=among if is_audience else self._reachable(seen, customers.ids),
            in_tests=groups.members(),
            standing_share=seen.options.control_share,
            among=among,
        )
        return everybody, members

    def _orders(self, seen: _Seen, start: dt.date, progress: Progress) -> Orders:
        """Return the orders of `Training_Data`."""
        if TRAINING_DATA not in seen.start.tabs:
            raise _no_segments()
        head = Head.of(seen.start.tab(TRAINING_DATA))
        read = self._training_data.read(seen.long_work.calls.spreadsheet_id, seen.options, progress, head)
        refuse_open(read.quality.questions, Wording(seen.start.locale))
        return OrdersInMemory(read.transactions, start)

    def _reachable(self, seen: _Seen, ids: Sequence[str]) -> frozenset[str] | None:
        """Return who can be written to, None where the spreadsheet has no contacts."""
        from server.core.audiences.reachable import reachable
        from server.core.audiences.reading import Choices

        calls, options = seen.long_work.calls, seen.options
        wanted = [identity for identity in ids if identity]
        contacts = read_contacts(calls.client, calls.spreadsheet_id, seen.start, wanted, options)
        if not contacts.sources:
            return None
        choices = Choices(
            phone_country=options.audiences.get("phone_country", ""),
            includes_silent=options.audiences.get("empty_email_consent", LEAVE_OUT) != LEAVE_OUT,
        )
        return reachable(wanted, contacts.contacts, choices)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a spreadsheet shows: all tabs without cells, and the first rows of those that matter."""

    long_work: LongWork
    overview: Snapshot
    start: Snapshot
    options: Options

    def customers(
        self, asked: Asked, source: SourceOfTest | None, among: frozenset[str]
    ) -> tuple[list[str], Customers]:
        """Return the ids in the rows of `Segmented_Customers`, and the customers whom a test is dealt among."""
        calls, tab = self.long_work.calls, self.start.tab(SEGMENTED_CUSTOMERS)
        tab.columns((CUSTOMER_ID, SEGMENT))
        [columns] = read_columns(calls.client, calls.spreadsheet_id, (tab, _COLUMNS))
        everybody = [text_of(identity) for identity in columns[CUSTOMER_ID]]
        clusters, segments, likely = (_full(columns[header], len(everybody)) for header in _COLUMNS[1:])
        called = [text_of(cell) for cell in segments]
        if source is None:
            shares = [_share(cell) for cell in likely]
            return everybody, Customers(everybody, called, shares, self.options.horizon)
        shown = {
            int(cluster): name
            for cluster, name in zip(clusters, called, strict=True)
            if name and isinstance(cluster, int | float)
        }
        return everybody, source.customers(asked, self.start, shown, among)


def refuse_more_than_held(overview: Snapshot, members: int, wording: Wording) -> None:
    """Refuse more members than `Test_Members` can hold, beside their staging and all that stands there.

    Raises
    ------
    SpreadsheetFullError
        If they are more; both numbers are told.
    """
    width = len(HEADERS[TEST_MEMBERS])
    tab = overview.tabs.get(TEST_MEMBERS)
    cells_of_a_member = width + max(width, tab.column_count if tab else 0)
    most = max(0, CELL_LIMIT - overview.cells_in_all) // cells_of_a_member
    if members > most:
        raise SpreadsheetFullError(
            to_say(
                "The test would have {members} members; Test_Members has room for {most} more in this spreadsheet.",
                members=wording.number(members),
                most=wording.number(most),
            ),
            hint=to_say(
                "Choose fewer segments, or make an audience first and choose that. Empty rows and columns of other "
                "tabs take room too."
            ),
        )


def refuse_taken(snapshot: Snapshot, name: str) -> None:
    """Refuse a name that another test has."""
    there = find(experiments_of(snapshot), name)
    if there is not None:
        raise InputError(
            to_say(
                "There is a test {name} already, in row {row} of Tests.", name=there.name, row=str(there.row)
            ),
            hint=to_say("Give this one another name."),
        )


def _no_segments() -> NoModelError:
    return NoModelError(
        to_say("No customer has a segment yet."),
        hint=to_say("Choose Segment customers in the menu first."),
    )


def _full(cells: Sequence[Cell], length: int) -> list[Cell]:
    return [*cells[:length], *[""] * (length - len(cells))]


def _share(cell: Cell) -> float | None:
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return min(max(float(cell), 0.0), 1.0) if is_number else None  # type: ignore[arg-type]
