"""Charts: added, changed, moved, deleted, and what becomes of them when the cells under them move.

"Seen" says that an expectation was read in what users of the real service report; "schema" that Google's discovery
document says so. The sheet is that of Google's samples of charts.
"""

from __future__ import annotations

from typing import Any

import pytest

from sheets_standin.workspace import Role
from tests.sheets_standin.conftest import Api

SALES = [
    ["Model Number", "Jan", "Feb", "Mar"],
    ["D-01X", 68, 74, 60],
    ["FR-0B1", 97, 76, 88],
    ["P-034", 27, 49, 32],
]
RED = {"rgbColor": {"red": 1}}


def column(at: int, first: int = 0, last: int = 4, **more: int) -> dict[str, Any]:
    """A column of the sample as ChartData; the header row is its first."""
    bounds = {"startRowIndex": first, "endRowIndex": last, "startColumnIndex": at, "endColumnIndex": at + 1}
    return {"sourceRange": {"sources": [bounds | more]}}


def basic(kind: str = "COLUMN", columns: tuple[int, ...] = (1, 2), **more: Any) -> dict[str, Any]:
    """A basic chart of some months by model."""
    return {
        "basicChart": {
            "chartType": kind,
            "domains": [{"domain": column(0)}],
            "series": [{"series": column(at)} for at in columns],
            **more,
        }
    }


def over(row: int = 0, col: int = 5, **more: int) -> dict[str, Any]:
    """A position over a cell."""
    return {"overlayPosition": {"anchorCell": {"rowIndex": row, "columnIndex": col}, **more}}


