"""Clients that score in different spreadsheets at once, at a real Google's latency."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from local.client import NoWebhook, SignedClient
from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle, Webhook
from proving.bench.processes import cpu_seconds
from proving.bench.sheets import keyed, segmented, type_customers
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role

LATENCY_SECONDS = 0.15
"""Of each call to Google; a scored row takes two."""
SECONDS = 6.0
CLIENTS = (1, 8, 32)
THREADS = (4, 8, 16, 32)


@dataclass(frozen=True, slots=True)
class Throughput:
    """What so many clients get of a service with so many threads; times in seconds.

    Attributes
    ----------
    service_cpu
        Processor time of the service for one request.
    """

    threads: int
    clients: int
    requests_a_second: float
    p50: float
    p99: float
    errors: int
    service_cpu: float


def measure(threads: tuple[int, ...] = THREADS, seconds: float = SECONDS) -> list[Throughput]:
    """Return the curve; Google's quota is off, and the service's own share of it, so that nothing else limits."""
    throughputs = []
    for count in threads:
        with (
            LocalGoogle(quota=False) as google,
            Webhook(google, app="proving.bench.unlimited:make()", options=(f"--threads {count}",)) as webhook,
        ):
            first = segmented(google, webhook)
            documents = [first, *(_copy(google, first) for _ in range(max(CLIENTS) - 1))]
            google.server.faults.latency_seconds = LATENCY_SECONDS
            throughputs += [_run(webhook, documents[:clients], count, seconds) for clients in CLIENTS]
    return throughputs


def _copy(google: LocalGoogle, document: Document) -> Document:
    twin = google.workspace.copy(document, OWNER)
    google.workspace.share(twin.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
    return twin


def _run(webhook: Webhook, documents: list[Document], threads: int, seconds: float) -> Throughput:
    took: list[float] = []
    errors: list[int] = []
    before = cpu_seconds(webhook.group)
    end = time.monotonic() + seconds

    def work(document: Document, client: SignedClient) -> None:
        number = 0
        while time.monotonic() < end:
            number += 1
            type_customers(document, 2, 1, f"{threads}-{len(documents)}-{number}-")
            began = time.perf_counter()
            try:
                reply = client.call("score", rows=[{"row": 2}])
            except NoWebhook:
                errors.append(0)
                continue
            if reply.body.get("scored") == 1:
                took.append(time.perf_counter() - began)
            else:
                errors.append(reply.status)

    began = time.monotonic()
    workers = [
        threading.Thread(target=work, args=(document, keyed(webhook, document))) for document in documents
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    passed = time.monotonic() - began
    if not took:
        raise RuntimeError(f"no row was scored: {errors[:5]}")
    ordered = sorted(took)
    return Throughput(
        threads,
        len(documents),
        len(took) / passed,
        ordered[len(ordered) // 2],
        ordered[int(0.99 * len(ordered))],
        len(errors),
        (cpu_seconds(webhook.group) - before) / len(took),
    )
