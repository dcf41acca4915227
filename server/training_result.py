"""What a segmentation did, for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.core.checks import Check, State, notes, worst
from server.core.model import Model
from server.core.plans import Plan
from server.core.wording import Wording
from server.layout import DATA_QUALITY

if TYPE_CHECKING:
    from server.training.segmentation import Segmentation
    from server.training_data import ReadTransactions


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """One segment."""

    cluster: int
    segment: str
    action_plan: str
    customers: int
    share: float
    revenue_share: float


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a segmentation did; `candidate` is a new model that was not put in use."""

    model: Model
    candidate: Model | None
    summary: list[str]
    segments: list[SegmentLine]
    quality: dict[str, Any]
    quality_sentences: list[str]
    checks: list[Check]
    rfm_customers: int
    scored: int
    message: str


def training_result(
    found: Segmentation,
    texts: Mapping[int, Plan],
    read: ReadTransactions,
    scored: int,
    told: str,
    wording: Wording,
    *,
    is_put_back: bool,
) -> TrainingResult:
    """Return the answer.

    Parameters
    ----------
    texts
        Name and plan by cluster, as they were written.
    scored
        Rows of `New User` that waited and were scored.
    told
        What is to be said of them, added to the message.
    wording
        Writes the numbers of the texts.
    is_put_back
        An earlier version was put in use.
    """
    return TrainingResult(
        model=found.model,
        candidate=found.trained if found.candidate_because else None,
        summary=found.summary(wording),
        segments=[
            SegmentLine(
                cluster=profile.cluster,
                segment=texts[profile.cluster].segment,
                action_plan=texts[profile.cluster].action_plan,
                customers=profile.customers,
                share=profile.customers / len(found.table),
                revenue_share=profile.revenue_share,
            )
            for profile in sorted(found.profiles, key=lambda each: each.cluster)
        ],
        quality=read.quality.to_json(),
        quality_sentences=notes(read.quality.sentences(wording), _new(found)),
        checks=found.checks,
        rfm_customers=len(found.table),
        scored=scored,
        message=_message(found, wording, is_put_back=is_put_back) + told,
    )


def _new(found: Segmentation) -> list[Check]:
    """Return the checks that the summary does not tell: a new model's warnings say what makes its data too poor."""
    return [each for each in found.checks if found.trained is None or each.state is not State.STOP]


def _message(found: Segmentation, wording: Wording, *, is_put_back: bool) -> str:
    what = f"{wording.counted(len(found.table), 'customer')} in {wording.counted(found.model.k, 'segment')}."
    if worst(found.checks) is State.STOP and not found.candidate_because:
        what += f" The data are too poor to mean anything: see {DATA_QUALITY}."
    if found.candidate_because:
        return f"{found.candidate_because} {what}"
    if found.trained is not None:
        return f"A new model: {what}"
    return f"Version {found.model.version} is in use: {what}" if is_put_back else what
