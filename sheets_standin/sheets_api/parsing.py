"""Bodies read as leniently as Google reads them, and refused in its words.

Names may be snake_case, a single thing may stand for a list of one, lists may be nested, numbers may be written as
strings, null is as good as nothing. What cannot be read is told all at once, each by its path in the request message.
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from sheets_standin.sheets_api.errors import ApiError, violations
from sheets_standin.sheets_api.names import camel, enum_type, message_type, snake
from sheets_standin.sheets_api.schema import schemas

Problems = list[tuple[str, str]]

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_INT32 = 2**31
_WRAPPED = {
    ("GridRange", "startRowIndex"),
    ("GridRange", "endRowIndex"),
    ("GridRange", "startColumnIndex"),
    ("GridRange", "endColumnIndex"),
    ("DimensionRange", "startIndex"),
    ("DimensionRange", "endIndex"),
}
"""Numbers that are messages of their own, so that 0 can be told from nothing; their path ends in ".value"."""
_ONEOFS = {"Request": "kind", "ExtendedValue": "value", "DataFilter": "filter"}


def read(body: bytes, schema: str, prefix: str = "") -> dict[str, Any]:
    """Return a body of a type of Google's schema, its names in camelCase, without nulls.

    Parameters
    ----------
    prefix
        Where the body stands in the request message.

    Raises
    ------
    ApiError
        400 with a violation for each thing that cannot be read.
    """
    try:
        content = json.loads(body) if body.strip() else {}
    except ValueError as error:
        raise ApiError(400, f"Invalid JSON payload received. {error}") from None
    if not isinstance(content, dict):
        raise ApiError(400, 'Invalid JSON payload received. Unknown name "": Root element must be a message.')
    problems: Problems = []
    parsed = _message(content, schema, prefix, problems)
    if problems:
        raise violations(problems)
    return parsed


@functools.cache
def _known(schema: str) -> dict[str, dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = schemas()[schema].get("properties", {})
    return fields


def _message(value: dict[str, Any], schema: str, path: str, problems: Problems) -> dict[str, Any]:
    known = _known(schema)
    parsed: dict[str, Any] = {}
    oneof = _ONEOFS.get(schema)
    for given, part in value.items():
        name = given if given in known else camel(given)
        kind = known.get(name)
        if kind is None:
            where = f" at '{path}'" if path else ""
            problems.append(
                (path, f'Invalid JSON payload received. Unknown name "{given}"{where}: Cannot find field.')
            )
            continue
        if part is None:
            continue
        if oneof and parsed:
            text = f"oneof field '{oneof}' is already set. Cannot set '{name}'"
            problems.append((path, f"Invalid value at '{path}' (oneof), {text}"))
            continue
        inner = f"{path}.{snake(name)}" if path else snake(name)
        if (schema, name) in _WRAPPED:
            inner += ".value"
        parsed[name] = _field(part, kind, inner, path, name, problems)
    return parsed


def _field(value: Any, kind: dict[str, Any], path: str, outer: str, name: str, problems: Problems) -> Any:
    if "$ref" in kind:
        return _single(value, kind["$ref"], path, outer, name, problems)
    what = kind.get("type")
    if what == "array":
        return _list(value, kind["items"], path, name, problems)
    if what == "object":
        return _map(value, kind, path, outer, name, problems)
    if what == "any":
        return value
    if isinstance(value, list):
        problems.append((outer, _not_repeating(name, outer)))
        return None
    return _scalar(value, kind, path, name, problems)


def _single(value: Any, schema: str, path: str, outer: str, name: str, problems: Problems) -> Any:
    if isinstance(value, dict):
        return _message(value, schema, path, problems)
    if isinstance(value, list):
        problems.append((outer, _not_repeating(name, outer)))
    else:
        problems.append((path, f"Invalid value at '{path}' ({message_type(schema)}), {_shown(value)}"))
    return None


def _map(
    value: Any, kind: dict[str, Any], path: str, outer: str, name: str, problems: Problems
) -> dict[str, Any]:
    if not isinstance(value, dict):
        problems.append((path, f"Invalid value at '{path}', {_shown(value)}"))
        return {}
    value_kind = kind.get("additionalProperties", {"type": "any"})
    return {
        key: _field(part, value_kind, f"{path}[{key}]", outer, name, problems)
        for key, part in value.items()
        if part is not None
    }


def _not_repeating(name: str, outer: str) -> str:
    where = f" at '{outer}'" if outer else ""
    return (
        f'Invalid JSON payload received. Unknown name "{name}"{where}: '
        "Proto field is not repeating, cannot start list."
    )


def _list(value: Any, kind: dict[str, Any], path: str, name: str, problems: Problems) -> list[Any]:
    if kind.get("type") == "array":
        return _rows(value, path, problems)
    flat = _flat(value) if isinstance(value, list) else [value]
    if kind.get("$ref"):
        schema = kind["$ref"]
        return [
            _message(cell, schema, f"{path}[{i}]", problems)
            if isinstance(cell, dict)
            else _single(cell, schema, f"{path}[{i}]", path, name, problems)
            for i, cell in enumerate(flat)
        ]
    return [_scalar(cell, kind, f"{path}[{i}]", name, problems) for i, cell in enumerate(flat)]


def _flat(values: list[Any]) -> list[Any]:
    if not any(isinstance(element, list) for element in values):
        return [element for element in values if element is not None]
    flat: list[Any] = []
    for value in values:
        flat += _flat(value) if isinstance(value, list) else [value] if value is not None else []
    return flat


def _rows(value: Any, path: str, problems: Problems) -> list[Any]:
    """Return rows of cells; nothing in them is read yet."""
    rows = value if isinstance(value, list) else [value]
    for i, row in enumerate(rows):
        if not isinstance(row, list):
            where = f"{path}[{i}]" if isinstance(value, list) else path
            text = (
                f"Invalid value at '{where}' (type.googleapis.com/google.protobuf.ListValue), {_shown(row)}"
            )
            problems.append((where, text))
    return rows


def _scalar(value: Any, kind: dict[str, Any], path: str, name: str, problems: Problems) -> Any:
    what = kind.get("type")
    if "enum" in kind:
        return _choice(value, kind["enum"], path, name, problems)
    if what == "string":
        if isinstance(value, str):
            return value
        problems.append((path, f"Invalid value at '{path}' (TYPE_STRING), {_shown(value)}"))
    elif what == "boolean":
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        problems.append((path, f"Invalid value at '{path}' (TYPE_BOOL), {_shown(value)}"))
    elif what in ("integer", "number"):
        return _number(value, kind, path, problems)
    return None


def _number(value: Any, kind: dict[str, Any], path: str, problems: Problems) -> Any:
    number = value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = float(value) if re.search(r"[.eE]", value) else int(value)
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if kind.get("type") == "number":
        if is_number:
            return number
        name = "TYPE_FLOAT" if kind.get("format") == "float" else "TYPE_DOUBLE"
    else:
        if is_number and float(number).is_integer() and -_INT32 <= number < _INT32:
            return int(number)
        name = "TYPE_INT32"
    problems.append((path, f"Invalid value at '{path}' ({name}), {_shown(value)}"))
    return None


def _choice(value: Any, allowed: list[str], path: str, name: str, problems: Problems) -> Any:
    if isinstance(value, str) and value in allowed:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(allowed):
        return allowed[value]
    problems.append((path, f"Invalid value at '{path}' ({enum_type(name)}), {_shown(value)}"))
    return None


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
