"""Segmentation of transactions: the same for a spreadsheet and for a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from server.core.cells import Cell
from server.core.data_checks.check import Check
from server.core.data_checks.checks import checks
from server.core.options import Options
from server.core.segments.at_risk import CHANGE_DAYS, AtRisk, at_risk
from server.core.segments.dashboard_figures import Figures, figures
from server.core.segments.migration import Flow, Migration, migration
from server.core.segments.model import Model, Named
from server.core.segments.moves import flows_of
from server.core.segments.name_check import NameCheck
from server.core.segments.name_fit import NAMES
from server.core.segments.prediction import assign, confidence
from server.core.segments.profiles import Profile, segment_profiles
from server.core.segments.purchase_days import before_day, own_rhythm
from server.core.segments.rfm import RfmTable, Scores, rfm_table, scores
from server.core.segments.rhythm import Rhythm, rhythm_of_model
from server.core.segments.state import states
from server.core.transactions.quality_report import QualityReport
from server.core.transactions.reader import Transactions
from server.core.value.prediction import Outlook, cells_of
from server.core.value.sums import Sum, sum_of
from server.core.wording import ENGLISH, Wording
from server.texts import to_say
from server.training.model_choice import Before, Wanted, choose_model
from server.training.names import Ballot
from server.training.progress import Progress, unheard
from server.training.scorecard import summary
from server.training.seeding import portrayed
from server.training.value import Valued, value_again

__all__ = ["Before", "Segmentation", "Stands", "Wanted", "segment_customers"]

Floats = NDArray[np.float64]
Stands = TypeVar("Stands")
"""How customers stood before, as the tabs have it."""

NEW_SPACE = to_say(
    "Segments are found in a new way from now on: by your shop's own rhythm of purchases, so that a name fits "
    "the customers who bear it. Numbers were kept where customers are shared; names that you gave have stayed."
)


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Result of a segmentation: customers with their segments.

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
    states
        Active, Slipping or Away for each customer, shape (n,).
    at_risk
        Revenue at risk.
    spend_at_risk
        Each customer's part of it, shape (n,).
    name_checks
        How names fit each segment, by cluster.
    renamed
        Former and present name of each segment that the product has renamed.
    is_new_space
        Whether the model before saw customers otherwise: told once.
    checks
        Whether the data can mean anything.
    outlook
        Expected spend, orders and likelihood of each customer, shape (n,) each; None where the model tells none.
    """

    table: RfmTable
    model: Model
    trained: Model | None
    candidate_because: str
    clusters: NDArray[np.int64]
    confidence: Floats
    profiles: list[Profile]
    migration: Migration | None
    states: NDArray[np.str_]
    at_risk: AtRisk
    spend_at_risk: Floats
    name_checks: Mapping[int, NameCheck]
    renamed: Sequence[tuple[str, str]] = ()
    is_new_space: bool = False
    checks: list[Check] = field(default_factory=list)
    outlook: Outlook | None = None

    @property
    def customers(self) -> int:
        """Number of all customers; those of `table` are fewer where a source has more than the sheet shows."""
        return len(self.table)

    @property
    def marks(self) -> Scores:
        """Scores of the customers in `table`, among all customers."""
        return scores(self.table)

    def known_before(self, stood: Stands) -> Stands:
        """Return the former state of customers from the sheet; a source has more."""
        return stood

    def flows(self) -> list[Flow]:
        """Return who went where in this run."""
        return flows_of(self.migration, self.clusters.tolist(), self.table.monetary_value.tolist())

    def figures(self, flows: Sequence[Flow], active_days: int) -> Figures:
        """Return the figures of the dashboard.

        Parameters
        ----------
        flows
            Who went where at the last run that moved anybody.
        """
        return figures(
            self.table,
            self.clusters,
            self.model.clusters,
            self.states,
            self.at_risk,
            flows,
            active_days,
        )

    def expected_in_all(self) -> Sum | None:
        """Return the expected spend of all customers together, None where it is not predicted."""
        value = self.model.value
        if value is None or self.outlook is None or not value.tells_amounts:
            return None
        return sum_of(value, self.outlook.spend)

    @property
    def worth(self) -> list[list[Cell]] | None:
        """Predictions of each customer, in the order of `layout.tabs.VALUE_HEADERS`; None where there are none."""
        value = self.model.value
        return None if value is None or self.outlook is None else cells_of(value, self.outlook)

    def expected_revenue(self) -> dict[int, Sum]:
        """Return the expected spend of each segment's customers together, by cluster; empty where unknown."""
        value = self.model.value
        if value is None or self.outlook is None or not value.tells_amounts:
            return {}
        return {
            number: sum_of(value, self.outlook.spend[self.clusters == number])
            for number in self.model.clusters
        }

    def risk_by_segment(self) -> dict[int, float]:
        """Return the revenue at risk by cluster."""
        return {
            number: float(self.spend_at_risk[self.clusters == number].sum()) for number in self.model.clusters
        }

    def summary(self, wording: Wording = ENGLISH) -> list[str]:
        """Return in plain words how the model is, and who moved."""
        sentences = summary(self.trained or self.model, wording)
        if self.candidate_because:
            sentences.insert(0, self.candidate_because)
        if self.is_new_space:
            sentences.append(wording.say(NEW_SPACE))
        if self.renamed:
            pairs = "; ".join(
                wording.say("{former} is now {name}", former=former, name=name)
                for former, name in self.renamed
            )
            sentences.append(
                wording.say("Renamed, as these segments' customers have changed: {names}.", names=pairs)
            )
        moved = self.migration.sentence(wording) if self.migration else ""
        return [*sentences, moved] if moved else sentences

    def name_fits(self, texts: Mapping[int, str], wording: Wording = ENGLISH) -> dict[int, str]:
        """Return how each segment's name fits its customers, in a sentence, by cluster.

        Parameters
        ----------
        texts
            Segment by cluster as it is to stand in `Action_Map`.
        """
        used = {self.name_checks[number].meant(text) for number, text in texts.items()}
        return {
            number: self.name_checks[number].sentence(text, used, wording) for number, text in texts.items()
        }


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
    data_checks = checks(quality, table, wording) if quality is not None else []
    chosen = choose_model(
        transactions, table, options, before, wanted, data_checks, progress, wording=wording
    )
    model, trained = chosen.model, chosen.trained
    progress(0.97)
    matrix = table.matrix()
    clusters = assign(model, matrix)
    moved = None
    if before.model is not None and before.ids:
        moved = migration(before.ids, before.rfm, table.customer_ids, matrix, before.model, model)
    rhythm = rhythm_of_model(model)
    own = own_rhythm(transactions, table.customer_ids)
    is_trained = model is trained and before.model is not None
    risk = at_risk(rhythm, table.recency, table.frequency, own.yearly_spend)
    return Segmentation(
        table=table,
        model=model,
        trained=trained,
        candidate_because=chosen.because,
        clusters=clusters,
        confidence=confidence(model, matrix, clusters),
        profiles=segment_profiles(matrix, clusters, model.clusters),
        migration=moved,
        states=states(rhythm, table.recency, table.frequency, own),
        at_risk=_at_risk(transactions, table, rhythm, risk),
        spend_at_risk=risk,
        name_checks=name_checks_of(model, matrix, clusters, rhythm),
        renamed=renamed_of(before, model) if is_trained else (),
        is_new_space=is_trained and before.model is not None and before.model.steps is None,
        checks=data_checks,
        outlook=_outlook(model, chosen.valued, transactions, table),
    )


