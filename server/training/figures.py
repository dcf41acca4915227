"""Figures of a model for its scorecard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from server.core.segments.drift import population_stability
from server.core.segments.model import Model
from server.core.segments.prediction import assign, nearest
from server.training.candidates import (
    TELLS_NOTHING,
    Candidate,
    Earlier,
    spend_gini,
    split_gini,
    stability,
    stale_best_share,
)
from server.training.clustering import Floats, Points, inertia, shares
from server.training.holdout import Split, normalised_gini, segment_values
from server.training.progress import Progress, within
from server.training.scorecard import silhouette
from server.training.space import Space


def own_figures(
    rfm: Floats,
    space: Space,
    points: Points,
    centres: Floats,
    split: Split | None,
    then: Earlier | None,
    here: Candidate | None,
    random_state: int,
    progress: Progress,
) -> dict[str, float]:
    """Return the figures of the model by itself."""
    k = len(centres)
    part = within(progress, 0.0, 0.6)
    figures = {
        "smallest_share": float(shares(points, centres).min()),
        "stability": here.stability if here else stability(points, k, random_state, part) if k > 1 else 1.0,
        "silhouette": silhouette(points, centres, random_state),
        "inertia": inertia(points, centres),
        "ghosts": stale_best_share(rfm, space, centres) if k > 1 else 0.0,
    }
    gini = here.gini if here else split_gini(then, k, random_state)
    if split is not None:
        figures["gini_by_spend"] = spend_gini(split)
        labels = nearest(space.of(split.rfm), centres)
        figures["gini_as_it_is"] = normalised_gini(split.spend, segment_values(labels, split.rfm[:, 2], k))
        if gini is not None:
            figures["gini"] = gini
    return figures


def figures_of_former(model: Model, rfm: Floats, split: Split | None) -> dict[str, float]:
    """Return figures of the model before on today's customers."""
    figures = dict(
        zip(
            ("drift_recency", "drift_frequency", "drift_money"),
            population_stability(model, rfm).indices,
            strict=True,
        )
    )
    if split is not None and spend_gini(split) >= TELLS_NOTHING:
        places = {number: place for place, number in enumerate(model.clusters)}
        labels = np.array([places[number] for number in assign(model, split.rfm).tolist()], dtype=np.int64)
        values = segment_values(labels, split.rfm[:, 2], model.k)
        figures["gini_former"] = normalised_gini(split.spend, values)
    return figures


def refit_agreement(points: Points, centres: Floats, bootstrap: Sequence[Floats]) -> float:
    """Return the share of customers whom a retrain on other customers like these leaves in their segment."""
    if not bootstrap:
        return 1.0
    labels = nearest(points.X, centres)
    same = sum(((nearest(points.X, draw) == labels) * points.weight).sum() for draw in bootstrap)
    return float(same / len(bootstrap) / points.customers)
