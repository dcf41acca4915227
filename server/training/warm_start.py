"""Warm start of a retrain: the space, segments, numbers and names that it keeps of the model before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.segments.model import Model
from server.core.segments.prediction import assign, nearest
from server.training.clustering import Floats, Points, fit, follow, inertia, shares
from server.training.space import Space, former_space

GOOD_ENOUGH = 1.05
"""A refit from the previous centres stops when its inertia is within 5 % of a fresh fit's."""
STILL_GOOD = 2.0
"""Within this, customers are left in place rather than the inertia be lowered; what ends further off is given up."""
MOST_CHANGED = 0.008
"""The share of customers that one retrain takes out of their segment, while the former segments are good enough."""
MOST_CHANGED_BY_SPACE = 0.004
"""The part of it that another space may take."""
_PARTS_OF_SPACE = (1.0, 0.5, 0.25, 0.125, 0.0625)


@dataclass(frozen=True, slots=True)
class Previous:
    """Previous model, with the numbers and texts of its segments.

    Attributes
    ----------
    model
        The model in use, if it can be read.
    numbers
        Cluster by customer id as `Segmented_Customers` has it, for where the model cannot be read.
    texts
        Segment by cluster as `Action_Map` has it, where the marketer has named it.
    """

    model: Model | None = None
    numbers: Mapping[str, int] | None = None
    texts: Mapping[int, str] | None = None

    @property
    def is_of_former_space(self) -> bool:
        """Whether the model before sees customers in another space: its centres mean nothing in today's."""
        return self.model is not None and former_space(self.model) is None


def centres_after(
    rfm: Floats,
    points: Points,
    places: NDArray[np.int64],
    k: int,
    space: Space,
    previous: Previous,
    random_state: int,
) -> tuple[Floats, float]:
    """Return the centres: near the previous model's where those still fit, else of a fresh fit, sorted.

    And their inertia as a multiple of the fresh fit's.
    """
    fresh = np.unique(fit(points, k, random_state), axis=0)
    model = previous.model
    if model is None or previous.is_of_former_space or model.k != len(fresh):
        return fresh, 1.0
    best = inertia(points, fresh)
    numbers = {number: place for place, number in enumerate(model.clusters)}
    former = np.zeros(len(points.X), dtype=np.int64)
    former[places] = [numbers[number] for number in assign(model, rfm).tolist()]
    followed = follow(
        points,
        _moved(model, space),
        former,
        enough=GOOD_ENOUGH * best,
        bearable=STILL_GOOD * best,
        most_changed=MOST_CHANGED,
    )
    is_whole = bool((shares(points, followed) > 0).all())
    fit_to_fresh = inertia(points, followed) / best if best > 0 else 1.0
    return (followed, fit_to_fresh) if is_whole and fit_to_fresh <= STILL_GOOD else (fresh, 1.0)


def space_after(rfm: Floats, space: Space, model: Model | None) -> Space:
    """Return the space of a retrain: as far from the previous model's towards today's as moves hardly anybody.

    Where the previous one measures otherwise altogether (usual pauses or spread of money less than a third, or more
    than three times, of what they were), it is today's.
    """
    former = former_space(model) if model is not None else None
    if model is None or former is None or not _is_near(former, space):
        return space
    now = assign(model, rfm)
    for part in _PARTS_OF_SPACE:
        between = former.towards(space, part)
        numbers = np.array(model.clusters)[nearest(between.of(rfm), _moved(model, between))]
        if (numbers != now).mean() <= MOST_CHANGED_BY_SPACE:
            return between
    return former


def _is_near(former: Space, space: Space) -> bool:
    """Whether a former space still measures as today's does."""
    ratios = [a / b for a, b in zip(former.steps.pauses, space.steps.pauses, strict=True)]
    ratios += [former.scale[2] / space.scale[2]]
    return former.steps.is_known == space.steps.is_known and all(1 / 3 <= ratio <= 3.0 for ratio in ratios)


def _moved(model: Model, space: Space) -> Floats:
    """Return the previous model's centres in the new space."""
    former = former_space(model)
    assert former is not None
    return space.of(former.back(np.array(model.centres)))


def former_numbers(
    customer_ids: Sequence[str], rfm: Floats, previous: Previous
) -> tuple[NDArray[np.int64], int]:
    """Return each customer's former number (-1: none) and the first number that was never used."""
    if previous.model is not None:
        return assign(previous.model, rfm), previous.model.next_cluster
    numbers = previous.numbers or {}
    former = np.array([numbers.get(customer_id, -1) for customer_id in customer_ids], dtype=np.int64)
    return former, max(numbers.values(), default=-1) + 1
