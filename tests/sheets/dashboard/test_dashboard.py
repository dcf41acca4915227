"""The dashboard: written with every segmentation, styled once, and never over what is the marketer's."""

from __future__ import annotations

import copy
import json
import math
import statistics
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from local.launch import OWNER, LocalGoogle
from server.core.segments.colours import LIGHT, PALETTE, rgb, segment_colours
from server.core.settings.table import DEFAULT_SETTINGS
from server.errors import SpreadsheetFullError
from server.layout.limits import METADATA_DASHBOARD
from server.layout.segment_tabs import DASHBOARD
from server.sheets.api.client import SheetsClient
from server.sheets.commit.committer import Committer
from server.sheets.commit.writes import Batch, Planned
from server.sheets.dashboard import charts as charts_module
from server.sheets.dashboard import scored_days as logged_module
from server.sheets.dashboard.places import (
    BLOCKS,
    DAILY,
    HEAT,
    LINES,
    MIGRATION,
    ROWS,
    SEGMENTS,
    TILES,
    WIDTHS,
)
from server.sheets.tabs import staging
from server.use_cases.dashboard_refresh import Dashboards
from server.use_cases.forget_customer import Forgetting
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.result import TrainingResult
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.sheets_api.schema import check_answer
from sheets_standin.spreadsheet.cells import Cell
from tests.conftest import MeddlingClient, Now, Sheet, client_of, keep, orders, quick
from tests.workbook import LOG, NEW_USER, score, sweep

SEGMENTED = "Segmented_Customers"
ACTION_MAP = "Action_Map"
COLOURED = {NEW_USER: 4, SEGMENTED: 5, ACTION_MAP: 0, LOG: 6}
"""Column (from 0) of Cluster in each tab that has one."""
COPIES = 80


pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def dashboards(committer: Committer, now: Now) -> Dashboards:
    return Dashboards(committer, now, quick)


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """All bodies of batchUpdate that are sent."""
    sent: list[dict[str, Any]] = []
    call = SheetsClient._call

    def noting(self: SheetsClient, spreadsheet_id: str, kind: str, *args: Any, **kwargs: Any) -> Any:
        if "requests" in (kwargs.get("body") or {}):
            sent.append(copy.deepcopy(kwargs["body"]))
        return call(self, spreadsheet_id, kind, *args, **kwargs)

    monkeypatch.setattr(SheetsClient, "_call", noting)
    return sent


def run(retraining: Retraining, sheet: Sheet, **asked: Any) -> TrainingResult:
    return retraining.run(sheet.id, Run(**asked), lambda _stage, _fraction: None)


def at(sheet: Sheet, name: str, row: int, column: int, title: str = DASHBOARD) -> object:
    """Return a value of a block, row and column from 0 of its heading's."""
    block = BLOCKS[name]
    cells = sheet.row(title, block.row + row)
    return cells[block.column + column] if block.column + column < len(cells) else None


def lines(sheet: Sheet, name: str, first: int, count: int, width: int) -> list[list[object]]:
    return [[at(sheet, name, first + i, j) for j in range(width)] for i in range(count)]


def charts(sheet: Sheet, title: str = DASHBOARD) -> dict[int, dict[str, Any]]:
    return sheet.document.sheet(title).charts


def chart(sheet: Sheet, title: str) -> dict[str, Any]:
    """Return the chart whose title begins so."""
    matches = [drawn for drawn in charts(sheet).values() if drawn["spec"].get("title", "").startswith(title)]
    assert len(matches) == 1
    return matches[0]


def changed(sheet: Sheet, title: str) -> dict[str, Any]:
    """Return a copy of a chart, in the place of the chart, for a marketer to change."""
    mine = copy.deepcopy(chart(sheet, title))
    charts(sheet)[mine["chartId"]] = mine
    return mine


def columns_of(spec: dict[str, Any]) -> list[tuple[int, int, int]]:
    """Return first row, end row and column of each series."""
    sources = [
        one_series["series"]["sourceRange"]["sources"][0] for one_series in spec["basicChart"]["series"]
    ]
    return [(s["startRowIndex"], s["endRowIndex"], s["startColumnIndex"]) for s in sources]


def choose(sheet: Sheet, setting: str, value: str) -> None:
    row = next(i for i, line in enumerate(DEFAULT_SETTINGS, start=2) if line[0] == setting)
    sheet.type("Settings", row, [[value]], column=2)


def five_segments(sheet: Sheet, retraining: Retraining) -> None:
    """Put a model with five segments in use, where there were three, whether it waits or not."""
    choose(sheet, "Clusters", "5")
    result = run(retraining, sheet, retrain=True)
    model = (
        run(retraining, sheet, version=result.candidate.version).model if result.candidate else result.model
    )
    assert model.k == 5


def change(client: SheetsClient, sheet: Sheet, kind: str, **request: Any) -> None:
    """Change the structure of the spreadsheet; charts, rules and ranges go along, as in Google Sheets."""
    client.batch_update(sheet.id, [{kind: request}])


