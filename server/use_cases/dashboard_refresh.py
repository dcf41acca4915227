"""Refresh of the tab `Dashboard`: with each segmentation, and its scored rows after the hourly sweep.

What the sweep renews is never had at the price of scoring: it is left out where quota is short or time is up, and
what goes wrong with it is a line in the log.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from server.core.segments.colours import segment_colours
from server.core.segments.dashboard_figures import Figures
from server.core.segments.history import Compared
from server.core.wall_clock import today
from server.core.wording import ENGLISH, Wording
from server.errors import AudienceError
from server.layout.record_tabs import MODEL, PREDICTION_LOG, SETTINGS
from server.layout.segment_tabs import ACTION_MAP, DASHBOARD, SEGMENTED_CUSTOMERS
from server.layout.tabs import CLUSTER_TABS
from server.sheets.api.a1 import context_range, quoted
from server.sheets.api.failures import ApiFailure, CallError
from server.sheets.api.requests import Json
from server.sheets.api.retry import RetryBudget
from server.sheets.commit.committer import Committer
from server.sheets.commit.snapshot import MARKS, OVERVIEW_FIELDS, Snapshot, Tab, fields_for, read_snapshot
from server.sheets.commit.spreadsheet import Spreadsheet
from server.sheets.commit.writes import Batch, Planned
from server.sheets.dashboard.ahead import Ahead
from server.sheets.dashboard.blocks import Shown
from server.sheets.dashboard.cluster_colours import cluster_colours
from server.sheets.dashboard.marks import dashboard_tab, mark_of
from server.sheets.dashboard.names import name_requests
from server.sheets.dashboard.places import places
from server.sheets.dashboard.scored_days import Logged, read_logged
from server.sheets.dashboard.values import dashboard_requests, days_requests, numbers_shown
from server.sheets.tabs.applied_plans import texts_of
from server.sheets.tabs.model import IN_USE_RANGE, model_in_use
from server.sheets.tabs.settings import time_zone_of

if TYPE_CHECKING:
    from server.training.segmentation import Segmentation

RENEW_SECONDS = 3.0
"""Time for all of a renewal after a sweep."""
_TOKEN = f"{quoted(MODEL)}!A1"
_NAMED = (context_range(ACTION_MAP), context_range(SEGMENTED_CUSTOMERS), IN_USE_RANGE)
"""What names and plans are read of, and where the links of the names lead."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Segmented:
    """Result of a segmentation, as the dashboard shows it.

    Attributes
    ----------
    figures
        Of the dashboard.
    names
        Segment by cluster, former ones included.
    compared
        The figures beside those of earlier runs.
    moved_at
        When customers moved as `figures` tells: wall clock as a serial, None where that is not known.
    links
        Address of the list of a segment's customers, by cluster.
    plans
        What to do, by cluster.
    wording
        Tells texts, numbers and money of the spreadsheet.
    """

    segmentation: Segmentation
    figures: Figures
    logged: Logged
    names: Mapping[int, str]
    compared: Compared
    moved_at: float | None
    links: Mapping[int, str]
    plans: Mapping[int, str] = field(default_factory=dict)
    wording: Wording = ENGLISH


def segmented_requests(snapshot: Snapshot, segmented: Segmented) -> list[Json]:
    """Return the requests that show a segmentation: the dashboard, and the clusters' colours in the other tabs.

    Parameters
    ----------
    snapshot
        Read with charts and rules; without the dashboard, nothing but the colours is written.
    """
    model = segmented.segmentation.model
    colours = segment_colours(model.clusters)
    requests: list[Json] = []
    tab = dashboard_tab(snapshot)
    if tab is not None:
        shown = Shown(
            segmented.figures,
            segmented.logged.days([segment.cluster for segment in segmented.figures.segments]),
            segmented.names,
            colours,
            segmented.wording,
            model.version,
            _ahead(segmented.segmentation),
            segmented.plans,
            segmented.compared,
            segmented.moved_at,
            segmented.links,
        )
        requests += dashboard_requests(tab, shown)
    for title in CLUSTER_TABS:
        if title in snapshot.tabs:
            requests += cluster_colours(snapshot.tabs[title], colours)
    return requests


def _ahead(segmentation: Segmentation) -> Ahead:
    """Return what there is to show of the days ahead."""
    value, in_all = segmentation.model.value, segmentation.expected_in_all()
    return Ahead(value) if in_all is None else Ahead(value, segmentation.expected_revenue(), in_all)


PARTS = (MARKS, "conditionalFormats", "charts(chartId,spec)")
"""What is read of a tab beside its cells, to show a segmentation in it."""


def dashboard_title(overview: Snapshot, made: Sequence[Json]) -> str:
    """Return what the dashboard is called: of all tabs, or of the requests that make it."""
    tab = dashboard_tab(overview)
    return tab.title if tab is not None else str(made[0]["addSheet"]["properties"]["title"])


