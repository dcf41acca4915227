"""Lay out the tabs that are missing, with exact sizes: each row and column counts towards Google's limit."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server import layout
from server.core.cells import Cell
from server.core.inputs import LARGEST_FREQUENCY, LARGEST_RECENCY_DAYS
from server.core.options import DEFAULT_SETTINGS
from server.core.wording import Wording
from server.sheets.cells import Json, cell_data, date_time_format, grid_range, protection, update_cells
from server.sheets.column_tags import tag_requests
from server.sheets.dashboard_style import new_dashboard
from server.sheets.data_quality import LINES, NOTES, style
from server.sheets.marks import dashboard_tab, free_title
from server.sheets.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a tab is laid out.

    Attributes
    ----------
    rows
        Its size with the header row.
    widths
        Column widths in pixels.
    notes
        Header notes: what the column means, with its unit.
    protected
        First and last column (from 0) that the service writes, None for no protection.
    formats
        Number formats by header.
    """

    headers: Sequence[str]
    rows: int
    widths: Sequence[int]
    notes: Mapping[str, str] = field(default_factory=dict)
    protected: tuple[int, int] | None = None
    formats: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    hidden: bool = False


_INPUT_NOTES = {
    layout.CUSTOMER_ID: "Who it is: any text or number, up to 200 characters.",
    layout.RECENCY: "Days since the last purchase: a number from 0 to {most}.",
    layout.FREQUENCY: "Purchases so far: a whole number from 1 to {most}.",
    layout.MONETARY_VALUE: "What the customer has spent in all, refunds taken off: a number above 0.",
}
_MOST = {layout.RECENCY: LARGEST_RECENCY_DAYS, layout.FREQUENCY: LARGEST_FREQUENCY}
"""What stands in the place of `{most}`, as the spreadsheet's locale writes it."""
_OUTPUT_NOTES = {
    layout.CLUSTER: "Number of the segment. Written by the service; 0 was the most valuable at first.",
    layout.SEGMENT: "Name of the segment; rename it in Action_Map.",
    layout.ACTION_PLAN: "What to do; edit the text in Action_Map.",
    layout.PREDICTED_AT: "When the row was scored, in the time zone of Settings.",
    layout.PREDICTION_ID: "Ties the row to its line in Prediction_Log. Please leave it as it is.",
    layout.CONFIDENCE: "Share of 20 models, each trained on a random draw of your customers, that agree.",
}
_CUSTOMER_NOTES = {
    layout.RECENCY: "Whole days from the last purchase to the analysis date (Settings).",
    layout.FREQUENCY: "Purchases: distinct order ids where there are such, else rows of Training_Data.",
    layout.MONETARY_VALUE: "What the customer has spent in all, refunds taken off.",
    "RFM_Score": "100 × R + 10 × F + M, each from 1 to 5; 555 is best.",
}
_NUMBER = ("NUMBER", "#,##0")
_MONEY = ("NUMBER", "#,##0.00")
_SHARE = ("PERCENT", "0%")
_FORMATS = {
    layout.RECENCY: _NUMBER,
    layout.FREQUENCY: _NUMBER,
    layout.MONETARY_VALUE: _MONEY,
    layout.CONFIDENCE: _SHARE,
    "RevenueShare": ("PERCENT", "0.0%"),
    "Customers": _NUMBER,
}

