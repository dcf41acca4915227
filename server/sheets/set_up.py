"""What a connect puts in order: missing tabs, and warnings and input rules that somebody took away.

It can be repeated without harm: what stands there already is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server import layout
from server.core.cells import find_columns
from server.core.wording import Wording
from server.errors import LayoutError
from server.sheets.a1 import quoted, spans
from server.sheets.cells import PROTECTION, Json, protection
from server.sheets.client import SheetsClient
from server.sheets.marks import dashboard_tab
from server.sheets.pace import Pace, retried
from server.sheets.snapshot import Snapshot, Tab, read_snapshot
from server.sheets.tabs import SHEETS, input_rule, layout_requests, missing_tabs

_LOOKED_AT_ROWS = 20
"""In so many rows of `New User` an input rule is looked for."""
_FIELDS = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),protectedRanges(description),"
    "data(startRow,startColumn,rowData(values(effectiveValue,dataValidation))))"
)
_WRITTEN = (
    layout.NEW_USER,
    layout.SEGMENTED_CUSTOMERS,
    layout.ACTION_MAP,
    layout.RFM,
    layout.PREDICTION_LOG,
    layout.MODEL,
)
"""Tabs that the service writes after it has made them."""


def requests(client: SheetsClient, spreadsheet_id: str, snapshot: Snapshot) -> list[Json]:
    """Return the requests that make missing tabs, and mend the others with one more read."""
    made = layout_requests(missing_tabs(snapshot), snapshot)
    present = [title for title in _WRITTEN if title in snapshot.tabs and SHEETS[title].protected]
    if not present:
        return made
    rows = {title: _LOOKED_AT_ROWS if title == layout.NEW_USER else 1 for title in present}
    ranges = [f"{quoted(title)}!1:{count}" for title, count in rows.items()]
    seen = retried(lambda: read_snapshot(client.get(spreadsheet_id, ranges, _FIELDS)), Pace())
    wording = Wording(snapshot.locale)
    tabs = [seen.tabs[title] for title in present if title in seen.tabs]
    mended = [request for tab in tabs for request in _mending(tab, wording)]
    return made + mended


def closed_tabs(snapshot: Snapshot) -> list[str]:
    """Return the titles of our tabs that a strict protection keeps the service from, as far as it can tell."""
    ours = [snapshot.tabs[title] for title in _WRITTEN if title in snapshot.tabs]
    dashboard = dashboard_tab(snapshot)
    return [
        tab.title
        for tab in ([*ours, dashboard] if dashboard is not None else ours)
        if any(
            not each.get("warningOnly") and not each.get("requestingUserCanEdit") for each in tab.protections
        )
    ]


def delete_metadata(metadata_id: int) -> Json:
    """Return a request that deletes one entry of developer metadata."""
    return {
        "deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": metadata_id}}}
    }


def _mending(tab: Tab, wording: Wording) -> list[Json]:
    """Return what puts back warnings and input rules, wherever their columns stand by now."""
    found: list[Json] = []
    if not any(each.get("description") == PROTECTION for each in tab.protections):
        found += [protection(tab.sheet_id, *span) for span in spans(_written_columns(tab))]
    if tab.title == layout.NEW_USER:
        columns = _columns(tab, layout.INPUT_HEADERS)
        for header, column in columns.items():
            if not _has_rule(tab.rows, column):
                found += input_rule(tab.sheet_id, tab.row_count, column, header, wording)
    return found


def _written_columns(tab: Tab) -> list[int]:
    sheet = SHEETS[tab.title]
    assert sheet.protected is not None
    first, last = sheet.protected
    return list(_columns(tab, sheet.headers[first : last + 1]).values())


def _columns(tab: Tab, headers: Iterable[str]) -> dict[str, int]:
    """Return the positions of the headers that stand there once; the others are for `score` to complain of."""
    found: dict[str, int] = {}
    for header in headers:
        try:
            found |= find_columns(tab.header, (header,))
        except LayoutError:
            continue
    return found


def _has_rule(rows: Mapping[int, Sequence[Mapping[str, Any]]], column: int) -> bool:
    return any(
        column < len(cells) and "dataValidation" in cells[column] for row, cells in rows.items() if row > 1
    )
