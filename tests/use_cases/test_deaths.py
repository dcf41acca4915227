"""An instance dies between its commit and the look at where it landed: the next sweep puts right what it can tell.

Tags of columns do nothing here, as Google might differ: else nothing would be put right, see test_column_tags.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.launch import OWNER, LocalGoogle
from server.sheets.commit.committer import Committer
from server.use_cases.scoring import Scoring
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.cells import Cell
from sheets_standin.spreadsheet.structure import COLUMNS
from tests.conftest import MeddlingClient, Now, Sheet, client_of, quick
from tests.use_cases.test_sweep import lengthen
from tests.workbook import LOG, NEW_USER, dies_after, score, sweep

TYPED = [["A", "3", "12", "900.5"], ["77", "200", "1", "20"], ["C", "90", "4", "310"]]
ENTERED = [["A", 3, 12, 900.5], [77, 200, 1, 20], ["C", 90, 4, 310]]
INPUTS = ("CustomerID", "Recency", "Frequency", "MonetaryValue")
OUTPUTS = ("Cluster", "Segment", "ActionPlan", "PredictedAt", "PredictionId")
LOG_HEADERS = (
    *(
        "PredictionId",
        "PredictedAt",
        "CustomerID",
        "Recency",
        "Frequency",
        "MonetaryValue",
        "Cluster",
        "Segment",
    ),
    *("ActionPlan", "Confidence", "ModelVersion", "Trigger", "RequestedBy"),
)

Move = Callable[[Sheet, str], None]

pytestmark = [pytest.mark.usefixtures("without_tags"), pytest.mark.slow]


def inserted(before: int, count: int = 1) -> Move:
    """Insert columns before one of them (from 1)."""
    return lambda sheet, title: sheet.insert_columns(title, before, count)


def moved(first: int, to: int) -> Move:
    """Move a column (from 1) to before another."""

    def move(sheet: Sheet, title: str) -> None:
        with sheet.document.changing(OWNER, "move"):
            structure.move(sheet.document, sheet.document.sheet(title), COLUMNS, first - 1, first, to - 1)
            sheet.document.noted("moveDimension", title)

    return move


@pytest.fixture
def later(google: LocalGoogle, now: Now) -> Callable[[], Scoring]:
    """Return another instance, five minutes later: nobody is still looking where a commit landed."""

    def make() -> Scoring:
        now.advance(minutes=5)
        return Scoring(Committer(client_of(google), quick, lambda: now().timestamp()), now, clock=lambda: 0.0)

    return make


@pytest.fixture
def dies(segmented: Sheet, scoring: Scoring, client: MeddlingClient) -> Callable[[Move, str], None]:
    """Score three customers while somebody moves columns of a tab, and die right after the commit."""

    def run(move: Move, title: str) -> None:
        segmented.type(NEW_USER, 2, TYPED)
        dies_after(client, lambda: move(segmented, title), lambda: score(scoring, segmented, 2, 3, 4))

    return run


def many(count: int) -> list[list[str]]:
    """Return inputs of customers who all differ."""
    return [[f"M{number}", str(10 + number), "2", "100"] for number in range(count)]


def columns(sheet: Sheet, title: str, *headers: str) -> list[list[object]]:
    """Return the values under headers, row by row."""
    header = sheet.row(title, 1)
    at = [header.index(name) for name in headers]
    return [[[*row, *[None] * 20][i] for i in at] for row in sheet.rows(title)]


def others(sheet: Sheet, title: str, ours: tuple[str, ...]) -> list[object]:
    """Return what stands in columns without one of the headers."""
    header = sheet.row(title, 1)
    return [
        cell
        for row in sheet.rows(title)
        for i, cell in enumerate(row)
        if cell is not None and (i >= len(header) or header[i] not in ours)
    ]


def assert_whole(sheet: Sheet) -> None:
    """Each customer stands there as typed, beside the outputs of the one line that the log has of it."""
    assert columns(sheet, NEW_USER, *INPUTS) == ENTERED
    lines = {line[0]: line for line in columns(sheet, LOG, *LOG_HEADERS)}
    assert len(sheet.rows(LOG)) == len(lines) == 3
    for inputs, outputs in zip(ENTERED, columns(sheet, NEW_USER, *OUTPUTS), strict=True):
        line = lines[outputs[4]]
        assert line[2:6] == [str(inputs[0]), *inputs[1:]]
        assert [*line[6:9], line[1]] == outputs[:4]
        assert [line[10], line[11]] == [1, "edit"]
        assert 0 <= line[9] <= 1  # type: ignore[operator]  # the confidence
    assert others(sheet, NEW_USER, (*INPUTS, *OUTPUTS)) == []
    assert others(sheet, LOG, LOG_HEADERS) == []


def is_date(sheet: Sheet, title: str, row: int, column: int) -> bool:
    """Whether a cell (from 1) shows a date."""
    cell = sheet.cell(title, row, column)
    shown = (cell.format or {}).get("numberFormat") if isinstance(cell, Cell) else None
    return bool(shown) and shown["type"] == "DATE_TIME"


LOG_MOVES = {f"one inserted before {at}": inserted(at) for at in range(1, 13)} | {
    "three inserted before 4": inserted(4, 3),
    "the id moved to the end": moved(1, 14),
    "the trigger moved to the front": moved(12, 1),
    "the money moved to the left": moved(6, 4),
}


@pytest.mark.parametrize(
    ("move", "length"),
    [pytest.param(move, 1, id=name) for name, move in LOG_MOVES.items()]
    + [pytest.param(LOG_MOVES[name], 3_000, id=f"long, {name}") for name in list(LOG_MOVES)[::5]],
)
def test_lines_come_under_their_headers(
    segmented: Sheet,
    dies: Callable[[Move, str], None],
    later: Callable[[], Scoring],
    google: LocalGoogle,
    move: Move,
    length: int,
) -> None:
    """Nothing is scored a second time, the rows stay as they are, and a second sweep writes nothing."""
    lengthen(segmented, length)
    dies(move, LOG)
    before = columns(segmented, NEW_USER, *INPUTS, *OUTPUTS)
    other = later()

    result = sweep(other, segmented)

    assert (result.scored, result.waiting) == (0, 0)
    assert columns(segmented, NEW_USER, *INPUTS, *OUTPUTS) == before
    assert_whole(segmented)
    google.server.log.reset()
    sweep(other, segmented)
    assert google.server.log.writes == 0


def test_lines_of_a_long_sheet_come_under_their_headers_where_the_token_is_made_anew(
    segmented: Sheet,
    dies: Callable[[Move, str], None],
    later: Callable[[], Scoring],
    google: LocalGoogle,
) -> None:
    """The token is another than at the look at all rows, and no row waits; the sweep looks again all the same."""
    lengthen(segmented, 3_000)
    dies(inserted(4), LOG)
    segmented.document.protections = []
    other = later()

    sweep(other, segmented)

    assert_whole(segmented)
    google.server.log.reset()
    sweep(other, segmented)
    assert google.server.log.writes == 0


def test_a_line_put_right_shows_its_time_and_nothing_else_does(
    segmented: Sheet, dies: Callable[[Move, str], None], later: Callable[[], Scoring]
) -> None:
    """The time stood where the customer's id is now."""
    dies(inserted(1), LOG)

    sweep(later(), segmented)

    shown = [is_date(segmented, LOG, 2, column) for column in range(1, 15)]
    assert [column for column, shows in enumerate(shown, start=1) if shows] == [3]


