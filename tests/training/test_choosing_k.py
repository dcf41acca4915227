"""Which number of segments is chosen, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from server.training.choosing_k import Candidate, choose_k, ghosts, keep_k, spend_gini, split_gini, why
from server.training.clustering import distinct, fit
from server.training.holdout import Split
from server.training.space import WEIGHTS, space_of
from tests.training.conftest import GAPS, three_kinds

GOOD = Candidate(4, 0.1, 0.9, 0.0, 0.6)


@pytest.mark.parametrize(
    "failing",
    [
        Candidate(5, 0.029, 0.9, 0.0, 0.9),
        Candidate(5, 0.1, 0.849, 0.0, 0.9),
        Candidate(5, 0.1, 0.9, 0.101, 0.9),
    ],
    ids=["a segment below 3 %", "agreement below .85", "more than 10 % ghosts"],
)
def test_what_does_not_hold_is_not_chosen_however_well_it_predicts(failing: Candidate) -> None:
    """Each of the three bars rules a number out, and is named."""
    assert choose_k([GOOD, failing]) == 4
    assert len(failing.failings()) == 1


def test_the_smallest_within_a_hundredth_of_the_best_is_chosen() -> None:
    """.652 is within .01 of .66, .64 is not."""
    three, four, five = (Candidate(k, 0.1, 0.9, 0.0, g) for k, g in ((3, 0.64), (4, 0.652), (5, 0.66)))

    assert choose_k([three, four, five]) == 4


def test_without_a_gini_the_most_stable_is_chosen() -> None:
    """Where nothing can be predicted stability decides, among those that hold."""
    assert choose_k([Candidate(3, 0.2, 0.9), Candidate(4, 0.2, 0.95), Candidate(5, 0.01, 0.99)]) == 4


def test_where_none_holds_the_most_stable_without_tiny_segments() -> None:
    """Of equally stable ones the smaller."""
    assert choose_k([Candidate(3, 0.2, 0.7), Candidate(4, 0.2, 0.7), Candidate(5, 0.01, 0.8)]) == 3


@pytest.mark.parametrize(
    ("present", "kept"),
    [
        (Candidate(5, 0.02, 0.8, 0.0, 0.62), True),
        (Candidate(5, 0.014, 0.9, 0.0, 0.7), False),
        (Candidate(5, 0.1, 0.42, 0.0, 0.7), True),
        (Candidate(5, 0.1, 0.9, 0.0, 0.49), False),
    ],
    ids=["a little worse", "a tiny segment", "fresh fits that disagree", "predicts plainly worse"],
)
def test_a_retrain_keeps_the_number_unless_another_is_plainly_better(present: Candidate, kept: bool) -> None:
    """A little worse is told, not acted on."""
    assert keep_k([GOOD, present], 5) == (5 if kept else 4)


def test_a_number_outside_of_the_candidates_is_kept() -> None:
    """Two segments that the marketer once asked for stay two."""
    assert keep_k([GOOD], 2) == 2


def test_why_names_the_reason() -> None:
    """Chosen, asked for, kept, and none that holds each have their sentence."""
    weak = Candidate(5, 0.1, 0.8, 0.0, 0.65)

    assert "of the numbers that hold (4) the smallest" in why([GOOD, weak], 4, asked=False, kept=False)
    assert why([], 6, asked=True, kept=False) == "6 segments, as the setting Clusters asks for."
    assert "Starting anew, 4 would be chosen" in why([GOOD, weak], 5, asked=False, kept=True)
    assert (
        why([GOOD, weak], 4, asked=False, kept=True) == "4 segments as before, so that names and plans stay."
    )
    assert "no number from 5 to 5 holds" in why([weak], 5, asked=False, kept=False)


def test_units_come_from_the_data() -> None:
    """g is the median gap, m the 10 % point of money; recency stands in where nobody came twice."""
    rfm = np.column_stack([np.arange(1.0, 12), np.ones(11), np.arange(10.0, 120, 10)])

    assert space_of(rfm, np.array([3.0, 8.0, 40.0])).units == (8.0, 1.0, 20.0)
    assert space_of(rfm, np.empty(0)).units == (6.0, 1.0, 20.0)
    assert WEIGHTS == (1.25, 0.25, 1.0)


def test_ghosts_are_the_best_who_stay_best_however_long_they_are_away() -> None:
    """With segments by money alone all of the best are ghosts; with recency in them none are."""
    rfm = three_kinds()
    space = space_of(rfm, GAPS.gaps)
    points, _places = distinct(space.of(rfm))
    by_money = np.array([[0.0, 0.0, 3.0], [0.0, 0.0, -3.0]])

    assert ghosts(rfm, space, by_money) == 1.0
    assert ghosts(rfm, space, fit(points, 3, 0)) < 0.5


def test_no_gini_where_past_spend_tells_nothing() -> None:
    """Differences between two numbers of segments would be chance."""
    rfm = three_kinds()
    flat = Split(rfm, GAPS.gaps, np.ones(len(rfm)))
    told = Split(rfm, GAPS.gaps, rfm[:, 2])

    assert split_gini(flat, 3, 0) is None
    assert split_gini(None, 3, 0) is None
    assert spend_gini(told) == pytest.approx(1.0)
    assert 0.8 < (split_gini(told, 3, 0) or 0.0) < 1.0
