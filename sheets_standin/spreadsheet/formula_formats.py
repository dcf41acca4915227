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
    given = [form for form in forms if form is not None]
    dates = [form for form in given if form.get("type") in _DATES]
    if len(dates) > 1:
        return None
    if operators == ["/"] and len(given) > 1:
        return None
    if dates and any(sign in "*/" for sign in operators):
        return None
    money = [form for form in given if form.get("type") == "CURRENCY"]
    return next(iter(dates or money or given), None)


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
    if len(part) == 1 and part[0].kind == "reference":
        return form_of(part[0])
    if not part or part[-1].kind != "close":
        return {"type": "PERCENT", "pattern": "0%"} if part and part[-1].text == "%" else None
    if part[0].kind == "open":
        return brought(part[1:-1], form_of)
    if part[0].kind != "function":
        return None
    name = part[0].text[:-1].upper()
    if name in _BROUGHT:
        return {"type": _BROUGHT[name]}
    if name in _FROM_FIRST:
        return next((form_of(token) for token in part if token.kind == "reference"), None)
    if name in _FROM_SECOND:
        parts = _arguments(part[1:-1])
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
