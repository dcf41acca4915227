"""What the looks at the data and the long calls answer."""

from __future__ import annotations

from typing import Any, Literal

from server.core.model import Model
from server.operations import Answer as LongAnswer
from server.operations import Operation
from server.training_data import Inspection
from server.training_result import TrainingResult
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


class InspectAnswer(Answer, frozen=True, kw_only=True):
    """What a marketer confirms before anything is written."""

    header_row: int
    columns: list[RecognisedColumn]
    others: list[str]
    quality: dict[str, Any]
    notes: list[str]
    customers: int
    checks: list[DataCheck]


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


class TrainingDone(Answer, frozen=True, kw_only=True):
    """What a run of `segment`, `retrain` or `models/use` did.

    `candidate` is a new model that was worse than the one in use and is kept aside.
    """

    model: ModelAnswer
    candidate: ModelAnswer | None
    segments: list[TrainedSegment]
    quality: dict[str, Any]
    notes: list[str]
    checks: list[DataCheck]
    rfm: Customers
    scored: int
    message: str


class LongCallAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """A long call: its record and, where it has ended in the instance that answers, its result."""

    operation: Operation | None
    result: TrainingDone | None = None


def inspect_answer(found: Inspection) -> InspectAnswer:
    """Return what `inspect` answers."""
    return InspectAnswer(
        header_row=found.header_row,
        columns=[answered(each, RecognisedColumn) for each in found.columns],
        others=found.others,
        quality=found.quality,
        notes=found.notes,
        customers=found.customers,
        checks=[answered(each, DataCheck) for each in found.checks],
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


def training_answer(answer: LongAnswer) -> LongCallAnswer:
    """Return what `segment`, `retrain` and `operations` answer."""
    result = answer.result
    if not isinstance(result, TrainingResult):
        return LongCallAnswer(operation=answer.operation)
    done = TrainingDone(
        model=model_answer(result.model, result.summary),
        candidate=model_answer(result.candidate, []) if result.candidate else None,
        segments=[answered(each, TrainedSegment) for each in result.segments],
        quality=result.quality,
        notes=result.quality_sentences,
        checks=[answered(each, DataCheck) for each in result.checks],
        rfm=Customers(customers=result.rfm_customers),
        scored=result.scored,
        message=result.message,
    )
    return LongCallAnswer(operation=answer.operation, result=done)
