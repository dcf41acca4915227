"""Percentile ranks of a customer and of the segment among the training customers: figures and words.

A place is a share of the training's customers, so that skewed figures spread over the whole scale: 0 is who bought
longest ago, least often, for least; 1 the contrary.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.core.segments.model import Model
from server.core.segments.rhythm import longer_than, rhythm_of_model
from server.core.wording import ENGLISH, Wording

Range = tuple[float, float]
FEATURES = ("recency", "frequency", "money")


@dataclass(frozen=True, slots=True)
class SegmentRange:
    """Range that holds for most of a segment: its ends as values and as percentile ranks."""

    low: float
    high: float
    worse: float
    better: float


@dataclass(frozen=True, slots=True)
class PercentileRank:
    """Percentile rank of one figure of a customer.

    Attributes
    ----------
    feature
        One of `FEATURES`.
    ahead
        Share of customers that this one is ahead of: more recent, more orders, more money.
    place
        The middle of those who have the same, 0 to 1.
    segment
        None where the segment's range is not known.
    pause
        A silence among the shop's usual pauses, in words; "" for other features, and where no pauses are known.
    """

    feature: str
    value: float
    ahead: float
    place: float
    segment: SegmentRange | None
    sentence: str
    pause: str = ""


def percentile_ranks(
    model: Model,
    customer: Sequence[float],
    ranges: Mapping[str, Range | None] | None = None,
    wording: Wording = ENGLISH,
) -> list[PercentileRank]:
    """Return the percentile rank of a customer by each feature.

    Parameters
    ----------
    customer
        Recency in days, frequency, monetary value.
    ranges
        The segment's range of each feature, in the feature's unit.
    """
    ranks = []
    rhythm = rhythm_of_model(model)
    for axis, (feature, value) in enumerate(zip(FEATURES, customer, strict=True)):
        below, above = share_below(model, axis, value), share_above(model, axis, value)
        middle = (below + 1 - above) / 2
        is_recency = feature == "recency"
        pause = wording.say(longer_than(rhythm, float(rhythm.silence(value)))) if is_recency else ""
        ranks.append(
            PercentileRank(
                feature=feature,
                value=value,
                ahead=above if is_recency else below,
                place=1 - middle if is_recency else middle,
                segment=_segment(model, axis, (ranges or {}).get(feature)),
                sentence=_sentence(feature, value, above if is_recency else below, pause, wording),
                pause=pause,
            )
        )
    return ranks


def _segment(model: Model, axis: int, within: Range | None) -> SegmentRange | None:
    if within is None:
        return None
    low, high = within
    first, last = share_below(model, axis, low), 1 - share_above(model, axis, high)
    worse, better = (1 - last, 1 - first) if axis == 0 else (first, last)
    return SegmentRange(low, high, worse, better)


def _sentence(feature: str, value: float, ahead: float, pause: str, wording: Wording) -> str:
    share = wording.percent(ahead)
    if feature == "recency":
        bought = _bought(math.floor(value), share, wording)
        return wording.say("{bought}, and {pause}.", bought=bought, pause=pause) if pause else f"{bought}."
    if feature == "frequency":
        return wording.plural(
            int(value),
            "1 order: more than {share} of customers have.",
            "{number} orders: more than {share} of customers have.",
            share=share,
        )
    return wording.say(
        "Spent {money} in all: more than {share} of customers.", money=wording.decimal(value, 2), share=share
    )


def _bought(days: int, share: str, wording: Wording) -> str:
    if not days:
        return wording.say("Bought today: more recently than {share} of customers", share=share)
    return wording.plural(
        days,
        "Bought 1 day ago: more recently than {share} of customers",
        "Bought {number} days ago: more recently than {share} of customers",
        share=share,
    )


def share_below(model: Model, axis: int, value: float) -> float:
    """Return the share of the training's customers with less, to about a percent."""
    points = np.array(model.ladder[axis])
    first = int(np.searchsorted(points, value, side="left"))
    if first == 0:
        return 0.0
    if first == len(points):
        return 1.0
    low, high = points[first - 1], points[first]
    if value == high:  # up to where equal ones begin
        return (first - 0.5) / 100 if np.count_nonzero(points == high) > 1 else first / 100
    return float((first - 1 + (value - low) / (high - low)) / 100)


def share_above(model: Model, axis: int, value: float) -> float:
    """Return the share of the training's customers with more, to about a percent."""
    points = np.array(model.ladder[axis])
    last = int(np.searchsorted(points, value, side="right"))
    if last == len(points):
        return 0.0
    if last == 0:
        return 1.0
    low, high = points[last - 1], points[last]
    if value == low:
        return 1 - ((last - 0.5) / 100 if np.count_nonzero(points == low) > 1 else (last - 1) / 100)
    return float(1 - (last - 1 + (value - low) / (high - low)) / 100)
