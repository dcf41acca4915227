"""Expected spend of many customers together, with the interval measured by the backtest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.value.model import SegmentMeans, ValueModel, rounded
from server.core.value.prediction import Outlook

EIGHT_IN_TEN = 1.2815515655446004
"""The normal distribution lies within so many standard deviations in 80 of 100 cases."""
VARIANCE_POWER = 1.9


@dataclass(frozen=True, slots=True)
class Sum:
    """Expected money of several customers; the actual sum lies between `low` and `high` in eight of ten cases."""

    expected: float
    low: float
    high: float


def sum_of(model: ValueModel, spend: NDArray[np.float64]) -> Sum:
    """Return the expected spend of customers together.

    The logarithm's variance has two parts: the whole shop's, as earlier days showed it, and chance among
    these customers, which counts the more the fewer they are.

    Parameters
    ----------
    spend
        Expected spend of each, shape (n,).
    """
    return sum_of_totals(model, float(spend.sum()), float((spend**VARIANCE_POWER).sum()))


def sum_of_totals(model: ValueModel, expected: float, power: float) -> Sum:
    """Return the expected spend of customers together; see `sum_of`.

    Parameters
    ----------
    expected
        Sum of each one's expected spend.
    power
        Sum of each one's expected spend to the power `VARIANCE_POWER`.
    """
    if expected <= 0:
        return Sum(0.0, 0.0, 0.0)
    chance = model.noise * power / expected**2
    width = EIGHT_IN_TEN * math.sqrt(model.spread**2 + math.log1p(chance))
    return Sum(expected, expected * math.exp(-width), expected * math.exp(width))


ALL_CUSTOMERS = -1


def means_of(
    model: ValueModel, forecast: Outlook, clusters: NDArray[np.int64], numbers: Sequence[int]
) -> list[SegmentMeans]:
    """Return the mean predictions of all customers, and of each segment that has some.

    Parameters
    ----------
    clusters
        Cluster number of each customer, shape (n,).
    numbers
        The clusters in use.
    """
    segment_meanses = []
    for number in (ALL_CUSTOMERS, *numbers):
        members = clusters == number if number != ALL_CUSTOMERS else np.ones(len(clusters), dtype=bool)
        if not members.any():
            continue
        whole = sum_of(model, forecast.spend[members])
        width = whole.high / whole.expected if whole.expected > 0 else 1.0
        spend, orders, likely = (
            rounded(float(figures[members].mean()), 3)
            for figures in (forecast.spend, forecast.orders, forecast.likely)
        )
        segment_meanses.append(SegmentMeans(number, spend, orders, likely, rounded(width, 3)))
    return segment_meanses
