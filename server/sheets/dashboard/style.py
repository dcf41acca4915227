"""Creation and style of the tab `Dashboard`: once, so that what a marketer changes in it stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.core.segments.colours import rgb
from server.core.segments.scored_days import DAYS
from server.core.settings.values import MAX_CLUSTERS
from server.core.wording import ENGLISH, Wording
from server.sheets.api.requests import Json, cell_data, grid_range, protection, update_cells
from server.sheets.dashboard.marks import marking
from server.sheets.dashboard.places import (
    BEHIND,
    BLOCKS,
    CALIBRATION,
    DAILY,
    DOWN,
    HEAT,
    HINT,
    LINES,
    MIGRATION,
    POSITIONS,
    REVENUE,
    ROWS,
    SEGMENTS,
    SUBTITLE,
    TILE_COLUMNS,
    TILES,
    TITLE,
    WIDTHS,
    Places,
)
from server.sheets.dashboard.segment_lines import LINE_COLUMNS
from server.sheets.dashboard.segment_lines import ROWS as ROWS_OF_LINES

INK, GREY, PANEL, LINE, HOT = "#202124", "#5F6368", "#F3F6FA", "#DADCE0", "#77AADD"
_COUNT, _MONEY, _MEAN = ("NUMBER", "#,##0"), ("NUMBER", "#,##0.00"), ("NUMBER", "0.0")


def money_at_a_glance(wording: Wording = ENGLISH) -> str:
    """Return the format of money that is seen at a glance: cents are left out where they would be cut off.

    >>> money_at_a_glance()
    '[>=100000]#,##0;#,##0.00'
    """
    return f"[>=100000]{wording.money_pattern('#,##0')};{wording.money_pattern()}"


_GLANCE = ("NUMBER", money_at_a_glance())
_SHARE, _DATE = ("PERCENT", "0.0%"), ("DATE", "")
_REVENUE_COLUMN = 4
"""Of the segments in figures; a chart shows it, and Google gives a chart's axis the format of its cells."""
_HEIGHTS = {1: 44, 3: 8, 4: 38, 5: 42, 6: 62, 7: 14, 8: 30, 9: 24} | {
    DOWN + row: height
    for row, height in {
        7: 14,
        23: 14,
        24: 26,
        25: 18,
        26: 24,
        32: 17,
        33: 14,
        34: 24,
        49: 14,
        50: 24,
        65: 24,
        66: 34,
    }.items()
}
_HEAT_HEIGHT, _HEADER_HEIGHT = 46, 50


def new_dashboard(sheet_id: int, title: str, index: int | None) -> list[Json]:
    """Return the requests that make the tab, before there is anything to show.

    Parameters
    ----------
    index
        Place among the tabs, None for the last.
    """
    properties: Json = {
        "sheetId": sheet_id,
        "title": title,
        "gridProperties": {"rowCount": ROWS, "columnCount": len(WIDTHS), "hideGridlines": True},
    }
    if index is not None:
        properties["index"] = index
    heading = [[cell_data(TITLE)], [cell_data(HINT)]]
    return [
        {"addSheet": {"properties": properties}},
        marking(sheet_id),
        *(_length(sheet_id, "COLUMNS", i + 1, i + 1, width) for i, width in enumerate(WIDTHS)),
        *(_length(sheet_id, "ROWS", row, row, height) for row, height in _HEIGHTS.items()),
        update_cells(sheet_id, 1, 1, heading, "userEnteredValue"),
        _format(sheet_id, (1, 1, 1, 1), _text(22, INK, bold=True) | _MIDDLE),
        _format(sheet_id, (*SUBTITLE, *SUBTITLE), _text(10, GREY)),
    ]


def style(sheet_id: int) -> list[Json]:
    """Return the requests that style the tab when it is filled for the first time."""
    warnings = [
        protection(
            sheet_id,
            block.column,
            block.column + block.columns - 1,
            block.row,
            block.row + block.rows - 1,
        )
        for block in BLOCKS.values()
    ]
    return [*_tiles(sheet_id), *_lines(sheet_id), *_heat(sheet_id), *_tables(sheet_id), *warnings]


_MONEY_CELLS: tuple[tuple[str, int, int, int, int], ...] = (
    *((TILES, 1, 1, TILE_COLUMNS[i][0], TILE_COLUMNS[i][1]) for i in (2, 3, 4)),
    (LINES, 2, ROWS_OF_LINES - 1, LINE_COLUMNS[3][0], LINE_COLUMNS[3][0]),
    (SEGMENTS, 2, MAX_CLUSTERS + 1, _REVENUE_COLUMN, _REVENUE_COLUMN),
    (SEGMENTS, 2, MAX_CLUSTERS + 1, 8, 8),
    (REVENUE, 3, MAX_CLUSTERS + 2, 2, 4),
    (CALIBRATION, 3, BLOCKS[CALIBRATION].rows - 1, 1, 2),
)
"""Where money stands: block, first and last row and column from the block's own first."""


