"""Text of the formula bar: typed again, it gives the same cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_standin.spreadsheet.cells import Content, Fault, full, value_of
from sheets_standin.spreadsheet.entry import entered
from sheets_standin.spreadsheet.formats import DATE_TYPES, displayed, shown
from sheets_standin.spreadsheet.locales import DEFAULT, locale_of

_HALF_A_SECOND = 6e-6
"""In days, rounded up: dates are typed to the second."""


def input_text(content: Content, locale: str = DEFAULT) -> str:
    """Return a cell's text for editing, in the spreadsheet's locale.

    >>> input_text(0.1), input_text("0042"), input_text("Ann"), input_text(True)
    ('0.1', "'0042", 'Ann', 'TRUE')
    >>> input_text(1.5, "de_DE"), input_text("1,5", "de_DE")
    ('1,5', "'1,5")
    """
    held = full(content)
    value = held.value
    if held.formula is not None:
        return held.formula
    if value is None or isinstance(value, Fault):
        return ""
    form: Mapping[str, Any] = (held.format or {}).get("numberFormat") or {}
    kind = form.get("type", "")
    if isinstance(value, str):
        return value if kind == "TEXT" or entered(value, locale) == value else "'" + value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if kind in DATE_TYPES:
        return _moment(content, value, kind, locale)
    if kind == "PERCENT":
        return f"{_plain(value * 100, locale)}%"
    return _plain(value, locale)


def _moment(content: Content, value: float, kind: str, locale: str) -> str:
    """Return a date as it is displayed, or as the locale writes it where its own pattern cannot be typed."""
    ways = (
        displayed(content, locale),
        *(shown(value, {"type": kind_shown}, locale) for kind_shown in (kind, "DATE_TIME")),
    )
    return next((text for text in ways if _is_moment(text, value, locale)), ways[-1])


def _is_moment(text: str, value: float, locale: str) -> bool:
    read = value_of(entered(text, locale))
    return isinstance(read, int | float) and abs(read - value) < _HALF_A_SECOND


def _plain(value: float, locale: str) -> str:
    """Return a number with at most 15 digits, as short as it goes.

    >>> _plain(12.0, "en_US"), _plain(0.1 + 0.2, "de_DE"), _plain(1e21, "en_US")
    ('12', '0,3', '1E+21')
    """
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}".replace("e", "E").replace(".", locale_of(locale).decimal)
