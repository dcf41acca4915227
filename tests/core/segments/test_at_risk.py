"""Revenue at risk: of customers who came back and have gone quiet, never of those who buy now."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from server.core.segments.at_risk import AtRisk, at_risk
from server.core.segments.rhythm import rhythm_of

SHOP = rhythm_of(np.arange(1.0, 101.0), np.ones(100), [0.0])
"""95 days is the longest usual pause."""


def test_who_buys_now_who_came_once_and_who_is_long_gone_have_nothing_at_risk() -> None:
    """65 days are longer than 64 % of pauses; 190 are twice the longest."""
    money = at_risk(SHOP, [0, 65, 95, 190, 900], [9, 9, 1, 9, 9], [100.0] * 5)

    assert money.tolist() == [0.0] * 5


def test_spend_comes_to_be_at_risk_and_fades() -> None:
    """At 78.5 days 78 % of pauses are outlasted: 13 of 25 points; at 142.5, half of the way, half is left."""
    assert at_risk(SHOP, [78.5, 142.5], [2, 2], [100.0, 100.0]).round(6).tolist() == [52.0, 50.0]


@given(st.integers(0, 500), st.floats(0, 1e6))
def test_never_more_than_a_years_spend(recency: int, spend: float) -> None:
    """And never below nothing."""
    assert 0 <= at_risk(SHOP, [recency], [3], [spend])[0] <= spend


def test_the_change_is_a_share_of_a_month_earlier() -> None:
    """110 after 100 is 10 % more; without an earlier figure there is none."""
    assert round(AtRisk(110.0, 3, 100.0).change or 0.0, 6) == 0.1
    assert AtRisk(110.0, 3).change is None
    assert AtRisk(110.0, 3, 0.0).change is None
