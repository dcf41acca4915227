"""The shop's rhythm: how long customers usually pause between two purchase days. Numpy alone.

Each customer counts once: somebody who came a hundred times does not decide what is usual. Silence is counted from
the most recent customer, so that a closed season makes nobody absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.texts import to_say

if TYPE_CHECKING:
    from server.core.segments.model import Model

Floats = NDArray[np.float64]

FEWEST_PAUSES = 10
"""With fewer pauses there is no rhythm to learn: the customers' own silences stand in."""
_POINTS = 100


@dataclass(frozen=True)
class Rhythm:
    """Distribution of the pauses between purchase days; each customer has weight one.

    Attributes
    ----------
    days
        Distinct pauses, ascending, shape (g,).
    share
        Share of pauses of at most so many days, shape (g,); the last is 1.
    latest
        Recency of the most recent customer, in days.
    is_known
        Whether these are pauses; else too few customers came twice, and silences stand in.
    """

    days: Floats
    share: Floats
    latest: float
    is_known: bool = True

    def silence(self, recency: ArrayLike) -> Floats:
        """Return the days of silence: recency beyond that of the most recent customer, 0 or more."""
        return np.maximum(np.asarray(recency, dtype=np.float64) - self.latest, 0.0)

    def outlasted(self, silence: ArrayLike) -> Floats:
        """Return the share of pauses that are shorter than a silence, 0 to 1.

        >>> rhythm_of([10, 20, 20, 30], np.ones(4), [1], fewest=1).outlasted([20, 20.5, 40]).tolist()
        [0.25, 0.75, 1.0]
        """
        places = np.searchsorted(self.days, np.asarray(silence, dtype=np.float64), side="left")
        return np.asarray(np.append(0.0, self.share)[places])

    def day(self, share: float) -> float:
        """Return the shortest pause that at least this share of all pauses do not exceed."""
        place = int(np.searchsorted(self.share, share - 1e-9, side="left"))
        return float(self.days[min(place, len(self.days) - 1)])

    @cached_property
    def usual(self) -> float:
        """Half of all pauses are not longer; 1 where that is no time at all."""
        return self.day(0.5) or 1.0

    @cached_property
    def long(self) -> float:
        """Four of five pauses are not longer."""
        return max(self.day(0.8), self.usual)

    @cached_property
    def longest(self) -> float:
        """Nineteen of twenty pauses are not longer."""
        return max(self.day(0.95), self.long)

    def points(self) -> list[float]:
        """Return the 0, 1, 2 … 100 % points, as a model keeps them."""
        return [self.day(place / _POINTS) for place in range(_POINTS + 1)]


def rhythm_of(
    pauses: ArrayLike, weights: ArrayLike, recency: ArrayLike, fewest: int = FEWEST_PAUSES
) -> Rhythm:
    """Return the rhythm of pauses.

    Parameters
    ----------
    pauses, weights
        Days between two purchase days of a customer, and what each weighs, shape (g,).
    recency
        Of all customers, in days, shape (n,); their silences stand in where there are fewer pauses than `fewest`.
    """
    days, weight = np.asarray(pauses, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    recencies = np.asarray(recency, dtype=np.float64)
    latest = float(recencies.min()) if len(recencies) else 0.0
    is_known = len(days) >= fewest
    if not is_known:
        days = recencies - latest if len(recencies) else np.zeros(1)
        weight = np.ones(len(days))
    distinct, places = np.unique(days, return_inverse=True)
    # Weights are fractions: summed in ascending order, whatever the order of the customers.
    order = np.lexsort((weight, places))
    sums = np.bincount(places[order], weight[order], minlength=len(distinct))
    share = np.cumsum(sums) / sums.sum()
    share[-1] = 1.0
    return Rhythm(distinct, share, latest, is_known)


def rhythm_of_model(model: Model) -> Rhythm:
    """Return the rhythm that a model keeps, to a percent."""
    latest = model.ladder[0][0]
    points = np.array(model.gaps or [level - latest for level in model.ladder[0]])
    days = np.unique(points)
    last = np.searchsorted(points, days, side="right") - 1
    is_known = bool(model.gaps) and (model.steps is None or model.steps.is_known)
    return Rhythm(days, last / max(len(points) - 1, 1), latest, is_known)


@dataclass(frozen=True, slots=True)
class OwnRhythm:
    """Rhythm of each customer, by their own purchase days, in the order of the customers.

    Attributes
    ----------
    days
        From first to last purchase day: the sum of the customer's own pauses, shape (n,).
    pauses
        How many pauses these are, shape (n,).
    yearly_spend
        Spend in the 365 days up to the last purchase, 0 or more, shape (n,).
    """

    days: Floats
    pauses: Floats
    yearly_spend: Floats


def longer_than(rhythm: Rhythm, silence: float) -> str:
    """Return a silence among the usual pauses, as a text to say; "" where no pauses are known.

    >>> rhythm = rhythm_of(range(1, 101), np.ones(100), [1])
    >>> longer_than(rhythm, 3), longer_than(rhythm, 60)
    ('sooner than half of all usual pauses', 'longer than half of all usual pauses')
    """
    if not rhythm.is_known:
        return ""
    share = float(rhythm.outlasted(silence))
    for least, text in _PAUSES:
        if share > least:
            return text
    return to_say("sooner than half of all usual pauses")


_PAUSES: Sequence[tuple[float, str]] = (
    (0.99, to_say("longer than all usual pauses")),
    (0.95, to_say("longer than 19 of 20 usual pauses")),
    (0.8, to_say("longer than 4 of 5 usual pauses")),
    (0.65, to_say("longer than 2 of 3 usual pauses")),
    (0.5, to_say("longer than half of all usual pauses")),
)
