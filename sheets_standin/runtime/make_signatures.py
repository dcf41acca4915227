"""Writes signatures.json: which methods Apps Script's classes have, and what they take.

Read off the type declarations of the npm package @types/google-apps-script (MIT):

    python -m sheets_standin.runtime.make_signatures node_modules/@types/google-apps-script
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

FILES = (
    "base",
    "cache",
    "html",
    "lock",
    "mail",
    "properties",
    "script",
    "spreadsheet",
    "url-fetch",
    "utilities",
)
SERVICES = {
    "Base": "",
    "Cache": "CacheService",
    "HTML": "HtmlService",
    "Lock": "LockService",
    "Mail": "MailApp",
    "Properties": "PropertiesService",
    "Script": "ScriptApp",
    "Spreadsheet": "SpreadsheetApp",
    "URL_Fetch": "UrlFetchApp",
    "Utilities": "Utilities",
}
"""The name under which scripts know a namespace of the declarations."""
TARGET = Path(__file__).with_name("signatures.json")

_HEAD = re.compile(r"(namespace|interface|enum)\s+(\w+)(?:\s+extends\s+([^{]+?))?\s*\{")
_METHOD = re.compile(r"^(\w+)\((.*)\)\s*:\s*(.+)$", re.DOTALL)
_ENUM_OF = re.compile(r"^(\w+)\s*:\s*typeof\s+([\w.]+)$")


def script_name(namespace: str, name: str) -> str:
    """Return a class's name as Apps Script's messages have it.

    >>> script_name("Spreadsheet", "Range"), script_name("Spreadsheet", "SpreadsheetApp"), script_name("Base", "Ui")
    ('SpreadsheetApp.Range', 'SpreadsheetApp', 'Ui')
    """
    service = SERVICES.get(namespace, namespace)
    return name if not service or name == service else f"{service}.{name}"


def _blocks(text: str) -> list[tuple[str, str, str, str]]:
    """Return kind, name, what is extended, and body of each block at the top of `text`."""
    blocks, at = [], 0
    while head := _HEAD.search(text, at):
        depth, end = 1, head.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        blocks.append((head[1], head[2], head[3] or "", text[head.end() : end - 1]))
        at = end
    return blocks


def _split(text: str, mark: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += {"(": 1, "{": 1, "[": 1, "<": 1, ")": -1, "}": -1, "]": -1}.get(sign, 0)
        depth -= sign == ">" and text[at - 1] != "="
        if sign == mark and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [part for part in (*parts, text[start:].strip()) if part]


def _parameter(text: str, namespace: str) -> str:
    name, _, kind = text.partition(":")
    kinds = sorted({_kind(part, namespace) for part in _split(kind, "|") if part != "undefined"})
    return "|".join(kinds) + ("?" if name.rstrip().endswith("?") or name.startswith("...") else "")


_PLAIN = {
    **{name: name for name in ("string", "number", "boolean", "any", "null", "Integer", "Byte", "Date")},
    "BigNumber": "number",
    "Char": "string",
    "Base.Date": "Date",
}


def _kind(text: str, namespace: str) -> str:
    text = text.strip()
    if text.endswith("[]"):
        return _kind(text[:-2].strip("()"), namespace) + "[]"
    if text in _PLAIN:
        return _PLAIN[text]
    if text[0] in "'\"":
        return "string"
    if text.startswith("{") or "<" in text or "=>" in text:
        return "object"
    first, _, second = text.rpartition(".")
    return script_name(first or namespace, second)


def read(folder: Path) -> dict[str, Any]:
    """Return classes (methods → overloads → types), enums and the names of all services."""
    types = _Types()
    for file in FILES:
        text = (folder / f"google-apps-script.{file}.d.ts").read_text(encoding="utf-8")
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
        for _, _, _, outer in _blocks(text):
            for _, namespace, _, inner in _blocks(outer):
                for kind, name, base, body in _blocks(inner):
                    types.add(namespace, kind, name, base, body)
    types.inherit()
    services = set()
    for path in folder.glob("google-apps-script.*.d.ts"):
        services |= set(re.findall(r"declare var (\w+): GoogleAppsScript", path.read_text(encoding="utf-8")))
    known = {key: values for key, values in types.enums.items() if values}
    return {"classes": types.classes, "enums": known, "holds": types.holds, "services": sorted(services)}


class _Types:
    """Classes and enums as they are read, by the names that scripts have for them."""

    def __init__(self) -> None:
        self.classes: dict[str, dict[str, list[str]]] = {}
        self.enums: dict[str, list[str]] = {}
        self.holds: dict[str, dict[str, str]] = {}
        self._bases: dict[str, list[str]] = {}

    def add(self, namespace: str, kind: str, name: str, base: str, body: str) -> None:
        """Take the declaration of an enum, or of a class with its bases and members."""
        key = script_name(namespace, name)
        if kind == "enum":
            self.enums[key] = re.findall(r"\w+", body)
            return
        self._bases[key] = [_kind(part, namespace) for part in _split(base, ",")]
        for member in _split(body, ";"):
            if method := _METHOD.match(member):
                types = ", ".join(_parameter(p, namespace) for p in _split(method[2], ","))
                self.classes.setdefault(key, {}).setdefault(method[1], []).append(types)
            elif held := _ENUM_OF.match(member):
                self.holds.setdefault(key, {})[held[1]] = _kind(held[2], namespace)

    def inherit(self) -> None:
        """Give each class the methods of its bases that it does not declare itself."""
        for key, bases in self._bases.items():
            for base in bases:
                for name, overloads in self.classes.get(base, {}).items():
                    self.classes.setdefault(key, {}).setdefault(name, overloads)


if __name__ == "__main__":
    table = read(Path(sys.argv[1]))
    lines = [
        f"{json.dumps(name)}: {json.dumps(part, sort_keys=True)}" for name, part in table["classes"].items()
    ]
    rest = {name: part for name, part in table.items() if name != "classes"}
    text = '{"classes": {\n' + ",\n".join(lines) + "\n},\n" + json.dumps(rest, sort_keys=True)[1:] + "\n"
    TARGET.write_text(text, encoding="utf-8")