def chart(spec: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A chart over F1 as addChart takes it."""
    return {"addChart": {"chart": {"spec": spec, "position": over(), **more}}}


def charts(api: Api, index: int = 0) -> list[dict[str, Any]]:
    """The charts of a tab."""
    drawn: list[dict[str, Any]] = api.get()["sheets"][index].get("charts", [])
    return drawn


def ranges(of: dict[str, Any]) -> list[tuple[int, int, int, int, int]]:
    """The domain and the series of a basic chart: tab, rows, columns."""
    inner = of["spec"]["basicChart"]
    parts = [domain["domain"] for domain in inner.get("domains", [])]
    parts += [one_series["series"] for one_series in inner.get("series", [])]
    return [
        (
            source.get("sheetId", 0),
            source["startRowIndex"],
            source["endRowIndex"],
            source["startColumnIndex"],
            source["endColumnIndex"],
        )
        for part in parts
        for source in part["sourceRange"]["sources"]
    ]


@pytest.fixture
def sales(api: Api) -> Api:
    """The sample's cells."""
    api.write("A1", SALES)
    return api


def test_a_chart_is_added_where_it_is_told(sales: Api) -> None:
    """Schema: 600 x 371 pixels where no size is given; the answer holds the chart as it is kept."""
    spec = {"title": "Sales", "altText": "Sales by model", **basic(headerCount=1)}

    (reply,) = sales.batch(chart(spec, chartId=7))

    added = reply["addChart"]["chart"]
    assert added == {
        "chartId": 7,
        "spec": {**spec, "hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS"},
        "position": {
            "overlayPosition": {"anchorCell": {"columnIndex": 5}, "widthPixels": 600, "heightPixels": 371}
        },
    }
    assert charts(sales) == [added]
    assert sales.get(fields="sheets.charts(chartId,spec.title)")["sheets"] == [
        {"charts": [{"chartId": 7, "spec": {"title": "Sales"}}]}
    ]


def test_an_id_is_drawn_where_none_is_given(sales: Api) -> None:
    """Schema: "if one is not set, an id will be randomly generated"; each chart has its own."""
    replies = sales.batch(chart(basic()), chart(basic()))

    identities = [reply["addChart"]["chart"]["chartId"] for reply in replies]
    assert len(set(identities)) == 2
    assert [chart["chartId"] for chart in charts(sales)] == identities


def test_an_id_that_is_taken_is_refused(sales: Api) -> None:
    """Schema: "It is an error to specify the ID of an embedded object that already exists", on any tab."""
    sales.batch(chart(basic(), chartId=7), {"addSheet": {"properties": {"sheetId": 5}}})
    elsewhere = {"overlayPosition": {"anchorCell": {"sheetId": 5}}}

    message = sales.batch_refused(chart(basic(), chartId=7, position=elsewhere))

    assert message == "Invalid requests[0].addChart: An embedded object with id 7 already exists."


def test_a_refused_batch_leaves_no_chart(sales: Api) -> None:
    """All requests are applied or none; a chart that was changed is back as it was."""
    sales.batch(chart({"title": "Sales", **basic()}, chartId=7))
    before, revision = charts(sales), sales.document.revision

    sales.batch_refused(
        {"updateChartSpec": {"chartId": 7, "spec": {"title": "Other", **basic()}}},
        chart(basic()),
        {"deleteEmbeddedObject": {"objectId": 9}},
    )

    assert charts(sales) == before
    assert sales.document.revision == revision


def test_a_change_of_a_chart_is_a_change_of_the_spreadsheet(sales: Api) -> None:
    """The journal and the revision tell of charts as of cells."""
    revision = sales.document.revision

    sales.batch(chart(basic(), chartId=7))

    assert sales.document.revision == revision + 1
    assert [change.kind for change in sales.document.journal.entries[-1].changes] == ["addChart"]


def test_colours_stand_twice(sales: Api) -> None:
    """Recorded of all objects: the deprecated field and its twin are both answered."""
    spec = basic()
    spec["basicChart"]["series"][0]["colorStyle"] = RED
    spec["basicChart"]["series"][0]["styleOverrides"] = [{"index": 0, "color": {"blue": 1}}]
    sales.batch(chart(spec | {"backgroundColor": {"green": 1}}, border={"color": {"red": 1}}))

    (kept,) = charts(sales)

    series = kept["spec"]["basicChart"]["series"][0]
    assert series["color"] == {"red": 1}
    assert series["styleOverrides"] == [{"color": {"blue": 1}, "colorStyle": {"rgbColor": {"blue": 1}}}]
    assert kept["spec"]["backgroundColorStyle"] == {"rgbColor": {"green": 1}}
    assert kept["border"] == {"color": {"red": 1}, "colorStyle": RED}


@pytest.mark.parametrize(
    "spec",
    [
        *(basic(kind) for kind in ("BAR", "COLUMN", "LINE", "AREA", "SCATTER", "COMBO", "STEPPED_AREA")),
        basic(stackedType="PERCENT_STACKED", totalDataLabel={"type": "DATA"}),
        basic("COMBO", series=[{"series": column(1), "type": "LINE", "lineStyle": {"width": 3}}]),
        {"pieChart": {"domain": column(0), "series": column(1), "pieHole": 0.5}},
        {
            "bubbleChart": {
                "bubbleLabels": column(0, 1),
                "domain": column(1, 1),
                "series": column(2, 1),
                "groupIds": column(0, 1),
                "bubbleSizes": column(3, 1),
                "bubbleOpacity": 0,
            }
        },
        {"histogramChart": {"series": [{"data": column(1)}], "bucketSize": 10}},
    ],
    ids=lambda spec: next(iter(spec)) + spec.get("basicChart", {}).get("chartType", ""),
)
def test_kinds_of_charts(sales: Api, spec: dict[str, Any]) -> None:
    """What is given is kept as it is."""
    sales.batch(chart(spec))

    (kept,) = charts(sales)
    assert kept["spec"] == spec | {"hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS"}


@pytest.mark.parametrize(
    "spec",
    [
        {"orgChart": {}},
        {"scorecardChart": {}},
        {**basic(), "dataSourceChartProperties": {"dataSourceId": "x"}},
        {"pieChart": {"domain": column(0) | {"aggregateType": "SUM"}, "series": column(1)}},
    ],
    ids=["org", "scorecard", "data source", "aggregate"],
)
def test_other_kinds_are_not_supported(sales: Api, spec: dict[str, Any]) -> None:
    """The stand-in never guesses."""
    status, answer = sales.send("POST", "/S:batchUpdate", {"requests": [chart(spec)]})

    assert (status, answer["error"]["status"]) == (501, "UNIMPLEMENTED")


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (
            {"title": "Sales"},
            "One of basicChart, pieChart, bubbleChart, candelstickChart, histogramChart, or",
        ),
        ({**basic(), "pieChart": {}}, "Only one of basicChart and pieChart"),
        (basic("BASIC_CHART_TYPE_UNSPECIFIED"), "chartType is required"),
        (basic(domains=[{"domain": column(0)}] * 2), "only a single domain"),
        (basic("LINE", threeDimensional=True), "threeDimensional"),
        (basic(totalDataLabel={"type": "DATA"}), "totalDataLabel"),
        (basic(axis=[{"position": "LEFT_AXIS"}] * 2), "more than one axis"),
        (basic("BAR", series=[{"series": column(1), "targetAxis": "LEFT_AXIS"}]), "targetAxis LEFT_AXIS"),
        (basic(series=[{"series": column(1), "targetAxis": "BOTTOM_AXIS"}]), "targetAxis BOTTOM_AXIS"),
        (basic(series=[{"series": column(1), "type": "LINE"}]), "series.type"),
        (basic("COMBO", series=[{"series": column(1), "type": "SCATTER"}]), "SCATTER is not supported"),
        (basic(series=[{"series": column(1), "lineStyle": {"width": 2}}]), "lineStyle"),
        (
            basic("COMBO", series=[{"series": column(1), "type": "COLUMN", "lineStyle": {"width": 2}}]),
            "lineStyle cannot be set on COLUMN",
        ),
        (basic(series=[{"series": column(1), "styleOverrides": [{"pointStyle": {}}]}]), "pointStyle"),
        (basic(series=[{"series": column(1), "styleOverrides": [{"index": -1}]}]), "index"),
        (basic(headerCount=-1), "headerCount"),
        (basic(series=[{}]), "sourceRange is required"),
        ({"bubbleChart": {"domain": column(0)}}, "bubbleChart.series is required"),
        (
            {"bubbleChart": {"domain": column(0), "series": column(1), "bubbleSizes": column(2)}},
            "groupIds must be specified",
        ),
        ({"bubbleChart": {"domain": column(0), "series": column(1), "bubbleOpacity": 2}}, "bubbleOpacity"),
        (
            {"bubbleChart": {"domain": column(0), "series": column(1), "bubbleMaxRadiusSize": -5}},
            "bubbleMaxRadiusSize",
        ),
        ({"pieChart": {"domain": column(0)}}, "pieChart.series is required"),
        ({"pieChart": {"domain": column(0), "series": column(1), "pieHole": 1}}, "pieHole"),
        ({"histogramChart": {}}, "histogramChart.series is required"),
        ({"histogramChart": {"series": [{"data": column(1)}], "bucketSize": -1}}, "bucketSize"),
        (
            {"histogramChart": {"series": [{"data": column(1)}], "outlierPercentile": 0.6}},
            "outlierPercentile",
        ),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_specifications_that_the_schema_forbids(sales: Api, spec: dict[str, Any], words: str) -> None:
    """Schema; the first message was seen."""
    assert words in sales.batch_refused(chart(spec))
    assert charts(sales) == []


def test_an_unknown_choice_is_refused_as_everywhere(sales: Api) -> None:
    """An enum of the schema takes its own names only."""
    message = sales.batch_refused(chart(basic("TOWER")))

    assert message.startswith("Invalid value at 'requests[0].add_chart.chart.spec.basic_chart.chart_type'")


def test_a_chart_of_nothing_breaks_google(sales: Api) -> None:
    """Seen: a basicChart with neither domains nor series is answered with 500."""
    request = chart({"basicChart": {"chartType": "COLUMN"}})

    status, answer = sales.send("POST", "/S:batchUpdate", {"requests": [request]})

    assert (status, answer["error"]["message"]) == (500, "Internal error encountered.")


NOT_LINES = "ChartSourceRange ranges require all rows or all columns to have length of 1"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (column(1, sheetId=99), "No grid with id: 99"),
        (column(30), "GridRange.startColumnIndex[30] is after last column in grid[26]"),
        (column(1, endColumnIndex=3), NOT_LINES),
        (column(1, 0, 1, endColumnIndex=5), NOT_LINES),
        (
            {"sourceRange": {"sources": [column(1)["sourceRange"]["sources"][0]] * 2}},
            "same number of source ranges",
        ),
    ],
    ids=["no tab", "outside", "two columns", "a row beside a column", "more ranges"],
)
def test_source_ranges_that_do_not_fit(sales: Api, part: dict[str, Any], words: str) -> None:
    """Schema: one dimension of length 1, the same one in all; the words of that were seen."""
    assert words in sales.batch_refused(chart(basic(series=[{"series": part}])))


