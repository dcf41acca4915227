"""Which methods Apps Script's classes have and what they take, as Google checks it at every call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sheets_standin.runtime.wire import (
    Date,
    Enumerated,
    Function,
    NotSupported,
    ScriptError,
    ServiceObject,
    Undefined,
)

_TABLE: dict[str, Any] = json.loads(Path(__file__).with_name("signatures.json").read_text(encoding="utf-8"))
CLASSES: dict[str, dict[str, list[str]]] = _TABLE["classes"]
ENUMS: dict[str, list[str]] = _TABLE["enums"]
HOLDS: dict[str, dict[str, str]] = _TABLE["holds"]
"""The enumerations that hang on a service, by the name under which they do."""
SERVICES: list[str] = [name for name in _TABLE["services"] if name != "Date2"]

_ALSO = {
    "UrlFetchApp.fetchAll": ["any[]"],
    "ScriptApp.getAuthorizationInfo": ["ScriptApp.AuthMode", "ScriptApp.AuthMode, string[]"],
    "ScriptApp.AuthorizationInfo.getAuthorizedScopes": [""],
    "Utilities.computeDigest": [
        "Utilities.DigestAlgorithm, string",
        "Utilities.DigestAlgorithm, string, Utilities.Charset",
        "Utilities.DigestAlgorithm, Byte[]",
    ],
    "ScriptApp.getUserTriggers": ["SpreadsheetApp.Spreadsheet"],
    "SpreadsheetApp.Range.setNote": ["null|string"],
    "SpreadsheetApp.Range.setNotes": ["any[][]"],
    "SpreadsheetApp.Range.setFormula": ["string"],
    "Logger.log": ["any", "string, any?, any?, any?, any?, any?, any?, any?, any?, any?"],
    "Utilities.formatString": ["string, any?, any?, any?, any?, any?, any?, any?, any?, any?"],
}
"""Where the declarations are silent, wrong, or have what a list of types does not say."""


def methods() -> dict[str, list[str]]:
    """Return the names of the methods of each class."""
    names = {name: sorted(table) for name, table in CLASSES.items()}
    for path in _ALSO:
        owner, _, method = path.rpartition(".")
        if method not in names.setdefault(owner, []):
            names[owner].append(method)
    return names


def check(owner: str, method: str, arguments: Sequence[Any]) -> None:
    """Refuse a call that fits none of the method's signatures.

    Raises
    ------
    ScriptError
        "The parameters (String) don't match the method signature for SpreadsheetApp.Range.setValues."
    """
    path = f"{owner}.{method}"
    signatures = _ALSO.get(path) or CLASSES.get(owner, {}).get(method)
    if signatures is None:
        raise NotSupported(path)
    if not any(_fits(_parsed(signature), arguments) for signature in signatures):
        kinds = ",".join(_told(argument) for argument in arguments)
        raise ScriptError(f"The parameters ({kinds}) don't match the method signature for {path}.")


@cache
def _parsed(signature: str) -> tuple[tuple[frozenset[str], bool], ...]:
    parts = [part for part in signature.split(", ") if part]
    return tuple((frozenset(part.rstrip("?").split("|")), part.endswith("?")) for part in parts)


def _fits(parameters: tuple[tuple[frozenset[str], bool], ...], arguments: Sequence[Any]) -> bool:
    needed = sum(not is_optional for _, is_optional in parameters)
    if not needed <= len(arguments) <= len(parameters):
        return False
    for (kinds, is_optional), value in zip(parameters, arguments, strict=False):
        if is_optional and (value is None or isinstance(value, Undefined)):
            continue
        if not any(_is(kind, value) for kind in kinds):
            return False
    return True


def _is(kind: str, value: Any) -> bool:
    if kind.endswith("[]"):
        return isinstance(value, list) and (
            kind == "any[]" or all(_is(kind[:-2], element) for element in value)
        )
    if kind == "any":
        return True
    if value is None or isinstance(value, Undefined):
        return kind == "null"
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, int | float):
        # Apps Script makes text of a number where text is wanted, and cuts off fractions: here both are refused.
        return kind == "number" or (
            kind in ("Integer", "Byte")
            and float(value).is_integer()
            and (kind == "Integer" or -128 <= value <= 255)
        )
    if isinstance(value, str):
        return kind == "string" or _is_unknown(kind)
    if isinstance(value, Enumerated):
        return value.kind == kind
    if isinstance(value, ServiceObject):
        return kind in (value.js, "object") or (kind == "BlobSource" and hasattr(value, "getBlob"))
    if isinstance(value, Date):
        return kind == "Date"
    if isinstance(value, Function):
        return False
    return kind in ("object", "UrlFetchApp.URLFetchRequestOptions", "MailApp.MailAdvancedParameters")


def _is_unknown(kind: str) -> bool:
    """Whether it is a name for some texts, such as SpreadsheetApp.FontWeight."""
    return (
        "." in kind
        and kind not in CLASSES
        and kind not in ENUMS
        and not kind.endswith(("Options", "Parameters"))
    )


def _told(value: Any) -> str:
    if value is None or isinstance(value, Undefined):
        return "null"
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "String"
    if isinstance(value, list):
        return f"{_told(value[0]) if value else 'Object'}[]"
    if isinstance(value, Enumerated):
        return value.kind
    if isinstance(value, ServiceObject):
        return value.js
    return "Date" if isinstance(value, Date) else "(class)"
