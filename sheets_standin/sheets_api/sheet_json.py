"""Objects on a tab as the API's JSON."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.ranges import bounded, grid_json
from sheets_standin.spreadsheet.document import Document, Metadata, NamedRange, Protection, Sheet
from sheets_standin.spreadsheet.sheet import Group
from sheets_standin.spreadsheet.tables import with_columns

Json = dict[str, Any]


def properties(sheet: Sheet, index: int) -> Json:
    """Return a tab's properties; only those appear that are not the default."""
    grid: Json = {"rowCount": sheet.grid.row_count, "columnCount": sheet.grid.column_count}
    if sheet.frozen_rows:
        grid["frozenRowCount"] = sheet.frozen_rows
    if sheet.frozen_columns:
        grid["frozenColumnCount"] = sheet.frozen_columns
    answer = {
        "sheetId": sheet.sheet_id,
        "title": sheet.title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": grid | sheet.grid_extra,
    }
    if sheet.hidden:
        answer["hidden"] = True
    return answer | copy.deepcopy(sheet.extra)


def properties_in(document: Document, sheet: Sheet) -> Json:
    """Return a tab's properties with its place among the tabs."""
    return properties(sheet, document.sheets.index(sheet))


def protection_json(protection: Protection, *, can_edit: bool = True) -> Json:
    """Return a protected range; editors only to those who may edit it, of a mere warning as well."""
    answer: Json = {
        "protectedRangeId": protection.protected_range_id,
        "range": grid_json(protection.range),
    }
    if protection.named_range_id:
        answer["namedRangeId"] = protection.named_range_id
    if protection.description:
        answer["description"] = protection.description
    if protection.warning_only:
        answer["warningOnly"] = True
    if can_edit:
        answer["requestingUserCanEdit"] = True
    if protection.unprotected:
        answer["unprotectedRanges"] = [grid_json(area) for area in protection.unprotected]
    if can_edit:
        editors: Json = {"users": list(protection.editors)} if protection.editors else {}
        if protection.groups:
            editors["groups"] = list(protection.groups)
        if protection.domain_can_edit:
            editors["domainUsersCanEdit"] = True
        if editors:
            answer["editors"] = editors
    return answer


def metadata_json(entry: Metadata) -> Json:
    """Return an entry of developer metadata."""
    location: Json
    if entry.sheet_id is None:
        location = {"locationType": "SPREADSHEET", "spreadsheet": True}
    elif not entry.dimension:
        location = {"locationType": "SHEET", "sheetId": entry.sheet_id}
    else:
        span = {
            "sheetId": entry.sheet_id,
            "dimension": entry.dimension,
            "startIndex": entry.index,
            "endIndex": entry.index + 1,
        }
        location = {"locationType": entry.dimension[:-1], "dimensionRange": grid_json(span)}
    answer = {
        "metadataId": entry.metadata_id,
        "metadataKey": entry.key,
        "metadataValue": entry.value,
        "location": location,
        "visibility": entry.visibility,
    }
    return {name: value for name, value in answer.items() if value != ""}


def named_range_json(named: NamedRange) -> Json:
    """Return a named range."""
    return {
        "namedRangeId": named.named_range_id,
        "name": named.name,
        "range": grid_json(named.range or {}),
    }


def group_json(sheet: Sheet, group: Group, dimension: str) -> Json:
    """Return a group of rows or columns."""
    span = {
        "sheetId": sheet.sheet_id,
        "dimension": dimension,
        "startIndex": group.start,
        "endIndex": group.end,
    }
    answer: Json = {"range": grid_json(span), "depth": group.depth}
    return answer | ({"collapsed": True} if group.collapsed else {})


def groups_json(sheet: Sheet, dimension: str) -> list[Json]:
    """Return all groups of a dimension, ordered by start, then depth."""
    groups = sheet.row_groups if dimension == "ROWS" else sheet.column_groups
    ordered = sorted(groups, key=lambda group: (group.start, group.depth))
    return [group_json(sheet, group, dimension) for group in ordered]


def merges_json(sheet: Sheet) -> list[Json]:
    """Return the merged rectangles."""
    return [bounded(sheet, *merge) for merge in sheet.merges]


def table_json(document: Document, sheet: Sheet, table: Mapping[str, Any]) -> Json:
    """Return a table with the names that its header gives the columns."""
    return with_range(with_columns(table, sheet, document.locale))


def slicer_json(slicer: Mapping[str, Any]) -> Json:
    """Return a slicer."""
    answer = copy.deepcopy(dict(slicer))
    if "dataRange" in answer["spec"]:
        answer["spec"]["dataRange"] = grid_json(answer["spec"]["dataRange"])
    return answer


def with_range(given: Mapping[str, Any]) -> Json:
    """Return a thing that has a range, as answers have it."""
    answer = copy.deepcopy(dict(given))
    if "range" in answer:
        answer["range"] = grid_json(answer["range"])
    return answer


def rule_json(rule: Mapping[str, Any]) -> Json:
    """Return a conditional format rule."""
    answer = copy.deepcopy(dict(rule))
    answer["ranges"] = [grid_json(area) for area in rule.get("ranges", [])]
    return answer
