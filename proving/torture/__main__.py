"""``python -m proving.torture``: the storm, and the damaged sheets, with their figures."""

from __future__ import annotations

import argparse
import datetime as dt
import secrets
import sys
import time
from collections.abc import Sequence

from local.launch import LocalGoogle
from local.printing import end_progress, progress, say
from proving.torture.damage import mend_many
from proving.torture.over_http import HISTORIES, storm_over_http
from proving.torture.player import Tally
from proving.torture.ruins import ruin_many
from proving.torture.storm import first_document, storm
from proving.torture.witness import Verdict

RUINED_SHARE = 100
"""One sheet of so many has its tabs ruined, as that takes a hundred times as long."""
SHOWN = 20
"""So many problems are told, the rarer kinds first."""


def transactions(customers: int = 60) -> list[list[str]]:
    """Return orders of customers who differ: the first buy often and much, the last once and long ago."""
    rows = [["customer_id", "order_date", "amount"]]
    for number in range(customers):
        for order in range(max(1, 12 - number // 5)):
            day = dt.date(2025, 12, 31) - dt.timedelta(days=number * 5 + order * 11)
            rows.append([f"C{number:03}", day.isoformat(), f"{max(5, 200 - 3 * number) + order}"])
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the runs; return 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m proving.torture", description=__doc__)
    parser.add_argument("run", choices=("storm", "direct", "damage"))
    parser.add_argument("--seed", default="", help="of a run that is to be played again")
    parser.add_argument("--count", type=int, default=10_000, help="scoring calls, or damaged sheets")
    options = parser.parse_args(arguments)
    seed = options.seed or secrets.token_hex(4)
    say(f"SEED={seed}")
    started = time.monotonic()
    if options.run == "damage":
        problems = mend_many(transactions(), seed=seed, count=options.count, tell=_progress)
        end_progress()
        say(f"{options.count:,} damaged sheets, one sweep each, a second that must write nothing.")
        ruined = max(1, options.count // RUINED_SHARE)
        ruin_problems, refused = ruin_many(transactions(), seed=seed, count=ruined, tell=_progress)
        end_progress()
        acts = ", ".join(f"{call} {number:,}" for call, number in refused.most_common())
        say(f"{ruined:,} sheets with ruined tabs; refused with the reason: {acts}.")
        problems += ruin_problems
    else:
        if options.run == "storm":
            tally, verdict = storm_over_http(transactions(), seed=seed, calls=options.count, say=_progress)
        else:
            with LocalGoogle(quota=False) as google:
                first = first_document(google, transactions())
                tally, verdict = storm(google, first, seed=seed, calls=options.count)
        end_progress()
        _tell(tally, verdict)
        problems = verdict.problems
    for problem in problems[::-1][:SHOWN]:
        say(f"  {problem}")
    if problems and options.run == "storm":
        say(f"What led there: {HISTORIES}/{seed}-*.jsonl")
    say(f"{len(problems)} problems, {time.monotonic() - started:.0f} s; SEED={seed} plays it again.")
    return int(bool(problems))


def _progress(text: str) -> None:
    if sys.stdout.isatty():
        progress(text)


def _tell(tally: Tally, verdict: Verdict) -> None:
    calls = ", ".join(f"{n:,} {what}" for what, n in tally.calls.most_common())
    statuses = ", ".join(f"{n:,} × {status or 'no answer'}" for status, n in tally.statuses.most_common())
    acts = ", ".join(f"{n:,} × {what}" for what, n in tally.acts.most_common())
    say(f"{tally.scoring_calls:,} scoring calls ({calls}), {tally.kills} processes killed")
    say(f"Answers: {statuses}")
    say(f"Acts: {acts}")
    say("Beside: " + ", ".join(f"{n:,} × {what}" for what, n in tally.beside.most_common()))
    for text, count in tally.refusals.most_common(12):
        say(f"  refused {count:,} ×: {text}")
    say(
        f"{verdict.rows:,} rows to be classified, {verdict.lines:,} log lines: {len(verdict.lost)} lost, "
        f"{len(verdict.double)} double, {len(verdict.disagreeing)} disagreeing, {len(verdict.invented)} invented, "
        f"{len(verdict.foreign)} cells of others changed, {len(verdict.unrest)} not at rest, "
        f"{len(verdict.records)} records of audiences, tests and runs that disagree"
    )


if __name__ == "__main__":
    sys.exit(main())
