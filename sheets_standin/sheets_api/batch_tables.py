"""Requests about tables, as the guide "Tables" and the reference describe them.

What neither says is refused with 501: a table without a name, a column without header and name, what number formats a
column's type brings, which of a deleted table's notes, formats and rules stay, a table that moves.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.colors import twinned
from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.sheets_api.fields import for_request
from sheets_standin.sheets_api.ranges import Area, grid_area, touches
from sheets_standin.sheets_api.sheet_json import table_json
from sheets_standin.spreadsheet.cells import Cell, Content, value_of, with_value
from sheets_standin.spreadsheet.document import Sheet
from sheets_standin.spreadsheet.formats import number_format
from sheets_standin.spreadsheet.tables import box_of

Request = Mapping[str, Any]
Json = dict[str, Any]

_DEFAULTS: Mapping[str, bool | int] = {"BOOLEAN": False, "RATINGS_CHIP": 0}
_NUMERIC = ("DOUBLE", "CURRENCY", "PERCENT", "DATE", "TIME", "DATE_TIME")


def table_of(caller: Caller, identity: str) -> tuple[Sheet, Json]:
    """Return a table and the tab that it lies on; refuse an unknown one."""
    for sheet in caller.document.sheets:
        for table in sheet.tables:
            if table["tableId"] == identity:
                return sheet, table
    raise invalid(f"No table with id: {identity}")


def _all(caller: Caller) -> list[Json]:
    return [table for sheet in caller.document.sheets for table in sheet.tables]


def add_table(caller: Caller, request: Request) -> Json:
    """Add a table over a range; its first row is the header."""
    given = request.get("table") or {}
    part = grid_area(caller.document, given.get("range"))
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    identity = given.get("tableId") or str(1 + secrets.randbelow(2**31 - 2))
    if any(table["tableId"] == identity for table in _all(caller)):
        raise invalid(f"A table with id {identity} already exists.")
    _refuse_overlap(part)
    name = given.get("name", "")
    _refuse_name(caller, name)
    table: Json = {"tableId": identity, "name": name, "range": _bounds(part)}
    if rows := _styles(given):
        table["rowsProperties"] = rows
    _set_columns(caller, part.sheet, table, given.get("columnProperties", []))
    part.sheet.tables.append(table)
    caller.document.noted("addTable", name)
    return {"table": table_json(caller.document, part.sheet, table)}


def _bounds(part: Area) -> Json:
    return {
        "sheetId": part.sheet.sheet_id,
        "startRowIndex": part.first_row,
        "endRowIndex": part.last_row,
        "startColumnIndex": part.first_column,
        "endColumnIndex": part.last_column,
    }


def _refuse_overlap(part: Area, own: Json | None = None) -> None:
    if any(touches(part, table["range"]) for table in part.sheet.tables if table is not own):
        raise invalid("A table cannot overlap another table.")


def _refuse_name(caller: Caller, name: str, own: Json | None = None) -> None:
    if not name:
        raise unsupported("a table without a name")
    if any(table["name"].casefold() == name.casefold() for table in _all(caller) if table is not own):
        raise invalid(f"A table with the name {name} already exists.")


def _set_columns(caller: Caller, sheet: Sheet, table: Json, given: list[Request]) -> None:
    """Keep the columns' types, write their names into the header, and fill what a type fills."""
    box = box_of(table)
    if box.last_body_row <= box.first_row:
        raise invalid("A table needs a header row.")
    kept = []
    for place, given_column in enumerate(given):
        index = given_column.get("columnIndex", place)
        if not 0 <= index < box.last_column - box.first_column:
            raise invalid(f"columnIndex[{index}] is not within the table.")
        _refuse_rule(given_column)
        column = box.first_column + index
        if given_column.get("columnName"):
            head = with_value(sheet.grid.cell(box.first_row, column), given_column["columnName"])
            caller.document.put(sheet, box.first_row, column, [[head]], "addTable")
        _fill(
            caller, sheet, (box.first_row + 1, box.last_body_row), column, given_column.get("columnType", "")
        )
        kept.append({**copy.deepcopy(dict(given_column)), "columnIndex": index})
    for column in range(box.first_column, box.last_column):
        if value_of(sheet.grid.cell(box.first_row, column)) in (None, ""):
            raise unsupported("a table's column that has neither a header nor a name")
    table["columnProperties"] = kept


