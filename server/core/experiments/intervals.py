"""Intervals of differences, and their correction where several are looked at.

Sources: E. B. Wilson, JASA 22, 1927; R. G. Newcombe, Statistics in Medicine 17, 1998, method 10; the permutation of a
studentised difference: A. Janssen, Statistics and Probability Letters 36, 1997; S. Holm, Scandinavian Journal of
Statistics 6, 1979.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

Z = 1.959963984540054
"""Quantile .975 of the normal distribution."""
LEVEL = 0.95
LEAST_IN_A_GROUP = 2
"""Fewer tell no variance."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference, action less control, with its interval of 95 %.

    Attributes
    ----------
    p
        Two-sided probability of such a difference where nothing happened; None where it is not asked for.
    """

    difference: float
    low: float
    high: float
    p: float | None = None

    @property
    def is_more(self) -> bool:
        """Whether the action group has more."""
        return self.low > 0

    @property
    def is_less(self) -> bool:
        """Whether the action group has less."""
        return self.high < 0


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the interval of a share.

    >>> [round(x, 4) for x in wilson(56, 70)], [round(x, 4) for x in wilson(48, 80)]
    ([0.6918, 0.877], [0.4905, 0.7004])
    """
    share, z2 = count / of, Z * Z
    middle = share + z2 / (2 * of)
    half = Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return (middle - half) / (1 + z2 / of), (middle + half) / (1 + z2 / of)


def newcombe(bought_action: int, action: int, bought_control: int, control: int) -> Interval:
    """Return the difference of two shares with its interval.

    >>> interval = newcombe(56, 70, 48, 80)
    >>> round(interval.difference, 4), round(interval.low, 4), round(interval.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    a, c = bought_action / action, bought_control / control
    (low_a, high_a), (low_c, high_c) = wilson(bought_action, action), wilson(bought_control, control)
    return Interval(
        a - c,
        a - c - math.hypot(a - low_a, high_c - c),
        a - c + math.hypot(high_a - a, c - low_c),
    )


def welch_error(values: Floats, control: Mask) -> float:
    """Return the standard error of the difference of two means."""
    a, c = values[~control], values[control]
    return math.sqrt(float(a.var(ddof=1)) / len(a) + float(c.var(ddof=1)) / len(c))


def permutation_interval(values: Floats, control: Mask, dealt: Floats) -> Interval:
    """Return the difference of means with the interval [d - q.975 se, d - q.025 se].

    Parameters
    ----------
    values
        Of one measure, shape (n,).
    control
        Who was held out, shape (n,), at least `LEAST_IN_A_GROUP` in either group.
    dealt
        The t of dealings by chance, of the same measure, shape (dealings,).
    """
    difference = float(values[~control].mean() - values[control].mean())
    error = welch_error(values, control)
    low, high = np.quantile(dealt, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    t = difference / error if error > 0 else 0.0
    beyond = min(int((dealt >= t).sum()), int((dealt <= t).sum()))
    p = min(1.0, 2 * (1 + beyond) / (1 + len(dealt)))
    return Interval(difference, difference - float(high) * error, difference - float(low) * error, p)


def holm(probabilities: Sequence[float]) -> list[float]:
    """Return probabilities corrected for having looked at all of them.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03, 0.005])]
    [0.03, 0.06, 0.06, 0.02]
    """
    corrected = [0.0] * len(probabilities)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(probabilities)), key=lambda i: probabilities[i])):
        largest = max(largest, min(1.0, (len(probabilities) - rank) * probabilities[place]))
        corrected[place] = largest
    return corrected
