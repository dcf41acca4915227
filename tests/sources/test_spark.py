"""Spark as it is: a master, two workers and a Connect server; the same customers, errors in our words, nothing left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from local.launch import LocalGoogle, Webhook
from proving.processes import free_port
from proving.spark_cluster import SparkCluster, missing
from server.errors import (
    SourceColumnError,
    SourceTooSlowError,
    SourceUnreachableError,
    SourceUnreadableError,
)
from server.sources.declared import parse_sources
from server.sources.engines.engine import Engine
from server.sources.engines.opening import new_run_id, open_engine
from server.sources.source import Source
from server.sources.stages import read_source, source_table
from tests.conftest import Sheet
from tests.sources import nasty
from tests.sources.agreement import GROUPS, SHARE, WHAT, differences, group_differences, of_a_run, of_a_sample
from tests.sources.conftest import Both, run
from tests.sources.killed import former_results, kill_in_a_run, mark_of, run_again, shown, staging
from tests.sources.processes import needed
from tests.sources.segmented_shop import first_run as first_run
from tests.sources.segmented_shop import sheet as sheet

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::FutureWarning:pyspark"),
]
REST = 'order_id = "order_no"\nstatus = "status"\n'
"""Columns that a source may lack."""
FORMER = "20260228120000dddddd0001"
FIRST, LATER = "20260301120000aaaaaa0001", "20260301130000aaaaaa0002"
DEAD, NEXT, OTHER = "20260301120000cccccc0001", "20260301130000cccccc0002", "20260301110000bbbbbb0003"
"""Runs of one spreadsheet, and of another: a session of Spark's is not opened twice."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkCluster]:
    """A cluster of two workers."""
    needed(missing())
    with SparkCluster(tmp_path_factory.mktemp("spark")) as running:
        yield running