def joined(*parts: dict[str, Any]) -> dict[str, Any]:
    """ChartData of several source ranges."""
    return {
        "sourceRange": {"sources": [source for part in parts for source in part["sourceRange"]["sources"]]}
    }


def row(at: int, first: int = 0, last: int = 4) -> dict[str, Any]:
    """A row of the sample as ChartData."""
    bounds = {"startRowIndex": at, "endRowIndex": at + 1, "startColumnIndex": first, "endColumnIndex": last}
    return {"sourceRange": {"sources": [bounds]}}


def test_several_source_ranges_lie_side_by_side(sales: Api) -> None:
    """Schema: A1:A2, A3:A4 and B1:B2, B3:B4 are in order; with C3:C4, or on another tab, they are not."""

    def spec(second: dict[str, Any]) -> dict[str, Any]:
        domains = [{"domain": joined(column(0, 0, 2), column(0, 2, 4))}]
        return basic(domains=domains, series=[{"series": joined(column(1, 0, 2), second)}])

    sales.batch({"addSheet": {"properties": {"sheetId": 5}}}, chart(spec(column(1, 2, 4))))
    elsewhere = [
        sales.batch_refused(chart(spec(source))) for source in (column(2, 2, 4), column(1, 2, 4, sheetId=5))
    ]

    assert all("in order and contiguous" in message for message in elsewhere)
    assert len(charts(sales)) == 1


