"""Triage of rows of `New User`: every outcome that needs no model.

The log is the truth and a row is its projection. A row that waits takes back a log line of its own where there is one
that stands in no row; only otherwise is it scored. Section "States of a row" of docs/architecture.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from server.core.cells import is_empty, text_of
from server.core.scoring.column_shifts import holds_stray_id, line_shown, put_right
from server.core.scoring.decisions import Classified, Conditions, Decision, NoteChange, Problem, SheetRow
from server.core.scoring.inputs import Incomplete, Invalid, NewUserInput, parse_prediction_id
from server.core.scoring.log_lines import LogLine
from server.core.scoring.predictions import Waiting
from server.layout.headers import ACTION_PLAN, CLUSTER, PREDICTED_AT, SEGMENT
from server.layout.tabs import INPUT_HEADERS

NOTE_PREFIX = "⚠ Audience Targeting: "
"""The service's own notes begin so; it never touches another's."""

RESTORE_AGE = dt.timedelta(days=1)
"""A log line older than this is not given back to a row: the customer is scored anew."""

VERIFIED_AFTER = dt.timedelta(minutes=2)
"""Grace period after a commit in which the instance that made it may still repair it."""

FORMULA_AGE = dt.timedelta(days=1)
"""A row whose inputs are formulas changes by itself; it is scored again at most this often."""


@dataclass(slots=True)
class Triage:
    """Outcome of rows before any is scored.

    Attributes
    ----------
    decision
        All that needs no new line.
    waiting
        Rows to score, in the order of the sheet.
    unlogged
        Classified rows whose line is not in the log.
    settled
        At a sweep, classified rows with their lines: they stay as they are.
    """

    decision: Decision = field(default_factory=Decision)
    waiting: list[Waiting] = field(default_factory=list)
    unlogged: list[Waiting] = field(default_factory=list)
    settled: list[tuple[Waiting, LogLine]] = field(default_factory=list)


def triage(
    rows: Iterable[SheetRow],
    log: Iterable[LogLine],
    conditions: Conditions,
    *,
    force: bool = False,
    owners: Mapping[str, int] | None = None,
) -> Triage:
    """Decide the outcome of `rows`, as far as no model is needed; the parameters are those of `decide`."""
    pending = _Triage(log, conditions, owners, force=force)
    for row in rows:
        pending.take(row)
    return pending.end()


class _Triage:
    """State of a triage while rows are taken one by one."""

    def __init__(
        self,
        log: Iterable[LogLine],
        conditions: Conditions,
        owners: Mapping[str, int] | None,
        *,
        force: bool,
    ) -> None:
        lines = list(log)
        self._conditions, self._owners, self._force = conditions, owners, force
        self._by_id = {line.prediction_id: line for line in reversed(lines)}
        self._lost: dict[tuple[str, str], list[LogLine]] = {}
        for line in lines:
            identity = parse_prediction_id(line.prediction_id)
            is_newest = self._by_id[line.prediction_id] is line  # of lines with one id, what a row shows
            if identity is not None and is_newest and _may_return(line, conditions):
                self._lost.setdefault((line.customer_id, identity.fingerprint), []).append(line)
        self._result = Triage()
        self._decision = self._result.decision
        self._first_bearers: dict[str, int] = {}
        self._given: set[str] = set()
        self._settled = 0

    @property
    def _is_edit(self) -> bool:
        return self._owners is None

    def take(self, row: SheetRow) -> None:
        """Decide the outcome of one row, as far as the rows seen so far allow."""
        corrected = self._under_its_headers(row)
        if corrected is None:
            return
        row = corrected
        if not self._is_usable(row):
            return
        assert isinstance(row.read, NewUserInput)
        here = Waiting(row, row.read, row.fingerprint)
        if not self._force and (self._is_settled(here) or self._is_given_back(here)):
            return
        self._result.waiting.append(here)

    def end(self) -> Triage:
        """Return what became of the rows."""
        if self._is_edit and not self._force and self._result.waiting and self._settled:
            # Beside rows that were labelled before, a waiting row may have a line of its own deeper in the log.
            self._decision.looks_restorable = True
        return self._result

    def _under_its_headers(self, row: SheetRow) -> SheetRow | None:
        """Return a row as it is when outputs under wrong headers are put right, None where it is left alone."""
        shown = line_shown(row, self._by_id)
        if shown is None:
            if self._is_edit and not self._force and not row.prediction_id and holds_stray_id(row):
                self._decision.looks_restorable = True  # its line may lie deeper in the log
            return row
        if _may_be_taken_back(shown, self._conditions):
            self._decision.left_alone += 1
            return None
        recovery = put_right(row, shown)
        if recovery is None:
            return row
        if self._is_edit:
            self._decision.looks_restorable = True
            return None
        corrected, change = recovery
        if not self._is_free(shown, row):
            corrected = msgspec.structs.replace(corrected, outputs={})
            change = msgspec.structs.replace(change, line=None)
        self._given.add(corrected.prediction_id)
        self._decision.realigned.append(change)
        return corrected

    def _is_usable(self, row: SheetRow) -> bool:
        """Whether the inputs are whole and valid; where they are not, the row's outputs go and notes are set."""
        decision, read, wording = self._decision, row.read, self._conditions.wording
        problems = {p.column: p.message(wording) for p in read.problems} if isinstance(read, Invalid) else {}
        decision.notes += _note_changes(row, problems)
        decision.problems += [Problem(row.row, column, text) for column, text in problems.items()]
        if isinstance(read, NewUserInput):
            return True
        decision.incomplete += isinstance(read, Incomplete)
        if row.has_outputs:
            decision.cleared.append(row.row)
        return False

    def _is_settled(self, here: Waiting) -> bool:
        """Whether a row is classified and stays as it is; at a sweep, row and log are made to agree."""
        row = here.row
        first = (self._first_bearers if self._owners is None else self._owners).get(
            row.prediction_id, row.row
        )
        self._first_bearers.setdefault(row.prediction_id, row.row)
        if first != row.row or not _looks_settled(here, self._conditions.now, sweeps=not self._is_edit):
            return False
        self._settled += 1
        if not self._is_edit:
            self._agree(here)
        return True

    def _agree(self, here: Waiting) -> None:
        """Make a classified row and the log agree: the log's line goes for the row, a missing line is put in."""
        row = here.row
        line = self._by_id.get(row.prediction_id)
        if line is not None:
            self._result.settled.append((here, line))
            if not shows(row, line):
                self._decision.classified.append(Classified(row.row, line, is_new=False))
        elif row.identity is not None and row.identity.fingerprint == here.fingerprint:
            self._result.unlogged.append(here)

    def _is_given_back(self, here: Waiting) -> bool:
        """Whether a row that waits takes back a line of its own; an edit leaves that to a sweep."""
        lost = self._lost.get((here.read.customer_id, here.fingerprint), [])
        if self._is_edit:
            self._decision.looks_restorable |= bool(lost)
            return False
        # The newest line that no other row shows: of two equal rows each has a line of its own.
        line = next((line for line in lost if self._is_free(line, here.row)), None)
        if line is None:
            return False
        self._given.add(line.prediction_id)
        self._decision.classified.append(Classified(here.row.row, line, is_new=False))
        return True

    def _is_free(self, line: LogLine, row: SheetRow) -> bool:
        """Whether a line is shown in no other row, and was given to none."""
        identity = line.prediction_id
        return identity not in self._given and (self._owners or {}).get(identity, row.row) == row.row


