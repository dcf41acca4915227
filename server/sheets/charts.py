"""The charts of the tab `Dashboard`, as specifications of the Sheets API.

They read from the tables below them. They are made once; later only the ranges and series of a chart are replaced, and
only where there are other segments: its title, fonts, legend and position are the marketer's by then. A chart that
somebody deleted stays deleted.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.core.colours import rgb
from server.core.days import DAYS
from server.sheets.cells import Json, grid_range
from server.sheets.dashboard_places import DAILY, MIGRATION, SEGMENTS, Places
from server.sheets.snapshot import Tab

EARLIER_COLOUR = "#BBBBBB"
_HALF, _WHOLE, _HEIGHT = 500, 1016, 306
_DATA_OF_BASIC = ("domains", "series", "headerCount")
_DATA_OF_BUBBLE = ("bubbleLabels", "domain", "series", "groupIds", "bubbleSizes")
_OF_ALL_SERIES = ("dataLabel", "targetAxis", "type")
_TITLE_FORMAT = {"fontSize": 13, "bold": True, "foregroundColorStyle": {"rgbColor": rgb("#202124")}}
_SUBTITLE_FORMAT = {"fontSize": 9, "foregroundColorStyle": {"rgbColor": rgb("#5F6368")}}


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the shape of the charts depends on.

    Attributes
    ----------
    clusters
        In the order of the tables.
    former
        Rows of the table of migration.
    has_earlier
        Whether rows were scored with segments that are no longer in use.
    colours
        "#RRGGBB" by cluster.
    """

    clusters: Sequence[int]
    former: int
    has_earlier: bool
    colours: Mapping[int, str]


def chart_requests(
    tab: Tab, at: Places, wanted: Numbers, made: Mapping[str, int] | None, *, is_same: bool
) -> tuple[dict[str, int], list[Json]]:
    """Return the ids of the charts by name, and the requests that make them or renew what they show.

    Parameters
    ----------
    made
        Id by name of the charts that were made before, None for none yet.
    is_same
        Whether the charts show the same clusters in the same order already.
    """
    specs = chart_specs(tab.sheet_id, at, wanted)
    present = {each.get("chartId", 0): each.get("spec", {}) for each in tab.parts.get("charts", ())}
    if made is None:
        ids: dict[str, int] = {}
        requests: list[Json] = []
        for (name, spec), (row, column, width) in zip(specs.items(), _PLACES, strict=True):
            ids[name] = _free_id({*present, *ids.values()})
            position = _position(tab.sheet_id, row, column, width)
            requests.append(
                {"addChart": {"chart": {"chartId": ids[name], "spec": spec, "position": position}}}
            )
        return ids, requests
    changed = []
    for name, spec in specs.items():
        former = present.get(made.get(name, 0))
        if former is None or (is_same and _sources(former) == _sources(spec)):
            continue
        renewed = _renewed(former, spec)
        if renewed is not None:
            changed.append({"updateChartSpec": {"chartId": made[name], "spec": renewed}})
    return dict(made), changed


def chart_specs(sheet_id: int, at: Places, wanted: Numbers) -> dict[str, Json]:
    """Return the specification of each chart, by name."""
    segments = _Table(sheet_id, *at[SEGMENTS], len(wanted.clusters))
    moves = _Table(sheet_id, *at[MIGRATION], wanted.former)
    days = _Table(sheet_id, *at[DAILY], DAYS)
    colours = [wanted.colours[number] for number in wanted.clusters]
    return {
        "customers": _bars(segments, 2, colours, "Customers by segment", "Customers"),
        "revenue": _bars(segments, 4, colours, "Revenue by segment", "Revenue, all that they have spent"),
        "position": _bubbles(segments),
        "migration": _columns(
            moves,
            colours,
            "Where each segment's customers are now",
            "Since the segmentation before: each column is a former segment, its colours the present ones.",
            ("Former segment", "Share of its customers"),
            "PERCENT_STACKED",
        ),
        "daily": _columns(
            days,
            [*colours, EARLIER_COLOUR] if wanted.has_earlier else colours,
            "New rows scored per day",
            f"The last {DAYS} days, by segment",
            ("Day", "Rows scored"),
            "STACKED",
        ),
    }


_PLACES = ((8, 1, _HALF), (8, 6, _HALF + 4), (24, 1, _HALF), (34, 1, _WHOLE), (50, 1, _WHOLE))
"""Row (from 1), column (from 0) and width of each chart, in the order of its specification."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with its heading at a row (from 1) and column (from 0), its header below, and so many rows."""

    sheet_id: int
    row: int
    column: int
    rows: int

    def data(self, offset: int, *, header: bool = True) -> Json:
        """Return the data of a column, with its header or without."""
        first = self.row + (1 if header else 2)
        last = self.row + 1 + max(1, self.rows)
        column = self.column + offset
        return {"sourceRange": {"sources": [grid_range(self.sheet_id, first, last, column, column)]}}


