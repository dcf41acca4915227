"""Requests about charts: the embedded objects that lie over a tab's grid."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.chart_spec import checked_spec
from sheets_standin.sheets_api.colors import twinned, twins
from sheets_standin.sheets_api.errors import PROTECTED, invalid, unsupported
from sheets_standin.sheets_api.fields import Mask, for_request
from sheets_standin.sheets_api.ranges import coordinate
from sheets_standin.spreadsheet.charts import chart_on, new_object_id, object_ids
from sheets_standin.spreadsheet.document import Sheet

Request = Mapping[str, Any]
Json = dict[str, Any]

WIDTH, HEIGHT = 600, 371
_NO_PLACE = "One of EmbeddedObjectPosition.overlayPosition or EmbeddedObjectPosition.sheetId must be set"
_BOUNDS = {"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"}


def add_chart(caller: Caller, request: Request) -> Json:
    """Add a chart where its position says; its id is the one that is given, or drawn."""
    document, given = caller.document, request.get("chart") or {}
    spec = checked_spec(document, given.get("spec") or {})
    sheet, overlay = overlay_of(caller, given.get("position") or {}, "add")
    identity = given.get("chartId") or new_object_id(document)
    if identity in object_ids(document):
        raise invalid(f"An embedded object with id {identity} already exists.")
    chart: Json = {"chartId": identity, "spec": spec, "position": {"overlayPosition": overlay}}
    if border := twinned(given.get("border") or {}):
        chart["border"] = border
    sheet.charts[identity] = chart
    document.noted("addChart", f"{sheet.title} {identity}")
    return {"chart": copy.deepcopy(chart)}


def overlay_of(caller: Caller, position: Request, verb: str) -> tuple[Sheet, Json]:
    """Return the tab that the position of a chart or slicer names, and the overlay position as it is kept."""
    _refuse_own_sheet(caller, position, verb)
    if "overlayPosition" not in position:
        raise invalid(_NO_PLACE)
    given = position["overlayPosition"]
    sheet, row, column = coordinate(caller.document, given.get("anchorCell"))
    refuse_protected(caller, sheet)
    overlay: Json = {
        "anchorCell": {"sheetId": sheet.sheet_id, "rowIndex": row, "columnIndex": column},
        "offsetXPixels": given.get("offsetXPixels", 0),
        "offsetYPixels": given.get("offsetYPixels", 0),
        "widthPixels": given.get("widthPixels") or WIDTH,
        "heightPixels": given.get("heightPixels") or HEIGHT,
    }
    for name in ("offsetXPixels", "offsetYPixels", "widthPixels", "heightPixels"):
        if overlay[name] < 0:
            raise invalid(f"OverlayPosition.{name} must not be negative.")
    overlay["anchorCell"] = {name: value for name, value in overlay["anchorCell"].items() if value}
    return sheet, {name: value for name, value in overlay.items() if value or name == "anchorCell"}


def _refuse_own_sheet(caller: Caller, position: Request, verb: str) -> None:
    if "sheetId" in position or position.get("newSheet"):
        identity = position.get("sheetId")
        if any(sheet.sheet_id == identity for sheet in caller.document.sheets):
            raise invalid(
                f"Cannot {verb} chart to new sheet with ID: {identity}, a sheet with that ID already exists."
            )
        raise unsupported("a chart on a sheet of its own")


def refuse_protected(caller: Caller, sheet: Sheet) -> None:
    """Refuse to change objects on a tab that is protected as a whole against this account."""
    for protection in caller.document.protections:
        on_it = protection.range.get("sheetId", 0) == sheet.sheet_id
        if on_it and not _BOUNDS & set(protection.range) and not caller.may_edit(protection):
            raise invalid(PROTECTED)


def _chart(caller: Caller, identity: int, what: str) -> tuple[Sheet, Json]:
    try:
        sheet, chart = chart_on(caller.document, identity)
    except KeyError:
        raise invalid(f"No {what} with id: {identity}") from None
    refuse_protected(caller, sheet)
    return sheet, chart


def _objects(caller: Caller, identity: int) -> tuple[Sheet, Callable[[Sheet], dict[int, Json]]]:
    """Return the tab of a chart or slicer, and which of a tab's objects are of its kind."""
    for sheet in caller.document.sheets:
        if identity in sheet.slicers:
            refuse_protected(caller, sheet)
            return sheet, lambda tab: tab.slicers
    sheet, _ = _chart(caller, identity, "embedded object")
    return sheet, lambda tab: tab.charts


def _update_spec(caller: Caller, request: Request) -> None:
    """Replace a chart's specification as a whole; there is no mask."""
    identity = request.get("chartId", 0)
    sheet, chart = _chart(caller, identity, "chart")
    sheet.charts[identity] = chart | {"spec": checked_spec(caller.document, request.get("spec") or {})}
    caller.document.noted("updateChartSpec", f"{sheet.title} {identity}")


def _update_position(caller: Caller, request: Request) -> Json:
    identity, wanted = request.get("objectId", 0), request.get("newPosition") or {}
    mask = for_request(request.get("fields"), "OverlayPosition") if "overlayPosition" in wanted else None
    sheet, objects = _objects(caller, identity)
    former = objects(sheet)[identity]
    if mask is not None:
        overlay = former["position"]["overlayPosition"]
        wanted = {"overlayPosition": _merged(overlay, wanted["overlayPosition"], mask)}
    target, overlay = overlay_of(caller, wanted, "move")
    moved = former | {"position": {"overlayPosition": overlay}}
    if target is not sheet:
        del objects(sheet)[identity]
    objects(target)[identity] = moved
    caller.document.noted("updateEmbeddedObjectPosition", f"{target.title} {identity}")
    return {"position": copy.deepcopy(moved["position"])}


def _merged(former: Request, given: Request, mask: Mask) -> Json:
    """Return a message after the fields of a mask were set; fields that are not given go back to their default."""
    if "*" in mask:
        return dict(given)
    merged = dict(former)
    for name, inner in mask.items():
        if inner:
            merged[name] = _merged(former.get(name, {}), given.get(name, {}), inner)
        elif name in given:
            merged[name] = given[name]
        else:
            merged.pop(name, None)
    return merged


def _update_border(caller: Caller, request: Request) -> None:
    identity, given = request.get("objectId", 0), request.get("border") or {}
    if any(identity in sheet.slicers for sheet in caller.document.sheets):
        raise unsupported("the border of a slicer")
    mask = for_request(request.get("fields"), "EmbeddedObjectBorder")
    sheet, chart = _chart(caller, identity, "embedded object")
    named = {twin for name in mask for twin in twins(name)} | (
        {"color", "colorStyle"} if "*" in mask else set()
    )
    border = twinned({name: part for name, part in given.items() if name in named})
    rest = {name: part for name, part in chart.items() if name != "border"}
    sheet.charts[identity] = rest | ({"border": border} if border else {})
    caller.document.noted("updateEmbeddedObjectBorder", f"{sheet.title} {identity}")


def _delete(caller: Caller, request: Request) -> None:
    identity = request.get("objectId", 0)
    sheet, objects = _objects(caller, identity)
    del objects(sheet)[identity]
    caller.document.noted("deleteEmbeddedObject", f"{sheet.title} {identity}")


HANDLERS = {
    "addChart": add_chart,
    "updateChartSpec": _update_spec,
    "updateEmbeddedObjectPosition": _update_position,
    "updateEmbeddedObjectBorder": _update_border,
    "deleteEmbeddedObject": _delete,
}
