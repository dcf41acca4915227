"""Intervals of differences, checked by hand, by published figures and by scipy."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from server.core.experiments.adjusting import cap_of, capped, without_before, without_habits
from server.core.experiments.intervals import holm, newcombe, permutation_interval, welch_error, wilson
from server.core.experiments.power import (
    FACTOR,
    cv_squared_of_buyers,
    cv_squared_of_spend,
    in_days,
    smallest_visible_lift,
    visible,
)
from server.core.experiments.redealing import Size, redealt, studentised


def test_newcombe_gives_the_published_interval() -> None:
    """R. G. Newcombe, 1998, example of 56 of 70 against 48 of 80."""
    interval = newcombe(56, 70, 48, 80)

    assert (interval.low, interval.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    assert interval.is_more
    assert not interval.is_less


def test_newcombe_gives_hillstroms_buyers() -> None:
    """K. Hillstrom's e-mail experiment, 2008: 267 of 21,307 bought with the men's mail, 122 of 21,306 without."""
    interval = newcombe(267, 21_307, 122, 21_306)

    assert [round(x, 5) for x in (interval.difference, interval.low, interval.high)] == [
        0.00681,
        0.00501,
        0.00864,
    ]


def test_wilsons_interval_is_scipys() -> None:
    for count, of in ((0, 10), (3, 17), (50, 50), (122, 21_306)):
        theirs = stats.binomtest(count, of).proportion_ci(method="wilson")
        assert wilson(count, of) == (pytest.approx(theirs.low, abs=1e-12), pytest.approx(theirs.high))


def test_nobody_bought_tells_nothing() -> None:
    interval = newcombe(0, 40, 0, 10)

    assert interval.difference == 0
    assert not interval.is_more
    assert not interval.is_less


def test_every_dealing_of_a_small_pack_comes_up_as_often() -> None:
    """Two of five cards are held out: ten dealings, each expected 2,000 times of 20,000."""
    hands = np.concatenate(list(redealt([Size(5, 2)], seed=3, dealings=20_000)))

    counts = np.unique(hands @ [1, 2, 4, 8, 16], return_counts=True)[1]

    assert (hands.sum(axis=1) == 2).all()
    assert len(counts) == 10
    assert stats.chisquare(counts).pvalue > 0.001


def test_each_segment_is_dealt_within_itself() -> None:
    """3 of 7, 1 of 2 and 2 of 3: more than fit into two hands, so that hands overlap."""
    sizes = [Size(7, 3), Size(2, 1), Size(3, 2)]

    hands = np.concatenate(list(redealt(sizes, seed=1, dealings=500)))

    assert len(hands) == 500
    assert (hands[:, :7].sum(axis=1) == 3).all()
    assert (hands[:, 7:9].sum(axis=1) == 1).all()
    assert (hands[:, 9:].sum(axis=1) == 2).all()


def test_the_same_seed_deals_the_same() -> None:
    first, second, other = (
        np.concatenate(list(redealt([Size(30, 6)], seed=seed, dealings=50))) for seed in (5, 5, 6)
    )

    assert (first == second).all()
    assert (first != other).any()


def test_the_t_of_a_dealing_is_welchs() -> None:
    """Of each dealing, each measure, all customers and each segment, as scipy has it."""
    rng = np.random.default_rng(4)
    sizes = [Size(12, 4), Size(9, 3)]
    values = np.column_stack([rng.gamma(0.3, 40, 21), rng.integers(0, 2, 21)])
    hands = np.concatenate(list(redealt(sizes, seed=2, dealings=20)))

    pooled, alone = studentised(values, sizes, [hands])

    for dealing, held in enumerate(hands.astype(bool)):
        for measure in range(2):
            column = values[:, measure]
            theirs = stats.ttest_ind(column[~held], column[held], equal_var=False).statistic
            assert pooled[dealing, measure] == pytest.approx(theirs, rel=1e-3, abs=1e-4)
        part, here = values[12:, 0], held[12:]
        theirs = stats.ttest_ind(part[~here], part[here], equal_var=False).statistic
        assert alone[1, dealing, 0] == pytest.approx(theirs, rel=1e-3, abs=1e-4)


def test_the_interval_agrees_with_scipys_permutation_test() -> None:
    """p by all dealings of 4 of 12 customers: 495."""
    rng = np.random.default_rng(8)
    spend = np.round(rng.gamma(1, 20, 12), 2)
    control = np.zeros(12, dtype=bool)
    control[:4] = True
    spend[~control] += 25

    def t(a: np.ndarray, c: np.ndarray, axis: int = -1) -> np.ndarray:
        error = np.sqrt(a.var(axis=axis, ddof=1) / a.shape[axis] + c.var(axis=axis, ddof=1) / c.shape[axis])
        return np.asarray((a.mean(axis=axis) - c.mean(axis=axis)) / error)

    every = np.array([[i in held for i in range(12)] for held in itertools.combinations(range(12), 4)])
    dealt, _ = studentised(spend[:, None], [Size(12, 4)], [every.astype(np.float32)])
    theirs = stats.permutation_test(
        (spend[~control], spend[control]), t, vectorized=True, n_resamples=np.inf, alternative="greater"
    )

    ours = permutation_interval(spend, control, dealt[:, 0])

    assert ours.p == pytest.approx(min(1, 2 * theirs.pvalue), abs=2.1 / 496)
    low, high = np.quantile(dealt[:, 0], [0.025, 0.975])
    error = welch_error(spend, control)
    assert (ours.low, ours.high) == (
        pytest.approx(ours.difference - high * error),
        pytest.approx(ours.difference - low * error),
    )


def test_holm_corrects_by_how_many_were_looked_at() -> None:
    """.005 × 4, .01 × 3, .03 × 2; .04 × 1 cannot fall below .06."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_the_cap_is_of_buyers_alone() -> None:
    """Of 10 buyers among 1,000 the 99th percentile lies between the two largest: .91 × 90 + .09 × 1,000 = 171.9."""
    spend = np.zeros(1000)
    spend[:10] = [10, 20, 30, 40, 50, 60, 70, 80, 90, 1000]

    assert cap_of(spend) == pytest.approx(90 + 0.91 * 910)
    assert capped(spend).max() == pytest.approx(918.1)
    assert np.count_nonzero(capped(spend)) == 10
    assert capped(np.array([-5000.0, 10.0, 10.0])).min() == -10


