"""Requests about conditional formats and alternating colours."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.colors import twinned
from sheets_standin.sheets_api.errors import invalid
from sheets_standin.sheets_api.fields import for_request
from sheets_standin.sheets_api.ranges import grid_area, sheet_of, touches
from sheets_standin.sheets_api.sheet_json import rule_json, with_range
from sheets_standin.spreadsheet.document import Sheet

Request = Mapping[str, Any]
Json = dict[str, Any]


def _rule(caller: Caller, given: Request) -> tuple[Sheet, Json]:
    """Return the tab of a rule, and the rule as it is kept."""
    ranges = given.get("ranges", [])
    if not ranges:
        raise invalid("ConditionalFormatRule.ranges is required")
    sheets = [grid_area(caller.document, area).sheet for area in ranges]
    if any(sheet is not sheets[0] for sheet in sheets):
        raise invalid("All the ranges of a conditional format rule must be on the same grid.")
    if ("booleanRule" in given) == ("gradientRule" in given):
        raise invalid("Exactly one of booleanRule and gradientRule must be specified.")
    return sheets[0], twinned(copy.deepcopy(dict(given)))


def add_rule(caller: Caller, request: Request) -> None:
    """Add a conditional format rule at an index; those from there on come later."""
    sheet, rule = _rule(caller, request.get("rule") or {})
    index = request.get("index", 0)
    if not 0 <= index <= len(sheet.conditional_formats):
        raise _no_rule(sheet, index)
    sheet.conditional_formats.insert(index, rule)
    caller.document.noted("addConditionalFormatRule", sheet.title)


def _no_rule(sheet: Sheet, index: int) -> Exception:
    return invalid(f"No conditional format on sheet: {sheet.sheet_id} at index: {index}")


def _update_rule(caller: Caller, request: Request) -> Json:
    index = request.get("index", 0)
    if "rule" in request:
        sheet, rule = _rule(caller, request["rule"])
    else:
        sheet = sheet_of(caller.document, request.get("sheetId", 0), "sheet")
        rule = {}
    rules = sheet.conditional_formats
    if not 0 <= index < len(rules):
        raise _no_rule(sheet, index)
    caller.document.noted("updateConditionalFormatRule", sheet.title)
    if rule:
        former, rules[index] = rules[index], rule
        answer = {"newRule": rule_json(rule), "oldRule": rule_json(former)}
        return answer | ({"newIndex": index} if index else {})
    target = request.get("newIndex", 0)
    if not 0 <= target < len(rules):
        raise _no_rule(sheet, target)
    moved = rules.pop(index)
    rules.insert(target, moved)
    answer = {"newRule": rule_json(moved)}
    return answer | {name: at for name, at in (("oldIndex", index), ("newIndex", target)) if at}


def _delete_rule(caller: Caller, request: Request) -> Json:
    sheet = sheet_of(caller.document, request.get("sheetId", 0), "sheet")
    index = request.get("index", 0)
    if not 0 <= index < len(sheet.conditional_formats):
        raise _no_rule(sheet, index)
    rule = sheet.conditional_formats.pop(index)
    caller.document.noted("deleteConditionalFormatRule", sheet.title)
    return {"rule": rule_json(rule)}


def add_banding(caller: Caller, request: Request) -> Json:
    """Give a range alternating colours."""
    given = request.get("bandedRange") or {}
    part = grid_area(caller.document, given.get("range"))
    if any(
        touches(part, {"sheetId": part.sheet.sheet_id} | area["range"]) for area in part.sheet.banded_ranges
    ):
        raise invalid(
            "You cannot add alternating background colors to a range that already has alternating background colors."
        )
    taken = {
        banded_range["bandedRangeId"]
        for sheet in caller.document.sheets
        for banded_range in sheet.banded_ranges
    }
    identity = given.get("bandedRangeId") or 1 + secrets.randbelow(2**31 - 2)
    if identity in taken:
        raise invalid(f"A banded range with id {identity} already exists.")
    banding = twinned(copy.deepcopy(dict(given))) | {"bandedRangeId": identity}
    part.sheet.banded_ranges.append(banding)
    caller.document.noted("addBanding", part.name)
    return {"bandedRange": with_range(banding)}


def _banding(caller: Caller, identity: int) -> tuple[Sheet, Json]:
    for sheet in caller.document.sheets:
        for banding in sheet.banded_ranges:
            if banding["bandedRangeId"] == identity:
                return sheet, banding
    raise invalid(f"No banded range with id: {identity}")


def _update_banding(caller: Caller, request: Request) -> None:
    given = request.get("bandedRange") or {}
    mask = for_request(request.get("fields"), "BandedRange")
    sheet, banding = _banding(caller, given.get("bandedRangeId", 0))
    names = [name for name in ("range", "rowProperties", "columnProperties") if name in mask or "*" in mask]
    for name in names:
        if name in given:
            banding[name] = twinned(copy.deepcopy(given[name]))
        elif name != "range":
            banding.pop(name, None)
    caller.document.noted("updateBanding", sheet.title)


def _delete_banding(caller: Caller, request: Request) -> None:
    sheet, banding = _banding(caller, request.get("bandedRangeId", 0))
    sheet.banded_ranges.remove(banding)
    caller.document.noted("deleteBanding", sheet.title)


HANDLERS = {
    "addConditionalFormatRule": add_rule,
    "updateConditionalFormatRule": _update_rule,
    "deleteConditionalFormatRule": _delete_rule,
    "addBanding": add_banding,
    "updateBanding": _update_banding,
    "deleteBanding": _delete_banding,
}
