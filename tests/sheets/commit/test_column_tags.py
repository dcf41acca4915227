"""Columns move between a read and its write: Google refuses the write, so nobody's cell is written over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local.launch import OWNER, LocalGoogle
from server.errors import LayoutError
from server.sheets.api.failures import ApiFailure
from server.sheets.commit.committer import Committer
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.sheets_api.caller import Quirks
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.structure import COLUMNS
from tests.conftest import MeddlingClient, Now, Sheet, client_of, quick
from tests.use_cases.test_deaths import Move, inserted, moved
from tests.workbook import LOG, NEW_USER, dies_after, score, sweep

TYPED = [["A", "3", "12", "900"], ["B", "200", "1", "20"], ["C", "90", "4", "310"]]
NOTES = ["mine-A", "mine-B", "mine-C"]
INPUTS = ("CustomerID", "Recency", "Frequency", "MonetaryValue")
SEGMENTED = "Segmented_Customers"


def deleted(column: int) -> Move:
    """Delete a column (from 1)."""

    def delete(sheet: Sheet, title: str) -> None:
        with sheet.document.changing(OWNER, "delete"):
            structure.delete(sheet.document, sheet.document.sheet(title), COLUMNS, column - 1, column)
            sheet.document.noted("deleteDimension", title)

    return delete


MOVES: dict[str, Move] = {
    **{f"one inserted before {at}": inserted(at) for at in range(1, 10)},
    "two inserted before 5": inserted(5, 2),
    "one's own moved before the cluster": moved(10, 5),
    "one's own moved to the front": moved(10, 1),
    "the id of the customer moved to the end": moved(1, 11),
    "the plan moved beside the id of the customer": moved(7, 2),
    "the segment moved beside the id of the customer": moved(6, 2),
}


@pytest.fixture
def own(segmented: Sheet) -> Sheet:
    """The spreadsheet with three customers who wait, and a text of the marketer's beside each."""
    grid = segmented.document.sheet(NEW_USER).grid
    grid.resize(grid.row_count, max(grid.column_count, 11))
    segmented.type(NEW_USER, 1, [["Mine"]], column=10)
    segmented.type(NEW_USER, 2, TYPED)
    segmented.type(NEW_USER, 2, [[text] for text in NOTES], column=10)
    return segmented


def under(sheet: Sheet, title: str, header: str) -> list[object]:
    """Return the values under a header."""
    at = sheet.row(title, 1).index(header)
    return [[*row, *[None] * 20][at] for row in sheet.rows(title)]


def assert_nothing_written_over(sheet: Sheet) -> None:
    assert under(sheet, NEW_USER, "Mine") == NOTES
    typed = zip(*(under(sheet, NEW_USER, header) for header in INPUTS), strict=True)
    assert [[str(cell) for cell in row] for row in typed] == TYPED


def tags(sheet: Sheet, title: str) -> list[int]:
    """Return the columns (from 0) of a tab that bear a tag."""
    identity = sheet.document.sheet(title).sheet_id
    return sorted(
        entry.index
        for entry in sheet.document.metadata
        if entry.key == "ate-column" and entry.sheet_id == identity
    )


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_an_instance_that_dies_after_its_write_leaves_every_cell_as_it_was(
    own: Sheet, client: MeddlingClient, scoring: Scoring, google: LocalGoogle, now: Now, move: Move
) -> None:
    """It cannot put anything back; the write that came to moved columns did nothing."""
    dies_after(client, lambda: move(own, NEW_USER), lambda: score(scoring, own, 2, 3, 4))

    assert_nothing_written_over(own)
    assert own.rows(LOG) == []
    later = Scoring(Committer(client_of(google), quick), now, clock=lambda: 0.0)
    assert sweep(later, own).scored == 3
    assert_nothing_written_over(own)


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_an_instance_that_lives_reads_again_and_writes_under_the_headers(
    own: Sheet, client: MeddlingClient, scoring: Scoring, move: Move
) -> None:
    """Nothing has to be taken back, so nothing waits."""
    client.before_write = lambda: move(own, NEW_USER)

    result = score(scoring, own, 2, 3, 4)

    assert (result.scored, result.waiting) == (3, 0)
    assert_nothing_written_over(own)
    assert sorted(map(str, under(own, NEW_USER, "PredictionId"))) == sorted(
        map(str, under(own, LOG, "PredictionId"))
    )