def test_a_chart_of_rows(sales: Api) -> None:
    """Rows do as well as columns, in several parts, too: they lie one below the other then."""
    whole = basic(domains=[{"domain": row(0)}], series=[{"series": row(1)}])
    parts = basic(
        domains=[{"domain": joined(row(0, 0, 2), row(0, 2, 4))}],
        series=[{"series": joined(row(1, 0, 2), row(1, 2, 4))}],
    )

    sales.batch(chart(whole), chart(parts))

    assert ranges(charts(sales)[0]) == [(0, 0, 1, 0, 4), (0, 1, 2, 0, 4)]


def test_custom_labels_come_from_the_grid(sales: Api) -> None:
    """A range of labels that is outside is refused like any other."""
    label = {"type": "CUSTOM", "customLabelData": column(30)}

    message = sales.batch_refused(chart(basic(series=[{"series": column(1), "dataLabel": label}])))

    assert "is after last column" in message


def test_open_ranges_end_with_the_grid(sales: Api) -> None:
    """A whole column is that of the grid's 1000 rows."""
    open_column = {"sourceRange": {"sources": [{"startColumnIndex": 1, "endColumnIndex": 2}]}}

    sales.batch(chart({"histogramChart": {"series": [{"data": open_column}]}}))

    (kept,) = charts(sales)
    (data,) = kept["spec"]["histogramChart"]["series"]
    assert data["data"] == column(1, 0, 1000)


