"""The whole way of a marketer, over HTTP, against the real webhook: told in tables, and checked."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.client import NotConnected, NoWebhook, Reply, SignedClient
from sandbox.launch import OWNER, LocalGoogle, Webhook
from sandbox.load import load
from sandbox.printing import end_progress, progress, say, table
from sandbox.spreadsheet.cells import value_of
from sandbox.spreadsheet.document import Document
from sandbox.spreadsheet.formats import displayed

NEW_USER = "New User"
LOG = "Prediction_Log"
POLL_SECONDS = 1.0
LONGEST_SECONDS = 900


class DemoError(RuntimeError):
    """Something did not go as it should; the text says what, in the product's own words."""


class _Demo:
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
            told = self._progress() if call in ("segment", "retrain") else ""
            if told and told != shown:
                shown = told
                progress(told)
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
            told = self._progress()
            if told != shown:
                shown = told
                progress(told)
        end_progress()
        found = self._client.call("operations", operationId=identity)
        state = (found.body.get("operation") or {}).get("state")
        if state != "done":
            problem = (found.body.get("operation") or {}).get("problem") or {}
            told = (found.body.get("operation") or {}).get("message", "it did not end")
            return Reply(409, {"title": "The work did not end", "detail": told, **problem}, {})
        return Reply(200, found.body, {})

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


