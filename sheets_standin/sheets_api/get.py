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
    answer = {
        "spreadsheetId": document.spreadsheet_id,
        "properties": _properties(document) if names(mask, "properties") else {},
        "sheets": _sheets(caller, areas, mask, wants_data=wants_data) if names(mask, "sheets") else [],
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


def _sheets(caller: Caller, areas: Sequence[Area], mask: Mask, *, wants_data: bool) -> list[Json]:
    inner = mask.get("sheets", {})
    sheets = []
    for index, sheet in enumerate(caller.document.sheets):
        parts = [area for area in areas if area.sheet is sheet]
        if areas and not parts:
            continue
        answer = _sheet(caller, sheet, index, parts, inner)
        if wants_data:
            answer["data"] = [
                grid_data(caller.document, part, inner.get("data", {}))
                for part in parts or [area(sheet, Range())]
            ]
        sheets.append(answer)
    return sheets


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
    answer: Json = {"properties": properties(sheet, index)}
    lists = _on_cells(caller, sheet, parts) | _on_tab(caller, sheet, mask)
    answer |= {name: lists[name] for name in _LISTS if lists[name] and names(mask, name)}
    if sheet.basic_filter:
        answer["basicFilter"] = with_range(sheet.basic_filter)
    return answer


_LISTS = (
    "merges",
    "conditionalFormats",
    "filterViews",
    "protectedRanges",
    "bandedRanges",
    "slicers",
    "tables",
    "charts",
    "developerMetadata",
    "rowGroups",
    "columnGroups",
)
"""What belongs to a tab, in the order in which it is answered."""


def _on_cells(caller: Caller, sheet: Sheet, parts: Sequence[Area]) -> dict[str, list[Json]]:
    """Return what lies on cells, as far as it touches the ranges that were asked for."""
    whole = {"sheetId": sheet.sheet_id}
    return {
        "merges": [merge for merge in merges_json(sheet) if _is_asked(parts, whole | merge)],
        "conditionalFormats": _rules(sheet, parts),
        "protectedRanges": _protections(caller, sheet, parts),
        "bandedRanges": [
            with_range(banded_range)
            for banded_range in sheet.banded_ranges
            if _is_asked(parts, whole | banded_range.get("range", {}))
        ],
        "tables": [
            table_json(caller.document, sheet, table)
            for table in sheet.tables
            if _is_asked(parts, table["range"])
        ],
    }


def _on_tab(caller: Caller, sheet: Sheet, mask: Mask) -> dict[str, list[Json]]:
    """Return what is answered whichever ranges were asked for."""
    return {
        "filterViews": [with_range(filter_view) for filter_view in sheet.filter_views],
        "slicers": [slicer_json(slicer) for slicer in sheet.slicers.values()],
        "charts": copy.deepcopy(list(sheet.charts.values())) if names(mask, "charts") else [],
        "developerMetadata": [
            metadata_json(entry)
            for entry in caller.document.metadata
            if entry.sheet_id == sheet.sheet_id and not entry.dimension
        ],
        "rowGroups": groups_json(sheet, "ROWS"),
        "columnGroups": groups_json(sheet, "COLUMNS"),
    }


def _rules(sheet: Sheet, parts: Sequence[Area]) -> list[Json]:
    whole = {"sheetId": sheet.sheet_id}
    return [
        rule_json(rule)
        for rule in sheet.conditional_formats
        if _is_asked(parts, *(whole | area for area in rule["ranges"]))
    ]


def _protections(caller: Caller, sheet: Sheet, parts: Sequence[Area]) -> list[Json]:
    return [
        protection_json(protection, can_edit=caller.may_edit(protection))
        for protection in caller.document.protections
        if protection.range.get("sheetId", 0) == sheet.sheet_id and _is_asked(parts, protection.range)
    ]


def _is_asked(parts: Sequence[Area], *ranges: Json) -> bool:
    return not parts or any(touches(part, area) for part in parts for area in ranges)
