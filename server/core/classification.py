"""Decide what becomes of rows of `New User`: pure, from what a read has shown to what is to be written.

The log is the truth and a row is its projection. A row that waits takes back a log line of its own where
there is one that stands in no row; only else is it scored. Section "States of a row" of docs/architecture.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from server.core.cells import is_empty, text_of
from server.core.decisions import Classified, Context, Decision, NoteChange, Problem, SheetRow
from server.core.inputs import (
    Incomplete,
    Invalid,
    NewUserInput,
    fingerprint,
    parse_prediction_id,
    read_inputs,
)
from server.core.log_lines import LogLine
from server.core.misplaced import holds_stray_id, line_shown, put_right
from server.core.new_lines import Waiting, line_of_row, scored
from server.layout import ACTION_PLAN, CLUSTER, INPUT_HEADERS, PREDICTED_AT

NOTE_PREFIX = "⚠ Audience Targeting: "
"""The service's own notes begin so; it never touches another's."""

RESTORE_AGE = dt.timedelta(days=1)
"""A log line older than this is not given back to a row: the customer is scored anew."""

VERIFIED_AFTER = dt.timedelta(minutes=2)
"""So long after a commit, at most, whoever made it may still put right what people's moves made wrong of it."""

FORMULA_AGE = dt.timedelta(days=1)
"""A row whose inputs are formulas changes by itself; it is scored again at most this often."""


def decide(
    rows: Iterable[SheetRow],
    log: Iterable[LogLine],
    context: Context,
    *,
    again: bool = False,
    standing: Mapping[str, int] | None = None,
) -> Decision:
    """Decide what becomes of `rows`.

    Parameters
    ----------
    rows
        In the order of the sheet.
    log
        Lines of the log, the newest first: the newest 100 at an edit, all of them at a sweep.
    again
        Score rows anew even if they are classified already.
    standing
        At a sweep: what `rightful_bearers` returns of all rows. Without it (at an edit) rows that look
        classified are believed, and nothing is given back: `Decision.looks_restorable` asks for a sweep.
    """
    deciding = _Deciding(log, context, standing, again=again)
    for row in rows:
        deciding.take(row)
    return deciding.end()


class _Deciding:
    """What is known while rows are taken one by one."""

    def __init__(
        self, log: Iterable[LogLine], context: Context, standing: Mapping[str, int] | None, *, again: bool
    ) -> None:
        lines = list(log)
        self._context, self._standing, self._again = context, standing, again
        self._by_id = {line.prediction_id: line for line in reversed(lines)}
        self._lost: dict[tuple[str, str], list[LogLine]] = {}
        for line in lines:
            identity = parse_prediction_id(line.prediction_id)
            is_newest = self._by_id[line.prediction_id] is line  # of lines with one id, what a row shows
            if identity is not None and is_newest and _may_return(line, context):
                self._lost.setdefault((line.customer_id, identity.fingerprint), []).append(line)
        self._decision = Decision()
        self._waiting: list[Waiting] = []
        self._bearers: dict[str, int] = {}
        self._given: set[str] = set()
        self._settled = 0

    @property
    def _is_edit(self) -> bool:
        return self._standing is None

    def take(self, row: SheetRow) -> None:
        """Decide what becomes of one row, as far as it can be told before all are seen."""
        corrected = self._under_its_headers(row)
        if corrected is None:
            return
        row = corrected
        read = self._read(row)
        if read is None:
            return
        here = Waiting(row, read, fingerprint(read))
        if not self._again and (self._is_settled(here) or self._is_given_back(here)):
            return
        self._waiting.append(here)

    def end(self) -> Decision:
        """Score what waits, and return the decision."""
        decision = self._decision
        if self._is_edit and not self._again and self._waiting and self._settled:
            # Told of before: what waits among them may have a line that lies deeper in the log.
            decision.looks_restorable = True
        new = zip(self._waiting, scored(self._waiting, self._context), strict=True)
        decision.classified += [Classified(each.row.row, line, is_new=True) for each, line in new]
        decision.classified.sort(key=lambda each: each.row)
        return decision

    def _under_its_headers(self, row: SheetRow) -> SheetRow | None:
        """Return a row as it is when outputs under wrong headers are put right, None where it is left alone."""
        shown = line_shown(row, self._by_id)
        if shown is None:
            if self._is_edit and not self._again and not row.prediction_id and holds_stray_id(row):
                self._decision.looks_restorable = True  # its line may lie deeper in the log
            return row
        if _may_be_taken_back(shown, self._context):
            self._decision.left_alone += 1
            return None
        found = put_right(row, shown)
        if found is None:
            return row
        if self._is_edit:
            self._decision.looks_restorable = True
            return None
        corrected, change = found
        if not self._is_free(shown, row):
            corrected = msgspec.structs.replace(corrected, outputs={})
            change = msgspec.structs.replace(change, line=None)
        self._given.add(corrected.prediction_id)
        self._decision.realigned.append(change)
        return corrected

    def _read(self, row: SheetRow) -> NewUserInput | None:
        """Return the inputs of a row; where they are not whole or not valid, its outputs go and notes are set."""
        decision, read = self._decision, read_inputs(row.inputs)
        wording = self._context.wording
        problems = {p.column: p.message(wording) for p in read.problems} if isinstance(read, Invalid) else {}
        decision.notes += _note_changes(row, problems)
        decision.problems += [Problem(row.row, column, text) for column, text in problems.items()]
        if isinstance(read, NewUserInput):
            return read
        decision.incomplete += isinstance(read, Incomplete)
        if row.has_outputs:
            decision.cleared.append(row.row)
        return None

    def _is_settled(self, here: Waiting) -> bool:
        """Whether a row is classified and stays as it is; at a sweep, row and log are made to agree."""
        row = here.row
        first = (self._bearers if self._standing is None else self._standing).get(row.prediction_id, row.row)
        self._bearers.setdefault(row.prediction_id, row.row)
        if first != row.row or not _looks_settled(here, self._context.now, sweeps=not self._is_edit):
            return False
        self._settled += 1
        if not self._is_edit:
            self._agree(here)
        return True

    def _agree(self, here: Waiting) -> None:
        """Make a classified row and the log agree: the log's line goes for the row, a missing line is put in."""
        row, decision = here.row, self._decision
        line = self._by_id.get(row.prediction_id)
        if line is None:
            identity = parse_prediction_id(row.prediction_id)
            if identity is None or identity.fingerprint != here.mark:
                return
            line = line_of_row(here, self._context)
            decision.relogged.append(Classified(row.row, line, is_new=True))
        if not _shows(row, line):
            decision.classified.append(Classified(row.row, line, is_new=False))

    def _is_given_back(self, here: Waiting) -> bool:
        """Whether a row that waits takes back a line of its own; an edit leaves that to a sweep."""
        lost = self._lost.get((here.read.customer_id, here.mark), [])
        if self._is_edit:
            self._decision.looks_restorable |= bool(lost)
            return False
        # The newest that stands in no other row: of two equal rows each has a line of its own.
        line = next((each for each in lost if self._is_free(each, here.row)), None)
        if line is None:
            return False
        self._given.add(line.prediction_id)
        self._decision.classified.append(Classified(here.row.row, line, is_new=False))
        return True

    def _is_free(self, line: LogLine, row: SheetRow) -> bool:
        """Whether a line stands in no row but this, and was given to none."""
        identity = line.prediction_id
        return identity not in self._given and (self._standing or {}).get(identity, row.row) == row.row


