"""The tabs of audiences: the line in `Audiences`, the record in `Audience_Log`, and each audience's own tab.

An audience's tab is known by a mark in its metadata, so that it may be renamed, and a tab that somebody made for
themselves is never written to. The service writes such a tab whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from sys import intern

from server.core.audiences.changes import Sent
from server.core.audiences.naming import TAB_PREFIX
from server.core.audiences.target import Part
from server.core.audiences.targets import TARGETS
from server.core.cells import Cell, is_empty, text_of
from server.layout.audience_tabs import AUDIENCE_LOG, AUDIENCES
from server.layout.limits import METADATA_AUDIENCE, STAGING_PREFIX
from server.layout.tabs import HEADERS
from server.sheets.api.requests import Json, grid_range, protection, write_by_header
from server.sheets.commit.snapshot import Snapshot, Tab, value
from server.sheets.tabs.staging import Staged, runs

LOG_READ = HEADERS[AUDIENCE_LOG][:6]
"""What is read of the log: all but the time."""
AUDIENCE, MEMBERS = "Audience", "Members"


@dataclass(frozen=True, slots=True)
class AudienceMark:
    """Contents of the mark of an audience's tab."""

    name: str
    target: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of `Audience_Log`."""

    audience: str
    target: str
    sent: Sent
    change: str


def mark_of(tab: Tab) -> AudienceMark | None:
    """Return the mark of a tab, None where it is no audience's."""
    for entry in tab.parts.get("developerMetadata", ()):
        if entry.get("metadataKey") != METADATA_AUDIENCE:
            continue
        try:
            content = json.loads(entry.get("metadataValue", ""))
            if content["sheet"] == tab.sheet_id:
                return AudienceMark(str(content["name"]), str(content["target"]))
        except (ValueError, TypeError, KeyError):
            continue
    return None


def tab_of(overview: Snapshot, name: str) -> Tab | None:
    """Return the tab of an audience, None where it has none."""
    for tab in overview.tabs.values():
        mark = mark_of(tab)
        if mark is not None and mark.name.casefold() == name.casefold():
            return tab
    return None


def line_of(seen: Snapshot, name: str) -> tuple[int, Mapping[str, Cell]] | None:
    """Return the row of an audience in `Audiences` and its cells by header, None where it was never made."""
    if AUDIENCES not in seen.tabs:
        return None
    tab = seen.tab(AUDIENCES)
    columns = tab.columns(HEADERS[AUDIENCES])
    for row in sorted(tab.rows):
        cells = tab.values(row)
        by_header = {header: cells[at] if at < len(cells) else "" for header, at in columns.items()}
        if row > 1 and text_of(by_header[AUDIENCE]).casefold() == name.casefold():
            return row, by_header
    return None


def made_audiences(seen: Snapshot) -> list[tuple[str, int]]:
    """Return the audiences that were made, with their members, in the order of `Audiences`."""
    tab = seen.tabs.get(AUDIENCES)
    places = tab.present((AUDIENCE, MEMBERS)) if tab is not None else {}
    if tab is None or len(places) < 2:
        return []
    made = []
    for row in sorted(tab.rows):
        name, members = (text_of(value(tab.cell(row, places[header]))) for header in (AUDIENCE, MEMBERS))
        if row > 1 and name:
            made.append((name, int(members) if members.isdecimal() else 0))
    return made


def line_requests(seen: Snapshot, name: str, cells: Mapping[str, Cell]) -> list[Json]:
    """Return the requests that write an audience's line: over its last one, else below all."""
    tab = seen.tab(AUDIENCES)
    columns = tab.columns(HEADERS[AUDIENCES])
    there = line_of(seen, name)
    filled = [row for row in tab.rows if any(not is_empty(cell) for cell in tab.values(row))]
    row = there[0] if there else max(filled, default=1) + 1
    requests: list[Json] = []
    if row > tab.row_count:
        requests.append(_more_rows(tab, row - tab.row_count))
    return requests + write_by_header(tab.sheet_id, columns, {row: cells})


def log_lines(columns: Mapping[str, Sequence[Cell]]) -> Iterator[LogLine]:
    """Yield the lines of `Audience_Log`, in their order.

    Parameters
    ----------
    columns
        Cells of `LOG_READ` below the header.
    """
    length = max((len(cells) for cells in columns.values()), default=0)
    for at in range(length):
        audience, target, who, email, phone, change = (
            text_of(columns[header][at]) if at < len(columns[header]) else "" for header in LOG_READ
        )
        if audience:
            sent = Sent(who, email, phone)
            yield LogLine(intern(audience), intern(target), sent, intern(change))  # a few, again and again


