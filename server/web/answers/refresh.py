"""Answer of a look at the schedule."""

from __future__ import annotations

from typing import Literal

from server.core.schedule.record import Standing
from server.core.schedule.record import stamp as stamped
from server.operations import Operation
from server.use_cases.refresh_calls import AskedRefresh
from server.web.answers.shape import Answer


class LastRefresh(Answer, frozen=True, kw_only=True):
    """The newest run, by hand or by itself, as `Runs` has it."""

    at: str
    what: str
    state: Literal["ran", "nothing-new", "refused", "failed"]
    result: str


class RefreshAnswer(Answer, frozen=True, kw_only=True):
    """How it stands with a spreadsheet's refresh; moments are UTC, ISO 8601.

    `standing` is "off", "stopped" (it failed three times; `stopped` says why), "waits" (for `nextAt`), "soon" (its
    turn within the hour comes), "running", "done", or "noted" (Google's quota is used up: it is looked at later).
    `digestDue` says that a digest waits to be taken.
    """

    standing: Literal["off", "stopped", "waits", "soon", "running", "done", "noted"]
    next_at: str | None
    last: LastRefresh | None
    stopped: str
    overdue: bool
    operation: Operation | None
    message: str
    digest_due: bool = False


def refresh_answer(asked: AskedRefresh, *, digest_due: bool) -> RefreshAnswer:
    """Return what `refresh` answers."""
    looked = asked.looked
    operation = asked.answer.operation if asked.answer is not None else None
    if looked is None:
        return RefreshAnswer(
            standing="noted", next_at=None, last=None, stopped="", overdue=False, operation=None, message=""
        )
    record, at = looked.record, looked.look.at
    last = record.last
    return RefreshAnswer(
        standing=_standing(looked.look.standing, operation),
        next_at=stamped(at) if at is not None else None,
        last=(
            LastRefresh(at=last.at, what=last.what, state=last.state, result=last.result) if last else None
        ),
        stopped=record.stopped,
        overdue=looked.overdue,
        operation=operation,
        message=operation.message if operation is not None else "",
        digest_due=digest_due,
    )


def _standing(
    standing: Standing, operation: Operation | None
) -> Literal["off", "stopped", "waits", "soon", "running", "done", "noted"]:
    if operation is not None:
        return "done" if operation.state == "done" else "running"
    if standing in (Standing.DUE, Standing.SPENT, Standing.SOON):
        return "soon"
    if standing is Standing.STOPPED:
        return "stopped"
    return "waits" if standing is Standing.WAITS else "off"
