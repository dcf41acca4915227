"""Charts in the page: what it is told of them, and what people do with them."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from sheets_standin.page.answers import STATIC, VENDOR
from sheets_standin.page.charts import charts
from sheets_standin.page.guard import Refused
from sheets_standin.page.view import tabs
from sheets_standin.sheets_api import batch
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.spreadsheet.document import Protection
from sheets_standin.workspace import Role
from tests.sheets_standin.page.conftest import Desk

SEGMENTS = [
    ["Segment", "Customers", "Revenue", "Recency"],
    ["Champions", "30", "12500", "10"],
    ["Regulars", "60", "8000", "40"],
    ["Sleeping", "110", "500", "300"],
]
EURO = {"numberFormat": {"type": "CURRENCY", "pattern": '#,##0" €"'}}


def column(at: int, first: int = 0, last: int = 4) -> dict[str, Any]:
    bounds = {"startRowIndex": first, "endRowIndex": last, "startColumnIndex": at, "endColumnIndex": at + 1}
    return {"sourceRange": {"sources": [bounds]}}


def basic(kind: str = "COLUMN", columns: tuple[int, ...] = (1,), **more: Any) -> dict[str, Any]:
    series = [{"series": column(at)} for at in columns]
    return {"basicChart": {"chartType": kind, "domains": [{"domain": column(0)}], "series": series, **more}}


def request(desk: Desk, *requests: dict[str, Any]) -> None:
    """Have the API apply requests."""
    caller = Caller(desk.document, desk.owner.email, Role.OWNER)
    with desk.document.changing(caller.email, "batchUpdate"):
        batch.apply(caller, list(requests))


def place(desk: Desk, spec: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Put a chart over B3 and return what the page is told of it."""
    anchor = {"rowIndex": 2, "columnIndex": 1}
    position = {"overlayPosition": {"anchorCell": anchor, "offsetXPixels": 7}}
    request(desk, {"addChart": {"chart": {"chartId": 7, "spec": spec, "position": position, **more}}})
    (chart,) = charts(desk.document, desk.sheet)
    return chart


@pytest.fixture
def segments(desk: Desk) -> Desk:
    desk.fill(SEGMENTS)
    return desk


def test_a_chart_is_told_with_its_place_texts_and_numbers(segments: Desk) -> None:
    """Headers name series and axes; colours are CSS's; the scale is round: 110 in steps of 25 up to 125."""
    series = {
        "series": column(1),
        "colorStyle": {"rgbColor": {"blue": 1}},
        "styleOverrides": [{"index": 0, "color": {"red": 1}}, {"index": 2, "color": {"green": 1}}],
    }
    chart = place(segments, {"title": "Sizes", "altText": "Customers by segment", **basic(series=[series])})

    assert (chart["row"], chart["column"], chart["x"], chart["y"]) == (2, 1, 7, 0)
    assert (chart["width"], chart["height"]) == (600, 371)
    assert (chart["title"]["text"], chart["alt"]) == ("Sizes", "Customers by segment")
    assert chart["categories"] == ["Champions", "Regulars", "Sleeping"]
    (drawn,) = chart["series"]
    assert (drawn["name"], drawn["values"], drawn["texts"]) == (
        "Customers",
        [30, 60, 110],
        ["30", "60", "110"],
    )
    assert (drawn["colour"], drawn["single"]) == ("#0000ff", {"0": "#ff0000", "2": "#00ff00"})
    assert chart["axes"]["domain"]["title"] == "Segment"
    assert chart["axes"]["left"]["title"] == "Customers"
    assert chart["axes"]["left"]["texts"] == ["0", "25", "50", "75", "100", "125"]
    assert chart["legend"] == "none"


def test_texts_follow_the_locale_and_the_number_format(segments: Desk) -> None:
    """German grouping; the axis has the format of the cells that it measures: 12,500 in steps of 2,500."""
    segments.document.locale = "de_DE"
    money_range = {"startRowIndex": 1, "endRowIndex": 4, "startColumnIndex": 2, "endColumnIndex": 3}
    form = {"range": money_range, "cell": {"userEnteredFormat": EURO}, "fields": "userEnteredFormat"}
    request(segments, {"repeatCell": form})

    chart = place(segments, basic(columns=(2,)))

    assert chart["series"][0]["texts"] == ["12.500 €", "8.000 €", "500 €"]
    assert chart["axes"]["left"]["texts"] == ["0 €", "2.500 €", "5.000 €", "7.500 €", "10.000 €", "12.500 €"]


