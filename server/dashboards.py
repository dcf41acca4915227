"""The tab `Dashboard`: filled with each segmentation, and its rows scored per day renewed after the hourly sweep.

What the sweep renews is never had at the price of scoring: it is left out where quota is short or time is up, and
what goes wrong with it is a line in the log.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.core.cells import Cell, is_empty
from server.core.colours import segment_colours
from server.core.dashboard import figures
from server.core.days import ScoredDays, reaches_back, scored_days
from server.core.options import Options, parse_time_zone
from server.core.wall_clock import today
from server.core.wording import Wording
from server.errors import AudienceError
from server.layout import (
    ACTION_MAP,
    CLUSTER,
    DASHBOARD,
    LOG_HEADERS,
    MODEL,
    NEW_USER,
    PREDICTED_AT,
    PREDICTION_LOG,
    SEGMENTED_CUSTOMERS,
    SETTINGS,
)
from server.sheets.cells import Json
from server.sheets.client import SheetsClient
from server.sheets.cluster_colours import cluster_colours
from server.sheets.commit import Batch, Committer, Pace, retried
from server.sheets.dashboard import Shown, dashboard_requests, days_requests, numbers_shown
from server.sheets.dashboard_places import places
from server.sheets.failures import ApiFailure, CallError
from server.sheets.marks import dashboard_tab, mark_of
from server.sheets.snapshot import (
    MARKED_FIELDS,
    OVERVIEW_FIELDS,
    Snapshot,
    Tab,
    column_range,
    quoted,
    read_snapshot,
)

if TYPE_CHECKING:
    from server.training.segmentation import Segmentation

RENEW_SECONDS = 3.0
"""Time for all of a renewal after a sweep."""
FEW_LINES, MOST_LINES = 2_000, 50_000
"""Lines of the log that are read at first, and where they do not reach back far enough."""
_TOKEN = f"{quoted(MODEL)}!A1"
_COLOURED = (NEW_USER, SEGMENTED_CUSTOMERS, ACTION_MAP, PREDICTION_LOG)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Logged:
    """When rows were scored, and as what: the newest lines of the log.

    Attributes
    ----------
    is_whole
        Whether no line of the days that are shown was left out.
    """

    moments: Sequence[Cell] = ()
    clusters: Sequence[Cell] = ()
    is_whole: bool = True
    today: dt.date = dt.date.min

    def days(self, numbers: Sequence[int]) -> ScoredDays:
        """Return the counts of the last days, by the given clusters."""
        return scored_days(self.moments, self.clusters, numbers, self.today, is_whole=self.is_whole)


def read_logged(client: SheetsClient, spreadsheet_id: str, tab: Tab, day: dt.date, pace: Pace) -> Logged:
    """Return the lines of the log that the dashboard counts; no read where there are none.

    Parameters
    ----------
    tab
        `Prediction_Log`, of which two rows were read.
    day
        Today.
    """
    at = tab.columns(LOG_HEADERS)
    if tab.row_count < 2 or all(is_empty(cell) for cell in tab.values(2)):
        return Logged(today=day)
    columns = (at[PREDICTED_AT], at[CLUSTER])

    def read(first: int, last: int) -> list[list[Cell]]:
        ranges = [column_range(tab.title, column, first, last) for column in columns]
        parts = retried(lambda: client.columns(spreadsheet_id, ranges, seconds=pace.left), pace)
        length = last - first + 1
        return [[*(part[0] if part else []), *[""] * length][:length] for part in parts]

    last = min(tab.row_count, 1 + FEW_LINES)
    moments, clusters = read(2, last)
    if last < tab.row_count and not reaches_back(moments, day):
        further = min(tab.row_count, 1 + MOST_LINES)
        older = read(last + 1, further)
        moments, clusters, last = [*moments, *older[0]], [*clusters, *older[1]], further
    is_whole = last == tab.row_count or reaches_back(moments, day)
    return Logged(moments, clusters, is_whole, day)


@dataclass(frozen=True, slots=True)
class Segmented:
    """All that a segmentation has to show in the dashboard.

    Attributes
    ----------
    names
        Segment by cluster, former ones included.
    """

    found: Segmentation
    options: Options
    logged: Logged
    names: Mapping[int, str]


def segmented_requests(snapshot: Snapshot, segmented: Segmented) -> list[Json]:
    """Return the requests that show a segmentation: the dashboard, and the clusters' colours in the other tabs.

    Parameters
    ----------
    snapshot
        Read with charts and rules; without the dashboard, nothing but the colours is written.
    """
    model = segmented.found.model
    colours = segment_colours(model.clusters)
    requests: list[Json] = []
    tab = dashboard_tab(snapshot)
    if tab is not None:
        found = figures(
            segmented.found.table,
            segmented.found.clusters,
            model.clusters,
            model.gaps,
            segmented.found.migration,
            segmented.options.active_days,
        )
        shown = Shown(
            found,
            segmented.logged.days([each.cluster for each in found.segments]),
            segmented.names,
            colours,
            Wording(snapshot.locale),
            model.version,
        )
        requests += dashboard_requests(tab, shown)
    for title in _COLOURED:
        if title in snapshot.tabs:
            requests += cluster_colours(snapshot.tabs[title], colours)
    return requests


def shown_ranges(overview: Snapshot) -> list[str]:
    """Return what is read, beside a segmentation's own ranges, to show it.

    Parameters
    ----------
    overview
        All tabs, without their cells.
    """
    tab = dashboard_tab(overview)
    ranges = [f"{quoted(NEW_USER)}!1:1"]
    return ranges if tab is None else [*ranges, _whole(tab.title)]


def _whole(title: str) -> str:
    return f"{quoted(title)}!1:400"


class Dashboards:
    """Keeps the rows scored per day fresh between two segmentations.

    Parameters
    ----------
    committer
        Reads and writes spreadsheets.
    now
        Returns the time as an aware date-time.
    """

    def __init__(
        self,
        committer: Committer,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        pace: Callable[[], Pace] = lambda: Pace(seconds=RENEW_SECONDS, quota_seconds=0.0, attempts=2),
    ) -> None:
        self._committer = committer
        self._client = committer.client.for_spare_moments()
        self._now = now
        self._pace = pace

    def renew(self, spreadsheet_id: str) -> bool:
        """Bring the rows scored per day up to date, in a commit of its own; whether anything was written.

        Nothing is raised: who scores has nothing to do with it.
        """
        pace = self._pace()
        try:
            if (done := self._renewed(spreadsheet_id, DASHBOARD, pace)) is not None:
                return done
            read = self._client.get(spreadsheet_id, [], OVERVIEW_FIELDS, seconds=pace.left)
            ours = dashboard_tab(read_snapshot(read))
            return ours is not None and bool(self._renewed(spreadsheet_id, ours.title, pace))
        except (AudienceError, CallError) as error:
            log.info("the dashboard was not renewed: %s", type(error).__name__)
            return False

    def _renewed(self, spreadsheet_id: str, title: str, pace: Pace) -> bool | None:
        """Return whether anything was written, None where the tab of this title is not the dashboard."""
        ranges = [_whole(title), f"{quoted(PREDICTION_LOG)}!1:2", f"{quoted(SETTINGS)}!1:100", _TOKEN]
        try:
            read = self._client.get(spreadsheet_id, ranges, MARKED_FIELDS, seconds=pace.left)
        except ApiFailure as failure:
            if failure.unknown_tab == title:
                return None
            raise
        snapshot = read_snapshot(read)
        tab = dashboard_tab(snapshot)
        if tab is None:
            return None
        if not _is_filled(tab):
            return False
        settings = snapshot.tab(SETTINGS)
        zone = parse_time_zone([settings.values(row) for row in sorted(settings.rows)])
        day = today(self._now(), zone)
        logged = read_logged(self._client, spreadsheet_id, snapshot.tab(PREDICTION_LOG), day, pace)

        def plan(seen: Snapshot) -> Batch | None:
            present = dashboard_tab(seen)
            if present is None or not _is_filled(present):
                return None
            numbers = numbers_shown(present, places(present))
            requests = days_requests(present, logged.days(numbers))
            return Batch(requests) if requests else None

        if plan(snapshot) is None:
            return False
        with self._committer.alone(spreadsheet_id, max(0.0, pace.left)):
            outcome = self._committer.transact(
                spreadsheet_id,
                [_whole(title), _TOKEN],
                plan,
                pace=pace,
                client=self._client,
                fields=MARKED_FIELDS,
            )
        return outcome.write is not None


def _is_filled(tab: Tab) -> bool:
    mark = mark_of(tab)
    return mark is not None and mark.charts is not None
