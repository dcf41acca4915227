"""Explanation of a customer's segment, and of what would change it. Numpy alone, as single rows ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from server.core.segments.model import Model
from server.core.segments.name_fit import fits, judged, known_name
from server.core.segments.naming import MEANINGS
from server.core.segments.percentiles import PercentileRank, Range, percentile_ranks
from server.core.segments.prediction import assign, confidence, scaled
from server.core.segments.quintiles import score
from server.core.segments.rhythm import rhythm_of_model
from server.core.segments.state import ACTIVE, AWAY, SLIPPING, states
from server.core.segments.turning_points import Change, next_order, silence_until_change
from server.core.value.prediction import typed_outlook
from server.core.value.words import OUTSIDE, outlook_sentences, scorecard
from server.core.wording import ENGLISH, Wording
from server.texts import to_say


@dataclass(frozen=True, slots=True)
class Explanation:
    """Explanation of a customer's segment: reasons, confidence, and what would change it.

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
        Inputs outside of what the model was trained on, and a name that does not fit this customer.
    state
        Active, Slipping or Away.
    is_first_order
        Whether there was one order so far.
    outlook
        What the customer is expected to spend, beside the segment and all customers; why not, where it is not told.
    """

    cluster: int
    segment: str
    confidence: float
    sentences: list[str]
    standing: list[PercentileRank]
    next_nearest: str | None
    next_order: Change
    usual_order: float
    silence: Change | None
    flags: list[str]
    state: str
    is_first_order: bool
    outlook: list[str] = field(default_factory=list)


def explain(
    model: Model,
    recency: float,
    frequency: float,
    monetary_value: float,
    names: Mapping[int, str] | None = None,
    ranges: Mapping[int, Mapping[str, Range | None]] | None = None,
    wording: Wording = ENGLISH,
    state: str = "",
    forecast: tuple[float, float, float] | None = None,
) -> Explanation:
    """Explain the segment of one customer.

    Parameters
    ----------
    names
        Segment by cluster number as the marketer has named them; the model's own where one is missing.
    ranges
        What holds for most of a segment, by cluster number and feature (`server.core.segments.percentiles.FEATURES`).
    state
        By the customer's own rhythm, as `Segmented_Customers` has it; without it the shop's rhythm decides.
    forecast
        Expected spend, orders and likelihood as the customer's purchases tell them; None has recency, frequency and
        money tell them.
    """
    called = dict(zip(model.clusters, model.names, strict=True)) | dict(names or {})
    customer = (float(recency), float(frequency), float(monetary_value))
    cluster = int(assign(model, [customer])[0])
    sure = float(confidence(model, [customer], [cluster])[0])
    segment = called[cluster]
    other = _next_nearest(model, customer, cluster)
    stands = percentile_ranks(model, customer, (ranges or {}).get(cluster), wording)
    state = state or str(states(rhythm_of_model(model), [recency], [frequency])[0])
    sentences = [*(stand.sentence for stand in stands), _state_sentence(state, frequency, wording)]
    sentences.append(_segment_sentence(model, segment, sure, wording))
    if meaning := MEANINGS.get(known_name(_meant(model, cluster, segment)), ""):
        sentences.append(
            wording.say("{segment}: customers who {meaning}.", segment=segment, meaning=wording.say(meaning))
        )
    if other is not None:
        sentences.append(wording.say("The next nearest segment is {segment}.", segment=called[other]))
    order = next_order(model, customer, cluster, called, wording)
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
        flags=[*flags(model, customer, wording), *_name_flag(model, customer, cluster, segment, wording)],
        state=state,
        is_first_order=frequency == 1,
        outlook=_outlook(model, customer, forecast, cluster, segment, wording),
    )


_STATES = {
    ACTIVE: (
        to_say("Active: silent for no longer than is usual."),
        to_say("Active: silent for no longer than is usual; this was a first order."),
    ),
    SLIPPING: (
        to_say("Slipping: came back before, and is silent for longer than is usual for them."),
        to_say("Slipping: silent for longer than is usual; this was a first order."),
    ),
    AWAY: (
        to_say("Away: silent for much longer than is usual."),
        to_say("Away: silent for much longer than is usual; this was a first order."),
    ),
}
"""What a state means for customers who came back, and for those of one order."""


def _state_sentence(state: str, frequency: float, wording: Wording) -> str:
    return wording.say(_STATES[state][frequency == 1])


def _meant(model: Model, cluster: int, segment: str) -> str:
    """Return the name that gives a segment its meaning: the marketer's where it is a usual one, else its basis."""
    place = model.clusters.index(cluster)
    if known_name(segment):
        return segment
    return model.named[place].stands_for if model.named else model.names[place]


