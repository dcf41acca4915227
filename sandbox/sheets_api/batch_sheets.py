"""Requests about tabs, their rows and columns, protections, filters and developer metadata."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sandbox.sheets_api.caller import Caller
from sandbox.sheets_api.errors import invalid, unsupported
from sandbox.sheets_api.fields import leaves, parse
from sandbox.sheets_api.get import metadata_json, properties, protection_json
from sandbox.sheets_api.ranges import sheet_of
from sandbox.spreadsheet.document import Metadata, Protection, Sheet
from sandbox.spreadsheet.grid import Grid

Request = Mapping[str, Any]


def _add_sheet(caller: Caller, request: Request) -> dict[str, Any]:
    document = caller.document
    wanted = request.get("properties") or {}
    title = wanted.get("title") or f"Sheet{len(document.sheets) + 1}"
    if any(sheet.title == title for sheet in document.sheets):
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    sheet_id = wanted.get("sheetId")
    if sheet_id is None:
        sheet_id = document.new_sheet_id()
    elif any(sheet.sheet_id == sheet_id for sheet in document.sheets):
        raise invalid(f"A sheet with the id {sheet_id} already exists. Please enter another id.")
    sheet = Sheet(sheet_id, title, Grid())
    index = wanted.get("index", len(document.sheets))
    document.sheets.insert(index, sheet)
    rest = {
        name: value
        for name, value in wanted.items()
        if name not in ("sheetId", "title", "index", "sheetType")
    }
    _set_properties(caller, sheet, rest, leaves_of(rest))
    document.noted("addSheet", title)
    return {"properties": properties(sheet, document.sheets.index(sheet))}


def leaves_of(value: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Return the dotted names of what a body gives."""
    found = []
    for name, each in value.items():
        found += leaves_of(each, f"{prefix}{name}.") if isinstance(each, dict) else [prefix + name]
    return found


def _delete_sheet(caller: Caller, request: Request) -> None:
    document = caller.document
    sheet = sheet_of(document, request.get("sheetId", 0))
    caller.may_change(sheet)
    if len(document.sheets) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    document.sheets.remove(sheet)
    document.protections = [p for p in document.protections if p.range.get("sheetId", 0) != sheet.sheet_id]
    document.metadata = [m for m in document.metadata if m.sheet_id != sheet.sheet_id]
    document.noted("deleteSheet", sheet.title)


def _update_sheet_properties(caller: Caller, request: Request) -> None:
    wanted = request.get("properties") or {}
    sheet = sheet_of(caller.document, wanted.get("sheetId", 0))
    caller.may_change(sheet)
    names = leaves(parse(_mask(request)))
    _set_properties(caller, sheet, wanted, leaves_of(wanted) if names == ["*"] else names)
    caller.document.noted("updateSheetProperties", sheet.title)


def _set_properties(caller: Caller, sheet: Sheet, wanted: Request, names: list[str]) -> None:
    grid = wanted.get("gridProperties") or {}
    rows, columns = sheet.grid.row_count, sheet.grid.column_count
    for name in names:
        if name == "title":
            if any(each.title == wanted["title"] and each is not sheet for each in caller.document.sheets):
                raise invalid(
                    f'A sheet with the name "{wanted["title"]}" already exists. Please enter another name.'
                )
            sheet.title = wanted["title"]
        elif name == "index":
            caller.document.sheets.remove(sheet)
            caller.document.sheets.insert(wanted.get("index", 0), sheet)
        elif name == "hidden":
            sheet.hidden = bool(wanted.get("hidden"))
        elif name == "gridProperties.rowCount":
            rows = grid.get("rowCount", 0)
        elif name == "gridProperties.columnCount":
            columns = grid.get("columnCount", 0)
        elif name == "gridProperties.frozenRowCount":
            sheet.frozen_rows = grid.get("frozenRowCount", 0)
        elif name == "gridProperties.frozenColumnCount":
            sheet.frozen_columns = grid.get("frozenColumnCount", 0)
        elif name.split(".")[0] in ("tabColor", "tabColorStyle"):
            sheet.extra[name.split(".")[0]] = wanted.get(name.split(".")[0])
        elif name not in ("sheetId", "sheetType"):
            raise unsupported(f"the sheet property {name}")
    if (rows, columns) != (sheet.grid.row_count, sheet.grid.column_count):
        if rows <= sheet.frozen_rows or columns <= sheet.frozen_columns:
            raise invalid("You can't delete all the rows that are not frozen.")
        sheet.grid.resize(rows, columns)


def _mask(request: Request) -> str:
    mask = request.get("fields")
    if not mask:
        raise invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return str(mask)


