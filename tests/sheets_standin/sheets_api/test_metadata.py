"""Developer metadata; the expectations are those of the descriptions in Google's discovery document."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_standin.conftest import Api

ROW = {"dimensionRange": {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}}
COLUMN = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}


@pytest.fixture
def tagged(api: Api) -> Api:
    """Entries 1 to 4: of the spreadsheet, of its tab, of row 3 and of column B."""
    for identity, location in enumerate(({"spreadsheet": True}, {"sheetId": 0}, ROW, COLUMN), 1):
        entry = {
            "metadataId": identity,
            "metadataKey": "even" if identity % 2 == 0 else "odd",
            "metadataValue": f"v{identity}",
            "location": location,
            "visibility": "DOCUMENT",
        }
        api.batch({"createDeveloperMetadata": {"developerMetadata": entry}})
    return api


def found(api: Api, *filters: dict[str, Any]) -> list[int]:
    answer = api.ok("POST", "/S/developerMetadata:search", {"dataFilters": list(filters)})
    return [match["developerMetadata"]["metadataId"] for match in answer.get("matchedDeveloperMetadata", [])]


def lookup(**wanted: Any) -> dict[str, Any]:
    return {"developerMetadataLookup": wanted}


def test_entries_are_where_they_belong(tagged: Api) -> None:
    """Spreadsheet, Sheet and DimensionProperties each list their own; get finds one by its id."""
    whole = tagged.get(ranges="A1:C3", includeGridData="true")

    (data,) = whole["sheets"][0]["data"]
    span = {"dimension": "ROWS", "startIndex": 2, "endIndex": 3}
    row = {
        "metadataId": 3,
        "metadataKey": "odd",
        "metadataValue": "v3",
        "location": {"locationType": "ROW", "dimensionRange": span},
        "visibility": "DOCUMENT",
    }
    assert [entry["metadataId"] for entry in whole["developerMetadata"]] == [1]
    assert whole["developerMetadata"][0]["location"] == {"locationType": "SPREADSHEET", "spreadsheet": True}
    assert whole["sheets"][0]["developerMetadata"][0]["location"] == {"locationType": "SHEET", "sheetId": 0}
    assert data["rowMetadata"][2] == {"pixelSize": 21, "developerMetadata": [row]}
    assert data["columnMetadata"][1]["developerMetadata"][0]["metadataId"] == 4
    assert tagged.ok("GET", "/S/developerMetadata/3") == row
    assert tagged.send("GET", "/S/developerMetadata/9")[0] == 404


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"metadataId": 2}, [2]),
        ({"metadataKey": "odd"}, [1, 3]),
        ({"metadataKey": "odd", "metadataValue": "v3"}, [3]),
        ({"locationType": "COLUMN"}, [4]),
        ({"locationType": "SPREADSHEET"}, [1]),
        ({"visibility": "PROJECT"}, []),
        ({"metadataLocation": {"sheetId": 0}}, [2, 3, 4]),
        ({"metadataLocation": {"sheetId": 0}, "locationMatchingStrategy": "EXACT_LOCATION"}, [2]),
        ({"metadataLocation": ROW}, [2, 3, 4]),
        ({"metadataLocation": ROW, "locationMatchingStrategy": "EXACT_LOCATION"}, [3]),
        ({"metadataLocation": {"spreadsheet": True}}, [1]),
    ],
    ids=str,
)
def test_lookups(tagged: Api, wanted: dict[str, Any], ids: list[int]) -> None:
    """DeveloperMetadataLookup: the intersection of all specified fields; locations match if they intersect."""
    assert found(tagged, lookup(**wanted)) == ids


def test_search_by_place_and_by_several_filters(tagged: Api) -> None:
    """A location's filter finds what intersects it; an entry that several filters match is there once."""
    row = {"gridRange": {"startRowIndex": 2, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}}
    body = {"dataFilters": [lookup(metadataId=3), lookup(metadataKey="odd")]}

    answer = tagged.ok("POST", "/S/developerMetadata:search", body)

    assert found(tagged, row) == [2, 3]
    assert found(tagged, {"a1Range": "B1:B2"}) == [2, 4]
    matched = {
        match["developerMetadata"]["metadataId"]: match["dataFilters"]
        for match in answer["matchedDeveloperMetadata"]
    }
    assert matched == {3: body["dataFilters"], 1: [lookup(metadataKey="odd")]}


def test_entries_of_rows_move_with_them_and_go_with_them(tagged: Api) -> None:
    """DeveloperMetadata: the row it is associated with may move; "if the associated object is deleted then its
    metadata is deleted too"."""
    tagged.batch({"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 2}}})

    span = tagged.ok("GET", "/S/developerMetadata/3")["location"]["dimensionRange"]
    tagged.batch({"deleteDimension": {"range": {"dimension": "ROWS", "startIndex": 4, "endIndex": 5}}})

    assert span == {"dimension": "ROWS", "startIndex": 4, "endIndex": 5}
    assert found(tagged, lookup(locationType="ROW")) == []


def test_updating_and_deleting(tagged: Api) -> None:
    """The replies tell the updated and the deleted entries."""
    update = {
        "dataFilters": [lookup(metadataKey="even")],
        "developerMetadata": {"metadataValue": "new"},
        "fields": "metadataValue",
    }

    updated, deleted = tagged.batch(
        {"updateDeveloperMetadata": update},
        {"deleteDeveloperMetadata": {"dataFilter": lookup(metadataKey="odd")}},
    )

    entries = updated["updateDeveloperMetadata"]["developerMetadata"]
    assert [(entry["metadataId"], entry["metadataValue"]) for entry in entries] == [(2, "new"), (4, "new")]
    gone = deleted["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]
    assert [entry["metadataId"] for entry in gone] == [1, 3]
    assert found(tagged, lookup(visibility="DOCUMENT")) == [2, 4]


@pytest.mark.parametrize(
    "change",
    [
        {"metadataId": 1},
        {"metadataId": -1},
        {"metadataKey": ""},
        {"visibility": None},
        {"location": {}},
        {"location": {"dimensionRange": {"dimension": "ROWS", "startIndex": 0, "endIndex": 2}}},
    ],
    ids=["id taken", "id not positive", "no key", "no visibility", "no place", "two rows"],
)
def test_what_an_entry_must_have(tagged: Api, change: dict[str, Any]) -> None:
    """Key, visibility and a location of one row or column at most; ids are unique and positive."""
    entry = {"metadataKey": "k", "location": {"spreadsheet": True}, "visibility": "DOCUMENT"} | change

    tagged.batch_refused({"createDeveloperMetadata": {"developerMetadata": entry}})
