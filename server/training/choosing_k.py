"""Choose the number of segments: the most that hold.

A segmentation holds if models of other random draws of the same customers give much the same segments
(mean adjusted Rand index, Hubert and Arabie 1985), and if no segment is so small that an action for it is
not worth the work. The silhouette is no guide here: on skewed spend it is best for "everybody and a few".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from server.core.prediction import nearest
from server.training.clustering import Points, fit, redraw, sample, shares

CANDIDATES = range(3, 9)
SMALLEST_SHARE = 0.03
STABLE = 0.9
DRAWS = 8
SAMPLE = 4_000
"""Customers that stability is measured on: the ARI of 4,000 is known to about ±.02 over eight draws."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number of segments: smallest share of customers, and mean ARI of bootstrap fits."""

    k: int
    smallest_share: float
    stability: float

    @property
    def holds(self) -> bool:
        """Whether it may be chosen."""
        return self.smallest_share >= SMALLEST_SHARE and self.stability >= STABLE


def stability(points: Points, k: int, random_state: int) -> float:
    """Return the mean adjusted Rand index between a fit and fits to bootstrap draws, on the same customers."""
    rng = np.random.default_rng(random_state)
    drawn = sample(points, SAMPLE, rng)
    repeats = drawn.weight.astype(np.int64)
    base = np.repeat(nearest(drawn.X, fit(drawn, k, random_state, starts=4)), repeats)
    scores = [
        adjusted_rand_score(base, np.repeat(_labels(drawn, redraw(drawn, rng), k, random_state + i), repeats))
        for i in range(DRAWS)
    ]
    return float(np.mean(scores))


def _labels(points: Points, drawn: Points, k: int, random_state: int) -> NDArray[np.int64]:
    return nearest(points.X, fit(drawn, k, random_state, starts=4))


def candidates(points: Points, random_state: int) -> list[Candidate]:
    """Return the figures of each number of segments that the customers permit."""
    found = []
    for k in CANDIDATES:
        if k > len(points.X):
            break
        smallest = float(shares(points, fit(points, k, random_state, starts=3)).min())
        found.append(Candidate(k, smallest, stability(points, k, random_state)))
    return found


def choose_k(found: list[Candidate], distinct_customers: int) -> int:
    """Return the number of segments.

    Parameters
    ----------
    found
        Figures of the numbers to choose from.
    distinct_customers
        Customers who differ in some value; where `found` is empty there are as many segments.

    Examples
    --------
    >>> choose_k([Candidate(3, 0.2, 0.95), Candidate(4, 0.1, 0.91), Candidate(5, 0.01, 0.9)], 100)
    4
    >>> choose_k([Candidate(3, 0.2, 0.6), Candidate(4, 0.1, 0.7), Candidate(5, 0.01, 0.9)], 100)
    4
    """
    if not found:
        return max(1, distinct_customers)
    holding = [each.k for each in found if each.holds]
    if holding:
        return max(holding)
    large_enough = [each for each in found if each.smallest_share >= SMALLEST_SHARE] or found
    return max(large_enough, key=lambda each: (each.stability, -each.k)).k
