"""Revenue at risk: a year's spend of customers who used to come back and have fallen silent. Numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from server.core.segments.rhythm import Floats, Rhythm

RISK_FROM, RISK_FULL = 0.65, 0.9
"""Share of pauses outlasted from which on spend is at risk, and from which on all of it."""
CHANGE_DAYS = 30
"""Over so many days the change of the revenue at risk is told."""
ALREADY_LOST = 2.0
"""Spend counts less the longer the silence, and not at all from so many times the longest usual pause on."""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Revenue at risk of all customers.

    Attributes
    ----------
    now
        In the sheet's currency.
    customers
        With spend at risk.
    before
        The same `CHANGE_DAYS` earlier; None where the history does not reach back so far.
    """

    now: float
    customers: int
    before: float | None = None

    @property
    def change(self) -> float | None:
        """Share by which it has grown, None where there is nothing to compare with."""
        return self.now / self.before - 1 if self.before else None


def at_risk(rhythm: Rhythm, recency: ArrayLike, frequency: ArrayLike, yearly_spend: ArrayLike) -> Floats:
    """Return how much of each customer's yearly spend is at risk.

    Nothing of a first order, nothing of who is silent for no longer than usual, and nothing of who has been away for
    so long that there is nothing left to lose.

    Parameters
    ----------
    recency, frequency
        Days and orders, shape (n,).
    yearly_spend
        Spend in the 365 days up to the last purchase, shape (n,).

    Examples
    --------
    >>> from server.core.segments.rhythm import rhythm_of
    >>> rhythm = rhythm_of(range(1, 101), np.ones(100), [0])  # 95 days is the longest usual pause
    >>> at_risk(rhythm, [50, 78.5, 95, 142.5, 190], [2, 2, 2, 2, 2], [100.0] * 5).round(1).tolist()
    [0.0, 52.0, 100.0, 50.0, 0.0]
    """
    silence = rhythm.silence(recency)
    silent = np.clip((rhythm.outlasted(silence) - RISK_FROM) / (RISK_FULL - RISK_FROM), 0.0, 1.0)
    left = np.clip((ALREADY_LOST * rhythm.longest - silence) / rhythm.longest, 0.0, 1.0)
    repeats = np.asarray(frequency, dtype=np.float64) >= 2
    return np.asarray(repeats * np.asarray(yearly_spend, dtype=np.float64) * silent * left)
