"""Checks answers against Google's own discovery document."""

from __future__ import annotations

import functools
import importlib.resources
import json
from typing import Any

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
    all_schemas: dict[str, Any] = json.loads((folder / "sheets.v4.json").read_text(encoding="utf-8"))[
        "schemas"
    ]
    return all_schemas


def check_answer(body: Any, schema: str) -> None:
    """Raise AssertionError for an answer that Google could not give."""
    problems: list[str] = []
    _check(body, {"$ref": schema}, schema, problems)
    if problems:
        raise AssertionError(f"the answer is no {schema}: {problems[0]}")


def _check(value: Any, schema: dict[str, Any], path: str, problems: list[str]) -> None:
    if problems:
        return
    if "$ref" in schema:
        schema = schemas()[schema["$ref"]]
    kind = schema.get("type")
    if kind == "array":
        if not isinstance(value, list):
            problems.append(f"{path} is no list")
            return
        for index, element in enumerate(value):
            _check(element, schema.get("items", {}), f"{path}[{index}]", problems)
    elif kind == "object":
        _check_object(value, schema, path, problems)
    elif kind in _SCALARS:
        is_right = isinstance(value, _SCALARS[kind]) and not (isinstance(value, bool) and kind != "boolean")
        if not is_right or ("enum" in schema and value not in schema["enum"]):
            problems.append(f"{path} cannot be {json.dumps(value)[:60]}")


def _check_object(value: Any, schema: dict[str, Any], path: str, problems: list[str]) -> None:
    if not isinstance(value, dict):
        problems.append(f"{path} is no object")
        return
    known = schema.get("properties")
    for name, part in value.items():
        if known is None:
            _check(part, schema.get("additionalProperties", {"type": "any"}), f"{path}.{name}", problems)
        elif name not in known:
            problems.append(f"{path} has no {name}")
        else:
            _check(part, known[name], f"{path}.{name}", problems)
