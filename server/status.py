"""How a spreadsheet stands: its model, its segments, the rows that wait, the operation that runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from server.core.cells import is_empty, text_of
from server.core.classification import decide, rightful_bearers
from server.core.colours import segment_colours
from server.core.decisions import Context, SheetRow
from server.core.drift import Drift, aged, population_stability
from server.core.inputs import NewUserInput, parse_prediction_id, read_inputs
from server.core.log_lines import LogLine
from server.core.model import Model
from server.core.options import parse_time_zone
from server.core.plans import plans_of
from server.core.scorecard import summary
from server.core.wording import ENGLISH, Wording
from server.errors import AudienceError, NoModelError
from server.layout import (
    ACTION_MAP,
    ACTION_MAP_HEADERS,
    ACTION_PLAN,
    CLUSTER,
    MODEL,
    MODEL_VERSIONS_KEPT,
    NEW_USER,
    PREDICTION_LOG,
    SEGMENT,
    SETTINGS,
)
from server.operations import Operation, read_operation
from server.sheets.a1 import quoted
from server.sheets.commit import Committer
from server.sheets.failures import ApiFailure, explained
from server.sheets.models import IN_USE_RANGE, model_in_use
from server.sheets.prediction_log import read_lines
from server.sheets.rows import sheet_rows
from server.sheets.snapshot import Snapshot, value
from server.sheets.survey import survey
from server.sheets.tabs import missing_tabs

SMALL_ROWS = 2_000
LOG_LINES = 300
"""Lines of the log that are looked at: enough to tell a drift, and no more to read than a page."""
VERSIONS_RANGE = f"{quoted(MODEL)}!A1:F{MODEL_VERSIONS_KEPT + 2}"
"""Version to K of all versions, as the tab is laid out: without the models themselves, which are long."""


@dataclass(frozen=True, slots=True)
class SegmentStatus:
    """A segment as `Action_Map` has it; `colour` is "#RRGGBB"."""

    cluster: int
    segment: str
    action_plan: str
    customers: int
    revenue_share: float
    colour: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the tab `Model`; `status` is "in use", "earlier" or "candidate"."""

    version: int
    status: str
    trained_at: str
    customers: int
    k: int


@dataclass(frozen=True, slots=True)
class Status:
    """How a spreadsheet stands; counts are of rows of `New User`.

    Attributes
    ----------
    summary
        The model's scorecard in sentences.
    drift
        Of the newest rows that the model in use has scored; None without a model.
    aged
        Rows whose recency, grown by the calendar, has left the segment that stands beside them.
    wording
        As the spreadsheet writes numbers.
    """

    model: Model | None
    segments: list[SegmentStatus]
    waiting: int
    incomplete: int
    invalid: int
    operation: Operation | None
    last_prediction: dict[str, str | float] | None
    warnings: list[str]
    summary: list[str] = field(default_factory=list)
    versions: list[VersionLine] = field(default_factory=list)
    drift: Drift | None = None
    aged: int = 0
    wording: Wording = ENGLISH


