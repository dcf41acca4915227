"""Tests of two groups: listed, previewed, started and read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.core.experiments.asked import LONGEST_DAYS, PROPOSED_DAYS, Asked
from server.core.experiments.bases import Base
from server.core.experiments.window import Window
from server.core.options import Options
from server.core.wall_clock import today
from server.core.wording import Wording
from server.errors import InputError
from server.layout.record_tabs import SETTINGS
from server.sheets.api.a1 import context_range
from server.sheets.commit.committer import Committer
from server.sheets.commit.long_work import LongWork
from server.sheets.tabs.settings import options_of
from server.sources.allowed import Sources
from server.texts import to_say
from server.use_cases.experiment_results import LeftOut, Preview, ReadExperiment, Started
from server.use_cases.experiments.listing import Listing, listing
from server.use_cases.experiments.planning import Prepared, Preparing
from server.use_cases.experiments.reading import Reading
from server.use_cases.experiments.starting import Starting
from server.use_cases.training_data import Progress


@dataclass(frozen=True, slots=True)
class Wanted:
    """A test as the marketer asks for it.

    Attributes
    ----------
    share
        To be held out, of 1; None for what is proposed.
    start
        First day; None for today.
    days
        How many days; None for what is proposed.
    what
        What the action group gets.
    audience
        Its name, where the test is made of one.
    """

    name: str
    segments: Sequence[str]
    share: float | None = None
    start: dt.date | None = None
    days: int | None = None
    what: str = ""
    base: Base = Base.SEGMENTS
    audience: str = ""


class Experiments:
    """The use cases.

    Parameters
    ----------
    committer
        Reads and writes spreadsheets.
    now
        Returns the time as an aware date-time.
    sources
        Sources of orders that the deployment declares.
    requested_by
        Returns the address of who asks, "" where nobody is told; asked where the orders lie in a source.
    """

    def __init__(
        self,
        committer: Committer,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        sources: Sources | None = None,
        requested_by: Callable[[], str] = lambda: "",
    ) -> None:
        self._committer = committer
        self._now = now
        self._requested_by = requested_by
        self._preparing = Preparing(committer, now, sources)
        self._starting = Starting(committer, now, sources)
        self._reading = Reading(committer, now, sources)

    def listing(self, spreadsheet_id: str) -> Listing:
        """Return the tests of a spreadsheet, and what a new one can be made of."""
        return listing(self._committer, spreadsheet_id, self._now)

    def preview(
        self, spreadsheet_id: str, wanted: Wanted, progress: Progress = lambda _stage, _fraction: None
    ) -> Preview:
        """Return a test as it would start, with the smallest lift that would show; nothing is written."""
        long_work = LongWork(self._committer, spreadsheet_id)
        asked = self._asked(long_work, wanted)
        return _preview(self._preparing.prepared(long_work, asked, progress, self._requested_by))

    def start(self, spreadsheet_id: str, wanted: Wanted, progress: Progress, *, confirmed: bool) -> Started:
        """Deal the groups and write them, in one commit."""
        progress(to_say("Reading the segments"), 0.01)
        asked = self._asked(LongWork(self._committer, spreadsheet_id), wanted)
        return self._starting.start(spreadsheet_id, asked, progress, self._requested_by, confirmed=confirmed)

    def read(self, spreadsheet_id: str, name: str, progress: Progress) -> ReadExperiment:
        """Tell what a test shows, and write it to `Lift` and `Tests`."""
        progress(to_say("Reading the test"), 0.01)
        return self._reading.read(spreadsheet_id, name, progress, self._requested_by)

    def _asked(self, long_work: LongWork, wanted: Wanted) -> Asked:
        """Return what is asked for, with what is proposed in the place of what was left out."""
        start = wanted.start or self._today(long_work)
        days = min(max(wanted.days or PROPOSED_DAYS, 0), 10 * LONGEST_DAYS)
        name = " ".join(wanted.name.split())
        try:
            window = Window.of(start, days)
        except OverflowError as error:
            raise InputError(
                to_say("There is no such day."), hint=to_say("Choose today or a later day.")
            ) from error
        is_of_segments = wanted.base is Base.SEGMENTS
        return Asked(
            name,
            list(wanted.segments) if is_of_segments else [],
            wanted.share,
            window,
            wanted.what.strip(),
            wanted.base,
            " ".join(wanted.audience.split()) if wanted.base is Base.AUDIENCE else "",
        )

    def _today(self, long_work: LongWork) -> dt.date:
        there = SETTINGS in long_work.read([]).tabs
        options = options_of(long_work.read([context_range(SETTINGS)])) if there else Options()
        return today(self._now(), options.time_zone)


def _preview(prepared: Prepared) -> Preview:
    plan, wording = prepared.plan, Wording(prepared.start.locale)
    window = plan.asked.window
    return Preview(
        name=plan.asked.name,
        customers=len(plan.ids),
        control=plan.in_control,
        share=plan.share,
        start=window.start.isoformat(),
        end=window.end.isoformat(),
        left_out=[LeftOut(wording.say(why.phrase), count) for why, count in plan.left_out.items()],
        promise=prepared.promise,
        needs_confirmation=plan.visible.shows_nothing,
    )
