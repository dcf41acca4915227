"""Requests that write cells."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.cell_format import border, kept, merged
from sheets_standin.sheets_api.colors import twinned
from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.sheets_api.fields import Mask, for_request
from sheets_standin.sheets_api.ranges import Area, coordinate, grid_area
from sheets_standin.spreadsheet.cells import Cell, Content, full, lean
from sheets_standin.spreadsheet.document import TEXT_LIMIT
from sheets_standin.spreadsheet.formulas import shifted

Request = Mapping[str, Any]

_READ_ONLY = ("effectiveValue", "effectiveFormat", "formattedValue", "hyperlink", "dataSourceFormula")


def ready(given: Request) -> Request:
    """Return a CellData with its format as it is kept."""
    if "userEnteredFormat" in given:
        return {**given, "userEnteredFormat": kept(given["userEnteredFormat"])}
    return given


def written(content: Content, given: Request, mask: Mask) -> Content:
    """Return a cell after the fields of the mask were set; fields that are not given are cleared.

    Parameters
    ----------
    given
        As `ready` returns it.
    """
    cell = full(content)
    for name, branch in (_EVERY if "*" in mask else mask).items():
        if name in _SETTERS:
            cell = _SETTERS[name](cell, given.get(name), branch)
        elif name not in _READ_ONLY and not (name == "pivotTable" and not given.get(name)):
            raise unsupported(f"the cell field {name}")
    return lean(cell)


def _with_value(cell: Cell, given: Any, _branch: Mask) -> Cell:
    value, formula = _entered(given)
    return replace(cell, value=value, formula=formula, runs=())


def _with_note(cell: Cell, given: Any, _branch: Mask) -> Cell:
    return replace(cell, note=given or "")


def _with_format(cell: Cell, given: Any, branch: Mask) -> Cell:
    return replace(cell, format=merged(cell.format or {}, given or {}, branch) or None)


def _with_validation(cell: Cell, given: Any, _branch: Mask) -> Cell:
    return replace(cell, validation=validation(given))


def _with_runs(cell: Cell, given: Any, _branch: Mask) -> Cell:
    return replace(cell, runs=tuple(twinned(copy.deepcopy(run)) for run in given or ()))


_SETTERS: Mapping[str, Callable[[Cell, Any, Mask], Cell]] = {
    "userEnteredValue": _with_value,
    "userEnteredFormat": _with_format,
    "note": _with_note,
    "dataValidation": _with_validation,
    "textFormatRuns": _with_runs,
}
_EVERY: Mask = {name: {} for name in _SETTERS}


def validation(rule: Request | None) -> dict[str, Any] | None:
    """Return a data validation rule as it is read back: without what is false."""
    if not rule:
        return None
    return {name: copy.deepcopy(value) for name, value in rule.items() if value is not False and value != ""}


def _entered(value: Request | None) -> tuple[Any, str | None]:
    """Return value and formula of an API ExtendedValue."""
    if not value:
        return None, None
    kind, given = next(iter(value.items()))
    if kind == "formulaValue":
        if not given.startswith(("=", "+")):
            raise invalid("Formulas must start with '=' or '+'.")
        return None, given
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


def rows_of(request: Request) -> list[list[Request]]:
    """Return the rows of cells that a request brings, their formats as they are kept."""
    return [[ready(cell) for cell in row.get("values", [])] for row in request.get("rows", [])]


def _update_cells(caller: Caller, request: Request) -> None:
    mask = for_request(request.get("fields"), "CellData")
    rows = rows_of(request)
    if "start" in request:
        _write_from(caller, request["start"], rows, mask)
    elif "range" in request:
        _write_over(caller, grid_area(caller.document, request["range"]), rows, mask)
    else:
        raise invalid("Must specify either start or range.")


def _write_from(caller: Caller, start: Request, rows: list[list[Request]], mask: Mask) -> None:
    sheet, row, column = coordinate(caller.document, start)
    width = max(map(len, rows), default=0)
    if row + len(rows) > sheet.grid.row_count:
        last = sheet.grid.row_count - 1
        raise invalid(f"Attempting to write row: {last + 1}, beyond the last requested row of: {last}")
    if column + width > sheet.grid.column_count:
        last = sheet.grid.column_count - 1
        raise invalid(f"Attempting to write column: {last + 1}, beyond the last requested column of: {last}")
    caller.may_write(sheet, row, row + len(rows), column, column + width)
    contents = [
        [written(sheet.grid.cell(row + i, column + j), given, mask) for j, given in enumerate(values)]
        for i, values in enumerate(rows)
    ]
    caller.document.put(sheet, row, column, contents, "updateCells")


def _write_over(caller: Caller, part: Area, rows: list[list[Request]], mask: Mask) -> None:
    """Write a whole range; the cells that no data is for are cleared of the mask's fields."""
    grid = part.sheet.grid
    height, width = part.last_row - part.first_row, part.last_column - part.first_column
    if len(rows) > height:
        raise invalid(
            f"Attempting to write row: {part.last_row}, beyond the last requested row of: {part.last_row - 1}"
        )
    if max(map(len, rows), default=0) > width:
        raise invalid(
            f"Attempting to write column: {part.last_column}, beyond the last requested column of: "
            f"{part.last_column - 1}"
        )
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    filled = max(len(rows), min(height, grid.held_rows - part.first_row))
    contents = []
    for i in range(filled):
        values = rows[i] if i < len(rows) else []
        padded = [*values, *([{}] * (width - len(values)))]
        row, column = part.first_row + i, part.first_column
        contents.append([written(grid.cell(row, column + j), given, mask) for j, given in enumerate(padded)])
    caller.document.put(part.sheet, part.first_row, part.first_column, contents, "updateCells")


