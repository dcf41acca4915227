"""The smallest lift that a test can be expected to show: four times of five, at 95 %."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.experiments.adjusting import capped

FACTOR = 7.849
"""(1.96 + .8416)²: an interval of 95 %, and 80 % of tests that show the lift."""


def smallest_visible_lift(cv_squared: float, action: int, control: int, told_before: float = 0.0) -> float:
    """Return the relative change under which four of five tests would show nothing; infinite where none can.

    Parameters
    ----------
    cv_squared
        Variance by squared mean of the outcome a customer.
    action, control
        Customers in the two groups.
    told_before
        Share of the variance that is told by what customers did before (R²), 0 to below 1.

    Examples
    --------
    >>> round(smallest_visible_lift(cv_squared_of_buyers(0.18), 400, 100), 2)
    0.67
    >>> smallest_visible_lift(1.0, 10, 0)
    inf
    """
    if action <= 0 or control <= 0:
        return math.inf
    return math.sqrt(FACTOR * cv_squared * (1 - told_before) * (1 / action + 1 / control))


def cv_squared_of_buyers(share: float) -> float:
    """Return (1 - p) / p; infinite where nobody buys."""
    return (1 - share) / share if share > 0 else math.inf


def cv_squared_of_spend(share: float, cv_squared_of_a_buyer: float) -> float:
    """Return the same of spend a customer: a share of them buys, and buyers' spend has its own variance.

    >>> cv_squared_of_spend(1.0, 0.5), cv_squared_of_spend(0.5, 0.0)
    (0.5, 1.0)
    """
    return (1 + cv_squared_of_a_buyer) / share - 1 if share > 0 else math.inf


@dataclass(frozen=True, slots=True)
class Visible:
    """The smallest lifts that a test can be expected to show, and what customers do without it.

    Attributes
    ----------
    buyers, spend
        Relative changes: .67 for 67 % more. Infinite where nobody is expected to buy.
    share
        Share of the customers who buy in the window.
    money
        Spend a customer in the window.
    """

    buyers: float
    spend: float
    share: float
    money: float

    @property
    def shows_nothing(self) -> bool:
        """Whether not even twice as many buyers, or all of the customers, would show."""
        return self.buyers > MOST_LIFT or self.leaves_no_room

    @property
    def leaves_no_room(self) -> bool:
        """Whether so many buy anyway that it would not show if the rest bought too."""
        return math.isfinite(self.buyers) and self.buyers <= MOST_LIFT and self.share * (1 + self.buyers) > 1


MOST_LIFT = 1.0
"""Hardly a campaign brings more than twice the buyers."""


def visible(share: float, spend_of_buyers: NDArray[np.float64], action: int, control: int) -> Visible:
    """Return what a test can be expected to show, before it starts.

    Parameters
    ----------
    share
        Share of customers like these who buy in a window of that length.
    spend_of_buyers
        What buyers spent in such a window, shape (b,).

    Examples
    --------
    >>> lift = visible(0.18, np.array([10.0, 10.0]), 400, 100)
    >>> round(lift.buyers, 2), round(lift.spend, 2), round(lift.money, 2), lift.shows_nothing
    (0.67, 0.67, 1.8, False)
    """
    money = capped(np.asarray(spend_of_buyers, dtype=np.float64))
    mean = float(money.mean()) if len(money) else 0.0
    varied = float(money.var() / mean**2) if mean > 0 else 0.0
    share = min(max(share, 0.0), 1.0) if mean > 0 else 0.0
    return Visible(
        buyers=smallest_visible_lift(cv_squared_of_buyers(share), action, control),
        spend=smallest_visible_lift(cv_squared_of_spend(share, varied), action, control),
        share=share,
        money=share * mean,
    )


def in_days(share: float, of_days: int, days: int) -> float:
    """Return the share who buy in so many days, of the share who buy in others.

    >>> round(in_days(0.19, 90, 180), 4), round(in_days(0.19, 90, 45), 3)
    (0.3439, 0.1)
    """
    none = 1 - min(share, 1.0)
    return float(1 - none ** (days / of_days))
