"""The tab Data_Quality: what a segmentation writes there, and what it leaves alone."""

from __future__ import annotations

import datetime as dt

import pytest

from local.launch import OWNER, LocalGoogle
from local.load import load_rows
from server.core.data_checks.report_titles import KINDS
from server.core.wording import versions
from server.layout.record_tabs import DATA_QUALITY
from server.layout.tabs import DATA_QUALITY_HEADERS
from server.sheets.commit.committer import Committer
from server.sheets.tabs import set_up
from server.use_cases.segmentation.run import Retraining
from server.use_cases.training_data import TrainingData
from sheets_standin.spreadsheet.cells import Cell, value_of
from sheets_standin.spreadsheet.formats import displayed
from tests.conftest import MeddlingClient, Now, Sheet, orders
from tests.use_cases.test_retraining import outputs, run

TRAINING = "Training_Data"


def lines(sheet: Sheet) -> dict[object, dict[str, object]]:
    """Return the lines by title, their values by header."""
    header = sheet.row(DATA_QUALITY, 1)
    rows = [dict(zip(map(str, header), row, strict=False)) for row in sheet.rows(DATA_QUALITY)]
    return {row["Check"]: row for row in rows}


def row_of(title: str) -> int:
    """Return the sheet row of a line."""
    return 2 + list(KINDS).index(title)


def spoiled() -> list[list[str]]:
    """Return orders of which rows 3 and 5 lack a customer and row 4 a date."""
    rows = orders()
    rows[2][0] = rows[4][0] = ""
    rows[3][1] = "soon"
    return rows


@pytest.fixture
def poor(google: LocalGoogle) -> Sheet:
    """A spreadsheet with twenty customers of one week."""
    document = google.spreadsheet()
    days = [(dt.date(2025, 12, 1) + dt.timedelta(days=i % 7)).isoformat() for i in range(40)]
    rows = [[f"C{i % 20}", days[i], str(10 + i)] for i in range(40)]
    load_rows(document, [["customer_id", "order_date", "amount"], *rows], OWNER)
    return Sheet(document)


def test_the_account_stands_in_the_tab_and_adds_up(google: LocalGoogle, retraining: Retraining) -> None:
    """390 rows read, 3 left out; 206 and 198 of money without a customer: C000's second and fourth order."""
    document = google.spreadsheet()
    load_rows(document, spoiled(), OWNER)
    sheet = Sheet(document)

    run(retraining, sheet, retrain=False)

    assert sheet.row(DATA_QUALITY, 1) == list(DATA_QUALITY_HEADERS)
    by_title = lines(sheet)
    assert list(by_title) == list(KINDS)
    read, used = by_title["Rows read"]["Rows"], by_title["Rows used"]["Rows"]
    left_out = {title: line["Rows"] for title, line in by_title.items() if line["Result"] == "Left out"}
    assert left_out == {"No customer id": 2, "No date that can be read": 1}
    assert (read, used) == (390, 387)
    assert by_title["No customer id"]["Money"] == (200 + 1) + (200 + 3)
    assert by_title["No date that can be read"]["Money"] == 200 + 2
    assert by_title["Rows read"]["Money"] == by_title["Rows used"]["Money"] + 606  # type: ignore[operator]  # numbers
    assert by_title["In all"]["Result"] == "Look"
    assert by_title["Number of customers"]["Customers"] == 60


def test_the_first_rows_are_links_to_their_cells(google: LocalGoogle, retraining: Retraining) -> None:
    """Rows 3 and 5 lack a customer: column A; row 4 a date: column B. Typed text, no formula."""
    document = google.spreadsheet()
    load_rows(document, spoiled(), OWNER)
    sheet = Sheet(document)

    run(retraining, sheet, retrain=False)

    data = document.sheet(TRAINING).sheet_id
    column = 1 + DATA_QUALITY_HEADERS.index("FirstRows")
    customers = sheet.cell(DATA_QUALITY, row_of("No customer id"), column)
    dates = sheet.cell(DATA_QUALITY, row_of("No date that can be read"), column)
    assert isinstance(customers, Cell)
    assert isinstance(dates, Cell)
    assert (customers.value, customers.formula) == ("3, 5", None)
    assert [
        (run.get("startIndex", 0), run.get("format", {}).get("link", {}).get("uri")) for run in customers.runs
    ] == [
        (0, f"#gid={data}&range=A3"),
        (1, None),
        (3, f"#gid={data}&range=A5"),
    ]
    assert [run["format"]["link"]["uri"] for run in dates.runs] == [f"#gid={data}&range=B4"]


