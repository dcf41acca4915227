"""Drift: whether customers still resemble the training customers, and which rows have aged.

The population stability index compares shares in the training's tenths with shares now: the sum of
(now - then) ln(now / then). By the usual reading, up to .1 is nothing, over .25 a change that asks for a new
model (Siddiqi, "Credit Risk Scorecards", 2006).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.segments.model import Model
from server.core.segments.prediction import assign
from server.core.wording import ENGLISH, Wording

Floats = NDArray[np.float64]

MEANS_SOMETHING = 200
"""With fewer rows the index is mostly chance: of 200 rows it is .045 on average where nothing changed."""
SHIFTING = 0.1
"""Over it customers begin to differ."""
ADVISES_RETRAIN = 0.25
"""Over it they have changed."""
_AXES = ("recency", "frequency", "money")
_LEAST_SHARE = 0.005
"""Half a step of the points: what is smaller cannot be told apart, and would weigh in the logarithm."""


@dataclass(frozen=True, slots=True)
class Drift:
    """The index of recency, frequency and money, and how many rows it was measured on."""

    indices: tuple[float, float, float]
    rows: int

    @property
    def means_something(self) -> bool:
        """Whether there are rows enough."""
        return self.rows >= MEANS_SOMETHING

    @property
    def advises_retrain(self) -> bool:
        """Whether the customers have changed so much that a new model is due."""
        return self.means_something and max(self.indices) > ADVISES_RETRAIN

    def sentence(self, wording: Wording = ENGLISH) -> str:
        """Return it in the marketer's words."""
        rows = wording.number(self.rows)
        if not self.means_something:
            return wording.say(
                "1 customer was labelled with these segments. From {least} on the add-on tells whether new "
                "customers differ."
                if self.rows == 1
                else "{rows} customers were labelled with these segments. From {least} on the add-on tells whether new "
                "customers differ.",
                rows=rows,
                least=MEANS_SOMETHING,
            )
        changed, shifting = self._over(ADVISES_RETRAIN), self._over(SHIFTING)
        if changed:
            return wording.say(
                "The last {rows} customers labelled differ in {what} from those the segments were made from. Paste "
                "newer orders, then choose Find new segments.",
                rows=rows,
                what=_named(changed),
            )
        if shifting:
            return wording.say(
                "The last {rows} customers labelled begin to differ in {what} from those the segments were made from. "
                "Nothing to do yet.",
                rows=rows,
                what=_named(shifting),
            )
        return wording.say(
            "The last {rows} customers labelled are like those the segments were made from.", rows=rows
        )

    def _over(self, least: float) -> list[str]:
        return [name for name, index in zip(_AXES, self.indices, strict=True) if index > least]


def _named(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def population_stability(model: Model, rfm: ArrayLike) -> Drift:
    """Return how far customers are from those of the training.

    Parameters
    ----------
    rfm
        Recency in days, frequency, monetary value of the customers scored since; shape (n, 3).
    """
    rows = np.asarray(rfm, dtype=np.float64).reshape(-1, 3)
    a, b, c = (_index(np.array(model.ladder[axis]), rows[:, axis]) for axis in range(3))
    return Drift((a, b, c), len(rows))


def _index(points: Floats, values: Floats) -> float:
    if not len(values):
        return 0.0
    edges = np.unique(points[10:100:10])
    edges = edges[edges < points[-1]]
    then = np.diff(np.concatenate([[0.0], _share_up_to(points, edges), [1.0]]))
    places = np.searchsorted(edges, values, side="left")
    now = np.bincount(places, minlength=len(then)) / len(values)
    then, now = np.maximum(then, _LEAST_SHARE), np.maximum(now, _LEAST_SHARE)
    return float(((now - then) * np.log(now / then)).sum())


def _share_up_to(points: Floats, values: Floats) -> Floats:
    """Return the share of the training's customers with at most these values, to a percent."""
    return np.clip((np.searchsorted(points, values, side="right") - 0.5) / 100, 0.0, 1.0)


def aged(model: Model, rfm: ArrayLike, clusters: ArrayLike, days_since: ArrayLike) -> NDArray[np.bool_]:
    """Return which rows have left their segment by the calendar alone.

    Parameters
    ----------
    rfm
        As they were scored, shape (n, 3).
    clusters
        What they were given, shape (n,).
    days_since
        Whole days since they were scored, shape (n,).
    """
    grown = np.array(rfm, dtype=np.float64).reshape(-1, 3)
    grown[:, 0] += np.maximum(np.asarray(days_since, dtype=np.float64), 0.0)
    return np.asarray(assign(model, grown) != np.asarray(clusters))
