"""The API's BooleanCondition, as data validation and conditional formatting ask it of a cell."""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sheets_standin.spreadsheet.cells import Content, Fault, full, value_of
from sheets_standin.spreadsheet.entry import entered
from sheets_standin.spreadsheet.formats import DATE_TYPES, displayed, number_format
from sheets_standin.spreadsheet.moments import SERIAL_ZERO

Test = Callable[[Content], bool]
Compare = Callable[[float, float], bool]

_NUMBERS: Mapping[str, Compare] = {
    "NUMBER_GREATER": operator.gt,
    "NUMBER_GREATER_THAN_EQ": operator.ge,
    "NUMBER_LESS": operator.lt,
    "NUMBER_LESS_THAN_EQ": operator.le,
    "NUMBER_EQ": operator.eq,
    "NUMBER_NOT_EQ": operator.ne,
}
_DATES: Mapping[str, Compare] = {
    "DATE_EQ": operator.eq,
    "DATE_NOT_EQ": operator.ne,
    "DATE_BEFORE": operator.lt,
    "DATE_AFTER": operator.gt,
    "DATE_ON_OR_BEFORE": operator.le,
    "DATE_ON_OR_AFTER": operator.ge,
}
# Sheets takes no notice of capital letters in any of them.
_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "TEXT_CONTAINS": lambda text, given: given in text,
    "TEXT_NOT_CONTAINS": lambda text, given: given not in text,
    "TEXT_STARTS_WITH": str.startswith,
    "TEXT_ENDS_WITH": str.endswith,
    "TEXT_EQ": operator.eq,
    "TEXT_NOT_EQ": operator.ne,
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"(?:https?|ftp)://[^\s/?#]+\S*|mailto:\S+", re.IGNORECASE)
_PATTERNS = {"TEXT_IS_EMAIL": _EMAIL, "TEXT_IS_URL": _URL}
_TEXT_KINDS = {*_TEXTS, *_PATTERNS, "ONE_OF_LIST", "BOOLEAN"}
_BETWEEN = {
    "NUMBER_BETWEEN": True,
    "NUMBER_NOT_BETWEEN": False,
    "DATE_BETWEEN": True,
    "DATE_NOT_BETWEEN": False,
}


def predicate(condition: Mapping[str, Any], locale: str, today: dt.date) -> Test | None:
    """Return the test whether a cell meets a condition, None where that is not computed here.

    Not computed are conditions on another range, and those whose value is a formula.

    Parameters
    ----------
    today
        In the spreadsheet's time zone, for dates without a year and for relative ones.

    Examples
    --------
    >>> over = {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "1,5"}]}
    >>> holds = predicate(over, "de_DE", dt.date(2026, 1, 1))
    >>> holds is not None and (holds(2), holds(1.5), holds("2"), holds(None))
    (True, False, False, False)
    """
    kind = str(condition.get("type", ""))
    values: Sequence[Mapping[str, Any]] = condition.get("values") or ()
    given = [str(value.get("userEnteredValue", "")) for value in values]
    if _needs_formula(kind, given, locale):
        return None
    if kind in _TEXT_KINDS:
        return _text_test(kind, given, locale)
    if kind.startswith("DATE_"):
        return _date_test(kind, values, locale, today)
    if kind.startswith("NUMBER_"):
        return _number_test(kind, [typed_number(text, locale, today) for text in given], number)
    if kind in ("BLANK", "NOT_BLANK"):
        return lambda content: (value_of(content) in (None, "")) == (kind == "BLANK")
    return None


def _needs_formula(kind: str, given: Sequence[str], locale: str) -> bool:
    """Whether a formula must be computed; the values of a list are compared as they are typed."""
    if kind == "ONE_OF_LIST":
        return False
    return kind == "CUSTOM_FORMULA" or any(full(entered(text, locale)).formula for text in given)


def number(content: Content) -> float:
    """Return a cell's number, NaN where it holds something else."""
    value = value_of(content)
    return math.nan if isinstance(value, bool) or not isinstance(value, int | float) else value


def typed_number(text: str, locale: str, today: dt.date) -> float:
    """Return the number that a text is when it is typed into a cell, NaN for anything else.

    >>> typed_number("12 %", "en_US", dt.date(2026, 1, 1)), typed_number("1.5", "de_DE", dt.date(2026, 1, 1))
    (0.12, 46143)
    """
    return number(entered(text, locale, today=lambda: today))


def _date_test(kind: str, values: Sequence[Mapping[str, Any]], locale: str, today: dt.date) -> Test | None:
    if kind == "DATE_IS_VALID":
        return lambda content: not math.isnan(_day(content))
    return _number_test(kind, [_day_of(value, locale, today) for value in values], _day)


def _number_test(kind: str, given: Sequence[float], of: Callable[[Content], float]) -> Test | None:
    if any(math.isnan(bound) for bound in given):
        return None
    compare = _NUMBERS.get(kind) or _DATES.get(kind)
    if compare is not None and given:
        # NaN differs from every number, but a cell without a number is not "not equal to 5" either.
        return lambda content: not math.isnan(of(content)) and compare(of(content), given[0])
    if kind in _BETWEEN and len(given) > 1:
        low, high = sorted(given[:2])
        inside = _BETWEEN[kind]
        return lambda content: not math.isnan(of(content)) and (low <= of(content) <= high) == inside
    return None


def _text_test(kind: str, given: Sequence[str], locale: str) -> Test | None:
    if kind in _TEXTS and given:
        return _comparison(_TEXTS[kind], given[0].removeprefix("'").casefold(), locale)
    if kind in _PATTERNS:
        return lambda content: _PATTERNS[kind].fullmatch(displayed(content, locale)) is not None
    if kind == "ONE_OF_LIST" or (kind == "BOOLEAN" and given):
        return lambda content: str(value_of(content)) in given or displayed(content, locale) in given
    if kind == "BOOLEAN":
        return lambda content: isinstance(value_of(content), bool)
    return None


def _comparison(compare: Callable[[str, str], bool], wanted: str, locale: str) -> Test:
    def holds(content: Content) -> bool:
        is_fault = isinstance(value_of(content), Fault)
        return not is_fault and compare(displayed(content, locale).casefold(), wanted)

    return holds


def _day(content: Content) -> float:
    """Return the day of a date or of a date and time, NaN where the cell shows none."""
    form = number_format(full(content)) or {}
    is_date = form.get("type") in DATE_TYPES and form.get("type") != "TIME"
    return float(math.floor(number(content))) if is_date and not math.isnan(number(content)) else math.nan


def _day_of(value: Mapping[str, Any], locale: str, today: dt.date) -> float:
    relative = value.get("relativeDate")
    if relative is None:
        day = typed_number(str(value.get("userEnteredValue", "")), locale, today)
        return day if math.isnan(day) else math.floor(day)
    since = (today - SERIAL_ZERO.date()).days
    months = {"PAST_YEAR": 12, "PAST_MONTH": 1}.get(relative)
    if months is not None:
        return (_months_before(today, months) - SERIAL_ZERO.date()).days
    days = {"PAST_WEEK": -7, "YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}.get(relative)
    return math.nan if days is None else since + days


def _months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day some months before, the last of that month where it has no such day.

    >>> _months_before(dt.date(2026, 3, 31), 1).isoformat()
    '2026-02-28'
    """
    count = day.year * 12 + day.month - 1 - months
    first = dt.date(count // 12, count % 12 + 1, 1)
    following = dt.date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))
