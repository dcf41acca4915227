"""SpreadsheetApp: what scripts read and write, when it is seen, and what an account may do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sheets_standin.spreadsheet.document import Metadata, Protection
from sheets_standin.workspace import Role
from tests.sheets_standin.scripts import EDITOR, OWNER, Desk

pytestmark = pytest.mark.browser

BODY = "function f(a, b) {{ const book = SpreadsheetApp.getActive(); const s = book.getSheets()[0]; {} }}"


def run(desk_with: Any, code: str, **given: Any) -> Desk:
    desk: Desk = desk_with(BODY.format(code), **given)
    return desk


def test_values_are_read_as_numbers_texts_booleans_and_dates(desk_with: Any) -> None:
    """An empty cell is "", a cell that shows a date is a Date in the spreadsheet's zone."""
    desk = run(
        desk_with,
        "const v = s.getRange(1, 1, 2, 4).getValues(); "
        "return [v[0][0], v[0][1], v[0][2], v[0][3].toISOString(), v[1]];",
    )
    desk.document.time_zone = "America/New_York"
    desk.type([["007", "'007", "TRUE", "2026-01-15"]])

    values = desk.call("f")

    assert values == [7, "007", True, "2026-01-15T05:00:00.000Z", ["", "", "", ""]]


def test_display_values_notes_and_formulas_have_ways_of_their_own(desk_with: Any) -> None:
    """What is shown, what is noted and what is computed are read apart."""
    desk = run(
        desk_with,
        "s.getRange('A1').setNote('why'); const r = s.getRange(1, 1, 1, 2); "
        "return [r.getDisplayValues(), r.getNotes(), r.getFormulas()];",
    )
    desk.type([["$3.5", "=1+1"]])

    answer = desk.call("f")

    assert answer == [[["$3.50", "2"]], [["why", ""]], [["", "=1+1"]]]


def test_display_values_follow_the_locale(desk_with: Any) -> None:
    """One and a half is 1,5 in a German spreadsheet."""
    desk = run(
        desk_with, "return [s.getRange('A1').getDisplayValue(), s.getRange('A1:B1').getDisplayValues()];"
    )
    desk.document.locale = "de_DE"
    desk.type([["1,5", "1.3.2026"]])

    assert desk.call("f") == ["1,5", [["1,5", "01.03.2026"]]]


def test_written_text_is_read_as_typed_text_is(desk_with: Any) -> None:
    """A text that looks like a number, a date or a formula becomes one; in a text cell it stays text."""
    desk = run(
        desk_with,
        "s.getRange('B1').setNumberFormat('@'); "
        "s.getRange(1, 1, 1, 4).setValues([['0042', '0042', '=1+2', '2026-01-15']]);",
    )

    desk.call("f")

    assert [desk.value(1, column) for column in range(1, 5)] == [42, "0042", 3, 46037]


def test_a_date_is_written_in_the_zone_of_the_spreadsheet(desk_with: Any) -> None:
    """A Date becomes the wall clock of the spreadsheet, with a date format where there was none."""
    desk = run(desk_with, "s.getRange('A1').setValue(new Date(Date.UTC(2026, 0, 15, 5)));")
    desk.document.time_zone = "America/New_York"

    desk.call("f")

    assert desk.value(1, 1) == 46037
    assert desk.cell(1, 1).format == {"numberFormat": {"type": "DATE", "pattern": "M/d/yyyy"}}


def test_writes_are_invisible_until_a_flush(desk_with: Any) -> None:
    """Between a write and the flush nobody else sees it; the script itself does, as its reading flushes."""
    code = """
    s.getRange('A1').setValue(1);
    book.addDeveloperMetadata('k', 'v');
    book.toast('said');
    Utilities.sleep(1);
    if (a === 'flush') SpreadsheetApp.flush();
    if (a === 'read') s.getRange('B1').getValue();
    Utilities.sleep(2);
    """
    seen: list[tuple[float, Any, int]] = []
    desk = run(desk_with, code)
    desk.addon.script.sleep = lambda s: seen.append((s, desk.value(1, 1), len(desk.document.metadata)))

    for how in ("flush", "read", "end"):
        with desk.document.changing(OWNER, "clear"):
            desk.document.put(desk.document.sheets[0], 0, 0, [[None]], "clear")
            desk.document.metadata.clear()
        desk.call("f", how)

    assert seen == [(0.001, None, 0), (0.002, 1, 1)] * 2 + [(0.001, None, 0), (0.002, None, 0)]
    assert desk.value(1, 1) == 1


def test_writes_before_an_error_are_kept(desk_with: Any) -> None:
    """A script that fails has still written what it wrote before."""
    desk = run(desk_with, "s.getRange('A1').setValue(1); throw new Error('then');")

    refusal = desk.refusal("f")

    assert refusal == "Error: then"
    assert desk.value(1, 1) == 1