def insert(client: SheetsClient, sheet: Sheet, title: str, dimension: str, count: int) -> None:
    """Insert rows above, or columns left of, all of a tab."""
    where = {"sheetId": sheet.document.sheet(title).sheet_id, "dimension": dimension, "startIndex": 0}
    change(client, sheet, "insertDimension", range=where | {"endIndex": count}, inheritFromBefore=False)


def new_tab(client: SheetsClient, sheet: Sheet, title: str) -> int:
    """Make a tab before all others."""
    grid = {"rowCount": 10, "columnCount": 5}
    change(client, sheet, "addSheet", properties={"title": title, "gridProperties": grid, "index": 0})
    return sheet.document.sheet(title).sheet_id


def kinds(requests: list[dict[str, Any]]) -> list[str]:
    return [kind for request in requests for kind in request]


def test_the_tab_is_made_first_of_the_services_with_exact_size(sheet: Sheet, retraining: Retraining) -> None:
    """After Training_Data and New User; no cell more than its blocks need, its gridlines hidden."""
    run(retraining, sheet)

    titles = [other.title for other in sheet.document.sheets]
    tab = sheet.document.sheet(DASHBOARD)
    assert titles.index(DASHBOARD) == titles.index(NEW_USER) + 1 == titles.index(SEGMENTED) - 1
    assert (tab.grid.row_count, tab.grid.column_count) == (ROWS, len(WIDTHS)) == (197, 15)
    assert tab.grid_extra.get("hideGridlines") is True


def test_it_stands_before_the_tabs_of_an_older_spreadsheet(segmented: Sheet, retraining: Retraining) -> None:
    """A spreadsheet that was set up before there was a dashboard gets it with the next segmentation."""
    drop(segmented)

    run(retraining, segmented)

    titles = [sheet.title for sheet in segmented.document.sheets]
    assert titles.index(DASHBOARD) == titles.index(SEGMENTED) - 1
    assert at(segmented, TILES, 1, 0) == 60


def drop(sheet: Sheet, title: str = DASHBOARD) -> None:
    """Delete a tab, as its owner does."""
    with sheet.document.changing(OWNER, "deleteSheet"):
        tab = sheet.document.sheet(title)
        sheet.document.sheets.remove(tab)
        sheet.document.metadata = [m for m in sheet.document.metadata if m.sheet_id != tab.sheet_id]
        sheet.document.protections = [
            p for p in sheet.document.protections if p.range.get("sheetId", 0) != tab.sheet_id
        ]
        sheet.document.noted("deleteSheet", title)


def test_figures_agree_with_the_tabs(segmented: Sheet) -> None:
    """60 customers; money, counts and the heat map add up to what RFM and Segmented_Customers hold."""
    rfm, customers = segmented.rows("RFM"), segmented.rows(SEGMENTED)

    shown = [row for row in lines(segmented, SEGMENTS, 2, 12, 13) if row[0] is not None]

    assert at(segmented, TILES, 1, 0) == 60
    assert at(segmented, TILES, 1, 2) == pytest.approx(sum(row[1] <= 90 for row in rfm) / 60)  # type: ignore[operator]
    assert at(segmented, TILES, 1, 4) == pytest.approx(sum(row[3] for row in rfm))  # type: ignore[misc]
    assert {(row[0], row[1], row[2]) for row in shown} == {
        (row[6], row[5], sum(customer[5] == row[5] for customer in customers)) for row in customers
    }
    heat = lines(segmented, HEAT, 3, 5, 6)
    assert [row[1:] for row in heat] == [
        [sum((row[4], row[5]) == (r, f) for row in rfm) for f in range(1, 6)] for r in range(5, 0, -1)
    ]
    assert "Jan 1, 2026" in str(at(segmented, TILES, 2, 2))


def test_each_segment_is_told_in_one_line_the_most_valuable_first(segmented: Sheet) -> None:
    """Name, the median customer, customers, revenue, what changed, the plan, in the segment's colour."""
    customers = segmented.rows(SEGMENTED)
    plans = {row[1]: row[2] for row in segmented.rows(ACTION_MAP)}

    shown = [row for row in lines(segmented, LINES, 2, 12, 10) if row[0] is not None]

    revenue = {
        name: sum(row[3] for row in customers if row[6] == name) for name in {row[6] for row in customers}
    }  # type: ignore[misc]
    assert [row[0] for row in shown] == sorted(revenue, key=lambda name: -revenue[name])  # type: ignore[index]
    assert [row[4] for row in shown] == [pytest.approx(revenue[row[0]]) for row in shown]
    for name, who, _, count, _, change, _, plan, *_ in shown:
        own = [row for row in customers if row[6] == name]
        days = statistics.median(row[1] for row in own)  # type: ignore[type-var]
        assert str(who).startswith(f"Typical customer: last order {math.floor(days + 0.5)} days ago, ")  # type: ignore[arg-type]
        assert (count, change, plan) == (len(own), "First run", plans[name])
    heading = segmented.row(DASHBOARD, BLOCKS[LINES].row)[1]
    assert heading == "Your segments, the most valuable first"


