"""Note of a run for the add-on, and the settings that it left unused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from server.core.segments.run_note import NotedColumn, RunNote
from server.core.segments.settings_used import alike, made_with, not_in_use
from server.core.settings.setting import Needs
from server.core.transactions.columns import Role
from server.sheets.tabs.settings import setting_values
from server.use_cases.segmentation.start import Start
from server.use_cases.training_data import ReadTransactions

if TYPE_CHECKING:
    from server.training.segmentation import Segmentation

_LONGEST_HEADER = 200
"""Characters of a header that are noted: metadata hold little."""


def note_of(
    read: ReadTransactions | None, segmentation: Segmentation, now: dt.datetime, start: Start
) -> RunNote:
    """Return what the run leaves for the add-on; the plans are those that are written.

    Parameters
    ----------
    read
        None where the orders lie in a source: no row of `Training_Data` was looked at.
    """
    roles = read.columns.roles if read is not None else {}
    noted = {
        role: NotedColumn(column.index + 1, column.header[:_LONGEST_HEADER])
        for role, column in roles.items()
        if role in (Role.CUSTOMER_ID, Role.ORDER_ID)
    }
    return RunNote(
        at=f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        analysis_day=segmentation.table.analysis_day.isoformat(),
        follows_today=start.options.analysis_date is None,
        header_row=read.columns.header_row if read is not None else 0,
        last_row=read.last_row if read is not None else 0,
        customer=noted.get(Role.CUSTOMER_ID),
        order=noted.get(Role.ORDER_ID),
        plans={},
        made_with=made_with(segmentation.model),
        read_with=alike(setting_values(start.snapshot, Needs.REFRESH)),
    )


def unused_settings(start: Start, segmentation: Segmentation) -> str:
    """Return which settings are not in use yet, and what puts them to use; "" where all are.

    Why new segments were not used is told by the decision.
    """
    unused = not_in_use(segmentation.model, setting_values(start.snapshot, Needs.SEGMENTS))
    if not unused or segmentation.candidate_because:
        return ""
    names = ", ".join(f"{name} = {text}" for name, text in unused.items())
    say = start.wording.say
    text = say(
        "Not in use yet: {settings} in Settings. Choose Find new segments in the sidebar.", settings=names
    )
    return f" {text}"
