"""Versions of the model: candidates that wait, versions that are put back, and who moved by what."""

from __future__ import annotations

import datetime as dt

import pytest

from local.launch import OWNER
from local.load import load_rows
from server.errors import NoSuchVersionError, RowError
from server.sheets.commit.committer import Committer
from server.training import model_choice
from server.training.scorecard import CANDIDATE, IN_USE, Verdict
from server.use_cases.explain_row import explain_row
from server.use_cases.segmentation.run import Retraining, Run, TrainingResult
from server.use_cases.status import status
from tests.conftest import Now, Sheet, orders

MODEL = "Model"
SEGMENTED = "Segmented_Customers"


def run(retraining: Retraining, sheet: Sheet, asked: Run) -> TrainingResult:
    return retraining.run(sheet.id, asked, lambda _stage, _fraction: None)


def versions(sheet: Sheet) -> list[tuple[object, object]]:
    """Return version and status of each row of the tab Model."""
    return [(row[0], row[1]) for row in sheet.rows(MODEL)]


def later(orders_: list[list[str]]) -> list[list[str]]:
    """Return the transactions a month later: the best ten stayed away, everybody from C030 on bought again."""
    day = dt.date(2026, 1, 10).isoformat()
    return [*orders_, *([f"C{number:03}", day, "90"] for number in range(30, 60))]


@pytest.fixture
def worse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every new model is found worse than the one in use."""

    def verdict(model: object, former: object, **how: object) -> Verdict:
        return Verdict(CANDIDATE, ["its segments are less stable"]) if former else Verdict(IN_USE, [])

    monkeypatch.setattr(model_choice, "verdict", verdict)


def test_a_retrain_puts_the_new_model_on_top(segmented: Sheet, retraining: Retraining) -> None:
    """Version 2 is in use, version 1 is kept."""
    run(retraining, segmented, Run(retrain=True))

    assert versions(segmented) == [(2, "in use"), (1, "earlier")]


@pytest.mark.usefixtures("worse")
def test_a_worse_model_is_kept_as_a_candidate_and_segments_nobody(
    segmented: Sheet, retraining: Retraining
) -> None:
    """The marketer reads why; customers keep the segments of the model in use."""
    before = [row[5:8] for row in segmented.rows(SEGMENTED)]

    result = run(retraining, segmented, Run(retrain=True))

    assert versions(segmented) == [(1, "in use"), (2, "candidate")]
    assert result.model.version == 1
    assert result.candidate is not None
    assert result.candidate.version == 2
    assert "less stable" in result.message
    assert [row[5:8] for row in segmented.rows(SEGMENTED)] == before


@pytest.mark.usefixtures("worse")
def test_a_retrain_that_is_refused_changes_nothing_that_was_shown(
    segmented: Sheet, retraining: Retraining, now: Now
) -> None:
    """Least of all who moved at the run before, and since when; `History` gains the run with the same figures."""
    load_rows(segmented.document, later(orders()), OWNER)
    now.advance(days=7)
    run(retraining, segmented, Run())
    before, history = shown(segmented), segmented.rows("History")
    assert any(row[2] == "customer moved" for row in before["Migration"])
    assert len({row[1] for row in links_and_views(segmented)}) > 1
    views = links_and_views(segmented)
    now.advance(minutes=5)  # tomorrow the dashboard begins its days of labels with another

    result = run(retraining, segmented, Run(retrain=True))

    assert result.candidate is not None
    assert shown(segmented) == before
    assert links_and_views(segmented) == views
    lines = segmented.rows("History")
    count = len(lines) - len(history)
    assert lines[count:] == history
    assert [line[1:] for line in lines[:count]] == [line[1:] for line in history[:count]]


def shown(sheet: Sheet) -> dict[str, list[list[object]]]:
    """Return what people see of customers, segments, plans and moves."""
    return {title: sheet.rows(title) for title in (SEGMENTED, "RFM", "Action_Map", "Migration", "Dashboard")}


def links_and_views(sheet: Sheet) -> list[tuple[str, str]]:
    """Return name and condition of each list of customers that is kept."""
    views = sheet.document.sheet(SEGMENTED).filter_views
    return [(str(view.get("title")), str(view.get("criteria") or view.get("filterSpecs"))) for view in views]


@pytest.mark.slow
@pytest.mark.usefixtures("worse")
def test_a_candidate_can_be_put_in_use_all_the_same(segmented: Sheet, retraining: Retraining) -> None:
    """It moves to the top and segments everybody; the former one is kept."""
    run(retraining, segmented, Run(retrain=True))

    result = run(retraining, segmented, Run(version=2))

    assert versions(segmented) == [(2, "in use"), (1, "earlier")]
    assert (result.model.version, result.candidate) == (2, None)
    assert result.message.startswith("The other segments are in use: ")


@pytest.mark.slow
def test_an_earlier_version_can_be_put_back(
    segmented: Sheet, retraining: Retraining, scoring: object
) -> None:
    """After two retrains the first model is in use again, with its numbers; the next retrain is version 4."""
    run(retraining, segmented, Run(retrain=True))
    run(retraining, segmented, Run(retrain=True))
    first = segmented.row(MODEL, 4)

    run(retraining, segmented, Run(version=1))

    assert versions(segmented) == [(1, "in use"), (3, "earlier"), (2, "earlier")]
    assert segmented.row(MODEL, 2)[2:] == first[2:]
    run(retraining, segmented, Run(retrain=True))
    assert versions(segmented)[0] == (4, "in use")


def test_the_version_in_use_can_be_named_and_nothing_moves(segmented: Sheet, retraining: Retraining) -> None:
    """It segments everybody anew, as Segment does."""
    result = run(retraining, segmented, Run(version=1))

    assert versions(segmented) == [(1, "in use")]
    assert result.model.version == 1


def test_a_version_that_is_not_kept_is_refused(segmented: Sheet, retraining: Retraining) -> None:
    """Nothing is changed."""
    before = segmented.rows(SEGMENTED)

    with pytest.raises(NoSuchVersionError, match="no version 9"):
        run(retraining, segmented, Run(version=9))

    assert segmented.rows(SEGMENTED) == before


def test_a_damaged_model_can_be_replaced_by_an_earlier_version(
    segmented: Sheet, retraining: Retraining
) -> None:
    """What stands in row 2 need not be read for it."""
    run(retraining, segmented, Run(retrain=True))
    segmented.type(MODEL, 2, [["damaged"]], column=17)

    result = run(retraining, segmented, Run(version=1))

    assert result.model.version == 1
    assert versions(segmented)[0] == (1, "in use")


def test_migration_tells_who_moved_and_that_it_was_they(segmented: Sheet, retraining: Retraining) -> None:
    """With the same model every change is the customer's doing; counts and money add up to all customers."""
    load_rows(segmented.document, later(orders()), OWNER)

    run(retraining, segmented, Run())

    flows = segmented.rows("Migration")
    assert sum(row[3] for row in flows) == 60  # type: ignore[misc]  # numbers
    assert {row[2] for row in flows} <= {"customer moved", "stayed"}
    assert any(row[2] == "customer moved" and row[0] != row[1] for row in flows)
    money = sum(row[3] for row in segmented.rows(SEGMENTED))  # type: ignore[misc]  # numbers
    assert sum(row[4] for row in flows) == pytest.approx(money)  # type: ignore[misc]  # numbers


