"""Requests about named ranges."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid
from sheets_standin.sheets_api.fields import for_request
from sheets_standin.sheets_api.ranges import grid_area
from sheets_standin.sheets_api.sheet_json import named_range_json
from sheets_standin.spreadsheet.document import Document, NamedRange

Request = Mapping[str, Any]

_NAME = re.compile(r"[^\W\d]\w{0,249}")
_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|true|false", re.IGNORECASE)


def _refuse_name(document: Document, name: str, own: NamedRange | None = None) -> None:
    if not _NAME.fullmatch(name) or _CELL.fullmatch(name):
        raise invalid(
            f'The name "{name}" is not valid for a named range: letters, digits and underscores only, no digit '
            "first, and not like a cell."
        )
    if any(
        named_range.name.casefold() == name.casefold() and named_range is not own
        for named_range in document.named_ranges
    ):
        raise invalid(f"Cannot add named range with name: {name}. The named range already exists.")


def add_named_range(caller: Caller, request: Request) -> dict[str, Any]:
    """Add a named range."""
    document, wanted = caller.document, request.get("namedRange") or {}
    _refuse_name(document, wanted.get("name", ""))
    identity = wanted.get("namedRangeId") or str(secrets.randbelow(2**31 - 1))
    if any(named_range.named_range_id == identity for named_range in document.named_ranges):
        raise invalid(f"A named range with id {identity} already exists.")
    grid_area(document, wanted.get("range"))
    named = NamedRange(identity, wanted["name"], dict(wanted["range"]))
    document.named_ranges.append(named)
    document.noted("addNamedRange", named.name)
    return {"namedRange": named_range_json(named)}


def _named(document: Document, identity: str) -> NamedRange:
    for named in document.named_ranges:
        if named.named_range_id == identity:
            return named
    raise invalid(f"No NamedRange with id: {identity}")


def _update(caller: Caller, request: Request) -> None:
    wanted = request.get("namedRange") or {}
    mask = for_request(request.get("fields"), "NamedRange")
    named = _named(caller.document, wanted.get("namedRangeId", ""))
    if "name" in mask or "*" in mask:
        _refuse_name(caller.document, wanted.get("name", ""), named)
        named.name = wanted["name"]
    if "range" in mask or "*" in mask:
        grid_area(caller.document, wanted.get("range"))
        named.range = dict(wanted["range"])
    for protection in caller.document.protections:
        if protection.named_range_id == named.named_range_id and named.range is not None:
            protection.range = dict(named.range)
    caller.document.noted("updateNamedRange", named.name)


def _delete(caller: Caller, request: Request) -> None:
    named = _named(caller.document, request.get("namedRangeId", ""))
    caller.document.named_ranges.remove(named)
    caller.document.noted("deleteNamedRange", named.name)


HANDLERS = {
    "addNamedRange": add_named_range,
    "updateNamedRange": _update,
    "deleteNamedRange": _delete,
}
