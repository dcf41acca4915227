"""Scores from 1 to 5 by quintiles, as Hughes used them ("Strategic Database Marketing", 1994). Numpy alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

PERCENTS = (20, 40, 60, 80)


def quantile_points(values: ArrayLike) -> tuple[float, float, float, float]:
    """Return the 20, 40, 60 and 80 % points, linear between two values.

    >>> quantile_points([1, 2, 3, 4, 5, 6])
    (2.0, 3.0, 4.0, 5.0)
    """
    a, b, c, d = np.percentile(np.asarray(values, dtype=np.float64), PERCENTS).tolist()
    return a, b, c, d


def score(values: ArrayLike, points: ArrayLike, *, reverse: bool = False) -> NDArray[np.int64]:
    """Return 1 + the number of `points` strictly below each value; 6 minus that with `reverse`.

    Equal values get equal scores.

    >>> score([1, 3, 3, 9], [2, 3, 4, 5]).tolist(), score([1, 9], [2, 3, 4, 5], reverse=True).tolist()
    ([1, 2, 2, 5], [5, 1])
    """
    ranks = 1 + np.searchsorted(np.asarray(points, dtype=np.float64), np.asarray(values), side="left")
    return np.asarray(6 - ranks if reverse else ranks, dtype=np.int64)
