"""What a spreadsheet's locale decides: decimal sign, grouping, date order, currency, names of months and days.

The data is CLDR's, by Babel, as Google's own formatting rests on CLDR too. Patterns are written as the API writes
them whatever the locale: ``.`` for the decimal sign, ``,`` for grouping, y m d h s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import babel
from babel import numbers

DEFAULT = "en_US"


@dataclass(frozen=True, slots=True)
class Locale:
    """One locale.

    Attributes
    ----------
    group
        What is written between groups of digits.
    currency
        The sign of the territory's currency; `money` and `whole_money` are its patterns with and without decimals.
    order
        Of the day's parts: "mdy", "dmy" or "ymd"; `separator` stands between them.
    date, time, date_time
        The default patterns.
    months, short_months, days, short_days
        Names, January and Monday first.
    """

    name: str
    decimal: str
    group: str
    currency: str
    money: str
    whole_money: str
    order: str
    separator: str
    date: str
    time: str
    date_time: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]

    @property
    def groups(self) -> str:
        """Every sign that may be typed between groups of digits."""
        return " \u00a0\u202f" if self.group.isspace() else "'’" if self.group == "’" else self.group


@lru_cache(maxsize=64)
def locale_of(name: str) -> Locale:
    """Return a locale by the name that the API has for it; en_US where it is unknown.

    >>> german = locale_of("de_DE")
    >>> german.decimal, german.date, german.date_time, german.order
    (',', 'dd.mm.yyyy', 'dd.mm.yyyy hh:mm:ss', 'dmy')
    >>> locale_of("en_US").date, locale_of("en_US").time, locale_of("en_US").money
    ('m/d/yyyy', 'h:mm:ss am/pm', '"$"#,##0.00')
    """
    try:
        data = babel.Locale.parse(name)
    except (babel.UnknownLocaleError, ValueError):
        return locale_of(DEFAULT)
    signs = data.number_symbols.get("latn") or next(iter(data.number_symbols.values()))
    money, whole_money, currency = _money(data)
    date = _year_in_full(str(data.date_formats["short"].pattern).lower())
    date = re.sub(r"[^ymd./\-]", "", date).strip("./-") or "m/d/yyyy"
    clock = str(data.time_formats["medium"].pattern)
    hours = "hh" if "HH" in clock else "h"
    is_twelve = "a" in clock or "b" in clock.lower()
    return Locale(
        name=name,
        decimal=signs["decimal"],
        group=signs["group"],
        currency=currency,
        money=money,
        whole_money=whole_money,
        order="".join(dict.fromkeys(c for c in date if c in "ymd")),
        separator=next(c for c in date if c not in "ymd"),
        date=date,
        time="h:mm:ss am/pm" if is_twelve else f"{hours}:mm:ss",
        date_time=f"{date} {hours}:mm:ss",
        months=_names(data.months["format"]["wide"], range(1, 13)),
        short_months=_names(data.months["format"]["abbreviated"], range(1, 13)),
        days=_names(data.days["format"]["wide"], range(7)),
        short_days=_names(data.days["format"]["abbreviated"], range(7)),
    )


def _names(names: Mapping[int, str], numbers_: range) -> tuple[str, ...]:
    return tuple(names[number] for number in numbers_)


def _year_in_full(date: str) -> str:
    return re.sub("y+", "yyyy", date)


def _money(data: babel.Locale) -> tuple[str, str, str]:
    territory = data.territory or _likely_territory(data.language)
    codes = numbers.get_territory_currencies(territory) if territory else []
    code = codes[0] if codes else "USD"
    sign = numbers.get_currency_symbol(code, data).replace("￥", "¥")
    positive = str(data.currency_formats["standard"].pattern).split(";")[0]
    positive = re.sub(r"[^¤#,.0\s]", "", positive)
    before = positive.lstrip().startswith("¤")
    gap = "\\\u00a0" if re.search(r"[\s\u00a0]", positive) else ""
    digits = "#,##0.00" if numbers.get_currency_precision(code) else "#,##0"

    def pattern(amount: str) -> str:
        return f'"{sign}"{gap}{amount}' if before else f'{amount}{gap}"{sign}"'

    return pattern(digits), pattern("#,##0"), sign


def _likely_territory(language: str) -> str:
    likely = babel.core.get_global("likely_subtags").get(language, "")
    return next((part for part in likely.split("_")[1:] if re.fullmatch("[A-Z]{2}", part)), "")
