"""Requests about rows and columns."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.sheets_api.fields import for_request
from sheets_standin.sheets_api.grid_data import COLUMN_PIXELS, ROW_PIXELS
from sheets_standin.sheets_api.ranges import dimension_range, sheet_of
from sheets_standin.spreadsheet.document import CELL_LIMIT, LimitError, Sheet
from sheets_standin.spreadsheet.formats import displayed
from sheets_standin.spreadsheet.structure import delete, insert, move

Request = Mapping[str, Any]

_CHARACTER_PIXELS = 7
_MARGIN_PIXELS = 7


def _count(sheet: Sheet, dimension: str) -> int:
    return sheet.grid.row_count if dimension == "ROWS" else sheet.grid.column_count


def _refuse_too_many(caller: Caller, sheet: Sheet, dimension: str, count: int) -> None:
    across = sheet.grid.column_count if dimension == "ROWS" else sheet.grid.row_count
    if caller.document.cells_in_all + count * across > CELL_LIMIT:
        raise LimitError(
            "This action would increase the number of cells in the workbook above the limit of "
            f"{CELL_LIMIT} cells."
        )


def _insert_dimension(caller: Caller, request: Request) -> None:
    place = request.get("range") or {}
    sheet, dimension, first, last = dimension_range(caller.document, place)
    if "startIndex" not in place or "endIndex" not in place:
        raise invalid("Both the start and end indexes must be bounded.")
    count = _count(sheet, dimension)
    like_before = bool(request.get("inheritFromBefore"))
    if last <= first:
        raise invalid("DimensionRange endIndex must be after startIndex")
    if like_before and first == 0:
        raise invalid("range.startIndex must be greater than 0 if inheritFromBefore is true.")
    if first > count or (first == count and not like_before):
        raise invalid(
            f"range.startIndex must be less than the grid size ({count}) if inheritFromBefore is false."
        )
    _refuse_too_many(caller, sheet, dimension, last - first)
    insert(caller.document, sheet, dimension, first, last - first, like_before=like_before)
    caller.document.noted("insertDimension", f"{sheet.title} {dimension} {first}:{last}")


def _delete_dimension(caller: Caller, request: Request) -> None:
    sheet, dimension, first, last = dimension_range(caller.document, request.get("range"))
    count = _count(sheet, dimension)
    frozen = sheet.frozen_rows if dimension == "ROWS" else sheet.frozen_columns
    what = dimension.lower()
    if first >= count or last > count or first >= last:
        at = first if first >= count else last - 1
        raise invalid(
            f"Cannot delete a {what[:-1]} that doesn't exist. Tried to delete {what[:-1]} index {at} but there "
            f"are only {count} {what}."
        )
    if first == 0 and last == count:
        raise invalid(f"You can't delete all the {what} on the sheet.")
    if first <= frozen and last == count:
        raise invalid(f"Sorry, it is not possible to delete all non-frozen {what}.")
    rows = (first, last, 0, 10**9) if dimension == "ROWS" else (0, 10**9, first, last)
    caller.may_write(sheet, *rows)
    delete(caller.document, sheet, dimension, first, last)
    caller.document.noted("deleteDimension", f"{sheet.title} {dimension} {first}:{last}")


def _append_dimension(caller: Caller, request: Request) -> None:
    sheet = sheet_of(caller.document, request.get("sheetId", 0))
    length, grid = request.get("length", 0), sheet.grid
    dimension = request.get("dimension", "DIMENSION_UNSPECIFIED")
    if dimension not in ("ROWS", "COLUMNS"):
        raise invalid("dimension is required")
    if length < 1:
        raise invalid("length must be > 0")
    _refuse_too_many(caller, sheet, dimension, length)
    if dimension == "ROWS":
        grid.resize(grid.row_count + length, grid.column_count)
    else:
        grid.resize(grid.row_count, grid.column_count + length)
    caller.document.noted("appendDimension", sheet.title)


def _move_dimension(caller: Caller, request: Request) -> None:
    sheet, dimension, first, last = dimension_range(caller.document, request.get("source"))
    target, count = request.get("destinationIndex", 0), _count(sheet, dimension)
    if first >= last or last > count:
        raise invalid(f"Cannot move {dimension.lower()} that don't exist: there are only {count}.")
    if not 0 <= target <= count:
        raise invalid(f"destinationIndex[{target}] is outside the grid of {count} {dimension.lower()}.")
    caller.may_change(sheet)
    if not first <= target <= last:
        move(caller.document, sheet, dimension, first, last, target)
    caller.document.noted("moveDimension", f"{sheet.title} {dimension} {first}:{last} {target}")


def _update_dimension_properties(caller: Caller, request: Request) -> None:
    sheet, dimension, first, last = dimension_range(caller.document, request.get("range"))
    mask = for_request(request.get("fields"), "DimensionProperties")
    wanted = request.get("properties") or {}
    names = ["pixelSize", "hiddenByUser"] if "*" in mask else list(mask)
    if unknown := set(names) - {"pixelSize", "hiddenByUser"}:
        raise unsupported(f"a change of a dimension's {sorted(unknown)[0]}")
    spans = sheet.rows if dimension == "ROWS" else sheet.columns
    usual = ROW_PIXELS if dimension == "ROWS" else COLUMN_PIXELS
    for at in range(first, min(last, _count(sheet, dimension))):
        span = copy.copy(spans.get(at, {}))
        for name in names:
            if wanted.get(name) and not (name == "pixelSize" and wanted[name] == usual):
                span[name] = wanted[name]
            else:
                span.pop(name, None)
        if span:
            spans[at] = span
        else:
            spans.pop(at, None)
    caller.document.noted("updateDimensionProperties", sheet.title)


def _auto_resize(caller: Caller, request: Request) -> None:
    """Fit columns to their text. Google measures glyphs; here each character is as wide as another."""
    if "dimensions" not in request:
        raise unsupported("autoResizeDimensions of a data source")
    sheet, dimension, first, last = dimension_range(caller.document, request["dimensions"])
    locale = caller.document.locale
    if dimension == "ROWS":
        for at in range(first, last):
            if sheet.rows.pop(at, {}).get("hiddenByUser"):
                sheet.rows[at] = {"hiddenByUser": True}
    else:
        for at in range(first, min(last, sheet.grid.column_count)):
            rows = sheet.grid.rows(0, sheet.grid.row_count)
            longest = max((len(displayed(row[at], locale)) for row in rows if at < len(row)), default=0)
            if longest:
                size = longest * _CHARACTER_PIXELS + _MARGIN_PIXELS
                sheet.columns[at] = sheet.columns.get(at, {}) | {"pixelSize": size}
    caller.document.noted("autoResizeDimensions", sheet.title)


HANDLERS = {
    "insertDimension": _insert_dimension,
    "deleteDimension": _delete_dimension,
    "appendDimension": _append_dimension,
    "moveDimension": _move_dimension,
    "updateDimensionProperties": _update_dimension_properties,
    "autoResizeDimensions": _auto_resize,
}
