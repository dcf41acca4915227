"""The judge of audiences, tests and runs finds what is wrong with their records."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from local.launch import SERVICE_ACCOUNT, LocalGoogle
from proving.torture.campaigns import AUDIENCES, Campaigns
from proving.torture.direct import Wire
from proving.torture.player import Tally
from proving.torture.storm import DirectInstance
from tests.conftest import Sheet


@pytest.fixture
def campaigns(google: LocalGoogle, segmented: Sheet) -> Campaigns:
    """A spreadsheet in which two audiences were made, a test was started and a night has passed."""
    twin = segmented.document.copied(segmented.id, segmented.document.title)
    made = Campaigns(segmented.document, twin, random.Random(1))
    instance = DirectInstance(Wire(google.service, google.server.faults, random.Random(0)), Tally())
    for name in list(AUDIENCES)[:2]:
        assert instance.ask(segmented.document, *made.audience(name)) == 200
    at = segmented.row("Action_Map", 1).index("Segment")
    names = [str(row[at]) for row in segmented.rows("Action_Map")]
    plan = {"name": "Test 1", "segments": names, "days": 60, "controlShare": 0.4}
    assert instance.ask(segmented.document, "tests/start", {"plan": plan, "confirm": True}) == 200
    assert instance.ask(segmented.document, "refresh", {}) == 200
    made.order()
    made.pass_a_night()
    assert instance.ask(segmented.document, "refresh", {}) == 200
    return made


def _harm(sheet: Sheet, title: str, row: int, header: str, value: object) -> None:
    """Have the service put something else into a cell."""
    with sheet.document.changing(SERVICE_ACCOUNT, "harm"):
        column = sheet.row(title, 1).index(header)
        sheet.document.sheet(title).grid.put(row - 1, column, [value])  # type: ignore[list-item]
        sheet.document.noted("harm", title)


def _line_twice(sheet: Sheet, title: str) -> None:
    with sheet.document.changing(SERVICE_ACCOUNT, "harm"):
        grid = sheet.document.sheet(title).grid
        grid.put(grid.held_rows, 0, grid.row(1))
        sheet.document.noted("harm", title)


def test_what_the_service_leaves_is_in_order(campaigns: Campaigns) -> None:
    """One night, one line; one order that is new, told of once."""
    assert (campaigns.nights, campaigns.switches) == (1, 0)
    assert campaigns.problems() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda sheet: _line_twice(sheet, "Audiences"), "has 2 lines"),
        (
            lambda sheet: _harm(sheet, "Audiences", 2, "Members", 7),
            "has 7 members, 60 in its log, 60 in its tab",
        ),
        (lambda sheet: _harm(sheet, "Audience VIP", 2, "CustomerID", "X"), "has 60 members"),
        (lambda sheet: _line_twice(sheet, "Audience_Log"), "twice"),
        (lambda sheet: _line_twice(sheet, "Tests"), "Test 1 has 2 lines in Tests"),
        (lambda sheet: _line_twice(sheet, "Test_Members"), "61 members, 60 ids"),
        (
            lambda sheet: _harm(sheet, "Test_Members", 2, "Group", "nobody"),
            "lines of Test_Members were changed",
        ),
        (lambda sheet: _harm(sheet, "Tests", 2, "Control", 1), "held out"),
        (lambda sheet: _line_twice(sheet, "Runs"), "1 nights, the schedule was switched on 0 times, 2 lines"),
        (lambda sheet: _harm(sheet, "Runs", 2, "NewOrders", 5), "the runs tell of"),
    ],
    ids=range(10),
)
def test_each_kind_of_harm_is_found(
    campaigns: Campaigns, segmented: Sheet, harm: Callable[[Sheet], None], words: str
) -> None:
    """A judge that finds nothing is worth something only if it finds what is there."""
    harm(segmented)

    assert [problem for problem in campaigns.problems() if words in problem]