def test_a_flush_is_one_change_by_the_account_at_work(desk_with: Any) -> None:
    """All that a flush applies is one entry of the journal."""
    desk = run(desk_with, "s.getRange('A1').setValue(1); s.getRange('B1').setValue(2);")

    desk.call("f", by=desk.editor)

    assert [(e.actor, e.call, len(e.changes)) for e in desk.document.journal.entries] == [
        (EDITOR, "Apps Script: f", 2)
    ]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("s.getRange(0, 1)", "The starting row of the range is too small."),
        ("s.getRange(1, 1, 0)", "The number of rows in the range must be at least 1."),
        ("s.getRange(1001, 1)", "The coordinates of the range are outside the dimensions of the sheet."),
        ("s.getRange(1, 26, 1, 2)", "The coordinates of the range are outside the dimensions of the sheet."),
        ("s.getRange('Nowhere!A1')", "Range not found"),
        (
            "s.getRange(1, 1, 2, 1).setValues([[1]])",
            "The number of rows in the data does not match the number of rows in the range. "
            "The data has 1 but the range has 2.",
        ),
        (
            "s.getRange(1, 1, 1, 2).setValues([[1]])",
            "The number of columns in the data does not match the number of columns in the range. "
            "The data has 1 but the range has 2.",
        ),
        (
            "book.insertSheet('Sheet1')",
            'A sheet with the name "Sheet1" already exists. Please enter another name.',
        ),
        ("book.deleteSheet(s); SpreadsheetApp.flush()", "You can't remove all the sheets in a document."),
    ],
    ids=lambda value: value[:30],
)
def test_what_lies_outside_is_refused(desk_with: Any, code: str, message: str) -> None:
    """Ranges outside the tab and data of another size throw in Google's words."""
    refusal = run(desk_with, code).refusal("f")

    assert refusal == f"Exception: {message}"


def test_a_tab_that_was_just_inserted_can_be_used(desk_with: Any) -> None:
    """A new tab, new rows and a new name are seen by what follows in the same run."""
    desk = run(
        desk_with,
        "const t = book.insertSheet('New'); t.insertRowsAfter(1000, 5); t.getRange(1005, 1).setValue('x'); "
        "s.setName('Old'); return [book.getSheetByName('Old').getSheetId(), t.getMaxRows(), t.getIndex()];",
    )

    answer = desk.call("f")

    assert answer == [0, 1005, 2]
    assert desk.value(1005, 1, "New") == "x"


def test_the_last_row_is_the_last_with_a_value(desk_with: Any) -> None:
    """Formats and notes below the data do not count."""
    desk = run(desk_with, "s.getRange('C9').setNote('n'); return [s.getLastRow(), s.getLastColumn()];")
    desk.type([["a", ""], ["", "b"]])

    last = desk.call("f")

    assert last == [2, 2]


def test_ranges_know_where_they_are(desk_with: Any) -> None:
    """Numbers count from 1; open ranges reach the end of the tab."""
    desk = run(
        desk_with,
        "const r = s.getRange('B2:C'); const o = r.offset(1, 1, 2, 1); "
        "return [r.getNumRows(), r.getLastColumn(), o.getA1Notation(), s.getRange('B:B').getA1Notation(), "
        "s.getRange(3, 2).getA1Notation()];",
    )

    answer = desk.call("f")

    assert answer == [999, 3, "C3:C4", "B:B", "B3"]


def test_sorting_and_deleting_rows(desk_with: Any) -> None:
    """A range is sorted within its columns; rows are deleted."""
    desk = run(desk_with, "s.getRange('A1:B3').sort({column: 1, ascending: false}); s.deleteRows(1, 1);")
    desk.type([["1", "a"], ["3", "c"], ["2", "b"]])

    desk.call("f")

    assert [[desk.value(row, column) for column in (1, 2)] for row in (1, 2)] == [[2, "b"], [1, "a"]]


def test_a_strict_protection_keeps_others_out(desk_with: Any) -> None:
    """A script writes with the permissions of its account: the owner may, an editor may not."""
    desk = run(desk_with, "s.getRange('A1').setValue(1);")
    grid = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1}
    desk.document.protections.append(Protection(7, grid, "", False, (OWNER,)))

    refusal = desk.refusal("f", by=desk.editor)
    desk.call("f", by=desk.owner)

    assert refusal.startswith("Exception: You are trying to edit a protected cell or object.")
    assert desk.value(1, 1) == 1


def test_protections_are_seen_with_their_kind_and_editors(desk_with: Any) -> None:
    """A warning is told from a strict protection."""
    desk = run(
        desk_with,
        "return book.getProtections(SpreadsheetApp.ProtectionType.RANGE).map("
        "p => [p.getDescription(), p.isWarningOnly(), p.canEdit(), p.getRange().getA1Notation()]);",
    )
    grid = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1}
    desk.document.protections += [Protection(7, grid, "w", True), Protection(8, grid, "s", False, (OWNER,))]

    answer = desk.call("f", by=desk.editor)

    assert answer == [["w", True, True, "A1"], ["s", False, False, "A1"]]


def test_a_viewer_writes_nothing(desk_with: Any) -> None:
    """Who lost the right to edit while a sidebar was open is refused."""
    desk = run(desk_with, "s.getRange('A1').setValue(1); SpreadsheetApp.flush();")
    desk.workspace.share(desk.document.spreadsheet_id, EDITOR, Role.VIEWER)

    refusal = desk.refusal("f", by=desk.editor)

    assert refusal == "Exception: You do not have permission to perform that action."