@pytest.mark.parametrize(
    ("given", "name", "values"),
    [(None, "Customers", [30, 60, 110]), (1, "Customers", [30, 60, 110]), (0, "", [None, 30, 60, 110])],
    ids=["guessed", "one", "none"],
)
def test_headers(segments: Desk, given: int | None, name: str, values: list[float | None]) -> None:
    """A text above numbers is a header where the specification does not say."""
    chart = place(segments, basic(**({} if given is None else {"headerCount": given})))

    assert (chart["series"][0]["name"], chart["series"][0]["values"]) == (name, values)


def test_stacks_and_shares(segments: Desk) -> None:
    """Stacks reach 310 + 110 = 410 of 500; shares of Champions are 30 and 10 of 40; totals are told."""
    stacked = place(segments, basic(columns=(1, 3), stackedType="STACKED", totalDataLabel={"type": "DATA"}))
    request(segments, {"deleteEmbeddedObject": {"objectId": 7}})
    shares = place(segments, basic(columns=(1, 3), stackedType="PERCENT_STACKED"))

    assert (stacked["stacked"], stacked["axes"]["left"]["max"]) == (True, 500)
    assert stacked["totals"] == ["40", "100", "410"]
    assert (stacked["legend"], stacked["axes"]["left"]["title"]) == ("right", "")
    assert [one_series["values"][0] for one_series in shares["series"]] == [0.75, 0.25]
    assert shares["series"][0]["texts"][0] == "30 (75.0%)"
    assert shares["axes"]["left"]["texts"][-1] == "100%"


def test_a_second_axis_and_kinds_of_a_combined_chart(segments: Desk) -> None:
    """Each axis measures its own series."""
    series = [
        {"series": column(1), "type": "COLUMN"},
        {"series": column(2), "type": "LINE", "targetAxis": "RIGHT_AXIS"},
    ]

    chart = place(segments, basic("COMBO", series=series))

    assert [(one_series["type"], one_series["axis"]) for one_series in chart["series"]] == [
        ("COLUMN", "left"),
        ("LINE", "right"),
    ]
    assert (chart["axes"]["left"]["max"], chart["axes"]["right"]["max"]) == (125, 12500)


def test_labels_and_titles_that_the_specification_gives(segments: Desk) -> None:
    """Data labels are the cells' texts, custom ones those of other cells; axis titles win over headers."""
    custom = {"type": "CUSTOM", "customLabelData": column(0, 1)}
    series = [
        {"series": column(1), "dataLabel": {"type": "DATA", "placement": "INSIDE_END"}},
        {"series": column(2), "dataLabel": custom},
    ]
    axis = [{"position": "BOTTOM_AXIS", "title": "Kind"}, {"position": "LEFT_AXIS", "title": "Number"}]

    chart = place(segments, basic(series=series, axis=axis, headerCount=1))

    assert (chart["series"][0]["labels"], chart["series"][0]["placement"]) == (
        ["30", "60", "110"],
        "INSIDE_END",
    )
    assert chart["series"][1]["labels"] == ["Champions", "Regulars", "Sleeping"]
    assert (chart["axes"]["domain"]["title"], chart["axes"]["left"]["title"]) == ("Kind", "Number")


def test_labels_have_room_above_the_tallest_bar(desk: Desk) -> None:
    """100 ends at 100; with its label over it, at 125."""
    desk.fill([["A", "100"], ["B", "50"]])
    series = {"series": column(1, 0, 2)}
    plain = place(desk, basic(series=[series], headerCount=0))
    request(desk, {"deleteEmbeddedObject": {"objectId": 7}})

    labelled = place(desk, basic(series=[series | {"dataLabel": {"type": "DATA"}}], headerCount=0))

    assert (plain["axes"]["left"]["max"], labelled["axes"]["left"]["max"]) == (100, 125)


def test_a_window_of_values(segments: Desk) -> None:
    """The axis is as long as the specification says."""
    options = {"viewWindowOptions": {"viewWindowMin": 0, "viewWindowMax": 200}}

    chart = place(segments, basic(axis=[{"position": "LEFT_AXIS", **options}]))

    assert (chart["axes"]["left"]["min"], chart["axes"]["left"]["max"]) == (0, 200)


