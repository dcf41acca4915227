"""Filters and filter views of the page: who sees what, who may, and what is taken back."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from local.launch import OWNER
from sheets_standin.page.actions import Refused
from sheets_standin.page.filters import Kept
from sheets_standin.page.guard import VIEW_ONLY
from sheets_standin.page.reading import Reading
from sheets_standin.page.view import tabs
from sheets_standin.page.visitors import Visitors
from sheets_standin.spreadsheet.document import Protection
from tests.sheets_standin.page.conftest import ANNA, VERA, Desk

ROWS = [["Name", "Spend"], ["Ann", "10"], ["Bob", "2"], ["Cid", "7"]]


@pytest.fixture
def filled(desk: Desk) -> Desk:
    desk.fill(ROWS)
    return desk


def page_answer(desk: Desk, path: str, email: str = ANNA, **query: int) -> dict[str, Any]:
    """Return what somebody's page is answered."""
    visitors = Visitors(desk.workspace, desk.document, [OWNER], lambda _session: None)
    reading = Reading(desk.workspace, desk.document, visitors)
    asked = {"session": visitors.open(email).id} | {name: str(value) for name, value in query.items()}
    answer: dict[str, Any] = json.loads(reading.routes[path](asked).body)
    return answer


def seen(desk: Desk, view: int = 0, email: str = ANNA) -> Any:
    """Return what a page is told of the filter, or of a view."""
    return page_answer(desk, "filter", email, sheet=0, view=view)["filter"]


def by_value(desk: Desk, view: int, *hidden: str) -> None:
    desk.actions.filter_by(desk.anna, 0, view, 0, {"hiddenValues": list(hidden)})


def test_a_filter_lies_over_the_block_of_the_cell(filled: Desk) -> None:
    """A single cell stands for its table; the header is the first row."""
    filled.actions.set_filter(filled.anna, filled.area(1, 0))

    assert seen(filled)["range"] == [0, 4, 0, 2]
    assert filled.addon.changes == ["OTHER"]
    with pytest.raises(Refused, match="table that is to be filtered"):
        filled.actions.set_filter(filled.anna, filled.area(8, 4))


def test_the_tabs_filter_hides_rows_from_everybody(filled: Desk) -> None:
    """By values; the cells stay, and taking the filter away shows them again."""
    filled.actions.set_filter(filled.anna, filled.area(0, 0, 4, 2))

    by_value(filled, 0, "Bob")

    assert seen(filled)["hidden"] == [[2, 3]]
    assert filled.values(2, 3) == [["Bob", 2]]
    filled.actions.clear_filter(filled.owner, 0)
    assert seen(filled) is None


def test_the_api_knows_the_pages_filter(filled: Desk) -> None:
    """Both criteria and filterSpecs are kept, as the API gives them."""
    filled.actions.set_filter(filled.anna, filled.area(0, 0, 4, 2))
    condition = {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "5"}]}

    filled.actions.filter_by(filled.anna, 0, 0, 1, {"condition": condition})

    basic = filled.sheet.basic_filter
    assert basic is not None
    assert basic["criteria"] == {"1": {"condition": condition}}
    assert basic["filterSpecs"] == [{"columnIndex": 1, "filterCriteria": {"condition": condition}}]
    assert seen(filled)["hidden"] == [[2, 3]]


def test_a_view_is_seen_by_those_who_open_it_alone(filled: Desk) -> None:
    """It hides and sorts rows for them; the cells stand as they stood, and nobody else is told otherwise."""
    view = filled.actions.add_view(filled.anna, filled.area(0, 0, 4, 2))

    by_value(filled, view, "Ann")
    filled.actions.sort_filter(filled.anna, 0, view, 1, descending=True)

    shown = seen(filled, view)
    assert (shown["title"], shown["hidden"], shown["order"]) == ("Filter 1", [[1, 2]], [1, 3, 2])
    assert seen(filled) is None
    assert [row[0] for row in filled.values(0, 4)] == ["Name", "Ann", "Bob", "Cid"]


def test_sorting_by_the_tabs_filter_moves_the_rows(filled: Desk) -> None:
    """For everybody, as in Sheets; the header stays where it is."""
    filled.actions.set_filter(filled.anna, filled.area(0, 0, 4, 2))

    filled.actions.sort_filter(filled.anna, 0, 0, 1, descending=False)

    assert [row[0] for row in filled.values(0, 4)] == ["Name", "Bob", "Cid", "Ann"]
    assert (seen(filled)["order"], seen(filled)["sort"]) == ([], [[1, False]])


def test_a_view_begins_like_the_tabs_filter(filled: Desk) -> None:
    """ "Save as filter view": what the filter hides the view hides, until either is changed."""
    filled.actions.set_filter(filled.anna, filled.area(0, 0, 4, 2))
    by_value(filled, 0, "Bob")

    view = filled.actions.add_view(filled.anna, filled.area(0, 0))
    by_value(filled, 0)

    assert (seen(filled)["hidden"], seen(filled, view)["hidden"]) == ([], [[2, 3]])


