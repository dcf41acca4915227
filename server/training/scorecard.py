"""What a model's figures say, where its data is thin, and whether it is put in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import silhouette_score

from server.core.model import Model
from server.core.prediction import nearest
from server.core.sanity import FEW_CUSTOMERS, ONE_TIME_SHARE
from server.core.scorecard import of_100, summary
from server.core.wording import ENGLISH, Wording
from server.training.choosing_k import SMALLEST_SHARE
from server.training.clustering import Floats, Points, sample

__all__ = ["CANDIDATE", "IN_USE", "Verdict", "silhouette", "summary", "verdict", "warnings"]

UNSTABLE = 0.8
SHORT_HISTORY_DAYS = 60
_SILHOUETTE_SAMPLE = 2_000

IN_USE, CANDIDATE = "in use", "candidate"
WORSE_GINI = 0.03
WORSE_STABILITY = 0.15
WORSE_TOMORROW = 0.15
WORSE_GHOSTS = 0.2
FEWEST_OF_FORMER = 0.5
LEAST_AGREEMENT = 0.5
"""Margins of the gate: a model that is worse than the one in use by more than one of these waits. The agreement
of fresh fits says something of the number of segments, so it counts only where that changed."""


def silhouette(points: Points, centres: Floats, random_state: int) -> float:
    """Return the mean silhouette of a sample; 0 where it is not defined. Shown, never decisive."""
    drawn = sample(points, _SILHOUETTE_SAMPLE, np.random.default_rng(random_state))
    labels = nearest(drawn.X, centres)
    if not 2 <= len(np.unique(labels)) < len(labels):
        return 0.0
    return float(silhouette_score(drawn.X, labels))


def warnings(
    rfm: Floats,
    *,
    smallest_share: float,
    stability: float,
    k: int,
    chosen_by_marketer: bool,
    too_poor: Mapping[str, str],
    wording: Wording = ENGLISH,
) -> list[str]:
    """Return what to mind about the data and the model.

    Parameters
    ----------
    too_poor
        What makes the data too poor to mean anything: told first, and in the place of a milder warning.
    """
    told = list(too_poor.values())
    n = len(rfm)
    if n < FEW_CUSTOMERS and "customers" not in too_poor:
        told.append(f"Few customers: {n}. Segments of fewer than {FEW_CUSTOMERS} customers shift easily.")
    one_time = float((rfm[:, 1] == 1).mean())
    if one_time >= ONE_TIME_SHARE and "apart" not in too_poor:
        told.append(
            f"{wording.percent(one_time)} of the customers bought once: frequency tells little about them."
        )
    if np.ptp(rfm[:, 0]) < SHORT_HISTORY_DAYS and not {"apart", "history"}.intersection(too_poor):
        told.append(
            f"Short history: all last purchases lie within {int(np.ptp(rfm[:, 0])) + 1} days, "
            "so recency tells little."
        )
    if k > 1 and stability < UNSTABLE:
        told.append(
            "The segments are not stable: another draw of the same customers gives other ones "
            f"(agreement {wording.percent(stability)}; {wording.percent(1)} is the same, {wording.percent(0)} is "
            "chance)."
        )
    if smallest_share < SMALLEST_SHARE:
        wish = " as Settings asks for" if chosen_by_marketer else ""
        share = wording.percent(smallest_share, 1)
        told.append(f"With {k} segments{wish}, the smallest has {share} of the customers.")
    if k == 1:
        told.append("All customers have the same values: there is one segment.")
    return told


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a model is put in use, and why not; `status` is "in use" or "candidate"."""

    status: str
    reasons: list[str]

    @property
    def sentence(self) -> str:
        """Return it in the marketer's words; "" where the model is put in use."""
        if self.status == IN_USE:
            return ""
        return (
            f"The new model was kept as a candidate and not put in use: {'; '.join(self.reasons)}. "
            "You can put it in use all the same."
        )


def verdict(
    model: Model,
    former: Model | None,
    *,
    asked: bool = False,
    too_poor: str = "",
    wording: Wording = ENGLISH,
) -> Verdict:
    """Compare a new model with the one in use.

    A first model is always put in use, with its warnings.

    Parameters
    ----------
    asked
        The marketer asked for another number of segments: that customers change segment is no reason then.
    too_poor
        What makes the data too poor to mean anything, "" where nothing does. Where the model in use was made of such
        data too, that is no reason to wait.
    """
    if former is None:
        return Verdict(IN_USE, [])
    new, old = model.figures, former.figures
    decimal, percent = wording.decimal, wording.percent
    reasons = []
    if too_poor and not old.get("too_poor", 0.0):
        what = too_poor[:1].lower() + too_poor[1:].removesuffix(".")
        reasons.append(f"its data are too poor to mean anything ({what})")
    if model.customers < FEWEST_OF_FORMER * former.customers:
        reasons.append(
            f"it has {wording.number(model.customers)} customers, the model in use "
            f"{wording.number(former.customers)}: is Training_Data complete?"
        )
    if "gini_former" in new and new["gini_former"] - new.get("gini_as_it_is", 0.0) > WORSE_GINI:
        reasons.append(
            f"it tells less well who will spend ({decimal(new['gini_as_it_is'], 2)}; the model in use "
            f"{decimal(new['gini_former'], 2)})"
        )
    if model.k != former.k and old["stability"] - new["stability"] > WORSE_STABILITY:
        reasons.append(
            f"its segments are less stable (agreement {percent(new['stability'])}; the model in use "
            f"{percent(old['stability'])})"
        )
    if old["tomorrow"] - new["tomorrow"] > WORSE_TOMORROW:
        reasons.append(
            f"the next retrain would leave only {of_100(new['tomorrow'])} customers in their segment "
            f"({of_100(old['tomorrow'])} in the model in use)"
        )
    if new["ghosts"] - old["ghosts"] > WORSE_GHOSTS:
        reasons.append(
            f"{of_100(new['ghosts'])} of its best customers would stay best however long they are away "
            f"({of_100(old['ghosts'])} in the model in use)"
        )
    if not asked and new.get("agreement", 1.0) < LEAST_AGREEMENT and not _gains(new):
        reasons.append(
            f"only {of_100(new['agreement'])} customers would keep their segment, and it tells no better who "
            "will spend"
        )
    too_small = SMALLEST_SHARE / 2
    if new["smallest_share"] < too_small <= old["smallest_share"] and not asked:
        share = percent(new["smallest_share"], 1)
        reasons.append(f"its smallest segment has only {share} of the customers")
    return Verdict(CANDIDATE if reasons else IN_USE, reasons)


def _gains(figures: dict[str, float]) -> bool:
    return figures.get("gini_as_it_is", 0.0) - figures.get("gini_former", 0.0) > WORSE_GINI
