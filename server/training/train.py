"""Train a model: transform, number of segments, fit, numbers, names, scorecard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.model import Model
from server.core.naming import Standing, name_segments
from server.core.prediction import assign, nearest, transform
from server.core.rfm import RfmTable, quantile_points
from server.errors import TooFewCustomersError
from server.training.choosing_k import candidates, choose_k, stability
from server.training.clustering import (
    Floats,
    Points,
    distinct,
    fit,
    inertia,
    redraw,
    refit,
    sample,
    shares,
)
from server.training.matching import match
from server.training.scorecard import silhouette, warnings

FEWEST_CUSTOMERS = 15
UNITS = (1.0, 1.0, 1.0)
"""Days, orders, currency: log1p of the plain numbers for now; kept in the model."""
WEIGHTS = (1.0, 1.0, 1.0)
BOOTSTRAP_MODELS = 20
BOOTSTRAP_SAMPLE = 20_000
GOOD_ENOUGH = 1.05
"""A refit from the previous centres stops when its inertia is within 5 % of a fresh fit's."""


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


def train(
    table: RfmTable,
    *,
    transactions: int,
    version: int,
    trained_at: str,
    n_clusters: int | None = None,
    previous: Previous | None = None,
    random_state: int = 0,
    progress: Callable[[float], None] = lambda _fraction: None,
) -> Model:
    """Return a new model of the customers in `table`.

    Parameters
    ----------
    n_clusters
        Number of segments; None keeps the previous model's, or chooses where there is none.

    Raises
    ------
    TooFewCustomersError
        If there are fewer than 15 customers, or fewer different ones than `n_clusters`.
    """
    previous = previous or Previous()
    rfm = table.matrix()
    if len(rfm) < FEWEST_CUSTOMERS:
        raise TooFewCustomersError(
            f"Training_Data has {len(rfm)} customer{'s' * (len(rfm) != 1)} with spend above 0; segments need "
            f"at least {FEWEST_CUSTOMERS}.",
            hint="Paste more transactions into Training_Data and run it again.",
        )
    logged = np.log1p(rfm / np.array(UNITS))
    mean, scale = logged.mean(axis=0), logged.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    points, places = distinct(transform(rfm, UNITS, mean, scale, WEIGHTS))
    if n_clusters is not None and n_clusters > len(points.X):
        raise TooFewCustomersError(
            f"Clusters = {n_clusters} in Settings needs at least {n_clusters} customers with different "
            f"values; Training_Data has {len(points.X)}.",
            hint="Set Clusters to auto, or to a smaller number.",
        )
    progress(0.1)
    k = n_clusters or (previous.model.k if previous.model else 0)
    k = min(k, len(points.X)) or choose_k(candidates(points, random_state), len(points.X))
    progress(0.6)
    centres = _centres(points, k, mean, scale, previous.model, random_state)
    k = len(centres)
    labels = nearest(points.X, centres)[places]
    steady = stability(points, k, random_state) if k > 1 else 1.0
    progress(0.8)

    standings = _standings(rfm, labels, k)
    by_value = sorted(range(k), key=lambda i: (-float(rfm[labels == i, 2].mean()), i))
    former, next_cluster = _former(table.customer_ids, rfm, previous)
    numbers = match(labels, k, former, next_cluster, by_value)
    model = previous.model
    kept = dict(zip(model.clusters, model.names, strict=True)) if model else {}
    names = _names(numbers.clusters, kept, standings)
    rng = np.random.default_rng(random_state)
    drawn = sample(points, BOOTSTRAP_SAMPLE, rng)
    bootstrap = (
        [refit(redraw(drawn, rng), centres, steps=50) for _ in range(BOOTSTRAP_MODELS)] if k > 1 else []
    )
    smallest = float(shares(points, centres).min())
    figures = {
        "smallest_share": smallest,
        "stability": steady,
        "silhouette": silhouette(points, centres, random_state),
        "inertia": inertia(points, centres),
    }
    known = former >= 0
    if known.any():
        given = np.array(numbers.clusters)[labels]
        figures["agreement"] = float((given[known] == former[known]).mean())
    progress(1.0)
    return Model(
        version=version,
        trained_at=trained_at,
        analysis_day=table.analysis_day.isoformat(),
        customers=len(rfm),
        transactions=transactions,
        units=UNITS,
        weights=WEIGHTS,
        mean=_point(mean),
        scale=_point(scale),
        centres=[_point(centre) for centre in centres],
        clusters=numbers.clusters,
        names=names,
        next_cluster=numbers.next_cluster,
        quantiles=(quantile_points(rfm[:, 0]), quantile_points(rfm[:, 1]), quantile_points(rfm[:, 2])),
        bootstrap=[[_point(centre) for centre in each] for each in bootstrap],
        figures={name: round(value, 6) for name, value in figures.items()},
        warnings=warnings(
            rfm,
            smallest_share=smallest,
            stability=steady,
            k=k,
            chosen_by_marketer=n_clusters is not None,
        ),
    )


