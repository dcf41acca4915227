"""Requests that change text: find and replace, trim, and duplicates taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.sheets_api.ranges import Area, area, coordinate, dimension_range, grid_area, sheet_of
from sheets_standin.spreadsheet.a1 import Range
from sheets_standin.spreadsheet.cells import Content, full, value_of, with_value

Request = Mapping[str, Any]


def _find_replace(caller: Caller, request: Request) -> dict[str, Any]:
    """Replace text in text cells; a regular expression, and cells that are no text, are not supported."""
    document, find = caller.document, request.get("find", "")
    if not find:
        raise invalid("find is required")
    if request.get("searchByRegex") or request.get("includeFormulas"):
        raise unsupported("findReplace by regular expression or in formulas")
    if "range" in request:
        parts = [grid_area(document, request["range"])]
    elif request.get("allSheets"):
        parts = [area(sheet, Range()) for sheet in document.sheets]
    elif "sheetId" in request:
        parts = [area(sheet_of(document, request["sheetId"]), Range())]
    else:
        raise invalid("One of range, sheetId or allSheets must be specified.")
    pattern = re.compile(re.escape(find), 0 if request.get("matchCase") else re.IGNORECASE)
    counts = {"valuesChanged": 0, "occurrencesChanged": 0, "rowsChanged": 0, "sheetsChanged": 0}
    for part in parts:
        rows = _replace_in(caller, part, pattern, request, counts)
        counts["rowsChanged"] += rows
        counts["sheetsChanged"] += bool(rows)
    return {name: count for name, count in counts.items() if count}


def _replace_in(
    caller: Caller, part: Area, pattern: re.Pattern[str], request: Request, counts: dict[str, int]
) -> int:
    grid, changed_rows = part.sheet.grid, 0
    for row in range(part.first_row, min(part.last_row, grid.held_rows)):
        is_changed = False
        for column in range(part.first_column, min(part.last_column, len(grid.row(row)))):
            content = grid.cell(row, column)
            value = value_of(content)
            if full(content).formula is not None or value is None:
                continue
            if not isinstance(value, str):
                if isinstance(value, int | float) and pattern.search(str(value)):
                    raise unsupported("findReplace in cells that hold no text")
                continue
            if request.get("matchEntireCell") and not pattern.fullmatch(value):
                continue
            replaced, times = pattern.subn(lambda _found: str(request.get("replacement", "")), value)
            if times:
                caller.may_write(part.sheet, row, row + 1, column, column + 1)
                typed = caller.document.typed(content, replaced)
                caller.document.put(part.sheet, row, column, [[typed]], "findReplace")
                counts["valuesChanged"] += 1
                counts["occurrencesChanged"] += times
                is_changed = True
        changed_rows += is_changed
    return changed_rows


def _trim_whitespace(caller: Caller, request: Request) -> dict[str, Any]:
    part = grid_area(caller.document, request.get("range"))
    count = _texts(caller, part, lambda text: re.sub(r"\s+", " ", text).strip(), "trimWhitespace")
    return {"cellsChangedCount": count} if count else {}


def _texts(caller: Caller, part: Area, to: Callable[[str], str], kind: str) -> int:
    """Replace the text of each text cell that is no formula; return how many changed."""
    grid, changed = part.sheet.grid, []
    for row in range(part.first_row, min(part.last_row, grid.held_rows)):
        for column in range(part.first_column, min(part.last_column, len(grid.row(row)))):
            content = grid.cell(row, column)
            value = value_of(content)
            if isinstance(value, str) and full(content).formula is None and to(value) != value:
                changed.append((row, column, with_value(content, to(value) or None)))
    if changed:
        caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    for row, column, new in changed:
        caller.document.put(part.sheet, row, column, [[new]], kind)
    return len(changed)


def _delete_duplicates(caller: Caller, request: Request) -> dict[str, Any]:
    part = grid_area(caller.document, request.get("range"))
    grid, columns = part.sheet.grid, range(part.first_column, part.last_column)
    compared = [
        column
        for comparison_column in request.get("comparisonColumns", [])
        for column in range(*dimension_range(caller.document, comparison_column)[2:])
    ] or list(columns)
    seen, kept, removed = set(), [], 0
    held = min(part.last_row, grid.held_rows)
    for row in range(part.first_row, held):
        key = tuple(_key(grid.cell(row, column)) for column in compared)
        if key in seen and any(value is not None for value in key):
            removed += 1
            continue
        seen.add(key)
        kept.append([grid.cell(row, column) for column in columns])
    if removed:
        caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
        empty: list[list[Content]] = [[None] * len(columns)] * removed
        caller.document.put(part.sheet, part.first_row, part.first_column, kept + empty, "deleteDuplicates")
    return {"duplicatesRemovedCount": removed} if removed else {}


def _key(content: Content) -> object:
    value = value_of(content)
    return value.casefold() if isinstance(value, str) else value


def _paste_data(caller: Caller, request: Request) -> None:
    """Put in delimited text as if it were typed, from a cell on; the grid grows where it is too small."""
    if request.get("html") or request.get("type", "PASTE_NORMAL") not in ("PASTE_NORMAL", "PASTE_VALUES"):
        raise unsupported("pasteData of HTML or of anything but values")
    document = caller.document
    sheet, row, column = coordinate(document, request.get("coordinate"))
    delimiter = request.get("delimiter", "")
    if not delimiter:
        raise invalid("delimiter is required")
    lines = [line.split(delimiter) for line in request.get("data", "").split("\n")]
    last_row, last_column = row + len(lines), column + max(map(len, lines))
    grid = sheet.grid
    if last_row > grid.row_count or last_column > grid.column_count:
        grid.resize(max(last_row, grid.row_count), max(last_column, grid.column_count))
    caller.may_write(sheet, row, last_row, column, last_column)
    contents = [
        [document.typed(grid.cell(row + i, column + j), text) for j, text in enumerate(line)]
        for i, line in enumerate(lines)
    ]
    document.put(sheet, row, column, contents, "pasteData")


HANDLERS = {
    "pasteData": _paste_data,
    "findReplace": _find_replace,
    "trimWhitespace": _trim_whitespace,
    "deleteDuplicates": _delete_duplicates,
}
