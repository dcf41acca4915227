"""Conditional formatting that colours each cluster number like its segment in the charts.

The rules are the service's own as far as they look so: one column, a number, a colour of the palette and nothing else.
They stand behind all others, so that a marketer's rules are decided first, as in the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.core.segments.colours import PALETTE, rgb
from server.errors import LayoutError
from server.layout.headers import CLUSTER
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Tab


def cluster_colours(tab: Tab, colours: Mapping[int, str], column: int | None = None) -> list[Json]:
    """Return the requests that colour the cluster numbers of a tab; none where they are coloured as wanted.

    Parameters
    ----------
    tab
        With its rules, and its header where `column` is not given.
    colours
        "#RRGGBB" by cluster.
    column
        Position from 0, None for where the header stands.
    """
    if column is None:
        try:
            column = tab.columns((CLUSTER,))[CLUSTER]
        except LayoutError:
            return []
    rules = tab.parts.get("conditionalFormats", ())
    ours = [
        (index, own_rule) for index, rule in enumerate(rules) if (own_rule := _ours(rule, column)) is not None
    ]
    is_whole = all(_is_whole(tab, rules[index]) for index, _ in ours)
    last = len(rules) - len(ours)
    stand = [rule for _, rule in ours]
    wanted = sorted((number, colour) for number, colour in colours.items())
    if is_whole and sorted(stand) == wanted:
        return []
    requests: list[Json] = [
        {"deleteConditionalFormatRule": {"sheetId": tab.sheet_id, "index": index}}
        for index, _ in reversed(ours)
    ]
    for place, (number, colour) in enumerate(wanted, start=last):
        rule = _rule(tab.sheet_id, column, number, colour)
        requests.append({"addConditionalFormatRule": {"rule": rule, "index": place}})
    return requests


def _rule(sheet_id: int, column: int, number: int, colour: str) -> Json:
    # From row 1, whose header is no number: rows inserted at row 2, as in the log, lie within the range then.
    where = {"sheetId": sheet_id, "startColumnIndex": column, "endColumnIndex": column + 1}
    condition = {"type": "NUMBER_EQ", "values": [{"userEnteredValue": str(number)}]}
    style = {"backgroundColorStyle": {"rgbColor": rgb(colour)}}
    return {"ranges": [where], "booleanRule": {"condition": condition, "format": style}}


def _ours(rule: Mapping[str, Any], column: int) -> tuple[int, str] | None:
    """Return number and colour of a rule of ours on the column, None for any other."""
    ranges, boolean = rule.get("ranges", ()), rule.get("booleanRule", {})
    condition, style = boolean.get("condition", {}), boolean.get("format", {})
    if len(ranges) != 1 or condition.get("type") != "NUMBER_EQ":
        return None
    if (ranges[0].get("startColumnIndex", 0), ranges[0].get("endColumnIndex")) != (column, column + 1):
        return None
    if set(style) - {"backgroundColor", "backgroundColorStyle"}:
        return None
    colour = _hex(style.get("backgroundColorStyle", {}).get("rgbColor") or style.get("backgroundColor", {}))
    try:
        number = int(condition["values"][0]["userEnteredValue"])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return (number, colour) if colour in PALETTE else None


def _is_whole(tab: Tab, rule: Mapping[str, Any]) -> bool:
    """Whether a rule covers all rows: Google may give an open end as the number of rows at the time."""
    where = rule["ranges"][0]
    first, last = int(where.get("startRowIndex", 0)), int(where.get("endRowIndex", tab.row_count))
    return first <= 1 and last >= tab.row_count


def _hex(colour: Mapping[str, float]) -> str:
    """Return a colour as "#RRGGBB", whatever Google's single precision made of its parts."""
    return "#" + "".join(f"{round(255 * colour.get(part, 0.0)):02X}" for part in ("red", "green", "blue"))
