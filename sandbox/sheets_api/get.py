"""spreadsheets.get: the whole spreadsheet, or some of its ranges, under a field mask."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from sandbox.sheets_api.caller import Caller
from sandbox.sheets_api.cell_format import spreadsheet_properties
from sandbox.sheets_api.fields import Mask, keep, names
from sandbox.sheets_api.grid_data import grid_data
from sandbox.sheets_api.ranges import Area, area, touches
from sandbox.sheets_api.sheet_json import (
    groups_json,
    merges_json,
    metadata_json,
    named_range_json,
    properties,
    protection_json,
    rule_json,
    with_range,
)
from sandbox.spreadsheet.a1 import Range
from sandbox.spreadsheet.document import Document, Sheet

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
            parts = [each for each in areas if each.sheet is sheet]
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
    valid = [named_range_json(each) for each in document.named_ranges if each.range is not None]
    if valid:
        answer["namedRanges"] = valid
    answer["spreadsheetUrl"] = url
    overall = [metadata_json(each) for each in document.metadata if each.sheet_id is None]
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
        return not parts or any(touches(part, each) for part in parts for each in ranges)

    whole = {"sheetId": sheet.sheet_id}
    answer: Json = {"properties": properties(sheet, index)}
    lists: dict[str, list[Json]] = {
        "merges": [each for each in merges_json(sheet) if is_asked(whole | each)],
        "conditionalFormats": [
            rule_json(each)
            for each in sheet.conditional_formats
            if is_asked(*(whole | r for r in each["ranges"]))
        ],
        "filterViews": [with_range(each) for each in sheet.filter_views],
        "protectedRanges": [
            protection_json(each, can_edit=caller.may_edit(each))
            for each in caller.document.protections
            if each.range.get("sheetId", 0) == sheet.sheet_id and is_asked(each.range)
        ],
        "bandedRanges": [
            with_range(each) for each in sheet.banded_ranges if is_asked(whole | each.get("range", {}))
        ],
        "charts": copy.deepcopy(list(sheet.charts.values())) if names(mask, "charts") else [],
        "developerMetadata": [
            metadata_json(each)
            for each in caller.document.metadata
            if each.sheet_id == sheet.sheet_id and not each.dimension
        ],
        "rowGroups": groups_json(sheet, "ROWS"),
        "columnGroups": groups_json(sheet, "COLUMNS"),
    }
    answer |= {name: found for name, found in lists.items() if found and names(mask, name)}
    if sheet.basic_filter:
        answer["basicFilter"] = with_range(sheet.basic_filter)
    return answer
