"""Whether customers are still like those of the training, and which rows have aged."""

from __future__ import annotations

import math

import numpy as np
import pytest

from server.core.segments.drift import ADVISES_RETRAIN, MEANS_SOMETHING, SHIFTING, aged, population_stability
from server.core.segments.model import Model


def like_the_training(rows: int) -> np.ndarray:
    """Return customers spread as in the plain model's training."""
    share = (np.arange(rows) + 0.5) / rows
    frequency = np.select([share < 0.6, share < 0.8, share < 0.9], [1, 2, 3], 4)
    return np.column_stack([share * 100, frequency, share * 1000])


def test_customers_like_those_of_the_training_have_no_drift(model: Model) -> None:
    """All three indices are about nought."""
    drift = population_stability(model, like_the_training(1000))

    assert max(drift.indices) < 0.01
    assert not drift.advises_retrain
    assert "are like those" in drift.sentence()


def test_the_index_by_hand(model: Model) -> None:
    """All in the last tenth: nine tenths of .1 went to nothing (.005 by convention), the last grew from .1 to 1."""
    rows = like_the_training(1000)
    rows[:, 2] = 950

    index = population_stability(model, rows).indices[2]

    # The ladder tells shares to half a percent: the first tenth reads .105, the last .095.
    by_hand = 8 * (0.005 - 0.1) * math.log(0.005 / 0.1)
    by_hand += (0.005 - 0.105) * math.log(0.005 / 0.105) + (1 - 0.095) * math.log(1 / 0.095)
    assert index == pytest.approx(by_hand)


def test_a_drift_names_what_changed_and_advises_a_retrain(model: Model) -> None:
    """Only recency moved."""
    rows = like_the_training(1000)
    rows[:, 0] = rows[:, 0] / 3

    drift = population_stability(model, rows)

    assert drift.advises_retrain
    assert "differ in recency from those" in drift.sentence()


def test_few_rows_mean_nothing(model: Model) -> None:
    """199 rows of anything advise nothing; 200 do."""
    rows = np.tile([90.0, 4, 990], (MEANS_SOMETHING, 1))

    assert not population_stability(model, rows[1:]).advises_retrain
    assert (
        population_stability(model, rows[1:])
        .sentence()
        .startswith("199 customers were labelled with these segments.")
    )
    assert population_stability(model, rows).advises_retrain
    assert population_stability(model, np.empty((0, 3))).indices == (0.0, 0.0, 0.0)


def test_a_row_ages_out_of_its_segment(model: Model) -> None:
    """The border is at 19.09 days: 5 days and 14 more are within, 15 more are out; a clock set back ages nothing."""
    rows = [[5, 1, 50], [5, 1, 50], [5, 1, 50], [60, 1, 50]]

    has_aged = aged(model, rows, [0, 0, 0, 1], [14, 15, -3, 400])

    assert has_aged.tolist() == [False, True, False, False]


def test_a_shift_is_told_before_it_is_a_change(model: Model) -> None:
    """Nine tenths of the money fall to .08 each, the last rises to .28."""
    rows = like_the_training(1000)
    rows[::5, 2] = 950

    drift = population_stability(model, rows)

    by_hand = (
        0.025 * math.log(0.105 / 0.08) + 8 * 0.02 * math.log(0.1 / 0.08) + 0.185 * math.log(0.28 / 0.095)
    )
    assert drift.indices[2] == pytest.approx(by_hand)
    assert SHIFTING < drift.indices[2] < ADVISES_RETRAIN
    assert not drift.advises_retrain
    assert "begin to differ in money from those" in drift.sentence()
