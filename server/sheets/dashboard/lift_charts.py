"""What a test shows, as charts on the dashboard: difference and interval, of all its members and of each segment.

They read from the tab `Lift`. They are made with the first verdict and show the newest one. A chart that somebody
deleted stays deleted.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.core.cells import text_of
from server.core.segments.colours import rgb
from server.core.wording import Wording
from server.sheets.api.requests import Json, grid_range
from server.sheets.commit.snapshot import Tab, value
from server.sheets.dashboard.charts import titled
from server.sheets.dashboard.marks import mark_of, remarking
from server.sheets.dashboard.places import BLOCKS, CALIBRATION, CHART_ROWS, places
from server.texts import Text, to_say

NAMES = ("lift buyers", "lift spend")
_TITLES: tuple[Text, ...] = (
    to_say("Did it work? More buyers in 100 customers"),
    to_say("Did it work? More spend a customer"),
)
_SUBTITLE = to_say("{test}: 95% sure between the grey dots; above 0 it worked.")
_COLUMNS, _WIDTHS, _HEIGHT = (0, 5), (474, 420), 306
"""Of the two beside each other, counted from the first column of the blocks: all that a screen of 1280 pixels shows."""
_ROWS = 16
"""As many as the charts are high, with a margin."""
_SERIES = (("Low", "#999999", 7), ("Difference", "#4477AA", 12), ("High", "#999999", 7))
"""Header in `Lift`, colour and size of the point."""


@dataclass(frozen=True, slots=True)
class LiftRows:
    """Rows of a verdict in `Lift`.

    Attributes
    ----------
    sheet_id
        Of the tab.
    columns
        Position from 0 by header.
    rows
        First and last sheet row of the lines of buyers, and of spend.
    """

    sheet_id: int
    columns: Mapping[str, int]
    rows: Sequence[tuple[int, int]]
    test: str


def lift_chart_requests(dashboard: Tab, lift: LiftRows, wording: Wording) -> list[Json]:
    """Return the requests that show a verdict on the dashboard; none before that is filled.

    Parameters
    ----------
    dashboard
        The service's dashboard, read with its charts.
    """
    mark = mark_of(dashboard)
    if mark is None or mark.charts is None:
        return []
    present = {chart.get("chartId", 0) for chart in dashboard.parts.get("charts", ())}
    made, requests = dict(mark.charts), list[Json]()
    row = _below(dashboard)
    lacking = row + _ROWS - dashboard.row_count
    if lacking > 0 and not made.keys() >= {*NAMES}:
        requests.append(
            {"appendDimension": {"sheetId": dashboard.sheet_id, "dimension": "ROWS", "length": lacking}}
        )
    for place, name in enumerate(NAMES):
        spec = _spec(lift, place, wording)
        if name not in made:
            made[name] = _free_id({*present, *made.values()})
            position = _position(dashboard, row, place)
            requests.append(
                {"addChart": {"chart": {"chartId": made[name], "spec": spec, "position": position}}}
            )
        elif made[name] in present:
            requests.append({"updateChartSpec": {"chartId": made[name], "spec": spec}})
    if made != mark.charts:
        requests.append(remarking(mark, dashboard.sheet_id, made, mark.currency))
    return requests


def _free_id(taken: set[int]) -> int:
    while (chart_id := 1 + secrets.randbelow(2**31 - 2)) in taken:
        pass
    return chart_id


def _below(dashboard: Tab) -> int:
    """Return the first row (from 1) for charts, below the last block with its chart and whatever people put there."""
    block = places(dashboard)[CALIBRATION][0] + BLOCKS[CALIBRATION].rows + CHART_ROWS
    filled = (row for row, cells in dashboard.rows.items() if any(text_of(value(cell)) for cell in cells))
    return max(block, max(filled, default=0) + 2)


def _position(dashboard: Tab, row: int, place: int) -> Json:
    """Return the place of the first or the second chart."""
    column = places(dashboard)[CALIBRATION][1] + _COLUMNS[place]
    anchor = {
        "sheetId": dashboard.sheet_id,
        "rowIndex": row - 1,
        "columnIndex": min(column, dashboard.column_count - 1),
    }
    return {"overlayPosition": {"anchorCell": anchor, "widthPixels": _WIDTHS[place], "heightPixels": _HEIGHT}}


def _spec(lift: LiftRows, place: int, wording: Wording) -> Json:
    title, subtitle = wording.say(_TITLES[place]), wording.say(_SUBTITLE, test=lift.test)
    first, last = lift.rows[place]

    def data(header: str) -> Json:
        column = lift.columns[header]
        return {"sourceRange": {"sources": [grid_range(lift.sheet_id, first, last, column, column)]}}

    series = [
        {
            "series": data(header),
            "targetAxis": "LEFT_AXIS",
            "colorStyle": {"rgbColor": rgb(colour)},
            "lineStyle": {"type": "INVISIBLE"},
            "pointStyle": {"shape": "CIRCLE", "size": size},
        }
        for header, colour, size in _SERIES
    ]
    chart = {
        "chartType": "LINE",
        "legendPosition": "NO_LEGEND",
        "headerCount": 0,
        "axis": [{"position": "BOTTOM_AXIS"}, {"position": "LEFT_AXIS"}],
        "domains": [{"domain": data("Segment")}],
        "series": series,
    }
    return titled(title, subtitle, f"{title}. {subtitle}") | {"basicChart": chart}
