"""What a retrain keeps of the model before: its space, its segments where they still fit, its numbers and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.model import Model
from server.core.prediction import assign, nearest
from server.training.clustering import Floats, Points, fit, follow, inertia, shares
from server.training.space import WEIGHTS, Space

GOOD_ENOUGH = 1.05
"""A refit from the previous centres stops when its inertia is within 5 % of a fresh fit's."""
STILL_GOOD = 1.5
"""Within this, customers are left in place rather than the inertia be lowered; what ends further off is given up."""
MOST_CHANGED = 0.01
"""The share of customers that one retrain takes out of their segment, while the former segments are good enough."""


@dataclass(frozen=True, slots=True)
class Previous:
    """What is known of the segments before.

    Attributes
    ----------
    model
        The model in use, if it can be read.
    numbers
        Cluster by customer id as `Segmented_Customers` has it, for where the model cannot be read.
    """

    model: Model | None = None
    numbers: Mapping[str, int] | None = None


def centres_after(
    rfm: Floats,
    points: Points,
    places: NDArray[np.int64],
    k: int,
    space: Space,
    model: Model | None,
    random_state: int,
) -> tuple[Floats, float]:
    """Return the centres: near the previous model's where those still fit, else of a fresh fit, sorted.

    And their inertia as a multiple of the fresh fit's.
    """
    fresh = np.unique(fit(points, k, random_state), axis=0)
    if model is None or model.k != len(fresh):
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
    """Return the space of a retrain: today's, or the previous model's where today's alone would move too many.

    Not where the previous one has become another yardstick: a spread of less than a quarter or more than four times.
    """
    if model is None or model.weights != WEIGHTS:
        return space
    numbers = np.array(model.clusters)[nearest(space.of(rfm), _moved(model, space))]
    if (numbers != assign(model, rfm)).mean() <= MOST_CHANGED:
        return space
    former = Space(model.units, np.array(model.mean), np.array(model.scale))
    spread = former.of(rfm).std(axis=0) / np.array(WEIGHTS)
    is_near = bool(((spread > 0.25) & (spread < 4.0) | (spread == 0)).all())
    return former if is_near else space


def _moved(model: Model, space: Space) -> Floats:
    """Return the previous model's centres in the new space."""
    logged = np.array(model.centres) / np.array(model.weights) * np.array(model.scale) + np.array(model.mean)
    raw = np.expm1(logged) * np.array(model.units)
    return space.of(np.maximum(raw, 0))


def former_numbers(
    customer_ids: Sequence[str], rfm: Floats, previous: Previous
) -> tuple[NDArray[np.int64], int]:
    """Return each customer's former number (-1: none) and the first number that was never used."""
    if previous.model is not None:
        return assign(previous.model, rfm), previous.model.next_cluster
    numbers = previous.numbers or {}
    former = np.array([numbers.get(each, -1) for each in customer_ids], dtype=np.int64)
    return former, max(numbers.values(), default=-1) + 1


def kept_names(clusters: Sequence[int], kept: Mapping[int, str], fresh: Sequence[str]) -> list[str]:
    """Return the names: those of kept numbers stay; a new group whose name is taken gets it with a number."""
    names = [kept.get(number, "") for number in clusters]
    used = set(kept.values())
    for place, name in enumerate(names):
        if not name:
            proposed, number = fresh[place], 2
            while proposed in used:
                proposed, number = f"{fresh[place]} {number}", number + 1
            used.add(proposed)
            names[place] = proposed
    return names
