"""The lists of customers: filter views of Segmented_Customers that a segmentation keeps, and the links to them."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

import pytest

from local.launch import OWNER
from local.load import load_rows
from server.core.segments.lists import Kind, view_id
from server.sheets.commit.committer import Committer
from server.use_cases.segmentation.run import Retraining, Run
from server.use_cases.status import status
from sheets_standin.spreadsheet.cells import Cell, value_of
from sheets_standin.spreadsheet.filtering import filtered
from tests.conftest import Now, Sheet, orders

SEGMENTED, ACTION_MAP = "Segmented_Customers", "Action_Map"


pytestmark = pytest.mark.usefixtures("no_waiting")


def run(retraining: Retraining, sheet: Sheet) -> None:
    retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)


def customers(sheet: Sheet) -> list[dict[str, Any]]:
    header = [str(cell) for cell in sheet.row(SEGMENTED, 1)]
    return [dict(itertools.zip_longest(header, row)) for row in sheet.rows(SEGMENTED)]


def views(sheet: Sheet) -> dict[str, dict[str, Any]]:
    return {view["title"]: view for view in sheet.document.sheet(SEGMENTED).filter_views}


def shown(sheet: Sheet, title: str) -> list[str]:
    """Return the ids that a view shows, in its order."""
    tab = sheet.document.sheet(SEGMENTED)
    visible = filtered(views(sheet)[title], tab, "en_US", dt.date(2026, 1, 15))
    assert not visible.unknown
    return [str(value_of(tab.grid.cell(row, 0))) for row in visible.order if row not in visible.hidden]


def bought_again(sheet: Sheet) -> None:
    """Let the last of the customers, who have been away for long, buy on the last day; and one come."""
    hours = range(10, 16)
    more = [[f"C{number:03}", f"2025-12-31 {hour}:00", "900"] for number in range(50, 60) for hour in hours]
    load_rows(sheet.document, [*orders(), *more, ["NEW", "2025-12-31", "40"]], OWNER)


def rename(sheet: Sheet, name: str) -> tuple[int, str]:
    """Rename the first segment of Action_Map, and return its number and former name."""
    first = sheet.rows(ACTION_MAP)[0]
    sheet.type(ACTION_MAP, 2, [[name]], column=2)
    return int(str(first[0])), str(first[1])


def test_each_segment_has_a_list_ranked_by_money(segmented: Sheet) -> None:
    """Sixty customers are too few for expected spend, so that money ranks."""
    rows = customers(segmented)

    for name in {row["Segment"] for row in rows}:
        members = [row for row in rows if row["Segment"] == name]
        ranked = sorted(members, key=lambda row: -row["MonetaryValue"])
        assert shown(segmented, name) == [row["CustomerID"] for row in ranked]


def test_who_is_slipping_has_a_list_of_all_segments(segmented: Sheet) -> None:
    """As the column State has it; without anybody there is no list."""
    slipping = {row["CustomerID"] for row in customers(segmented) if row["State"] == "Slipping"}

    if slipping:
        assert set(shown(segmented, "Slipping customers")) == slipping
    else:
        assert "Slipping customers" not in views(segmented)


def test_after_the_first_run_nobody_has_moved(segmented: Sheet) -> None:
    """All are new, so no list says that they moved in."""
    assert not any(title.startswith("Moved") for title in views(segmented))


def test_who_moved_is_in_two_lists(segmented: Sheet, retraining: Retraining) -> None:
    """In the one of where they came from, and in the one of where they are; who is new in the second alone."""
    before = {row["CustomerID"]: row["Segment"] for row in customers(segmented)}
    bought_again(segmented)

    run(retraining, segmented)

    now = {row["CustomerID"]: row["Segment"] for row in customers(segmented)}
    names = {*before.values(), *now.values()}
    came = {name: {who for who in now if now[who] == name != before.get(who)} for name in names}
    left = {name: {who for who in before if before[who] == name != now[who]} for name in names}
    assert any(came.values())
    assert any(left.values())
    for name in names:
        for title, expected in ((f"Moved into {name}", came[name]), (f"Moved out of {name}", left[name])):
            assert (set(shown(segmented, title)) if title in views(segmented) else set()) == expected


def test_a_rename_renames_the_lists_and_their_links_stay(segmented: Sheet, retraining: Retraining) -> None:
    """The id follows from the segment's number."""
    number, former = rename(segmented, "Our finest")
    before = views(segmented)[former]["filterViewId"]

    run(retraining, segmented)

    assert former not in views(segmented)
    assert views(segmented)["Our finest"]["filterViewId"] == before
    assert before == view_id(segmented.document.sheet(SEGMENTED).sheet_id, Kind.ALL, number)