def test_bubbles(segments: Desk) -> None:
    """Area grows with the size: 500 is the least, 12500 the largest; each group has a colour of its own."""
    spec = {
        "bubbleChart": {
            "bubbleLabels": column(0),
            "domain": column(3),
            "series": column(1),
            "groupIds": column(0),
            "bubbleSizes": column(2),
            "bubbleMinRadiusSize": 10,
            "bubbleMaxRadiusSize": 26,
        }
    }

    chart = place(segments, spec)

    points = chart["points"]
    assert [(p["x"], p["y"], p["label"]) for p in points] == [
        (10, 30, "Champions"),
        (40, 60, "Regulars"),
        (300, 110, "Sleeping"),
    ]
    # 8000 is 7500 / 12000 = 0.625 of the way: √(100 + 0.625 · (676 - 100)) = √460 = 21.4
    assert [p["radius"] for p in points] == [26, 21.4, 10]
    assert [group["name"] for group in chart["groups"]] == ["Champions", "Regulars", "Sleeping"]
    assert len({group["colour"] for group in chart["groups"]}) == 3
    assert (chart["axes"]["domain"]["title"], chart["axes"]["left"]["title"]) == ("Recency", "Customers")
    assert points[0]["texts"] == ["10", "30", "12500"]


def test_slices(segments: Desk) -> None:
    """Shares of 200 customers: 15, 30 and 55 %."""
    chart = place(segments, {"pieChart": {"domain": column(0), "series": column(1), "pieHole": 0.4}})

    assert [(part["name"], part["text"], part["share"]) for part in chart["slices"]] == [
        ("Champions", "30", "15.0%"),
        ("Regulars", "60", "30.0%"),
        ("Sleeping", "110", "55.0%"),
    ]
    assert chart["hole"] == 0.4


def test_buckets(desk: Desk) -> None:
    """Buckets of 10 from 0: 1, 9 | 10, 12, 19 | none | 30; outliers at either end fall into the next bucket."""
    desk.fill([[str(n)] for n in (1, 9, 10, 12, 19, 30)])
    data = {"series": [{"data": column(0, 0, 6)}], "bucketSize": 10}
    every = place(desk, {"histogramChart": data})
    request(desk, {"deleteEmbeddedObject": {"objectId": 7}})

    cut = place(desk, {"histogramChart": data | {"outlierPercentile": 0.2}})

    assert every["categories"] == ["0 – 10", "10 – 20", "20 – 30", "30 – 40"]
    assert every["series"][0]["values"] == [2, 3, 0, 1]
    assert cut["categories"] == ["0 – 10", "10 – 20"]
    assert cut["series"][0]["values"] == [2, 4]