def run_demo(
    google: LocalGoogle, webhook: Webhook, document: Document, data: Path | None, out: Path | None
) -> None:
    """Go the whole way and print what a marketer would see.

    Raises
    ------
    DemoError
        If the service refuses the data, or what it did does not hold together.
    """
    demo = _Demo(google, document)
    say("Loading the transactions into Training_Data…")
    with demo.step("load"):
        rows = load(document, data, OWNER)
    say(f"Training_Data holds {rows:,} rows.\n")

    say("Connecting the spreadsheet")
    with demo.step("connect"):
        demo.connect(webhook)
    tabs = ", ".join(sheet.title for sheet in document.sheets if not sheet.hidden)
    say(f"  {OWNER} has shown to be an editor and got the spreadsheet's key. Its tabs: {tabs}.\n")

    with demo.step("inspect"):
        inspected = demo.call("inspect")
    say("What the columns were recognised as")
    say(
        table(
            ["As", "Column", "Header"], [[c["label"], c["column"], c["header"]] for c in inspected["columns"]]
        )
    )
    for note in inspected["notes"]:
        say(f"  {note}")

    say("\nSegment customers")
    with demo.step("segment"):
        segmented = demo.call("segment")["result"]
    _show_segments(segmented)

    say("\nTyping into New User")
    typed = _typed(demo)
    document.type_rows(document.sheet(NEW_USER), 1, 0, typed, OWNER)
    asked = [{"row": number} for number in range(2, 2 + len(typed))]
    with demo.step("score"):
        scored = demo.call("score", rows=asked, trigger="edit")
    _show_rows(demo, len(typed))
    for problem in scored["invalid"]:
        say(f"  Row {problem['row']}, {problem['column']}: {problem['message']}")
    first_log = _lines(demo)

    say("\nRetrain")
    with demo.step("retrain"):
        retrained = demo.call("retrain")["result"]
    _show_segments(retrained)
    for sentence in retrained["model"]["summary"]:
        say(f"  {sentence}")

    say("\nScore again: nothing is classified twice")
    with demo.step("score again"):
        again = demo.call("score", rows=asked, trigger="edit")
    say(f"  {again['message']}")
    with demo.step("sweep"):
        swept = demo.call("score", trigger="sweep")
    log = _lines(demo)
    say("\nPrediction_Log")
    shown = [row for row in demo.rows(LOG, 1, 12, shown=True) if row[0]]
    say(
        table(
            ["PredictedAt", "CustomerID", "Cluster", "Segment", "ActionPlan"],
            [[r[1], r[2], r[6], r[7], r[8]] for r in shown],
        )
    )

    wrong = _wrong(demo, scored, again, swept, first_log, log)
    seen = {
        "quality": _quality(segmented["quality"]),
        "model": {
            "k": retrained["model"]["k"],
            "version": retrained["model"]["version"],
            "segments": [
                {
                    "number": each["cluster"],
                    "name": each["segment"],
                    "customers": each["customers"],
                    "share": each["share"],
                }
                for each in retrained["segments"]
            ],
        },
        "rfm": {"customers": retrained["rfm"]["customers"]},
        "predictions": scored["rows"],
        "log": log,
        "calls": demo.calls,
        "seconds": demo.seconds,
        "peak_rss_mib": round(webhook.peak_rss_mib(), 1),
    }
    say("\nCalls to Google, and seconds")
    say(
        table(
            ["Step", "Reads", "Writes", "Seconds"],
            [[name, *_kinds(demo.calls[name]), demo.seconds[name]] for name in demo.seconds],
        )
    )
    say(f"  The webhook's processes needed at most {seen['peak_rss_mib']:,.0f} MiB.")
    if out is not None:
        out.write_text(json.dumps(seen, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if wrong:
        raise DemoError("What the demo saw does not hold together: " + "; ".join(wrong) + ".")


def _lines(demo: _Demo) -> list[list[Any]]:
    return [row for row in demo.rows(LOG, 1, 10_000) if row[0]]


def _quality(report: dict[str, Any]) -> dict[str, Any]:
    return {
        "rows_read": report["rows_read"],
        "rows_used": report["rows_used"],
        "left_out": {reason: each["count"] for reason, each in report["left_out"].items()},
        "customers": report["customers"],
        "customers_left_out": report["customers_left_out"],
    }


def _kinds(calls: dict[str, int]) -> tuple[int, int]:
    reads = sum(n for name, n in calls.items() if name.endswith(("get", "batchGet", "search")))
    return reads, sum(calls.values()) - reads


def _show_segments(result: dict[str, Any]) -> None:
    say(f"  {result['message']}")
    say(
        table(
            ["No.", "Segment", "Customers", "Share", "Revenue", "ActionPlan"],
            [
                [
                    each["cluster"],
                    each["segment"],
                    each["customers"],
                    f"{each['share']:.0%}",
                    f"{each['revenueShare']:.0%}",
                    each["actionPlan"],
                ]
                for each in result["segments"]
            ],
        )
    )


def _typed(demo: _Demo) -> list[list[str]]:
    """Return rows to type, of values as the data have them: three complete, one wrong, one incomplete."""
    rows = demo.rows("RFM", 1, 2_000_000)
    customers = sorted(
        (r for r in rows if isinstance(r[3], int | float)), key=lambda r: (float(r[3]), str(r[0]))
    )
    places = [len(customers) - 1, len(customers) // 2, 0]
    typed = [[f"DEMO-{n}", *map(str, customers[i][1:4])] for n, i in enumerate(places, start=1)]
    wrong = ["DEMO-WRONG", "last week", *map(str, customers[0][2:4])]
    return [*typed, wrong, ["DEMO-INCOMPLETE", str(customers[0][1])]]


def _show_rows(demo: _Demo, count: int) -> None:
    shown = demo.rows(NEW_USER, 1, 1 + count, shown=True)
    headers = ["CustomerID", "Recency", "Frequency", "MonetaryValue", "Cluster", "ActionPlan", "PredictedAt"]
    say(table(headers, [row[:7] for row in shown]))


def _wrong(
    demo: _Demo,
    scored: dict[str, Any],
    again: dict[str, Any],
    swept: dict[str, Any],
    first_log: Sequence[Sequence[Any]],
    log: Sequence[Sequence[Any]],
) -> list[str]:
    """Return what does not hold of that which the demo is to show."""
    wrong = []
    if scored["scored"] != 3 or len(scored["invalid"]) != 1 or scored["incomplete"] != 1:
        wrong.append("of five rows three should be scored, one invalid and one incomplete")
    if again["scored"] or swept["scored"] or log != first_log:
        wrong.append("a row was classified twice")
    lines = {line[0]: line for line in log}
    for row in demo.rows(NEW_USER, 1, 4):
        line = lines.get(row[7])
        if line is None or [line[6], line[8], line[1]] != row[4:7]:
            wrong.append(f"the row of {row[0]} and the log disagree")
    return wrong
