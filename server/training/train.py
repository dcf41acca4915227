"""Train a model: transform, number of segments, fit, numbers, names, scorecard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from server.core.model import Model
from server.core.naming import name_segments
from server.core.prediction import nearest
from server.core.rfm import RfmTable, quantile_points
from server.core.wording import ENGLISH, Wording
from server.errors import TooFewCustomersError
from server.training.choosing_k import CANDIDATES, Candidate, candidate, choose_k, keep_k, why
from server.training.clustering import Floats, Points, distinct, redraw, refit, sample
from server.training.figures import figures_of_former, own_figures, tomorrow
from server.training.following import Previous, centres_after, former_numbers, kept_names, space_after
from server.training.holdout import History, Split
from server.training.matching import match
from server.training.portraits import portraits
from server.training.progress import Progress, unheard, within
from server.training.scorecard import warnings
from server.training.space import WEIGHTS, Space, space_of

FEWEST_CUSTOMERS = 15
BOOTSTRAP_MODELS = 20
BOOTSTRAP_SAMPLE = 20_000
CHOOSING = (0.02, 0.82, 0.88, 0.97)
"""How far it is when the space is found, k chosen, the centres found, the bootstrap models fitted."""
NOT_CHOOSING = (0.06, 0.06, 0.27, 0.54)
"""The same where the marketer has chosen k: its figures are worked out after the rest."""


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
    space = space_after(rfm, space_of(rfm, history.gaps), previous.model)
    points, places = distinct(space.of(rfm))
    _refuse_alike(points, n_clusters)
    prepared, chosen, centred, drawn_again = CHOOSING if n_clusters is None else NOT_CHOOSING
    progress(prepared)
    told = within(progress, prepared, chosen)
    found = _candidates(rfm, space, points, history.split, n_clusters, random_state, told)
    progress(chosen)
    former_k = previous.model.k if previous.model else 0
    k = n_clusters or _chosen(found, former_k, len(points.X))
    centres, looseness = centres_after(rfm, points, places, k, space, previous.model, random_state)
    k = len(centres)
    labels = nearest(points.X, centres)[places]
    progress(centred)

    by_value = sorted(range(k), key=lambda i: (-float(rfm[labels == i, 2].mean()), i))
    former, next_cluster = former_numbers(ids, rfm, previous)
    numbers = match(labels, k, former, next_cluster, by_value)
    model = previous.model
    given_names = dict(zip(model.clusters, model.names, strict=True)) if model else {}
    fresh_names = name_segments(portraits(rfm, labels, k, history.gaps), wording)
    names = kept_names(numbers.clusters, given_names, fresh_names)
    bootstrap = _bootstrap(points, centres, random_state, within(progress, centred, drawn_again))
    here = next((each for each in found if each.k == k), None)
    told = within(progress, drawn_again, 0.99)
    figures = own_figures(rfm, space, points, centres, history.split, here, random_state, told)
    figures["looseness"] = looseness
    figures["tomorrow"] = tomorrow(points, centres, bootstrap)
    known = former >= 0
    if known.any():
        given = np.array(numbers.clusters)[labels]
        figures["agreement"] = float((given[known] == former[known]).mean())
    if too_poor:
        figures["too_poor"] = float(len(too_poor))
    if model is not None:
        figures |= figures_of_former(model, rfm, history.split)
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


def _point(values: Floats) -> tuple[float, float, float]:
    a, b, c = (float(value) for value in values)
    return a, b, c


def _ladder(values: Floats) -> list[float]:
    return [float(value) for value in np.percentile(values, range(101))]
