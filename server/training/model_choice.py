"""Choice of the model that segments customers: the one in use, an earlier one, or a new one that is no worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from msgspec import structs

from server.core.data_checks.check import Check, State, too_poor
from server.core.options import Options
from server.core.segments.model import Model
from server.core.segments.prediction import assign
from server.core.segments.purchase_days import Pauses
from server.core.segments.rfm import RfmTable
from server.core.transactions.reader import Transactions
from server.core.value.model import ValueModel
from server.core.value.sums import means_of
from server.core.wording import ENGLISH, Wording
from server.training.holdout import history
from server.training.kept_names import as_named
from server.training.progress import Progress, unheard, within
from server.training.scorecard import CANDIDATE, verdict
from server.training.train import train
from server.training.value import Valued, train_value
from server.training.warm_start import Previous

VALUE_FROM = 0.75
"""How far it is when expected spend begins to be learned."""


@dataclass(frozen=True, slots=True)
class Before:
    """State of the customers before this run.

    Attributes
    ----------
    model
        The model in use; None where there is none that can be read.
    numbers
        Cluster by customer id, as the outputs have it.
    ids, rfm
        Customers with the figures that they were segmented by, shape (m, 3).
    texts
        Segment by cluster as `Action_Map` has it.
    """

    model: Model | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    ids: Sequence[str] = ()
    rfm: Sequence[tuple[float, float, float]] = ()
    texts: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Request for a model: which one is to segment.

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
    keeps_names
        Nobody is there to see it: a new model must have the segments of the one in use, under their names.
    settings
        What a model that is trained notes of the settings that it was made with.
    """

    new_model: bool
    version: int
    trained_at: str
    earlier: Model | None = None
    keeps_names: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)

    def settings_after(self, former: Model | None) -> dict[str, str]:
        """Return the settings that a new model was made with; one that keeps names keeps the number of segments."""
        if not self.keeps_names or former is None:
            return dict(self.settings)
        return dict(self.settings) | {"Clusters": former.settings.get("Clusters", str(former.k))}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Model chosen to segment the customers.

    Attributes
    ----------
    trained
        The model that was trained, None where none was.
    because
        Why the trained model was not put in use, "" where it was.
    valued
        The value model that was trained with it.
    """

    model: Model
    trained: Model | None = None
    because: str = ""
    valued: Valued | None = None


def choose_model(
    transactions: Transactions,
    table: RfmTable,
    options: Options,
    before: Before,
    wanted: Wanted,
    data_checks: Sequence[Check],
    progress: Progress = unheard,
    *,
    pauses: Pauses | None = None,
    wording: Wording = ENGLISH,
) -> Chosen:
    """Return the model that is to segment: the one before, or a new one where it is wanted and no worse.

    Parameters
    ----------
    table
        Of the same transactions.
    data_checks
        What the data were asked.
    pauses
        Between purchases of all customers, where the transactions are those of a sample.

    Raises
    ------
    TooFewCustomersError
        If there are too few for a model.
    """
    model = wanted.earlier or before.model
    if model is not None and not wanted.new_model:
        return Chosen(model)
    known = history(transactions, table.analysis_day)
    if pauses is not None:
        known = replace(known, pauses=pauses)
    progress(0.03)
    trained = train(
        table,
        transactions=len(transactions),
        version=wanted.version,
        trained_at=wanted.trained_at,
        history=known,
        n_clusters=before.model.k if wanted.keeps_names and before.model else options.clusters,
        previous=Previous(before.model, before.numbers, before.texts),
        too_poor=too_poor(data_checks, wording),
        progress=within(progress, 0.03, VALUE_FROM),
        wording=wording,
    )
    valued = train_value(
        transactions,
        table,
        options.horizon,
        progress=within(progress, VALUE_FROM, 0.97),
        wording=wording,
    )
    trained = structs.replace(
        trained, value=_with_means(valued, trained, table), settings=wanted.settings_after(before.model)
    )
    return _decided(trained, valued, options, before, wanted, data_checks, wording)


def _decided(
    trained: Model,
    valued: Valued,
    options: Options,
    before: Before,
    wanted: Wanted,
    data_checks: Sequence[Check],
    wording: Wording,
) -> Chosen:
    """Return the trained model, or the one before where the trained one is only a candidate."""
    asked = options.clusters is not None and before.model is not None and options.clusters != before.model.k
    poor = next((check.found for check in data_checks if check.state is State.STOP), "")
    judged = verdict(trained, before.model, asked=asked, too_poor=poor, wording=wording)
    if wanted.keeps_names and before.model is not None:
        trained, judged = as_named(trained, before.model, judged)
    if judged.status == CANDIDATE and before.model is not None:
        return Chosen(before.model, trained, judged.sentence(wording), valued)
    return Chosen(trained, trained, "", valued)


def _with_means(valued: Valued, model: Model, table: RfmTable) -> ValueModel:
    """Return the value model with its mean predictions for each segment."""
    if valued.outlook is None:
        return valued.model
    clusters = assign(model, table.matrix())
    means = means_of(valued.model, valued.outlook, clusters, model.clusters)
    return structs.replace(valued.model, means=means)
