"""Requests that change cells."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.sheets_api.caller import Caller
from sandbox.sheets_api.errors import invalid, unsupported
from sandbox.sheets_api.fields import Mask, parse
from sandbox.sheets_api.ranges import Area, grid_area, sheet_of
from sandbox.spreadsheet.a1 import name
from sandbox.spreadsheet.cells import Cell, Content, full, lean
from sandbox.spreadsheet.document import TEXT_LIMIT
from sandbox.spreadsheet.formulas import shifted

Request = Mapping[str, Any]

_CELL_FIELDS = ("userEnteredValue", "userEnteredFormat", "note", "dataValidation")


def _merged(content: Content, given: Request, mask: Mask) -> Content:
    """Return a cell after the fields of the mask were set from `given`; what is not given is cleared."""
    cell = full(content)
    for field, branch in mask.items():
        if field == "*":
            for each in _CELL_FIELDS:
                cell = full(_merged(lean(cell), given, {each: {}}))
        elif field == "userEnteredValue":
            value, formula = _entered(given.get("userEnteredValue"))
            cell = replace(cell, value=value, formula=formula)
        elif field == "note":
            cell = replace(cell, note=given.get("note") or "")
        elif field == "userEnteredFormat":
            form = _merged_format(cell.format or {}, given.get("userEnteredFormat") or {}, branch)
            cell = replace(cell, format=form or None)
        elif field == "dataValidation":
            cell = replace(cell, validation=given.get("dataValidation"))
        else:
            raise unsupported(f"the cell field {field}")
    return lean(cell)


def _merged_format(former: Mapping[str, Any], given: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    if not mask or "*" in mask:
        return copy.deepcopy(dict(given))
    merged = dict(former)
    for name_, branch in mask.items():
        inner = given.get(name_)
        if isinstance(inner, dict) and branch:
            merged[name_] = _merged_format(merged.get(name_) or {}, inner, branch)
        elif inner is None:
            merged.pop(name_, None)
        else:
            merged[name_] = copy.deepcopy(inner)
    return merged


def _entered(value: Request | None) -> tuple[Any, str | None]:
    """Return value and formula of an API ExtendedValue."""
    if not value:
        return None, None
    if len(value) > 1:
        raise invalid("Only one of the fields of ExtendedValue may be set.")
    kind, given = next(iter(value.items()))
    if kind == "formulaValue":
        return None, str(given)
    if kind == "errorValue":
        raise invalid("errorValue is read-only.")
    if kind == "stringValue":
        if len(given) > TEXT_LIMIT:
            raise invalid(
                f"Your input contains more than the maximum of {TEXT_LIMIT} characters in a single cell."
            )
        return given or None, None
    if kind == "numberValue" and float(given).is_integer() and abs(given) < 2**53:
        return int(given), None
    return given, None


def _mask(request: Request) -> Mask:
    text = request.get("fields")
    if not text:
        raise invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return parse(str(text))


def _update_cells(caller: Caller, request: Request) -> None:
    mask = _mask(request)
    rows = [row.get("values") or [] for row in request.get("rows") or []]
    width = max(map(len, rows), default=0)
    if request.get("start") is not None:
        start = request["start"]
        sheet = sheet_of(caller.document, start.get("sheetId", 0))
        row, column = start.get("rowIndex", 0), start.get("columnIndex", 0)
        height = len(rows)
        if row + height > sheet.grid.row_count or column + width > sheet.grid.column_count:
            over = f"Attempting to write row: {row + height - 1}, beyond the last requested row of: "
            if row + height > sheet.grid.row_count:
                raise invalid(f"{over}{sheet.grid.row_count - 1}")
            raise invalid(
                f"Attempting to write column: {column + width - 1}, beyond the last requested column of: "
                f"{sheet.grid.column_count - 1}"
            )
    elif request.get("range") is not None:
        part = grid_area(caller.document, request["range"])
        sheet, row, column = part.sheet, part.first_row, part.first_column
        height, full_width = part.last_row - row, part.last_column - column
        if len(rows) > height:
            raise invalid(
                f"Attempting to write row: {row + height}, beyond the last requested row of: {part.last_row - 1}"
            )
        if width > full_width:
            raise invalid(
                f"Attempting to write column: {column + full_width}, beyond the last requested column of: "
                f"{part.last_column - 1}"
            )
        held = max(0, sheet.grid.held_rows - row)
        height = height if rows else min(height, held)
        rows = [values + [{}] * (full_width - len(values)) for values in rows]
        rows += [[{}] * full_width] * (min(height, max(held, len(rows))) - len(rows))
        width = full_width
    else:
        raise invalid("Must specify either start or range.")
    caller.may_write(sheet, row, row + len(rows), column, column + width)
    contents = [
        [_merged(sheet.grid.cell(row + i, column + j), given, mask) for j, given in enumerate(values)]
        for i, values in enumerate(rows)
    ]
    caller.document.put(sheet, row, column, contents, "updateCells")


def _append_cells(caller: Caller, request: Request) -> None:
    mask = _mask(request)
    sheet = sheet_of(caller.document, request.get("sheetId", 0))
    rows = [row.get("values") or [] for row in request.get("rows") or []]
    first = sheet.grid.held_rows
    while first and all(full(c).value is None and full(c).formula is None for c in sheet.grid.row(first - 1)):
        first -= 1
    width = max(map(len, rows), default=0)
    if first + len(rows) > sheet.grid.row_count or width > sheet.grid.column_count:
        sheet.grid.resize(max(sheet.grid.row_count, first + len(rows)), max(width, sheet.grid.column_count))
    caller.may_write(sheet, first, first + len(rows), 0, width)
    contents = [
        [_merged(sheet.grid.cell(first + i, j), given, mask) for j, given in enumerate(values)]
        for i, values in enumerate(rows)
    ]
    caller.document.put(sheet, first, 0, contents, "appendCells")


def _change(caller: Caller, part: Area, to: Callable[[Content], Content], kind: str) -> None:
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    part.sheet.grid.change(part.first_row, part.last_row, part.first_column, part.last_column, to)
    caller.document.noted(kind, part.name)


def _repeat_cell(caller: Caller, request: Request) -> None:
    mask, given = _mask(request), request.get("cell") or {}
    part = grid_area(caller.document, request.get("range") or {})
    _change(caller, part, lambda content: _merged(content, given, mask), "repeatCell")


def _set_data_validation(caller: Caller, request: Request) -> None:
    rule = request.get("rule")
    part = grid_area(caller.document, request.get("range") or {})
    _change(
        caller,
        part,
        lambda content: _merged(content, {"dataValidation": rule}, {"dataValidation": {}}),
        "setDataValidation",
    )


def _copy_paste(caller: Caller, request: Request) -> None:
    kind = request.get("pasteType", "PASTE_NORMAL")
    if kind not in ("PASTE_NORMAL", "PASTE_VALUES") or request.get("pasteOrientation", "NORMAL") != "NORMAL":
        raise unsupported(f"copyPaste with {kind} {request.get('pasteOrientation', '')}")
    source = grid_area(caller.document, request.get("source") or {})
    target = grid_area(caller.document, request.get("destination") or {})
    height, width = source.last_row - source.first_row, source.last_column - source.first_column
    rows = max(height, (target.last_row - target.first_row) // height * height)
    columns = max(width, (target.last_column - target.first_column) // width * width)
    sheet = target.sheet
    if (
        target.first_row + rows > sheet.grid.row_count
        or target.first_column + columns > sheet.grid.column_count
    ):
        raise invalid("Range exceeds grid limits.")
    caller.may_write(
        sheet, target.first_row, target.first_row + rows, target.first_column, target.first_column + columns
    )
    block: list[Sequence[Content]] = []
    left = target.first_column
    for i in range(rows):
        line: list[Content] = []
        held = source.sheet.grid.row(source.first_row + i % height)
        beside = sheet.grid.row(target.first_row + i)
        for j in range(columns):
            at = source.first_column + j % width
            content = held[at] if at < len(held) else None
            if kind == "PASTE_VALUES":
                former = beside[left + j] if left + j < len(beside) else None
                if isinstance(content, Cell) or isinstance(former, Cell):
                    content = lean(replace(full(former), value=full(content).value, formula=None))
            elif isinstance(content, Cell) and content.formula is not None:
                moved = (target.first_row + i - source.first_row, target.first_column + j - at)
                content = replace(content, formula=shifted(content.formula, *moved))
            line.append(content)
        block.append(line)
    caller.document.put(sheet, target.first_row, target.first_column, block, "copyPaste")


def _sort_range(caller: Caller, request: Request) -> None:
    part = grid_area(caller.document, request.get("range") or {})
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    by = []
    for spec in request.get("sortSpecs") or []:
        if set(spec) - {"dimensionIndex", "sortOrder"}:
            raise unsupported("sorting by colour")
        by.append((spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING"))
    caller.document.sort(part.sheet, part.first_row, part.last_row, (part.first_column, part.last_column), by)


def _delete_range(caller: Caller, request: Request) -> None:
    part = grid_area(caller.document, request.get("range") or {})
    grid = part.sheet.grid
    caller.may_write(part.sheet, part.first_row, 10**9, part.first_column, part.last_column)
    size = part.last_row - part.first_row
    if request.get("shiftDimension") == "ROWS":
        for row in range(part.first_row, grid.held_rows):
            below = [grid.cell(row + size, c) for c in range(part.first_column, part.last_column)]
            grid.put(row, part.first_column, below)
    else:
        width = part.last_column - part.first_column
        for row in range(part.first_row, min(part.last_row, grid.held_rows)):
            beside = [grid.cell(row, c + width) for c in range(part.first_column, grid.column_count)]
            grid.put(row, part.first_column, beside)
    caller.document.noted(
        "deleteRange",
        name(part.sheet.title, part.first_row, part.last_row, part.first_column, part.last_column),
    )


HANDLERS = {
    "updateCells": _update_cells,
    "appendCells": _append_cells,
    "repeatCell": _repeat_cell,
    "setDataValidation": _set_data_validation,
    "copyPaste": _copy_paste,
    "sortRange": _sort_range,
    "deleteRange": _delete_range,
}
