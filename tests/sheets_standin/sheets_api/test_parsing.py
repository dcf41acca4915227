"""Lenient parsing, and refusals of what cannot be read.

"Recorded" says that an expectation was read off public recordings of the real service; other sources are named.
"""

from __future__ import annotations

from typing import Any

import pytest

from sheets_standin.sheets_api.request import ApiRequest, method_of
from tests.sheets_standin.conftest import Api

ADD = {"addSheet": {"properties": {"title": "New"}}}


@pytest.mark.parametrize(
    "requests",
    [ADD, [ADD], [[ADD]], [{"add_sheet": {"properties": {"title": "New", "sheet_id": None}}}]],
    ids=["a single one", "a list", "a nested list", "snake case and null"],
)
def test_requests_are_read_leniently(api: Api, requests: Any) -> None:
    """Recorded: a single object or a nested list, snake_case names, null values."""
    api.ok("POST", "/S:batchUpdate", {"requests": requests, "includeSpreadsheetInResponse": None})

    assert [sheet.title for sheet in api.document.sheets] == ["Sheet1", "New"]


@pytest.mark.parametrize("path", ["/S:batchUpdate", "/S/:batchUpdate", "/S:batchUpdate/"], ids=str)
def test_slashes_at_the_end_do_no_harm(api: Api, path: str) -> None:
    """Recorded: /v4/spreadsheets/ID/ and ID/:batchUpdate work."""
    api.ok("POST", path, {"requests": [ADD]})

    assert api.ok("GET", "/S/", fields="spreadsheetId") == {"spreadsheetId": "S"}


def test_masks_may_be_snake_case_with_blanks(api: Api) -> None:
    """Recorded: `gridProperties/rowCount,gridProperties/columnCount`, snake_case, blanks."""
    properties = {"sheetId": "0", "gridProperties": {"rowCount": "10", "columnCount": 5.0}}
    api.batch(
        {
            "updateSheetProperties": {
                "properties": properties,
                "fields": "grid_properties/row_count, gridProperties.columnCount",
            }
        }
    )

    assert api.read("Sheet1")["range"] == "Sheet1!A1:E10"


def test_enums_may_be_numbers(api: Api) -> None:
    """Protocol buffers' JSON takes an enum's number; 1 is ROWS (Dimension)."""
    api.batch({"appendDimension": {"sheetId": 0, "dimension": 1, "length": 2}})

    assert api.read("Sheet1")["range"] == "Sheet1!A1:Z1002"


@pytest.mark.parametrize(
    ("request_", "field", "description"),
    [
        (
            {"fooBar": {}},
            "requests[0]",
            "Invalid JSON payload received. Unknown name \"fooBar\" at 'requests[0]': Cannot find field.",
        ),
        (
            {"insertDimension": {"inheritBefore": True}},
            "requests[0].insert_dimension",
            "Invalid JSON payload received. Unknown name \"inheritBefore\" at 'requests[0].insert_dimension': "
            "Cannot find field.",
        ),
        (
            {"addSheet": {"properties": {"sheetId": "x"}}},
            "requests[0].add_sheet.properties.sheet_id",
            "Invalid value at 'requests[0].add_sheet.properties.sheet_id' (TYPE_INT32), \"x\"",
        ),
        (
            {"deleteRange": {"range": {"startRowIndex": "x"}}},
            "requests[0].delete_range.range.start_row_index.value",
            "Invalid value at 'requests[0].delete_range.range.start_row_index.value' (TYPE_INT32), \"x\"",
        ),
        (
            {"mergeCells": {"mergeType": "ALL"}},
            "requests[0].merge_cells.merge_type",
            "Invalid value at 'requests[0].merge_cells.merge_type' "
            '(type.googleapis.com/google.apps.sheets.v4.MergeCellsRequest.MergeType), "ALL"',
        ),
        (
            {"addSheet": {"properties": {"hidden": 3}}},
            "requests[0].add_sheet.properties.hidden",
            "Invalid value at 'requests[0].add_sheet.properties.hidden' (TYPE_BOOL), 3",
        ),
        (
            {"addSheet": {"properties": [1]}},
            "requests[0].add_sheet",
            "Invalid JSON payload received. Unknown name \"properties\" at 'requests[0].add_sheet': "
            "Proto field is not repeating, cannot start list.",
        ),
    ],
    ids=["kind", "name", "number", "wrapped number", "enum", "boolean", "list"],
)
def test_what_cannot_be_read_is_named_by_its_path(
    api: Api, request_: dict[str, Any], field: str, description: str
) -> None:
    """google-api-nodejs-client#597 and backlot#340 show the words: names as in the request message."""
    status, answer = api.send("POST", "/S:batchUpdate", {"requests": [request_]})

    assert status == 400
    assert answer["error"]["message"] == description
    assert answer["error"]["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": field, "description": description}],
        }
    ]


