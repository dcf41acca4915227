"""Names and plans that were applied stand on the dashboard too, which leads to the customers as before."""

from __future__ import annotations

import pytest

from server.layout.segment_tabs import ACTION_MAP, DASHBOARD
from server.sheets.commit.committer import Committer
from server.sheets.dashboard.places import BLOCKS, LINES
from server.use_cases.apply_plans import ApplyingPlans
from server.use_cases.dashboard_refresh import Dashboards
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet.cells import Cell
from tests.conftest import Sheet

TABLES = 7
"""Lines, segments in figures, migration (twice), days, points and expected revenue."""


pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def applying(committer: Committer, scoring: Scoring) -> ApplyingPlans:
    return ApplyingPlans(committer, scoring)


def texts(sheet: Sheet, title: str = DASHBOARD) -> list[str]:
    """Return all texts of a tab."""
    return [cell for row in sheet.rows(title) for cell in row if isinstance(cell, str)]


def edited(sheet: Sheet) -> tuple[str, str]:
    """Give the first segment of Action_Map another name and plan; return its former ones."""
    _, name, plan, *_ = map(str, sheet.rows(ACTION_MAP)[0])
    sheet.type(ACTION_MAP, 2, [["Our finest", "Send flowers"]], column=2)
    return name, plan


def line_of(sheet: Sheet, name: str) -> Cell:
    """Return the cell that names a segment in its line."""
    block = BLOCKS[LINES]
    cells = [sheet.cell(DASHBOARD, row, block.column + 1) for row in range(block.row, block.row + block.rows)]
    return next(cell for cell in cells if isinstance(cell, Cell) and cell.value == name)


def test_applied_texts_stand_wherever_the_dashboard_showed_the_former_ones(
    segmented: Sheet, applying: ApplyingPlans, retraining: Retraining
) -> None:
    """After a second run there are former segments too; the line goes on leading to the customers."""
    segmented.type("Training_Data", 500, [["NEW-1", "2025-12-30", "150"]])
    retraining.run(segmented.id, Run(), lambda _stage, _fraction: None)
    before, (name, plan) = texts(segmented), edited(segmented)
    link = line_of(segmented, name).runs[0]["format"]["link"]

    applying.apply(segmented.id)

    assert before.count(name) == TABLES
    assert texts(segmented) == [{name: "Our finest", plan: "Send flowers"}.get(text, text) for text in before]
    assert line_of(segmented, "Our finest").runs[0]["format"]["link"] == link


def test_a_second_call_writes_nothing_there(
    segmented: Sheet, applying: ApplyingPlans, committer: Committer
) -> None:
    """And what the marketer typed beside the tables stays."""
    edited(segmented)
    segmented.type(DASHBOARD, BLOCKS[LINES].row + 2, [["ask Ben"]], column=16)
    applying.apply(segmented.id)

    assert not Dashboards(committer).rename(segmented.id)
    assert "ask Ben" in texts(segmented)


def test_the_dashboard_is_found_by_its_mark(segmented: Sheet, applying: ApplyingPlans) -> None:
    """Ours was renamed, and somebody made a tab of the former title."""
    name, _ = edited(segmented)
    segmented.document.sheet(DASHBOARD).title = "Overview"

    applying.apply(segmented.id)

    assert name not in texts(segmented, "Overview")
    assert "Our finest" in texts(segmented, "Overview")


def test_what_goes_wrong_there_keeps_nobody_from_applying(
    segmented: Sheet, applying: ApplyingPlans, caplog: pytest.LogCaptureFixture
) -> None:
    """The dashboard was deleted: customers have the new texts all the same."""
    edited(segmented)
    document = segmented.document
    document.sheets = [sheet for sheet in document.sheets if sheet.title != DASHBOARD]

    done = applying.apply(segmented.id)

    assert done.customers
    assert "the dashboard was not renewed" not in caplog.text
