"""Requests about protected ranges."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import PROTECTED, invalid, unsupported
from sheets_standin.sheets_api.fields import for_request
from sheets_standin.sheets_api.ranges import sheet_of
from sheets_standin.sheets_api.sheet_json import protection_json
from sheets_standin.spreadsheet.document import Protection
from sheets_standin.workspace import Role

Request = Mapping[str, Any]

_BOUNDS = {"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"}


def add_protected_range(caller: Caller, request: Request) -> dict[str, Any]:
    """Add a protected range; who adds a strict one may edit it."""
    document, wanted = caller.document, request.get("protectedRange") or {}
    grid = _range_of(caller, wanted)
    is_whole = not _BOUNDS & set(grid)
    if is_whole and any(
        _is_whole_of(protection, grid.get("sheetId", 0)) for protection in document.protections
    ):
        raise invalid("This sheet already has sheet protection.")
    taken = {protection.protected_range_id for protection in document.protections}
    given = wanted.get("protectedRangeId")
    if given is not None and caller.quirks.protected_range_ids == "refused":
        raise invalid("protectedRange.protectedRangeId is read-only.")
    if given is None or caller.quirks.protected_range_ids == "ignored":
        given = secrets.randbelow(2**31 - 1)
    elif given in taken:
        raise invalid(f"A protected range with id {given} already exists.")
    protection = Protection(given, grid, wanted.get("description", ""), bool(wanted.get("warningOnly")))
    protection.named_range_id = wanted.get("namedRangeId", "")
    protection.unprotected = [dict(area) for area in wanted.get("unprotectedRanges", [])]
    _set_editors(caller, protection, wanted.get("editors") or {})
    document.protections.append(protection)
    document.noted("addProtectedRange", str(given))
    answer = protection_json(protection)
    given = wanted.get("editors") or {}
    if protection.warning_only or not (given.get("users") or given.get("groups")):
        answer["editors"] = {}
    return {"protectedRange": answer}


def _is_whole_of(protection: Protection, sheet_id: int) -> bool:
    return not _BOUNDS & set(protection.range) and protection.range.get("sheetId", 0) == sheet_id


def _range_of(caller: Caller, wanted: Request) -> dict[str, Any]:
    if "tableId" in wanted:
        raise unsupported("a protected table")
    if "range" in wanted:
        grid = dict(wanted["range"])
        sheet_of(caller.document, grid.get("sheetId", 0))
        return grid
    for named in caller.document.named_ranges:
        if named.named_range_id == wanted.get("namedRangeId") and named.range is not None:
            return dict(named.range)
    if "namedRangeId" in wanted:
        raise invalid(f"No NamedRange with id: {wanted['namedRangeId']}")
    raise invalid("Must specify either range or namedRangeId.")


def _set_editors(caller: Caller, protection: Protection, editors: Request) -> None:
    """Set who may edit; of those that are given for a mere warning none counts (ProtectedRange.warningOnly)."""
    if protection.warning_only:
        editors = {}
    users = tuple(editors.get("users", ()))
    protection.editors = users if caller.email in users else (*users, caller.email)
    protection.groups = tuple(editors.get("groups", ()))
    protection.domain_can_edit = bool(editors.get("domainUsersCanEdit"))


def _all_editors(caller: Caller) -> list[str]:
    """Return the accounts that may edit the spreadsheet, its owner first."""
    assert caller.workspace is not None
    roles = caller.workspace.roles_of(caller.document.spreadsheet_id)
    return [email for email, role in roles.items() if role >= Role.EDITOR and email]


def _protection(caller: Caller, identity: int) -> Protection:
    for protection in caller.document.protections:
        if protection.protected_range_id == identity:
            if not caller.may_edit(protection):
                raise invalid(PROTECTED)
            return protection
    raise invalid(f"No protected range with id: {identity}")


def _update(caller: Caller, request: Request) -> None:
    wanted = request.get("protectedRange") or {}
    mask = for_request(request.get("fields"), "ProtectedRange")
    protection = _protection(caller, wanted.get("protectedRangeId", 0))
    every = "*" in mask
    if (
        ("range" in mask and "range" in wanted)
        or ("namedRangeId" in mask and "namedRangeId" in wanted)
        or (every and ("range" in wanted or "namedRangeId" in wanted))
    ):
        protection.range = _range_of(caller, wanted)
        protection.named_range_id = "" if "range" in wanted else wanted.get("namedRangeId", "")
    if "description" in mask or every:
        protection.description = wanted.get("description", "")
    if "unprotectedRanges" in mask or every:
        protection.unprotected = [dict(area) for area in wanted.get("unprotectedRanges", [])]
    was_warning = protection.warning_only
    if "warningOnly" in mask or every:
        protection.warning_only = bool(wanted.get("warningOnly"))
    becomes_strict = was_warning and not protection.warning_only
    if becomes_strict and "editors" not in wanted and "editors" not in mask:
        _set_editors(caller, protection, {"users": _all_editors(caller)})
    elif "editors" in mask or every or protection.warning_only or was_warning:
        _set_editors(caller, protection, wanted.get("editors") or {})
    caller.document.noted("updateProtectedRange", str(protection.protected_range_id))


def _delete(caller: Caller, request: Request) -> None:
    identity = request.get("protectedRangeId", 0)
    taken = {protection.protected_range_id for protection in caller.document.protections}
    if identity not in taken and caller.quirks.deletes_missing_silently:
        return
    caller.document.protections.remove(_protection(caller, identity))
    caller.document.noted("deleteProtectedRange", str(identity))


HANDLERS = {
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": _update,
    "deleteProtectedRange": _delete,
}
