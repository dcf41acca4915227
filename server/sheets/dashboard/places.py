"""Positions on the tab `Dashboard`: headline, charts, heat map, and the figures behind the charts.

Rows count from 1, columns from 0, as everywhere. A block is found again by its heading, so it may be moved by rows and
columns that people insert; what lies outside the blocks is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.core.cells import text_of
from server.core.segments.scored_days import DAYS
from server.core.settings.values import MAX_CLUSTERS
from server.core.wording import versions
from server.sheets.commit.snapshot import Tab, value
from server.sheets.dashboard.ahead import GROUP_HEADERS, GROUPS, REVENUE_HEADERS
from server.sheets.dashboard.segment_lines import ROWS as ROWS_OF_LINES
from server.sheets.dashboard.segment_lines import WIDTH as WIDTH_OF_LINES
from server.texts import to_say

WIDTHS = (16, 146, *(84,) * (MAX_CLUSTERS + 1))
"""Widths of the columns in pixels: a margin, the names, and one for each segment and the earlier ones. What is shown at
a glance takes the first eleven: a screen of 1280 pixels with the sidebar open."""

TITLE, SUBTITLE = to_say("Your customers at a glance"), (2, 1)
HINT = to_say(
    "Nothing to show yet: paste your orders into Training_Data, then choose Segment customers in the menu "
    "Audience Targeting. The figures and charts come here."
)

TILES, LINES, HEAT, SEGMENTS, MIGRATION, DAILY = "tiles", "lines", "heat", "segments", "migration", "daily"
POSITIONS, REVENUE, CALIBRATION = "positions", "revenue ahead", "calibration"

TILE_COLUMNS = ((0, 1), (2, 3), (4, 5), (6, 7), (8, 9))
"""First and last column of each headline figure, from the block's own first column."""

SEGMENT_HEADERS = (
    to_say("Segment"),
    to_say("Cluster"),
    to_say("Customers"),
    to_say("Share of customers"),
    to_say("Revenue"),
    to_say("Share of revenue"),
    to_say("Recency, days (median)"),
    to_say("Orders (median)"),
    to_say("Money (median)"),
    to_say("R score (mean)"),
    to_say("F score (mean)"),
    to_say("M score (mean)"),
    to_say("State"),
)
EARLIER = to_say("Earlier segments")
"""Heads the rows that were scored with segments which are no longer in use."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of cells: its heading, where that stands when the tab is made, and its size with it."""

    heading: str
    row: int
    column: int
    rows: int
    columns: int


DOWN = ROWS_OF_LINES + 1
"""Rows that the segments in one line each take, with a gap: all else stands so much lower."""
BLOCKS: Mapping[str, Block] = {
    TILES: Block(to_say("All customers"), 4, 1, 3, 10),
    LINES: Block(to_say("Your segments, the most valuable first"), 8, 1, ROWS_OF_LINES, WIDTH_OF_LINES),
    HEAT: Block(to_say("Customers by recency and frequency score"), DOWN + 24, 5, 8, 6),
    SEGMENTS: Block(to_say("Segments in figures"), DOWN + 68, 1, 2 + MAX_CLUSTERS, len(SEGMENT_HEADERS)),
    MIGRATION: Block(
        to_say("From former segment (row) to present segment (column)"), DOWN + 83, 1, 3 + MAX_CLUSTERS, 13
    ),
    DAILY: Block(to_say("Rows of New User labelled per day"), DOWN + 99, 1, 2 + DAYS, 2 + MAX_CLUSTERS),
    POSITIONS: Block(
        to_say("Orders by days since the last one"), DOWN + 133, 1, 2 + MAX_CLUSTERS, 1 + MAX_CLUSTERS
    ),
    REVENUE: Block(
        to_say("Expected revenue by segment"), DOWN + 149, 1, 3 + MAX_CLUSTERS, len(REVENUE_HEADERS)
    ),
    CALIBRATION: Block(
        to_say("Expected spend against what came"), DOWN + 166, 1, 3 + GROUPS, len(GROUP_HEADERS)
    ),
}
_LATER = (POSITIONS, REVENUE, CALIBRATION, LINES)
"""Blocks that a dashboard of before does not have: they come below whatever stands there."""
CHART_ROWS = 4
"""Rows by which the chart beside the last block is longer than the block."""
ROWS = BLOCKS[CALIBRATION].row + BLOCKS[CALIBRATION].rows - 1 + CHART_ROWS
"""Rows of the tab when it is made."""

BEHIND = (DOWN + 66, 1)
"""Where the heading of all the figures behind the charts stands."""

Places = Mapping[str, tuple[int, int]]
"""Row and column of each block's heading."""


def _headings(tab: Tab) -> tuple[dict[str, tuple[int, int]], int]:
    """Return where headings stand, each where it stands first, and the last row that holds something."""
    wanted = {text: name for name, block in BLOCKS.items() for text in versions(block.heading)}
    corners: dict[str, tuple[int, int]] = {}
    last = 0
    for row in sorted(tab.rows):
        for column, cell in enumerate(tab.rows[row]):
            text = text_of(value(cell))
            last = row if text else last
            if text in wanted:
                corners.setdefault(wanted[text], (row, column))
    return corners, last


def places(tab: Tab) -> Places:
    """Return where each block stands: where its heading is found, else where it is put at first."""
    corners = {name: (block.row, block.column) for name, block in BLOCKS.items()}
    seen, last = _headings(tab)
    corners |= seen
    if seen.keys() & {HEAT, SEGMENTS, MIGRATION, DAILY}:
        below = last + 3
        for name in (sentence for sentence in _LATER if sentence not in seen):
            corners[name] = (below, BLOCKS[name].column)
            below += BLOCKS[name].rows + 2
    for upper, name in ((DAILY, POSITIONS), (POSITIONS, REVENUE), (REVENUE, CALIBRATION)):
        end = corners[upper][0] + BLOCKS[upper].rows
        if corners[DAILY][0] <= corners[name][0] < end:  # somebody deleted rows of a block above
            corners[name] = (end + 2, corners[name][1])
    return corners


def size(at: Places) -> tuple[int, int]:
    """Return how many rows and columns the tab needs at least."""
    rows = max(row + BLOCKS[name].rows - 1 for name, (row, _) in at.items())
    columns = max(column + BLOCKS[name].columns for name, (_, column) in at.items())
    return rows, columns
