"""Attack the served OpenAPI document in all of schemathesis's phases, without a signature and with one.

``python -m tests.fuzz`` (make fuzz). At least 10,000 cases; the seed is printed and can be given.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from local.load import load_rows
from server.layout.limits import METADATA_SOURCE
from server.sheets.commit.committer import Committer
from server.sources.allowed import Sources
from server.sources.declared import parse_sources
from server.use_cases.experiments.calls import Experiments, Wanted
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role
from tests.conftest import Sheet, client_of, orders, quick
from tests.contacts import HEADER, contact, paste
from tests.fuzz.coverage import Answers, always_refused, answers, untried
from tests.service import SECRET, serving
from tests.sources import nasty
from tests.sources.shop import choose, declaration

PROJECT = Path(__file__).resolve().parents[2]
PHASES = "examples,coverage,fuzzing,stateful"
CHECKS = ",".join(
    """
    status_code_conformance content_type_conformance response_headers_conformance
    response_schema_conformance allow_header_conformance
    refused_without_signature never_a_server_error_nor_unprotected
    """.split()
)
LEAST = 10_000
LONGEST_SECONDS = 1_500
SPREADSHEETS = 150
"""So many that the limit of calls a minute for one of them seldom speaks."""
ON_SOURCES = 15
"""So many of them show customers of a source, each of one of its own."""


def _attack(url: str, name: str, world: Path | None, *, examples: int, seconds: int, seed: int) -> Answers:
    """Run schemathesis; return the answers that were checked, or fail."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.ndjson"
        environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "PYTHONPATH": str(PROJECT)}
        if world is not None:
            environment["FUZZ_WORLD"] = str(world)
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/v1/openapi.json", "--url", url]
        command += ["--phases", PHASES, "--checks", CHECKS, "--mode", "all", "--seed", str(seed)]
        command += ["--max-examples", str(examples), "--max-time", str(seconds), "--max-failures", "10"]
        command += ["--continue-on-failure", "--no-color", "--suppress-health-check", "all"]
        # One worker: CPython 3.11 may fail where two threads parse source at once, as hypothesis does
        # ("AST constructor recursion depth mismatch").
        command += [
            "--warnings",
            "off",
            "--request-timeout",
            "60",
            "--generation-database",
            "none",
            "--workers",
            "1",
        ]
        command += ["--report", "ndjson", "--report-ndjson-path", str(report)]
        print(f"\n{name}: at most {seconds} seconds, seed {seed}", flush=True)
        done = subprocess.run(command, cwd=PROJECT, env=environment, check=False)
        seen = answers(report)
    print(f"{name}: {seen.total():,} cases, exit {done.returncode}", flush=True)
    if done.returncode:
        raise SystemExit(done.returncode)
    return seen


