"""What is kept from run to run: History, who moved, since when, and where from."""

from __future__ import annotations

import itertools

import pytest

from local.launch import OWNER
from local.load import load_rows
from server.core.wall_clock import wall_clock
from server.use_cases.segmentation.result import TrainingResult
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet.document import Sheet as Tab
from sheets_standin.spreadsheet.grid import Grid
from tests.conftest import NOON, Now, Sheet, orders

SEGMENTED, MIGRATION, HISTORY = "Segmented_Customers", "Migration", "History"
ZONE = "America/New_York"


pytestmark = pytest.mark.usefixtures("no_waiting")


def run(retraining: Retraining, sheet: Sheet, asked: Run | None = None) -> TrainingResult:
    return retraining.run(sheet.id, asked or Run(), lambda _stage, _fraction: None)


def by_header(sheet: Sheet, title: str) -> list[dict[object, object]]:
    header = sheet.row(title, 1)
    return [dict(itertools.zip_longest(header, row)) for row in sheet.rows(title)]


def bought_again(sheet: Sheet) -> None:
    """Let the last of the customers, who have been away for long, buy on the last day."""
    hours = range(10, 16)
    more = [[f"C{number:03}", f"2025-12-31 {hour}:00", "900"] for number in range(50, 60) for hour in hours]
    load_rows(sheet.document, [*orders(), *more], OWNER)


def rename(sheet: Sheet, cluster: int, name: str) -> str:
    """Rename a segment in Action_Map, and return its former name."""
    rows = sheet.rows("Action_Map")
    place = [row[0] for row in rows].index(cluster)
    sheet.type("Action_Map", place + 2, [[name]], column=2)
    return str(rows[place][1])


def test_a_run_adds_a_line_for_each_segment_on_top(
    segmented: Sheet, retraining: Retraining, now: Now
) -> None:
    """The first run's lines stand below the second's; all customers and all their money are in each."""
    first = by_header(segmented, HISTORY)
    now.advance(days=7)

    run(retraining, segmented)

    lines = by_header(segmented, HISTORY)
    assert lines[len(first) :] == first
    latest = lines[: len(first)]
    assert {line["RunAt"] for line in latest} == {wall_clock(now(), ZONE)[0]}
    assert [line["Cluster"] for line in latest] == sorted(line["Cluster"] for line in latest)  # type: ignore[type-var]
    customers = by_header(segmented, SEGMENTED)
    assert sum(line["Customers"] for line in latest) == 60  # type: ignore[misc]  # numbers
    money = sum(row["MonetaryValue"] for row in customers)  # type: ignore[misc]  # numbers
    assert sum(line["Revenue"] for line in latest) == pytest.approx(money)  # type: ignore[misc]  # numbers


def test_the_median_customer_of_a_segment_is_in_its_line(segmented: Sheet) -> None:
    """Checked against the customers as they stand in Segmented_Customers."""
    customers = by_header(segmented, SEGMENTED)
    for line in by_header(segmented, HISTORY):
        days = sorted(
            int(str(customer["Recency"])) for customer in customers if customer["Cluster"] == line["Cluster"]
        )
        middle = (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2
        assert line["Recency"] == middle


def test_who_stays_is_there_since_the_same_day(segmented: Sheet, retraining: Retraining, now: Now) -> None:
    """Who moved is there since the day of the run; all others since the first run."""
    first_day = int(wall_clock(NOON, ZONE)[0])
    before = {row["CustomerID"]: row for row in by_header(segmented, SEGMENTED)}
    assert {row["SegmentSince"] for row in before.values()} == {first_day}
    bought_again(segmented)
    now.advance(days=7)

    run(retraining, segmented)

    rows = by_header(segmented, SEGMENTED)
    moved = [row for row in rows if row["Cluster"] != before[row["CustomerID"]]["Cluster"]]
    assert moved
    assert {row["SegmentSince"] for row in moved} == {first_day + 7}
    assert {row["SegmentSince"] for row in rows if row not in moved} == {first_day}
    assert all(row["PreviousSegment"] == before[row["CustomerID"]]["Segment"] for row in rows)


def test_a_run_that_moves_nobody_leaves_who_moved(segmented: Sheet, retraining: Retraining, now: Now) -> None:
    """Segmenting twice is the same as once; so is a retrain that is refused."""
    bought_again(segmented)
    now.advance(days=7)
    run(retraining, segmented)
    moved, customers = by_header(segmented, MIGRATION), by_header(segmented, SEGMENTED)
    assert "customer moved" in {row["Reason"] for row in moved}
    now.advance(minutes=5)

    run(retraining, segmented)

    assert by_header(segmented, MIGRATION) == moved
    assert by_header(segmented, SEGMENTED) == customers


def test_a_rename_is_no_move(segmented: Sheet, retraining: Retraining, now: Now) -> None:
    """A new name goes into PreviousSegment and Migration, and the former one stands nowhere."""
    bought_again(segmented)
    run(retraining, segmented)
    left = next(row for row in by_header(segmented, MIGRATION) if row["Reason"] == "customer moved")
    former = rename(segmented, int(str(left["FromCluster"])), "Our finest")
    now.advance(days=1)

    run(retraining, segmented)

    rows = by_header(segmented, SEGMENTED)
    shown = {row["PreviousSegment"] for row in rows} | {row["Segment"] for row in rows}
    names = {row[side] for row in by_header(segmented, MIGRATION) for side in ("From", "To")}
    assert "Our finest" in shown & names
    assert former not in shown | names
    assert {row["RunAt"] for row in by_header(segmented, MIGRATION)} == {left["RunAt"]}


def test_migration_of_an_older_version_gets_its_new_columns(segmented: Sheet, retraining: Retraining) -> None:
    """Who moved is read by the segments' names there, and is not lost by a run that moves nobody."""
    bought_again(segmented)
    run(retraining, segmented)
    moved = [list(row.values())[:5] for row in by_header(segmented, MIGRATION)]
    for row in range(1, len(moved) + 2):
        segmented.type(MIGRATION, row, [["", "", ""]], column=6)

    run(retraining, segmented)

    lines = by_header(segmented, MIGRATION)
    assert [list(row.values())[:5] for row in lines] == moved
    assert list(lines[0])[5:] == ["RunAt", "FromCluster", "ToCluster"]
    assert all(isinstance(row["ToCluster"], int) for row in lines)
    assert segmented.note(MIGRATION, 1, 6).startswith("When this happened")


def test_a_history_of_somebodys_own_is_left_alone(sheet: Sheet, retraining: Retraining) -> None:
    """It is told, and nothing else is missing."""
    sheet.document.sheets.append(Tab(sheet.document.new_sheet_id(), HISTORY, Grid()))
    sheet.type(HISTORY, 1, [["My notes"]])

    result = run(retraining, sheet)

    assert "The tab History was left as it is" in result.message
    assert sheet.rows(HISTORY) == []
    assert len(sheet.rows(SEGMENTED)) == 60


def test_a_history_that_was_deleted_is_made_anew(segmented: Sheet, retraining: Retraining) -> None:
    """It begins with the run that made it."""
    segmented.document.sheets.remove(segmented.document.sheet(HISTORY))

    run(retraining, segmented)

    assert {row["Cluster"] for row in by_header(segmented, HISTORY)} == {
        row["Cluster"] for row in by_header(segmented, SEGMENTED)
    }