def test_a_view_is_renamed_and_deleted(filled: Desk) -> None:
    """A view that is gone is told so to whoever uses it."""
    view = filled.actions.add_view(filled.anna, filled.area(0, 0))

    filled.actions.rename_view(filled.anna, 0, view, " <b>Big</b> spenders ")

    assert seen(filled, view)["title"] == "<b>Big</b> spenders"
    with pytest.raises(Refused, match="needs a name"):
        filled.actions.rename_view(filled.anna, 0, view, " ")
    filled.actions.delete_view(filled.owner, 0, view)
    assert seen(filled, view) is None
    with pytest.raises(Refused, match="taken away"):
        by_value(filled, view, "Ann")


def test_a_viewer_looks_through_views_and_changes_none(filled: Desk) -> None:
    """Opening one needs no right but to read."""
    view = filled.actions.add_view(filled.anna, filled.area(0, 0))

    assert seen(filled, view, VERA)["view"] == view
    for act in (
        lambda: filled.actions.filter_by(filled.vera, 0, view, 0, {"hiddenValues": ["Ann"]}),
        lambda: filled.actions.set_filter(filled.vera, filled.area(0, 0)),
        lambda: filled.actions.add_view(filled.vera, filled.area(0, 0)),
        lambda: filled.actions.delete_view(filled.vera, 0, view),
    ):
        with pytest.raises(Refused, match=VIEW_ONLY[:20]):
            act()


def test_a_protected_tab_keeps_its_filter(filled: Desk) -> None:
    """Who is kept out of a part of the tab cannot filter it for everybody, but by a view of their own."""
    filled.document.protections.append(Protection(1, {"sheetId": 0, "startRowIndex": 3}))

    with pytest.raises(Refused):
        filled.actions.set_filter(filled.anna, filled.area(0, 0))
    assert filled.actions.add_view(filled.anna, filled.area(0, 0))


def test_a_filter_is_taken_back_and_done_again(filled: Desk) -> None:
    """Undo shows the rows again, redo hides them."""
    filled.actions.set_filter(filled.anna, filled.area(0, 0))
    by_value(filled, 0, "Bob")

    filled.actions.undo(filled.anna)
    without = seen(filled)["hidden"]
    filled.actions.redo(filled.anna)
    again = seen(filled)["hidden"]
    for _ in range(2):
        filled.actions.undo(filled.anna)

    assert (without, again, seen(filled)) == ([], [[2, 3]], None)


def test_a_condition_without_a_value_is_refused(filled: Desk) -> None:
    """Nothing is greater than nothing."""
    filled.actions.set_filter(filled.anna, filled.area(0, 0))

    with pytest.raises(Refused, match="needs a value"):
        filled.actions.filter_by(filled.anna, 0, 0, 1, {"condition": {"type": "NUMBER_GREATER"}})


def test_the_values_of_a_column_are_offered(filled: Desk) -> None:
    """Each once, sorted as the column would be, with what is hidden now; values beyond the first 1,000 are counted."""
    filled.actions.set_filter(filled.anna, filled.area(0, 0))
    by_value(filled, 0, "Bob", "Dan")

    offered = page_answer(filled, "values", sheet=0, column=0)

    assert offered["head"] == "Name"
    assert offered["values"] == [["Ann", True], ["Bob", False], ["Cid", True]]
    assert (offered["more"], offered["hidden"]) == (0, ["Dan"])


def test_the_page_is_told_of_filters_and_views(filled: Desk) -> None:
    """With the tabs, so that menus can name them."""
    view = filled.actions.add_view(filled.anna, filled.area(0, 0))
    filled.actions.set_filter(filled.anna, filled.area(0, 0, 4, 2))

    (tab,) = tabs(filled.document)

    assert tab["filter"] == [0, 4, 0, 2]
    assert tab["views"] == [{"id": view, "title": "Filter 1"}]


def test_what_a_filter_does_is_computed_again_when_the_cells_are_others(filled: Desk) -> None:
    """A change of another tab lets what was found hold; typing, undoing and sorting do not."""
    kept, day = Kept(), dt.date(2026, 1, 15)
    filled.actions.set_filter(filled.anna, filled.area(0, 0))
    by_value(filled, 0, "Bob")

    def filter_now() -> dict[str, Any]:
        assert filled.sheet.basic_filter is not None
        return kept.told_of(filled.sheet.basic_filter, filled.sheet, "en_US", day)

    first = filter_now()
    filled.actions.add_tab(filled.anna)
    same = filter_now()
    filled.actions.type(filled.anna, filled.area(1, 0), "Bob")
    typed = filter_now()
    filled.actions.undo(filled.anna)

    assert same is first
    assert typed["hidden"] == [[1, 3]]
    assert filter_now()["hidden"] == [[2, 3]]