def _bars(table: _Table, offset: int, colours: Sequence[str], title: str, axis: str) -> Json:
    series = {
        "series": table.data(offset),
        "targetAxis": "BOTTOM_AXIS",
        "colorStyle": {"rgbColor": rgb(colours[0])},
        "styleOverrides": [
            {"index": i, "colorStyle": {"rgbColor": rgb(colour)}} for i, colour in enumerate(colours)
        ],
        "dataLabel": {"type": "DATA", "placement": "OUTSIDE_END", "textFormat": {"fontSize": 10}},
    }
    chart = {
        "chartType": "BAR",
        "legendPosition": "NO_LEGEND",
        "headerCount": 1,
        "axis": [{"position": "BOTTOM_AXIS", "title": axis}, {"position": "LEFT_AXIS", "title": "Segment"}],
        "domains": [{"domain": table.data(0)}],
        "series": [series],
    }
    told = (
        f"Bar chart: {title.lower()}, one bar a segment in its colour, the most valuable segment at the top."
    )
    return _spec(title, "", told) | {"basicChart": chart}


def _columns(
    table: _Table, colours: Sequence[str], title: str, subtitle: str, axes: tuple[str, str], stacked: str
) -> Json:
    chart = {
        "chartType": "COLUMN",
        "stackedType": stacked,
        "legendPosition": "RIGHT_LEGEND",
        "headerCount": 1,
        "axis": [{"position": "BOTTOM_AXIS", "title": axes[0]}, {"position": "LEFT_AXIS", "title": axes[1]}],
        "domains": [{"domain": table.data(0)}],
        "series": [
            {
                "series": table.data(i),
                "targetAxis": "LEFT_AXIS",
                "colorStyle": {"rgbColor": rgb(colour)},
            }
            for i, colour in enumerate(colours, start=1)
        ],
    }
    told = f"Stacked column chart: {title.lower()}, each part in its segment's colour. {subtitle}"
    return _spec(title, subtitle, told) | {"basicChart": chart}


def _bubbles(table: _Table) -> Json:
    chart = {
        "legendPosition": "BOTTOM_LEGEND",
        "bubbleLabels": table.data(0, header=False),
        "domain": table.data(6, header=False),
        "series": table.data(7, header=False),
        "groupIds": table.data(12, header=False),
        "bubbleSizes": table.data(8, header=False),
        "bubbleOpacity": 0.6,
        "bubbleMaxRadiusSize": 28,
        "bubbleMinRadiusSize": 6,
        "bubbleTextStyle": {"fontSize": 9, "foregroundColorStyle": {"rgbColor": rgb("#202124")}},
    }
    subtitle = "Right: days since the last purchase. Up: orders. Area: money. Median customers."
    told = f"Bubble chart: recency against frequency, one bubble a segment. {subtitle}"
    return _spec("Recency against frequency", subtitle, told) | {"bubbleChart": chart}


def _spec(title: str, subtitle: str, told: str) -> Json:
    spec: Json = {
        "title": title,
        "titleTextFormat": _TITLE_FORMAT,
        "altText": told,
        "hiddenDimensionStrategy": "SHOW_ALL",  # the tables below may be hidden
        "backgroundColorStyle": {"rgbColor": rgb("#FFFFFF")},
    }
    return spec | ({"subtitle": subtitle, "subtitleTextFormat": _SUBTITLE_FORMAT} if subtitle else {})


def _position(sheet_id: int, row: int, column: int, width: int) -> Json:
    anchor = {"sheetId": sheet_id, "rowIndex": row - 1, "columnIndex": column}
    return {"overlayPosition": {"anchorCell": anchor, "widthPixels": width, "heightPixels": _HEIGHT}}


def _sources(spec: Mapping[str, Any]) -> list[tuple[int, ...]]:
    """Return the ranges that a chart shows, in order; an edge that Google leaves out is 0."""
    names = ("sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    basic, bubble = spec.get("basicChart", {}), spec.get("bubbleChart", {})
    parts = [each.get("domain", {}) for each in basic.get("domains", ())]
    parts += [each.get("series", {}) for each in basic.get("series", ())]
    parts += [bubble.get(name, {}) for name in _DATA_OF_BUBBLE if bubble]
    return [
        tuple(source.get(name, 0) for name in names)
        for part in parts
        for source in part.get("sourceRange", {}).get("sources", ())
    ]


def _renewed(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> Json | None:
    """Return a specification with its data replaced, None where the marketer made another kind of chart of it."""
    for kind, names in (("basicChart", _DATA_OF_BASIC), ("bubbleChart", _DATA_OF_BUBBLE)):
        if kind in present and kind in wanted:
            data = {name: wanted[kind][name] for name in names if name in wanted[kind]}
            if kind == "basicChart":
                data["series"] = _series(present[kind], data["series"])
            spec: Json = copy.deepcopy(dict(present))
            spec[kind] |= copy.deepcopy(data)
            return spec
    return None


def _series(present: Mapping[str, Any], wanted: Sequence[Json]) -> list[Json]:
    """Return the wanted series, with what the marketer set for all of them kept: labels, and the axis they are on."""
    former = present.get("series", ())
    if not former:
        return list(wanted)
    kept = {name: former[0][name] for name in _OF_ALL_SERIES if name in former[0]}
    return [
        {name: each for name, each in series.items() if name not in _OF_ALL_SERIES} | kept
        for series in wanted
    ]


def _free_id(taken: Collection[int]) -> int:
    """Return an id that no chart of the tab has; one that another tab's has is refused, and drawn anew."""
    return next(i for i in iter(lambda: 1 + secrets.randbelow(2**31 - 2), None) if i not in taken)
