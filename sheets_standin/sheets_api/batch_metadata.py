"""Requests about developer metadata."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid
from sheets_standin.sheets_api.fields import for_request
from sheets_standin.sheets_api.filters import matching
from sheets_standin.sheets_api.ranges import dimension_range, sheet_of
from sheets_standin.sheets_api.sheet_json import metadata_json
from sheets_standin.spreadsheet.document import Metadata

Request = Mapping[str, Any]

Place = tuple[int | None, str, int]
"""Tab, dimension and position, as in `Metadata`."""


def _place(caller: Caller, location: Request) -> Place:
    """Return where metadata is to be.

    Raises
    ------
    ApiError
        400 for no place, and for more than one row or column.
    """
    if location.get("spreadsheet"):
        return None, "", 0
    if "dimensionRange" in location:
        span = location["dimensionRange"]
        sheet, dimension, first, last = dimension_range(caller.document, span)
        if "startIndex" not in span or "endIndex" not in span or last - first != 1:
            raise invalid("developerMetadata.location.dimensionRange must represent a single row or column.")
        return sheet.sheet_id, dimension, first
    if "sheetId" in location:
        return sheet_of(caller.document, location["sheetId"], "sheet").sheet_id, "", 0
    raise invalid("developerMetadata.location must be set.")


def create_metadata(caller: Caller, request: Request) -> dict[str, Any]:
    """Create an entry of developer metadata."""
    document, wanted = caller.document, request.get("developerMetadata") or {}
    if not wanted.get("metadataKey"):
        raise invalid("developerMetadata.metadataKey must be set.")
    visibility = wanted.get("visibility", "DEVELOPER_METADATA_VISIBILITY_UNSPECIFIED")
    if visibility not in ("DOCUMENT", "PROJECT"):
        raise invalid("developerMetadata.visibility must be set.")
    sheet_id, dimension, index = _place(caller, wanted.get("location") or {})
    taken = {entry.metadata_id for entry in document.metadata}
    given = wanted.get("metadataId")
    if given is not None and given <= 0:
        raise invalid("developerMetadata.metadataId must be positive.")
    if given in taken:
        raise invalid(f"A metadata with id {given} already exists.")
    entry = Metadata(
        given or 1 + secrets.randbelow(2**31 - 2),
        wanted["metadataKey"],
        wanted.get("metadataValue", ""),
        visibility,
        sheet_id,
        dimension,
        index,
    )
    document.metadata.append(entry)
    document.noted("createDeveloperMetadata", entry.key)
    return {"developerMetadata": metadata_json(entry)}


def _update(caller: Caller, request: Request) -> dict[str, Any]:
    mask = for_request(request.get("fields"), "DeveloperMetadata")
    given = request.get("developerMetadata") or {}
    entries = _chosen(caller, request)
    change: dict[str, Any] = {}
    for name in list(given) if "*" in mask else list(mask):
        change |= _changed(caller, name, given)
    document = caller.document
    changed = {entry.metadata_id: replace(entry, **change) for entry in entries}
    document.metadata = [changed.get(entry.metadata_id, entry) for entry in document.metadata]
    document.noted("updateDeveloperMetadata", ", ".join(entry.key for entry in changed.values()))
    return {"developerMetadata": [metadata_json(entry) for entry in changed.values()]}


def _chosen(caller: Caller, request: Request) -> list[Metadata]:
    entries = [
        entry for data_filter in request.get("dataFilters", []) for entry in matching(caller, data_filter)
    ]
    if not entries and not caller.quirks.renews_missing_silently:
        raise invalid("No developer metadata matches the data filters.")
    return entries


def _changed(caller: Caller, name: str, given: Request) -> dict[str, Any]:
    """Return the attributes of `Metadata` that a property of DeveloperMetadata sets."""
    if name == "metadataValue":
        return {"value": given.get("metadataValue", "")}
    if name == "metadataKey" and given.get("metadataKey"):
        return {"key": given["metadataKey"]}
    if name == "visibility" and "visibility" in given:
        return {"visibility": given["visibility"]}
    if name == "location":
        place = _place(caller, given.get("location") or {})
        return dict(zip(("sheet_id", "dimension", "index"), place, strict=True))
    raise invalid(f"developerMetadata.{name} cannot be changed to nothing.")


def _delete(caller: Caller, request: Request) -> dict[str, Any]:
    entries = matching(caller, request.get("dataFilter") or {})
    for entry in entries:
        caller.document.metadata.remove(entry)
    if entries:
        caller.document.noted("deleteDeveloperMetadata", ", ".join(entry.key for entry in entries))
    return {"deletedDeveloperMetadata": [metadata_json(entry) for entry in entries]} if entries else {}


HANDLERS = {
    "createDeveloperMetadata": create_metadata,
    "updateDeveloperMetadata": _update,
    "deleteDeveloperMetadata": _delete,
}
