"""The tabs `Tests`, `Test_Members` and `Lift`: who was dealt into which group, and what a test shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.core.cells import Cell, text_of
from server.core.experiments.groups import ACTION, CONTROL, OTHERS, STANDING, RunningGroups
from server.core.experiments.records import Experiment, named, read_experiments
from server.core.wording import Wording
from server.errors import LayoutError
from server.layout.experiment_tabs import LIFT, TEST_MEMBERS, TESTS
from server.layout.headers import CUSTOMER_ID, GROUP
from server.layout.record_tabs import MODEL
from server.layout.tabs import HEADERS, LAYOUTS
from server.sheets.api.a1 import context_range, quoted
from server.sheets.api.client import SheetsClient
from server.sheets.api.requests import Json, cell_data, grid_range, insert_rows, update_cells, write_by_header
from server.sheets.commit.snapshot import Snapshot, Tab, value
from server.sheets.tabs.later_columns import number_format
from server.sheets.tabs.outputs import Columns, read_columns
from server.sheets.tabs.staging import Staged
from server.texts import to_say

_TABS = (TESTS, TEST_MEMBERS)
RANGES = tuple(context_range(title) for title in _TABS)
"""What is read to know the tests and who is in them, where these tabs are there."""
TOKEN_RANGE = f"{quoted(MODEL)}!A1"
"""Bears the commit token."""
_MEMBER_COLUMNS = ("Test", CUSTOMER_ID, GROUP)
STORED_COLUMNS = (*_MEMBER_COLUMNS, "SegmentAtStart", "SpendBefore", "OrdersBefore")


def has_experiments(overview: Snapshot) -> bool:
    """Whether a test was ever started in the spreadsheet."""
    return TESTS in overview.tabs and TEST_MEMBERS in overview.tabs


def experiment_ranges(overview: Snapshot) -> list[str]:
    """Return what is read of the tests, none where there are no such tabs; of one alone, what tells whose it is.

    Parameters
    ----------
    overview
        All tabs, without their cells.
    """
    return [context_range(title) for title in _TABS if title in overview.tabs]


def experiments_of(snapshot: Snapshot) -> list[Experiment]:
    """Return the tests, newest first; none where there is no tab of them.

    Raises
    ------
    LayoutError, SheetContentError
        If the tab cannot be read; the row is named.
    """
    tab = snapshot.tabs.get(TESTS)
    if tab is None:
        return []
    columns = tab.columns(HEADERS[TESTS])
    return read_experiments(
        {
            row: {header: value(tab.cell(row, place)) for header, place in columns.items()}
            for row in tab.rows
            if row > 1
        }
    )


def running_groups(
    client: SheetsClient, spreadsheet_id: str, snapshot: Snapshot, today: dt.date
) -> RunningGroups:
    """Return the members of the tests that run; one read of `Test_Members`, none where no test runs.

    A test of the standing control group deals nobody, so its members are in none.

    Parameters
    ----------
    snapshot
        Read with `experiment_ranges`.
    today
        In the time zone of `Settings`.

    Raises
    ------
    LayoutError
        If one of the two tabs is gone: who is held out must not be guessed.
    """
    _refuse_half(snapshot)
    if not has_experiments(snapshot):
        return RunningGroups()
    running = {named(test.name): test.name for test in experiments_of(snapshot) if test.is_running(today)}
    tab = snapshot.tabs.get(TEST_MEMBERS)
    if not running or tab is None:
        return RunningGroups()
    tab.columns(_MEMBER_COLUMNS)
    [columns] = read_columns(client, spreadsheet_id, (tab, _MEMBER_COLUMNS))
    groups: dict[str, dict[str, str]] = {ACTION: {}, CONTROL: {}}
    for test, who, group in _lines(columns, _MEMBER_COLUMNS):
        name = running.get(named(text_of(test)))
        if name is not None and text_of(group) in groups:
            groups[text_of(group)][text_of(who)] = name
    return RunningGroups(groups[ACTION], groups[CONTROL])


def _refuse_half(snapshot: Snapshot) -> None:
    """Refuse where one of the two tabs is there and the service's, and the other is gone.

    A tab that people have called so themselves has other headers.
    """
    present = [title for title in _TABS if title in snapshot.tabs]
    if len(present) != 1:
        return
    [title] = present
    [gone] = {*_TABS} - {title}
    if len(snapshot.tab(title).present(HEADERS[title])) > len(HEADERS[title]) // 2:
        raise LayoutError(
            to_say("The tab {tab} is missing, so nobody can tell who is held out of a test.", tab=gone),
            hint=to_say(
                "Rename the tab back to {tab}, or put it back (File, Version history). If you want the tests no more, "
                "delete the tab {other} too.",
                tab=gone,
                other=title,
            ),
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """The members of one test as they were dealt.

    Attributes
    ----------
    is_control
        Who is held out.
    is_standing
        Whether nobody was dealt: the standing control group is compared with all others.
    """

    customer_ids: list[str]
    is_control: list[bool]
    segments: list[str]
    spend_before: list[float]
    orders_before: list[float]
    is_standing: bool = False


def stored_members(client: SheetsClient, spreadsheet_id: str, tab: Tab, name: str) -> Stored:
    """Return the members of a test; one read.

    Parameters
    ----------
    tab
        `Test_Members`, its header at least.
    """
    tab.columns(STORED_COLUMNS)
    [columns] = read_columns(client, spreadsheet_id, (tab, STORED_COLUMNS))
    wanted = named(name)
    ours = [
        line
        for line in _lines(columns, STORED_COLUMNS)
        if named(text_of(line[0])) == wanted and text_of(line[2]) in _IS_CONTROL
    ]
    return Stored(
        customer_ids=[text_of(line[1]) for line in ours],
        is_control=[_IS_CONTROL[text_of(line[2])] for line in ours],
        segments=[text_of(line[3]) for line in ours],
        spend_before=[_number(line[4]) for line in ours],
        orders_before=[_number(line[5]) for line in ours],
        is_standing=any(text_of(line[2]) == STANDING for line in ours),
    )


_IS_CONTROL = {ACTION: False, OTHERS: False, CONTROL: True, STANDING: True}


def _lines(columns: Columns, headers: Sequence[str]) -> Iterable[tuple[Cell, ...]]:
    """Return the rows of columns; a column that ends early is empty below."""
    cells = [columns[header] for header in headers]
    longest = max(map(len, cells), default=0)
    return zip(*(cell + [""] * (longest - len(cell)) for cell in cells), strict=True)


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else 0.0


def new_experiment_requests(tab: Tab, line: Mapping[str, Cell]) -> list[Json]:
    """Return the requests that put a test's line on top of `Tests`.

    Parameters
    ----------
    line
        Cells by header.
    """
    return [
        insert_rows(tab.sheet_id, 2, 1),
        *write_by_header(tab.sheet_id, tab.columns(HEADERS[TESTS]), {2: line}),
    ]


def member_requests(tab: Tab, staged: Staged) -> list[Json]:
    """Return the requests that put staged members on top of `Test_Members`, and clear the staging tab away.

    On top, as rows that people insert or sort meanwhile cannot move the place. A filter is taken off for the moment, as
    rows that it hides would be passed over.
    """
    rows = len(staged.output.rows)
    columns = tab.columns(staged.output.headers)
    requests: list[Json] = []
    if tab.basic_filter:
        requests.append({"clearBasicFilter": {"sheetId": tab.sheet_id}})
    requests.append(insert_rows(tab.sheet_id, 2, rows))
    for place, header in enumerate(staged.output.headers):
        requests.append(
            {
                "copyPaste": {
                    "source": grid_range(staged.sheet_id, 2, rows + 1, place, place),
                    "destination": grid_range(tab.sheet_id, 2, rows + 1, columns[header], columns[header]),
                    "pasteType": "PASTE_VALUES",
                }
            }
        )
    if tab.basic_filter:
        requests.append({"setBasicFilter": {"filter": _grown(tab.basic_filter, rows)}})
    return [*requests, {"deleteSheet": {"sheetId": staged.sheet_id}}]


def _grown(basic_filter: Mapping[str, Any], rows: int) -> Json:
    """Return a filter whose range has so many rows more."""
    area = dict(basic_filter.get("range", {}))
    if "endRowIndex" in area:
        area["endRowIndex"] += rows
    return {**basic_filter, "range": area}


def verdict_requests(tab: Tab, verdicts: Mapping[str, Mapping[str, Cell]]) -> list[Json]:
    """Return the requests that put Status and Verdict beside their tests, wherever those stand; none where they do.

    A line without a test that bears one of the verdicts was inserted while it was written: it is emptied.

    Parameters
    ----------
    verdicts
        Cells by header, by the test's name as `named` gives it.
    """
    columns = tab.columns(HEADERS[TESTS])
    requests: list[Json] = []
    stray = {text_of(verdict["Verdict"]) for verdict in verdicts.values()} - {""}
    for row in sorted(tab.rows):
        name = text_of(value(tab.cell(row, columns["Test"])))
        wanted = verdicts.get(named(name), {}) if row > 1 and name else {}
        if row > 1 and not name and text_of(value(tab.cell(row, columns["Verdict"]))) in stray:
            wanted = {"Status": "", "Verdict": ""}
        for header, cell in wanted.items():
            if text_of(value(tab.cell(row, columns[header]))) != text_of(cell):
                requests.append(
                    update_cells(tab.sheet_id, row, columns[header], [[cell_data(cell)]], "userEnteredValue")
                )
    return requests


def lift_requests(tab: Tab, name: str, lines: Sequence[Mapping[str, Cell]], wording: Wording) -> list[Json]:
    """Return the requests that write `Lift` anew: the lines of one test on top, those of others below.

    Parameters
    ----------
    tab
        As it was just read.
    lines
        Cells by header.
    wording
        Shows money with its currency.
    """
    headers = HEADERS[LIFT]
    columns = tab.columns(headers)
    others = [
        {header: value(tab.cell(row, columns[header])) for header in headers}
        for row in sorted(tab.rows)
        if row > 1
    ]
    kept = [line for line in others if text_of(line["Test"]) and named(text_of(line["Test"])) != named(name)]
    wanted: list[Mapping[str, Cell]] = [*lines, *kept]
    last = max(tab.rows, default=1)
    blank: list[Mapping[str, Cell]] = [dict.fromkeys(headers, "")] * max(0, last - 1 - len(wanted))
    rows = dict(enumerate([*wanted, *blank], start=2))
    lacking = len(wanted) + 1 - tab.row_count
    grown: list[Json] = []
    if lacking > 0:
        grown.append({"appendDimension": {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": lacking}})
        for column in LAYOUTS[LIFT].columns:  # new rows have no number formats
            grown += number_format(tab.sheet_id, column, columns[column.header], wording)
    return [*grown, *write_by_header(tab.sheet_id, columns, rows)]
