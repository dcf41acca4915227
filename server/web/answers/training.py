"""Answers of inspections and of long calls."""

from __future__ import annotations

from typing import Any, Literal

from server.core.segments.model import Model
from server.operations import Answer as LongAnswer
from server.operations import Operation
from server.use_cases.inspection import Inspection
from server.use_cases.segmentation.decision import Decision
from server.use_cases.segmentation.result import TrainingResult
from server.web.answers.experiments import TestPreview, TestRead, TestStarted, experiment_done
from server.web.answers.shape import Answer, answered


class RecognisedColumn(Answer, frozen=True, kw_only=True):
    """A column of `Training_Data` and what it was recognised as."""

    role: str
    label: str
    header: str
    column: str
    why: str
    samples: list[str]


class DataCheck(Answer, frozen=True, kw_only=True):
    """One question to the data: `state` is "ok", "look" or "stop" (too poor to mean anything).

    `found` says what was found and `toDo` what to do; `share` is of 1, and what is null says nothing here.
    """

    name: str
    title: str
    state: Literal["ok", "look", "stop"]
    found: str
    to_do: str
    rows: int | None
    customers: int | None
    share: float | None
    money: float | None
    sheet_rows: list[int]


class ReadingAnswer(Answer, frozen=True, kw_only=True):
    """One way to read the file: `value` is what `Settings` takes, the rest what it comes to.

    `first_day` and `last_day` are those of the rows that count, as ISO dates, "" where there are none.
    """

    value: str
    label: str
    rows: int
    customers: int
    orders: int | None
    money: float
    result: str
    first_day: str
    last_day: str


class QuestionAnswer(Answer, frozen=True, kw_only=True):
    """How `Training_Data` can be read in two ways or more, the likelier first.

    `setting` is the row of `Settings` that answers it, `answer` the value that stands there, "" while it is open.
    """

    setting: str
    title: str
    text: str
    column: str
    answer: str
    sheet_rows: list[int]
    readings: list[ReadingAnswer]


class InspectAnswer(Answer, frozen=True, kw_only=True):
    """What a marketer confirms before anything is written."""

    header_row: int
    columns: list[RecognisedColumn]
    others: list[str]
    quality: dict[str, Any]
    notes: list[str]
    customers: int
    checks: list[DataCheck]
    questions: list[QuestionAnswer]


class ModelAnswer(Answer, frozen=True, kw_only=True):
    """A model as the sidebar shows it; `summary` is its scorecard in sentences."""

    version: int
    trained_at: str
    k: int
    customers: int
    transactions: int
    figures: dict[str, Any]
    warnings: list[str]
    summary: list[str]


class TrainedSegment(Answer, frozen=True, kw_only=True):
    """A segment as a run has just made it: its parts of customers and revenue, 0 to 1."""

    cluster: int
    segment: str
    action_plan: str
    customers: int
    revenue_share: float
    share: float


class Customers(Answer, frozen=True, kw_only=True):
    """How many customers have figures."""

    customers: int


class DecisionRow(Answer, frozen=True, kw_only=True):
    """One figure of the segments in use and of the new ones, as it is to be read."""

    label: str
    now: str
    then: str


class SetSegmentAnswer(Answer, frozen=True, kw_only=True):
    """One segment of a set, with how many customers it has."""

    segment: str
    customers: int


class DecisionAnswer(Answer, frozen=True, kw_only=True):
    """New segments that were not used: why, and both sets side by side; `version` puts them in use anyway."""

    version: int
    title: str
    reason: str
    rows: list[DecisionRow]
    now: list[SetSegmentAnswer]
    then: list[SetSegmentAnswer]


class TrainingDone(Answer, frozen=True, kw_only=True):
    """What a run of `segment`, `retrain` or `models/use` did.

    `candidate` is a new model that was worse than the one in use and is kept aside.
    """

    model: ModelAnswer
    candidate: ModelAnswer | None
    decision: DecisionAnswer | None
    segments: list[TrainedSegment]
    quality: dict[str, Any]
    notes: list[str]
    checks: list[DataCheck]
    rfm: Customers
    scored: int
    message: str


class LongCallAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """A long call: its record and, where it has ended in the instance that answers, its result.

    `result` is of segments, `inspected` of a look at a source, `startedTest`, `readTest` and `previewedTest` of tests.
    """

    operation: Operation | None
    result: TrainingDone | None = None
    inspected: InspectAnswer | None = None
    started_test: TestStarted | None = None
    read_test: TestRead | None = None
    previewed_test: TestPreview | None = None


def inspect_answer(inspection: Inspection) -> InspectAnswer:
    """Return what `inspect` answers."""
    return InspectAnswer(
        header_row=inspection.header_row,
        columns=[answered(column, RecognisedColumn) for column in inspection.columns],
        others=inspection.others,
        quality=inspection.quality,
        notes=inspection.notes,
        customers=inspection.customers,
        checks=[answered(check, DataCheck) for check in inspection.checks],
        questions=[answered(question, QuestionAnswer) for question in inspection.questions],
    )


def model_answer(model: Model, summary: list[str]) -> ModelAnswer:
    """Return a model as the sidebar shows it."""
    return ModelAnswer(
        version=model.version,
        trained_at=model.trained_at,
        k=model.k,
        customers=model.customers,
        transactions=model.transactions,
        figures=dict(model.figures),
        warnings=list(model.warnings),
        summary=summary,
    )


def _decision(decision: Decision | None) -> DecisionAnswer | None:
    if decision is None:
        return None
    return DecisionAnswer(
        version=decision.version,
        title=decision.title,
        reason=decision.reason,
        rows=[answered(row, DecisionRow) for row in decision.rows],
        now=[answered(segment, SetSegmentAnswer) for segment in decision.now],
        then=[answered(segment, SetSegmentAnswer) for segment in decision.then],
    )


def training_answer(answer: LongAnswer) -> LongCallAnswer:
    """Return what `segment`, `retrain`, `operations` and an inspection of a source answer."""
    result = answer.result
    if isinstance(result, Inspection):
        return LongCallAnswer(operation=answer.operation, inspected=inspect_answer(result))
    if not isinstance(result, TrainingResult):
        done = experiment_done(result)
        return LongCallAnswer(
            operation=answer.operation,
            started_test=done if isinstance(done, TestStarted) else None,
            read_test=done if isinstance(done, TestRead) else None,
            previewed_test=done if isinstance(done, TestPreview) else None,
        )
    trained = TrainingDone(
        model=model_answer(result.model, result.summary),
        candidate=model_answer(result.candidate, []) if result.candidate else None,
        decision=_decision(result.decision),
        segments=[answered(segment, TrainedSegment) for segment in result.segments],
        quality=result.quality,
        notes=result.quality_sentences,
        checks=[answered(check, DataCheck) for check in result.checks],
        rfm=Customers(customers=result.rfm_customers),
        scored=result.scored,
        message=result.message,
    )
    return LongCallAnswer(operation=answer.operation, result=trained)
