"""Why a customer is in a segment, and what would change it: numpy alone, as it is asked for single rows.

Silence moves a customer along one axis of the model's space. There the difference of the squared distances to
two centres is linear, so the day on which another centre becomes the nearer one is solved for, not searched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.core.model import Model
from server.core.prediction import assign, confidence, scaled
from server.core.standing import Range, Standing, standing
from server.core.wording import ENGLISH, Wording

_LONGEST_SILENCE_DAYS = 36_500
_AXIS = {"recency": 0, "frequency": 1, "monetary_value": 2}


@dataclass(frozen=True, slots=True)
class Change:
    """A segment that a customer would come into.

    Attributes
    ----------
    days
        Whole days of silence from now until then; 0 where it is no matter of days.
    """

    cluster: int
    segment: str
    sentence: str
    days: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, how sure, what next.

    Attributes
    ----------
    confidence
        Share of the models trained on other draws of the same customers that give the same segment.
    standing
        Each figure among those of all customers; the first sentences say it in words.
    next_nearest
        The segment that the customer is closest to apart from its own; None where there is one segment.
    usual_order
        What this customer spends with an order, on average.
    silence
        None where no silence changes the segment.
    flags
        Inputs outside of what the model was trained on.
    """

    cluster: int
    segment: str
    confidence: float
    sentences: list[str]
    standing: list[Standing]
    next_nearest: str | None
    next_order: Change
    usual_order: float
    silence: Change | None
    flags: list[str]


def explain(
    model: Model,
    recency: float,
    frequency: float,
    monetary_value: float,
    names: Mapping[int, str] | None = None,
    ranges: Mapping[int, Mapping[str, Range | None]] | None = None,
    wording: Wording = ENGLISH,
) -> Explanation:
    """Explain the segment of one customer.

    Parameters
    ----------
    names
        Segment by cluster number as the marketer has named them; the model's own where one is missing.
    ranges
        What holds for most of a segment, by cluster number and feature (`server.core.standing.FEATURES`).
    """
    called = dict(zip(model.clusters, model.names, strict=True)) | dict(names or {})
    customer = (float(recency), float(frequency), float(monetary_value))
    cluster = int(assign(model, [customer])[0])
    sure = float(confidence(model, [customer], [cluster])[0])
    segment = called[cluster]
    other = _next_nearest(model, customer, cluster)
    stands = standing(model, customer, (ranges or {}).get(cluster), wording)
    sentences = [*(each.sentence for each in stands), _segment_sentence(model, segment, sure)]
    if other is not None:
        sentences.append(f"The next nearest segment is {called[other]}.")
    order = next_order(model, customer, cluster, called)
    silence = silence_until_change(model, customer, cluster, called, wording)
    return Explanation(
        cluster=cluster,
        segment=segment,
        confidence=sure,
        sentences=sentences,
        standing=stands,
        next_nearest=called[other] if other is not None else None,
        next_order=order,
        usual_order=monetary_value / frequency,
        silence=silence,
        flags=flags(model, customer, wording),
    )


def _segment_sentence(model: Model, segment: str, sure: float) -> str:
    if not model.bootstrap:
        return f"The segment is {segment}."
    agree = round(sure * len(model.bootstrap))
    return (
        f"The segment is {segment}: so say {agree} of {len(model.bootstrap)} models made from other draws of "
        "your customers."
    )


def _next_nearest(model: Model, customer: Sequence[float], cluster: int) -> int | None:
    if model.k < 2:
        return None
    distances = ((np.array(model.centres) - scaled(model, [customer])[0]) ** 2).sum(axis=1)
    distances[model.clusters.index(cluster)] = np.inf
    return model.clusters[int(np.argmin(distances))]


def usual_order(customer: Sequence[float]) -> tuple[float, float, float]:
    """Return a customer after the next usual order: bought a day ago, one order more, the usual amount more.

    >>> usual_order((40, 2, 60))
    (1.0, 3.0, 90.0)
    """
    _recency, frequency, money = customer
    return 1.0, frequency + 1.0, money + money / frequency


def next_order(model: Model, customer: Sequence[float], cluster: int, called: Mapping[int, str]) -> Change:
    """Return what the next usual order would make of a customer."""
    number = int(assign(model, [usual_order(customer)])[0])
    if number == cluster:
        told = f"Another usual order leaves this customer in {called[number]}."
    else:
        told = f"Another usual order makes this customer {called[number]}."
    return Change(number, called[number], told)


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
    at = (b[along] ** 2 - a[along] ** 2 + apart) / (2 * (b[along] - a[along]))
    logged = at / model.weights[along] * model.scale[along] + model.mean[along]
    return math.expm1(logged) * model.units[along] if logged < 700 else math.inf


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
    at = min((each for each in others if each is not None), default=math.inf)
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
    told = (
        f"After {wording.counted(days, 'more day')} without an order this customer goes to {called[number]}."
    )
    return Change(number, called[number], told, days)


def flags(model: Model, customer: Sequence[float], wording: Wording = ENGLISH) -> list[str]:
    """Return which inputs lie outside of what the model was trained on."""
    told = []
    names = (("Recency", "days"), ("Frequency", "orders"), ("MonetaryValue", "in all"))
    for (name, unit), value, ladder in zip(names, customer, model.ladder, strict=True):
        if not ladder[0] <= value <= ladder[-1]:
            told.append(
                f"{name} {wording.significant(value)} is outside of what the segments were made from "
                f"({wording.significant(ladder[0])} to {wording.significant(ladder[-1])} {unit})."
            )
    return told