def _at_risk(transactions: Transactions, table: RfmTable, rhythm: Rhythm, now: Floats) -> AtRisk:
    """Return the revenue at risk now and a month earlier, both by the rhythm of the model."""
    before = None
    day = table.analysis_day - dt.timedelta(days=CHANGE_DAYS)
    if (known := before_day(transactions, day)) is not None:
        then = rfm_table(known, day)
        spend = own_rhythm(known, then.customer_ids).yearly_spend
        before = float(at_risk(rhythm, then.recency, then.frequency, spend).sum())
    return AtRisk(float(now.sum()), int((now > 0).sum()), before)


def name_checks_of(
    model: Model, matrix: Floats, clusters: NDArray[np.int64], rhythm: Rhythm
) -> dict[int, NameCheck]:
    """Return how names fit each segment of these customers."""
    places = {number: place for place, number in enumerate(model.clusters)}
    labels = np.array([places[number] for number in clusters.tolist()], dtype=np.int64)
    votes = Ballot(portrayed(matrix, rhythm)).count(labels, model.k)
    named = model.named or [Named(stands_for=name) for name in model.names]
    by_cluster = {}
    for number, place in places.items():
        members = matrix[labels == place]
        a, b, c = np.median(members, axis=0).tolist() if len(members) else named[place].medians
        by_cluster[number] = NameCheck(
            fit=dict(zip(NAMES, votes.fit_customers[place].tolist(), strict=True)),
            absurd=dict(zip(NAMES, votes.absurd_customers[place].tolist(), strict=True)),
            merit=dict(zip(NAMES, votes.merit[place].tolist(), strict=True)),
            medians=(a, b, c),
            named=named[place],
        )
    return by_cluster


def renamed_of(before: Before, model: Model) -> list[tuple[str, str]]:
    """Return the former and present names of segments with the product's names that have changed."""
    assert before.model is not None
    former = dict(zip(before.model.clusters, before.model.names, strict=True))
    return [
        (former[number], name)
        for number, name in zip(model.clusters, model.names, strict=True)
        if number in former and former[number] != name and before.texts.get(number) in (None, former[number])
    ]


def _outlook(
    model: Model, valued: Valued | None, transactions: Transactions, table: RfmTable
) -> Outlook | None:
    """Return the model's predictions of its customers' spend, None where it has none."""
    if model.value is None:
        return None
    if valued is not None and structs.replace(model.value, means=[]) == valued.model:
        return valued.outlook
    return value_again(model.value, transactions, table)
