"""Parts of a spreadsheet: tabs and the objects on them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets_standin.spreadsheet.grid import Grid

Json = dict[str, Any]


@dataclass(slots=True)
class Group:
    """Rows or columns that are grouped: half open, from 0; `depth` is 1 for the outermost."""

    start: int
    end: int
    depth: int = 1
    collapsed: bool = False


@dataclass(slots=True)
class Sheet:
    """One tab.

    Attributes
    ----------
    basic_filter
        As the API's BasicFilter, None where there is none.
    extra, grid_extra
        Properties and grid properties that nothing here looks at, as the API has them.
    rows, columns
        The API's DimensionProperties of rows and columns that differ from the default, by position.
    merges
        First row, last row, first column, last column; half open.
    conditional_formats, filter_views, banded_ranges
        As the API has them.
    charts
        The API's EmbeddedChart by chart id, in the order in which they were added. A chart is replaced, never changed
        in place (sheets_standin/spreadsheet/charts.py).
    slicers, tables
        The API's Slicer by slicer id, and Table; they are replaced as charts are.
    """

    sheet_id: int
    title: str
    grid: Grid
    hidden: bool = False
    frozen_rows: int = 0
    frozen_columns: int = 0
    basic_filter: Mapping[str, Any] | None = None
    extra: Json = field(default_factory=dict)
    grid_extra: Json = field(default_factory=dict)
    rows: dict[int, Json] = field(default_factory=dict)
    columns: dict[int, Json] = field(default_factory=dict)
    row_groups: list[Group] = field(default_factory=list)
    column_groups: list[Group] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    conditional_formats: list[Json] = field(default_factory=list)
    filter_views: list[Json] = field(default_factory=list)
    banded_ranges: list[Json] = field(default_factory=list)
    charts: dict[int, Json] = field(default_factory=dict)
    slicers: dict[int, Json] = field(default_factory=dict)
    tables: list[Json] = field(default_factory=list)

    @property
    def pixel_sizes(self) -> dict[int, int]:
        """Widths of the columns that are not as wide as the others."""
        return {at: column["pixelSize"] for at, column in self.columns.items() if "pixelSize" in column}

    def forked(self) -> Sheet:
        """Return a copy; its cells cost nothing until one of the two is written to."""
        twin = copy.copy(self)
        twin.grid = self.grid.fork()
        twin.charts = dict(self.charts)
        twin.slicers = dict(self.slicers)
        twin.tables = list(self.tables)
        for name in _COPIED:
            value = getattr(self, name)
            if value:
                setattr(twin, name, copy.deepcopy(value))
            else:
                setattr(twin, name, type(value)())
        return twin


_COPIED = (
    "extra",
    "grid_extra",
    "rows",
    "columns",
    "row_groups",
    "column_groups",
    "merges",
    "conditional_formats",
    "filter_views",
    "banded_ranges",
)


@dataclass(slots=True)
class Protection:
    """A protected range; `range` is the API's GridRange, `editors` the accounts that may write.

    Attributes
    ----------
    named_range_id
        Of the named range that it follows, empty where it has a range of its own.
    unprotected
        GridRanges within a protected tab that anybody may write to.
    """

    protected_range_id: int
    range: dict[str, Any]
    description: str = ""
    warning_only: bool = False
    editors: tuple[str, ...] = ()
    named_range_id: str = ""
    unprotected: list[dict[str, Any]] = field(default_factory=list)
    groups: tuple[str, ...] = ()
    domain_can_edit: bool = False


@dataclass(frozen=True, slots=True)
class Metadata:
    """An entry of developer metadata; `sheet_id` is None for one of the whole spreadsheet.

    It does not change, as each change of a spreadsheet keeps all entries as they were; one is put in another's place.

    Attributes
    ----------
    dimension, index
        "ROWS" or "COLUMNS" and which one, from 0; empty for an entry of a whole tab.
    """

    metadata_id: int
    key: str
    value: str
    visibility: str = "DOCUMENT"
    sheet_id: int | None = None
    dimension: str = ""
    index: int = 0

    def __deepcopy__(self, memo: object) -> Metadata:
        return self


@dataclass(slots=True)
class NamedRange:
    """A named range; `range` is the API's GridRange, None where its cells were deleted."""

    named_range_id: str
    name: str
    range: dict[str, Any] | None
