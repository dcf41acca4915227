"""Putting a segmentation in the place of the last one: staged, then swapped in by one batch.

Where people sort customers or edit `Action_Map` meanwhile, the outputs are laid out anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.core.plans import Plan
from server.core.wording import Wording
from server.dashboards import PARTS, dashboard_made, dashboard_range, dashboard_title
from server.errors import ChangedError
from server.layout import ACTION_MAP, DATA_QUALITY, MIGRATION, RFM, SEGMENTED_CUSTOMERS
from server.placing import Moved, Placing
from server.sheets.a1 import quoted
from server.sheets.action_map import action_map_mending
from server.sheets.commit import Batch, Outcome
from server.sheets.failures import ApiFailure, explained
from server.sheets.long_work import LongWork
from server.sheets.models import IN_USE_RANGE
from server.sheets.outputs import Former, outputs, read_former, segment_texts
from server.sheets.rows import plans
from server.sheets.snapshot import Snapshot
from server.sheets.staging import (
    Making,
    Output,
    Staged,
    fill,
    making,
    new_cells,
    refuse_overflow,
    swap_requests,
)
from server.training_data import Progress

ATTEMPTS = 3
"""How often the outputs are laid out, where people sort customers or edit `Action_Map` meanwhile."""
WRITTEN = (RFM, SEGMENTED_CUSTOMERS, ACTION_MAP, MIGRATION, DATA_QUALITY)
"""Tabs in which people have columns of their own, so that they must not be moved meanwhile."""
STAGE_FROM, STAGE_TO = 0.75, 0.93
"""Which part of a run the writing is."""


class Swap:
    """Writes one result.

    Parameters
    ----------
    ranges
        What the last read before the swap shows.

    Attributes
    ----------
    dashboard
        Title of the dashboard, once the outputs are staged.
    """

    def __init__(
        self,
        long_work: LongWork,
        spreadsheet_id: str,
        ranges: Sequence[str],
        placing: Placing,
        progress: Progress,
    ) -> None:
        self._long_work = long_work
        self._spreadsheet_id = spreadsheet_id
        self._ranges = ranges
        self._placing = placing
        self._progress = progress
        self.dashboard = ""

    def write(self, start: Snapshot, former: Former) -> dict[int, Plan]:
        """Write the result, and return name and plan of each segment as they were written.

        Raises
        ------
        ChangedError
            If the data or the settings are not those any more that the result was computed from, or people
            move rows or edit texts each time.
        """
        placing, seen = self._placing, start
        found = placing.found
        for attempt in range(1, ATTEMPTS + 1):
            texts = segment_texts(seen, placing.names, parks_all=placing.parks_all)
            laid_out = outputs(found.table, found.clusters.tolist(), found.confidence.tolist(), former, texts)
            staged = self._staged(laid_out)
            self._progress("Putting the segments in place", 0.94)
            try:
                self._mend_action_map(self._swap(former, plans(seen), staged))
                return texts
            except Moved as moved:
                if attempt == ATTEMPTS:
                    break
                seen, former = moved.snapshot, moved.former
        raise ChangedError(
            "Customers were sorted, or Action_Map was edited, again and again meanwhile.",
            hint="Nothing of this run was written. Wait until nobody edits these tabs, then run it again.",
        )

    def _staged(self, laid_out: Sequence[Output]) -> Sequence[Staged]:
        """Write the outputs to hidden tabs; what earlier runs or attempts left of such goes in the same commit.

        Raises
        ------
        SpreadsheetFullError
            If they have no room.
        """

        def plan(overview: Snapshot) -> Making:
            self._placing.refuse_others(overview)
            made = dashboard_made(overview)
            refuse_overflow(overview, laid_out, cells=new_cells(made))
            self.dashboard = dashboard_title(overview, made)
            return making(overview, laid_out, beside=made)

        self._progress("Writing the segments", STAGE_FROM)
        made = self._long_work.transact(self._spreadsheet_id, [], plan).write
        staged = made.staged if made else ()
        try:
            fill(self._long_work.client, self._spreadsheet_id, staged, self._filled)
        except ApiFailure as failure:
            raise explained(failure) from failure
        return staged

    def _filled(self, fraction: float) -> None:
        self._progress("Writing the segments", STAGE_FROM + (STAGE_TO - STAGE_FROM) * fraction)

    def _swap(self, former: Former, texts: dict[int, Plan], staged: Sequence[Staged]) -> Outcome[Batch]:
        """Put everything in place in one batch, on a fresh read of all that the outputs were laid out by.

        Raises
        ------
        ChangedError
            If the data or the settings are not those any more that the result was computed from.
        Moved
            If customers stand in other rows, or their segments bear other texts.
        """

        def plan(snapshot: Snapshot) -> Batch:
            self._placing.refuse_changes(snapshot)
            present, _ = read_former(self._long_work.client, self._spreadsheet_id, snapshot)
            if present.ids != former.ids or plans(snapshot) != texts:
                raise Moved(snapshot, present)
            requests = [
                request for each in staged for request in swap_requests(snapshot.tab(each.output.title), each)
            ]
            requests += self._placing.requests(snapshot)
            return Batch(requests, [f"{quoted(ACTION_MAP)}!1:200"], WRITTEN, raises_base=True)

        ranges = [*self._ranges, dashboard_range(self.dashboard)]
        return self._long_work.transact(self._spreadsheet_id, ranges, plan, PARTS)

    def _mend_action_map(self, swapped: Outcome[Batch]) -> None:
        """Put each text beside its number again, where somebody moved rows at the moment of the swap."""
        if ACTION_MAP not in swapped.after.tabs or self._placing.parks_all:
            return
        before = swapped.before.tab(ACTION_MAP)
        profiles = self._placing.found.profiles
        number = Wording(swapped.before.locale).number

        def mend(seen: Snapshot) -> Batch | None:
            mending = action_map_mending(before, seen.tab(ACTION_MAP), profiles, number)
            return Batch(mending, tabs=(ACTION_MAP,)) if mending else None

        if mend(swapped.after) is not None:
            ranges = [f"{quoted(ACTION_MAP)}!1:200", IN_USE_RANGE]
            self._long_work.transact(self._spreadsheet_id, ranges, mend)
