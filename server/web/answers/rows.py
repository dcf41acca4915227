"""Answers of scoring, and of the explanation of a row."""

from __future__ import annotations

import msgspec

from server.use_cases.explain_row import ExplainedRow
from server.use_cases.score_result import ScoreResult
from server.web.answers.shape import Answer, answered


class InvalidInput(Answer, frozen=True, kw_only=True):
    """An input of `New User` that cannot be used; the same is said in a note on the cell."""

    row: int
    column: str
    message: str


class ScoredRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `New User` as it is classified now; `PredictedAt` is the serial that stands in the cell."""

    row: int
    CustomerID: str
    Cluster: int
    Segment: str
    ActionPlan: str
    PredictedAt: float
    PredictionId: str
    Confidence: float


class ScoreAnswer(Answer, frozen=True, kw_only=True):
    """What a scoring call did, in numbers of rows, and in a sentence for a toast."""

    scored: int
    restored: int
    cleared: int
    waiting: int
    incomplete: int
    invalid: list[InvalidInput]
    rows: list[ScoredRow]
    model_version: int | None
    message: str


class SegmentStanding(Answer, frozen=True, kw_only=True):
    """What holds for most of a segment: values from `low` to `high`, places from `worse` to `better`."""

    low: float
    high: float
    worse: float
    better: float


class FeatureStanding(Answer, frozen=True, kw_only=True):
    """One figure of a customer among those of the training.

    `feature` is "recency" (days), "frequency" or "money". `ahead` is the share of customers that this one is more
    recent than, or has more than. A place is a share of customers as well: 0 is who bought longest ago, least often,
    for least, 1 the contrary. `pause` tells a silence among the shop's usual pauses, "" for other features. `segment`
    is null where the tab Action_Map does not tell its range.
    """

    feature: str
    value: float
    ahead: float
    place: float
    segment: SegmentStanding | None
    sentence: str
    pause: str


class NextOrder(Answer, frozen=True, kw_only=True):
    """What the next usual order, of that amount, would make of a customer."""

    amount: float
    segment: str
    sentence: str


class Silence(Answer, frozen=True, kw_only=True):
    """After how many days without an order a customer leaves the segment, and for which."""

    days: int
    segment: str
    sentence: str


class ExplainAnswer(Answer, frozen=True, kw_only=True):
    """Why a customer is in its segment; `confidence` is the share of bootstrap models that agree.

    `sentences` begin with those of `standing`.

    `silence` is null where no silence changes the segment; `flags` names inputs outside of the training's, and a name
    that does not fit. `state` is "Active", "Slipping" or "Away".
    `outlook` tells what the customer is expected to spend, or why it is not told.
    """

    row: int
    customer_id: str = msgspec.field(name="CustomerID")
    cluster: int
    segment: str
    confidence: float
    next_nearest: str | None
    sentences: list[str]
    standing: list[FeatureStanding]
    next_order: NextOrder
    silence: Silence | None
    flags: list[str]
    state: str
    is_first_order: bool
    outlook: list[str]


def score_answer(result: ScoreResult) -> ScoreAnswer:
    """Return what `score` answers."""
    return ScoreAnswer(
        scored=result.scored,
        restored=result.restored,
        cleared=result.cleared,
        waiting=result.waiting,
        incomplete=result.incomplete,
        invalid=[answered(row, InvalidInput) for row in result.invalid],
        rows=[
            ScoredRow(
                row=row.row,
                CustomerID=row.customer_id,
                Cluster=row.cluster,
                Segment=row.segment,
                ActionPlan=row.action_plan,
                PredictedAt=row.predicted_at,
                PredictionId=row.prediction_id,
                Confidence=row.confidence,
            )
            for row in result.rows
        ],
        model_version=result.model_version or None,
        message=result.message,
    )


def explain_answer(row: ExplainedRow) -> ExplainAnswer:
    """Return what `explain` answers."""
    explanation = row.explanation
    return ExplainAnswer(
        row=row.row,
        customer_id=row.customer_id,
        cluster=explanation.cluster,
        segment=explanation.segment,
        confidence=explanation.confidence,
        next_nearest=explanation.next_nearest,
        sentences=explanation.sentences,
        standing=[answered(group, FeatureStanding) for group in explanation.standing],
        next_order=NextOrder(
            amount=explanation.usual_order,
            segment=explanation.next_order.segment,
            sentence=explanation.next_order.sentence,
        ),
        silence=answered(explanation.silence, Silence) if explanation.silence else None,
        flags=explanation.flags,
        state=explanation.state,
        is_first_order=explanation.is_first_order,
        outlook=explanation.outlook,
    )
