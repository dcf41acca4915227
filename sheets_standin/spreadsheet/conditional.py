"""Conditional formats: the format that the rules of a tab give a cell."""

from __future__ import annotations

import bisect
import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_standin.spreadsheet.cells import Content
from sheets_standin.spreadsheet.conditions import number, predicate, typed_number
from sheets_standin.spreadsheet.grid import Grid

Json = dict[str, Any]
Colour = tuple[float, float, float]
Point = tuple[float, Colour]

_FAR = 10**9
_CHANNELS = ("red", "green", "blue")
_LETTERS = ("bold", "italic", "strikethrough", "underline", "foregroundColor", "foregroundColorStyle")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule: where it holds, and the format that it gives a cell there, nothing where it gives none."""

    ranges: Sequence[Mapping[str, Any]]
    look: Callable[[Content], Json]

    def covers(self, row: int, column: int) -> bool:
        return any(
            area.get("startRowIndex", 0) <= row < area.get("endRowIndex", _FAR)
            and area.get("startColumnIndex", 0) <= column < area.get("endColumnIndex", _FAR)
            for area in self.ranges
        )


class Conditional:
    """The rules of one tab, ready to be asked.

    Parameters
    ----------
    rules
        The API's ConditionalFormatRules, the first counts most.
    grid
        Whose numbers the colour scales span.
    today
        In the spreadsheet's time zone.

    Attributes
    ----------
    colours_empty
        Whether one of the rules gives empty cells a look.
    """

    def __init__(self, rules: Sequence[Mapping[str, Any]], grid: Grid, locale: str, today: dt.date) -> None:
        read_rules = (_rule(rule, grid, locale, today) for rule in rules)
        self._rules = [rule for rule in read_rules if rule is not None]
        self.colours_empty = any(rule.look(None) for rule in self._rules)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def format(self, row: int, column: int, content: Content) -> Json:
        """Return the API's CellFormat that the rules give a cell.

        Of several rules that hold, the first decides on each property that it sets.
        """
        form: Json = {}
        for rule in reversed(self._rules):
            if rule.covers(row, column):
                form = overlaid(form, rule.look(content))
        return form


def overlaid(form: Mapping[str, Any], over: Mapping[str, Any]) -> Json:
    """Return a CellFormat with what another says put over it, colours under both of their names.

    >>> overlaid({"backgroundColor": {}, "textFormat": {"bold": True}}, {"textFormat": {"italic": True}})
    {'backgroundColor': {}, 'textFormat': {'bold': True, 'italic': True}}
    """
    if not over:
        return dict(form)
    whole = {**form, **over}
    if "textFormat" in form and "textFormat" in over:
        whole["textFormat"] = {**form["textFormat"], **over["textFormat"]}
    return whole


def _rule(given: Mapping[str, Any], grid: Grid, locale: str, today: dt.date) -> _Rule | None:
    ranges = given.get("ranges") or ()
    if "gradientRule" in given:
        look = _gradient(given["gradientRule"], lambda: _numbers(grid, ranges), locale, today)
        return _Rule(ranges, look)
    rule = given.get("booleanRule") or {}
    holds = predicate(rule.get("condition") or {}, locale, today)
    if holds is None:
        return None
    form = _allowed(rule.get("format") or {})
    return _Rule(ranges, lambda content: form if holds(content) else {})


def _allowed(form: Mapping[str, Any]) -> Json:
    """Return of a format what conditional formatting can apply."""
    kept = {name: form[name] for name in ("backgroundColor", "backgroundColorStyle") if name in form}
    letters = form.get("textFormat") or {}
    chosen = {name: letters[name] for name in _LETTERS if name in letters}
    return kept | ({"textFormat": chosen} if chosen else {})


def _numbers(grid: Grid, ranges: Sequence[Mapping[str, Any]]) -> list[float]:
    """Return the numbers within some ranges, sorted."""
    numbers = []
    for area in ranges:
        left, right = area.get("startColumnIndex", 0), area.get("endColumnIndex", _FAR)
        for row in grid.rows(area.get("startRowIndex", 0), area.get("endRowIndex", _FAR)):
            numbers += [value for value in map(number, row[left:right]) if not math.isnan(value)]
    return sorted(numbers)


def _gradient(
    rule: Mapping[str, Any], numbers: Callable[[], list[float]], locale: str, today: dt.date
) -> Callable[[Content], Json]:
    points: list[Point] | None = None

    def look(content: Content) -> Json:
        nonlocal points
        value = number(content)
        if math.isnan(value):
            return {}
        if points is None:
            points = _points(rule, numbers(), locale, today)
        if not points:
            return {}
        return {"backgroundColor": dict(zip(_CHANNELS, between(points, value), strict=True))}

    return look


def _points(rule: Mapping[str, Any], numbers: Sequence[float], locale: str, today: dt.date) -> list[Point]:
    """Return the positions of a scale's colours; nothing where one of them is not known."""
    points = []
    for name in ("minpoint", "midpoint", "maxpoint"):
        if name not in rule:
            continue
        at = _position(rule[name], numbers, locale, today)
        if at is None:
            return []
        points.append((at, _colour(rule[name])))
    return points


def _position(
    point: Mapping[str, Any], numbers: Sequence[float], locale: str, today: dt.date
) -> float | None:
    """Return the number of a point (InterpolationPointType in the API's reference)."""
    kind = point.get("type", "")
    if kind in ("MIN", "MAX"):
        return (numbers[0] if kind == "MIN" else numbers[-1]) if numbers else None
    given = typed_number(str(point.get("value", "")), locale, today)
    if math.isnan(given):
        return None
    if kind == "NUMBER":
        return given
    if not numbers:
        return None
    if kind == "PERCENT":
        return numbers[-1] * (given / 100) + numbers[0] * (1 - given / 100)
    return percentile(numbers, given) if kind == "PERCENTILE" else None


def percentile(numbers: Sequence[float], percent: float) -> float:
    """Return a percentile of sorted numbers, as the function PERCENTILE does.

    >>> percentile([1, 2, 3, 4], 50), percentile([0, 10], 25)
    (2.5, 2.5)
    """
    at = min(1.0, max(0.0, percent / 100)) * (len(numbers) - 1)
    low = math.floor(at)
    high = min(low + 1, len(numbers) - 1)
    return numbers[low] + (numbers[high] - numbers[low]) * (at - low)


def _colour(point: Mapping[str, Any]) -> Colour:
    given = point.get("color") or (point.get("colorStyle") or {}).get("rgbColor") or {}
    red, green, blue = (float(given.get(channel, 0)) for channel in _CHANNELS)
    return red, green, blue


def between(points: Sequence[Point], value: float) -> Colour:
    """Return the colour of a value on a scale; beyond its ends it is that of the end.

    >>> scale = [(0.0, (0.0, 0.0, 0.0)), (10.0, (1.0, 0.5, 0.0))]
    >>> between(scale, 5), between(scale, -1), between(scale, 11)
    ((0.5, 0.25, 0.0), (0.0, 0.0, 0.0), (1.0, 0.5, 0.0))
    """
    above = bisect.bisect_right([at for at, _ in points], value)
    if above == 0:
        return points[0][1]
    if above == len(points):
        return points[-1][1]
    (low, start), (high, end) = points[above - 1], points[above]
    share = (value - low) / (high - low)
    red, green, blue = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    return red, green, blue
