"""What a look at a schedule decides, and what a run leaves on record."""

from __future__ import annotations

import datetime as dt

import msgspec

from server.core.refresh_choices import NIGHTLY, OFF, WEEKLY
from server.core.schedule.record import (
    LastRun,
    Record,
    Standing,
    begun,
    look,
    newest_failures,
    overdue,
    read_moment,
    settled,
    stamp,
    with_flows,
)
from server.core.schedule.slots import Schedule, spread

ID = "a-spreadsheet-of-the-tests"
SPREAD = spread(ID)
AT_THREE = Schedule(NIGHTLY, 3)
SWITCHED_ON = dt.datetime(2026, 1, 15, 17, tzinfo=dt.UTC)
SLOT = dt.datetime(2026, 1, 16, 8, tzinfo=dt.UTC)
"""3:00 in New York, the night after."""
DAY = dt.timedelta(days=1)
GOOD = LastRun("", "Refresh", "ran", "60 customers.")
BAD = LastRun("", "Refresh", "failed", "A column is missing.")


def on() -> Record:
    return begun(AT_THREE, Record(), SWITCHED_ON, ID)


def test_what_was_due_before_it_was_switched_on_is_not_made_up() -> None:
    """Switched on at noon, it waits for the night."""
    assert look(AT_THREE, Record(), SWITCHED_ON, ID).standing is Standing.CHANGED

    seen = look(AT_THREE, on(), SWITCHED_ON, ID)

    assert (seen.standing, seen.at) == (Standing.WAITS, SLOT + SPREAD)
    assert read_moment(on().next_at) == SLOT + SPREAD


def test_within_the_hour_each_spreadsheet_waits_for_its_turn() -> None:
    """One second before its turn it is soon, at its turn it is due."""
    second = dt.timedelta(seconds=1)

    before, at = (look(AT_THREE, on(), SLOT + SPREAD - early, ID) for early in (second, 0 * second))

    assert (before.standing, before.at) == (Standing.SOON, SLOT + SPREAD)
    assert (at.standing, at.slot) == (Standing.DUE, SLOT)


def test_missed_nights_are_made_up_once() -> None:
    """Five nights went by: the newest is due, and settling it settles all."""
    morning = SLOT + 4 * DAY + dt.timedelta(hours=2)

    seen = look(AT_THREE, on(), morning, ID)
    after = settled(AT_THREE, on(), morning, ID, GOOD, seen.slot)

    assert seen.slot == SLOT + 4 * DAY
    assert look(AT_THREE, after, morning, ID).standing is Standing.WAITS
    assert read_moment(after.next_at) == SLOT + 5 * DAY + SPREAD


def test_a_changed_schedule_begins_anew() -> None:
    """From nightly to weekly, to another hour or zone, or off."""
    for other in (
        Schedule(WEEKLY, 3),
        Schedule(NIGHTLY, 4),
        Schedule(NIGHTLY, 3, 0, "Europe/Berlin"),
        Schedule(OFF),
    ):
        assert look(other, on(), SLOT, ID).standing is Standing.CHANGED

    off = begun(Schedule(OFF), on(), SLOT, ID)

    assert look(Schedule(OFF), off, SLOT + 5 * DAY, ID).standing is Standing.OFF
    assert off.next_at == ""


def test_the_third_failure_in_a_row_stops_it_with_the_reason() -> None:
    """A good run between them counts anew; a refusal for poor data counts neither way."""
    refused = LastRun("", "Refresh", "refused", "The history is too short.")
    record = on()
    for day, last in enumerate([BAD, BAD, GOOD, BAD, refused, BAD]):
        record = settled(AT_THREE, record, SLOT + day * DAY, ID, last, SLOT + day * DAY)
    assert (record.failures, record.stopped) == (2, "")

    stopped = settled(AT_THREE, record, SLOT + 6 * DAY, ID, BAD, SLOT + 6 * DAY)

    assert stopped.stopped == "A column is missing."
    assert stopped.next_at == ""
    assert look(AT_THREE, stopped, SLOT + 7 * DAY, ID).standing is Standing.STOPPED
    off = msgspec.structs.replace(stopped, schedule=OFF)
    assert look(Schedule(OFF), off, SLOT + 7 * DAY, ID).standing is Standing.STOPPED
    again = begun(AT_THREE, off, SLOT + 7 * DAY, ID)
    assert (again.stopped, again.failures) == ("", 0)


def test_a_run_by_hand_that_failed_stops_nothing() -> None:
    """Who is there sees it."""
    record = on()
    for _ in range(5):
        record = settled(AT_THREE, record, SWITCHED_ON, ID, BAD)

    assert (record.failures, record.stopped, record.settled) == (0, "", "")


def test_a_slot_that_was_tried_three_times_is_spent() -> None:
    """Begun and lost, or failed for a moment, since the slot; older ones and other calls do not count."""
    late = SLOT + dt.timedelta(hours=1)
    states = [
        ("refresh", "lost", stamp(late)),
        ("refresh", "failed", stamp(SLOT)),
        ("refresh", "done", stamp(late)),
        ("segment", "failed", stamp(late)),
        ("refresh", "lost", stamp(SLOT - DAY)),
        ("refresh", "lost", "yesterday"),
    ]

    assert newest_failures(states, SLOT, "refresh") == 2
    assert look(AT_THREE, on(), late, ID, 2).standing is Standing.DUE
    assert look(AT_THREE, on(), late, ID, 3).standing is Standing.SPENT


def test_nothing_new_is_well_but_refused_and_failed_runs_are_overdue() -> None:
    """Each night was looked at; after two without a run that went well it is said."""
    nothing = LastRun("", "Refresh", "nothing-new", "No orders are newer.")
    refused = LastRun("", "Refresh", "refused", "The history is too short.")
    evening = SLOT + DAY + dt.timedelta(hours=12)
    for last, expected in ((nothing, False), (refused, True), (BAD, True)):
        record = on()
        for day in range(2):
            record = settled(AT_THREE, record, SLOT + day * DAY, ID, last, SLOT + day * DAY)
        assert overdue(AT_THREE, record, evening) is expected


def test_moves_are_summed_up_until_the_next_digest() -> None:
    """Two runs: 3 + 2 went from 0 to 1, 4 are new in 1; who stayed is not counted."""
    record = with_flows(Record(), {(0, 1): 3, (None, 1): 4, (1, 1): 50})
    record = with_flows(record, {(0, 1): 2})

    assert record.flows == ((-1, 1, 4), (0, 1, 5))


def test_events_since_the_digest_are_read_from_older_records() -> None:
    """They are kept as `told`, the name they had when the first records were written."""
    record = msgspec.json.decode(b'{"told": {"runs": 2, "orders": 31}}', type=Record)

    assert (record.events.runs, record.events.orders) == (2, 31)
