"""Feature space in which customers are compared: silence in steps, orders, the logarithm of money.

Silence rises where it tells something: at the pauses that half, four of five and nineteen of twenty purchases of this
shop do not exceed. Of orders the second counts most. Nothing has a unit: money in cents or recency in weeks gives
the same segments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.segments.model import Model, Steps
from server.core.segments.prediction import silence_at, transform
from server.core.segments.rhythm import Rhythm

Floats = NDArray[np.float64]

WEIGHTS = (1.0, 1.0, 0.725)
"""Silence, orders, money. Silence and orders have the heights of their steps; money is standardised."""
RANK_WEIGHT = 0.6
"""How far orders rise beyond the second, from the least frequent customer to the most frequent."""
SMALL_MONEY = 0.1
"""The unit of money is this quantile of it."""
_DIGITS = 9
"""Digits that training looks at: what is the same in other units is the same to the last bit then."""
_MOST_KNOTS = 64


@dataclass(frozen=True, slots=True)
class Space:
    """The transform of one model; see `server.core.segments.model.Model`."""

    units: tuple[float, float, float]
    mean: Floats
    scale: Floats
    steps: Steps

    def of(self, rfm: Floats) -> Floats:
        """Return customers in this space, shape (n, 3)."""
        return np.round(transform(rfm, self.units, self.mean, self.scale, WEIGHTS, self.steps), _DIGITS)

    def towards(self, other: Space, part: float) -> Space:
        """Return the space that lies a part of the way to another one, 0 to 1."""
        if part >= 1:
            return other

        def mixed(one: float, another: float) -> float:
            return one + part * (another - one)

        here, there = self.steps, other.steps
        a, b, c = (mixed(*pair) for pair in zip(here.pauses, there.pauses, strict=True))
        known, place = np.array(here.orders).T
        orders = [(f, round(mixed(float(np.interp(f, known, place)), y), _DIGITS)) for f, y in there.orders]
        steps = Steps(
            latest=mixed(here.latest, there.latest),
            pauses=(a, b, c),
            longest=mixed(here.longest, there.longest),
            orders=orders,
            is_known=there.is_known,
        )
        return Space(
            units=(a, 1.0, mixed(self.units[2], other.units[2])),
            mean=self.mean + part * (other.mean - self.mean),
            scale=self.scale + part * (other.scale - self.scale),
            steps=steps,
        )

    def back(self, X: Floats) -> Floats:
        """Return recency, frequency and money of places in this space, shape (n, 3); within what the axes reach."""
        axes = np.asarray(X) / np.array(WEIGHTS) * self.scale + self.mean
        frequency, place = np.array(self.steps.orders).T
        money = np.expm1(np.clip(axes[:, 2], 0.0, 700.0)) * self.units[2]
        return np.column_stack(
            [
                self.steps.latest + silence_at(axes[:, 0], self.steps),
                np.interp(axes[:, 1], place, frequency),
                money,
            ]
        )


def space_of(rfm: Floats, rhythm: Rhythm) -> Space:
    """Return the space of these customers.

    Parameters
    ----------
    rfm
        Recency, frequency, monetary value, shape (n, 3); the order of rows does not matter.
    """
    small_money = float(np.quantile(rfm[:, 2], SMALL_MONEY))
    units = (rhythm.usual, 1.0, small_money if small_money > 0 else 1.0)
    money = np.sort(np.round(np.log1p(rfm[:, 2] / units[2]), _DIGITS))
    spread = float(money.std())
    steps = Steps(
        latest=rhythm.latest,
        pauses=(rhythm.usual, rhythm.long, rhythm.longest),
        longest=max(float(rfm[:, 0].max()) - rhythm.latest, rhythm.longest),
        orders=_orders(rfm[:, 1]),
        is_known=rhythm.is_known,
    )
    mean = np.array([0.0, 0.0, float(money.mean())])
    return Space(units, mean, np.array([1.0, 1.0, spread if spread > 1e-6 else 1.0]), steps)


def former_space(model: Model) -> Space | None:
    """Return the space of a model, None where it is one of the former format."""
    if model.steps is None or model.weights != WEIGHTS:
        return None
    return Space(model.units, np.array(model.mean), np.array(model.scale), model.steps)


def _orders(frequency: Floats) -> list[tuple[float, float]]:
    """Return where frequencies lie on the second axis: one order at 0, the second at 1, then by rank."""
    distinct, counts = np.unique(frequency, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - counts / 2) / ends[-1]
    if distinct[0] < 2 < distinct[-1] and 2 not in distinct:  # the axis bends there
        ranks = np.insert(ranks, np.searchsorted(distinct, 2), np.interp(2, distinct, ranks))
        distinct = np.insert(distinct, np.searchsorted(distinct, 2), 2)
    if len(distinct) > _MOST_KNOTS:  # all of the small ones, then evenly over the rest
        few = _MOST_KNOTS // 2
        keep = np.unique(np.round(np.linspace(few, len(distinct) - 1, _MOST_KNOTS - few)).astype(int))
        keep = np.concatenate([np.arange(few), keep])
        distinct, ranks = distinct[keep], ranks[keep]
    places = np.clip(distinct - 1, 0.0, 1.0) + RANK_WEIGHT * (ranks - ranks[0])
    return list(zip(distinct.tolist(), np.round(places, _DIGITS).tolist(), strict=True))