@pytest.fixture(scope="module")
def tables(cluster: SparkCluster, orders: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The hostile orders as a table, and a view of a few of them under a column that nobody would choose."""
    folder = tmp_path_factory.mktemp("parquet")
    duckdb.connect().execute(
        f"COPY (FROM read_csv('{orders}', all_varchar = true)) TO '{folder}/orders.parquet' (FORMAT parquet)"
    )
    for statement in (
        "CREATE SCHEMA sales",
        "CREATE SCHEMA audience",
        f"CREATE TABLE sales.orders USING parquet LOCATION '{folder}'",
        f"CREATE VIEW sales.few AS SELECT customer AS `{HOSTILE_COLUMN}`, date, amount FROM sales.orders LIMIT 50",
    ):
        asked(cluster, statement)


HOSTILE_COLUMN = "who'; DROP TABLE sales.orders; --"


def asked(cluster: SparkCluster, statement: str) -> list[Any]:
    """Run a statement as an engineer does."""
    from pyspark.sql.connect.session import SparkSession

    session = SparkSession.builder.remote(cluster.remote).create()
    try:
        return list(session.sql(statement).collect())
    finally:
        session.stop()


def declaration(
    remote: str, *, table: str = "sales.orders", customer: str = "customer", more: str = "", rest: str = REST
) -> str:
    """Return what a deployment declares of a source on Spark."""
    return (
        f'[sources.shop]\nengine = "spark"\nremote = "{remote}"\ntable = "{table}"\noutput = "audience.shop"\n'
        f'{more}\n[sources.shop.columns]\ncustomer_id = "{customer}"\norder_date = "date"\namount = "amount"\n'
        f"{rest}"
    )


def declared(remote: str, *, table: str = "sales.orders", customer: str = "customer") -> Source:
    """Return a source on Spark."""
    rest = REST if table == "sales.orders" else ""
    return parse_sources(declaration(remote, table=table, customer=customer, rest=rest))["shop"]


def opened(source: Source, run_id: str = "") -> Engine:
    """Return a connection, as the service opens it."""
    return open_engine(source, run_id or new_run_id())


def test_no_customer_differs_and_results_are_published_swapped_and_forgotten(
    cluster: SparkCluster, tables: None, both: Both
) -> None:
    """Recency, frequency and money to the bit, scores, segment and state, and what members of a test did; readers see a
    run when it is whole.
    """
    source = declared(cluster.remote)
    engine = opened(source, FIRST)
    try:
        source_run = run(engine, source, run_id=FIRST)

        assert (
            differences(both.memory, source_run, tuple(what for what in WHAT if what != "confidence")) == []
        )
        assert source_run.model == both.memory.model
        assert source_run.report.to_json() == both.engine.report.to_json()
        assert of_a_run(source_run, both.transactions, source) == []
        assert of_a_sample(both.engine, source_run) == []
        source_run.publish(dict.fromkeys(source_run.model.clusters, ("a segment", "a plan")), GROUPS, SHARE)
        assert engine.published() == (None, "")
        engine.swap(FIRST)
        assert engine.published()[1] == FIRST
        assert group_differences(engine.fetch("SELECT customer_id, `group` FROM audience.shop")) == []
    finally:
        engine.close()
    later = opened(source, LATER)
    try:
        hostile = nasty._HOSTILE[0]
        assert later.forget("nobody' OR '1'='1") == 0
        assert later.forget(hostile) == 1
        rows = later.fetch("SELECT customer_id, segment FROM audience.shop")
        assert len(rows["customer_id"]) == len(both.memory.table) - 1
        assert hostile not in set(rows["customer_id"])
        assert set(rows["segment"]) == {"a segment"}
    finally:
        later.close()
    assert results(cluster) == {"shop", f"shop_run_{FIRST}f"}


def test_former_results_stay_whole_and_the_next_run_leaves_nothing_of_a_killed_one(
    cluster: SparkCluster, tables: None, google: LocalGoogle, sheet: Sheet, tmp_path: Path
) -> None:
    """A whole service, killed when its run has read the source: its tables are dropped with their files."""
    for statement in (
        f"CREATE TABLE audience.shop_run_{FORMER} USING parquet AS {former_results(FORMER)}",
        f"CREATE OR REPLACE VIEW audience.shop AS SELECT * FROM audience.shop_run_{FORMER}",
    ):
        asked(cluster, statement)
    path = tmp_path / "sources.toml"
    more = f'spreadsheets = ["{sheet.id}"]'
    path.write_text(declaration(cluster.remote, more=more, rest=""), encoding="utf-8")
    before = (shown(sheet), mark_of(sheet), published(cluster))

    with Webhook(google, sources=path) as webhook:
        client = webhook.client(sheet.id)
        kill_in_a_run(webhook, client, lambda: any(name.endswith("_lines") for name in results(cluster)))

        assert (shown(sheet), mark_of(sheet), published(cluster)) == before == (*before[:2], (1, FORMER))
        assert any("_stage_" in name for name in results(cluster))
        reply = run_again(webhook, client, sheet)

    assert reply.status == 200, reply.body
    customers, run_id = published(cluster)
    assert customers == reply.body["result"]["rfm"]["customers"] > 400
    assert mark_of(sheet) == f"shop {run_id}"
    assert staging(sheet) == []
    assert results(cluster) == {"shop", f"shop_run_{run_id}"}
    assert sorted(path.name for path in cluster.tables_of("audience")) == [f"shop_run_{run_id}"]


def published(cluster: SparkCluster) -> tuple[int, str]:
    """Return how many customers readers see, and of which run."""
    (row,) = asked(cluster, "SELECT count(*) AS customers, max(run_id) AS run_id FROM audience.shop")
    return row["customers"], row["run_id"]


def results(cluster: SparkCluster) -> set[str]:
    """Return the tables of the schema of the output."""
    return {row["tableName"] for row in asked(cluster, "SHOW TABLES IN audience")}


def test_a_column_with_a_statement_for_a_name_is_a_column(cluster: SparkCluster, tables: None) -> None:
    """It is quoted; the table that it would drop is there afterwards."""
    source = declared(cluster.remote, table="sales.few", customer=HOSTILE_COLUMN)
    engine = opened(source)
    try:
        staged = read_source(engine, source, nasty.TODAY, None, lambda _stage, _fraction: None)
        assert staged.account.rows_read == 50
    finally:
        engine.close()
    assert asked(cluster, "SELECT count(*) AS n FROM sales.orders")[0]["n"] == len(nasty.lines())


def test_what_is_not_there_is_told_in_our_words(cluster: SparkCluster, tables: None) -> None:
    """A table that is gone, a column that is missing."""
    gone, lacking = declared(cluster.remote, table="sales.gone"), declared(cluster.remote, customer="buyer")
    for source, error in ((gone, SourceUnreadableError), (lacking, SourceColumnError)):
        engine = opened(source)
        try:
            with pytest.raises(error) as caught:
                source_table(engine, source)
            assert "sales" not in str(caught.value)
        finally:
            engine.close()


def test_a_statement_that_takes_too_long_is_interrupted(
    cluster: SparkCluster, tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is that of the declaration; the timer is shortened here."""
    engine = opened(declared(cluster.remote))
    started = threading.Timer
    monkeypatch.setattr(threading, "Timer", lambda _seconds, stop: started(2.0, stop))
    try:
        with pytest.raises(SourceTooSlowError, match="longer than 30 min"):
            engine.fetch(
                "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE hash(a.id, b.id) = 3"
            )
    finally:
        monkeypatch.undo()
        engine.close()


def test_a_run_cancels_what_a_killed_one_of_the_same_spreadsheet_has_left(
    cluster: SparkCluster, tables: None
) -> None:
    """Its first statement is interrupted and its tables are dropped; another spreadsheet's run goes on."""
    dead, other = opened(declared(cluster.remote), DEAD), opened(declared(cluster.remote), OTHER)
    dead.cancel_earlier()
    other.make("lines", "SELECT 1 AS a", {"a": "int64"})
    ended: list[BaseException] = []
    forever = threading.Thread(target=_runs_forever, args=(dead, ended), daemon=True)
    forever.start()
    forever.join(timeout=3.0)
    assert forever.is_alive()

    next_run = opened(declared(cluster.remote), NEXT)
    next_run.cancel_earlier()

    forever.join(timeout=30.0)
    assert not forever.is_alive()
    assert len(ended) == 1
    left = results(cluster)
    assert f"shop_stage_{OTHER}_lines" in left
    assert not [table for table in left if table.startswith(f"shop_stage_{DEAD}")]
    for engine in (other, next_run):
        engine.close()


def _runs_forever(engine: Engine, ended: list[BaseException]) -> None:
    try:
        engine.fetch("SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE hash(a.id, b.id) = 3")
    except (SourceUnreadableError, SourceUnreachableError) as error:
        ended.append(error)  # the statement was interrupted, or its session is gone already


def test_a_server_that_is_lost_or_never_was_is_told_within_seconds(
    cluster: SparkCluster, tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client's own default tries for ten minutes; how often ours does is lessened here."""
    monkeypatch.setattr("server.sources.engines.spark._RETRIES", 2)
    with pytest.raises(SourceUnreachableError):
        opened(declared(f"sc://127.0.0.1:{free_port()}"))
    engine = opened(declared(cluster.remote))
    cluster.stop_server()

    with pytest.raises(SourceUnreachableError):
        engine.fetch("SELECT 1 AS a")
    engine.close()
