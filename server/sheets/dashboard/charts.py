"""Charts of the tab `Dashboard`, as specifications of the Sheets API.

They read from the tables below them. They are made once; later only the ranges and series of a chart are replaced, and
only where there are other segments: its title, fonts, legend and position are the marketer's by then. A chart that
somebody deleted stays deleted.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.core.segments.colours import rgb
from server.core.segments.scored_days import DAYS
from server.core.wording import ENGLISH, Wording
from server.sheets.api.requests import Json, grid_range
from server.sheets.commit.snapshot import Tab
from server.sheets.dashboard.ahead import GROUPS
from server.sheets.dashboard.places import CALIBRATION, DAILY, DOWN, MIGRATION, POSITIONS, SEGMENTS, Places

Say = Callable[..., str]

EARLIER_COLOUR, EXPECTED_COLOUR = "#BBBBBB", "#4477AA"
_LESS, _REST, _HALF, _WHOLE, _HEIGHT = 390, 420, 474, 902, 306
_DATA_OF_BASIC = ("domains", "series", "headerCount")
_DATA_OF_BUBBLE = ("bubbleLabels", "domain", "series", "groupIds", "bubbleSizes")
_OF_ALL_SERIES = ("dataLabel", "targetAxis", "type", "pointStyle")
_POINT = 14
"""Size of a segment's point, in pixels."""
_TITLE_FORMAT = {"fontSize": 13, "bold": True, "foregroundColorStyle": {"rgbColor": rgb("#202124")}}
_SUBTITLE_FORMAT = {"fontSize": 9, "foregroundColorStyle": {"rgbColor": rgb("#5F6368")}}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers on which the shape of the charts depends.

    Attributes
    ----------
    clusters
        In the order of the tables.
    former
        Rows of the table of migration.
    has_earlier
        Whether rows were labelled with segments that are no longer in use.
    colours
        "#RRGGBB" by cluster.
    has_moves, has_days, has_groups
        Whether there is something to show of who moved, of rows labelled by day, and of what was expected before.
    wording
        Tells titles, in the language of the spreadsheet as it is when a chart is made.
    """

    clusters: Sequence[int]
    former: int
    has_earlier: bool
    colours: Mapping[int, str]
    has_moves: bool = True
    has_days: bool = True
    has_groups: bool = True
    wording: Wording = ENGLISH


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
    present = {chart.get("chartId", 0): chart.get("spec", {}) for chart in tab.parts.get("charts", ())}
    if made is None:
        ids: dict[str, int] = {}
        requests: list[Json] = []
        for name, spec in specs.items():
            ids[name] = _free_id({*present, *ids.values()})
            requests.append(_made(tab.sheet_id, ids[name], spec, _place(name, at)))
        return ids, requests
    changed = []
    later = dict(made)
    for name, spec in specs.items():
        if name not in made:  # of a dashboard that was made before there was such a chart
            later[name] = _free_id({*present, *later.values()})
            changed.append(_made(tab.sheet_id, later[name], spec, _place(name, at)))
            continue
        former = present.get(made[name])
        if former is None or (is_same and _sources(former) == _sources(spec)):
            continue
        renewed = _renewed(former, spec)
        if renewed is not None:
            changed.append({"updateChartSpec": {"chartId": made[name], "spec": renewed}})
    return later, changed


def chart_specs(sheet_id: int, at: Places, wanted: Numbers) -> dict[str, Json]:
    """Return the specification of each chart that has something to show, by name."""
    segments = _Table(sheet_id, *at[SEGMENTS], len(wanted.clusters))
    positions = _Table(sheet_id, *at[POSITIONS], len(wanted.clusters))
    colours = [wanted.colours[number] for number in wanted.clusters]
    say, currency = wanted.wording.say, wanted.wording.currency
    spent = say("Revenue, {currency}", currency=currency) if currency else say("Revenue")
    bars = say("Bar chart: one bar a segment, in its colour.")
    specs = {
        "customers": _bars(
            segments, 2, colours, (say("Customers by segment"), bars), (say("Customers"), say("Segment"))
        ),
        "revenue": _bars(segments, 4, colours, (say("Revenue by segment"), bars), (spent, say("Segment"))),
        "position": _points(positions, colours, say),
    }
    if wanted.has_moves:
        specs["migration"] = _moves(_Table(sheet_id, *at[MIGRATION], wanted.former), colours, say)
    if wanted.has_days:
        shades = [*colours, EARLIER_COLOUR] if wanted.has_earlier else colours
        specs["daily"] = _days(_Table(sheet_id, *at[DAILY], DAYS), shades, say)
    if wanted.has_groups:
        row, column = at[CALIBRATION]
        specs["calibration"] = _groups(_Table(sheet_id, row + 1, column, GROUPS), spent, say)
    return specs


def _moves(table: _Table, colours: Sequence[str], say: Say) -> Json:
    subtitle = say("Each column is a segment as it was before; its colours are the segments of today.")
    axes = (say("Segment before"), say("Share of its customers"))
    return _columns(
        table, colours, (say("Where each segment's customers are now"), subtitle), axes, "PERCENT_STACKED"
    )


def _days(table: _Table, colours: Sequence[str], say: Say) -> Json:
    subtitle = say("The last {days} days, by segment", days=DAYS)
    axes = (say("Day"), say("Rows"))
    return _columns(table, colours, (say("Rows of New User labelled per day"), subtitle), axes, "STACKED")


def _groups(table: _Table, spent: str, say: Say) -> Json:
    subtitle = say("Ten groups of customers by what was expected of them, the best first.")
    axes = (say("Customers"), spent)
    colours = (EXPECTED_COLOUR, EARLIER_COLOUR)
    return _columns(table, colours, (say("Expected spend against what came"), subtitle), axes, "NOT_STACKED")


_PLACES = {
    "customers": (DOWN + 8, 1, _HALF),
    "revenue": (DOWN + 8, 6, _REST),
    "position": (DOWN + 24, 1, _LESS),
    "migration": (DOWN + 34, 1, _WHOLE),
    "daily": (DOWN + 50, 1, _WHOLE),
}
"""Row (from 1), column (from 0) and width of each chart that has a place of its own."""


def _place(name: str, at: Places) -> tuple[int, int, int]:
    """Return the position of a chart; that of the calibration is beside its table."""
    if name in _PLACES:
        return _PLACES[name]
    row, column = at[CALIBRATION]
    return row + 2, column + 5, _REST


def _made(sheet_id: int, chart_id: int, spec: Json, place: tuple[int, int, int]) -> Json:
    position = _position(sheet_id, *place)
    return {"addChart": {"chart": {"chartId": chart_id, "spec": spec, "position": position}}}


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


def _bars(
    table: _Table, offset: int, colours: Sequence[str], titles: tuple[str, str], axes: tuple[str, str]
) -> Json:
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
        "axis": [{"position": "BOTTOM_AXIS", "title": axes[0]}, {"position": "LEFT_AXIS", "title": axes[1]}],
        "domains": [{"domain": table.data(0)}],
        "series": [series],
    }
    return titled(titles[0], "", titles[1]) | {"basicChart": chart}


def _columns(
    table: _Table, colours: Sequence[str], titles: tuple[str, str], axes: tuple[str, str], stacked: str
) -> Json:
    """Return a column chart; `titles` are its title and its subtitle."""
    chart = {
        "chartType": "COLUMN",
        "stackedType": stacked,
        "legendPosition": "RIGHT_LEGEND",
        "headerCount": 1,
        "axis": [{"position": "BOTTOM_AXIS", "title": axes[0]}, {"position": "LEFT_AXIS", "title": axes[1]}],
        "domains": [{"domain": table.data(0)}],
        "series": [_one_series(table, i, colour) for i, colour in enumerate(colours, start=1)],
    }
    return titled(*titles, " ".join(titles)) | {"basicChart": chart}


def _points(table: _Table, colours: Sequence[str], say: Say) -> Json:
    """Return the chart of recency against orders: a series for each segment, as the API colours series alone."""
    chart = {
        "chartType": "SCATTER",
        "legendPosition": "BOTTOM_LEGEND",
        "headerCount": 1,
        "axis": [
            {"position": "BOTTOM_AXIS", "title": say("Days since the last order")},
            {"position": "LEFT_AXIS", "title": say("Orders")},
        ],
        "domains": [{"domain": table.data(0)}],
        "series": [
            _one_series(table, i, colour) | {"pointStyle": {"shape": "CIRCLE", "size": _POINT}}
            for i, colour in enumerate(colours, start=1)
        ],
    }
    subtitle = say("Each segment's typical customer: bought how long ago, ordered how often.")
    return titled(say("How recent, how often"), subtitle, subtitle) | {"basicChart": chart}


def _one_series(table: _Table, offset: int, colour: str) -> Json:
    return {
        "series": table.data(offset),
        "targetAxis": "LEFT_AXIS",
        "colorStyle": {"rgbColor": rgb(colour)},
    }


def titled(title: str, subtitle: str, alt_text: str) -> Json:
    """Return what a chart's specification has beside its kind: titles, and what screen readers are told."""
    spec: Json = {
        "title": title,
        "titleTextFormat": _TITLE_FORMAT,
        "altText": alt_text,
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
    parts = [domain.get("domain", {}) for domain in basic.get("domains", ())]
    parts += [one_series.get("series", {}) for one_series in basic.get("series", ())]
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
        {name: one_series for name, one_series in series.items() if name not in _OF_ALL_SERIES} | kept
        for series in wanted
    ]


def _free_id(taken: Collection[int]) -> int:
    """Return a random id that no chart of the tab has; Google refuses one that another tab's chart has."""
    return next(i for i in iter(lambda: 1 + secrets.randbelow(2**31 - 2), None) if i not in taken)
