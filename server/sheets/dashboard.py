"""The tab `Dashboard` as it is to be: values in its blocks, charts over them, styled when it is filled first.

Values only, never a formula. What stands outside the blocks, and what people changed in the charts, stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.core.cells import Cell
from server.core.colours import rgb
from server.core.dashboard import SCORES, Figures
from server.core.days import DAYS, ScoredDays
from server.core.options import MAX_CLUSTERS
from server.core.wording import Wording
from server.sheets.cells import Json, cell_data, update_cells
from server.sheets.charts import Numbers, chart_requests
from server.sheets.dashboard_places import (
    BEHIND,
    BLOCKS,
    DAILY,
    EARLIER,
    HEAT,
    MIGRATION,
    SEGMENT_HEADERS,
    SEGMENTS,
    SUBTITLE,
    TILE_COLUMNS,
    TILES,
    Places,
    places,
    size,
)
from server.sheets.dashboard_style import style
from server.sheets.marks import mark_of, remarking
from server.sheets.outputs import NEW_CUSTOMER
from server.sheets.snapshot import Tab, value

_Rows = list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the dashboard is to show.

    Attributes
    ----------
    names
        Segment by cluster, former ones included.
    colours
        "#RRGGBB" by cluster in use.
    """

    figures: Figures
    days: ScoredDays
    names: Mapping[int, str]
    colours: Mapping[int, str]
    wording: Wording
    version: int


def dashboard_requests(tab: Tab, shown: Shown) -> list[Json]:
    """Return the requests that bring the dashboard up to date; the first time, they style it too.

    Parameters
    ----------
    tab
        The service's dashboard, read whole, with its charts.
    """
    mark = mark_of(tab)
    if mark is None:
        return []
    at = places(tab)
    is_new = mark.charts is None
    requests = _grown(tab, at)
    if is_new:
        requests += style(tab.sheet_id)
    requests += _values(tab.sheet_id, at, shown)
    present = numbers_shown(tab, at)
    now = [each.cluster for each in shown.figures.segments]
    wanted = Numbers(now, len(shown.figures.migration), shown.days.has_earlier, shown.colours)
    made, chart_changes = chart_requests(tab, at, wanted, mark.charts, is_same=present == now)
    requests += chart_changes
    if is_new or present != now:
        requests.append(_swatches(tab.sheet_id, at, [shown.colours[number] for number in now]))
    if is_new:
        requests.append(remarking(mark, tab.sheet_id, made))
    return requests


def numbers_shown(tab: Tab, at: Places) -> list[int]:
    """Return the cluster numbers that the table of segments shows now, in its order."""
    row, column = at[SEGMENTS]
    cells = [value(tab.cell(row + 2 + i, column + 1)) for i in range(MAX_CLUSTERS)]
    return [int(cell) for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]


def days_requests(tab: Tab, days: ScoredDays) -> list[Json]:
    """Return the requests that put other counts of scored rows into the dashboard; none where they stand there.

    Parameters
    ----------
    days
        Counted in the order of `numbers_shown`.
    """
    at = places(tab)
    row, column = at[DAILY]
    width = BLOCKS[DAILY].columns
    rows = [_padded(each, width) for each in _day_rows(days, len(numbers_shown(tab, at)))]
    stands = [[value(tab.cell(row + 2 + i, column + j)) for j in range(width)] for i in range(DAYS)]
    if stands == rows or (not days.total and not any(each for line in stands for each in line[1:])):
        return []
    return [*_grown(tab, at), _put(tab.sheet_id, row + 2, column, rows)]


def _values(sheet_id: int, at: Places, shown: Shown) -> list[Json]:
    blocks: dict[str, _Rows] = {
        TILES: _tiles(shown),
        HEAT: _heat(shown),
        SEGMENTS: _segments(shown),
        MIGRATION: _migration(shown),
        DAILY: _days(shown),
    }
    requests = [
        _put(sheet_id, *at[name], [_padded(row, BLOCKS[name].columns) for row in _full(name, rows)])
        for name, rows in blocks.items()
    ]
    requests.append(_put(sheet_id, *SUBTITLE, [[_subtitle(shown)]]))
    shift = at[SEGMENTS][0] - BLOCKS[SEGMENTS].row, at[SEGMENTS][1] - BLOCKS[SEGMENTS].column
    behind = [
        ["The figures behind the charts"],
        [
            "Written anew by each segmentation: what you type into these tables is replaced; beside and below is yours."
        ],
    ]
    requests.append(_put(sheet_id, BEHIND[0] + shift[0], BEHIND[1] + shift[1], behind))
    return requests


def _subtitle(shown: Shown) -> str:
    number, date = shown.wording.number, shown.wording.date
    figures = shown.figures
    return (
        f"{number(figures.customers)} customers in {number(len(figures.segments))} segments, as of "
        f"{date(figures.analysis_day)} (model version {shown.version})"
    )


