"""Figures of one number of segments: size, stability, response to silence, Gini coefficient, fit of names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from server.core.segments.prediction import nearest
from server.core.wording import ENGLISH, Wording
from server.training.clustering import Floats, Points, distinct, fit, redraw, sample, shares
from server.training.holdout import Split, normalised_gini, segment_values
from server.training.names import Ballot, elected
from server.training.progress import Progress, unheard, within
from server.training.seeding import portrayed, smallest_size
from server.training.space import Space, space_of

SMALLEST_SHARE = 0.03
STABLE = 0.85
MOST_STALE_BEST = 0.1

MOST_ABSURD = 0.002
"""Numbers of segments with more absurd names are taken only where all that hold have more."""

AGREEMENT_COUNTS = 0.5
"""What a point of agreement is worth beside the fit of names, where no number holds."""

STEADY = 0.9
"""Of numbers whose names fit as well, those with this much agreement are taken before others that hold."""
DRAWS = 20

SAMPLE = 20_000
"""Customers that stability is measured on; docs/model.md has the figures that this size is enough."""

LONG_SILENCE = 0.95
"""Ghosts are looked for at this quantile of recency."""

TELLS_NOTHING = 0.05
"""Where even past spend orders later spend no better than this, no difference between two Ginis means a thing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Figures of one number of segments.

    Attributes
    ----------
    smallest_share
        Of the customers, in the smallest segment.
    stability
        Mean adjusted Rand index of bootstrap fits.
    stale_best_share
        Share of the best segment that would still be in it after a long silence.
    gini
        Of spend after the internal split; None where there is nothing to measure it on.
    merit
        Fit of names less twice the absurd, means of customers and revenue.
    absurd
        Share for whom their name is absurd, mean of customers and revenue.
    least_share
        What the smallest segment needs.
    """

    k: int
    smallest_share: float
    stability: float
    stale_best_share: float = 0.0
    gini: float | None = None
    merit: float = 0.0
    absurd: float = 0.0
    least_share: float = SMALLEST_SHARE

    @property
    def is_wide(self) -> bool:
        """Whether each segment has customers enough."""
        return self.smallest_share >= self.least_share

    @property
    def holds(self) -> bool:
        """Whether it may be chosen."""
        return not self.failings()

    def failings(self, wording: Wording = ENGLISH) -> list[str]:
        """Return what speaks against it."""
        sentences = []
        if not self.is_wide:
            share = wording.percent(self.smallest_share, 1)
            sentences.append(wording.say("its smallest segment has {share} of the customers", share=share))
        if self.stability < STABLE:
            agreement = wording.decimal(self.stability, 2)
            sentences.append(
                wording.say(
                    "another draw of customers gives other segments (agreement {agreement})",
                    agreement=agreement,
                )
            )
        if self.stale_best_share > MOST_STALE_BEST:
            share = wording.percent(self.stale_best_share)
            sentences.append(
                wording.say(
                    "{share} of the best customers would stay best however long they are away", share=share
                )
            )
        return sentences


def stability(points: Points, k: int, random_state: int, progress: Progress = unheard) -> float:
    """Return the mean adjusted Rand index between a fit and fits to bootstrap draws, on the same customers."""
    rng = np.random.default_rng(random_state)
    drawn = sample(points, SAMPLE, rng)
    repeats = drawn.weight.astype(np.int64)
    base = np.repeat(nearest(drawn.X, fit(drawn, k, random_state)), repeats)
    scores = []
    for i in range(DRAWS):
        progress((1 + i) / (1 + DRAWS))
        labels = _labels(drawn, redraw(drawn, rng), k, random_state + i)
        scores.append(adjusted_rand_score(base, np.repeat(labels, repeats)))
    progress(1.0)
    return float(np.mean(scores))


def _labels(points: Points, drawn: Points, k: int, random_state: int) -> NDArray[np.int64]:
    return nearest(points.X, fit(drawn, k, random_state))


def best_segment(rfm: Floats, labels: NDArray[np.int64], k: int) -> int:
    """Return the segment with the highest mean money."""
    sizes = np.maximum(np.bincount(labels, minlength=k), 1)
    return int(np.argmax(np.bincount(labels, rfm[:, 2], minlength=k) / sizes))


def stale_best_share(rfm: Floats, space: Space, centres: Floats) -> float:
    """Return the share of the best segment that stays in it when its recency grows to the 95 % point.

    Examples
    --------
    >>> from server.core.segments.rhythm import rhythm_of
    >>> rfm = np.array([[1.0, 5, 50], [1, 5, 60], [90, 1, 5], [99, 1, 6]])
    >>> space = space_of(rfm, rhythm_of([9.0] * 10, [1.0] * 10, rfm[:, 0]))
    >>> stale_best_share(rfm, space, space.of(rfm[[0, 2]]))
    0.0
    """
    labels = nearest(space.of(rfm), centres)
    best = best_segment(rfm, labels, len(centres))
    members = np.array(rfm[labels == best])
    members[:, 0] = np.maximum(members[:, 0], np.quantile(rfm[:, 0], LONG_SILENCE))
    return float((nearest(space.of(members), centres) == best).mean())


@dataclass(frozen=True, slots=True)
class Earlier:
    """Customers on the day of the split, prepared for fits of any number of segments.

    Attributes
    ----------
    points, places
        Distinct places of them in the space of that day, and the place of each customer among these.
    """

    split: Split
    points: Points
    places: NDArray[np.int64]


def earlier(split: Split | None) -> Earlier | None:
    """Return the customers of the split; None where there is none, or past spend does not predict later spend."""
    if split is None or spend_gini(split) < TELLS_NOTHING:
        return None
    rhythm = split.pauses.rhythm(split.rfm[:, 0])
    cell = portrayed(split.rfm, rhythm).cell
    return Earlier(split, *distinct(space_of(split.rfm, rhythm).of(split.rfm), cell))


def split_gini(then: Earlier | None, k: int, random_state: int) -> float | None:
    """Return how well `k` segments of the earlier day predict the spend after it; None where past spend cannot."""
    if then is None:
        return None
    centres = fit(then.points, k, random_state)
    labels = nearest(then.points.X, centres)[then.places]
    return normalised_gini(then.split.spend, segment_values(labels, then.split.rfm[:, 2], len(centres)))


def spend_gini(split: Split) -> float:
    """Return how well sorting by past spend predicts the spend after the split."""
    return normalised_gini(split.spend, split.rfm[:, 2])


def candidate(
    rfm: Floats,
    space: Space,
    points: Points,
    ballot: Ballot,
    then: Earlier | None,
    k: int,
    random_state: int,
    progress: Progress = unheard,
) -> Candidate:
    """Return the figures of one number of segments."""
    centres = fit(points, k, random_state)
    progress(0.19)
    figures = Candidate(
        k,
        float(shares(points, centres).min()),
        stability(points, k, random_state, within(progress, 0.19, 0.72)),
        stale_best_share(rfm, space, centres),
        split_gini(then, k, random_state),
        *merit(ballot, nearest(space.of(rfm), centres), len(centres)),
        smallest_size(len(rfm)) / len(rfm),
    )
    progress(1.0)
    return figures


def merit(ballot: Ballot, labels: NDArray[np.int64], k: int) -> tuple[float, float]:
    """Return the fit of segments' best names less twice the absurd, and the absurd: means of customers and revenue."""
    votes = ballot.count(labels, k)
    return votes.merit_of(elected(votes))
