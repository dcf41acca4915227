"""The part of Drive's API that clients of Sheets use: find, make, upload, export, share and delete spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sheets_standin.google.drive_errors import refusal
from sheets_standin.google.drive_json import ROLES, SPREADSHEET, file_json, permission_id, permission_json
from sheets_standin.google.drive_search import clauses_of
from sheets_standin.google.drive_v2 import as_v2
from sheets_standin.google.export import KINDS, exported
from sheets_standin.google.uploads import Upload, convert, read_upload, rows_of
from sheets_standin.sheets_api.errors import ApiError
from sheets_standin.sheets_api.fields import keep, parse
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import ANYONE, Role, Workspace

Json = dict[str, Any]

JSON = "application/json; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
_FILE_FIELDS = "kind,id,name,mimeType"
_PERMISSION_FIELDS = "kind,id,type,role"


@dataclass(frozen=True, slots=True)
class DriveAnswer:
    """What comes back: JSON, or a file's content."""

    status: int
    body: Json = field(default_factory=dict)
    content: bytes = b""
    content_type: str = JSON


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    query: Mapping[str, str]
    body: Json
    email: str
    is_v2: bool = False
    upload: Upload | None = None

    @property
    def converts(self) -> bool:
        """Whether an upload by version 2 asks for the file to become a spreadsheet."""
        return self.query.get("convert", "").lower() == "true"


class DriveService:
    """Answers calls about the files of a workspace, all of them spreadsheets."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def call(
        self, method: str, target: str, body: bytes, email: str, content_type: str = "application/json"
    ) -> DriveAnswer:
        """Answer one call of an account; `target` is path and query."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        head, _, path = parts.path.partition("drive/v")
        version, _, rest = path.partition("/")
        names = [unquote(name) for name in rest.strip("/").split("/")]
        try:
            if head == "/upload/":
                upload = read_upload(query.get("uploadType", ""), content_type, body)
                call = _Call(method, query, {}, email, version == "2", upload)
                names.insert(0, "upload")
            else:
                call = _Call(method, query, _json(body), email)
            with self._workspace.lock:
                return self._answer(names, call)
        except ApiError as error:
            return DriveAnswer(error.code, error.body())

    def _answer(self, names: list[str], call: _Call) -> DriveAnswer:
        places = (2,) if call.upload else (1, 3)
        pattern = "/".join("*" if i in places else name for i, name in enumerate(names))
        handler = _HANDLERS.get((call.method, pattern))
        if handler is None:
            raise refusal(
                501, f"The local stand-in does not support {call.method} {pattern}.", "notImplemented"
            )
        return handler(self, call, *[name for i, name in enumerate(names) if i in places])

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
        documents = [
            document
            for identity, document in self._workspace.documents.items()
            if self._workspace.role_of(identity, call.email) is not None
            and all(clause(self._file(call, document)) for clause in clauses)
        ]
        documents.reverse()
        size = min(1000, max(1, int(call.query.get("pageSize") or 100)))
        start = int(call.query.get("pageToken") or 0)
        answer: Json = {"kind": "drive#fileList", "incompleteSearch": False}
        if start + size < len(documents):
            answer["nextPageToken"] = str(start + size)
        answer["files"] = [self._file(call, document) for document in documents[start : start + size]]
        return _shown(call, answer, f"nextPageToken,kind,incompleteSearch,files({_FILE_FIELDS})")

    def _create(self, call: _Call) -> DriveAnswer:
        kind = call.body.get("mimeType", "application/octet-stream")
        if kind != SPREADSHEET:
            raise refusal(501, f"The local stand-in keeps no files of type {kind}.", "notImplemented")
        document = self._workspace.create(call.body.get("name") or "Untitled", call.email)
        return _shown(call, self._file(call, document), _FILE_FIELDS)

    def _get(self, call: _Call, identity: str) -> DriveAnswer:
        return _shown(call, self._file(call, self._document(call, identity)), _FILE_FIELDS)

    def _update(self, call: _Call, identity: str) -> DriveAnswer:
        document = self._document(call, identity, Role.EDITOR)
        if "name" in call.body:
            with document.changing(call.email, "drive.files.update"):
                document.title = call.body["name"]
                document.noted("rename", document.title)
        return _shown(call, self._file(call, document), _FILE_FIELDS)

    def _delete(self, call: _Call, identity: str) -> DriveAnswer:
        self._document(call, identity, Role.OWNER)
        del self._workspace.documents[identity]
        return DriveAnswer(204, content_type="text/html")

    def _copy(self, call: _Call, identity: str) -> DriveAnswer:
        twin = self._workspace.copy(self._document(call, identity), call.email)
        twin.title = call.body.get("name") or twin.title
        return _shown(call, self._file(call, twin), _FILE_FIELDS)

    def _export(self, call: _Call, identity: str) -> DriveAnswer:
        document = self._document(call, identity)
        kind = call.query.get("mimeType", "")
        if kind not in KINDS:
            raise refusal(501, f"The local stand-in does not export as {kind}.", "notImplemented")
        return DriveAnswer(200, content=exported(document, kind), content_type=kind)

    def _comments(self, call: _Call, identity: str) -> DriveAnswer:
        """List a file's comments; nobody can make one here, so there are none."""
        self._document(call, identity)
        if "fields" not in call.query:
            text = "The 'fields' parameter is required for this method."
            raise refusal(400, text, "required", "fields")
        return _shown(call, {"kind": "drive#commentList", "comments": []}, "*")

    def _upload_new(self, call: _Call) -> DriveAnswer:
        """Make a spreadsheet of a csv."""
        upload = call.upload
        assert upload is not None
        kind = upload.metadata.get("mimeType", upload.content_type)
        if not (call.converts or kind == SPREADSHEET):
            raise refusal(501, f"The local stand-in keeps no files of type {kind}.", "notImplemented")
        rows = rows_of(upload)
        name = upload.metadata.get("name") or upload.metadata.get("title") or "Untitled"
        document = self._workspace.create(name, call.email)
        try:
            convert(document, rows, call.email, "drive.files.create")
        except ApiError:
            del self._workspace.documents[document.spreadsheet_id]
            raise
        return self._uploaded(call, document)

    def _upload(self, call: _Call, identity: str) -> DriveAnswer:
        """Have a csv take the place of a spreadsheet's tabs."""
        document = self._document(call, identity, Role.EDITOR)
        if call.is_v2 and not call.converts:
            raise refusal(501, "The local stand-in uploads with convert alone.", "notImplemented")
        assert call.upload is not None
        convert(document, rows_of(call.upload), call.email, "drive.files.update")
        return self._uploaded(call, document)

    def _file(self, call: _Call, document: Document) -> Json:
        return file_json(document, self._workspace.roles_of(document.spreadsheet_id), call.email)

    def _uploaded(self, call: _Call, document: Document) -> DriveAnswer:
        file = self._file(call, document)
        return _shown(call, as_v2(file), "*") if call.is_v2 else _shown(call, file, _FILE_FIELDS)

    def _permissions(self, call: _Call, identity: str) -> DriveAnswer:
        self._document(call, identity)
        roles = self._workspace.roles_of(identity)
        permissions = [permission_json(email, role) for email, role in roles.items()]
        answer = {"kind": "drive#permissionList", "permissions": permissions}
        return _shown(call, answer, f"kind,permissions({_PERMISSION_FIELDS})")

    def _share(self, call: _Call, identity: str) -> DriveAnswer:
        self._document(call, identity, Role.EDITOR)
        role, kind = call.body.get("role", ""), call.body.get("type", "")
        if role not in ROLES:
            raise refusal(400, "The permission role field is required.", "required", "permission.role")
        if kind == "anyone":
            email = ANYONE
        elif kind in ("user", "group") and call.body.get("emailAddress"):
            email = call.body["emailAddress"]
        else:
            raise refusal(400, "The permission type field is required.", "required", "permission.type")
        if role == "owner":
            for account, former in self._workspace.roles_of(identity).items():
                if former is Role.OWNER:
                    self._workspace.share(identity, account, Role.EDITOR)
        self._workspace.share(identity, email, ROLES[role])
        return _shown(call, permission_json(email, ROLES[role], kind), _PERMISSION_FIELDS)

    def _holder(self, call: _Call, identity: str, permission: str) -> str:
        self._document(call, identity, Role.EDITOR)
        for email in self._workspace.roles_of(identity):
            if permission_id(email) == permission:
                return email
        raise refusal(404, f"Permission not found: {permission}.", "notFound", "permissionId")

    def _change_permission(self, call: _Call, identity: str, permission: str) -> DriveAnswer:
        email = self._holder(call, identity, permission)
        role = call.body.get("role", "")
        if role not in ROLES:
            raise refusal(400, "The permission role field is required.", "required", "permission.role")
        self._workspace.share(identity, email, ROLES[role])
        return _shown(call, permission_json(email, ROLES[role]), _PERMISSION_FIELDS)

    def _unshare(self, call: _Call, identity: str, permission: str) -> DriveAnswer:
        self._workspace.share(identity, self._holder(call, identity, permission), None)
        return DriveAnswer(204, content_type="text/html")


