"""Classification of customers with a model. Numpy alone, as every scored row passes here.

The arithmetic is elementwise, so that a customer gets the same answer alone and among a million others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.segments.model import Model, Steps

Floats = NDArray[np.float64]

_BLOCK = 8_192
"""Rows whose distances fit into the processor's cache: three times as fast as all of a million at once."""


STEP_HEIGHTS = (1.0, 1.0, 0.5)
"""How far silence rises at the pauses that 50, 80 and 95 % do not exceed."""
STEP_WIDTH = 0.24
"""A step begins at half of this before the pause on the logarithmic scale of silence, and ends at half after it."""
_FURTHEST = 30.0
"""Silences are looked for up to this on the logarithmic scale: beyond all calendars."""
SILENCE_SLOPE = 0.3
"""How far silence rises beside the steps, up to the longest silence."""


def axes(rfm: ArrayLike, units: ArrayLike, steps: Steps | None = None) -> Floats:
    """Return the three axes before they are centred and scaled, shape (n, 3).

    With steps: silence in steps at the shop's usual pauses; orders, of which the second counts most; the logarithm of
    money. Without, as the former format has it: ``log1p(value / unit)``.

    Parameters
    ----------
    rfm
        Recency in days, frequency, monetary value; shape (n, 3).

    Examples
    --------
    >>> import math
    >>> axes([[0, math.e - 1, 3]], [1, 1, 3]).round(2).tolist()
    [[0.0, 1.0, 0.69]]
    """
    rows = np.asarray(rfm, dtype=np.float64)
    if steps is None:
        return np.asarray(np.log1p(rows / np.asarray(units, dtype=np.float64)))
    unit = np.asarray(units, dtype=np.float64)
    frequency, place = np.array(steps.orders).T
    return np.column_stack(
        [
            silence_axis(rows[:, 0] - steps.latest, steps),
            np.interp(rows[:, 1], frequency, place),
            np.log1p(rows[:, 2] / unit[2]),
        ]
    )


def silence_axis(silence: ArrayLike, steps: Steps) -> Floats:
    """Return where days of silence lie on the first axis: it rises everywhere, most at the usual pauses.

    >>> from server.core.segments.model import Steps
    >>> shop = Steps(latest=1, pauses=(10, 40, 90), longest=90, orders=[(1, 0)], is_known=True)
    >>> silence_axis([0, 10, 40, 90], shop).round(2).tolist()
    [0.0, 0.59, 1.71, 2.55]
    """
    usual = steps.pauses[0]
    days = np.log1p(np.maximum(np.asarray(silence, dtype=np.float64), 0.0) / usual)
    axis = SILENCE_SLOPE * days / np.log1p(steps.longest / usual)
    for pause, height in zip(steps.pauses, STEP_HEIGHTS, strict=True):
        risen = (days - np.log1p(pause / usual) + STEP_WIDTH / 2) / STEP_WIDTH
        axis += height * np.clip(risen, 0.0, 1.0)
    return np.asarray(axis)


def silence_at(place: ArrayLike, steps: Steps) -> Floats:
    """Return the days of silence at places on the first axis: found by halving, as the axis rises everywhere.

    >>> from server.core.segments.model import Steps
    >>> shop = Steps(latest=1, pauses=(10, 40, 90), longest=90, orders=[(1, 0)], is_known=True)
    >>> silence_at(silence_axis([0, 17, 4_000], shop), shop).round(6).tolist()
    [0.0, 17.0, 4000.0]
    """
    wanted, usual = np.asarray(place, dtype=np.float64), steps.pauses[0]
    low, high = np.zeros(wanted.shape), np.full(wanted.shape, _FURTHEST)
    for _ in range(64):
        middle = (low + high) / 2
        is_below = silence_axis(np.expm1(middle) * usual, steps) < wanted
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray(np.where(high < _FURTHEST, np.expm1(high) * usual, np.inf))


def transform(
    rfm: ArrayLike,
    units: ArrayLike,
    mean: ArrayLike,
    scale: ArrayLike,
    weights: ArrayLike,
    steps: Steps | None = None,
) -> Floats:
    """Return the scaled matrix of shape (n, 3).

    Parameters
    ----------
    rfm
        Recency in days, frequency, monetary value; shape (n, 3).

    Examples
    --------
    >>> import math
    >>> transform([[0, math.e - 1, 3]], [1, 1, 1], [0, 0, 0], [1, 0.5, 1], [1, 1, 0]).tolist()
    [[0.0, 2.0, 0.0]]
    """
    points = axes(rfm, units, steps)
    return np.asarray((points - np.asarray(mean)) / np.asarray(scale) * np.asarray(weights))


def nearest(X: Floats, centres: ArrayLike) -> NDArray[np.int64]:
    """Return the index of the nearest centre of each row; of equally near ones the first.

    >>> nearest(np.array([[0.0, 0, 0], [1, 1, 1], [0.5, 0, 0]]), [[0, 0, 0], [1, 0, 0]]).tolist()
    [0, 1, 0]
    """
    best = np.zeros(len(X), dtype=np.int64)
    for start in range(0, len(X), _BLOCK):
        x, y, z = np.ascontiguousarray(X[start : start + _BLOCK].T)
        here, least = best[start : start + _BLOCK], np.full(len(x), np.inf)
        for index, (a, b, c) in enumerate(np.asarray(centres, dtype=np.float64)):
            distance = (x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2
            here[distance < least] = index
            np.minimum(distance, least, out=least)
    return best


def scaled(model: Model, rfm: ArrayLike) -> Floats:
    """Return customers as the model sees them, shape (n, 3)."""
    return transform(rfm, model.units, model.mean, model.scale, model.weights, model.steps)


def assign(model: Model, rfm: ArrayLike) -> NDArray[np.int64]:
    """Return the cluster number of each customer.

    Parameters
    ----------
    rfm
        Recency in days, frequency, monetary value; shape (n, 3).
    """
    return np.asarray(np.array(model.clusters, dtype=np.int64)[nearest(scaled(model, rfm), model.centres)])


def confidence(model: Model, rfm: ArrayLike, clusters: ArrayLike) -> Floats:
    """Return the share of the bootstrap models that put each customer into the given cluster.

    1 where the model has none: it was too small to draw from.
    """
    X = scaled(model, rfm)
    numbers = np.array(model.clusters, dtype=np.int64)
    given = np.asarray(clusters)
    if not model.bootstrap:
        return np.ones(len(X))
    agree = np.zeros(len(X))
    for centres in model.bootstrap:
        agree += numbers[nearest(X, centres)] == given
    return agree / len(model.bootstrap)
