"""Randomly damaged sheets: one sweep repairs any state of rows and log, and a second writes nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence

from local.launch import OWNER, LocalGoogle
from proving.torture.direct import Wire
from proving.torture.marketers import INPUTS, OUTPUTS, Inputs, valid_inputs
from proving.torture.player import LATER_SECONDS, Tally
from proving.torture.storm import DirectInstance, first_document, shared_copy
from proving.torture.tables import table
from proving.torture.witness import LOG_COLUMNS, PREDICTION_ID, fingerprint
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.cells import Content, value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.structure import COLUMNS

ROWS, LINES, LONG_TAB = 14, 12, 2_100
_NAMES = ("A", "B", "C", "'", "=1+1", "Z" * 201, "  ", "0042")
_NO_MOMENT = "20261399T000000Z"
_MOMENTS = ("20260115T170000Z", "20990101T000000Z", "20200101T000000Z", _NO_MOMENT)


class Vandal:
    """Leaves a sheet in a state that no history need lead to."""

    def __init__(self, randomness: random.Random) -> None:
        self._random = randomness
        self._ids: list[str] = []

    def damage(self, document: Document) -> None:
        """Fill `New User` and the log with random contents."""
        draw = self._random
        with document.changing(OWNER, "damage"):
            new_user, log = document.sheet("New User"), document.sheet("Prediction_Log")
            for row in range(1, draw.randrange(1, ROWS)):
                new_user.grid.put(row, 0, self._row())
            count = draw.randrange(0, LINES)
            log.grid.resize(max(log.grid.row_count, LINES + 2), log.grid.column_count)
            for row in range(1, count + 1):
                log.grid.put(row, 0, self._line())
            rows = LONG_TAB if draw.random() < 0.05 else 4 * ROWS
            new_user.grid.resize(rows, new_user.grid.column_count)
            if draw.random() < 0.1:
                document.protections = []
            if draw.random() < 0.25:
                self._misplace(document)
            document.noted("damage", "")

    def _misplace(self, document: Document) -> None:
        """Insert a column into the log beside which whole lines stay: as their writer died."""
        log = document.sheet("Prediction_Log")
        whole = {row: [*log.grid.row(row)] for row, line in table(log, LOG_COLUMNS) if is_whole(line)}
        structure.insert(document, log, COLUMNS, self._random.randrange(len(LOG_COLUMNS) - 1), 1)
        for row, cells in whole.items():
            if self._random.random() < 0.7:
                log.grid.put(row, 0, [*cells, *[None] * (log.grid.column_count - len(cells))])

    def _inputs(self) -> list[Content]:
        draw = self._random
        who: Content = draw.choice(_NAMES)
        recency: Content = draw.choice((0, 3, 3.5, 90))
        frequency: Content = draw.choice((1, 2, 7))
        money: Content = draw.choice((9.5, 120, 900))
        cells = [who, recency, frequency, money]
        if draw.random() < 0.2:
            cells[draw.randrange(4)] = draw.choice((None, "soon", -1, 0, True, 1e13))
        return cells

    def _identity(self, inputs: Sequence[Content]) -> Content:
        draw = self._random
        luck = draw.random()
        if luck < 0.2:
            return draw.choice((None, "x", 7))
        if luck < 0.5 and self._ids:
            return draw.choice(self._ids)
        known = valid_inputs(list(inputs))
        mark = fingerprint(known) if known and draw.random() < 0.85 else f"{draw.randrange(16**12):012x}"
        made = f"v{draw.choice((1, 1, 1, 2, 9))}-{mark}-{draw.choice(_MOMENTS)}-{draw.randrange(16**6):06x}"
        self._ids.append(made)
        return made

    def _row(self) -> list[Content]:
        draw = self._random
        inputs = self._inputs()
        outputs = [
            draw.choice((0, 1, 2, 99, None, "x")),
            draw.choice(("VIP", None)),
            draw.choice((46_000.5, None)),
        ]
        return [*inputs, *outputs, self._identity(inputs)] if draw.random() < 0.8 else inputs

    def _line(self) -> list[Content]:
        draw = self._random
        inputs = self._inputs()
        if draw.random() < 0.1:
            return ["a note of somebody's"]
        cluster = draw.choice((0, 1, 2, 99))
        return [self._identity(inputs), 46_000.5, *inputs, cluster, "Seg", "VIP", 0.9, 1, "edit", ""]


def is_whole(line: Mapping[str, object]) -> bool:
    """Whether the cells of a line are those that its id was made for."""
    inputs = _inputs(line)
    match = PREDICTION_ID.fullmatch(str(line["PredictionId"]))
    return (
        inputs is not None
        and match is not None
        and _NO_MOMENT not in match[0]
        and (match[1], match[2]) == (str(line["ModelVersion"]), fingerprint(inputs))
    )


def judged(document: Document, before: set[str]) -> list[str]:
    """Return the faults of a sheet that was swept.

    Parameters
    ----------
    before
        Ids that stood in the log before; they must stand there still.
    """
    lines: dict[str, dict[str, object]] = {}
    for _, line in table(document.sheet("Prediction_Log"), LOG_COLUMNS):
        identity = str(line["PredictionId"])
        if PREDICTION_ID.fullmatch(identity):
            lines.setdefault(identity, line)
    wrong = _stray_cells(document)
    wrong += [f"the line {line} is gone" for line in before - lines.keys()]
    bearers: set[str] = set()
    for number, row in table(document.sheet("New User"), (*INPUTS, *OUTPUTS)):
        problem = _wrong_row(row, lines, bearers)
        if problem:
            wrong.append(f"row {number + 1} {problem}")
        if _inputs(row) is not None:
            bearers.add(str(row["PredictionId"]))
    return wrong


def _stray_cells(document: Document) -> list[str]:
    log = document.sheet("Prediction_Log")
    header = [str(value_of(cell)) for cell in log.grid.row(0)]
    return [
        f"line {row + 1} of the log holds a cell under no header"
        for row in range(1, log.grid.held_rows)
        if any(
            value_of(c) is not None and header[i] not in LOG_COLUMNS for i, c in enumerate(log.grid.row(row))
        )
    ]


def _inputs(row: Mapping[str, object]) -> Inputs | None:
    return valid_inputs([row[name] for name in INPUTS])


def _outputs(row: Mapping[str, object]) -> list[object]:
    return [row[name] for name in OUTPUTS]


def _wrong_row(
    row: Mapping[str, object], lines: Mapping[str, Mapping[str, object]], bearers: Collection[str]
) -> str:
    """Return what is wrong with a row of `New User`, "" for a right one."""
    inputs, outputs, identity = _inputs(row), _outputs(row), str(row["PredictionId"])
    if inputs is None:
        return f"has outputs beside {row}" if any(output is not None for output in outputs) else ""
    shown, match = lines.get(identity), PREDICTION_ID.fullmatch(identity)
    if match is None or match[2] != fingerprint(inputs):
        return f"is not classified: {row}"
    if identity in bearers:
        return f"bears the id of another: {row}"
    if shown is None or _outputs(shown) != outputs:
        return f"{row} is not its line {shown}"
    return ""


def mend_many(
    rows: Sequence[list[str]], *, seed: str, count: int, tell: Callable[[str], None] = lambda _text: None
) -> list[str]:
    """Damage so many copies of a spreadsheet, sweep each twice, and return what is wrong."""
    problems: list[str] = []
    with LocalGoogle(quota=False) as google:
        first = first_document(google, rows)
        wire = Wire(google.service, google.server.faults, random.Random(seed))
        instance = DirectInstance(wire, Tally(), LATER_SECONDS)
        for number in range(count):
            document = shared_copy(google, first)
            Vandal(random.Random(f"{seed} {number}")).damage(document)
            log = document.sheet("Prediction_Log")
            texts = {str(value_of(cell)) for row in range(log.grid.held_rows) for cell in log.grid.row(row)}
            kept = {text for text in texts if PREDICTION_ID.fullmatch(text)}
            status = instance.score(document, None, trigger="sweep")
            faults = judged(document, kept) if status == 200 else [f"the sweep ended in {status}"]
            writes = wire.writes
            instance.score(document, None, trigger="sweep")
            if wire.writes != writes:
                faults.append("a second sweep wrote something")
            problems += [f"sheet {number} of seed {seed}: {fault}" for fault in faults]
            del google.workspace.documents[document.spreadsheet_id]
            if number % 100 == 99:
                tell(f"{number + 1:,} of {count:,} sheets")
    return problems
