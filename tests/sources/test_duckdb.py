"""DuckDB as the adapter opens it: what a statement could do to the machine, and how results appear."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import duckdb
import pytest

from server.errors import SourceColumnError, SourceTooSlowError, SourceUnreadableError
from server.sources.engines.duckdb import DuckDb
from server.sources.expressions.results import RESULT_SCHEMA
from server.sources.stages import source_table
from tests.sources.conftest import declare

HEADER = "customer,date,amount,order_no,status\n"
A, B = "aaaaaa", "bbbbbb"
"""Marks of two spreadsheets."""


@pytest.fixture
def engine(tmp_path: Path) -> DuckDb:
    """A run on a small file."""
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    path = tmp_path / "in" / "orders.csv"
    path.write_text(HEADER + "A,2024-01-01,5.00,1,paid\n", encoding="utf-8")
    return DuckDb(declare(path, tmp_path / "out" / "shop"), "r1")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/escaped.csv'",
        "SELECT * FROM read_parquet('https://example.com/a.parquet')",
        "ATTACH '/tmp/other.duckdb' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '1TB'",
    ],
)
def test_no_statement_gets_out_of_the_declared_folders(engine: DuckDb, statement: str) -> None:
    """Whatever an engineer's view or a hostile file may hold."""
    with pytest.raises(SourceUnreadableError):
        engine.fetch(statement)


def test_a_file_that_is_gone_is_told_without_its_path(engine: DuckDb, tmp_path: Path) -> None:
    """The marketer reads that it cannot be read; where it lay is nobody's business there."""
    (tmp_path / "in" / "orders.csv").unlink()

    with pytest.raises(SourceUnreadableError) as caught:
        engine.schema()

    assert str(tmp_path) not in caught.value.detail + caught.value.hint


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """With the role that it was declared for."""
    path = tmp_path / "orders.csv"
    path.write_text("customer,date,amount\nA,2024-01-01,1\n", encoding="utf-8")
    source = declare(path, tmp_path / "shop")

    with pytest.raises(SourceColumnError, match="order_no, declared as order id"):
        source_table(DuckDb(source, "r1"), source)


