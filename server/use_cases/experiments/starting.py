"""Starting a test: groups are dealt and written by one commit, with everybody's `Group`.

The members go to a hidden staging tab first, as they may be many, and are put in place by the commit that writes the
test's line: either all of it is there, or nothing. Of two that start the same test one finds the other's line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from server.core.cells import text_of
from server.core.experiments.asked import Asked
from server.core.experiments.bases import Base
from server.core.experiments.groups import RunningGroups
from server.core.experiments.planning import Plan
from server.core.experiments.records import Experiment, find
from server.core.wording import Wording
from server.errors import ChangedError, ShowsNothingError
from server.layout.experiment_tabs import TEST_MEMBERS, TESTS
from server.layout.headers import CUSTOMER_ID, GROUP
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import SEGMENTED_CUSTOMERS
from server.layout.tabs import HEADERS
from server.sheets.api.a1 import context_range
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.api.requests import Json
from server.sheets.commit.committer import Committer
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import MARKS, Snapshot
from server.sheets.commit.writes import Batch, Planned
from server.sheets.tabs.customer_rows import delete_sheet
from server.sheets.tabs.experiments import (
    RANGES,
    TOKEN_RANGE,
    experiments_of,
    member_requests,
    new_experiment_requests,
)
from server.sheets.tabs.layouts import first_use_requests
from server.sheets.tabs.money_formats import shown_wording
from server.sheets.tabs.outputs import read_columns
from server.sheets.tabs.settings import options_of
from server.sheets.tabs.staging import (
    Making,
    Output,
    Staged,
    fill,
    making,
    new_cells,
    refuse_overflow,
    swap_requests,
)
from server.sources.allowed import Sources
from server.texts import to_say
from server.use_cases.experiment_results import Started
from server.use_cases.experiments.dealt_lines import experiment_line, member_rows
from server.use_cases.experiments.planning import Prepared, Preparing
from server.use_cases.training_data import Progress

ATTEMPTS = 3
"""How often the groups are laid out where people sort customers meanwhile."""
_RANGES = (*RANGES, TOKEN_RANGE, context_range(SETTINGS), context_range(SEGMENTED_CUSTOMERS))


class _Moved(Exception):
    """Customers stand in other rows: `Group` is to be laid out anew."""

    def __init__(self, everybody: list[str]) -> None:
        super().__init__()
        self.everybody = everybody


class Starting:
    """Starts a test.

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
        self._committer = committer
        self._preparing = Preparing(committer, now, sources)

    def start(
        self,
        spreadsheet_id: str,
        asked: Asked,
        progress: Progress,
        requested_by: Callable[[], str] = lambda: "",
        *,
        confirmed: bool,
    ) -> Started:
        """Deal the groups and write them.

        Parameters
        ----------
        requested_by
            Returns the address of who asks, "" where nobody is told; asked where the orders lie in a source.

        Raises
        ------
        ShowsNothingError
            If the test cannot be expected to show anything, and that was not confirmed.
        ChangedError
            If customers, settings or rows changed meanwhile; nothing is written.
        """
        long_work = LongWork(self._committer, spreadsheet_id)
        prepared = self._preparing.prepared(long_work, asked, progress, requested_by)
        if prepared.plan.visible.shows_nothing and not confirmed:
            raise ShowsNothingError(
                prepared.promise,
                hint=to_say("Change the test, or start it all the same."),
            )
        writing = _Writing(long_work, prepared, progress)
        everybody = prepared.everybody
        for _ in range(ATTEMPTS):
            try:
                return writing.write(everybody)
            except _Moved as moved:
                everybody = moved.everybody
        raise ChangedError(
            to_say("Customers were sorted again and again meanwhile."),
            hint=to_say(
                "No test was started. Wait until nobody sorts Segmented_Customers, then start it again."
            ),
        )


