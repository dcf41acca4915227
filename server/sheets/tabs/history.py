"""The tab `History`: one line a segment and run, the newest first; figures are compared with it.

A tab of that name whose first row is not ours is somebody else's: it is left alone, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.core.cells import Cell, text_of
from server.core.segments.history import Record, RunRecord
from server.errors import LayoutError
from server.layout.headers import (
    CLUSTER,
    CUSTOMERS,
    EXPECTED_REVENUE,
    FREQUENCY,
    MODEL_VERSION,
    MONETARY_VALUE,
    RECENCY,
    REVENUE,
    REVENUE_AT_RISK,
    RUN_AT,
    SEGMENT,
)
from server.layout.record_tabs import HISTORY
from server.layout.tabs import HISTORY_HEADERS
from server.sheets.api.requests import Json, insert_rows, write_by_header
from server.sheets.commit.snapshot import Tab, value
from server.texts import to_say

_YEAR_10000 = 2_958_466
"""As a spreadsheet counts days: from there on it is no date."""


def history_requests(tab: Tab, run: RunRecord) -> list[Json]:
    """Return the requests that insert a run at the top of the tab; none where the tab is somebody else's."""
    if history_left_alone(tab) or not run.segments:
        return []
    lines = {row: _cells(run, record) for row, record in enumerate(_in_order(run), start=2)}
    return [
        insert_rows(tab.sheet_id, 2, len(lines)),
        *write_by_header(tab.sheet_id, tab.columns(HISTORY_HEADERS), lines),
    ]


def _in_order(run: RunRecord) -> list[Record]:
    return [run.segments[number] for number in sorted(run.segments)]


def _cells(run: RunRecord, record: Record) -> dict[str, Cell]:
    return {
        RUN_AT: run.run_at,
        MODEL_VERSION: run.version,
        CLUSTER: record.cluster,
        SEGMENT: record.segment,
        CUSTOMERS: record.customers,
        REVENUE: round(record.revenue, 2),
        RECENCY: record.recency,
        FREQUENCY: record.frequency,
        MONETARY_VALUE: _rounded(record.monetary_value),
        EXPECTED_REVENUE: _rounded(record.expected_revenue),
        REVENUE_AT_RISK: _rounded(record.at_risk),
    }


def _rounded(money: float | None) -> float | None:
    return None if money is None else round(money, 2)


def history_left_alone(tab: Tab) -> str:
    """Return why nothing is written to the tab, "" where it is ours."""
    try:
        tab.columns(HISTORY_HEADERS)
    except LayoutError:
        return to_say(
            "The tab {tab} was left as it is, as its first row is not the service's. Rename it, and the next run "
            "makes one.",
            tab=HISTORY,
        )
    return ""


def history_runs(tab: Tab | None) -> list[RunRecord]:
    """Return the runs that the tab tells, the newest first; lines without time, number or customers are passed over."""
    if tab is None or history_left_alone(tab):
        return []
    columns = tab.columns(HISTORY_HEADERS)
    runs: dict[float, tuple[int, dict[int, Record]]] = {}
    for row in sorted(tab.rows):
        cells = {header: value(tab.cell(row, at)) for header, at in columns.items()}
        run_at, record = _number(cells[RUN_AT]), _record(cells)
        if row > 1 and run_at is not None and 0 < run_at < _YEAR_10000 and record is not None:
            version = _number(cells[MODEL_VERSION]) or 0
            runs.setdefault(run_at, (int(version), {}))[1].setdefault(record.cluster, record)
    return [RunRecord(run_at, *runs[run_at]) for run_at in sorted(runs, reverse=True)]


def _record(cells: Mapping[str, Cell]) -> Record | None:
    cluster, customers = _number(cells[CLUSTER]), _number(cells[CUSTOMERS])
    if cluster is None or customers is None or not cluster.is_integer() or cluster < 0 or customers < 0:
        return None
    return Record(
        int(cluster),
        text_of(cells[SEGMENT]),
        int(customers),
        _number(cells[REVENUE]) or 0.0,
        *(
            _number(cells[header])
            for header in (RECENCY, FREQUENCY, MONETARY_VALUE, EXPECTED_REVENUE, REVENUE_AT_RISK)
        ),
    )


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
