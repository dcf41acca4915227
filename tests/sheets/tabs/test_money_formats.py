"""Money bears its currency wherever it stands, in one format a column, and keeps its fraction."""

from __future__ import annotations

import pytest

from local.launch import OWNER, LocalGoogle
from local.load import load_rows
from server.layout.columns import MONEY_FORMAT
from server.layout.segment_tabs import NEW_USER
from server.layout.tabs import LAYOUTS
from server.sheets.commit.committer import Committer
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.formats import displayed
from tests.conftest import Now, Sheet, client_of, orders, quick
from tests.workbook import score

pytestmark = pytest.mark.slow

PATTERN = "#,##0.00 [$€]"
WHERE = ("Segmented_Customers", "RFM", "Migration", "Action_Map", "History", NEW_USER)


def in_euros(google: LocalGoogle) -> tuple[Sheet, Retraining, Scoring]:
    """Return a German spreadsheet with orders in euros, and who segments and scores it."""
    document = google.spreadsheet()
    document.locale = "de_DE"
    rows = orders()
    load_rows(document, [[*rows[0], "currency"], *([*row, "EUR"] for row in rows[1:])], OWNER)
    committer = Committer(client_of(google), quick)
    scoring = Scoring(committer, Now())
    return Sheet(document), Retraining(committer, scoring, Now()), scoring


@pytest.fixture(scope="module")
def german() -> Sheet:
    """Orders in euros in a German spreadsheet, after a run, with one typed customer and one more run."""
    with LocalGoogle(quota=False) as google:
        sheet, retraining, scoring = in_euros(google)
        retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)
        sheet.type(NEW_USER, 2, [["Maria", "12", "9", "420,75"]])
        score(scoring, sheet, 2)
        retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)
        return sheet


def columns(sheet: Sheet, title: str) -> dict[str, int]:
    """Return the place, from 1, of each column of money that a tab has."""
    header = [str(cell) for cell in sheet.row(title, 1)]
    money = [column.header for column in LAYOUTS[title].columns if column.format == MONEY_FORMAT]
    return {name: 1 + header.index(name) for name in money if name in header}


@pytest.mark.parametrize("title", WHERE)
def test_all_rows_of_a_column_of_money_have_one_format_with_the_currency(german: Sheet, title: str) -> None:
    """Also rows that nothing stands in yet."""
    assert columns(german, title) or title == "Action_Map"
    for place in columns(german, title).values():
        rows = range(2, german.document.sheet(title).grid.row_count + 1)
        patterns = {format_of(german, title, row, place) for row in rows}
        assert patterns == {PATTERN}, (title, place)


def test_all_rows_of_migration_show_when_it_was(german: Sheet) -> None:
    """The tab grows with the segments; the rows that it grows by show a day as the first does."""
    place = 1 + [str(cell) for cell in german.row("Migration", 1)].index("RunAt")
    rows = range(2, 2 + len(german.rows("Migration")))

    patterns = {format_of(german, "Migration", row, place) for row in rows}

    assert len(rows) > 1
    assert len(patterns) == 1
    assert patterns != {""}


def test_what_comes_to_an_older_spreadsheet_shows_money_with_its_currency(google: LocalGoogle) -> None:
    """A column that an older version did not make, and a tab that somebody deleted; notes are in its language."""
    sheet, retraining, _scoring = in_euros(google)
    retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)
    customers, document = sheet.document.sheet("Segmented_Customers"), sheet.document
    place = columns(sheet, customers.title)["ExpectedSpend"]
    with document.changing(OWNER, "delete"):
        structure.delete(document, customers, structure.COLUMNS, place - 1, place)
        structure.delete_sheet(document, document.sheet("RFM"))
        document.noted("delete", customers.title)
    assert "ExpectedSpend" not in columns(sheet, customers.title)

    retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)

    again = columns(sheet, customers.title)["ExpectedSpend"]
    assert format_of(sheet, customers.title, 2, again) == PATTERN
    assert sheet.note(customers.title, 1, again).startswith("Erwartete Ausgaben")
    assert format_of(sheet, "RFM", 2, columns(sheet, "RFM")["MonetaryValue"]) == PATTERN


def test_the_reasons_in_migration_are_said_in_the_spreadsheets_language(google: LocalGoogle) -> None:
    """They are read back as what they mean when nobody moves, and said anew where the locale is another by then."""
    sheet, retraining, _scoring = in_euros(google)
    retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)
    sheet.type("Training_Data", 392, [["NEW", "30.12.2025", "40", "EUR"]])

    retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)
    german = {(row[0] == "(neu)", row[2]) for row in sheet.rows("Migration")}
    sheet.document.locale = "en_GB"
    retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)
    english = {(row[0] == "(new)", row[2]) for row in sheet.rows("Migration")}

    assert german == {(True, "neuer Kunde"), (False, "geblieben")}
    assert english == {(True, "new customer"), (False, "stayed")}


def format_of(sheet: Sheet, title: str, row: int, place: int) -> str:
    content = sheet.cell(title, row, place)
    form = getattr(content, "format", None) or {}
    return str(form.get("numberFormat", {}).get("pattern", ""))


def test_a_fraction_is_shown_and_not_rounded_away(german: Sheet) -> None:
    """In a typed row, and in the sums of all customers."""
    place = columns(german, NEW_USER)["MonetaryValue"]

    assert displayed(german.cell(NEW_USER, 2, place), "de_DE") == "420,75 €"
    total = sum(float(str(row[3])) for row in german.rows("RFM"))
    shown = [displayed(german.cell("Dashboard", 5, column), "de_DE") for column in range(1, 12)]
    euros = f"{total:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")
    assert f"{euros} €" in [text.replace("\xa0", " ") for text in shown]
