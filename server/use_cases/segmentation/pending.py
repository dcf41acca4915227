"""Pending write of a segmentation: its inputs, and what it writes beside the large tabs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import structs

from server.core.data_checks.report_lines import Line
from server.core.experiments.groups import RunningGroups
from server.core.options import Options
from server.core.segments.action_plans import Plan
from server.core.segments.dashboard_figures import Figures
from server.core.segments.history import Beside, RunRecord, compared, run_record
from server.core.segments.lists import CustomerList, Kind, customer_lists, link
from server.core.segments.moves import moves_anybody
from server.core.segments.run_note import RunNote, plan_marks
from server.core.segments.state import SLIPPING
from server.core.transactions.columns import Role
from server.core.wording import Wording
from server.errors import ChangedError
from server.layout.record_tabs import DATA_QUALITY, HISTORY, MODEL
from server.layout.segment_tabs import ACTION_MAP, DASHBOARD, MIGRATION, SEGMENTED_CUSTOMERS, TRAINING_DATA
from server.layout.tabs import TABS
from server.sheets.api.a1 import context_range
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot
from server.sheets.dashboard.scored_days import Logged
from server.sheets.tabs import data_quality
from server.sheets.tabs.action_map import action_map_requests, plans
from server.sheets.tabs.history import history_requests, history_runs
from server.sheets.tabs.list_links import list_cells
from server.sheets.tabs.migration import LastMoves, last_moves, migration_requests
from server.sheets.tabs.model import model_requests, version_row
from server.sheets.tabs.money_formats import money_format_requests
from server.sheets.tabs.outputs import Former, Moves, segment_texts
from server.sheets.tabs.run_note import run_note_requests
from server.sheets.tabs.settings import currency_of, currency_requests, options_of
from server.sheets.tabs.source_mark import SourceRunMark, source_mark_requests
from server.sheets.tabs.value_notes import value_note_requests
from server.texts import to_say
from server.use_cases.dashboard_refresh import Segmented, segmented_requests
from server.use_cases.segmentation.ran import Ran
from server.use_cases.segmentation.result import message_of

if TYPE_CHECKING:
    from server.training.segmentation import Segmentation

RANGES = tuple(context_range(title) for title in TABS if title not in (DASHBOARD, MODEL))
"""What is read, beside the dashboard and the model, to decide the requests: at a run's start, and again for the swap.

