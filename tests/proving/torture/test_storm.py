"""The storm in small: faults, kills and marketers, and nothing lost, doubled, invented or written over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.launch import OWNER, LocalGoogle
from proving.torture.over_http import storm_over_http
from proving.torture.player import Player, Tally
from proving.torture.storm import storm
from proving.torture.witness import Verdict
from server.use_cases.scoring import Scoring
from sheets_standin.sheets_api.faults import Fault, Kind
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.document import Document
from tests.conftest import Sheet, orders
from tests.proving.torture.conftest import CALLS
from tests.workbook import NEW_USER, disagreements, score, sweep


@pytest.mark.slow
def test_a_small_storm_leaves_everything_in_order(google: LocalGoogle, first_segmentation: Document) -> None:
    """Two instances of the use cases, killed now and then, and two spreadsheets whose marketers never stop."""
    tally, verdict = storm(google, first_segmentation, seed="small", calls=CALLS, documents=2)

    assert tally.scoring_calls >= CALLS
    assert tally.kills > 0
    assert verdict.rows > 50
    assert verdict.problems == []


@pytest.mark.slow
def test_a_seed_plays_the_same_storm_again(first_segmentation: Document) -> None:
    """Without HTTP nothing depends on the machine: the same calls, answers, acts and lines."""

    def play() -> tuple[Tally, Verdict]:
        with LocalGoogle(quota=False) as google:
            return storm(google, first_segmentation, seed="again", calls=30, documents=1)

    assert play() == play()


@pytest.mark.slow
def test_a_minute_of_the_real_webhook_in_two_processes() -> None:
    """Over HTTP, with hangs past the timeout, clocks 50 seconds apart and processes killed with SIGKILL."""
    tally, verdict = storm_over_http(orders(), seed="minute", calls=500, documents=5)

    assert tally.scoring_calls >= 500
    assert tally.kills > 0
    assert tally.statuses[200] > 250
    assert verdict.problems == []


@pytest.fixture
def player(google: LocalGoogle, segmented: Sheet) -> Player:
    """A spreadsheet with a witness, in which nobody has done anything."""
    return Player(google, segmented.document, [], Tally(), "witness")


def judged(player: Player) -> list[str]:
    return player.witness.judge({}).problems


def _lines_twice(sheet: Sheet) -> None:
    grid = sheet.document.sheet("Prediction_Log").grid
    grid.put(2, 0, grid.row(1))


def _outputs_gone(sheet: Sheet) -> None:
    sheet.document.sheet(NEW_USER).grid.put(1, 4, [None] * 5)


def _other_cluster(sheet: Sheet) -> None:
    sheet.document.sheet(NEW_USER).grid.put(1, 4, [99])


def _line_gone(sheet: Sheet) -> None:
    sheet.document.sheet("Prediction_Log").grid.put(1, 0, [None] * 13)


def _line_of_nobody(sheet: Sheet) -> None:
    grid = sheet.document.sheet("Prediction_Log").grid
    grid.put(2, 0, ["v1-0123456789ab-20260115T170000Z-abcdef", *grid.row(1)[1:]])


def _input_written_over(sheet: Sheet) -> None:
    sheet.document.sheet(NEW_USER).grid.put(1, 13, ["ours"])


def _formula(sheet: Sheet) -> None:
    sheet.type("Settings", 30, [["=1+1"]])


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        (_lines_twice, "double"),
        (_outputs_gone, "lost"),
        (_other_cluster, "disagreeing"),
        (_line_gone, "disagreeing"),
        (_line_of_nobody, "invented"),
        (_input_written_over, "foreign"),
        (_formula, "foreign"),
    ],
)
def test_the_witness_finds_each_kind_of_harm(
    player: Player, segmented: Sheet, scoring: Scoring, harm: Callable[[Sheet], None], kind: str
) -> None:
    """A judge that finds nothing is worth something only if it finds what is there."""
    player.marketers.paste()
    sweep(scoring, segmented)
    assert judged(player) == []

    harm(segmented)

    assert {verdict.partition(":")[0] for verdict in judged(player)} >= {kind}


def test_a_line_that_comes_twice_for_the_same_inputs_is_found(
    player: Player, segmented: Sheet, scoring: Scoring
) -> None:
    """Entered once, classified twice: the witness counts how often somebody entered it."""
    player.marketers.paste()
    sweep(scoring, segmented)
    score(scoring, segmented, 2, force=True)

    assert [verdict.partition(":")[0] for verdict in judged(player)] == ["double"]


@pytest.mark.parametrize("kind", [Kind.ACT_BEFORE, Kind.LATER_SNAPSHOT])
def test_somebody_acts_before_the_write_or_before_its_snapshot(
    google: LocalGoogle, segmented: Sheet, scoring: Scoring, kind: Kind
) -> None:
    """Inserted before the write, the row is taken back; inserted after it, the label went along and stays."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    document = segmented.document
    acts: list[str] = []

    def insert(spreadsheet_id: str) -> None:
        acts.append(spreadsheet_id)
        with document.changing(OWNER, "insert"):
            structure.insert(document, document.sheet(NEW_USER), structure.ROWS, 1, 1)
            document.noted("insert", NEW_USER)

    google.service.meddle = insert
    google.server.faults.plan(Fault(kind, "spreadsheets.batchUpdate"))

    result = score(scoring, segmented, 2)

    moved = segmented.row(NEW_USER, 3)
    assert acts == [segmented.id]
    assert moved[0] == "A"
    assert (result.scored, len(moved) > 8 and moved[8] is not None) == (
        (1, True) if kind is Kind.LATER_SNAPSHOT else (0, False)
    )
    sweep(scoring, segmented)
    assert disagreements(segmented) == []
