"""The declarations of the tabs, and what is derived from them."""

from __future__ import annotations

import pytest

from server.core.settings.table import DEFAULT_SETTINGS
from server.layout.headers import CLUSTER, normalised
from server.layout.tabs import (
    ACTION_MAP_EDITABLE,
    CLUSTER_TABS,
    CUSTOMER_TABS,
    HEADERS,
    INPUT_HEADERS,
    LAYOUTS,
    SWAPPED_TABS,
    TABS,
)
from server.sheets.commit.snapshot import read_snapshot
from server.sheets.tabs import layouts
from server.sheets.tabs.data_quality import LINES
from server.tab_layout import Column, Made, TabLayout, Writer
from server.use_cases.explain_row import TABS as EXPLAINED
from server.use_cases.segmentation.pending import RANGES
from server.use_cases.segmentation.swap import WRITTEN

EMPTY = read_snapshot({"properties": {"locale": "en_US"}, "sheets": []})


def last_row(title: str) -> int:
    return int(LAYOUTS[title].read_rows.partition(":")[2])


def test_every_tab_has_each_header_once() -> None:
    """As columns are found by their headers, compared without case, blanks and underscores."""
    for tab in LAYOUTS.values():
        compared = [normalised(header) for header in tab.headers]
        assert len(set(compared)) == len(compared), tab.title


def test_the_tabs_of_customers_are_those_that_forgetting_must_know() -> None:
    """A line for a customer is a line to erase."""
    assert CUSTOMER_TABS == (
        "New User",
        "Segmented_Customers",
        "RFM",
        "Prediction_Log",
        "Test_Members",
        "Contacts",
        "Audience_Log",
    )


def test_cluster_numbers_are_coloured_wherever_they_stand() -> None:
    """In every tab with a column Cluster."""
    assert CLUSTER_TABS == (
        "New User",
        "Segmented_Customers",
        "Action_Map",
        "History",
        "Prediction_Log",
    )


def test_a_segmentation_guards_the_columns_of_what_it_writes() -> None:
    """People have columns of their own in all of them; the hidden Model has none of theirs."""
    assert sorted(WRITTEN) == [
        "Action_Map",
        "Data_Quality",
        "History",
        "Migration",
        "RFM",
        "Runs",
        "Segmented_Customers",
    ]
    assert set(SWAPPED_TABS) <= set(WRITTEN)


def test_a_segmentation_reads_of_every_tab_that_set_up_makes() -> None:
    """So the first read shows what is missing; the dashboard and the model are read beside."""
    read = {area.partition("!")[0].strip("'") for area in RANGES}

    assert read == set(TABS) - {"Dashboard", "Model"}


def test_what_is_read_of_a_tab_holds_all_that_it_is_filled_with() -> None:
    """Data_Quality has as many lines as questions, Settings as many as settings."""
    assert last_row("Data_Quality") >= LINES
    assert last_row("Settings") >= 1 + len(DEFAULT_SETTINGS)


def test_rows_that_can_be_explained_have_inputs_and_a_segment() -> None:
    """Those are what an explanation is computed from."""
    for title in EXPLAINED:
        assert {*INPUT_HEADERS, CLUSTER} <= set(HEADERS[title])


def test_marketers_columns_bear_no_warning() -> None:
    """They are theirs to edit."""
    for tab in LAYOUTS.values():
        assert not set(tab.marketers_headers) & set(tab.warned_headers)
    assert ACTION_MAP_EDITABLE == ("Segment", "ActionPlan")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> TabLayout:
    """A tab that is made when it is first used."""
    columns = (
        Column("When", 100, "When it ran.", ("DATE_TIME", "yyyy-mm-dd")),
        Column("Comment", 200, writer=Writer.MARKETER),
        Column("Result", 90),
    )
    tab = TabLayout("Later", columns, made=Made.WHEN_FIRST_USED)
    monkeypatch.setitem(LAYOUTS, "Later", tab)
    return tab


def test_a_tab_for_first_use_is_not_made_at_set_up(later: TabLayout) -> None:
    """A new spreadsheet has no more tabs than before."""
    assert later.title not in layouts.missing_tabs(EMPTY)


def test_a_tab_is_laid_out_as_declared(later: TabLayout) -> None:
    """Size, headers, notes, widths, formats, and a warning on the service's columns alone."""
    requests = layouts.first_use_requests("Later", EMPTY)

    added = requests[0]["addSheet"]["properties"]
    header = requests[1]["updateCells"]["rows"][0]["values"]
    widths = [
        request["updateDimensionProperties"]["properties"]["pixelSize"]
        for request in requests
        if "updateDimensionProperties" in request
    ]
    warned = [
        (area["startColumnIndex"], area["endColumnIndex"])
        for request in requests
        if "addProtectedRange" in request
        for area in [request["addProtectedRange"]["protectedRange"]["range"]]
    ]
    [format_] = [request["repeatCell"] for request in requests if "repeatCell" in request]
    assert added["gridProperties"] == {"rowCount": 2, "columnCount": 3, "frozenRowCount": 1}
    assert [cell["userEnteredValue"]["stringValue"] for cell in header] == ["When", "Comment", "Result"]
    assert [cell.get("note") for cell in header] == ["When it ran.", None, None]
    assert widths == [100, 200, 90]
    assert warned == [(0, 1), (2, 3)]
    assert format_["range"]["startColumnIndex"] == 0
    assert format_["cell"]["userEnteredFormat"]["numberFormat"]["type"] == "DATE_TIME"


def test_a_tab_that_is_there_is_not_made_again(later: TabLayout) -> None:
    """Its content is kept."""
    there = read_snapshot({"sheets": [{"properties": {"sheetId": 3, "title": "Later"}}]})

    assert layouts.first_use_requests("Later", there) == []