def _refuse_rule(column: Request) -> None:
    condition = (column.get("dataValidationRule") or {}).get("condition") or {}
    if column.get("columnType") == "DROPDOWN":
        if condition.get("type") != "ONE_OF_LIST":
            raise invalid("A dropdown column must have a dataValidationRule with a ONE_OF_LIST condition.")
    elif "dataValidationRule" in column:
        raise invalid("dataValidationRule can only be set for a dropdown column.")


def _fill(caller: Caller, sheet: Sheet, rows: tuple[int, int], column: int, kind: str) -> None:
    """Fill empty cells with a type's default; refuse numbers that the type would format."""
    for row in range(*rows):
        content = sheet.grid.cell(row, column)
        if kind in _DEFAULTS and value_of(content) in (None, ""):
            filled = with_value(content, _DEFAULTS[kind])
            caller.document.put(sheet, row, column, [[filled]], "addTable")
        elif kind in _NUMERIC and _is_bare_number(content):
            raise unsupported(f"a column of type {kind} over numbers without a format of their own")


def _is_bare_number(content: Content) -> bool:
    value = value_of(content)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and not number_format(content)


def _update(caller: Caller, request: Request) -> None:
    given = request.get("table") or {}
    mask = for_request(request.get("fields"), "Table")
    sheet, table = table_of(caller, given.get("tableId", ""))
    names = {"name", "range", "columnProperties", "rowsProperties"} if "*" in mask else set(mask)
    had_footer = box_of(table).has_footer
    changed = copy.deepcopy(table)
    if "name" in names:
        _refuse_name(caller, given.get("name", ""), table)
        changed["name"] = given["name"]
    if "range" in names:
        changed["range"] = _resized(caller, table, given)
    if "rowsProperties" in names:
        changed["rowsProperties"] = _rows(table, given, mask.get("rowsProperties", {}))
        if "range" not in names:
            toggled = ("footerColorStyle" in changed["rowsProperties"]) - had_footer
            changed["range"]["endRowIndex"] += toggled
            if changed["range"]["endRowIndex"] > sheet.grid.row_count:
                raise unsupported("a footer below the last row of the grid")
    _refuse_overlap(grid_area(caller.document, changed["range"]), table)
    box = box_of(changed)
    caller.may_write(sheet, box.first_row, box.last_row, box.first_column, box.last_column)
    width = box.last_column - box.first_column
    known = [
        column_property
        for column_property in changed["columnProperties"]
        if column_property["columnIndex"] < width
    ]
    columns = given.get("columnProperties", []) if "columnProperties" in names else known
    _set_columns(caller, sheet, changed, columns)
    sheet.tables = [changed if other is table else other for other in sheet.tables]
    caller.document.noted("updateTable", changed["name"])


def _resized(caller: Caller, table: Json, given: Request) -> Json:
    part = grid_area(caller.document, given.get("range"))
    bounds, former = _bounds(part), table["range"]
    if any(bounds[name] != former[name] for name in ("sheetId", "startRowIndex", "startColumnIndex")):
        raise unsupported("a table that moves")
    return bounds


def _styles(given: Request) -> Json:
    """Return the colours of a table's rows as they are kept; a table has each but once."""
    rows = twinned(copy.deepcopy(given.get("rowsProperties") or {}))
    return {name: row for name, row in rows.items() if name.endswith("Style")}


def _rows(table: Json, given: Request, mask: Request) -> Json:
    wanted = _styles(given)
    if not mask or "*" in mask:
        return wanted
    former = {
        name: rows_property
        for name, rows_property in table.get("rowsProperties", {}).items()
        if name not in mask
    }
    return former | {name: wanted[name] for name in mask if name in wanted}


def _delete(caller: Caller, request: Request) -> None:
    """Delete a table with its contents."""
    sheet, table = table_of(caller, request.get("tableId", ""))
    box = box_of(table)
    caller.may_write(sheet, box.first_row, box.last_row, box.first_column, box.last_column)
    for row in range(box.first_row, box.last_row):
        for content in sheet.grid.row(row)[box.first_column : box.last_column]:
            if isinstance(content, Cell) and (content.note or content.format or content.validation):
                raise unsupported("deleting a table whose cells have notes, formats or rules")
    sheet.grid.change(box.first_row, box.last_row, box.first_column, box.last_column, lambda _content: None)
    sheet.tables = [other for other in sheet.tables if other is not table]
    caller.document.noted("deleteTable", table["name"])


HANDLERS = {"addTable": add_table, "updateTable": _update, "deleteTable": _delete}
