"""Update of the tab `Dashboard`: values of its blocks, charts over them, style when it is first filled.

Values only, never a formula. What stands outside the blocks, and what people changed in the charts, stays.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.core.cells import Cell, text_of
from server.core.segments.colours import rgb
from server.core.segments.scored_days import DAYS, ScoredDays
from server.core.settings.values import MAX_CLUSTERS
from server.sheets.api.requests import Json, cell_data, update_cells
from server.sheets.commit.snapshot import Tab, value
from server.sheets.dashboard.ahead import group_rows, revenue_rows
from server.sheets.dashboard.blocks import (
    Rows,
    Shown,
    day_rows,
    days,
    heat,
    instead_of_charts,
    moves,
    positions,
    segment_lines,
    segments,
    subtitle,
    tiles,
)
from server.sheets.dashboard.charts import Numbers, chart_requests
from server.sheets.dashboard.marks import mark_of, remarking
from server.sheets.dashboard.places import (
    BEHIND,
    BLOCKS,
    CALIBRATION,
    DAILY,
    HEAT,
    LINES,
    MIGRATION,
    POSITIONS,
    REVENUE,
    SEGMENTS,
    SUBTITLE,
    TILES,
    TITLE,
    Places,
    places,
    size,
)
from server.sheets.dashboard.segment_lines import line_links, line_looks, line_rows
from server.sheets.dashboard.style import money_style, style
from server.texts import to_say

_BEHIND = to_say(
    "Written anew by each run: what you type into these tables is replaced; beside and below is yours."
)


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
        requests.append(_put(tab.sheet_id, 1, 1, [[shown.wording.say(TITLE)]]))
    requests += _values(tab.sheet_id, at, shown)
    present = numbers_shown(tab, at)
    now = [segment.cluster for segment in shown.figures.segments]
    wanted = _numbers(now, shown)
    made, chart_changes = chart_requests(tab, at, wanted, mark.charts, is_same=present == now)
    requests += chart_changes
    lines = segment_lines(shown)
    requests += line_links(tab.sheet_id, at[LINES], lines, shown.links)
    if is_new or _names_shown(tab, at) != [line.name for line in lines]:
        requests += line_looks(tab.sheet_id, at[LINES], lines, shown.colours)
    if is_new or present != now:
        requests.append(_swatches(tab.sheet_id, at, [shown.colours[number] for number in now]))
    currency = shown.wording.currency or mark.currency
    if currency != mark.currency:
        requests += money_style(tab.sheet_id, at, shown.wording)
    if made != mark.charts or currency != mark.currency:
        requests.append(remarking(mark, tab.sheet_id, made, currency))
    return requests


def _names_shown(tab: Tab, at: Places) -> list[str]:
    """Return the segments that the lines show now, in their order."""
    row, column = at[LINES]
    cells = [text_of(value(tab.cell(row + 2 + i, column))) for i in range(MAX_CLUSTERS)]
    return [cell for cell in cells if cell]


def _numbers(clusters: Sequence[int], shown: Shown) -> Numbers:
    return Numbers(
        clusters,
        len(shown.figures.migration),
        shown.days.has_earlier,
        shown.colours,
        has_moves=shown.has_moves,
        has_days=shown.has_days,
        has_groups=shown.has_groups,
        wording=shown.wording,
    )


def numbers_shown(tab: Tab, at: Places) -> list[int]:
    """Return the cluster numbers that the table of segments shows now, in its order."""
    row, column = at[SEGMENTS]
    cells = [value(tab.cell(row + 2 + i, column + 1)) for i in range(MAX_CLUSTERS)]
    return [int(cell) for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]


def days_requests(tab: Tab, scored: ScoredDays) -> list[Json]:
    """Return the requests that write new counts of scored rows to the dashboard; none where they are unchanged.

    Parameters
    ----------
    scored
        Counted in the order of `numbers_shown`.
    """
    at = places(tab)
    row, column = at[DAILY]
    width = BLOCKS[DAILY].columns
    rows = [_padded(row, width) for row in day_rows(scored, len(numbers_shown(tab, at)))]
    stands = [[value(tab.cell(row + 2 + i, column + j)) for j in range(width)] for i in range(DAYS)]
    is_idle = not scored.total and None not in scored.counts and not any(any(line[1:]) for line in stands)
    if stands == rows or is_idle:  # thirty days without a row look the same tomorrow
        return []
    return [*_grown(tab, at), _put(tab.sheet_id, row + 2, column, rows)]


def _values(sheet_id: int, at: Places, shown: Shown) -> list[Json]:
    blocks: dict[str, Rows] = {
        TILES: tiles(shown),
        LINES: line_rows(BLOCKS[LINES].heading, segment_lines(shown), shown.wording),
        HEAT: heat(shown),
        SEGMENTS: segments(shown),
        MIGRATION: moves(shown),
        DAILY: days(shown),
        POSITIONS: positions(shown),
        REVENUE: revenue_rows(
            BLOCKS[REVENUE].heading,
            shown.ahead,
            [segment.cluster for segment in shown.figures.segments],
            shown.names,
            shown.wording,
        ),
        CALIBRATION: group_rows(BLOCKS[CALIBRATION].heading, shown.ahead, shown.wording),
    }
    requests = [
        _put(sheet_id, *at[name], [_padded(row, BLOCKS[name].columns) for row in _full(name, rows)])
        for name, rows in blocks.items()
    ]
    say = shown.wording.say
    beside_blocks: list[tuple[tuple[int, int], str, Rows]] = [
        (SUBTITLE, TILES, [[subtitle(shown)]]),
        (BEHIND, SEGMENTS, [[say("The figures behind the charts")], [say(_BEHIND)]]),
        *instead_of_charts(shown),
    ]
    for (row, column), beside, rows in beside_blocks:
        place = at[beside][0] + row - BLOCKS[beside].row, at[beside][1] + column - BLOCKS[beside].column
        if min(place) >= 0 and place[0]:  # else somebody deleted the rows above
            requests.append(_put(sheet_id, *place, rows))
    return requests


def _full(name: str, rows: Rows) -> Rows:
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
    """Return the requests that restore rows and columns which somebody deleted."""
    rows, columns = size(at)
    lacking = (("ROWS", rows - tab.row_count), ("COLUMNS", columns - tab.column_count))
    return [
        {"appendDimension": {"sheetId": tab.sheet_id, "dimension": dimension, "length": length}}
        for dimension, length in lacking
        if length > 0
    ]
