"""The lines of a test that was dealt, in `Tests` and `Test_Members`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.core.cells import Cell
from server.core.experiments.bases import Base
from server.core.experiments.groups import ACTION, CONTROL, OTHERS, STANDING
from server.core.experiments.planning import Plan
from server.core.experiments.records import Status
from server.core.wall_clock import serial_of


def experiment_line(plan: Plan) -> Mapping[str, Cell]:
    """Return the test's line in `Tests`, by header."""
    asked = plan.asked
    lift = plan.visible.buyers
    return {
        "Test": asked.name,
        "Segments": asked.label,
        "WhatIsDone": asked.what,
        "ControlShare": round(plan.share, 4),
        "Start": serial_of(asked.window.start),
        "End": serial_of(asked.window.end),
        "Customers": len(plan.ids),
        "Control": plan.in_control,
        "SmallestVisibleLift": round(lift, 4) if lift < float("inf") else "",
        "Status": str(Status.RUNNING),
        "Verdict": "",
    }


def member_rows(plan: Plan) -> list[Sequence[Cell]]:
    """Return the lines of `Test_Members`, in the order of its layout."""
    reachable = "yes" if plan.reachable_known else "not known"
    is_standing = plan.asked.base is Base.STANDING
    held_out, others = (STANDING, OTHERS) if is_standing else (CONTROL, ACTION)
    return [
        (plan.asked.name, who, held_out if held else others, segment, spend, int(orders), reachable)
        for who, held, segment, spend, orders in zip(
            plan.ids,
            plan.control.tolist(),
            plan.segments,
            plan.before.spend.tolist(),
            plan.before.orders.tolist(),
            strict=True,
        )
    ]
