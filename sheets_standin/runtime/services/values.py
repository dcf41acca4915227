"""Cell values as scripts read and write them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import pytz

from sheets_standin.runtime.wire import Date, Enumerated, NotSupported, ScriptError, ServiceObject, Undefined
from sheets_standin.spreadsheet.cells import Cell, Content, Fault, full, lean, shown_fault, with_value
from sheets_standin.spreadsheet.document import TEXT_LIMIT, Document
from sheets_standin.spreadsheet.moments import SERIAL_ZERO, serial

_DATES = ("DATE", "TIME", "DATE_TIME")


def read(content: Content, time_zone: str) -> Any:
    """Return a cell as getValues gives it: "" where it is empty, a Date where it shows a date."""
    if not isinstance(content, Cell):
        return "" if content is None else content
    value = content.value
    if value is None:
        return ""
    if isinstance(value, Fault):
        return shown_fault(value)
    kind = (content.format or {}).get("numberFormat", {}).get("type", "")
    if kind in _DATES and isinstance(value, int | float) and not isinstance(value, bool):
        wall = SERIAL_ZERO + dt.timedelta(milliseconds=round(value * 86_400_000))
        return Date.at(pytz.timezone(time_zone).localize(wall))
    return value


def written(document: Document, former: Content, value: Any) -> Content:
    """Return a cell after setValue: text is read as typed text is, and stays text where the format is text."""
    if value is None or isinstance(value, Undefined):
        return with_value(former, None)
    if isinstance(value, bool):
        return with_value(former, value)
    if isinstance(value, int | float):
        return with_value(former, _number(value))
    if isinstance(value, str):
        return _text(document, former, value)
    if isinstance(value, Date):
        return _date(document, former, value)
    shown = value.js if isinstance(value, ServiceObject) else type(value).__name__
    raise NotSupported(f"writing {value.kind if isinstance(value, Enumerated) else shown} into a cell")


def _number(value: float) -> float:
    """Return a number as a cell holds it: a whole one as an integer, as far as a double holds it exactly."""
    if not math.isfinite(value):
        raise NotSupported(f"writing {value} into a cell")
    whole = float(value).is_integer() and abs(value) < 2**53
    return int(value) if whole else float(value)


def _text(document: Document, former: Content, text: str) -> Content:
    if (full(former).format or {}).get("numberFormat", {}).get("type") == "TEXT":
        if len(text) > TEXT_LIMIT:
            raise ScriptError(
                f"Your input contains more than the maximum of {TEXT_LIMIT} characters in a single cell."
            )
        return with_value(former, text or None)
    return document.typed(with_value(former, None), text)


def _date(document: Document, former: Content, date: Date) -> Content:
    wall = date.moment.astimezone(pytz.timezone(document.time_zone)).replace(tzinfo=None)
    value = serial(wall) + wall.microsecond / 86_400_000_000
    cell = full(former)
    if (cell.format or {}).get("numberFormat") is None:
        is_day = float(value).is_integer()
        pattern = {
            "type": "DATE" if is_day else "DATE_TIME",
            "pattern": "M/d/yyyy" if is_day else "M/d/yyyy H:mm:ss",
        }
        cell = replace(cell, format={**(cell.format or {}), "numberFormat": pattern})
    number: float = int(value) if float(value).is_integer() else value
    return lean(replace(cell, value=number, formula=None))


def number_format(pattern: str) -> dict[str, str] | None:
    """Return the API's number format of a pattern as setNumberFormat takes it; None for the general one."""
    bare = pattern.strip()
    if bare in ("", "General", "general"):
        return None
    if bare == "@":
        return {"type": "TEXT", "pattern": "@"}
    letters = set(_unquoted(bare).lower())
    if "%" in bare:
        kind = "PERCENT"
    elif letters & set("ymd") and letters & set("hs"):
        kind = "DATE_TIME"
    elif letters & set("yd"):
        kind = "DATE"
    elif letters & set("hs"):
        kind = "TIME"
    else:
        kind = "CURRENCY" if "$" in bare or "€" in bare else "NUMBER"
    return {"type": kind, "pattern": pattern}


def _unquoted(pattern: str) -> str:
    return "".join(part for place, part in enumerate(pattern.split('"')) if place % 2 == 0)
