"""The little of Drive's API v3 that clients of Sheets use: find, make, copy, rename, share and delete spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.google.drive_errors import refusal
from sandbox.google.drive_search import clauses_of
from sandbox.sheets_api.errors import ApiError
from sandbox.sheets_api.fields import keep, parse
from sandbox.spreadsheet.document import Document
from sandbox.spreadsheet.formats import displayed
from sandbox.workspace import ANYONE, Role, Workspace

Json = dict[str, Any]

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
_ROLES = {"reader": Role.VIEWER, "commenter": Role.VIEWER, "writer": Role.EDITOR, "owner": Role.OWNER}
_NAMES = {Role.VIEWER: "reader", Role.EDITOR: "writer", Role.OWNER: "owner"}
_FILE_FIELDS = "kind,id,name,mimeType"
_PERMISSION_FIELDS = "kind,id,type,role"


@dataclass(frozen=True, slots=True)
class DriveAnswer:
    """What comes back: JSON, or a file's text."""

    status: int
    body: Json = field(default_factory=dict)
    text: str = ""
    content_type: str = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    query: Mapping[str, str]
    body: Json
    email: str


class DriveService:
    """Answers calls about the files of a workspace, all of them spreadsheets."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def call(self, method: str, target: str, body: bytes, email: str) -> DriveAnswer:
        """Answer one call of an account; `target` is path and query."""
        parts = urlsplit(target)
        names = [unquote(name) for name in parts.path.removeprefix("/drive/v3/").strip("/").split("/")]
        try:
            call = _Call(method, dict(parse_qsl(parts.query, keep_blank_values=True)), _json(body), email)
            with self._workspace.lock:
                return self._answer(names, call)
        except ApiError as error:
            return DriveAnswer(error.code, error.body())

    def _answer(self, names: list[str], call: _Call) -> DriveAnswer:
        handlers: dict[tuple[str, str], Callable[..., DriveAnswer]] = {
            ("GET", "files"): self._list,
            ("POST", "files"): self._create,
            ("GET", "files/*"): self._get,
            ("PATCH", "files/*"): self._update,
            ("DELETE", "files/*"): self._delete,
            ("POST", "files/*/copy"): self._copy,
            ("GET", "files/*/export"): self._export,
            ("GET", "files/*/permissions"): self._permissions,
            ("POST", "files/*/permissions"): self._share,
            ("PATCH", "files/*/permissions/*"): self._change_permission,
            ("DELETE", "files/*/permissions/*"): self._unshare,
        }
        pattern = "/".join("*" if i in (1, 3) else name for i, name in enumerate(names))
        handler = handlers.get((call.method, pattern))
        if handler is None:
            raise refusal(
                501, f"The local stand-in does not support {call.method} {pattern}.", "notImplemented"
            )
        return handler(call, *[name for i, name in enumerate(names) if i in (1, 3)])

    def _document(self, call: _Call, identity: str, needed: Role = Role.VIEWER) -> Document:
        document = self._workspace.documents.get(identity)
        role = self._workspace.role_of(identity, call.email)
        if document is None or role is None:
            raise refusal(404, f"File not found: {identity}.", "notFound", "fileId")
        if role < needed:
            message = "The user does not have sufficient permissions for this file."
            raise refusal(403, message, "insufficientFilePermissions")
        return document

    def _list(self, call: _Call) -> DriveAnswer:
        clauses = clauses_of(call.query.get("q", ""))
        found = [
            document
            for identity, document in self._workspace.documents.items()
            if self._workspace.role_of(identity, call.email) is not None
            and all(clause(self._file(document, call.email)) for clause in clauses)
        ]
        found.reverse()
        size = min(1000, max(1, int(call.query.get("pageSize") or 100)))
        start = int(call.query.get("pageToken") or 0)
        answer: Json = {"kind": "drive#fileList", "incompleteSearch": False}
        if start + size < len(found):
            answer["nextPageToken"] = str(start + size)
        answer["files"] = [self._file(document, call.email) for document in found[start : start + size]]
        return _shown(call, answer, f"nextPageToken,kind,incompleteSearch,files({_FILE_FIELDS})")

    def _create(self, call: _Call) -> DriveAnswer:
        kind = call.body.get("mimeType", "application/octet-stream")
        if kind != SPREADSHEET:
            raise refusal(501, f"The local stand-in keeps no files of type {kind}.", "notImplemented")
        document = self._workspace.create(call.body.get("name") or "Untitled", call.email)
        return _shown(call, self._file(document, call.email), _FILE_FIELDS)

    def _get(self, call: _Call, identity: str) -> DriveAnswer:
        return _shown(call, self._file(self._document(call, identity), call.email), _FILE_FIELDS)

    def _update(self, call: _Call, identity: str) -> DriveAnswer:
        document = self._document(call, identity, Role.EDITOR)
        if "name" in call.body:
            with document.changing(call.email, "drive.files.update"):
                document.title = call.body["name"]
                document.noted("rename", document.title)
        return _shown(call, self._file(document, call.email), _FILE_FIELDS)

    def _delete(self, call: _Call, identity: str) -> DriveAnswer:
        self._document(call, identity, Role.OWNER)
        del self._workspace.documents[identity]
        return DriveAnswer(204, content_type="text/html")

    def _copy(self, call: _Call, identity: str) -> DriveAnswer:
        twin = self._workspace.copy(self._document(call, identity), call.email)
        twin.title = call.body.get("name") or twin.title
        return _shown(call, self._file(twin, call.email), _FILE_FIELDS)

    def _export(self, call: _Call, identity: str) -> DriveAnswer:
        document = self._document(call, identity)
        kind = call.query.get("mimeType", "")
        if kind not in ("text/csv", "text/tab-separated-values"):
            raise refusal(501, f"The local stand-in does not export as {kind}.", "notImplemented")
        grid, out = document.sheets[0].grid, io.StringIO()
        rows = [[displayed(cell, document.locale) for cell in row] for row in grid.rows(0, grid.row_count)]
        width = max(map(len, rows), default=0)
        writer = csv.writer(out, delimiter="," if kind == "text/csv" else "\t", lineterminator="\r\n")
        writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
        return DriveAnswer(200, text=out.getvalue().removesuffix("\r\n"), content_type=kind)

    def _permissions(self, call: _Call, identity: str) -> DriveAnswer:
        self._document(call, identity)
        roles = self._workspace.roles_of(identity)
        found = [_permission(email, role) for email, role in roles.items()]
        answer = {"kind": "drive#permissionList", "permissions": found}
        return _shown(call, answer, f"kind,permissions({_PERMISSION_FIELDS})")

    def _share(self, call: _Call, identity: str) -> DriveAnswer:
        self._document(call, identity, Role.EDITOR)
        role, kind = call.body.get("role", ""), call.body.get("type", "")
        if role not in _ROLES:
            raise refusal(400, "The permission role field is required.", "required", "permission.role")
        if kind == "anyone":
            email = ANYONE
        elif kind in ("user", "group") and call.body.get("emailAddress"):
            email = call.body["emailAddress"]
        else:
            raise refusal(400, "The permission type field is required.", "required", "permission.type")
        if role == "owner":
            for each, former in self._workspace.roles_of(identity).items():
                if former is Role.OWNER:
                    self._workspace.share(identity, each, Role.EDITOR)
        self._workspace.share(identity, email, _ROLES[role])
        return _shown(call, _permission(email, _ROLES[role], kind), _PERMISSION_FIELDS)

    def _holder(self, call: _Call, identity: str, permission: str) -> str:
        self._document(call, identity, Role.EDITOR)
        for email in self._workspace.roles_of(identity):
            if _permission_id(email) == permission:
                return email
        raise refusal(404, f"Permission not found: {permission}.", "notFound", "permissionId")

    def _change_permission(self, call: _Call, identity: str, permission: str) -> DriveAnswer:
        email = self._holder(call, identity, permission)
        role = call.body.get("role", "")
        if role not in _ROLES:
            raise refusal(400, "The permission role field is required.", "required", "permission.role")
        self._workspace.share(identity, email, _ROLES[role])
        return _shown(call, _permission(email, _ROLES[role]), _PERMISSION_FIELDS)

    def _unshare(self, call: _Call, identity: str, permission: str) -> DriveAnswer:
        self._workspace.share(identity, self._holder(call, identity, permission), None)
        return DriveAnswer(204, content_type="text/html")

    def _file(self, document: Document, email: str) -> Json:
        identity = document.spreadsheet_id
        roles = self._workspace.roles_of(identity)
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
                {"kind": "drive#user", "displayName": each, "me": each == email, "emailAddress": each}
                for each, role in roles.items()
                if role is Role.OWNER
            ],
            "ownedByMe": roles.get(email) is Role.OWNER,
            "shared": len(roles) > 1,
            "permissions": [_permission(each, role) for each, role in roles.items()],
        }


def _permission_id(email: str) -> str:
    return "anyoneWithLink" if email == ANYONE else f"{zlib.crc32(email.encode()):020d}"


def _permission(email: str, role: Role, kind: str = "") -> Json:
    whole: Json = {"kind": "drive#permission", "id": _permission_id(email)}
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


def _shown(call: _Call, answer: Json, usual: str) -> DriveAnswer:
    """Return an answer under the call's mask, or with the fields that Drive gives by itself."""
    return DriveAnswer(200, keep(answer, parse(call.query.get("fields") or usual)))


def _json(body: bytes) -> Json:
    try:
        found = json.loads(body) if body.strip() else {}
    except ValueError:
        raise refusal(400, "Parse Error", "parseError") from None
    return found if isinstance(found, dict) else {}
