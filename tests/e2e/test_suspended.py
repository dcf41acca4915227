"""An instance that is suspended in the middle of its work and goes on: nothing is written twice or by half.

A platform may take the processor away from an instance for as long as it likes. SIGSTOP does it here at a chosen
call to Google, SIGCONT lets it go on; what happened meanwhile the instance cannot know.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from local.client import NoWebhook, Reply, SignedClient
from local.launch import LocalGoogle, Webhook
from sheets_standin.sheets_api.call_log import Call
from sheets_standin.spreadsheet.document import Document
from tests.conftest import Sheet, shared_copy
from tests.e2e.test_crash import age_the_record, outputs, staging, until
from tests.workbook import disagreements

SUSPENDED_SECONDS = 90.0
"""Longer than the minute after which a run without a sign of life is given up for lost."""
PAST_A_SCORING_CALL = 15.0
"""Longer than a scoring call tries, and than the lock of its spreadsheet is waited for."""
SECRET = "one secret for both instances of the service"


@pytest.fixture
def other(google: LocalGoogle) -> Iterator[Webhook]:
    """Another instance of the same service."""
    with Webhook(google, secret=SECRET) as running:
        yield running


@pytest.fixture
def webhook(google: LocalGoogle) -> Iterator[Webhook]:
    """The instance that is suspended."""
    with Webhook(google, secret=SECRET) as running:
        yield running
        with suppress(ProcessLookupError):
            os.killpg(running.group, signal.SIGCONT)


@pytest.fixture
def sheets(google: LocalGoogle, first_segmentation: Document) -> list[Sheet]:
    """Three segmented spreadsheets, with transactions that are new since and a row that waits."""
    all_sheets = []
    for _ in range(3):
        sheet = shared_copy(google, first_segmentation)
        sheet.type("Training_Data", 500, [["NEW-1", "2025-12-30", "150"]])
        sheet.type("New User", 2, [["A", "3", "12", "900"]])
        all_sheets.append(sheet)
    return all_sheets


class Calling(threading.Thread):
    """A call to the service, whose answer may be long in coming, or never come."""

    def __init__(self, client: SignedClient, call: str, **fields: object) -> None:
        super().__init__(daemon=True)
        self.reply: Reply | None = None
        self._make: Callable[[], Reply] = lambda: client.call(call, **fields)
        self.start()

    def run(self) -> None:
        with suppress(NoWebhook):
            self.reply = self._make()


def stop_at(google: LocalGoogle, webhook: Webhook, sheet: Sheet, name: str) -> threading.Event:
    """Have the instance stopped when Google has done a call for a spreadsheet, before the answer is sent."""
    stopped = threading.Event()

    def listen(call: Call) -> None:
        if call.spreadsheet_id == sheet.id and call.name == name and not stopped.is_set():
            os.killpg(webhook.group, signal.SIGSTOP)
            stopped.set()

    google.server.log.listeners.append(listen)
    return stopped


def stop_at_a_heartbeat(google: LocalGoogle, webhook: Webhook, sheet: Sheet) -> threading.Event:
    """Have the instance stopped when Google has written a sign of life of its run, before the answer is sent."""
    stopped = threading.Event()
    stages: list[str] = []

    def listen(call: Call) -> None:
        if call.spreadsheet_id != sheet.id or not call.is_write or stopped.is_set():
            return
        records = [entry.value for entry in sheet.document.metadata if entry.key == "ate-operation"]
        stages.extend(json.loads(record)["stage"] for record in records)
        if len(set(stages)) > 1:  # "Starting" is of the commit that began it
            os.killpg(webhook.group, signal.SIGSTOP)
            stopped.set()

    google.server.log.listeners.append(listen)
    return stopped


def go_on(webhook: Webhook) -> None:
    os.killpg(webhook.group, signal.SIGCONT)


@pytest.mark.slow
def test_ninety_seconds_in_the_middle_of_everything(
    google: LocalGoogle, webhook: Webhook, other: Webhook, sheets: list[Sheet]
) -> None:
    """A row between its read and its write, a segmentation nobody took over, and one that another instance did again.

    All three hang for 90 seconds at once. The row is scored by the other instance and not twice; the first
    segmentation goes on and ends; the second one, whose sign of life comes too late, leaves the other's result alone.
    """
    scored, kept, taken = sheets
    first = {sheet.id: webhook.client(sheet.id) for sheet in sheets}
    second = {sheet.id: other.client(sheet.id) for sheet in sheets}
    google.server.faults.latency_seconds = 0.3
    runs = [Calling(first[sheet.id], "retrain") for sheet in (kept, taken)]
    until(lambda: bool(staging(kept)) and bool(staging(taken)))
    stopped = stop_at(google, webhook, scored, "spreadsheets.get")
    row = Calling(first[scored.id], "score", rows=[{"row": 2}], trigger="edit")
    assert stopped.wait(20)
    google.server.faults.latency_seconds = 0.0
    began = time.monotonic()

    assert second[scored.id].call("score", rows=[{"row": 2}], trigger="edit").body["scored"] == 1
    after_row = scored.rows("New User")
    threading.Event().wait(max(0.0, began + SUSPENDED_SECONDS - 20 - time.monotonic()))
    assert second[kept.id].call("operations").body["operation"]["state"] == "lost"
    again = second[taken.id].call("retrain")
    after_run = outputs(taken)
    threading.Event().wait(max(0.0, began + SUSPENDED_SECONDS - time.monotonic()))
    go_on(webhook)
    for thread in (row, *runs):
        thread.join(60)

    assert again.status == 200
    assert scored.rows("New User") == after_row
    assert len(scored.rows("Prediction_Log")) == 1
    assert disagreements(scored) == []
    assert outputs(taken) == after_run
    assert [line[0] for line in taken.rows("Model")] == [2, 1]
    assert second[taken.id].call("operations").body["operation"]["state"] == "done"
    until(lambda: second[kept.id].call("operations").body["operation"]["state"] != "running")
    assert second[kept.id].call("operations").body["operation"]["state"] == "done"
    assert [line[0] for line in kept.rows("Model")] == [2, 1]
    assert staging(kept) == []
    assert second[taken.id].call("retrain").status == 200
    assert staging(taken) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["spreadsheets.get", "spreadsheets.batchUpdate"], ids=["read", "written"])
def test_a_row_that_hangs_is_scored_once(
    google: LocalGoogle, webhook: Webhook, other: Webhook, sheets: list[Sheet], name: str
) -> None:
    """Suspended after the read or while the write's answer was on its way; another instance is asked meanwhile."""
    sheet = sheets[0]
    client, beside = webhook.client(sheet.id), other.client(sheet.id)
    stopped = stop_at(google, webhook, sheet, name)
    hanging = Calling(client, "score", rows=[{"row": 2}], trigger="edit")
    assert stopped.wait(20)

    meanwhile = beside.call("score", rows=[{"row": 2}], trigger="edit")
    threading.Event().wait(PAST_A_SCORING_CALL)
    go_on(webhook)
    hanging.join(30)

    assert meanwhile.body["scored"] == (1 if name == "spreadsheets.get" else 0)
    assert hanging.reply is not None
    assert hanging.reply.status in (200, 429, 503)
    assert len(sheet.rows("Prediction_Log")) == 1
    assert disagreements(sheet) == []
    assert client.call("score", rows=[{"row": 2}], trigger="edit").body["scored"] == 0