def test_charts_list_segments_in_the_order_of_the_lines(segmented: Sheet, retraining: Retraining) -> None:
    """Many customers like those of the last segment come, who earn more than the one before it: 0, 2, 1."""
    last = [row[0] for row in segmented.rows(SEGMENTED) if row[5] == 2]
    bought = [row for row in orders() if row[0] in last]
    copies = [[f"{who}-{copy}", *order] for copy in range(COPIES) for who, *order in bought]
    segmented.type("Training_Data", 500, copies)

    run(retraining, segmented)

    in_lines = [row[0] for row in lines(segmented, LINES, 2, 12, 1) if row[0] is not None]

    segments = [row for row in lines(segmented, SEGMENTS, 2, 12, 2) if row[0] is not None]
    columns = [[name for name in row if name] for row in lines(segmented, MIGRATION, 1, 1, 12)]
    bars = chart(segmented, "Revenue by segment")["spec"]["basicChart"]["series"][0]["styleOverrides"]

    assert [row[0] for row in segments] == in_lines
    assert columns == [in_lines]
    colours = segment_colours([int(str(number)) for _, number in segments])
    assert [bar["colorStyle"]["rgbColor"] for bar in bars] == [
        pytest.approx(rgb(colours[int(str(number))])) for _, number in segments
    ]
    assert [number for _, number in segments] == [0, 2, 1]


def test_what_changed_since_the_last_run_stands_in_the_line(segmented: Sheet, retraining: Retraining) -> None:
    """A new customer comes into one segment; nobody leaves."""
    segmented.type("Training_Data", 500, [["NEW-1", "2025-12-30", "150"]])

    run(retraining, segmented)

    changes = [row[5] for row in lines(segmented, LINES, 2, 3, 6)]
    assert sum(int(str(change).split()[0]) for change in changes) >= 1
    assert all(str(change).endswith("left") for change in changes)


def test_charts_with_nothing_to_show_yet_are_not_drawn(
    segmented: Sheet, scoring: Scoring, retraining: Retraining
) -> None:
    """Sentences stand in their places until there is something."""
    notes = [str(row[1]) for row in segmented.rows(DASHBOARD) if len(row) > 1 and row[1]]
    assert sum("is shown here after the next run" in line for line in notes) == 1
    assert sum("are shown here after the next run" in line for line in notes) == 1
    assert not [drawn for drawn in charts(segmented).values() if "Where" in drawn["spec"]["title"]]

    labelled(segmented, scoring, retraining)

    titles = {drawn["spec"]["title"] for drawn in charts(segmented).values()}
    assert {"Where each segment's customers are now", "Rows of New User labelled per day"} <= titles
    notes = [str(row[1]) for row in segmented.rows(DASHBOARD) if len(row) > 1 and row[1]]
    assert not [line for line in notes if "shown here after" in line]


def test_before_any_model_it_says_what_to_do(google: LocalGoogle, sheet: Sheet) -> None:
    """A tab that was just made: no figures, no charts, a sentence."""
    committer = Committer(client_of(google), quick)
    from server.sheets.tabs.set_up import requests

    committer.sheet(sheet.id).transact(
        [], lambda seen: Planned(Batch(requests(committer.client, sheet.id, seen)), None)
    )

    assert "choose Segment customers" in str(sheet.row(DASHBOARD, 2)[1])
    assert charts(sheet) == {}


def test_it_is_part_of_the_swap(sheet: Sheet, retraining: Retraining, bodies: list[dict[str, Any]]) -> None:
    """One commit puts customers, dashboard, charts and colours in place: all of it or nothing."""
    run(retraining, sheet)

    [swap] = [body["requests"] for body in bodies if "copyPaste" in kinds(body["requests"])]
    assert kinds(swap).count("addChart") == 4
    assert kinds(swap).count("addConditionalFormatRule") == 1 + 5 * 3
    assert "addProtectedRange" in kinds(swap[-1:])


def test_requests_are_valid_and_hold_no_formula(
    sheet: Sheet, retraining: Retraining, bodies: list[dict[str, Any]]
) -> None:
    """By Google's own description of its API; a segment that is called like a formula stays a text."""
    run(retraining, sheet)
    sheet.type(ACTION_MAP, 2, [["'=SUM(A1:A9)"]], column=2)

    run(retraining, sheet, retrain=True)

    for body in bodies:
        check_answer(body, "BatchUpdateSpreadsheetRequest")
    assert "formulaValue" not in json.dumps(bodies)
    assert at(sheet, SEGMENTS, 2, 0) == "=SUM(A1:A9)"


def test_a_segments_name_leads_to_its_customers(segmented: Sheet, retraining: Retraining) -> None:
    """By a link to the filter view, which is there; also after the next run."""
    run(retraining, segmented)
    views = segmented.document.sheet("Segmented_Customers").filter_views
    names = {view["filterViewId"]: view["title"] for view in views}
    block = BLOCKS[LINES]

    for line in range(len(segmented.rows(ACTION_MAP))):
        cell = segmented.cell(DASHBOARD, block.row + 2 + line, block.column + 1)
        assert isinstance(cell, Cell)
        [link] = [run["format"]["link"]["uri"] for run in cell.runs]
        assert names[int(link.partition("fvid=")[2])] == cell.value


