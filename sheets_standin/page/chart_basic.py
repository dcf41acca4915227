"""Bar, column, line, area, scatter and combined charts, resolved for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheets_standin.page.chart_cells import Cells, Line
from sheets_standin.page.chart_scale import scale
from sheets_standin.page.chart_style import colour, legend, letters, palette
from sheets_standin.spreadsheet.formats import shown

Json = dict[str, Any]
Given = Mapping[str, Any]

_PERCENT = {"type": "PERCENT", "pattern": "0%"}
_FROM_ZERO = ("BAR", "COLUMN", "AREA", "STEPPED_AREA", "COMBO")


def basic(cells: Cells, locale: str, chart: Given) -> Json:
    """Return a basic chart: its categories, its series, and the scales of its axes."""
    kind = chart["chartType"]
    domains, given = chart.get("domains") or [], chart.get("series") or []
    domain, lines = _lines(cells, chart, domains, given)
    is_stacked = chart.get("stackedType") in ("STACKED", "PERCENT_STACKED")
    series = [
        _series(cells, chart, one, line, at) for at, (one, line) in enumerate(zip(given, lines, strict=True))
    ]
    if chart.get("stackedType") == "PERCENT_STACKED":
        _share_out(series, locale)
    answer: Json = {
        "type": kind,
        "stacked": is_stacked,
        "legend": legend(chart.get("legendPosition", ""), is_needed=len(series) > 1),
        "categories": domain.texts,
        "series": series,
        "axes": _axes(chart, locale, domain, series, lines),
        "reversed": bool(domains and domains[0].get("reversed")),
        "smooth": bool(chart.get("lineSmoothing")),
        "bridged": bool(chart.get("interpolateNulls")),
    }
    if kind == "SCATTER":
        answer["positions"] = domain.values
        answer["axes"]["domain"] |= scale(domain.numbers, domain.form, locale, from_zero=False, spare=0.05)
    if is_stacked and (chart.get("totalDataLabel") or {}).get("type") == "DATA":
        answer["totals"] = _totals(lines, locale)
    return answer


def _lines(
    cells: Cells, chart: Given, domains: Sequence[Given], given: Sequence[Given]
) -> tuple[Line, list[Line]]:
    """Return the domain and the series, all cut where the longest of them ends."""
    data = [series.get("series") for series in given]
    count = cells.headers(chart.get("headerCount"), data)
    domain = cells.line(domains[0].get("domain") if domains else None, count)
    lines = [cells.line(datum, count) for datum in data]
    length = max((line.filled for line in (domain, *lines)), default=0)
    return domain.cut(length), [line.cut(length) for line in lines]


def _series(cells: Cells, chart: Given, given: Given, line: Line, at: int) -> Json:
    series: Json = {
        "name": line.name,
        "type": given.get("type") or _type(chart["chartType"], at),
        "axis": "right" if given.get("targetAxis") == "RIGHT_AXIS" else "left",
        "colour": colour(given) or palette(at),
        "values": line.values,
        "texts": line.texts,
        "single": {
            str(override.get("index", 0)): shade
            for override in given.get("styleOverrides") or []
            if (shade := colour(override))
        },
    }
    series |= _labels(cells, given.get("dataLabel") or {}, line)
    for name in ("lineStyle", "pointStyle"):
        if name in given:
            series[name] = given[name]
    return series


def _type(kind: str, at: int) -> str:
    """Return how a series without a type is drawn: of a combined chart the first in columns, the rest in lines."""
    if kind != "COMBO":
        return kind
    return "COLUMN" if at == 0 else "LINE"


def _labels(cells: Cells, label: Given, line: Line) -> Json:
    if label.get("type") == "DATA":
        texts = line.texts
    elif label.get("type") == "CUSTOM":
        custom = cells.line(label.get("customLabelData"), 0)
        texts = custom.texts[len(custom.texts) - len(line.texts) :]
    else:
        return {}
    return {
        "labels": texts,
        "placement": label.get("placement", ""),
        "letters": letters(label.get("textFormat")),
    }


def _share_out(series: Sequence[Json], locale: str) -> None:
    """Turn values into their shares of each category's sum; the texts show both."""
    sums = _sizes(series)
    for line in series:
        shares = [_share(value, total) for value, total in zip(line["values"], sums, strict=False)]
        percentages = [shown(share, {"type": "PERCENT", "pattern": "0.0%"}, locale) for share in shares]
        line["texts"] = [
            f"{text} ({share})" if share else text
            for text, share in zip(line["texts"], percentages, strict=True)
        ]
        line["values"] = shares


