"""The largest sheet through gunicorn: time and memory by stage, growth, progress, and the limit of cells."""

from __future__ import annotations

import itertools
import json
import math
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from local.client import Reply, SignedClient
from local.launch import OWNER, LocalGoogle, Webhook
from proving.bench.processes import cpu_seconds
from proving.bench.rfm import resampled
from proving.bench.sheets import keyed
from server.layout.limits import CELL_LIMIT
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.spreadsheet.grid import Grid, Row

SIZES = ((10_000, 480), (100_000, 4_800), (1_250_000, 60_000))
"""Transactions and customers."""
HEADERS = ("customer_id", "order_date", "quantity", "amount", "channel")
SERIAL_1970 = 25_569
LONGEST_RUN_SECONDS = 400.0
TELLING_SECONDS = 0.01
"""A stage that takes less has no growth to speak of."""


@dataclass(frozen=True, slots=True)
class Run:
    """One long call.

    Attributes
    ----------
    seconds, cpu_seconds
        From the call to its end, and the processor time of gunicorn's processes meanwhile.
    reads, writes
        Calls to Google.
    stages
        What `proving.bench.staged` tells.
    steps, longest_still
        Positions of the progress that a watcher of the spreadsheet saw, and the longest seconds without a
        new one or a new sign of life.
    """

    call: str
    transactions: int
    customers: int
    seconds: float
    cpu_seconds: float
    reads: int
    writes: int
    stages: dict[str, Any]
    steps: int
    longest_still: float


@dataclass(slots=True)
class Measured:
    """All runs, and what is answered at the limit of cells."""

    runs: list[Run] = field(default_factory=list)
    at_the_limit: str = ""


def measure(sizes: tuple[tuple[int, int], ...] = SIZES) -> Measured:
    """Segment and retrain spreadsheets of these sizes, the last one also beyond the limit of cells."""
    measured = Measured()
    for rows, customers in sizes:
        with (
            LocalGoogle(quota=False) as google,
            Webhook(google, app="proving.bench.staged:make()") as webhook,
        ):
            document = google.spreadsheet()
            fill(document, rows, customers)
            client = keyed(webhook, document)
            for call in ("segment", "retrain"):
                measured.runs.append(_run(google, webhook, document, client, call, rows, customers))
            if rows * (len(HEADERS) + 3) >= CELL_LIMIT:  # one more fits, but no staging beside it
                measured.at_the_limit = _beyond_the_limit(document, client)
    return measured


def fill(document: Document, rows: int, customers: int) -> None:
    """Make `Training_Data` of transactions with five columns, four of which the service reads."""
    made = resampled(rows, customers)
    quantity = np.maximum(1, np.round(made.amount / 15)).astype(int)

    def lines() -> Iterator[Row]:
        yield HEADERS
        ids = made.customer_ids
        days = (made.day + SERIAL_1970).tolist()
        columns = zip(made.customer.tolist(), days, quantity.tolist(), made.amount.tolist(), strict=True)
        for number, (customer, day, pieces, amount) in enumerate(columns):
            yield (ids[customer], day, pieces, amount, "web" if number % 3 else "store")

    grid = Grid(row_count=rows + 1, column_count=len(HEADERS))
    grid.extend(lines())
    with document.changing(OWNER, "import"):
        document.sheets[:] = [Sheet(document.new_sheet_id(), "Training_Data", grid)]
        document.noted("import", f"Training_Data: {rows} rows")


def _run(
    google: LocalGoogle,
    webhook: Webhook,
    document: Document,
    client: SignedClient,
    call: str,
    rows: int,
    customers: int,
) -> Run:
    google.server.log.reset()
    watcher = _Watcher(document)
    before, began = cpu_seconds(webhook.group), time.perf_counter()
    watcher.start()
    reply = finished(client, call)
    seconds = time.perf_counter() - began
    watcher.stop()
    if reply.status != 200:
        raise RuntimeError(f"{call} of {rows:,} transactions: {reply.body}")
    return Run(
        call,
        rows,
        customers,
        seconds,
        cpu_seconds(webhook.group) - before,
        google.server.log.reads,
        google.server.log.writes,
        _get(webhook, "/stages"),
        watcher.steps,
        watcher.longest_still,
    )


def finished(client: SignedClient, call: str) -> Reply:
    """Make a long call and return its final answer, asking for it as the sidebar does."""
    reply = client.call(call)
    end = time.monotonic() + LONGEST_RUN_SECONDS
    while reply.status == 202 and time.monotonic() < end:
        time.sleep(0.5)
        identity = reply.body["operation"]["id"]
        asked = client.call("operations", operationId=identity)
        # On a busy machine the stand-in may not answer in time while it writes.
        is_answered = asked.status == 200
        if is_answered and asked.body["operation"]["state"] != "running":
            return asked
    return reply


def _beyond_the_limit(document: Document, client: SignedClient) -> str:
    """Return what a retrain is answered where the outputs do not fit any more."""
    sheet = document.sheet("Training_Data")
    with document.changing(OWNER, "insert a column"):
        sheet.grid.column_count += 1
        document.noted("import", "one more column")
    body = finished(client, "retrain").body
    problem = body if "detail" in body else body["operation"]["problem"]
    return f"{problem['title']}: {problem['detail']} {problem.get('hint', '')}".strip()


def _get(webhook: Webhook, path: str) -> Any:
    with urllib.request.urlopen(webhook.url + path, timeout=60) as answer:
        return json.load(answer)


class _Watcher(threading.Thread):
    """Looks at the record of the running call in the spreadsheet, as the sidebar does."""

    def __init__(self, document: Document) -> None:
        super().__init__(name="watcher", daemon=True)
        self.steps = 0
        self.longest_still = 0.0
        self._document = document
        self._over = threading.Event()

    def run(self) -> None:
        """Look ten times a second."""
        last, moved = "", time.monotonic()
        fractions = set()
        while not self._over.wait(0.1):
            records = [entry.value for entry in self._document.metadata if entry.key == "ate-operation"]
            if records and records[-1] != last:
                last = records[-1]
                self.longest_still = max(self.longest_still, time.monotonic() - moved)
                moved = time.monotonic()
                fractions.add(json.loads(last)["fraction"])
                self.steps = len(fractions)

    def stop(self) -> None:
        """Stop looking."""
        self._over.set()
        self.join()


def exponents(runs: list[Run], call: str = "retrain") -> list[tuple[int, int, float]]:
    """Return from which size to which the processor time grew with which power of the transactions."""
    chosen = [run for run in runs if run.call == call]
    powers = []
    for pair in itertools.pairwise(chosen):
        sizes = [run.transactions for run in pair]
        grown = power(sizes, [run.cpu_seconds for run in pair])
        if grown is not None:
            powers.append((sizes[0], sizes[1], grown))
    return powers


def power(sizes: Sequence[float], seconds: Sequence[float]) -> float | None:
    """Return with which power of the size two times grew; None where they are too short.

    >>> power([10, 1000], [0.5, 50.0]), power([10, 100], [0.001, 0.5])
    (1.0, None)
    """
    if min(seconds) < TELLING_SECONDS:
        return None
    return math.log(seconds[1] / seconds[0]) / math.log(sizes[1] / sizes[0])
