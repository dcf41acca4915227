"""A formula made ready for the library that computes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import ironcalc

from sheets_standin.spreadsheet.cells import Fault
from sheets_standin.spreadsheet.formula_faults import NO_ARRAY_VALUE, PARSE_ERROR, unknown_function
from sheets_standin.spreadsheet.formula_references import MOST_ROWS, Area, Frame
from sheets_standin.spreadsheet.formula_tokens import FormulaToken, is_sound, tokens_of

CLOCK = "clock"
_TOO_LONG = Fault("ERROR", f"This stand-in computes with the first {MOST_ROWS} rows of a tab only.")
_DYNAMIC = ("INDIRECT", "OFFSET", "FORMULATEXT", "CELL", "SHEET", "SHEETS", "INFO")
"""Functions of the library that look at cells which the formula does not name; here they are unknown."""

_SPREADING = (
    "FILTER UNIQUE SORT SORTBY TRANSPOSE SEQUENCE RANDARRAY HSTACK VSTACK TOCOL TOROW WRAPROWS WRAPCOLS "
    "CHOOSECOLS CHOOSEROWS MAKEARRAY MAP SCAN BYROW BYCOL"
).split()
_NOT_SPREAD = Fault("ERROR", "This stand-in does not spread a formula's result over several cells.")


@dataclass(frozen=True, slots=True)
class Translation:
    """A formula as the library computes it.

    Attributes
    ----------
    text
        What is computed; an error's literal where `fault` is given.
    areas
        What it looks at.
    fault
        What it evaluates to without being computed, None where it can be.
    alone
        The cell that it shows, where it is nothing but a reference: an empty one leaves it empty.
    """

    text: str
    tokens: tuple[FormulaToken, ...]
    areas: tuple[Area, ...] = ()
    fault: Fault | None = None
    alone: Area | None = None


def translated(formula: str, frame: Frame, own: int, row: int, column: int) -> Translation:
    """Return a formula of the tab `own`, which stands at a row and column, ready to be computed."""
    tokens = tokens_of(formula, frame.decimal)
    solid = [token for token in tokens if token.kind != "blank"]
    fault = _unknown(solid) if is_sound(tokens) else PARSE_ERROR
    if fault is not None:
        return _failing(tokens, fault)
    place = _Place(frame, own, row, column, _binds_names(solid))
    pieces: list[str] = []
    areas: list[Area] = []
    for token in _completed(_without_clocks(tokens)):
        area = place.area_of(token)
        if isinstance(area, Fault):
            return _failing(tokens, area)
        if area is None:
            pieces.append(_localized(token, frame.decimal, pieces))
        else:
            pieces.append(area.text())
            areas.append(area)
    alone = areas[0] if len(solid) == 1 and areas else None
    return Translation("=" + "".join(pieces), tokens, tuple(areas), alone=alone)


def _binds_names(solid: Sequence[FormulaToken]) -> bool:
    return any(token.kind == "function" and token.text.upper() in ("LET(", "LAMBDA(") for token in solid)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a formula stands; what a token means depends on it.

    Attributes
    ----------
    binds_names
        Whether the formula gives names to values of its own.
    """

    frame: Frame
    own: int
    row: int
    column: int
    binds_names: bool

    def area_of(self, token: FormulaToken) -> Area | Fault | None:
        """Return the cells that a token looks at, None where it looks at none, or why they cannot be read."""
        if not _looks_at_cells(token):
            return None
        area = self.frame.area(token, self.own)
        if isinstance(area, Fault):
            return None if self.binds_names and token.kind == "name" else area
        if token.depth == 0 and not area.is_cell:
            area = _intersected(area, self.row, self.column)
        if isinstance(area, Area) and min(area.last_row, self.frame.sizes[area.tab][0]) > MOST_ROWS:
            return _TOO_LONG
        return area


def _looks_at_cells(token: FormulaToken) -> bool:
    return token.kind == "reference" or (token.kind == "name" and not _is_clock(token))


def _failing(tokens: tuple[FormulaToken, ...], fault: Fault) -> Translation:
    literal = {"NAME": "#NAME?", "REF": "#REF!", "VALUE": "#VALUE!", "N_A": "#N/A"}.get(fault.type, "#VALUE!")
    return Translation("=" + literal, tokens, fault=fault)


