"""The wall clock of a time zone, as a spreadsheet holds it."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import pytz

_SERIAL_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day 0 has no zone
_DAY_SECONDS = 86_400


@lru_cache(maxsize=1_024)
def wall_clock(moment: dt.datetime, time_zone: str) -> tuple[float, str]:
    """Return a moment as a cell shows it: its serial, and the abbreviation of the zone it is told in.

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
    since = local.replace(tzinfo=None) - _SERIAL_ZERO
    return since.days + since.seconds / _DAY_SECONDS, local.tzname() or ""


def today(moment: dt.datetime, time_zone: str) -> dt.date:
    """Return the date that the wall clock of a time zone shows.

    >>> today(dt.datetime(2026, 1, 1, 3, 0, tzinfo=dt.timezone.utc), "America/New_York")
    datetime.date(2025, 12, 31)
    """
    return moment.astimezone(pytz.timezone(time_zone)).date()