def test_an_unknown_name_at_the_root_has_no_field(api: Api) -> None:
    """The violation of the body itself names no field."""
    answer = api.send("POST", "/S:batchUpdate", {"foo": 1})[1]

    text = 'Invalid JSON payload received. Unknown name "foo": Cannot find field.'
    assert answer["error"]["details"][0]["fieldViolations"] == [{"description": text}]


def test_only_one_kind_of_request_may_be_set(api: Api) -> None:
    """A oneof is set once."""
    message = api.batch_refused(ADD | {"deleteSheet": {"sheetId": 0}})

    assert message == (
        "Invalid value at 'requests[0]' (oneof), oneof field 'kind' is already set. Cannot set 'deleteSheet'"
    )


def test_a_bad_body_is_refused_before_the_spreadsheet_is_looked_for(api: Api) -> None:
    """Measured by others on the real service (backlot#340): 400 comes before 404."""
    assert api.send("POST", "/nothing:batchUpdate", {"requests": [{"foo": 1}]})[0] == 400
    assert api.send("POST", "/nothing:batchUpdate", {"requests": [ADD]})[0] == 404


def test_an_empty_batch_is_refused(api: Api) -> None:
    """There is nothing to do, or a request without a kind."""
    assert api.refused("POST", "/S:batchUpdate", {}) == "Must specify at least one request."
    assert api.batch_refused({}) == "Invalid requests[0]: No request set."


def test_broken_json_is_refused(api: Api) -> None:
    """A body that is no JSON, and one that is no object."""
    assert api.refused("POST", "/S:batchUpdate", b"{").startswith("Invalid JSON payload received.")
    assert api.refused("POST", "/S:batchUpdate", b"[]").startswith("Invalid JSON payload received.")


def test_what_is_not_supported_answers_501(api: Api) -> None:
    """The stand-in never guesses."""
    status, answer = api.send("POST", "/S:batchUpdate", {"requests": [{"randomizeRange": {}}]})

    assert status == 501
    assert answer["error"]["message"] == "The local stand-in does not support the request randomizeRange."


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/v4/spreadsheets", "spreadsheets.create"),
        ("GET", "/v4/spreadsheets/x", "spreadsheets.get"),
        ("POST", "/v4/spreadsheets/x:getByDataFilter", "spreadsheets.getByDataFilter"),
        ("GET", "/v4/spreadsheets/x/values/A1%3AB2", "spreadsheets.values.get"),
        ("PUT", "/v4/spreadsheets/x/values/A1:B2", "spreadsheets.values.update"),
        ("POST", "/v4/spreadsheets/x/values/A1:B2:append", "spreadsheets.values.append"),
        ("POST", "/v4/spreadsheets/x/values/A1%3AB2:clear", "spreadsheets.values.clear"),
        ("GET", "/v4/spreadsheets/x/values:batchGet", "spreadsheets.values.batchGet"),
        (
            "POST",
            "/v4/spreadsheets/x/values:batchClearByDataFilter",
            "spreadsheets.values.batchClearByDataFilter",
        ),
        ("GET", "/v4/spreadsheets/x/developerMetadata/7", "spreadsheets.developerMetadata.get"),
        ("POST", "/v4/spreadsheets/x/developerMetadata:search", "spreadsheets.developerMetadata.search"),
        ("POST", "/v4/spreadsheets/x/sheets/0:copyTo", "spreadsheets.sheets.copyTo"),
        ("GET", "/v4/elsewhere", ""),
        ("DELETE", "/v4/spreadsheets/x", ""),
    ],
    ids=str,
)
def test_paths_name_methods(method: str, path: str, name: str) -> None:
    """The paths of Google's discovery document."""
    assert method_of(ApiRequest(method, path))[0] == name
