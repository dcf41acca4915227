"""Scorecard of a model: its sentences, warnings about thin data, and the verdict whether it is put in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import silhouette_score

from server.core.data_checks.checks import FEW_CUSTOMERS, ONE_TIME_SHARE
from server.core.segments.model import Model
from server.core.segments.prediction import nearest
from server.core.segments.scorecard import of_100, summary
from server.core.wording import ENGLISH, Wording
from server.training.candidates import SMALLEST_SHARE
from server.training.clustering import Floats, Points, sample

__all__ = ["CANDIDATE", "IN_USE", "Verdict", "silhouette", "summary", "verdict", "warnings"]

UNSTABLE = 0.8
SHORT_HISTORY_DAYS = 60
_SILHOUETTE_SAMPLE = 2_000

IN_USE, CANDIDATE = "in use", "candidate"
WORSE_GINI = 0.03
WORSE_STABILITY = 0.15
WORSE_REFIT = 0.15
WORSE_STALE_BEST = 0.2
WORSE_FIT = 0.05
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
    sentences, say = list(too_poor.values()), wording.say
    n = len(rfm)
    if n < FEW_CUSTOMERS and "customers" not in too_poor:
        sentences.append(
            say(
                "Few customers: {count}. Segments of fewer than {few} customers shift easily.",
                count=n,
                few=FEW_CUSTOMERS,
            )
        )
    one_time = float((rfm[:, 1] == 1).mean())
    if one_time >= ONE_TIME_SHARE and "apart" not in too_poor:
        sentences.append(
            say(
                "{share} of the customers bought once: frequency tells little about them.",
                share=wording.percent(one_time),
            )
        )
    if np.ptp(rfm[:, 0]) < SHORT_HISTORY_DAYS and not {"apart", "history"}.intersection(too_poor):
        sentences.append(
            say(
                "Short history: all last orders lie within {days} days, so recency tells little.",
                days=int(np.ptp(rfm[:, 0])) + 1,
            )
        )
    if k > 1 and stability < UNSTABLE:
        sentences.append(
            say(
                "The segments are not stable: another draw of the same customers gives other ones (agreement "
                "{agreement}; {same} is the same, {chance} is chance).",
                agreement=wording.percent(stability),
                same=wording.percent(1),
                chance=wording.percent(0),
            )
        )
    if smallest_share < SMALLEST_SHARE:
        sentences.append(
            say(
                "With {segments} segments as Settings asks for, the smallest has {share} of the customers."
                if chosen_by_marketer
                else "With {segments} segments, the smallest has {share} of the customers.",
                segments=k,
                share=wording.percent(smallest_share, 1),
            )
        )
    if k == 1:
        sentences.append(say("All customers have the same values: there is one segment."))
    return sentences


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a model is put in use, and why not; `status` is "in use" or "candidate"."""

    status: str
    reasons: list[str]

    def sentence(self, wording: Wording = ENGLISH) -> str:
        """Return it in the marketer's words; "" where the model is put in use."""
        if self.status == IN_USE:
            return ""
        return wording.say(
            "We kept your current segments: {reasons}. You can use the new ones anyway.",
            reasons="; ".join(map(wording.say, self.reasons)),
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
    reasons = [
        *_poor_data(model, former, too_poor, wording),
        *_tells_less(model, former, wording),
        *_holds_less(model, former, wording),
        *([] if asked else _moves_customers(model, former, wording)),
    ]
    return Verdict(CANDIDATE if reasons else IN_USE, reasons)


def _poor_data(model: Model, former: Model, too_poor: str, wording: Wording) -> Iterator[str]:
    """Yield what the data lack beside those of the model in use."""
    if too_poor and not former.figures.get("too_poor", 0.0):
        yield wording.say("the orders are too few to go by ({why})", why=too_poor.removesuffix("."))
    if model.customers < FEWEST_OF_FORMER * former.customers:
        yield wording.say(
            "the new ones have {new} customers, {now} now: is Training_Data complete?",
            new=wording.number(model.customers),
            now=wording.number(former.customers),
        )


def _tells_less(model: Model, former: Model, wording: Wording) -> Iterator[str]:
    """Yield what the segments predict less well."""
    new, old = model.figures, former.figures
    say, decimal, percent = wording.say, wording.decimal, wording.percent
    if "gini_former" in new and new["gini_former"] - new.get("gini_as_it_is", 0.0) > WORSE_GINI:
        yield say(
            "the new ones tell less well who will spend ({new}, {now} now)",
            new=decimal(new["gini_as_it_is"], 2),
            now=decimal(new["gini_former"], 2),
        )
    if new.get("name_fit_former", 0.0) - new.get("name_fit", 1.0) > WORSE_FIT:
        yield say(
            "the names of the new ones fit fewer customers ({new}, {now} now)",
            new=of_100(new["name_fit"], wording),
            now=of_100(new["name_fit_former"], wording),
        )
    if model.k != former.k and old["stability"] - new["stability"] > WORSE_STABILITY:
        yield say(
            "the new ones are less repeatable ({new} agree when they are found again, {now} now)",
            new=percent(new["stability"]),
            now=percent(old["stability"]),
        )


def _holds_less(model: Model, former: Model, wording: Wording) -> Iterator[str]:
    """Yield what would hold less long."""
    new, old = model.figures, former.figures
    if old["tomorrow"] - new["tomorrow"] > WORSE_REFIT:
        yield wording.say(
            "the new ones are less repeatable ({new} customers would keep their segment, {now} now)",
            new=of_100(new["tomorrow"], wording),
            now=of_100(old["tomorrow"], wording),
        )
    if new["ghosts"] - old["ghosts"] > WORSE_STALE_BEST:
        yield wording.say(
            "{new} top customers would stay in the top group though they stop buying ({now} now)",
            new=of_100(new["ghosts"], wording),
            now=of_100(old["ghosts"], wording),
        )


def _moves_customers(model: Model, former: Model, wording: Wording) -> Iterator[str]:
    """Yield what another number of segments would explain."""
    new, old = model.figures, former.figures
    if new.get("agreement", 1.0) < LEAST_AGREEMENT and not _gains(new):
        yield wording.say(
            "only {count} of 100 customers would keep their segment, and the new ones tell no better who will spend",
            count=round(100 * new["agreement"]),
        )
    too_small = SMALLEST_SHARE / 2
    if new["smallest_share"] < too_small <= old["smallest_share"]:
        yield wording.say(
            "the smallest of the new ones has only {share} of the customers",
            share=wording.percent(new["smallest_share"], 1),
        )


def _gains(figures: dict[str, float]) -> bool:
    spend = figures.get("gini_as_it_is", 0.0) - figures.get("gini_former", 0.0)
    names = figures.get("name_fit", 0.0) - figures.get("name_fit_former", figures.get("name_fit", 0.0))
    return spend > WORSE_GINI or names > WORSE_FIT
