"""No text ever becomes a formula, through whichever door it comes into a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from local.launch import OWNER
from server.core.scoring.triage import NOTE_PREFIX
from server.sheets.commit.committer import Committer
from server.use_cases.apply_plans import ApplyingPlans
from server.use_cases.audiences import audiences
from server.use_cases.audiences.asked import AskedAudience
from server.use_cases.audiences.deliveries import Delivery
from server.use_cases.score_result import AskedRow
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet.cells import Cell, value_of
from tests.attack.conftest import EVIL
from tests.conftest import Sheet
from tests.contacts import HEADER, contact, paste

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def put(sheet: Sheet, title: str, row: int, column: int, *values: object) -> None:
    """Have the owner's import put values as they are, texts that look like formulas too; from 1."""
    document = sheet.document
    with document.changing(OWNER, "import"):
        document.put(document.sheet(title), row - 1, column - 1, [list(values)], "import")


def cells(sheet: Sheet) -> Iterator[tuple[str, object]]:
    for tab in sheet.document.sheets:
        for row in tab.grid.rows(0, tab.grid.row_count):
            for cell in row:
                yield tab.title, cell


def formulas(sheet: Sheet) -> list[str]:
    return [f"{title}: {cell}" for title, cell in cells(sheet) if isinstance(cell, Cell) and cell.formula]


def texts(sheet: Sheet, title: str) -> set[str]:
    return {str(value_of(cell)) for tab, cell in cells(sheet) if tab == title}  # type: ignore[arg-type]


def test_an_id_that_looks_like_a_formula_stays_text(segmented: Sheet, scoring: Scoring) -> None:
    """In the row, and in the log line that quotes it."""
    for number, evil in enumerate(EVIL, start=2):
        put(segmented, "New User", number, 1, evil, 3, 2, 90)

    result = scoring.score(segmented.id, None, trigger="sweep")

    assert result.scored == len(EVIL)
    assert formulas(segmented) == []
    assert {evil.strip() for evil in EVIL} <= texts(segmented, "Prediction_Log")


def test_names_and_plans_that_look_like_formulas_stay_text(
    segmented: Sheet, scoring: Scoring, retraining: Retraining
) -> None:
    """In New User, in the log, and through a retrain's staging tabs and copies."""
    count = len(segmented.rows("Action_Map"))
    for number in range(count):
        put(segmented, "Action_Map", number + 2, 2, EVIL[number % len(EVIL)], EVIL[(number + 5) % len(EVIL)])
    for number in range(count * 8):
        put(
            segmented,
            "New User",
            number + 2,
            1,
            f"N{number}",
            1 + 60 * (number % 6),
            1 + number,
            10 * number + 5,
        )

    scoring.score(segmented.id, None, trigger="sweep")
    retraining.run(segmented.id, Run(retrain=True), lambda _stage, _fraction: None)

    assert formulas(segmented) == []
    assert len(texts(segmented, "Segmented_Customers") & {evil.strip() for evil in EVIL}) >= count


def test_names_and_plans_that_are_applied_stay_text(
    segmented: Sheet, scoring: Scoring, retraining: Retraining, committer: Committer
) -> None:
    """In customers, rows, the log, History, Migration and lists; a name is in no condition of a filter view."""
    count = len(segmented.rows("Action_Map"))
    for number in range(count * 4):
        put(
            segmented,
            "New User",
            number + 2,
            1,
            f"N{number}",
            1 + 60 * (number % 6),
            1 + number,
            10 * number + 5,
        )
    scoring.score(segmented.id, None, trigger="sweep")
    for start in range(0, len(EVIL), count):
        for number in range(count):
            name = EVIL[(start + number) % len(EVIL)]
            put(segmented, "Action_Map", number + 2, 2, name, EVIL[(start + number + 5) % len(EVIL)])
        ApplyingPlans(committer, scoring).apply(segmented.id)
    retraining.run(segmented.id, Run(), lambda _stage, _fraction: None)

    assert formulas(segmented) == []
    views = segmented.document.sheet("Segmented_Customers").filter_views
    conditions = [
        spec["filterCriteria"]["condition"]
        for view in views
        for spec in view["filterSpecs"]
        if "condition" in spec["filterCriteria"]
    ]
    values = {value["userEnteredValue"] for condition in conditions for value in condition.get("values", [])}
    assert all(value.isdecimal() or value == "Slipping" for value in values)
    assert {view["title"] for view in views} & {evil.strip() for evil in EVIL}


def test_transactions_of_customers_who_look_like_formulas_stay_text(
    segmented: Sheet, retraining: Retraining
) -> None:
    """Their ids go through RAW writes and copies into RFM and Segmented_Customers."""
    for number, evil in enumerate(EVIL):
        put(segmented, "Training_Data", number + 2, 1, evil, 45_000 + number, 20 + number)

    retraining.run(segmented.id, Run(retrain=True), lambda _stage, _fraction: None)

    assert formulas(segmented) == []
    # An export puts an apostrophe before an id, and a line break is no part of one.
    read = {"'=1+1": "=1+1", "a\r\nERROR forged line": "a ERROR forged line"}
    for title in ("RFM", "Segmented_Customers"):
        assert {read.get(evil, evil).strip() for evil in EVIL} <= texts(segmented, title)


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_a_note_quotes_what_was_typed_as_text(segmented: Sheet, scoring: Scoring, evil: str) -> None:
    """A note has no formulas; its beginning is ours, whatever it quotes."""
    put(segmented, "New User", 2, 1, "A", evil, 2, 90)

    scoring.score(segmented.id, [AskedRow(2)], trigger="edit")

    assert segmented.note("New User", 2, 2).startswith(NOTE_PREFIX + "expected")
    assert formulas(segmented) == []


def test_what_the_payload_says_never_ends_in_a_cell(segmented: Sheet, scoring: Scoring) -> None:
    """It is a hint: the sheet decides. Who could forge a request could write no text of theirs."""
    put(segmented, "New User", 2, 1, "A", 3, 2, 90)
    lie = {"CustomerID": "=EVIL()", "Recency": "=EVIL()", "Frequency": 1, "MonetaryValue": 1}

    scoring.score(segmented.id, [AskedRow(2, lie)], trigger="edit", asked_as="=EVIL()")

    assert not [cell for _, cell in cells(segmented) if "EVIL" in str(cell)]
    assert segmented.row("New User", 2)[4] is not None


def test_contacts_that_look_like_formulas_stay_text(segmented: Sheet, committer: Committer) -> None:
    """In the audience's tab, its record and its file, whichever field they come in."""
    ids = [str(row[0]) for row in segmented.rows("Segmented_Customers")]
    rows = []
    for number, evil in enumerate(EVIL * 2):
        fields = dict.fromkeys(("FirstName", "LastName", "Country", "Zip", "Phone"), evil)
        rows.append(contact(ids[number], number, **fields))
        if number % 2:
            rows[-1][1] = evil
    paste(segmented.document, "Contacts", [HEADER, *rows])
    delivery = Delivery()

    for target in ("list", "klaviyo"):
        asked = AskedAudience(target, f"VIP {target}", hashed=False, tab=True)
        audiences.make(committer, segmented.id, asked, delivery, lambda _stage, _fraction: None)

    assert formulas(segmented) == []
    [file] = delivery.take()
    for row in csv.reader(io.StringIO(file.text, newline="")):
        assert not [
            cell for cell in row if cell[:1] in tuple("=+-@＝＋－＠\t\r\n") and not cell[1:].isdigit()
        ]
