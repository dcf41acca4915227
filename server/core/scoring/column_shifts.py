"""Column shifts: lines of the log and outputs of rows that are under the wrong headers.

The API writes to positions. A column that moves between a read and its write therefore brings what is written under
other headers. The instance that wrote it looks afterwards and repairs it; if that instance died before, the next sweep
does. A line tells by itself whether its cells are whole and in order: its PredictionId holds the version of the model
and the fingerprint of the inputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from server.core.cells import Cell, is_empty, is_same, text_of
from server.core.scoring.decisions import Realigned, SheetRow, ShiftedLine
from server.core.scoring.inputs import NewUserInput, fingerprint, parse_prediction_id, read_inputs
from server.core.scoring.log_lines import LogLine, read_log_line
from server.layout.headers import ACTION_PLAN, CLUSTER, CUSTOMER_ID, PREDICTED_AT, PREDICTION_ID, SEGMENT
from server.layout.tabs import INPUT_HEADERS, LOG_HEADERS, OUTPUT_HEADERS

MOST_COLUMNS = 3
"""So many columns that were inserted or deleted at one place, at most, are thought of; of moved ones, one."""
SEARCHED_LINES = 50
"""For so many damaged lines, the newest, it is searched how they came to be so; others are tried the same ways."""

_LARGEST = 1e15
_TELLING = (PREDICTION_ID, PREDICTED_AT)
"""Outputs that nothing else in a row is like."""

Places = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LogRead:
    """The log as far as it was read, the newest line first; `shifted` ones are among `lines`."""

    lines: list[LogLine] = field(default_factory=list)
    shifted: list[ShiftedLine] = field(default_factory=list)


def read_log(rows: Iterable[tuple[int, Sequence[Cell]]], positions: Mapping[str, int]) -> LogRead:
    """Read lines of the log, wherever the columns stood when they were written.

    Parameters
    ----------
    rows
        Sheet row from 1, and all cells of it.
    positions
        Position from 0 of each header.
    """
    now = tuple(positions[header] for header in LOG_HEADERS)
    search = _ShiftSearch(now)
    log = LogRead()
    for number, cells in rows:
        ordered = _at(cells, now)
        line = read_log_line(ordered)
        if line is None or not is_sound(ordered):
            places = search.places(cells)
            if places is not None:
                line = read_log_line(_at(cells, places))
                assert line is not None
                log.shifted.append(ShiftedLine(number, line, places))
        if line is not None:
            log.lines.append(line)
    return log


class _ShiftSearch:
    """Search for the columns of damaged lines; shifts that explained one line are tried first."""

    def __init__(self, now: Places) -> None:
        self._now = now
        self._known: list[Places] = []
        self._searched = 0

    def places(self, cells: Sequence[Cell]) -> Places | None:
        """Return the places of one line's cells, None where no shift explains them."""
        places = _first_sound(cells, self._known)
        if places is None and self._searched < SEARCHED_LINES and any(map(_is_id, cells)):
            self._searched += 1
            places = _first_sound(cells, former_places(self._now))
            if places is not None:
                self._known.append(places)
        return places


def is_sound(cells: Sequence[Cell]) -> bool:
    """Whether cells, in the order of `layout.tabs.LOG_HEADERS`, are those of one line: its id agrees with them."""
    identity = parse_prediction_id(cells[0]) if isinstance(cells[0], str) else None
    _, stamp, who, recency, frequency, money, cluster, segment, plan, sure, version, trigger, asker = cells
    if identity is None or version != identity.model_version or not (isinstance(trigger, str) and trigger):
        return False
    if not (
        _are_texts(segment, plan, asker) and _are_numbers(stamp, recency, frequency, money, cluster, sure)
    ):
        return False
    read = NewUserInput(text_of(who), recency, int(frequency), money)  # type: ignore[arg-type]  # numbers, see above
    return fingerprint(read) == identity.fingerprint


