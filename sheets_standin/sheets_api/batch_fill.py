"""Requests that fill in more of a series, and that split text into columns.

The reference leaves much of both open. What is done here follows from it, from the reference of Apps Script's
AutoFillSeries ("increments of the existing values", "copies of the existing values") or from what people see in
Sheets; all else is refused with 501.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.sheets_api.ranges import Area, grid_area
from sheets_standin.spreadsheet.cells import Content, full, lean, value_of, with_value
from sheets_standin.spreadsheet.formats import displayed
from sheets_standin.spreadsheet.formulas import shifted
from sheets_standin.spreadsheet.grid import Grid
from sheets_standin.spreadsheet.locales import locale_of

Request = Mapping[str, Any]
Line = Sequence[Content]

_DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}
_MAY_COUNT = re.compile(r"\d\s*$|^\s*\d")


def _auto_fill(caller: Caller, request: Request) -> None:
    source, dimension, length = _wanted(caller, request)
    if not length:
        return
    sheet, is_down = source.sheet, dimension == "ROWS"
    rows, columns = range(source.first_row, source.last_row), range(source.first_column, source.last_column)
    known, across = (rows, columns) if is_down else (columns, rows)
    new = _destination(sheet.grid, known, length, is_down=is_down)
    along, beside = (new.start, new.stop), (across.start, across.stop)
    caller.may_write(sheet, *(along + beside if is_down else beside + along))
    names = None if request.get("useAlternateSeries") else _names(caller.document.locale)
    for at in across:
        line = _line(sheet.grid, at, known, is_down=is_down)
        step = None if names is None else _step(line, names)
        filled = [_member(line, n - known.start, step, is_down=is_down) for n in new]
        if is_down:
            caller.document.put(sheet, new.start, at, [[cell] for cell in filled], "autoFill")
        else:
            caller.document.put(sheet, at, new.start, [filled], "autoFill")


def _destination(grid: Grid, known: range, length: int, *, is_down: bool) -> range:
    """Return the rows or columns to fill, after those that are known or, if `length` is negative, before them."""
    end = grid.row_count if is_down else grid.column_count
    new = range(known.stop, known.stop + length) if length > 0 else range(known.start + length, known.start)
    if new.start < 0 or new.stop > end:
        raise invalid("The destination of an autofill must lie within the grid.")
    return new


def _wanted(caller: Caller, request: Request) -> tuple[Area, str, int]:
    """Return the block that begins the series, the dimension it is filled along, and how far."""
    if "sourceAndDestination" in request:
        return _asked(caller, request["sourceAndDestination"])
    if "range" in request:
        return _block(grid_area(caller.document, request["range"]))
    raise invalid("One of range or sourceAndDestination must be specified.")


def _line(grid: Grid, at: int, places: range, *, is_down: bool) -> Line:
    return [grid.cell(n, at) if is_down else grid.cell(at, n) for n in places]


def _asked(caller: Caller, given: Request) -> tuple[Area, str, int]:
    dimension = given.get("dimension", "DIMENSION_UNSPECIFIED")
    if dimension not in ("ROWS", "COLUMNS"):
        raise invalid("dimension is required")
    return grid_area(caller.document, given.get("source")), dimension, given.get("fillLength", 0)


def _block(part: Area) -> tuple[Area, str, int]:
    """Return the block at the top or at the left of a range that holds data, and how far the rest reaches."""
    grid = part.sheet.grid
    rows = [_filled(grid, row, part) for row in range(part.first_row, part.last_row)]
    width = part.last_column - part.first_column
    down = next((n for n, row in enumerate(rows) if len(row) < width), len(rows))
    if down == len(rows):
        return part, "ROWS", 0
    if down and not any(rows[down:]):
        return replace(part, last_row=part.first_row + down), "ROWS", len(rows) - down
    right = len(rows[0])
    if right and all(row == list(range(right)) for row in rows):
        return replace(part, last_column=part.first_column + right), "COLUMNS", width - right
    raise unsupported("autoFill over a range whose data is no block at its top or its left")


def _filled(grid: Grid, row: int, part: Area) -> list[int]:
    return [
        column - part.first_column
        for column in range(part.first_column, part.last_column)
        if value_of(grid.cell(row, column)) is not None or full(grid.cell(row, column)).formula is not None
    ]


def _member(line: Line, at: int, step: float | None, *, is_down: bool) -> Content:
    """Return a member of the series that a line begins; those of the line are 0 to its length.

    Parameters
    ----------
    step
        By how much the members rise; None for copies.
    """
    place = at % len(line)
    content, moved = line[place], at - place
    formula = full(content).formula
    if formula is not None:
        by = (moved, 0) if is_down else (0, moved)
        return lean(replace(full(content), value=None, formula=shifted(formula, *by), inferred=None))
    if step is None:
        return _bare(content)
    first = value_of(line[0])
    assert isinstance(first, int | float)
    return with_value(_bare(content), first + step * at)


def _bare(content: Content) -> Content:
    """Return a copy without the note, which fills take along no more than they do in Sheets."""
    return lean(replace(full(content), note=""))


def _names(locale: str) -> frozenset[str]:
    """Return the names of months and days, which may be series of their own."""
    known = locale_of(locale)
    names = (*known.months, *known.short_months, *known.days, *known.short_days)
    return frozenset(name.casefold().strip(".") for name in names)


def _step(line: Line, series: frozenset[str]) -> float | None:
    """Return by how much the numbers of a line rise, None for a text or for formulas alone."""
    if all(full(content).formula is not None for content in line):
        return None
    values = [value_of(content) for content in line]
    if len(values) == 1 and isinstance(values[0], str):
        text = values[0].strip()
        if not _MAY_COUNT.search(text) and text.casefold().strip(".") not in series:
            return None
        raise unsupported("autoFill of a text that may be a series of its own")
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    if len(numbers) != len(values) or len(steps) != 1:
        raise unsupported("autoFill of what is no series of numbers with equal steps")
    return steps.pop()


def _text_to_columns(caller: Caller, request: Request) -> None:
    part = grid_area(caller.document, request.get("source"))
    if part.last_column - part.first_column != 1:
        raise invalid("The source must span exactly one column.")
    delimiter = _delimiter(request)
    grid, column = part.sheet.grid, part.first_column
    for row in range(part.first_row, min(part.last_row, grid.held_rows)):
        content = grid.cell(row, column)
        text = displayed(content, caller.document.locale)
        if delimiter not in text:
            continue
        if not isinstance(value_of(content), str) or full(content).formula is not None:
            raise unsupported("textToColumns of what is no text")
        pieces = _pieces(grid, row, column, text.split(delimiter))
        caller.may_write(part.sheet, row, row + 1, column, column + len(pieces))
        typed = [caller.document.typed(grid.cell(row, column + n), piece) for n, piece in enumerate(pieces)]
        caller.document.put(part.sheet, row, column, [typed], "textToColumns")
    caller.document.noted("textToColumns", part.name)


def _delimiter(request: Request) -> str:
    kind = request.get("delimiterType", "DELIMITER_TYPE_UNSPECIFIED")
    if kind == "AUTODETECT":
        raise unsupported("textToColumns with a delimiter that is to be detected")
    if kind == "CUSTOM":
        if not request.get("delimiter"):
            raise invalid("delimiter is required where delimiterType is CUSTOM.")
        return str(request["delimiter"])
    if kind not in _DELIMITERS:
        raise invalid("delimiterType is required")
    return _DELIMITERS[kind]


def _pieces(grid: Grid, row: int, column: int, pieces: list[str]) -> list[str]:
    """Return the pieces of a text if it is known what becomes of each."""
    if any(not piece or piece != piece.strip() for piece in pieces):
        raise unsupported("textToColumns with empty pieces or blanks around them")
    if column + len(pieces) > grid.column_count:
        raise unsupported("textToColumns beyond the last column")
    if any(grid.cell(row, column + n) is not None for n in range(1, len(pieces))):
        raise unsupported("textToColumns over cells that hold something")
    return pieces


HANDLERS = {"autoFill": _auto_fill, "textToColumns": _text_to_columns}