def _may_be_taken_back(line: LogLine, context: Context) -> bool:
    """Whether who wrote a line may still be looking where it landed."""
    identity = parse_prediction_id(line.prediction_id)
    return (
        context.is_unverified and identity is not None and abs(context.now - identity.moment) < VERIFIED_AFTER
    )


def _looks_settled(here: Waiting, now: dt.datetime, *, sweeps: bool) -> bool:
    """Whether a row of valid inputs is classified: by its id, and by it alone."""
    identity = parse_prediction_id(here.row.prediction_id)
    if identity is None or is_empty(here.row.outputs.get(CLUSTER)):
        return False
    if identity.fingerprint == here.mark:
        return True
    return here.row.has_formula and (not sweeps or now - identity.moment < FORMULA_AGE)


def _may_return(line: LogLine, context: Context) -> bool:
    identity = parse_prediction_id(line.prediction_id)
    return (
        identity is not None
        and identity.model_version == context.model.version
        and context.now - identity.moment < RESTORE_AGE
    )


def _shows(row: SheetRow, line: LogLine) -> bool:
    stamp = row.outputs.get(PREDICTED_AT)
    return (
        text_of(row.outputs.get(CLUSTER)) == str(line.cluster)
        and text_of(row.outputs.get(ACTION_PLAN)) == line.action_plan.strip()
        and isinstance(stamp, int | float)
        and abs(stamp - line.predicted_at) * 86_400 < 1
    )


def _note_changes(row: SheetRow, problems: Mapping[str, str]) -> list[NoteChange]:
    changes: list[NoteChange] = []
    if not problems and not row.notes:
        return changes
    for column in INPUT_HEADERS:
        present = row.notes.get(column, "")
        wanted = NOTE_PREFIX + problems[column] if column in problems else ""
        is_ours = present.startswith(NOTE_PREFIX)
        if wanted != present and (is_ours or (wanted and not present)):
            changes.append(NoteChange(row.row, column, wanted))
    return changes


def rightful_bearers(rows: Iterable[SheetRow]) -> dict[str, int]:
    """Return the first sheet row that bears each PredictionId beside the inputs that it was made for.

    An id beside other inputs, or beside none, stands there by mistake: its outputs go or are replaced, and the
    row that it was made for may have its line back. A formula among the inputs changes by itself.
    """
    bearers: dict[str, int] = {}
    for row in rows:
        identity = parse_prediction_id(row.prediction_id)
        if identity is None or row.prediction_id in bearers:
            continue
        read = read_inputs(row.inputs)
        if isinstance(read, NewUserInput) and (row.has_formula or fingerprint(read) == identity.fingerprint):
            bearers[row.prediction_id] = row.row
    return bearers