def _are_texts(*cells: Cell) -> bool:
    return all(isinstance(cell, str | None) for cell in cells)


def _are_numbers(*cells: Cell) -> bool:
    """Whether all are finite numbers: neither infinity nor NaN is below the largest."""
    return all(isinstance(cell, float | int) and abs(cell) < _LARGEST for cell in cells)


def line_shown(row: SheetRow, lines: Mapping[str, LogLine]) -> LogLine | None:
    """Return the line whose outputs are under wrong headers in a row of `New User`, None where there is none.

    A cluster that happens to stand among the inputs as well tells nothing where the line is the row's own.
    """
    held = row.cells or (*row.inputs.values(), *row.outputs.values())
    for text in held:
        line = lines.get(text) if isinstance(text, str) else None
        if line is None:
            continue
        wrong = _under_wrong_headers(row, line, held)
        if PREDICTION_ID in wrong or (wrong and not _is_fingerprint(row.fingerprint, line)):
            return line
    return None


def _under_wrong_headers(row: SheetRow, line: LogLine, held: Sequence[Cell]) -> list[str]:
    """Return the outputs of a line that are in a row, but not under their own header."""
    return [
        header
        for header, wanted in line.outputs.items()
        if not is_same(row.outputs.get(header), wanted) and any(is_same(cell, wanted) for cell in held)
    ]


def put_right(row: SheetRow, line: LogLine) -> tuple[SheetRow, Realigned] | None:
    """Return a row as it is without outputs of `line` under headers not theirs, and what makes it so.

    The inputs that outputs were written over come back from the line, which knows them. None where the row does not
    tell that it is so: somebody may keep ids in a column of their own.
    """
    places = (_places_by_move(row, line) or _places_by_value(row, line)) if row.cells else None
    if places is None:
        return None
    lost = _overwritten(row, line, places)
    inputs = {**row.inputs, **lost}
    is_whole = _is_fingerprint(_fingerprint_of(inputs), line)
    if not is_whole and text_of(row.inputs[CUSTOMER_ID]) != line.customer_id:
        return None  # rows were moved as well, so the line may be another's
    outputs = line.outputs if is_whole else dict.fromkeys(OUTPUT_HEADERS, "")
    corrected = msgspec.structs.replace(row, inputs=inputs, outputs=outputs, cells=())
    return corrected, Realigned(row.row, line if is_whole else None, lost, places)


def _overwritten(row: SheetRow, line: LogLine, places: Mapping[str, int]) -> dict[str, Cell]:
    """Return the inputs that outputs in `places` were written over, as the line knows them."""
    return {
        header: wanted
        for header, wanted in line.inputs.items()
        if row.positions[header] in places.values() and not is_same(row.inputs[header], wanted)
    }


def _places_by_move(row: SheetRow, line: LogLine) -> dict[str, int] | None:
    """Return where the outputs stand, if one move of columns since they were decided explains it."""
    beside = [SEGMENT] if SEGMENT in row.positions else []
    moved = _moved_together(row, line, [*OUTPUT_HEADERS, *beside])
    return moved or (_moved_together(row, line, OUTPUT_HEADERS) if beside else None)


def _moved_together(row: SheetRow, line: LogLine, headers: Sequence[str]) -> dict[str, int] | None:
    now = tuple(row.positions[header] for header in (*INPUT_HEADERS, *headers))
    shown = line.outputs | line.beside
    wanted = [shown[header] for header in headers]
    for places in former_places(now):
        outputs = dict(zip(headers, places[len(INPUT_HEADERS) :], strict=True))
        if _tells_of_move(row, outputs) and all(map(is_same, _at(row.cells, list(outputs.values())), wanted)):
            return outputs
    return None