@pytest.mark.parametrize("before", [1, 3, 9])
def test_an_edit_knows_a_line_that_stands_under_wrong_headers(
    segmented: Sheet, dies: Callable[[Move, str], None], later: Callable[[], Scoring], before: int
) -> None:
    """The outputs of its row are gone as well: they come from the line, and no second one is written."""
    dies(inserted(before), LOG)
    segmented.type(NEW_USER, 2, [[""] * 5], column=5)

    result = score(later(), segmented, 2)

    assert (result.scored, result.restored) == (0, 1)
    assert_whole(segmented)


def test_a_line_that_somebody_has_written_into_stays_as_it_is(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle
) -> None:
    """It tells no longer what it was."""
    segmented.type(NEW_USER, 2, TYPED)
    score(scoring, segmented, 2, 3, 4)
    segmented.type(LOG, 2, [["mine"]], column=12)
    segmented.type(LOG, 3, [["5"]], column=4)
    before = segmented.rows(LOG)
    google.server.log.reset()

    sweep(scoring, segmented)

    assert segmented.rows(LOG) == before
    assert google.server.log.writes == 0


ROW_MOVES = {f"one inserted before {at}": inserted(at) for at in range(1, 10)} | {
    "two inserted before 1": inserted(1, 2),
    "three inserted before 1": inserted(1, 3),
    "the id of the customer moved to the end": moved(1, 9),
    "the segment moved to the front": moved(6, 1),
    "the plan moved to the front": moved(7, 1),
}


