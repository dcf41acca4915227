"""The status: how a spreadsheet stands, whatever state it is in."""

from __future__ import annotations

import pytest

from local.launch import OWNER, LocalGoogle
from server.core.segments.colours import segment_colours
from server.sheets.commit.committer import Committer
from server.use_cases.scoring import Scoring
from server.use_cases.status import status
from server.use_cases.status_result import Status
from tests.conftest import PARAMETERS, Now, Sheet
from tests.workbook import NEW_USER, sweep


def look(committer: Committer, sheet: Sheet, now: Now) -> Status:
    return status(committer, sheet.id, now)


@pytest.mark.parametrize("rows", [1000, 2500], ids=["short tab", "long tab"])
def test_it_counts_what_waits_is_incomplete_or_wrong(
    segmented: Sheet, committer: Committer, scoring: Scoring, now: Now, rows: int
) -> None:
    """One row of each kind beside a classified one."""
    segmented.document.sheet(NEW_USER).grid.resize(rows, 9)
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    sweep(scoring, segmented)
    segmented.type(NEW_USER, 3, [["B", "200", "1", "20"], ["C", "5"], ["D", "soon", "1", "5"]])

    seen = look(committer, segmented, now)

    assert (seen.waiting, seen.incomplete, seen.invalid) == (1, 1, 1)
    assert seen.last_prediction is not None
    assert seen.last_prediction["CustomerID"] == "A"
    assert seen.model is not None
    assert sum(segment.customers for segment in seen.segments) == 60
    assert sum(segment.revenue_share for segment in seen.segments) == pytest.approx(1, abs=1e-4)
    assert {segment.cluster: segment.colour for segment in seen.segments} == segment_colours(
        seen.model.clusters
    )


def test_it_costs_one_read(segmented: Sheet, committer: Committer, now: Now, google: LocalGoogle) -> None:
    """And writes nothing."""
    google.server.log.reset()

    look(committer, segmented, now)

    assert (google.server.log.reads, google.server.log.writes) == (1, 0)


def test_a_spreadsheet_without_tabs_is_told_what_to_do(sheet: Sheet, committer: Committer, now: Now) -> None:
    """Before set-up there is no error, but a sentence."""
    seen = look(committer, sheet, now)

    assert seen.model is None
    assert "New User" in seen.warnings[0]
    assert "Set up" in seen.warnings[0]


def test_a_damaged_model_is_a_warning(segmented: Sheet, committer: Committer, now: Now) -> None:
    """The rest of the status is told all the same."""
    segmented.type("Model", 2, [["'{}"]], column=PARAMETERS)

    seen = look(committer, segmented, now)

    assert seen.model is None
    assert "Model" in seen.warnings[0]
    assert len({segment.colour for segment in seen.segments}) == len(seen.segments) >= 3


def test_an_emptied_model_is_no_error(segmented: Sheet, committer: Committer, now: Now) -> None:
    """There are no segments yet; nothing can wait for them."""
    with segmented.document.changing(OWNER, "delete"):
        segmented.document.sheet("Model").grid.delete_rows(1, 2)
        segmented.document.noted("delete", "Model")

    assert look(committer, segmented, now).model is None