def test_spend_before_takes_its_part_off() -> None:
    """y = 2 x + 1 varies by x alone: nothing but the mean is left."""
    x = np.array([1.0, 2.0, 6.0])

    assert without_before(2 * x + 1, x) == pytest.approx([7.0, 7.0, 7.0])
    assert without_before(x, np.zeros(3)) == pytest.approx(x)


def test_habits_take_their_part_off_and_keep_the_mean() -> None:
    recency = np.array([1.0, 10, 100, 1000, 20, 5])
    bought = np.array([1.0, 1, 0, 0, 1, 0])

    left = without_habits(bought, recency, np.ones(6), np.ones(6))

    assert left.mean() == pytest.approx(0.5)
    assert np.corrcoef(left, np.log1p(recency))[0, 1] == pytest.approx(0, abs=1e-9)


def test_the_smallest_visible_lift_is_the_formulas() -> None:
    """18 in 100 buy and 20 % are held out: of 500 customers √(7.849 × 4.56 × (1/400 + 1/100)) = .67."""
    squared = cv_squared_of_buyers(0.18)

    lifts = [smallest_visible_lift(squared, 4 * n // 5, n // 5) for n in (500, 2_000, 10_000)]

    assert [round(lift, 2) for lift in lifts] == [0.67, 0.33, 0.15]
    assert (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2 == pytest.approx(FACTOR, abs=5e-4)
    assert smallest_visible_lift(4.0, 50, 50, 0.75) == pytest.approx(math.sqrt(FACTOR * 0.04))


def test_what_would_show_is_told_of_buyers_and_of_money() -> None:
    """Half of them buy for 10 or 30, mean 20, variance 100: CV² (1 + .25) / .5 - 1 = 1.5 against 1 of buyers."""
    assert cv_squared_of_spend(0.5, 0.25) == 1.5

    visible_lift = visible(0.5, np.array([10.0, 30.0]), 800, 200)

    assert visible_lift.money == pytest.approx(10, rel=0.01)
    assert visible_lift.spend / visible_lift.buyers == pytest.approx(math.sqrt(1.5), rel=0.01)
    assert not visible_lift.shows_nothing


@pytest.mark.parametrize(
    ("share", "buyers"),
    [(0.0, [10.0]), (0.3, []), (0.01, [10.0]), (0.95, [10.0])],
    ids=["nobody buys", "no spend known", "a doubling would not show", "everybody would have to buy"],
)
def test_a_test_that_can_show_nothing_says_so(share: float, buyers: list[float]) -> None:
    assert visible(share, np.array(buyers), 80, 20).shows_nothing


def test_a_share_of_buyers_is_told_for_other_days() -> None:
    """Who do not buy in 90 days twice over: .81² = .6561."""
    assert in_days(0.19, 90, 180) == pytest.approx(1 - 0.6561)
