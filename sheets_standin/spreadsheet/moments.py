"""Dates, times and durations under a pattern."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from sheets_standin.spreadsheet.locales import Locale
from sheets_standin.spreadsheet.patterns import Section, Token

SERIAL_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day 0 has no zone
_DAY_MS = 86_400_000
_FIRST_DAY, _LAST_DAY = -693_593, 2_958_465
"""0001-01-01 and 9999-12-31: what Python's calendar holds."""


def serial(moment: dt.datetime) -> float:
    """Return the days since 1899-12-30 of a wall clock.

    >>> serial(dt.datetime(2020, 1, 1))
    43831.0
    """
    since = moment - SERIAL_ZERO
    return since.days + (since.seconds + since.microseconds / 1e6) / 86_400


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment to show: thousandths of seconds since day 0, rounded to what the pattern shows."""

    ms: int
    is_twelve: bool

    @property
    def day(self) -> dt.date:
        return (SERIAL_ZERO + dt.timedelta(days=self.ms // _DAY_MS)).date()

    @property
    def hour(self) -> int:
        hour = self.ms // 3_600_000 % 24
        return hour % 12 or 12 if self.is_twelve else hour

    @property
    def is_afternoon(self) -> bool:
        return self.ms // 3_600_000 % 24 >= 12


def shown_moment(value: float, section: Section, locale: Locale) -> str | None:
    """Return a serial number as a date or time; None where it lies outside the calendar."""
    if not _FIRST_DAY <= value < _LAST_DAY + 1:
        return None
    is_elapsed = any(token.kind == "elapsed" for token in section.tokens)
    tokens = _with_fractions(section.tokens)
    step = _step_ms(tokens)
    ms = math.floor((abs(value) if is_elapsed else value) * _DAY_MS / step + 0.5) * step
    moment = _Moment(ms, any(token.kind == "noon" for token in tokens))
    text = "".join(_shown_token(tokens, index, moment, locale) for index in range(len(tokens)))
    return f"-{text}" if is_elapsed and value < 0 else text


def _step_ms(tokens: list[Token]) -> int:
    """Return what a moment is rounded to: the last fraction of a second that is shown, or whole seconds."""
    has_seconds = any(token.kind in ("date", "elapsed") and token.text[0] in "sS" for token in tokens)
    fractions = (len(token.text) for token in tokens if token.kind == "fraction")
    places = max(fractions, default=0 if has_seconds else 3)
    return int(10 ** (3 - min(places, 3)))


def _with_fractions(tokens: tuple[Token, ...]) -> list[Token]:
    """Join the zeros that stand for tenths, hundredths and thousandths of seconds."""
    joined: list[Token] = []
    for token in tokens:
        if token.kind == "digit" and token.text == "0":
            if joined and joined[-1].kind == "fraction":
                joined[-1] = Token("fraction", joined[-1].text + "0")
            else:
                joined.append(Token("fraction", "0"))
        else:
            joined.append(token)
    return joined


def _shown_token(tokens: list[Token], index: int, moment: _Moment, locale: Locale) -> str:
    token = tokens[index]
    match token.kind:
        case "elapsed":
            return str(_elapsed(tokens, index, moment.ms)).zfill(len(token.text))
        case "noon":
            return _half_of_day(token.text, moment)
        case "fraction":
            return f"{moment.ms % 1000:03}"[: len(token.text)]
        case "point":
            is_fraction = index + 1 < len(tokens) and tokens[index + 1].kind == "fraction"
            return locale.decimal if is_fraction else "."
        case "date" if token.text[0] in "mM" and _is_minute(tokens, index):
            return str(moment.ms // 60_000 % 60).zfill(min(len(token.text), 2))
        case "date":
            return _date_part(token.text, moment, locale)
        case _:
            return token.text


def _half_of_day(text: str, moment: _Moment) -> str:
    half = "PM" if moment.is_afternoon else "AM"
    if "/" not in text or len(text) > 3:
        return half
    return half[0] if text[0].isupper() else half[0].lower()


def _elapsed(tokens: list[Token], index: int, ms: int) -> int:
    """Return the elapsed units, without those that a larger elapsed unit of the pattern shows already."""
    units = {"h": 3_600_000, "m": 60_000, "s": 1_000}
    own = units[tokens[index].text[0].lower()]
    larger = [units[t.text[0].lower()] for t in tokens if t.kind == "elapsed"]
    above = min((unit for unit in larger if unit > own), default=None)
    return (ms if above is None else ms % above) // own


def _is_minute(tokens: list[Token], index: int) -> bool:
    """Whether m stands for minutes: after hours or before seconds, and at most two of it; M never does."""
    if len(tokens[index].text) > 2 or tokens[index].text[0] == "M":
        return False
    named = ("date", "elapsed")
    before = next((t for t in reversed(tokens[:index]) if t.kind in named), None)
    after = next((t for t in tokens[index + 1 :] if t.kind in named), None)
    return (before is not None and before.text[0] in "hH") or (after is not None and after.text[0] in "sS")


def _date_part(text: str, moment: _Moment, locale: Locale) -> str:
    kind, size, day = text[0].lower(), len(text), moment.day
    if kind == "h":
        return str(moment.hour).zfill(min(size, 2))
    if kind == "s":
        return str(moment.ms // 1000 % 60).zfill(min(size, 2))
    if kind == "y":
        return f"{day.year % 100:02}" if size < 3 else f"{day.year:04}"
    if kind == "d":
        return _day_part(size, day, locale)
    return _month_part(size, day, locale)


def _day_part(size: int, day: dt.date, locale: Locale) -> str:
    if size < 3:
        return str(day.day).zfill(size)
    return (locale.short_days if size == 3 else locale.days)[day.weekday()]


def _month_part(size: int, day: dt.date, locale: Locale) -> str:
    if size < 3:
        return str(day.month).zfill(size)
    if size == 5:
        return locale.months[day.month - 1][0]
    return (locale.short_months if size == 3 else locale.months)[day.month - 1]