def dashboard_range(title: str) -> str:
    """Return the range of the dashboard to read: as far down as its figures may have been moved."""
    return f"{quoted(title)}!1:400"


class Dashboards:
    """Use case: update the rows scored per day between two segmentations.

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
        budget: Callable[[], RetryBudget] = lambda: RetryBudget(
            seconds=RENEW_SECONDS, quota_seconds=0.0, attempts=2
        ),
    ) -> None:
        self._committer = committer
        self._client = committer.client.for_spare_moments()
        self._now = now
        self._budget = budget

    def renew(self, spreadsheet_id: str) -> bool:
        """Bring the rows scored per day up to date, in a commit of its own; whether anything was written.

        Nothing is raised: who scores has nothing to do with it.
        """
        budget = self._budget()
        sheet = self._committer.sheet(spreadsheet_id, client=self._client, budget=lambda: budget)
        return self._done(sheet, budget, self._renewed)

    def rename(self, spreadsheet_id: str) -> bool:
        """Show the names and plans of `Action_Map`, in a commit of its own; whether anything was written.

        Nothing is raised: customers and rows have them already, and the next run shows them here too.
        """
        sheet = self._committer.sheet(spreadsheet_id)
        return self._done(sheet, self._committer.budget(), self._renamed)

    def _done(
        self,
        sheet: Spreadsheet,
        budget: RetryBudget,
        act: Callable[[Spreadsheet, str, RetryBudget], bool | None],
    ) -> bool:
        """Do something to the dashboard, whatever its title; what goes wrong is a line in the log."""
        try:
            if (done := act(sheet, DASHBOARD, budget)) is not None:
                return done
            read = sheet.calls.get([], OVERVIEW_FIELDS, seconds=budget.left)
            ours = dashboard_tab(read_snapshot(read))
            return ours is not None and bool(act(sheet, ours.title, budget))
        except (AudienceError, CallError) as error:
            log.info("the dashboard was not renewed: %s", type(error).__name__)
        except Exception:
            log.exception("the dashboard was not renewed")
        return False

    def _renamed(self, sheet: Spreadsheet, title: str, budget: RetryBudget) -> bool | None:
        """Return whether anything was written, None where the tab of this title is not the dashboard."""
        ranges = [dashboard_range(title), *_NAMED]
        if _read(sheet, title, ranges, budget) is None:
            return None

        def plan(seen: Snapshot) -> Planned[Batch, None]:
            present = dashboard_tab(seen)
            if present is None or not _is_filled(present):
                return Planned(None, None)
            texts = texts_of(model_in_use(seen), seen)
            requests = name_requests(present, texts, seen.tab(SEGMENTED_CUSTOMERS).sheet_id)
            return Planned(Batch(requests) if requests else None, None)

        with sheet.lock(max(0.0, budget.left)):
            return sheet.transact(ranges, plan, parts=[MARKS]).write is not None

    def _renewed(self, sheet: Spreadsheet, title: str, budget: RetryBudget) -> bool | None:
        """Return whether anything was written, None where the tab of this title is not the dashboard."""
        ranges = [
            dashboard_range(title),
            context_range(PREDICTION_LOG),
            context_range(SETTINGS),
            _TOKEN,
        ]
        snapshot = _read(sheet, title, ranges, budget)
        if snapshot is None:
            return None
        day = today(self._now(), time_zone_of(snapshot))
        logged = read_logged(self._client, sheet.id, snapshot.tab(PREDICTION_LOG), day, budget)

        def plan(seen: Snapshot) -> Planned[Batch, None]:
            present = dashboard_tab(seen)
            if present is None or not _is_filled(present):
                return Planned(None, None)
            numbers = numbers_shown(present, places(present))
            requests = days_requests(present, logged.days(numbers))
            return Planned(Batch(requests) if requests else None, None)

        if plan(snapshot).write is None:
            return False
        with sheet.lock(max(0.0, budget.left)):
            outcome = sheet.transact([dashboard_range(title), _TOKEN], plan, parts=[MARKS])
        return outcome.write is not None


def _read(sheet: Spreadsheet, title: str, ranges: Sequence[str], budget: RetryBudget) -> Snapshot | None:
    """Return what ranges hold, the dashboard's first; None where the tab of this title is not the dashboard."""
    try:
        read = sheet.calls.get(ranges, fields_for(ranges, [MARKS]), seconds=budget.left)
    except ApiFailure as failure:
        if failure.unknown_tab == title:
            return None
        raise
    snapshot = read_snapshot(read)
    return None if dashboard_tab(snapshot) is None else snapshot


def _is_filled(tab: Tab) -> bool:
    mark = mark_of(tab)
    return mark is not None and mark.charts is not None
