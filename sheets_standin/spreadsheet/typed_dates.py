"""Typed dates, times and durations: which serial number they are and which pattern they bring."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sheets_standin.spreadsheet.locales import DEFAULT, Locale, locale_of
from sheets_standin.spreadsheet.moments import SERIAL_ZERO

Read = tuple[float, str, str]
"""The serial number, the number format's type and its pattern."""

_CLOCK = re.compile(
    r"(?P<hour>\d{1,4})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>\.\d{1,3})?)?)?"
    r"(?:\s?(?P<noon>[ap]\.?m?\.?))?",
    re.IGNORECASE | re.ASCII,
)
_NUMERIC = re.compile(r"(\d{1,4})([-/.])(\d{1,2})(?:\2(\d{4}|\d{1,2}))?", re.ASCII)
_OLD_YEARS_FROM = 30
"""Of two digits: 29 is 2029, 30 is 1930."""


def moment(text: str, locale: Locale, today: Callable[[], dt.date]) -> Read | None:
    """Return a typed date, time, duration, or date and time; None for anything else.

    >>> english = locale_of("en_US")
    >>> moment("2020-01-01", english, dt.date.today), moment("1/2/2020 12:00", english, dt.date.today)
    ((43831.0, 'DATE', 'yyyy-mm-dd'), (43832.5, 'DATE_TIME', 'm/d/yyyy h:mm'))
    """
    day = _date(text, locale, today)
    if day:
        return float(_days(day[0])), "DATE", day[1]
    clock = _clock(text)
    if clock:
        return clock[0], "TIME", clock[1]
    for gap in re.finditer(r",?\s+", text):
        day, clock = _date(text[: gap.start()], locale, today), _clock(text[gap.end() :])
        if day and clock and 0 <= clock[0] < 1:
            between = gap.group() if gap.group() in (" ", ", ") else " "
            return _days(day[0]) + clock[0], "DATE_TIME", f"{day[1]}{between}{clock[1]}"
    return None


def _days(day: dt.date) -> int:
    return (day - SERIAL_ZERO.date()).days


def _clock(text: str) -> tuple[float, str] | None:
    """Return the part of a day and the pattern; more than 24 hours are a duration."""
    match = _CLOCK.fullmatch(text)
    if not match or not (match["minute"] or match["noon"]):
        return None
    hour, minute, second = _hour(match), int(match["minute"] or 0), int(match["second"] or 0)
    if hour is None or minute > 59 or second > 59:
        return None
    seconds = hour * 3600 + minute * 60 + second + float(match["fraction"] or 0)
    return seconds / 86_400, _clock_pattern(match)


def _hour(match: re.Match[str]) -> int | None:
    """Return the hour since midnight, None where a clock of twelve hours does not have it."""
    hour = int(match["hour"])
    if not match["noon"]:
        return hour
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if match["noon"][0] in "pP" else 0)


def _clock_pattern(match: re.Match[str]) -> str:
    is_duration = not match["noon"] and int(match["hour"]) > 23
    pattern = "[h]" if is_duration else "h"
    pattern += (":mm" if match["minute"] else "") + (":ss" if match["second"] else "")
    if match["fraction"]:
        pattern += "." + "0" * (len(match["fraction"]) - 1)
    return pattern + (" am/pm" if match["noon"] else "")


def _date(text: str, locale: Locale, today: Callable[[], dt.date]) -> tuple[dt.date, str] | None:
    reading = _numeric(text, locale, today)
    if reading is None and any(sign.isalpha() for sign in text):
        reading = _named(text, locale, today) or _named(text, locale_of(DEFAULT), today)
    return reading


def _numeric(text: str, locale: Locale, today: Callable[[], dt.date]) -> tuple[dt.date, str] | None:
    match = _NUMERIC.fullmatch(text)
    if not match or (match[2] == "." and locale.separator != "."):
        return None
    first, sign, second, third = match.groups()
    if len(first) == 4:
        return _year_first(first, sign, second, third)
    if len(first) > 2:
        return None
    if third is None:
        return _without_year(first, sign, second, locale, today)
    day, month = _day_and_month(locale)
    if locale.order == "ymd" and len(third) < 3:
        return _made(first, second, third, f"yy{sign}{month}{sign}{day}")
    if locale.order == "dmy":
        return _made(third, second, first, f"{day}{sign}{month}{sign}{_year_of(third)}")
    return _made(third, first, second, f"{month}{sign}{day}{sign}{_year_of(third)}")


