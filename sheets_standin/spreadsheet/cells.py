"""A cell's content: a bare value where that is all, an object where there is more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Scalar = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """The value of a formula that fails, by the API's name for it."""

    type: str
    message: str = ""


_SHOWN = {
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "N_A": "#N/A",
    "NAME": "#NAME?",
    "NULL_VALUE": "#NULL!",
    "NUM": "#NUM!",
    "REF": "#REF!",
    "VALUE": "#VALUE!",
    "ERROR": "#ERROR!",
}


def shown_fault(fault: Fault) -> str:
    """Return a failing formula's value as the sheet shows it."""
    return _SHOWN.get(fault.type, "#ERROR!")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is more than a bare value.

    Attributes
    ----------
    value
        What it evaluates to.
    formula
        With its equals sign, None where there is none.
    format, validation, runs
        As the API's userEnteredFormat, dataValidation and textFormatRuns.
    inferred
        The number format that a formula's result brings, for a cell that has none of its own.
    """

    value: Scalar | Fault = None
    formula: str | None = None
    note: str = ""
    format: Mapping[str, Any] | None = None
    validation: Mapping[str, Any] | None = None
    runs: tuple[Mapping[str, Any], ...] = ()
    inferred: Mapping[str, Any] | None = None


Content = Scalar | Cell


def full(content: Content) -> Cell:
    """Return any content as a cell."""
    return content if isinstance(content, Cell) else Cell(content)


def lean(cell: Cell) -> Content:
    """Return the leanest content that says the same."""
    if cell.formula is None and not (cell.note or cell.format or cell.validation or cell.runs):
        assert not isinstance(cell.value, Fault)
        return cell.value
    return cell


def value_of(content: Content) -> Scalar | Fault:
    """Return what a cell evaluates to."""
    return content.value if isinstance(content, Cell) else content


def with_value(content: Content, value: Scalar, formula: str | None = None) -> Content:
    """Return the content with another entered value; note, format and validation stay."""
    if formula is None and not isinstance(content, Cell):
        return value
    return lean(replace(full(content), value=value, formula=formula, runs=(), inferred=None))