_HANDLERS: Mapping[tuple[str, str], Callable[..., DriveAnswer]] = {
    ("GET", "files"): DriveService._list,
    ("POST", "files"): DriveService._create,
    ("GET", "files/*"): DriveService._get,
    ("PATCH", "files/*"): DriveService._update,
    ("DELETE", "files/*"): DriveService._delete,
    ("POST", "files/*/copy"): DriveService._copy,
    ("GET", "files/*/export"): DriveService._export,
    ("GET", "files/*/comments"): DriveService._comments,
    ("POST", "upload/files"): DriveService._upload_new,
    ("PUT", "upload/files/*"): DriveService._upload,
    ("PATCH", "upload/files/*"): DriveService._upload,
    ("GET", "files/*/permissions"): DriveService._permissions,
    ("POST", "files/*/permissions"): DriveService._share,
    ("PATCH", "files/*/permissions/*"): DriveService._change_permission,
    ("DELETE", "files/*/permissions/*"): DriveService._unshare,
}

CALLS = tuple(f"{method} {path}" for method, path in _HANDLERS)
"""What is answered: methods of HTTP with paths below /drive/v3, stars for ids."""


def _shown(call: _Call, answer: Json, usual: str) -> DriveAnswer:
    """Return an answer under the call's mask, or with the fields that Drive gives by itself."""
    return DriveAnswer(200, keep(answer, parse(call.query.get("fields") or usual)))


def _json(body: bytes) -> Json:
    try:
        content = json.loads(body) if body.strip() else {}
    except ValueError:
        raise refusal(400, "Parse Error", "parseError") from None
    return content if isinstance(content, dict) else {}
