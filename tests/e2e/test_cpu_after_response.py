"""A real instance that gets no CPU between requests: what becomes of a retrain that outlives its request."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable

import msgspec
import pytest

from local.client import NoWebhook, SignedClient, send
from local.launch import OWNER, LocalGoogle, Webhook
from local.load import load_rows
from server.sheets.tabs.operation_record import Operation
from sheets_standin.spreadsheet.document import Document
from tests.conftest import Sheet, keep, orders

PATIENCE_SECONDS = 60
CLIENT_SECONDS = 1.0
"""The client gives up after this time; a retrain takes longer, as each call to the slow Google takes a while."""
SLOW_SECONDS = 0.3


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail if it never does."""
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 20):
        if holds():
            return
        pause.wait(0.05)
    pytest.fail("it never came about")


def settled(google: LocalGoogle) -> int:
    """Return how many reads there were, once what was under way when an instance stood still has been counted."""
    pause = threading.Event()
    calls = -1
    while calls != google.server.log.reads:
        calls = google.server.log.reads
        pause.wait(5 * SLOW_SECONDS)
    return calls


def record(document: Document) -> Operation:
    [entry] = [entry for entry in document.metadata if entry.key == "ate-operation"]
    return msgspec.json.decode(entry.value, type=Operation)


def abandoned(client: SignedClient, call: str, webhook_id: str) -> None:
    """Make a call and go away before it is answered, as a closed laptop does."""
    body = json.dumps({"call": call, "spreadsheetId": client.spreadsheet_id})
    with pytest.raises(NoWebhook):
        send(f"{client.url}/v1/{call}", body.encode(), client.signed(body, webhook_id), CLIENT_SECONDS)


@pytest.fixture
def slow_google() -> LocalGoogle:
    with LocalGoogle(quota=False) as google:
        yield google


@pytest.fixture
def customers(slow_google: LocalGoogle) -> Sheet:
    document = slow_google.spreadsheet()
    load_rows(document, orders(), OWNER)
    return Sheet(document)


@pytest.mark.slow
def test_a_frozen_retrain_is_lost_and_the_next_one_counts(slow_google: LocalGoogle, customers: Sheet) -> None:
    """It stands still, is given up for lost, another instance does the work, and nothing of the first is written."""
    with (
        Webhook(slow_google, cpu_after_response=False) as frozen,
        Webhook(slow_google) as other,
    ):
        client = frozen.client(customers.id)
        assert client.call("segment").status == 200
        slow_google.server.faults.latency_seconds = SLOW_SECONDS
        abandoned(client, "retrain", "msg_frozen")
        assert frozen.throttle is not None
        eventually(lambda: frozen.throttle.is_frozen)
        calls = settled(slow_google)
        stood = record(customers.document)

        later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=61)
        seen_later = stood.as_seen(later)
        with slow_google.workspace.lock:
            [entry] = [entry for entry in customers.document.metadata if entry.key == "ate-operation"]
            a_minute_ago = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=61)
            aged = json.loads(entry.value) | {"heartbeatAt": a_minute_ago.isoformat()}
            keep(customers.document, entry, json.dumps(aged))
        slow_google.server.faults.latency_seconds = 0.0
        assert frozen.throttle.is_frozen
        assert slow_google.server.log.reads == calls
        second = other.client(customers.id).call("retrain")
        versions = [row[0] for row in customers.rows("Model")]
        segments = customers.rows("Segmented_Customers")
        woken = client.call("retrain", webhook_id="msg_frozen")

    assert (stood.state, seen_later.state) == ("running", "lost")
    assert "Run it again" in seen_later.message
    assert (second.status, second.body["result"]["model"]["version"]) == (200, 2)
    assert woken.status == 409
    assert versions == [row[0] for row in customers.rows("Model")] == [2, 1]
    assert customers.rows("Segmented_Customers") == segments
    assert record(customers.document).id == second.body["operation"]["id"]
    assert record(customers.document).state == "done"


@pytest.mark.slow
def test_an_instance_that_keeps_its_cpu_ends_what_it_began(
    slow_google: LocalGoogle, customers: Sheet
) -> None:
    """The same retrain, whose client goes away as well: the record says that it is done, and the model is there."""
    with Webhook(slow_google) as webhook:
        client = webhook.client(customers.id)
        assert client.call("segment").status == 200
        slow_google.server.faults.latency_seconds = SLOW_SECONDS
        abandoned(client, "retrain", "msg_1")

        began = record(customers.document).state
        eventually(lambda: record(customers.document).state != "running")

    assert (began, record(customers.document).state) == ("running", "done")
    assert [row[0] for row in customers.rows("Model")] == [2, 1]


@pytest.mark.slow
def test_a_frozen_instance_still_answers(slow_google: LocalGoogle, customers: Sheet) -> None:
    """Each request lets it go on for as long as it takes; a retrain that ends in time is done as usual."""
    with Webhook(slow_google, cpu_after_response=False) as webhook:
        assert webhook.throttle is not None
        client = webhook.client(customers.id)
        segmented = client.call("segment")
        customers.type("New User", 2, [["A", "3", "12", "900"]])
        eventually(lambda: webhook.throttle.is_frozen)
        scored = client.call("score", rows=[{"row": 2}])

    assert (segmented.status, scored.body["scored"]) == (200, 1)
