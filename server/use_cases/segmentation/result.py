"""Result of a segmentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.core.data_checks.check import Check, State, notes, worst
from server.core.segments.action_plans import Plan
from server.core.segments.model import Model
from server.core.wording import Wording
from server.layout.record_tabs import DATA_QUALITY
from server.use_cases.segmentation.decision import Decision, decision_of

if TYPE_CHECKING:
    from server.core.transactions.quality_report import QualityReport
    from server.training.segmentation import Segmentation


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
    """Result of a segmentation; `candidate` is a new model that was not put in use."""

    model: Model
    candidate: Model | None
    decision: Decision | None
    summary: list[str]
    segments: list[SegmentLine]
    quality: dict[str, Any]
    quality_sentences: list[str]
    checks: list[Check]
    rfm_customers: int
    scored: int
    message: str


def training_result(
    segmentation: Segmentation,
    texts: Mapping[int, Plan],
    quality: QualityReport,
    scored: int,
    remark: str,
    wording: Wording,
    *,
    is_put_back: bool,
) -> TrainingResult:
    """Return the answer.

    Parameters
    ----------
    texts
        Name and plan by cluster, as they were written.
    quality
        The account of the rows.
    scored
        Rows of `New User` that waited and were scored.
    remark
        What is said of them, added to the message.
    wording
        Writes the numbers of the texts.
    is_put_back
        An earlier version was put in use.
    """
    return TrainingResult(
        model=segmentation.model,
        candidate=segmentation.trained if segmentation.candidate_because else None,
        decision=decision_of(segmentation, texts, wording),
        summary=segmentation.summary(wording),
        segments=[
            SegmentLine(
                cluster=profile.cluster,
                segment=texts[profile.cluster].segment,
                action_plan=texts[profile.cluster].action_plan,
                customers=profile.customers,
                share=profile.customers / segmentation.customers,
                revenue_share=profile.revenue_share,
            )
            for profile in sorted(segmentation.profiles, key=lambda profile: profile.cluster)
        ],
        quality=quality.to_json(),
        quality_sentences=notes(quality.sentences(wording), _new(segmentation), wording),
        checks=segmentation.checks,
        rfm_customers=segmentation.customers,
        scored=scored,
        message=message_of(segmentation, wording, is_put_back=is_put_back) + remark,
    )


def _new(segmentation: Segmentation) -> list[Check]:
    """Return the checks that the summary does not tell: a new model's warnings say what makes its data too poor."""
    return [
        check
        for check in segmentation.checks
        if segmentation.trained is None or check.state is not State.STOP
    ]


def message_of(segmentation: Segmentation, wording: Wording, *, is_put_back: bool) -> str:
    """Return what came of a run, in a sentence or two."""
    what = wording.plural(
        segmentation.model.k,
        "{customers} customers in 1 segment.",
        "{customers} customers in {number} segments.",
        customers=wording.number(segmentation.customers),
    )
    if segmentation.candidate_because:
        return f"{segmentation.candidate_because} {what}"
    if worst(segmentation.checks) is State.STOP:
        what += " " + wording.say("The orders are too few to go by: see {tab}.", tab=DATA_QUALITY)
    if segmentation.trained is not None:
        return wording.say("New segments: {what}", what=what)
    return wording.say("The other segments are in use: {what}", what=what) if is_put_back else what
