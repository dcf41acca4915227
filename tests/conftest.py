"""A local Google, a spreadsheet with customers, and the real use cases that talk HTTP to it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import settings

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from local.load import load_rows
from server.layout.tabs import MODEL_HEADERS
from server.sheets.api.client import SheetsClient, of_another_google
from server.sheets.api.retry import RetryBudget
from server.sheets.commit import long_work
from server.sheets.commit.committer import Committer
from server.sheets.tabs import outputs, staging
from server.sheets.tabs import training_data as training_data_tab
from server.training import train
from server.training.candidates import candidate
from server.use_cases import training_data
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.cells import Cell, Content, value_of
from sheets_standin.spreadsheet.document import Document, Metadata
from sheets_standin.workspace import Role
from tests import known_keys
from tests.memoised_training import remember

settings.register_profile("project", deadline=None)  # timings belong in benchmarks
settings.load_profile("project")

NOON = dt.datetime(2026, 1, 15, 17, 0, tzinfo=dt.UTC)
"""Noon in New York."""


PARAMETERS = MODEL_HEADERS.index("Parameters") + 1
"""Column (from 1) of the model's JSON in the tab Model."""


class MeddlingClient(SheetsClient):
    """Lets somebody act on the spreadsheet just before a write arrives: `before_write` is called once."""

    before_write: Callable[[], None] | None = None

    def batch_update(self, *args: object, **kwargs: object) -> dict[str, object]:  # type: ignore[override]
        if self.before_write is not None:
            act, self.before_write = self.before_write, None
            act()
        return super().batch_update(*args, **kwargs)  # type: ignore[arg-type]


class Now:
    """The time of the tests."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> dt.datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += dt.timedelta(**by)


class Sheet:
    """A spreadsheet as its owner sees and edits it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.id = document.spreadsheet_id

    def type(self, title: str, row: int, rows: list[list[str]], column: int = 1) -> None:
        """Type text from a sheet row and column (from 1) on."""
        self.document.type_rows(self.document.sheet(title), row - 1, column - 1, rows, OWNER)

    def row(self, title: str, row: int) -> list[object]:
        """Return the values of a sheet row (from 1)."""
        return [value_of(cell) for cell in self.document.sheet(title).grid.row(row - 1)]

    def rows(self, title: str) -> list[list[object]]:
        """Return the values of all rows below the header that hold something."""
        grid = self.document.sheet(title).grid
        all_rows = [[value_of(c) for c in row] for row in grid.rows(1, grid.row_count)]
        return [row for row in all_rows if any(cell is not None for cell in row)]

    def cell(self, title: str, row: int, column: int) -> Content:
        """Return a cell (from 1)."""
        return self.document.sheet(title).grid.cell(row - 1, column - 1)

    def note(self, title: str, row: int, column: int) -> str:
        """Return a cell's note."""
        cell = self.cell(title, row, column)
        return cell.note if isinstance(cell, Cell) else ""

    def insert_rows(self, title: str, before: int, count: int = 1) -> None:
        """Insert rows above a sheet row (from 1)."""
        with self.document.changing(OWNER, "insert"):
            structure.insert(self.document, self.document.sheet(title), structure.ROWS, before - 1, count)
            self.document.noted("insert", title)

    def insert_columns(self, title: str, before: int, count: int = 1) -> None:
        """Insert columns left of a column (from 1)."""
        with self.document.changing(OWNER, "insert"):
            structure.insert(self.document, self.document.sheet(title), structure.COLUMNS, before - 1, count)
            self.document.noted("insert", title)


def keep(document: Document, entry: Metadata, value: str) -> None:
    """Give an entry of developer metadata another value, without a change in the journal."""
    document.metadata[document.metadata.index(entry)] = replace(entry, value=value)


