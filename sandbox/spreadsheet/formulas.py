"""Simple formulas, computed by IronCalc; volatile ones again at every change, as Google does (ON_CHANGE)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import ironcalc

from sandbox.spreadsheet.a1 import column_letters, column_number
from sandbox.spreadsheet.cells import Fault, Scalar, value_of
from sandbox.spreadsheet.entry import serial
from sandbox.spreadsheet.grid import Grid

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d*)(?::\$?([A-Z]{1,3})\$?([1-9]\d*))?")
_VOLATILE = re.compile(r"\b(NOW|TODAY)\s*\(\s*\)", re.IGNORECASE)
_FAULTS = {
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#N/A": "N_A",
    "#NAME?": "NAME",
    "#NULL!": "NULL_VALUE",
    "#NUM!": "NUM",
    "#REF!": "REF",
    "#VALUE!": "VALUE",
}
_MOST_CELLS = 10_000


def evaluate(
    grid: Grid, formula: str, row: int, column: int, now: Callable[[], dt.datetime]
) -> Scalar | Fault:
    """Return the value of a formula that stands at a row and column (from 0) and looks at its own tab.

    Parameters
    ----------
    now
        The wall clock of the spreadsheet, for NOW() and TODAY().
    """
    moment = serial(now().replace(tzinfo=None))
    text = _VOLATILE.sub(lambda m: f"{moment!r}" if m[1].upper() == "NOW" else str(int(moment)), formula)
    model = ironcalc.create("sheet", "en", "UTC", "en")
    for at_row, at_column in _referred(text):
        content = value_of(grid.cell(at_row, at_column))
        if isinstance(content, Fault):
            return content
        if isinstance(content, bool):
            model.set_user_input(0, at_row + 1, at_column + 1, "TRUE" if content else "FALSE")
        elif isinstance(content, int | float):
            model.set_user_input(0, at_row + 1, at_column + 1, repr(content))
        elif content:
            model.set_user_input(0, at_row + 1, at_column + 1, "'" + content)
    try:
        model.set_user_input(0, row + 1, column + 1, text)
        model.evaluate()
        found = model.get_cell_value(0, row + 1, column + 1)
    except Exception as error:  # noqa: BLE001 - the library raises its own base class for what it cannot parse
        return Fault("ERROR", str(error)[:100])
    return _value(found)


def _value(found: object) -> Scalar | Fault:
    if isinstance(found, bool):
        return found
    if isinstance(found, int | float):
        return int(found) if float(found).is_integer() and abs(found) < 2**53 else float(found)
    text = str(found) if found is not None else ""
    if text in _FAULTS:
        return Fault(_FAULTS[text], f"Formula evaluates to {text}")
    if text.startswith("#"):
        return Fault("ERROR", "Formula parse error.")
    return text


def _referred(text: str) -> set[tuple[int, int]]:
    cells: set[tuple[int, int]] = set()
    for found in _REFERENCE.finditer(re.sub(r'"[^"]*"', "", text.upper())):
        first_row, first_column = int(found[2]) - 1, column_number(found[1])
        last_row = int(found[4]) - 1 if found[4] else first_row
        last_column = column_number(found[3]) if found[3] else first_column
        for row in range(min(first_row, last_row), max(first_row, last_row) + 1):
            for column in range(min(first_column, last_column), max(first_column, last_column) + 1):
                cells.add((row, column))
                if len(cells) > _MOST_CELLS:
                    return cells
    return cells


def shifted(formula: str, rows: int, columns: int) -> str:
    """Return a formula as it reads after being copied so many rows down and columns to the right.

    >>> shifted("=A1+$B$2", 1, 1)
    '=B2+$B$2'
    """

    def move(found: re.Match[str]) -> str:
        column, row = found[2], found[4]
        if not found[1]:
            column = column_letters(max(0, column_number(column) + columns))
        if not found[3]:
            row = str(max(1, int(row) + rows))
        return f"{found[1]}{column}{found[3]}{row}"

    return re.sub(r"(?<![A-Za-z0-9_])(\$?)([A-Z]{1,3})(\$?)([1-9]\d*)(?![A-Za-z0-9_(])", move, formula)
