"""The number format that a formula's result brings: TODAY() shows a date, and so does a cell that looks at one.

Observed of Google: ``=DATE(…)``, ``=NOW()`` and a reference to them are shown as a date (a type without pattern).
For sums and products the rule is: the first operand that has a format gives it; the difference of two dates is a
plain number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sheets_standin.spreadsheet.formula_tokens import FormulaToken

Form = Mapping[str, Any] | None
FormOf = Callable[[FormulaToken], Form]
"""Returns the format of the first cell of a reference."""

_BROUGHT = {
    "TODAY": "DATE",
    "DATE": "DATE",
    "EDATE": "DATE",
    "EOMONTH": "DATE",
    "WORKDAY": "DATE",
    "WORKDAY.INTL": "DATE",
    "NOW": "DATE_TIME",
    "TIME": "TIME",
}
_FROM_FIRST = (
    "SUM AVERAGE MIN MAX MEDIAN MODE LARGE SMALL ABS ROUND ROUNDUP ROUNDDOWN MROUND CEILING FLOOR INT TRUNC "
    "SUMIF SUMIFS SUMPRODUCT INDEX"
).split()
_FROM_SECOND = "IF IFERROR".split()
_DATES = ("DATE", "DATE_TIME")


def brought(tokens: Sequence[FormulaToken], form_of: FormOf) -> Form:
    """Return the format that the result of a formula is shown under, None for a plain number."""
    operands, operators = _top_level([token for token in tokens if token.kind != "blank"])
    forms = [_operand(part, form_of) for part in operands]
    if len(forms) == 1:
        return forms[0]
    if any(sign not in "+-*/" for sign in operators):
        return None
    return _combined([form for form in forms if form is not None], operators)


def _combined(forms: Sequence[Mapping[str, Any]], operators: Sequence[str]) -> Form:
    """Return the format of sums, differences, products and quotients of figures that have formats."""
    dates = _of_type(forms, _DATES)
    if len(dates) > 1:
        return None
    if operators == ["/"] and len(forms) > 1:
        return None
    if dates and not {"*", "/"}.isdisjoint(operators):
        return None
    return next(iter(dates or _of_type(forms, ("CURRENCY",)) or forms), None)


def _of_type(forms: Sequence[Mapping[str, Any]], types: Sequence[str]) -> list[Mapping[str, Any]]:
    return [form for form in forms if form.get("type") in types]


def _top_level(tokens: Sequence[FormulaToken]) -> tuple[list[list[FormulaToken]], list[str]]:
    """Return operands and the operators between them, outside all parentheses."""
    operands: list[list[FormulaToken]] = [[]]
    operators: list[str] = []
    depth = 0
    for token in tokens:
        depth -= token.kind in ("close", "unbrace")
        if depth == 0 and token.kind == "operator" and token.text != "%" and operands[-1]:
            operators.append(token.text)
            operands.append([])
        elif not (token.kind == "operator" and token.text in "+-" and not operands[-1]):
            operands[-1].append(token)
        depth += token.kind in ("function", "open", "brace")
    return operands, operators


def _operand(part: Sequence[FormulaToken], form_of: FormOf) -> Form:
    if not part:
        return None
    first, last = part[0], part[-1]
    if len(part) == 1 and first.kind == "reference":
        return form_of(first)
    if last.text == "%":
        return {"type": "PERCENT", "pattern": "0%"}
    if last.kind != "close":
        return None
    if first.kind == "open":
        return brought(part[1:-1], form_of)
    return _result_format(part, form_of) if first.kind == "function" else None


def _result_format(call: Sequence[FormulaToken], form_of: FormOf) -> Form:
    """Return the format that the result of a function brings."""
    name = call[0].text[:-1].upper()
    if name in _BROUGHT:
        return {"type": _BROUGHT[name]}
    if name in _FROM_FIRST:
        return next((form_of(token) for token in call if token.kind == "reference"), None)
    if name in _FROM_SECOND:
        parts = _arguments(call[1:-1])
        chosen = parts[1] if name == "IF" and len(parts) > 1 else parts[0]
        return brought(chosen, form_of) if chosen else None
    return None


def _arguments(tokens: Sequence[FormulaToken]) -> list[list[FormulaToken]]:
    parts: list[list[FormulaToken]] = [[]]
    depth = 0
    for token in tokens:
        depth -= token.kind in ("close", "unbrace")
        if depth == 0 and token.kind == "separator":
            parts.append([])
        else:
            parts[-1].append(token)
        depth += token.kind in ("function", "open", "brace")
    return parts
