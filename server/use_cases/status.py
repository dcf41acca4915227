"""Status of a spreadsheet: its model, its segments, waiting rows, and the running operation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from server.core.cells import text_of
from server.core.scoring.counts import RowCounts, count_aged, count_rows, scored_drift
from server.core.scoring.decisions import Conditions, SheetRow
from server.core.scoring.log_lines import LogLine
from server.core.segments.action_plans import plans_of
from server.core.segments.colours import segment_colours
from server.core.segments.history import Compared, newest_compared
from server.core.segments.model import Model
from server.core.segments.portrait import portrait
from server.core.segments.scorecard import summary
from server.core.value.words import expected_revenue
from server.core.wording import Wording
from server.errors import AudienceError, NoModelError, error_texts
from server.layout.headers import ACTION_PLAN, CLUSTER, EXPECTED_REVENUE, SEGMENT, column_letter
from server.layout.limits import LOG_LINES_FOR_DRIFT, MODEL_VERSIONS_KEPT
from server.layout.record_tabs import HISTORY, MODEL, PREDICTION_LOG, SETTINGS
from server.layout.segment_tabs import ACTION_MAP, MIGRATION, NEW_USER, SEGMENTED_CUSTOMERS
from server.layout.tabs import ACTION_MAP_HEADERS, ACTION_MAP_OPTIONAL, MODEL_HEADERS
from server.operations import read_operation
from server.sheets.api.a1 import context_range, quoted
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.committer import Committer
from server.sheets.commit.snapshot import Snapshot, Tab, fields_for, value
from server.sheets.commit.spreadsheet import Spreadsheet
from server.sheets.scoring.full_scan import full_scan
from server.sheets.scoring.new_user import sheet_rows
from server.sheets.scoring.prediction_log import read_lines
from server.sheets.tabs.filter_views import VIEW_IDS, lists_there
from server.sheets.tabs.history import history_runs
from server.sheets.tabs.layouts import missing_tabs
from server.sheets.tabs.migration import last_moves
from server.sheets.tabs.model import IN_USE_RANGE, model_in_use
from server.sheets.tabs.settings import time_zone_of, wording_of
from server.use_cases.status_result import Kept, SegmentStatus, Status, VersionLine

SMALL_ROWS = 2_000
_VERSION_HEADERS = ("Version", "Status", "TrainedAt", "Customers", "K")
_LAST_COLUMN = max(map(MODEL_HEADERS.index, _VERSION_HEADERS))


def _versions_range(last: int) -> str:
    """Return the range of all versions up to a column (from 0): without the models themselves, which are long."""
    return f"{quoted(MODEL)}!A1:{column_letter(last)}{MODEL_VERSIONS_KEPT + 2}"


_RANGES = (
    f"{quoted(NEW_USER)}!1:{SMALL_ROWS}",
    f"{quoted(PREDICTION_LOG)}!1:{LOG_LINES_FOR_DRIFT + 1}",
    context_range(ACTION_MAP),
    context_range(SETTINGS),
    _versions_range(_LAST_COLUMN),
    IN_USE_RANGE,  # after the last one, whose first rows it shows whole
)
_BESIDE = (HISTORY, MIGRATION, SEGMENTED_CUSTOMERS)
"""Tabs without which there is less to tell, and no more."""


def status(
    committer: Committer,
    spreadsheet_id: str,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Status:
    """Return how a spreadsheet stands; one read, and two more where the tabs are long."""
    sheet = committer.sheet(spreadsheet_id)
    try:
        snapshot = _read(sheet)
        model, warnings = _model(snapshot)
        rows, lines = _rows_and_lines(sheet, snapshot)
        versions = _versions(sheet, snapshot)
    except ApiFailure as failure:
        if failure.unknown_tab:
            return _without_tabs(sheet.read([]), now())
        raise explained(failure) from failure
    wording = Wording(snapshot.locale)
    counts, drift, aged = RowCounts(), None, 0
    if model is not None:
        time_zone_of(snapshot)  # refuses one with which nothing could be scored
        counts = count_rows(rows, lines, Conditions(now(), model.version, wording=wording))
        drift, aged = scored_drift(model, lines), count_aged(model, rows, now())
    operation, kept = read_operation(snapshot), _kept(snapshot, model)
    return Status(
        model=model,
        segments=_segments(snapshot, model, kept),
        waiting=counts.waiting,
        incomplete=counts.incomplete,
        invalid=counts.invalid,
        operation=operation.as_seen(now()) if operation else None,
        last_prediction=_last_prediction(lines),
        warnings=warnings,
        summary=summary(model, wording) if model is not None else [],
        versions=versions,
        drift=drift,
        aged=aged,
        kept=kept,
        wording=wording,
    )


def _read(sheet: Spreadsheet) -> Snapshot:
    """Return a snapshot of the tabs that the status needs; one more read for each tab of `_BESIDE` that is missing."""
    beside = list(_BESIDE)
    while True:
        ranges = [*map(context_range, beside), *_RANGES]
        try:
            return sheet.read(ranges, fields=fields_for(ranges, [VIEW_IDS]))
        except ApiFailure as failure:
            if failure.unknown_tab not in beside:
                raise
            beside.remove(failure.unknown_tab)


def _kept(snapshot: Snapshot, model: Model | None) -> Kept:
    """Return what is kept from run to run, as far as it is there."""
    if model is None:
        return Kept()
    history, migration, customers = (snapshot.tabs.get(title) for title in _BESIDE)
    return Kept(
        compared=newest_compared(history_runs(history)),
        moved=last_moves(migration, {}) if migration is not None else None,
        lists=lists_there(customers, model.clusters) if customers is not None else {},
        sheet_id=customers.sheet_id if customers is not None else 0,
    )


def _rows_and_lines(sheet: Spreadsheet, snapshot: Snapshot) -> tuple[Sequence[SheetRow], Sequence[LogLine]]:
    """Return all rows of `New User`, and the newest lines of the log; a long tab takes reads of its own."""
    if snapshot.tab(NEW_USER).row_count > SMALL_ROWS:
        scan = full_scan(sheet)
        return scan.rows, scan.log.lines
    return sheet_rows(snapshot), read_lines(snapshot).lines


def _last_prediction(lines: Sequence[LogLine]) -> dict[str, str | float] | None:
    if not lines:
        return None
    last = lines[0]
    return {"CustomerID": last.customer_id, "Segment": last.segment, "PredictedAt": last.predicted_at}


def _versions(sheet: Spreadsheet, snapshot: Snapshot) -> list[VersionLine]:
    """Return the versions that are kept, the one in use first; what is no version is passed over.

    One more read where somebody inserted columns, so that those wanted stand further right than they were looked for.
    """
    tab = snapshot.tab(MODEL)
    columns = tab.columns(_VERSION_HEADERS)
    if max(columns.values()) > _LAST_COLUMN:
        tab = sheet.read([_versions_range(max(columns.values()))]).tab(MODEL)
        columns = tab.columns(_VERSION_HEADERS)
    versions = []
    for row in sorted(tab.rows):
        version, state, trained_at, customers, k = (
            value(tab.cell(row, columns[header])) for header in _VERSION_HEADERS
        )
        if (
            isinstance(version, int | float)
            and isinstance(customers, int | float)
            and isinstance(k, int | float)
        ):
            versions.append(
                VersionLine(int(version), text_of(state), text_of(trained_at), int(customers), int(k))
            )
    return versions


def _without_tabs(snapshot: Snapshot, now: dt.datetime) -> Status:
    """Return the status of a spreadsheet that lacks tabs: not set up yet, or one was renamed or deleted."""
    operation = read_operation(snapshot)
    missing = ", ".join(missing_tabs(snapshot))
    return Status(
        model=None,
        segments=[],
        waiting=0,
        incomplete=0,
        invalid=0,
        operation=operation.as_seen(now) if operation else None,
        last_prediction=None,
        warnings=[
            Wording(snapshot.locale).say(
                "Missing tabs: {tabs}. Choose Set up… in the menu, which makes them.", tabs=missing
            )
        ],
    )


def _model(snapshot: Snapshot) -> tuple[Model | None, list[str]]:
    try:
        model = model_in_use(snapshot)
    except NoModelError:
        return None, []
    except AudienceError as error:
        problem = error_texts(error, Wording(snapshot.locale).say)
        return None, [f"{problem.detail} {problem.hint}"]
    return model, list(model.warnings)


def _segments(snapshot: Snapshot, model: Model | None, kept: Kept) -> list[SegmentStatus]:
    segments, ahead = _segment_rows(snapshot.tab(ACTION_MAP))
    colours = segment_colours(segments) | segment_colours(model.clusters if model else [])
    wording = wording_of(snapshot)
    compared = kept.compared
    return [
        SegmentStatus(
            cluster,
            *texts,
            colours[cluster],
            expected=expected_revenue(model.value if model else None, cluster, ahead.get(cluster), wording),
            who=_portrait_and_revenue(compared, cluster, wording)[0],
            revenue=_portrait_and_revenue(compared, cluster, wording)[1],
            changed=compared.sentence(cluster, wording) if compared else "",
            since_last=compared.change(cluster, compared.last) if compared else None,
            since_month=compared.change(cluster, compared.month) if compared else None,
            lists=kept.links(cluster, texts[2]),
        )
        for cluster, texts in sorted(segments.items())
    ]


def _segment_rows(tab: Tab) -> tuple[dict[int, tuple[str, str, int, float]], dict[int, float]]:
    """Return name, plan, customers and share of revenue by cluster, and expected revenue where it is there."""
    columns = tab.columns(ACTION_MAP_HEADERS)
    segments: dict[int, tuple[str, str, int, float]] = {}
    at = tab.present(ACTION_MAP_OPTIONAL).get(EXPECTED_REVENUE)
    ahead: dict[int, float] = {}
    for row in sorted(tab.rows):
        cells = {header: value(tab.cell(row, columns[header])) for header in ACTION_MAP_HEADERS}
        plan = plans_of([(cells[CLUSTER], cells[SEGMENT], cells[ACTION_PLAN])])
        customers, share = cells["Customers"], cells["RevenueShare"]
        if plan and isinstance(customers, int | float) and customers > 0:
            revenue = float(share) if isinstance(share, int | float) else 0.0
            texts = (text_of(cells[SEGMENT]), text_of(cells[ACTION_PLAN]))
            segments.setdefault(next(iter(plan)), (*texts, int(customers), revenue))
            expected = value(tab.cell(row, at)) if at is not None else ""
            if isinstance(expected, int | float) and not isinstance(expected, bool):
                ahead.setdefault(next(iter(plan)), float(expected))
    return segments, ahead


def _portrait_and_revenue(compared: Compared | None, cluster: int, wording: Wording) -> tuple[str, str]:
    """Return who a segment's customers are and what they have spent, as of the last run."""
    record = compared.present.segments.get(cluster) if compared is not None else None
    if record is None:
        return "", ""
    who = portrait(record.recency, record.frequency, record.monetary_value, wording)
    return who, wording.money(record.revenue)
