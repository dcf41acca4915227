"""Groups of customers in running tests, for exports, outputs and further tests."""

from __future__ import annotations

import datetime as dt

from server.core.experiments.groups import RunningGroups
from server.core.wall_clock import today
from server.sheets.commit.long_work import LongWork
from server.sheets.tabs.experiments import experiment_ranges, running_groups


def running_now(long_work: LongWork, time_zone: str, now: dt.datetime) -> RunningGroups:
    """Return the members of the tests that run; nobody where no test was ever started.

    Parameters
    ----------
    time_zone
        Of `Settings`: a test runs until its last day is over there.
    now
        An aware date-time.

    Raises
    ------
    LayoutError, SheetContentError
        If `Tests` or `Test_Members` cannot be read: who is held out must not be guessed.
    """
    ranges = experiment_ranges(long_work.read([]))
    if not ranges:
        return RunningGroups()
    calls = long_work.calls
    return running_groups(calls.client, calls.spreadsheet_id, long_work.read(ranges), today(now, time_zone))
