"""Field masks: ``a.b``, ``a/b``, ``a(b,c)``, commas, ``*``; what they name is kept, the rest vanishes."""

from __future__ import annotations

import re
from typing import Any

from sheets_standin.sheets_api.errors import ApiError, invalid
from sheets_standin.sheets_api.names import camel
from sheets_standin.sheets_api.schema import schemas

Mask = dict[str, "Mask"]
"""A tree of names; an empty branch means all of it."""

_TOKEN = re.compile(r"[A-Za-z0-9_*]+|[.,/()]")


def parse(text: str) -> Mask:
    """Return the tree of a mask.

    >>> parse("a.b,a(c,d/e), some_name")
    {'a': {'b': {}, 'c': {}, 'd': {'e': {}}}, 'someName': {}}
    >>> parse("a.b.c,a.b"), parse("a,a.b")
    ({'a': {'b': {}}}, {'a': {}})
    """
    bare = re.sub(r"\s+", "", text)
    tokens = _TOKEN.findall(bare)
    if "".join(tokens) != bare:
        raise _unfit(text)
    paths: list[tuple[str, ...]] = []
    if tokens and _list(tokens, 0, (), paths, text) != len(tokens):
        raise _unfit(text)
    mask: Mask = {}
    whole = set(paths)
    for path in paths:
        if not any(path[:end] in whole for end in range(1, len(path))):
            branch = mask
            for name in path:
                branch = branch.setdefault(name, {})
    return mask


def _unfit(path: str) -> ApiError:
    """Return the refusal of a `fields` parameter, which names the path that fits nothing."""
    description = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
    detail = {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": path, "description": description}],
    }
    return ApiError(400, "Request contains an invalid argument.", [detail])


def _list(tokens: list[str], at: int, above: tuple[str, ...], into: list[tuple[str, ...]], text: str) -> int:
    while at < len(tokens):
        at = _path(tokens, at, above, into, text)
        if at < len(tokens) and tokens[at] == ",":
            at += 1
            continue
        return at
    return at


def _path(tokens: list[str], at: int, above: tuple[str, ...], into: list[tuple[str, ...]], text: str) -> int:
    path = above
    while at < len(tokens):
        if tokens[at] in ".,/()":
            raise _unfit(text)
        path = (*path, camel(tokens[at]))
        at += 1
        if at < len(tokens) and tokens[at] in "./":
            at += 1
            continue
        if at < len(tokens) and tokens[at] == "(":
            at = _list(tokens, at + 1, path, into, text)
            if at >= len(tokens) or tokens[at] != ")":
                raise _unfit(text)
            return at + 1
        into.append(path)
        return at
    return at


def for_answer(text: str, schema: str) -> Mask:
    """Return the mask of a `fields` parameter; refuse one with a name that the answer cannot have."""
    mask = parse(text)
    if unknown := _unknown(mask, {"$ref": schema}):
        raise _unfit(unknown)
    return mask


def for_request(text: str | None, schema: str) -> Mask:
    """Return the mask of a change to a thing of a type.

    Raises
    ------
    ApiError
        400 where there is none, or where it names what the thing cannot have.
    """
    if not text or not text.strip():
        raise invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    mask = parse(text)
    if unknown := _unknown(mask, {"$ref": schema}):
        raise invalid(f"Invalid field: {unknown}")
    return mask


def _unknown(mask: Mask, schema: dict[str, Any], prefix: str = "") -> str:
    """Return the first path that fits nothing, in the request message's names."""
    while "$ref" in schema or schema.get("type") == "array":
        schema = schemas()[schema["$ref"]] if "$ref" in schema else schema["items"]
    known = schema.get("properties")
    for name, branch in mask.items():
        path = f"{prefix}{name}"
        if name == "*":
            continue
        if schema.get("type") == "object" and known is None:
            continue
        if not known or name not in known:
            return path
        if problem := _unknown(branch, known[name], path + "."):
            return problem
    return ""


def keep(value: Any, mask: Mask) -> Any:
    """Return what the mask names of a value.

    >>> keep({"sheets": [{"properties": {"title": "A", "index": 0}}]}, parse("sheets.properties.title"))
    {'sheets': [{'properties': {'title': 'A'}}]}
    >>> keep({"a": {"x": 1, "y": 2}, "b": {"x": 3}}, parse("*/x"))
    {'a': {'x': 1}, 'b': {'x': 3}}
    """
    if not mask or mask.get("*") == {}:
        return value
    if isinstance(value, list):
        return [keep(element, mask) for element in value]
    if isinstance(value, dict):
        every = mask.get("*")
        return {
            name: keep(part, mask.get(name, every or {}))
            for name, part in value.items()
            if name in mask or every is not None
        }
    return value


def names(mask: Mask, *path: str) -> bool:
    """Whether the mask names a path or something on it; an empty mask names all.

    >>> names(parse("sheets.data"), "sheets", "data"), names(parse("sheets.properties"), "sheets", "data")
    (True, False)
    """
    for name in path:
        if not mask or "*" in mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def leaves(mask: Mask, prefix: str = "") -> list[str]:
    """Return the dotted names of a mask's ends."""
    paths = []
    for name, branch in mask.items():
        paths += leaves(branch, f"{prefix}{name}.") if branch else [prefix + name]
    return paths
