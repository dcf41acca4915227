"""Parsers of the refresh settings: how often, at which hour, and who gets the digest."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_TIME_ZONE = "America/New_York"
OFF, NIGHTLY, WEEKLY = "off", "nightly", "weekly"
EVERY = (OFF, NIGHTLY, WEEKLY)
EACH = "each"
DIGESTS = (WEEKLY, EACH)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DEFAULT_AT = "3:00"
HOURS = range(24)
MOST_RECIPIENTS = 20

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
_SLACK = re.compile(r"https://hooks\.slack\.com/(services|workflows|triggers)/[A-Za-z0-9/_-]{1,300}")
_GOOGLE_CHAT = re.compile(
    r"https://chat\.googleapis\.com/v1/spaces/[A-Za-z0-9_-]{1,100}/messages\?[A-Za-z0-9_=&%.~-]{1,400}"
)


@dataclass(frozen=True, slots=True)
class Recipients:
    """Recipients of the digest: addresses, and webhooks of Slack and Google Chat."""

    addresses: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.addresses or self.webhooks)


@dataclass(frozen=True, slots=True)
class At:
    """Hour of the day, 0 to 23, and day of the week, 0 for Monday; None where a day was not named."""

    hour: int = 3
    weekday: int | None = None


def parse_at(text: str) -> At:
    """Return hour and day of a text such as `3:00`, `Monday 3:00`, `mon 15` or `3 pm`.

    Raises
    ------
    ValueError
        If it names no whole hour, or something else beside it.

    >>> parse_at("Monday 3:00"), parse_at("15"), parse_at("fri 3 pm")
    (At(hour=3, weekday=0), At(hour=15, weekday=None), At(hour=15, weekday=4))
    """
    words = text.replace(",", " ").split()
    weekday = _weekday(words[0]) if words else None
    clock = "".join(words[1:] if weekday is not None else words).casefold()
    if weekday is not None and not clock:
        return At(weekday=weekday)
    hour = _hour(clock)
    if hour is None:
        raise ValueError(text)
    return At(hour, weekday)


def _hour(clock: str) -> int | None:
    """Return the hour that a text such as `3:00`, `15` or `3pm` names, None where it names no whole one."""
    half = next((half_day for half_day in ("am", "pm") if clock.endswith(half_day)), "")
    hour, _, minutes = clock.removesuffix(half).partition(":")
    if not (hour.isascii() and hour.isdigit()) or minutes.partition(":")[0] not in ("", "00"):
        return None
    number = int(hour)
    if half:
        return number % 12 + 12 * (half == "pm") if 1 <= number <= 12 else None
    return number if number in HOURS else None


def _weekday(word: str) -> int | None:
    """Return the day that a word of three letters or more begins, None where it is none."""
    name = word.casefold().rstrip(".")
    matches = [
        day for day, full in enumerate(WEEKDAYS) if len(name) >= 3 and full.casefold().startswith(name)
    ]
    return matches[0] if matches else None


def serial_hour(serial: float) -> At:
    """Return the hour of a cell that holds a number: Sheets makes a time of 3:00, which is an eighth of a day.

    Raises
    ------
    ValueError
        If it is no whole hour.

    >>> serial_hour(0.125), serial_hour(15)
    (At(hour=3, weekday=None), At(hour=15, weekday=None))
    """
    hour = serial * 24 if 0 < serial < 1 else serial
    if abs(hour - round(hour)) > 1e-6 or round(hour) not in HOURS:
        raise ValueError(serial)
    return At(round(hour))


def parse_recipients(text: str) -> Recipients:
    """Return the recipients in a text: addresses and webhooks, separated by commas, semicolons or blanks.

    Raises
    ------
    ValueError
        If something is neither an address nor a webhook of the two hosts that are allowed, or there are too many.

    >>> parse_recipients("ann@shop.example; https://hooks.slack.com/services/T0/B0/x").addresses
    ('ann@shop.example',)
    """
    addresses: list[str] = []
    webhooks: list[str] = []
    for part in dict.fromkeys(re.split(r"[,;\s]+", text.strip())):
        if not part or part.casefold() == "none":
            continue
        if _SLACK.fullmatch(part) or _GOOGLE_CHAT.fullmatch(part):
            webhooks.append(part)
        elif _ADDRESS.fullmatch(part):
            addresses.append(part)
        else:
            raise ValueError(part)
    if len(addresses) + len(webhooks) > MOST_RECIPIENTS:
        raise ValueError(text)
    return Recipients(tuple(addresses), tuple(webhooks))
