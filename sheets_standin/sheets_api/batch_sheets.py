"""Requests about tabs and about the spreadsheet as a whole."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytz

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.sheets_api.fields import for_request
from sheets_standin.sheets_api.ranges import sheet_of
from sheets_standin.sheets_api.sheet_json import properties_in
from sheets_standin.sheets_api.sheet_properties import (
    leaves_of,
    named_by,
    put_or_drop,
    refuse_index,
    refuse_title,
    set_properties,
)
from sheets_standin.spreadsheet.charts import readdress
from sheets_standin.spreadsheet.document import Document, Protection, Sheet
from sheets_standin.spreadsheet.grid import Grid
from sheets_standin.spreadsheet.slicers import readdress_slicers
from sheets_standin.spreadsheet.structure import delete_sheet

Request = Mapping[str, Any]

ROWS, COLUMNS = 1000, 26


def _new_sheet_id(document: Document, given: int | None) -> int:
    if given is not None and given < 0:
        raise invalid(f"Sheet IDs must be non-negative: {given}")
    return _free_sheet_id(document, given)


def _free_sheet_id(document: Document, given: int | None) -> int:
    """Return the id that is given for a new tab, or one that is drawn."""
    if given is None:
        return document.new_sheet_id()
    if any(sheet.sheet_id == given for sheet in document.sheets):
        raise invalid(f"A sheet with the id {given} already exists. Please enter another id.")
    return given


def made_sheet(caller: Caller, wanted: Request) -> Sheet:
    """Add a tab with the properties that are given; at the end where no index is."""
    document = caller.document
    title = wanted.get("title") or free_title(document)
    refuse_title(document, title)
    sheet_id = _new_sheet_id(document, wanted.get("sheetId"))
    if wanted.get("sheetType", "GRID") not in ("GRID", "SHEET_TYPE_UNSPECIFIED"):
        raise unsupported(f"a sheet of type {wanted['sheetType']}")
    index = wanted.get("index", len(document.sheets))
    refuse_index(document, index)
    grid = wanted.get("gridProperties") or {}
    size = Grid(grid.get("rowCount") or ROWS, grid.get("columnCount") or COLUMNS)
    sheet = Sheet(sheet_id, title, size)
    document.sheets.insert(index, sheet)
    names = [
        name
        for name in leaves_of(wanted)
        if name.split(".")[0] not in ("sheetId", "title", "index", "sheetType")
        and name not in ("gridProperties.rowCount", "gridProperties.columnCount")
    ]
    set_properties(caller, sheet, wanted, names)
    return sheet


def _add_sheet(caller: Caller, request: Request) -> dict[str, Any]:
    sheet = made_sheet(caller, request.get("properties") or {})
    caller.document.noted("addSheet", sheet.title)
    return {"properties": properties_in(caller.document, sheet)}


def free_title(document: Document) -> str:
    """Return the next title of the kind that Sheets gives new tabs."""
    number = len(document.sheets) + 1
    taken = {sheet.title.casefold() for sheet in document.sheets}
    while f"sheet{number}" in taken:
        number += 1
    return f"Sheet{number}"


def copied_title(document: Document, title: str) -> str:
    """Return the title of a copy that nobody named."""
    taken = {sheet.title.casefold() for sheet in document.sheets}
    wanted, number = f"Copy of {title}", 2
    while wanted.casefold() in taken:
        wanted, number = f"Copy of {title} {number}", number + 1
    return wanted


def _delete_sheet(caller: Caller, request: Request) -> None:
    document = caller.document
    sheet = sheet_of(document, request.get("sheetId", 0), "sheet")
    caller.may_change(sheet)
    if len(document.sheets) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    if all(other.hidden for other in document.sheets if other is not sheet):
        raise invalid("You can't remove all the visible sheets in a document.")
    delete_sheet(document, sheet)
    document.noted("deleteSheet", sheet.title)


def _duplicate_sheet(caller: Caller, request: Request) -> dict[str, Any]:
    document = caller.document
    source = sheet_of(document, request.get("sourceSheetId", 0), "sheet")
    index = request.get("insertSheetIndex", 0)
    refuse_index(document, index)
    title = request.get("newSheetName") or copied_title(document, source.title)
    refuse_title(document, title)
    identity = _free_sheet_id(document, request.get("newSheetId"))
    if source.tables:
        raise unsupported("a copy of a sheet with tables")
    twin = source.forked()
    twin.sheet_id, twin.title = identity, title
    for name in ("conditional_formats", "filter_views", "banded_ranges"):
        setattr(twin, name, [_readdressed(part, identity) for part in getattr(source, name)])
    readdress(document, twin, source.sheet_id)
    readdress_slicers(document, twin, source.sheet_id)
    if source.basic_filter:
        twin.basic_filter = _readdressed(source.basic_filter, identity)
    document.sheets.insert(index, twin)
    document.protections += _copied_protections(document, source.sheet_id, identity)
    document.noted("duplicateSheet", title)
    return {"properties": properties_in(document, twin)}


def _copied_protections(document: Document, sheet_id: int, identity: int) -> list[Protection]:
    """Return the protections of a tab for its copy, with ids of their own."""
    return [
        replace(
            protection,
            protected_range_id=secrets.randbelow(2**31 - 1),
            range=protection.range | {"sheetId": identity},
            unprotected=[area | {"sheetId": identity} for area in protection.unprotected],
        )
        for protection in document.protections
        if protection.range.get("sheetId", 0) == sheet_id
    ]


def _readdressed(given: Mapping[str, Any], sheet_id: int) -> dict[str, Any]:
    """Return a thing that lies on a tab for a copy of that tab, with an id of its own."""
    answer = copy.deepcopy(dict(given))
    if "range" in answer:
        answer["range"]["sheetId"] = sheet_id
    for area in answer.get("ranges", []):
        area["sheetId"] = sheet_id
    for name in ("filterViewId", "bandedRangeId"):
        if name in answer:
            answer[name] = 1 + secrets.randbelow(2**31 - 2)
    return answer


def _update_sheet_properties(caller: Caller, request: Request) -> None:
    wanted = request.get("properties") or {}
    sheet = sheet_of(caller.document, wanted.get("sheetId", 0), "sheet")
    caller.may_change(sheet)
    mask = for_request(request.get("fields"), "SheetProperties")
    set_properties(caller, sheet, wanted, named_by(mask))
    caller.document.noted("updateSheetProperties", sheet.title)


def _update_spreadsheet_properties(caller: Caller, request: Request) -> None:
    wanted = request.get("properties") or {}
    mask = for_request(request.get("fields"), "SpreadsheetProperties")
    set_spreadsheet_properties(caller.document, wanted, list(wanted) if "*" in mask else list(mask))
    caller.document.noted("updateSpreadsheetProperties", caller.document.title)


def set_spreadsheet_properties(document: Document, wanted: Request, names: list[str]) -> None:
    """Set properties of the spreadsheet; those that are named and not given go back to their default."""
    for name in names:
        if name == "title":
            document.title = wanted.get("title") or "Untitled spreadsheet"
        elif name == "locale":
            document.locale = wanted.get("locale") or document.locale
        elif name == "timeZone":
            zone = wanted.get("timeZone") or document.time_zone
            if zone not in pytz.all_timezones_set:
                raise invalid(f"Invalid time zone: {zone}")
            document.time_zone = zone
        elif name in ("autoRecalc", "iterativeCalculationSettings", "spreadsheetTheme"):
            put_or_drop(document.properties, name, copy.deepcopy(wanted.get(name)))
        elif name == "defaultFormat":
            raise invalid("defaultFormat is read-only.")
        else:
            raise unsupported(f"the spreadsheet property {name}")


HANDLERS = {
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "duplicateSheet": _duplicate_sheet,
    "updateSheetProperties": _update_sheet_properties,
    "updateSpreadsheetProperties": _update_spreadsheet_properties,
}
