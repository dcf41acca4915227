"""Lines of the log, and outputs of rows, that stand under headers not theirs.

The API writes to positions, so a column that is moved between a read and its write brings what is written under other
headers. Whoever wrote it looks, and puts it right; if that instance died before, the next sweep does. A line tells by
itself whether its cells are whole and in order: its PredictionId holds the model's version and the mark of the inputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from server.core.cells import Cell, is_empty, is_same, text_of
from server.core.decisions import Misplaced, Realigned, SheetRow
from server.core.inputs import NewUserInput, fingerprint, parse_prediction_id, read_inputs
from server.core.log_lines import LogLine, read_log_line
from server.layout import (
    ACTION_PLAN,
    CLUSTER,
    CUSTOMER_ID,
    INPUT_HEADERS,
    LOG_HEADERS,
    NEW_USER_HEADERS,
    OUTPUT_HEADERS,
    PREDICTED_AT,
    PREDICTION_ID,
)

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
    """The log as far as it was read, the newest line first; `misplaced` ones are among `lines`."""

    lines: list[LogLine] = field(default_factory=list)
    misplaced: list[Misplaced] = field(default_factory=list)


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
    found = LogRead()
    known: list[Places] = []
    searched = 0
    for number, cells in rows:
        ordered = _at(cells, now)
        line = read_log_line(ordered)
        if line is not None and is_sound(ordered):
            found.lines.append(line)
            continue
        places = _first_sound(cells, known)
        if places is None and searched < SEARCHED_LINES and any(map(_is_id, cells)):
            searched += 1
            places = _first_sound(cells, former_places(now))
            if places is not None:
                known.append(places)
        if places is not None:
            line = read_log_line(_at(cells, places))
            assert line is not None
            found.misplaced.append(Misplaced(number, line, places))
        if line is not None:
            found.lines.append(line)
    return found


def is_sound(cells: Sequence[Cell]) -> bool:
    """Whether cells, in the order of `layout.LOG_HEADERS`, are those of one line: its id agrees with them."""
    identity = parse_prediction_id(cells[0]) if isinstance(cells[0], str) else None
    _, stamp, who, recency, frequency, money, cluster, segment, plan, sure, version, trigger, asker = cells
    if identity is None or version != identity.model_version or not (isinstance(trigger, str) and trigger):
        return False
    texts, numbers = (segment, plan, asker), (stamp, recency, frequency, money, cluster, sure)
    if not all(isinstance(each, str | None) for each in texts):
        return False
    # Neither infinity nor NaN is below the largest.
    if not all(isinstance(each, float | int) and abs(each) < _LARGEST for each in numbers):
        return False
    read = NewUserInput(text_of(who), recency, int(frequency), money)  # type: ignore[arg-type]  # numbers, see above
    return fingerprint(read) == identity.fingerprint


def line_shown(row: SheetRow, lines: Mapping[str, LogLine]) -> LogLine | None:
    """Return the line of which outputs stand in a row of `New User` under headers not theirs, None where none does.

    A cluster that happens to stand among the inputs as well tells nothing where the line is the row's own.
    """
    held = row.cells or (*row.inputs.values(), *row.outputs.values())
    for text in held:
        line = lines.get(text) if isinstance(text, str) else None
        if line is None:
            continue
        wrong = [
            header
            for header, wanted in line.outputs.items()
            if not is_same(row.outputs.get(header), wanted) and any(is_same(cell, wanted) for cell in held)
        ]
        if PREDICTION_ID in wrong or (wrong and not _is_of(row.inputs, line)):
            return line
    return None


def put_right(row: SheetRow, line: LogLine) -> tuple[SheetRow, Realigned] | None:
    """Return a row as it is without outputs of `line` under headers not theirs, and what makes it so.

    The inputs that outputs were written over come back from the line, which knows them. None where the row does not
    tell that it is so: somebody may keep ids in a column of their own.
    """
    places = (_places_by_move(row, line) or _places_by_value(row, line)) if row.cells else None
    if places is None:
        return None
    lost = {
        header: wanted
        for header, wanted in line.inputs.items()
        if row.positions[header] in places.values() and not is_same(row.inputs[header], wanted)
    }
    inputs = {**row.inputs, **lost}
    is_whole = _is_of(inputs, line)
    if not is_whole and text_of(row.inputs[CUSTOMER_ID]) != line.customer_id:
        return None  # rows were moved as well, so the line may be another's
    outputs = line.outputs if is_whole else dict.fromkeys(OUTPUT_HEADERS, "")
    corrected = msgspec.structs.replace(row, inputs=inputs, outputs=outputs, cells=())
    return corrected, Realigned(row.row, line if is_whole else None, lost, places)


def _places_by_move(row: SheetRow, line: LogLine) -> dict[str, int] | None:
    """Return where the outputs stand, if one move of columns since they were decided explains it."""
    now = tuple(row.positions[header] for header in NEW_USER_HEADERS)
    wanted = list(line.outputs.values())
    for places in former_places(now):
        found = dict(zip(OUTPUT_HEADERS, places[len(INPUT_HEADERS) :], strict=True))
        if _tells_of_move(row, found) and all(map(is_same, _at(row.cells, list(found.values())), wanted)):
            return found
    return None


def _places_by_value(row: SheetRow, line: LogLine) -> dict[str, int] | None:
    """Return where outputs stand, if they can be told by what they are and one stands under another's header.

    Columns may have moved several times since. A cluster can be told only in the place of an input.
    """
    headers = {position: header for header, position in row.positions.items()}
    places: dict[str, int] = {}
    for header in (PREDICTION_ID, PREDICTED_AT, ACTION_PLAN):
        wanted = line.outputs[header]
        found = [at for at, cell in enumerate(row.cells) if not is_empty(cell) and is_same(cell, wanted)]
        if len(found) == 1:
            places[header] = found[0]
    if not places.keys() >= set(_TELLING):
        return None
    for header, typed in line.inputs.items():
        cell = row.inputs[header]
        if is_same(cell, line.cluster) and not is_same(cell, typed):
            places.setdefault(CLUSTER, row.positions[header])
    is_over = any(headers.get(at, header) != header for header, at in places.items() if header != CLUSTER)
    return places if is_over else None


def _tells_of_move(row: SheetRow, places: Mapping[str, int]) -> bool:
    """Whether outputs stand where nobody puts them by hand.

    A number like the cluster may stand anywhere, and a plan may have been carried to a column of one's own.
    """
    plan = places.get(ACTION_PLAN)
    is_over = plan != row.positions[ACTION_PLAN] and plan in row.positions.values()
    return is_over or any(places[header] != row.positions[header] for header in _TELLING)


def holds_stray_id(row: SheetRow) -> bool:
    """Whether a PredictionId stands in a row under another header than its own."""
    own = row.positions.get(PREDICTION_ID)
    return any(_is_id(cell) and at != own for at, cell in enumerate(row.cells))


def _is_of(inputs: Mapping[str, Cell], line: LogLine) -> bool:
    identity = parse_prediction_id(line.prediction_id)
    return identity is not None and _mark(inputs) == identity.fingerprint


def _mark(inputs: Mapping[str, Cell]) -> str:
    """Return the mark of inputs, "" where they are not whole or not valid."""
    read = read_inputs(inputs)
    return fingerprint(read) if isinstance(read, NewUserInput) else ""


@lru_cache(maxsize=64)
def former_places(now: Places) -> list[Places]:
    """Return where columns may have stood before some were inserted or deleted at one place, or one was moved.

    >>> former_places((1, 2))[:3]  # one was inserted before the first; deleted there; deleted between them
    [(0, 1), (2, 3), (1, 3)]
    """
    width = max(now) + 1
    found = [*_before_shifts(now), *_before_moves(now, width)]
    return [
        each for each in dict.fromkeys(found) if each != now and min(each) >= 0 and len(set(each)) == len(now)
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
