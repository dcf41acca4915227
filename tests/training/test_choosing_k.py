"""Which number of segments is chosen, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from server.training.candidates import Candidate, earlier, spend_gini, split_gini, stale_best_share
from server.training.choosing_k import choose_k, keep_k, why
from server.training.clustering import distinct, fit
from server.training.holdout import Split
from server.training.seeding import portrayed, smallest_size
from server.training.space import space_of
from tests.training.conftest import NO_PAUSES, USUAL, pauses, three_kinds

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


def test_without_a_gini_the_smallest_whose_names_fit_is_chosen() -> None:
    """Names .01 worse than the best are as good, .03 worse are not."""
    three, four, five = (
        Candidate(k, 0.2, 0.92, merit=merit) for k, merit in ((3, 0.95), (4, 0.97), (5, 0.98))
    )

    assert choose_k([three, four, five]) == 4


def test_where_none_holds_names_and_agreement_decide_without_tiny_segments() -> None:
    """.9 and half of .7 are more than .85 and half of .75; the number with a tiny segment is passed over."""
    four, five = Candidate(4, 0.2, 0.7, merit=0.9), Candidate(5, 0.2, 0.75, merit=0.85)

    assert choose_k([four, five, Candidate(6, 0.01, 0.8, merit=1.0)]) == 4
    assert choose_k([four, Candidate(5, 0.2, 0.82, merit=0.85)]) == 5


def test_where_all_have_tiny_segments_the_least_tiny_is_taken() -> None:
    """2.9 % is nearer to a segment than 1 %."""
    assert choose_k([Candidate(3, 0.029, 0.9), Candidate(4, 0.01, 0.95, merit=1.0)]) == 3


def test_names_come_before_later_spend() -> None:
    """Names that fit .04 worse are not worth a better Gini; .02 worse are."""
    best, worse = Candidate(5, 0.1, 0.92, 0.0, 0.60, 0.98), Candidate(4, 0.1, 0.92, 0.0, 0.70, 0.94)

    assert choose_k([worse, best]) == 5
    assert choose_k([Candidate(4, 0.1, 0.92, 0.0, 0.70, 0.96), best]) == 4


def test_absurd_names_are_taken_only_where_all_have_them() -> None:
    """Four segments have better names on the whole, but of 3 of 1,000 customers they are absurd."""
    four, five = Candidate(4, 0.1, 0.92, merit=0.99, absurd=0.003), Candidate(5, 0.1, 0.92, merit=0.95)

    assert choose_k([four, five]) == 5
    assert choose_k([four]) == 4


def test_of_numbers_whose_names_fit_as_well_the_steady_ones_are_taken() -> None:
    """Agreement of .9 comes before a better Gini."""
    steady, shaky = Candidate(5, 0.1, 0.91, 0.0, 0.60, 0.97), Candidate(6, 0.1, 0.86, 0.0, 0.70, 0.98)

    assert choose_k([steady, shaky]) == 5


def test_a_small_shop_needs_fewer_customers_in_a_segment() -> None:
    """Of 52 customers 5 are enough, of 200 it takes 13, from 667 on 3 %."""
    assert smallest_size(52) == 5
    assert smallest_size(200) == pytest.approx(200 / 15)
    assert smallest_size(667) == pytest.approx(20.01)


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

    assert "4 groups: the smallest repeatable number that tells later spend" in why(
        [GOOD, weak], 4, asked=False, kept=False
    )
    assert why([], 6, asked=True, kept=False) == "6 segments, as the setting Clusters asks for."
    assert "Starting anew, 4 would be chosen" in why([GOOD, weak], 5, asked=False, kept=True)
    assert why([GOOD, weak], 4, asked=False, kept=True) == "4 groups as before, so that names and plans stay."
    assert "5 groups were the most repeatable from 5 to 5, but not as repeatable as is wanted" in why(
        [weak], 5, asked=False, kept=False
    )


def test_units_come_from_the_data() -> None:
    """The usual pause, and the 10 % point of money; silences stand in where nobody came twice."""
    rfm = np.column_stack([np.arange(1.0, 12), np.ones(11), np.arange(10.0, 120, 10)])

    assert space_of(rfm, pauses([8.0] * 10).rhythm(rfm[:, 0])).units == (8.0, 1.0, 20.0)
    assert space_of(rfm, NO_PAUSES.pauses.rhythm(rfm[:, 0])).units == (5.0, 1.0, 20.0)


def test_ghosts_are_the_best_who_stay_best_however_long_they_are_away() -> None:
    """With segments by money alone all of the best are stale_best_share; with recency in them none are."""
    rfm = three_kinds()
    rhythm = USUAL.pauses.rhythm(rfm[:, 0])
    space = space_of(rfm, rhythm)
    points, _places = distinct(space.of(rfm), portrayed(rfm, rhythm).cell)
    by_money = np.array([[0.0, 0.0, 3.0], [0.0, 0.0, -3.0]])

    assert stale_best_share(rfm, space, by_money) == 1.0
    assert stale_best_share(rfm, space, fit(points, 3, 0)) < 0.5


def test_no_gini_where_past_spend_tells_nothing() -> None:
    """Differences between two numbers of segments would be chance."""
    rfm = three_kinds()
    flat = Split(rfm, USUAL.pauses, np.ones(len(rfm)))
    split = Split(rfm, USUAL.pauses, rfm[:, 2])

    assert earlier(flat) is None
    assert earlier(None) is None
    assert split_gini(None, 3, 0) is None
    assert spend_gini(split) == pytest.approx(1.0)
    assert 0.8 < (split_gini(earlier(split), 3, 0) or 0.0) < 1.0