@pytest.mark.parametrize("move", [inserted(1), inserted(13), moved(13, 2)], ids=["first", "last", "moved"])
def test_lines_of_the_log_come_under_their_headers(
    own: Sheet, client: MeddlingClient, scoring: Scoring, move: Move
) -> None:
    """At once, so that an instance which dies leaves none astray."""
    client.before_write = lambda: move(own, LOG)

    assert score(scoring, own, 2, 3, 4).scored == 3

    ids = [str(cell) for cell in under(own, NEW_USER, "PredictionId")]
    assert [str(cell) for cell in under(own, LOG, "PredictionId")] == ids[::-1]
    assert under(own, LOG, "CustomerID") == ["C", "B", "A"]
    assert under(own, LOG, "Trigger") == ["edit"] * 3


@pytest.mark.parametrize("column", [1, 2, 3, 4, 5, 7, 8, 9])
def test_a_column_of_ours_that_is_deleted_meanwhile_brings_nothing_to_its_neighbour(
    own: Sheet, client: MeddlingClient, scoring: Scoring, column: int
) -> None:
    """The write is refused; the next read tells which header is missing."""
    client.before_write = lambda: deleted(column)(own, NEW_USER)

    with pytest.raises(LayoutError, match=NEW_USER):
        score(scoring, own, 2, 3, 4)

    assert under(own, NEW_USER, "Mine") == NOTES
    assert own.rows(LOG) == []


def test_a_column_segment_that_is_deleted_meanwhile_is_not_missed(
    own: Sheet, client: MeddlingClient, scoring: Scoring
) -> None:
    """It may be missing: the write is refused, and the next one does without it."""
    client.before_write = lambda: deleted(6)(own, NEW_USER)

    assert score(scoring, own, 2, 3, 4).scored == 3
    assert_nothing_written_over(own)


def test_a_column_segment_of_somebodys_own_is_left_alone(own: Sheet, scoring: Scoring) -> None:
    """A sheet of an older version has none of ours; one that bears no tag is the marketer's."""
    deleted(6)(own, NEW_USER)
    at = len(own.row(NEW_USER, 1)) + 1
    grid = own.document.sheet(NEW_USER).grid
    grid.resize(grid.row_count, max(at, grid.column_count))
    own.type(NEW_USER, 1, [["Segment"], ["=1+1"], ["mine"]], column=at)

    assert score(scoring, own, 2, 3, 4).scored == 3
    sweep(scoring, own)

    assert under(own, NEW_USER, "Segment") == [2, "mine", None]


def test_rows_are_scored_where_columns_are_moved_again_and_again(
    own: Sheet, client: MeddlingClient, scoring: Scoring
) -> None:
    """Three times in a row: each refusal is a move's, and none is about the tags."""
    moves = iter([inserted(5), moved(11, 2), deleted(6)])

    def meddle() -> None:
        move = next(moves, None)
        if move is not None:
            move(own, NEW_USER)
            client.before_write = meddle

    client.before_write = meddle

    assert score(scoring, own, 2, 3, 4).scored == 3
    assert_nothing_written_over(own)


def test_the_columns_of_new_tabs_bear_tags_from_the_start(segmented: Sheet) -> None:
    """So the first commit is guarded like all others."""
    assert tags(segmented, NEW_USER) == list(range(12))
    assert tags(segmented, LOG) == list(range(16))
    assert tags(segmented, SEGMENTED) == list(range(17))


def test_a_column_without_a_tag_gets_one_before_anything_is_written(
    own: Sheet, client: MeddlingClient, scoring: Scoring, google: LocalGoogle
) -> None:
    """In a spreadsheet of an earlier release: one write more, once; a column moved meanwhile finds it guarded."""
    own.document.metadata = [entry for entry in own.document.metadata if entry.key != "ate-column"]
    google.server.log.reset()

    def meddle() -> None:
        client.before_write = lambda: inserted(5)(own, NEW_USER)

    client.before_write = meddle

    assert score(scoring, own, 2, 3).scored == 2
    assert (google.server.log.reads, google.server.log.writes) == (3, 3)  # tags, refused, rows
    assert_nothing_written_over(own)
    google.server.log.reset()

    score(scoring, own, 4)
    assert (google.server.log.reads, google.server.log.writes) == (1, 1)


