"""Cost of an edit by the length of the tabs: calls, and the server's own time; beside it, a notebook's way."""

from __future__ import annotations

import runpy
import statistics
import time
from dataclasses import dataclass
from typing import Any

import gspread
import requests

from local.launch import PROJECT, LocalGoogle, Webhook
from proving.bench.sheets import LOG, NEW_USER, lengthen, segmented, type_customers
from server.sheets.api.client import SheetsClient
from server.sheets.commit.committer import Committer
from server.use_cases.score_result import AskedRow
from server.use_cases.scoring import Scoring
from sheets_standin.spreadsheet.document import Document

LATENCY_SECONDS = 0.15
"""Of each call to Google, in the comparison with a notebook."""
REPEATS = {1: 200, 500: 20, 1_500: 12}


@dataclass(frozen=True, slots=True)
class EditCost:
    """One size of edit; seconds are the server's own, Google's share taken out."""

    rows: int
    tab_rows: int
    reads: int
    writes: int
    p50: float
    p99: float


def measure(tab_rows: int) -> list[EditCost]:
    """Return what edits of 1, 500 and 1,500 rows cost where both tabs have so many rows."""
    with LocalGoogle(quota=False) as google:
        with Webhook(google) as webhook:
            document = segmented(google, webhook)
        if tab_rows:
            lengthen(document, tab_rows)
        return [_edits(google, document, rows, tab_rows) for rows in REPEATS]


def _edits(google: LocalGoogle, document: Document, rows: int, tab_rows: int) -> EditCost:
    scoring = Scoring(Committer(SheetsClient(lambda: google.credentials(), google.url)))
    settings = runpy.run_path(str(PROJECT / "gunicorn.conf.py"))
    settings["post_worker_init"](None)  # look for garbage as the service does
    first = tab_rows + 2
    waited = _Waited()
    seconds = []
    with waited:
        for number in range(REPEATS[rows] + 2):
            type_customers(document, first, rows, f"{rows}-{number}-")
            asked = [AskedRow(first + i) for i in range(rows)]
            google.server.log.reset()
            waited.seconds = 0.0
            began = time.thread_time()
            result = scoring.score(document.spreadsheet_id, asked, trigger="edit")
            took = time.thread_time() - began - waited.seconds
            if result.scored != rows:
                raise RuntimeError(f"{result.scored} of {rows} rows were scored")
            if number > 1:  # the first ones open the connection and fill caches
                seconds.append(took)
    calls = google.server.log
    return EditCost(rows, tab_rows, calls.reads, calls.writes, statistics.median(seconds), _p99(seconds))


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(0.99 * len(seconds)))]


class _Waited:
    """Adds up the time of this thread between sending a request to Google and having its whole answer.

    Processor time of the thread, as the stand-in works in another thread of this process.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._send: Any = None

    def __enter__(self) -> _Waited:
        self._send = send = requests.Session.send
        waited = self

        def timed(session: requests.Session, *args: Any, **kwargs: Any) -> requests.Response:
            began = time.thread_time()
            try:
                return send(session, *args, **kwargs)
            finally:
                waited.seconds += time.thread_time() - began

        requests.Session.send = timed  # type: ignore[method-assign,assignment]  # put back on leaving
        return self

    def __exit__(self, *_: object) -> None:
        requests.Session.send = self._send  # type: ignore[method-assign]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows labelled in one way: `labelled` is less than `rows` where the quota stopped it."""

    way: str
    rows: int
    labelled: int
    calls: int
    seconds: float


def compare(sizes: tuple[int, ...] = (1, 50, 500)) -> list[Comparison]:
    """Return how the service, and two ways of a notebook with gspread, label rows at one latency and quota.

    Each run has a minute's quota to itself.
    """
    comparisons = []
    for rows in sizes:
        for way, label in (
            ("the service", _by_service),
            ("gspread, row by row", _by_rows),
            ("gspread, cell by cell", _by_cells),
        ):
            with LocalGoogle() as google, Webhook(google) as webhook:
                document = segmented(google, webhook)
                type_customers(document, 2, rows, "U")
                client = webhook.client(document.spreadsheet_id)
                client.call("status")  # the service is warm, as a notebook is
                google.server.quotas.refill()
                google.server.faults.latency_seconds = LATENCY_SECONDS
                google.server.log.reset()
                began = time.perf_counter()
                labelled = label(google, document, client, rows)
                took = time.perf_counter() - began
            log = google.server.log
            comparisons.append(Comparison(way, rows, labelled, log.reads + log.writes, took))
    return comparisons


def _by_service(_google: LocalGoogle, _document: Document, client: Any, rows: int) -> int:
    return int(client.call("score", rows=[{"row": 2 + i} for i in range(rows)]).body["scored"])


def _notebook(google: LocalGoogle, document: Document) -> gspread.Spreadsheet:
    class Local(gspread.HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
            return super().request(
                method, endpoint.replace("https://sheets.googleapis.com", google.url), *args, **kwargs
            )

    return gspread.Client(google.credentials(), http_client=Local).open_by_key(document.spreadsheet_id)


def _by_rows(google: LocalGoogle, document: Document, _client: Any, rows: int) -> int:
    """Read all records, then update each row and append its line to the log: two calls a row."""
    labelled = 0
    try:
        book = _notebook(google, document)
        user, log = book.worksheet(NEW_USER), book.worksheet(LOG)
        for number, record in enumerate(user.get_all_records()[:rows], start=2):
            label: list[str | float] = [0, "a plan", "2026-01-01 12:00:00", "id"]
            user.update([label], f"E{number}:H{number}")
            log.append_row([*label, str(record["CustomerID"])])
            labelled += 1
    except gspread.exceptions.APIError as error:
        if error.code != 429:
            raise
    return labelled


def _by_cells(google: LocalGoogle, document: Document, _client: Any, rows: int) -> int:
    """Read four cells and write three for each row, one call each, and append to the log."""
    labelled = 0
    try:
        book = _notebook(google, document)
        user, log = book.worksheet(NEW_USER), book.worksheet(LOG)
        for number in range(2, 2 + rows):
            inputs = [user.cell(number, column).value for column in range(1, 5)]
            for column, value in enumerate(("0", "a plan", "2026-01-01 12:00:00"), start=5):
                user.update_cell(number, column, value)
            log.append_row(["0", "a plan", *map(str, inputs)])
            labelled += 1
    except gspread.exceptions.APIError as error:
        if error.code != 429:
            raise
    return labelled
