"""A look at every row of `New User` and every line of the log: what the sweep needs and an edit does not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from server.core.cells import Cell, is_empty
from server.core.classification import rightful_bearers
from server.core.decisions import SheetRow
from server.core.misplaced import LogRead, read_log
from server.layout import (
    INPUT_HEADERS,
    LOG_HEADERS,
    MODEL,
    NEW_USER,
    NEW_USER_HEADERS,
    OUTPUT_HEADERS,
    PREDICTION_LOG,
)
from server.sheets.a1 import quoted
from server.sheets.client import SheetsClient
from server.sheets.pace import Pace, retried
from server.sheets.snapshot import Snapshot, Tab, is_formula, note, read_snapshot, value
from server.sheets.token import Token

_FIELDS = (
    "properties(timeZone),"
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "protectedRanges(protectedRangeId,description),"
    "data(startRow,startColumn,rowData(values(note,userEnteredValue(formulaValue),effectiveValue(errorValue)))))"
)


@dataclass(frozen=True, slots=True)
class Survey:
    """All rows of `New User`, all lines of the log, and the commit that they were read at.

    Attributes
    ----------
    standing
        First sheet row that bears each PredictionId beside the inputs it was made for.
    """

    rows: Sequence[SheetRow]
    log: LogRead
    standing: dict[str, int]
    token: Token


def survey(client: SheetsClient, spreadsheet_id: str, pace: Pace) -> Survey:
    """Read all rows and lines: two reads, small ones beside whole cells.

    The first tells where formulas, errors and notes stand and which commit is the last, the second gives the
    values.
    """
    marked = [quoted(NEW_USER), f"{quoted(MODEL)}!1:1"]
    marks = read_snapshot(
        retried(lambda: client.get(spreadsheet_id, marked, _FIELDS, seconds=pace.left), pace)
    )
    both = [quoted(NEW_USER), quoted(PREDICTION_LOG)]
    new_user, log = retried(lambda: client.columns(spreadsheet_id, both, seconds=pace.left), pace)
    rows = _rows(new_user, marks.tab(NEW_USER))
    return Survey(
        rows=rows,
        log=_log(log),
        standing=rightful_bearers(rows),
        token=marks.token,
    )


def _positions(title: str, columns: Sequence[Sequence[Cell]], wanted: Sequence[str]) -> dict[str, int]:
    header = {
        1: [{"effectiveValue": {"stringValue": str(column[0])}} if column else {} for column in columns]
    }
    return Tab(title, 0, 0, 0, header).columns(wanted)


def _rows(columns: Sequence[Sequence[Cell]], marks: Tab) -> list[SheetRow]:
    positions = _positions(NEW_USER, columns, NEW_USER_HEADERS)
    cells = {header: columns[position] for header, position in positions.items()}
    last = max(max(map(len, cells.values())), max(marks.rows, default=0))
    rows = []
    for index in range(1, last):
        found = {h: column[index] if index < len(column) else "" for h, column in cells.items()}
        notes = {}
        has_formula = False
        if marks.rows.get(index + 1):
            inputs = {header: marks.cell(index + 1, positions[header]) for header in INPUT_HEADERS}
            has_formula = any(map(is_formula, inputs.values()))
            # values.batchGet tells an error in the words of the sheet ("#DIV/0!"), a snapshot by its type.
            found |= {
                header: value(cell)
                for header, cell in inputs.items()
                if "errorValue" in cell.get("effectiveValue", {})
            }
            notes = {header: note(cell) for header, cell in inputs.items() if "note" in cell}
        if notes or not all(map(is_empty, found.values())):
            rows.append(
                SheetRow(
                    row=index + 1,
                    inputs={header: found[header] for header in INPUT_HEADERS},
                    outputs={header: found[header] for header in OUTPUT_HEADERS},
                    has_formula=has_formula,
                    notes=notes,
                    cells=[column[index] if index < len(column) else "" for column in columns],
                    positions=positions,
                )
            )
    return rows


def _log(columns: Sequence[Sequence[Cell]]) -> LogRead:
    positions = _positions(PREDICTION_LOG, columns, LOG_HEADERS)
    rows = itertools.zip_longest(*columns, fillvalue="")
    return read_log(itertools.islice(enumerate(rows, start=1), 1, None), positions)


def is_fresh(found: Survey, snapshot: Snapshot) -> bool:
    """Whether no commit came between the survey and the snapshot."""
    return found.token == snapshot.token


def unmoved(found: Survey, rows: Sequence[SheetRow]) -> list[SheetRow]:
    """Return those of the rows that show what they showed in the survey, as people move rows without a commit.

    A row that has come from elsewhere is known there under another number, so it would be taken for a copy of itself.
    """
    surveyed = {row.row: row for row in found.rows}
    return [row for row in rows if (then := surveyed.get(row.row)) is not None and _is_same(then, row)]


def _is_same(then: SheetRow, now: SheetRow) -> bool:
    """Whether two looks show the same customer; formulas change by themselves, and errors have two names."""
    is_known = then.prediction_id == now.prediction_id or now.prediction_id.startswith("#")
    return is_known and (then.has_formula or now.has_formula or then.inputs == now.inputs)
