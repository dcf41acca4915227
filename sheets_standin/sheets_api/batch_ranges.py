"""Requests that copy, move and sort rectangles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.sheets_api.ranges import Area, coordinate, grid_area, touches
from sheets_standin.spreadsheet.cells import Cell, Content, full, lean
from sheets_standin.spreadsheet.document import Sheet
from sheets_standin.spreadsheet.formulas import shifted

Request = Mapping[str, Any]


def _pasted(kind: str, content: Content, former: Content, moved: tuple[int, int]) -> Content:
    """Return a cell after another was pasted over it.

    Parameters
    ----------
    kind
        The API's PasteType.
    moved
        Rows and columns between the two.
    """
    new, old = full(content), full(former)
    formula = shifted(new.formula, *moved) if new.formula is not None else None
    if kind == "PASTE_NORMAL":
        return lean(replace(new, formula=formula)) if formula is not None else content
    if kind == "PASTE_VALUES":
        return lean(replace(old, value=new.value, formula=None, runs=()))
    if kind == "PASTE_FORMULA":
        return lean(replace(old, value=new.value, formula=formula, runs=()))
    if kind == "PASTE_FORMAT":
        return lean(replace(old, format=new.format))
    if kind == "PASTE_NO_BORDERS":
        form = {name: value for name, value in (new.format or {}).items() if name != "borders"}
        borders = (old.format or {}).get("borders")
        return lean(
            replace(new, formula=formula, format=form | ({"borders": borders} if borders else {}) or None)
        )
    if kind == "PASTE_DATA_VALIDATION":
        return lean(replace(old, validation=new.validation))
    raise unsupported(f"the paste type {kind}")


def _copy_paste(caller: Caller, request: Request) -> None:
    kind = request.get("pasteType", "PASTE_NORMAL")
    is_transposed = request.get("pasteOrientation", "NORMAL") == "TRANSPOSE"
    source = grid_area(caller.document, request.get("source"))
    target = grid_area(caller.document, request.get("destination"))
    height, width = source.last_row - source.first_row, source.last_column - source.first_column
    if not height or not width:
        return
    if is_transposed:
        height, width = width, height
    rows = max(height, (target.last_row - target.first_row) // height * height)
    columns = max(width, (target.last_column - target.first_column) // width * width)
    sheet, top, left = target.sheet, target.first_row, target.first_column
    rows, columns = min(rows, sheet.grid.row_count - top), min(columns, sheet.grid.column_count - left)
    caller.may_write(sheet, top, top + rows, left, left + columns)
    block: list[Sequence[Content]] = []
    is_plain = kind in ("PASTE_NORMAL", "PASTE_VALUES")
    for i in range(rows):
        line: list[Content] = []
        at_row = source.first_row + i % height
        held = source.sheet.grid.row(at_row)
        beside = sheet.grid.row(top + i)
        if is_plain and not is_transposed:
            whole = held[source.first_column : source.last_column]
            if Cell not in map(type, whole) and Cell not in map(type, beside[left : left + columns]):
                padded = [*whole, *[None] * (width - len(whole))]
                block.append((padded * (columns // width + 1))[:columns])
                continue
        for j in range(columns):
            at = source.first_column + j % width
            if is_transposed:
                at_row, at = source.first_row + j % width, source.first_column + i % height
                held = source.sheet.grid.row(at_row)
            content = held[at] if at < len(held) else None
            former = beside[left + j] if left + j < len(beside) else None
            if not is_plain or isinstance(content, Cell) or isinstance(former, Cell):
                content = _pasted(kind, content, former, (top + i - at_row, left + j - at))
            line.append(content)
        block.append(line)
    if kind == "PASTE_NORMAL" and not is_transposed:
        _copy_merges(source, sheet, (top, rows, left, columns))
    caller.document.put(sheet, top, left, block, "copyPaste")


def _copy_merges(source: Area, sheet: Sheet, target: tuple[int, int, int, int]) -> None:
    """Copy the merges that lie within the source, as often as it is repeated."""
    top, rows, left, columns = target
    height, width = source.last_row - source.first_row, source.last_column - source.first_column
    inside = [
        merge
        for merge in source.sheet.merges
        if source.first_row <= merge[0] < source.last_row
        and source.first_column <= merge[2] < source.last_column
    ]
    for down in range(0, rows, height):
        for right in range(0, columns, width):
            by_row, by_column = top + down - source.first_row, left + right - source.first_column
            for merge in inside:
                moved = (merge[0] + by_row, merge[1] + by_row, merge[2] + by_column, merge[3] + by_column)
                if moved not in sheet.merges:
                    sheet.merges.append(moved)


def _cut_paste(caller: Caller, request: Request) -> None:
    kind = request.get("pasteType", "PASTE_NORMAL")
    source = grid_area(caller.document, request.get("source"))
    sheet, row, column = coordinate(caller.document, request.get("destination"))
    height, width = source.last_row - source.first_row, source.last_column - source.first_column
    if row + height > sheet.grid.row_count or column + width > sheet.grid.column_count:
        raise invalid("The destination of a cut and paste must lie within the grid.")
    caller.may_write(source.sheet, source.first_row, source.last_row, source.first_column, source.last_column)
    caller.may_write(sheet, row, row + height, column, column + width)
    cut = _block(source)
    gone = (source.first_row, source.last_row, source.first_column, source.last_column)
    merges = [merge for merge in source.sheet.merges if _within(merge, gone)]
    source.sheet.merges = [merge for merge in source.sheet.merges if merge not in merges]
    source.sheet.grid.change(
        source.first_row,
        min(source.last_row, source.sheet.grid.held_rows),
        source.first_column,
        source.last_column,
        lambda _content: None,
    )
    by_row, by_column = row - source.first_row, column - source.first_column
    sheet.merges += [(a + by_row, b + by_row, c + by_column, d + by_column) for a, b, c, d in merges]
    block = [
        [
            _pasted(kind, content, sheet.grid.cell(row + i, column + j), (0, 0))
            for j, content in enumerate(line)
        ]
        for i, line in enumerate(cut)
    ]
    caller.document.put(sheet, row, column, block, "cutPaste")


def _within(merge: tuple[int, int, int, int], part: tuple[int, int, int, int]) -> bool:
    return part[0] <= merge[0] and merge[1] <= part[1] and part[2] <= merge[2] and merge[3] <= part[3]


def _block(part: Area) -> list[list[Content]]:
    return [
        [part.sheet.grid.cell(row, column) for column in range(part.first_column, part.last_column)]
        for row in range(part.first_row, part.last_row)
    ]


def _shift_dimension(request: Request) -> str:
    dimension = request.get("shiftDimension", "DIMENSION_UNSPECIFIED")
    if dimension not in ("ROWS", "COLUMNS"):
        raise invalid("shiftDimension is required")
    return str(dimension)


def _refuse_tables(part: Area) -> None:
    if any(touches(part, table["range"]) for table in part.sheet.tables):
        raise unsupported("shifting a part of a table's cells")


def _delete_range(caller: Caller, request: Request) -> None:
    """Shift cells up or left over a range; the grid stays as large as it is."""
    part = grid_area(caller.document, request.get("range"))
    grid, dimension = part.sheet.grid, _shift_dimension(request)
    _refuse_tables(part)
    if dimension == "ROWS":
        caller.may_write(part.sheet, part.first_row, 10**9, part.first_column, part.last_column)
        size = part.last_row - part.first_row
        for row in range(part.first_row, grid.held_rows):
            below = [grid.cell(row + size, c) for c in range(part.first_column, part.last_column)]
            grid.put(row, part.first_column, below)
    else:
        caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, 10**9)
        width = part.last_column - part.first_column
        for row in range(part.first_row, min(part.last_row, grid.held_rows)):
            beside = [grid.cell(row, c + width) for c in range(part.first_column, grid.column_count)]
            grid.put(row, part.first_column, beside)
    caller.document.noted("deleteRange", part.name)


def _insert_range(caller: Caller, request: Request) -> None:
    """Shift cells down or right out of a range; what leaves the grid makes it larger."""
    part = grid_area(caller.document, request.get("range"))
    grid, dimension = part.sheet.grid, _shift_dimension(request)
    _refuse_tables(part)
    if dimension == "ROWS":
        caller.may_write(part.sheet, part.first_row, 10**9, part.first_column, part.last_column)
        size, columns = part.last_row - part.first_row, range(part.first_column, part.last_column)
        held = grid.held_rows
        moved = [[grid.cell(row, c) for c in columns] for row in range(part.first_row, held)]
        while moved and all(cell is None for cell in moved[-1]):
            moved.pop()
        needed = part.last_row + len(moved)
        if needed > grid.row_count:
            grid.resize(needed, grid.column_count)
        empty: list[list[Content]] = [[None] * len(columns)] * size
        for offset, line in enumerate(empty + moved):
            grid.put(part.first_row + offset, part.first_column, line)
    else:
        caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, 10**9)
        gap: list[Content] = [None] * (part.last_column - part.first_column)
        rows = range(part.first_row, min(part.last_row, grid.held_rows))
        lengths = [len(grid.row(row)) for row in rows]
        widest = max((length + len(gap) for length in lengths if length > part.first_column), default=0)
        if widest > grid.column_count:
            grid.resize(grid.row_count, widest)
        for row in rows:
            grid.put(row, part.first_column, [*gap, *grid.row(row)[part.first_column :]])
    caller.document.noted("insertRange", part.name)


def _sort_range(caller: Caller, request: Request) -> None:
    part = grid_area(caller.document, request.get("range"))
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    by = []
    for spec in request.get("sortSpecs", []):
        if set(spec) - {"dimensionIndex", "sortOrder"}:
            raise unsupported("sorting by colour")
        column = spec.get("dimensionIndex", 0)
        if not part.first_column <= column < part.last_column:
            raise invalid(f"sortSpecs.dimensionIndex[{column}] is not within the range.")
        by.append((column, spec.get("sortOrder") == "DESCENDING"))
    caller.document.sort(part.sheet, part.first_row, part.last_row, (part.first_column, part.last_column), by)


HANDLERS = {
    "copyPaste": _copy_paste,
    "cutPaste": _cut_paste,
    "deleteRange": _delete_range,
    "insertRange": _insert_range,
    "sortRange": _sort_range,
}
