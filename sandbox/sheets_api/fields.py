"""Field masks: ``a.b``, ``a/b``, ``a(b,c)``, commas, ``*``; what they name is kept, the rest vanishes."""

from __future__ import annotations

import re
from typing import Any

from sandbox.sheets_api.errors import invalid

Mask = dict[str, "Mask"]
"""A tree of names; an empty branch means all of it."""

_TOKEN = re.compile(r"[A-Za-z0-9_*]+|[.,/()]")


def parse(text: str) -> Mask:
    """Return the tree of a mask.

    >>> parse("a.b,a(c,d/e),f")
    {'a': {'b': {}, 'c': {}, 'd': {'e': {}}}, 'f': {}}
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s+", "", text):
        raise invalid(f"Request contains an invalid argument. Invalid field mask: {text}")
    mask: Mask = {}
    end = _list(tokens, 0, mask)
    if end != len(tokens):
        raise invalid(f"Request contains an invalid argument. Invalid field mask: {text}")
    return mask


def _list(tokens: list[str], at: int, into: Mask) -> int:
    while at < len(tokens):
        at = _path(tokens, at, into)
        if at < len(tokens) and tokens[at] == ",":
            at += 1
            continue
        return at
    return at


def _path(tokens: list[str], at: int, into: Mask) -> int:
    branch = into
    while at < len(tokens):
        name = _camel(tokens[at])
        if name in (".", ",", "/", "(", ")"):
            raise invalid("Request contains an invalid argument. Invalid field mask.")
        branch = branch.setdefault(name, {})
        at += 1
        if at < len(tokens) and tokens[at] in "./":
            at += 1
            continue
        if at < len(tokens) and tokens[at] == "(":
            at = _list(tokens, at + 1, branch)
            if at >= len(tokens) or tokens[at] != ")":
                raise invalid("Request contains an invalid argument. Invalid field mask.")
            at += 1
        return at
    return at


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail) if head else name


def keep(value: Any, mask: Mask) -> Any:
    """Return what the mask names of a value.

    >>> keep({"sheets": [{"properties": {"title": "A", "index": 0}}]}, parse("sheets.properties.title"))
    {'sheets': [{'properties': {'title': 'A'}}]}
    """
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [keep(each, mask) for each in value]
    if isinstance(value, dict):
        return {name: keep(each, mask[name]) for name, each in value.items() if name in mask}
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
    found = []
    for name, branch in mask.items():
        found += leaves(branch, f"{prefix}{name}.") if branch else [prefix + name]
    return found