@pytest.mark.slow
def test_more_rows_than_a_cell_holds_are_told_by_dots(google: LocalGoogle, retraining: Retraining) -> None:
    """Twelve are named, and the dots are no link."""
    rows = orders()
    for row in rows[1:15]:
        row[2] = "free"
    document = google.spreadsheet()
    load_rows(document, rows, OWNER)
    sheet = Sheet(document)

    run(retraining, sheet, retrain=False)

    cell = sheet.cell(
        DATA_QUALITY, row_of("No amount that can be read"), 1 + DATA_QUALITY_HEADERS.index("FirstRows")
    )
    assert isinstance(cell, Cell)
    assert cell.value == "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 …"
    assert sum("link" in run.get("format", {}) for run in cell.runs) == 12
    assert "link" not in cell.runs[-1].get("format", {})
    assert cell.runs[-1]["startIndex"] == cell.value.index(" …")
    assert cell.runs[-2]["format"]["link"]["uri"].endswith("&range=C13")


def test_days_and_the_moment_are_dates_in_the_locale_of_the_spreadsheet(segmented: Sheet) -> None:
    """Noon in New York on 15 January 2026; the analysis is of the day after the last order."""
    written, analysis, first = (
        segmented.cell(DATA_QUALITY, row_of(title), 2)
        for title in ("Written", "Analysis date", "First order")
    )

    assert value_of(written) == 46037.5
    assert displayed(analysis) == "1/1/2026"
    assert displayed(analysis, "de_DE") == "01.01.2026"
    assert displayed(first) == "3/11/2025"


def test_a_later_run_writes_values_and_keeps_the_styles(
    segmented: Sheet, retraining: Retraining, now: Now
) -> None:
    """A colour of the marketer's stays, rules are not doubled, links that are no longer true go."""
    tab = segmented.document.sheet(DATA_QUALITY)
    rules = list(tab.conditional_formats)
    painted = {"backgroundColor": {"red": 1.0}, "numberFormat": {"type": "DATE", "pattern": "dd mmm"}}
    column = DATA_QUALITY_HEADERS.index("FirstRows")
    stale = Cell(value="99", runs=({"startIndex": 0, "format": {"link": {"uri": "#gid=0&range=A99"}}},))
    with segmented.document.changing(OWNER, "paint"):
        tab.grid.put(row_of("Analysis date") - 1, 1, [Cell(value=1, format=painted)])
        tab.grid.put(row_of("No customer id") - 1, column, [stale])
        segmented.document.noted("paint", DATA_QUALITY)
    now.advance(days=1)

    run(retraining, segmented)

    shown = segmented.cell(DATA_QUALITY, row_of("Analysis date"), 2)
    assert isinstance(shown, Cell)
    assert (shown.value, shown.format) == (46023, painted)
    coloured = [rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for rule in rules]
    assert coloured == ["OK", *versions("Look"), *dict.fromkeys(versions("Stop"))]
    assert tab.conditional_formats == rules
    gone = segmented.cell(DATA_QUALITY, row_of("No customer id"), column + 1)
    assert value_of(gone) is None
    assert not isinstance(gone, Cell) or not gone.runs
    assert lines(segmented)["Written"]["Result"] == 46038.5


def test_lines_that_were_moved_get_their_formats_again(segmented: Sheet, retraining: Retraining) -> None:
    """Somebody deleted a line: days are days, and headings bold, where they stand after the next run."""
    with segmented.document.changing(OWNER, "delete"):
        segmented.document.sheet(DATA_QUALITY).grid.delete_rows(2, 3)
        segmented.document.noted("delete", DATA_QUALITY)

    run(retraining, segmented)

    assert list(lines(segmented)) == list(KINDS)
    assert displayed(segmented.cell(DATA_QUALITY, row_of("Last order"), 2)) == "12/31/2025"
    heading = segmented.cell(DATA_QUALITY, row_of("What was read"), 1)
    line = segmented.cell(DATA_QUALITY, row_of("What was read") - 1, 1)
    assert isinstance(heading, Cell)
    assert (heading.format or {})["textFormat"]["bold"] is True
    assert not isinstance(line, Cell) or not (line.format or {}).get("textFormat", {}).get("bold")


def test_columns_are_found_by_their_headers(segmented: Sheet, retraining: Retraining) -> None:
    """A column of the marketer's between ours stays as it is."""
    segmented.insert_columns(DATA_QUALITY, 3)
    segmented.type(DATA_QUALITY, 1, [["Mine"], ["to be asked"]], column=3)

    run(retraining, segmented)

    assert segmented.row(DATA_QUALITY, 2)[2] == "to be asked"
    assert lines(segmented)["Rows read"]["Rows"] == 390