def test_a_position_is_needed(sales: Api) -> None:
    """Seen: the words; a sheet that is there cannot be the chart's own; one of its own is not supported."""
    assert sales.batch_refused({"addChart": {"chart": {"spec": basic()}}}) == (
        "Invalid requests[0].addChart: One of EmbeddedObjectPosition.overlayPosition or "
        "EmbeddedObjectPosition.sheetId must be set"
    )
    assert sales.batch_refused(chart(basic(), position={"sheetId": 0})) == (
        "Invalid requests[0].addChart: Cannot add chart to new sheet with ID: 0, a sheet with that ID already exists."
    )
    status, _ = sales.send(
        "POST", "/S:batchUpdate", {"requests": [chart(basic(), position={"newSheet": True})]}
    )
    assert status == 501
    assert "No grid with id: 99" in sales.batch_refused(
        chart(basic(), position={"overlayPosition": {"anchorCell": {"sheetId": 99}}})
    )
    assert "rowIndex[1000] is after last row" in sales.batch_refused(chart(basic(), position=over(1000)))
    assert "widthPixels" in sales.batch_refused(chart(basic(), position=over(widthPixels=-1)))


def test_a_specification_is_replaced_whole(sales: Api) -> None:
    """Seen: there is no mask; what is not given is gone. Where it lies is left as it is."""
    sales.batch(chart({"title": "Sales", "subtitle": "2026", **basic()}, chartId=7))
    position = charts(sales)[0]["position"]

    assert sales.batch({"updateChartSpec": {"chartId": 7, "spec": basic("LINE")}}) == [{}]

    (kept,) = charts(sales)
    assert kept["spec"] == basic("LINE") | {"hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS"}
    assert kept["position"] == position


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"updateChartSpec": {"chartId": 9, "spec": basic()}}, "updateChartSpec: No chart with id: 9"),
        (
            {"deleteEmbeddedObject": {"objectId": 9}},
            "deleteEmbeddedObject: No embedded object with id: 9",
        ),
        (
            {"updateEmbeddedObjectPosition": {"objectId": 9, "newPosition": over(), "fields": "*"}},
            "updateEmbeddedObjectPosition: No embedded object with id: 9",
        ),
        (
            {"updateEmbeddedObjectBorder": {"objectId": 9, "border": {}, "fields": "*"}},
            "updateEmbeddedObjectBorder: No embedded object with id: 9",
        ),
    ],
    ids=["spec", "delete", "position", "border"],
)
def test_a_chart_that_is_not_there(sales: Api, request_: dict[str, Any], words: str) -> None:
    """Seen: the words of the first three."""
    assert sales.batch_refused(request_) == f"Invalid requests[0].{words}"


def test_moving_and_resizing(sales: Api) -> None:
    """Schema: only the fields that the mask names; the answer holds the new position."""
    sales.batch(chart(basic(), chartId=7, position=over(3, offsetXPixels=4)))

    def moved(position: dict[str, Any], fields: str) -> Any:
        request = {"objectId": 7, "newPosition": position, "fields": fields}
        (reply,) = sales.batch({"updateEmbeddedObjectPosition": request})
        return reply["updateEmbeddedObjectPosition"]["position"]["overlayPosition"]

    resized = moved(over(9, widthPixels=300, heightPixels=200), "widthPixels")
    shifted = moved(over(9, 1), "anchorCell.rowIndex,offsetXPixels")
    whole = moved(over(2, 2), "*")

    size = {"heightPixels": 371}
    assert resized == {
        "anchorCell": {"rowIndex": 3, "columnIndex": 5},
        "offsetXPixels": 4,
        "widthPixels": 300,
        **size,
    }
    assert shifted == {"anchorCell": {"rowIndex": 9, "columnIndex": 5}, "widthPixels": 300, **size}
    assert whole == {"anchorCell": {"rowIndex": 2, "columnIndex": 2}, "widthPixels": 600, **size}
    assert charts(sales)[0]["position"] == {"overlayPosition": whole}


