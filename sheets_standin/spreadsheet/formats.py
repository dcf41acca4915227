"""What a cell displays: its value under its number format, in the spreadsheet's locale."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sheets_standin.spreadsheet.cells import Cell, Content, Fault, Scalar, shown_fault
from sheets_standin.spreadsheet.figures import shown_number
from sheets_standin.spreadsheet.locales import DEFAULT, Locale, locale_of
from sheets_standin.spreadsheet.moments import shown_moment
from sheets_standin.spreadsheet.patterns import Section, parsed

DATE_TYPES = ("DATE", "TIME", "DATE_TIME")
_GENERAL_DIGITS = 10
_SCIENTIFIC_FROM = 1e15
_SMALLEST_DECIMAL = 1e-9


def displayed(content: Content, locale: str = DEFAULT) -> str:
    """Return a cell as the sheet shows it.

    >>> displayed(1234.5), displayed(True), displayed(None), displayed(1 / 1024)
    ('1234.5', 'TRUE', '', '0.0009765625')
    """
    if content is None:
        return ""
    if isinstance(content, Cell):
        return shown(content.value, number_format(content), locale)
    return shown(content, None, locale)


def number_format(content: Content) -> Mapping[str, Any] | None:
    """Return the number format a cell is shown under: its own, else what its formula's result brings."""
    if not isinstance(content, Cell):
        return None
    own = (content.format or {}).get("numberFormat")
    return own or (content.inferred if content.formula is not None else None)


def shown(value: Scalar | Fault, form: Mapping[str, Any] | None, locale: str = DEFAULT) -> str:
    """Return a value under a number format of the API: a type and, perhaps, a pattern."""
    if value is None:
        return ""
    if isinstance(value, Fault):
        return shown_fault(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return _text(value, form)
    if not form:
        return general(value, locale_of(locale))
    return _number(value, form.get("type", ""), form.get("pattern", ""), locale)


def default_pattern(kind: str, locale: Locale) -> str:
    """Return the pattern of a number format type that names none (NumberFormatType in the API's reference).

    >>> default_pattern("PERCENT", locale_of("en_US")), default_pattern("DATE", locale_of("en_GB"))
    ('0.00%', 'dd/mm/yyyy')
    """
    return {
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": locale.money,
        "DATE": locale.date,
        "TIME": locale.time,
        "DATE_TIME": locale.date_time,
        "SCIENTIFIC": "0.00E+00",
    }.get(kind, "")


def general(value: float, locale: Locale) -> str:
    """Return a number as a cell without number format shows it: ten significant digits, or all whole ones.

    >>> english = locale_of("en_US")
    >>> general(1 / 3, english), general(0.1 + 0.2, english), general(123456789012, english), general(1e20, english)
    ('0.3333333333', '0.3', '123456789012', '1E+20')
    """
    size = abs(value)
    if size < _SCIENTIFIC_FROM and value == int(value):
        return str(int(value))
    if not math.isfinite(value):
        return str(value)
    if size >= _SCIENTIFIC_FROM or size < _SMALLEST_DECIMAL:
        mantissa, _, exponent = f"{value:.5E}".partition("E")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return mantissa.replace(".", locale.decimal) + f"E{int(exponent):+03}"
    text = f"{Decimal(f'{value:.{max(_GENERAL_DIGITS, _whole_digits(size))}g}'):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", locale.decimal)


def _whole_digits(size: float) -> int:
    return len(str(int(size)))


def _text(value: str, form: Mapping[str, Any] | None) -> str:
    pattern = (form or {}).get("pattern")
    section = parsed(pattern).text if pattern else None
    if section is None:
        return value
    return "".join(value if token.kind == "text" else token.text for token in section.tokens)


@lru_cache(maxsize=50_000)
def _number(value: float, kind: str, pattern: str, name: str) -> str:
    """Return a number under a pattern; a column's dates and amounts recur, so the texts are kept."""
    locale = locale_of(name)
    pattern = pattern or default_pattern(kind, locale)
    if not pattern:
        return general(value, locale)
    read = parsed(pattern)
    section, has_minus = read.section(value)
    if section is None:
        # Only text has a section, or no condition holds: then Google fills the cell's width with #.
        return "#" if read.sections else general(value, locale)
    if section.is_date:
        text = shown_moment(value, section, locale)
        return general(value, locale) if text is None else text
    if any(token.kind == "general" for token in section.tokens):
        return general(value if has_minus else abs(value), locale)
    return ("-" if has_minus else "") + _figures(value, section, locale)


def _figures(value: float, section: Section, locale: Locale) -> str:
    if not math.isfinite(value):
        return str(abs(value))
    return shown_number(value, section, locale)
