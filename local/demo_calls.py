"""The calls of the demo: made as the add-on makes them, counted, and followed to their end."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.client import NotConnected, NoWebhook, Reply, SignedClient
from local.launch import LocalGoogle, Webhook
from local.printing import end_progress, progress
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.formats import displayed

POLL_SECONDS = 1.0
LONGEST_SECONDS = 900


class DemoError(RuntimeError):
    """Something did not go as it should; the text says what, in the product's own words."""


class DemoCalls:
    """What the demo does with one spreadsheet."""

    def __init__(self, google: LocalGoogle, document: Document) -> None:
        self._google = google
        self._document = document
        self._client: SignedClient
        self.calls: dict[str, dict[str, int]] = {}
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the calls to Google, and the time, of one step."""
        before, began = Counter(self._google.server.log.counts), time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)
        after = Counter(self._google.server.log.counts)
        self.calls[name] = dict(sorted((after - before).items()))

    def connect(self, webhook: Webhook) -> None:
        """Go through the handshake as the owner; a refusal ends the demo with the service's own words."""
        try:
            self._client = webhook.client(self._document.spreadsheet_id)
        except (NotConnected, NoWebhook) as error:
            raise DemoError(f"The spreadsheet was not connected: {error}") from error

    def call(self, call: str, **fields: Any) -> dict[str, Any]:
        """Make a call; a problem ends the demo with the service's own words."""
        reply = self._followed(call, fields)
        if reply.status not in (200, 202):
            hint = reply.body.get("hint", "")
            raise DemoError(
                f"{reply.body.get('title', 'The service refused')}: {reply.body.get('detail', reply.status)}"
                + (f"\n{hint}" if hint else "")
            )
        return reply.body

    def _followed(self, call: str, fields: dict[str, Any]) -> Reply:
        """Make a call and show the progress that it writes into the spreadsheet meanwhile."""
        replies: list[Reply | NoWebhook] = []

        def make() -> None:
            try:
                replies.append(self._client.call(call, **fields))
            except NoWebhook as error:
                replies.append(error)

        caller = threading.Thread(target=make, daemon=True)
        caller.start()
        shown = ""
        while caller.is_alive():
            caller.join(timeout=0.25)
            stage = self._progress() if call in ("inspect", "segment", "retrain") else ""
            if stage and stage != shown:
                shown = stage
                progress(stage)
        end_progress()
        reply = replies[0]
        if isinstance(reply, NoWebhook):
            raise DemoError(f"The webhook did not answer: {reply}.")
        return self._waited(reply) if reply.status == 202 else reply

    def _waited(self, reply: Reply) -> Reply:
        """Wait for an operation that goes on after its answer; ask for its result."""
        identity = reply.body["operation"]["id"]
        end = time.monotonic() + LONGEST_SECONDS
        shown = ""
        while time.monotonic() < end:
            time.sleep(POLL_SECONDS)
            operation = self._operation()
            if operation.get("state") != "running" and operation.get("id") == identity:
                break
            stage = self._progress()
            if stage != shown:
                shown = stage
                progress(stage)
        end_progress()
        status = self._client.call("operations", operationId=identity)
        state = (status.body.get("operation") or {}).get("state")
        if state != "done":
            problem = (status.body.get("operation") or {}).get("problem") or {}
            detail = (status.body.get("operation") or {}).get("message", "it did not end")
            return Reply(409, {"title": "The work did not end", "detail": detail, **problem}, {})
        return Reply(200, status.body, {})

    def _operation(self) -> dict[str, Any]:
        with self._google.workspace.lock:
            for entry in self._document.metadata:
                if entry.key == "ate-operation":
                    read: dict[str, Any] = json.loads(entry.value)
                    return read
        return {}

    def _progress(self) -> str:
        operation = self._operation()
        if operation.get("state") != "running":
            return ""
        return f"{operation['fraction']:4.0%}  {operation['stage']}"

    def rows(self, title: str, first: int, last: int, *, shown: bool = False) -> list[list[Any]]:
        """Return cells of a tab, as they are or as they are displayed."""
        with self._google.workspace.lock:
            sheet = self._document.sheet(title)
            held = sheet.grid.rows(first, last)
            width = sheet.grid.column_count
            read = displayed if shown else value_of
            return [[read(row[c]) if c < len(row) else "" for c in range(width)] for row in held]
