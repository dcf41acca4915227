"""Training of a model: transform, number of segments, fit, numbers, names, scorecard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.segments.model import Model
from server.core.segments.name_fit import known_name, name_fit
from server.core.segments.prediction import assign, nearest
from server.core.segments.purchase_days import Pauses
from server.core.segments.quintiles import quantile_points
from server.core.segments.rfm import RfmTable
from server.core.wording import ENGLISH, Wording
from server.training.candidates import Candidate, candidate
from server.training.choosing_k import CANDIDATES, choose_k, keep_k, why
from server.training.clustering import Floats, Points, redraw, refit, sample
from server.training.figures import figures_of_former, own_figures, refit_agreement
from server.training.ground import Ground, ground_of, refuse_alike
from server.training.holdout import History
from server.training.matching import Numbers, match
from server.training.names import GivenNames, given_names
from server.training.progress import Progress, unheard, within
from server.training.scorecard import warnings
from server.training.space import WEIGHTS
from server.training.warm_start import Previous, centres_after

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
        What makes the data too poor to mean anything, see `server.core.data_checks.check.too_poor`: the model is made,
        and bears these sentences first among its warnings.
    wording
        Writes the numbers in what is said of the model: it is kept as it is said today.

    Raises
    ------
    TooFewCustomersError
        If there are fewer than 15 customers, or fewer different ones than `n_clusters`.
    """
    previous = previous or Previous()
    ground = ground_of(table, history or History(Pauses(np.empty(0), np.empty(0))), previous)
    refuse_alike(ground.points, n_clusters)
    prepared, chosen, centred, drawn_again = CHOOSING if n_clusters is None else NOT_CHOOSING
    progress(prepared)
    candidates = _candidates(ground, n_clusters, random_state, within(progress, prepared, chosen))
    progress(chosen)
    former_k = previous.model.k if previous.model and not previous.is_of_former_space else 0
    wanted = n_clusters or _chosen(candidates, former_k, len(ground.points.X))
    parted = _parted(ground, wanted, previous, random_state)
    progress(centred)
    numbers, given = _numbered_and_named(ground, parted, previous)
    bootstrap = _bootstrap(
        ground.points, parted.centres, random_state, within(progress, centred, drawn_again)
    )
    here = next((candidate for candidate in candidates if candidate.k == parted.k), None)
    part = within(progress, drawn_again, 0.99)
    figures = own_figures(
        ground.rfm,
        ground.space,
        ground.points,
        parted.centres,
        ground.split,
        ground.then,
        here,
        random_state,
        part,
    )
    figures["looseness"] = parted.inertia_ratio
    figures["tomorrow"] = refit_agreement(ground.points, parted.centres, bootstrap)
    figures |= _figures_of_names(ground, parted, given.names)
    figures |= _figures_beside_the_former(ground, parted, numbers.clusters, previous)
    if too_poor:
        figures["too_poor"] = float(len(too_poor))
    progress(1.0)
    rfm, space, k = ground.rfm, ground.space, parted.k
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
        centres=[_point(centre) for centre in parted.centres],
        clusters=numbers.clusters,
        names=given.names,
        named=given.named,
        steps=space.steps,
        next_cluster=numbers.next_cluster,
        quantiles=(quantile_points(rfm[:, 0]), quantile_points(rfm[:, 1]), quantile_points(rfm[:, 2])),
        ladder=(_ladder(rfm[:, 0]), _ladder(rfm[:, 1]), _ladder(rfm[:, 2])),
        gaps=ground.rhythm.points(),
        why_k=why(candidates, k, asked=n_clusters is not None, kept=former_k == k, wording=wording),
        bootstrap=[[_point(centre) for centre in centres] for centres in bootstrap],
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


@dataclass(frozen=True, slots=True)
class _Parted:
    """Customers divided into segments.

    Attributes
    ----------
    centres
        Shape (k, 3).
    inertia_ratio
        Inertia over that of a model which follows nobody.
    labels
        Row of the centre of each customer, shape (n,).
    """

    centres: Floats
    inertia_ratio: float
    labels: NDArray[np.int64]

    @property
    def k(self) -> int:
        return len(self.centres)


