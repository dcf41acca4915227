"""Snapshot of the spreadsheet, as one read shows it: tabs with headers and rows, and the commit token.

A cell stays as Google gives it (a JSON object); `value`, `entered`, `is_formula` and `note` look into it. So
a read of 1,500 rows makes no object a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.core.cells import Cell, find_columns
from server.errors import LayoutError
from server.layout.headers import normalised
from server.layout.limits import METADATA_COLUMN
from server.layout.tabs import UNCLAIMED
from server.sheets.api.failures import missing_tab
from server.sheets.commit.token import Token, read_token
from server.texts import to_say

CellData = Mapping[str, Any]

CELL_FIELDS = "userEnteredValue,effectiveValue,note"
_SHEET_FIELDS = (
    "properties(sheetId,title,index,gridProperties(rowCount,columnCount),hidden),"
    "protectedRanges(protectedRangeId,description,warningOnly),basicFilter"
)
_USUAL_PARTS = frozenset({"properties", "protectedRanges", "basicFilter", "data"})
_OVERALL_FIELDS = "properties(title,locale,timeZone),developerMetadata(metadataId,metadataKey,metadataValue)"
MARKS = "developerMetadata(metadataId,metadataKey,metadataValue)"
"""Part of a tab: its own developer metadata, by which the dashboard is known."""
OVERVIEW_FIELDS = f"{_OVERALL_FIELDS},sheets({_SHEET_FIELDS},{MARKS})".replace(
    "warningOnly", "warningOnly,range,requestingUserCanEdit"
)
"""Field mask of a read of all tabs without their cells."""
FIELDS = (
    f"{_OVERALL_FIELDS},sheets({_SHEET_FIELDS},data(startRow,startColumn,"
    f"columnMetadata(developerMetadata(metadataId,metadataKey)),rowData(values({CELL_FIELDS}))))"
)
"""Field mask of a read of cells; the same parts are asked of the answer to a write."""

_EMPTY: CellData = {}


def value(cell: CellData) -> Cell:
    """Return what a cell shows to formulas: a number, text or boolean, "" where it is empty.

    >>> value({"effectiveValue": {"errorValue": {"type": "DIVIDE_BY_ZERO"}}})
    '#DIVIDE_BY_ZERO'
    """
    effective = cell.get("effectiveValue")
    if not effective:
        return ""
    shown: Cell
    kind, shown = next(iter(effective.items()))  # one of several kinds, see ExtendedValue
    return shown if kind != "errorValue" else "#" + str(effective["errorValue"].get("type", "ERROR"))


def entered(cell: CellData) -> CellData:
    """Return what was typed into a cell: the formula, not its result."""
    typed: CellData = cell.get("userEnteredValue") or _EMPTY
    return typed


def is_formula(cell: CellData) -> bool:
    """Whether the cell has a formula."""
    return "formulaValue" in entered(cell)


def note(cell: CellData) -> str:
    """Return the cell's note, "" where it has none."""
    return str(cell.get("note", ""))


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab, as far as it was read.

    Attributes
    ----------
    rows
        Cells by sheet row, counted from 1; shorter than the header where the rest is empty.
    parts
        What else was asked for and is there, by the API's name: `charts`, say.
    column_tags
        Id of the tag of each column (from 0) that bears one.
    """

    title: str
    sheet_id: int
    row_count: int
    column_count: int
    rows: Mapping[int, Sequence[CellData]]
    basic_filter: Mapping[str, Any] | None = None
    protections: Sequence[Mapping[str, Any]] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)
    column_tags: Mapping[int, int] = field(default_factory=dict)

    @property
    def header(self) -> list[Cell]:
        """Texts of row 1."""
        return [value(cell) for cell in self.rows.get(1, ())]

    def columns(self, wanted: Iterable[str]) -> dict[str, int]:
        """Return the position from 0 of each wanted header.

        Raises
        ------
        LayoutError
            If one is missing or stands twice.
        """
        try:
            return find_columns(self.header, tuple(wanted))
        except LayoutError as error:
            raise LayoutError(
                to_say("In the tab {tab}: {problem}", tab=self.title, problem=error.detail),
                hint=error.hint or to_say("Put the header back into row 1 and run it again."),
            ) from error

    def present(self, wanted: Iterable[str]) -> dict[str, int]:
        """Return the first position from 0 of each wanted header that exists."""
        names = {normalised(name): name for name in wanted}
        positions: dict[str, int] = {}
        for position, text in enumerate(self.header):
            name = names.get(normalised(text))
            if name is not None:
                positions.setdefault(name, position)
        return positions

    def ours(self, wanted: Iterable[str]) -> dict[str, int]:
        """Return the position from 0 of each wanted header whose column is the service's, as `present` does."""
        unclaimed = UNCLAIMED.get(self.title, frozenset())
        return {
            header: position
            for header, position in self.present(wanted).items()
            if header not in unclaimed or position in self.column_tags
        }

    def cell(self, row: int, column: int) -> CellData:
        """Return the cell at a sheet row (from 1) and a column (from 0)."""
        cells = self.rows.get(row, ())
        return cells[column] if column < len(cells) else _EMPTY

    def cells(self, row: int, columns: Iterable[int]) -> list[CellData]:
        """Return the cells of a sheet row (from 1) at some columns (from 0)."""
        cells = self.rows.get(row, ())
        length = len(cells)
        return [cells[column] if column < length else _EMPTY for column in columns]

    def values(self, row: int) -> list[Cell]:
        """Return the values of a sheet row."""
        return [value(cell) for cell in self.rows.get(row, ())]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent read of a spreadsheet."""

    tabs: Mapping[str, Tab]
    token: Token
    time_zone: str = "Etc/GMT"
    locale: str = "en_US"
    title: str = ""
    metadata: Sequence[Mapping[str, Any]] = field(default_factory=list)

    def tab(self, title: str) -> Tab:
        """Return a tab.

        Raises
        ------
        LayoutError
            If it is not there.
        """
        if title not in self.tabs:
            raise missing_tab(title)
        return self.tabs[title]

    @property
    def cells_in_all(self) -> int:
        """Cells of all tabs that were read, empty ones included: Google counts so towards its limit."""
        return sum(tab.row_count * tab.column_count for tab in self.tabs.values())


def read_snapshot(spreadsheet: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot in an answer of spreadsheets.get, or in a write's `updatedSpreadsheet`."""
    tabs: dict[str, Tab] = {}
    protections: list[Mapping[str, Any]] = []
    for sheet in spreadsheet.get("sheets", []):
        properties = sheet.get("properties", {})
        grid = properties.get("gridProperties", {})
        protections += sheet.get("protectedRanges", [])
        tabs[properties["title"]] = Tab(
            title=properties["title"],
            sheet_id=properties.get("sheetId", 0),
            row_count=grid.get("rowCount", 0),
            column_count=grid.get("columnCount", 0),
            rows=_rows(sheet.get("data", [])),
            basic_filter=sheet.get("basicFilter"),
            protections=sheet.get("protectedRanges", ()),
            parts={name: part for name, part in sheet.items() if name not in _USUAL_PARTS},
            column_tags=_column_tags(sheet.get("data", [])),
        )
    properties = spreadsheet.get("properties", {})
    return Snapshot(
        tabs=tabs,
        token=read_token(protections),
        time_zone=properties.get("timeZone", "Etc/GMT"),
        locale=properties.get("locale", "en_US"),
        title=properties.get("title", ""),
        metadata=spreadsheet.get("developerMetadata", []),
    )


