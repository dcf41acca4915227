"""Train a model: transform, number of segments, fit, numbers, names, scorecard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.drift import population_stability
from server.core.model import Model
from server.core.naming import name_segments
from server.core.prediction import assign, nearest
from server.core.rfm import RfmTable, quantile_points
from server.core.wording import ENGLISH, Wording
from server.errors import TooFewCustomersError
from server.training.choosing_k import (
    CANDIDATES,
    TELLS_NOTHING,
    Candidate,
    candidate,
    choose_k,
    ghosts,
    keep_k,
    spend_gini,
    split_gini,
    stability,
    why,
)
from server.training.clustering import (
    Floats,
    Points,
    distinct,
    fit,
    follow,
    inertia,
    redraw,
    refit,
    sample,
    shares,
)
from server.training.holdout import History, Split, normalised_gini, segment_values
from server.training.matching import match
from server.training.portraits import portraits
from server.training.progress import Progress, unheard, within
from server.training.scorecard import silhouette, warnings
from server.training.space import WEIGHTS, Space, space_of

FEWEST_CUSTOMERS = 15
BOOTSTRAP_MODELS = 20
BOOTSTRAP_SAMPLE = 20_000
GOOD_ENOUGH = 1.05
"""A refit from the previous centres stops when its inertia is within 5 % of a fresh fit's."""
STILL_GOOD = 1.5
"""Within this, customers are left in place rather than the inertia be lowered; what ends further off is given up."""
CHOOSING = (0.02, 0.82, 0.88, 0.97)
"""How far it is when the space is found, k chosen, the centres found, the bootstrap models fitted."""
NOT_CHOOSING = (0.06, 0.06, 0.27, 0.54)
"""The same where the marketer has chosen k: its figures are worked out after the rest."""
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


def train(
    table: RfmTable,
    *,
    transactions: int,
    version: int,
    trained_at: str,
    history: History | None = None,
    n_clusters: int | None = None,
    previous: Previous | None = None,
    too_poor: Mapping[str, str] | None = None,
    random_state: int = 0,
    progress: Progress = unheard,
    wording: Wording = ENGLISH,
) -> Model:
    """Return a new model of the customers in `table`.

    The order of the customers does not matter.

    Parameters
    ----------
    history
        Gaps and split, see `server.training.holdout.history`; without it the number of segments is chosen
        by stability alone.
    n_clusters
        Number of segments; None keeps the previous model's, or chooses where there is none.
    too_poor
        What makes the data too poor to mean anything, see `server.core.checks.too_poor`: the model is made,
        and bears these sentences first among its warnings.
    wording
        Writes the numbers in what is said of the model: it is kept as it is said today.

    Raises
    ------
    TooFewCustomersError
        If there are fewer than 15 customers, or fewer different ones than `n_clusters`.
    """
    previous = previous or Previous()
    history = history or History(np.empty(0))
    unsorted = table.matrix()
    order = np.lexsort((table.customer_ids, *unsorted.T))
    rfm = unsorted[order]
    ids = [table.customer_ids[i] for i in order.tolist()]
    _refuse_few(rfm)
    space = _space(rfm, space_of(rfm, history.gaps), previous.model)
    points, places = distinct(space.of(rfm))
    _refuse_alike(points, n_clusters)
    prepared, chosen, centred, drawn_again = CHOOSING if n_clusters is None else NOT_CHOOSING
    progress(prepared)
    told = within(progress, prepared, chosen)
    found = _candidates(rfm, space, points, history.split, n_clusters, random_state, told)
    progress(chosen)
    former_k = previous.model.k if previous.model else 0
    k = n_clusters or _chosen(found, former_k, len(points.X))
    centres, looseness = _centres(rfm, points, places, k, space, previous.model, random_state)
    k = len(centres)
    labels = nearest(points.X, centres)[places]
    progress(centred)

    by_value = sorted(range(k), key=lambda i: (-float(rfm[labels == i, 2].mean()), i))
    former, next_cluster = _former(ids, rfm, previous)
    numbers = match(labels, k, former, next_cluster, by_value)
    model = previous.model
    kept_names = dict(zip(model.clusters, model.names, strict=True)) if model else {}
    fresh_names = name_segments(portraits(rfm, labels, k, history.gaps), wording)
    names = _names(numbers.clusters, kept_names, fresh_names)
    bootstrap = _bootstrap(points, centres, random_state, within(progress, centred, drawn_again))
    here = next((each for each in found if each.k == k), None)
    told = within(progress, drawn_again, 0.99)
    figures = _figures(rfm, space, points, centres, history.split, here, random_state, told)
    figures["looseness"] = looseness
    figures["tomorrow"] = _tomorrow(points, centres, bootstrap)
    known = former >= 0
    if known.any():
        given = np.array(numbers.clusters)[labels]
        figures["agreement"] = float((given[known] == former[known]).mean())
    if too_poor:
        figures["too_poor"] = float(len(too_poor))
    if model is not None:
        figures |= _beside(model, rfm, history.split)
    progress(1.0)
    return Model(
        version=version,
        trained_at=trained_at,
        analysis_day=table.analysis_day.isoformat(),
        customers=len(rfm),
        transactions=transactions,
        units=space.units,
        weights=WEIGHTS,
        mean=_point(space.mean),
        scale=_point(space.scale),
        centres=[_point(centre) for centre in centres],
        clusters=numbers.clusters,
        names=names,
        next_cluster=numbers.next_cluster,
        quantiles=(quantile_points(rfm[:, 0]), quantile_points(rfm[:, 1]), quantile_points(rfm[:, 2])),
        ladder=(_ladder(rfm[:, 0]), _ladder(rfm[:, 1]), _ladder(rfm[:, 2])),
        gaps=np.percentile(history.gaps, range(0, 101, 5)).tolist() if len(history.gaps) else [],
        why_k=why(found, k, asked=n_clusters is not None, kept=former_k == k, wording=wording),
        bootstrap=[[_point(centre) for centre in each] for each in bootstrap],
        figures={name: round(value, 6) for name, value in figures.items()},
        warnings=warnings(
            rfm,
            smallest_share=figures["smallest_share"],
            stability=figures["stability"],
            k=k,
            chosen_by_marketer=n_clusters is not None,
            too_poor=too_poor or {},
            wording=wording,
        ),
    )


