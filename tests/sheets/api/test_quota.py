"""The share of Google's quota: scoring first, long work at most half, one spreadsheet at most its part."""

from __future__ import annotations

from contextlib import suppress

import pytest

from server.errors import QuotaError
from server.sheets.api.quota import QuotaShare


class Clock:
    """Time that passes only in sleeps."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def share(clock: Clock) -> QuotaShare:
    return QuotaShare(clock, clock.sleep)


def test_long_work_waits_for_the_next_minute_at_half_the_quota(share: QuotaShare, clock: Clock) -> None:
    """30 reads at once; the 31st when the first is a minute old. Writes count for themselves."""
    for _ in range(30):
        share.spend("sheet", "read", long_work=True)
    for _ in range(18):
        share.spend("sheet", "write", long_work=True)
    assert clock.time == 1000.0

    share.spend("sheet", "read", long_work=True)

    assert clock.time == 1060.0


def test_signs_of_life_have_a_part_of_their_own(share: QuotaShare, clock: Clock) -> None:
    """12 of long work's 30 writes are theirs; the 13th is missing rather than late, and work has the other 18."""
    for _ in range(18):
        share.spend("sheet", "write", long_work=True)
    for _ in range(12):
        share.spend("sheet", "write", long_work=True, heartbeat=True)
    assert clock.time == 1000.0

    with pytest.raises(QuotaError):
        share.spend("sheet", "write", long_work=True, heartbeat=True)
    share.spend("sheet", "write", long_work=True)

    assert clock.time == 1060.0


def test_scoring_goes_through_while_long_work_waits(share: QuotaShare, clock: Clock) -> None:
    """What long work has used does not count against an edit."""
    for _ in range(30):
        share.spend("big", "read", long_work=True)

    for _ in range(30):
        share.spend("small", "read", long_work=False)

    assert clock.time == 1000.0


def test_long_work_steps_back_where_scoring_needs_the_minute(share: QuotaShare, clock: Clock) -> None:
    """At 50 calls of a minute the rest is scoring's, but for the ten that long work gets in any case."""
    for number in range(45):
        share.spend(f"sheet {number % 5}", "read", long_work=False)
    for _ in range(10):
        share.spend("big", "read", long_work=True)
    spent_at = clock.time

    share.spend("big", "read", long_work=True)

    assert (spent_at, clock.time) == (1000.0, 1060.0)


def test_long_work_gets_on_in_a_minute_that_is_always_full(share: QuotaShare, clock: Clock) -> None:
    """Scoring that never ends leaves it ten calls a minute, once it has asked."""
    for number in range(60):
        share.spend(f"sheet {number}", "read", long_work=False)
        clock.time += 0.5

    share.spend("big", "read", long_work=True)
    started = clock.time
    for number in range(20):
        with suppress(QuotaError):
            share.spend(f"later {number}", "read", long_work=False)
    for _ in range(9):
        share.spend("big", "read", long_work=True)

    assert started == 1060.0
    assert clock.time <= 1065.0


def test_google_is_never_asked_more_than_it_allows(share: QuotaShare) -> None:
    """A hundred spreadsheets with one call each: forty are told to wait, by us and without a call."""
    refused = 0
    for number in range(100):
        try:
            share.spend(f"sheet {number}", "read", long_work=False)
        except QuotaError:
            refused += 1

    assert refused == 40


def test_where_there_is_room_a_crowd_may_type_twice(share: QuotaShare) -> None:
    """Of 35 spreadsheets one has a second call, though its share of sixty is one."""
    for number in range(35):
        share.spend(f"sheet {number}", "read", long_work=False)

    share.spend("sheet 0", "read", long_work=False)
    with pytest.raises(QuotaError):
        share.spend("sheet 0", "read", long_work=False)


def test_a_spreadsheet_alone_may_use_the_whole_minute(share: QuotaShare) -> None:
    """60 calls, then it is told when to come again."""
    for _ in range(60):
        share.spend("only", "write", long_work=False)

    with pytest.raises(QuotaError) as caught:
        share.spend("only", "write", long_work=False)

    assert caught.value.retry_after_seconds == 60


def test_in_a_crowd_one_spreadsheet_has_its_part_and_others_go_through(share: QuotaShare) -> None:
    """Three sheets: 20 calls each; the one that asks for more is refused, a fourth is served."""
    for _ in range(20):
        share.spend("greedy", "read", long_work=False)
    for number in range(12):
        share.spend(f"other {number % 2}", "read", long_work=False)

    with pytest.raises(QuotaError):
        share.spend("greedy", "read", long_work=False)
    share.spend("other 0", "read", long_work=False)
    share.spend("a fourth", "read", long_work=False)


def test_a_minute_later_all_is_forgotten(share: QuotaShare, clock: Clock) -> None:
    """Only the last 60 seconds count."""
    for _ in range(60):
        share.spend("only", "read", long_work=False)
    clock.time += 60

    share.spend("only", "read", long_work=False)
