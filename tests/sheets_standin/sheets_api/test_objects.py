"""Merges, named and protected ranges, filters, conditional formats and bandings.

"Recorded" says that an expectation was read off public recordings of the real service; "schema" that Google's
discovery document says so.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_standin.conftest import Api

BOX = {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 3}
BOLD = {"textFormat": {"bold": True}}


def sheet(api: Api, index: int = 0) -> dict[str, Any]:
    content: dict[str, Any] = api.get()["sheets"][index]
    return content


def test_merging_keeps_the_upper_left_value(api: Api) -> None:
    """Recorded: the other cells read as empty; sheetId 0 is left out of ranges, startRowIndex 0 stays."""
    api.write("A1", [["a", "b"], ["c", "d"]])

    assert api.batch({"mergeCells": {"range": BOX, "mergeType": "MERGE_ALL"}}) == [{}]

    assert sheet(api)["merges"] == [BOX]
    assert api.rows("A1:C2") == [["a"]]


@pytest.mark.parametrize(
    ("kind", "merges", "left"),
    [
        ("MERGE_ROWS", [(0, 1, 0, 3), (1, 2, 0, 3)], [["a"], ["c"]]),
        ("MERGE_COLUMNS", [(0, 2, 0, 1), (0, 2, 1, 2), (0, 2, 2, 3)], [["a", "b"]]),
    ],
    ids=str,
)
def test_merging_rows_or_columns(
    api: Api, kind: str, merges: list[tuple[int, int, int, int]], left: list[list[str]]
) -> None:
    """Recorded: MERGE_ROWS becomes one merge per row."""
    api.write("A1", [["a", "b"], ["c", "d"]])

    api.batch({"mergeCells": {"range": BOX, "mergeType": kind}})

    names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    assert sheet(api)["merges"] == [dict(zip(names, merge, strict=True)) for merge in merges]
    assert api.rows("A1:C2") == left


def test_unmerging(api: Api) -> None:
    """Schema: "The range must not partially span any merge"."""
    api.batch({"mergeCells": {"range": BOX}})

    assert "You must select all cells in a merged range" in api.batch_refused(
        {"unmergeCells": {"range": BOX | {"endRowIndex": 1}}}
    )
    api.batch({"unmergeCells": {"range": {}}})
    assert "merges" not in sheet(api)


def test_named_ranges(api: Api) -> None:
    """Recorded: addNamedRange replies; a range in an answer is resolved."""
    api.write("A1", [["a", "b", "c"]])
    named = {"name": "letters", "namedRangeId": "n1", "range": BOX}

    (reply,) = api.batch({"addNamedRange": {"namedRange": named}})

    assert reply == {"addNamedRange": {"namedRange": named}}
    assert api.get()["namedRanges"] == [named]
    assert api.read("letters") == {
        "range": "Sheet1!A1:C2",
        "majorDimension": "ROWS",
        "values": [["a", "b", "c"]],
    }
    moved = {"namedRangeId": "n1", "name": "two", "range": BOX | {"endColumnIndex": 2}}
    api.batch({"updateNamedRange": {"namedRange": moved, "fields": "range,name"}})
    assert api.rows("TWO") == [["a", "b"]]
    api.batch({"deleteNamedRange": {"namedRangeId": "n1"}})
    assert "namedRanges" not in api.get()


def test_named_ranges_are_unique(api: Api) -> None:
    """Schema: "It is an error to specify the ID of a range that already exists"; names are unique as well."""
    named = {"name": "letters", "namedRangeId": "n1", "range": BOX}
    api.batch({"addNamedRange": {"namedRange": named}})

    api.batch_refused({"addNamedRange": {"namedRange": named | {"name": "other"}}})
    api.batch_refused({"addNamedRange": {"namedRange": named | {"namedRangeId": "n2", "name": "Letters"}}})
    api.batch_refused({"addNamedRange": {"namedRange": {"name": "A1", "range": BOX}}})
    assert api.batch_refused({"deleteNamedRange": {"namedRangeId": "no"}}) == (
        "Invalid requests[0].deleteNamedRange: No NamedRange with id: no"
    )


def test_protected_ranges(api: Api) -> None:
    """Schema, ProtectedRange: who adds a strict one may edit it; with warningOnly editors are ignored."""
    strict = {"range": BOX, "description": "mine", "editors": {"users": ["bob@example.com"]}}

    (reply,) = api.batch({"addProtectedRange": {"protectedRange": strict}})

    made = reply["addProtectedRange"]["protectedRange"]
    identity = made["protectedRangeId"]
    assert made == {
        "protectedRangeId": identity,
        "range": BOX,
        "description": "mine",
        "requestingUserCanEdit": True,
        "editors": {"users": ["bob@example.com", "ann@example.com"]},
    }
    wanted = {"protectedRangeId": identity, "warningOnly": True, "description": "less"}
    api.batch({"updateProtectedRange": {"protectedRange": wanted, "fields": "warningOnly,description"}})
    assert sheet(api)["protectedRanges"] == [
        {
            "protectedRangeId": identity,
            "range": BOX,
            "description": "less",
            "warningOnly": True,
            "requestingUserCanEdit": True,
            "editors": {"users": ["ann@example.com"]},
        }
    ]
    api.batch({"deleteProtectedRange": {"protectedRangeId": identity}})
    assert "protectedRanges" not in sheet(api)


def test_deleting_a_protected_range_that_is_not_there(api: Api) -> None:
    """Seen in google-api-python-client#1064."""
    assert api.batch_refused({"deleteProtectedRange": {"protectedRangeId": 5}}) == (
        "Invalid requests[0].deleteProtectedRange: No protected range with id: 5"
    )