Every tab of the service is among them, so that the first read shows what is missing, and how large it all is.
"""


@dataclass(frozen=True)
class PendingWrite:
    """Pending write of a segmentation, and its inputs.

    Attributes
    ----------
    base
        Of the commit token: raised by whoever changes all customers.
    run_at
        Wall clock of the run in the time zone of `Settings`, as a spreadsheet's serial.
    former
        Customers as the run found them.
    names, former_names
        Default segment by cluster of the model that segments, and of the one before.
    moves
        Version whose row goes to the top, 0 for none.
    parks_all
        The meaning of the numbers in `Action_Map` is lost.
    logged
        When rows were scored, for the dashboard.
    quality
        Lines of `Data_Quality`.
    letters
        Column of `Training_Data` by role.
    currency
        Of the amounts, "" where nothing tells it.
    source_run
        Source and run that the sheet shows from now on; None where the orders stand in `Training_Data`.
    ran
        What the run leaves on record.
    note
        What the run leaves for the add-on, without the plans.
    groups
        Members of running tests.
    """

    base: int
    run_at: float
    former: Former
    options: Options
    segmentation: Segmentation
    names: dict[int, str]
    former_names: dict[int, str]
    moves: int
    parks_all: bool
    logged: Logged
    quality: Sequence[Line]
    letters: Mapping[Role, str]
    ran: Ran
    note: RunNote
    currency: str = ""
    source_run: SourceRunMark | None = None
    groups: RunningGroups = field(default_factory=RunningGroups)

    def refuse_others(self, snapshot: Snapshot) -> None:
        """Refuse to write where another run has written all customers, or done this refresh, since the start."""
        self.ran.refuse_settled(snapshot)
        if snapshot.token.base != self.base:
            raise ChangedError(
                to_say("Somebody else made new segments meanwhile."),
                hint=to_say("Nothing of this run was written. Run it again if you still want to."),
            )

    def refuse_changes(self, snapshot: Snapshot) -> None:
        """Refuse to write where the data or the settings are others by now."""
        self.refuse_others(snapshot)
        if options_of(snapshot) != self.options:
            raise ChangedError(
                to_say("Settings were changed meanwhile."),
                hint=to_say("Nothing of this run was written. Run it again with the new settings."),
            )

    def texts(self, snapshot: Snapshot, names: Mapping[int, str]) -> dict[int, Plan]:
        """Return the name and plan of each cluster to write.

        Parameters
        ----------
        names
            The product's name of each cluster that is asked for.
        """
        return segment_texts(snapshot, names, self.former_names, parks_all=self.parks_all)

    def name_fits(self, texts: Mapping[int, Plan], wording: Wording) -> dict[int, str]:
        """Return what `NameFit` says of each segment's name."""
        return self.segmentation.name_fits({number: plan.segment for number, plan in texts.items()}, wording)

    def group_texts(self) -> list[str]:
        """Return the cell of `Group` of each customer."""
        return self.groups.texts(self.segmentation.table.customer_ids, self.options.control_share)

    def expected(self) -> dict[int, float]:
        """Return the expected revenue by cluster; empty where it is not predicted."""
        return {number: total.expected for number, total in self.segmentation.expected_revenue().items()}

    @property
    def all_names(self) -> dict[int, str]:
        """The product's name by cluster, of the model that segments and of the one before."""
        return self.former_names | self.names

    @cached_property
    def _flows(self) -> LastMoves:
        return LastMoves(self.segmentation.flows(), self.run_at)

    @property
    def movement(self) -> Moves:
        """How this run moves customers."""
        return Moves(int(self.run_at), moves_anybody(self._flows.flows))

    def last_moves(self, snapshot: Snapshot) -> LastMoves:
        """Return the moves at the last run that moved anybody: this one, or the one in `Migration`."""
        if self.movement.anybody:
            return self._flows
        names = {number: plan.segment for number, plan in plans(snapshot).items()} | self.former.stood.names
        numbers = {name: number for number, name in names.items()}
        return last_moves(snapshot.tab(MIGRATION), numbers) or self._flows

    def figures(self, moved: LastMoves) -> Figures:
        """Return the figures of the segmented customers."""
        return self.segmentation.figures(moved.flows, self.options.active_days)

    def record(self, shown: Figures, names: Mapping[int, str]) -> RunRecord:
        """Return this run's lines of `History`."""
        beside = Beside(self.expected(), self.segmentation.risk_by_segment())
        return run_record(self.run_at, self.segmentation.model.version, shown.segments, names, beside)

    def lists(self, snapshot: Snapshot) -> list[CustomerList]:
        """Return the lists of customers to keep."""
        segmentation, texts = self.segmentation, self.texts(snapshot, self.names)
        numbers, counts = np.unique(segmentation.clusters, return_counts=True)
        customers = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
        return customer_lists(
            {number: customers.get(number, 0) for number in sorted(self.names)},
            {number: plan.segment for number, plan in texts.items()},
            self.last_moves(snapshot).flows,
            int((segmentation.states == SLIPPING).sum()),
            Wording(snapshot.locale),
        )

    def list_links(self, snapshot: Snapshot) -> dict[int, str]:
        """Return the address of the list of each segment's customers, by cluster."""
        sheet_id = snapshot.tab(SEGMENTED_CUSTOMERS).sheet_id
        return {
            customer_list.cluster: link(sheet_id, customer_list.kind, customer_list.cluster)
            for customer_list in self.lists(snapshot)
            if customer_list.kind is Kind.ALL and customer_list.cluster is not None
        }

    def list_cells(self, snapshot: Snapshot) -> dict[int, Json]:
        """Return the cell of `Action_Map` that leads to the lists of a segment, by cluster."""
        sheet_id = snapshot.tab(SEGMENTED_CUSTOMERS).sheet_id
        return list_cells(sheet_id, self.lists(snapshot), Wording(snapshot.locale))

    def wording(self, snapshot: Snapshot) -> Wording:
        """Return what writes texts and money of this run."""
        return Wording(snapshot.locale, self.currency or currency_of(snapshot))

    def requests(self, snapshot: Snapshot) -> list[dict[str, Any]]:
        """Return the requests beside the large outputs: the small tabs, the dashboard and the model."""
        segmentation = self.segmentation
        wording = self.wording(snapshot)
        texts = self.texts(snapshot, self.all_names)
        present = {number: texts[number] for number in self.names}
        requests = action_map_requests(
            snapshot.tab(ACTION_MAP),
            segmentation.profiles,
            present,
            self.name_fits(present, wording),
            wording,
            parks_all=self.parks_all,
            expected=self.expected(),
            lists=self.list_cells(snapshot),
        )
        requests += value_note_requests(snapshot, segmentation.model.value, wording)
        moved = self.last_moves(snapshot)
        segments = dict(moved.names) | {number: plan.segment for number, plan in texts.items()}
        whats_to_do = {number: plan.action_plan for number, plan in texts.items()}
        requests += migration_requests(snapshot.tab(MIGRATION), moved, segments, wording)
        shown = self.figures(moved)
        record, history = self.record(shown, segments), snapshot.tab(HISTORY)
        comparison = compared(record, history_runs(history))
        requests += history_requests(history, record)
        requests += segmented_requests(
            snapshot,
            Segmented(
                segmentation,
                shown,
                self.logged,
                segments,
                comparison,
                moved.run_at,
                self.list_links(snapshot),
                whats_to_do,
                wording,
            ),
        )
        data = snapshot.tab(TRAINING_DATA).sheet_id
        quality = snapshot.tab(DATA_QUALITY)
        requests += data_quality.data_quality_requests(quality, self.quality, data, self.letters)
        requests += currency_requests(snapshot, self.currency)
        requests += money_format_requests(snapshot, wording)
        requests += source_mark_requests(snapshot, self.source_run)
        came = message_of(segmentation, wording, is_put_back=bool(self.moves))
        requests += self.ran.requests(snapshot, segmentation, came)
        requests += run_note_requests(snapshot, structs.replace(self.note, plans=plan_marks(present)))
        if segmentation.trained is not None:
            status = "candidate" if segmentation.candidate_because else "in use"
            requests += model_requests(snapshot.tab(MODEL), segmentation.trained, status)
        elif self.moves:
            row = version_row(snapshot, self.moves)
            requests += model_requests(snapshot.tab(MODEL), segmentation.model, former_row=row)
        return requests


class Moved(Exception):
    """The outputs are to be laid out anew: people moved rows or edited texts meanwhile."""

    def __init__(self, snapshot: Snapshot, former: Former) -> None:
        super().__init__()
        self.snapshot = snapshot
        self.former = former
