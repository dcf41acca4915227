"""Set-up at connect: missing tabs, and warnings and input rules that were removed.

It can be repeated without harm: what stands there already is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.core.cells import find_columns
from server.core.wording import Wording
from server.errors import LayoutError
from server.layout.record_tabs import DATA_QUALITY
from server.layout.segment_tabs import NEW_USER
from server.layout.tabs import INPUT_HEADERS, LAYOUTS
from server.sheets.api.a1 import quoted, spans
from server.sheets.api.client import SheetsClient
from server.sheets.api.requests import PROTECTION, Json, protection
from server.sheets.api.retry import RetryBudget, retried
from server.sheets.commit.snapshot import Snapshot, Tab, read_snapshot
from server.sheets.dashboard.marks import dashboard_tab
from server.sheets.tabs.data_quality import left_alone
from server.sheets.tabs.layouts import input_rule, layout_requests, missing_tabs
from server.tab_layout import Made, Writer

_LOOKED_AT_ROWS = 20
"""In so many rows of `New User` an input rule is looked for."""
_FIELDS = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),protectedRanges(description),"
    "data(startRow,startColumn,columnMetadata(developerMetadata(metadataId,metadataKey)),"
    "rowData(values(effectiveValue,dataValidation))))"
)


def requests(client: SheetsClient, spreadsheet_id: str, snapshot: Snapshot) -> list[Json]:
    """Return the requests that make missing tabs, and mend the others with one more read."""
    made = layout_requests(missing_tabs(snapshot), snapshot)
    present = [title for title, tab in LAYOUTS.items() if title in snapshot.tabs and tab.warned_headers]
    if not present:
        return made
    rows = {title: _LOOKED_AT_ROWS if title == NEW_USER else 1 for title in present}
    ranges = [f"{quoted(title)}!1:{count}" for title, count in rows.items()]
    seen = retried(lambda: read_snapshot(client.get(spreadsheet_id, ranges, _FIELDS)), RetryBudget())
    wording = Wording(snapshot.locale)
    tabs = [seen.tabs[title] for title in present if title in seen.tabs]
    mended = [request for tab in tabs for request in _mending(tab, wording)]
    return made + mended


def closed_tabs(snapshot: Snapshot) -> list[str]:
    """Return the titles of our tabs that a strict protection keeps the service from, as far as it can tell."""
    ours = []
    for title, declared in LAYOUTS.items():
        tab = dashboard_tab(snapshot) if declared.has_mark else snapshot.tabs.get(title)
        if tab is not None and Writer.SERVICE in declared.writers:
            ours.append(tab)
    return [
        tab.title
        for tab in ours
        if any(
            not protection.get("warningOnly") and not protection.get("requestingUserCanEdit")
            for protection in tab.protections
        )
    ]


def delete_metadata(metadata_id: int) -> Json:
    """Return a request that deletes one entry of developer metadata."""
    return {
        "deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": metadata_id}}}
    }


def _mending(tab: Tab, wording: Wording) -> list[Json]:
    """Return the requests that restore warnings and input rules, wherever their columns are now."""
    repairs: list[Json] = []
    if _is_somebody_elses(tab):
        return repairs
    if not any(protection.get("description") == PROTECTION for protection in tab.protections):
        warned = _columns(tab, tab.ours(LAYOUTS[tab.title].warned_headers))
        repairs += [protection(tab.sheet_id, *span) for span in spans(warned.values())]
    if tab.title == NEW_USER:
        columns = _columns(tab, INPUT_HEADERS)
        for header, column in columns.items():
            if not _has_rule(tab.rows, column):
                repairs += input_rule(tab.sheet_id, tab.row_count, column, header, wording)
    return repairs


def _is_somebody_elses(tab: Tab) -> bool:
    """Whether people have a tab of their own where the service would make one: a header of ours is missing there."""
    layout = LAYOUTS[tab.title]
    if layout.made is Made.WHEN_FIRST_USED:
        return not set(layout.required_headers) <= tab.present(layout.headers).keys()
    return tab.title == DATA_QUALITY and bool(left_alone(tab))


def _columns(tab: Tab, headers: Iterable[str]) -> dict[str, int]:
    """Return the positions of the headers that occur once; `score` complains of the others."""
    places: dict[str, int] = {}
    for header in headers:
        try:
            places |= find_columns(tab.header, (header,))
        except LayoutError:
            continue
    return places


def _has_rule(rows: Mapping[int, Sequence[Mapping[str, Any]]], column: int) -> bool:
    return any(
        column < len(cells) and "dataValidation" in cells[column] for row, cells in rows.items() if row > 1
    )
