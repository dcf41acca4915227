"""Google's error for a formula that fails: the type of its ErrorValue and its message.

The library that computes gives the type alone. The message is derived from the formula where the cause is plain in it,
and from the cell that the formula reads where the failure comes from there. Otherwise it is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sheets_standin.spreadsheet.cells import Fault, Scalar
from sheets_standin.spreadsheet.formula_tokens import FormulaToken

TYPES = {
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#N/A": "N_A",
    "#NAME?": "NAME",
    "#NULL!": "NULL_VALUE",
    "#NUM!": "NUM",
    "#REF!": "REF",
    "#VALUE!": "VALUE",
    "#CIRC!": "REF",
    "#SPILL!": "REF",
}
PARSE_ERROR = Fault("ERROR", "Formula parse error.")
CIRCULAR = Fault(
    "REF", "Circular dependency detected. To resolve with iterative calculation, see File > Settings."
)
NO_REFERENCE = Fault("REF", "Reference does not exist.")
NO_ARRAY_VALUE = Fault("VALUE", "An array value could not be found.")
_OPERATIONS = {"+": "ADD", "-": "MINUS", "*": "MULTIPLY", "/": "DIVIDE", "^": "POW"}
_LOOKUPS = ("VLOOKUP", "HLOOKUP", "MATCH", "XLOOKUP", "LOOKUP", "XMATCH")
_AVERAGES = ("AVERAGE", "AVERAGEIF", "AVERAGEIFS", "STDEV", "VAR")

Look = Callable[[FormulaToken], Scalar | Fault]
"""Returns the value of a token that is a value, or a reference to one cell."""


def unknown_function(name: str) -> Fault:
    """Return what a function that there is not evaluates to."""
    return Fault("NAME", f"Unknown function: '{name}'.")


def unknown_name(name: str) -> Fault:
    """Return what a named range that there is not evaluates to."""
    return Fault("NAME", f"Unknown range name: '{name}'.")


def unresolved_title(title: str) -> Fault:
    """Return what a reference to a tab that there is not evaluates to."""
    return Fault("REF", f"Unresolved sheet name '{title}'.")


def explained(shown: str, tokens: Sequence[FormulaToken], look: Look) -> Fault:
    """Return the failure of a formula that computes to `shown`, such as "#DIV/0!"."""
    if shown == "#CIRC!":
        return CIRCULAR
    kind = TYPES.get(shown)
    if kind is None:
        return PARSE_ERROR
    if kind == "REF":
        return NO_REFERENCE
    sentence = _SENTENCES.get(kind)
    solid = [token for token in tokens if token.kind != "blank"]
    return Fault(kind, sentence(solid, look)) if sentence else Fault(kind)


def _functions(solid: Sequence[FormulaToken]) -> list[str]:
    return [token.text[:-1].upper() for token in solid if token.kind == "function"]


def _division_by_zero(solid: Sequence[FormulaToken], _look: Look) -> str:
    functions = _functions(solid)
    average = next((name for name in functions if name in _AVERAGES), None)
    if average and not any(token.text == "/" for token in solid):
        return f"Evaluation of function {average} caused a divide by zero error."
    return f"Function {'MOD' if 'MOD' in functions else 'DIVIDE'} parameter 2 cannot be zero."


def _negative_root(solid: Sequence[FormulaToken], _look: Look) -> str:
    if _functions(solid)[:1] != ["SQRT"]:
        return ""
    return "Function SQRT parameter 1 value is negative. It should be positive or zero."


def _not_a_number(solid: Sequence[FormulaToken], look: Look) -> str:
    for index, token in enumerate(solid):
        name = _OPERATIONS.get(token.text) if token.kind == "operator" else None
        if name is None or not 0 < index < len(solid) - 1:
            continue
        for parameter, beside in ((1, solid[index - 1]), (2, solid[index + 1])):
            value = look(beside) if beside.kind in ("text", "reference") else None
            if isinstance(value, str):
                return (
                    f"Function {name} parameter {parameter} expects number values. "
                    f"But '{value}' is a text and cannot be coerced to a number."
                )
    return ""


def _not_found(solid: Sequence[FormulaToken], look: Look) -> str:
    lookup = next((name for name in _functions(solid) if name in _LOOKUPS), None)
    if lookup is None:
        return ""
    start = next(i for i, token in enumerate(solid) if token.text[:-1].upper() == lookup)
    if start + 2 >= len(solid) or solid[start + 2].kind != "separator":
        return ""
    value = look(solid[start + 1])
    if value is None or isinstance(value, Fault):
        return ""
    return f"Did not find value '{value}' in {lookup} evaluation."


_SENTENCES: Mapping[str, Callable[[Sequence[FormulaToken], Look], str]] = {
    "DIVIDE_BY_ZERO": _division_by_zero,
    "VALUE": _not_a_number,
    "N_A": _not_found,
    "NUM": _negative_root,
}
