"""The search language of Drive's files.list, as far as clients of Sheets use it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sheets_standin.google.drive_errors import refusal

Json = dict[str, Any]

_CLAUSE = re.compile(
    r"""\s*(?:(?P<field>name|mimeType|trashed|fullText)\s*(?P<how>=|!=|contains)\s*(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|true|false)"""
    r"""|(?P<parent>'[^']*')\s+in\s+parents|parents\s+in\s+(?P<parents>['"][^'"]*['"])|'me'\s+in\s+(?P<mine>owners))\s*"""
)


def clauses_of(query: str) -> list[Callable[[Json], bool]]:
    """Return the clauses of a search; they are joined by "and"."""
    clauses: list[Callable[[Json], bool]] = []
    at = 0
    while at < len(query):
        match = _CLAUSE.match(query, at)
        if not match:
            raise refusal(400, "Invalid Value", "invalid", "q")
        clauses.append(_clause(match))
        at = match.end()
        if at < len(query):
            if not query[at : at + 3] == "and":
                raise refusal(400, "Invalid Value", "invalid", "q")
            at += 3
    return clauses


def _clause(match: re.Match[str]) -> Callable[[Json], bool]:
    parent = match["parent"] or match["parents"]
    if parent:
        return lambda file: parent[1:-1] in file["parents"]
    if match["mine"]:
        return lambda file: bool(file["ownedByMe"])
    name, how, text = match["field"], match["how"], match["value"]
    if text in ("true", "false"):
        return lambda file: (file[name] is (text == "true")) is (how == "=")
    value = re.sub(r"\\(.)", r"\1", text[1:-1])
    key = "name" if name == "fullText" else name
    if how == "contains":
        return lambda file: value.casefold() in file[key].casefold()
    return lambda file: (file[key] == value) is (how == "=")
