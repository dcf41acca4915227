"""Parser of one date written as text, in every order that its form allows."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from server.core.transactions.month_names import Months, months_of
from server.core.visible import visible
from server.core.wall_clock import EPOCH

NO_DAY = -(2**31)
"""Stands where a text is no date."""
FIRST_DAY, LAST_DAY = 0, (dt.date(2100, 12, 31) - EPOCH).days
SERIAL_1970 = 25_569
EPOCH_SECONDS = 631_152_000
"""1990 in seconds since 1970, as exports of payment services have dates; far above any YYYYMMDD."""
EPOCH_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""From which number on it counts nanoseconds, microseconds, milliseconds; how many make a second."""
_BUDDHIST, _GREGORIAN = 543, 2400
"""Later years are those of the Buddhist calendar, as in Thailand."""


class Form(Enum):
    """Form of a written date, as far as its order depends on it."""

    CERTAIN = auto()
    """Year, month, day: ISO, a serial number, seconds since 1970. A spreadsheet may have made it of another order."""
    NAMED = auto()
    """With the name of the month."""
    NUMERIC = auto()
    """03/04/2025."""
    SHORT = auto()
    """03/04/25: the year may come first."""


@dataclass(frozen=True, slots=True)
class DateText:
    """Days since 1970 of a text, one for each order.

    Attributes
    ----------
    months
        Where languages name different months so: the day for each month, with the languages.
    languages
        Those that name the month so; empty for English, and where there is no name.
    """

    day_first: int
    month_first: int
    year_first: int
    form: Form
    months: tuple[tuple[int, frozenset[str]], ...] = ()
    languages: frozenset[str] = frozenset()


