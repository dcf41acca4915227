"""Which methods Apps Script's classes have and what they take, as Google checks it at every call."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
        kinds = ",".join(_type_name(argument) for argument in arguments)
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
    return kind == "any" or _nature(value).fits(kind, value)


@dataclass(frozen=True, slots=True)
class _Nature:
    """How values of some Python types are seen by a signature.

    Attributes
    ----------
    name
        Returns a value's type as Apps Script's message has it.
    fits
        Whether a value is of a kind.
    """

    types: type | tuple[type, ...]
    name: Callable[[Any], str]
    fits: Callable[[str, Any], bool]


def _fits_number(kind: str, value: float) -> bool:
    # Apps Script makes text of a number where text is wanted, and cuts off fractions: here both are refused.
    if kind == "number":
        return True
    is_small = kind == "Integer" or (kind == "Byte" and -128 <= value <= 255)
    return is_small and float(value).is_integer()


def _fits_object(kind: str, _value: Any) -> bool:
    return kind in ("object", "UrlFetchApp.URLFetchRequestOptions", "MailApp.MailAdvancedParameters")


def _fits_service(kind: str, value: ServiceObject) -> bool:
    return kind in (value.js, "object") or (kind == "BlobSource" and hasattr(value, "getBlob"))


_NATURES = (
    _Nature((type(None), Undefined), lambda _: "null", lambda kind, _: kind == "null"),
    _Nature(bool, lambda _: "Boolean", lambda kind, _: kind == "boolean"),
    _Nature((int, float), lambda _: "number", _fits_number),
    _Nature(str, lambda _: "String", lambda kind, _: kind == "string" or _is_unknown(kind)),
    _Nature(list, lambda value: f"{_type_name(value[0]) if value else 'Object'}[]", _fits_object),
    _Nature(Enumerated, lambda value: value.kind, lambda kind, value: bool(value.kind == kind)),
    _Nature(ServiceObject, lambda value: value.js, _fits_service),
    _Nature(Date, lambda _: "Date", lambda kind, _: kind == "Date"),
    _Nature(Function, lambda _: "(class)", lambda _kind, _: False),
    _Nature(object, lambda _: "(class)", _fits_object),
)
"""The first whose types a value has counts: a boolean is also an int."""


def _nature(value: Any) -> _Nature:
    return next(nature for nature in _NATURES if isinstance(value, nature.types))


def _type_name(value: Any) -> str:
    return _nature(value).name(value)


def _is_unknown(kind: str) -> bool:
    """Whether it is a name for some texts, such as SpreadsheetApp.FontWeight."""
    return (
        "." in kind
        and kind not in CLASSES
        and kind not in ENUMS
        and not kind.endswith(("Options", "Parameters"))
    )