def test_a_retrain_writes_values_only(
    segmented: Sheet, retraining: Retraining, bodies: list[dict[str, Any]]
) -> None:
    """With the same segments nothing is styled anew, no chart is made or changed, and no rule either."""
    run(retraining, segmented)
    before, revenue = copy.deepcopy(charts(segmented)), at(segmented, TILES, 1, 4)
    segmented.type("Training_Data", 500, [["C000", "2025-12-30", "150"]])
    tab = segmented.document.sheet(DASHBOARD).sheet_id
    bodies.clear()

    run(retraining, segmented)

    sent = [request for body in bodies for request in body["requests"]]
    here = [request for request in sent if str(tab) in json.dumps(request)]
    assert not {"addChart", "updateChartSpec", "repeatCell", "mergeCells", "updateBorders"} & set(kinds(here))
    assert not {"addConditionalFormatRule", "deleteConditionalFormatRule"} & set(kinds(sent))
    written = [request["updateCells"] for request in sent if "start" in request.get("updateCells", {})]
    assert {write["fields"] for write in written if write["start"]["sheetId"] == tab} == {
        "userEnteredValue",
        "userEnteredValue,textFormatRuns",  # names that lead to their customers
    }
    assert charts(segmented) == before
    assert at(segmented, TILES, 1, 4) == revenue + 150  # type: ignore[operator]  # a number


def labelled(sheet: Sheet, scoring: Scoring, retraining: Retraining) -> None:
    """Label a row, have a customer come, and run again, so that every chart has something to show."""
    sheet.type("Training_Data", 500, [["NEW-1", "2025-12-30", "150"]])
    sheet.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    score(scoring, sheet, 2)
    run(retraining, sheet)


def test_texts_and_places_of_the_marketer_stay_with_other_segments(
    segmented: Sheet, scoring: Scoring, retraining: Retraining
) -> None:
    """Another number of segments renews what a chart shows; title, legend, font and place are as they were."""
    labelled(segmented, scoring, retraining)
    mine, other = changed(segmented, "Customers by segment"), changed(segmented, "Rows of New User")
    mine["spec"] |= {"title": "Our customers", "fontName": "Georgia"}
    mine["spec"]["basicChart"]["series"][0].pop("dataLabel")
    mine["position"]["overlayPosition"]["widthPixels"] = 777
    other["spec"]["basicChart"]["legendPosition"] = "BOTTOM_LEGEND"
    five_segments(segmented, retraining)

    spec = chart(segmented, "Our customers")["spec"]
    block = BLOCKS[SEGMENTS]
    assert spec["fontName"] == "Georgia"
    assert "dataLabel" not in spec["basicChart"]["series"][0]
    assert chart(segmented, "Our customers")["position"]["overlayPosition"]["widthPixels"] == 777
    assert columns_of(spec) == [(block.row, block.row + 6, block.column + 2)]
    assert len(spec["basicChart"]["series"][0]["styleOverrides"]) == 5
    daily = chart(segmented, "Rows of New User")["spec"]["basicChart"]
    assert (daily["legendPosition"], len(daily["series"])) == ("BOTTOM_LEGEND", 5)


def test_each_bar_and_series_has_its_segments_colour(
    segmented: Sheet, scoring: Scoring, retraining: Retraining
) -> None:
    """The same colours in bars, points, stacks and the table's swatches."""
    labelled(segmented, scoring, retraining)
    numbers = [row[1] for row in lines(segmented, SEGMENTS, 2, 12, 2) if row[0] is not None]
    colours = [_hex(rgb(segment_colours(numbers)[number])) for number in numbers]  # type: ignore[arg-type, index]

    bars = chart(segmented, "Revenue")["spec"]["basicChart"]["series"][0]["styleOverrides"]
    stacks = [
        chart(segmented, title)["spec"]["basicChart"]["series"]
        for title in ("How recent", "Where", "Rows of New User")
    ]
    block = BLOCKS[SEGMENTS]
    swatches = [segmented.cell(DASHBOARD, block.row + 2 + i, block.column + 2) for i in range(len(numbers))]

    assert [_hex(bar["colorStyle"]["rgbColor"]) for bar in bars] == colours
    assert all(
        [_hex(one_series["colorStyle"]["rgbColor"]) for one_series in series] == colours for series in stacks
    )
    assert [
        _hex(swatch.format["backgroundColorStyle"]["rgbColor"])
        for swatch in swatches
        if isinstance(swatch, Cell)
    ] == colours


def _hex(colour: dict[str, float]) -> str:
    return "#" + "".join(f"{round(255 * colour.get(part, 0)):02X}" for part in ("red", "green", "blue"))