def _unknown(solid: Sequence[FormulaToken]) -> Fault | None:
    """Return the fault of a formula's functions, None where all are known."""
    for token in solid:
        if token.kind == "function" and not is_known(token.text[:-1].upper()):
            return unknown_function(token.text[:-1])
    spreads = solid[0].kind == "brace" or (
        solid[0].kind == "function" and solid[0].text[:-1].upper() in _SPREADING
    )
    return _NOT_SPREAD if spreads else None


@lru_cache(maxsize=2_000)
def is_known(function: str) -> bool:
    """Return whether the library computes a function (in capitals).

    >>> is_known("SUM"), is_known("REGEXMATCH"), is_known("ARRAYFORMULA"), is_known("INDIRECT")
    (True, False, False, False)
    """
    if function in _DYNAMIC or not re.fullmatch(r"[A-Z][A-Z0-9.]*", function):
        return False
    model = ironcalc.create("functions", "en", "UTC", "en")
    model.set_user_input(0, 1, 1, f"={function}()")
    model.evaluate()
    return bool(model.get_cell_value(0, 1, 1) != "#NAME?")


_CLOCKS = {"NOW": f"{CLOCK}!$A$1", "TODAY": f"{CLOCK}!$A$2"}


def _is_clock(token: FormulaToken) -> bool:
    return token.text in _CLOCKS.values()


def _without_clocks(tokens: Sequence[FormulaToken]) -> list[FormulaToken]:
    """Replace NOW() and TODAY() by the cells that hold the spreadsheet's time: the library has its own clock."""
    without_clocks: list[FormulaToken] = []
    skipped = 0
    for index, token in enumerate(tokens):
        if skipped:
            skipped -= 1
            continue
        clock = _CLOCKS.get(token.text[:-1].upper()) if token.kind == "function" else None
        rest = [i for i in range(index + 1, len(tokens)) if tokens[i].kind != "blank"]
        if clock and rest and tokens[rest[0]].kind == "close":
            without_clocks.append(FormulaToken("name", clock))
            skipped = rest[0] - index
        else:
            without_clocks.append(token)
    return without_clocks


_SECOND = {
    "IFERROR": '""',
    "IFNA": '""',
    "ROUND": "0",
    "ROUNDUP": "0",
    "ROUNDDOWN": "0",
    "CEILING": "1",
    "FLOOR": "1",
}
"""Second arguments that Google lets one leave out and the library does not."""


def _completed(tokens: Sequence[FormulaToken]) -> list[FormulaToken]:
    """Put in the arguments that may be left out."""
    completed: list[FormulaToken] = []
    missing: list[str] = []
    for token in tokens:
        if token.kind == "separator" and missing:
            missing[-1] = ""
        if token.kind in ("close", "unbrace") and missing and (second := missing.pop()):
            completed += [FormulaToken("separator", ","), FormulaToken("text", second)]
        completed.append(token)
        if token.kind in ("function", "open", "brace"):
            missing.append(_SECOND.get(token.text[:-1].upper(), ""))
    for second in reversed(missing):
        completed += [FormulaToken("separator", ","), FormulaToken("text", second)] if second else []
        completed.append(FormulaToken("close", ")"))
    return completed


def _localized(token: FormulaToken, decimal: str, before: Sequence[str]) -> str:
    if decimal == ".":
        return token.text
    if token.kind == "number":
        return token.text.replace(decimal, ".")
    if token.kind == "separator":
        is_in_array = "".join(before).rfind("{") > "".join(before).rfind("}")
        return {"\\": ",", ";": ";" if is_in_array else ","}.get(token.text, token.text)
    return token.text


def _intersected(area: Area, row: int, column: int) -> Area | Fault:
    """Return the one cell of a column or row that lies beside the formula, as Google takes it for a single value."""
    if area.last_column - area.first_column == 1 and area.first_row <= row < area.last_row:
        return Area(area.tab, row, row + 1, area.first_column, area.last_column)
    if area.last_row - area.first_row == 1 and area.first_column <= column < area.last_column:
        return Area(area.tab, area.first_row, area.last_row, column, column + 1)
    return NO_ARRAY_VALUE
