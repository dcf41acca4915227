"""What the calls answer: results of the use cases as the JSON that the add-on reads.

Names are the add-on's, as in `server.web.bodies`. The OpenAPI document is made of these types.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from server import __version__
from server.access.connection import Connected
from server.core.checks import Check
from server.core.model import Model
from server.explaining import ExplainedRow
from server.forgetting import Forgotten
from server.operations import Answer, Operation
from server.scoring import ScoreResult
from server.status import Status, VersionLine
from server.training_data import Inspection
from server.training_result import TrainingResult


class _Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Camel case, as the envelope of the bodies."""


class HealthAnswer(_Answer, frozen=True, kw_only=True):
    """The service is up."""

    status: Literal["ok"] = "ok"
    version: str = __version__


class NonceAnswer(_Answer, frozen=True, kw_only=True):
    """First step of the handshake: what the add-on's proof is made of, and until when (seconds since 1970)."""

    nonce: str
    expiry: int


class KeyAnswer(_Answer, frozen=True, kw_only=True):
    """Second step of the handshake: the key of the spreadsheet, and until when (seconds since 1970)."""

    key: str
    key_expiry: int
    spreadsheet_id: str
    tabs_made: list[str]
    service_account: str
    version: str = __version__


class InvalidInput(_Answer, frozen=True, kw_only=True):
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


class ScoreAnswer(_Answer, frozen=True, kw_only=True):
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


class RecognisedColumn(_Answer, frozen=True, kw_only=True):
    """A column of `Training_Data` and what it was recognised as."""

    role: str
    label: str
    header: str
    column: str
    why: str
    samples: list[str]


class DataCheck(_Answer, frozen=True, kw_only=True):
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


class InspectAnswer(_Answer, frozen=True, kw_only=True):
    """What a marketer confirms before anything is written."""

    header_row: int
    columns: list[RecognisedColumn]
    others: list[str]
    quality: dict[str, Any]
    notes: list[str]
    customers: int
    checks: list[DataCheck]


class ModelAnswer(_Answer, frozen=True, kw_only=True):
    """A model as the sidebar shows it; `summary` is its scorecard in sentences."""

    version: int
    trained_at: str
    k: int
    customers: int
    transactions: int
    figures: dict[str, Any]
    warnings: list[str]
    summary: list[str]


class Segment(_Answer, frozen=True, kw_only=True):
    """A segment as `Action_Map` has it; shares are of 1."""

    cluster: int
    segment: str
    action_plan: str
    customers: int
    revenue_share: float


class TrainedSegment(Segment, frozen=True, kw_only=True):
    """A segment as a run has just made it; `share` is its part of the customers."""

    share: float


class Customers(_Answer, frozen=True, kw_only=True):
    """How many customers have figures."""

    customers: int


class TrainingDone(_Answer, frozen=True, kw_only=True):
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


class LongCallAnswer(_Answer, frozen=True, kw_only=True, omit_defaults=True):
    """A long call: its record and, where it has ended in the instance that answers, its result."""

    operation: Operation | None
    result: TrainingDone | None = None


class NextOrder(_Answer, frozen=True, kw_only=True):
    """What the next usual order would make of a customer."""

    segment: str
    sentence: str


class Silence(_Answer, frozen=True, kw_only=True):
    """After how many days without an order a customer leaves the segment, and for which."""

    days: int
    segment: str
    sentence: str


class ExplainAnswer(_Answer, frozen=True, kw_only=True):
    """Why a customer is in its segment; `confidence` is the share of bootstrap models that agree.

    `silence` is null where no silence changes the segment; `flags` names inputs outside of the training's.
    """

    row: int
    customer_id: str = msgspec.field(name="CustomerID")
    cluster: int
    segment: str
    confidence: float
    next_nearest: str | None
    sentences: list[str]
    next_order: NextOrder
    silence: Silence | None
    flags: list[str]


class Version(_Answer, frozen=True, kw_only=True):
    """A version in the tab `Model`; `status` is "in use", "earlier" or "candidate"."""

    version: int
    status: str
    trained_at: str
    customers: int
    k: int


class DriftAnswer(_Answer, frozen=True, kw_only=True):
    """Population stability index of the rows scored since the training; over .25 a retrain is advised."""

    recency: float
    frequency: float
    money: float
    rows: int
    advises_retrain: bool
    sentence: str


class TabRows(_Answer, frozen=True, kw_only=True):
    """A count of rows in one tab."""

    tab: str
    rows: int


class ForgetAnswer(_Answer, frozen=True, kw_only=True):
    """The rows of one customer by tab: erased, or only found where it was not confirmed."""

    customer_id: str
    erased: bool
    tabs: list[TabRows]
    message: str


class LastPrediction(msgspec.Struct, frozen=True, kw_only=True):
    """The newest line of `Prediction_Log`."""

    CustomerID: str
    Segment: str
    PredictedAt: float


class Service(_Answer, frozen=True, kw_only=True):
    """The service that answers."""

    version: str = __version__