SHEETS: dict[str, Sheet] = {
    layout.TRAINING_DATA: Sheet((), 1000, [110] * 8),
    layout.NEW_USER: Sheet(
        layout.NEW_USER_HEADERS,
        1000,
        (130, 80, 90, 120, 70, 330, 170, 120),
        _INPUT_NOTES | _OUTPUT_NOTES,
        protected=(4, 7),
        formats={layout.FREQUENCY: _NUMBER, layout.MONETARY_VALUE: _MONEY},
    ),
    layout.SEGMENTED_CUSTOMERS: Sheet(
        layout.SEGMENTED_HEADERS,
        2,
        (130, 80, 90, 120, 90, 70, 150, 330, 90, 150),
        _OUTPUT_NOTES
        | _CUSTOMER_NOTES
        | {"PreviousSegment": "Segment before the last run; empty for a customer who was not there."},
        protected=(0, 9),
        formats=_FORMATS,
    ),
    layout.ACTION_MAP: Sheet(
        layout.ACTION_MAP_HEADERS,
        30,
        (70, 150, 420, 90, 110, 120, 120, 140),
        {
            layout.CLUSTER: "Number of the segment. Written by the service.",
            layout.SEGMENT: "Yours to rename: the name survives every retrain.",
            layout.ACTION_PLAN: "Yours to edit: the text survives every retrain.",
            "Customers": "How many customers are in the segment.",
            "RevenueShare": "Their part of all that customers have spent.",
            "RecencyRange": "Days since the last purchase of at least 80 % of the segment.",
            "FrequencyRange": "Purchases of at least 80 % of the segment.",
            "MonetaryRange": "Total spend of at least 80 % of the segment.",
        },
        protected=(3, 7),
        formats=_FORMATS,
    ),
    layout.RFM: Sheet(
        layout.RFM_HEADERS,
        2,
        (130, 80, 90, 120, 80, 80, 80, 90),
        _CUSTOMER_NOTES
        | {
            "R_Score": "5 for the fifth of the customers who bought last, 1 for those longest away.",
            "F_Score": "5 for the fifth of the customers who buy most often.",
            "M_Score": "5 for the fifth of the customers who spend most.",
        },
        protected=(0, 7),
        formats=_FORMATS,
    ),
    layout.MIGRATION: Sheet(
        layout.MIGRATION_HEADERS,
        2,
        (180, 180, 260, 90, 120),
        {
            "From": "Segment before the last run; (new) for customers who were not there.",
            "To": "Segment after it.",
            "Reason": "Whether the customer moved, or the model is another one and the customer the same.",
            "Revenue": "What these customers have spent in all.",
        },
        protected=(0, 4),
        formats={"Customers": _NUMBER, "Revenue": _MONEY},
    ),
    layout.DATA_QUALITY: Sheet(
        layout.DATA_QUALITY_HEADERS,
        LINES,
        (220, 150, 370, 75, 85, 70, 110, 200, 370),
        NOTES,
        protected=(0, 8),
        formats=_FORMATS | {"Rows": _NUMBER, "Share": ("PERCENT", "0.0%"), "Money": _MONEY},
    ),
    layout.PREDICTION_LOG: Sheet(
        layout.LOG_HEADERS,
        2,
        (120, 170, 130, 80, 90, 120, 70, 150, 330, 90, 100, 90, 180),
        _OUTPUT_NOTES
        | {
            layout.PREDICTION_ID: "Newest first. Lines are added by the service and never changed.",
            "ModelVersion": "Version of the model that scored the row; see the hidden tab Model.",
            "Trigger": "What had the row scored: an edit, the menu, the sidebar, the hourly sweep…",
            "RequestedBy": "Who asked, where it was asked for in the menu or the sidebar.",
        },
        protected=(0, 12),
        formats=_FORMATS,
    ),
    layout.SETTINGS: Sheet(
        layout.SETTINGS_HEADERS,
        len(DEFAULT_SETTINGS) + 10,
        (160, 180, 520),
        {"Value": "Yours to change. What it may be stands beside it."},
    ),
    layout.MODEL: Sheet(layout.MODEL_HEADERS, 2, [110] * len(layout.MODEL_HEADERS), hidden=True),
}


def missing_tabs(snapshot: Snapshot) -> list[str]:
    """Return the titles of the tabs that the spreadsheet lacks, in the order of `layout.TABS`.

    The dashboard is known by its mark: a tab of somebody's own may be called so.
    """
    return [
        title
        for title in layout.TABS
        if (dashboard_tab(snapshot) is None if title == layout.DASHBOARD else title not in snapshot.tabs)
    ]


def layout_requests(titles: Collection[str], snapshot: Snapshot) -> list[Json]:
    """Return the requests that make the given tabs.

    Parameters
    ----------
    titles
        Some of `layout.TABS`.
    snapshot
        All tabs that the spreadsheet has.
    """
    requests: list[Json] = []
    wording = Wording(snapshot.locale)
    taken = {tab.sheet_id for tab in snapshot.tabs.values()}
    for title in layout.TABS:
        if title in titles:
            sheet_id = _free_id(taken)
            taken.add(sheet_id)
            if title == layout.DASHBOARD:
                requests += new_dashboard(sheet_id, free_title(snapshot.tabs), _dashboard_index(snapshot))
            else:
                requests += _tab_requests(title, SHEETS[title], sheet_id, wording)
    return requests


def _dashboard_index(snapshot: Snapshot) -> int | None:
    """Return the place before the first of the service's own tabs; None where there are none yet."""
    behind = layout.TABS[layout.TABS.index(layout.DASHBOARD) + 1 :]
    return next((index for index, title in enumerate(snapshot.tabs) if title in behind), None)


