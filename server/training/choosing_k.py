"""Choose the number of segments: few, that hold, that lose who stays away, and that tell who will spend.

A segmentation holds if models of other random draws of the same customers give much the same segments (mean
adjusted Rand index, Hubert and Arabie 1985), and if no segment is too small to be worth an action. It loses who
stays away if hardly any of its best customers would still be best after a long silence. It tells who will spend
if its segments on an earlier day order the customers' later spend well (normalised Gini). The silhouette is no
guide here: on skewed spend it is best for "everybody and a few".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from server.core.prediction import nearest
from server.core.wording import ENGLISH, Wording
from server.training.clustering import Floats, Points, distinct, fit, redraw, sample, shares
from server.training.holdout import Split, normalised_gini, segment_values
from server.training.progress import Progress, unheard, within
from server.training.space import Space, space_of

CANDIDATES = range(3, 9)
SMALLEST_SHARE = 0.03
STABLE = 0.85
MOST_GHOSTS = 0.1
GINI_MARGIN = 0.01
DRAWS = 8
SAMPLE = 20_000
"""Customers that stability is measured on; docs/model.md has the figures that this size is enough."""
LONG_SILENCE = 0.95
"""Ghosts are looked for at this quantile of recency."""
TELLS_NOTHING = 0.05
"""Where even past spend orders later spend no better than this, no difference between two Ginis means a thing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number of segments.

    Attributes
    ----------
    smallest_share
        Of the customers, in the smallest segment.
    stability
        Mean adjusted Rand index of bootstrap fits.
    ghosts
        Share of the best segment that would still be in it after a long silence.
    gini
        Of spend after the internal split; None where there is nothing to measure it on.
    """

    k: int
    smallest_share: float
    stability: float
    ghosts: float = 0.0
    gini: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it may be chosen."""
        return not self.failings()

    def failings(self, wording: Wording = ENGLISH) -> list[str]:
        """Return what speaks against it."""
        told = []
        if self.smallest_share < SMALLEST_SHARE:
            told.append(
                f"its smallest segment has {wording.percent(self.smallest_share, 1)} of the customers"
            )
        if self.stability < STABLE:
            agreement = wording.decimal(self.stability, 2)
            told.append(f"another draw of customers gives other segments (agreement {agreement})")
        if self.ghosts > MOST_GHOSTS:
            share = wording.percent(self.ghosts)
            told.append(f"{share} of the best customers would stay best however long they are away")
        return told


def stability(points: Points, k: int, random_state: int, progress: Progress = unheard) -> float:
    """Return the mean adjusted Rand index between a fit and fits to bootstrap draws, on the same customers."""
    rng = np.random.default_rng(random_state)
    drawn = sample(points, SAMPLE, rng)
    repeats = drawn.weight.astype(np.int64)
    base = np.repeat(nearest(drawn.X, fit(drawn, k, random_state, starts=8)), repeats)
    scores = []
    for i in range(DRAWS):
        progress((1 + i) / (1 + DRAWS))
        labels = _labels(drawn, redraw(drawn, rng), k, random_state + i)
        scores.append(adjusted_rand_score(base, np.repeat(labels, repeats)))
    progress(1.0)
    return float(np.mean(scores))


def _labels(points: Points, drawn: Points, k: int, random_state: int) -> NDArray[np.int64]:
    return nearest(points.X, fit(drawn, k, random_state, starts=8))


def best_segment(rfm: Floats, labels: NDArray[np.int64], k: int) -> int:
    """Return the segment with the highest mean money."""
    sizes = np.maximum(np.bincount(labels, minlength=k), 1)
    return int(np.argmax(np.bincount(labels, rfm[:, 2], minlength=k) / sizes))


def ghosts(rfm: Floats, space: Space, centres: Floats) -> float:
    """Return the share of the best segment that stays in it when its recency grows to the 95 % point.

    Examples
    --------
    >>> rfm = np.array([[1.0, 5, 50], [1, 5, 60], [90, 1, 5], [99, 1, 6]])
    >>> space = space_of(rfm, np.array([9.0]))
    >>> ghosts(rfm, space, space.of(rfm[[0, 2]]))
    0.0
    """
    labels = nearest(space.of(rfm), centres)
    best = best_segment(rfm, labels, len(centres))
    members = np.array(rfm[labels == best])
    members[:, 0] = np.maximum(members[:, 0], np.quantile(rfm[:, 0], LONG_SILENCE))
    return float((nearest(space.of(members), centres) == best).mean())


def split_gini(split: Split | None, k: int, random_state: int) -> float | None:
    """Return how well `k` segments of the earlier day tell the spend after it; None where past spend cannot."""
    if split is None or spend_gini(split) < TELLS_NOTHING:
        return None
    points, places = distinct(space_of(split.rfm, split.gaps).of(split.rfm))
    centres = fit(points, k, random_state, starts=5)
    labels = nearest(points.X, centres)[places]
    return normalised_gini(split.spend, segment_values(labels, split.rfm[:, 2], len(centres)))


def spend_gini(split: Split) -> float:
    """Return how well sorting by past spend tells the spend after the split."""
    return normalised_gini(split.spend, split.rfm[:, 2])