def _dimension(caller: Caller, request: Request) -> tuple[Sheet, str, int, int]:
    dimension = request.get("range") or {}
    sheet = sheet_of(caller.document, dimension.get("sheetId", 0))
    kind = dimension.get("dimension", "ROWS")
    count = sheet.grid.row_count if kind == "ROWS" else sheet.grid.column_count
    return sheet, kind, dimension.get("startIndex", 0), dimension.get("endIndex", count)


def _insert_dimension(caller: Caller, request: Request) -> None:
    sheet, kind, first, last = _dimension(caller, request)
    count = sheet.grid.row_count if kind == "ROWS" else sheet.grid.column_count
    if not 0 <= first <= count or last <= first:
        raise invalid(f"range.startIndex[{first}] is too large, must be less than or equal to {count}")
    if kind == "ROWS":
        beside = first - 1 if request.get("inheritFromBefore") else first
        sheet.grid.insert_rows(first, last - first, sheet.grid.row(beside) if beside >= 0 else ())
    else:
        sheet.grid.insert_columns(first, last - first)
    caller.document.noted("insertDimension", f"{sheet.title} {kind} {first}:{last}")


def _delete_dimension(caller: Caller, request: Request) -> None:
    sheet, kind, first, last = _dimension(caller, request)
    grid = sheet.grid
    count, frozen = (
        (grid.row_count, sheet.frozen_rows) if kind == "ROWS" else (grid.column_count, sheet.frozen_columns)
    )
    if first >= count or last > count or first >= last:
        raise invalid(
            f"Cannot delete a {kind[:-1].lower()} that doesn't exist. Tried to delete {first} of {count}."
        )
    if last - first >= count - (frozen if first >= frozen else 0):
        raise invalid(f"Sorry, it is not possible to delete all non-frozen {kind.lower()}.")
    rows = (first, last, 0, 10**9) if kind == "ROWS" else (0, 10**9, first, last)
    caller.may_write(sheet, *rows)
    (grid.delete_rows if kind == "ROWS" else grid.delete_columns)(first, last)
    caller.document.noted("deleteDimension", f"{sheet.title} {kind} {first}:{last}")


def _append_dimension(caller: Caller, request: Request) -> None:
    sheet = sheet_of(caller.document, request.get("sheetId", 0))
    length, grid = request.get("length", 0), sheet.grid
    if request.get("dimension", "ROWS") == "ROWS":
        grid.resize(grid.row_count + length, grid.column_count)
    else:
        grid.resize(grid.row_count, grid.column_count + length)
    caller.document.noted("appendDimension", sheet.title)


def _update_dimension_properties(caller: Caller, request: Request) -> None:
    sheet, kind, first, last = _dimension(caller, request)
    if leaves(parse(_mask(request))) != ["pixelSize"]:
        raise unsupported("dimension properties other than pixelSize")
    if kind == "COLUMNS":
        for column in range(first, last):
            sheet.columns.setdefault(column, {})["pixelSize"] = request["properties"]["pixelSize"]
    caller.document.noted("updateDimensionProperties", sheet.title)


def _add_protected_range(caller: Caller, request: Request) -> dict[str, Any]:
    document = caller.document
    wanted = request.get("protectedRange") or {}
    if "range" not in wanted:
        raise unsupported("a protected range without a range")
    grid = dict(wanted["range"])
    sheet_of(document, grid.get("sheetId", 0))
    taken = {each.protected_range_id for each in document.protections}
    given = wanted.get("protectedRangeId")
    if given is not None and caller.quirks.protected_range_ids == "refused":
        raise invalid("protectedRange.protectedRangeId is read-only.")
    if given is None or caller.quirks.protected_range_ids == "ignored":
        given = secrets.randbelow(2**31 - 1)
    elif given in taken:
        raise invalid(f"A protected range with id {given} already exists.")
    editors = tuple((wanted.get("editors") or {}).get("users", ()))
    is_strict = not wanted.get("warningOnly", False)
    protection = Protection(
        given,
        grid,
        wanted.get("description", ""),
        not is_strict,
        (*editors, caller.email) if is_strict and caller.email not in editors else editors,
    )
    document.protections.append(protection)
    document.noted("addProtectedRange", str(given))
    return {"protectedRange": protection_json(protection)}


def _delete_protected_range(caller: Caller, request: Request) -> None:
    document = caller.document
    wanted = request.get("protectedRangeId", 0)
    for protection in document.protections:
        if protection.protected_range_id == wanted:
            document.protections.remove(protection)
            document.noted("deleteProtectedRange", str(wanted))
            return
    if not caller.quirks.deletes_missing_silently:
        raise invalid(f"No protected range with id: {wanted}")