@pytest.mark.parametrize(
    ("move", "length", "asks"),
    [pytest.param(move, 1, "all rows", id=name) for name, move in ROW_MOVES.items()]
    + [pytest.param(ROW_MOVES[name], 3_000, "all rows", id=f"long, {name}") for name in list(ROW_MOVES)[::5]]
    + [pytest.param(ROW_MOVES[name], 1, "the row", id=f"edit, {name}") for name in list(ROW_MOVES)[::4]],
)
def test_rows_get_back_what_outputs_were_written_over(
    segmented: Sheet,
    dies: Callable[[Move, str], None],
    later: Callable[[], Scoring],
    google: LocalGoogle,
    move: Move,
    length: int,
    asks: str,
) -> None:
    """The log knows what was typed; nothing is scored a second time, and a second sweep writes nothing."""
    lengthen(segmented, length)
    dies(move, NEW_USER)
    other = later()

    result = sweep(other, segmented) if asks == "all rows" else score(other, segmented, 2)

    assert (result.scored, result.waiting) == (0, 0)
    assert_whole(segmented)
    header = segmented.row(NEW_USER, 1)
    dates = [column for column in range(1, len(header) + 1) if is_date(segmented, NEW_USER, 2, column)]
    assert dates == [header.index("PredictedAt") + 1]
    google.server.log.reset()
    sweep(other, segmented)
    assert google.server.log.writes == 0


def test_a_row_that_somebody_has_put_right_meanwhile_is_taken_as_typed(
    segmented: Sheet, dies: Callable[[Move, str], None], later: Callable[[], Scoring]
) -> None:
    """Another amount now stands where the cluster had come."""
    dies(inserted(1), NEW_USER)
    segmented.type(NEW_USER, 2, [["1000"]], column=5)

    result = sweep(later(), segmented)

    assert (result.scored, result.restored) == (1, 2)
    assert columns(segmented, NEW_USER, *INPUTS) == [["A", 3, 12, 1000], *ENTERED[1:]]


@pytest.mark.parametrize(
    "and_then", [inserted(1), moved(9, 3), moved(2, 8)], ids=["one more", "to the left", "to the right"]
)
def test_columns_that_moved_several_times_since_are_seen_through(
    segmented: Sheet, dies: Callable[[Move, str], None], later: Callable[[], Scoring], and_then: Move
) -> None:
    """No single move explains where the outputs stand; what they are does."""
    dies(inserted(1), NEW_USER)
    and_then(segmented, NEW_USER)
    inserted(4)(segmented, NEW_USER)

    result = sweep(later(), segmented)

    assert (result.scored, result.restored) == (0, 3)
    assert_whole(segmented)


def test_an_input_that_was_edited_since_stays_beside_those_that_come_back(
    segmented: Sheet, dies: Callable[[Move, str], None], later: Callable[[], Scoring]
) -> None:
    """The recency is the marketer's, the money under the cluster the log's; so the customer is another one."""
    dies(inserted(1), NEW_USER)
    segmented.type(NEW_USER, 2, [["55"]], column=3)

    result = sweep(later(), segmented)

    assert (result.scored, result.restored) == (1, 2)
    assert columns(segmented, NEW_USER, *INPUTS) == [["A", 55, 12, 900.5], *ENTERED[1:]]
    assert columns(segmented, LOG, *LOG_HEADERS)[0][2:6] == ["A", 55, 12, 900.5]
    assert others(segmented, NEW_USER, (*INPUTS, *OUTPUTS)) == []


def test_an_edit_of_a_row_whose_line_lies_deep_in_the_log_sees_that_an_id_stands_astray(
    segmented: Sheet, dies: Callable[[Move, str], None], later: Callable[[], Scoring]
) -> None:
    """An edit reads the newest hundred lines; a PredictionId under another header has it look at all."""
    dies(inserted(1), NEW_USER)
    other = later()
    segmented.type(NEW_USER, 10, [["", *cells] for cells in many(120)])
    score(other, segmented, *range(10, 130))

    result = score(other, segmented, 2)

    assert (result.scored, result.restored) == (0, 3)
    assert columns(segmented, NEW_USER, *INPUTS)[:3] == ENTERED


def test_rows_are_put_right_while_others_are_scored_all_the_time(
    segmented: Sheet, dies: Callable[[Move, str], None], later: Callable[[], Scoring]
) -> None:
    """Nobody is still looking after a commit that is five minutes old, however young the last one is."""
    dies(inserted(1), NEW_USER)
    other = later()
    segmented.type(NEW_USER, 10, [["", "D", "40", "2", "80"]])
    score(other, segmented, 10)

    result = sweep(other, segmented)

    assert (result.restored, result.waiting) == (3, 0)


