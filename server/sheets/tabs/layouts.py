"""Creation of missing tabs with exact sizes: each row and column counts towards Google's limit."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Any

from server.core.cells import Cell
from server.core.scoring.inputs import LARGEST_FREQUENCY, LARGEST_RECENCY_DAYS
from server.core.settings.table import DEFAULT_SETTINGS
from server.core.wording import Wording
from server.layout.headers import FREQUENCY, MONETARY_VALUE, RECENCY
from server.layout.record_tabs import DATA_QUALITY, SETTINGS
from server.layout.segment_tabs import DASHBOARD, INPUT_COLUMNS, NEW_USER
from server.layout.tabs import LAYOUTS, TABS
from server.sheets.api.a1 import spans
from server.sheets.api.requests import Json, cell_data, grid_range, protection, update_cells
from server.sheets.commit.column_tags import tag_requests
from server.sheets.commit.snapshot import Snapshot
from server.sheets.dashboard.marks import dashboard_tab, free_title
from server.sheets.dashboard.style import new_dashboard
from server.sheets.tabs.data_quality import LINES, style
from server.sheets.tabs.later_columns import said_format
from server.sheets.tabs.money_formats import shown_wording
from server.tab_layout import Column, TabLayout

_MOST = {RECENCY: LARGEST_RECENCY_DAYS, FREQUENCY: LARGEST_FREQUENCY}
"""What stands in the place of `{most}`, as the spreadsheet's locale writes it."""
_FILLED_ROWS = {SETTINGS: len(DEFAULT_SETTINGS), DATA_QUALITY: LINES - 1}
"""Rows below the header that a tab is made for, beside its spare ones."""


def missing_tabs(snapshot: Snapshot) -> list[str]:
    """Return the titles of the tabs that set-up makes and the spreadsheet lacks, in the order of `layout.tabs.TABS`.

    The dashboard is known by its mark: a tab of somebody's own may be called so.
    """
    return [title for title in TABS if is_missing(title, snapshot)]


def is_missing(title: str, snapshot: Snapshot) -> bool:
    """Whether the spreadsheet lacks a tab."""
    if LAYOUTS[title].has_mark:
        return dashboard_tab(snapshot) is None
    return title not in snapshot.tabs


def first_use_requests(title: str, snapshot: Snapshot) -> list[Json]:
    """Return the requests that make a tab where the spreadsheet lacks it."""
    return layout_requests([title], snapshot) if is_missing(title, snapshot) else []


def layout_requests(titles: Collection[str], snapshot: Snapshot) -> list[Json]:
    """Return the requests that make the given tabs.

    Parameters
    ----------
    titles
        Some of `layout.tabs.LAYOUTS`.
    snapshot
        All tabs that the spreadsheet has.
    """
    requests: list[Json] = []
    wording = shown_wording(snapshot)
    taken = {tab.sheet_id for tab in snapshot.tabs.values()}
    for title, tab in LAYOUTS.items():
        if title in titles:
            sheet_id = _free_id(taken)
            taken.add(sheet_id)
            if tab.has_mark:
                requests += new_dashboard(sheet_id, free_title(snapshot.tabs), _dashboard_index(snapshot))
            else:
                requests += _tab_requests(tab, sheet_id, wording)
    return requests


def _dashboard_index(snapshot: Snapshot) -> int | None:
    """Return the place before the first of the service's own tabs; None where there are none yet."""
    titles = list(LAYOUTS)
    behind = titles[titles.index(DASHBOARD) + 1 :]
    return next((index for index, title in enumerate(snapshot.tabs) if title in behind), None)


def _free_id(taken: Collection[int]) -> int:
    while (sheet_id := 1 + secrets.randbelow(2**31 - 2)) in taken:
        pass
    return sheet_id


def _tab_requests(tab: TabLayout, sheet_id: int, wording: Wording) -> list[Json]:
    rows = tab.spare_rows + _FILLED_ROWS.get(tab.title, 0)
    requests: list[Json] = [{"addSheet": {"properties": _properties(tab, sheet_id, rows)}}]
    if not tab.columns:
        return requests
    requests += _column_requests(tab, sheet_id, wording)
    requests += _content_requests(tab, sheet_id, rows, wording)
    warned = [tab.headers.index(header) for header in tab.warned_headers]
    return requests + [protection(sheet_id, *span) for span in spans(warned)]


def _properties(tab: TabLayout, sheet_id: int, rows: int) -> dict[str, Any]:
    grid: dict[str, Any] = {"rowCount": rows, "columnCount": len(tab.columns) or len(tab.headerless)}
    if tab.columns:
        grid["frozenRowCount"] = 1
    properties = {"sheetId": sheet_id, "title": tab.title, "gridProperties": grid}
    if tab.hidden:
        properties["hidden"] = True
    return properties


