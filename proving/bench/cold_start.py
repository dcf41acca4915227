"""From the exec of gunicorn to the first scored row, no model in memory, the stand-in answering at once."""

from __future__ import annotations

import statistics
import time
import urllib.request
from collections.abc import Callable

from local.client import NoWebhook
from local.launch import LocalGoogle, Webhook
from proving.bench.sheets import NEW_USER, keyed, segmented, type_customers
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document

ROUNDS = 9


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Return seconds by service: the median of `rounds` starts, taken in turn."""
    with LocalGoogle(quota=False) as google:
        with Webhook(google) as webhook:
            document = segmented(google, webhook)
        services: dict[str, Callable[[], float]] = {
            "the service": lambda: _first_row(google, document, "server.main:app"),
            "with scikit-learn and pandas at start": lambda: _first_row(
                google, document, "proving.bench.eager:make()"
            ),
            "a bare Flask application": lambda: _first_answer(google),
        }
        seen: dict[str, list[float]] = {name: [] for name in services}
        for _ in range(rounds):
            for name, start in services.items():
                seen[name].append(start())
    return {name: statistics.median(seconds) for name, seconds in seen.items()}


def _first_row(google: LocalGoogle, document: Document, app: str) -> float:
    """Start a service, ask at once, and return the seconds until the row was scored."""
    row = 2 + sum(1 for cells in document.sheet(NEW_USER).grid.rows(1, 10_000) if value_of(cells[0]))
    type_customers(document, row, 1, f"{row}-")
    webhook = Webhook(google, app=app)
    client = keyed(webhook, document)
    began = time.perf_counter()
    webhook.spawn()
    try:
        while True:
            try:
                reply = client.call("score", rows=[{"row": row}])
                break
            except NoWebhook:
                time.sleep(0.002)
        seconds = time.perf_counter() - began
    finally:
        webhook.stop()
    if reply.body.get("scored") != 1:
        raise RuntimeError(f"the row was not scored: {reply.body}")
    return seconds


def _first_answer(google: LocalGoogle) -> float:
    webhook = Webhook(google, app="proving.bench.bare:app")
    began = time.perf_counter()
    webhook.spawn()
    try:
        while True:
            try:
                with urllib.request.urlopen(webhook.url + "/health", timeout=5) as answer:
                    answer.read()
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.002)
    finally:
        webhook.stop()
