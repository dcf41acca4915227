"""Answers that recordings of the real service gave otherwise than its documents let one expect.

Unless a test names another source, what it expects was read off public recordings.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest

from sheets_standin.sheets_api.colors import color
from sheets_standin.workspace import Role
from tests.sheets_standin.conftest import EMAIL, Api

BOX = {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 3}


def properties(api: Api) -> dict[str, Any]:
    content: dict[str, Any] = api.get()["sheets"][0]["properties"]
    return content


def set_properties(api: Api, fields: str, **wanted: Any) -> None:
    api.batch({"updateSheetProperties": {"properties": {"sheetId": 0, **wanted}, "fields": fields}})


def refused_properties(api: Api, fields: str, **wanted: Any) -> str:
    return api.batch_refused(
        {"updateSheetProperties": {"properties": {"sheetId": 0, **wanted}, "fields": fields}}
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [(0.5, 0.49803922), (0.26, 0.25882354), (0.999, 0.99607843), (0.0039, None), (0.00393, 0.003921569)],
    ids=str,
)
def test_a_colour_channel_is_cut_off_to_a_step(api: Api, given: float, kept: float | None) -> None:
    """0.5 * 255 = 127.5 is kept as 127 / 255, not as 128 / 255; what is less than one step is nothing."""
    set_properties(api, "tabColorStyle", tabColorStyle={"rgbColor": {"red": given, "blue": 1}})

    channels = {"blue": 1} | ({"red": kept} if kept else {})
    assert properties(api)["tabColorStyle"] == {"rgbColor": channels}


def test_a_colour_that_was_read_can_be_written_back() -> None:
    """A step that a hexadecimal colour names stays that step, as a double and as the float that is read."""
    for step in range(1, 256):
        single = struct.unpack("f", struct.pack("f", step / 255))[0]
        for given in (step / 255, single):
            assert round(color({"green": given})["green"] * 255, 3) == step


@pytest.mark.parametrize(("dimension", "flag"), [("ROWS", "row"), ("COLUMNS", "column")], ids=str)
def test_a_group_switches_its_control_on_for_good(api: Api, dimension: str, flag: str) -> None:
    """Of the group's own direction alone; the flag stays when the group is gone."""
    span = {"range": {"sheetId": 0, "dimension": dimension, "startIndex": 0, "endIndex": 2}}
    wanted = {"rowCount": 1000, "columnCount": 26, f"{flag}GroupControlAfter": True}

    api.batch({"addDimensionGroup": span})
    with_group = properties(api)["gridProperties"]
    api.batch({"deleteDimensionGroup": span})

    assert with_group == wanted
    assert properties(api)["gridProperties"] == wanted


@pytest.mark.parametrize("style", [{}, {"rgbColor": None}, None], ids=str)
def test_an_empty_style_takes_the_tab_colour_away(api: Api, style: Any) -> None:
    """No black tab is left behind."""
    set_properties(api, "tabColorStyle", tabColorStyle={"rgbColor": {"red": 1}})

    set_properties(api, "tabColorStyle", tabColorStyle=style)

    assert not {"tabColor", "tabColorStyle"} & set(properties(api))


def test_a_black_tab_is_a_colour(api: Api) -> None:
    """An empty Color is black (its channels are 0), where an empty style is none."""
    set_properties(api, "tabColorStyle", tabColorStyle={"rgbColor": {}})

    assert properties(api)["tabColorStyle"] == {"rgbColor": {}}


def test_a_star_covers_the_title(api: Api) -> None:
    """A title that is left out under "*" is an empty one, and refused."""
    message = "Invalid requests[0].updateSheetProperties: The sheet name cannot be empty."

    assert refused_properties(api, "*", gridProperties={"rowCount": 9, "columnCount": 8}) == message
    assert refused_properties(api, "title") == message
    assert properties(api)["gridProperties"] == {"rowCount": 1000, "columnCount": 26}


def test_a_star_covers_the_size_of_the_grid(api: Api) -> None:
    """The same holds for rows and columns, as it does for a mask that names gridProperties."""
    assert refused_properties(api, "*", title="New").endswith("You can't delete all the rows on the sheet.")


