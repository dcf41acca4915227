"""When refreshes are due, worked out with a calendar and the rules of three zones."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from server.core.refresh_choices import NIGHTLY, OFF, WEEKLY
from server.core.schedule.slots import Schedule, is_overdue, last_slot, next_slot, spread

NEW_YORK = Schedule(NIGHTLY, 2, 0, "America/New_York")
MONDAY = 0


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("schedule", "moment", "last", "following"),
    [
        # New York is five hours behind in winter: its 2:00 is 7:00 in UTC.
        (NEW_YORK, "2026-01-15 06:59:59", "2026-01-14 07:00", "2026-01-15 07:00"),
        (NEW_YORK, "2026-01-15 07:00", "2026-01-15 07:00", "2026-01-16 07:00"),
        # On 8 March 2026 the clock goes from 2:00 to 3:00: the hour begins with the jump, at 7:00 in UTC.
        (NEW_YORK, "2026-03-08 07:00", "2026-03-08 07:00", "2026-03-09 06:00"),
        # On 1 November 2026 the hour from 1:00 comes twice: the first is at 5:00 in UTC, the second no slot.
        (Schedule(NIGHTLY, 1), "2026-11-01 06:30", "2026-11-01 05:00", "2026-11-02 06:00"),
        # A leap day is a day: 2028-02-29 is a Tuesday.
        (Schedule(WEEKLY, 3, 1), "2028-03-01 00:00", "2028-02-29 08:00", "2028-03-07 08:00"),
        (Schedule(NIGHTLY, 3), "2028-02-29 12:00", "2028-02-29 08:00", "2028-03-01 08:00"),
        # Berlin's Monday 0:00 is Sunday 23:00 in UTC; on 29 March 2026 it goes an hour ahead.
        (
            Schedule(WEEKLY, 0, MONDAY, "Europe/Berlin"),
            "2026-03-29 22:00",
            "2026-03-29 22:00",
            "2026-04-05 22:00",
        ),
        (
            Schedule(WEEKLY, 0, MONDAY, "Europe/Berlin"),
            "2026-03-29 21:59",
            "2026-03-22 23:00",
            "2026-03-29 22:00",
        ),
        # Lord Howe's clock goes half an hour ahead, from 2:00 to 2:30, on 4 October 2026.
        (
            Schedule(NIGHTLY, 2, 0, "Australia/Lord_Howe"),
            "2026-10-03 15:30",
            "2026-10-03 15:30",
            "2026-10-04 15:00",
        ),
    ],
)
def test_slots_are_hours_of_the_calendar(schedule: Schedule, moment: str, last: str, following: str) -> None:
    """The newest that has begun, and the first that has not."""
    assert last_slot(schedule, utc(moment)) == utc(last)
    assert next_slot(schedule, utc(moment)) == utc(following)


def test_a_year_of_nights_has_a_slot_a_day_whatever_the_clock_does() -> None:
    """2026 has 365 nights at 2:00 in New York, one of 23 hours before the next, one of 25."""
    moment, slots = utc("2026-01-01 05:00"), []
    while (moment := next_slot(NEW_YORK, moment)) < utc("2027-01-01 05:00"):
        slots.append(moment)
    gaps = [(second - first).total_seconds() / 3600 for first, second in pairwise(slots)]

    assert len(slots) == 365
    assert (gaps.count(23), gaps.count(25), gaps.count(24)) == (1, 1, 362)


def test_a_thousand_spreadsheets_are_spread_evenly_over_the_hour() -> None:
    """Each five minutes get about a twelfth, 83: more than 120 would be a chance of one in ten thousand."""
    turns = [spread(f"spreadsheet-{number}").total_seconds() for number in range(1000)]
    counts = [sum(start <= turn < start + 300 for turn in turns) for start in range(0, 3600, 300)]

    assert sum(counts) == 1000
    assert max(counts) < 120
    assert min(counts) > 50


@pytest.mark.parametrize(
    ("schedule", "good_at", "moment", "expected"),
    [
        # It ran on the 12th; the slots of the 13th and the 14th went by. Three hours later that is said.
        (NEW_YORK, "2026-01-12 07:20", "2026-01-14 09:59", False),
        (NEW_YORK, "2026-01-12 07:20", "2026-01-14 10:00", True),
        (NEW_YORK, "2026-01-13 07:20", "2026-01-14 23:00", False),
        # A weekly one is missed for two weeks before it is said.
        (Schedule(WEEKLY, 3, 0), "2026-01-05 08:30", "2026-01-18 12:00", False),
        (Schedule(WEEKLY, 3, 0), "2026-01-05 08:30", "2026-01-19 11:00", True),
        (Schedule(OFF), "2026-01-05 08:30", "2027-01-19 11:00", False),
    ],
)
def test_two_missed_slots_are_overdue(schedule: Schedule, good_at: str, moment: str, expected: bool) -> None:
    """Counted from the last time that it ran well."""
    assert is_overdue(schedule, utc(good_at), utc(moment)) is expected