def append_requests(log: Tab, staged: Staged, filled_rows: int) -> list[Json]:
    """Return the requests that add staged lines below those of a tab.

    Parameters
    ----------
    filled_rows
        Rows of the tab that hold something, the header included.
    """
    lines = len(staged.output.rows)
    columns = log.columns(staged.output.headers)
    requests: list[Json] = []
    if lines and filled_rows + lines > log.row_count:
        requests.append(_more_rows(log, filled_rows + lines - log.row_count))
    places = [columns[header] for header in staged.output.headers]
    for first, last in runs(places) if lines else ():
        requests.append(
            {
                "copyPaste": {
                    "source": grid_range(staged.sheet_id, 2, lines + 1, first, last),
                    "destination": grid_range(
                        log.sheet_id, filled_rows + 1, filled_rows + lines, places[first], places[last]
                    ),
                    "pasteType": "PASTE_VALUES",
                }
            }
        )
    return [*requests, {"deleteSheet": {"sheetId": staged.sheet_id}}]


def new_tab_requests(staged: Staged, title: str, mark: AudienceMark) -> list[Json]:
    """Return the requests that make an audience's tab of a staged one: shown and marked.

    Its values were written as RAW texts, so no phone number is a number.
    """
    sheet_id = staged.sheet_id
    properties = {
        "sheetId": sheet_id,
        "title": title,
        "hidden": False,
        "gridProperties": {"frozenRowCount": 1},
    }
    mark_text = json.dumps({"sheet": sheet_id, "name": mark.name, "target": mark.target})
    return [
        {
            "updateSheetProperties": {
                "properties": properties,
                "fields": "title,hidden,gridProperties.frozenRowCount",
            }
        },
        {
            "createDeveloperMetadata": {
                "developerMetadata": {
                    "metadataKey": METADATA_AUDIENCE,
                    "metadataValue": mark_text,
                    "location": {"sheetId": sheet_id},
                    "visibility": "DOCUMENT",
                }
            }
        },
        protection(sheet_id, 0, len(staged.output.headers) - 1),
    ]


def overwrite_requests(tab: Tab, staged: Staged) -> list[Json]:
    """Return the requests that put a staged audience in the place of what its tab holds, whole."""
    rows, width = len(staged.output.rows) + 1, len(staged.output.headers)
    grid = {"rowCount": rows, "columnCount": width}
    requests: list[Json] = []
    if tab.basic_filter:
        requests.append({"clearBasicFilter": {"sheetId": tab.sheet_id}})
    requests.append(
        {
            "updateSheetProperties": {
                "properties": {"sheetId": tab.sheet_id, "gridProperties": grid},
                "fields": "gridProperties.rowCount,gridProperties.columnCount",
            }
        }
    )
    return [
        *requests,
        {
            "copyPaste": {
                "source": grid_range(staged.sheet_id, 1, rows, 0, width - 1),
                "destination": grid_range(tab.sheet_id, 1, rows, 0, width - 1),
                "pasteType": "PASTE_VALUES",
            }
        },
        {"deleteSheet": {"sheetId": staged.sheet_id}},
    ]


def _more_rows(tab: Tab, count: int) -> Json:
    return {"appendDimension": {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": count}}


def marked_tabs(overview: Snapshot) -> list[tuple[Tab, AudienceMark]]:
    """Return the tabs of audiences with their marks."""
    marked = ((tab, mark_of(tab)) for tab in overview.tabs.values())
    return [(tab, mark) for tab, mark in marked if mark is not None]


def identifying_places(header: Sequence[Cell], target: str) -> tuple[int, ...]:
    """Return the columns of an audience's tab that identify a person.

    >>> identifying_places(["Note", "Email_SHA256", "Phone_SHA256"], "tiktok")
    (1, 2)
    """
    if target not in TARGETS:
        return tuple(range(len(header)))
    parts = (Part.EMAIL, Part.PHONE, Part.CUSTOMER_ID)
    names = {
        name
        for column in TARGETS[target].columns
        if column.part in parts
        for name in (column.header, column.hashed_header)
    }
    return tuple(at for at, cell in enumerate(header) if text_of(cell) and text_of(cell) in names)


def is_staged_audience(title: str) -> bool:
    """Whether a hidden tab is of an audience that was never put in place, as its process died.

    >>> is_staged_audience("ATE staging 0a1b2c Audience VIP"), is_staged_audience("ATE staging 0a1b2c RFM")
    (True, False)
    """
    prefix, _, rest = title.removeprefix(STAGING_PREFIX).partition(" ")
    return title.startswith(STAGING_PREFIX) and bool(prefix) and rest.startswith((TAB_PREFIX, AUDIENCE_LOG))


def is_taken(overview: Snapshot, title: str) -> bool:
    """Whether a tab has a title, in whatever capitals."""
    return title.casefold() in {tab.casefold() for tab in overview.tabs}
