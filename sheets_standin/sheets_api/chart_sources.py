"""Checks of a chart's source ranges: in the grid, one row or column wide, aligned with each other."""

from __future__ import annotations

import itertools
from typing import Any

from sheets_standin.sheets_api.errors import invalid
from sheets_standin.sheets_api.ranges import Area, bounded, grid_area
from sheets_standin.spreadsheet.document import Document

Json = dict[str, Any]

NOT_LINES = "ChartSourceRange ranges require all rows or all columns to have length of 1"


def refuse_sources(document: Document, kind: str, chart: Json) -> None:
    """Bound the source ranges of a chart by the grid; refuse those that Google's ChartSourceRange refuses.

    Raises
    ------
    ApiError
        400 where a range is not in the grid, is wider than a row or a column, or does not fit the others.
    """
    parts = _parts(kind, chart)
    areas = [_bounded(document, part) for part in parts]
    every = [area for source_areas in areas for area in source_areas]
    if not (all(_rows(area) == 1 for area in every) or all(_columns(area) == 1 for area in every)):
        raise invalid(NOT_LINES)
    if len({len(area) for area in areas}) > 1:
        raise invalid("The domain and all series must have the same number of source ranges.")
    if len(areas[0]) > 1 and not all(map(_is_in_order, zip(*areas, strict=True))):
        raise invalid(
            "Source ranges at each offset must be in order and contiguous across domain and series."
        )
    for label in _labels(chart):
        _bounded(document, label)


def _parts(kind: str, chart: Json) -> list[Json]:
    """Return the ChartData of a chart, the domain first."""
    if kind == "basicChart":
        domains = [domain.get("domain", {}) for domain in chart.get("domains", [])]
        return domains + [one_series.get("series", {}) for one_series in chart.get("series", [])]
    if kind == "histogramChart":
        return [one_series.get("data", {}) for one_series in chart["series"]]
    names = ("bubbleLabels", "domain", "series", "groupIds", "bubbleSizes")
    return [chart[name] for name in names if name in chart]


def _labels(chart: Json) -> list[Json]:
    labels = [
        one_series.get("dataLabel", {})
        for one_series in chart.get("series", [])
        if isinstance(one_series, dict)
    ]
    return [label["customLabelData"] for label in labels if "customLabelData" in label]


def _bounded(document: Document, part: Json) -> list[Area]:
    """Have the ranges of a ChartData end where the grid ends, and return them."""
    sources = part.get("sourceRange", {}).get("sources", [])
    if not sources:
        raise invalid("ChartData.sourceRange is required")
    areas = [grid_area(document, source) for source in sources]
    part["sourceRange"]["sources"] = [
        bounded(area.sheet, area.first_row, area.last_row, area.first_column, area.last_column)
        for area in areas
    ]
    return areas


def _rows(area: Area) -> int:
    return area.last_row - area.first_row


def _columns(area: Area) -> int:
    return area.last_column - area.first_column


def _is_in_order(areas: tuple[Area, ...]) -> bool:
    """Whether ranges lie side by side, or one above the other, on one tab."""
    pairs = list(itertools.pairwise(areas))
    beside = all(
        (a.first_row, a.last_row, a.last_column) == (b.first_row, b.last_row, b.first_column)
        for a, b in pairs
    )
    below = all(
        (a.first_column, a.last_column, a.last_row) == (b.first_column, b.last_column, b.first_row)
        for a, b in pairs
    )
    return (beside or below) and all(a.sheet is b.sheet for a, b in pairs)
