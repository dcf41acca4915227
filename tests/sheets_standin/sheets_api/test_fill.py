"""autoFill and textToColumns: what the references say and people see; all else is 501."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_standin.conftest import Api

Rows = list[list[Any]]


def grid(rows: tuple[int, int], columns: tuple[int, int]) -> dict[str, Any]:
    return {
        "sheetId": 0,
        "startRowIndex": rows[0],
        "endRowIndex": rows[1],
        "startColumnIndex": columns[0],
        "endColumnIndex": columns[1],
    }


def fill(source: dict[str, Any], dimension: str, length: int, **more: Any) -> dict[str, Any]:
    asked = {"source": source, "dimension": dimension, "fillLength": length}
    return {"autoFill": {"sourceAndDestination": asked, **more}}


def split(kind: str = "COMMA", **more: Any) -> dict[str, Any]:
    return {"textToColumns": {"source": grid((0, 3), (0, 1)), "delimiterType": kind, **more}}


def status(api: Api, request: dict[str, Any]) -> int:
    return api.send("POST", "/S:batchUpdate", {"requests": [request]})[0]


def shown(api: Api, where: str) -> Rows:
    return api.rows(where, valueRenderOption="UNFORMATTED_VALUE")


@pytest.mark.parametrize(
    ("given", "length", "filled"),
    [([1, 2], 3, [3, 4, 5]), ([10, 7], 2, [4, 1]), (["yes"], 2, ["yes", "yes"])],
    ids=["rising", "falling", "text"],
)
def test_a_series_is_filled_down(api: Api, given: list[Any], length: int, filled: list[Any]) -> None:
    """AutoFillSeries: "increments of the existing values"; a text has none and is repeated."""
    api.write("A1", [[value] for value in given])

    api.batch(fill(grid((0, len(given)), (0, 1)), "ROWS", length))

    assert [value for (value,) in shown(api, "A1:A9")] == given + filled


def test_a_series_is_filled_upwards_and_to_the_side(api: Api) -> None:
    """Schema: "Negative numbers expand before the first row or first column of the source"."""
    api.write("C3", [[5, 7]])
    api.write("C4", [[6, 9]])

    api.batch(fill(grid((2, 4), (2, 4)), "ROWS", -2))
    api.batch(fill(grid((2, 3), (2, 4)), "COLUMNS", 2))
    api.batch(fill(grid((2, 3), (2, 4)), "COLUMNS", -1))

    assert shown(api, "B1:F4") == [["", 3, 3], ["", 4, 5], [3, 5, 7, 9, 11], ["", 6, 9]]


def test_the_alternate_series_copies(api: Api) -> None:
    """AutoFillSeries.ALTERNATE_SERIES: "copies of the existing values", over and over."""
    api.write("A1", [[1], [5], ["x"]])

    api.batch(fill(grid((0, 3), (0, 1)), "ROWS", 4, useAlternateSeries=True))

    assert [value for (value,) in shown(api, "A1:A9")] == [1, 5, "x", 1, 5, "x", 1]


def test_formulas_and_dates_are_filled(api: Api) -> None:
    """A formula's relative references move along; days a week apart go on, as dates."""
    api.write("A1", [["2026-01-01", "=A1+1"], ["2026-01-08", "=A2+1"]], "USER_ENTERED")

    api.batch(fill(grid((0, 2), (0, 2)), "ROWS", 1))

    assert api.rows("A3:B3", valueRenderOption="FORMULA") == [[46037, "=A3+1"]]
    assert api.rows("A3") == [["2026-01-15"]]


def test_a_range_is_examined_for_its_data(api: Api) -> None:
    """Schema: "detect the location that has data and automatically fill that data in to the rest of the range"."""
    api.write("A1", [[1, 10], [2, 20]])
    api.write("A9", [[1, 2]])

    api.batch({"autoFill": {"range": grid((0, 4), (0, 2))}}, {"autoFill": {"range": grid((8, 9), (0, 4))}})

    assert shown(api, "A1:B4") == [[1, 10], [2, 20], [3, 30], [4, 40]]
    assert shown(api, "A9:D9") == [[1, 2, 3, 4]]


@pytest.mark.parametrize(
    "values", [[[1]], [[1], [2], [4]], [["Item 1"]], [["Mon"], ["Tue"]], [[1], ["a"]], [["Monday"]]], ids=str
)
def test_a_series_that_is_not_known_is_not_guessed(api: Api, values: Rows) -> None:
    """A single number, uneven steps, texts with numbers or names of days: no document says what they come to."""
    api.write("A1", values)

    assert status(api, fill(grid((0, len(values)), (0, 1)), "ROWS", 2)) == 501
    assert shown(api, "A1:A9") == values


def test_data_that_is_no_block_is_not_guessed(api: Api) -> None:
    """Nor is a range with data in its middle."""
    api.write("A2", [[1], [2]])

    assert status(api, {"autoFill": {"range": grid((0, 4), (0, 1))}}) == 501


def test_filling_beyond_the_grid_is_refused(api: Api) -> None:
    """Neither before its first row nor below its last one."""
    api.write("A1", [[1], [2]])

    for length in (-1, 999):
        assert "within the grid" in api.batch_refused(fill(grid((0, 2), (0, 1)), "ROWS", length))


@pytest.mark.parametrize(
    ("kind", "more", "texts", "rows"),
    [
        ("COMMA", {}, ["a,b", "plain", "3,0042"], [["a", "b"], ["plain"], [3, 42]]),
        ("SEMICOLON", {}, ["a;b;c", "", "x;y"], [["a", "b", "c"], [], ["x", "y"]]),
        ("SPACE", {}, ["Ann Bee"], [["Ann", "Bee"]]),
        ("CUSTOM", {"delimiter": "--"}, ["a--b"], [["a", "b"]]),
    ],
    ids=["comma", "semicolon", "space", "custom"],
)
def test_text_is_split_into_columns(
    api: Api, kind: str, more: dict[str, Any], texts: list[str], rows: Rows
) -> None:
    """Each piece is read as if it were typed, as Data › Split text to columns does; the rest is left alone."""
    api.write("A1", [[text] for text in texts])

    api.batch(split(kind, **more))

    assert shown(api, "A1:D9") == rows


@pytest.mark.parametrize(
    ("values", "request_"),
    [
        ([["a,b"]], split("AUTODETECT")),
        ([["a,,b"]], split()),
        ([["a, b"]], split()),
        ([["a,b", "taken"]], split()),
        ([[",".join("x" * 30)]], split()),
        ([['=CONCATENATE("a",",b")']], split()),
    ],
    ids=["detected", "empty piece", "blank", "taken", "too wide", "formula"],
)
def test_a_split_that_is_not_known_is_not_guessed(api: Api, values: Rows, request_: dict[str, Any]) -> None:
    """501, and the cells stay as they are."""
    api.write("A1", values, "USER_ENTERED")
    before = api.rows("A1:Z3")

    assert status(api, request_) == 501
    assert api.rows("A1:Z3") == before


def test_a_split_needs_one_column_and_a_delimiter(api: Api) -> None:
    """Schema: the source "must span exactly one column", the unspecified type "must not be used"."""
    api.write("A1", [["a,b"]])

    for request in (split("DELIMITER_TYPE_UNSPECIFIED"), split("CUSTOM")):
        assert "delimiter" in api.batch_refused(request)
    two = {"textToColumns": {"source": grid((0, 1), (0, 2)), "delimiterType": "COMMA"}}
    assert "exactly one column" in api.batch_refused(two)
