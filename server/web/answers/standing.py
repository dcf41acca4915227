"""Status of a spreadsheet, as JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

from server import __version__
from server.core.segments.drift import ADVISES_RETRAIN, SHIFTING
from server.core.segments.history import Change
from server.core.wall_clock import day_of
from server.operations import Operation
from server.use_cases.status_result import SegmentStatus, Status
from server.web.answers.shape import Answer, answered
from server.web.answers.training import ModelAnswer, model_answer


class ChangeAnswer(Answer, frozen=True, kw_only=True):
    """How a segment, or all customers, differ from an earlier run: customers and revenue more than then."""

    customers: int
    revenue: float
    is_new: bool


class ListAnswer(Answer, frozen=True, kw_only=True):
    """A list of customers that is kept: `link` is its address within the spreadsheet.

    `customers` is null where their number is not told.
    """

    kind: Literal["all", "in", "out", "slipping"]
    title: str
    customers: int | None
    link: str


class ComparedAnswer(Answer, frozen=True, kw_only=True):
    """What the last run is compared with: days as the spreadsheet writes them, "" where there is no such run.

    `change` tells of all customers together. `movedAt` is the day of the last run that moved anybody; `lists` are
    those of all segments.
    """

    run_at: str
    last: str
    month: str
    change: str
    since_last: ChangeAnswer | None
    since_month: ChangeAnswer | None
    moved_at: str
    lists: list[ListAnswer]


class Segment(Answer, frozen=True, kw_only=True):
    """A segment as `Action_Map` has it; its share of the revenue is of 1, its colour "#RRGGBB".

    `who` tells its median customer in words, `revenue` what its customers have spent, with its currency; `expected`
    says what they are expected to spend; "" where that is not told. `changed` says how many customers more or fewer it
    has than at earlier runs.
    """

    cluster: int
    segment: str
    action_plan: str
    customers: int
    revenue_share: float
    colour: str
    expected: str
    who: str
    revenue: str
    changed: str
    since_last: ChangeAnswer | None
    since_month: ChangeAnswer | None
    lists: list[ListAnswer]


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
    compared: ComparedAnswer
    warnings: list[str]
    service: Service = Service()


def status_answer(status: Status) -> StatusAnswer:
    """Return what `status` answers."""
    last = status.last_prediction
    return StatusAnswer(
        model=model_answer(status.model, status.summary) if status.model else None,
        segments=[_segment(segment) for segment in status.segments],
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
        versions=[answered(version, Version) for version in status.versions],
        drift=_drift(status),
        aged=status.aged,
        compared=_compared(status),
        warnings=status.warnings,
    )


def _segment(status: SegmentStatus) -> Segment:
    return Segment(
        cluster=status.cluster,
        segment=status.segment,
        action_plan=status.action_plan,
        customers=status.customers,
        revenue_share=status.revenue_share,
        colour=status.colour,
        expected=status.expected,
        who=status.who,
        revenue=status.revenue,
        changed=status.changed,
        since_last=_change(status.since_last),
        since_month=_change(status.since_month),
        lists=[answered(customer_list, ListAnswer) for customer_list in status.lists],
    )


def _change(change: Change | None) -> ChangeAnswer | None:
    return answered(change, ChangeAnswer) if change is not None else None


def _compared(status: Status) -> ComparedAnswer:
    compared, kept = status.kept.compared, status.kept

    def day(serial: float | None) -> str:
        return status.wording.date(day_of(serial)) if serial is not None else ""

    return ComparedAnswer(
        run_at=day(compared.present.run_at if compared else None),
        last=day(compared.last.run_at if compared and compared.last else None),
        month=day(compared.month.run_at if compared and compared.month else None),
        change=compared.sentence(None, status.wording) if compared else "",
        since_last=_change(compared.in_all(compared.last)) if compared else None,
        since_month=_change(compared.in_all(compared.month)) if compared else None,
        moved_at=day(kept.moved_at),
        lists=[answered(link, ListAnswer) for link in kept.links(None, 0)],
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