def test_rows_that_move_while_inputs_come_back_lose_none_of_theirs(
    segmented: Sheet,
    dies: Callable[[Move, str], None],
    later: Callable[[], Scoring],
    google: LocalGoogle,
    now: Now,
) -> None:
    """What came back beside the wrong customer is taken back as well."""
    dies(inserted(1), NEW_USER)
    segmented.type(NEW_USER, 5, [["", "D", "40", "2", "80"]])
    later()
    client = MeddlingClient(client_of(google)._make_credentials, client_of(google)._base_url)
    client.before_write = lambda: segmented.insert_rows(NEW_USER, 2)
    other = Scoring(Committer(client, quick, lambda: now().timestamp()), now, clock=lambda: 0.0)

    sweep(other, segmented)
    sweep(other, segmented)

    assert columns(segmented, NEW_USER, *INPUTS) == [*ENTERED, ["D", 40, 2, 80]]
    assert len(segmented.rows(LOG)) == 4


@pytest.mark.parametrize("at", [13, 15])
def test_outputs_that_a_marketer_keeps_in_columns_of_their_own_stay(
    segmented: Sheet, scoring: Scoring, now: Now, at: int
) -> None:
    """A copy of all outputs stands beside; those under the headers were deleted, and come back."""
    segmented.type(NEW_USER, 2, TYPED[:1])
    score(scoring, segmented, 2)
    grid = segmented.document.sheet(NEW_USER).grid
    kept = [*segmented.row(NEW_USER, 2)[4:9]]
    with segmented.document.changing(OWNER, "copy"):
        grid.resize(grid.row_count, 20)
        grid.put(1, at - 1, [*grid.row(1)[4:9]])
        segmented.document.noted("copyPaste", NEW_USER)
    segmented.type(NEW_USER, 2, [[""] * 5], column=5)

    now.advance(minutes=5)

    sweep(scoring, segmented)

    assert segmented.row(NEW_USER, 2)[at - 1 : at + 4] == kept
    assert segmented.row(NEW_USER, 2)[4:9] == kept
    assert len(segmented.rows(LOG)) == 1


def test_an_input_that_is_like_the_cluster_by_chance_stays(
    segmented: Sheet, scoring: Scoring, now: Now
) -> None:
    """Somebody pastes other figures over a classified row, and a blank over its cluster: nobody moved a column."""
    segmented.type(NEW_USER, 2, TYPED)
    score(scoring, segmented, 2, 3, 4)
    row = next(row for row in (2, 3, 4) if segmented.row(NEW_USER, row)[4] not in (0, None))
    who, _, _, _, cluster = segmented.row(NEW_USER, row)[:5]
    now.advance(minutes=5)
    segmented.type(NEW_USER, row, [["41", f"{cluster}", "70", ""]], column=2)

    sweep(scoring, segmented)

    assert segmented.row(NEW_USER, row)[:4] == [who, 41, cluster, 70]


def test_a_plan_that_somebody_carried_elsewhere_stays_there(
    segmented: Sheet, scoring: Scoring, now: Now
) -> None:
    """The row, of which an input was changed as well, has its plan again; the copy is the marketer's."""
    segmented.type(NEW_USER, 2, TYPED[:1])
    score(scoring, segmented, 2)
    now.advance(minutes=5)
    plan = segmented.row(NEW_USER, 2)[6]
    with segmented.document.changing(OWNER, "cut"):
        grid = segmented.document.sheet(NEW_USER).grid
        grid.resize(grid.row_count, 13)
        grid.put(1, 12, [grid.cell(1, 6)])
        grid.put(1, 6, [None])
        segmented.document.noted("cutPaste", NEW_USER)
    segmented.type(NEW_USER, 2, [["4"]], column=2)

    sweep(scoring, segmented)

    assert segmented.row(NEW_USER, 2)[12] == plan


def test_what_the_log_does_not_tell_is_taken_as_it_stands(
    segmented: Sheet, dies: Callable[[Move, str], None], later: Callable[[], Scoring]
) -> None:
    """The lines are gone as well: no row waits for them for ever. A cluster 0 is no money, which is noted."""
    dies(inserted(1), NEW_USER)
    grid = segmented.document.sheet(LOG).grid
    with segmented.document.changing(OWNER, "delete"):
        grid.delete_rows(1, 4)
        segmented.document.noted("delete", LOG)

    result = sweep(later(), segmented)

    assert (result.scored + len(result.invalid), result.restored, result.waiting) == (3, 0, 0)
    assert {problem.column for problem in result.invalid} <= {"MonetaryValue"}
