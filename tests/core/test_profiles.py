"""Ranges hold for most of a segment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.profiles import read_range, segment_profiles


def test_a_profile_by_hand() -> None:
    """Of ten customers the middle eight make the range; shares are of all money."""
    recency = np.arange(1.0, 11)
    rfm = np.column_stack([recency, np.ones(10), recency * 10 + 0.5])
    rfm = np.vstack([rfm, [[5, 2, 45.0]]])

    first, second, third = segment_profiles(rfm, [4] * 10 + [2], [4, 2, 9])

    assert (first.customers, first.recency_range, first.frequency_range) == (10, "2–9 days", "1 order")
    assert first.monetary_range == "20–91"
    assert first.revenue_share == pytest.approx(555 / 600)
    assert (second.customers, second.recency_range, second.frequency_range) == (1, "5 days", "2 orders")
    assert (third.customers, third.recency_range, third.revenue_share) == (0, "", 0.0)


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=60))
def test_every_range_holds_for_four_of_five(values: list[float]) -> None:
    """Whatever the values and however few."""
    money = np.array(values)
    rfm = np.column_stack([np.ones(len(money)), np.ones(len(money)), money])

    told = segment_profiles(rfm, [0] * len(money), [0])[0].monetary_range

    ends = read_range(told)
    assert ends is not None
    assert ((money >= ends[0]) & (money <= ends[1])).mean() >= 0.8
