"""spreadsheets.get: properties, protections, metadata and grid data, under a field mask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.sheets_api.fields import Mask, keep, names
from sandbox.sheets_api.ranges import Area, area, area_of
from sandbox.spreadsheet.a1 import Range
from sandbox.spreadsheet.cells import Content, Fault, full, shown_fault
from sandbox.spreadsheet.document import Document, Metadata, Protection, Sheet
from sandbox.spreadsheet.formats import displayed


def spreadsheet(
    document: Document,
    ranges: Sequence[str],
    mask: Mask,
    *,
    include_grid_data: bool,
    url: str,
    may_edit: Callable[[Protection], bool] = lambda _protection: True,
) -> dict[str, Any]:
    """Return the spreadsheet as far as the mask names it; with `ranges`, only the tabs that they touch."""
    areas = [area_of(document, text) for text in ranges]
    wants_data = names(mask, "sheets", "data") if mask else include_grid_data
    touched = {id(each.sheet) for each in areas}
    sheets = []
    for index, sheet in enumerate(document.sheets):
        if areas and id(sheet) not in touched:
            continue
        data = None
        if wants_data:
            parts = [each for each in areas if each.sheet is sheet] if areas else [area(sheet, Range())]
            cells = (
                mask.get("sheets", {}).get("data", {}).get("rowData", {}).get("values", {}) if mask else {}
            )
            data = [_grid_data(each, cells) for each in parts]
        sheets.append(_sheet(document, sheet, index, data, may_edit))
    answer: dict[str, Any] = {
        "spreadsheetId": document.spreadsheet_id,
        "properties": {
            "title": document.title,
            "locale": document.locale,
            "autoRecalc": "ON_CHANGE",
            "timeZone": document.time_zone,
        },
        "sheets": sheets,
        "spreadsheetUrl": url,
    }
    overall = [metadata_json(each) for each in document.metadata if each.sheet_id is None]
    if overall:
        answer["developerMetadata"] = overall
    kept: dict[str, Any] = keep(answer, mask)
    return kept


def _sheet(
    document: Document,
    sheet: Sheet,
    index: int,
    data: list[dict[str, Any]] | None,
    may_edit: Callable[[Protection], bool],
) -> dict[str, Any]:
    answer: dict[str, Any] = {"properties": properties(sheet, index)}
    if data is not None:
        answer["data"] = data
    protections = [
        protection_json(each, may_edit=may_edit(each))
        for each in document.protections
        if each.range.get("sheetId", 0) == sheet.sheet_id
    ]
    if protections:
        answer["protectedRanges"] = protections
    if sheet.basic_filter:
        answer["basicFilter"] = dict(sheet.basic_filter)
    entries = [metadata_json(each) for each in document.metadata if each.sheet_id == sheet.sheet_id]
    if entries:
        answer["developerMetadata"] = entries
    return answer


def properties(sheet: Sheet, index: int) -> dict[str, Any]:
    """Return a tab's properties; only those appear that are not the default."""
    grid: dict[str, Any] = {"rowCount": sheet.grid.row_count, "columnCount": sheet.grid.column_count}
    if sheet.frozen_rows:
        grid["frozenRowCount"] = sheet.frozen_rows
    if sheet.frozen_columns:
        grid["frozenColumnCount"] = sheet.frozen_columns
    answer = {
        "sheetId": sheet.sheet_id,
        "title": sheet.title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": grid,
    }
    if sheet.hidden:
        answer["hidden"] = True
    return answer | sheet.extra


def protection_json(protection: Protection, *, may_edit: bool = True) -> dict[str, Any]:
    """Return a protected range as the API has it; a sheet id of 0 is left out."""
    grid = {k: v for k, v in protection.range.items() if k != "sheetId" or v}
    answer: dict[str, Any] = {"protectedRangeId": protection.protected_range_id, "range": grid}
    if may_edit:  # the API leaves out what is false
        answer["requestingUserCanEdit"] = True
    if protection.description:
        answer["description"] = protection.description
    if protection.warning_only:
        answer["warningOnly"] = True
    elif protection.editors:
        answer["editors"] = {"users": list(protection.editors)}
    return answer


def metadata_json(entry: Metadata) -> dict[str, Any]:
    """Return an entry of developer metadata as the API has it."""
    location: dict[str, Any] = (
        {"locationType": "SPREADSHEET", "spreadsheet": True}
        if entry.sheet_id is None
        else {"locationType": "SHEET", "sheetId": entry.sheet_id}
    )
    answer = {
        "metadataId": entry.metadata_id,
        "metadataKey": entry.key,
        "metadataValue": entry.value,
        "location": location,
        "visibility": entry.visibility,
    }
    return {name: value for name, value in answer.items() if value != ""}


def _grid_data(part: Area, mask: Mask) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    if part.first_row:
        answer["startRow"] = part.first_row
    if part.first_column:
        answer["startColumn"] = part.first_column
    rows = []
    for cells in part.sheet.grid.rows(part.first_row, part.last_row):
        values = [cell_json(cell, mask) for cell in cells[part.first_column : part.last_column]]
        while values and not values[-1]:
            values.pop()
        rows.append({"values": values} if values else {})
    while rows and not rows[-1]:
        rows.pop()
    if rows:
        answer["rowData"] = rows
    return answer


def cell_json(content: Content, mask: Mask) -> dict[str, Any]:
    """Return a cell as the API's CellData, as far as the mask names it."""
    if content is None:
        return {}
    cell = full(content)
    answer: dict[str, Any] = {}
    if cell.value is not None or cell.formula is not None:
        if names(mask, "userEnteredValue"):
            entered = {"formulaValue": cell.formula} if cell.formula is not None else extended(cell.value)
            kept = keep({"userEnteredValue": entered}, mask)["userEnteredValue"]
            if kept:
                answer["userEnteredValue"] = kept
        if names(mask, "effectiveValue") and cell.value is not None:
            answer["effectiveValue"] = extended(cell.value)
        if names(mask, "formattedValue"):
            answer["formattedValue"] = displayed(content)
    if cell.format and names(mask, "userEnteredFormat"):
        answer["userEnteredFormat"] = keep(dict(cell.format), mask.get("userEnteredFormat", {}))
    if cell.note and names(mask, "note"):
        answer["note"] = cell.note
    if cell.validation and names(mask, "dataValidation"):
        answer["dataValidation"] = dict(cell.validation)
    return answer


def extended(value: object) -> dict[str, Any]:
    """Return a value as the API's ExtendedValue."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": value}
    if isinstance(value, Fault):
        return {"errorValue": {"type": value.type, "message": value.message or shown_fault(value)}}
    return {"stringValue": str(value)}