def test_a_named_range_may_be_qualified_with_its_sheet(api: Api) -> None:
    """Quoted or not; a tab that is not there, and a name that is not there, cannot be parsed."""
    api.write("A1", [["a", "b", "c"]])
    api.batch({"addNamedRange": {"namedRange": {"name": "letters", "range": BOX}}})

    assert api.read("Sheet1!letters")["range"] == "Sheet1!A1:C2"
    assert api.rows("'Sheet1'!Letters") == [["a", "b", "c"]]
    for text in ("Sheet9!letters", "Sheet1!numbers"):
        assert api.refused("GET", f"/S/values/{text}") == f"Unable to parse range: {text}"


def test_a_named_range_of_another_sheet_is_not_guessed(api: Api) -> None:
    """What Google answers for a name qualified with a sheet that it does not lie on, nothing says."""
    api.batch({"addNamedRange": {"namedRange": {"name": "letters", "range": BOX}}})
    api.batch({"addSheet": {"properties": {"title": "Other"}}})

    assert api.send("GET", "/S/values/Other!letters")[0] == 501


@pytest.mark.parametrize("kind", [{"warningOnly": True}, {}], ids=["warning", "strict"])
def test_the_reply_to_a_protection_has_no_editors_yet(api: Api, kind: dict[str, Any]) -> None:
    """Where none are given it is empty; whoever made the protection is its editor when it is read."""
    (reply,) = api.batch({"addProtectedRange": {"protectedRange": {"range": BOX, "editors": {}} | kind}})

    made = reply["addProtectedRange"]["protectedRange"]
    assert made["editors"] == {}
    assert api.get()["sheets"][0]["protectedRanges"] == [made | {"editors": {"users": [EMAIL]}}]


def test_a_warning_ignores_the_editors_it_is_given(api: Api) -> None:
    """Schema, ProtectedRange.warningOnly: "if this field is true, then editors are ignored"."""
    wanted = {"range": BOX, "warningOnly": True, "editors": {"users": ["bob@example.com"]}}

    (reply,) = api.batch({"addProtectedRange": {"protectedRange": wanted}})

    assert reply["addProtectedRange"]["protectedRange"]["editors"] == {}
    assert api.get()["sheets"][0]["protectedRanges"][0]["editors"] == {"users": [EMAIL]}


def test_a_mask_that_names_a_pivot_table_which_is_not_given(api: Api) -> None:
    """The pivot table is left alone, and the rest of the mask is done."""
    cell = {"userEnteredValue": {"stringValue": "x"}}
    rows = {"rows": [{"values": [cell]}], "fields": "userEnteredValue,pivotTable", "start": {"sheetId": 0}}

    api.batch({"updateCells": rows})

    assert api.rows("A1") == [["x"]]
    pivot = {"rows": [{"sourceColumnOffset": 0}], "source": {"sheetId": 0}}
    body = {"requests": [{"updateCells": rows | {"rows": [{"values": [cell | {"pivotTable": pivot}]}]}}]}
    status, answer = api.send("POST", "/S:batchUpdate", body)
    assert (status, "pivotTable" in json.dumps(answer)) == (501, True)


def test_an_index_that_a_star_covers_is_the_end(api: Api) -> None:
    """Schema, SheetProperties.index: "if this field is excluded then the sheet is added or moved to the end"."""
    api.batch({"addSheet": {"properties": {"title": "Other"}}})

    set_properties(api, "*", title="First", gridProperties={"rowCount": 9, "columnCount": 8})

    assert [sheet["properties"]["title"] for sheet in api.get()["sheets"]] == ["Other", "First"]


def test_a_warning_that_becomes_strict_lets_all_editors_in(api: Api) -> None:
    """Schema: without `editors`, they are "set to all the editors in the document" when warningOnly becomes false."""
    api.workspace.share("S", "bob@example.com", Role.EDITOR)
    api.workspace.share("S", "vera@example.com", Role.VIEWER)
    (reply,) = api.batch({"addProtectedRange": {"protectedRange": {"range": BOX, "warningOnly": True}}})
    identity = reply["addProtectedRange"]["protectedRange"]["protectedRangeId"]

    strict = {"protectedRangeId": identity, "warningOnly": False}
    api.batch({"updateProtectedRange": {"protectedRange": strict, "fields": "warningOnly"}})

    protected = api.get()["sheets"][0]["protectedRanges"][0]
    assert protected["editors"] == {"users": [EMAIL, "bob@example.com"]}
