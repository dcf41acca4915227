"""What a cell displays: its value under its number format (locale en_US)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sandbox.spreadsheet.cells import Content, Fault, full, shown_fault
from sandbox.spreadsheet.entry import SERIAL_ZERO

_TOKEN = re.compile(r'"[^"]*"|\\.|y+|m+|d+|h+|s+|am/pm|AM/PM|.', re.IGNORECASE)


def displayed(content: Content) -> str:
    """Return a cell as the sheet shows it.

    >>> displayed(1234.5), displayed(True), displayed(None), displayed(1 / 1024)
    ('1234.5', 'TRUE', '', '0.0009765625')
    """
    cell = full(content)
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, Fault):
        return shown_fault(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    number_format = (cell.format or {}).get("numberFormat")
    if number_format:
        return _formatted(value, number_format)
    return _general(value)


def _general(value: float) -> str:
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10g}" if abs(value) < 1e15 else f"{value:.5E}"
    if "e" in text:
        text = f"{value:.15f}".rstrip("0").rstrip(".") if 1e-5 <= abs(value) < 1 else text.replace("e", "E")
    return text


def _formatted(value: float, number_format: Mapping[str, Any]) -> str:
    kind, pattern = number_format.get("type", ""), number_format.get("pattern", "")
    if kind in ("DATE", "TIME", "DATE_TIME"):
        return _date(
            value, pattern or {"DATE": "m/d/yyyy", "TIME": "h:mm:ss am/pm"}.get(kind, "m/d/yyyy h:mm:ss")
        )
    if kind == "TEXT" or pattern == "@":
        return _general(value)
    return _number(value, pattern or {"PERCENT": "0.00%", "CURRENCY": '"$"#,##0.00'}.get(kind, ""))


def _number(value: float, pattern: str) -> str:
    if not pattern:
        return _general(value)
    found = re.search(r"[#0,]*[#0](?:\.([0#]+))?", pattern)
    if not found:
        return pattern.replace('"', "")
    scaled = value * 100 if "%" in pattern else value
    places = found[1] or ""
    text = f"{abs(scaled):,.{len(places)}f}" if "," in found[0] else f"{abs(scaled):.{len(places)}f}"
    for mark in reversed(places):
        if mark == "#" and text.endswith("0"):
            text = text[:-1]
    text = text.rstrip(".")
    before = re.sub(r'"|\\', "", pattern[: found.start()])
    after = re.sub(r'"|\\', "", pattern[found.end() :])
    return ("-" if scaled < 0 and float(text.replace(",", "") or 0) else "") + before + text + after


def _date(value: float, pattern: str) -> str:
    moment = SERIAL_ZERO + dt.timedelta(seconds=round(value * 86_400))
    tokens = _TOKEN.findall(pattern)
    twelve = any(token.lower() == "am/pm" for token in tokens)
    told = []
    previous = ""
    for index, token in enumerate(tokens):
        low = token.lower()
        if token.startswith('"'):
            told.append(token[1:-1])
            continue
        if token.startswith("\\"):
            told.append(token[1:])
            continue
        following = next((t.lower()[0] for t in tokens[index + 1 :] if t[0].isalpha()), "")
        is_minute = low[0] == "m" and (previous == "h" or following == "s")
        told.append(_part(moment, low, twelve=twelve, is_minute=is_minute))
        if low[0].isalpha():
            previous = low[0]
    return "".join(told)


def _part(moment: dt.datetime, token: str, *, twelve: bool, is_minute: bool) -> str:
    if token == "am/pm":
        return f"{moment:%p}"
    kind, size = token[0], len(token)
    if kind == "y":
        return f"{moment:%Y}" if size > 2 else f"{moment:%y}"
    if kind == "m" and not is_minute:
        named = {3: f"{moment:%b}", 4: f"{moment:%B}"}
        return named.get(size) or (f"{moment.month:02}" if size == 2 else str(moment.month))
    if kind == "d":
        named = {3: f"{moment:%a}", 4: f"{moment:%A}"}
        return named.get(size) or (f"{moment.day:02}" if size == 2 else str(moment.day))
    number = {"m": moment.minute, "s": moment.second, "h": moment.hour}.get(kind)
    if number is None:
        return token
    if kind == "h" and twelve:
        number = number % 12 or 12
    return f"{number:02}" if size > 1 else str(number)
