"""Requests about protected ranges."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import PROTECTED, invalid, unsupported
from sheets_standin.sheets_api.fields import Mask, for_request
from sheets_standin.sheets_api.ranges import sheet_of
from sheets_standin.sheets_api.sheet_json import protection_json
from sheets_standin.spreadsheet.document import Document, Protection
from sheets_standin.workspace import Role

Request = Mapping[str, Any]

_PROPERTIES = {"range", "namedRangeId", "description", "unprotectedRanges", "warningOnly"}
_BOUNDS = {"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"}


def add_protected_range(caller: Caller, request: Request) -> dict[str, Any]:
    """Add a protected range; who adds a strict one may edit it."""
    document, wanted = caller.document, request.get("protectedRange") or {}
    grid = _range_of(caller, wanted)
    _refuse_second(document, grid)
    identity = _new_id(caller, wanted.get("protectedRangeId"))
    protection = Protection(identity, grid, wanted.get("description", ""), bool(wanted.get("warningOnly")))
    protection.named_range_id = wanted.get("namedRangeId", "")
    protection.unprotected = [dict(area) for area in wanted.get("unprotectedRanges", [])]
    editors = wanted.get("editors") or {}
    _set_editors(caller, protection, editors)
    document.protections.append(protection)
    document.noted("addProtectedRange", str(identity))
    answer = protection_json(protection)
    if protection.warning_only or not (editors.get("users") or editors.get("groups")):
        answer["editors"] = {}
    return {"protectedRange": answer}


def _refuse_second(document: Document, grid: Request) -> None:
    """Refuse to protect a whole tab that is protected as a whole already."""
    is_whole = not _BOUNDS & set(grid)
    if is_whole and any(
        _is_whole_of(protection, grid.get("sheetId", 0)) for protection in document.protections
    ):
        raise invalid("This sheet already has sheet protection.")


def _new_id(caller: Caller, given: int | None) -> int:
    """Return the id of a new protected range: the one that is given, or one that is drawn."""
    if given is not None and caller.quirks.protected_range_ids == "refused":
        raise invalid("protectedRange.protectedRangeId is read-only.")
    if given is None or caller.quirks.protected_range_ids == "ignored":
        return secrets.randbelow(2**31 - 1)
    if any(protection.protected_range_id == given for protection in caller.document.protections):
        raise invalid(f"A protected range with id {given} already exists.")
    return given


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
    names = _PROPERTIES if "*" in mask else set(mask)
    if names & wanted.keys() & {"range", "namedRangeId"}:
        protection.range = _range_of(caller, wanted)
        protection.named_range_id = "" if "range" in wanted else wanted.get("namedRangeId", "")
    if "description" in names:
        protection.description = wanted.get("description", "")
    if "unprotectedRanges" in names:
        protection.unprotected = [dict(area) for area in wanted.get("unprotectedRanges", [])]
    was_warning = protection.warning_only
    if "warningOnly" in names:
        protection.warning_only = bool(wanted.get("warningOnly"))
    _update_editors(caller, protection, wanted, mask, was_warning=was_warning)
    caller.document.noted("updateProtectedRange", str(protection.protected_range_id))


def _update_editors(
    caller: Caller, protection: Protection, wanted: Request, mask: Mask, *, was_warning: bool
) -> None:
    """Set who may edit after a change; where nobody is named, a warning becomes strict for all who may edit now."""
    becomes_strict = was_warning and not protection.warning_only
    if becomes_strict and "editors" not in wanted and "editors" not in mask:
        _set_editors(caller, protection, {"users": _all_editors(caller)})
    elif protection.warning_only or was_warning or not mask.keys().isdisjoint(("editors", "*")):
        _set_editors(caller, protection, wanted.get("editors") or {})


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