def test_moving_needs_a_mask(sales: Api) -> None:
    """Seen: at least one field must be listed."""
    sales.batch(chart(basic(), chartId=7))

    message = sales.batch_refused({"updateEmbeddedObjectPosition": {"objectId": 7, "newPosition": over()}})

    assert message == (
        "Invalid requests[0].updateEmbeddedObjectPosition: At least one field must be listed in 'fields'. "
        "(Use '*' to indicate all fields.)"
    )


def test_moving_to_another_tab(sales: Api) -> None:
    """The chart lies there, with its id, and shows what it showed."""
    sales.batch(chart(basic(), chartId=7), {"addSheet": {"properties": {"sheetId": 5}}})
    position = {"overlayPosition": {"anchorCell": {"sheetId": 5}}}

    sales.batch(
        {"updateEmbeddedObjectPosition": {"objectId": 7, "newPosition": position, "fields": "anchorCell"}}
    )

    assert charts(sales) == []
    (moved,) = charts(sales, 1)
    assert moved["chartId"] == 7
    assert ranges(moved)[0] == (0, 0, 4, 0, 1)


def test_borders(sales: Api) -> None:
    """A colour is set, and taken away where the mask names it and it is not given."""
    sales.batch(chart(basic(), chartId=7))

    sales.batch(
        {"updateEmbeddedObjectBorder": {"objectId": 7, "border": {"colorStyle": RED}, "fields": "colorStyle"}}
    )
    with_border = charts(sales)[0]["border"]
    sales.batch({"updateEmbeddedObjectBorder": {"objectId": 7, "border": {}, "fields": "color"}})

    assert with_border == {"color": {"red": 1}, "colorStyle": RED}
    assert "border" not in charts(sales)[0]


def test_deleting(sales: Api) -> None:
    """Seen: the reply is empty."""
    sales.batch(chart(basic(), chartId=7))

    assert sales.batch({"deleteEmbeddedObject": {"objectId": 7}}) == [{}]

    assert charts(sales) == []


def test_a_protected_tab_keeps_its_charts(sales: Api) -> None:
    """Objects on a tab that is protected as a whole are its editors' only; a protected range keeps nobody out."""
    sales.batch(
        chart(basic(), chartId=7),
        {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}, "editors": {"users": []}}}},
    )
    sales.workspace.share("S", "bob@example.com", Role.EDITOR)

    for request in (
        chart(basic()),
        {"updateChartSpec": {"chartId": 7, "spec": basic()}},
        {"deleteEmbeddedObject": {"objectId": 7}},
    ):
        status, answer = sales.send(
            "POST", "/S:batchUpdate", {"requests": [request]}, email="bob@example.com"
        )
        assert status == 400
        assert "protected cell or object" in answer["error"]["message"]
    assert len(charts(sales)) == 1
    rows = {"range": {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2}, "protectedRangeId": 2}
    sales.document.protections = []
    sales.batch({"addProtectedRange": {"protectedRange": rows}})
    status, _ = sales.send("POST", "/S:batchUpdate", {"requests": [chart(basic())]}, email="bob@example.com")
    assert status == 200


ROWS = {"sheetId": 0, "dimension": "ROWS"}
COLUMNS = {"sheetId": 0, "dimension": "COLUMNS"}


