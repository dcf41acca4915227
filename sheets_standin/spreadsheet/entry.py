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
    if any(sign.isdigit() for sign in bare) and len(bare) <= _LONGEST:
        content = _amount(bare, locale_of(locale))
        if content is None:
            content = _moment(bare, locale_of(locale), today)
        if content is not None:
            return content
    if bare.startswith("+") and len(bare) > 1:
        return Cell(None, formula="=" + bare)
    return text or None


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
    if not match or not (match["whole"] or match["decimals"]):
        return None
    digits = re.sub(f"[{re.escape(locale.groups)}]", "", match["whole"] or "")
    plain = f"{digits or 0}.{match['decimals'] or 0}e{match['exponent'] or 0}"
    if is_percent:
        plain = f"{plain.partition('e')[0]}e{int(match['exponent'] or 0) - 2}"
    value = float(plain)
    if not math.isfinite(value):
        return None
    if is_negative:
        value = -value
    has_decimals = match["decimals"] is not None
    if is_money:
        return _formatted(value, "CURRENCY", locale.money if has_decimals else locale.whole_money)
    if is_percent:
        return _formatted(value, "PERCENT", "0.00%" if has_decimals else "0%")
    if match["exponent"] is not None:
        return _formatted(value, "SCIENTIFIC", "0.00E+00")
    if match["whole"] and digits != match["whole"]:
        return _formatted(value, "NUMBER", "#,##0.00" if has_decimals else "#,##0")
    return _lean(value)


def _unsigned(text: str) -> tuple[bool, str]:
    """Return whether a minus sign or an accountant's parentheses stand around, and what is inside."""
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
