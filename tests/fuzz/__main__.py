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
from pathlib import Path

from sandbox.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from sandbox.load import load_rows
from sandbox.workspace import Role
from server.retraining import Retraining, Run
from server.scoring import Scoring
from server.sheets.commit import Committer
from tests.conftest import client_of, orders, quick
from tests.service import SECRET, serving

PROJECT = Path(__file__).resolve().parents[2]
PHASES = "examples,coverage,fuzzing,stateful"
CHECKS = ",".join(
    """
    not_a_server_error status_code_conformance content_type_conformance response_headers_conformance
    response_schema_conformance allow_header_conformance
    refused_without_signature never_a_server_error_nor_unprotected
    """.split()
)
LEAST = 10_000
LONGEST_SECONDS = 1_500
SPREADSHEETS = 150
"""So many that the limit of calls a minute for one of them seldom speaks."""


def _attack(url: str, name: str, world: Path | None, *, examples: int, seconds: int, seed: int) -> int:
    """Run schemathesis; return the number of cases, or fail."""
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
        command += ["--warnings", "off", "--generation-database", "none", "--workers", "1"]
        command += ["--report", "ndjson", "--report-ndjson-path", str(report)]
        print(f"\n{name}: at most {seconds} seconds, seed {seed}", flush=True)
        done = subprocess.run(command, cwd=PROJECT, env=environment, check=False)
        cases = _cases(report)
    print(f"{name}: {cases:,} cases, exit {done.returncode}", flush=True)
    if done.returncode:
        raise SystemExit(done.returncode)
    return cases


def _cases(report: Path) -> int:
    """Count the answers that were checked."""
    if not report.exists():
        return 0
    return sum(line.count('"response"') for line in report.read_text("utf-8").splitlines())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=150, help="longest time of each of the two runs")
    parser.add_argument("--examples", type=int, default=700, help="random cases a call")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    parser.add_argument("--least", type=int, default=LEAST, help="fewer cases in all are a failure")
    given = parser.parse_args()
    start = time.monotonic()
    with LocalGoogle(quota=False) as google:
        document = google.spreadsheet()
        load_rows(document, orders(20), OWNER)
        committer = Committer(client_of(google), quick)
        retraining = Retraining(committer, Scoring(committer))
        retraining.run(document.spreadsheet_id, Run(), lambda _stage, _fraction: None)
        ids = [google.workspace.copy(document, OWNER).spreadsheet_id for _ in range(SPREADSHEETS)]
        for identity in ids:
            google.workspace.share(identity, SERVICE_ACCOUNT, Role.EDITOR)
        with serving(google, committer) as service, tempfile.TemporaryDirectory() as folder:
            world = Path(folder) / "world.json"
            token = google.person(document, "ann@example.com").identity_token()
            told = {
                "secret": SECRET,
                "spreadsheets": ids,
                "expiry": int(time.time()) + 86_400,
                "token": token,
            }
            world.write_text(json.dumps(told), "utf-8")
            google.server.log.reset()
            args = {"seconds": given.seconds, "seed": given.seed}
            cases = _attack(service.url, "Without a signature", None, examples=given.examples, **args)
            if service.google_calls:
                raise SystemExit("An unsigned call asked Google.")
            calls = 0
            cases += _attack(service.url, "Signed", world, examples=max(1, given.examples // 3), **args)
            used = service.google_calls - calls
            while cases < given.least and time.monotonic() - start < LONGEST_SECONDS:
                args["seed"] += 1  # a slow machine gets through fewer in its time
                cases += _attack(service.url, "Once more", None, examples=given.examples, **args)
    print(
        f"\n{cases:,} cases in {time.monotonic() - start:.0f} s, seed {given.seed}; {used:,} calls to Google."
    )
    if cases < given.least:
        raise SystemExit(f"That is fewer than {given.least:,}.")


if __name__ == "__main__":
    main()