def _refuse_few(rfm: Floats) -> None:
    if len(rfm) < FEWEST_CUSTOMERS:
        raise TooFewCustomersError(
            f"Training_Data has {len(rfm)} customer{'s' * (len(rfm) != 1)} with spend above 0; segments need "
            f"at least {FEWEST_CUSTOMERS}.",
            hint="Paste more transactions into Training_Data and run it again.",
        )


def _refuse_alike(points: Points, n_clusters: int | None) -> None:
    if n_clusters is not None and n_clusters > len(points.X):
        raise TooFewCustomersError(
            f"Clusters = {n_clusters} in Settings needs at least {n_clusters} customers with different "
            f"values; Training_Data has {len(points.X)}.",
            hint="Set Clusters to auto, or to a smaller number.",
        )


def _candidates(
    rfm: Floats,
    space: Space,
    points: Points,
    split: Split | None,
    n_clusters: int | None,
    random_state: int,
    progress: Progress,
) -> list[Candidate]:
    """Return the figures of the numbers to choose from; none where the marketer chose."""
    ks = [k for k in CANDIDATES if k <= len(points.X)] if n_clusters is None else []
    found = []
    for place, k in enumerate(ks):  # the time grows with the number
        told = within(progress, sum(ks[:place]) / sum(ks), sum(ks[: place + 1]) / sum(ks))
        found.append(candidate(rfm, space, points, split, k, random_state, told))
    return found


def _chosen(found: Sequence[Candidate], former_k: int, distinct_customers: int) -> int:
    if not found:
        return max(1, min(former_k or distinct_customers, distinct_customers))
    if former_k and former_k <= distinct_customers:
        return keep_k(found, former_k)
    return choose_k(found)


def _bootstrap(points: Points, centres: Floats, random_state: int, progress: Progress) -> list[Floats]:
    """Return the centres of models of other draws of the customers; none where there is one segment."""
    if len(centres) < 2:
        return []
    rng = np.random.default_rng(random_state)
    drawn = sample(points, BOOTSTRAP_SAMPLE, rng)
    found = []
    for number in range(1, BOOTSTRAP_MODELS + 1):
        found.append(refit(redraw(drawn, rng), centres, steps=50))
        progress(number / BOOTSTRAP_MODELS)
    return found


def _figures(
    rfm: Floats,
    space: Space,
    points: Points,
    centres: Floats,
    split: Split | None,
    here: Candidate | None,
    random_state: int,
    progress: Progress,
) -> dict[str, float]:
    """Return the figures of the model by itself."""
    k = len(centres)
    told = within(progress, 0.0, 0.6)
    figures = {
        "smallest_share": float(shares(points, centres).min()),
        "stability": here.stability if here else stability(points, k, random_state, told) if k > 1 else 1.0,
        "silhouette": silhouette(points, centres, random_state),
        "inertia": inertia(points, centres),
        "ghosts": ghosts(rfm, space, centres) if k > 1 else 0.0,
    }
    gini = here.gini if here else split_gini(split, k, random_state)
    if split is not None:
        figures["gini_by_spend"] = spend_gini(split)
        labels = nearest(space.of(split.rfm), centres)
        figures["gini_as_it_is"] = normalised_gini(split.spend, segment_values(labels, split.rfm[:, 2], k))
        if gini is not None:
            figures["gini"] = gini
    return figures


def _beside(model: Model, rfm: Floats, split: Split | None) -> dict[str, float]:
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


def _tomorrow(points: Points, centres: Floats, bootstrap: Sequence[Floats]) -> float:
    """Return the share of customers whom a retrain on other customers like these leaves in their segment."""
    if not bootstrap:
        return 1.0
    labels = nearest(points.X, centres)
    same = sum(((nearest(points.X, each) == labels) * points.weight).sum() for each in bootstrap)
    return float(same / len(bootstrap) / points.customers)


def _point(values: Floats) -> tuple[float, float, float]:
    a, b, c = (float(value) for value in values)
    return a, b, c


def _ladder(values: Floats) -> list[float]:
    return [float(value) for value in np.percentile(values, range(101))]


def _centres(
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


def _space(rfm: Floats, space: Space, model: Model | None) -> Space:
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


def _former(customer_ids: Sequence[str], rfm: Floats, previous: Previous) -> tuple[NDArray[np.int64], int]:
    """Return each customer's former number (-1: none) and the first number that was never used."""
    if previous.model is not None:
        return assign(previous.model, rfm), previous.model.next_cluster
    numbers = previous.numbers or {}
    former = np.array([numbers.get(each, -1) for each in customer_ids], dtype=np.int64)
    return former, max(numbers.values(), default=-1) + 1


def _names(clusters: Sequence[int], kept: Mapping[int, str], fresh: Sequence[str]) -> list[str]:
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
