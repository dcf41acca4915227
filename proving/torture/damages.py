"""Damages that people and programs do to tabs, filter views and records of a spreadsheet."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from server.layout.limits import (
    METADATA_AUDIENCE,
    METADATA_DASHBOARD,
    METADATA_RUN,
    METADATA_SCHEDULE,
)
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.sheet import Sheet
from sheets_standin.spreadsheet.structure import COLUMNS, ROWS

Damage = Callable[[Document, Sheet, random.Random], str]
RECORDS = (METADATA_AUDIENCE, METADATA_DASHBOARD, METADATA_RUN, METADATA_SCHEDULE)
SPOILED = (
    "",
    "null",
    "[]",
    "{",
    "\x00" * 40,
    "=1+1",
    '{"schedule": 7}',
    '{"settled": "soon", "since": "\u202enever", "failures": -1, "next_at": "2026-13-99"}',
    '{"flows": [[0, 1, 1e99]], "sent": {"claim": "x", "claimed_at": "9999-12-31T23:59:59+00:00"}}',
)
"""What may stand in a record that somebody else has written."""


def _move(document: Document, sheet: Sheet, draw: random.Random) -> str:
    width = sheet.grid.column_count
    first, to = draw.randrange(width), draw.randrange(width + 1)
    if to not in (first, first + 1):
        structure.move(document, sheet, COLUMNS, first, first + 1, to)
    return f"column {first + 1} moved to {to + 1}"


def _insert(document: Document, sheet: Sheet, draw: random.Random) -> str:
    at = draw.randrange(sheet.grid.column_count + 1)
    structure.insert(document, sheet, COLUMNS, at, 1)
    sheet.grid.put(0, at, ["Mine"])
    return f"a column inserted before {at + 1}"


def _delete(document: Document, sheet: Sheet, draw: random.Random) -> str:
    at = draw.randrange(max(1, min(sheet.grid.column_count, len(sheet.grid.row(0)))))
    title = value_of(sheet.grid.cell(0, at))
    structure.delete(document, sheet, COLUMNS, at, at + 1)
    return f"column {title} deleted"


def _rename(_document: Document, sheet: Sheet, draw: random.Random) -> str:
    at = draw.randrange(max(1, len(sheet.grid.row(0))))
    title = value_of(sheet.grid.cell(0, at))
    sheet.grid.put(0, at, ["Something else"])
    return f"header {title} renamed"


def _double(document: Document, sheet: Sheet, draw: random.Random) -> str:
    row = draw.randrange(1, max(2, sheet.grid.held_rows))
    cells = sheet.grid.row(row)
    structure.insert(document, sheet, ROWS, row + 1, 1)
    sheet.grid.put(row + 1, 0, cells)
    return f"row {row + 1} doubled"


def _remove(document: Document, sheet: Sheet, _draw: random.Random) -> str:
    structure.delete_sheet(document, sheet)
    return "tab deleted"


def _retitle(document: Document, sheet: Sheet, _draw: random.Random) -> str:
    structure.retitle(document, sheet, f"My {sheet.title}")
    return "tab renamed"


DAMAGES: tuple[Damage, ...] = (_move, _insert, _delete, _rename, _double, _remove, _retitle)


def spoil_record(document: Document, _sheet: Sheet, draw: random.Random) -> str:
    """Put something else into a record of the service, take it away or put a second one there."""
    entry = draw.choice([entry for entry in document.metadata if entry.key in RECORDS])
    place, text = document.metadata.index(entry), draw.choice(SPOILED)
    what = draw.choice(("deleted", "there twice", "spoiled"))
    if what == "deleted":
        del document.metadata[place]
        return f"{entry.key} deleted"
    spoiled = replace(entry, value=text)
    if what == "there twice":
        document.metadata.insert(place, replace(spoiled, metadata_id=1 + draw.randrange(2**31 - 2)))
    else:
        document.metadata[place] = spoiled
    return f"{entry.key} {what}: {text[:60]!r}"


def spoil_views(_document: Document, sheet: Sheet, draw: random.Random) -> str:
    """Change, rename or delete a list of customers, or call a view of one's own as a list is called."""
    views: list[dict[str, Any]] = sheet.filter_views
    at = draw.randrange(len(views))
    view = views[at]
    what = draw.choice(("deleted", "all deleted", "retitled", "other criteria", "other range", "title taken"))
    if what == "deleted":
        del views[at]
    elif what == "all deleted":
        views.clear()
    elif what == "retitled":
        views[at] = view | {"title": "Mine"}
    elif what == "other criteria":
        views[at] = view | {"filterSpecs": [{"columnIndex": 0, "filterCriteria": {"hiddenValues": ["C001"]}}]}
    elif what == "other range":
        views[at] = view | {"range": view["range"] | {"endRowIndex": 2}}
    else:
        views.append({"filterViewId": 77, "title": view["title"], "range": view["range"]})
        views[at] = view | {"title": "Ours no more"}
    return f"filter view {view['title']} {what}"
