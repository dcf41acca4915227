"""spreadsheets.get: the whole spreadsheet, or some of its ranges, under a field mask."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.cell_format import spreadsheet_properties
from sheets_standin.sheets_api.fields import Mask, keep, names
from sheets_standin.sheets_api.grid_data import grid_data
from sheets_standin.sheets_api.ranges import Area, area, touches
from sheets_standin.sheets_api.sheet_json import (
    groups_json,
    merges_json,
    metadata_json,
    named_range_json,
    properties,
    protection_json,
    rule_json,
    slicer_json,
    table_json,
    with_range,
)
from sheets_standin.spreadsheet.a1 import Range
from sheets_standin.spreadsheet.document import Document, Sheet

Json = dict[str, Any]


def spreadsheet(
    caller: Caller, areas: Sequence[Area], mask: Mask, *, include_grid_data: bool, url: str
) -> Json:
    """Return the spreadsheet as far as the mask names it; with `areas`, only the tabs that they touch.

    Parameters
    ----------
    include_grid_data
        Looked at only where there is no mask.
    """
    document = caller.document
    wants_data = _names_data(mask) if mask else include_grid_data
    sheets = []
    if names(mask, "sheets"):
        for index, sheet in enumerate(document.sheets):
            parts = [area for area in areas if area.sheet is sheet]
            if areas and not parts:
                continue
            answer = _sheet(caller, sheet, index, parts, mask.get("sheets", {}))
            if wants_data:
                inner = mask.get("sheets", {}).get("data", {})
                answer["data"] = [
                    grid_data(document, part, inner) for part in parts or [area(sheet, Range())]
                ]
            sheets.append(answer)
    answer = {
        "spreadsheetId": document.spreadsheet_id,
        "properties": _properties(document) if names(mask, "properties") else {},
        "sheets": sheets,
    }
    valid = [
        named_range_json(named_range)
        for named_range in document.named_ranges
        if named_range.range is not None
    ]
    if valid:
        answer["namedRanges"] = valid
    answer["spreadsheetUrl"] = url
    overall = [metadata_json(entry) for entry in document.metadata if entry.sheet_id is None]
    if overall:
        answer["developerMetadata"] = overall
    kept: Json = keep(answer, mask)
    return kept


def _names_data(mask: Mask) -> bool:
    """Whether a mask names cells; a star with something behind it means the properties that all things have."""
    inner = mask.get("sheets", mask.get("*", {}))
    return names(mask, "sheets", "data") and ("data" in inner or not inner.get("*"))


def _properties(document: Document) -> Json:
    usual = spreadsheet_properties(document.properties)
    head = {
        "title": document.title,
        "locale": document.locale,
        "autoRecalc": usual.pop("autoRecalc"),
        "timeZone": document.time_zone,
    }
    return head | usual


def _sheet(caller: Caller, sheet: Sheet, index: int, parts: Sequence[Area], mask: Mask) -> Json:
    """Return a tab without its cells; where ranges were asked for, only what they touch."""

    def is_asked(*ranges: Json) -> bool:
        return not parts or any(touches(part, area) for part in parts for area in ranges)

    whole = {"sheetId": sheet.sheet_id}
    answer: Json = {"properties": properties(sheet, index)}
    lists: dict[str, list[Json]] = {
        "merges": [merge for merge in merges_json(sheet) if is_asked(whole | merge)],
        "conditionalFormats": [
            rule_json(conditional_format)
            for conditional_format in sheet.conditional_formats
            if is_asked(*(whole | r for r in conditional_format["ranges"]))
        ],
        "filterViews": [with_range(filter_view) for filter_view in sheet.filter_views],
        "protectedRanges": [
            protection_json(protection, can_edit=caller.may_edit(protection))
            for protection in caller.document.protections
            if protection.range.get("sheetId", 0) == sheet.sheet_id and is_asked(protection.range)
        ],
        "bandedRanges": [
            with_range(banded_range)
            for banded_range in sheet.banded_ranges
            if is_asked(whole | banded_range.get("range", {}))
        ],
        "slicers": [slicer_json(slicer) for slicer in sheet.slicers.values()],
        "tables": [
            table_json(caller.document, sheet, table) for table in sheet.tables if is_asked(table["range"])
        ],
        "charts": copy.deepcopy(list(sheet.charts.values())) if names(mask, "charts") else [],
        "developerMetadata": [
            metadata_json(entry)
            for entry in caller.document.metadata
            if entry.sheet_id == sheet.sheet_id and not entry.dimension
        ],
        "rowGroups": groups_json(sheet, "ROWS"),
        "columnGroups": groups_json(sheet, "COLUMNS"),
    }
    answer |= {name: members for name, members in lists.items() if members and names(mask, name)}
    if sheet.basic_filter:
        answer["basicFilter"] = with_range(sheet.basic_filter)
    return answer
