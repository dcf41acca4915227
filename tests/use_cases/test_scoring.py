"""Live scoring over HTTP: what a row becomes, at which cost, and what never happens twice."""

from __future__ import annotations

import pytest

from local.launch import OWNER, LocalGoogle
from server.core.scoring.inputs import parse_prediction_id
from server.errors import DamagedModelError, LayoutError, NoModelError, SpreadsheetAccessError
from server.use_cases.score_result import AskedRow
from server.use_cases.scoring import Scoring
from tests.conftest import PARAMETERS, MeddlingClient, Now, Sheet

NEW_USER = "New User"
LOG = "Prediction_Log"


def score(scoring: Scoring, sheet: Sheet, *rows: int, force: bool = False):
    return scoring.score(sheet.id, [AskedRow(row) for row in rows], trigger="edit", force=force)


def test_a_typed_row_gets_label_plan_time_and_log_line(segmented: Sheet, scoring: Scoring) -> None:
    """A complete row shows what its log line says; the time is New York's wall clock, with its zone."""
    segmented.type(NEW_USER, 2, [["123", "3", "12", "900"]])

    result = score(scoring, segmented, 2)

    row, line = segmented.row(NEW_USER, 2), segmented.row(LOG, 2)
    assert result.scored == 1
    assert row[:4] == [123, 3, 12, 900]
    assert row[7] == 46037.5  # 2026-01-15 12:00
    assert segmented.cell(NEW_USER, 2, 8).format["numberFormat"]["pattern"].endswith('"EST"')
    assert [line[0], line[1], *line[6:9]] == [row[8], row[7], *row[4:7]]
    assert line[10:12] == [1, "edit"]


@pytest.mark.parametrize("count", [1, 500, 1500])
def test_an_edit_costs_one_read_and_one_write(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle, count: int
) -> None:
    """One row or a paste of 1,500: Google is asked twice."""
    segmented.type(NEW_USER, 2, [[f"P{i}", str(i % 300), "2", str(10 + i)] for i in range(count)])
    google.server.log.reset()

    result = score(scoring, segmented, *range(2, 2 + count))

    assert result.scored == count
    assert (google.server.log.reads, google.server.log.writes) == (1, 1)
    assert len(segmented.rows(LOG)) == count


def test_a_classified_row_is_not_classified_again(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle
) -> None:
    """The second call reads and writes nothing."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    score(scoring, segmented, 2)
    before = segmented.row(NEW_USER, 2)
    google.server.log.reset()

    result = score(scoring, segmented, 2)

    assert result.scored == 0
    assert google.server.log.writes == 0
    assert segmented.row(NEW_USER, 2) == before


def test_a_corrected_input_is_scored_anew_and_the_old_line_stays(segmented: Sheet, scoring: Scoring) -> None:
    """Changing an input adds a log line, the newest first."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    score(scoring, segmented, 2)
    old = segmented.row(LOG, 2)

    segmented.type(NEW_USER, 2, [["290"]], column=2)
    score(scoring, segmented, 2)

    assert segmented.row(LOG, 3) == old
    assert segmented.row(LOG, 2)[3] == 290
    assert segmented.row(LOG, 2)[0] == segmented.row(NEW_USER, 2)[8] != old[0]


def test_score_again_scores_a_classified_row(segmented: Sheet, scoring: Scoring) -> None:
    """The marketer's wish counts: a new line, the old one stays."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    score(scoring, segmented, 2)

    result = score(scoring, segmented, 2, force=True)

    assert result.scored == 1
    assert len(segmented.rows(LOG)) == 2


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        (["A", "soon", "2", "10"], 2),
        (["A", "-1", "2", "10"], 2),
        (["A", "NaN", "2", "10"], 2),
        (["A", "5", "1.5", "10"], 3),
        (["A", "5", "0", "10"], 3),
        (["A", "5", "2", "0"], 4),
        (["A", "5", "2", "1e308"], 4),
        (["A", "5", "2", "=1/0"], 4),
        (["A", "5", "2", "TRUE"], 4),
        (["x" * 201, "5", "2", "10"], 1),
        (["y" * 50_000, "5", "2", "10"], 1),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_wrong_input_gets_a_note_on_its_cell(
    segmented: Sheet, scoring: Scoring, typed: list[str], column: int
) -> None:
    """The note says what is expected; no label, no log line; it goes when the input is mended."""
    segmented.type(NEW_USER, 2, [typed])

    result = score(scoring, segmented, 2)

    assert [problem.row for problem in result.invalid] == [2]
    assert "expected" in segmented.note(NEW_USER, 2, column)
    assert segmented.rows(LOG) == []

    segmented.type(NEW_USER, 2, [["A", "5", "2", "10"]])
    assert score(scoring, segmented, 2).scored == 1
    assert segmented.note(NEW_USER, 2, column) == ""


def test_a_marketers_own_note_is_never_touched(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle
) -> None:
    """A note that is not the service's stays on a wrong cell, and when the cell is mended."""
    segmented.type(NEW_USER, 2, [["A", "soon", "2", "10"]])
    document = segmented.document
    with document.changing(OWNER, "note"):
        grid = document.sheet(NEW_USER).grid
        from dataclasses import replace

        from sheets_standin.spreadsheet.cells import full

        grid.put(1, 1, [replace(full(grid.cell(1, 1)), note="ask Anna")])
        document.noted("note", "B2")

    score(scoring, segmented, 2)
    segmented.type(NEW_USER, 2, [["5"]], column=2)
    score(scoring, segmented, 2)

    assert segmented.note(NEW_USER, 2, 2) == "ask Anna"


