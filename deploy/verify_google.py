"""``make verify-google SPREADSHEET=…``: what the design assumes of Google, tried on a scratch spreadsheet.

Everything happens in tabs of its own, which are gone afterwards. With 200 races it takes about ten minutes, as one
account may write 60 times a minute; ``RACES=50`` takes four. Against Google itself the result is written to
docs/google-assumptions.md, and the answers to docs/google-answers.json, with which the tests compare the stand-in's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from deploy.record import Calls, Record, as_recorded, write
from deploy.scratch import CALLS_A_MINUTE, ROOT, NotTried, Paced, Scratch
from deploy.trial import Differs, Size, Trial
from deploy.trials import TRIALS
from server.sheets.api.client import GOOGLE, SCOPE, SheetsClient, default_credentials, of_another_google
from server.sheets.api.failures import ApiFailure, CallError

DOCUMENT = ROOT / "docs" / "google-assumptions.md"
ANSWERS = ROOT / "docs" / "google-answers.json"
CONFIRMED, DIFFERS, NOT_TRIED = "confirmed", "differs", "not tried"

_ID = re.compile(r"[A-Za-z0-9_-]{10,200}")
_ADDRESS = re.compile(r"/spreadsheets/d/([A-Za-z0-9_-]{10,200})")
_ROW = re.compile(
    r"^\| (?P<assumed>.+?) \| (?P<on>.+?) \| (?P<how>.+?) \| (?P<otherwise>.+?) \|$", re.MULTILINE
)

_INTRODUCTION = """# What is assumed of Google

This page is written by `make verify-google SPREADSHEET=…`, which tries each line on a scratch spreadsheet and leaves
nothing behind. What could only be read about says so. The same trials run against the local stand-in in the tests, in
each of the ways in which Google might differ; the stand-in is no evidence for Google, so it confirms nothing here. What
Google answered is kept in `google-answers.json`, and a test holds the stand-in against it.

| assumed | confirmed on | how | where Google differs |
|---|---|---|---|
"""
UNCONFIRMED = "not yet: read about only"


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a trial."""

    trial: Trial
    state: str
    text: str
    calls: Calls = field(default_factory=list)


def verify(scratch: Scratch, size: Size, tell: Callable[[Seen], None] = lambda _seen: None) -> list[Seen]:
    """Try every assumption; one that cannot be tried, or differs, does not keep the others from it."""
    seen = []
    repeatable_first = sorted(
        TRIALS, key=lambda trial: not trial.is_repeatable
    )  # what the others leave is recorded nowhere
    with scratch:
        for trial in repeatable_first:
            scratch.client.calls.clear()
            outcome = _tried(trial, scratch, size)
            seen.append(replace(outcome, calls=as_recorded(scratch.client.calls, scratch.spreadsheet_id)))
            tell(seen[-1])
    return seen


def _tried(trial: Trial, scratch: Scratch, size: Size) -> Seen:
    try:
        return Seen(trial, CONFIRMED, trial.run(scratch, size))
    except Differs as difference:
        return Seen(trial, DIFFERS, str(difference))
    except NotTried as reason:
        return Seen(trial, NOT_TRIED, str(reason))
    except ApiFailure as failure:
        state = NOT_TRIED if failure.status == 501 else DIFFERS
        return Seen(trial, state, f"Google answered {failure.status}: {failure.message}")
    except CallError as failure:
        return Seen(trial, NOT_TRIED, f"no answer: {failure}")


def line(seen: Seen) -> str:
    """Return a trial's line of the table on the terminal."""
    sign = {CONFIRMED: "✓", DIFFERS: "✗", NOT_TRIED: "–"}[seen.state]
    text = f"{sign} {seen.state:9}  {seen.trial.assumed}\n             {seen.text}"
    return text + (f"\n             → {seen.trial.otherwise}" if seen.state == DIFFERS else "")


def record(seen: Sequence[Seen]) -> Record:
    """Return the answers of those trials that another run can be held against."""
    return {
        outcome.trial.assumed: outcome.calls
        for outcome in seen
        if outcome.trial.is_repeatable and outcome.state in (CONFIRMED, DIFFERS)
    }


def last_line(seen: Sequence[Seen], written: str) -> str:
    """Return in one line what a run has confirmed.

    Parameters
    ----------
    written
        What was done with it.
    """
    counts = {
        state: sum(outcome.state == state for outcome in seen) for state in (CONFIRMED, DIFFERS, NOT_TRIED)
    }
    text = f"{counts[CONFIRMED]} of {len(seen)} assumptions confirmed"
    text += (
        f", {counts[DIFFERS]} {'differs' if counts[DIFFERS] == 1 else 'differ'}" if counts[DIFFERS] else ""
    )
    text += f", {counts[NOT_TRIED]} not tried" if counts[NOT_TRIED] else ""
    return f"{text}; {written}."


