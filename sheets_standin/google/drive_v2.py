"""A file as version 2 of Drive's API has it; clients use it to upload with `convert`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_COPIED = {
    "id": "id",
    "name": "title",
    "mimeType": "mimeType",
    "explicitlyTrashed": "explicitlyTrashed",
    "webViewLink": "alternateLink",
    "createdTime": "createdDate",
    "modifiedTime": "modifiedDate",
    "shared": "shared",
    "version": "version",
}


def as_v2(file: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file of version 3 under the names of version 2.

    >>> file = as_v2({"id": "x1", "name": "A", "starred": False, "trashed": True, "owners": []})
    >>> file["kind"], file["title"], file["labels"]["trashed"]
    ('drive#file', 'A', True)
    """
    renamed = {new: file[old] for old, new in _COPIED.items() if old in file}
    owners = [
        {
            "kind": "drive#user",
            "displayName": owner["displayName"],
            "isAuthenticatedUser": owner["me"],
            "emailAddress": owner["emailAddress"],
        }
        for owner in file["owners"]
    ]
    labels = {"starred": file["starred"], "trashed": file["trashed"], "hidden": False, "restricted": False}
    names = [owner["displayName"] for owner in owners]
    return {"kind": "drive#file"} | renamed | {"labels": labels, "owners": owners, "ownerNames": names}
