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

from server.core.colours import segment_colours
from server.core.dashboard import figures
from server.core.options import Options, parse_time_zone
from server.core.wall_clock import today
from server.core.wording import Wording
from server.errors import AudienceError
from server.layout import (
    ACTION_MAP,
    DASHBOARD,
    MODEL,
    NEW_USER,
    PREDICTION_LOG,
    SEGMENTED_CUSTOMERS,
    SETTINGS,
)
from server.sheets.a1 import quoted
from server.sheets.cells import Json
from server.sheets.cluster_colours import cluster_colours
from server.sheets.commit import Batch, Committer
from server.sheets.dashboard import Shown, dashboard_requests, days_requests, numbers_shown
from server.sheets.dashboard_places import places
from server.sheets.failures import ApiFailure, CallError
from server.sheets.logged import Logged, read_logged
from server.sheets.marks import dashboard_tab, mark_of
from server.sheets.pace import Pace
from server.sheets.snapshot import MARKS, OVERVIEW_FIELDS, Snapshot, Tab, fields_for, read_snapshot
from server.sheets.tabs import layout_requests

if TYPE_CHECKING:
    from server.training.segmentation import Segmentation

RENEW_SECONDS = 3.0
"""Time for all of a renewal after a sweep."""
_TOKEN = f"{quoted(MODEL)}!A1"
_COLOURED = (NEW_USER, SEGMENTED_CUSTOMERS, ACTION_MAP, PREDICTION_LOG)

log = logging.getLogger(__name__)


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


PARTS = (MARKS, "conditionalFormats", "charts(chartId,spec)")
"""What is read of a tab beside its cells, to show a segmentation in it."""


def dashboard_made(overview: Snapshot) -> list[Json]:
    """Return the requests that make the dashboard where it is missing.

    Parameters
    ----------
    overview
        All tabs, without their cells.
    """
    return layout_requests([DASHBOARD], overview) if dashboard_tab(overview) is None else []


def dashboard_title(overview: Snapshot, made: Sequence[Json]) -> str:
    """Return what the dashboard is called: of all tabs, or of the requests that make it."""
    tab = dashboard_tab(overview)
    return tab.title if tab is not None else str(made[0]["addSheet"]["properties"]["title"])


def dashboard_range(title: str) -> str:
    """Return what is read of the dashboard: as far down as somebody may have moved its figures."""
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
        except Exception:
            log.exception("the dashboard was not renewed")
        return False

    def _renewed(self, spreadsheet_id: str, title: str, pace: Pace) -> bool | None:
        """Return whether anything was written, None where the tab of this title is not the dashboard."""
        ranges = [
            dashboard_range(title),
            f"{quoted(PREDICTION_LOG)}!1:2",
            f"{quoted(SETTINGS)}!1:100",
            _TOKEN,
        ]
        try:
            read = self._client.get(spreadsheet_id, ranges, fields_for(ranges, [MARKS]), seconds=pace.left)
        except ApiFailure as failure:
            if failure.unknown_tab == title:
                return None
            raise
        snapshot = read_snapshot(read)
        tab = dashboard_tab(snapshot)
        if tab is None:
            return None
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
                [dashboard_range(title), _TOKEN],
                plan,
                pace=pace,
                client=self._client,
                parts=[MARKS],
            )
        return outcome.write is not None


def _is_filled(tab: Tab) -> bool:
    mark = mark_of(tab)
    return mark is not None and mark.charts is not None
