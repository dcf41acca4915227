"""The tab `Data_Quality`: styled once, then values only; its rows are links into `Training_Data`.

A tab of that name whose first row is not ours is somebody else's: it is left alone, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.core.cells import Cell, text_of
from server.core.data_checks.report_lines import Line
from server.core.data_checks.report_titles import KINDS, RESULTS, Kind
from server.core.segments.colours import rgb
from server.core.transactions.columns import Role
from server.core.wording import versions
from server.errors import LayoutError
from server.layout.headers import FIRST_ROWS
from server.layout.record_tabs import DATA_QUALITY
from server.layout.tabs import DATA_QUALITY_HEADERS
from server.sheets.api.a1 import spans
from server.sheets.api.requests import Json, cell_data, grid_range, update_cells, write_by_header
from server.sheets.commit.snapshot import Tab, value
from server.texts import to_say

LINES = 1 + len(KINDS)
"""Rows of the tab, with its header."""
ROWS_LINKED = 12
"""Rows that a cell names; a longer list is no easier to work through."""

_SHADES = ("#D5EBD8", "#FBE8C0", "#F6C9C5")
"""Behind OK, Look and Stop. The word says it too."""
_TINTS = ("#0D5223", "#6B4400", "#8C1D18")
_SECTION_SHADE = "#F1F3F4"


def data_quality_requests(
    tab: Tab, lines: Sequence[Line], training_data: int, letters: Mapping[Role, str]
) -> list[Json]:
    """Return the requests that write the lines to the tab; none where the tab is somebody else's.

    Parameters
    ----------
    tab
        As it was just read, from its header to its last line.
    training_data
        Sheet id of `Training_Data`.
    letters
        Column of `Training_Data` by role.
    """
    if left_alone(tab):
        return []
    columns = tab.columns(DATA_QUALITY_HEADERS)
    requests: list[Json] = []
    if tab.row_count < LINES:
        length = {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": LINES - tab.row_count}
        requests.append({"appendDimension": length})
    shown = [text_of(value(tab.cell(row, columns["Check"]))) for row in range(2, LINES + 1)]
    if any(shown) and shown != [
        line.title for line in lines
    ]:  # lines were moved, or an older version had others
        requests += _line_formats(tab.sheet_id, columns)
    rows = {number: _cells(line) for number, line in enumerate(lines, start=2)}
    plain = {header: column for header, column in columns.items() if header != FIRST_ROWS}
    requests += write_by_header(tab.sheet_id, plain, rows)
    links = [[_links(line, training_data, letters)] for line in lines]
    requests.append(
        update_cells(tab.sheet_id, 2, columns[FIRST_ROWS], links, "userEnteredValue,textFormatRuns")
    )
    return requests


def left_alone(tab: Tab) -> str:
    """Return why nothing is written to the tab, "" where it is ours."""
    try:
        tab.columns(DATA_QUALITY_HEADERS)
    except LayoutError:
        return to_say(
            "The tab {tab} was left as it is, as its first row is not the service's. Rename it, and the next run "
            "makes one.",
            tab=DATA_QUALITY,
        )
    return ""


def style(sheet_id: int) -> list[Json]:
    """Return the requests that style the tab when it is made."""
    first, result, last = 0, DATA_QUALITY_HEADERS.index("Result"), len(DATA_QUALITY_HEADERS) - 1
    everything = grid_range(sheet_id, 2, LINES, first, last)
    wrapped = {"wrapStrategy": "WRAP", "verticalAlignment": "TOP"}
    requests: list[Json] = [
        {
            "repeatCell": {
                "range": everything,
                "cell": {"userEnteredFormat": wrapped},
                "fields": "userEnteredFormat(wrapStrategy,verticalAlignment)",
            }
        }
    ]
    requests += _line_formats(
        sheet_id, {header: column for column, header in enumerate(DATA_QUALITY_HEADERS)}
    )
    where = grid_range(sheet_id, 2, LINES, result, result)
    requests += [
        {
            "addConditionalFormatRule": {
                "rule": {
                    "ranges": [where],
                    "booleanRule": {
                        "condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": word}]},
                        "format": {
                            "backgroundColor": rgb(shade),
                            "textFormat": {"foregroundColor": rgb(tint), "bold": True},
                        },
                    },
                },
                "index": index,
            }
        }
        for index, (word, shade, tint) in enumerate(_words())
    ]
    return requests


def _words() -> list[tuple[str, str, str]]:
    """Return the words of a result in every language, with their colours."""
    return [
        (word, shade, tint)
        for result, shade, tint in zip(RESULTS, _SHADES, _TINTS, strict=True)
        for word in dict.fromkeys(versions(result))
    ]


def _line_formats(sheet_id: int, columns: Mapping[str, int]) -> list[Json]:
    """Return the formats that depend on the line: headings stand out, totals are bold, days are days."""
    shades, weights, results = [], [], []
    for kind in KINDS.values():
        is_heading = kind is Kind.SECTION
        shades.append({"userEnteredFormat": {"backgroundColor": rgb(_SECTION_SHADE)} if is_heading else {}})
        weights.append({"userEnteredFormat": {"textFormat": {"bold": is_heading or kind is Kind.TOTAL}}})
        form: Json = {"horizontalAlignment": "LEFT"}
        if kind in (Kind.DAY, Kind.MOMENT):
            form["numberFormat"] = {"type": "DATE" if kind is Kind.DAY else "DATE_TIME"}
        results.append({"userEnteredFormat": form})
    requests = [
        update_cells(
            sheet_id,
            2,
            first,
            [[shade] * (last - first + 1) for shade in shades],
            "userEnteredFormat.backgroundColor",
        )
        for first, last in spans(columns.values())
    ]
    for header, cells, fields in (
        ("Check", weights, "userEnteredFormat.textFormat.bold"),
        ("Result", results, "userEnteredFormat(numberFormat,horizontalAlignment)"),
    ):
        requests.append(update_cells(sheet_id, 2, columns[header], [[cell] for cell in cells], fields))
    return requests


def _cells(line: Line) -> dict[str, Cell]:
    return {
        "Check": line.title,
        "Result": line.result,
        "Finding": line.found,
        "Rows": line.rows,
        "Customers": line.customers,
        "Share": line.share,
        "Money": line.money,
        "WhatToDo": line.to_do,
    }


def _links(line: Line, training_data: int, letters: Mapping[Role, str]) -> Json:
    """Return a cell with the first rows, each number a link to its row.

    The column is the one to look at: the unit price where there is no amount, the customer where there is no order.
    """
    if not line.sheet_rows:
        return {}
    places = (line.role, Role.UNIT_PRICE if line.role is Role.AMOUNT else line.role, Role.CUSTOMER_ID)
    letter = next((letters[role] for role in places if role in letters), "A")
    shown = line.sheet_rows[:ROWS_LINKED]
    runs: list[Json] = []
    text = ""
    for number in shown:
        if text:
            runs.append({"startIndex": len(text), "format": {}})
            text += ", "
        uri = f"#gid={training_data}&range={letter}{number}"
        runs.append({"startIndex": len(text), "format": {"link": {"uri": uri}}})
        text += str(number)
    if line.has_more or len(shown) < len(line.sheet_rows):
        runs.append({"startIndex": len(text), "format": {}})
        text += " …"
    return cell_data(text) | {"textFormatRuns": runs}
