"""Requests about the basic filter and filter views."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.colors import twinned
from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.sheets_api.fields import for_request
from sheets_standin.sheets_api.ranges import grid_area, sheet_of
from sheets_standin.sheets_api.sheet_json import with_range
from sheets_standin.spreadsheet.document import Sheet

Request = Mapping[str, Any]
Json = dict[str, Any]


def _criteria(given: Request) -> Json:
    """Return the criteria both by column and as a list; the list takes precedence (BasicFilter.filterSpecs)."""
    specs = given.get("filterSpecs")
    if specs is None:
        specs = [
            {"columnIndex": int(column), "filterCriteria": criterion}
            for column, criterion in (given.get("criteria") or {}).items()
        ]
    specs = [twinned(copy.deepcopy(spec)) for spec in specs]
    if not specs:
        return {}
    by_column = {str(spec.get("columnIndex", 0)): spec.get("filterCriteria", {}) for spec in specs}
    return {"criteria": by_column, "filterSpecs": specs}


def _filter(caller: Caller, given: Request) -> tuple[Sheet, Json]:
    """Return the tab of a filter, and the filter with all its bounds."""
    if "tableId" in given:
        raise unsupported("a filter of a table")
    part = grid_area(caller.document, given.get("range"))
    whole: Json = {
        "range": {
            "sheetId": part.sheet.sheet_id,
            "startRowIndex": part.first_row,
            "endRowIndex": part.last_row,
            "startColumnIndex": part.first_column,
            "endColumnIndex": part.last_column,
        }
    }
    if given.get("sortSpecs"):
        whole["sortSpecs"] = twinned(copy.deepcopy(given["sortSpecs"]))
    return part.sheet, whole | _criteria(given)


def set_basic_filter(caller: Caller, request: Request) -> None:
    """Set the filter of a tab; there is one at most, so that another is replaced."""
    sheet, whole = _filter(caller, request.get("filter") or {})
    caller.may_change(sheet)
    sheet.basic_filter = whole
    caller.document.noted("setBasicFilter", sheet.title)


def _clear_basic_filter(caller: Caller, request: Request) -> None:
    sheet = sheet_of(caller.document, request.get("sheetId", 0))
    sheet.basic_filter = None
    caller.document.noted("clearBasicFilter", sheet.title)


def _views(caller: Caller) -> list[tuple[Sheet, Json]]:
    return [(sheet, view) for sheet in caller.document.sheets for view in sheet.filter_views]


def _view(caller: Caller, identity: int) -> tuple[Sheet, Json]:
    for sheet, view in _views(caller):
        if view["filterViewId"] == identity:
            return sheet, view
    raise invalid(f"No filter view with id: {identity}")


def add_filter_view(caller: Caller, request: Request) -> Json:
    """Add a filter view."""
    given = request.get("filter") or {}
    sheet, whole = _filter(caller, _with_named_range(caller, given))
    taken = {view["filterViewId"] for _, view in _views(caller)}
    identity = given.get("filterViewId") or 1 + secrets.randbelow(2**31 - 2)
    if identity in taken:
        raise invalid(f"A filter view with id {identity} already exists.")
    title = given.get("title") or f"Filter {len(sheet.filter_views) + 1}"
    view = {"filterViewId": identity, "title": title} | whole
    if "namedRangeId" in given:
        view["namedRangeId"] = given["namedRangeId"]
    sheet.filter_views.append(view)
    caller.document.noted("addFilterView", title)
    return {"filter": with_range(view)}


def _with_named_range(caller: Caller, given: Request) -> Request:
    if "namedRangeId" not in given:
        return given
    for named in caller.document.named_ranges:
        if named.named_range_id == given["namedRangeId"] and named.range is not None:
            return {**given, "range": named.range}
    raise invalid(f"No NamedRange with id: {given['namedRangeId']}")


def _update_filter_view(caller: Caller, request: Request) -> None:
    given = request.get("filter") or {}
    mask = for_request(request.get("fields"), "FilterView")
    sheet, view = _view(caller, given.get("filterViewId", 0))
    names = set(given) if "*" in mask else set(mask)
    former = {name: value for name, value in view.items() if name not in names}
    if names & {"criteria", "filterSpecs"}:
        former.pop("criteria", None)
        former.pop("filterSpecs", None)
    wanted = former | {name: given[name] for name in names if name in given}
    _, whole = _filter(caller, _with_named_range(caller, wanted))
    kept = {name: wanted[name] for name in ("filterViewId", "title", "namedRangeId") if name in wanted}
    sheet.filter_views[sheet.filter_views.index(view)] = {"filterViewId": view["filterViewId"]} | kept | whole
    caller.document.noted("updateFilterView", str(view["filterViewId"]))


def _duplicate_filter_view(caller: Caller, request: Request) -> Json:
    sheet, view = _view(caller, request.get("filterId", 0))
    twin = copy.deepcopy(view) | {
        "filterViewId": 1 + secrets.randbelow(2**31 - 2),
        "title": f"Copy of {view['title']}",
    }
    sheet.filter_views.append(twin)
    caller.document.noted("duplicateFilterView", twin["title"])
    return {"filter": with_range(twin)}


def _delete_filter_view(caller: Caller, request: Request) -> None:
    sheet, view = _view(caller, request.get("filterId", 0))
    sheet.filter_views.remove(view)
    caller.document.noted("deleteFilterView", view["title"])


HANDLERS = {
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": _clear_basic_filter,
    "addFilterView": add_filter_view,
    "updateFilterView": _update_filter_view,
    "duplicateFilterView": _duplicate_filter_view,
    "deleteFilterView": _delete_filter_view,
}
