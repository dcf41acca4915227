"""How a spreadsheet stands, as JSON."""

from __future__ import annotations

import msgspec

from server import __version__
from server.core.drift import ADVISES_RETRAIN, SHIFTING
from server.operations import Operation
from server.status import Status
from server.web.answers.shape import Answer, answered
from server.web.answers.training import ModelAnswer, model_answer


class Segment(Answer, frozen=True, kw_only=True):
    """A segment as `Action_Map` has it; its share of the revenue is of 1, its colour "#RRGGBB"."""

    cluster: int
    segment: str
    action_plan: str
    customers: int
    revenue_share: float
    colour: str


class Version(Answer, frozen=True, kw_only=True):
    """A version in the tab `Model`; `status` is "in use", "earlier" or "candidate"."""

    version: int
    status: str
    trained_at: str
    customers: int
    k: int


class DriftAnswer(Answer, frozen=True, kw_only=True):
    """Population stability index of the rows scored with the model in use.

    Over `shifting_over` a figure is shifting, over `changed_over` it has changed. With too few rows the indices
    mean nothing; `sentence` says so.
    """

    recency: float
    frequency: float
    money: float
    rows: int
    means_something: bool
    shifting_over: float = SHIFTING
    changed_over: float = ADVISES_RETRAIN
    advises_retrain: bool
    sentence: str


class LastPrediction(msgspec.Struct, frozen=True, kw_only=True):
    """The newest line of `Prediction_Log`."""

    CustomerID: str
    Segment: str
    PredictedAt: float


class Service(Answer, frozen=True, kw_only=True):
    """The service that answers."""

    version: str = __version__


class StatusAnswer(Answer, frozen=True, kw_only=True):
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


def status_answer(status: Status) -> StatusAnswer:
    """Return what `status` answers."""
    last = status.last_prediction
    return StatusAnswer(
        model=model_answer(status.model, status.summary) if status.model else None,
        segments=[answered(each, Segment) for each in status.segments],
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
        versions=[answered(each, Version) for each in status.versions],
        drift=_drift(status),
        aged=status.aged,
        warnings=status.warnings,
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
        means_something=drift.means_something,
        advises_retrain=drift.advises_retrain,
        sentence=drift.sentence(status.wording),
    )