def test_a_query_that_takes_too_long_is_stopped(engine: DuckDb, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is that of the declaration; the timer is shortened here."""
    started = threading.Timer
    monkeypatch.setattr(threading, "Timer", lambda _seconds, stop: started(0.05, stop))

    with pytest.raises(SourceTooSlowError, match="longer than 30 min"):
        engine.fetch("SELECT count(*) FROM range(100000000000) a(x), range(100000000) b(y) WHERE x * y = 3")


def results(run_id: str, *customers: str) -> str:
    """Return a query of results of some customers."""
    values = {"string": "'x'", "int64": "1", "float64": "1.0", "date": "DATE '2024-01-01'"}
    columns = ", ".join(
        f'{values[kind]} AS "{name}"'
        for name, kind in RESULT_SCHEMA.items()
        if name not in ("customer_id", "run_id")
    )
    listed = ", ".join(f"('{customer}')" for customer in customers)
    return f"SELECT customer_id, {columns}, '{run_id}' AS run_id FROM (VALUES {listed}) AS t(customer_id)"


def test_readers_see_the_former_results_until_the_swap(engine: DuckDb, tmp_path: Path) -> None:
    """A run that dies before it leaves them whole; the swap is one renaming."""
    view = tmp_path / "out" / "shop.parquet"
    engine.publish(results("r1", "A"), RESULT_SCHEMA)
    assert not view.exists()
    engine.swap("r1")
    later = DuckDb(engine._source, "r2")
    later.publish(results("r2", "A", "B"), RESULT_SCHEMA)

    assert later.published()[1] == "r1"
    later.swap("r2")
    assert later.published()[1] == "r2"
    assert [path.name for path in sorted(view.parent.iterdir())] == ["shop.parquet", "shop_run_r2.parquet"]


def test_results_hold_whole_numbers_as_such(engine: DuckDb, tmp_path: Path) -> None:
    """Sums have 128 bits in DuckDB, which Parquet would keep as fractions."""
    engine.publish('SELECT sum(x) AS "frequency" FROM (VALUES (1), (2)) AS t(x)', {"frequency": "int64"})

    (kind,) = duckdb.sql(f"DESCRIBE FROM '{tmp_path}/out/shop_run_r1.parquet'").fetchall()

    assert kind[:2] == ("frequency", "BIGINT")


def test_forgetting_takes_a_customer_out_by_a_bound_parameter(engine: DuckDb) -> None:
    """An id is never a part of a statement, whatever it holds."""
    hostile = "x' OR '1'='1"
    engine.publish(results("r1", "A", hostile.replace("'", "''")), RESULT_SCHEMA)
    engine.swap("r1")

    assert engine.forget("nobody' OR '1'='1") == 0
    assert engine.forget(hostile) == 1
    place, _run = engine.published()
    assert place is not None
    assert engine.fetch(f'SELECT customer_id FROM "{place.parts[0]}"')["customer_id"].tolist() == ["A"]


def test_a_file_system_without_links_is_copied_to(engine: DuckDb, monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets that are mounted as folders have none."""

    def refuse(*_paths: object) -> None:
        raise OSError("no links")

    monkeypatch.setattr(os, "link", refuse)
    engine.publish(results("r1", "A"), RESULT_SCHEMA)

    engine.swap("r1")

    assert engine.published()[1] == "r1"


def test_a_run_removes_the_files_that_dead_ones_have_left(tmp_path: Path) -> None:
    """What they had spilled, of the same spreadsheet or a day ago, and what forgetting left unfinished; others' spills
    and what is being written stay."""
    source = declare(tmp_path / "orders.csv", tmp_path / "shop", more=f'spill = "{tmp_path}/spill"')
    mine, dead, other, later = (
        f"202603011{hour}0000{owner}0001" for hour, owner in ((2, A), (1, A), (1, B), (3, A))
    )
    old = f"20260228110000{B}0001"
    for run_id in (dead, other, later, old):
        folder = tmp_path / "spill" / f"ate_{run_id}"
        folder.mkdir(parents=True)
        (folder / "duckdb_temp_1_0_storage_DEFAULT-0.tmp").write_bytes(b"orders")
    for name in ("shop.without", f"shop_run_{dead}.without", f"shop_run_{dead}.parquet", "shopping.without"):
        (tmp_path / name).write_bytes(b"PAR1")
    long_ago = time.time() - 31 * 60
    os.utime(tmp_path / f"shop_run_{dead}.without", (long_ago, long_ago))
    engine = DuckDb(source, mine)

    engine.cancel_earlier()

    assert {path.name for path in (tmp_path / "spill").iterdir()} == {f"ate_{other}", f"ate_{later}"}
    left = {path.name for path in tmp_path.iterdir()} - {"spill"}
    assert left == {"shop.without", f"shop_run_{dead}.parquet", "shopping.without"}


def test_what_a_run_spills_ends_with_it(tmp_path: Path) -> None:
    """In a folder of its own, so that two runs never share one."""
    source = declare(
        tmp_path / "orders.csv", tmp_path / "shop", more=f'spill = "{tmp_path}/spill"\nmemory = "64 MiB"'
    )
    engine = DuckDb(source, "r1")
    engine.make(
        "many",
        "SELECT hash(n) AS a, hash(n + 1) AS b FROM range(6000000) AS t(n)",
        {"a": "uint64", "b": "uint64"},
    )
    assert [path.name for path in (tmp_path / "spill").iterdir()] == ["ate_r1"]

    engine.close()

    assert list((tmp_path / "spill").iterdir()) == []


def test_a_swap_removes_what_an_earlier_one_left_half_done(engine: DuckDb, tmp_path: Path) -> None:
    """A death between the link and the renaming leaves a file that no reader knows."""
    (tmp_path / "out" / "shop_swap_r0.parquet").write_bytes(b"PAR1")
    (tmp_path / "out" / "shop_run_r0.parquet").write_bytes(b"PAR1")
    engine.publish(results("r1", "A"), RESULT_SCHEMA)

    engine.swap("r1")

    assert {path.name for path in (tmp_path / "out").iterdir()} == {"shop.parquet", "shop_run_r1.parquet"}
