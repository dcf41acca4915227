"""A sheet whose orders lie in a source on DuckDB: declared, chosen in `Settings`, segmented as the menu does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import duckdb

from server.operations.heartbeat import AT_WORK, Heartbeat
from server.sheets.commit.committer import Committer
from server.sheets.commit.writes import Batch, Planned
from server.sheets.tabs import set_up as tabs
from server.sources.allowed import Sources
from server.sources.declared import parse_sources
from server.use_cases.segmentation.result import TrainingResult
from server.use_cases.segmentation.run import Retraining, Run
from tests.conftest import Sheet
from tests.sources import nasty

SHOWN = 25
"""Customers whom the sheet shows."""
SPRING = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


def declaration(folder: Path, spreadsheet_id: str, more: str = "") -> str:
    """Return what a deployment declares of a shop whose orders and results lie in a folder."""
    return (
        f'[sources.shop]\nengine = "duckdb"\nfiles = ["{folder}/orders.csv"]\noutput = "{folder}/shop"\n'
        f'spreadsheets = ["{spreadsheet_id}"]\nsheet_customers = {SHOWN}\n{more}\n'
        '[sources.shop.columns]\ncustomer_id = "customer"\norder_date = "date"\namount = "amount"\n'
        'order_id = "order_no"\nstatus = "status"\n'
    )


def declare_shop(folder: Path, spreadsheet_id: str) -> Sources:
    """Write the orders of a shop, and return what a deployment declares of them: for people of one domain."""
    nasty.write(folder / "orders.csv", nasty.lines(customers=120))
    return Sources(parse_sources(declaration(folder, spreadsheet_id, 'domains = ["example.com"]')))


def choose(sheet: Sheet, **settings: str) -> None:
    """Write settings as a marketer does, below what stands in the tab."""
    rows = sheet.rows("Settings")
    names = [str(row[0]) for row in rows]
    for name, value in settings.items():
        sheet.type("Settings", names.index(name) + 2, [[value]], column=2)


def run(retraining: Retraining, sheet: Sheet, **asked: object) -> TrainingResult:
    """Segment as the menu does."""
    request = Run(**{"requested_by": "ann@example.com", **asked})  # type: ignore[arg-type]
    return retraining.run(sheet.id, request, lambda _stage, _fraction: None)


def set_up(committer: Committer, sheet: Sheet) -> None:
    """Make the tabs as a connect does."""
    bound = committer.sheet(sheet.id)
    bound.transact([], lambda seen: Planned(Batch(tabs.requests(committer.client, sheet.id, seen)), None))


def published(folder: Path) -> list[tuple[object, ...]]:
    """Return customers, runs and versions of the published table."""
    return duckdb.sql(
        f"FROM '{folder}/shop.parquet' SELECT count(*), max(run_id), max(model_version), count(segment)"
    ).fetchall()


class Stops:
    """Stands where the heartbeat of a long call stands, and keeps by whom the work would be stopped."""

    def __init__(self) -> None:
        self.of: list[str] = []

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Take note of who could be stopped."""
        self.of.append(stop.__qualname__)
        yield


@contextmanager
def at_work() -> Iterator[Stops]:
    """Do as if a long call were at work."""
    stops = Stops()
    before = AT_WORK.set(cast(Heartbeat, stops))
    try:
        yield stops
    finally:
        AT_WORK.reset(before)