def orders(customers: int = 60) -> list[list[str]]:
    """Return transactions of customers who differ: the first buy often and much, the last once and long ago."""
    rows = [["customer_id", "order_date", "amount"]]
    start = dt.date(2025, 12, 31)
    for number in range(customers):
        times = max(1, 12 - number // 5)
        for order in range(times):
            day = start - dt.timedelta(days=number * 5 + order * 11)
            rows.append([f"C{number:03}", day.isoformat(), f"{max(5, 200 - 3 * number) + order}"])
    return rows


LONGEST = (
    "tests/proving/torture/",
    "tests/sources/test_googlesql.py",
    "tests/sources/test_spark.py",
    "tests/browser/test_addon.py",
    "tests/e2e/",
    "tests/training/test_cdnow.py",
    "tests/documents/",
    "tests/attack/test_deployment.py",
    "tests/deploy/test_image.py",
    "tests/proving/",
)
"""Where slow tests take minutes a file: begun first, so that at the end no process waits for the other's long file."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files of slow tests, the longest first; files and their tests stay together."""

    def rank(item: pytest.Item) -> int:
        places = (place for place, start in enumerate(LONGEST) if item.nodeid.startswith(start))
        is_slow = item.get_closest_marker("slow") is not None
        return next(places, len(LONGEST)) if is_slow else len(LONGEST)

    items.sort(key=rank)


@pytest.fixture(scope="session", autouse=True)
def training_remembers(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Most tests train on the same few customers."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    remember(shared / "training")


@pytest.fixture(scope="session", autouse=True)
def keys_are_known() -> Iterator[None]:
    """Two keys for each local Google were a third of the time of tests that use one."""
    with pytest.MonkeyPatch.context() as patch:
        known_keys.use(patch)
        yield


@pytest.fixture
def trains_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each training of the test works its figures out."""
    monkeypatch.setattr(train, "candidate", candidate)


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(quota=False) as running:
        yield running


@pytest.fixture
def sheet(google: LocalGoogle) -> Sheet:
    """A shared spreadsheet with transactions, before anything was done with it."""
    document = google.spreadsheet()
    load_rows(document, orders(), OWNER)
    return Sheet(document)


@pytest.fixture
def now() -> Now:
    return Now()


def client_of(google: LocalGoogle) -> MeddlingClient:
    """Return a client of the service account that asks the local Google."""
    credentials = google.credentials()  # an account that is revoked later must not be made anew
    return MeddlingClient(lambda: of_another_google(credentials), google.url)


@pytest.fixture
def client(google: LocalGoogle) -> MeddlingClient:
    return client_of(google)


def quick() -> RetryBudget:
    """Try as often as the service does, without waiting; time stands still, however slow the machine is."""
    return RetryBudget(clock=lambda: 0.0, sleep=lambda _seconds: None, jitter=lambda: 0.5)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have long work try again as often as it does, without waiting."""
    for module in (training_data_tab, staging, outputs, training_data, long_work):
        monkeypatch.setattr(module, "patient", quick)


@pytest.fixture
def committer(client: MeddlingClient, now: Now) -> Committer:
    return Committer(client, quick, lambda: now().timestamp())


@pytest.fixture
def scoring(committer: Committer, now: Now) -> Scoring:
    return Scoring(committer, now, clock=lambda: 0.0)


@pytest.fixture
def retraining(committer: Committer, scoring: Scoring, now: Now) -> Retraining:
    return Retraining(committer, scoring, now)


@pytest.fixture(scope="session")
def first_segmentation() -> Document:
    """A spreadsheet just after its first segmentation; copied, as training takes half a second."""
    return segmented_once(orders())


def segmented_once(rows: Iterable[list[str]]) -> Document:
    """Return a spreadsheet of these orders just after its first segmentation."""
    with LocalGoogle(quota=False) as google:
        document = google.spreadsheet()
        load_rows(document, rows, OWNER)
        committer = Committer(client_of(google), quick)
        retraining = Retraining(committer, Scoring(committer, Now()), Now())
        retraining.run(document.spreadsheet_id, Run(), lambda _stage, _fraction: None)
        return document


def shared_copy(google: LocalGoogle, document: Document) -> Sheet:
    """Return a copy that the service may edit."""
    copy = google.workspace.copy(document, OWNER)
    google.workspace.share(copy.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
    return Sheet(copy)


@pytest.fixture
def segmented(google: LocalGoogle, first_segmentation: Document) -> Sheet:
    """The spreadsheet after its first segmentation."""
    return shared_copy(google, first_segmentation)
