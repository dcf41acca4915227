"""What a test shows, and what is said of it."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace

import numpy as np
import pytest

from server.core.experiments.outcomes import Before, before, known, orders_reach, spend_in
from server.core.experiments.power import visible
from server.core.experiments.reading import Found, Measure, Members, read_groups
from server.core.experiments.window import Window
from server.core.experiments.words import Waiting, promise, reading, verdict, waiting, waits
from server.core.transactions.arrays import Transactions
from server.core.wall_clock import EPOCH
from server.core.wording import ENGLISH
from server.errors import TrainingDataError

JAN, MARCH = dt.date(2026, 1, 1), dt.date(2026, 3, 1)


def transactions(*lines: tuple[str, str, float]) -> Transactions:
    """Return transactions of customer, day and amount; below 0 is a refund."""
    ids = list(dict.fromkeys(who for who, _, _ in lines))
    amounts = np.array([amount for *_, amount in lines])
    return Transactions(
        customer_ids=ids,
        customer=np.array([ids.index(who) for who, _, _ in lines], dtype=np.int32),
        day=np.array([(dt.date.fromisoformat(day) - EPOCH).days for _, day, _ in lines], dtype=np.int32),
        amount=amounts,
        order=None,
        cancelled=amounts < 0,
    )


LINES = transactions(
    ("a", "2025-12-31", 10.0),
    ("a", "2026-01-01", 20.0),
    ("a", "2026-01-31", 5.0),
    ("a", "2026-02-01", 100.0),
    ("b", "2025-12-01", 40.0),
    ("b", "2025-12-20", 8.0),
    ("b", "2026-01-15", -8.0),
    ("c", "2026-01-10", 30.0),
    ("c", "2026-01-12", -30.0),
)


def test_spend_counts_both_ends_of_the_window_and_refunds() -> None:
    """a: 20 on the first day and 5 on the last; b gives back what it bought before; c keeps nothing; d is unknown."""
    window = Window(JAN, dt.date(2026, 1, 31))

    assert spend_in(LINES, ["d", "c", "b", "a"], window).tolist() == [0.0, 0.0, -8.0, 25.0]
    assert known(LINES, ["d", "c", "b", "a"]) == 3


def test_before_ends_the_day_before_the_start() -> None:
    """a bought once, the day before; b twice, 12 days before; who had not bought is a day further than all orders."""
    figures_before = before(LINES, ["a", "b", "c"], JAN)

    assert figures_before.spend.tolist() == [10.0, 48.0, 0.0]
    assert figures_before.orders.tolist() == [1.0, 2.0, 0.0]
    assert figures_before.recency.tolist() == [1.0, 12.0, 32.0]


def test_a_list_of_customers_tells_no_orders_by_day() -> None:
    with pytest.raises(TrainingDataError, match="no orders by day"):
        orders_reach(replace(LINES, events=np.ones(len(LINES), dtype=np.int64)))
    assert orders_reach(LINES) == dt.date(2026, 2, 1)


def members(lift: float, n: int = 1000, seed: int = 0, segments: int = 2) -> Members:
    """Return members of whom 20 in 100 buy without the action and so many more with it."""
    rng = np.random.default_rng(seed)
    control = np.arange(n) % 5 == 0
    buys = rng.random(n) < np.where(control, 0.2, 0.2 * (1 + lift))
    habits = Before(
        rng.gamma(1, 50, n), rng.integers(1, 9, n).astype(float), rng.integers(1, 300, n).astype(float)
    )
    spend = np.where(buys, rng.gamma(2, 20, n).round(2), 0.0)
    return Members(
        control, (np.arange(n) // 5) % segments, [f"Segment {i}" for i in range(segments)], spend, habits
    )


def read(what: Members, seed: int = 1) -> Found:
    return read_groups(what, seed, dealings=1000)


def test_a_clear_lift_is_told_in_buyers_and_money() -> None:
    findings = read(members(1.0))

    assert [line.measure for line in findings.pooled] == list(Measure)
    assert all(line.tells for line in findings.pooled)
    buyers, _, spend = findings.pooled
    assert buyers.action == pytest.approx(100 * (members(1.0).spend[~members(1.0).control] > 0).mean())
    assert buyers.relative == pytest.approx(buyers.action / buyers.control - 1)
    assert spend.extra_money == pytest.approx(spend.interval.difference * 800)
    assert buyers.extra_money is None
    sentence = verdict(findings, ENGLISH)
    assert sentence.startswith("Between ")
    assert "more buyers in 100 customers, 95% sure." in sentence
    assert "more spend a customer, 95% sure:" in sentence


def test_harm_is_told_as_harm() -> None:
    sentence = verdict(read(members(-0.9)), ENGLISH)

    assert "fewer buyers in 100 customers, 95% sure." in sentence
    assert "less spend a customer" in sentence


def test_where_nothing_happened_nobody_can_tell() -> None:
    findings = read(members(0.0))

    assert verdict(findings, ENGLISH) == (
        f"Cannot tell: a change under {round(100 * findings.pooled[1].unseen)}% would not show."
    )


def test_nothing_is_ever_called_significant() -> None:
    for lift in (-0.9, 0.0, 1.0):
        findings = read(members(lift))
        texts = [
            verdict(findings, ENGLISH),
            *(reading(line, ENGLISH, 2) for line in (*findings.pooled, *findings.exploratory)),
        ]
        assert not any("signific" in text.casefold() for text in texts)


def test_a_test_read_twice_is_the_same() -> None:
    assert read(members(0.3)) == read(members(0.3))


def test_money_is_no_part_of_the_verdict_where_buyers_cannot_tell() -> None:
    """Nobody buys more often, but buyers of the action group spend ten times as much: one verdict, of buyers."""
    what = members(0.0)
    what = replace(what, spend=np.where(what.control, what.spend, 10 * what.spend))

    findings = read(what)

    assert findings.pooled[2].tells
    assert verdict(findings, ENGLISH).startswith("Cannot tell")


def test_single_segments_are_exploratory_and_corrected() -> None:
    findings = read(members(0.6, segments=5))

    assert {line.segment for line in findings.exploratory} == {f"Segment {i}" for i in range(5)}
    for line in findings.exploratory:
        assert line.corrected is not None
        assert line.interval.p is not None
        assert line.corrected >= line.interval.p
        assert reading(line, ENGLISH, 5).startswith("Exploratory: ")
    least = min(line.interval.p or 1 for line in findings.exploratory if line.measure is Measure.ADJUSTED)
    corrected = min(line.corrected or 1 for line in findings.exploratory if line.measure is Measure.ADJUSTED)
    assert corrected == pytest.approx(min(1, 5 * least))


def test_one_segment_alone_is_the_whole_test() -> None:
    assert not read(members(0.6, segments=1)).exploratory


def test_no_interval_holds_more_buyers_than_there_are_customers() -> None:
    """All of the action group buy, and nobody of the control group: 100 more in 100, not 103."""
    what = members(0.0, n=200)

    findings = read(replace(what, spend=np.where(what.control, 0.0, 10.0)))

    buyers = [line for line in (*findings.pooled, *findings.exploratory) if line.measure is not Measure.SPEND]
    assert max(line.interval.high for line in buyers) <= 100.0
    assert max(line.interval.difference for line in buyers) <= 100.0


def test_a_segment_without_both_groups_is_not_compared() -> None:
    what = members(0.5, n=200)
    alone = np.where(np.arange(200) < 7, 2, what.segment)
    what = replace(
        what, segment=alone, segments=[*what.segments, "Few"], control=what.control & (np.arange(200) >= 7)
    )

    findings = read(what)

    assert findings.not_compared == 7
    assert "Few" not in {line.segment for line in findings.exploratory}


def test_without_two_groups_nothing_is_told() -> None:
    what = members(0.5, n=50)

    findings = read(replace(what, control=np.zeros(50, dtype=bool)))

    assert not findings.pooled
    assert verdict(findings, ENGLISH) == "Cannot tell: no segment has customers in both groups."


def test_nobody_bought_in_the_control_group() -> None:
    what = members(0.0, n=100)

    sentence = verdict(read(replace(what, spend=np.zeros(100))), ENGLISH)

    assert sentence == "Cannot tell: nobody in the control group bought."


def test_no_verdict_before_the_end_or_before_orders_reach_it() -> None:
    window = Window.of(JAN, 60)

    assert window.end == MARCH
    assert waits(waiting(window, dt.date(2026, 2, 18), JAN) or Waiting(0, JAN, JAN), ENGLISH) == (
        "12 days to go: no verdict yet."
    )
    last = waiting(window, MARCH, MARCH)
    assert last is not None
    assert waits(last, ENGLISH) == "1 day to go: no verdict yet."
    behind = waiting(window, dt.date(2026, 3, 2), dt.date(2026, 2, 27))
    assert behind is not None
    assert waits(behind, ENGLISH) == (
        "Orders in Training_Data reach Feb 27, 2026; the test ends on Mar 1, 2026. Paste newer orders, then read it "
        "again."
    )
    assert waiting(window, dt.date(2026, 3, 2), MARCH) is None


def test_the_smallest_visible_lift_is_told_before_the_start() -> None:
    sentence = promise(visible(0.18, np.array([10.0, 10.0]), 400, 100), 500, 90, ENGLISH)

    assert sentence == (
        "With 500 customers for 90 days a change under 67% more buyers (12 in 100 customers) or 67% more spend (1.20 "
        "a customer) would not show."
    )
    nothing = promise(visible(0.0, np.array([]), 400, 100), 500, 1, ENGLISH)
    assert nothing == (
        "With 500 customers for 1 day nothing would show: none of them is expected to buy. More customers or more days "
        "would show more."
    )


def test_where_nearly_all_buy_anyway_more_days_are_not_advised() -> None:
    """Of 95 in 100 even all would not show: the smallest visible lift is 8 %, and .95 · 1.08 is more than 1."""
    sentence = promise(visible(0.95, np.array([10.0, 10.0]), 126, 127), 253, 90, ENGLISH)

    assert sentence == (
        "With 253 customers for 90 days more buyers would not show: 95 in 100 are expected to buy anyway, and too few "
        "are left. Nor would a change under 8.1% more spend (0.77 a customer). Fewer days would leave more of them."
    )


def test_one_huge_order_decides_nothing() -> None:
    """One customer who spends a hundred times as much moves the capped mean by no more than the cap."""
    what = members(0.0)
    huge = what.spend.copy()
    huge[int(np.flatnonzero(~what.control & (what.spend > 0))[0])] = 1_000_000

    findings = read(replace(what, spend=huge))

    assert not findings.pooled[2].tells
    assert findings.pooled[2].action < 20


@pytest.mark.slow
def test_a_hundred_thousand_customers_take_at_most_ten_seconds() -> None:
    """Processor time of 2,000 dealings, half of the customers held out, which takes longest."""
    rng = np.random.default_rng(1)
    n = 100_000
    spend = np.where(rng.random(n) < 0.2, rng.gamma(1, 40, n), 0.0)
    what = Members(
        rng.random(n) < 0.5,
        rng.integers(0, 8, n),
        [str(i) for i in range(8)],
        spend,
        Before(
            rng.gamma(1, 50, n), rng.integers(1, 9, n).astype(float), rng.integers(1, 300, n).astype(float)
        ),
    )
    began = time.process_time()

    findings = read_groups(what, 1)

    assert time.process_time() - began < 10
    assert len(findings.pooled) == 3
