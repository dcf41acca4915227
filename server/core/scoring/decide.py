"""Decision on rows of `New User`: a pure function of what a read has shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from server.core.scoring.decisions import Classified, Context, Decision, SheetRow
from server.core.scoring.log_lines import LogLine
from server.core.scoring.predictions import line_of_row, replanned, scored, with_figures
from server.core.scoring.triage import shows, triage


def decide(
    rows: Iterable[SheetRow],
    log: Iterable[LogLine],
    context: Context,
    *,
    force: bool = False,
    owners: Mapping[str, int] | None = None,
    replans: bool = False,
) -> Decision:
    """Decide what becomes of `rows`.

    Parameters
    ----------
    rows
        In the order of the sheet.
    log
        Lines of the log, the newest first: the newest 100 at an edit, all of them at a sweep.
    force
        Score rows anew even if they are classified already.
    owners
        At a sweep: what `id_owners` returns of all rows. Without it (at an edit) rows that look
        classified are believed, and nothing is given back: `Decision.looks_restorable` asks for a sweep.
    replans
        At a sweep: classified rows whose segment has another name or plan by now get a new line with it.
    """
    result = triage(rows, log, context.conditions, force=force, owners=owners)
    decision = result.decision
    for unlogged in result.unlogged:
        row, line = unlogged.row, line_of_row(unlogged, context)
        decision.relogged.append(Classified(row.row, line, is_new=True))
        if not shows(row, line):
            decision.classified.append(Classified(row.row, line, is_new=False))
    new = zip(result.waiting, scored(result.waiting, context), strict=True)
    decision.classified += [Classified(waiting.row.row, line, is_new=True) for waiting, line in new]
    if replans:
        given = dict(replanned(result.settled, context))
        decision.classified = [row for row in decision.classified if row.row not in given]
        decision.classified += [Classified(row, line, is_new=True) for row, line in given.items()]
    decision.classified.sort(key=lambda classified: classified.row)
    decision.classified = _with_figures(decision.classified, context)
    decision.relogged = _with_figures(decision.relogged, context)
    return decision


def _with_figures(classified: list[Classified], context: Context) -> list[Classified]:
    """Return the rows with what the model expects of their customers next."""
    lines = with_figures([row.line for row in classified], context.model)
    return [msgspec.structs.replace(row, line=line) for row, line in zip(classified, lines, strict=True)]
