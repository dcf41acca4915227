"""What a test shows, as charts on the dashboard: difference and interval, of all its members and of each segment.

They read from the tab `Lift`. They are made with the first verdict and show the newest one. A chart that somebody
deleted stays deleted.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.core.segments.colours import rgb
from server.core.wording import Wording
from server.sheets.api.requests import Json, grid_range
from server.sheets.commit.snapshot import Tab
from server.sheets.dashboard.marks import mark_of, remarking
from server.sheets.dashboard.places import REVENUE, places
from server.texts import Text, to_say

NAMES = ("lift buyers", "lift spend")
_TITLES: tuple[Text, ...] = (
    to_say("Did it work? More buyers in 100 customers"),
    to_say("Did it work? More spend a customer"),
)
_SUBTITLE = to_say("{test}: 95% sure between the grey dots; above 0 it worked.")
_WIDTH, _HEIGHT, _GAP = 416, 306, 16
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
    for place, name in enumerate(NAMES):
        spec = _spec(lift, place, wording)
        if name not in made:
            made[name] = _free_id({*present, *made.values()})
            position = _position(dashboard, place)
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


def _position(dashboard: Tab, place: int) -> Json:
    """Return a place beside the table of expected revenue, below its heading and what is said under that."""
    row, column = places(dashboard)[REVENUE]
    anchor = {
        "sheetId": dashboard.sheet_id,
        "rowIndex": min(row + 1, dashboard.row_count - 1),
        "columnIndex": min(column + 5, dashboard.column_count - 1),
    }
    overlay = {"anchorCell": anchor, "widthPixels": _WIDTH, "heightPixels": _HEIGHT}
    if place:
        overlay["offsetXPixels"] = place * (_WIDTH + _GAP)
    return {"overlayPosition": overlay}


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
    return {
        "title": title,
        "subtitle": subtitle,
        "altText": f"{title}. {subtitle}",
        "hiddenDimensionStrategy": "SHOW_ALL",
        "basicChart": chart,
    }