def document(confirmed: Mapping[str, str]) -> str:
    """Return docs/google-assumptions.md.

    Parameters
    ----------
    confirmed
        What stands under "confirmed on", by what is assumed; the rest is only read about.
    """
    rows = [
        f"| {trial.assumed} | {confirmed.get(trial.assumed, UNCONFIRMED)} | {trial.how} | {trial.otherwise} |"
        for trial in TRIALS
    ]
    return _INTRODUCTION + "\n".join(rows) + "\n"


def confirmations(text: str) -> dict[str, str]:
    """Return what a former run left in the document."""
    names = {trial.assumed for trial in TRIALS}
    dates = {row["assumed"]: row["on"] for row in _ROW.finditer(text)}
    return {assumed: on for assumed, on in dates.items() if assumed in names and on != UNCONFIRMED}


def updated(text: str, seen: Sequence[Seen], today: dt.date) -> str:
    """Return the document after a run: what was not tried keeps what it had."""
    known = confirmations(text)
    for outcome in seen:
        if outcome.state == CONFIRMED:
            known[outcome.trial.assumed] = today.isoformat()
        elif outcome.state == DIFFERS:
            text_of_row = outcome.text.replace("|", "/").replace("\n", " ")
            known[outcome.trial.assumed] = f"**differs** ({today.isoformat()}): {text_of_row}"
    return document(known)


def main(arguments: list[str] | None = None, file: Path = DOCUMENT, answers: Path = ANSWERS) -> int:
    """Try everything; return 0 where all is as assumed, 1 where something differs, 2 where nothing can be tried."""
    parser = argparse.ArgumentParser(prog="python -m deploy.verify_google", description=__doc__)
    parser.add_argument("spreadsheet", nargs="?", default="", help="id or address of a scratch spreadsheet")
    parser.add_argument("--viewer", type=Path, help="key file of an account that may only view it")
    parser.add_argument("--races", type=int, default=Size().races)
    parser.add_argument("--cells", type=int, default=Size().cells)
    parser.add_argument(
        "--api", default=GOOGLE, help="another Google than Google, for trying this without one"
    )
    given = parser.parse_args(arguments)
    try:
        spreadsheet_id = _id_of(given.spreadsheet)
        seen = _run(given, spreadsheet_id)
    except NotTried as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    written = "nothing is written, as a stand-in is no evidence"
    if given.api == GOOGLE:
        today = dt.datetime.now(dt.UTC).date()
        file.write_text(updated(file.read_text(encoding="utf-8"), seen, today), encoding="utf-8")
        write(answers, record(seen))
        written = f"written to {file.name} and {answers.name}"
    print("\n" + last_line(seen, written))
    return 1 if any(outcome.state == DIFFERS for outcome in seen) else 0


def _run(given: argparse.Namespace, spreadsheet_id: str) -> list[Seen]:
    pause = 60 / CALLS_A_MINUTE if given.api == GOOGLE else 0.0
    client = Paced(lambda: default_credentials(given.api), given.api, pause_seconds=pause)
    scratch = Scratch(client, spreadsheet_id, base_url=given.api)
    if given.viewer:
        scratch.viewer = _as_viewer(given.viewer, given.api)
    try:
        return verify(scratch, Size(given.races, given.cells), lambda seen: print(line(seen), flush=True))
    except ApiFailure as failure:
        who = client.service_account or "the account whose credentials are in use"
        raise NotTried(
            f"Google answered {failure.status}: {failure.message}\n"
            f"Share the spreadsheet with {who} as editor, and see that GOOGLE_APPLICATION_CREDENTIALS, or "
            "`gcloud auth application-default login`, names the account."
        ) from failure


def _as_viewer(key_file: Path, api: str) -> SheetsClient:
    def credentials() -> Any:
        from google.oauth2 import service_account

        kind: Any = service_account.Credentials  # it publishes no types
        made = kind.from_service_account_file(str(key_file), scopes=[SCOPE])
        return made if api == GOOGLE else of_another_google(made)

    return SheetsClient(credentials, api, long_work=True)


def _id_of(text: str) -> str:
    match = _ADDRESS.search(text)
    identity = match[1] if match else text.strip()
    if not _ID.fullmatch(identity):
        raise NotTried(
            "Which spreadsheet? make verify-google SPREADSHEET=https://docs.google.com/spreadsheets/d/…\n"
            "Take a new, empty one: it is written to, and cleaned afterwards."
        )
    return identity


if __name__ == "__main__":
    sys.exit(main())
