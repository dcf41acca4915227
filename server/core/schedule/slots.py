"""Slots of a schedule: its hours in the spreadsheet's time zone, and each spreadsheet's delay within the hour.

A slot is the moment at which a schedule's hour begins. An hour that the clock skips begins where the clock jumps to,
one that it shows twice begins the first time. Slots are days of the calendar, never multiples of 24 hours.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytz

from server.core.refresh_choices import DEFAULT_TIME_ZONE, NIGHTLY, OFF, WEEKDAYS, WEEKLY

HOUR_SECONDS = 3_600
PERIODS_UNTIL_OVERDUE = 2
SLACK = dt.timedelta(hours=3)
"""So late may a run be: spread over an hour, asked for within the next, and at work for a while."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Frequency and hour of a refresh.

    Attributes
    ----------
    every
        One of `refresh_choices.EVERY`.
    weekday
        Of a weekly one, 0 for Monday.
    time_zone
        Name in the tz database.
    """

    every: str = OFF
    hour: int = 3
    weekday: int = 0
    time_zone: str = DEFAULT_TIME_ZONE

    @property
    def is_on(self) -> bool:
        """Whether anything is due at all."""
        return self.every != OFF

    @property
    def text(self) -> str:
        """Return the schedule in a few words, by which a change of it is noticed.

        >>> Schedule(WEEKLY, 3, 0, "Europe/Berlin").text
        'weekly, Monday 3:00, Europe/Berlin'
        """
        if not self.is_on:
            return OFF
        day = f"{WEEKDAYS[self.weekday]} " if self.every == WEEKLY else ""
        return f"{self.every}, {day}{self.hour}:00, {self.time_zone}"


def last_slot(schedule: Schedule, moment: dt.datetime) -> dt.datetime:
    """Return the newest slot that has begun, in UTC.

    Parameters
    ----------
    schedule
        One that is on.
    moment
        An aware date-time.

    Examples
    --------
    >>> noon = dt.datetime(2026, 1, 15, 17, tzinfo=dt.UTC)
    >>> last_slot(Schedule(NIGHTLY, 3), noon).isoformat()
    '2026-01-15T08:00:00+00:00'
    >>> last_slot(Schedule(WEEKLY, 3, 0), noon).isoformat()
    '2026-01-12T08:00:00+00:00'
    """
    return max(slot for slot in _around(schedule, moment) if slot <= moment)


def next_slot(schedule: Schedule, moment: dt.datetime) -> dt.datetime:
    """Return the first slot that has not begun, in UTC; see `last_slot`."""
    return min(slot for slot in _around(schedule, moment) if slot > moment)


def _around(schedule: Schedule, moment: dt.datetime) -> Iterator[dt.datetime]:
    zone = pytz.timezone(schedule.time_zone)
    today = moment.astimezone(zone).date()
    for days in range(-9, 10):
        day = today + dt.timedelta(days=days)
        if schedule.every == NIGHTLY or day.weekday() == schedule.weekday:
            yield _begins(day, schedule.hour, schedule.time_zone)


def _begins(day: dt.date, hour: int, time_zone: str) -> dt.datetime:
    """Return when an hour of a day begins: the first time where it comes twice, the jump where it is skipped."""
    zone = pytz.timezone(time_zone)
    wall = dt.datetime.combine(day, dt.time(hour))
    try:
        local = zone.localize(wall, is_dst=None)
    except pytz.AmbiguousTimeError:
        local = zone.localize(wall, is_dst=True)
    except pytz.NonExistentTimeError:
        local = zone.localize(wall, is_dst=False)
    in_utc: dt.datetime = local.astimezone(dt.UTC)
    return in_utc


def spread(spreadsheet_id: str) -> dt.timedelta:
    """Return how far into the hour a spreadsheet's turn is: the same each time, and evenly spread over many.

    >>> 0 <= spread("1AbC").total_seconds() < 3600, spread("1AbC") == spread("1AbC")
    (True, True)
    """
    digest = hashlib.sha256(f"ate-refresh\n{spreadsheet_id}".encode()).digest()
    return dt.timedelta(seconds=int.from_bytes(digest[:4]) % HOUR_SECONDS)


def is_overdue(schedule: Schedule, good_at: dt.datetime, moment: dt.datetime) -> bool:
    """Whether so many slots have passed without a run that the marketer must be informed.

    Parameters
    ----------
    good_at
        When it last ran well, or found nothing new, or was switched on.
    """
    if not schedule.is_on:
        return False
    slot = moment - SLACK
    for _ in range(PERIODS_UNTIL_OVERDUE):
        slot = last_slot(schedule, slot) - dt.timedelta(seconds=1)
    return slot + dt.timedelta(seconds=1) > good_at
