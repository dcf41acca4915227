"""One hostile file of orders, segmented in memory and on DuckDB."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.core.options import Options
from server.core.transactions.arrays import Transactions
from server.sources.declared import parse_sources
from server.sources.engines.duckdb import DuckDb
from server.sources.engines.engine import Engine
from server.sources.run import Asked, SourceRun, run_source
from server.sources.source import Source
from server.training.model_choice import Before, Wanted
from server.training.segmentation import Segmentation
from tests.sources import memory, nasty

CHOSEN = memory.OPTIONS.__class__(
    repeated_lines=memory.OPTIONS.repeated_lines,
    columns=memory.OPTIONS.columns,
    answers=memory.OPTIONS.answers,
    clusters=5,
)
"""With a number of segments, so that none is chosen: that takes most of the time."""

Declared = Callable[..., Source]


@dataclass(frozen=True, slots=True)
class Both:
    """The same file twice."""

    memory: Segmentation
    quality: object
    engine: SourceRun
    transactions: Transactions


def declare(files: Path, output: Path, *, columns: str = "", more: str = "") -> Source:
    """Return a source on DuckDB, whose columns are those of `nasty.HEADER` unless others are given."""
    named = columns or (
        'customer_id = "customer"\norder_date = "date"\namount = "amount"\norder_id = "order_no"\nstatus = "status"'
    )
    return parse_sources(
        f'[sources.shop]\nengine = "duckdb"\nfiles = ["{files}"]\noutput = "{output}"\n'
        f'spreadsheets = ["sheet"]\n{more}\n[sources.shop.columns]\n{named}\n'
    )["shop"]


def run(
    engine: Engine,
    source: Source,
    *,
    options: Options = CHOSEN,
    before: Before | None = None,
    wanted: Wanted | None = None,
    run_id: str = "r1",
) -> SourceRun:
    """Segment a source as the tests want it."""
    asked = Asked(
        options,
        before or Before(),
        wanted or Wanted(new_model=True, version=1, trained_at=memory.TRAINED_AT),
        nasty.TODAY,
        run_id,
    )
    return run_source(engine, source, asked, lambda _stage, _fraction: None)


@pytest.fixture(scope="package")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile file."""
    return nasty.write(tmp_path_factory.mktemp("orders") / "orders.csv", nasty.lines())


@pytest.fixture(scope="package")
def both(orders: Path, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The hostile file, segmented in memory and on DuckDB."""
    transactions, quality = memory.read(nasty.HEADER, nasty.lines(), nasty.TODAY, CHOSEN)
    source = declare(orders, tmp_path_factory.mktemp("results") / "shop")
    source_run = run(DuckDb(source, "r1"), source)
    return Both(memory.segmented(transactions, quality, options=CHOSEN), quality, source_run, transactions)