def test_an_emoji_and_a_formula_like_id_stay_text(segmented: Sheet, scoring: Scoring) -> None:
    """An id that reads like a formula goes into the log as text."""
    segmented.type(NEW_USER, 2, [["🛍️ Zoë", "5", "2", "10"], ["'=1+1", "5", "2", "10"]])

    assert score(scoring, segmented, 2, 3).scored == 2

    assert {line[2] for line in segmented.rows(LOG)} == {"🛍️ Zoë", "=1+1"}
    assert not segmented.document.sheet(LOG).grid.formulas


def test_outputs_beside_incomplete_inputs_are_cleared(segmented: Sheet, scoring: Scoring) -> None:
    """A row that loses an input loses its label; its log line stays."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    score(scoring, segmented, 2)
    segmented.type(NEW_USER, 2, [[""]], column=3)

    result = score(scoring, segmented, 2)

    assert result.cleared == 1
    assert segmented.row(NEW_USER, 2)[4:9] in ([], [None] * 5, [None] * 4)
    assert len(segmented.rows(LOG)) == 1


def test_a_volatile_formula_gives_one_line_and_no_second_write(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle
) -> None:
    """=NOW()-date is recalculated by the very commit that scores it; that is no move of the row."""
    segmented.type(NEW_USER, 2, [["A", "=NOW()-46000", "2", "10"]])
    google.server.log.reset()

    score(scoring, segmented, 2)
    score(scoring, segmented, 2)

    assert len(segmented.rows(LOG)) == 1
    assert google.server.log.writes == 1


def test_a_formula_row_is_rescored_by_the_sweep_once_a_day(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle, now: Now
) -> None:
    """An input that changes by itself is left alone for a day, then scored once."""
    segmented.type(NEW_USER, 2, [["A", "=A20", "2", "10"]])
    segmented.type(NEW_USER, 20, [["30"]])
    score(scoring, segmented, 2)
    segmented.type(NEW_USER, 20, [["31"]])

    now.advance(hours=23)
    assert scoring.score(segmented.id, None, trigger="sweep").scored == 0
    now.advance(hours=2)
    assert scoring.score(segmented.id, None, trigger="sweep").scored == 1
    assert scoring.score(segmented.id, None, trigger="sweep").scored == 0


def test_columns_are_found_by_header_in_any_order(segmented: Sheet, scoring: Scoring) -> None:
    """A marketer's own columns may stand between; they are left alone."""
    segmented.insert_columns(NEW_USER, 3, 2)
    segmented.type(NEW_USER, 1, [["Notes", "Phone"]], column=3)
    segmented.type(NEW_USER, 2, [["A", "3", "call back", "555", "12", "900"]])

    score(scoring, segmented, 2)

    row = segmented.row(NEW_USER, 2)
    assert row[2:4] == ["call back", 555]
    assert parse_prediction_id(str(row[10])) is not None


def test_rows_moved_since_the_edit_are_found_by_looking_at_all(segmented: Sheet, scoring: Scoring) -> None:
    """The payload is a hint: if the row does not show what was seen, what waits is scored wherever it is."""
    segmented.type(NEW_USER, 5, [["A", "3", "12", "900"]])

    result = scoring.score(
        segmented.id,
        [AskedRow(2, {"CustomerID": "A", "Recency": 3, "Frequency": 12, "MonetaryValue": 900})],
        trigger="edit",
    )

    assert [row.row for row in result.rows] == [5]


