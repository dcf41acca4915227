"""Requests about slicers. A slicer that filters is refused with 501: no source says which rows it hides for whom."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.batch_charts import overlay_of, refuse_protected
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.colors import twinned, twins
from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.sheets_api.fields import Mask, for_request
from sheets_standin.sheets_api.ranges import grid_area
from sheets_standin.sheets_api.sheet_json import slicer_json
from sheets_standin.spreadsheet.charts import new_object_id, object_ids

Request = Mapping[str, Any]
Json = dict[str, Any]


def add_slicer(caller: Caller, request: Request) -> Json:
    """Add a slicer where its position says; its id is the one that is given, or drawn."""
    document, given = caller.document, request.get("slicer") or {}
    spec = _checked(caller, given.get("spec") or {})
    sheet, overlay = overlay_of(caller, given.get("position") or {}, "add")
    identity = given.get("slicerId") or new_object_id(document)
    if identity in object_ids(document):
        raise invalid(f"An embedded object with id {identity} already exists.")
    slicer: Json = {"slicerId": identity, "spec": spec, "position": {"overlayPosition": overlay}}
    sheet.slicers[identity] = slicer
    document.noted("addSlicer", f"{sheet.title} {identity}")
    return {"slicer": slicer_json(slicer)}


def _checked(caller: Caller, given: Request) -> Json:
    """Return a specification as it is kept, its range with all bounds."""
    criteria = given.get("filterCriteria") or {}
    if any(criteria.values()):
        raise unsupported("a slicer that filters")
    if (given.get("textFormat") or {}).get("link"):
        raise invalid("textFormat.link is not supported for slicers.")
    spec: Json = twinned(copy.deepcopy(dict(given)))
    if "dataRange" in given:
        part = grid_area(caller.document, given["dataRange"])
        spec["dataRange"] = {
            "sheetId": part.sheet.sheet_id,
            "startRowIndex": part.first_row,
            "endRowIndex": part.last_row,
            "startColumnIndex": part.first_column,
            "endColumnIndex": part.last_column,
        }
        width = part.last_column - part.first_column
        if not 0 <= given.get("columnIndex", 0) < width:
            raise invalid(f"columnIndex[{given['columnIndex']}] is not within the data range.")
    return spec


def _update_spec(caller: Caller, request: Request) -> None:
    identity, given = request.get("slicerId", 0), request.get("spec") or {}
    mask = for_request(request.get("fields"), "SlicerSpec")
    sheet = next((sheet for sheet in caller.document.sheets if identity in sheet.slicers), None)
    if sheet is None:
        raise invalid(f"No slicer with id: {identity}")
    refuse_protected(caller, sheet)
    if any(mask[name] for name in mask if not twins(name)):
        raise unsupported("a change of a part of a slicer's property")
    slicer = sheet.slicers[identity]
    sheet.slicers[identity] = slicer | {"spec": _checked(caller, _changed(slicer["spec"], given, mask))}
    caller.document.noted("updateSlicerSpec", f"{sheet.title} {identity}")


def _changed(former: Request, given: Request, mask: Mask) -> Json:
    """Return a specification after the fields of a mask were set; those that are not given go."""
    if "*" in mask:
        return dict(given)
    names = {twin for name in mask for twin in twins(name) or (name,)}
    kept = {name: part for name, part in former.items() if name not in names}
    return kept | {name: part for name, part in given.items() if name in names}


HANDLERS = {"addSlicer": add_slicer, "updateSlicerSpec": _update_spec}
