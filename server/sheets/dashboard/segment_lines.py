"""Lines of the segments, the most valuable first: customers, size, change and plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.core.cells import Cell
from server.core.segments.colours import rgb
from server.core.segments.dashboard_figures import SegmentFigures
from server.core.segments.portrait import portrait
from server.core.settings.values import MAX_CLUSTERS
from server.core.wording import Wording
from server.sheets.api.requests import Json, cell_data, grid_range, update_cells
from server.texts import to_say

Rows = list[list[Cell]]

HEADERS = (
    to_say("Segment"),
    to_say("Who they are"),
    to_say("Customers"),
    to_say("Revenue"),
    to_say("Since the last run"),
    to_say("Plan"),
)
LINE_COLUMNS = ((0, 0), (1, 2), (3, 3), (4, 4), (5, 6), (7, 9))
"""First and last column of each header, from the block's own first column."""
WIDTH = 10
ROWS = 2 + MAX_CLUSTERS
"""Heading, headers, and a line for each segment there can be."""
LINE_PIXELS = 64
"""Height of a line."""


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """Line of one segment."""

    figures: SegmentFigures
    name: str
    plan: str
    change: str


def line_rows(heading: str, lines: Sequence[SegmentLine], wording: Wording) -> Rows:
    """Return the block: heading, headers, a line a segment."""
    rows: Rows = [[wording.say(heading)], _spread([wording.say(header) for header in HEADERS])]
    for line in lines:
        figures = line.figures
        who = portrait(figures.recency, figures.frequency, figures.monetary_value, wording)
        cells: list[Cell] = [
            line.name,
            who,
            figures.customers,
            round(figures.revenue, 2),
            line.change,
            line.plan,
        ]
        rows.append(_spread(cells))
    return rows


def _spread(cells: Sequence[Cell]) -> list[Cell]:
    """Return cells in the first columns of their headers."""
    row: list[Cell] = [""] * WIDTH
    for (first, _last), cell in zip(LINE_COLUMNS, cells, strict=True):
        row[first] = cell
    return row


def line_links(
    sheet_id: int, at: tuple[int, int], lines: Sequence[SegmentLine], links: Mapping[int, str]
) -> list[Json]:
    """Return the request that makes each segment's name a link to its customers; a new value takes links away.

    Parameters
    ----------
    links
        Address within the spreadsheet, by cluster; a segment without customers has none.
    """
    row, column = at
    cells = [linked_name(line.name, links.get(line.figures.cluster, "")) for line in lines]
    fields = "userEnteredValue,textFormatRuns"
    return [update_cells(sheet_id, row + 2, column, [[cell] for cell in cells], fields)] if links else []


def linked_name(name: str, address: str) -> Json:
    """Return the cell of a segment's name as a link to its customers; without an address, the name alone."""
    black = {"rgbColor": {"red": 0, "green": 0, "blue": 0}}
    look = {"link": {"uri": address}, "foregroundColorStyle": black, "underline": True}
    runs = {"textFormatRuns": [{"startIndex": 0, "format": look}]} if address and name else {}
    return cell_data(name) | runs


def line_looks(
    sheet_id: int, at: tuple[int, int], lines: Sequence[SegmentLine], colours: Mapping[int, str]
) -> list[Json]:
    """Return the requests that colour a line as its segment, and hide lines that no segment needs."""
    row, column = at
    shown: list[list[Json]] = [
        [{"userEnteredFormat": {"backgroundColorStyle": {"rgbColor": rgb(colours[line.figures.cluster])}}}]
        for line in lines
    ]
    count, first = len(lines), row + 2
    idle = MAX_CLUSTERS - count
    border = {"style": "SOLID", "colorStyle": {"rgbColor": rgb("#DADCE0")}}
    area = grid_range(sheet_id, first, first + count - 1, column, column + WIDTH - 1)
    return [
        update_cells(
            sheet_id, first, column, shown + [[{}]] * idle, "userEnteredFormat.backgroundColorStyle"
        ),
        {"updateBorders": {"range": area, "innerHorizontal": border, "bottom": border}},
        _rows(sheet_id, first, count, {"pixelSize": LINE_PIXELS, "hiddenByUser": False}),
        *([_rows(sheet_id, first + count, idle, {"hiddenByUser": True})] if idle else []),
    ]


def _rows(sheet_id: int, first: int, count: int, properties: Json) -> Json:
    """Return the request that sets properties of rows; they count from 1 here."""
    span = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": first - 1, "endIndex": first - 1 + count}
    fields = ",".join(properties)
    return {"updateDimensionProperties": {"range": span, "properties": properties, "fields": fields}}