@pytest.mark.parametrize(
    ("request_", "first", "second", "anchor"),
    [
        (
            {"insertDimension": {"range": ROWS | {"startIndex": 1, "endIndex": 3}}},
            (0, 0, 6, 0, 1),
            (0, 0, 6, 1, 2),
            {"rowIndex": 4, "columnIndex": 5},
        ),
        (
            {"insertDimension": {"range": COLUMNS | {"startIndex": 1, "endIndex": 2}}},
            (0, 0, 4, 0, 1),
            (0, 0, 4, 2, 3),
            {"rowIndex": 2, "columnIndex": 6},
        ),
        (
            {"insertDimension": {"range": ROWS | {"startIndex": 4, "endIndex": 6}}},
            (0, 0, 4, 0, 1),
            (0, 0, 4, 1, 2),
            {"rowIndex": 2, "columnIndex": 5},
        ),
        (
            {"deleteDimension": {"range": ROWS | {"startIndex": 1, "endIndex": 3}}},
            (0, 0, 2, 0, 1),
            (0, 0, 2, 1, 2),
            {"rowIndex": 1, "columnIndex": 5},
        ),
        (
            {"moveDimension": {"source": COLUMNS | {"startIndex": 0, "endIndex": 1}, "destinationIndex": 8}},
            (0, 0, 4, 7, 8),
            (0, 0, 4, 0, 1),
            {"rowIndex": 2, "columnIndex": 4},
        ),
    ],
    ids=["rows in", "a column in", "rows below", "rows out", "a column moved"],
)
def test_charts_follow_their_cells(
    sales: Api,
    request_: dict[str, Any],
    first: tuple[int, ...],
    second: tuple[int, ...],
    anchor: dict[str, int],
) -> None:
    """Ranges and anchors move as formulas and cells do; a deleted anchor gives way to what comes in its place."""
    sales.batch(chart(basic(columns=(1,)), position=over(2)))

    sales.batch(request_)

    (kept,) = charts(sales)
    assert ranges(kept) == [first, second]
    assert kept["position"]["overlayPosition"]["anchorCell"] == anchor


def test_a_deleted_column_takes_its_series_away(sales: Api) -> None:
    """Seen: the chart stays, the series that read the column is gone, and the reply says nothing of it."""
    sales.batch(chart(basic(columns=(1, 2))))

    sales.batch({"deleteDimension": {"range": COLUMNS | {"startIndex": 1, "endIndex": 2}}})

    (kept,) = charts(sales)
    assert ranges(kept) == [(0, 0, 4, 0, 1), (0, 0, 4, 1, 2)]


def test_charts_of_other_tabs_follow_too(sales: Api) -> None:
    """A chart follows the rows of the tab that it shows, while its anchor stays where it is."""
    position = {"overlayPosition": {"anchorCell": {"sheetId": 5, "rowIndex": 3}}}
    sales.batch({"addSheet": {"properties": {"sheetId": 5}}}, chart(basic(), position=position))

    sales.batch({"insertDimension": {"range": ROWS | {"startIndex": 0, "endIndex": 1}}})
    sales.batch({"insertDimension": {"range": COLUMNS | {"sheetId": 5, "startIndex": 8, "endIndex": 9}}})
    sales.batch({"deleteDimension": {"range": COLUMNS | {"sheetId": 5, "startIndex": 0, "endIndex": 1}}})

    (kept,) = charts(sales, 1)
    assert ranges(kept) == [(0, 1, 5, 0, 1), (0, 1, 5, 1, 2), (0, 1, 5, 2, 3)]
    assert kept["position"]["overlayPosition"]["anchorCell"] == {"sheetId": 5, "rowIndex": 3}


def test_a_smaller_grid(sales: Api) -> None:
    """What a resize cuts off is gone from ranges; an anchor there comes to the last row and column."""
    sales.batch(chart(basic(columns=(1, 2)), position=over(8)))
    properties = {"sheetId": 0, "gridProperties": {"rowCount": 3, "columnCount": 2}}
    mask = "gridProperties.rowCount,gridProperties.columnCount"

    sales.batch({"updateSheetProperties": {"properties": properties, "fields": mask}})

    (kept,) = charts(sales)
    assert ranges(kept) == [(0, 0, 3, 0, 1), (0, 0, 3, 1, 2)]
    assert kept["position"]["overlayPosition"]["anchorCell"] == {"rowIndex": 2, "columnIndex": 1}


