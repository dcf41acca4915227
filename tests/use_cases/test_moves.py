"""People move rows and columns between the read and the write: what lands wrong is taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.launch import OWNER, LocalGoogle
from server.sheets.commit.committer import Committer
from server.use_cases.scoring import Scoring
from sheets_standin.sheets_api.faults import Kind
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.sheet import Sheet as DocumentSheet
from tests.conftest import MeddlingClient, Now, Sheet, client_of, quick
from tests.workbook import LOG, NEW_USER, disagreements, score, sweep

wrong_columns = pytest.mark.usefixtures("without_tags")
"""Something is written under a wrong header only where tags do nothing, see test_column_tags."""

TYPED = [["A", "3", "12", "900"], ["B", "200", "1", "20"], ["C", "90", "4", "310"]]
ENTERED = [["A", 3, 12, 900], ["B", 200, 1, 20], ["C", 90, 4, 310]]


def sort_rows(sheet: Sheet, *, descending: bool = True) -> None:
    """Sort New User by customer id."""
    document = sheet.document
    with document.changing(OWNER, "sort"):
        document.sort(document.sheet(NEW_USER), 1, 1000, (0, 1000), [(0, descending)])


def delete_rows(sheet: Sheet, title: str, first: int, count: int = 1) -> None:
    """Delete sheet rows (from 1)."""
    with sheet.document.changing(OWNER, "delete"):
        sheet.document.sheet(title).grid.delete_rows(first - 1, first - 1 + count)
        sheet.document.noted("delete", title)


MOVES: dict[str, Callable[[Sheet], None]] = {
    "a row inserted above": lambda sheet: sheet.insert_rows(NEW_USER, 2),
    "a row inserted between": lambda sheet: sheet.insert_rows(NEW_USER, 3),
    "sorted": sort_rows,
    "the row above deleted": lambda sheet: delete_rows(sheet, NEW_USER, 2),
    "an input changed": lambda sheet: sheet.type(NEW_USER, 3, [["55"]], column=2),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES.keys())
def test_a_label_beside_the_wrong_customer_is_taken_back_and_later_right(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient, move: Callable[[Sheet], None]
) -> None:
    """Right after the call no row shows another's label; after a sweep every row has its own."""
    segmented.type(NEW_USER, 2, TYPED)
    client.before_write = lambda: move(segmented)

    score(scoring, segmented, 2, 3, 4)

    assert [wrong for wrong in disagreements(segmented) if "is not" in wrong] == []
    sweep(scoring, segmented)
    assert disagreements(segmented) == []
    rows = segmented.rows(NEW_USER)
    assert all(len(row) > 8 and row[8] for row in rows)
    lines = [line for line in segmented.rows(LOG) if line[2] == "C"]
    assert len(lines) == 1  # its line was given back to it, not written again


def test_only_the_rows_that_moved_are_told_as_waiting(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient
) -> None:
    """Two of three rows stand below the inserted one; the first is scored and stays so."""
    segmented.type(NEW_USER, 2, TYPED)
    client.before_write = lambda: segmented.insert_rows(NEW_USER, 3)

    result = score(scoring, segmented, 2, 3, 4)

    assert [row.row for row in result.rows] == [2]
    assert (result.scored, result.waiting) == (1, 2)
    assert segmented.row(NEW_USER, 2)[8] == result.rows[0].prediction_id


def test_rows_that_nobody_asked_about_are_not_touched(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient
) -> None:
    """A sort takes labels along: they are right where they are."""
    segmented.type(NEW_USER, 2, TYPED)
    score(scoring, segmented, 2, 3, 4)
    segmented.type(NEW_USER, 5, [["D", "40", "2", "80"]])
    client.before_write = lambda: sort_rows(segmented)

    score(scoring, segmented, 5)

    labelled = {row[0]: row[8] for row in segmented.rows(NEW_USER) if len(row) > 8 and row[8]}
    lines = {line[2]: line[0] for line in segmented.rows(LOG)}
    # D stood in row 5 and is in row 2 now; A, now in row 5, was written over and waits for the sweep.
    assert labelled == {name: lines[name] for name in ("B", "C")}
    sweep(scoring, segmented)
    assert {row[0]: row[8] for row in segmented.rows(NEW_USER)} == lines
    assert len(segmented.rows(LOG)) == 4