def _free_id(taken: Collection[int]) -> int:
    while (sheet_id := 1 + secrets.randbelow(2**31 - 2)) in taken:
        pass
    return sheet_id


def _tab_requests(title: str, sheet: Sheet, sheet_id: int, wording: Wording) -> list[Json]:
    grid: dict[str, Any] = {"rowCount": sheet.rows, "columnCount": max(len(sheet.headers), len(sheet.widths))}
    if sheet.headers:
        grid["frozenRowCount"] = 1
    properties = {"sheetId": sheet_id, "title": title, "gridProperties": grid}
    if sheet.hidden:
        properties["hidden"] = True
    requests: list[Json] = [{"addSheet": {"properties": properties}}]
    if not sheet.headers:
        return requests
    header = [
        cell_data(name)
        | {"userEnteredFormat": {"textFormat": {"bold": True}, "backgroundColor": _HEADER_COLOUR}}
        | ({"note": _note(sheet.notes, name, wording)} if name in sheet.notes else {})
        for name in sheet.headers
    ]
    fields = "userEnteredValue,note,userEnteredFormat(textFormat.bold,backgroundColor)"
    requests.append(update_cells(sheet_id, 1, 0, [header], fields))
    requests += [_width(sheet_id, column, pixels) for column, pixels in enumerate(sheet.widths)]
    requests += tag_requests(sheet_id, range(len(sheet.headers)))
    for name, (kind, pattern) in sheet.formats.items():
        if name in sheet.headers:
            requests.append(_number_format(sheet_id, list(sheet.headers).index(name), kind, pattern))
    if layout.PREDICTED_AT in sheet.headers:
        column = list(sheet.headers).index(layout.PREDICTED_AT)
        requests.append(date_time_format(sheet_id, 2, None, column))
    if title == layout.NEW_USER:
        for column, name in enumerate(sheet.headers):
            requests += input_rule(sheet_id, sheet.rows, column, name, wording)
    if title == layout.SETTINGS:
        rows: list[Sequence[Cell]] = [tuple(line) for line in DEFAULT_SETTINGS]
        requests.append(
            update_cells(sheet_id, 2, 0, [[cell_data(c) for c in row] for row in rows], "userEnteredValue")
        )
    if title == layout.DATA_QUALITY:
        requests += style(sheet_id)
    if sheet.protected:
        requests.append(protection(sheet_id, *sheet.protected))
    return requests


def _note(notes: Mapping[str, str], header: str, wording: Wording) -> str:
    return (
        notes[header].replace("{most}", wording.number(_MOST[header])) if header in _MOST else notes[header]
    )


_HEADER_COLOUR = {"red": 0.91, "green": 0.94, "blue": 0.98}


def _width(sheet_id: int, column: int, pixels: int) -> Json:
    return {
        "updateDimensionProperties": {
            "range": {
                "sheetId": sheet_id,
                "dimension": "COLUMNS",
                "startIndex": column,
                "endIndex": column + 1,
            },
            "properties": {"pixelSize": pixels},
            "fields": "pixelSize",
        }
    }


def _number_format(sheet_id: int, column: int, kind: str, pattern: str) -> Json:
    return {
        "repeatCell": {
            "range": grid_range(sheet_id, 2, None, column, column),
            "cell": {"userEnteredFormat": {"numberFormat": {"type": kind, "pattern": pattern}}},
            "fields": "userEnteredFormat.numberFormat",
        }
    }


_INPUT_CONDITIONS = {
    layout.RECENCY: ("NUMBER_BETWEEN", ("0", str(LARGEST_RECENCY_DAYS))),
    layout.FREQUENCY: ("NUMBER_BETWEEN", ("1", str(LARGEST_FREQUENCY))),
    layout.MONETARY_VALUE: ("NUMBER_GREATER", ("0",)),
}
"""What Google Sheets itself can tell about an input; the rest the service says in a note."""


def input_rule(sheet_id: int, rows: int, column: int, header: str, wording: Wording) -> list[Json]:
    """Return the data validation of an input column: a warning in the cell, never a refusal.

    Parameters
    ----------
    rows
        Rows of the tab, with the header.
    column
        Position from 0.
    """
    if header not in _INPUT_CONDITIONS:
        return []
    kind, values = _INPUT_CONDITIONS[header]
    rule = {
        "condition": {"type": kind, "values": [{"userEnteredValue": each} for each in values]},
        "inputMessage": _note(_INPUT_NOTES, header, wording),
        "strict": False,
    }
    where = grid_range(sheet_id, 2, rows, column, column)
    return [{"setDataValidation": {"range": where, "rule": rule}}]