class _Writing:
    """One test on its way into the sheet."""

    def __init__(self, long_work: LongWork, prepared: Prepared, progress: Progress) -> None:
        self._long_work = long_work
        self._prepared = prepared
        self._progress = progress

    def write(self, everybody: list[str]) -> Started:
        """Stage members and groups, and put them in place with the test's line.

        Parameters
        ----------
        everybody
            Ids in the rows of `Segmented_Customers`.
        """
        staged = self._staged(everybody)

        def plan(snapshot: Snapshot) -> Planned[Batch, Experiment | None]:
            there = find(experiments_of(snapshot), self._plan.asked.name)
            if there is not None:  # another instance was faster
                return Planned(None, there)
            self._refuse_changes(snapshot)
            self._refuse_other_tests(snapshot)
            present = self._everybody(snapshot)
            if present != everybody:
                raise _Moved(present)
            return Planned(Batch(self._requests(snapshot, staged), tabs=_WRITTEN), None)

        self._progress(to_say("Putting the groups in place"), 0.95)
        there = self._long_work.transact(_RANGES, plan, (MARKS,)).result
        if there is not None:
            self._clear(staged)
        return _started(there, self._plan, Wording(self._prepared.start.locale))

    def _clear(self, staged: Sequence[Staged]) -> None:
        """Take the staging tabs away that are still there."""

        def plan(overview: Snapshot) -> Planned[Batch, None]:
            there = {tab.sheet_id for tab in overview.tabs.values()}
            gone = [delete_sheet(tab.sheet_id) for tab in staged if tab.sheet_id in there]
            return Planned(Batch(gone) if gone else None, None)

        self._long_work.transact([], plan)

    @property
    def _plan(self) -> Plan:
        return self._prepared.plan

    def _staged(self, everybody: Sequence[str]) -> Sequence[Staged]:
        """Write members and groups to hidden tabs; the tabs of tests are made with them where they are missing."""
        outputs = [
            Output(TEST_MEMBERS, HEADERS[TEST_MEMBERS], member_rows(self._plan)),
            Output(SEGMENTED_CUSTOMERS, (GROUP,), [[text] for text in self._texts(everybody)]),
        ]

        def plan(overview: Snapshot) -> Planned[Making, None]:
            self._refuse_others(overview)
            beside: list[Json] = []
            for title in (TESTS, TEST_MEMBERS):
                beside += first_use_requests(title, overview)
            more = len(self._plan.ids) * len(HEADERS[TEST_MEMBERS])
            refuse_overflow(overview, outputs, cells=new_cells(beside) + more)
            return Planned(making(overview, outputs, beside=beside), None)

        self._progress(to_say("Writing the groups"), 0.55)
        made = self._long_work.transact([], plan).write
        staged = made.staged if made else ()
        calls = self._long_work.calls
        try:
            fill(
                calls.client,
                calls.spreadsheet_id,
                staged,
                lambda fraction: self._progress(to_say("Writing the groups"), 0.55 + 0.4 * fraction),
            )
        except ApiFailure as failure:
            raise explained(failure) from failure
        return staged

    def _texts(self, everybody: Sequence[str]) -> list[str]:
        """Return what stands in `Group` of each row."""
        plan, before = self._plan, self._prepared.groups
        name = plan.asked.name
        if plan.asked.base is Base.STANDING:  # nobody is dealt
            return self._said(before, everybody)
        held = {who for who, control in zip(plan.ids, plan.control.tolist(), strict=True) if control}
        both = RunningGroups(
            {**before.action, **{who: name for who in plan.ids if who not in held}},
            {**before.control, **dict.fromkeys(held, name)},
        )
        return self._said(both, everybody)

    def _said(self, groups: RunningGroups, everybody: Sequence[str]) -> list[str]:
        texts = groups.texts(everybody, self._prepared.options.control_share)
        return [text if who else "" for who, text in zip(everybody, texts, strict=True)]

    def _refuse_others(self, snapshot: Snapshot) -> None:
        """Refuse where all customers were written, or one was erased, since they were read."""
        if snapshot.token.base != self._prepared.start.token.base:
            raise ChangedError(
                to_say("Customers were segmented or erased meanwhile."),
                hint=to_say("No test was started. Start it again."),
            )

    def _refuse_changes(self, snapshot: Snapshot) -> None:
        self._refuse_others(snapshot)
        if SETTINGS in snapshot.tabs and options_of(snapshot) != self._prepared.options:
            raise ChangedError(
                to_say("Settings were changed meanwhile."),
                hint=to_say("No test was started. Start it again."),
            )

    def _refuse_other_tests(self, snapshot: Snapshot) -> None:
        """Refuse where another test was started or changed meanwhile: both would deal the same customers."""
        before = [(test.name, test.window, test.is_stopped) for test in experiments_of(self._prepared.start)]
        if before != [(test.name, test.window, test.is_stopped) for test in experiments_of(snapshot)]:
            raise ChangedError(
                to_say("Another test was started or changed meanwhile."),
                hint=to_say("No test was started. Start it again."),
            )

    def _everybody(self, snapshot: Snapshot) -> list[str]:
        calls, tab = self._long_work.calls, snapshot.tab(SEGMENTED_CUSTOMERS)
        [columns] = read_columns(calls.client, calls.spreadsheet_id, (tab, (CUSTOMER_ID,)))
        return [text_of(cell) for cell in columns[CUSTOMER_ID]]

    def _requests(self, snapshot: Snapshot, staged: Sequence[Staged]) -> list[Json]:
        members, groups = staged
        return [
            *new_experiment_requests(snapshot.tab(TESTS), experiment_line(self._plan)),
            *member_requests(snapshot.tab(TEST_MEMBERS), members),
            *swap_requests(snapshot.tab(SEGMENTED_CUSTOMERS), groups, shown_wording(snapshot)),
        ]


_WRITTEN = (TESTS, TEST_MEMBERS, SEGMENTED_CUSTOMERS)


def _started(there: Experiment | None, plan: Plan, wording: Wording) -> Started:
    name = there.name if there else plan.asked.name
    customers = there.customers if there else len(plan.ids)
    control = there.control if there else plan.in_control
    end = there.window.end if there else plan.asked.window.end
    values = {
        "name": name,
        "day": wording.date(end),
        "action": wording.counted(customers - control, "customer"),
        "held": wording.counted(control, "customer"),
    }
    message = (
        wording.say(
            "{name} runs until {day}: {action} are compared with {held} of the standing control group.",
            **values,
        )
        if plan.asked.base is Base.STANDING
        else wording.say("{name} runs until {day}: {action} get it, {held} are held out.", **values)
    )
    return Started(name, customers, control, end, message)
