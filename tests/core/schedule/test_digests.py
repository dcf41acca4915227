"""When digests are due: by the calendar through time changes and a leap day, and once whatever a clock does."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec import structs

from server.core.refresh_choices import NIGHTLY, WEEKLY
from server.core.schedule.digests import CLAIM, claimed, is_digest_due, sent
from server.core.schedule.record import LastRun, Look, Record, Sent, Standing, begun, look, settled, stamp
from server.core.schedule.slots import Schedule, spread

ID = "1AbC"
SPREAD = spread(ID)
SECOND, HOUR, DAY = dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1)
SUNDAY, TUESDAY, MONDAY = 6, 1, 0
WAITS = Look(Standing.WAITS)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def is_due(weekly: Schedule, last_sent: str, moment: dt.datetime) -> bool:
    record = Record(sent=Sent(at=stamp(utc(last_sent))))
    return is_digest_due(weekly, record, WAITS, moment, ID, is_each=False)


@pytest.mark.parametrize(
    ("weekly", "last_sent", "begins", "following"),
    [
        # From 8 March 2026 on New York is four hours behind: Monday 3:00 is 7:00 in UTC.
        (Schedule(WEEKLY, 3, MONDAY), "2026-03-02 09:00", "2026-03-09 07:00", "2026-03-16 07:00"),
        # From 1 November on it is five: Monday 3:00 is 8:00 again.
        (Schedule(WEEKLY, 3, MONDAY), "2026-10-26 08:00", "2026-11-02 08:00", "2026-11-09 08:00"),
        # Sunday 2:00 does not exist on 8 March: the digest is that of the moment at which the clock jumps.
        (Schedule(WEEKLY, 2, SUNDAY), "2026-03-01 08:00", "2026-03-08 07:00", "2026-03-15 06:00"),
        # Sunday 1:00 comes twice on 1 November, at 5:00 and at 6:00 in UTC: the first time counts.
        (Schedule(WEEKLY, 1, SUNDAY), "2026-10-25 06:00", "2026-11-01 05:00", "2026-11-08 06:00"),
        # 29 February 2028 is a Tuesday, and so is 7 March.
        (Schedule(WEEKLY, 3, TUESDAY), "2028-02-22 09:00", "2028-02-29 08:00", "2028-03-07 08:00"),
    ],
    ids=["spring", "autumn", "hour that is skipped", "hour that comes twice", "leap day"],
)
def test_a_weekly_digest_is_due_once_by_the_calendar(
    weekly: Schedule, last_sent: str, begins: str, following: str
) -> None:
    """Not a second before the spreadsheet's turn; sent then, not again before the next week's."""
    turn, after = utc(begins) + SPREAD, utc(following) + SPREAD

    assert not is_due(weekly, last_sent, turn - SECOND)
    assert is_due(weekly, last_sent, turn)
    sent_at = stamp(turn).replace("+00:00", "")
    assert not is_due(weekly, sent_at, turn + HOUR)
    assert not is_due(weekly, sent_at, after - SECOND)
    assert is_due(weekly, sent_at, after)


@pytest.mark.parametrize("hours", [1, -1], ids=["ahead", "behind"])
def test_a_clock_that_jumps_sends_a_weeks_digest_once(hours: int) -> None:
    """One instance sends it by a clock that is an hour wrong; by the right clock each hour is asked until next week."""
    weekly = Schedule(WEEKLY, 3, MONDAY)
    turn = utc("2026-01-19 08:00") + SPREAD
    wrong = turn - hours * HOUR  # of the right clock, when the wrong one shows the turn
    record = Record(sent=Sent(at="2026-01-12T09:00:00+00:00"))
    due = [
        moment
        for moment in (wrong + passed * HOUR for passed in range(7 * 24 + 1))
        if moment < turn + 7 * DAY
        and is_digest_due(weekly, sent(record, turn), WAITS, moment, ID, is_each=False)
    ]

    assert is_digest_due(weekly, record, WAITS, turn, ID, is_each=False)
    assert due == []
    assert is_digest_due(weekly, sent(record, turn), WAITS, turn + 7 * DAY, ID, is_each=False)


@pytest.mark.parametrize("hours", [1, -1], ids=["ahead", "behind"])
def test_a_claim_by_a_clock_that_jumps_holds_nobody_up_for_longer_than_a_claim(hours: int) -> None:
    """Whoever claimed it by a wrong clock and died: in the future or an hour old, it is no claim by the right one."""
    weekly = Schedule(WEEKLY, 3, MONDAY)
    moment = utc("2026-01-19 08:00") + SPREAD + 2 * HOUR
    record = Record(sent=Sent(at="2026-01-12T09:00:00+00:00"))

    def is_due_after(claim_at: dt.datetime) -> bool:
        return is_digest_due(weekly, claimed(record, "c1", claim_at), WAITS, moment, ID, is_each=False)

    assert is_due_after(moment + hours * HOUR)
    assert not is_due_after(moment)
    assert not is_due_after(moment - CLAIM + SECOND)
    assert is_due_after(moment - CLAIM)


@pytest.mark.parametrize("hours", [1, -1], ids=["ahead", "behind"])
def test_a_clock_that_jumps_runs_each_night_once(hours: int) -> None:
    """On the second of three nights an instance asks by a clock that is an hour wrong, just before the right ones."""
    nightly = Schedule(NIGHTLY, 3)
    record = begun(nightly, Record(), utc("2026-01-15 17:00"), ID)
    slots: list[dt.datetime] = []
    for passed in range(3 * 24):
        right = utc("2026-01-15 17:00") + SPREAD + passed * HOUR
        is_wrong = 24 <= passed < 48
        for moment in ([right + hours * HOUR] if is_wrong else []) + [right]:
            seen = look(nightly, record, moment, ID)
            if seen.standing is Standing.DUE and seen.slot is not None:
                slots.append(seen.slot)
                good = LastRun(stamp(moment), "Refresh", "ran", "")
                record = settled(nightly, record, moment, ID, good, seen.slot)

    assert slots == [utc(f"2026-01-{day} 08:00") for day in (16, 17, 18)]


def test_after_each_run_a_digest_follows_the_run_that_a_wrong_clock_stamped() -> None:
    """A run an hour in the future is told of, and the next one as well."""
    run_at = utc("2026-01-16 09:00")
    last = LastRun(stamp(run_at), "Refresh", "ran", "")
    record = Record(last=last, sent=Sent(at="2026-01-15T09:00:00+00:00"))
    after = sent(record, run_at)
    next_run = structs.replace(after, last=structs.replace(last, at=stamp(run_at + DAY)))

    assert is_digest_due(Schedule(), record, WAITS, run_at - HOUR, ID, is_each=True)
    assert not is_digest_due(Schedule(), after, WAITS, run_at + HOUR, ID, is_each=True)
    assert is_digest_due(Schedule(), next_run, WAITS, run_at + DAY, ID, is_each=True)