def test_a_header_that_was_put_back_by_hand_is_guarded_again(
    own: Sheet, client: MeddlingClient, scoring: Scoring
) -> None:
    """The tag went with the column that was deleted."""
    deleted(9)(own, NEW_USER)
    grid = own.document.sheet(NEW_USER).grid
    grid.resize(grid.row_count, 13)
    own.type(NEW_USER, 1, [["PredictionId"]], column=13)

    assert score(scoring, own, 2).scored == 1

    assert tags(own, NEW_USER) == [*range(11), 12]


class Peculiar(MeddlingClient):
    """Google as it might be: it refuses tags, refuses to renew any, or does not show them."""

    way = ""
    refusals = 0

    def batch_update(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        name = {"refuses new ones": "createDeveloperMetadata", "renews none": "updateDeveloperMetadata"}
        wanted = name.get(self.way)
        if wanted and any(wanted in request for request in args[1]):
            self.refusals += 1
            raise ApiFailure(400, f"Invalid requests[0].{wanted}: Not today.")
        return super().batch_update(*args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        answer = super().get(*args, **kwargs)
        if self.way == "shows none":
            for part in (part for sheet in answer.get("sheets", []) for part in sheet.get("data", [])):
                part.pop("columnMetadata", None)
        return answer


@pytest.mark.parametrize(
    ("way", "refusals", "writes"),
    [("refuses new ones", 2, 1), ("renews none", 2, 1), ("shows none", 0, 2)],
)
def test_where_google_has_no_tags_rows_are_scored_without(
    own: Sheet, google: LocalGoogle, now: Now, way: str, refusals: int, writes: int
) -> None:
    """It is tried once a spreadsheet, not at every call."""
    if way == "refuses new ones":
        own.document.metadata = [entry for entry in own.document.metadata if entry.key != "ate-column"]
    credentials = client_of(google)
    client = Peculiar(credentials._make_credentials, credentials._base_url)
    client.way = way
    scoring = Scoring(Committer(client, quick), now)
    google.server.log.reset()

    assert score(scoring, own, 2).scored == 1
    assert (client.refusals, google.server.log.writes) == (refusals, writes)

    assert score(scoring, own, 3).scored == 1
    assert (client.refusals, google.server.log.writes) == (refusals, writes + 1)


def test_where_google_renews_without_a_word_what_is_not_there_cells_are_put_back(
    own: Sheet, google: LocalGoogle, client: MeddlingClient, scoring: Scoring
) -> None:
    """Tags do nothing then; the look after the write does."""
    google.service.quirks = Quirks(renews_missing_silently=True)
    client.before_write = lambda: inserted(5)(own, NEW_USER)

    result = score(scoring, own, 2, 3, 4)

    assert (result.scored, result.waiting) == (0, 3)
    assert_nothing_written_over(own)


OUTPUT_MOVES: dict[str, Callable[[Sheet], None]] = {
    "inserted": lambda sheet: sheet.insert_columns(SEGMENTED, 4),
    "moved": lambda sheet: moved(11, 4)(sheet, SEGMENTED),
}


@pytest.mark.parametrize("move", OUTPUT_MOVES.values(), ids=OUTPUT_MOVES)
def test_a_column_of_ones_own_stays_where_it_comes_among_the_segments_at_the_swap(
    segmented: Sheet, retraining: Retraining, move: Callable[[Sheet], None]
) -> None:
    """What is put in place comes under its headers, wherever they stand by then."""
    grid = segmented.document.sheet(SEGMENTED).grid
    grid.resize(grid.row_count, 11)
    segmented.type(SEGMENTED, 1, [["Mine"], ["mine-1"], ["mine-2"]], column=11)
    header = segmented.row(SEGMENTED, 1)
    before = {name: under(segmented, SEGMENTED, name) for name in ("CustomerID", "MonetaryValue", "Segment")}
    long_work = retraining._client
    real = long_work.batch_update

    def batch_update(*args: Any, **kwargs: Any) -> Any:
        if any("copyPaste" in request for request in args[1]):
            long_work.batch_update = real  # type: ignore[method-assign]
            move(segmented)
        return real(*args, **kwargs)

    long_work.batch_update = batch_update  # type: ignore[method-assign]

    retraining.run(segmented.id, Run(), lambda _stage, _fraction: None)

    assert segmented.row(SEGMENTED, 1) != header
    assert len(set(segmented.row(SEGMENTED, 1))) == len(segmented.row(SEGMENTED, 1))
    assert under(segmented, SEGMENTED, "Mine")[:3] == ["mine-1", "mine-2", None]
    assert before == {name: under(segmented, SEGMENTED, name) for name in before}
