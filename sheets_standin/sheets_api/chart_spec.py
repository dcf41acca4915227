"""Specifications of charts: checked as Google's schema says, and as answers have them.

Google's own words are known for a few refusals only; each of the others says what the schema's text asks for.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from sheets_standin.sheets_api.chart_sources import refuse_sources
from sheets_standin.sheets_api.colors import twinned
from sheets_standin.sheets_api.errors import ApiError, invalid, unsupported
from sheets_standin.spreadsheet.document import Document

Json = dict[str, Any]
Spec = Mapping[str, Any]

_DRAWN = ("basicChart", "bubbleChart", "pieChart", "histogramChart")
_OTHERS = ("candlestickChart", "orgChart", "treemapChart", "waterfallChart", "scorecardChart")
_NO_KIND = (
    "One of basicChart, pieChart, bubbleChart, candelstickChart, histogramChart, or orgChart must be set on "
    "chartSpec."
)
_OF_DATA_SOURCES = (
    "dataSourceChartProperties",
    "filterSpecs",
    "sortSpecs",
    "aggregateType",
    "columnReference",
    "groupRule",
)
_POINTED = ("AREA", "LINE", "SCATTER")
_STACKABLE = ("AREA", "BAR", "COLUMN", "COMBO", "STEPPED_AREA")
_KEPT_FALSE = (
    *("bold", "italic", "underline", "strikethrough"),
    *("headerCount", "bubbleOpacity", "viewWindowMin", "viewWindowMax"),
    *("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"),
)
"""Fields of which the API tells "no" or 0 from "not set"."""


def checked_spec(document: Document, given: Spec) -> Json:
    """Return a chart's specification as it is kept, colours twice, ranges bounded.

    Raises
    ------
    ApiError
        400 where the schema forbids it, 501 for a kind of chart that is not supported here.
    """
    spec: Json = _lean(twinned(copy.deepcopy(dict(given))))
    kinds = [name for name in (*_DRAWN, *_OTHERS) if name in given]
    if not kinds:
        raise invalid(_NO_KIND)
    if len(kinds) > 1:
        raise invalid(f"Only one of {' and '.join(kinds)} can be set on chartSpec.")
    for name in _names(given):
        if name in _OF_DATA_SOURCES:
            raise unsupported(f"{name}, as it is of data source charts")
    (kind,) = kinds
    if kind in _OTHERS:
        raise unsupported(f"the chart kind {kind}")
    inner: Json = spec.setdefault(kind, {})
    {"basicChart": _basic, "bubbleChart": _bubble, "pieChart": _pie, "histogramChart": _histogram}[kind](
        inner
    )
    refuse_sources(document, kind, inner)
    spec.setdefault("hiddenDimensionStrategy", "SKIP_HIDDEN_ROWS_AND_COLUMNS")
    return spec


def _lean(value: Any) -> Any:
    """Return a message without its default values: false, 0, empty texts, unspecified choices."""
    if isinstance(value, list):
        return [_lean(element) for element in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: _lean(part)
        for key, part in value.items()
        if key in _KEPT_FALSE
        or not (part in (False, 0, "") or (isinstance(part, str) and part.endswith("_UNSPECIFIED")))
    }


def _names(value: Any) -> Iterator[str]:
    """Yield the names of all fields, however deep."""
    if isinstance(value, list):
        for element in value:
            yield from _names(element)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield name
            yield from _names(part)


def _basic(chart: Json) -> None:
    kind = chart.get("chartType")
    domains, series = chart.get("domains", []), chart.get("series", [])
    if not domains and not series:
        raise ApiError(500, "Internal error encountered.")
    if kind is None:
        raise invalid("basicChart.chartType is required")
    if len(domains) > 1:
        raise invalid("basicChart.domains: only a single domain is supported.")
    if chart.get("threeDimensional") and kind not in ("BAR", "COLUMN", "COMBO"):
        raise invalid(f"basicChart.threeDimensional cannot be set on a chart of type {kind}.")
    is_stacked = chart.get("stackedType") in ("STACKED", "PERCENT_STACKED")
    if "totalDataLabel" in chart and not (is_stacked and kind in _STACKABLE):
        raise invalid("basicChart.totalDataLabel can only be set on stacked charts.")
    if chart.get("headerCount", 0) < 0:
        raise invalid("basicChart.headerCount must not be negative.")
    positions = [side.get("position") for side in chart.get("axis", [])]
    if len(set(positions)) < len(positions):
        raise invalid("basicChart.axis: a chart may not have more than one axis per axis position.")
    for one_series in series:
        _basic_series(one_series, str(kind))


def _basic_series(series: Json, kind: str) -> None:
    _refuse_series_type(series.get("type"), kind)
    minor = ("BOTTOM_AXIS",) if kind == "BAR" else ("LEFT_AXIS", "RIGHT_AXIS")
    axis = series.get("targetAxis")
    if axis is not None and axis not in minor:
        raise invalid(f"series.targetAxis {axis} is not a valid minor axis for a chart of type {kind}.")
    _refuse_series_style(series, kind)


def _refuse_series_type(own: str | None, kind: str) -> None:
    if own is not None and kind != "COMBO":
        raise invalid(f"series.type can only be set if the chart type is COMBO, not {kind}.")
    if own not in (None, "LINE", "AREA", "COLUMN"):
        raise invalid(f"series.type {own} is not supported.")


def _drawn(series: Json, kind: str) -> str:
    """Return the type that a series is drawn as."""
    own = series.get("type")
    return own if kind == "COMBO" and own is not None else kind


def _refuse_series_style(series: Json, kind: str) -> None:
    """Refuse lines and points on what is drawn without them."""
    drawn = _drawn(series, kind)
    if "lineStyle" in series and (drawn not in _POINTED or (kind == "COMBO" and drawn == "SCATTER")):
        raise invalid(f"series.lineStyle cannot be set on {drawn}.")
    overrides = series.get("styleOverrides", [])
    if drawn not in _POINTED and any("pointStyle" in style for style in [series, *overrides]):
        raise invalid(f"series.pointStyle cannot be set on {drawn}.")
    if any(override.get("index", 0) < 0 for override in overrides):
        raise invalid("series.styleOverrides.index must not be negative.")


def _bubble(chart: Json) -> None:
    for name in ("domain", "series"):
        if name not in chart:
            raise invalid(f"bubbleChart.{name} is required")
    if "bubbleSizes" in chart and "groupIds" not in chart:
        raise invalid("bubbleChart.groupIds must be specified if bubbleSizes is.")
    if not 0 <= chart.get("bubbleOpacity", 1) <= 1:
        raise invalid("bubbleChart.bubbleOpacity must be between 0 and 1.0.")
    for name in ("bubbleMaxRadiusSize", "bubbleMinRadiusSize"):
        if chart.get(name, 1) <= 0:
            raise invalid(f"bubbleChart.{name} must be a positive value.")


def _pie(chart: Json) -> None:
    for name in ("domain", "series"):
        if name not in chart:
            raise invalid(f"pieChart.{name} is required")
    if not 0 <= chart.get("pieHole", 0) < 1:
        raise invalid("pieChart.pieHole must be at least 0 and less than 1.")


def _histogram(chart: Json) -> None:
    if not chart.get("series"):
        raise invalid("histogramChart.series is required")
    if chart.get("bucketSize", 0) < 0:
        raise invalid("histogramChart.bucketSize cannot be negative.")
    if not 0 <= chart.get("outlierPercentile", 0) <= 0.5:
        raise invalid("histogramChart.outlierPercentile must be between 0.0 and 0.5.")
