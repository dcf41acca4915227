"""Requests that copy, move and sort rectangles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    paste = _PASTES.get(kind)
    if paste is None:
        raise unsupported(f"the paste type {kind}")
    return lean(paste(new, old, formula))


def _without_borders(new: Cell, old: Cell, formula: str | None) -> Cell:
    """Return a cell as it was copied, with the borders of the cell that was there."""
    form = {name: value for name, value in (new.format or {}).items() if name != "borders"}
    borders = (old.format or {}).get("borders")
    return replace(new, formula=formula, format=form | ({"borders": borders} if borders else {}) or None)


_PASTES: Mapping[str, Callable[[Cell, Cell, str | None], Cell]] = {
    "PASTE_VALUES": lambda new, old, _: replace(old, value=new.value, formula=None, runs=()),
    "PASTE_FORMULA": lambda new, old, formula: replace(old, value=new.value, formula=formula, runs=()),
    "PASTE_FORMAT": lambda new, old, _: replace(old, format=new.format),
    "PASTE_NO_BORDERS": _without_borders,
    "PASTE_DATA_VALIDATION": lambda new, old, _: replace(old, validation=new.validation),
}
"""What comes of the copied cell, the cell that was there, and the copied formula."""


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
    paste = _Paste(kind, source, sheet, (top, left), (height, width), is_transposed=is_transposed)
    block = [paste.line(down, columns) for down in range(rows)]
    if kind == "PASTE_NORMAL" and not is_transposed:
        _copy_merges(source, sheet, (top, rows, left, columns))
    caller.document.put(sheet, top, left, block, "copyPaste")


@dataclass(frozen=True, slots=True)
class _Paste:
    """A block that is copied over another, as often as it fits.

    Attributes
    ----------
    corner
        The first row and column that are written.
    size
        Rows and columns of the block as it is pasted; of a transposed one the source has them the other way round.
    """

    kind: str
    source: Area
    sheet: Sheet
    corner: tuple[int, int]
    size: tuple[int, int]
    is_transposed: bool

    @property
    def _is_plain(self) -> bool:
        """Whether a cell without format, note or formula takes nothing but the value."""
        return self.kind in ("PASTE_NORMAL", "PASTE_VALUES")

    def line(self, down: int, columns: int) -> Sequence[Content]:
        """Return so many cells of a row, counted from the first that is written."""
        top, left = self.corner
        beside = self.sheet.grid.row(top + down)[left : left + columns]
        plain = self._plain_line(down, columns, beside)
        if plain is not None:
            return plain
        formers = [*beside, *[None] * (columns - len(beside))]
        return [self._cell(down, right, former) for right, former in enumerate(formers)]

    def _plain_line(self, down: int, columns: int, beside: Sequence[Content]) -> Sequence[Content] | None:
        """Return a row that is values alone and is written over values alone, None for any other."""
        if self.is_transposed or not self._is_plain:
            return None
        height, width = self.size
        held = self.source.sheet.grid.row(self.source.first_row + down % height)
        whole = held[self.source.first_column : self.source.last_column]
        if Cell in map(type, whole) or Cell in map(type, beside):
            return None
        padded = [*whole, *[None] * (width - len(whole))]
        return (padded * (columns // width + 1))[:columns]

    def _cell(self, down: int, right: int, former: Content) -> Content:
        row, column = self._origin(down, right)
        held = self.source.sheet.grid.row(row)
        content = held[column] if column < len(held) else None
        if self._is_plain and not isinstance(content, Cell) and not isinstance(former, Cell):
            return content
        moved = (self.corner[0] + down - row, self.corner[1] + right - column)
        return _pasted(self.kind, content, former, moved)

    def _origin(self, down: int, right: int) -> tuple[int, int]:
        height, width = self.size
        down, right = down % height, right % width
        if self.is_transposed:
            down, right = right, down
        return self.source.first_row + down, self.source.first_column + right


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
    dimension = _shift_dimension(request)
    _refuse_tables(part)
    if dimension == "ROWS":
        _push_down(caller, part)
    else:
        _push_right(caller, part)
    caller.document.noted("insertRange", part.name)


def _push_down(caller: Caller, part: Area) -> None:
    caller.may_write(part.sheet, part.first_row, 10**9, part.first_column, part.last_column)
    grid = part.sheet.grid
    size, columns = part.last_row - part.first_row, range(part.first_column, part.last_column)
    moved = [[grid.cell(row, c) for c in columns] for row in range(part.first_row, grid.held_rows)]
    while moved and all(cell is None for cell in moved[-1]):
        moved.pop()
    needed = part.last_row + len(moved)
    if needed > grid.row_count:
        grid.resize(needed, grid.column_count)
    empty: list[list[Content]] = [[None] * len(columns)] * size
    for offset, line in enumerate(empty + moved):
        grid.put(part.first_row + offset, part.first_column, line)


def _push_right(caller: Caller, part: Area) -> None:
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, 10**9)
    grid = part.sheet.grid
    gap: list[Content] = [None] * (part.last_column - part.first_column)
    rows = range(part.first_row, min(part.last_row, grid.held_rows))
    lengths = [len(grid.row(row)) for row in rows]
    widest = max((length + len(gap) for length in lengths if length > part.first_column), default=0)
    if widest > grid.column_count:
        grid.resize(grid.row_count, widest)
    for row in rows:
        grid.put(row, part.first_column, [*gap, *grid.row(row)[part.first_column :]])


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