def test_sharing_is_seen_at_once(desk_with: Any) -> None:
    """An editor that a script adds may edit; who may already more keeps it."""
    desk = run(
        desk_with,
        "book.addEditor('service@project.iam.gserviceaccount.com').addViewer('owner@example.com'); "
        "return [book.getOwner().getEmail(), book.getEditors().map(u => u.getEmail())];",
    )

    owner, editors = desk.call("f")

    assert owner == OWNER
    assert editors == [OWNER, EDITOR, "service@project.iam.gserviceaccount.com"]


def test_sharing_that_is_forbidden_says_so(desk_with: Any) -> None:
    """A domain that forbids sharing outside refuses it, and so does what is no address."""
    desk = run(desk_with, "book.addEditor(a);")

    wrong = desk.refusal("f", "nobody")
    desk.addon.script.sharing_refusal = "Access denied."
    forbidden = desk.refusal("f", "a@other.example")

    assert (wrong, forbidden) == ("Exception: Invalid email: nobody", "Exception: Access denied.")


def test_metadata_is_found_changed_and_removed(desk_with: Any) -> None:
    """Entries of the spreadsheet and of a tab are told apart."""
    desk = run(
        desk_with,
        "book.addDeveloperMetadata('k', '1'); s.addDeveloperMetadata('k', '2'); "
        "const all = book.createDeveloperMetadataFinder().withKey('k').find().map(m => m.getValue()); "
        "book.getDeveloperMetadata()[0].setValue('3'); s.getDeveloperMetadata().forEach(m => m.remove()); "
        "return all;",
    )

    answer = desk.call("f")

    assert answer == ["1", "2"]
    assert [(m.key, m.value, m.sheet_id) for m in desk.document.metadata] == [("k", "3", None)]


def test_metadata_of_a_column_is_none_of_its_tab(desk_with: Any) -> None:
    """A search finds it, as that of a column; which one is not told here."""
    desk = run(
        desk_with,
        "s.addDeveloperMetadata('k', 'tab'); "
        "const all = book.createDeveloperMetadataFinder().withKey('k').find(); "
        "return [s.getDeveloperMetadata().map(m => m.getValue()), "
        "all.map(m => String(m.getLocation().getLocationType())), "
        "book.createDeveloperMetadataFinder().withLocationType("
        "SpreadsheetApp.DeveloperMetadataLocationType.COLUMN).find().map(m => m.getLocation().getSheet())];",
    )
    with desk.document.changing(OWNER, "tag"):
        desk.document.metadata.append(Metadata(7, "k", "column", "DOCUMENT", 0, "COLUMNS", 2))
        desk.document.noted("createDeveloperMetadata", "k")

    assert desk.call("f") == [["tab"], ["COLUMN", "SHEET"], [None]]


def test_what_is_selected_is_what_the_page_says(desk_with: Any) -> None:
    """A script reads the selection, and selects; the page is told."""
    desk = run(
        desk_with,
        "const was = book.getActiveRange().getA1Notation(); s.getRange('C3:D4').activate(); "
        "return [was, book.getActiveRange().getA1Notation()];",
    )

    answer = desk.call("f")

    assert answer == ["A1", "C3:D4"]
    assert [
        {k: e[k] for k in ("sheetId", "row", "column", "rows", "columns")} for e in desk.events("activate")
    ] == [{"sheetId": 0, "row": 2, "column": 2, "rows": 2, "columns": 2}]


def test_no_other_spreadsheet_opens_under_the_narrow_scope(desk_with: Any) -> None:
    """spreadsheets.currentonly opens the bound spreadsheet alone."""
    desk = run(desk_with, "SpreadsheetApp.openById(book.getId());")

    refusal = desk.refusal("f")

    assert refusal == (
        "Exception: Specified permissions are not sufficient to call SpreadsheetApp.openById. "
        "Required permissions: https://www.googleapis.com/auth/spreadsheets"
    )


def test_with_the_wide_scope_only_what_is_shared_opens(desk_with: Any) -> None:
    """The scope opens what the account may open, and nothing else."""
    scopes = ["https://www.googleapis.com/auth/spreadsheets"]
    desk = run(desk_with, "return SpreadsheetApp.openById(a).getName();", manifest={"oauthScopes": scopes})
    other = desk.workspace.create("Other", OWNER)

    name = desk.call("f", other.spreadsheet_id, by=desk.owner)
    refusal = desk.refusal("f", other.spreadsheet_id, by=desk.editor)

    assert name == "Other"
    assert refusal == "Exception: You do not have permission to access the requested document."


def test_the_clock_of_the_tests_is_the_clock_of_the_document(desk_with: Any) -> None:
    """A formula with TODAY() computed for a script is the workspace's day."""
    desk = run(desk_with, "s.getRange('A1').setFormula('=TODAY()'); return s.getRange('A1').getValue();")
    desk.clock.advance(dt.timedelta(days=1))

    today = desk.call("f")

    assert today == 46038
