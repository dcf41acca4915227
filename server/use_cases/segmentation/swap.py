"""Swap of a segmentation: staged, then put in place of the last one by one batch.

Where people sort customers or edit `Action_Map` meanwhile, the outputs are laid out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from server.core.experiments.groups import RunningGroups
from server.core.segments.action_plans import Plan
from server.errors import ChangedError
from server.layout.headers import PREVIOUS_SEGMENT
from server.layout.record_tabs import HISTORY, RUNS
from server.layout.segment_tabs import ACTION_MAP, DASHBOARD, SEGMENTED_CUSTOMERS
from server.layout.tabs import LAYOUTS
from server.sheets.api.a1 import context_range
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.api.requests import Json
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.writes import Batch, Outcome, Planned
from server.sheets.tabs.action_map import action_map_repairs, plans
from server.sheets.tabs.filter_views import VIEWS, filter_view_requests
from server.sheets.tabs.history import history_left_alone
from server.sheets.tabs.layouts import first_use_requests
from server.sheets.tabs.model import IN_USE_RANGE
from server.sheets.tabs.outputs import Former, outputs, read_former
from server.sheets.tabs.runs import runs_left_alone
from server.sheets.tabs.staging import (
    Making,
    Output,
    Staged,
    fill,
    making,
    new_cells,
    places_of,
    refuse_overflow,
    swap_requests,
)
from server.texts import to_say
from server.use_cases.dashboard_refresh import PARTS, dashboard_range, dashboard_title
from server.use_cases.segmentation.pending import Moved, PendingWrite
from server.use_cases.training_data import Progress

ATTEMPTS = 3
"""How often the outputs are laid out, where people sort customers or edit `Action_Map` meanwhile."""
WRITTEN = tuple(
    title for title, tab in LAYOUTS.items() if tab.written_by_segmentation and tab.columns and not tab.hidden
)
"""Tabs in which people have columns of their own, so that they must not be moved meanwhile."""
MADE_BESIDE = (DASHBOARD, HISTORY, RUNS)
"""Tabs that are made with the staging tabs, where they are missing."""
STAGE_FROM, STAGE_TO = 0.75, 0.93
"""Which part of a run the writing is."""


Prepare = Callable[[Mapping[int, Plan], RunningGroups, float], None]
"""Takes name and plan of each segment, the members of running tests, and the share of the standing control group."""


class Swap:
    """Swap of one segmentation into the sheet.

    Parameters
    ----------
    ranges
        What the last read before the swap shows.
    prepare
        Makes ready what else is to be ready just before the result is written.

    Attributes
    ----------
    dashboard
        Title of the dashboard, once the outputs are staged.
    remark
        What there is to say of tabs that were left alone, once the result is written.
    """

    def __init__(
        self,
        long_work: LongWork,
        ranges: Sequence[str],
        pending: PendingWrite,
        progress: Progress,
        prepare: Prepare = lambda _texts, _groups, _share: None,
    ) -> None:
        self._prepare = prepare
        self._long_work = long_work
        self._ranges = ranges
        self._pending = pending
        self._progress = progress
        self.dashboard = ""
        self.remark = ""

    def write(self, start: Snapshot, former: Former) -> dict[int, Plan]:
        """Write the result, and return name and plan of each segment as they were written.

        Raises
        ------
        ChangedError
            If the data or the settings are not those any more that the result was computed from, or people
            move rows or edit texts each time.
        """
        pending, seen = self._pending, start
        segmentation = pending.segmentation
        for attempt in range(1, ATTEMPTS + 1):
            texts = pending.texts(seen, pending.all_names)
            known = segmentation.known_before(former)
            laid_out = outputs(
                segmentation.table,
                segmentation.clusters.tolist(),
                segmentation.confidence.tolist(),
                segmentation.states.tolist(),
                known,
                texts,
                pending.movement,
                segmentation.worth,
                segmentation.marks,
                pending.group_texts(),
            )
            staged = self._staged(laid_out)
            self._prepare(texts, pending.groups, pending.options.control_share)
            self._progress(to_say("Putting the segments in place"), 0.94)
            try:
                self._repair_action_map(self._swap(former, plans(seen), staged))
                return texts
            except Moved as moved:
                if attempt == ATTEMPTS:
                    break
                seen, former = moved.snapshot, moved.former
        raise ChangedError(
            to_say("Customers were sorted, or Action_Map was edited, again and again meanwhile."),
            hint=to_say(
                "Nothing of this run was written. Wait until nobody edits these tabs, then run it again."
            ),
        )

    def _staged(self, laid_out: Sequence[Output]) -> Sequence[Staged]:
        """Write the outputs to hidden tabs; what earlier runs or attempts left of such goes in the same commit.

        Raises
        ------
        SpreadsheetFullError
            If they have no room.
        """

        def plan(overview: Snapshot) -> Planned[Making, str]:
            self._pending.refuse_others(overview)
            made = [request for title in MADE_BESIDE for request in first_use_requests(title, overview)]
            refuse_overflow(overview, laid_out, cells=new_cells(made))
            return Planned(making(overview, laid_out, beside=made), dashboard_title(overview, made))

        self._progress(to_say("Writing the segments"), STAGE_FROM)
        made = self._long_work.transact([], plan)
        self.dashboard = made.result
        staged = made.write.staged if made.write else ()
        calls = self._long_work.calls
        try:
            fill(calls.client, calls.spreadsheet_id, staged, self._filled)
        except ApiFailure as failure:
            raise explained(failure) from failure
        return staged

    def _filled(self, fraction: float) -> None:
        self._progress(to_say("Writing the segments"), STAGE_FROM + (STAGE_TO - STAGE_FROM) * fraction)

    def _swap(self, former: Former, texts: dict[int, Plan], staged: Sequence[Staged]) -> Outcome[Batch, None]:
        """Put everything in place in one batch, on a fresh read of all that the outputs were laid out by.

        Raises
        ------
        ChangedError
            If the data or the settings are not those any more that the result was computed from.
        Moved
            If customers stand in other rows, or their segments bear other texts.
        """

        def plan(snapshot: Snapshot) -> Planned[Batch, None]:
            self._pending.refuse_changes(snapshot)
            calls = self._long_work.calls
            present, _ = read_former(calls.client, calls.spreadsheet_id, snapshot)
            if present.ids != former.ids or plans(snapshot) != texts:
                raise Moved(snapshot, present)
            wording = self._pending.wording(snapshot)
            requests = [
                request
                for part in staged
                for request in swap_requests(snapshot.tab(part.output.title), part, wording)
            ]
            requests += self._pending.requests(snapshot)
            requests += self._list_requests(snapshot, staged)
            reasons = (history_left_alone(snapshot.tab(HISTORY)), runs_left_alone(snapshot))
            self.remark = "".join(f" {wording.say(why)}" for why in reasons if why)
            batch = Batch(requests, [context_range(ACTION_MAP)], WRITTEN, raises_base=True)
            return Planned(batch, None)

        ranges = [*self._ranges, dashboard_range(self.dashboard), context_range(HISTORY), context_range(RUNS)]
        return self._long_work.transact(ranges, plan, (*PARTS, VIEWS))

    def _list_requests(self, snapshot: Snapshot, staged: Sequence[Staged]) -> list[Json]:
        """Return the requests that keep the lists of customers, of the rows that the same batch puts in place."""
        output = next(tab.output for tab in staged if tab.output.title == SEGMENTED_CUSTOMERS)
        tab, at_previous = snapshot.tab(SEGMENTED_CUSTOMERS), output.headers.index(PREVIOUS_SEGMENT)
        columns = dict(zip(output.headers, places_of(tab, output.headers), strict=True))
        size = max(len(output.rows) + 1, tab.row_count), max(*columns.values(), tab.column_count - 1) + 1
        texts = self._pending.texts(snapshot, self._pending.names)
        return filter_view_requests(
            tab,
            self._pending.lists(snapshot),
            columns,
            size,
            {number: plan.segment for number, plan in texts.items()},
            {str(row[at_previous]) for row in output.rows if len(row) > at_previous},
            by_spend=bool(self._pending.expected()),
        )

    def _repair_action_map(self, swapped: Outcome[Batch, None]) -> None:
        """Restore each text to the row of its number, where rows were moved at the moment of the swap."""
        if ACTION_MAP not in swapped.after.tabs or self._pending.parks_all:
            return
        before = swapped.before.tab(ACTION_MAP)
        profiles = self._pending.segmentation.profiles
        wording = self._pending.wording(swapped.before)
        texts = self._pending.texts(swapped.before, self._pending.names)
        expected = self._pending.expected()
        fits = self._pending.name_fits(texts, wording)
        lists = self._pending.list_cells(swapped.before)

        def repair(seen: Snapshot) -> Planned[Batch, None]:
            requests = action_map_repairs(
                before, seen.tab(ACTION_MAP), profiles, wording, texts, fits, expected, lists
            )
            return Planned(Batch(requests, tabs=(ACTION_MAP,)) if requests else None, None)

        if repair(swapped.after).write is not None:
            ranges = [context_range(ACTION_MAP), IN_USE_RANGE]
            self._long_work.transact(ranges, repair)