def _sizes(series: Sequence[Json]) -> list[float]:
    """Return the sum of each category, whatever the signs."""
    longest = max((len(line["values"]) for line in series), default=0)
    return [
        sum(abs(line["values"][i] or 0) for line in series if i < len(line["values"])) for i in range(longest)
    ]


def _share(value: float | None, total: float) -> float | None:
    return value / total if value is not None and total else value


def _totals(lines: Sequence[Line], locale: str) -> list[str]:
    form = next((line.form for line in lines if line.form), None) or {"type": "NUMBER", "pattern": "#,##0.##"}
    longest = max((len(line.values) for line in lines), default=0)
    sums = [sum(line.values[i] or 0 for line in lines if i < len(line.values)) for i in range(longest)]
    return [shown(total, form, locale).rstrip(".,") for total in sums]


def _axes(chart: Given, locale: str, domain: Line, series: Sequence[Json], lines: Sequence[Line]) -> Json:
    """Return the axis of the domain and those of the values, left (or below) and right."""
    sides = {side.get("position"): side for side in chart.get("axis") or []}
    is_bar = chart["chartType"] == "BAR"
    across, up = ("LEFT_AXIS", "BOTTOM_AXIS") if is_bar else ("BOTTOM_AXIS", "LEFT_AXIS")
    along = sides.get(across, {})
    axes: Json = {
        "domain": {"title": along.get("title", domain.name), "letters": letters(along.get("format"))}
    }
    for side, position in (("left", up), ("right", "RIGHT_AXIS")):
        here = [pair for pair in zip(series, lines, strict=True) if pair[0]["axis"] == side]
        if here or (side == "left" and not series):
            axes[side] = _value_axis(chart, locale, sides.get(position, {}), here)
    return axes


def _value_axis(chart: Given, locale: str, own: Given, drawn: Sequence[tuple[Json, Line]]) -> Json:
    """Return an axis of values; that of one series has its name."""
    inferred = drawn[0][1].name if len(drawn) == 1 else ""
    return {
        "title": own.get("title", inferred),
        "letters": letters(own.get("format")),
        **_scale(chart, locale, drawn, own.get("viewWindowOptions")),
    }


def _scale(chart: Given, locale: str, drawn: Sequence[tuple[Json, Line]], window: Given | None) -> Json:
    if chart.get("stackedType") == "PERCENT_STACKED":
        return scale([0, 1], _PERCENT, locale)
    values = [series["values"] for series, _ in drawn]
    is_stacked = chart.get("stackedType") == "STACKED"
    numbers = _heights(values) if is_stacked else [n for line in values for n in line if n is not None]
    has_labels = any("labels" in series for series, _ in drawn) or "totalDataLabel" in chart
    return scale(
        numbers,
        next((line.form for _, line in drawn if line.form), None),
        locale,
        from_zero=chart["chartType"] in _FROM_ZERO,
        spare=0.08 if has_labels else 0.0,
        window=window,
    )


def _heights(drawn: Sequence[Sequence[float | None]]) -> list[float]:
    """Return how far up and down stacks of values reach.

    >>> _heights([[1, 5], [2, -3]])
    [3, 5, 0, -3]
    """
    longest = max(map(len, drawn), default=0)
    stacks = [[values[i] or 0 for values in drawn if i < len(values)] for i in range(longest)]
    up = [sum(part for part in stack if part > 0) for stack in stacks]
    return up + [sum(part for part in stack if part < 0) for stack in stacks]
