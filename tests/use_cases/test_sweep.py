"""The sweep: from any state, rows and log agree afterwards; run twice, the second run writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from local.launch import OWNER, LocalGoogle
from server.sheets.commit.committer import Committer
from server.sheets.scoring.full_scan import FullScan, full_scan
from server.use_cases.scoring import Scoring
from server.use_cases.scoring import sweep as sweep_module
from sheets_standin.sheets_api.faults import Kind
from tests.conftest import MeddlingClient, Now, Sheet
from tests.workbook import LOG, NEW_USER, beside, disagreements, score, sweep

TYPED = [["A", "3", "12", "900"], ["B", "200", "1", "20"], ["C", "90", "4", "310"]]


@pytest.fixture
def scored(segmented: Sheet, scoring: Scoring) -> Sheet:
    """Three classified rows."""
    segmented.type(NEW_USER, 2, TYPED)
    score(scoring, segmented, 2, 3, 4)
    return segmented


def lengthen(sheet: Sheet, rows: int, title: str = NEW_USER) -> None:
    """Make a tab longer than one read of the sweep shows whole."""
    with sheet.document.changing(OWNER, "grow"):
        grid = sheet.document.sheet(title).grid
        grid.resize(max(rows, grid.row_count), grid.column_count)
        sheet.document.noted("grow", title)


def blank(sheet: Sheet, row: int, column: int = 5, width: int = 4) -> None:
    sheet.type(NEW_USER, row, [[""] * width], column=column)


def assert_settled(sheet: Sheet, scoring: Scoring, google: LocalGoogle) -> None:
    """Rows and log agree, and another sweep writes nothing."""
    assert disagreements(sheet) == []
    google.server.log.reset()
    again = sweep(scoring, sheet)
    assert google.server.log.writes == 0
    assert (again.scored, again.restored, again.cleared, again.relogged, again.waiting) == (0, 0, 0, 0, 0)


both_ways = pytest.mark.parametrize("rows", [1000, 2500], ids=["short tab", "long tab"])


@both_ways
def test_a_row_that_lost_its_outputs_gets_its_line_back(
    scored: Sheet, scoring: Scoring, google: LocalGoogle, rows: int
) -> None:
    """No second line: the log is the truth."""
    lengthen(scored, rows)
    before = scored.rows(NEW_USER)
    blank(scored, 3)

    result = sweep(scoring, scored)

    assert (result.scored, result.restored) == (0, 1)
    assert scored.rows(NEW_USER) == before
    assert len(scored.rows(LOG)) == 3
    assert_settled(scored, scoring, google)


def test_an_edit_gives_the_line_back_too(scored: Sheet, scoring: Scoring) -> None:
    """It looks at all rows first, as the line could stand in another one."""
    blank(scored, 3)

    assert score(scoring, scored, 3).restored == 1
    assert len(scored.rows(LOG)) == 3


@pytest.mark.parametrize("why", ["older than a day", "of another model", "it stands in another row"])
def test_a_line_is_not_given_back(
    scored: Sheet, scoring: Scoring, now: Now, google: LocalGoogle, why: str
) -> None:
    """The customer is scored anew, with a line of its own."""
    if why == "older than a day":
        blank(scored, 3)
        now.advance(hours=25)
    elif why == "of another model":
        mark = str(scored.row(NEW_USER, 3)[8])
        for line in range(2, 5):
            if scored.row(LOG, line)[0] == mark:
                scored.type(LOG, line, [["v7" + mark[2:]]])
        blank(scored, 3)
    else:
        scored.type(NEW_USER, 5, [TYPED[1]])

    result = sweep(scoring, scored)

    assert (result.scored, result.restored) == (1, 0)
    assert len(scored.rows(LOG)) == 4
    assert_settled(scored, scoring, google)


def test_a_line_younger_than_a_day_is_given_back(scored: Sheet, scoring: Scoring, now: Now) -> None:
    """The other side of the limit."""
    blank(scored, 3)
    now.advance(hours=23)

    assert sweep(scoring, scored).restored == 1


@both_ways
def test_lines_that_are_missing_are_put_in_again(
    scored: Sheet, scoring: Scoring, google: LocalGoogle, rows: int
) -> None:
    """Somebody emptied the log: each classified row has its line again, with its own id and time."""
    lengthen(scored, rows)
    before = {row[8]: (row[4], row[6], row[7]) for row in scored.rows(NEW_USER)}
    scored.type(LOG, 2, [[""] * 13] * 3)

    result = sweep(scoring, scored)

    assert result.relogged == 3
    lines = {line[0]: (line[6], line[8], line[1]) for line in scored.rows(LOG)}
    assert lines == before
    assert {line[11] for line in scored.rows(LOG)} == {"reconciled"}
    assert_settled(scored, scoring, google)


@both_ways
def test_outputs_that_were_changed_by_hand_are_the_logs_again(
    scored: Sheet, scoring: Scoring, google: LocalGoogle, rows: int
) -> None:
    """A number typed over a label goes: the log is the truth."""
    lengthen(scored, rows)
    before = scored.rows(NEW_USER)
    scored.type(NEW_USER, 2, [["99", "other", "made up"]], column=5)

    sweep(scoring, scored)

    assert scored.rows(NEW_USER) == before
    assert_settled(scored, scoring, google)


@both_ways
def test_outputs_beside_incomplete_inputs_are_cleared(
    scored: Sheet, scoring: Scoring, google: LocalGoogle, rows: int
) -> None:
    """The line stays in the log."""
    lengthen(scored, rows)
    scored.type(NEW_USER, 3, [[""]], column=3)

    result = sweep(scoring, scored)

    assert result.cleared == 1
    assert not any(scored.row(NEW_USER, 3)[4:9])
    assert len(scored.rows(LOG)) == 3
    assert_settled(scored, scoring, google)


@both_ways
def test_a_copied_row_gets_a_prediction_of_its_own(
    scored: Sheet, scoring: Scoring, google: LocalGoogle, rows: int
) -> None:
    """The first row with the id keeps it; the copy below is a row like any other."""
    lengthen(scored, rows)
    grid = scored.document.sheet(NEW_USER).grid
    with scored.document.changing(OWNER, "paste"):
        grid.put(4, 0, grid.row(1))
        scored.document.noted("paste", "A5")
    mark = scored.row(NEW_USER, 2)[8]

    result = sweep(scoring, scored)

    assert result.scored == 1
    assert scored.row(NEW_USER, 2)[8] == mark
    assert scored.row(NEW_USER, 5)[8] not in (mark, None)
    assert_settled(scored, scoring, google)


def test_every_damage_at_once_settles_in_one_sweep(
    scored: Sheet, scoring: Scoring, google: LocalGoogle
) -> None:
    """Line gone, id copied, outputs lost, label changed, input gone, wrong input: one commit."""
    scored.type(NEW_USER, 5, [["D", "1", "1", "5"], ["E", "soon", "1", "5"], ["F", "1", "", "5", "3", "x"]])
    grid = scored.document.sheet(NEW_USER).grid
    with scored.document.changing(OWNER, "paste"):
        grid.put(8, 0, grid.row(1))
        scored.document.noted("paste", "A9")
    blank(scored, 3)
    scored.type(NEW_USER, 4, [["99"]], column=5)
    scored.type(LOG, 2, [[""] * 13])
    google.server.log.reset()

    sweep(scoring, scored)

    assert google.server.log.writes == 1
    assert "expected" in scored.note(NEW_USER, 6, 2)
    assert_settled(scored, scoring, google)


@pytest.mark.parametrize("text", ["=1/0", '=A1+"x"', "nonsense"])
def test_a_wrong_input_in_a_long_tab_is_noted_once(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle, text: str
) -> None:
    """Two reads word an error differently; that is no change, and no other row waits behind it."""
    lengthen(segmented, 2500)
    segmented.type(NEW_USER, 2, [["A", text, "2", "10"], ["B", "200", "1", "20"]])

    assert sweep(scoring, segmented).scored == 1
    note = segmented.note(NEW_USER, 2, 2)
    assert "expected" in note
    assert_settled(segmented, scoring, google)
    assert (
        google.server.log.reads == 4
    )  # one finds the tab long, three look it over; no row is looked at again
    assert segmented.note(NEW_USER, 2, 2) == note


@pytest.mark.slow
def test_a_commit_has_at_most_1500_rows_and_the_next_has_the_rest(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle
) -> None:
    """1,900 rows that wait in a short tab: two commits, nothing left."""
    segmented.type(NEW_USER, 2, [[f"P{i}", str(i % 300), "2", str(10 + i)] for i in range(1900)])
    google.server.log.reset()

    result = sweep(scoring, segmented)

    assert (result.scored, result.waiting) == (1900, 0)
    assert google.server.log.writes == 2
    assert len(segmented.rows(LOG)) == 1900


@pytest.mark.slow
def test_a_sweep_of_a_long_tab_reaches_every_row(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle
) -> None:
    """3,200 rows that wait: three commits."""
    segmented.type(NEW_USER, 2, [[f"P{i}", str(i % 300), "2", str(10 + i)] for i in range(3200)])
    google.server.log.reset()

    result = sweep(scoring, segmented)

    assert (result.scored, result.waiting) == (3200, 0)
    assert google.server.log.writes == 3
    assert_settled(segmented, scoring, google)


@pytest.mark.slow
def test_scattered_rows_are_swept_in_few_commits(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle
) -> None:
    """Each third of 3,000 rows waits: more than 40 places, one commit for what 5,000 rows of reading hold."""
    segmented.type(NEW_USER, 2, [[f"P{i}", "3", "2", "10"] if i % 3 == 0 else ["", ""] for i in range(3000)])
    google.server.log.reset()

    result = sweep(scoring, segmented)

    assert (result.scored, result.waiting) == (1000, 0)
    assert google.server.log.writes == 1


@pytest.mark.slow
def test_rows_too_scattered_to_be_read_at_once_are_swept_in_lots(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit reads no more rows than it may, and the next goes on where it ended."""
    monkeypatch.setattr(sweep_module, "SWEPT_ROWS", 500)
    segmented.type(NEW_USER, 2, [[f"P{i}", "3", "2", "10"] if i % 10 == 0 else ["", ""] for i in range(2400)])
    google.server.log.reset()

    result = sweep(scoring, segmented)

    assert (result.scored, result.waiting) == (240, 0)
    assert 3 <= google.server.log.writes <= 8