def test_a_move_of_the_whole_tab_with_a_lost_answer_is_seen_too(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient, fails: Callable[..., None]
) -> None:
    """The read that recognises the commit also shows where it landed."""
    segmented.type(NEW_USER, 2, TYPED)
    client.before_write = lambda: segmented.insert_rows(NEW_USER, 2)
    fails(Kind.LOST_ANSWER)

    score(scoring, segmented, 2, 3, 4)
    sweep(scoring, segmented)

    assert disagreements(segmented) == []
    assert len(segmented.rows(LOG)) == 3


@wrong_columns
@pytest.mark.parametrize("before", [1, 3, 5, 6, 8], ids=lambda column: f"before column {column}")
def test_a_column_inserted_between_leaves_foreign_cells_as_they_were(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient, before: int
) -> None:
    """What was written under a wrong header is put back as it was read; then all is scored right."""
    segmented.type(NEW_USER, 1, [["Phone"]], column=10)
    segmented.type(NEW_USER, 2, [[*row, "", "", "", "", "", f"555-{row[0]}"] for row in TYPED])

    def insert() -> None:
        segmented.insert_columns(NEW_USER, before)
        segmented.type(NEW_USER, 1, [["Mine"]], column=before)

    client.before_write = insert

    result = score(scoring, segmented, 2, 3, 4)

    header = segmented.row(NEW_USER, 1)
    phones = [row[header.index("Phone")] for row in segmented.rows(NEW_USER)]
    mine = [row[header.index("Mine")] for row in segmented.rows(NEW_USER)]
    assert (result.scored, result.waiting) == (0, 3)
    assert phones == ["555-A", "555-B", "555-C"]
    assert mine == [None] * 3

    sweep(scoring, segmented)
    lines = {line[2]: line for line in segmented.rows(LOG)}
    assert len(segmented.rows(LOG)) == 3
    for row in segmented.rows(NEW_USER):
        line = lines[row[header.index("CustomerID")]]
        assert row[header.index("PredictionId")] == line[0]
        assert row[header.index("Cluster")] == line[6]


@wrong_columns
def test_a_date_format_does_not_stay_on_a_foreign_column(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient
) -> None:
    """A number of the marketer's that was formatted as a date by mistake shows as a number again."""
    segmented.type(NEW_USER, 2, [[*TYPED[0]]])

    def insert() -> None:
        segmented.insert_columns(NEW_USER, 8)
        segmented.type(NEW_USER, 1, [["Visits"]], column=8)

    client.before_write = insert

    score(scoring, segmented, 2)

    cell = segmented.cell(NEW_USER, 2, 8)
    assert not (getattr(cell, "format", None) or {}).get("numberFormat")


@wrong_columns
def test_a_column_inserted_into_the_log_moves_the_line_to_its_columns(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient
) -> None:
    """The new line stands under its headers; older lines stay."""
    segmented.type(NEW_USER, 2, TYPED)
    score(scoring, segmented, 2)
    client.before_write = lambda: segmented.insert_columns(LOG, 3)

    score(scoring, segmented, 3)

    newest, older = segmented.row(LOG, 2), segmented.row(LOG, 3)
    assert newest[2] is None
    assert newest[3] == "B"
    assert newest[0] == segmented.row(NEW_USER, 3)[8]
    assert older[3] == "A"