@pytest.mark.slow
def test_a_run_that_hangs_in_its_heartbeat_ends_once(
    google: LocalGoogle, webhook: Webhook, other: Webhook, sheets: list[Sheet]
) -> None:
    """Suspended while the answer to a sign of life is on its way, until the record is older than a minute.

    Left alone, the run goes on and ends. Where another instance has done it again, the first one stops at its next
    step, and neither its heartbeat nor its end changes the other's record.
    """
    for sheet, is_taken_over in zip(sheets, (False, True), strict=False):
        beside = other.client(sheet.id)
        google.server.faults.latency_seconds = 0.2
        stopped = stop_at_a_heartbeat(google, webhook, sheet)
        hanging = Calling(webhook.client(sheet.id), "retrain")
        assert stopped.wait(20)
        google.server.faults.latency_seconds = 0.0
        age_the_record(sheet)
        assert beside.call("operations").body["operation"]["state"] == "lost"
        if is_taken_over:
            assert beside.call("retrain").status == 200
        after, record = outputs(sheet), beside.call("operations").body["operation"]

        go_on(webhook)
        hanging.join(60)

        assert hanging.reply is not None
        assert hanging.reply.status == (409 if is_taken_over else 200)
        assert [line[0] for line in sheet.rows("Model")] == [2, 1]
        now = beside.call("operations").body["operation"]
        assert now["state"] == "done"
        if is_taken_over:
            assert (outputs(sheet), now) == (after, record)
            assert beside.call("retrain").status == 200  # the staging tabs of the one that hung go with it
        assert staging(sheet) == []
