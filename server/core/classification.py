"""Decide what becomes of rows of `New User`: pure, from what a read has shown to what is to be written.

The log is the truth and a row is its projection. A row that waits takes back a log line of its own where
there is one that stands in no row; only else is it scored. Section "States of a row" of docs/architecture.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from server.core.cells import is_empty, text_of
from server.core.decisions import Classified, Context, Decision, NoteChange, Problem, SheetRow
from server.core.inputs import (
    Incomplete,
    Invalid,
    NewUserInput,
    fingerprint,
    parse_prediction_id,
    prediction_id,
    read_inputs,
)
from server.core.log_lines import LogLine
from server.core.misplaced import holds_stray_id, line_shown, put_right
from server.core.prediction import assign, confidence
from server.core.wall_clock import wall_clock
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
    at_most: int | None = None,
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
        classified are believed, and lines are not given back.
    at_most
        Stop when so many rows are to be written.
    """
    lines = list(log)
    by_id = {line.prediction_id: line for line in reversed(lines)}
    by_customer: dict[tuple[str, str], list[LogLine]] = {}
    for line in lines:
        identity = parse_prediction_id(line.prediction_id)
        is_newest = by_id[line.prediction_id] is line  # of lines with one id the newest is what a row shows
        if identity is not None and is_newest and _may_return(line, context):
            by_customer.setdefault((line.customer_id, identity.fingerprint), []).append(line)
    decision = Decision()
    waiting: list[tuple[SheetRow, NewUserInput, str]] = []
    bearers: dict[str, int] = {}
    given: set[str] = set()
    settled = 0

    for row in rows:
        if at_most is not None and len(waiting) + decision.size >= at_most:
            break
        shown = line_shown(row, by_id)
        if shown is not None:
            if _may_be_taken_back(shown, context):
                decision.left_alone += 1
                continue
            found = put_right(row, shown)
            if found is not None and standing is None:
                decision.looks_restorable = True
                continue
            if found is not None:
                row, change = found
                shown_id = row.prediction_id
                if shown_id in given or (standing or {}).get(shown_id, row.row) != row.row:
                    row = msgspec.structs.replace(row, outputs={})
                    change = msgspec.structs.replace(change, line=None)
                given.add(shown_id)
                decision.realigned.append(change)
        elif standing is None and not again and not row.prediction_id and holds_stray_id(row):
            decision.looks_restorable = True  # its line may lie deeper in the log
        read = read_inputs(row.inputs)
        problems = (
            {p.column: p.message(context.wording) for p in read.problems} if isinstance(read, Invalid) else {}
        )
        decision.notes += _note_changes(row, problems)
        decision.problems += [Problem(row.row, column, text) for column, text in problems.items()]
        if isinstance(read, Incomplete | Invalid):
            decision.incomplete += isinstance(read, Incomplete)
            if row.has_outputs:
                decision.cleared.append(row.row)
            continue
        mark = fingerprint(read)
        first = (standing or bearers).get(row.prediction_id, row.row)
        bearers.setdefault(row.prediction_id, row.row)
        if not again and _is_settled(row, mark, first, context.now, sweeps=standing is not None):
            settled += 1
            if standing is not None:
                _agree(row, read, mark, by_id, context, decision)
            continue
        lost = by_customer.get((read.customer_id, mark), [])
        if lost and not again:
            if standing is None:
                decision.looks_restorable = True
            else:
                # The newest that stands in no other row: of two equal rows each has a line of its own.
                free = (each for each in lost if standing.get(each.prediction_id, row.row) == row.row)
                old = next((each for each in free if each.prediction_id not in given), None)
                if old is not None:
                    given.add(old.prediction_id)
                    decision.classified.append(Classified(row.row, old, is_new=False))
                    continue
        waiting.append((row, read, mark))

    if standing is None and not again and waiting and settled:
        # Told of before: what waits among them may have a line that lies deeper in the log.
        decision.looks_restorable = True
    decision.classified += _scored(waiting, context)
    decision.classified.sort(key=lambda each: each.row)
    return decision


def _may_be_taken_back(line: LogLine, context: Context) -> bool:
    """Whether who wrote a line may still be looking where it landed."""
    identity = parse_prediction_id(line.prediction_id)
    return (
        context.is_unverified and identity is not None and abs(context.now - identity.moment) < VERIFIED_AFTER
    )