def _parted(ground: Ground, k: int, previous: Previous, random_state: int) -> _Parted:
    centres, inertia_ratio = centres_after(
        ground.rfm, ground.points, ground.places, k, ground.space, previous, random_state
    )
    return _Parted(centres, inertia_ratio, nearest(ground.points.X, centres)[ground.places])


def _numbered_and_named(ground: Ground, parted: _Parted, previous: Previous) -> tuple[Numbers, GivenNames]:
    """Return the numbers of segments, those of the model before where most customers stay, and their names."""
    rfm, labels, k = ground.rfm, parted.labels, parted.k
    by_value = sorted(range(k), key=lambda i: (-float(rfm[labels == i, 2].mean()), i))
    numbers = match(labels, k, ground.former, ground.next_cluster, by_value)
    votes = ground.ballot.count(labels, k)
    given = given_names(votes, rfm, labels, numbers.clusters, previous.model, previous.texts or {})
    return numbers, given


def _figures_of_names(ground: Ground, parted: _Parted, names: Sequence[str]) -> dict[str, float]:
    """Return how many customers, and how much revenue, have the name that fits them; nothing of one segment."""
    if parted.k < 2:
        return {}
    fit = name_fit(ground.portrayed.who, ground.rfm[:, 2], parted.labels, names)
    return {
        "name_fit": fit.fit,
        "name_absurd": fit.absurd,
        "name_fit_revenue": fit.fit_revenue,
        "name_absurd_revenue": fit.absurd_revenue,
    }


def _figures_beside_the_former(
    ground: Ground, parted: _Parted, clusters: Sequence[int], previous: Previous
) -> dict[str, float]:
    """Return the figures of the model before on the same customers, and how many would keep their segment."""
    figures: dict[str, float] = {}
    known = ground.former >= 0
    if known.any():
        now = np.array(clusters)[parted.labels]
        figures["agreement"] = float((now[known] == ground.former[known]).mean())
    model = previous.model
    if model is None:
        return figures
    figures |= figures_of_former(model, ground.rfm, ground.split)
    if all(known_name(name) for name in model.names):
        held = [model.clusters.index(number) for number in assign(model, ground.rfm).tolist()]
        fit = name_fit(ground.portrayed.who, ground.rfm[:, 2], held, model.names)
        figures["name_fit_former"] = fit.fit
    return figures


def _candidates(
    ground: Ground, n_clusters: int | None, random_state: int, progress: Progress
) -> list[Candidate]:
    """Return the figures of the numbers to choose from; none where the marketer chose."""
    ks = [k for k in CANDIDATES if k <= len(ground.points.X)] if n_clusters is None else []
    candidates = []
    for place, k in enumerate(ks):  # the time grows with the number
        part = within(progress, sum(ks[:place]) / sum(ks), sum(ks[: place + 1]) / sum(ks))
        candidates.append(
            candidate(
                ground.rfm, ground.space, ground.points, ground.ballot, ground.then, k, random_state, part
            )
        )
    return candidates


def _chosen(candidates: Sequence[Candidate], former_k: int, distinct_customers: int) -> int:
    if not candidates:
        return max(1, min(former_k or distinct_customers, distinct_customers))
    if former_k and former_k <= distinct_customers:
        return keep_k(candidates, former_k)
    return choose_k(candidates)


def _bootstrap(points: Points, centres: Floats, random_state: int, progress: Progress) -> list[Floats]:
    """Return the centres of models of other draws of the customers; none where there is one segment."""
    if len(centres) < 2:
        return []
    rng = np.random.default_rng(random_state)
    drawn = sample(points, BOOTSTRAP_SAMPLE, rng)
    floatses = []
    for number in range(1, BOOTSTRAP_MODELS + 1):
        floatses.append(refit(redraw(drawn, rng), centres, steps=50))
        progress(number / BOOTSTRAP_MODELS)
    return floatses


def _point(values: Floats) -> tuple[float, float, float]:
    a, b, c = (float(value) for value in values)
    return a, b, c


def _ladder(values: Floats) -> list[float]:
    return [float(value) for value in np.percentile(values, range(101))]
