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
    data = [series.get("series") for series in given]
    count = cells.headers(chart.get("headerCount"), data)
    domain = cells.line(domains[0].get("domain") if domains else None, count)
    lines = [cells.line(datum, count) for datum in data]
    length = max((line.filled for line in (domain, *lines)), default=0)
    domain, lines = domain.cut(length), [line.cut(length) for line in lines]
    percent = chart.get("stackedType") == "PERCENT_STACKED"
    is_stacked = percent or chart.get("stackedType") == "STACKED"
    series = [
        _series(cells, chart, one, line, at) for at, (one, line) in enumerate(zip(given, lines, strict=True))
    ]
    if percent:
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


def _series(cells: Cells, chart: Given, given: Given, line: Line, at: int) -> Json:
    kind = chart["chartType"]
    label = given.get("dataLabel") or {}
    drawn = given.get("type") or (
        "COLUMN" if kind == "COMBO" and at == 0 else "LINE" if kind == "COMBO" else kind
    )
    series: Json = {
        "name": line.name,
        "type": drawn,
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
    if label.get("type") == "DATA":
        series["labels"] = line.texts
    elif label.get("type") == "CUSTOM":
        custom = cells.line(label.get("customLabelData"), 0)
        series["labels"] = custom.texts[len(custom.texts) - len(line.texts) :]
    if "labels" in series:
        series |= {"placement": label.get("placement", ""), "letters": letters(label.get("textFormat"))}
    for name in ("lineStyle", "pointStyle"):
        if name in given:
            series[name] = given[name]
    return series


def _share_out(series: Sequence[Json], locale: str) -> None:
    """Turn values into their shares of each category's sum; the texts tell both."""
    longest = max((len(line["values"]) for line in series), default=0)
    sums = [
        sum(abs(line["values"][i] or 0) for line in series if i < len(line["values"])) for i in range(longest)
    ]
    for line in series:
        shares = [
            value / sums[i] if value is not None and sums[i] else value
            for i, value in enumerate(line["values"])
        ]
        percentages = [shown(share, {"type": "PERCENT", "pattern": "0.0%"}, locale) for share in shares]
        line["texts"] = [
            f"{text} ({share})" if share else text
            for text, share in zip(line["texts"], percentages, strict=True)
        ]
        line["values"] = shares


def _totals(lines: Sequence[Line], locale: str) -> list[str]:
    form = next((line.form for line in lines if line.form), None) or {"type": "NUMBER", "pattern": "#,##0.##"}
    longest = max((len(line.values) for line in lines), default=0)
    sums = [sum(line.values[i] or 0 for line in lines if i < len(line.values)) for i in range(longest)]
    return [shown(total, form, locale).rstrip(".,") for total in sums]


def _axes(chart: Given, locale: str, domain: Line, series: Sequence[Json], lines: Sequence[Line]) -> Json:
    """Return the axis of the domain and those of the values, left (or below) and right."""
    is_bar = chart["chartType"] == "BAR"
    sides = {side.get("position"): side for side in chart.get("axis") or []}
    along = sides.get("LEFT_AXIS" if is_bar else "BOTTOM_AXIS") or {}
    axes: Json = {
        "domain": {"title": along.get("title", domain.name), "letters": letters(along.get("format"))}
    }
    for side, position in (("left", "BOTTOM_AXIS" if is_bar else "LEFT_AXIS"), ("right", "RIGHT_AXIS")):
        here = [i for i, line in enumerate(series) if line["axis"] == side]
        if not here and not (side == "left" and not series):
            continue
        own = sides.get(position) or {}
        inferred = lines[here[0]].name if len(here) == 1 else ""
        axes[side] = {
            "title": own.get("title", inferred),
            "letters": letters(own.get("format")),
            **_scale(chart, locale, [series[i] for i in here], [lines[i] for i in here], own),
        }
    return axes


def _scale(chart: Given, locale: str, series: Sequence[Json], lines: Sequence[Line], own: Given) -> Json:
    if chart.get("stackedType") == "PERCENT_STACKED":
        return scale([0, 1], _PERCENT, locale)
    is_stacked = chart.get("stackedType") == "STACKED"
    drawn = [line["values"] for line in series]
    numbers = _heights(drawn) if is_stacked else [n for values in drawn for n in values if n is not None]
    form = next((line.form for line in lines if line.form), None)
    has_labels = any("labels" in line for line in series) or "totalDataLabel" in chart
    return scale(
        numbers,
        form,
        locale,
        from_zero=chart["chartType"] in _FROM_ZERO,
        spare=0.08 if has_labels else 0.0,
        window=own.get("viewWindowOptions"),
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
