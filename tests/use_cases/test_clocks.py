"""Clocks that jump, the hour of a time change, and a leap day: rows and log agree, and nothing is written twice."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from local.launch import LocalGoogle
from server.core.scoring.inputs import parse_prediction_id
from server.operations import Operations
from server.sheets.commit.committer import Committer
from server.use_cases.scoring import Scoring
from server.use_cases.status import status
from tests.conftest import Now, Sheet
from tests.workbook import LOG, NEW_USER, disagreements, score, sweep


def serial(day: dt.date, hour: int, minute: int) -> float:
    """Return a wall clock as a cell holds it."""
    return (day - dt.date(1899, 12, 30)).days + (60 * hour + minute) / 1440


def at(*moment: int) -> dt.datetime:
    """Return a moment of UTC."""
    year, month, day, hour, minute = moment
    return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)


def zone_of(sheet: Sheet, row: int) -> str:
    """Return the letters of the zone in the format of PredictedAt."""
    return str(sheet.cell(NEW_USER, row, 8).format["numberFormat"]["pattern"]).rsplit('"', 2)[1]


@pytest.mark.parametrize(
    ("moment", "day", "hour", "minute", "zone"),
    [
        (at(2026, 3, 8, 6, 59), dt.date(2026, 3, 8), 1, 59, "EST"),
        (at(2026, 3, 8, 7, 0), dt.date(2026, 3, 8), 3, 0, "EDT"),
        (at(2026, 11, 1, 5, 30), dt.date(2026, 11, 1), 1, 30, "EDT"),
        (at(2026, 11, 1, 6, 30), dt.date(2026, 11, 1), 1, 30, "EST"),
        (at(2028, 2, 29, 5, 0), dt.date(2028, 2, 29), 0, 0, "EST"),
        (at(2028, 3, 1, 4, 59), dt.date(2028, 2, 29), 23, 59, "EST"),
        (at(2028, 3, 1, 5, 0), dt.date(2028, 3, 1), 0, 0, "EST"),
    ],
    ids=str,
)
def test_predicted_at_is_the_wall_clock_with_its_zone(
    segmented: Sheet,
    scoring: Scoring,
    now: Now,
    moment: dt.datetime,
    day: dt.date,
    hour: int,
    minute: int,
    zone: str,
) -> None:
    """In New York: before and after both changes of the hour, and through a leap day."""
    now.moment = moment
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])

    score(scoring, segmented, 2)

    assert segmented.row(NEW_USER, 2)[7] == pytest.approx(serial(day, hour, minute), abs=1e-9)
    assert zone_of(segmented, 2) == zone
    assert segmented.row(LOG, 2)[1] == segmented.row(NEW_USER, 2)[7]


def test_the_hour_that_comes_twice_makes_two_lines(segmented: Sheet, scoring: Scoring, now: Now) -> None:
    """Both show 01:30, told apart by the zone's letters and by their ids; the later one is the row's."""
    now.moment = dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    score(scoring, segmented, 2)
    first = segmented.row(NEW_USER, 2)

    now.advance(hours=1)
    segmented.type(NEW_USER, 2, [["290"]], column=2)
    score(scoring, segmented, 2)

    second = segmented.row(NEW_USER, 2)
    ids = [parse_prediction_id(str(line[0])) for line in segmented.rows(LOG)]
    assert first[7] == second[7]
    assert [identity.moment.hour for identity in ids if identity] == [6, 5]
    assert segmented.row(LOG, 2)[0] == second[8] != first[8]
    assert disagreements(segmented) == []


@pytest.mark.parametrize("hours", [1, -1], ids=["forward", "back"])
def test_a_clock_that_jumps_doubles_and_loses_nothing(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle, now: Now, hours: int
) -> None:
    """A row before the jump, a corrected one and a new one after it; then a sweep, which finds nothing to do."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"], ["B", "200", "1", "20"]])
    score(scoring, segmented, 2, 3)

    now.advance(hours=hours)
    segmented.type(NEW_USER, 2, [["290"]], column=2)
    segmented.type(NEW_USER, 4, [["C", "90", "4", "310"]])
    score(scoring, segmented, 2, 4)
    rows = segmented.rows(NEW_USER)
    google.server.log.reset()
    result = sweep(scoring, segmented)

    assert [line[2] for line in segmented.rows(LOG)].count("A") == 2
    assert len(segmented.rows(LOG)) == 4
    assert segmented.row(LOG, 2)[2:4] in (["A", 290], ["C", 90])
    assert disagreements(segmented) == []
    assert (result.scored, result.restored, google.server.log.writes) == (0, 0, 0)
    assert segmented.rows(NEW_USER) == rows


@pytest.mark.parametrize("hours", [1, -1], ids=["forward", "back"])
def test_a_clock_that_jumps_starts_no_second_run_beside_one_that_works(
    segmented: Sheet, committer: Committer, now: Now, hours: int
) -> None:
    """The process knows what it works on, whatever the last sign of life says; the call joins it."""
    operations = Operations(committer, now, answer_seconds=0.1, heartbeat_seconds=600)
    started, goes_on = threading.Event(), threading.Event()
    runs = []

    def work(_progress: object) -> None:
        runs.append(1)
        started.set()
        assert goes_on.wait(20)

    first = operations.run(segmented.id, "retrain", "msg_1", work)
    assert started.wait(20)
    now.advance(hours=hours)

    try:
        second = operations.run(segmented.id, "retrain", "msg_2", work)
        seen = operations.status(segmented.id)
    finally:
        goes_on.set()

    assert second.operation.id == first.operation.id
    assert seen is not None
    assert seen.state == "running"
    operations.run(segmented.id, "retrain", "msg_1", work)
    assert len(runs) == 1


@pytest.mark.parametrize(
    ("hours", "is_lost"), [(1, True), (-1, True), (0, False)], ids=["after", "before", "now"]
)
def test_a_run_that_died_blocks_nobody_longer_than_a_minute(
    segmented: Sheet, committer: Committer, now: Now, hours: int, is_lost: bool
) -> None:
    """Also where its clock was an hour ahead of the one that looks: its sign of life lies in the future then."""
    Operations(committer, now).record(segmented.id).begin("op-dead", "retrain", has_place=True)
    now.advance(hours=hours)
    other = Operations(committer, now)

    seen = other.status(segmented.id)
    begun = other.record(segmented.id).begin("op-next", "retrain", has_place=True)

    assert seen is not None
    assert (seen.state == "lost") is is_lost
    assert begun.is_ours is is_lost


def test_the_status_of_a_leap_day_counts_its_rows(
    segmented: Sheet, scoring: Scoring, committer: Committer, now: Now
) -> None:
    """A row of 29 February is read back as one of that day."""
    now.moment = dt.datetime(2028, 2, 29, 17, 0, tzinfo=dt.UTC)
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    score(scoring, segmented, 2)

    seen = status(committer, segmented.id, now)

    assert seen.last_prediction is not None
    assert seen.last_prediction["PredictedAt"] == serial(dt.date(2028, 2, 29), 12, 0)