def test_a_row_outside_the_grid_is_no_crash(segmented: Sheet, scoring: Scoring) -> None:
    """Rows deleted since the edit: the rest is looked at, nothing fails."""
    assert score(scoring, segmented, 5000).scored == 0


def test_without_segments_the_marketer_is_told_what_to_do(
    sheet: Sheet, scoring: Scoring, retraining: object, google: LocalGoogle
) -> None:
    """A spreadsheet that was never set up names the missing tab; one without a model says so."""
    with pytest.raises(LayoutError, match="is missing"):
        score(scoring, sheet, 2)


def test_a_model_tab_without_model_says_so(segmented: Sheet, scoring: Scoring) -> None:
    """Row 2 of Model emptied: there are no segments."""
    with segmented.document.changing(OWNER, "delete"):
        segmented.document.sheet("Model").grid.delete_rows(1, 2)
        segmented.document.noted("delete", "Model")
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])

    with pytest.raises(NoModelError):
        score(scoring, segmented, 2)


def test_a_damaged_model_is_refused(segmented: Sheet, scoring: Scoring) -> None:
    """One changed digit in the parameters, and nothing is scored by it."""
    text = str(segmented.row("Model", 2)[PARAMETERS - 1])
    segmented.type("Model", 2, [["'" + text.replace("1", "2", 1)]], column=PARAMETERS)
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])

    with pytest.raises(DamagedModelError, match="Model"):
        score(scoring, segmented, 2)

    assert segmented.rows(LOG) == []


@pytest.mark.parametrize("title", [NEW_USER, LOG, "Action_Map", "Settings", "Model"])
def test_a_missing_tab_is_named(segmented: Sheet, scoring: Scoring, title: str) -> None:
    """Renaming a tab away stops scoring with its name; renamed back, the row is scored."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    tab = segmented.document.sheet(title)
    tab.title = "Renamed"

    with pytest.raises(LayoutError, match=title):
        score(scoring, segmented, 2)

    tab.title = title
    assert score(scoring, segmented, 2).scored == 1


def test_two_columns_with_one_header_are_named(segmented: Sheet, scoring: Scoring) -> None:
    """Both columns are told, and nothing is written."""
    segmented.type(NEW_USER, 1, [["Recency"]], column=10)
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])

    with pytest.raises(LayoutError, match="columns B, J"):
        score(scoring, segmented, 2)


def test_a_spreadsheet_that_is_not_shared_says_with_whom_to_share_it(
    google: LocalGoogle, scoring: Scoring
) -> None:
    """Google refuses; the hint names the service account."""
    document = google.spreadsheet(shared=False)

    with pytest.raises(SpreadsheetAccessError) as caught:
        scoring.score(document.spreadsheet_id, [AskedRow(2)], trigger="edit")

    assert "share" in caught.value.hint


def test_renamed_segments_and_edited_plans_are_used(segmented: Sheet, scoring: Scoring) -> None:
    """What stands in Action_Map is what a new row gets."""
    segmented.type("Action_Map", 2, [["Our best", "Send flowers"]], column=2)
    segmented.type(NEW_USER, 2, [["A", "1", "12", "2500"]])

    score(scoring, segmented, 2)

    assert segmented.row(NEW_USER, 2)[5:7] == ["Our best", "Send flowers"]
    assert segmented.row(LOG, 2)[7:9] == ["Our best", "Send flowers"]


def test_cells_of_others_are_never_changed(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient
) -> None:
    """Whatever the service writes into New User lies in its own columns."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900", *[""] * 8, "mine"]])
    score(scoring, segmented, 2)
    assert segmented.row(NEW_USER, 2)[12] == "mine"
    assert segmented.row(NEW_USER, 2)[:4] == ["A", 3, 12, 900]


def test_a_paste_that_two_triggers_tell_of_gives_one_line_each_however_deep(
    segmented: Sheet, scoring: Scoring, other: Scoring
) -> None:
    """Somebody deletes the outputs of its first row in between; its line lies below the newest hundred."""
    segmented.type(NEW_USER, 2, [[f"M{number}", str(10 + number), "2", "100"] for number in range(120)])
    score(scoring, segmented, *range(2, 122))
    segmented.type(NEW_USER, 2, [[""] * 5], column=5)

    result = score(other, segmented, *range(2, 122))

    assert (result.scored, result.restored) == (0, 1)
    assert len(segmented.rows(LOG)) == 120
    assert all(row[8] for row in segmented.rows(NEW_USER))