def change(caller: Caller, part: Area, to: Callable[[Content], Content], kind: str) -> None:
    """Replace each cell of an area by what `to` makes of it."""
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    part.sheet.grid.change(part.first_row, part.last_row, part.first_column, part.last_column, to)
    caller.document.noted(kind, part.name)


def _repeat_cell(caller: Caller, request: Request) -> None:
    mask, given = for_request(request.get("fields"), "CellData"), ready(request.get("cell") or {})
    part = grid_area(caller.document, request.get("range"))
    formula = (given.get("userEnteredValue") or {}).get("formulaValue")
    if not formula or not ("userEnteredValue" in mask or "*" in mask):
        change(caller, part, lambda content: written(content, given, mask), "repeatCell")
        return
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    contents = []
    for i in range(part.last_row - part.first_row):
        line = []
        for j in range(part.last_column - part.first_column):
            moved = {**given, "userEnteredValue": {"formulaValue": shifted(formula, i, j)}}
            former = part.sheet.grid.cell(part.first_row + i, part.first_column + j)
            line.append(written(former, moved, mask))
        contents.append(line)
    caller.document.put(part.sheet, part.first_row, part.first_column, contents, "repeatCell")


def _set_data_validation(caller: Caller, request: Request) -> None:
    rule = validation(request.get("rule"))
    part = grid_area(caller.document, request.get("range"))
    change(caller, part, lambda content: lean(replace(full(content), validation=rule)), "setDataValidation")


def _update_borders(caller: Caller, request: Request) -> None:
    part = grid_area(caller.document, request.get("range"))
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    rows = range(part.first_row, part.last_row)
    columns = range(part.first_column, part.last_column)
    for row in rows:
        contents = []
        for column in columns:
            sides = {
                "top": "top" if row == rows[0] else "innerHorizontal",
                "bottom": "bottom" if row == rows[-1] else "innerHorizontal",
                "left": "left" if column == columns[0] else "innerVertical",
                "right": "right" if column == columns[-1] else "innerVertical",
            }
            drawn = {side: border(request[name]) for side, name in sides.items() if name in request}
            contents.append(_bordered(part.sheet.grid.cell(row, column), drawn))
        part.sheet.grid.put(row, part.first_column, contents)
    caller.document.noted("updateBorders", part.name)


def _bordered(content: Content, drawn: Mapping[str, Any]) -> Content:
    cell = full(content)
    borders = {**((cell.format or {}).get("borders") or {}), **drawn}
    left = {side: border for side, border in borders.items() if border}
    form = {name: value for name, value in (cell.format or {}).items() if name != "borders"}
    return lean(replace(cell, format=form | ({"borders": left} if left else {}) or None))


HANDLERS = {
    "updateCells": _update_cells,
    "repeatCell": _repeat_cell,
    "setDataValidation": _set_data_validation,
    "updateBorders": _update_borders,
}
