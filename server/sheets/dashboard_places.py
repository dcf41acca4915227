"""Where things stand on the tab `Dashboard`: headline, charts, heat map, and the figures behind the charts.

Rows count from 1, columns from 0, as everywhere. A block is found again by its heading, so it may be moved by rows and
columns that people insert; what lies outside the blocks is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.core.cells import text_of
from server.core.days import DAYS
from server.core.options import MAX_CLUSTERS
from server.sheets.snapshot import Tab, value

WIDTHS = (16, 176, *(84,) * (MAX_CLUSTERS + 1))
"""Widths of the columns in pixels: a margin, the names, and one for each segment and the earlier ones."""

TITLE, SUBTITLE = "Your customers at a glance", (2, 1)
HINT = (
    "Nothing to show yet: put transactions into Training_Data, then choose Segment customers in the menu "
    "Audience Targeting. The figures and charts come here."
)

TILES, HEAT, SEGMENTS, MIGRATION, DAILY = "tiles", "heat", "segments", "migration", "daily"

TILE_COLUMNS = ((0, 1), (2, 4), (5, 7), (8, 10))
"""First and last column of each headline figure, from the block's own first column."""

SEGMENT_HEADERS = (
    "Segment",
    "Cluster",
    "Customers",
    "Share of customers",
    "Revenue",
    "Share of revenue",
    "Recency, days (median)",
    "Orders (median)",
    "Money (median)",
    "R score (mean)",
    "F score (mean)",
    "M score (mean)",
    "State",
)
EARLIER = "Earlier segments"
"""Heads the rows that were scored with segments which are no longer in use."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of cells: its heading, where that stands when the tab is made, and its size with it."""

    heading: str
    row: int
    column: int
    rows: int
    columns: int


BLOCKS: Mapping[str, Block] = {
    TILES: Block("All customers", 4, 1, 3, 11),
    HEAT: Block("Customers by recency and frequency score", 24, 6, 8, 6),
    SEGMENTS: Block("Segments in figures", 68, 1, 2 + MAX_CLUSTERS, len(SEGMENT_HEADERS)),
    MIGRATION: Block("From former segment (row) to present segment (column)", 83, 1, 3 + MAX_CLUSTERS, 13),
    DAILY: Block("New rows scored per day", 99, 1, 2 + DAYS, 2 + MAX_CLUSTERS),
}
ROWS = BLOCKS[DAILY].row + BLOCKS[DAILY].rows - 1
"""Rows of the tab when it is made."""

BEHIND = (66, 1)
"""Where the heading of all the figures behind the charts stands."""

Places = Mapping[str, tuple[int, int]]
"""Row and column of each block's heading."""


def places(tab: Tab) -> Places:
    """Return where each block stands: where its heading is found, else where it is put at first."""
    wanted = {block.heading: name for name, block in BLOCKS.items()}
    found = {name: (block.row, block.column) for name, block in BLOCKS.items()}
    seen: set[str] = set()
    for row in sorted(tab.rows):
        for column, cell in enumerate(tab.rows[row]):
            name = wanted.get(text_of(value(cell)))
            if name is not None and name not in seen:
                seen.add(name)
                found[name] = (row, column)
    return found


def size(at: Places) -> tuple[int, int]:
    """Return how many rows and columns the tab needs at least."""
    rows = max(row + BLOCKS[name].rows - 1 for name, (row, _) in at.items())
    columns = max(column + BLOCKS[name].columns for name, (_, column) in at.items())
    return rows, columns