def _column_requests(tab: TabLayout, sheet_id: int, wording: Wording) -> list[Json]:
    """Return the requests for headers, widths, hidden columns, tags, number formats and wrapped columns."""
    header = [
        cell_data(column.header)
        | {"userEnteredFormat": {"textFormat": {"bold": True}, "backgroundColor": _HEADER_COLOUR}}
        | ({"note": _note(column, wording)} if column.note else {})
        for column in tab.columns
    ]
    fields = "userEnteredValue,note,userEnteredFormat(textFormat.bold,backgroundColor)"
    requests = [update_cells(sheet_id, 1, 0, [header], fields)]
    requests += [_width(sheet_id, place, column.width) for place, column in enumerate(tab.columns)]
    requests += [_hidden(sheet_id, place) for place, column in enumerate(tab.columns) if column.is_hidden]
    requests += tag_requests(sheet_id, range(len(tab.columns)))
    requests += [
        _number_format(sheet_id, place, *said_format(column.format, wording))
        for place, column in enumerate(tab.columns)
        if column.format
    ]
    wrapped = [place for place, column in enumerate(tab.columns) if column.wraps]
    requests += [_wrapped(sheet_id, place) for place in wrapped]
    if wrapped:
        requests.append(_at_the_top(sheet_id, len(tab.columns)))
    return requests


def _content_requests(tab: TabLayout, sheet_id: int, rows: int, wording: Wording) -> list[Json]:
    """Return the requests for what a new tab holds below its headers: input rules, settings, or a style."""
    requests: list[Json] = []
    if tab.title == NEW_USER:
        for place, column in enumerate(tab.columns):
            requests += input_rule(sheet_id, rows, place, column.header, wording)
    if tab.title == SETTINGS:
        lines: list[Sequence[Cell]] = [(*chosen, wording.say(about)) for *chosen, about in DEFAULT_SETTINGS]
        requests.append(
            update_cells(sheet_id, 2, 0, [[cell_data(c) for c in line] for line in lines], "userEnteredValue")
        )
    if tab.title == DATA_QUALITY:
        requests += style(sheet_id)
    return requests


def _note(column: Column, wording: Wording) -> str:
    most = _MOST.get(column.header)
    return wording.say(column.note) if most is None else wording.say(column.note, most=wording.number(most))


_HEADER_COLOUR = {"red": 0.91, "green": 0.94, "blue": 0.98}


def _width(sheet_id: int, column: int, pixels: int) -> Json:
    return _dimension(sheet_id, column, {"pixelSize": pixels})


def _hidden(sheet_id: int, column: int) -> Json:
    return _dimension(sheet_id, column, {"hiddenByUser": True})


def _dimension(sheet_id: int, column: int, properties: Json) -> Json:
    place = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
    return {
        "updateDimensionProperties": {
            "range": place,
            "properties": properties,
            "fields": ",".join(properties),
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


def _wrapped(sheet_id: int, column: int) -> Json:
    return {
        "repeatCell": {
            "range": grid_range(sheet_id, 2, None, column, column),
            "cell": {"userEnteredFormat": {"wrapStrategy": "WRAP"}},
            "fields": "userEnteredFormat.wrapStrategy",
        }
    }


def _at_the_top(sheet_id: int, columns: int) -> Json:
    """Return the request that aligns the cells of a tab to the top, where some columns wrap."""
    return {
        "repeatCell": {
            "range": grid_range(sheet_id, 2, None, 0, columns - 1),
            "cell": {"userEnteredFormat": {"verticalAlignment": "TOP"}},
            "fields": "userEnteredFormat.verticalAlignment",
        }
    }


_INPUT_CONDITIONS = {
    RECENCY: ("NUMBER_BETWEEN", ("0", str(LARGEST_RECENCY_DAYS))),
    FREQUENCY: ("NUMBER_BETWEEN", ("1", str(LARGEST_FREQUENCY))),
    MONETARY_VALUE: ("NUMBER_GREATER", ("0",)),
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
    [described] = [column for column in INPUT_COLUMNS if column.header == header]
    rule = {
        "condition": {"type": kind, "values": [{"userEnteredValue": text} for text in values]},
        "inputMessage": _note(described, wording),
        "strict": False,
    }
    where = grid_range(sheet_id, 2, rows, column, column)
    return [{"setDataValidation": {"range": where, "rule": rule}}]