def test_hidden_rows_are_left_out_unless_all_are_to_be_shown(segments: Desk) -> None:
    """hiddenDimensionStrategy: by default what is hidden is not charted."""
    hidden = {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}
    request(
        segments,
        {
            "updateDimensionProperties": {
                "range": hidden,
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        },
    )

    chart = place(segments, basic())
    request(segments, {"deleteEmbeddedObject": {"objectId": 7}})
    whole = place(segments, {**basic(), "hiddenDimensionStrategy": "SHOW_ALL"})

    assert chart["categories"] == ["Champions", "Sleeping"]
    assert whole["categories"] == ["Champions", "Regulars", "Sleeping"]


def test_rows_that_the_tabs_filter_hides_are_left_out(segments: Desk) -> None:
    """They are hidden rows as well; a filter view, which one person opens, changes no chart."""
    hides = {
        "range": {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 4},
        "criteria": {"0": {"hiddenValues": ["Regulars"]}},
    }
    request(segments, {"addFilterView": {"filter": hides}})
    by_view = place(segments, basic())
    request(segments, {"deleteEmbeddedObject": {"objectId": 7}})

    request(segments, {"setBasicFilter": {"filter": hides}})

    assert by_view["categories"] == ["Champions", "Regulars", "Sleeping"]
    assert place(segments, basic())["categories"] == ["Champions", "Sleeping"]


def test_a_chart_whose_cells_are_gone_is_empty(segments: Desk) -> None:
    """Nothing is drawn, and nothing fails."""
    request(segments, {"addSheet": {"properties": {"sheetId": 5}}})
    for identity, spec in enumerate(
        (
            basic(),
            {"pieChart": {"domain": column(0), "series": column(1)}},
            {"bubbleChart": {"domain": column(3), "series": column(1)}},
            {"histogramChart": {"series": [{"data": column(1)}]}},
        ),
        1,
    ):
        position = {"overlayPosition": {"anchorCell": {"sheetId": 5}}}
        chart = {"chartId": identity, "spec": spec, "position": position}
        request(segments, {"addChart": {"chart": chart}})

    request(segments, {"deleteSheet": {"sheetId": 0}})

    column_chart, pie, bubbles, histogram = charts(segments.document, segments.document.sheets[0])
    assert (column_chart["series"], column_chart["categories"]) == ([], [])
    assert (pie["slices"], bubbles["points"], histogram["series"]) == ([], [], [])


def test_the_page_knows_which_tabs_have_charts(segments: Desk) -> None:
    """The library is loaded only where there are some."""
    before = tabs(segments.document)[0]["charts"]
    place(segments, basic())

    assert (before, tabs(segments.document)[0]["charts"]) == (0, 1)


WHERE = {"row": 5, "column": 3, "x": 0, "y": 4, "width": 300, "height": 200}


def test_a_person_moves_a_chart_and_takes_it_back(segments: Desk) -> None:
    """Moving is one step of the history, and a change of the structure to the add-on."""
    before = place(segments, basic())
    segments.actions.move_chart(segments.anna, 0, 7, WHERE)
    (moved,) = charts(segments.document, segments.sheet)

    segments.actions.undo(segments.anna)

    assert {name: moved[name] for name in WHERE} == WHERE
    assert segments.document.sheets[0].charts[7]["position"]["overlayPosition"]["offsetXPixels"] == 7
    assert charts(segments.document, segments.document.sheets[0]) == [before]
    assert segments.addon.changes == ["OTHER", "OTHER"]
    assert segments.addon.edits == []


def test_a_person_deletes_a_chart_and_takes_it_back(segments: Desk) -> None:
    """It comes back as it was; done again, it is gone again."""
    before = place(segments, basic())

    segments.actions.delete_chart(segments.anna, 0, 7)
    gone = charts(segments.document, segments.document.sheets[0])
    segments.actions.undo(segments.anna)
    back = charts(segments.document, segments.document.sheets[0])
    segments.actions.redo(segments.anna)

    assert (gone, back) == ([], [before])
    assert charts(segments.document, segments.document.sheets[0]) == []


def test_undoing_a_deletion_of_cells_gives_charts_their_ranges_back(segments: Desk) -> None:
    """A deleted column took its series away; a chart that somebody moved meanwhile stays as they left it."""
    before = place(segments, basic(columns=(1, 2)))
    segments.actions.delete_columns(segments.anna, 0, 1, 1)
    (less,) = charts(segments.document, segments.document.sheets[0])
    segments.actions.undo(segments.anna)
    (back,) = charts(segments.document, segments.document.sheets[0])
    segments.actions.redo(segments.anna)
    segments.actions.move_chart(segments.owner, 0, 7, WHERE)
    segments.actions.undo(segments.anna)
    (moved,) = charts(segments.document, segments.document.sheets[0])

    assert [one_series["name"] for one_series in less["series"]] == ["Revenue"]
    assert back == before
    assert {name: moved[name] for name in ("row", "y", "width")} == {"row": 5, "y": 4, "width": 300}
    assert [one_series["name"] for one_series in moved["series"]] == ["Revenue"]


def test_a_chart_that_is_gone_cannot_be_moved(segments: Desk) -> None:
    """Somebody else has deleted it meanwhile."""
    place(segments, basic())
    segments.actions.delete_chart(segments.owner, 0, 7)

    with pytest.raises(Refused, match="has been deleted"):
        segments.actions.move_chart(segments.anna, 0, 7, WHERE)


def test_viewers_and_protected_tabs(segments: Desk) -> None:
    """Who may only look moves nothing; a tab protected as a whole keeps its charts from others, a range does not."""
    place(segments, basic())
    with pytest.raises(Refused, match="view-only"):
        segments.actions.move_chart(segments.vera, 0, 7, WHERE)
    rows = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2}
    segments.document.protections = [Protection(1, rows)]
    segments.actions.move_chart(segments.anna, 0, 7, WHERE)
    segments.document.protections = [Protection(1, {"sheetId": 0})]

    with pytest.raises(Refused, match="protected"):
        segments.actions.delete_chart(segments.anna, 0, 7)

    assert len(segments.document.sheets[0].charts) == 1


def test_the_library_is_the_one_that_its_notices_name() -> None:
    """Its licence and its source stand beside it, with the fingerprint of the very file."""
    notices = (VENDOR / "NOTICES.txt").read_text("utf-8")
    (library,) = VENDOR.glob("*.js")

    assert hashlib.sha256(library.read_bytes()).hexdigest() in notices
    assert library.name in notices
    assert "Apache License" in notices
    assert f"/vendor/{library.name}" in (STATIC / "charts.js").read_text("utf-8")
