"""Active, slipping, away: decided in one place, by the customer's own rhythm where it is known."""

from __future__ import annotations

import numpy as np
import pytest

from server.core.segments.rhythm import OwnRhythm, rhythm_of
from server.core.segments.state import ACTIVE, AWAY, SLIPPING, most_common, states

SHOP = rhythm_of(np.arange(1.0, 101.0), np.ones(100), [0.0])
"""Pauses of 1 to 100 days: 50 is usual, 80 long, 95 the longest; the slack is 80/50 = 1.6."""


def own(days: float, pauses: float) -> OwnRhythm:
    return OwnRhythm(np.array([days]), np.array([pauses]), np.zeros(1))


@pytest.mark.parametrize(
    ("recency", "expected"), [(80, ACTIVE), (81, SLIPPING), (160, SLIPPING), (161, AWAY)], ids=str
)
def test_a_typed_row_has_the_shops_rhythm(recency: float, expected: str) -> None:
    """Slipping from 1.6 times 50 days on, away from twice that on."""
    assert states(SHOP, [recency], [3]).tolist() == [expected]


@pytest.mark.parametrize(
    ("recency", "expected"), [(41, ACTIVE), (42, SLIPPING), (95, SLIPPING), (96, AWAY)], ids=str
)
def test_a_frequent_customer_slips_sooner(recency: float, expected: str) -> None:
    """Eight pauses of 20 days and two of the shop's 50 are 26 each: slipping from 41.6 days on, away after 95."""
    assert states(SHOP, [recency], [9], own(160, 8)).tolist() == [expected]


@pytest.mark.parametrize(("recency", "expected"), [(80, ACTIVE), (81, AWAY)], ids=str)
def test_a_first_order_does_not_slip(recency: float, expected: str) -> None:
    """There is no rhythm to slip from: away is who is silent for longer than four of five pauses."""
    assert states(SHOP, [recency], [1], own(0, 0)).tolist() == [expected]


def test_the_slack_has_bounds() -> None:
    """Pauses that are all alike have a slack of 1.5, those that differ wildly of 3."""
    alike = rhythm_of([50.0] * 10, np.ones(10), [0.0])
    wild = rhythm_of([10.0] * 6 + [900.0] * 4, np.ones(10), [0.0])

    assert states(alike, [75, 76], [2, 2]).tolist() == [ACTIVE, SLIPPING]
    assert states(wild, [30, 31], [2, 2]).tolist() == [ACTIVE, SLIPPING]


def test_the_worse_of_two_that_are_as_common() -> None:
    """Half active, half away is away."""
    assert most_common(np.array([ACTIVE, AWAY])) == AWAY
