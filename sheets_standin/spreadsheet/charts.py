"""Charts on tabs: their source ranges and anchors follow rows, columns and tabs that come, go and move.

A chart is the API's EmbeddedChart and is never changed in place: what changes is put in its place as a new one, so
that copies of a tab share the charts that neither has changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.spreadsheet.references import Shift

Json = dict[str, Any]
Change = Callable[[Json], "Json | None"]
"""What becomes of a GridRange; None where nothing is left of it."""

_DRAWN = ("domain", "series", "data")
"""The parts without which a series, a domain or a histogram's series shows nothing and goes."""


def chart_on(document: Document, chart_id: int) -> tuple[Sheet, Json]:
    """Return a chart and the tab that it lies on; raise KeyError if there is none."""
    for sheet in document.sheets:
        if chart_id in sheet.charts:
            return sheet, sheet.charts[chart_id]
    raise KeyError(chart_id)


def object_ids(document: Document) -> set[int]:
    """Return the ids of all embedded objects, which charts and slicers are."""
    return {identity for sheet in document.sheets for identity in (*sheet.charts, *sheet.slicers)}


def new_object_id(document: Document) -> int:
    """Return an id that no embedded object of the spreadsheet has."""
    taken = object_ids(document)
    return next(i for i in iter(lambda: 1 + secrets.randbelow(2**31 - 2), None) if i not in taken)


def with_ranges(chart: Json, change: Change) -> Json:
    """Return a chart with each source range changed; a series that has none left goes.

    >>> series = [{"series": {"sourceRange": {"sources": [{"startRowIndex": 0}]}}}]
    >>> with_ranges({"spec": {"basicChart": {"series": series}}}, lambda grid: None)
    {'spec': {'basicChart': {}}}
    """
    changed: Json = _changed(chart, change)
    return changed


def _changed(value: Any, change: Change) -> Any:
    """Return a part of a chart with its ranges changed, None where it has lost them all."""
    if isinstance(value, list):
        pairs = [(element, _changed(element, change)) for element in value]
        return [after for before, after in pairs if not _lost(before, after)] or None
    if isinstance(value, Mapping):
        return _changed_part(value, change)
    return value


def _changed_part(value: Mapping[str, Any], change: Change) -> Json | None:
    if "sources" in value:
        sources = _present(change(source) for source in value["sources"])
        return {**value, "sources": sources} if sources else None
    parts = {name: _changed(part, change) for name, part in value.items()}
    if "sourceRange" in parts and parts["sourceRange"] is None:
        return None
    return {name: part for name, part in parts.items() if part is not None}


def _present(ranges: Iterable[Json | None]) -> list[Json]:
    return [area for area in ranges if area is not None]


def _lost(before: Any, after: Any) -> bool:
    if after is None:
        return True
    return isinstance(before, Mapping) and any(name in before and name not in after for name in _DRAWN)


def sources(chart: Json) -> Iterator[Json]:
    """Yield the GridRanges that a chart shows."""
    grids: list[Json] = []

    def seen(grid: Json) -> Json:
        grids.append(grid)
        return grid

    with_ranges(chart, seen)
    yield from grids


def shift_charts(document: Document, sheet: Sheet, shift: Shift) -> None:
    """Have all charts follow rows or columns of a tab that were inserted, deleted or moved."""

    def moved(grid: Json) -> Json | None:
        return shift.grid_range(grid) if grid.get("sheetId", 0) == sheet.sheet_id else grid

    for own in document.sheets:
        own.charts = {identity: with_ranges(chart, moved) for identity, chart in own.charts.items()}
    sheet.charts = {identity: anchored(chart, sheet, shift) for identity, chart in sheet.charts.items()}


def anchored(chart: Json, sheet: Sheet, shift: Shift) -> Json:
    """Return a chart or slicer on the cell that its anchor became, or on the one that came in its place."""
    is_rows = shift.dimension == "ROWS"
    name, most = ("rowIndex", sheet.grid.row_count) if is_rows else ("columnIndex", sheet.grid.column_count)
    anchor = chart["position"]["overlayPosition"]["anchorCell"]
    at = shift.position(anchor.get(name, 0))
    if at is None:
        assert shift.removed is not None
        at = shift.removed[0]
    return at_cell(chart, anchor | {name: min(at, most - 1)})


def at_cell(chart: Json, anchor: Mapping[str, int]) -> Json:
    """Return a chart or slicer at another cell; zeros are left out, as in the API's answers."""
    cell = {name: value for name, value in anchor.items() if value}
    overlay = chart["position"]["overlayPosition"] | {"anchorCell": cell}
    return chart | {"position": chart["position"] | {"overlayPosition": overlay}}


def forget_sheet(document: Document, sheet_id: int) -> None:
    """Take what charts show of a tab that is gone out of them."""

    def left(grid: Json) -> Json | None:
        return None if grid.get("sheetId", 0) == sheet_id else grid

    for own in document.sheets:
        own.charts = {identity: with_ranges(chart, left) for identity, chart in own.charts.items()}


def readdress(document: Document, twin: Sheet, source_id: int, *, is_elsewhere: bool = False) -> None:
    """Give the charts of a copied tab ids of their own; what showed the tab itself shows the copy.

    Parameters
    ----------
    source_id
        Of the tab that was copied.
    is_elsewhere
        The copy went to another spreadsheet, so that what showed other tabs shows nothing there.
    """

    def moved(grid: Json) -> Json | None:
        if grid.get("sheetId", 0) != source_id:
            return None if is_elsewhere else grid
        return grid | {"sheetId": twin.sheet_id}

    charts, twin.charts = twin.charts, {}
    for chart in charts.values():
        identity = new_object_id(document)
        while identity in twin.charts:
            identity = new_object_id(document)
        copied = with_ranges(chart, moved) | {"chartId": identity}
        anchor = copied["position"]["overlayPosition"]["anchorCell"]
        twin.charts[identity] = at_cell(copied, anchor | {"sheetId": twin.sheet_id})