@wrong_columns
@pytest.mark.parametrize(("title", "last"), [(LOG, 13), (NEW_USER, 9)])
def test_columns_that_are_gone_by_the_time_of_the_mending_need_none(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient, now: Now, title: str, last: int
) -> None:
    """The place in which something stood lies beyond the tab's last column by then; the rest is put right."""
    segmented.type(NEW_USER, 2, TYPED)
    grid = segmented.document.sheet(title).grid
    grid.resize(grid.row_count, len(segmented.row(title, 1)))
    if title == NEW_USER:
        change(segmented, title, lambda d, s: structure.move(d, s, structure.COLUMNS, 8, 9, 0))
    segmented.insert_columns(title, last)

    def insert() -> None:
        segmented.insert_columns(title, last)
        client.before_write = delete

    def delete() -> None:
        change(segmented, title, lambda d, s: structure.delete(d, s, structure.COLUMNS, last - 1, last + 1))

    client.before_write = insert

    score(scoring, segmented, 2, 3, 4)
    now.advance(minutes=5)
    sweep(scoring, segmented)

    header, ids = segmented.row(NEW_USER, 1), [line[0] for line in segmented.rows(LOG)]
    assert [row[header.index("PredictionId")] for row in segmented.rows(NEW_USER)] == ids[::-1]
    at = header.index("CustomerID")
    assert [row[at : at + 4] for row in segmented.rows(NEW_USER)] == ENTERED
    assert all(isinstance(row[header.index("PredictedAt")], float) for row in segmented.rows(NEW_USER))


def change(sheet: Sheet, title: str, act: Callable[[Document, DocumentSheet], None]) -> None:
    """Have the owner change a tab's structure."""
    with sheet.document.changing(OWNER, "change"):
        act(sheet.document, sheet.document.sheet(title))
        sheet.document.noted("change", title)


def test_a_volatile_formula_beside_is_no_move(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle
) -> None:
    """=NOW() in an input is another number after every commit; what was typed is the same."""
    segmented.type(NEW_USER, 2, [["A", "=NOW()-46000", "2", "10"], ["B", "=TODAY()-46000", "2", "10"]])
    google.server.log.reset()

    result = score(scoring, segmented, 2, 3)

    assert (result.scored, result.waiting) == (2, 0)
    assert google.server.log.writes == 1


def test_a_tab_deleted_between_loses_nothing_else(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient
) -> None:
    """The write is refused whole; the next read names what is missing."""
    from server.errors import LayoutError

    segmented.type(NEW_USER, 2, TYPED)

    def delete() -> None:
        with segmented.document.changing(OWNER, "delete"):
            segmented.document.sheets.remove(segmented.document.sheet(LOG))
            segmented.document.noted("deleteSheet", LOG)

    client.before_write = delete

    with pytest.raises(LayoutError, match=LOG):
        score(scoring, segmented, 2)

    assert segmented.row(NEW_USER, 2)[:4] == ["A", 3, 12, 900]


@wrong_columns
@pytest.mark.parametrize("columns", [1, 4])
def test_inputs_that_were_written_over_are_put_back(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient, columns: int
) -> None:
    """Columns inserted on the left bring inputs under the written place; rows may have moved as well."""
    segmented.type(NEW_USER, 2, TYPED)

    def move() -> None:
        segmented.insert_columns(NEW_USER, 1, columns)
        if columns == 1:
            segmented.insert_rows(NEW_USER, 2)

    client.before_write = move

    score(scoring, segmented, 2, 3, 4)

    inputs = [row[columns : columns + 4] for row in segmented.rows(NEW_USER)]
    assert inputs == [["A", 3, 12, 900], ["B", 200, 1, 20], ["C", 90, 4, 310]]


