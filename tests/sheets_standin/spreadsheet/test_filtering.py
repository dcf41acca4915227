"""What filters hide and how they sort. Schema: FilterCriteria, FilterSpec, SortSpec of the Sheets API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sheets_standin.spreadsheet.cells import Cell
from sheets_standin.spreadsheet.filtering import Filtered, filtered, shifted_filter
from sheets_standin.spreadsheet.grid import Grid
from sheets_standin.spreadsheet.references import Shift
from sheets_standin.spreadsheet.sheet import Sheet

DAY = dt.date(2026, 1, 15)
RED = {"red": 1}
ROWS: list[tuple[Any, ...]] = [
    ("Name", "Spend"),
    ("Ann", 10),
    ("bob", 2),
    ("Cid", None),
    ("Ann", 7),
]


def tab(rows: list[tuple[Any, ...]] = ROWS) -> Sheet:
    return Sheet(0, "Log", Grid(10, 3, list(rows)))


def specs(**criteria: Any) -> dict[str, Any]:
    """Return a filter over A1:B10 with criteria by column: c0={…}."""
    filter_specs = [
        {"columnIndex": int(name[1:]), "filterCriteria": criterion} for name, criterion in criteria.items()
    ]
    return {
        "range": {"startRowIndex": 0, "endRowIndex": 10, "endColumnIndex": 2},
        "filterSpecs": filter_specs,
    }


def found(filter_: dict[str, Any], sheet: Sheet | None = None) -> Filtered:
    return filtered(filter_, sheet or tab(), "en_US", DAY)


@pytest.mark.parametrize(
    ("criteria", "hidden"),
    [
        ({"c0": {"hiddenValues": ["Ann"]}}, [1, 4]),
        ({"c1": {"hiddenValues": ["", "2"]}}, [2, 3]),
        ({"c1": {"condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "5"}]}}}, [2, 3]),
        ({"c0": {"condition": {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "B"}]}}}, [1, 3, 4]),
        ({"c0": {"hiddenValues": ["Cid"]}, "c1": {"condition": {"type": "NOT_BLANK"}}}, [3]),
        ({"c0": {"hiddenValues": ["Name"]}}, []),
    ],
    ids=["values", "blank", "number", "text whatever its case", "two columns", "the header stays"],
)
def test_rows_are_hidden_by_values_and_conditions(criteria: dict[str, Any], hidden: list[int]) -> None:
    """A row is hidden where any of its columns hides it; values are compared as they are displayed."""
    assert found(specs(**criteria)).hidden == hidden


def test_rows_outside_of_the_range_are_shown() -> None:
    """A filter over the first three rows says nothing of the fifth."""
    short = specs(c0={"hiddenValues": ["Ann"]}) | {"range": {"startRowIndex": 0, "endRowIndex": 3}}

    assert found(short).hidden == [1]


@pytest.mark.parametrize(
    ("name", "hidden"),
    [("visibleBackgroundColorStyle", [1, 3]), ("visibleForegroundColorStyle", [1, 2])],
    ids=["fill", "letters"],
)
def test_rows_are_hidden_by_colour(name: str, hidden: list[int]) -> None:
    """Schema: "only cells with this fill color are shown", the same for the foreground."""
    filled = Cell("x", format={"backgroundColor": RED})
    written = Cell("x", format={"textFormat": {"foregroundColor": RED}})

    coloured = tab([("Name",), ("x",), (filled,), (written,)])

    assert found(specs(c0={name: {"rgbColor": RED}}), coloured).hidden == hidden


def test_the_usual_colours_are_white_and_black() -> None:
    """A cell without a format is filled white."""
    filled = Cell("x", format={"backgroundColor": RED})
    white = {"visibleBackgroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}}}

    assert found(specs(c0=white), tab([("Name",), ("x",), (filled,)])).hidden == [2]


def test_a_condition_that_is_not_computed_hides_nothing_and_is_named() -> None:
    """A formula is not computed for a filter; another column's criteria still count."""
    formula = {"condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=TRUE"}]}}

    result = found(specs(c0={"hiddenValues": ["Cid"]}, c1=formula))

    assert (result.hidden, result.unknown) == ([3], [1])


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ([(1, "ASCENDING")], [2, 4, 1, 3]),
        ([(1, "DESCENDING")], [1, 4, 2, 3]),
        ([(0, "ASCENDING"), (1, "ASCENDING")], [4, 1, 2, 3]),
    ],
    ids=["rising, empty last", "falling, empty last", "equal ones by the second"],
)
def test_rows_are_sorted(sort: list[tuple[int, str]], order: list[int]) -> None:
    """Schema: "Later specifications are used when values are equal in the earlier specifications"."""
    by = [{"dimensionIndex": column, "sortOrder": direction} for column, direction in sort]

    assert found(specs() | {"sortSpecs": by}).order == order


def test_criteria_go_along_with_their_columns() -> None:
    """A column that comes in before moves them, one that is deleted takes its own away."""
    both = specs(c0={"hiddenValues": ["x"]}, c1={"hiddenValues": ["y"]}) | {
        "sortSpecs": [{"dimensionIndex": 1}]
    }

    moved = shifted_filter(both, Shift("COLUMNS", put_at=0, inserted=2))
    less = shifted_filter(both, Shift("COLUMNS", removed=(0, 1)))

    assert moved is not None
    assert [spec["columnIndex"] for spec in moved["filterSpecs"]] == [2, 3]
    assert moved["sortSpecs"] == [{"dimensionIndex": 3}]
    assert less is not None
    assert less["criteria"] == {"0": {"hiddenValues": ["y"]}}
    assert less["sortSpecs"] == [{"dimensionIndex": 0}]