def _tiles(shown: Shown) -> _Rows:
    figures = shown.figures
    number, date = shown.wording.number, shown.wording.date
    as_of = date(figures.analysis_day)
    at_risk = (
        f"{number(figures.segments_at_risk)} of {number(len(figures.segments))} segments gone quiet, {as_of}"
    )
    tiles: list[tuple[str, Cell, str]] = [
        (BLOCKS[TILES].heading, figures.customers, f"who have bought by {date(figures.last_day)}"),
        (
            "Active share",
            round(figures.active_share, 6),
            f"bought in the {number(figures.active_days)} days to {as_of}",
        ),
        ("Revenue", round(figures.revenue, 2), f"all that they have spent by {date(figures.last_day)}"),
        ("Revenue at risk", round(figures.at_risk, 2), at_risk),
    ]
    rows: _Rows = [[""] * BLOCKS[TILES].columns for _ in range(3)]
    for (first, _), tile in zip(TILE_COLUMNS, tiles, strict=True):
        for row, cell in zip(rows, tile, strict=True):
            row[first] = cell
    return rows


def _heat(shown: Shown) -> _Rows:
    ends = {1: "\n(long ago)", 5: "\n(recently)"}
    marks: _Rows = [
        [f"R {r}{ends.get(r, '')}", *counts]
        for r, counts in zip(reversed(SCORES), shown.figures.heat, strict=True)
    ]
    return [
        [BLOCKS[HEAT].heading],
        ["Rows: R score, 5 bought last. Columns: F score, 5 buys most often. Darker: more."],
        ["", *(f"F {f}" for f in SCORES)],
        *marks,
    ]


def _segments(shown: Shown) -> _Rows:
    rows: _Rows = [[BLOCKS[SEGMENTS].heading], list(SEGMENT_HEADERS)]
    for each in shown.figures.segments:
        means = [None if mark is None else round(mark, 4) for mark in (each.r, each.f, each.m)]
        money = None if each.monetary_value is None else round(each.monetary_value, 2)
        rows.append(
            [
                shown.names[each.cluster],
                each.cluster,
                each.customers,
                round(each.share, 6),
                round(each.revenue, 2),
                round(each.revenue_share, 6),
                each.recency,
                each.frequency,
                money,
                *means,
                each.state,
            ]
        )
    return rows


def _migration(shown: Shown) -> _Rows:
    numbers = [each.cluster for each in shown.figures.segments]
    rows: _Rows = [[BLOCKS[MIGRATION].heading], ["", *(shown.names[number] for number in numbers)]]
    for former, counts in shown.figures.migration:
        name = NEW_CUSTOMER if former is None else shown.names[former]
        rows.append([name, *(counts.get(number, 0) for number in numbers)])
    return rows


def _days(shown: Shown) -> _Rows:
    names = [shown.names[each.cluster] for each in shown.figures.segments]
    return [[BLOCKS[DAILY].heading], ["Day", *names, EARLIER], *_day_rows(shown.days, len(names))]


def _day_rows(days: ScoredDays, segments: int) -> _Rows:
    rows: _Rows = []
    for serial, counts in zip(days.serials, days.counts, strict=True):
        rows.append([serial, *(counts if counts is not None else [""] * (segments + 1))])
    return rows


def _full(name: str, rows: _Rows) -> _Rows:
    """Return the rows of a block with blank ones for what the last run wrote below them."""
    return [*rows, *([] for _ in range(BLOCKS[name].rows - len(rows)))]


def _padded(row: Sequence[Cell], width: int) -> list[Cell]:
    return [*row, *[""] * (width - len(row))]


def _swatches(sheet_id: int, at: Places, colours: Sequence[str]) -> Json:
    """Return the request that shows each segment's colour beside its name."""
    row, column = at[SEGMENTS]
    shown: list[list[Json]] = [
        [{"userEnteredFormat": {"backgroundColorStyle": {"rgbColor": rgb(colour)}}}] for colour in colours
    ]
    blank: list[list[Json]] = [[{}]] * (MAX_CLUSTERS - len(colours))
    field = "userEnteredFormat.backgroundColorStyle"
    return update_cells(sheet_id, row + 2, column + 1, shown + blank, field)


def _put(sheet_id: int, row: int, column: int, rows: Sequence[Sequence[Cell]]) -> Json:
    return update_cells(
        sheet_id, row, column, [[cell_data(c) for c in line] for line in rows], "userEnteredValue"
    )


def _grown(tab: Tab, at: Places) -> list[Json]:
    """Return the requests that give back rows and columns which somebody deleted."""
    rows, columns = size(at)
    lacking = (("ROWS", rows - tab.row_count), ("COLUMNS", columns - tab.column_count))
    return [
        {"appendDimension": {"sheetId": tab.sheet_id, "dimension": dimension, "length": length}}
        for dimension, length in lacking
        if length > 0
    ]
