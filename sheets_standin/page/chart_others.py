"""Bubble and pie charts and histograms, resolved for the page."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_standin.page.chart_cells import Cells, Line
from sheets_standin.page.chart_scale import plain, scale
from sheets_standin.page.chart_style import colour, legend, letters, palette
from sheets_standin.spreadsheet.formats import shown

Json = dict[str, Any]
Given = Mapping[str, Any]

LEAST_RADIUS, LARGEST_RADIUS = 5, 30
"""Of bubbles, in pixels, where the specification says nothing."""
_OPACITY = 0.8


def bubble(cells: Cells, locale: str, chart: Given) -> Json:
    """Return a bubble chart: a point for each row, grouped by what gives them their colours."""
    count = cells.headers(None, [chart.get("domain"), chart.get("series")])
    x, y = cells.line(chart.get("domain"), count), cells.line(chart.get("series"), count)
    sizes, labels, groups = (
        cells.line(chart.get(name), count) for name in ("bubbleSizes", "bubbleLabels", "groupIds")
    )
    radii = _radii(sizes.values, chart)
    names = list(dict.fromkeys(groups.texts)) or [""]
    points = [
        {
            "x": across,
            "y": up,
            "radius": radii[i] if i < len(radii) else _smallest(chart),
            "label": labels.texts[i] if i < len(labels.texts) else "",
            "group": names.index(groups.texts[i]) if i < len(groups.texts) else 0,
            "texts": [line.texts[i] if i < len(line.texts) else "" for line in (x, y, sizes)],
        }
        for i, (across, up) in enumerate(zip(x.values, y.values, strict=False))
        if across is not None and up is not None
    ]
    return {
        "points": points,
        "groups": [{"name": name, "colour": palette(at)} for at, name in enumerate(names)],
        "legend": legend(chart.get("legendPosition", ""), is_needed=len(names) > 1),
        "names": [x.name, y.name, sizes.name],
        "axes": {
            "domain": {
                "title": x.name,
                **scale(x.numbers, x.form, locale, from_zero=False, spare=0.13, is_loose=True),
            },
            "left": {
                "title": y.name,
                **scale(y.numbers, y.form, locale, from_zero=False, spare=0.2, is_loose=True),
            },
        },
        "opacity": chart.get("bubbleOpacity", _OPACITY),
        "edge": colour(chart, "bubbleBorderColor"),
        "letters": letters(chart.get("bubbleTextStyle")),
    }


def _smallest(chart: Given) -> float:
    return float(chart.get("bubbleMinRadiusSize", LEAST_RADIUS))


def _radii(values: list[float | None], chart: Given) -> list[float]:
    """Return the radius of each bubble in pixels: its area grows evenly with its value."""
    numbers = [value for value in values if value is not None]
    if not numbers:
        return []
    low, high = min(numbers), max(numbers)
    least, largest = _smallest(chart) ** 2, float(chart.get("bubbleMaxRadiusSize", LARGEST_RADIUS)) ** 2
    share = [
        ((value if value is not None else low) - low) / (high - low) if high > low else 1 for value in values
    ]
    return [round(math.sqrt(least + part * (largest - least)), 1) for part in share]


def pie(cells: Cells, locale: str, chart: Given) -> Json:
    """Return a pie chart: a slice for each number above 0."""
    count = cells.headers(None, [chart.get("series")])
    domain, line = cells.line(chart.get("domain"), count), cells.line(chart.get("series"), count)
    slices: list[Json] = [
        {
            "name": domain.texts[i] if i < len(domain.texts) else "",
            "value": value,
            "text": line.texts[i],
            "colour": palette(i),
        }
        for i, value in enumerate(line.values)
        if value is not None and value > 0
    ]
    total = sum(part["value"] for part in slices)
    for one in slices:
        one["share"] = shown(one["value"] / total, {"type": "PERCENT", "pattern": "0.0%"}, locale)
    return {
        "slices": slices,
        "hole": chart.get("pieHole", 0),
        "legend": legend(chart.get("legendPosition", ""), is_needed=True),
    }


def histogram(cells: Cells, locale: str, chart: Given) -> Json:
    """Return a histogram: how many values of each series fall into each bucket."""
    given = chart.get("series") or []
    data = [series.get("data") for series in given]
    count = cells.headers(None, data)
    lines = [cells.line(datum, count) for datum in data]
    buckets = _buckets(sorted(number for line in lines for number in line.numbers), chart)
    series = [
        _columns(given_series, line, at, buckets, locale)
        for at, (given_series, line) in enumerate(zip(given, lines, strict=True))
    ]
    tallest = [sum(one_series["values"][i] for one_series in series) for i in range(buckets.count)]
    edges = _edges(buckets, lines, locale)
    return {
        "type": "COLUMN",
        "stacked": True,
        "touching": True,
        "legend": legend(chart.get("legendPosition", ""), is_needed=len(series) > 1),
        "categories": [f"{a} – {b}" for a, b in itertools.pairwise(edges)],
        "series": series,
        "axes": {
            "domain": {"title": lines[0].name if len(lines) == 1 else ""},
            "left": {"title": "", **scale(tallest, None, locale)},
        },
    }


@dataclass(frozen=True, slots=True)
class _Buckets:
    """Where the first bucket begins, how wide each is, and how many there are."""

    first: float
    step: float
    count: int

    def counts(self, numbers: Sequence[float]) -> list[int]:
        """Return how many numbers fall into each; what lies outside falls into the first or the last one."""
        counts = [0] * self.count
        for number in numbers:
            place = math.floor((number - self.first) / self.step + 1e-9)
            counts[min(self.count - 1, max(0, place))] += 1
        return counts


def _edges(buckets: _Buckets, lines: Sequence[Line], locale: str) -> list[str]:
    form = next((line.form for line in lines if line.form), None)
    edges = [plain(buckets.first + i * buckets.step) for i in range(buckets.count + 1)]
    return [shown(edge, form, locale) for edge in edges]


def _columns(given: Given, line: Line, at: int, buckets: _Buckets, locale: str) -> Json:
    counts = buckets.counts(line.numbers)
    return {
        "name": line.name,
        "type": "COLUMN",
        "axis": "left",
        "colour": colour(given, "barColor") or palette(at),
        "values": counts,
        "texts": [shown(n, None, locale) for n in counts],
        "single": {},
    }


def _buckets(numbers: list[float], chart: Given) -> _Buckets:
    """Return the buckets of some numbers in ascending order.

    Outliers, as far as outlierPercentile names them, fall into the first and the last one.
    """
    if not numbers:
        return _Buckets(0.0, 1.0, 1)
    cut = math.floor(len(numbers) * chart.get("outlierPercentile", 0))
    kept = numbers[cut : len(numbers) - cut] or numbers
    low, high = kept[0], kept[-1]
    step = chart.get("bucketSize") or scale([low, high], None, "en_US", from_zero=False)["step"] / 2 or 1
    first = math.floor(low / step) * step
    return _Buckets(first, step, max(1, min(1000, math.floor((high - first) / step + 1e-9) + 1)))
