"""A call as it arrives, and which method of the API it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from sheets_standin.sheets_api.errors import violations
from sheets_standin.sheets_api.names import enum_type, snake

_PATH = re.compile(
    r"/v4/spreadsheets(?:/([^/:]+))?(/developerMetadata(?:/[^/:]+)?|/sheets/[^/:]+)?/?(:\w+)?/?"
)
_VERBS = ("append", "clear")


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A call: `path` begins with /v4 and is still percent-encoded, `query` as it was sent, `body` raw."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def one(self, name: str, default: str = "") -> str:
        """Return a query parameter, in camelCase or snake_case, the last if it is there several times."""
        values = self.all(name)
        return values[-1] if values else default

    def all(self, name: str) -> list[str]:
        """Return all values of a query parameter."""
        return [value for key, value in self.query if key in (name, snake(name))]

    def flag(self, name: str) -> bool:
        """Return a query parameter that is true or false."""
        value = self.one(name, "false").lower()
        if value not in ("true", "false", "1", "0", ""):
            path = snake(name)
            raise violations([(path, f"Invalid value at '{path}' (TYPE_BOOL), \"{self.one(name)}\"")])
        return value in ("true", "1")

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """Return one of the allowed values of a query parameter; a number stands for the one of that place."""
        value = self.one(name, default)
        if value == default or value in allowed:
            return value
        if value.isdigit() and int(value) < len(allowed):
            return allowed[int(value)]
        path = snake(name)
        raise violations([(path, f"Invalid value at '{path}' ({enum_type(name)}), \"{value}\"")])


def method_of(request: ApiRequest) -> tuple[str, str]:
    """Return the method's name and the spreadsheet's id; the name is empty for an unknown path.

    >>> method_of(ApiRequest("PUT", "/v4/spreadsheets/x1/values/Log%21A1:B2"))
    ('spreadsheets.values.update', 'x1')
    >>> method_of(ApiRequest("POST", "/v4/spreadsheets/x1/:batchUpdate"))
    ('spreadsheets.batchUpdate', 'x1')
    """
    path = request.path.rstrip("/")
    head, mark, rest = path.partition("/values")
    if mark and head.startswith("/v4/spreadsheets/") and "/" not in head.removeprefix("/v4/spreadsheets/"):
        return _values_method(request.method, rest), head.removeprefix("/v4/spreadsheets/")
    match = _PATH.fullmatch(unquote(path))
    if not match:
        return "", ""
    identity, part, verb = match.groups(default="")
    return _method(request.method, identity, part, verb[1:]), identity


def _method(http_method: str, identity: str, part: str, verb: str) -> str:
    """Return the name of a method that reads or writes no ranges of values, empty for an unknown one."""
    if not identity:
        return "spreadsheets.create" if http_method == "POST" and not verb else ""
    resource, reading = _resource(part)
    name = verb or (reading if http_method == "GET" else "")
    return f"{resource}.{name}" if name else ""


def _resource(part: str) -> tuple[str, str]:
    """Return the resource of a spreadsheet that a path names, and its method for a GET without a verb."""
    if part.startswith("/developerMetadata"):
        return "spreadsheets.developerMetadata", "get" if part.count("/") == 2 else ""
    if part.startswith("/sheets"):
        return "spreadsheets.sheets", ""
    return "spreadsheets", "get"


def _values_method(method: str, rest: str) -> str:
    if rest.lstrip("/").startswith(":"):
        return f"spreadsheets.values.{rest.lstrip('/')[1:]}"
    if not rest.startswith("/"):
        return ""
    verb = unquote(rest).rpartition(":")[2]
    if method == "POST":
        return f"spreadsheets.values.{verb}" if verb in _VERBS else ""
    return {"GET": "spreadsheets.values.get", "PUT": "spreadsheets.values.update"}.get(method, "")


def range_in_path(path: str) -> str:
    """Return the range that a path under /values names; + and %20 are both blanks.

    >>> range_in_path("/v4/spreadsheets/x1/values/New+User%21A1%3AB2:append")
    'New User!A1:B2'
    """
    text = unquote(path.partition("/values/")[2].replace("+", " "))
    head, mark, verb = text.rpartition(":")
    if mark and verb.rstrip("/") in _VERBS:
        text = head
    return text


def last_part(path: str) -> str:
    """Return the text after the last slash, without a verb."""
    return unquote(path).rstrip("/").rpartition("/")[2].partition(":")[0]