def status(
    committer: Committer,
    spreadsheet_id: str,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Status:
    """Return how a spreadsheet stands; one read, and two more where the tabs are long."""
    ranges = [
        f"{quoted(NEW_USER)}!1:{SMALL_ROWS}",
        f"{quoted(PREDICTION_LOG)}!1:{LOG_LINES + 1}",
        f"{quoted(ACTION_MAP)}!1:200",
        f"{quoted(SETTINGS)}!1:100",
        VERSIONS_RANGE,
        IN_USE_RANGE,  # after the last one, whose first rows it shows whole
    ]
    try:
        snapshot = committer.read(spreadsheet_id, ranges)
        model, warnings = _model(snapshot)
        rows, lines = sheet_rows(snapshot), read_lines(snapshot).lines
        if snapshot.tab(NEW_USER).row_count > SMALL_ROWS:
            found = survey(committer.client, spreadsheet_id, committer.pace())
            rows, lines = list(found.rows), found.log.lines
    except ApiFailure as failure:
        if failure.unknown_tab:
            return _without_tabs(committer.read(spreadsheet_id, []), now())
        raise explained(failure) from failure
    waiting = incomplete = invalid = aged_rows = 0
    wording = Wording(snapshot.locale)
    drift = None
    if model is not None:
        settings = snapshot.tab(SETTINGS)
        context = Context(
            model=model,
            plans={},
            now=now(),
            time_zone=parse_time_zone([settings.values(row) for row in sorted(settings.rows)], wording),
            trigger="status",
            random_part=lambda: "0000",
            wording=wording,
        )
        standing = rightful_bearers(rows)
        decision = decide(rows, lines, context, standing=standing)
        drift, aged_rows = _drift(model, lines), _aged(model, rows, now())
        waiting = sum(each.is_new for each in decision.classified)
        incomplete, invalid = _partly(rows), len({problem.row for problem in decision.problems})
    operation = read_operation(snapshot)
    last = lines[0] if lines else None
    return Status(
        model=model,
        segments=_segments(snapshot, model),
        waiting=waiting,
        incomplete=incomplete,
        invalid=invalid,
        operation=operation.as_seen(now()) if operation else None,
        last_prediction=(
            {"CustomerID": last.customer_id, "Segment": last.segment, "PredictedAt": last.predicted_at}
            if last
            else None
        ),
        warnings=warnings,
        summary=summary(model, wording) if model is not None else [],
        versions=_versions(snapshot),
        drift=drift,
        aged=aged_rows,
        wording=wording,
    )


def _drift(model: Model, lines: Sequence[LogLine]) -> Drift:
    """Return how far the newest customers scored by a model are from those it was trained on."""
    own = [line for line in lines if line.model_version == model.version]
    return population_stability(model, [(line.recency, line.frequency, line.monetary_value) for line in own])


def _aged(model: Model, rows: Sequence[SheetRow], now: dt.datetime) -> int:
    """Count classified rows that the calendar has carried out of their segment."""
    inputs, clusters, days = [], [], []
    for row in rows:
        read, identity = read_inputs(row.inputs), parse_prediction_id(row.prediction_id)
        cluster = row.outputs.get(CLUSTER)
        if not isinstance(read, NewUserInput) or identity is None or not isinstance(cluster, int | float):
            continue
        if identity.model_version == model.version and not row.has_formula:
            inputs.append((read.recency, read.frequency, read.monetary_value))
            clusters.append(int(cluster))
            days.append((now - identity.moment).days)
    return int(aged(model, inputs, clusters, days).sum()) if inputs else 0


def _versions(snapshot: Snapshot) -> list[VersionLine]:
    """Return the versions that are kept, the one in use first; what is no version is passed over."""
    tab = snapshot.tab(MODEL)
    wanted = ("Version", "Status", "TrainedAt", "Customers", "K")
    columns = tab.columns(wanted)
    found = []
    for row in sorted(tab.rows):
        version, state, trained_at, customers, k = (value(tab.cell(row, columns[each])) for each in wanted)
        if (
            isinstance(version, int | float)
            and isinstance(customers, int | float)
            and isinstance(k, int | float)
        ):
            found.append(
                VersionLine(int(version), text_of(state), text_of(trained_at), int(customers), int(k))
            )
    return found


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
        warnings=[f"Missing tabs: {missing}. Choose Set up… in the menu, which makes them."],
    )


def _partly(rows: Sequence[SheetRow]) -> int:
    """Count rows in which some inputs are filled and some are not."""
    filled = [sum(not is_empty(cell) for cell in row.inputs.values()) for row in rows]
    return sum(0 < count < 4 for count in filled)


def _model(snapshot: Snapshot) -> tuple[Model | None, list[str]]:
    try:
        model = model_in_use(snapshot)
    except NoModelError:
        return None, []
    except AudienceError as error:
        return None, [f"{error.detail} {error.hint}"]
    return model, list(model.warnings)


def _segments(snapshot: Snapshot, model: Model | None) -> list[SegmentStatus]:
    tab = snapshot.tab(ACTION_MAP)
    columns = tab.columns(ACTION_MAP_HEADERS)
    found: dict[int, tuple[str, str, int, float]] = {}
    for row in sorted(tab.rows):
        cells = {header: value(tab.cell(row, columns[header])) for header in ACTION_MAP_HEADERS}
        plan = plans_of([(cells[CLUSTER], cells[SEGMENT], cells[ACTION_PLAN])])
        customers, share = cells["Customers"], cells["RevenueShare"]
        if plan and isinstance(customers, int | float) and customers > 0:
            revenue = float(share) if isinstance(share, int | float) else 0.0
            told = (text_of(cells[SEGMENT]), text_of(cells[ACTION_PLAN]))
            found.setdefault(next(iter(plan)), (*told, int(customers), revenue))
    colours = segment_colours(found) | segment_colours(model.clusters if model else [])
    return [SegmentStatus(cluster, *told, colours[cluster]) for cluster, told in sorted(found.items())]