@pytest.mark.slow
def test_rows_that_always_look_wrong_keep_no_other_from_its_turn(
    segmented: Sheet, scoring: Scoring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should the light look misjudge 1,600 rows, the one below them is scored all the same."""
    segmented.type(NEW_USER, 2, [[f"P{i}", "3", "2", "10"] for i in range(2200)])
    sweep(scoring, segmented)

    def misjudged(*args: Any) -> FullScan:
        scan = full_scan(*args)
        rows = [
            msgspec.structs.replace(row, outputs={**row.outputs, "Cluster": 99}) for row in scan.rows[:1600]
        ]
        return replace(scan, rows=[*rows, *scan.rows[1600:]])

    monkeypatch.setattr(sweep_module, "full_scan", misjudged)
    segmented.type(NEW_USER, 2400, [["last", "3", "2", "10"]])

    result = sweep(scoring, segmented)

    assert (result.scored, result.waiting) == (1, 0)


@pytest.mark.parametrize("above", [2, 4], ids=["above all", "above one that waits"])
def test_rows_that_move_between_the_look_at_all_and_the_read_of_some_are_not_taken_for_copies(
    scored: Sheet,
    scoring: Scoring,
    google: LocalGoogle,
    monkeypatch: pytest.MonkeyPatch,
    above: int,
) -> None:
    """A classified row comes to stand where one that waits stood; it is below the place where its id was seen."""
    lengthen(scored, 2500)
    scored.type(NEW_USER, 5, [["D", "40", "2", "80"], ["E", "41", "3", "90"]])
    scored.type(NEW_USER, 7, [["F", "50", "2", "70"]])
    score(scoring, scored, 6)

    def overtaken(*args: Any) -> FullScan:
        scan = full_scan(*args)
        monkeypatch.setattr(sweep_module, "full_scan", full_scan)
        scored.insert_rows(NEW_USER, above)
        return scan

    monkeypatch.setattr(sweep_module, "full_scan", overtaken)

    result = sweep(scoring, scored)

    assert (result.scored, result.waiting) == (2, 0)
    assert sorted(str(line[2]) for line in scored.rows(LOG)) == ["A", "B", "C", "D", "E", "F"]
    assert_settled(scored, scoring, google)


@pytest.mark.slow
def test_a_sweep_ends_in_time_and_tells_what_waits(segmented: Sheet, committer: Committer, now: Now) -> None:
    """No further commit is begun after its time; the next sweep goes on."""
    moments = iter([0.0, 100.0])
    hurried = Scoring(committer, now, clock=lambda: next(moments, 200.0))
    segmented.type(NEW_USER, 2, [[f"P{i}", str(i % 300), "2", str(10 + i)] for i in range(1900)])

    result = sweep(hurried, segmented)

    assert (result.scored, result.waiting) == (1500, 400)
    assert "400 rows are still to do" in result.message
    assert sweep(Scoring(committer, now), segmented).scored == 400


@pytest.mark.slow
def test_a_sweep_that_google_stops_tells_what_it_has_done(
    segmented: Sheet, scoring: Scoring, client: MeddlingClient, fails: Callable[..., None]
) -> None:
    """The first commit stands; what the second was to write waits."""
    segmented.type(NEW_USER, 2, [[f"P{i}", str(i % 300), "2", str(10 + i)] for i in range(1900)])
    real = client.batch_update

    def batch_update(*args: Any, **kwargs: Any) -> Any:
        answer = real(*args, **kwargs)
        fails(*[Kind.UNAVAILABLE] * 20)
        return answer

    client.batch_update = batch_update  # type: ignore[method-assign]

    result = sweep(scoring, segmented)

    assert (result.scored, result.waiting) == (1500, 400)


def test_a_sweep_of_rows_that_change_under_it_ends(
    segmented: Sheet, committer: Committer, client: MeddlingClient, now: Now
) -> None:
    """Where another instance commits before every write, the sweep gives up in time and loses nothing."""
    time = iter(range(1000))
    lengthen(segmented, 2500)
    segmented.type(NEW_USER, 2, TYPED)
    busy = Scoring(Committer(beside(client), committer.budget), now)
    real, taken = client.columns, iter("abcdefghijklmnop")

    def columns(*args: object, **kwargs: object) -> object:
        columns_read = real(*args, **kwargs)  # type: ignore[arg-type]
        segmented.type(NEW_USER, 50, [[next(taken), "3", "12", "900"]])
        score(busy, segmented, 50)
        return columns_read

    client.columns = columns  # type: ignore[assignment, method-assign]

    result = sweep(Scoring(committer, now, clock=lambda: float(next(time))), segmented)

    assert result.waiting == 3
    client.columns = real  # type: ignore[method-assign]
    sweep(Scoring(committer, now), segmented)
    assert disagreements(segmented) == []