def _world(google: LocalGoogle, committer: Committer) -> list[Document]:
    """Return spreadsheets with segments, contacts, a test that runs, a schedule and rows of New User."""
    document = google.spreadsheet()
    load_rows(document, orders(), OWNER)
    sheet = Sheet(document)
    retraining = Retraining(committer, Scoring(committer))
    retraining.run(sheet.id, Run(), _unheard)
    paste(document, "Contacts", [HEADER, *(contact(f"C{n:03}", n) for n in range(60))])
    sheet.type("New User", 2, [["C001", "3", "2", "90"], ["N1", "30", "1", "9"]])
    for at, row in enumerate(sheet.rows("Settings"), start=2):
        choice = {"Refresh": "nightly", "DigestTo": "ann@example.com"}.get(str(row[0]))
        if choice is not None:
            sheet.type("Settings", at, [[choice]], column=2)
    # of one segment alone: whoever is in a test that runs cannot be dealt to another
    wanted = Wanted("Spring", _segments(document)[:1], share=0.4, days=60)
    Experiments(committer).start(sheet.id, wanted, _unheard, confirmed=True)
    copies = [google.workspace.copy(document, OWNER) for _ in range(SPREADSHEETS)]
    for copy in copies:
        google.workspace.share(copy.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
    return copies


def _sources(documents: list[Document], folder: Path) -> Sources:
    """Return a source for each of these spreadsheets, and choose it there."""
    declared = {}
    for number, document in enumerate(documents):
        shop = folder / str(number)
        shop.mkdir()
        nasty.write(shop / "orders.csv", nasty.lines(customers=60))
        text = declaration(shop, document.spreadsheet_id, "confidence = false")
        declared |= parse_sources(text.replace("sources.shop", f"sources.shop{number}"))
        choose(Sheet(document), Source=f"shop{number}", Clusters="4")
    return Sources(declared)


def _marks(documents: list[Document]) -> list[str]:
    """Return the runs on sources that spreadsheets show."""
    return [
        entry.value for document in documents for entry in document.metadata if entry.key == METADATA_SOURCE
    ]


def _segments(document: Document) -> list[str]:
    """Return the names of the segments."""
    at = Sheet(document).row("Action_Map", 1).index("Segment")
    return [str(row[at]) for row in Sheet(document).rows("Action_Map")]


def _unheard(_stage: str, _fraction: float) -> None:
    """Take no notice of progress."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=150, help="longest time of each of the two runs")
    parser.add_argument("--examples", type=int, default=700, help="random cases a call")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    parser.add_argument("--least", type=int, default=LEAST, help="fewer cases in all are a failure")
    given = parser.parse_args()
    start = time.monotonic()
    seen: Answers = Counter()
    with ExitStack() as rooms, LocalGoogle(quota=False) as google:
        committer = Committer(client_of(google), quick)
        documents = _world(google, committer)
        folder = rooms.enter_context(tempfile.TemporaryDirectory())
        sources = _sources(documents[:ON_SOURCES], Path(folder))
        for document in documents[:ON_SOURCES]:
            Retraining(committer, Scoring(committer), sources=sources).run(
                document.spreadsheet_id, Run(), _unheard
            )
        before = _marks(documents)
        with serving(google, committer, sources=sources) as service:
            world = Path(folder) / "world.json"
            known = {
                "secret": SECRET,
                "spreadsheets": [document.spreadsheet_id for document in documents],
                "segments": _segments(documents[0]),
                "expiry": int(time.time()) + 86_400,
                "token": google.person(documents[0], "ann@example.com").identity_token(),
            }
            world.write_text(json.dumps(known), "utf-8")
            google.server.log.reset()
            args = {"seconds": given.seconds, "seed": given.seed}
            unsigned = _attack(service.url, "Without a signature", None, examples=given.examples, **args)
            if service.google_calls:
                raise SystemExit("An unsigned call asked Google.")
            seen += _attack(service.url, "Signed", world, examples=max(1, given.examples // 3), **args)
            while (
                unsigned.total() + seen.total() < given.least or untried(seen)
            ) and time.monotonic() - start < LONGEST_SECONDS:
                args["seed"] += 1  # a slow machine gets through fewer in its time
                seen += _attack(service.url, "Once more", world, examples=given.examples, **args)
            used = service.google_calls
    cases = unsigned.total() + seen.total()
    print(
        f"\n{cases:,} cases in {time.monotonic() - start:.0f} s, seed {given.seed}; {used:,} calls to Google."
    )
    if left := untried(unsigned) + untried(seen):
        raise SystemExit(f"Not tried: {', '.join(left)}.")
    if left := always_refused(seen):
        raise SystemExit(
            f"Refused each time, so that nothing behind the checks was tried: {', '.join(left)}."
        )
    if set(_marks(documents)) <= set(before):
        raise SystemExit("No run on a source came through.")
    if cases < given.least:
        raise SystemExit(f"That is fewer than {given.least:,}.")


if __name__ == "__main__":
    main()
