"""What typed text becomes: a number, a date, a boolean, a formula, or text (USER_ENTERED).

"The values will be parsed as if the user typed them into the UI. Numbers will stay as numbers, but strings may be
converted to numbers, dates, etc. following the same rules that are applied when entering text into a cell via the
Google Sheets UI" (ValueInputOption). The rules themselves are written down nowhere; where only the result of one
example is known, the simplest rule that gives it is taken.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from functools import lru_cache

from sheets_standin.spreadsheet.cells import Cell, Content
from sheets_standin.spreadsheet.locales import DEFAULT, Locale, locale_of
from sheets_standin.spreadsheet.typed_dates import moment

_LONGEST = 100
"""No number or date is longer."""


def entered(text: str, locale: str = DEFAULT, *, today: Callable[[], dt.date] = dt.date.today) -> Content:
    """Return what a cell holds after somebody typed `text`.

    Parameters
    ----------
    today
        For dates without a year; the machine's day if it is not given.

    Examples
    --------
    >>> entered("0042"), entered("'0042"), entered("2,000.5").value, entered("yes"), entered("true")
    (42, '0042', 2000.5, 'yes', True)
    """
    if text.startswith("'"):
        return text[1:] or None
    if text.startswith("=") and len(text) > 1:
        return Cell(None, formula=text)
    bare = text.strip()
    if bare.upper() in ("TRUE", "FALSE"):
        return bare.upper() == "TRUE"
    content = _number_or_moment(bare, locale, today)
    if content is not None:
        return content
    if bare.startswith("+") and len(bare) > 1:
        return Cell(None, formula="=" + bare)
    return text or None


def _number_or_moment(text: str, locale: str, today: Callable[[], dt.date]) -> Content:
    if len(text) > _LONGEST or not any(sign.isdigit() for sign in text):
        return None
    number = _amount(text, locale_of(locale))
    return _moment(text, locale_of(locale), today) if number is None else number


def _moment(text: str, locale: Locale, today: Callable[[], dt.date]) -> Content:
    read = moment(text, locale, today)
    return None if read is None else _formatted(*read)


def _amount(text: str, locale: Locale) -> Content:
    """Return a number, a percentage or an amount of money; None for anything else."""
    is_negative, bare = _unsigned(text)
    is_money, bare = _without_currency(bare, locale)
    if is_money and not is_negative:
        is_negative, bare = _unsigned(bare)
    is_percent = bare.endswith("%") and not is_money
    if is_percent:
        bare = bare[:-1].rstrip()
    match = _numbers(locale.decimal, locale.groups).fullmatch(bare)
    value = _value(match, locale, is_percent=is_percent) if match else None
    if match is None or value is None:
        return None
    form = _number_format(match, locale, is_money=is_money, is_percent=is_percent)
    signed = -value if is_negative else value
    return _formatted(signed, *form) if form else _lean(signed)


def _value(match: re.Match[str], locale: Locale, *, is_percent: bool) -> float | None:
    """Return the value of typed digits; None where there are none, or more than a double holds."""
    whole, decimals = match["whole"] or "", match["decimals"] or ""
    if not whole and not decimals:
        return None
    digits = re.sub(f"[{re.escape(locale.groups)}]", "", whole)
    exponent = int(match["exponent"] or 0) - (2 if is_percent else 0)
    value = float(f"{digits or 0}.{decimals or 0}e{exponent}")
    return value if math.isfinite(value) else None


def _number_format(
    match: re.Match[str], locale: Locale, *, is_money: bool, is_percent: bool
) -> tuple[str, str] | None:
    """Return type and pattern of the number format that typed digits bring; None for a plain number."""
    has_decimals = match["decimals"] is not None
    if is_money:
        return "CURRENCY", locale.money if has_decimals else locale.whole_money
    if is_percent:
        return "PERCENT", "0.00%" if has_decimals else "0%"
    if match["exponent"] is not None:
        return "SCIENTIFIC", "0.00E+00"
    if not set(locale.groups).isdisjoint(match["whole"] or ""):
        return "NUMBER", "#,##0.00" if has_decimals else "#,##0"
    return None


def _unsigned(text: str) -> tuple[bool, str]:
    """Return whether a text has a minus sign or an accountant's parentheses, and the text without them."""
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    if text[:1] in ("-", "+", "−"):
        return text[0] != "+", text[1:].lstrip()
    return False, text


def _without_currency(text: str, locale: Locale) -> tuple[bool, str]:
    sign = locale.currency
    if text.startswith(sign):
        return True, text[len(sign) :].lstrip()
    if text.endswith(sign):
        return True, text[: -len(sign)].rstrip()
    return False, text


@lru_cache(maxsize=64)
def _numbers(decimal: str, groups: str) -> re.Pattern[str]:
    group = f"[{re.escape(groups)}]"
    # Users report that digits and commas are one number however they are grouped (and India groups by twos);
    # points are not taken so, as they also stand in dates.
    grouped = rf"\d+(?:{group}\d+)+" if groups == "," else rf"\d{{1,3}}(?:{group}\d{{3}})+"
    point = re.escape(decimal)
    return re.compile(
        rf"(?P<whole>{grouped}|\d+)?(?:{point}(?P<decimals>\d*))?(?:[eE](?P<exponent>[-+]?\d{{1,3}}))?",
        re.ASCII,
    )


def _lean(value: float) -> float:
    """Return whole numbers as integers, as far as a double holds them exactly."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _formatted(value: float, kind: str, pattern: str) -> Content:
    return Cell(_lean(value), format={"numberFormat": {"type": kind, "pattern": pattern}})
