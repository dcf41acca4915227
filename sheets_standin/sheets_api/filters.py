"""Data filters: by range in A1 notation, by GridRange, by developer metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid
from sheets_standin.sheets_api.ranges import Area, area, area_of, grid_area, sheet_of
from sheets_standin.spreadsheet.a1 import Range
from sheets_standin.spreadsheet.document import Metadata

Json = Mapping[str, Any]


def areas(caller: Caller, data_filter: Json) -> list[Area]:
    """Return the areas that a filter selects.

    Raises
    ------
    ApiError
        400 where the filter says nothing, or names what is not there.
    """
    document = caller.document
    if "a1Range" in data_filter:
        return [area_of(document, data_filter["a1Range"])]
    if "gridRange" in data_filter:
        grid = data_filter["gridRange"]
        sheet_of(document, grid.get("sheetId", 0), "sheet")
        return [grid_area(document, grid)]
    if "developerMetadataLookup" not in data_filter:
        raise invalid("dataFilter.filter must be specified.")
    all_areas = []
    for entry in matching(caller, data_filter):
        if entry.sheet_id is None:
            all_areas += [area(sheet, Range()) for sheet in document.sheets]
            continue
        sheet = document.sheet_by_id(entry.sheet_id)
        at, end = entry.index, entry.index + 1
        if entry.dimension == "ROWS":
            all_areas.append(area(sheet, Range(first_row=at, last_row=end)))
        elif entry.dimension == "COLUMNS":
            all_areas.append(area(sheet, Range(first_column=at, last_column=end)))
        else:
            all_areas.append(area(sheet, Range()))
    return all_areas


def filters_of(body: Json) -> list[dict[str, Any]]:
    """Return the filters of a body that must have some."""
    filters: list[dict[str, Any]] = body.get("dataFilters", [])
    if not filters:
        raise invalid("Must specify at least one dataFilter.")
    return filters


def matching(caller: Caller, data_filter: Json) -> list[Metadata]:
    """Return the entries of developer metadata that a filter selects, by themselves or by their place."""
    entries = caller.document.metadata
    lookup = data_filter.get("developerMetadataLookup")
    if lookup is None:
        parts = areas(caller, data_filter)
        return [entry for entry in entries if any(_lies_in(entry, part) for part in parts)]
    return [entry for entry in entries if _matches(caller, lookup, entry)]


def _lies_in(entry: Metadata, part: Area) -> bool:
    if entry.sheet_id != part.sheet.sheet_id:
        return False
    if entry.dimension == "ROWS":
        return part.first_row <= entry.index < part.last_row
    if entry.dimension == "COLUMNS":
        return part.first_column <= entry.index < part.last_column
    return True


def _matches(caller: Caller, lookup: Json, entry: Metadata) -> bool:
    kind = "SPREADSHEET" if entry.sheet_id is None else entry.dimension[:-1] or "SHEET"
    return (
        lookup.get("metadataId", entry.metadata_id) == entry.metadata_id
        and lookup.get("metadataKey", entry.key) == entry.key
        and lookup.get("metadataValue", entry.value) == entry.value
        and lookup.get("visibility", entry.visibility) == entry.visibility
        and lookup.get("locationType", kind) == kind
        and _is_at(caller, lookup, entry)
    )


def _is_at(caller: Caller, lookup: Json, entry: Metadata) -> bool:
    place = lookup.get("metadataLocation")
    if place is None:
        return True
    is_exact = lookup.get("locationMatchingStrategy") == "EXACT_LOCATION"
    if place.get("spreadsheet"):
        return entry.sheet_id is None
    if "dimensionRange" in place:
        span = place["dimensionRange"]
        sheet_id, dimension = span.get("sheetId", 0), span.get("dimension", "ROWS")
        start, end = span.get("startIndex", 0), span.get("endIndex", 10**9)
        at = bool(entry.dimension == dimension and start <= entry.index < end)
        if is_exact:
            return bool(entry.sheet_id == sheet_id and at)
        crosses = bool(entry.dimension) and entry.dimension != dimension
        return bool(entry.sheet_id == sheet_id and (at or crosses or not entry.dimension))
    sheet_of(caller.document, place.get("sheetId", 0), "sheet")
    return bool(entry.sheet_id == place.get("sheetId", 0) and not (is_exact and entry.dimension))