def money_style(sheet_id: int, at: Places, wording: Wording) -> list[Json]:
    """Return the requests that show the currency in all money cells of the dashboard."""
    return [
        _format(
            sheet_id,
            (at[name][0] + top, at[name][1] + left, at[name][0] + bottom, at[name][1] + right),
            _number("NUMBER", _money_format(name, left, wording)),
        )
        for name, top, bottom, left, right in _MONEY_CELLS
    ]


def _money_format(block: str, column: int, wording: Wording) -> str:
    """Return the format of a block's money; what a chart shows as revenue is without cents, so its axis is, too."""
    if block in (TILES, LINES):
        return money_at_a_glance(wording)
    return wording.money_pattern("#,##0" if (block, column) == (SEGMENTS, _REVENUE_COLUMN) else "#,##0.00")


def _tiles(sheet_id: int) -> list[Json]:
    block = BLOCKS[TILES]
    requests: list[Json] = []
    for number, (first, last) in enumerate(TILE_COLUMNS):
        left, right = block.column + first, block.column + last
        for row in range(block.row, block.row + block.rows):
            area = grid_range(sheet_id, row, row, left, right)
            requests.append({"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}})
        top, bottom = block.row, block.row + block.rows - 1
        requests += [
            _format(sheet_id, (top, left, top, right), _text(10, GREY, bold=True) | _PANEL | _MIDDLE | _WRAP),
            _format(
                sheet_id,
                (top + 1, left, top + 1, right),
                _text(18, INK, bold=True)
                | _PANEL
                | _MIDDLE
                | _number(*(_SHARE if number == 1 else _COUNT if number == 0 else _GLANCE))
                | _LEFT,
            ),
            _format(sheet_id, (bottom, left, bottom, right), _text(9, GREY) | _PANEL | _TOP | _WRAP),
        ]
        if number:  # a gap between two figures
            gap = {"style": "SOLID_THICK", "colorStyle": {"rgbColor": rgb("#FFFFFF")}}
            area = grid_range(sheet_id, top, bottom, left, left)
            requests.append({"updateBorders": {"range": area, "left": gap}})
    return requests


def _lines(sheet_id: int) -> list[Json]:
    block = BLOCKS[LINES]
    top, left, right = block.row, block.column, block.column + block.columns - 1
    header, first, last = top + 1, top + 2, top + block.rows - 1
    requests: list[Json] = []
    for row in range(header, last + 1):
        for start, end in LINE_COLUMNS:
            if end > start:
                area = grid_range(sheet_id, row, row, left + start, left + end)
                requests.append({"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}})
    numbers = (left + LINE_COLUMNS[2][0], left + LINE_COLUMNS[3][0])
    return [
        *requests,
        _format(sheet_id, (top, left, top, left), _text(14, INK, bold=True) | _MIDDLE),
        _format(sheet_id, (header, left, header, right), _text(9, GREY, bold=True) | _MIDDLE | _WRAP),
        _format(sheet_id, (header, numbers[0], header, numbers[1]), _RIGHT),
        _format(sheet_id, (first, left, last, right), _text(9, INK) | _MIDDLE | _WRAP),
        _format(sheet_id, (first, left, last, left), _text(11, INK, bold=True)),
        _format(sheet_id, (first, numbers[0], last, numbers[0]), _number(*_COUNT) | _RIGHT),
        _format(sheet_id, (first, numbers[1], last, numbers[1]), _number(*_GLANCE) | _RIGHT),
    ]


def _heat(sheet_id: int) -> list[Json]:
    block = BLOCKS[HEAT]
    row, left = block.row, block.column
    right, first = left + 5, row + 3
    field = (first, left + 1, first + 4, right)
    rule = {
        "ranges": [grid_range(sheet_id, *(first, first + 4, left + 1, right))],
        "gradientRule": {
            "minpoint": {"colorStyle": {"rgbColor": rgb("#FFFFFF")}, "type": "MIN"},
            "maxpoint": {"colorStyle": {"rgbColor": rgb(HOT)}, "type": "MAX"},
        },
    }
    line = {"style": "SOLID", "colorStyle": {"rgbColor": rgb(LINE)}}
    sides = ("top", "bottom", "left", "right", "innerHorizontal", "innerVertical")
    borders = dict.fromkeys(sides, line)
    return [
        _format(sheet_id, (row, left, row, left), _text(12, INK, bold=True)),
        _format(sheet_id, (row + 1, left, row + 1, left), _text(9, GREY)),
        _format(sheet_id, (row + 2, left, row + 2, right), _text(9, GREY, bold=True) | _CENTRE | _MIDDLE),
        _format(
            sheet_id, (first, left, first + 4, left), _text(9, GREY, bold=True) | _CENTRE | _MIDDLE | _WRAP
        ),
        _format(sheet_id, field, _text(11, INK) | _CENTRE | _MIDDLE | _number(*_COUNT)),
        _length(sheet_id, "ROWS", first, first + 4, _HEAT_HEIGHT),
        {"updateBorders": {"range": grid_range(sheet_id, first, first + 4, left + 1, right), **borders}},
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
    ]


def _tables(sheet_id: int) -> list[Json]:
    row, column = BEHIND
    requests = [
        _format(sheet_id, (row, column, row, column), _text(14, INK, bold=True) | _MIDDLE),
        _format(sheet_id, (row + 1, column, row + 1, column), _text(9, GREY)),
    ]
    for name in (SEGMENTS, MIGRATION, DAILY, POSITIONS, REVENUE, CALIBRATION):
        block = BLOCKS[name]
        top, left, right = block.row, block.column, block.column + block.columns - 1
        if name in (REVENUE, CALIBRATION):  # there is a sentence between heading and header
            requests += [
                _format(sheet_id, (top, left, top, left), _text(11, INK, bold=True)),
                _format(sheet_id, (top + 1, left, top + 1, left), _text(9, GREY)),
            ]
            top += 1
        header = (
            _text(9, INK, bold=True) | _WRAP | _MIDDLE | {"backgroundColorStyle": {"rgbColor": rgb(PANEL)}}
        )
        requests += [
            *(
                []
                if top != block.row
                else [_format(sheet_id, (top, left, top, left), _text(11, INK, bold=True))]
            ),
            _format(sheet_id, (top + 1, left + 1, top + 1, right), header | _RIGHT),
            _format(sheet_id, (top + 1, left, top + 1, left), header | _LEFT),
            _length(sheet_id, "ROWS", top + 1, top + 1, _HEADER_HEIGHT),
        ]
    kinds = (None, _COUNT, _COUNT, _SHARE, _COUNT, _SHARE, None, None, _MONEY, _MEAN, _MEAN, _MEAN, None)
    block = BLOCKS[SEGMENTS]
    for i, kind in enumerate(kinds):
        area = (block.row + 2, block.column + i, block.row + 1 + MAX_CLUSTERS, block.column + i)
        if kind is not None:
            requests.append(_format(sheet_id, area, _number(*kind)))
        elif i:
            requests.append(_format(sheet_id, area, _RIGHT))
    for name, rows in ((MIGRATION, MAX_CLUSTERS + 1), (DAILY, DAYS)):
        block = BLOCKS[name]
        first, right = block.row + 2, block.column + block.columns - 1
        area = (first, block.column + 1, first + rows - 1, right)
        requests.append(_format(sheet_id, area, _number(*_COUNT)))
    for name, first, kind in ((REVENUE, 2, _MONEY), (CALIBRATION, 1, _MONEY)):
        block = BLOCKS[name]
        top, right = block.row + 3, block.column + block.columns - 1
        area = (top, block.column + first, block.row + block.rows - 1, right)
        requests.append(_format(sheet_id, area, _number(*kind)))
    first, left = BLOCKS[DAILY].row + 2, BLOCKS[DAILY].column
    requests.append(_format(sheet_id, (first, left, first + DAYS - 1, left), _number(*_DATE) | _LEFT))
    return requests


_MIDDLE: Json = {"verticalAlignment": "MIDDLE"}
_TOP: Json = {"verticalAlignment": "TOP"}
_LEFT: Json = {"horizontalAlignment": "LEFT"}
_CENTRE: Json = {"horizontalAlignment": "CENTER"}
_RIGHT: Json = {"horizontalAlignment": "RIGHT"}
_WRAP: Json = {"wrapStrategy": "WRAP"}
_PANEL: Json = {"backgroundColorStyle": {"rgbColor": rgb(PANEL)}}


def _text(size: int, colour: str, *, bold: bool = False) -> Json:
    style = {"fontSize": size, "bold": bold, "foregroundColorStyle": {"rgbColor": rgb(colour)}}
    return {"textFormat": style}


def _number(kind: str, pattern: str) -> Json:
    """Return a number format; without a pattern, Google takes the locale's own."""
    return {"numberFormat": {"type": kind} | ({"pattern": pattern} if pattern else {})}


def _format(sheet_id: int, area: tuple[int, int, int, int], wanted: Mapping[str, Any]) -> Json:
    """Return a request that formats an area: first row and column, last row and column."""
    top, left, bottom, right = area
    fields = ",".join(f"userEnteredFormat.{name}" for name in wanted)
    where = grid_range(sheet_id, top, bottom, left, right)
    return {"repeatCell": {"range": where, "cell": {"userEnteredFormat": dict(wanted)}, "fields": fields}}


def _length(sheet_id: int, dimension: str, first: int, last: int, pixels: int) -> Json:
    """Return a request that sets heights or widths; rows and columns count from 1 here."""
    span = {"sheetId": sheet_id, "dimension": dimension, "startIndex": first - 1, "endIndex": last}
    return {
        "updateDimensionProperties": {
            "range": span,
            "properties": {"pixelSize": pixels},
            "fields": "pixelSize",
        }
    }