def test_a_deleted_tab_takes_its_charts_along(sales: Api) -> None:
    """Charts on it are gone; those elsewhere lose what they showed of it and stay."""
    position = {"overlayPosition": {"anchorCell": {"sheetId": 5}}}
    sales.batch(
        {"addSheet": {"properties": {"sheetId": 5}}},
        chart(basic(), chartId=7),
        chart({"title": "Sales", **basic()}, chartId=8, position=position),
    )

    sales.batch({"deleteSheet": {"sheetId": 0}})

    (kept,) = charts(sales)
    assert kept["chartId"] == 8
    assert kept["spec"]["title"] == "Sales"
    assert kept["spec"]["basicChart"] == {"chartType": "COLUMN"}


def test_a_duplicated_tab_has_charts_of_its_own(sales: Api) -> None:
    """The copy's charts have ids of their own and show the copy; what showed another tab still does."""
    sales.batch(
        {"addSheet": {"properties": {"sheetId": 5}}},
        chart(basic(columns=(1,), domains=[{"domain": column(0, sheetId=5)}]), chartId=7),
    )

    sales.batch({"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 6, "insertSheetIndex": 2}})

    (original,), (copied,) = charts(sales, 0), charts(sales, 2)
    assert (original["chartId"], ranges(original)) == (7, [(5, 0, 4, 0, 1), (0, 0, 4, 1, 2)])
    assert copied["chartId"] != 7
    assert ranges(copied) == [(5, 0, 4, 0, 1), (6, 0, 4, 1, 2)]
    assert copied["position"]["overlayPosition"]["anchorCell"] == {"sheetId": 6, "columnIndex": 5}


def test_a_copied_spreadsheet_keeps_its_charts(sales: Api) -> None:
    """Ids and ranges are the same; a change of one of the two is none of the other."""
    sales.batch(chart(basic(), chartId=7))
    before = charts(sales)
    twin = sales.document.copied("T", "Copy")

    sales.batch({"deleteEmbeddedObject": {"objectId": 7}})

    assert list(twin.sheets[0].charts.values()) == before


def test_a_tab_copied_elsewhere(sales: Api) -> None:
    """It shows its own cells there; of other tabs nothing is there to show."""
    sales.workspace.create("Other", "ann@example.com", spreadsheet_id="T")
    sales.batch(
        {"addSheet": {"properties": {"sheetId": 5}}},
        chart(basic(columns=(1,), domains=[{"domain": column(0, sheetId=5)}]), chartId=7),
    )

    copied = sales.ok("POST", "/S/sheets/0:copyTo", {"destinationSpreadsheetId": "T"})

    (copied_chart,) = sales.ok("GET", "/T")["sheets"][1]["charts"]
    assert ranges(copied_chart) == [(copied["sheetId"], 0, 4, 1, 2)]
    assert "domains" not in copied_chart["spec"]["basicChart"]


def test_a_spreadsheet_created_with_a_chart(api: Api) -> None:
    """spreadsheets.create takes charts with the tabs that they lie on, whatever their order."""
    body = {
        "sheets": [
            {"properties": {"sheetId": 5}, "charts": [{"spec": basic(), "position": over(1)}]},
            {"properties": {"sheetId": 0, "title": "Sales"}},
        ]
    }

    answer = api.ok("POST", "", body)

    (kept,) = answer["sheets"][0]["charts"]
    assert kept["position"]["overlayPosition"]["anchorCell"] == {
        "sheetId": 5,
        "rowIndex": 1,
        "columnIndex": 5,
    }


def test_charts_in_the_answer_of_a_batch(sales: Api) -> None:
    """includeSpreadsheetInResponse gives them under a mask, as spreadsheets.get does."""
    body = {"requests": [chart(basic(), chartId=7)], "includeSpreadsheetInResponse": True}

    answer = sales.ok("POST", "/S:batchUpdate", body, fields="updatedSpreadsheet.sheets.charts.chartId")

    assert answer == {"updatedSpreadsheet": {"sheets": [{"charts": [{"chartId": 7}]}]}}
