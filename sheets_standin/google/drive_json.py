"""Files and permissions as Drive's API has them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import ANYONE, Role

Json = dict[str, Any]

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
ROLES = {"reader": Role.VIEWER, "commenter": Role.VIEWER, "writer": Role.EDITOR, "owner": Role.OWNER}
_NAMES = {Role.VIEWER: "reader", Role.EDITOR: "writer", Role.OWNER: "owner"}


def file_json(document: Document, roles: Mapping[str, Role], email: str) -> Json:
    """Return a file as version 3 of the API has it, for an account."""
    identity = document.spreadsheet_id
    entries = document.journal.entries
    created = document.created.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    modified = entries[-1].moment.strftime("%Y-%m-%dT%H:%M:%S.000Z") if entries else created
    return {
        "kind": "drive#file",
        "id": identity,
        "name": document.title,
        "mimeType": SPREADSHEET,
        "starred": False,
        "trashed": False,
        "explicitlyTrashed": False,
        "parents": ["root"],
        "version": str(document.revision + 1),
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{identity}/edit?usp=drivesdk",
        "createdTime": created,
        "modifiedTime": modified,
        "owners": [
            {
                "kind": "drive#user",
                "displayName": account,
                "me": account == email,
                "emailAddress": account,
            }
            for account, role in roles.items()
            if role is Role.OWNER
        ],
        "ownedByMe": roles.get(email) is Role.OWNER,
        "shared": len(roles) > 1,
        "permissions": [permission_json(account, role) for account, role in roles.items()],
    }


def permission_id(email: str) -> str:
    """Return the id of an account's permission."""
    return "anyoneWithLink" if email == ANYONE else f"{zlib.crc32(email.encode()):020d}"


def permission_json(email: str, role: Role, kind: str = "") -> Json:
    """Return a permission."""
    whole: Json = {"kind": "drive#permission", "id": permission_id(email)}
    if email == ANYONE:
        return whole | {"type": "anyone", "role": _NAMES[role], "allowFileDiscovery": False}
    return whole | {
        "type": kind or "user",
        "emailAddress": email,
        "role": _NAMES[role],
        "displayName": email.partition("@")[0],
        "deleted": False,
        "pendingOwner": False,
    }