def _set_basic_filter(caller: Caller, request: Request) -> None:
    wanted = dict(request.get("filter") or {})
    grid = dict(wanted.get("range") or {})
    sheet = sheet_of(caller.document, grid.get("sheetId", 0))
    caller.may_change(sheet)
    ends = {"endRowIndex": sheet.grid.row_count, "endColumnIndex": sheet.grid.column_count}
    filled = {"startRowIndex": 0, "startColumnIndex": 0} | ends | grid
    wanted["range"] = {k: v for k, v in filled.items() if k != "sheetId" or v}
    sheet.basic_filter = wanted
    caller.document.noted("setBasicFilter", sheet.title)


def _clear_basic_filter(caller: Caller, request: Request) -> None:
    sheet = sheet_of(caller.document, request.get("sheetId", 0))
    sheet.basic_filter = None
    caller.document.noted("clearBasicFilter", sheet.title)


def _create_metadata(caller: Caller, request: Request) -> dict[str, Any]:
    document = caller.document
    wanted = request.get("developerMetadata") or {}
    location = wanted.get("location") or {}
    if not wanted.get("metadataKey"):
        raise invalid("developerMetadata.metadataKey must be set.")
    if not wanted.get("visibility"):
        raise invalid("developerMetadata.visibility must be set.")
    if "dimensionRange" in location:
        raise unsupported("developer metadata of rows and columns")
    sheet_id = location.get("sheetId") if not location.get("spreadsheet") else None
    if sheet_id is None and not location.get("spreadsheet"):
        raise invalid("developerMetadata.location must be set.")
    if sheet_id is not None:
        sheet_of(document, sheet_id)
    taken = {entry.metadata_id for entry in document.metadata}
    given = wanted.get("metadataId")
    if given in taken:
        raise invalid(f"A metadata with id {given} already exists.")
    entry = Metadata(
        given or 1 + secrets.randbelow(2**31 - 2),
        wanted["metadataKey"],
        wanted.get("metadataValue", ""),
        wanted["visibility"],
        sheet_id,
    )
    document.metadata.append(entry)
    document.noted("createDeveloperMetadata", entry.key)
    return {"developerMetadata": metadata_json(entry)}


def matching(caller: Caller, lookup: Request) -> list[Metadata]:
    """Return the entries that a DataFilter names."""
    wanted = lookup.get("developerMetadataLookup")
    if wanted is None:
        raise unsupported("data filters other than developerMetadataLookup")
    known = {"metadataId", "metadataKey", "metadataValue", "visibility", "locationType"}
    if set(wanted) - known:
        raise unsupported(f"a metadata lookup by {sorted(set(wanted) - known)}")
    return [entry for entry in caller.document.metadata if _matches(wanted, entry)]


def _matches(wanted: Request, entry: Metadata) -> bool:
    return (
        wanted.get("metadataId", entry.metadata_id) == entry.metadata_id
        and wanted.get("metadataKey", entry.key) == entry.key
        and wanted.get("metadataValue", entry.value) == entry.value
        and wanted.get("visibility", entry.visibility) == entry.visibility
        and wanted.get("locationType") in (None, "SPREADSHEET" if entry.sheet_id is None else "SHEET")
    )


def _update_metadata(caller: Caller, request: Request) -> dict[str, Any]:
    names = leaves(parse(_mask(request)))
    given = request.get("developerMetadata") or {}
    found = [entry for each in request.get("dataFilters", []) for entry in matching(caller, each)]
    if not found:
        raise invalid("No developer metadata matches the data filters.")
    for entry in found:
        for name in names:
            if name == "metadataValue":
                entry.value = given.get("metadataValue", "")
            elif name == "metadataKey":
                entry.key = given["metadataKey"]
            elif name == "visibility":
                entry.visibility = given["visibility"]
            else:
                raise unsupported(f"a change of metadata's {name}")
    caller.document.noted("updateDeveloperMetadata", ", ".join(entry.key for entry in found))
    return {"developerMetadata": [metadata_json(entry) for entry in found]}


def _delete_metadata(caller: Caller, request: Request) -> dict[str, Any]:
    found = matching(caller, request.get("dataFilter") or {})
    for entry in found:
        caller.document.metadata.remove(entry)
    if found:
        caller.document.noted("deleteDeveloperMetadata", ", ".join(entry.key for entry in found))
    return {"deletedDeveloperMetadata": [metadata_json(entry) for entry in found]} if found else {}


HANDLERS = {
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "updateSheetProperties": _update_sheet_properties,
    "insertDimension": _insert_dimension,
    "deleteDimension": _delete_dimension,
    "appendDimension": _append_dimension,
    "updateDimensionProperties": _update_dimension_properties,
    "addProtectedRange": _add_protected_range,
    "deleteProtectedRange": _delete_protected_range,
    "setBasicFilter": _set_basic_filter,
    "clearBasicFilter": _clear_basic_filter,
    "createDeveloperMetadata": _create_metadata,
    "updateDeveloperMetadata": _update_metadata,
    "deleteDeveloperMetadata": _delete_metadata,
}