def test_somebody_elses_tab_of_that_name_is_left_alone_and_it_is_said(
    sheet: Sheet, retraining: Retraining
) -> None:
    """Segments are written all the same."""
    with sheet.document.changing(OWNER, "add"):
        tab = sheet.document.sheet("Sheet1")
        tab.title = DATA_QUALITY
        sheet.document.noted("add", DATA_QUALITY)
    sheet.type(DATA_QUALITY, 1, [["Our own checks", "Result"], ["phone numbers", "fine"]])
    before = [list(row) for row in tab.grid.rows(0, tab.grid.row_count)]

    result = run(retraining, sheet, retrain=False)

    assert [list(row) for row in tab.grid.rows(0, tab.grid.row_count)] == before
    assert tab.conditional_formats == []
    assert "Data_Quality was left as it is" in result.message
    assert len(sheet.rows("Segmented_Customers")) == 60


def test_connecting_puts_no_protection_on_somebody_elses_tab(
    sheet: Sheet, client: MeddlingClient, committer: Committer
) -> None:
    """Though one of its headers is called as one of ours."""
    with sheet.document.changing(OWNER, "add"):
        sheet.document.sheet("Sheet1").title = DATA_QUALITY
        sheet.document.noted("add", DATA_QUALITY)
    sheet.type(DATA_QUALITY, 1, [["Our own checks", "Result"]])

    asked = set_up.requests(client, sheet.id, committer.sheet(sheet.id).read([]))

    protected = [
        call["addProtectedRange"]["protectedRange"]["range"] for call in asked if "addProtectedRange" in call
    ]
    assert protected
    assert sheet.document.sheet(DATA_QUALITY).sheet_id not in [where["sheetId"] for where in protected]


def test_the_tab_comes_with_the_segments_or_not_at_all(segmented: Sheet, retraining: Retraining) -> None:
    """One change of the document holds both."""
    before = len(segmented.document.journal.entries)

    run(retraining, segmented, retrain=False)

    writers = [
        entry
        for entry in segmented.document.journal.entries[before:]
        if any(DATA_QUALITY in change.where for change in entry.changes)
    ]
    assert len(writers) == 1
    assert any("Segmented_Customers" in change.where for change in writers[0].changes)


def test_inspect_says_that_the_data_are_too_poor_and_writes_nothing(
    poor: Sheet, committer: Committer, now: Now
) -> None:
    """It stands first among the notes, before anything is confirmed."""
    before = poor.document.revision

    inspection = TrainingData(committer, now).inspect(poor.id)

    assert inspection.notes[0].startswith("Too poor to mean anything: The orders span 7 days")
    assert inspection.notes[1].startswith("Too poor to mean anything: Only 20 customers")
    assert {check.name: check.state.value for check in inspection.checks}["history"] == "stop"
    assert poor.document.revision == before


@pytest.mark.slow
def test_a_first_model_of_poor_data_is_made_and_says_so_everywhere(
    poor: Sheet, retraining: Retraining
) -> None:
    """In its warnings, in the tab Model, in the message and in Data_Quality; milder warnings give way."""
    result = run(retraining, poor, retrain=False)

    assert result.candidate is None
    assert [warning.startswith("Too poor to mean anything") for warning in result.model.warnings[:2]] == [
        True,
        True,
    ]
    warnings = " ".join(result.model.warnings)
    assert "Few customers" not in warnings
    assert "Short history" not in warnings
    assert "too few to go by: see Data_Quality" in result.message
    assert result.summary.count(result.model.warnings[0]) == 1
    assert result.model.warnings[0] not in result.quality_sentences
    assert result.model.warnings[0] in str(poor.row("Model", 2))
    assert lines(poor)["In all"]["Result"] == "Stop"


@pytest.mark.slow
def test_a_model_of_poor_data_waits_where_a_good_one_is_in_use(
    segmented: Sheet, retraining: Retraining
) -> None:
    """All orders but those of the last two weeks were deleted: version 1 stays in use, and the reason is said."""
    keep = {(dt.date(2025, 12, 31) - dt.timedelta(days=back)).isoformat() for back in range(20)}
    rows = orders()
    recent = [row for row in rows[1:] if row[1] in keep]
    spread = [[f"N{i}", sorted(keep)[i % 20], str(20 + i)] for i in range(60)]
    before = outputs(segmented)["Model"][0]
    load_rows(segmented.document, [rows[0], *recent, *spread], OWNER)

    result = run(retraining, segmented)

    assert result.candidate is not None
    assert "the orders are too few to go by (The orders span" in result.message
    assert segmented.rows("Model")[0] == before
    assert segmented.rows("Model")[1][:2] == [2, "candidate"]


def test_a_model_of_poor_data_replaces_one_that_was_no_better(poor: Sheet, retraining: Retraining) -> None:
    """Else nobody could ever retrain a small shop."""
    run(retraining, poor, retrain=False)

    result = run(retraining, poor)

    assert result.candidate is None
    assert [row[:2] for row in poor.rows("Model")] == [[2, "in use"], [1, "earlier"]]
