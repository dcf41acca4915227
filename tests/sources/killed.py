"""A service that is killed in the middle of a run on a source, and the run after it."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable

from local.client import NoWebhook, Reply, SignedClient
from local.launch import Webhook
from server.layout.limits import METADATA_SOURCE
from server.sources.expressions.results import RESULT_SCHEMA
from tests.conftest import Sheet, keep

TABS = ("Segmented_Customers", "RFM", "Action_Map", "Model", "Dashboard")


def former_results(run_id: str) -> str:
    """Return a query of the results of a former run, of one customer, in words that BigQuery and Spark understand."""
    values = {"string": "'x'", "int64": "1", "float64": "1e0", "date": "DATE '2026-01-01'"}
    columns = {name: values[kind] for name, kind in RESULT_SCHEMA.items()}
    columns |= {"customer_id": "'K-00040'", "run_id": f"'{run_id}'"}
    return "SELECT " + ", ".join(f"{value} AS `{name}`" for name, value in columns.items())


def shown(sheet: Sheet) -> dict[str, list[list[object]]]:
    """Return what a run writes into the sheet."""
    return {title: sheet.rows(title) for title in TABS}


def staging(sheet: Sheet) -> list[str]:
    """Return the tabs that a run fills before they are swapped in."""
    titles = [tab.title for tab in list(sheet.document.sheets)]
    return [title for title in titles if title.startswith("ATE staging")]


def mark_of(sheet: Sheet) -> str:
    """Return source and run that the sheet shows."""
    [entry] = [entry for entry in list(sheet.document.metadata) if entry.key == METADATA_SOURCE]
    return entry.value


def kill_in_a_run(webhook: Webhook, client: SignedClient, has_begun: Callable[[], bool]) -> None:
    """Have the service segment, and kill it with all its processes once its run has come so far."""
    failures: list[Exception] = []

    def segment() -> None:
        try:
            client.call("segment")
        except NoWebhook as error:
            failures.append(error)

    caller = threading.Thread(target=segment)
    caller.start()
    until(has_begun)
    webhook.kill()
    caller.join(timeout=20)
    assert failures, "the run had ended before the service was killed"


def run_again(webhook: Webhook, client: SignedClient, sheet: Sheet) -> Reply:
    """Start the service anew and segment a minute later; return the answer."""
    webhook.start()
    assert client.call("segment").status == 202  # for a minute the killed one may still be alive
    [entry] = [entry for entry in sheet.document.metadata if entry.key == "ate-operation"]
    record = json.loads(entry.value)
    record["heartbeatAt"] = record["heartbeatAt"].replace("20", "19", 1)
    keep(sheet.document, entry, json.dumps(record))
    assert client.call("operations").body["operation"]["state"] == "lost"
    request = f"msg_{secrets.token_hex(12)}"
    reply = client.call("segment", webhook_id=request)
    while reply.status == 202:
        reply = client.call("segment", webhook_id=request)
    return reply


def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait until something is so."""
    over, end = threading.Event(), time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        over.wait(0.02)
    raise AssertionError("it did not happen")