_TAIL = r"(?:\s?[гр]\.)?(?:$|[T ,]\s*\d|[ ,]+[^\W\d]{1,10}\.?[ ,]*\d{1,2}[:.]\d|Z$)"
_ISO = re.compile(r"(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})\.?" + _TAIL)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:$|[T ]\d)")
_NUMERIC = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?" + _TAIL)
_FAR_EAST = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
_JAPANESE_ERA = re.compile(r"(令和|平成|昭和)\s*(\d{1,2}|元)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?")
_ERA_BEGINS = {"令和": 2019, "平成": 1989, "昭和": 1926}
_VIETNAMESE = re.compile(
    r"(?:ngày\s*)?(\d{1,2})\s*(?:tháng|thg)\s*(\d{1,2}),?\s*(?:năm\s*)?(\d{4})", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_TIME_BEFORE = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]\.?m\b\.?)?(?:\s+(?:on|am|le|el)\b)?[ ,]+(?=\S)",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"([^\W\d_]{1,12})\.?,?\s*(?=\d{1,4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d)")
_WEEKDAY_BEHIND = re.compile(
    r"(\d{1,4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,4})\.?[ ,]*\(?([^\W\d_]{1,12})\.?\)?(?=$|[ T]\d)"
)
_FAR_EASTERN_DAYS = frozenset("月火水木金土日一二三四五六月화수목금토일월")
_TIMES = re.compile(
    r"[T ,]*\b\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]\.?\s?m\b\.?)?"
    r"|(?:(?:gmt|utc)|(?<=:\d\d)|(?<=[ap]m))\s*[+-]\d{2}:?\d{2}\b|\([^)]*\)$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d+|[^\d\s.,/()'’\-–]+")
_THAI_DOT = re.compile(r"(?<=[\u0e00-\u0e7f])\.\s?(?=[\u0e00-\u0e7f])")


def read_date(text: str) -> DateText | None:
    """Return the day that a text means, None where it is no date.

    Examples
    --------
    >>> readings = read_date("03/04/2025 5:10 PM")
    >>> EPOCH + dt.timedelta(readings.day_first), EPOCH + dt.timedelta(readings.month_first)
    (datetime.date(2025, 4, 3), datetime.date(2025, 3, 4))
    >>> EPOCH + dt.timedelta(read_date("15. Mär 2024").day_first)
    datetime.date(2024, 3, 15)
    """
    text = _plain(text)
    if _NUMBER.fullmatch(text):
        return _certain(day_of_number(float(text.replace(",", "."))))
    text = _TIME_BEFORE.sub("", text, count=1) if _TIME_BEFORE.match(text) else text
    text = _without_weekday(text)
    if match := (_ISO.match(text) or _COMPACT.match(text) or _FAR_EAST.match(text)):
        return _certain(day_of(int(match[1]), int(match[2]), int(match[3])))
    if match := _JAPANESE_ERA.match(text):
        return _certain(_of_era(match))
    if match := _NUMERIC.match(text):
        return _numeric(match)
    if match := _VIETNAMESE.match(text):
        return _one(day_of(int(match[3]), int(match[2]), int(match[1])), Form.NAMED)
    return _named(text)


def _without_weekday(text: str) -> str:
    """Return a date in digits without the weekday before it, or behind it.

    >>> _without_weekday("Mo. 15.01.2024"), _without_weekday("mar 12 mar 2024"), _without_weekday("Nr. 15.01.2024")
    ('15.01.2024', 'mar 12 mar 2024', 'Nr. 15.01.2024')
    >>> _without_weekday("2024/3/5(火) 10:20"), _without_weekday("03/04/2025 Thu"), _without_weekday("03/04/2025 PM")
    ('2024/3/5 10:20', '03/04/2025', '03/04/2025')
    """
    if text[:1].isalpha():
        match = _WEEKDAY.match(text)
        return text[match.end() :] if match is not None and months_of(match[1]) else text
    match = _WEEKDAY_BEHIND.match(text) if not text[-1:].isdigit() or "(" in text else None
    if match is None or not (match[2][:1] in _FAR_EASTERN_DAYS or months_of(match[2])):
        return text
    return match[1] + text[match.end() :]


def day_of(year: int, month: int, day: int) -> int:
    """Return the days since 1970, `NO_DAY` for what is no day from 1970 to 2100; Buddhist years count from 543 BC.

    >>> day_of(2567, 3, 5) == day_of(2024, 3, 5), day_of(2400, 3, 5) == NO_DAY
    (True, True)
    """
    year -= _BUDDHIST if year > _GREGORIAN else 0
    try:
        days = (dt.date(year, month, day) - EPOCH).days
    except ValueError:
        return NO_DAY
    return days if FIRST_DAY <= days <= LAST_DAY else NO_DAY


def day_of_number(number: float) -> int:
    """Return the day of a serial number, of YYYYMMDD, or of seconds (or parts of them) since 1970.

    >>> day_of_number(45750.99), day_of_number(20250403), day_of_number(1743638400000), day_of_number(12)
    (20181, 20181, 20181, -2147483648)
    """
    if not math.isfinite(number):
        return NO_DAY
    serial = math.floor(number) - SERIAL_1970
    if FIRST_DAY <= serial <= LAST_DAY:
        return serial
    if 19_700_101 <= number <= 21_001_231:
        whole = int(number)
        return day_of(whole // 10_000, whole // 100 % 100, whole % 100) if whole == number else NO_DAY
    if number >= EPOCH_SECONDS:
        parts = next((parts for least, parts in EPOCH_UNITS if number >= least), 1.0)
        day = math.floor(number / parts / 86_400)
        return day if day <= LAST_DAY else NO_DAY
    return NO_DAY


def _plain(text: str) -> str:
    text = visible(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.removeprefix("'")


def _one(day: int, form: Form) -> DateText | None:
    return None if day == NO_DAY else DateText(day, day, day, form)


def _certain(day: int) -> DateText | None:
    return _one(day, Form.CERTAIN)


def _of_era(match: re.Match[str]) -> int:
    """Return the day of a date in a Japanese era, whose first year is 元."""
    year = 1 if match[2] == "元" else int(match[2])
    return day_of(_ERA_BEGINS[match[1]] + year - 1, int(match[3]), int(match[4]))


def _numeric(match: re.Match[str]) -> DateText | None:
    first, second, last = int(match[1]), int(match[3]), int(match[4])
    year = _year(match[4])
    day_first = day_of(year, second, first)
    month_first = day_first if match[2] == "." else day_of(year, first, second)
    if len(match[4]) == 4:
        year_first, form = NO_DAY, Form.NUMERIC
        if match[2] == ".":
            return _one(day_first, Form.NAMED)
    else:
        form = Form.SHORT
        year_first = day_of(_year(match[1]), second, last) if len(match[1]) == 2 else NO_DAY
    if day_first == month_first == year_first == NO_DAY:
        return None
    return DateText(day_first, month_first, year_first, form)


def _year(text: str) -> int:
    """Return the year; of two digits, up to 68 is 20xx, as POSIX has it."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year <= 68 else 1900)


def _named(text: str) -> DateText | None:
    """Parse a date with a month's name; an unknown word makes it no date."""
    tokens = _TOKEN.findall(_THAI_DOT.sub("", _TIMES.sub(" ", text)))
    numbers = list(filter(str.isdigit, tokens))
    name = _month(tokens) if len(numbers) == 2 and len(tokens) <= 12 else None
    if name is None:
        return None
    day, year = reversed(numbers) if len(numbers[0]) == 4 else numbers
    if len(day) > 2 or len(year) not in (2, 4):
        return None
    return _of_months(name, _year(year), int(day))


def _of_months(months: Months, year: int, day: int) -> DateText | None:
    """Return the day in a month, or the days of the months that languages name so."""
    days = tuple((day_of(year, month, day), who) for month, who in months.items())
    if len(days) > 1:
        return DateText(NO_DAY, NO_DAY, NO_DAY, Form.NAMED, days)
    number, who = days[0]
    return None if number == NO_DAY else DateText(number, number, number, Form.NAMED, (), who - {"*"})


def _month(tokens: list[str]) -> Months | None:
    """Return the months that a name may mean; None where no name is a month, or another word is unknown."""
    names: list[Months] = []
    for word in tokens:
        if not word.isdigit():
            months = months_of(word)
            if not months:
                return None
            if any(months):
                names.append(months)
    if len(names) == 2 and len(names[0]) == 1 and tokens[0].isalpha():
        names = names[1:]  # "mar 12 mar 2024": the first is the weekday
    return names[0] if len(names) == 1 else None
