"""Handlers of the calls about tests of two groups.

What compares groups is imported when one of them is made: scoring pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from server.web import bodies
from server.web.answers.experiments import tests_answer
from server.web.asked import Asked
from server.web.long_calls import Answered, ended

if TYPE_CHECKING:
    from server.use_cases.experiments.calls import Experiments, Wanted

Progress = Callable[[str, float], None]


def tests(asked: Asked[bodies.TestsRequest]) -> Answered:
    """Return the tests, and the preview of a new one."""
    use, plan = _experiments(asked), asked.body.plan
    preview = use.preview(asked.spreadsheet_id, _wanted(plan)) if plan is not None else None
    return tests_answer(use.listing(asked.spreadsheet_id), preview)


def start_test(asked: Asked[bodies.StartTestRequest]) -> Answered:
    """Start a test, or look at it first where that may take long."""
    body = asked.body

    def work(progress: Progress) -> Any:
        if body.look:
            return _experiments(asked).preview(asked.spreadsheet_id, _wanted(body.plan), progress)
        return _experiments(asked).start(
            asked.spreadsheet_id, _wanted(body.plan), progress, confirmed=body.confirm
        )

    return _alone(asked, body.call, work)


def read_test(asked: Asked[bodies.ReadTestRequest]) -> Answered:
    """Return the result of a test."""
    body = asked.body

    def work(progress: Progress) -> Any:
        return _experiments(asked).read(asked.spreadsheet_id, body.name, progress)

    return _alone(asked, body.call, work)


def _alone(asked: Asked[Any], call: str, work: Callable[[Progress], Any]) -> Answered:
    """Return the answer of a long call that does not join another: what that one does is something else."""
    operations = asked.use.operations
    return ended(operations.run(asked.spreadsheet_id, call, asked.message_id, work, joins=False))


def _experiments(asked: Asked[Any]) -> Experiments:
    from server.use_cases.experiments.calls import Experiments

    return Experiments(asked.use.committer, sources=asked.use.sources, requested_by=asked.requested_by)


def _wanted(plan: bodies.TestWanted) -> Wanted:
    from server.core.experiments.bases import Base
    from server.use_cases.experiments.calls import Wanted

    base = Base(plan.base)
    return Wanted(
        plan.name, plan.segments, plan.control_share, plan.start, plan.days, plan.what, base, plan.audience
    )