def _places_by_value(row: SheetRow, line: LogLine) -> dict[str, int] | None:
    """Return the positions of outputs, if their values identify them and one is under another's header.

    Columns may have moved several times since. A cluster can be told only in the place of an input.
    """
    places = _unmistakable_places(row, line)
    if not places.keys() >= set(_TELLING):
        return None
    headers = {position: header for header, position in row.positions.items()}
    is_over = any(headers.get(at, header) != header for header, at in places.items())
    cluster = _cluster_among_inputs(row, line)
    if cluster is not None:
        places[CLUSTER] = cluster
    return places if is_over else None


def _unmistakable_places(row: SheetRow, line: LogLine) -> dict[str, int]:
    """Return the position of each output that occurs in one cell of the row alone, the cluster excepted."""
    places = {}
    for header in (PREDICTION_ID, PREDICTED_AT, ACTION_PLAN):
        wanted = line.outputs[header]
        equal = [at for at, cell in enumerate(row.cells) if not is_empty(cell) and is_same(cell, wanted)]
        if len(equal) == 1:
            places[header] = equal[0]
    return places


def _cluster_among_inputs(row: SheetRow, line: LogLine) -> int | None:
    """Return the position of the first input that the line's cluster was written over."""
    for header, typed in line.inputs.items():
        if is_same(row.inputs[header], line.cluster) and not is_same(row.inputs[header], typed):
            return row.positions[header]
    return None


def _tells_of_move(row: SheetRow, places: Mapping[str, int]) -> bool:
    """Whether outputs are where nobody puts them by hand.

    A number like the cluster may stand anywhere, and a plan may have been carried to a column of one's own.
    """
    is_over = any(
        places[header] != row.positions[header] and places[header] in row.positions.values()
        for header in (ACTION_PLAN, SEGMENT)
        if header in places
    )
    return is_over or any(places[header] != row.positions[header] for header in _TELLING)


def holds_stray_id(row: SheetRow) -> bool:
    """Whether a row has a PredictionId under another header than its own."""
    own = row.positions.get(PREDICTION_ID)
    return any(_is_id(cell) and at != own for at, cell in enumerate(row.cells))


def _is_fingerprint(fingerprint: str, line: LogLine) -> bool:
    """Whether a line was made for inputs of this fingerprint."""
    identity = parse_prediction_id(line.prediction_id)
    return identity is not None and fingerprint == identity.fingerprint


def _fingerprint_of(inputs: Mapping[str, Cell]) -> str:
    """Return the fingerprint of inputs, "" where they are not whole or not valid."""
    read = read_inputs(inputs)
    return fingerprint(read) if isinstance(read, NewUserInput) else ""


@lru_cache(maxsize=64)
def former_places(now: Places) -> list[Places]:
    """Return where columns may have stood before some were inserted or deleted at one place, or one was moved.

    >>> former_places((1, 2))[:3]  # one was inserted before the first; deleted there; deleted between them
    [(0, 1), (2, 3), (1, 3)]
    """
    width = max(now) + 1
    candidates = [*_before_shifts(now), *_before_moves(now, width)]
    return [
        places
        for places in dict.fromkeys(candidates)
        if places != now and min(places) >= 0 and len(set(places)) == len(now)
    ]


def _before_shifts(now: Places) -> Iterator[Places]:
    for count in range(1, MOST_COLUMNS + 1):
        for first in sorted(now):
            for by in (-count, count):
                yield tuple(at + by if at >= first else at for at in now)


def _before_moves(now: Places, width: int) -> Iterator[Places]:
    for source in range(width):
        for target in range(width):
            order = [*range(width)]
            order.insert(target, order.pop(source))  # order[at] is where the column at `at` stood before
            yield tuple(order[at] for at in now)


def _first_sound(cells: Sequence[Cell], ways: Iterable[Places]) -> Places | None:
    return next((places for places in ways if is_sound(_at(cells, places))), None)


def _at(cells: Sequence[Cell], places: Sequence[int]) -> list[Cell]:
    length = len(cells)
    return [cells[at] if at < length else "" for at in places]


def _is_id(cell: Cell) -> bool:
    return isinstance(cell, str) and parse_prediction_id(cell) is not None
