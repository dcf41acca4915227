"""Lines of `Prediction_Log`: read from a snapshot, written, checked after the commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from server.core.cells import text_of
from server.core.scoring.column_shifts import LogRead, read_log
from server.core.scoring.decisions import ShiftedLine
from server.core.scoring.inputs import parse_prediction_id
from server.core.scoring.log_lines import LogLine
from server.core.wall_clock import wall_clock
from server.layout.headers import PREDICTED_AT, PREDICTION_ID
from server.layout.record_tabs import PREDICTION_LOG
from server.layout.tabs import LOG_HEADERS, VALUE_HEADERS
from server.sheets.api.a1 import spans
from server.sheets.api.requests import Json, date_time_format, insert_rows, plain_format, write_by_header
from server.sheets.commit.snapshot import Snapshot, Tab, value


def read_lines(snapshot: Snapshot) -> LogRead:
    """Return the lines of the log that were read, the newest first, and those to move under their headers."""
    tab = snapshot.tab(PREDICTION_LOG)
    rows = ((number, tab.values(number)) for number in sorted(tab.rows) if number > 1)
    return read_log(rows, tab.columns(LOG_HEADERS))


def inserting(log: Tab, lines: Sequence[LogLine], time_zone: str) -> list[Json]:
    """Return the requests that put new lines on top of the log; the first is the newest."""
    return [
        insert_rows(log.sheet_id, 2, len(lines)),
        *_written(log.sheet_id, _columns(log), dict(enumerate(lines, start=2)), time_zone),
    ]


def realigning(log: Tab, shifted: Sequence[ShiftedLine], time_zone: str) -> list[Json]:
    """Return the requests that put lines under their headers, in the rows in which they stand."""
    alike: dict[Sequence[int], dict[int, LogLine]] = {}
    for shift in shifted:
        alike.setdefault(tuple(shift.places), {})[shift.row] = shift.line
    now = log.columns(LOG_HEADERS)
    requests: list[Json] = []
    for places, lines in alike.items():
        then = dict(zip(LOG_HEADERS, places, strict=True))
        requests += _moved(log.sheet_id, lines, then, now, time_zone)
    return requests


def _columns(log: Tab) -> dict[str, int]:
    """Return the position of each header of ours: those that must be there, and the others where they are."""
    return log.columns(LOG_HEADERS) | log.present(VALUE_HEADERS)


def repairs(lines: Sequence[LogLine], before: Snapshot, after: Snapshot, time_zone: str) -> list[Json]:
    """Return the requests that put the new lines of a commit under their headers, where columns were moved meanwhile.

    Parameters
    ----------
    before, after
        What the commit was decided on, and what the sheet showed just after it.
    """
    old, new = before.tab(PREDICTION_LOG), after.tab(PREDICTION_LOG)
    then, now = _columns(old), new.present((*LOG_HEADERS, *VALUE_HEADERS))
    if now == then or not now.keys() >= set(LOG_HEADERS):
        return []
    still = {header: position for header, position in then.items() if position < new.column_count}
    landed = {
        number: line
        for number, line in enumerate(lines, start=2)
        if text_of(value(new.cell(number, then[PREDICTION_ID]))) == line.prediction_id
    }
    return _moved(new.sheet_id, landed, still, now, time_zone)


def _moved(
    sheet_id: int,
    lines: Mapping[int, LogLine],
    then: Mapping[str, int],
    now: Mapping[str, int],
    time_zone: str,
) -> list[Json]:
    """Empty the places at which lines stand, and write them under their headers."""
    return [
        *emptied(sheet_id, lines, then),
        *_written(sheet_id, now, lines, time_zone),
    ]


def _written(
    sheet_id: int, columns: Mapping[str, int], lines: Mapping[int, LogLine], time_zone: str
) -> list[Json]:
    cells = {
        row: dict(zip(LOG_HEADERS, line.cells(), strict=True)) | line.figures for row, line in lines.items()
    }
    return [
        *write_by_header(sheet_id, columns, cells),
        *stamps_shown(sheet_id, columns[PREDICTED_AT], lines, time_zone),
    ]


def emptied(sheet_id: int, rows: Collection[int], columns: Mapping[str, int]) -> list[Json]:
    """Return the requests that empty cells of rows; what was shown as date and time no longer is."""
    return [
        *write_by_header(sheet_id, columns, {row: dict.fromkeys(columns, "") for row in rows}),
        *(
            plain_format(sheet_id, first, last, columns[PREDICTED_AT])
            for first, last in (spans(rows) if PREDICTED_AT in columns else ())
        ),
    ]


def stamps_shown(sheet_id: int, column: int, lines: Mapping[int, LogLine], time_zone: str) -> list[Json]:
    """Return the requests that show the times of lines, by sheet row, in the time zone of each."""
    zones: dict[str, list[int]] = {}
    for row, line in lines.items():
        identity = parse_prediction_id(line.prediction_id)
        zones.setdefault(wall_clock(identity.moment, time_zone)[1] if identity else "", []).append(row)
    return [
        date_time_format(sheet_id, first, last, column, zone)
        for zone, rows in zones.items()
        for first, last in spans(rows)
    ]
