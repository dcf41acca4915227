"""Names and plans of Action_Map put beside all customers and rows."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from local.launch import OWNER
from server.core.segments.run_note import plan_marks
from server.errors import ChangedError, NoModelError
from server.sheets.commit.committer import Committer
from server.sheets.tabs.action_map import plans
from server.sheets.tabs.run_note import read_run_note
from server.use_cases import apply_plans as apply_plans_module
from server.use_cases.apply_plans import ApplyingPlans
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from tests.conftest import MeddlingClient, Now, Sheet
from tests.workbook import LOG, NEW_USER, disagreements, score, sweep

SEGMENTED, ACTION_MAP = "Segmented_Customers", "Action_Map"
TYPED = [["A", "3", "12", "900"], ["B", "200", "1", "20"], ["C", "90", "4", "310"]]


pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def applying(committer: Committer, scoring: Scoring) -> ApplyingPlans:
    return ApplyingPlans(committer, scoring)


def customers(sheet: Sheet) -> list[dict[str, Any]]:
    header = [str(cell) for cell in sheet.row(SEGMENTED, 1)]
    return [dict(itertools.zip_longest(header, row)) for row in sheet.rows(SEGMENTED)]


def edited(sheet: Sheet) -> tuple[int, str]:
    """Give the first segment of Action_Map another name and plan; return its number and former name."""
    first = sheet.rows(ACTION_MAP)[0]
    sheet.type(ACTION_MAP, 2, [["Our finest", "Send flowers"]], column=2)
    return int(str(first[0])), str(first[1])


def test_customers_and_rows_have_the_new_texts(
    segmented: Sheet, applying: ApplyingPlans, scoring: Scoring, now: Now
) -> None:
    """All customers of the segment, and rows of New User as new lines; nobody else's line is touched."""
    segmented.type(NEW_USER, 2, TYPED)
    score(scoring, segmented, 2, 3, 4)
    number, _ = edited(segmented)
    before = {line[0]: line for line in segmented.rows(LOG)}
    concerned = [row for row in segmented.rows(NEW_USER) if row[4] == number]
    now.advance(minutes=10)

    done = applying.apply(segmented.id, requested_by="ann@example.com")

    shown = [row for row in customers(segmented) if row["Cluster"] == number]
    assert {(row["Segment"], row["ActionPlan"]) for row in shown} == {("Our finest", "Send flowers")}
    assert (done.customers, done.rows) == (len(shown), len(concerned))
    assert [row[5:7] for row in segmented.rows(NEW_USER) if row[4] == number] == [
        ["Our finest", "Send flowers"]
    ] * len(concerned)
    new = [line for line in segmented.rows(LOG) if line[0] not in before]
    assert [(line[6], line[7], line[11], line[12]) for line in new] == [
        (number, "Our finest", "plans", "ann@example.com")
    ] * len(concerned)
    assert [line for line in segmented.rows(LOG) if line[0] in before] == list(before.values())
    assert disagreements(segmented) == []


def test_a_second_time_there_is_nothing_to_do(
    segmented: Sheet, applying: ApplyingPlans, scoring: Scoring
) -> None:
    """Nothing is written to customers and rows, and it is said."""
    segmented.type(NEW_USER, 2, TYPED)
    score(scoring, segmented, 2, 3, 4)
    edited(segmented)
    applying.apply(segmented.id)
    rows, lines = segmented.rows(NEW_USER), segmented.rows(LOG)

    done = applying.apply(segmented.id)

    assert (done.customers, done.rows) == (0, 0)
    assert done.message == "All customers show these names and plans already."
    assert (segmented.rows(NEW_USER), segmented.rows(LOG)) == (rows, lines)


def test_figures_and_columns_of_a_marketers_own_stay(segmented: Sheet, applying: ApplyingPlans) -> None:
    """Only the three columns of texts are written, wherever they stand."""
    segmented.insert_columns(SEGMENTED, 7)
    segmented.type(SEGMENTED, 1, [["Phone"], *([f"555-{n}"] for n in range(60))], column=7)
    texts = ("Segment", "ActionPlan", "PreviousSegment")
    before = [{name: cell for name, cell in row.items() if name not in texts} for row in customers(segmented)]
    edited(segmented)

    applying.apply(segmented.id)

    after = [{name: cell for name, cell in row.items() if name not in texts} for row in customers(segmented)]
    assert after == before


