"""Rows under a filter or filter view: which are hidden, and the order of the others.

A filter is the API's BasicFilter or FilterView. The first row of its range is the header, which it never hides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_standin.spreadsheet.cells import Content, full
from sheets_standin.spreadsheet.conditional import Conditional, overlaid
from sheets_standin.spreadsheet.conditions import predicate
from sheets_standin.spreadsheet.formats import displayed
from sheets_standin.spreadsheet.references import Shift
from sheets_standin.spreadsheet.sheet import Sheet
from sheets_standin.spreadsheet.sorting import sorted_rows

Json = dict[str, Any]
Filter = Mapping[str, Any]
Shows = Callable[[int, Content], bool]

_COLOURS = (("visibleBackgroundColorStyle", False), ("visibleForegroundColorStyle", True))


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a filter makes of a tab's rows.

    Attributes
    ----------
    hidden
        Rows, from 0.
    order
        The rows below the header as they are shown, hidden ones included; empty where nothing is sorted.
    unknown
        Columns whose criteria are not computed here (conditions with a formula or on another range), and that hide
        nothing.
    """

    hidden: list[int]
    order: list[int]
    unknown: list[int]


def body_of(filter_: Filter, sheet: Sheet) -> range:
    """Return the rows below a filter's header, down to the last one that was ever filled."""
    grid = filter_["range"]
    first = grid.get("startRowIndex", 0) + 1
    last = min(grid.get("endRowIndex", sheet.grid.row_count), sheet.grid.row_count)
    return range(first, max(first, min(last, sheet.grid.held_rows)))


def criteria_of(filter_: Filter) -> dict[int, Json]:
    """Return a filter's criteria by column.

    >>> criteria_of({"filterSpecs": [{"columnIndex": 1, "filterCriteria": {"hiddenValues": ["x"]}}]})
    {1: {'hiddenValues': ['x']}}
    """
    specs = filter_.get("filterSpecs", [])
    return {spec.get("columnIndex", 0): dict(spec.get("filterCriteria") or {}) for spec in specs}


def filtered(filter_: Filter, sheet: Sheet, locale: str, today: dt.date) -> Filtered:
    """Return which rows a filter hides, and how it sorts the others."""
    tests, unknown = [], []
    for column, criteria in criteria_of(filter_).items():
        column_tests = _tests(criteria, column, sheet, locale, today)
        if column_tests is None:
            unknown.append(column)
        else:
            tests += [(column, test) for test in column_tests]
    body = body_of(filter_, sheet)
    grid = sheet.grid
    hidden = [row for row in body if not all(test(row, grid.cell(row, at)) for at, test in tests)]
    by = _sorted_by(filter_.get("sortSpecs", []))
    return Filtered(hidden, sorted_rows(grid, body, by) if by else [], unknown)


def _sorted_by(specs: Sequence[Filter]) -> list[tuple[int, bool]]:
    """Return columns and directions; sorting by colour is not computed."""
    return [
        (spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING")
        for spec in specs
        if not any("Color" in name for name in spec)
    ]


def _tests(criteria: Json, column: int, sheet: Sheet, locale: str, today: dt.date) -> list[Shows] | None:
    """Return what a row's cell must meet to be shown, None where that is not computed."""
    tests: list[Shows] = []
    if gone := set(criteria.get("hiddenValues", [])):
        tests.append(lambda _row, content: displayed(content, locale) not in gone)
    if condition := criteria.get("condition"):
        met = predicate(condition, locale, today)
        if met is None:
            return None
        tests.append(lambda _row, content: met(content))
    for name, is_letter in _COLOURS:
        if name in criteria:
            wanted = criteria[name].get("rgbColor")
            if wanted is None:
                return None
            tests.append(_coloured(wanted, column, sheet, locale, today, is_letter=is_letter))
    return tests


def _coloured(
    wanted: Json, column: int, sheet: Sheet, locale: str, today: dt.date, *, is_letter: bool
) -> Shows:
    rules = Conditional(sheet.conditional_formats, sheet.grid, locale, today)

    def shows(row: int, content: Content) -> bool:
        form = overlaid(full(content).format or {}, rules.format(row, column, content))
        part, usual = (form.get("textFormat") or {}, 0) if is_letter else (form, 1)
        name = "foregroundColor" if is_letter else "backgroundColor"
        own = part.get(name, dict.fromkeys(("red", "green", "blue"), usual))
        return _steps(own) == _steps(wanted)

    return shows


def _steps(colour: Json) -> tuple[int, ...]:
    return tuple(round(255 * colour.get(channel, 0)) for channel in ("red", "green", "blue"))


def shifted_filter(filter_: Filter, shift: Shift) -> Json | None:
    """Return a filter after rows or columns shifted, None where nothing is left of its range.

    Criteria and sort orders go along with their columns, and go with those that are deleted.
    """
    grid = shift.grid_range(filter_.get("range", {}))
    if grid is None:
        return None
    moved = {**filter_, "range": grid}
    if shift.dimension != "COLUMNS":
        return moved
    specs = _moved(filter_.get("filterSpecs", []), "columnIndex", shift)
    order = _moved(filter_.get("sortSpecs", []), "dimensionIndex", shift)
    kept = {
        name: move for name, move in moved.items() if name not in ("criteria", "filterSpecs", "sortSpecs")
    }
    if specs:
        kept["criteria"] = {str(spec["columnIndex"]): spec.get("filterCriteria", {}) for spec in specs}
        kept["filterSpecs"] = specs
    return kept | ({"sortSpecs": order} if order else {})


def _moved(specs: Sequence[Filter], name: str, shift: Shift) -> list[Json]:
    places = [(spec, shift.position(spec.get(name, 0))) for spec in specs]
    return [{**spec, name: at} for spec, at in places if at is not None]
