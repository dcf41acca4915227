"""Full scan of `New User` and the log, as the sweep needs it and an edit does not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from server.core.cells import Cell, is_empty
from server.core.scoring.column_shifts import LogRead, read_log
from server.core.scoring.decisions import SheetRow
from server.core.scoring.triage import id_owners
from server.layout.record_tabs import MODEL, PREDICTION_LOG
from server.layout.segment_tabs import NEW_USER
from server.layout.tabs import INPUT_HEADERS, LOG_HEADERS, NEW_USER_HEADERS
from server.sheets.api.a1 import quoted
from server.sheets.commit.snapshot import CellData, Snapshot, Tab, value
from server.sheets.commit.spreadsheet import Spreadsheet
from server.sheets.commit.token import Token
from server.sheets.scoring.new_user import row_positions, sheet_row

_FIELDS = (
    "properties(timeZone),"
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "protectedRanges(protectedRangeId,description),"
    "data(startRow,startColumn,columnMetadata(developerMetadata(metadataId,metadataKey)),rowData(values(note,userEnteredValue(formulaValue),effectiveValue(errorValue)))))"
)


@dataclass(frozen=True, slots=True)
class FullScan:
    """All rows of `New User`, all lines of the log, and the commit that they were read at.

    Attributes
    ----------
    owners
        First sheet row that bears each PredictionId beside the inputs it was made for.
    """

    rows: Sequence[SheetRow]
    log: LogRead
    owners: dict[str, int]
    token: Token


def full_scan(sheet: Spreadsheet) -> FullScan:
    """Read all rows and lines: two reads, small ones beside whole cells.

    The first tells where formulas, errors and notes stand and which commit is the last, the second gives the
    values.
    """
    annotated = [quoted(NEW_USER), f"{quoted(MODEL)}!1:1"]
    annotations = sheet.read(annotated, fields=_FIELDS)
    both = [quoted(NEW_USER), quoted(PREDICTION_LOG)]
    new_user, log = sheet.columns(both)
    rows = _rows(new_user, annotations.tab(NEW_USER))
    return FullScan(
        rows=rows,
        log=_log(log),
        owners=id_owners(rows),
        token=annotations.token,
    )


def _header(title: str, columns: Sequence[Sequence[Cell]]) -> Tab:
    """Return a tab of whose cells the first row alone is known."""
    header = {
        1: [{"effectiveValue": {"stringValue": str(column[0])}} if column else {} for column in columns]
    }
    return Tab(title, 0, 0, 0, header)


def _rows(columns: Sequence[Sequence[Cell]], annotations: Tab) -> list[SheetRow]:
    header = replace(_header(NEW_USER, columns), column_tags=annotations.column_tags)
    wanted = list(header.columns(NEW_USER_HEADERS).values())
    positions = row_positions(header)
    inputs = [positions[header] for header in INPUT_HEADERS]
    last = max(max(len(columns[position]) for position in wanted), max(annotations.rows, default=0))
    rows = []
    for number in range(2, last + 1):
        annotated = annotations.cells(number, inputs) if annotations.rows.get(number) else []
        cells = _with_errors(_across(columns, number), inputs, annotated)
        row = sheet_row(number, cells, positions, annotated)
        if row.notes or not all(is_empty(cells[position]) for position in wanted):
            rows.append(row)
    return rows


def _across(columns: Sequence[Sequence[Cell]], number: int) -> list[Cell]:
    """Return the cells of a sheet row (from 1); columns may end above it."""
    return [column[number - 1] if number <= len(column) else "" for column in columns]


def _with_errors(cells: list[Cell], inputs: Sequence[int], annotated: Sequence[CellData]) -> list[Cell]:
    """Return a row's cells with errors among the inputs named as a snapshot names them.

    values.batchGet tells an error in the words of the sheet ("#DIV/0!"), a snapshot by its type.
    """
    for position, cell in zip(inputs, annotated, strict=False):
        if "errorValue" in cell.get("effectiveValue", {}):
            cells[position] = value(cell)
    return cells


def _log(columns: Sequence[Sequence[Cell]]) -> LogRead:
    positions = _header(PREDICTION_LOG, columns).columns(LOG_HEADERS)
    rows = itertools.zip_longest(*columns, fillvalue="")
    return read_log(itertools.islice(enumerate(rows, start=1), 1, None), positions)


def is_fresh(scan: FullScan, snapshot: Snapshot) -> bool:
    """Whether no commit came between the scan and the snapshot."""
    return scan.token == snapshot.token


def unmoved(scan: FullScan, rows: Sequence[SheetRow]) -> list[SheetRow]:
    """Return those of the rows that show what they showed in the scan, as people move rows without a commit.

    A row that has come from elsewhere is known there under another number, so it would be taken for a copy of itself.
    """
    scanned = {row.row: row for row in scan.rows}
    return [row for row in rows if (then := scanned.get(row.row)) is not None and _is_same(then, row)]


def _is_same(then: SheetRow, now: SheetRow) -> bool:
    """Whether two looks show the same customer; formulas change by themselves, and errors have two names."""
    is_known = then.prediction_id == now.prediction_id or now.prediction_id.startswith("#")
    return is_known and (then.has_formula or now.has_formula or then.inputs == now.inputs)