def test_a_deleted_chart_stays_deleted_and_ones_own_stay(segmented: Sheet, retraining: Retraining) -> None:
    """Whoever deletes a chart does not want it; whoever adds one, or a note, wants that."""
    tab = segmented.document.sheet(DASHBOARD)
    gone = chart(segmented, "How recent")["chartId"]
    del tab.charts[gone]
    own = copy.deepcopy(chart(segmented, "Revenue")) | {"chartId": 77}
    own["spec"]["title"] = "My own"
    tab.charts[77] = copy.deepcopy(own)
    segmented.type(DASHBOARD, 33, [["call the champions"]], column=14)

    five_segments(segmented, retraining)

    assert gone not in charts(segmented)
    assert len(charts(segmented)) == 5
    assert charts(segmented)[77] == own
    assert segmented.row(DASHBOARD, 33)[13] == "call the champions"


def test_an_id_that_another_chart_has_is_drawn_anew(
    sheet: Sheet, retraining: Retraining, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's chart on a tab that the service does not read has the first id that comes up."""
    where = {"sheetId": sheet.document.sheet("Training_Data").sheet_id, "startRowIndex": 0, "endRowIndex": 5}
    data = {"sourceRange": {"sources": [where | {"startColumnIndex": 0, "endColumnIndex": 1}]}}
    chart_of_theirs = {"chartId": 42, "spec": {"pieChart": {"domain": data, "series": data}}, "position": {}}
    sheet.document.sheet("Training_Data").charts[42] = chart_of_theirs
    draws = iter([42, 1, 2, 3, 4])
    free = charts_module._free_id
    monkeypatch.setattr(charts_module, "_free_id", lambda taken: next(draws, None) or free(taken))

    run(retraining, sheet)

    assert sheet.document.sheet("Training_Data").charts == {42: chart_of_theirs}
    assert len(charts(sheet)) == 4
    assert 42 not in charts(sheet)


def test_a_chart_of_another_kind_is_left_alone(segmented: Sheet, retraining: Retraining) -> None:
    """A pie that a marketer made of our bars is theirs."""
    bars = changed(segmented, "Revenue")
    inner = bars["spec"].pop("basicChart")
    pie = {"domain": inner["domains"][0]["domain"], "series": inner["series"][0]["series"]}
    bars["spec"]["pieChart"] = pie

    five_segments(segmented, retraining)

    assert chart(segmented, "Revenue")["spec"]["pieChart"] == pie


def test_blocks_are_found_where_rows_and_columns_were_inserted(
    segmented: Sheet, retraining: Retraining, client: MeddlingClient
) -> None:
    """Two rows above all and a column at the left: figures go with their headings, the old place stays blank."""
    insert(client, segmented, DASHBOARD, "ROWS", 2)
    insert(client, segmented, DASHBOARD, "COLUMNS", 1)
    segmented.type(DASHBOARD, 1, [["Weekly meeting"]])
    segmented.type("Training_Data", 500, [["NEW-1", "2025-12-30", "150"]])

    run(retraining, segmented)

    block = BLOCKS[TILES]
    assert segmented.row(DASHBOARD, block.row + 2)[block.column + 1] == "All customers"
    assert segmented.row(DASHBOARD, block.row + 3)[block.column + 1] == 61
    assert segmented.row(DASHBOARD, 1)[0] == "Weekly meeting"
    totals = [row for row in segmented.rows(DASHBOARD) if "All customers" in row]
    assert len(totals) == 1
    assert not any(segmented.row(DASHBOARD, 2))
    assert "61 customers" in str(segmented.row(DASHBOARD, 4)[2])
    table = BLOCKS[SEGMENTS]
    assert columns_of(chart(segmented, "Revenue")["spec"]) == [
        (table.row + 2, table.row + 6, table.column + 5)
    ]


def test_rows_that_were_deleted_come_back(
    segmented: Sheet, retraining: Retraining, client: MeddlingClient
) -> None:
    """Somebody cut off the figures at the bottom: the run does not fail for it."""
    where = {"sheetId": segmented.document.sheet(DASHBOARD).sheet_id, "dimension": "ROWS"}
    change(client, segmented, "deleteDimension", range=where | {"startIndex": 109, "endIndex": 130})

    run(retraining, segmented)

    assert segmented.document.sheet(DASHBOARD).grid.row_count >= ROWS - 4
    assert at(segmented, DAILY, 31, 0) == 46037
    assert [row[1] for row in segmented.rows(DASHBOARD)].count("Expected revenue by segment") == 1


def test_a_tab_of_ones_own_of_that_name_is_not_touched(
    sheet: Sheet, retraining: Retraining, client: MeddlingClient
) -> None:
    """Ours is made under another name, which the result tells; the next run finds it again."""
    new_tab(client, sheet, "Dashboard")
    sheet.type("Dashboard", 1, [["Sales 2025"], ["1200"]])

    first = run(retraining, sheet)
    run(retraining, sheet)

    assert sheet.rows("Dashboard") == [[1200]]
    assert sheet.row("Dashboard", 1)[0] == "Sales 2025"
    assert [other.title for other in sheet.document.sheets].count("Dashboard (segments)") == 1
    assert "The dashboard is in the tab Dashboard (segments)." in first.message
    assert len(charts(sheet, "Dashboard (segments)")) == 4
    assert charts(sheet, "Dashboard") == {}


def test_ours_may_be_renamed(
    segmented: Sheet, retraining: Retraining, dashboards: Dashboards, scoring: Scoring
) -> None:
    """It is known by its mark, also to the sweep."""
    segmented.document.sheet(DASHBOARD).title = "Übersicht"
    segmented.type("Training_Data", 500, [["NEW-1", "2025-12-30", "150"]])

    run(retraining, segmented)
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    sweep(scoring, segmented)

    assert dashboards.renew(segmented.id)
    assert "Dashboard" not in [sheet.title for sheet in segmented.document.sheets]
    assert at(segmented, TILES, 1, 0, "Übersicht") == 61


def test_a_duplicate_of_the_tab_is_not_ours(
    segmented: Sheet, retraining: Retraining, client: MeddlingClient
) -> None:
    """A duplicated tab takes its metadata along; it is the marketer's copy of last month."""
    entry = next(entry for entry in segmented.document.metadata if entry.key == METADATA_DASHBOARD)
    sheet_id = new_tab(client, segmented, "Last month")
    twin = replace(entry, metadata_id=entry.metadata_id + 1, sheet_id=sheet_id)
    segmented.document.metadata.insert(0, twin)

    run(retraining, segmented)

    assert segmented.rows("Last month") == []
    assert at(segmented, TILES, 1, 0) == 60


def test_a_deleted_tab_is_made_anew_with_its_charts(segmented: Sheet, retraining: Retraining) -> None:
    """Also styled anew."""
    drop(segmented)

    run(retraining, segmented)

    assert len(charts(segmented)) == 4
    assert segmented.document.sheet(DASHBOARD).conditional_formats


def test_a_tab_that_is_made_counts_towards_the_limit(
    segmented: Sheet, retraining: Retraining, monkeypatch: pytest.MonkeyPatch
) -> None:
    """197 × 15 cells for the dashboard, 61 × (17 + 8) for staging: one cell too few, and nothing is begun."""
    drop(segmented)
    cells = sum(sheet.grid.row_count * sheet.grid.column_count for sheet in segmented.document.sheets)
    needed = cells + 197 * 15 + 61 * (17 + 8)
    monkeypatch.setattr(staging, "CELL_LIMIT", needed - 1)

    with pytest.raises(SpreadsheetFullError):
        run(retraining, segmented)

    assert DASHBOARD not in [sheet.title for sheet in segmented.document.sheets]
    monkeypatch.setattr(staging, "CELL_LIMIT", needed)
    run(retraining, segmented)
    assert at(segmented, TILES, 1, 0) == 60


@pytest.mark.parametrize("version", [1, 0], ids=["put back", "retrained"])
def test_it_follows_every_change_of_all_customers(
    segmented: Sheet, retraining: Retraining, version: int
) -> None:
    """Putting an earlier version in use, or a new model: the tab is written anew."""
    run(retraining, segmented, retrain=True)
    segmented.type(DASHBOARD, 2, [["typed over"]], column=2)

    result = run(retraining, segmented, **({"version": 1} if version else {"retrain": True}))

    assert segmented.row(DASHBOARD, 2)[1] == "60 customers in 3 segments, as of Jan 1, 2026"
    assert result.model.version == (1 if version else 3)


def test_who_moved_since_the_last_model(segmented: Sheet, retraining: Retraining) -> None:
    """Every row of the matrix adds up to the former segment, every column to the present one."""
    former = {row[6]: 0 for row in segmented.rows(SEGMENTED)}
    for row in segmented.rows(SEGMENTED):
        former[row[6]] += 1
    segmented.type("Training_Data", 500, [["C059", "2025-12-30", "900"], ["NEW-1", "2025-12-30", "150"]])

    run(retraining, segmented)

    names = [name for name in lines(segmented, MIGRATION, 1, 1, 13)[0][1:] if name]
    rows = [row for row in lines(segmented, MIGRATION, 2, 13, 13) if row[0]]
    totals = {row[0]: sum(row[1 : len(names) + 1]) for row in rows}  # type: ignore[arg-type]
    present = [row[6] for row in segmented.rows(SEGMENTED)]
    assert totals == former | {"(new)": 1}
    assert {name: sum(row[i + 1] for row in rows) for i, name in enumerate(names)} == {  # type: ignore[misc]
        name: present.count(name) for name in names
    }


def test_texts_follow_the_locale(sheet: Sheet, retraining: Retraining) -> None:
    """German signs in the headline's dates, and in the ranges of Action_Map."""
    sheet.document.locale = "de_DE"

    run(retraining, sheet)

    assert "01.01.2026" in str(sheet.row(DASHBOARD, 2)[1])
    assert "875–2.358" in [cell for row in sheet.rows(ACTION_MAP) for cell in row]


def test_active_days_are_the_marketers(segmented: Sheet, retraining: Retraining) -> None:
    """Of 60 customers who bought 1, 6, 11 … days before the analysis date, two within a week."""
    choose(segmented, "ActiveDays", "7")

    run(retraining, segmented)

    assert at(segmented, TILES, 1, 2) == pytest.approx(2 / 60, abs=1e-6)
    assert at(segmented, TILES, 2, 2) == "bought in the 7 days to Jan 1, 2026"


# --- the clusters' colours in the other tabs ---


def rules(sheet: Sheet, title: str) -> list[dict[str, Any]]:
    return sheet.document.sheet(title).conditional_formats


@pytest.mark.parametrize("title", COLOURED)
def test_cluster_numbers_are_coloured_in_every_tab(segmented: Sheet, title: str) -> None:
    """One rule a segment on the whole column, so that lines inserted at row 2 are coloured as well."""
    numbers = sorted({row[5] for row in segmented.rows(SEGMENTED)})  # type: ignore[type-var]

    colour_rules = rules(segmented, title)

    assert [
        int(colour_rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"])
        for colour_rule in colour_rules
    ] == numbers
    assert [
        _hex(colour_rule["booleanRule"]["format"]["backgroundColorStyle"]["rgbColor"])
        for colour_rule in colour_rules
    ] == list(LIGHT[: len(numbers)])
    column = COLOURED[title]
    for rule in colour_rules:
        [where] = rule["ranges"]
        assert (where.get("startRowIndex", 0), where.get("startColumnIndex", 0)) == (0, column)
        assert where["endColumnIndex"] == column + 1


def test_rules_follow_the_segments_and_leave_others_alone(segmented: Sheet, retraining: Retraining) -> None:
    """A fifth segment gets its colour; a marketer's rule on the same column stays, and stays first."""
    sheet_id = segmented.document.sheet(SEGMENTED).sheet_id
    whole = {"sheetId": sheet_id, "startColumnIndex": 5, "endColumnIndex": 6}
    mine: dict[str, Any] = {
        "ranges": [whole],
        "booleanRule": {
            "condition": {"type": "NUMBER_EQ", "values": [{"userEnteredValue": "0"}]},
            "format": {"backgroundColorStyle": {"rgbColor": {"red": 1.0}}},
        },
    }
    rules(segmented, SEGMENTED).insert(2, mine)

    five_segments(segmented, retraining)

    colour_rules = rules(segmented, SEGMENTED)
    assert colour_rules[0] == mine
    assert len(colour_rules) == 1 + 5
    assert all(
        _hex(rule["booleanRule"]["format"]["backgroundColorStyle"]["rgbColor"]) in PALETTE
        for rule in colour_rules[1:]
    )


def test_the_column_is_found_by_its_header(
    segmented: Sheet, retraining: Retraining, client: MeddlingClient
) -> None:
    """A column inserted at the left moves Cluster, and the rules with it: nothing is to be done."""
    insert(client, segmented, NEW_USER, "COLUMNS", 1)
    before = len(rules(segmented, NEW_USER))

    run(retraining, segmented)

    assert len(rules(segmented, NEW_USER)) == before
    assert {rule["ranges"][0]["startColumnIndex"] for rule in rules(segmented, NEW_USER)} == {5}


# --- the rows scored per day, between two segmentations ---


def day_counts(sheet: Sheet) -> dict[object, list[object]]:
    """Return the counts of days on which something was scored."""
    rows = lines(sheet, DAILY, 2, 30, 6)
    return {row[0]: row[1:] for row in rows if any(row[1:])}


def test_a_sweep_renews_the_rows_scored_per_day(
    segmented: Sheet, scoring: Scoring, dashboards: Dashboards, now: Now
) -> None:
    """Two rows today, one tomorrow; run again, nothing is written."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"], ["B", "200", "1", "20"]])
    score(scoring, segmented, 2, 3)
    assert dashboards.renew(segmented.id)
    now.advance(days=1)
    segmented.type(NEW_USER, 4, [["C", "3", "12", "900"]])
    score(scoring, segmented, 4)

    assert dashboards.renew(segmented.id)

    revision = segmented.document.revision
    assert {
        day: sum(count for count in counts if isinstance(count, int))
        for day, counts in day_counts(segmented).items()
    } == {
        46037: 2,
        46038: 1,
    }
    assert not dashboards.renew(segmented.id)
    assert segmented.document.revision == revision
    assert at(segmented, DAILY, 31, 0) == 46038


def test_what_a_retrain_scores_is_counted_at_once(segmented: Sheet, retraining: Retraining) -> None:
    """Rows that wait are scored after the swap; the chart shows them all the same."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])

    result = run(retraining, segmented)

    assert result.scored == 1
    assert list(day_counts(segmented)) == [46037]


@pytest.mark.parametrize(
    ("most", "counted"), [(50, [5, 0]), (3, [None, None])], ids=["read further", "too long"]
)
def test_a_long_log_is_read_as_far_as_its_days_go(
    segmented: Sheet,
    scoring: Scoring,
    dashboards: Dashboards,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    counted: list[int | None],
) -> None:
    """Five lines of today, two read at first. A day whose lines are not all read is blank rather than too small."""
    monkeypatch.setattr(logged_module, "FEW_LINES", 2)
    monkeypatch.setattr(logged_module, "MOST_LINES", most)
    segmented.type(NEW_USER, 2, [[f"A{i}", "3", "12", "900"] for i in range(5)])
    score(scoring, segmented, 2, 3, 4, 5, 6)

    dashboards.renew(segmented.id)

    assert lines(segmented, DAILY, 31, 1, 3) == [[46037, *counted]]


def test_an_idle_day_writes_nothing(segmented: Sheet, dashboards: Dashboards, now: Now) -> None:
    """Thirty days without a row look the same tomorrow."""
    now.advance(days=1)

    assert not dashboards.renew(segmented.id)


def test_rows_of_a_segment_that_is_gone_are_counted_apart(
    segmented: Sheet, scoring: Scoring, retraining: Retraining
) -> None:
    """Under "Earlier segments", which the chart shows only then."""
    labelled(segmented, scoring, retraining)
    segmented.type(LOG, 2, [["77"]], column=7)
    assert len(chart(segmented, "Rows of New User")["spec"]["basicChart"]["series"]) == 3

    run(retraining, segmented)

    assert day_counts(segmented) == {46037: [0, 0, 0, 1, None]}
    run(retraining, segmented)
    assert len(chart(segmented, "Rows of New User")["spec"]["basicChart"]["series"]) == 4


@pytest.mark.parametrize("trouble", ["deleted", "emptied", "foreign"])
def test_without_a_dashboard_a_sweep_writes_none(
    segmented: Sheet, scoring: Scoring, dashboards: Dashboards, trouble: str
) -> None:
    """The tab was deleted, or made and not filled yet, or is somebody's own."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    score(scoring, segmented, 2)
    entry = next(entry for entry in segmented.document.metadata if entry.key == METADATA_DASHBOARD)
    if trouble == "deleted":
        drop(segmented)
    elif trouble == "emptied":
        keep(segmented.document, entry, json.dumps({"sheet": entry.sheet_id}))
    else:
        segmented.document.metadata.remove(entry)
    revision = segmented.document.revision

    assert not dashboards.renew(segmented.id)
    assert segmented.document.revision == revision


def test_what_goes_wrong_with_it_is_swallowed(
    segmented: Sheet, scoring: Scoring, dashboards: Dashboards, fails: Callable[..., None], caplog: Any
) -> None:
    """Google fails each time: a line in the log, and no word of any customer in it."""
    from sheets_standin.sheets_api.faults import Kind

    segmented.type(NEW_USER, 2, [["Anna", "3", "12", "900"]])
    score(scoring, segmented, 2)
    fails(*[Kind.UNAVAILABLE] * 20)
    caplog.set_level("INFO")

    assert not dashboards.renew(segmented.id)
    assert "the dashboard was not renewed" in caplog.text
    assert "Anna" not in caplog.text


def test_it_is_left_out_where_quota_is_short(segmented: Sheet, google: LocalGoogle, now: Now) -> None:
    """Half of the minute's calls are used: what can be spared is not made, scoring goes on."""
    from server.sheets.api.quota import CROWDED, QuotaShare

    share = QuotaShare(clock=lambda: 0.0)
    client = client_of(google)
    committer = Committer(MeddlingClient(client._make_credentials, client._base_url, share), quick)
    for _ in range(CROWDED):
        share.spend("another", "read", long_work=False)
    reads = google.server.log.reads

    assert not Dashboards(committer, now, quick).renew(segmented.id)
    assert google.server.log.reads == reads
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    assert score(Scoring(committer, now), segmented, 2).scored == 1


def test_an_edit_reads_no_charts_and_no_rules(
    segmented: Sheet, scoring: Scoring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scoring's one read is what it was: the dashboard costs it nothing."""
    asked: list[str] = []
    get = SheetsClient.get

    def noting(self: SheetsClient, spreadsheet_id: str, ranges: Any, fields: str, **kwargs: Any) -> Any:
        asked.append(f"{ranges} {fields}")
        return get(self, spreadsheet_id, ranges, fields, **kwargs)

    monkeypatch.setattr(SheetsClient, "get", noting)
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])

    score(scoring, segmented, 2)

    assert len(asked) == 1
    assert not any(word in asked[0] for word in ("charts", "conditionalFormats", "Dashboard"))


def test_forgetting_leaves_no_customer_in_it(
    segmented: Sheet, scoring: Scoring, committer: Committer, dashboards: Dashboards
) -> None:
    """It never held one; the forgotten row's day is counted without it after the next renewal."""
    segmented.type(NEW_USER, 2, [["Anna", "3", "12", "900"]])
    score(scoring, segmented, 2)
    dashboards.renew(segmented.id)
    texts = json.dumps(segmented.rows(DASHBOARD))

    Forgetting(committer, quick).forget(segmented.id, "Anna", confirmed=True)
    dashboards.renew(segmented.id)

    assert "Anna" not in texts
    assert "C001" not in texts
    assert day_counts(segmented) == {}