def test_a_tab_is_protected_once(api: Api) -> None:
    """Seen in google-api-python-client#1064: a sheet takes only one sheet-wide protection."""
    api.batch({"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}}}})

    message = api.batch_refused({"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}}}})

    assert "already has sheet protection" in message


def test_the_basic_filter_is_bounded_and_has_its_criteria_twice(api: Api) -> None:
    """Recorded: unbounded sides are filled in; schema: "Both criteria and filter_specs are populated in responses"."""
    wanted = {
        "range": {"startRowIndex": 0},
        "criteria": {"0": {"hiddenValues": ["x"]}},
        "sortSpecs": [{"dimensionIndex": 1, "sortOrder": "ASCENDING"}],
    }

    api.batch({"setBasicFilter": {"filter": wanted}})

    assert sheet(api)["basicFilter"] == {
        "range": {"startRowIndex": 0, "endRowIndex": 1000, "startColumnIndex": 0, "endColumnIndex": 26},
        "sortSpecs": [{"dimensionIndex": 1, "sortOrder": "ASCENDING"}],
        "criteria": {"0": {"hiddenValues": ["x"]}},
        "filterSpecs": [{"columnIndex": 0, "filterCriteria": {"hiddenValues": ["x"]}}],
    }
    api.batch({"clearBasicFilter": {"sheetId": 0}})
    assert "basicFilter" not in sheet(api)


def test_filter_views(api: Api) -> None:
    """Schema: added, updated, duplicated and deleted by id."""
    (added,) = api.batch({"addFilterView": {"filter": {"title": "mine", "range": BOX}}})
    view = added["addFilterView"]["filter"]
    wanted = {"filterViewId": view["filterViewId"], "title": "yours"}

    api.batch({"updateFilterView": {"filter": wanted, "fields": "title"}})
    (copied,) = api.batch({"duplicateFilterView": {"filterId": view["filterViewId"]}})

    assert view == {"filterViewId": view["filterViewId"], "title": "mine", "range": BOX}
    twin = copied["duplicateFilterView"]["filter"]
    assert twin["title"] == "Copy of yours"
    assert twin["filterViewId"] != view["filterViewId"]
    api.batch({"deleteFilterView": {"filterId": view["filterViewId"]}})
    assert sheet(api)["filterViews"] == [twin]


def rule(formula: str) -> dict[str, Any]:
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
    return {"ranges": [BOX], "booleanRule": {"condition": condition, "format": BOLD}}


def test_conditional_formats(api: Api) -> None:
    """Schema: rules are inserted at an index, replaced, moved and deleted; the replies tell the rules."""
    one, two, three = rule("=1"), rule("=2"), rule("=3")
    api.batch(
        {"addConditionalFormatRule": {"rule": one, "index": 0}},
        {"addConditionalFormatRule": {"rule": two, "index": 0}},
    )
    assert sheet(api)["conditionalFormats"] == [two, one]

    replaced, moved, deleted = api.batch(
        {"updateConditionalFormatRule": {"rule": three, "index": 1}},
        {"updateConditionalFormatRule": {"index": 1, "newIndex": 0, "sheetId": 0}},
        {"deleteConditionalFormatRule": {"index": 1, "sheetId": 0}},
    )

    assert replaced == {"updateConditionalFormatRule": {"newRule": three, "oldRule": one, "newIndex": 1}}
    assert moved == {"updateConditionalFormatRule": {"newRule": three, "oldIndex": 1}}
    assert deleted == {"deleteConditionalFormatRule": {"rule": two}}
    assert sheet(api)["conditionalFormats"] == [three]
    api.batch_refused({"deleteConditionalFormatRule": {"index": 1, "sheetId": 0}})


def test_bandings(api: Api) -> None:
    """Schema: added, updated and deleted by id; colours are given twice."""
    colors = {"firstBandColor": {"red": 1}, "secondBandColorStyle": {"rgbColor": {"green": 1}}}

    (reply,) = api.batch({"addBanding": {"bandedRange": {"range": BOX, "rowProperties": colors}}})

    banding = reply["addBanding"]["bandedRange"]
    assert banding["rowProperties"] == {
        "firstBandColor": {"red": 1},
        "firstBandColorStyle": {"rgbColor": {"red": 1}},
        "secondBandColor": {"green": 1},
        "secondBandColorStyle": {"rgbColor": {"green": 1}},
    }
    api.batch_refused({"addBanding": {"bandedRange": {"range": BOX, "rowProperties": colors}}})
    wanted = {"bandedRangeId": banding["bandedRangeId"], "range": BOX | {"endRowIndex": 9}}
    api.batch({"updateBanding": {"bandedRange": wanted, "fields": "range"}})
    api.batch({"updateBanding": {"bandedRange": {"bandedRangeId": banding["bandedRangeId"]}, "fields": "*"}})
    assert sheet(api)["bandedRanges"][0]["range"]["endRowIndex"] == 9
    api.batch({"deleteBanding": {"bandedRangeId": banding["bandedRangeId"]}})
    assert "bandedRanges" not in sheet(api)


def test_ranges_keep_other_tabs_ids(api: Api) -> None:
    """Recorded: sheetId is left out where it is 0, and only there."""
    api.batch({"addSheet": {"properties": {"sheetId": 9, "title": "Other"}}})

    api.batch({"mergeCells": {"range": BOX | {"sheetId": 9}}})

    assert sheet(api, 1)["merges"] == [BOX | {"sheetId": 9}]


def test_a_tab_takes_what_lies_on_it_along(api: Api) -> None:
    """A copy of a tab has its own merges, filters and rules; a deleted tab leaves nothing behind."""
    api.batch(
        {"mergeCells": {"range": BOX}},
        {"addConditionalFormatRule": {"rule": rule("=1"), "index": 0}},
        {"addNamedRange": {"namedRange": {"name": "named", "range": BOX}}},
        {"addProtectedRange": {"protectedRange": {"range": BOX}}},
        {"duplicateSheet": {"sourceSheetId": 0, "insertSheetIndex": 1, "newSheetId": 5}},
    )

    twin = sheet(api, 1)
    api.batch({"deleteSheet": {"sheetId": 0}})

    assert twin["merges"] == [BOX | {"sheetId": 5}]
    assert twin["conditionalFormats"][0]["ranges"] == [BOX | {"sheetId": 5}]
    assert twin["protectedRanges"][0]["range"] == BOX | {"sheetId": 5}
    assert "namedRanges" not in api.get()


def test_rows_that_the_filter_hides_are_told(api: Api) -> None:
    """Schema, DimensionProperties.hiddenByFilter: of the basic filter alone; what a view hides, its viewer sees."""
    api.write("A1", [["Name"], ["Ann"], ["Bob"]])
    hides = {
        "range": {"startRowIndex": 0, "endRowIndex": 3},
        "criteria": {"0": {"hiddenValues": ["Ann"]}},
    }
    mask = "sheets.data.rowMetadata.hiddenByFilter"

    api.batch({"addFilterView": {"filter": hides}})
    by_view = api.get(fields=mask, ranges="A1:A3")
    api.batch({"setBasicFilter": {"filter": hides}})

    assert by_view["sheets"][0]["data"][0]["rowMetadata"] == [{}, {}, {}]
    assert api.get(fields=mask, ranges="A1:A3")["sheets"][0]["data"][0]["rowMetadata"] == [
        {},
        {"hiddenByFilter": True},
        {},
    ]


def test_a_filter_by_formula_is_not_guessed(api: Api) -> None:
    """It is kept; which rows it hides is 501."""
    formula = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=TRUE"}]}
    hides = {
        "range": {"startRowIndex": 0, "endRowIndex": 3},
        "criteria": {"0": {"condition": formula}},
    }

    api.batch({"setBasicFilter": {"filter": hides}})

    assert api.get()["sheets"][0]["basicFilter"]["criteria"] == hides["criteria"]
    assert api.send("GET", "/S", fields="sheets.data.rowMetadata")[0] == 501