def candidate(
    rfm: Floats,
    space: Space,
    points: Points,
    split: Split | None,
    k: int,
    random_state: int,
    progress: Progress = unheard,
) -> Candidate:
    """Return the figures of one number of segments."""
    centres = fit(points, k, random_state, starts=5)
    progress(0.19)
    found = Candidate(
        k,
        float(shares(points, centres).min()),
        stability(points, k, random_state, within(progress, 0.19, 0.72)),
        ghosts(rfm, space, centres),
        split_gini(split, k, random_state),
    )
    progress(1.0)
    return found


def choose_k(found: Sequence[Candidate]) -> int:
    """Return the number of segments.

    Of those that hold, the smallest whose Gini is within .01 of the best; without a Gini the most stable.
    Where none holds, the most stable of those with no segment below 3 %.

    Parameters
    ----------
    found
        At least one.

    Examples
    --------
    >>> a, b = Candidate(3, 0.2, 0.95, 0.0, 0.60), Candidate(4, 0.1, 0.91, 0.0, 0.65)
    >>> c, d = Candidate(5, 0.1, 0.88, 0.0, 0.655), Candidate(6, 0.1, 0.80, 0.0, 0.70)
    >>> choose_k([a, b, c, d])
    4
    >>> choose_k([d, Candidate(7, 0.01, 0.9)])
    6
    """
    holding = [each for each in found if each.holds]
    rated = [each for each in holding if each.gini is not None]
    if rated:
        best = max(each.gini or 0.0 for each in rated)
        return min(each.k for each in rated if (each.gini or 0.0) >= best - GINI_MARGIN)
    wide = [each for each in found if each.smallest_share >= SMALLEST_SHARE]
    return max(holding or wide or found, key=lambda each: (each.stability, -each.k)).k


PLAINLY_BETTER = 0.1
"""Another number is taken in a retrain only if it tells later spend better by this much of a Gini."""
WORTH_SAYING = 0.03
"""From this much on the scorecard says that another number would tell it better."""


def keep_k(found: Sequence[Candidate], kept: int) -> int:
    """Return the number for a retrain: the one there is, unless another is plainly better.

    Plainly: another holds and tells later spend better by .1, or the present one has a segment under 1.5 % where
    another holds. A change of the number costs a third of the customers their segment, so less than that is told,
    not done. That fresh fits disagree is no reason: a retrain follows the segments there are.

    Examples
    --------
    >>> now, other = Candidate(5, 0.1, 0.88, 0.0, 0.62), Candidate(4, 0.1, 0.95, 0.0, 0.64)
    >>> keep_k([other, now], 5), keep_k([Candidate(4, 0.1, 0.95, 0.0, 0.74), now], 5)
    (5, 4)
    """
    present = next((each for each in found if each.k == kept), None)
    if present is None:
        return kept
    chosen = choose_k(found)
    other = next(each for each in found if each.k == chosen)
    if chosen == kept or not other.holds:
        return kept
    broken = present.smallest_share < SMALLEST_SHARE / 2
    gains = (other.gini or 0.0) - (present.gini or 0.0) >= PLAINLY_BETTER
    return chosen if broken or gains else kept


def why(found: Sequence[Candidate], k: int, *, asked: bool, kept: bool, wording: Wording = ENGLISH) -> str:
    """Return in a sentence or two why there are `k` segments.

    Parameters
    ----------
    asked
        The marketer set the number.
    kept
        The model before had as many.
    """
    if asked:
        return f"{k} segments, as the setting Clusters asks for."
    here = next((each for each in found if each.k == k), None)
    if here is None:
        return f"{wording.counted(k, 'segment')}: there are no more customers who differ enough."
    if kept:
        return f"{k} segments as before, so that names and plans stay." + _rather(found, here, wording)
    if not here.holds:
        return (
            f"{k} segments: no number from {found[0].k} to {found[-1].k} holds in every respect, and {k} "
            f"hold best (agreement {wording.decimal(here.stability, 2)} between draws of customers; "
            f"{wording.decimal(STABLE, 2)} is wanted)."
        )
    holding = ", ".join(str(each.k) for each in found if each.holds)
    if here.gini is None:
        return (
            f"{k} segments: of the numbers that hold ({holding}) the most stable; the history does not tell "
            "who will spend."
        )
    return (
        f"{k} segments: of the numbers that hold ({holding}) the smallest that tells later spend as well as "
        f"the best does, within {wording.decimal(GINI_MARGIN, 2)} (Gini {wording.decimal(here.gini, 2)} on the last "
        "third of the history)."
    )


def _rather(found: Sequence[Candidate], here: Candidate, wording: Wording) -> str:
    """Return whether another number would be chosen today, and why; "" where none would."""
    chosen = choose_k(found)
    other = next(each for each in found if each.k == chosen)
    reasons = here.failings(wording)
    theirs, ours = other.gini or 0.0, here.gini or 0.0
    if theirs - ours >= WORTH_SAYING:
        gini, now = wording.decimal(theirs, 2), wording.decimal(ours, 2)
        reasons.append(f"{chosen} tell better who will spend (Gini {gini}, now {now})")
    if chosen == here.k or not other.holds or not reasons:
        return ""
    return (
        f" Starting anew, {chosen} would be chosen: {'; '.join(reasons)}. Set Clusters to {chosen} in Settings "
        "and retrain if that is worth other segments to you."
    )