def test_new_customers_come_from_nowhere(segmented: Sheet, retraining: Retraining) -> None:
    """They are told as new."""
    more = [*orders(), ["NEW", "2025-12-30", "40"]]
    load_rows(segmented.document, more, OWNER)

    run(retraining, segmented, Run())

    assert [row[3] for row in segmented.rows("Migration") if row[0] == "(new)"] == [1]


def test_status_names_versions_scorecard_drift_and_what_has_aged(
    segmented: Sheet, retraining: Retraining, committer: Committer, now: Now, scoring: object
) -> None:
    """What the sidebar shows of the model."""
    run(retraining, segmented, Run(retrain=True))
    segmented.type("New User", 2, [["A", "1", "6", "500"]])
    scoring.score(segmented.id, None, trigger="sweep")  # type: ignore[attr-defined]  # the fixture

    fresh = status(committer, segmented.id, now)
    now.advance(days=900)
    old = status(committer, segmented.id, now)

    assert [(version.version, version.status) for version in fresh.versions] == [
        (2, "in use"),
        (1, "earlier"),
    ]
    assert fresh.summary[0].startswith("60 customers in")
    assert fresh.drift is not None
    assert fresh.drift.sentence().startswith("1 customer was labelled with these segments.")
    assert (fresh.aged, old.aged) == (0, 1)


def test_versions_are_found_by_their_headers(
    segmented: Sheet, retraining: Retraining, committer: Committer, now: Now
) -> None:
    """Also with columns inserted at the left of Model."""
    run(retraining, segmented, Run(retrain=True))
    before = status(committer, segmented.id, now).versions
    segmented.insert_columns("Model", 1, 2)

    assert status(committer, segmented.id, now).versions == before
    assert len(before) == 2


def test_a_row_is_explained_in_the_marketers_names(segmented: Sheet, committer: Committer) -> None:
    """By the inputs that stand there, in either tab; segments are called as in Action_Map."""
    segmented.type("Action_Map", 2, [["Our best"]], column=2)
    segmented.type("New User", 2, [["A", "1", "12", "2500"]])

    typed = explain_row(committer, segmented.id, "New User", 2)
    listed = explain_row(committer, segmented.id, SEGMENTED, 2)

    assert (typed.customer_id, typed.explanation.segment) == ("A", "Our best")
    assert typed.explanation.sentences[0].startswith("Bought 1 day ago: more recently than")
    assert all(group.segment is not None for group in listed.explanation.standing)
    assert listed.customer_id == segmented.row(SEGMENTED, 2)[0]
    assert listed.explanation.cluster == segmented.row(SEGMENTED, 2)[5]


@pytest.mark.parametrize(
    ("typed", "row", "message"),
    [
        (["A", "1", "", "10"], 2, "no whole customer"),
        (["A", "soon", "2", "10"], 2, "Recency: expected"),
        (["A", "1", "2", "10"], 1, "no whole customer"),
        (["A", "1", "2", "10"], 900_000, "no row 900000"),
    ],
    ids=["incomplete", "invalid", "header", "outside"],
)
def test_a_row_that_holds_no_customer_is_told(
    segmented: Sheet, committer: Committer, typed: list[str], row: int, message: str
) -> None:
    """Tab and row are named, and what to do."""
    segmented.type("New User", 2, [typed])

    with pytest.raises(RowError, match=message) as caught:
        explain_row(committer, segmented.id, "New User", row)

    assert caught.value.hint
