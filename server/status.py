"""How a spreadsheet stands: its model, its segments, the rows that wait, the operation that runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.core.cells import is_empty, text_of
from server.core.classification import Context, SheetRow, decide, plans_of, rightful_bearers
from server.core.model import Model
from server.core.options import parse_time_zone
from server.errors import AudienceError, NoModelError
from server.layout import (
    ACTION_MAP,
    ACTION_MAP_HEADERS,
    ACTION_PLAN,
    CLUSTER,
    NEW_USER,
    PREDICTION_LOG,
    SEGMENT,
    SETTINGS,
)
from server.operations import Operation, read_operation
from server.sheets.commit import Committer
from server.sheets.failures import ApiFailure, explained
from server.sheets.models import IN_USE_RANGE, model_in_use
from server.sheets.rows import log_lines, sheet_rows
from server.sheets.snapshot import Snapshot, quoted, value
from server.sheets.survey import survey
from server.sheets.tabs import missing_tabs

SMALL_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class SegmentStatus:
    """A segment as `Action_Map` has it."""

    cluster: int
    segment: str
    action_plan: str
    customers: int
    revenue_share: float


@dataclass(frozen=True, slots=True)
class Status:
    """How a spreadsheet stands; counts are of rows of `New User`."""

    model: Model | None
    segments: list[SegmentStatus]
    waiting: int
    incomplete: int
    invalid: int
    operation: Operation | None
    last_prediction: dict[str, str | float] | None
    warnings: list[str]


def status(
    committer: Committer,
    spreadsheet_id: str,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Status:
    """Return how a spreadsheet stands; one read, and two more where the tabs are long."""
    ranges = [
        f"{quoted(NEW_USER)}!1:{SMALL_ROWS}",
        f"{quoted(PREDICTION_LOG)}!1:101",
        f"{quoted(ACTION_MAP)}!1:200",
        f"{quoted(SETTINGS)}!1:100",
        IN_USE_RANGE,
    ]
    try:
        snapshot = committer.read(spreadsheet_id, ranges)
        model, warnings = _model(snapshot)
        rows, lines = sheet_rows(snapshot), log_lines(snapshot)
        if snapshot.tab(NEW_USER).row_count > SMALL_ROWS:
            found = survey(committer.client, spreadsheet_id, committer.pace())
            rows, lines = list(found.rows), list(found.lines)
    except ApiFailure as failure:
        if failure.unknown_tab:
            return _without_tabs(committer.read(spreadsheet_id, []), now())
        raise explained(failure) from failure
    waiting = incomplete = invalid = 0
    if model is not None:
        settings = snapshot.tab(SETTINGS)
        context = Context(
            model=model,
            plans={},
            now=now(),
            time_zone=parse_time_zone([settings.values(row) for row in sorted(settings.rows)]),
            trigger="status",
            random_part=lambda: "0000",
        )
        standing = rightful_bearers(rows)
        decision = decide(rows, lines, context, standing=standing)
        waiting = sum(each.is_new for each in decision.classified)
        incomplete, invalid = _partly(rows), len({problem.row for problem in decision.problems})
    operation = read_operation(snapshot)
    last = lines[0] if lines else None
    return Status(
        model=model,
        segments=_segments(snapshot),
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
    )


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


def _segments(snapshot: Snapshot) -> list[SegmentStatus]:
    tab = snapshot.tab(ACTION_MAP)
    columns = tab.columns(ACTION_MAP_HEADERS)
    segments = []
    for row in sorted(tab.rows):
        cells = {header: value(tab.cell(row, columns[header])) for header in ACTION_MAP_HEADERS}
        plan = plans_of([(cells[CLUSTER], cells[SEGMENT], cells[ACTION_PLAN])])
        customers, share = cells["Customers"], cells["RevenueShare"]
        if plan and isinstance(customers, int | float) and customers > 0:
            cluster = next(iter(plan))
            segments.append(
                SegmentStatus(
                    cluster=cluster,
                    segment=text_of(cells[SEGMENT]),
                    action_plan=text_of(cells[ACTION_PLAN]),
                    customers=int(customers),
                    revenue_share=float(share) if isinstance(share, int | float) else 0.0,
                )
            )
    return sorted(segments, key=lambda each: each.cluster)
