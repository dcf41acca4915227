"""Seeds of the centres: cells of the RFM grid, merged to the wanted number.

A fit that begins there always ends at much the same segments, whatever the draw of customers, and its segments are
those that names exist for: how long the silence, one order or more, how much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.segments.name_fit import Judged, judged
from server.core.segments.quintiles import quantile_points, score
from server.core.segments.rhythm import Floats, Rhythm

STATES = 3
KINDS = 5
CELLS = STATES * KINDS
MERGED_BELOW = 0.75
"""Cells with less than this part of the smallest segment are merged first: Lloyd's iteration fills up the others."""
MIDDLE_VALUE, HIGH_VALUE = 0.45, 0.7
"""Mean rank of orders and money from which on a customer who came back counts as middle, and as high."""

GRID_NAMES = (
    ("New", "New, High Spend", "Potential Loyalists", "Loyal", "Champions"),
    ("Promising", "One Order, High Spend", "About to Sleep", "Need Attention", "Need Attention"),
    ("Lost", "One Order, High Spend, Away", "Hibernating", "At Risk", "Cannot Lose Them"),
)
"""Name of a customer by state (here, quiet, away) and kind (one order of little or much; low, middle, high value)."""


@dataclass(frozen=True, slots=True)
class Portrayed:
    """Customers as names see them, shape (n,) each.

    Attributes
    ----------
    cell
        Of the grid, 0 to 14: state times five and kind.
    """

    who: Judged
    cell: NDArray[np.int64]
    money: Floats


def portrayed(rfm: Floats, rhythm: Rhythm) -> Portrayed:
    """Return customers as names see them.

    Parameters
    ----------
    rfm
        Recency, frequency, monetary value, shape (n, 3); ranks and scores are among them.
    """
    recency, frequency, money = rfm.T
    who = judged(
        rhythm,
        recency,
        frequency,
        score(recency, quantile_points(recency), reverse=True),
        score(frequency, quantile_points(frequency)),
        score(money, quantile_points(money)),
    )
    is_here = (who.outlasted <= 0.5) | ((who.r == 5) & (who.outlasted <= 0.8))
    state = np.where(is_here, 0, np.where(who.outlasted <= 0.8, 1, 2))
    value = (_ranks(frequency) + _ranks(money)) / 2
    kind = 2 + (value >= MIDDLE_VALUE).astype(np.int64) + (value >= HIGH_VALUE)
    kind = np.where(frequency < 2, (who.m >= 4).astype(np.int64), kind)
    return Portrayed(who, np.asarray(KINDS * state + kind), money)


def _ranks(values: Floats) -> Floats:
    """Return the share of customers with less, equal ones half, shape (n,)."""
    ascending = np.sort(values)
    below = np.searchsorted(ascending, values, side="left")
    up_to = np.searchsorted(ascending, values, side="right")
    return np.asarray((below + up_to) / 2 / len(values))


def smallest_size(customers: float) -> float:
    """Return how many customers the smallest segment needs: 3 %, in small shops 5 to 20 customers.

    >>> smallest_size(60), smallest_size(150), smallest_size(600), smallest_size(10_000)
    (5.0, 10.0, 20.0, 300.0)
    """
    return max(0.03 * customers, float(np.clip(customers / 15, 5.0, 20.0)))


def seeds(X: Floats, weights: Floats, cell: NDArray[np.int64], k: int) -> Floats:
    """Return `k` centres to begin with, fewer where there are fewer cells; shape (k, 3).

    While there are more cells than `k`, the smallest of those that are too small for a segment is merged, else the
    pair whose merger costs least (Ward 1963).

    Parameters
    ----------
    X, weights, cell
        Distinct rows of the scaled matrix, how many customers each stands for and its cell; see
        `server.training.clustering.Points`.
    """
    weight = np.bincount(cell, weights, minlength=CELLS).astype(np.float64)
    sums = np.column_stack([np.bincount(cell, weights * X[:, axis], minlength=CELLS) for axis in range(3)])
    filled = weight > 0
    weight = weight[filled]
    centre = sums[filled] / weight[:, None]
    least = MERGED_BELOW * smallest_size(float(weights.sum()))
    while len(weight) > k:
        cost = _merging_cost(weight, centre)
        small = int(np.argmin(weight))
        first = small if weight[small] < least else int(np.argmin(cost.min(axis=1)))
        second = int(np.argmin(cost[first]))
        both = weight[first] + weight[second]
        centre[first] = (weight[first] * centre[first] + weight[second] * centre[second]) / both
        weight[first] = both
        weight, centre = np.delete(weight, second), np.delete(centre, second, axis=0)
    return np.asarray(centre)


def _merging_cost(weight: Floats, centre: Floats) -> Floats:
    """Return by how much the inertia grows where two cells become one, shape (c, c); infinite on the diagonal."""
    apart = ((centre[:, None, :] - centre[None, :, :]) ** 2).sum(axis=2)
    cost = weight[:, None] * weight[None, :] / (weight[:, None] + weight[None, :]) * apart
    np.fill_diagonal(cost, np.inf)
    return np.asarray(cost)