def _may_be_taken_back(line: LogLine, conditions: Conditions) -> bool:
    """Whether the instance that wrote a line may still be looking where it landed."""
    identity = parse_prediction_id(line.prediction_id)
    return (
        conditions.is_unverified
        and identity is not None
        and abs(conditions.now - identity.moment) < VERIFIED_AFTER
    )


def _looks_settled(here: Waiting, now: dt.datetime, *, sweeps: bool) -> bool:
    """Whether a row of valid inputs is classified: by its id, and by it alone."""
    identity = here.row.identity
    if identity is None or is_empty(here.row.outputs.get(CLUSTER)):
        return False
    if identity.fingerprint == here.fingerprint:
        return True
    return here.row.has_formula and (not sweeps or now - identity.moment < FORMULA_AGE)


def _may_return(line: LogLine, conditions: Conditions) -> bool:
    identity = parse_prediction_id(line.prediction_id)
    return (
        identity is not None
        and identity.model_version == conditions.model_version
        and conditions.now - identity.moment < RESTORE_AGE
    )


def shows(row: SheetRow, line: LogLine) -> bool:
    """Whether a row's outputs are those of a line; the time to the second, the segment where it is shown."""
    stamp = row.outputs.get(PREDICTED_AT)
    return (
        text_of(row.outputs.get(CLUSTER)) == str(line.cluster)
        and text_of(row.outputs.get(SEGMENT, line.segment)) == line.segment.strip()
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


def id_owners(rows: Iterable[SheetRow]) -> dict[str, int]:
    """Return the first sheet row that has each PredictionId beside the inputs that it was made for.

    An id beside other inputs, or beside none, stands there by mistake: its outputs go or are replaced, and the
    row that it was made for may have its line back. A formula among the inputs changes by itself.
    """
    owners: dict[str, int] = {}
    for row in rows:
        if row.identity is None or row.prediction_id in owners:
            continue
        is_usable = isinstance(row.read, NewUserInput)
        if is_usable and (row.has_formula or row.fingerprint == row.identity.fingerprint):
            owners[row.prediction_id] = row.row
    return owners
