"""Decision about new segments that are not used yet: the reason, and both sets side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from server.core.segments.model import Model
from server.core.segments.prediction import assign
from server.core.wording import Wording

if TYPE_CHECKING:
    from server.core.segments.action_plans import Plan
    from server.training.segmentation import Segmentation


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of both sets, as it is to be read."""

    label: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class SetSegment:
    """One segment of a set."""

    segment: str
    customers: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Decision that a marketer makes about new segments.

    Attributes
    ----------
    version
        Of the new segments, to put them in use anyway.
    now, then
        Segments in use and new ones, the largest first.
    """

    version: int
    title: str
    reason: str
    rows: list[Row]
    now: list[SetSegment]
    then: list[SetSegment]


def decision_of(segmentation: Segmentation, texts: Mapping[int, Plan], wording: Wording) -> Decision | None:
    """Return the decision, None where the new segments are in use or none were looked for.

    Parameters
    ----------
    texts
        Name and plan by cluster of the segments in use.
    """
    trained = segmentation.trained
    if not segmentation.candidate_because or trained is None:
        return None
    names = {number: texts[number].segment for number in segmentation.model.clusters}
    new = dict(zip(trained.clusters, trained.names, strict=True))
    return Decision(
        version=trained.version,
        title=wording.say("We kept your current segments"),
        reason=segmentation.candidate_because,
        rows=_rows(segmentation.model, trained, wording),
        now=_set(segmentation.clusters.tolist(), names),
        then=_set(assign(trained, segmentation.table.matrix()).tolist(), new),
    )


def _set(clusters: Sequence[int], names: Mapping[int, str]) -> list[SetSegment]:
    numbers, counts = np.unique(np.asarray(clusters, dtype=np.int64), return_counts=True)
    sizes = sorted(zip(counts.tolist(), numbers.tolist(), strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [SetSegment(names[number], count) for count, number in sizes]


def _rows(now: Model, then: Model, wording: Wording) -> list[Row]:
    def kept(model: Model) -> str:
        share = model.figures.get("tomorrow")
        if share is None:
            return "–"
        return wording.say("{count} of 100", count=round(100 * share))

    def smallest(model: Model) -> str:
        return wording.percent(model.figures["smallest_share"], 1)

    return [
        Row(wording.say("Number of segments"), wording.number(now.k), wording.number(then.k)),
        Row(wording.say("Customers who keep their segment when it is found again"), kept(now), kept(then)),
        Row(wording.say("Smallest segment, of all customers"), smallest(now), smallest(then)),
    ]
