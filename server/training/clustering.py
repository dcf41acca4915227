"""KMeans on the scaled matrix; with `server.training.candidates` and `.scorecard` the only users of scikit-learn.

Equal customers are one row with a weight, in sorted order: the fit depends on what customers there are, not
on the order in which they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from threadpoolctl import ThreadpoolController

from server.core.segments.prediction import nearest
from server.training.seeding import seeds

Floats = NDArray[np.float64]
STARTS = 10
LLOYD_STEPS = 8
"""From the cells of the grid Lloyd's iteration goes so far: the rest would move borders with the draw of customers."""
_PARTS = tuple(0.5**n for n in range(7))


@dataclass(frozen=True, slots=True)
class Points:
    """Distinct rows of the scaled matrix.

    Attributes
    ----------
    X
        Shape (u, 3).
    weight
        How many customers each row stands for, shape (u,).
    cell
        Cell of the grid that each row is in, shape (u,); see `server.training.seeding`.
    """

    X: Floats
    weight: Floats
    cell: NDArray[np.int64]

    @property
    def customers(self) -> float:
        """Number of customers."""
        return float(self.weight.sum())


def distinct(X: Floats, cell: NDArray[np.int64]) -> tuple[Points, NDArray[np.int64]]:
    """Return the distinct rows of `X`, and for each row of `X` the place of its own among them.

    Parameters
    ----------
    cell
        Of each row of `X`; of equal rows the least counts.
    """
    rows, places, counts = np.unique(X, axis=0, return_inverse=True, return_counts=True)
    places = np.asarray(places).reshape(-1)
    cells = np.full(len(rows), np.iinfo(np.int64).max)
    np.minimum.at(cells, places, cell)
    return Points(rows, counts.astype(np.float64), cells), places


def sample(points: Points, at_most: int, rng: np.random.Generator) -> Points:
    """Return a random draw of customers, at most so many; all of them where they are not more."""
    if points.customers <= at_most:
        return points
    return _drawn(points, rng.multinomial(at_most, points.weight / points.customers))


def redraw(points: Points, rng: np.random.Generator) -> Points:
    """Return a bootstrap draw: as many customers, with replacement."""
    return _drawn(points, rng.multinomial(int(points.customers), points.weight / points.customers))


def _drawn(points: Points, counts: NDArray[np.int64]) -> Points:
    keep = counts > 0
    return Points(points.X[keep], counts[keep].astype(np.float64), points.cell[keep])


def fit(points: Points, n_clusters: int, random_state: int) -> Floats:
    """Return the centres of a fresh fit, shape (k, 3); at most as many as distinct rows.

    It begins at the merged cells of the grid; where more segments are wanted than there are cells, at ten random
    places (k-means++).
    """
    n_clusters = min(n_clusters, len(points.X))
    start = seeds(points.X, points.weight, points.cell, n_clusters)
    model = (
        KMeans(n_clusters=n_clusters, init=start, n_init=1, max_iter=LLOYD_STEPS)
        if len(np.unique(start, axis=0)) == n_clusters
        else KMeans(n_clusters=n_clusters, n_init=STARTS, random_state=random_state)
    )
    with _threads().limit(limits=1, user_api="openmp"):
        return np.asarray(model.fit(points.X, sample_weight=points.weight).cluster_centers_)


@cache
def _threads() -> ThreadpoolController:
    """Return what limits the threads of a fit to one.

    Several wait for one another busily at every step: beside other work a fit of 60 customers takes 300 ms
    instead of 5. One thread also adds up in one order, so that the same customers give the same centres on any
    machine.
    """
    return ThreadpoolController()


def refit(points: Points, centres: Floats, *, enough: float = 0.0, steps: int = 300) -> Floats:
    """Return centres moved by Lloyd's iteration from the given ones, no further than needed.

    Parameters
    ----------
    enough
        Stop as soon as the inertia is at most this.
    """
    centres = np.array(centres, dtype=np.float64)
    for _ in range(steps):
        labels = nearest(points.X, centres)
        if inertia(points, centres, labels) <= enough:
            break
        moved = means(points, labels, centres)
        if np.allclose(moved, centres, rtol=0, atol=1e-10):
            break
        centres = moved
    return centres


def follow(
    points: Points,
    centres: Floats,
    former: NDArray[np.int64],
    *,
    enough: float,
    bearable: float,
    most_changed: float,
    steps: int = 100,
) -> Floats:
    """Return centres moved from the given ones towards a better fit, as far as customers can be left in place.

    Lloyd's iteration until the inertia is `enough`. Once it is `bearable`, a step that would take more customers
    than `most_changed` out of their former cluster is halved, six times at most; then it ends.

    Parameters
    ----------
    former
        Former cluster of each point, as a row of `centres`, shape (u,).
    most_changed
        Share of the customers, 0 to 1.
    """

    def changed(at: Floats) -> float:
        return float(points.weight[nearest(points.X, at) != former].sum()) / points.customers

    centres = np.array(centres, dtype=np.float64)
    for _ in range(steps):
        labels = nearest(points.X, centres)
        now = inertia(points, centres, labels)
        if now <= enough:
            break
        step = means(points, labels, centres) - centres
        if now <= bearable:
            part = next(
                (p for p in (1.0, 0.5, 0.25, 0.125) if changed(centres + p * step) <= most_changed), 0.0
            )
            step = part * step
        if np.abs(step).max() < 1e-10:
            break
        centres = centres + step
    return centres


def means(points: Points, labels: NDArray[np.int64], former: Floats) -> Floats:
    """Return the mean of each cluster; one without customers stays where it was."""
    weight = np.bincount(labels, points.weight, minlength=len(former))
    sums = np.column_stack(
        [np.bincount(labels, points.weight * points.X[:, axis], minlength=len(former)) for axis in range(3)]
    )
    filled = weight > 0
    centres = np.array(former)
    centres[filled] = sums[filled] / weight[filled, None]
    return centres


def inertia(points: Points, centres: Floats, labels: NDArray[np.int64] | None = None) -> float:
    """Return the sum of squared distances to the nearest centres."""
    labels = nearest(points.X, centres) if labels is None else labels
    return float((((points.X - centres[labels]) ** 2).sum(axis=1) * points.weight).sum())


def shares(points: Points, centres: Floats) -> Floats:
    """Return the share of customers in each cluster, shape (k,)."""
    labels = nearest(points.X, centres)
    return np.asarray(np.bincount(labels, points.weight, minlength=len(centres)) / points.customers)
