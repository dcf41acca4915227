"""Slicers on tabs: their data ranges and anchors follow rows, columns and tabs. None is ever changed in place."""

from __future__ import annotations

from typing import Any

from sheets_standin.spreadsheet.charts import anchored, at_cell, new_object_id
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.spreadsheet.references import Shift

Json = dict[str, Any]


def shift_slicers(document: Document, sheet: Sheet, shift: Shift) -> None:
    """Have all slicers follow rows or columns of a tab that were inserted, deleted or moved."""
    for own in document.sheets:
        for identity, slicer in own.slicers.items():
            grid = slicer["spec"].get("dataRange")
            if grid is not None and grid.get("sheetId", 0) == sheet.sheet_id:
                own.slicers[identity] = _over(slicer, shift.grid_range(grid))
    sheet.slicers = {identity: anchored(slicer, sheet, shift) for identity, slicer in sheet.slicers.items()}


def _over(slicer: Json, grid: Json | None) -> Json:
    """Return a slicer over another range, without one where nothing is left of it."""
    spec = {name: part for name, part in slicer["spec"].items() if name != "dataRange"}
    return slicer | {"spec": spec | ({"dataRange": grid} if grid is not None else {})}


def forget_sheet_in_slicers(document: Document, sheet_id: int) -> None:
    """Take the ranges of a tab that is gone out of the slicers of others."""
    for own in document.sheets:
        for identity, slicer in own.slicers.items():
            if slicer["spec"].get("dataRange", {}).get("sheetId", 0) == sheet_id:
                own.slicers[identity] = _over(slicer, None)


def readdress_slicers(document: Document, twin: Sheet, source_id: int, *, is_elsewhere: bool = False) -> None:
    """Give the slicers of a copied tab ids of their own; those over the tab itself are over the copy."""
    slicers, twin.slicers = twin.slicers, {}
    for slicer in slicers.values():
        identity = new_object_id(document)
        grid = slicer["spec"].get("dataRange")
        if grid is not None and grid.get("sheetId", 0) == source_id:
            slicer = _over(slicer, grid | {"sheetId": twin.sheet_id})
        elif is_elsewhere:
            slicer = _over(slicer, None)
        anchor = slicer["position"]["overlayPosition"]["anchorCell"]
        moved = at_cell(slicer, anchor | {"sheetId": twin.sheet_id})
        twin.slicers[identity] = moved | {"slicerId": identity}
