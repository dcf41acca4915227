"""Application of names and plans of `Action_Map` to all customers, and to rows of `New User` as new lines.

Customers are swapped in by one commit, with the lists, who moved and the note of the last run. The dashboard and the
rows follow in commits of their own: each of them is whole, and a second call does what a first one left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.core.segments.action_plans import Plan
from server.core.segments.model import Model
from server.core.wording import ENGLISH, Wording
from server.errors import AudienceError, ChangedError
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import ACTION_MAP, MIGRATION, SEGMENTED_CUSTOMERS
from server.sheets.api.a1 import context_range
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.committer import Committer
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import MARKS, Snapshot
from server.sheets.commit.writes import Batch, Planned
from server.sheets.tabs.applied_plans import (
    READ,
    LaidOut,
    beside_requests,
    laid_out_plans,
    note_requests,
    texts_of,
)
from server.sheets.tabs.filter_views import VIEWS
from server.sheets.tabs.model import IN_USE_RANGE, model_in_use
from server.sheets.tabs.money_formats import shown_wording
from server.sheets.tabs.outputs import Columns, read_columns
from server.sheets.tabs.staging import Making, Output, Staged, fill, making, refuse_overflow, swap_requests
from server.texts import to_say
from server.use_cases.dashboard_refresh import Dashboards
from server.use_cases.scoring import Scoring

TRIGGER = "plans"
"""What the log names as the cause of the new lines."""
ATTEMPTS = 3
"""How often customers are laid out, where people sort them or edit `Action_Map` meanwhile."""
_RANGES = (
    context_range(ACTION_MAP),
    context_range(SETTINGS),
    context_range(SEGMENTED_CUSTOMERS),
    context_range(MIGRATION),
    IN_USE_RANGE,
)


@dataclass(frozen=True, slots=True)
class AppliedPlans:
    """Result of applying names and plans.

    Attributes
    ----------
    customers
        Whose name or plan in `Segmented_Customers` is another now.
    rows
        Rows of `New User` that have a new line.
    segments
        Names of the segments that are concerned.
    waiting
        Rows that the time was not enough for.
    """

    customers: int
    rows: int
    segments: Sequence[str]
    waiting: int = 0
    wording: Wording = ENGLISH

    @property
    def message(self) -> str:
        """The result as a sentence."""
        say, counted = self.wording.say, self.wording.counted
        if not self.customers and not self.rows:
            return say("All customers show these names and plans already.")
        text = say(
            "Applied to {customers} and {rows} of New User.",
            customers=counted(self.customers, "customer"),
            rows=counted(self.rows, "row"),
        )
        if self.waiting:
            text += " " + say("{rows} still to do: apply once more.", rows=counted(self.waiting, "row"))
        return text


class ApplyingPlans:
    """Use case: apply names and plans of `Action_Map`.

    Parameters
    ----------
    committer
        Reads and writes spreadsheets.
    scoring
        Writes rows of `New User`.
    """

    def __init__(self, committer: Committer, scoring: Scoring) -> None:
        self._committer = committer
        self._scoring = scoring
        self._dashboards = Dashboards(committer)

    def apply(self, spreadsheet_id: str, *, requested_by: str = "") -> AppliedPlans:
        """Write the names and plans of `Action_Map` to all customers and rows that have others.

        Raises
        ------
        NoModelError, DamagedModelError, LayoutError
            If there are no segments yet, or a column is missing; nothing is changed.
        ChangedError
            If people move customers or edit texts each time; nothing is changed.
        """
        long_work = LongWork(self._committer, spreadsheet_id)
        customers, segments, wording = _Customers(long_work).apply()
        self._dashboards.rename(spreadsheet_id)
        try:
            rows = self._scoring.replan(spreadsheet_id, trigger=TRIGGER, requested_by=requested_by)
        except AudienceError:
            if not customers:
                raise
            return AppliedPlans(customers, 0, segments, waiting=1, wording=wording)
        named = dict.fromkeys([*segments, *(row.segment for row in rows.rows)])
        return AppliedPlans(customers, rows.scored, list(named), rows.waiting, wording)


class _Moved(Exception):
    """People moved customers or edited texts meanwhile."""


class _Customers:
    """Update of `Segmented_Customers`."""

    def __init__(self, long_work: LongWork) -> None:
        self._long_work = long_work

    def apply(self) -> tuple[int, list[str], Wording]:
        """Return how many customers have another name or plan now, and of which segments."""
        for _ in range(ATTEMPTS):
            start = self._long_work.read(_RANGES)
            model, wording = model_in_use(start), Wording(start.locale)
            columns, texts = self._columns(start), texts_of(model, start)
            laid_out = laid_out_plans(columns, texts)
            if not laid_out.customers:
                self._note(model)
                return 0, [], wording
            staged = self._staged(laid_out.output)
            try:
                self._swap(model, columns, laid_out, texts, staged)
            except _Moved:
                continue
            return laid_out.customers, [texts[number].segment for number in laid_out.clusters], wording
        raise ChangedError(
            to_say("Customers were sorted, or Action_Map was edited, again and again meanwhile."),
            hint=to_say("Nothing was applied. Wait until nobody edits these tabs, then do it again."),
        )

    def _columns(self, snapshot: Snapshot) -> Columns:
        calls = self._long_work.calls
        tab = snapshot.tab(SEGMENTED_CUSTOMERS)
        return read_columns(calls.client, calls.spreadsheet_id, (tab, READ))[0]

    def _staged(self, output: Output) -> Sequence[Staged]:
        def plan(overview: Snapshot) -> Planned[Making, None]:
            refuse_overflow(overview, [output])
            return Planned(making(overview, [output]), None)

        made = self._long_work.transact([], plan).write
        staged = made.staged if made else ()
        calls = self._long_work.calls
        try:
            fill(calls.client, calls.spreadsheet_id, staged)
        except ApiFailure as failure:
            raise explained(failure) from failure
        return staged

    def _swap(
        self,
        model: Model,
        columns: Columns,
        laid_out: LaidOut,
        texts: Mapping[int, Plan],
        staged: Sequence[Staged],
    ) -> None:
        def plan(snapshot: Snapshot) -> Planned[Batch, None]:
            if (
                model_in_use(snapshot).version != model.version
                or texts_of(model, snapshot) != texts
                or self._columns(snapshot) != columns
            ):
                raise _Moved
            wording = shown_wording(snapshot)
            requests = [
                request
                for part in staged
                for request in swap_requests(snapshot.tab(part.output.title), part, wording)
            ]
            requests += beside_requests(snapshot, columns, laid_out, texts)
            requests += note_requests(snapshot, texts)
            return Planned(Batch(requests, tabs=(SEGMENTED_CUSTOMERS, MIGRATION)), None)

        self._long_work.transact(_RANGES, plan, (VIEWS, MARKS))

    def _note(self, model: Model) -> None:
        """Note that all customers have the texts of `Action_Map`, where the note of the last run says otherwise."""

        def plan(snapshot: Snapshot) -> Planned[Batch, None]:
            requests = note_requests(snapshot, texts_of(model, snapshot))
            return Planned(Batch(requests) if requests else None, None)

        self._long_work.transact(_RANGES, plan)
