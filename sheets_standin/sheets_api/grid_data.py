"""Cells as spreadsheets.get gives them, with what is known of their rows and columns."""

from __future__ import annotations

import copy
from typing import Any

from sheets_standin.sheets_api.cell_format import effective
from sheets_standin.sheets_api.colors import twinned
from sheets_standin.sheets_api.errors import unsupported
from sheets_standin.sheets_api.fields import Mask, keep, names
from sheets_standin.sheets_api.ranges import Area
from sheets_standin.sheets_api.sheet_json import metadata_json
from sheets_standin.spreadsheet.cells import Cell, Content, Fault, full
from sheets_standin.spreadsheet.conditional import Conditional, overlaid
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.filtering import filtered
from sheets_standin.spreadsheet.formats import displayed
from sheets_standin.spreadsheet.links import cell_link

Json = dict[str, Any]

ROW_PIXELS = 21
COLUMN_PIXELS = 100


def grid_data(document: Document, part: Area, mask: Mask) -> Json:
    """Return the API's GridData of an area, as far as the mask names it."""
    answer: Json = {}
    if part.first_row and names(mask, "startRow"):
        answer["startRow"] = part.first_row
    if part.first_column and names(mask, "startColumn"):
        answer["startColumn"] = part.first_column
    if names(mask, "rowData"):
        rows = _row_data(document, part, _within(mask, "rowData", "values"))
        if rows:
            answer["rowData"] = rows
    if names(mask, "rowMetadata"):
        answer["rowMetadata"] = _spans(document, part, "ROWS")
    if names(mask, "columnMetadata"):
        answer["columnMetadata"] = _spans(document, part, "COLUMNS")
    return answer


def _within(mask: Mask, *path: str) -> Mask:
    for name in path:
        mask = mask.get(name, {})
    return mask


def _row_data(document: Document, part: Area, mask: Mask) -> list[Json]:
    rules = part.sheet.conditional_formats if names(mask, "effectiveFormat") else ()
    looks = Conditional(rules, part.sheet.grid, document.locale, document.wall_clock().date())
    rows = []
    for at, cells in enumerate(part.sheet.grid.rows(part.first_row, part.last_row), part.first_row):
        values = [
            cell_json(cell, mask, document.locale, looks.format(at, column, cell) if looks else {})
            for column, cell in enumerate(cells[part.first_column : part.last_column], part.first_column)
        ]
        while values and not values[-1]:
            values.pop()
        rows.append({"values": values} if values else {})
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _spans(document: Document, part: Area, dimension: str) -> list[Json]:
    is_rows = dimension == "ROWS"
    known = part.sheet.rows if is_rows else part.sheet.columns
    first, last = (part.first_row, part.last_row) if is_rows else (part.first_column, part.last_column)
    usual: Json = {"pixelSize": ROW_PIXELS if is_rows else COLUMN_PIXELS}
    spans = [usual | known.get(at, {}) for at in range(first, last)]
    if is_rows and part.sheet.basic_filter:
        _hide(document, part, spans)
    for entry in document.metadata:
        on_it = entry.sheet_id == part.sheet.sheet_id and entry.dimension == dimension
        if on_it and first <= entry.index < last:
            spans[entry.index - first].setdefault("developerMetadata", []).append(metadata_json(entry))
    return spans


def _hide(document: Document, part: Area, spans: list[Json]) -> None:
    """Tell of the rows that the tab's filter hides (DimensionProperties.hiddenByFilter)."""
    assert part.sheet.basic_filter is not None
    visible = filtered(part.sheet.basic_filter, part.sheet, document.locale, document.wall_clock().date())
    if visible.unknown:
        raise unsupported("the rows that a filter with such a condition hides")
    for row in visible.hidden:
        if part.first_row <= row < part.last_row:
            spans[row - part.first_row]["hiddenByFilter"] = True


def cell_json(content: Content, mask: Mask, locale: str, conditional: Json | None = None) -> Json:
    """Return a cell as the API's CellData, as far as the mask names it.

    Parameters
    ----------
    conditional
        The CellFormat that conditional formats give the cell, if any.
    """
    if content is None:
        return {}
    cell = full(content)
    is_filled = cell.value is not None or cell.formula is not None
    answer = _cell_values(cell, mask, locale) if is_filled else {}
    if cell.format and names(mask, "userEnteredFormat"):
        answer["userEnteredFormat"] = copy.deepcopy(
            keep(dict(cell.format), mask.get("userEnteredFormat", {}))
        )
    if names(mask, "effectiveFormat") and (is_filled or cell.format):
        answer["effectiveFormat"] = overlaid(effective(cell, locale), twinned(conditional or {}))
    return answer | _rest(cell, mask)


def _cell_values(cell: Cell, mask: Mask, locale: str) -> Json:
    """Return what was typed, what it is, and how it is shown."""
    answer: Json = {}
    if names(mask, "userEnteredValue"):
        entered = {"formulaValue": cell.formula} if cell.formula is not None else extended(cell.value)
        kept = keep({"userEnteredValue": entered}, mask)["userEnteredValue"]
        if kept:
            answer["userEnteredValue"] = kept
    # A formula that comes to nothing, ="" included, has neither an effective nor a formatted value.
    if cell.value not in (None, ""):
        if names(mask, "effectiveValue"):
            answer["effectiveValue"] = extended(cell.value)
        if names(mask, "formattedValue"):
            answer["formattedValue"] = displayed(cell, locale)
    return answer


def _rest(cell: Cell, mask: Mask) -> Json:
    answer: Json = {}
    if cell.note and names(mask, "note"):
        answer["note"] = cell.note
    if cell.validation and names(mask, "dataValidation"):
        answer["dataValidation"] = copy.deepcopy(dict(cell.validation))
    if cell.runs and names(mask, "textFormatRuns"):
        answer["textFormatRuns"] = copy.deepcopy(list(cell.runs))
    if names(mask, "hyperlink") and (target := cell_link(cell)):
        answer["hyperlink"] = target
    return answer


def extended(value: object) -> Json:
    """Return a value as the API's ExtendedValue."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": value}
    if isinstance(value, Fault):
        return {"errorValue": {"type": value.type} | ({"message": value.message} if value.message else {})}
    return {"stringValue": str(value)}
