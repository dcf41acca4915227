"""Answer of applying names and plans."""

from __future__ import annotations

from server.use_cases.apply_plans import AppliedPlans
from server.web.answers.shape import Answer


class ApplyPlansAnswer(Answer, frozen=True, kw_only=True):
    """Customers and rows of `New User` that have another name or plan now; `waiting` rows are still to be done."""

    customers: int
    rows: int
    segments: list[str]
    waiting: int
    message: str


def apply_plans_answer(done: AppliedPlans) -> ApplyPlansAnswer:
    """Return what `plans/apply` answers."""
    return ApplyPlansAnswer(
        customers=done.customers,
        rows=done.rows,
        segments=list(done.segments),
        waiting=done.waiting,
        message=done.message,
    )
