"""From transactions to segmented customers: the same for a spreadsheet and for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.core.checks import Check, State, too_poor
from server.core.migration import Migration, migration
from server.core.model import Model
from server.core.options import Options
from server.core.prediction import assign, confidence
from server.core.profiles import Profile, segment_profiles
from server.core.quality import QualityReport
from server.core.rfm import RfmTable, rfm_table
from server.core.sanity import checks
from server.core.transactions import Transactions
from server.core.wording import ENGLISH, Wording
from server.training.following import Previous
from server.training.holdout import history
from server.training.progress import Progress, unheard, within
from server.training.scorecard import CANDIDATE, summary, verdict
from server.training.train import train

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Before:
    """How customers stood before this run.

    Attributes
    ----------
    model
        The model in use; None where there is none that can be read.
    numbers
        Cluster by customer id, as the outputs have it.
    ids, rfm
        Customers with the figures that they were segmented by, shape (m, 3).
    """

    model: Model | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    ids: Sequence[str] = ()
    rfm: Sequence[tuple[float, float, float]] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which model is to segment.

    Attributes
    ----------
    new_model
        Train one, though there is one in use.
    version
        Number of a model that is trained.
    trained_at
        UTC, ISO 8601.
    earlier
        An earlier version that is to be put in use.
    """

    new_model: bool
    version: int
    trained_at: str
    earlier: Model | None = None


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Customers with their segments.

    Attributes
    ----------
    model
        The one that segmented them.
    trained
        The model that was trained, None where none was.
    candidate_because
        Why the trained model was not put in use, "" where it was.
    clusters
        Number of each customer's segment, shape (n,).
    confidence
        0 to 1, shape (n,).
    migration
        Who came from where and why; None where there was nobody before.
    checks
        Whether the data can mean anything.
    """

    table: RfmTable
    model: Model
    trained: Model | None
    candidate_because: str
    clusters: NDArray[np.int64]
    confidence: Floats
    profiles: list[Profile]
    migration: Migration | None
    checks: list[Check] = field(default_factory=list)

    def summary(self, wording: Wording = ENGLISH) -> list[str]:
        """Return in plain words how the model is, and who moved."""
        told = summary(self.trained or self.model, wording)
        if self.candidate_because:
            told.insert(0, self.candidate_because)
        moved = self.migration.sentence(wording) if self.migration else ""
        return [*told, moved] if moved else told


def segment_customers(
    transactions: Transactions,
    options: Options,
    before: Before,
    wanted: Wanted,
    progress: Progress = unheard,
    *,
    quality: QualityReport | None = None,
    wording: Wording = ENGLISH,
) -> Segmentation:
    """Segment all customers, with a new model where one is wanted or there is none.

    A new model that is worse than the one in use by the scorecard's margins does not segment: it is told as a
    candidate.

    Parameters
    ----------
    transactions
        At least one.
    quality
        The account of the rows; without it the data are not checked.
    wording
        Writes the numbers in what is said of data and model.

    Raises
    ------
    TooFewCustomersError
        If there are too few for a model.
    """
    table = rfm_table(transactions, options.analysis_date)
    found_checks = checks(quality, table, wording) if quality is not None else []
    model, trained, because = wanted.earlier or before.model, None, ""
    if wanted.new_model or model is None:
        known = history(transactions, table.analysis_day)
        progress(0.03)
        trained = train(
            table,
            transactions=len(transactions),
            version=wanted.version,
            trained_at=wanted.trained_at,
            history=known,
            n_clusters=options.clusters,
            previous=Previous(before.model, before.numbers),
            too_poor=too_poor(found_checks),
            progress=within(progress, 0.03, 0.97),
            wording=wording,
        )
        asked = (
            options.clusters is not None and before.model is not None and options.clusters != before.model.k
        )
        poor = next((each.found for each in found_checks if each.state is State.STOP), "")
        found = verdict(trained, before.model, asked=asked, too_poor=poor, wording=wording)
        if found.status == CANDIDATE and before.model is not None:
            model, because = before.model, found.sentence
        else:
            model = trained
    progress(0.97)
    matrix = table.matrix()
    clusters = assign(model, matrix)
    moved = None
    if before.model is not None and before.ids:
        moved = migration(before.ids, before.rfm, table.customer_ids, matrix, before.model, model)
    return Segmentation(
        table=table,
        model=model,
        trained=trained,
        candidate_because=because,
        clusters=clusters,
        confidence=confidence(model, matrix, clusters),
        profiles=segment_profiles(matrix, clusters, model.clusters),
        migration=moved,
        checks=found_checks,
    )
