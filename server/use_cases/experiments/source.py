"""The source that `Settings` names, for a test: its customers, and the orders that the test is planned and read by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.core.experiments.asked import Asked
from server.core.experiments.bases import Base
from server.core.experiments.outcomes import Orders
from server.core.experiments.planning import Customers, refuse_missing
from server.core.experiments.records import named
from server.core.options import Options
from server.errors import NoModelError
from server.operations import stopped_by_successor
from server.sheets.commit.snapshot import Snapshot
from server.sheets.tabs.source_mark import source_mark_of
from server.sources.allowed import Sources
from server.sources.engines.opening import new_run_id
from server.sources.source import Source
from server.texts import to_say
from server.use_cases.training_data import Progress

if TYPE_CHECKING:
    from server.sources.engines.engine import Engine


@dataclass(frozen=True, slots=True)
class SourceOfTest:
    """A source that is open for one test.

    Attributes
    ----------
    today
        In the time zone of `Settings`; later orders are in the future.
    """

    source: Source
    engine: Engine
    options: Options
    today: dt.date

    def customers(
        self, asked: Asked, start: Snapshot, shown: Mapping[int, str], among: Collection[str]
    ) -> Customers:
        """Return the customers whom a test is dealt among: all of the published table, shown in the sheet or not.

        Parameters
        ----------
        start
            The spreadsheet with its marks.
        shown
            Names that segments have in the sheet by now, by cluster.
        among
            Ids of the members of the audience, where the test is made of one.

        Raises
        ------
        NoModelError
            If the sheet shows no segments of this source.
        InputError
            If a segment is not there, or more customers are chosen than a test is dealt among.
        """
        from server.sources.published import published_in_segments, show

        mark = source_mark_of(start.metadata)
        if mark is None or mark.source != self.source.name:
            raise NoModelError(
                to_say("No customer of the source {source} has a segment yet.", source=self.source.name),
                hint=to_say("Choose Segment customers in the menu first."),
            )
        show(self.engine, mark.run_id)
        is_audience = asked.base is Base.AUDIENCE

        def chosen(names: Mapping[int, str]) -> Collection[int]:
            if asked.base is not Base.SEGMENTS:
                return list(names)
            refuse_missing(asked, names.values(), self.source.name)
            wanted = {named(segment) for segment in asked.segments}
            return [cluster for cluster, name in names.items() if named(name) in wanted]

        among_whom = published_in_segments(self.engine, shown, chosen, among if is_audience else None)
        return Customers(among_whom.ids, among_whom.segments, among_whom.likely, self.options.horizon)

    def orders(self, start: dt.date, progress: Progress) -> Orders:
        """Return the orders of the source.

        Parameters
        ----------
        start
            First day of the test.

        Raises
        ------
        SourceError, TrainingDataError, ChangedError
            If they cannot be read, or no row of them can be used.
        """
        from server.sources.outcomes import SourceOrders
        from server.sources.stages import read_source

        staged = read_source(
            self.engine, self.source, self.today, self.options.analysis_date, progress, start
        )
        return SourceOrders(staged, self.source, start)


@contextmanager
def opened(
    sources: Sources, options: Options, spreadsheet_id: str, requested_by: Callable[[], str], today: dt.date
) -> Iterator[SourceOfTest | None]:
    """Open the source that `Settings` names; None where the orders stand in `Training_Data`.

    Parameters
    ----------
    requested_by
        Returns the address of who asks, "" where nobody is told.

    Raises
    ------
    SourceAccessError
        If the spreadsheet, or who asks, may not use it.
    """
    if not options.source:
        yield None
        return
    source = sources.of(options.source, spreadsheet_id, requested_by())
    engine = sources.open_with(source, new_run_id())
    try:
        with stopped_by_successor(engine.cancel):
            yield SourceOfTest(source, engine, options, today)
    finally:
        engine.close()
