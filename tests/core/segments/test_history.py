"""What segments were at each run, and what has changed since."""

from __future__ import annotations

from server.core.segments.history import Change, Record, RunRecord, compared, newest_compared
from server.core.wording import Wording

DAY = 46_037.5
"""2026-01-15, noon."""


def run(at: float, **customers: int) -> RunRecord:
    """Return a run; `c0=5` puts five customers, who have spent 10 each, into segment 0."""
    numbers = {int(name[1:]): count for name, count in customers.items()}
    return RunRecord(at, 1, {n: Record(n, f"S{n}", count, 10.0 * count) for n, count in numbers.items()})


def test_a_run_is_compared_with_the_last_one_that_was_otherwise() -> None:
    """Yesterday's run found the same as today's: the one two days ago tells more."""
    comparison = compared(run(DAY, c0=5), [run(DAY - 1, c0=5), run(DAY - 2, c0=3), run(DAY - 3, c0=9)])

    assert comparison.last is not None
    assert comparison.last.run_at == DAY - 2
    assert comparison.change(0, comparison.last) == Change(2, 20.0)


def test_a_month_ago_is_the_run_nearest_to_thirty_days_before() -> None:
    """28 days ago is nearer to it than 33; 20 days ago and 46 are no month."""
    runs = [run(DAY - days, c0=days) for days in (1, 20, 28, 33, 46)]

    comparison = compared(run(DAY, c0=5), runs)

    assert comparison.month is not None
    assert comparison.month.run_at == DAY - 28


def test_without_a_run_about_a_month_ago_nothing_is_told_of_it() -> None:
    """Of a sheet that is ten days old, and of one that was left alone for three months."""
    assert compared(run(DAY, c0=5), [run(DAY - 10, c0=1)]).month is None
    assert compared(run(DAY, c0=5), [run(DAY - 90, c0=1)]).month is None


def test_the_last_run_is_not_told_twice() -> None:
    """Who runs it once a month has one comparison, not the same one under two names."""
    comparison = compared(run(DAY, c0=5), [run(DAY - 30, c0=1)])

    assert comparison.last is not None
    assert comparison.month is None


def test_segments_are_compared_by_number() -> None:
    """Number 2 is new; number 1 is gone, and is in no sentence."""
    comparison = compared(run(DAY, c0=5, c2=4), [run(DAY - 1, c0=5, c1=4)])

    assert comparison.change(0, comparison.last) == Change(0, 0.0)
    assert comparison.change(2, comparison.last) == Change(4, 40.0, is_new=True)
    assert comparison.change(1, comparison.last) is None
    assert comparison.in_all(comparison.last) == Change(0, 0.0)


def test_the_first_run_has_nothing_to_be_compared_with() -> None:
    """Nor has a sheet without any."""
    comparison = compared(run(DAY, c0=5), [])

    assert (comparison.last, comparison.month, comparison.sentence(0)) == (None, None, "")
    assert newest_compared([]) is None


def test_the_newest_run_is_the_present_one_whatever_the_order() -> None:
    """Somebody may have sorted the tab."""
    comparison = newest_compared([run(DAY - 3, c0=1), run(DAY, c0=5), run(DAY - 1, c0=2)])

    assert comparison is not None
    assert comparison.present.run_at == DAY
    assert comparison.last is not None
    assert comparison.last.run_at == DAY - 1


def test_a_run_of_the_same_day_is_told_with_its_time() -> None:
    """Else 1 customer more than today would be told of today."""
    comparison = compared(run(DAY + 0.25, c0=5), [run(DAY, c0=4)])

    assert comparison.sentence(0, Wording("de_DE")) == "1 Kunde mehr als am 15.01.2026, 12:00"


def test_the_change_in_words() -> None:
    """With the day of each comparison, as the spreadsheet writes it."""
    comparison = compared(
        run(DAY, c0=5, c1=2, c2=3), [run(DAY - 1, c0=4, c1=2), run(DAY - 30, c0=7, c1=2, c2=3)]
    )

    assert (
        comparison.sentence(0)
        == "1 customer more than on Jan 14, 2026; 2 customers fewer than on Dec 16, 2025"
    )
    assert comparison.sentence(1).startswith("As many customers as on Jan 14, 2026")
    assert comparison.sentence(2) == "Not there on Jan 14, 2026; as many customers as on Dec 16, 2025"
    assert (
        comparison.sentence(None)
        == "4 customers more than on Jan 14, 2026; 2 customers fewer than on Dec 16, 2025"
    )
    assert comparison.sentence(0, Wording("de_DE")).startswith("1 Kunde mehr als am 14.01.2026")
