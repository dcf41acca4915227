"""A tab's filter and filter views as the page shows them: ranges, hidden values, and values to choose from."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sheets_standin.spreadsheet.document import Sheet
from sheets_standin.spreadsheet.filtering import body_of, criteria_of, filtered
from sheets_standin.spreadsheet.formats import displayed
from sheets_standin.spreadsheet.sorting import sorted_rows

Filter = Mapping[str, Any]
Json = dict[str, Any]

MOST_VALUES = 1_000
"""Values of a column that are offered to choose from."""


class Kept:
    """What filters do, kept until the cells, the filter or the day are others: most changes are on other tabs."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], tuple[Any, Json]] = {}

    def told_of(self, filter_: Filter, sheet: Sheet, locale: str, today: dt.date) -> Json:
        """Return what `told_of` returns."""
        key = (sheet.sheet_id, filter_.get("filterViewId", 0))
        rules = copy.deepcopy(sheet.conditional_formats)
        size = (sheet.grid.row_count, sheet.grid.column_count, sheet.frozen_rows)
        state = (id(sheet.grid), sheet.grid.version, size, dict(filter_), rules, locale, today)
        if key not in self._found or self._found[key][0] != state:
            self._found[key] = (state, told_of(filter_, sheet, locale, today))
        return self._found[key][1]


def filter_on(sheet: Sheet, view: int) -> Filter | None:
    """Return a filter view by its id, the tab's own filter for 0, None where it is gone."""
    if not view:
        return sheet.basic_filter
    return next(
        (filter_view for filter_view in sheet.filter_views if filter_view["filterViewId"] == view), None
    )


def range_of(filter_: Filter, sheet: Sheet) -> list[int]:
    """Return first and last row, first and last column, half open."""
    grid = filter_["range"]
    return [
        grid.get("startRowIndex", 0),
        min(grid.get("endRowIndex", sheet.grid.row_count), sheet.grid.row_count),
        grid.get("startColumnIndex", 0),
        min(grid.get("endColumnIndex", sheet.grid.column_count), sheet.grid.column_count),
    ]


def views(sheet: Sheet) -> list[Json]:
    """Return the filter views of a tab, each with its id and its name."""
    return [
        {"id": filter_view["filterViewId"], "title": filter_view["title"]}
        for filter_view in sheet.filter_views
    ]


def told_of(filter_: Filter, sheet: Sheet, locale: str, today: dt.date) -> Json:
    """Return what a filter does to the rows, and by which columns."""
    visible = filtered(filter_, sheet, locale, today)
    frozen = [row for row in visible.order if row < sheet.frozen_rows]
    return {
        "view": filter_.get("filterViewId", 0),
        "title": filter_.get("title", ""),
        "range": range_of(filter_, sheet),
        "hidden": stretches(visible.hidden),
        # The tab's own filter has sorted the cells themselves; a view shows them sorted, to one person.
        "order": visible.order if "filterViewId" in filter_ and not frozen else [],
        "unknown": visible.unknown,
        "criteria": {
            str(column): criterion for column, criterion in criteria_of(filter_).items() if criterion
        },
        "sort": [
            [spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING"]
            for spec in filter_.get("sortSpecs", [])
        ],
    }


def stretches(rows: Sequence[int]) -> list[list[int]]:
    """Return rows as stretches, half open.

    >>> stretches([3, 4, 7])
    [[3, 5], [7, 8]]
    """
    bands: list[list[int]] = []
    for row in rows:
        if bands and bands[-1][1] == row:
            bands[-1][1] = row + 1
        else:
            bands.append([row, row + 1])
    return bands


def values(filter_: Filter, sheet: Sheet, column: int, locale: str) -> Json:
    """Return the different values of a column as they are displayed, in their order, and which are hidden."""
    gone = set(criteria_of(filter_).get(column, {}).get("hiddenValues", []))
    seen: dict[str, int] = {}
    for row in body_of(filter_, sheet):
        seen.setdefault(displayed(sheet.grid.cell(row, column), locale), row)
    texts = {row: text for text, row in seen.items()}
    order = [texts[row] for row in sorted_rows(sheet.grid, list(texts), [(column, False)])]
    head = displayed(sheet.grid.cell(filter_["range"].get("startRowIndex", 0), column), locale)
    return {
        "head": head,
        "values": [[text, text not in gone] for text in order[:MOST_VALUES]],
        "more": max(0, len(order) - MOST_VALUES),
        "hidden": sorted(gone - set(order[:MOST_VALUES])),
    }