def _name_flag(
    model: Model, customer: Sequence[float], cluster: int, segment: str, wording: Wording
) -> list[str]:
    """Return a sentence if the segment's name does not fit this customer, who is only nearest to it."""
    meant = known_name(_meant(model, cluster, segment))
    recency, frequency, money = (np.array([figure]) for figure in customer)
    r, f, m = model.quantiles
    who = judged(
        rhythm_of_model(model),
        recency,
        frequency,
        score(recency, r, reverse=True),
        score(frequency, f),
        score(money, m),
    )
    if not meant or model.steps is None or bool(fits(meant, who)[0]):
        return []
    text = wording.say(
        "{segment} is the nearest segment, but its name does not fit this customer altogether.",
        segment=segment,
    )
    return [text]


def _outlook(
    model: Model,
    customer: Sequence[float],
    forecast: tuple[float, float, float] | None,
    cluster: int,
    segment: str,
    wording: Wording,
) -> list[str]:
    value = model.value
    if value is None:
        return []
    if not value.tells:
        return scorecard(value, wording)
    sentences: list[str] = []
    if forecast is None:
        typed, clipped = typed_outlook(value, [customer])
        forecast = float(typed.spend[0]), float(typed.orders[0]), float(typed.likely[0])
        if clipped[0]:
            sentences = [wording.say(OUTSIDE)]
    amounts = forecast[:2] if value.tells_amounts else (None, None)
    return (
        outlook_sentences(value, (*amounts, forecast[2]), value.means_of(cluster), segment, wording)
        + sentences
    )


def _segment_sentence(model: Model, segment: str, sure: float, wording: Wording) -> str:
    if not model.bootstrap:
        return wording.say("The segment is {segment}.", segment=segment)
    return wording.say(
        "The segment is {segment}. Same answer in {same} of {all} re-checks.",
        segment=segment,
        same=round(sure * len(model.bootstrap)),
        all=len(model.bootstrap),
    )


def _next_nearest(model: Model, customer: Sequence[float], cluster: int) -> int | None:
    if model.k < 2:
        return None
    distances = ((np.array(model.centres) - scaled(model, [customer])[0]) ** 2).sum(axis=1)
    distances[model.clusters.index(cluster)] = np.inf
    return model.clusters[int(np.argmin(distances))]


_OUTSIDE = (
    to_say("Recency {value} is outside of what the segments were made from ({least} to {most} days)."),
    to_say("Frequency {value} is outside of what the segments were made from ({least} to {most} orders)."),
    to_say(
        "MonetaryValue {value} is outside of what the segments were made from ({least} to {most} in all)."
    ),
)


def flags(model: Model, customer: Sequence[float], wording: Wording = ENGLISH) -> list[str]:
    """Return which inputs lie outside of what the model was trained on."""
    sentences = []
    for text, value, points in zip(_OUTSIDE, customer, model.ladder, strict=True):
        if not points[0] <= value <= points[-1]:
            least, most = map(wording.significant, (points[0], points[-1]))
            sentences.append(wording.say(text, value=wording.significant(value), least=least, most=most))
    return sentences