def _is_settled(row: SheetRow, mark: str, first: int, now: dt.datetime, *, sweeps: bool) -> bool:
    """Whether a row of valid inputs is classified and stays as it is."""
    identity = parse_prediction_id(row.prediction_id)
    if identity is None or is_empty(row.outputs.get(CLUSTER)) or first != row.row:
        return False
    if identity.fingerprint == mark:
        return True
    return row.has_formula and (not sweeps or now - identity.moment < FORMULA_AGE)


def _may_return(line: LogLine, context: Context) -> bool:
    identity = parse_prediction_id(line.prediction_id)
    return (
        identity is not None
        and identity.model_version == context.model.version
        and context.now - identity.moment < RESTORE_AGE
    )


def _agree(
    row: SheetRow,
    read: NewUserInput,
    mark: str,
    by_id: Mapping[str, LogLine],
    context: Context,
    decision: Decision,
) -> None:
    """Make a classified row and the log agree: the log's line goes for the row, a missing line is put in."""
    line = by_id.get(row.prediction_id)
    if line is not None:
        if not _shows(row, line):
            decision.classified.append(Classified(row.row, line, is_new=False))
        return
    identity = parse_prediction_id(row.prediction_id)
    if identity is None or identity.fingerprint != mark:
        return
    line = _line_of_row(row, read, context)
    decision.relogged.append(Classified(row.row, line, is_new=True))
    if not _shows(row, line):
        decision.classified.append(Classified(row.row, line, is_new=False))


def _shows(row: SheetRow, line: LogLine) -> bool:
    stamp = row.outputs.get(PREDICTED_AT)
    return (
        text_of(row.outputs.get(CLUSTER)) == str(line.cluster)
        and text_of(row.outputs.get(ACTION_PLAN)) == line.action_plan.strip()
        and isinstance(stamp, int | float)
        and abs(stamp - line.predicted_at) * 86_400 < 1
    )


def _line_of_row(row: SheetRow, read: NewUserInput, context: Context) -> LogLine:
    """Return the line that a row's classification had in the log, from what the row itself tells."""
    identity = parse_prediction_id(row.prediction_id)
    assert identity is not None
    scored = _lines([(row, read, identity.fingerprint)], context)[0]
    cluster = row.outputs.get(CLUSTER)
    if identity.model_version != context.model.version and isinstance(cluster, int | float):
        plan = context.plan(int(cluster))
        scored = msgspec.structs.replace(scored, cluster=int(cluster), segment=plan.segment, confidence=0.0)
    return msgspec.structs.replace(
        scored,
        prediction_id=row.prediction_id,
        predicted_at=wall_clock(identity.moment, context.time_zone)[0],
        action_plan=text_of(row.outputs.get(ACTION_PLAN)) or scored.action_plan,
        model_version=identity.model_version,
        trigger="reconciled",
        requested_by="",
    )


def _scored(waiting: Sequence[tuple[SheetRow, NewUserInput, str]], context: Context) -> list[Classified]:
    lines = _lines(waiting, context)
    return [Classified(row.row, line, is_new=True) for (row, _, _), line in zip(waiting, lines, strict=True)]


def _lines(waiting: Sequence[tuple[SheetRow, NewUserInput, str]], context: Context) -> list[LogLine]:
    """Score customers: one new log line for each row with its inputs and their fingerprint, in their order."""
    if not waiting:
        return []
    values = np.array([(i.recency, i.frequency, i.monetary_value) for _, i, _ in waiting], dtype=np.float64)
    clusters = assign(context.model, values)
    sure = confidence(context.model, values, clusters)
    stamp, _zone = wall_clock(context.now, context.time_zone)
    plans = {cluster: context.plan(cluster) for cluster in set(clusters.tolist())}
    lines = []
    for (_, read, mark), cluster, share in zip(waiting, clusters.tolist(), sure.tolist(), strict=True):
        plan = plans[cluster]
        lines.append(
            LogLine(
                prediction_id=prediction_id(context.model.version, mark, context.now, context.random_part()),
                predicted_at=stamp,
                customer_id=read.customer_id,
                recency=read.recency,
                frequency=read.frequency,
                monetary_value=read.monetary_value,
                cluster=cluster,
                segment=plan.segment,
                action_plan=plan.action_plan,
                confidence=round(share, 4),
                model_version=context.model.version,
                trigger=context.trigger,
                requested_by=context.requested_by,
            )
        )
    return lines


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