class StatusAnswer(_Answer, frozen=True, kw_only=True):
    """How a spreadsheet stands; counts are of rows of `New User`.

    `aged` counts rows whose recency, grown by the calendar, has left the segment that stands beside them.
    """

    model: ModelAnswer | None
    segments: list[Segment]
    waiting: int
    incomplete: int
    invalid: int
    operation: Operation | None
    last_prediction: LastPrediction | None
    versions: list[Version]
    drift: DriftAnswer | None
    aged: int
    warnings: list[str]
    service: Service = Service()


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal (RFC 9457).

    `detail` says what was seen and what is allowed, `hint` what to do, both in the marketer's words; `retryable`
    whether the same call may succeed later without any change.
    """

    type: str
    title: str
    status: int
    detail: str
    hint: str
    retryable: bool


def key_answer(connected: Connected, spreadsheet_id: str) -> KeyAnswer:
    """Return what the second step of `connect` answers."""
    return KeyAnswer(
        key=connected.key,
        key_expiry=connected.key_expiry,
        spreadsheet_id=spreadsheet_id,
        tabs_made=connected.tabs_made,
        service_account=connected.service_account,
    )


def score_answer(result: ScoreResult) -> ScoreAnswer:
    """Return what `score` answers."""
    return ScoreAnswer(
        scored=result.scored,
        restored=result.restored,
        cleared=result.cleared,
        waiting=result.waiting,
        incomplete=result.incomplete,
        invalid=[
            InvalidInput(row=each.row, column=each.column, message=each.message) for each in result.invalid
        ],
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


def inspect_answer(found: Inspection) -> InspectAnswer:
    """Return what `inspect` answers."""
    return InspectAnswer(
        header_row=found.header_row,
        columns=[
            RecognisedColumn(
                role=each.role,
                label=each.label,
                header=each.header,
                column=each.column,
                why=each.why,
                samples=each.samples,
            )
            for each in found.columns
        ],
        others=found.others,
        quality=found.quality,
        notes=found.notes,
        customers=found.customers,
        checks=[_data_check(each) for each in found.checks],
    )


def _data_check(check: Check) -> DataCheck:
    return DataCheck(
        name=check.name,
        title=check.title,
        state=check.state.value,
        found=check.found,
        to_do=check.to_do,
        rows=check.rows,
        customers=check.customers,
        share=check.share,
        money=check.money,
        sheet_rows=list(check.sheet_rows),
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


def forget_answer(forgotten: Forgotten) -> ForgetAnswer:
    """Return what `forget` answers."""
    return ForgetAnswer(
        customer_id=forgotten.customer_id,
        erased=forgotten.is_erased,
        tabs=[TabRows(tab=title, rows=count) for title, count in forgotten.rows.items()],
        message=forgotten.message,
    )


def training_answer(answer: Answer) -> LongCallAnswer:
    """Return what `segment`, `retrain` and `operations` answer."""
    result = answer.result
    if not isinstance(result, TrainingResult):
        return LongCallAnswer(operation=answer.operation)
    done = TrainingDone(
        model=model_answer(result.model, result.summary),
        candidate=model_answer(result.candidate, []) if result.candidate else None,
        segments=[
            TrainedSegment(
                cluster=each.cluster,
                segment=each.segment,
                action_plan=each.action_plan,
                customers=each.customers,
                share=each.share,
                revenue_share=each.revenue_share,
            )
            for each in result.segments
        ],
        quality=result.quality,
        notes=result.quality_sentences,
        checks=[_data_check(each) for each in result.checks],
        rfm=Customers(customers=result.rfm_customers),
        scored=result.scored,
        message=result.message,
    )
    return LongCallAnswer(operation=answer.operation, result=done)


def status_answer(status: Status) -> StatusAnswer:
    """Return what `status` answers."""
    last = status.last_prediction
    return StatusAnswer(
        model=model_answer(status.model, status.summary) if status.model else None,
        segments=[
            Segment(
                cluster=each.cluster,
                segment=each.segment,
                action_plan=each.action_plan,
                customers=each.customers,
                revenue_share=each.revenue_share,
            )
            for each in status.segments
        ],
        waiting=status.waiting,
        incomplete=status.incomplete,
        invalid=status.invalid,
        operation=status.operation,
        last_prediction=(
            LastPrediction(
                CustomerID=str(last["CustomerID"]),
                Segment=str(last["Segment"]),
                PredictedAt=float(last["PredictedAt"]),
            )
            if last
            else None
        ),
        versions=[_version(each) for each in status.versions],
        drift=_drift(status),
        aged=status.aged,
        warnings=status.warnings,
    )


def _version(line: VersionLine) -> Version:
    return Version(
        version=line.version,
        status=line.status,
        trained_at=line.trained_at,
        customers=line.customers,
        k=line.k,
    )


def _drift(status: Status) -> DriftAnswer | None:
    drift = status.drift
    if drift is None:
        return None
    recency, frequency, money = drift.indices
    return DriftAnswer(
        recency=recency,
        frequency=frequency,
        money=money,
        rows=drift.rows,
        advises_retrain=drift.advises_retrain,
        sentence=drift.sentence(),
    )


def explain_answer(found: ExplainedRow) -> ExplainAnswer:
    """Return what `explain` answers."""
    told = found.explanation
    silence = told.silence
    return ExplainAnswer(
        row=found.row,
        customer_id=found.customer_id,
        cluster=told.cluster,
        segment=told.segment,
        confidence=told.confidence,
        next_nearest=told.next_nearest,
        sentences=told.sentences,
        next_order=NextOrder(segment=told.next_order.segment, sentence=told.next_order.sentence),
        silence=(
            Silence(days=silence.days, segment=silence.segment, sentence=silence.sentence)
            if silence
            else None
        ),
        flags=told.flags,
    )
