"""Where a customer stands among those of the training, and where the segment stands: figures for a picture, and words.

A place is a share of the training's customers, so that skewed figures spread over the whole scale: 0 is who bought
longest ago, least often, for least; 1 the contrary.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.core.model import Model
from server.core.wording import ENGLISH, Wording

Range = tuple[float, float]
FEATURES = ("recency", "frequency", "money")


@dataclass(frozen=True, slots=True)
class SegmentRange:
    """What holds for most of a segment: least and largest value, and the places of its worse and better end."""

    low: float
    high: float
    worse: float
    better: float


@dataclass(frozen=True, slots=True)
class Standing:
    """One figure of a customer among all.

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
    """

    feature: str
    value: float
    ahead: float
    place: float
    segment: SegmentRange | None
    sentence: str


def standing(
    model: Model,
    customer: Sequence[float],
    ranges: Mapping[str, Range | None] | None = None,
    wording: Wording = ENGLISH,
) -> list[Standing]:
    """Return where a customer stands by each feature.

    Parameters
    ----------
    customer
        Recency in days, frequency, monetary value.
    ranges
        The segment's range of each feature, in the feature's unit.
    """
    found = []
    for axis, (feature, value) in enumerate(zip(FEATURES, customer, strict=True)):
        below, above = share_below(model, axis, value), share_above(model, axis, value)
        middle = (below + 1 - above) / 2
        is_recency = feature == "recency"
        found.append(
            Standing(
                feature=feature,
                value=value,
                ahead=above if is_recency else below,
                place=1 - middle if is_recency else middle,
                segment=_segment(model, axis, (ranges or {}).get(feature)),
                sentence=_sentence(feature, value, above if is_recency else below, wording),
            )
        )
    return found


def _segment(model: Model, axis: int, within: Range | None) -> SegmentRange | None:
    if within is None:
        return None
    low, high = within
    first, last = share_below(model, axis, low), 1 - share_above(model, axis, high)
    worse, better = (1 - last, 1 - first) if axis == 0 else (first, last)
    return SegmentRange(low, high, worse, better)


def _sentence(feature: str, value: float, ahead: float, wording: Wording) -> str:
    share = wording.percent(ahead)
    if feature == "recency":
        days = "today" if value < 1 else f"{wording.counted(math.floor(value), 'day')} ago"
        return f"Bought {days}: more recently than {share} of customers."
    if feature == "frequency":
        return f"{wording.counted(int(value), 'order')}: more than {share} of customers have."
    return f"Spent {wording.decimal(value, 2)} in all: more than {share} of customers."


def share_below(model: Model, axis: int, value: float) -> float:
    """Return the share of the training's customers with less, to about a percent."""
    ladder = np.array(model.ladder[axis])
    first = int(np.searchsorted(ladder, value, side="left"))
    if first == 0:
        return 0.0
    if first == len(ladder):
        return 1.0
    low, high = ladder[first - 1], ladder[first]
    if value == high:  # up to where equal ones begin
        return (first - 0.5) / 100 if np.count_nonzero(ladder == high) > 1 else first / 100
    return float((first - 1 + (value - low) / (high - low)) / 100)


def share_above(model: Model, axis: int, value: float) -> float:
    """Return the share of the training's customers with more, to about a percent."""
    ladder = np.array(model.ladder[axis])
    last = int(np.searchsorted(ladder, value, side="right"))
    if last == len(ladder):
        return 0.0
    if last == 0:
        return 1.0
    low, high = ladder[last - 1], ladder[last]
    if value == low:
        return 1 - ((last - 0.5) / 100 if np.count_nonzero(ladder == low) > 1 else (last - 1) / 100)
    return float(1 - (last - 1 + (value - low) / (high - low)) / 100)
