"""Turning points of a customer: the next order, and the silence, that would change the segment.

Silence moves a customer along one axis of the model's space. There the difference of the squared distances to
two centres is linear, so the day on which another centre becomes the nearer one is solved for, not searched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.core.segments.model import Model
from server.core.segments.prediction import assign, scaled, silence_at
from server.core.wording import ENGLISH, Wording

_LONGEST_SILENCE_DAYS = 730
"""What takes longer than two years is not said: nobody plans for it."""

_AXIS = {"recency": 0, "frequency": 1, "monetary_value": 2}


@dataclass(frozen=True, slots=True)
class Change:
    """Segment that a customer would move to.

    Attributes
    ----------
    days
        Whole days of silence from now until then; 0 where it is no matter of days.
    """

    cluster: int
    segment: str
    sentence: str
    days: int = 0


def usual_order(customer: Sequence[float]) -> tuple[float, float, float]:
    """Return a customer after the next usual order: bought a day ago, one order more, the usual amount more.

    >>> usual_order((40, 2, 60))
    (1.0, 3.0, 90.0)
    """
    _recency, frequency, money = customer
    return 1.0, frequency + 1.0, money + money / frequency


def next_order(
    model: Model,
    customer: Sequence[float],
    cluster: int,
    called: Mapping[int, str],
    wording: Wording = ENGLISH,
) -> Change:
    """Return what the next usual order would make of a customer."""
    number = int(assign(model, [usual_order(customer)])[0])
    if number == cluster:
        text = wording.say("Another usual order leaves this customer in {segment}.", segment=called[number])
    else:
        text = wording.say("Another usual order moves this customer to {segment}.", segment=called[number])
    return Change(number, called[number], text)


def crossing(model: Model, customer: Sequence[float], axis: str, place: int, other: int) -> float | None:
    """Return the value from which on another centre is nearer, as one input grows; None where none is.

    Parameters
    ----------
    axis
        "recency", "frequency" or "monetary_value".
    place, other
        Places of two centres in the model: the one that is nearer now, and the other.
    """
    along = _AXIS[axis]
    a, b = np.array(model.centres[place]), np.array(model.centres[other])
    if b[along] <= a[along]:
        return None
    x = scaled(model, [customer])[0]
    rest = [i for i in range(3) if i != along]
    apart = float(((x - b)[rest] ** 2 - (x - a)[rest] ** 2).sum())
    gap = float(
        b[along] - a[along]
    )  # as floats of Python: beside a tiny gap the result is infinite, without a warning
    at = float(b[along] ** 2 - a[along] ** 2 + apart) / (2 * gap)
    return _input_at(model, along, at / model.weights[along] * model.scale[along] + model.mean[along])


def _input_at(model: Model, along: int, place: float) -> float:
    """Return the input that lies at a place on its axis, infinite beyond what the axis reaches."""
    steps = model.steps
    if steps is not None and along == _AXIS["recency"]:
        return steps.latest + float(silence_at(place, steps))
    if steps is not None and along == _AXIS["frequency"]:
        frequency, places = np.array(steps.orders).T
        return float(np.interp(place, places, frequency)) if place <= places[-1] else math.inf
    return math.expm1(place) * model.units[along] if place < 700 else math.inf


def silence_until_change(
    model: Model,
    customer: Sequence[float],
    cluster: int,
    called: Mapping[int, str],
    wording: Wording = ENGLISH,
) -> Change | None:
    """Return after how many whole days without an order a customer leaves the segment, and for which."""
    place = model.clusters.index(cluster)
    others = [
        crossing(model, customer, "recency", place, other) for other in range(model.k) if other != place
    ]
    at = min((other for other in others if other is not None), default=math.inf)
    if at - customer[0] > _LONGEST_SILENCE_DAYS:
        return None
    days = max(1, math.ceil(at - customer[0]))

    def then(silent: int) -> int:
        return int(assign(model, [(customer[0] + silent, customer[1], customer[2])])[0])

    while days > 1 and then(days - 1) != cluster:  # rounding of the last bit, or a tie
        days -= 1
    while then(days) == cluster and days <= _LONGEST_SILENCE_DAYS:
        days += 1
    number = then(days)
    if days > _LONGEST_SILENCE_DAYS:
        return None
    text = wording.say(
        "After 1 more day without an order this customer moves to {segment}."
        if days == 1
        else "After {days} more days without an order this customer moves to {segment}.",
        days=wording.number(days),
        segment=called[number],
    )
    return Change(number, called[number], text, days)