@wrong_columns
@pytest.mark.parametrize("before", [1, 3, 4])
@pytest.mark.parametrize("asks", ["the row", "all rows", "the row again"])
def test_another_instance_leaves_alone_what_a_commit_has_just_put_into_wrong_columns(
    segmented: Sheet,
    scoring: Scoring,
    client: MeddlingClient,
    google: LocalGoogle,
    now: Now,
    before: int,
    asks: str,
) -> None:
    """Until the first has taken it back, a cluster stands where somebody's money was: nobody entered that."""
    other = Scoring(Committer(client_of(google), quick, lambda: now().timestamp()), now, clock=lambda: 0.0)
    segmented.type(NEW_USER, 2, TYPED)
    answers = []

    def meanwhile() -> None:
        if asks == "all rows":
            answers.append(sweep(other, segmented))
        else:
            answers.append(score(other, segmented, 2, 3, 4, force=asks == "the row again"))

    def insert() -> None:
        segmented.insert_columns(NEW_USER, before)
        client.before_write = meanwhile

    client.before_write = insert

    score(scoring, segmented, 2, 3, 4)

    header = segmented.row(NEW_USER, 1)
    at = [header.index(name) for name in ("CustomerID", "Recency", "Frequency", "MonetaryValue")]
    entered = [["A", 3, 12, 900], ["B", 200, 1, 20], ["C", 90, 4, 310]]
    assert [[row[i] for i in at] for row in segmented.rows(NEW_USER)] == entered
    assert [line[2:6] for line in segmented.rows(LOG)] == entered[::-1]
    assert [(line.scored, line.waiting) for line in answers] == [(0, 3)]
    assert not any(segmented.note(NEW_USER, row, i + 1) for row in (2, 3, 4) for i in at)

    now.advance(minutes=5)
    sweep(other, segmented)
    lines = {line[2]: line[0] for line in segmented.rows(LOG)}
    shown = {row[at[0]]: row[header.index("PredictionId")] for row in segmented.rows(NEW_USER)}
    assert shown == lines
    assert len(segmented.rows(LOG)) == 3


@wrong_columns
def test_a_column_inserted_while_outputs_are_cleared_empties_no_cell_of_others(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient
) -> None:
    """Outputs beside inputs that are not whole go; what stands in their place by then is put back."""
    segmented.type(NEW_USER, 2, TYPED)
    score(scoring, segmented, 2, 3, 4)
    segmented.type(NEW_USER, 3, [[""]], column=2)
    segmented.type(NEW_USER, 1, [["Phone"]], column=10)
    segmented.type(NEW_USER, 2, [["555-A"], ["555-B"], ["555-C"]], column=10)
    client.before_write = lambda: segmented.insert_columns(NEW_USER, 1)

    score(scoring, segmented, 3)
    sweep(scoring, segmented)

    rows = [row[1:] for row in segmented.rows(NEW_USER)]
    assert [row[:4] for row in rows] == [["A", 3, 12, 900], ["B", None, 1, 20], ["C", 90, 4, 310]]
    assert [row[9] for row in rows] == ["555-A", "555-B", "555-C"]
    assert rows[1][4:9] == [None] * 5


@wrong_columns
def test_a_note_that_came_to_a_wrong_column_is_taken_back(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient
) -> None:
    """The service's own note stands where it belongs, and nowhere else."""
    segmented.type(NEW_USER, 2, [["A", "-3", "12", "900"]])

    def insert() -> None:
        segmented.insert_columns(NEW_USER, 2)
        segmented.type(NEW_USER, 1, [["Mine"]], column=2)

    client.before_write = insert

    score(scoring, segmented, 2)
    sweep(scoring, segmented)

    assert segmented.note(NEW_USER, 2, 2) == ""
    assert "expected" in segmented.note(NEW_USER, 2, 3)


@wrong_columns
@pytest.mark.parametrize("row", [2, 3], ids=["above all", "between"])
def test_rows_that_move_while_a_column_is_taken_back_lose_none_of_their_cells(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient, now: Now, row: int
) -> None:
    """The amounts that are put back come to the rows of others first, and are taken back there."""
    segmented.type(NEW_USER, 2, TYPED)
    segmented.type(NEW_USER, 5, [["D", "40", "2", "80"], ["E", "41", "3", "90"]])

    def insert_column() -> None:
        segmented.insert_columns(NEW_USER, 1)
        client.before_write = lambda: segmented.insert_rows(NEW_USER, row)

    client.before_write = insert_column

    score(scoring, segmented, 2, 3, 4, 5)
    now.advance(minutes=5)
    sweep(scoring, segmented)

    inputs = [row[1:5] for row in segmented.rows(NEW_USER)]
    typed = [["A", 3, 12, 900], ["B", 200, 1, 20], ["C", 90, 4, 310], ["D", 40, 2, 80], ["E", 41, 3, 90]]
    assert inputs == typed
    assert len(segmented.rows(LOG)) == 5
