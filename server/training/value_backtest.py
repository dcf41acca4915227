"""Backtest of a value model: predictions of an earlier day against what came."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.value.model import Backtest, rounded
from server.core.value.prediction import Outlook
from server.training.holdout import normalised_gini
from server.training.value_fit import Cut

Floats = NDArray[np.float64]

GROUPS = 10


def auc(came: ArrayLike, scores: ArrayLike) -> float:
    """Return the chance that of a customer who bought and one who did not the first was told likelier.

    Equal figures count half; .5 where all or none bought.

    >>> auc([1, 0, 1, 0], [4, 3, 2, 1]), auc([1, 0], [1, 1]), auc([1, 1], [2, 1])
    (0.75, 0.5, 0.5)
    """
    bought, values = np.asarray(came) > 0, np.asarray(scores, dtype=np.float64)
    positives = int(bought.sum())
    negatives = len(bought) - positives
    if not positives or not negatives:
        return 0.5
    order = np.argsort(values, kind="stable")
    _, inverse, counts = np.unique(values[order], return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[inverse]
    return float((ranks[bought[order]].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def calibration_error(came: ArrayLike, likely: ArrayLike, groups: int = GROUPS) -> float:
    """Return the mean distance between what was told and what came, in groups of equal size by what was told.

    >>> calibration_error([1, 0, 0, 0], [0.75, 0.75, 0.25, 0.25], groups=2)
    0.25
    """
    y, p = np.asarray(came, dtype=np.float64), np.asarray(likely, dtype=np.float64)
    parts = np.array_split(np.argsort(p, kind="stable"), groups)
    return float(sum(abs(y[part].sum() - p[part].sum()) for part in parts) / len(y))


def spend_groups(expected: Floats, came: Floats, groups: int = GROUPS) -> list[tuple[float, float]]:
    """Return the means of ten groups of equal size by what was expected, most first.

    >>> spend_groups(np.array([1.0, 4, 2, 3]), np.array([0.0, 9, 1, 2]), groups=2)
    [(3.5, 5.5), (1.5, 0.5)]
    """
    order = np.lexsort((came, -expected))
    parts = [part for part in np.array_split(order, groups) if len(part)]
    return [(float(expected[part].mean()), float(came[part].mean())) for part in parts]


PRIOR_SPREAD = 0.4
"""Standard deviation of log(came / expected) of the whole where the season is not known."""
PRIOR_SPREAD_SEASON = 0.2
PRIOR_WEIGHT = 2.0
"""The prior counts as so many independent windows."""


def spread_of(errors: Sequence[float], overlap: float, season: bool) -> float:
    """Return the standard deviation of log(came / expected) of the whole.

    Parameters
    ----------
    errors
        log(came / expected) on earlier days; windows overlap, so that `overlap` of them tell as much as one.
    season
        Whether the level is that of a year ago.

    Examples
    --------
    >>> spread_of([], 3.0, season=False), round(spread_of([0.3] * 6, 3.0, season=True), 4)
    (0.4, 0.255)
    """
    prior = PRIOR_SPREAD_SEASON if season else PRIOR_SPREAD
    seen = len(errors) / overlap
    squares = sum(error * error for error in errors)
    return math.sqrt((squares / overlap + PRIOR_WEIGHT * prior**2) / (seen + PRIOR_WEIGHT))


def replayed(levels: Sequence[float], lag: int, window: int) -> list[float]:
    """Return how far each day's level was from the mean of those known then.

    Parameters
    ----------
    levels
        Of days 30 days apart, the latest first.
    lag
        So many steps back the latest known level lies.
    window
        Levels that are averaged.

    Examples
    --------
    >>> replayed([5.0, 4.0, 3.0, 1.0], lag=1, window=2)
    [1.5, 2.0, 2.0]
    """
    out = []
    for j in range(len(levels) - lag):
        known = levels[j + lag : j + lag + window]
        out.append(levels[j] - sum(known) / len(known))
    return out


def backtest_of(day: dt.date, forecast: Outlook, cut: Cut, *, halves: bool = False) -> Backtest:
    """Return what was told of the customers of an earlier day, against what came.

    Parameters
    ----------
    forecast
        Of the customers in `cut`, in their order.
    """
    came = cut.days > 0
    groups = spend_groups(forecast.spend, cut.spend)
    return Backtest(
        day=day.isoformat(),
        customers=len(cut.spend),
        expected=rounded(float(forecast.spend.sum())),
        came=rounded(float(cut.spend.sum())),
        auc=rounded(auc(came, forecast.likely), 4),
        auc_past=rounded(auc(came, cut.past), 4),
        gini=rounded(normalised_gini(cut.spend, forecast.spend), 4),
        gini_past=rounded(normalised_gini(cut.spend, cut.past), 4),
        halves=halves,
        groups=[(rounded(a, 3), rounded(b, 3)) for a, b in groups],
    )