def _point(values: Floats) -> tuple[float, float, float]:
    a, b, c = (float(value) for value in values)
    return a, b, c


def _centres(
    points: Points, k: int, mean: Floats, scale: Floats, model: Model | None, random_state: int
) -> Floats:
    """Return the centres: near the previous model's where those still fit, else of a fresh fit, sorted."""
    fresh = fit(points, k, random_state)
    fresh = np.unique(fresh, axis=0)
    if model is None or model.k != len(fresh):
        return fresh
    moved = _moved(model, mean, scale)
    limit = GOOD_ENOUGH * inertia(points, fresh)
    refitted = refit(points, moved, enough=limit)
    is_whole = bool((shares(points, refitted) > 0).all())
    return refitted if is_whole and inertia(points, refitted) <= limit else fresh


def _moved(model: Model, mean: Floats, scale: Floats) -> Floats:
    """Return the previous model's centres in the new scale."""
    logged = np.array(model.centres) / np.array(model.weights) * np.array(model.scale) + np.array(model.mean)
    raw = np.expm1(logged) * np.array(model.units)
    return transform(np.maximum(raw, 0), UNITS, mean, scale, WEIGHTS)


def _former(customer_ids: Sequence[str], rfm: Floats, previous: Previous) -> tuple[NDArray[np.int64], int]:
    """Return each customer's former number (-1: none) and the first number that was never used."""
    if previous.model is not None:
        return assign(previous.model, rfm), previous.model.next_cluster
    numbers = previous.numbers or {}
    former = np.array([numbers.get(each, -1) for each in customer_ids], dtype=np.int64)
    return former, max(numbers.values(), default=-1) + 1


def _standings(rfm: Floats, labels: NDArray[np.int64], k: int) -> list[Standing]:
    def share_below(values: Floats, value: float) -> float:
        return float((values < value).mean() + (values == value).mean() / 2)

    standings = []
    for index in range(k):
        recency, frequency, money = np.median(rfm[labels == index], axis=0).tolist()
        standings.append(
            Standing(
                recency=1 - share_below(rfm[:, 0], recency),
                frequency=share_below(rfm[:, 1], frequency),
                monetary_value=share_below(rfm[:, 2], money),
                median_frequency=frequency,
                silence=recency / max(1.0, float(rfm[:, 0].max())),
            )
        )
    return standings


def _names(clusters: Sequence[int], kept: Mapping[int, str], standings: Sequence[Standing]) -> list[str]:
    """Return the names: those of kept numbers stay, new groups get one that is not taken."""
    new = [i for i, number in enumerate(clusters) if number not in kept]
    given = iter(name_segments([standings[i] for i in new], taken=kept.values()))
    return [kept[number] if number in kept else next(given) for number in clusters]
