"""Gaps, the internal split and the Gini, by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from server.core.transactions.reader import Transactions
from server.core.wall_clock import EPOCH
from server.training.holdout import history, normalised_gini, segment_values

START = (dt.date(2025, 1, 1) - EPOCH).days


def sales(*rows: tuple[str, int, float]) -> Transactions:
    """Return transactions of (customer, day from 0, amount); negative amounts are cancelled."""
    ids = list(dict.fromkeys(who for who, _day, _amount in rows))
    amount = np.array([money for _who, _day, money in rows])
    return Transactions(
        customer_ids=ids,
        customer=np.array([ids.index(who) for who, _day, _money in rows], dtype=np.int32),
        day=np.array([START + day for _who, day, _money in rows], dtype=np.int32),
        amount=amount,
        order=None,
        cancelled=amount < 0,
    )


def test_the_split_lies_at_two_thirds_and_money_after_it_is_held_back() -> None:
    """Of 90 days the first 60 are known; recency counts to the split, refunds after it give no negative spend."""
    rows = [(f"c{i}", i % 50, 10.0) for i in range(60)]
    rows += [("c0", 70, 25.0), ("c1", 65, -4.0), ("new", 80, 99.0), ("c2", 89, 1.0)]

    split = history(sales(*rows), EPOCH + dt.timedelta(days=START + 90)).split

    assert split is not None
    assert split.rfm.shape == (60, 3)
    assert split.rfm[0].tolist() == [60.0, 1.0, 10.0]
    assert split.spend[:4].tolist() == [25.0, 0.0, 1.0, 0.0]
    assert split.spend.sum() == 26.0


@pytest.mark.parametrize(
    ("customers", "days", "later"),
    [(60, 60, 50), (40, 90, 70), (60, 90, None)],
    ids=["less than four weeks to predict", "fewer than fifty customers", "nobody came back"],
)
def test_no_split_where_it_would_tell_nothing(customers: int, days: int, later: int | None) -> None:
    """A short history, few customers or no money after the split give none."""
    rows = [(f"c{i}", i % 30, 10.0) for i in range(customers)]
    rows += [("c0", later, 5.0)] if later is not None else []

    assert history(sales(*rows), EPOCH + dt.timedelta(days=START + days)).split is None


def test_the_gini_by_hand() -> None:
    """Of spends 6, 3, 1, 0 the order 3, 6, 1, 0 has 11 of 14 of the best area."""
    # Curves in tenths: best 0 6 9 10 10, this 0 3 9 10 10. Areas: (6/2 + 15/2 + 19/2 + 20/2) / 40 - 1/2 = 0.25
    # and (3/2 + 12/2 + 19/2 + 20/2) / 40 - 1/2 = 0.175.
    assert normalised_gini([6, 3, 1, 0], [1, 2, 0.5, 0.1]) == pytest.approx(0.7)
    assert normalised_gini([6, 3, 1, 0], [4, 3, 2, 1]) == pytest.approx(1.0)
    assert normalised_gini([6, 3, 1, 0], [1, 2, 3, 4]) == pytest.approx(-1.0)


def test_ties_count_as_in_random_order_whatever_the_order_of_rows() -> None:
    """Two halves with equal predictions: the curve is 0, 9, 10 over 0, 1/2, 1."""
    for order in ([0, 1, 2, 3], [3, 1, 2, 0], [1, 0, 3, 2]):
        actual, predicted = np.array([6.0, 3, 1, 0])[order], np.array([2.0, 2, 1, 1])[order]

        assert normalised_gini(actual, predicted) == pytest.approx(0.2 / 0.25)


def test_no_spend_is_told_by_nothing() -> None:
    """Where nobody spent there is no Gini."""
    assert normalised_gini([0, 0], [1, 2]) == 0.0
    assert normalised_gini([], []) == 0.0


def test_a_segment_predicts_its_mean_past_spend() -> None:
    """Each customer gets the mean of its segment."""
    values = segment_values(np.array([0, 1, 0]), np.array([2.0, 7.0, 4.0]), 3)

    assert values.tolist() == [3.0, 7.0, 3.0]