def _year_first(year: str, sign: str, month: str, day: str | None) -> tuple[dt.date, str] | None:
    if day is not None:
        return _made(year, month, day, f"yyyy{sign}mm{sign}dd")
    return _made(year, month, "1", f"yyyy{sign}mm") if sign != "." else None


def _without_year(
    first: str, sign: str, second: str, locale: Locale, today: Callable[[], dt.date]
) -> tuple[dt.date, str] | None:
    day, month = _day_and_month(locale)
    if locale.order == "dmy":
        return _made(_this_year(today), second, first, f"{day}{sign}{month}")
    return _made(_this_year(today), first, second, f"{month}{sign}{day}")


def _day_and_month(locale: Locale) -> tuple[str, str]:
    """Return the patterns of a day and a month, with as many digits as the locale's own dates have."""
    return "dd" if "dd" in locale.date else "d", "mm" if "mm" in locale.date else "m"


def _named(text: str, locale: Locale, today: Callable[[], dt.date]) -> tuple[dt.date, str] | None:
    """Return a date with the name of its month, with or without a weekday before it."""
    names = _names(locale)
    form = ""
    if match := names.weekday.match(text):
        form, text = ("dddd" if match["long"] else "ddd") + match["gap"], text[match.end() :]
    for shape in names.shapes:
        match = shape.fullmatch(text)
        if not match:
            continue
        parts = {part: piece for part, piece in match.groupdict().items() if piece}
        month, month_token = names.months[_key(parts["month"])]
        tokens = {"month": month_token, "day": "d", "year": _year_of(parts.get("year", ""))}
        at = 0
        for part in sorted(parts, key=match.start):
            form += _literal(text[at : match.start(part)]) + tokens[part]
            at = match.end(part)
        return _made(parts.get("year") or _this_year(today), str(month), parts.get("day") or "1", form)
    return None


def _literal(text: str) -> str:
    return f'"{text}"' if any(sign.isalpha() for sign in text) else text


@dataclass(frozen=True, slots=True)
class _Names:
    """How a locale's dates with named months look."""

    weekday: re.Pattern[str]
    months: Mapping[str, tuple[int, str]]
    shapes: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=64)
def _names(locale: Locale) -> _Names:
    months: dict[str, tuple[int, str]] = {}
    for number, (long, short) in enumerate(zip(locale.months, locale.short_months, strict=True), 1):
        months[_key(long)] = (number, "mmmm")
        months.setdefault(_key(short), (number, "mmm"))
        if locale.name.startswith("en"):
            months.setdefault(_key(long[:3]), (number, "mmm"))
    has_dot = any(short.endswith(".") for short in locale.short_months)
    month = rf"(?P<month>(?:{_either(months)}){r'[.]?' if has_dot else ''})" + ("" if has_dot else "[.]?")
    day, year = r"(?P<day>[0-9]{1,2})", r"(?P<year>[0-9]{4})"
    shapes = (
        rf"{month} {day}(?:,? {year})?",
        rf"{day}[.]?(?:[ -]| de ){month}(?:(?:,? |-| de )(?P<year>[0-9]{{4}}|[0-9]{{2}}))?",
        rf"{month}(?:[ -]| de ){year}",
    )
    weekday = rf"(?:(?P<long>{_either(locale.days)})|(?P<short>{_either(locale.short_days)}))(?P<gap>,? )"
    return _Names(
        re.compile(weekday, re.IGNORECASE),
        months,
        tuple(re.compile(shape, re.IGNORECASE) for shape in shapes),
    )


def _either(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


def _key(name: str) -> str:
    return name.casefold().rstrip(".")


def _made(year: str, month: str, day: str, pattern: str) -> tuple[dt.date, str] | None:
    number = int(year)
    if len(year) < 3:
        number += 2000 if number < _OLD_YEARS_FROM else 1900
    try:
        return dt.date(number, int(month), int(day)), pattern
    except ValueError:
        return None


def _year_of(text: str) -> str:
    return "yy" if len(text) < 3 else "yyyy"


def _this_year(today: Callable[[], dt.date]) -> str:
    return f"{today().year:04}"
