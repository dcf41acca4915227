"""Segmentation of orders in a source: opened, run, and published after the sheet's commit."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.core.experiments.groups import RunningGroups
from server.core.options import Options
from server.core.segments.action_plans import Plan
from server.core.wall_clock import today
from server.core.wording import Wording
from server.errors import OutsideError
from server.operations import stopped_by_successor
from server.sheets.tabs.source_mark import SourceRunMark
from server.sources.allowed import Sources
from server.sources.engines.opening import new_run_id
from server.sources.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.core.data_checks.check import Check
    from server.core.segments.model import Model
    from server.sources.engines.engine import Engine
    from server.sources.run import SourceRun
    from server.sources.segmentation import SourceSegmentation
    from server.training.model_choice import Before, Wanted

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FromSource:
    """Run of a segmentation on a source.

    Attributes
    ----------
    limit
        Customers that the sheet shows.
    """

    source: Source
    engine: Engine
    mark: SourceRunMark
    limit: int

    def segmented(
        self,
        options: Options,
        before: Before,
        wanted: Wanted,
        now: dt.datetime,
        progress: Callable[[str, float], None],
        wording: Wording,
        go_on: Callable[[Mapping[int, int], Sequence[Check]], None] | None = None,
    ) -> tuple[SourceRun, SourceSegmentation]:
        """Return the run, and what the sheet shows of it."""
        from server.sources.run import Asked, run_source
        from server.sources.segmentation import as_segmentation

        asked = Asked(
            options, before, wanted, today(now, options.time_zone), self.mark.run_id, wording, go_on
        )
        source_run = run_source(self.engine, self.source, asked, progress)
        return source_run, as_segmentation(source_run, self.limit)

    def show(self, wording: Wording) -> str:
        """Let readers see the results, now that the sheet has them; return a remark where they will be seen later."""
        try:
            self.engine.swap(self.mark.run_id)
        except OutsideError as error:
            log.warning("source %s: the results of a run are not shown yet: %s", self.source.name, error.kind)
            return " " + wording.say("The table of all customers follows within the hour.")
        return ""

    def remark(self, customers: int, shown: int, wording: Wording) -> str:
        """Return a sentence about the customers whom the sheet does not show."""
        if shown >= customers:
            return ""
        return " " + wording.say(
            "RFM and Segmented_Customers show {shown} of {customers} customers: those who moved and those who spent "
            "most. All are in the table that the source publishes.",
            shown=wording.number(shown),
            customers=wording.number(customers),
        )


def publish(
    source_run: SourceRun, texts: Mapping[int, Plan], groups: RunningGroups, control_share: float
) -> None:
    """Write the results where nobody sees them yet, with the segments' names and plans and everybody's group."""
    named = {number: (plan.segment, plan.action_plan) for number, plan in texts.items()}
    source_run.publish(named, groups, control_share)


def before_of(model: Model | None, numbers: Mapping[str, int], texts: Mapping[int, str]) -> Before:
    """Return how customers stood before, as far as the sheet tells; the rest is in the published table."""
    from server.training.model_choice import Before

    return Before(model, numbers, texts=texts)


@contextmanager
def opened(
    sources: Sources, options: Options, spreadsheet_id: str, address: str, *, goes_on: bool = False
) -> Iterator[FromSource]:
    """Open the source of `Settings` for one run; its tables are dropped at the end.

    Parameters
    ----------
    goes_on
        See `Sources.of`.

    Raises
    ------
    SourceAccessError
        If the spreadsheet may not use it.
    """
    source = sources.of(options.source, spreadsheet_id, address, goes_on=goes_on)
    run_id = new_run_id(spreadsheet_id)
    engine = sources.open_with(source, run_id)
    most = source.sheet_customers
    limit = most if options.source_customers is None else min(options.source_customers, most)
    try:
        with stopped_by_successor(engine.cancel):
            yield FromSource(source, engine, SourceRunMark(source.name, run_id), limit)
    finally:
        engine.close()
