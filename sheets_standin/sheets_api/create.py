"""spreadsheets.create: a new spreadsheet with what its body describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api import batch
from sheets_standin.sheets_api.batch_sheets import made_sheet, set_spreadsheet_properties
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.workspace import Workspace

Json = Mapping[str, Any]


def new_document(workspace: Workspace, body: Json, email: str) -> Document:
    """Make an empty spreadsheet with the title, locale and time zone that are given."""
    wanted = body.get("properties") or {}
    document = workspace.create(wanted.get("title") or "Untitled spreadsheet", email)
    try:
        names = [name for name in wanted if name not in ("title", "defaultFormat")]
        set_spreadsheet_properties(document, wanted, names)
    except BaseException:
        del workspace.documents[document.spreadsheet_id]
        raise
    return document


def filled(caller: Caller, body: Json) -> None:
    """Make tabs, cells and all that lies on them as the body has them."""
    document = caller.document
    with document.changing(caller.email, "spreadsheets.create"):
        document.noted("create", document.title)
        charts: list[Json] = []
        if body.get("sheets"):
            document.sheets.clear()
        for given in body.get("sheets", []):
            properties = {
                name: part for name, part in (given.get("properties") or {}).items() if name != "index"
            }
            sheet = made_sheet(caller, properties)
            batch.apply(caller, _requests(sheet, given))
            charts += [_over(sheet, "addChart", "chart", chart) for chart in given.get("charts", [])]
            charts += [_over(sheet, "addSlicer", "slicer", slicer) for slicer in given.get("slicers", [])]
        requests: list[Json] = charts + [
            {"addNamedRange": {"namedRange": area}} for area in body.get("namedRanges", [])
        ]
        requests += [
            {"createDeveloperMetadata": {"developerMetadata": {"location": {"spreadsheet": True}} | entry}}
            for entry in body.get("developerMetadata", [])
        ]
        batch.apply(caller, requests)


def _requests(sheet: Sheet, given: Json) -> list[Json]:
    """Return the requests that put a tab's cells and objects in place."""
    here = {"sheetId": sheet.sheet_id}
    requests: list[Json] = []
    for data in given.get("data", []):
        corner = here | {"rowIndex": data.get("startRow", 0), "columnIndex": data.get("startColumn", 0)}
        if data.get("rowData"):
            requests.append({"updateCells": {"rows": data["rowData"], "fields": "*", "start": corner}})
        requests += _spans(here, "ROWS", data.get("rowMetadata", []), data.get("startRow", 0))
        requests += _spans(here, "COLUMNS", data.get("columnMetadata", []), data.get("startColumn", 0))
    requests += [{"mergeCells": {"range": here | merge}} for merge in given.get("merges", [])]
    for index, rule in enumerate(given.get("conditionalFormats", [])):
        placed = rule | {"ranges": [here | area for area in rule.get("ranges", [])]}
        requests.append({"addConditionalFormatRule": {"rule": placed, "index": index}})
    if "basicFilter" in given:
        requests.append({"setBasicFilter": {"filter": _placed(here, given["basicFilter"])}})
    for field, kind, name in (
        ("protectedRanges", "addProtectedRange", "protectedRange"),
        ("filterViews", "addFilterView", "filter"),
        ("bandedRanges", "addBanding", "bandedRange"),
        ("tables", "addTable", "table"),
    ):
        requests += [{kind: {name: _placed(here, part)}} for part in given.get(field, [])]
    requests += [
        {"createDeveloperMetadata": {"developerMetadata": {"location": here} | entry}}
        for entry in given.get("developerMetadata", [])
    ]
    return requests


def _over(sheet: Sheet, kind: str, name: str, given: Json) -> Json:
    """Return the request that puts a chart or slicer on a tab, wherever its anchor says it lies."""
    position = given.get("position") or {}
    overlay = position.get("overlayPosition") or {}
    anchor = {**(overlay.get("anchorCell") or {}), "sheetId": sheet.sheet_id}
    placed = {**position, "overlayPosition": {**overlay, "anchorCell": anchor}}
    return {kind: {name: {**given, "position": placed}}}


def _placed(here: Json, given: Json) -> Json:
    return {**given, "range": {**here, **given["range"]}} if "range" in given else given


def _spans(here: Json, dimension: str, given: list[Json], first: int) -> list[Json]:
    return [
        {
            "updateDimensionProperties": {
                "range": {**here, "dimension": dimension, "startIndex": at, "endIndex": at + 1},
                "properties": properties,
                "fields": ",".join(name for name in ("pixelSize", "hiddenByUser") if name in properties),
            }
        }
        for at, properties in enumerate(given, first)
        if "pixelSize" in properties or "hiddenByUser" in properties
    ]
