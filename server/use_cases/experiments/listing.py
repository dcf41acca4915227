"""The tests of a spreadsheet with their days left, and what a new one can be made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.core.cells import Cell, text_of
from server.core.experiments.asked import PROPOSED_DAYS, proposed_share
from server.core.experiments.records import Experiment
from server.core.options import Options
from server.core.wall_clock import today
from server.layout.audience_tabs import AUDIENCES
from server.layout.headers import CLUSTER, SEGMENT
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import ACTION_MAP
from server.sheets.api.a1 import context_range
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.committer import Committer
from server.sheets.commit.snapshot import Snapshot, value
from server.sheets.tabs.audience_tabs import made_audiences
from server.sheets.tabs.experiments import experiment_ranges, experiments_of, has_experiments
from server.sheets.tabs.settings import options_of


@dataclass(frozen=True, slots=True)
class Listed:
    """A test as the sidebar shows it; days are ISO 8601."""

    name: str
    segments: str
    what: str
    start: str
    end: str
    status: str
    days_left: int
    customers: int
    control: int
    smallest: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A segment that can be chosen."""

    segment: str
    customers: int
    proposed_share: float


@dataclass(frozen=True, slots=True)
class AudienceChoice:
    """An audience that can be chosen."""

    audience: str
    members: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The tests, newest first, and what a new one can be made of.

    Attributes
    ----------
    today
        In the time zone of `Settings`, ISO 8601.
    standing_share
        Share of customers in the standing control group.
    source
        Where the orders lie; "" for `Training_Data`.
    """

    today: str
    tests: Sequence[Listed]
    segments: Sequence[Choice]
    audiences: Sequence[AudienceChoice]
    days: int
    standing_share: float
    source: str


def listing(committer: Committer, spreadsheet_id: str, now: Callable[[], dt.datetime]) -> Listing:
    """Return the tests of a spreadsheet.

    Raises
    ------
    SheetContentError, SettingsError, LayoutError
        If `Tests`, `Action_Map` or `Settings` cannot be read.
    """
    sheet = committer.sheet(spreadsheet_id)
    try:
        overview = sheet.read([])
        there = [title for title in (SETTINGS, ACTION_MAP, AUDIENCES) if title in overview.tabs]
        ranges = [*map(context_range, there), *experiment_ranges(overview)]
        seen = sheet.read(ranges) if ranges else overview
    except ApiFailure as failure:
        raise explained(failure, sheet.calls.service_account) from failure
    options = options_of(seen) if SETTINGS in there else Options()
    day = today(now(), options.time_zone)
    return Listing(
        today=day.isoformat(),
        tests=[_listed(experiment, day) for experiment in experiments_of(seen)]
        if has_experiments(overview)
        else [],
        segments=_choices(seen) if ACTION_MAP in there else [],
        audiences=[AudienceChoice(name, members) for name, members in made_audiences(seen)],
        days=PROPOSED_DAYS,
        standing_share=options.control_share,
        source=options.source,
    )


def _listed(experiment: Experiment, day: dt.date) -> Listed:
    return Listed(
        name=experiment.name,
        segments=experiment.segments,
        what=experiment.what,
        start=experiment.window.start.isoformat(),
        end=experiment.window.end.isoformat(),
        status=str(experiment.status(day)),
        days_left=experiment.days_left(day),
        customers=experiment.customers,
        control=experiment.control,
        smallest=experiment.smallest,
        verdict=experiment.verdict,
    )


def _choices(snapshot: Snapshot) -> list[Choice]:
    """Return the segments of `Action_Map` that have customers."""
    tab = snapshot.tab(ACTION_MAP)
    columns = tab.columns((CLUSTER, SEGMENT, "Customers"))
    choices = []
    for row in sorted(tab.rows):
        cells: dict[str, Cell] = {h: value(tab.cell(row, at)) for h, at in columns.items()}
        count = cells["Customers"]
        name = text_of(cells[SEGMENT])
        if (
            row > 1
            and name
            and isinstance(cells[CLUSTER], int | float)
            and isinstance(count, int | float)
            and count
        ):
            choices.append(Choice(name, int(count), proposed_share(int(count))))
    return choices