def test_lists_and_former_segments_bear_the_new_name(
    segmented: Sheet, applying: ApplyingPlans, retraining: Retraining
) -> None:
    """A rename is no move: PreviousSegment, Migration and the lists tell the present name."""
    retraining.run(segmented.id, Run(retrain=True), lambda _stage, _fraction: None)
    number, former = edited(segmented)
    ids = {view["title"]: view["filterViewId"] for view in segmented.document.sheet(SEGMENTED).filter_views}

    applying.apply(segmented.id)

    titles = {
        view["filterViewId"]: view["title"] for view in segmented.document.sheet(SEGMENTED).filter_views
    }
    assert titles[ids[former]] == "Our finest"
    assert former not in {row["PreviousSegment"] for row in customers(segmented)}
    names = {row[side] for row in segmented.rows("Migration") for side in (0, 1)}
    assert "Our finest" in names
    assert former not in names
    assert number >= 0


def test_it_is_noted_which_texts_customers_bear(
    segmented: Sheet, applying: ApplyingPlans, committer: Committer
) -> None:
    """The add-on compares Action_Map with that note."""
    edited(segmented)
    ranges = ["'Action_Map'!1:200"]
    before = committer.sheet(segmented.id).read(ranges)
    applying.apply(segmented.id)

    after = committer.sheet(segmented.id).read(ranges)

    notes = read_run_note(before), read_run_note(after)
    assert notes[0] is not None
    assert notes[1] is not None
    assert notes[0].plans != notes[1].plans
    assert notes[1].plans == plan_marks(plans(after))


def test_customers_sorted_meanwhile_get_their_own_texts(
    segmented: Sheet, applying: ApplyingPlans, client: MeddlingClient
) -> None:
    """Somebody sorts between the read and the write: all is laid out anew."""
    number, _ = edited(segmented)
    swap = apply_plans_module.fill

    def sorts(*args: Any) -> None:
        swap(*args)
        apply_plans_module.fill = swap  # type: ignore[attr-defined]  # put back: once is enough
        grid = segmented.document.sheet(SEGMENTED).grid
        with segmented.document.changing(OWNER, "sort"):
            tab = segmented.document.sheet(SEGMENTED)
            segmented.document.sort(tab, 1, grid.row_count, (0, grid.column_count), [(0, True)])

    apply_plans_module.fill = sorts  # type: ignore[attr-defined]  # the test's own
    try:
        applying.apply(segmented.id)
    finally:
        apply_plans_module.fill = swap  # type: ignore[attr-defined]  # the test's own

    rows = customers(segmented)
    assert [row["CustomerID"] for row in rows] == sorted((row["CustomerID"] for row in rows), reverse=True)
    assert all((row["Segment"] == "Our finest") == (row["Cluster"] == number) for row in rows)


def test_texts_edited_again_and_again_stop_it(
    segmented: Sheet, applying: ApplyingPlans, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives up, says so, and has changed nothing."""
    edited(segmented)
    before = customers(segmented)
    numbers = itertools.count()

    def edits(*_args: Any) -> None:
        segmented.type(ACTION_MAP, 2, [[f"Name {next(numbers)}"]], column=2)

    monkeypatch.setattr(apply_plans_module, "fill", edits)

    with pytest.raises(ChangedError):
        applying.apply(segmented.id)

    assert customers(segmented) == before


def test_rows_of_a_model_before_keep_their_cluster(
    segmented: Sheet, applying: ApplyingPlans, scoring: Scoring, retraining: Retraining, now: Now
) -> None:
    """A retrain leaves rows as they are; a plan that is applied changes the texts, not the customer's segment."""
    segmented.type(NEW_USER, 2, TYPED)
    score(scoring, segmented, 2, 3, 4)
    retraining.run(segmented.id, Run(retrain=True), lambda _stage, _fraction: None)
    number, _ = edited(segmented)
    before = [row[:5] for row in segmented.rows(NEW_USER)]
    now.advance(minutes=10)

    applying.apply(segmented.id)
    now.advance(minutes=10)
    sweep(scoring, segmented)

    assert [row[:5] for row in segmented.rows(NEW_USER)] == before
    assert {tuple(row[5:7]) for row in segmented.rows(NEW_USER) if row[4] == number} <= {
        ("Our finest", "Send flowers")
    }
    assert disagreements(segmented) == []


def test_before_the_first_segments_there_is_nothing_to_apply(
    sheet: Sheet, applying: ApplyingPlans, retraining: Retraining
) -> None:
    """The error is that of scoring: segments first."""
    retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)
    sheet.type("Model", 2, [[""] * 17])

    with pytest.raises(NoModelError):
        applying.apply(sheet.id)