def _column_tags(parts: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    return {
        column: entry["metadataId"]
        for part in parts
        for column, shown in enumerate(part.get("columnMetadata", ()), start=part.get("startColumn", 0))
        for entry in shown.get("developerMetadata", ())
        if entry.get("metadataKey") == METADATA_COLUMN
    }


def _rows(parts: Iterable[Mapping[str, Any]]) -> dict[int, Sequence[CellData]]:
    rows: dict[int, Sequence[CellData]] = {}
    for part in parts:
        first = part.get("startRow", 0) + 1
        padding = [_EMPTY] * part.get("startColumn", 0)
        for offset, row in enumerate(part.get("rowData", [])):
            cells = row.get("values")
            rows[first + offset] = padding + cells if padding and cells else cells or ()
    return rows


def fields_for(ranges: Sequence[str], parts: Sequence[str] = ()) -> str:
    """Return the field mask of a read: without ranges, all tabs but no cells.

    Parameters
    ----------
    parts
        Names of further parts of a tab, as the API has them.

    >>> "basicFilter,charts,data(" in fields_for(["RFM!1:1"], ["charts"])
    True
    """
    fields = FIELDS if ranges else OVERVIEW_FIELDS
    return fields.replace("basicFilter", ",".join(["basicFilter", *parts]))
