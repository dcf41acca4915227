"""The tab `Runs`: one line a run, the newest first."""

from __future__ import annotations

from server.core.schedule.lines import RunLine
from server.core.wall_clock import wall_clock
from server.core.wording import Wording
from server.layout.record_tabs import RUNS
from server.layout.tabs import HEADERS
from server.sheets.api.requests import Json, date_time_format, insert_rows, write_by_header
from server.sheets.commit.snapshot import Snapshot, Tab
from server.sheets.tabs.layouts import layout_requests

TIMES = ("When", "Next")


def run_line_requests(snapshot: Snapshot, line: RunLine, time_zone: str) -> list[Json]:
    """Return the requests that put a line on top; the tab is made where the spreadsheet lacks it.

    A tab of the marketer's own that is called so has other headers, and is left alone.

    Parameters
    ----------
    snapshot
        Shows the first row of the tab, or all tabs without their cells where it is missing.
    """
    tab = snapshot.tabs.get(RUNS)
    made: list[Json] = []
    if tab is None:
        made = layout_requests([RUNS], snapshot)
        sheet_id = int(made[0]["addSheet"]["properties"]["sheetId"])
        columns = {header: place for place, header in enumerate(HEADERS[RUNS])}
    else:
        sheet_id, columns = tab.sheet_id, tab.present(HEADERS[RUNS])
        if not is_ours(tab):
            return []
    wording = Wording(snapshot.locale)
    cells = line.cells(time_zone, wording)
    moments = {"When": line.moment, "Next": line.next_at}
    return [
        *made,
        insert_rows(sheet_id, 2, 1),
        *write_by_header(sheet_id, columns, {2: {header: cells[header] for header in columns}}),
        *(
            date_time_format(sheet_id, 2, 2, columns[header], wall_clock(moment, time_zone)[1])
            for header, moment in moments.items()
            if moment is not None and header in columns
        ),
    ]


def is_ours(tab: Tab) -> bool:
    """Whether a tab that is called so is the service's: its first column and what came of it are there."""
    return {"When", "Result"} <= tab.present(HEADERS[RUNS]).keys()


def runs_left_alone(snapshot: Snapshot) -> str:
    """Return why a run was not written down, "" where it was."""
    tab = snapshot.tabs.get(RUNS)
    if tab is None or is_ours(tab):
        return ""
    return Wording(snapshot.locale).say(
        "The tab {tab} is not the add-on's, so it was left alone: rename it, and runs are listed again.",
        tab=RUNS,
    )
