"""The audience that a test is made of: its members by now, as `Audience_Log` tells."""

from __future__ import annotations

from server.core.audiences.changes import present
from server.errors import InputError
from server.layout.audience_tabs import AUDIENCE_LOG
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot
from server.sheets.tabs.audience_tabs import LOG_READ, log_lines
from server.sheets.tabs.outputs import read_columns
from server.texts import to_say


def audience_members(long_work: LongWork, start: Snapshot, name: str) -> frozenset[str]:
    """Return the ids of those whom an audience was given to and not taken out again; one read.

    Parameters
    ----------
    start
        With the header of `Audience_Log`, where there is one.

    Raises
    ------
    InputError
        If no such audience was ever made, or nobody is left in it.
    """
    lines = []
    if AUDIENCE_LOG in start.tabs:
        calls, tab = long_work.calls, start.tab(AUDIENCE_LOG)
        tab.columns(LOG_READ)
        [columns] = read_columns(calls.client, calls.spreadsheet_id, (tab, LOG_READ))
        lines = [line for line in log_lines(columns) if line.audience.casefold() == name.casefold()]
    members = frozenset(sent.customer_id for sent in present((line.sent, line.change) for line in lines))
    if not members:
        raise InputError(
            to_say("Nobody is in an audience {name}.", name=name),
            hint=to_say("Choose an audience that was made, or make it first: Export audience… in the menu."),
        )
    return members
