"""Days and wall-clock times as numbers: spreadsheet serials, counted from 1899-12-30, and days since 1970."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import pytz

_DAY_ZERO = dt.date(1899, 12, 30)
_DAY_SECONDS = 86_400
EPOCH = dt.date(1970, 1, 1)
"""The day that columns of days are counted from."""


def date_of(day: int) -> dt.date:
    """Return the date that lies so many days after `EPOCH`.

    >>> date_of(20_000)
    datetime.date(2024, 10, 4)
    """
    return EPOCH + dt.timedelta(days=day)


def serial_of(day: dt.date) -> int:
    """Return a day as a spreadsheet counts it.

    >>> serial_of(dt.date(2025, 1, 1)), day_of(45658)
    (45658, datetime.date(2025, 1, 1))
    """
    return (day - _DAY_ZERO).days


def day_of(serial: float) -> dt.date:
    """Return the day of a spreadsheet's serial; the time of day is left out."""
    return _DAY_ZERO + dt.timedelta(days=int(serial))


def time_of(serial: float) -> dt.datetime:
    """Return the moment of a spreadsheet's serial, to the second.

    >>> time_of(45658.5)
    datetime.datetime(2025, 1, 1, 12, 0)
    """
    return dt.datetime.combine(_DAY_ZERO, dt.time()) + dt.timedelta(seconds=round(serial * 86_400))


@lru_cache(maxsize=1_024)
def wall_clock(moment: dt.datetime, time_zone: str) -> tuple[float, str]:
    """Return a moment as a cell shows it: its serial number, and the abbreviation of its time zone.

    Parameters
    ----------
    moment
        An aware date-time.
    time_zone
        Name in the tz database.

    Returns
    -------
    float
        Days since 1899-12-30 of the wall clock, whole seconds.
    str
        `EST`, `EDT`, `CET`…

    Examples
    --------
    >>> winter = dt.datetime(2026, 1, 15, 17, 0, tzinfo=dt.timezone.utc)
    >>> wall_clock(winter, "America/New_York")
    (46037.5, 'EST')
    >>> wall_clock(winter.replace(month=7), "America/New_York")[1]
    'EDT'
    """
    local = moment.astimezone(pytz.timezone(time_zone)).replace(microsecond=0)
    seconds = 3_600 * local.hour + 60 * local.minute + local.second
    return serial_of(local.date()) + seconds / _DAY_SECONDS, local.tzname() or ""


def today(moment: dt.datetime, time_zone: str) -> dt.date:
    """Return the date that the wall clock of a time zone shows.

    >>> today(dt.datetime(2026, 1, 1, 3, 0, tzinfo=dt.timezone.utc), "America/New_York")
    datetime.date(2025, 12, 31)
    """
    return moment.astimezone(pytz.timezone(time_zone)).date()
