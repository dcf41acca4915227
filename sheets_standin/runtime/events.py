"""The event objects that triggers hand to their functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.services.cell_range import RangeObject
from sheets_standin.runtime.services.people import UserObject, visible_active
from sheets_standin.runtime.services.spreadsheet import SpreadsheetObject
from sheets_standin.runtime.sessions import Selection
from sheets_standin.runtime.wire import Enumerated


def _event(execution: Execution) -> dict[str, Any]:
    run = execution.run
    event: dict[str, Any] = {"authMode": Enumerated("ScriptApp.AuthMode", run.mode)}
    if run.kind != "time":
        event["user"] = UserObject(visible_active(execution))
    if run.trigger_uid:
        event["triggerUid"] = run.trigger_uid
    return event


def _source(execution: Execution) -> SpreadsheetObject:
    return SpreadsheetObject(execution, execution.script.document)


def arguments_of_opening(execution: Execution) -> list[Any]:
    """Return the arguments of onOpen; without access to the file they do not name it."""
    event = _event(execution)
    return [event if execution.run.mode == "NONE" else event | {"source": _source(execution)}]


def arguments_of_edit(
    selection: Selection, value: str | None, old_value: str | None
) -> Callable[[Execution], list[Any]]:
    """Return what an edit handler gets: `value` and `oldValue` are there for a single cell that has them."""

    def made(execution: Execution) -> list[Any]:
        source = _source(execution)
        place = RangeObject(
            source.tab(selection.sheet_id), selection.row, selection.column, selection.rows, selection.columns
        )
        event = _event(execution) | {"source": source, "range": place}
        if selection.rows == 1 and selection.columns == 1:
            event |= {"value": value} if value is not None else {}
            event |= {"oldValue": old_value} if old_value is not None else {}
        return [event]

    return made


def arguments_of_change(change_type: str) -> Callable[[Execution], list[Any]]:
    """Return what a change handler gets: no range."""
    return lambda execution: [_event(execution) | {"source": _source(execution), "changeType": change_type}]


def arguments_of_clock(execution: Execution) -> list[Any]:
    """Return what a time-driven handler gets."""
    now = execution.script.now()
    parts = {
        "year": now.year,
        "month": now.month,
        "day-of-month": now.day,
        "day-of-week": now.isoweekday(),
        "week-of-year": now.isocalendar().week,
        "hour": now.hour,
        "minute": now.minute,
        "second": now.second,
        "timezone": "UTC",
    }
    return [_event(execution) | parts]