def test_a_view_of_somebodys_own_is_left_alone(segmented: Sheet, retraining: Retraining) -> None:
    """Also one that is called as a list is: ours gets another title."""
    tab = segmented.document.sheet(SEGMENTED)
    own = {"filterViewId": 77, "title": "Our finest", "range": {"sheetId": tab.sheet_id}}
    tab.filter_views.append(dict(own))
    rename(segmented, "Our finest")

    run(retraining, segmented)

    assert views(segmented)["Our finest"] == own
    assert "Our finest (2)" in views(segmented)


def test_lists_that_were_changed_or_deleted_are_as_they_were_after_the_next_run(
    segmented: Sheet, retraining: Retraining
) -> None:
    """Whoever wants another one duplicates it."""
    tab = segmented.document.sheet(SEGMENTED)
    before = views(segmented)
    tab.filter_views[0] = {**tab.filter_views[0], "sortSpecs": [{"dimensionIndex": 0}]}
    del tab.filter_views[-1]

    run(retraining, segmented)

    assert views(segmented) == before


def test_a_column_of_somebodys_own_moves_the_lists_along(segmented: Sheet, retraining: Retraining) -> None:
    """They filter by the columns under their headers, wherever those stand, and show the marketer's column too."""
    segmented.insert_columns(SEGMENTED, 2)
    segmented.type(SEGMENTED, 1, [["Phone"]], column=2)

    run(retraining, segmented)

    rows = customers(segmented)
    for name in {row["Segment"] for row in rows}:
        assert set(shown(segmented, name)) == {row["CustomerID"] for row in rows if row["Segment"] == name}
        grid = views(segmented)[name]["range"]
        assert grid["endColumnIndex"] == segmented.document.sheet(SEGMENTED).grid.column_count


def test_a_name_that_looks_like_a_formula_is_in_no_condition(
    segmented: Sheet, retraining: Retraining
) -> None:
    """A condition's value is read as if it were typed; titles and hidden values are texts."""
    name = '=IMPORTXML("https://example.com")'
    rename(segmented, "'" + name)
    run(retraining, segmented)
    bought_again(segmented)

    run(retraining, segmented)

    assert name in views(segmented)
    specs = [spec["filterCriteria"] for view in views(segmented).values() for spec in view["filterSpecs"]]
    assert "IMPORTXML" not in json.dumps([spec.get("condition") for spec in specs])
    assert shown(segmented, name)


def test_the_action_map_leads_to_the_lists(segmented: Sheet, retraining: Retraining) -> None:
    """Each link opens a view that is there; a count stands where somebody moved."""
    bought_again(segmented)
    run(retraining, segmented)
    at = segmented.row(ACTION_MAP, 1).index("Lists") + 1
    ids = {view["filterViewId"] for view in views(segmented).values()}

    for row, shown_row in enumerate(segmented.rows(ACTION_MAP), start=2):
        cell = segmented.cell(ACTION_MAP, row, at)
        if not shown_row[3]:
            assert not cell
            continue
        assert isinstance(cell, Cell)
        links = [run_["format"]["link"]["uri"] for run_ in cell.runs if run_["format"]]
        assert {int(link.partition("fvid=")[2]) for link in links} <= ids
        parts = str(cell.value).split(" · ")
        assert parts[0] == "Show customers"
        assert len(parts) == len(links)


def test_the_status_names_lists_and_changes(
    segmented: Sheet, retraining: Retraining, committer: Committer, now: Now
) -> None:
    """Counts are those of the last run that moved anybody; the sums are those of History."""
    bought_again(segmented)
    now.advance(days=3)
    run(retraining, segmented)

    answer = status(committer, segmented.id, now)

    ids = {view["filterViewId"]: view["title"] for view in views(segmented).values()}
    for segment in answer.segments:
        for customer_list in segment.lists:
            title = ids[int(customer_list.link.partition("fvid=")[2])]
            assert customer_list.title == title
            assert customer_list.customers == len(shown(segmented, title))
    assert answer.kept.compared is not None
    total = answer.kept.compared.in_all(answer.kept.compared.last)
    assert total is not None
    assert total.customers == 1
    assert sum(segment.since_last.customers for segment in answer.segments if segment.since_last) <= 1
    assert answer.kept.moved_at == answer.kept.compared.present.run_at
    assert any("than on Jan 15, 2026" in segment.changed for segment in answer.segments)


def test_without_the_tabs_of_what_is_kept_the_status_tells_the_rest(
    segmented: Sheet, committer: Committer, now: Now
) -> None:
    """Somebody deleted History and Migration: the segments are told as ever."""
    for title in ("History", "Migration"):
        segmented.document.sheets.remove(segmented.document.sheet(title))

    answer = status(committer, segmented.id, now)

    assert answer.segments
    assert answer.kept.compared is None
    assert answer.kept.moved_at is None
