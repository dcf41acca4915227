"""Requests and answers held against Google's own discovery document."""

from __future__ import annotations

import functools
import importlib.resources
import json
from typing import Any

from sandbox.sheets_api.errors import ApiError

_SCALARS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


@functools.cache
def schemas() -> dict[str, Any]:
    """Return the schemas of the Sheets API, as they ship with google-api-python-client."""
    folder = importlib.resources.files("googleapiclient") / "discovery_cache" / "documents"
    found: dict[str, Any] = json.loads((folder / "sheets.v4.json").read_text(encoding="utf-8"))["schemas"]
    return found


def check_request(body: Any, schema: str) -> None:
    """Refuse a body with a name or type that the API does not know, in its words."""
    problems: list[tuple[str, str]] = []
    _check(body, {"$ref": schema}, "", problems, is_request=True)
    if problems:
        message = "\n".join(f"Invalid JSON payload received. {text}" for _, text in problems)
        violations = [
            {"field": path, "description": f"Invalid JSON payload received. {text}"}
            if path
            else {"description": f"Invalid JSON payload received. {text}"}
            for path, text in problems
        ]
        detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}
        raise ApiError(400, message, [detail])


def check_answer(body: Any, schema: str) -> None:
    """Raise AssertionError for an answer that Google could not give."""
    problems: list[tuple[str, str]] = []
    _check(body, {"$ref": schema}, "", problems, is_request=False)
    if problems:
        raise AssertionError(f"the answer is no {schema}: {problems[0]}")


def _check(
    value: Any, schema: dict[str, Any], path: str, problems: list[tuple[str, str]], *, is_request: bool
) -> None:
    if len(problems) >= 5 or value is None:
        return
    if "$ref" in schema:
        schema = schemas()[schema["$ref"]]
    kind = schema.get("type")
    if kind == "any":
        return
    if kind == "array":
        if not isinstance(value, list):
            problems.append((path, f"Unknown name \"\" at '{path}': Cannot bind non-list to repeated field."))
            return
        items = schema.get("items", {})
        if items.get("type") == "array" and items.get("items", {}).get("type") == "any":
            if not all(isinstance(row, list) for row in value):
                problems.append(
                    (path, f"Invalid value at '{path}' (type.googleapis.com/google.protobuf.ListValue)")
                )
            return
        for index, each in enumerate(value):
            _check(each, items, f"{path}[{index}]", problems, is_request=is_request)
        return
    if kind == "object":
        if not isinstance(value, dict):
            problems.append((path, f"Invalid value at '{path}': expected an object."))
            return
        known = schema.get("properties")
        for name, each in value.items():
            inner = f"{path}.{name}" if path else name
            if known is None:
                extra = schema.get("additionalProperties", {"type": "any"})
                _check(each, extra, inner, problems, is_request=is_request)
            elif name not in known:
                where = f" at '{path}'" if path else ""
                problems.append((path, f'Unknown name "{name}"{where}: Cannot find field.'))
            else:
                _check(each, known[name], inner, problems, is_request=is_request)
        return
    wanted = _SCALARS.get(str(kind))
    if wanted is None:
        return
    is_right = isinstance(value, wanted) and not (isinstance(value, bool) and kind != "boolean")
    if kind in ("integer", "number") and isinstance(value, float) and value.is_integer():
        is_right = True
    if not is_right:
        shown = json.dumps(value)[:60]
        problems.append((path, f"Invalid value at '{path}' ({_type(schema)}), {shown}"))
    elif "enum" in schema and value not in schema["enum"]:
        shown = json.dumps(value)[:60]
        problems.append(
            (path, f"Invalid value at '{path}' (type.googleapis.com/google.apps.sheets.v4.Enum), {shown}")
        )


def _type(schema: dict[str, Any]) -> str:
    return {"integer": "TYPE_INT32", "number": "TYPE_DOUBLE", "boolean": "TYPE_BOOL"}.get(
        str(schema.get("type")), "TYPE_STRING"
    )
