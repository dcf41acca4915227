"""A test as it would start, of what the spreadsheet shows now; nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.core.cells import Cell, text_of
from server.core.experiments.bases import Base
from server.core.experiments.groups import RunningGroups
from server.core.experiments.planning import Asked, Customers, Plan, planned, refuse_unusable
from server.core.experiments.records import find
from server.core.experiments.words import promise
from server.core.options import Options
from server.core.settings.table import LEAVE_OUT
from server.core.transactions.questions import refuse_open
from server.core.wall_clock import today
from server.core.wording import Wording
from server.errors import InputError, NoModelError
from server.layout.audience_tabs import AUDIENCE_LOG, CONTACTS
from server.layout.headers import CUSTOMER_ID, LIKELY_TO_BUY_AGAIN, SEGMENT
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import SEGMENTED_CUSTOMERS, TRAINING_DATA
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
from server.sheets.tabs.settings import options_of
from server.sheets.tabs.training_data import Head
from server.texts import to_say
from server.use_cases.experiments.audience_base import audience_members
from server.use_cases.training_data import Progress, TrainingData

READ = (SETTINGS, SEGMENTED_CUSTOMERS, TRAINING_DATA)
_COLUMNS = (CUSTOMER_ID, SEGMENT, LIKELY_TO_BUY_AGAIN)


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
        return promise(plan.visible, len(plan.ids), plan.asked.window.days, Wording(self.start.locale))


class Preparing:
    """Reads what a test is planned by.

    Parameters
    ----------
    now
        Returns the time as an aware date-time.
    """

    def __init__(self, committer: Committer, now: Callable[[], dt.datetime]) -> None:
        self._client = committer.client.for_long_work()
        self._training_data = TrainingData(committer, now, self._client)
        self._now = now

    def prepared(self, long_work: LongWork, asked: Asked, progress: Progress) -> Prepared:
        """Return a test as it would start.

        Raises
        ------
        InputError
            If the test cannot be: its name is taken, a segment is not there, too few customers.
        NoModelError
            If no customer has a segment yet.
        TrainingDataError, SettingsError, LayoutError
            If a tab cannot be used as it stands.
        """
        overview = long_work.read([])
        if SEGMENTED_CUSTOMERS not in overview.tabs or TRAINING_DATA not in overview.tabs:
            raise _no_segments()
        there = [title for title in (*READ, CONTACTS, AUDIENCE_LOG) if title in overview.tabs]
        start = long_work.read([*map(context_range, there), TOKEN_RANGE, *experiment_ranges(overview)])
        options = options_of(start) if SETTINGS in start.tabs else Options()
        refuse_source(options)
        day = today(self._now(), options.time_zone)
        refuse_unusable(asked, day)
        if has_experiments(start):
            refuse_taken(start, asked.name)
        customers = self._customers(long_work, start, options)
        if not any(customers.segments):
            raise _no_segments()
        calls = long_work.calls
        groups = running_groups(calls.client, calls.spreadsheet_id, start, day)
        is_audience = asked.base is Base.AUDIENCE
        among = audience_members(long_work, start, asked.audience) if is_audience else frozenset()
        head = Head.of(start.tab(TRAINING_DATA))
        read = self._training_data.read(calls.spreadsheet_id, options, progress, head)
        refuse_open(read.quality.questions, Wording(start.locale))
        plan = planned(
            asked,
            customers,
            read.transactions,
            reachable=among if is_audience else self._reachable(long_work, start, customers.ids, options),
            in_tests=groups.members(),
            standing_share=options.control_share,
            among=among,
        )
        return Prepared(plan, start, options, list(customers.ids), groups)

    def _customers(self, long_work: LongWork, start: Snapshot, options: Options) -> Customers:
        calls, tab = long_work.calls, start.tab(SEGMENTED_CUSTOMERS)
        tab.columns((CUSTOMER_ID, SEGMENT))
        [columns] = read_columns(calls.client, calls.spreadsheet_id, (tab, _COLUMNS))
        ids, segments, likely = (columns[header] for header in _COLUMNS)
        length = len(ids)
        return Customers(
            ids=[text_of(identity) for identity in ids],
            segments=[text_of(item) for item in _full(segments, length)],
            likely=[_share(item) for item in _full(likely, length)],
            horizon=options.horizon,
        )

    def _reachable(
        self, long_work: LongWork, start: Snapshot, ids: Sequence[str], options: Options
    ) -> frozenset[str] | None:
        """Return who can be written to, None where the spreadsheet has no contacts."""
        from server.core.audiences.reachable import reachable
        from server.core.audiences.reading import Choices

        calls = long_work.calls
        wanted = [identity for identity in ids if identity]
        found = read_contacts(calls.client, calls.spreadsheet_id, start, wanted, options)
        if not found.sources:
            return None
        choices = Choices(
            phone_country=options.audiences.get("phone_country", ""),
            includes_silent=options.audiences.get("empty_email_consent", LEAVE_OUT) != LEAVE_OUT,
        )
        return reachable(wanted, found.contacts, choices)


def refuse_source(options: Options) -> None:
    """Refuse a test where the orders are in a source, as a test is planned and read by those of `Training_Data`."""
    if options.source:
        raise InputError(
            to_say(
                "A test is planned and read by the orders in Training_Data; those of this spreadsheet are in the "
                "source {source}.",
                source=options.source,
            ),
            hint=to_say(
                "Start the test in a spreadsheet whose Training_Data holds the orders of the customers concerned."
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
