"""The methods of spreadsheets, developerMetadata and sheets."""

from __future__ import annotations

import secrets
from typing import Any

from sheets_standin.sheets_api import batch
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.create import filled, new_document
from sheets_standin.sheets_api.errors import NO_PERMISSION, NOT_FOUND, ApiError, invalid, unsupported
from sheets_standin.sheets_api.fields import Mask
from sheets_standin.sheets_api.filters import areas, filters_of, matching
from sheets_standin.sheets_api.get import spreadsheet
from sheets_standin.sheets_api.parsing import read
from sheets_standin.sheets_api.ranges import Area, area_of, sheet_of
from sheets_standin.sheets_api.request import ApiRequest, last_part
from sheets_standin.sheets_api.sheet_json import metadata_json, properties_in
from sheets_standin.spreadsheet.charts import readdress
from sheets_standin.spreadsheet.slicers import readdress_slicers
from sheets_standin.workspace import Role, Workspace

Json = dict[str, Any]


def create(workspace: Workspace, request: ApiRequest, email: str, base_url: str) -> Json:
    """Answer spreadsheets.create."""
    body = read(request.body, "Spreadsheet", "spreadsheet")
    document = new_document(workspace, body, email)
    url = f"{base_url}/spreadsheets/d/{document.spreadsheet_id}/edit"
    caller = Caller(document, email, Role.OWNER, workspace=workspace, url=url)
    try:
        filled(caller, body)
    except BaseException:
        del workspace.documents[document.spreadsheet_id]
        raise
    return spreadsheet(caller, [], {}, include_grid_data=False, url=url)


def get(caller: Caller, request: ApiRequest) -> Json:
    """Answer spreadsheets.get."""
    parts = [area_of(caller.document, text) for text in request.all("ranges")]
    return _shown(caller, parts, caller.mask, include_grid_data=request.flag("includeGridData"))


def get_by_data_filter(caller: Caller, request: ApiRequest) -> Json:
    """Answer spreadsheets.getByDataFilter."""
    body = read(request.body, "GetSpreadsheetByDataFilterRequest")
    parts = [part for data_filter in body.get("dataFilters", []) for part in areas(caller, data_filter)]
    return _shown(caller, parts, caller.mask, include_grid_data=bool(body.get("includeGridData")))


def _shown(caller: Caller, parts: list[Area], mask: Mask, *, include_grid_data: bool) -> Json:
    return spreadsheet(caller, parts, mask, include_grid_data=include_grid_data, url=caller.url)


def batch_update(caller: Caller, request: ApiRequest) -> Json:
    """Answer spreadsheets.batchUpdate: all requests are applied, or none."""
    body = read(request.body, "BatchUpdateSpreadsheetRequest")
    requests = body.get("requests", [])
    if not requests:
        raise invalid("Must specify at least one request.")
    document = caller.document
    with document.changing(caller.email, "spreadsheets.batchUpdate"):
        answer: Json = {
            "spreadsheetId": document.spreadsheet_id,
            "replies": batch.apply(caller, requests),
        }
        if caller.after_commit is None:
            answer |= _updated(caller, body)
    if caller.after_commit is not None:
        caller.after_commit()
        answer |= _updated(caller, body)
    return answer


def _updated(caller: Caller, body: Json) -> Json:
    """Return the snapshot that a batch's answer holds, if it was asked for."""
    if not body.get("includeSpreadsheetInResponse"):
        return {}
    document = caller.document
    document.recalculate()
    parts = [area_of(document, text) for text in body.get("responseRanges", [])]
    inner = caller.mask.get("updatedSpreadsheet", caller.mask.get("*", {}))
    wants_data = bool(body.get("responseIncludeGridData"))
    return {"updatedSpreadsheet": _shown(caller, parts, inner, include_grid_data=wants_data)}


def metadata_get(caller: Caller, request: ApiRequest) -> Json:
    """Answer developerMetadata.get."""
    wanted = last_part(request.path)
    if not wanted.lstrip("-").isdigit():
        raise invalid(f"Invalid value at 'metadata_id' (TYPE_INT32), \"{wanted}\"")
    for entry in caller.document.metadata:
        if entry.metadata_id == int(wanted):
            return metadata_json(entry)
    raise ApiError(404, NOT_FOUND)


def metadata_search(caller: Caller, request: ApiRequest) -> Json:
    """Answer developerMetadata.search: each entry once, with all filters that matched it."""
    body = read(request.body, "SearchDeveloperMetadataRequest")
    matched: dict[int, Json] = {}
    for condition in filters_of(body):
        for entry in matching(caller, condition):
            match = matched.setdefault(
                entry.metadata_id, {"developerMetadata": metadata_json(entry), "dataFilters": []}
            )
            match["dataFilters"].append(condition)
    return {"matchedDeveloperMetadata": list(matched.values())} if matched else {}


def copy_to(caller: Caller, request: ApiRequest) -> Json:
    """Answer sheets.copyTo: the tab is copied to the end of another spreadsheet."""
    body = read(request.body, "CopySheetToAnotherSpreadsheetRequest")
    wanted = last_part(request.path)
    if not wanted.isdigit():
        raise invalid(f"Invalid value at 'sheet_id' (TYPE_INT32), \"{wanted}\"")
    source = sheet_of(caller.document, int(wanted), "sheet")
    assert caller.workspace is not None
    identity = body.get("destinationSpreadsheetId", "")
    target = caller.workspace.documents.get(identity)
    if target is None:
        raise ApiError(404, NOT_FOUND)
    if (caller.workspace.role_of(identity, caller.email) or 0) < Role.EDITOR:
        raise ApiError(403, NO_PERMISSION)
    if source.tables:
        raise unsupported("a copy of a sheet with tables")
    with target.changing(caller.email, "spreadsheets.sheets.copyTo"):
        twin = source.forked()
        twin.title = batch.copied_title(target, source.title)
        twin.sheet_id = target.new_sheet_id()
        readdress(target, twin, source.sheet_id, is_elsewhere=True)
        readdress_slicers(target, twin, source.sheet_id, is_elsewhere=True)
        for filter_view in twin.filter_views:
            filter_view["filterViewId"] = 1 + secrets.randbelow(2**31 - 2)
        target.sheets.append(twin)
        target.noted("copyTo", twin.title)
    return properties_in(target, twin)
