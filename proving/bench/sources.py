"""Time of a run on a source by its size: on DuckDB beside one GROUP BY, and on Spark with two workers."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from proving.bench.processes import own_peak_mib
from proving.spark_cluster import WORKERS, SparkCluster
from server.core.options import Options
from server.core.segments.naming import default_plan
from server.sources.declared import parse_sources
from server.sources.engines.duckdb import DuckDb
from server.sources.engines.engine import Engine
from server.sources.engines.opening import open_engine
from server.sources.run import Asked, SourceRun, run_source
from server.sources.source import DUCKDB, SPARK, Source
from server.training.model_choice import Before, Wanted

SIZES = (1_000_000, 10_000_000, 100_000_000)
_DISK_BYTES_A_ROW, _MEMORY_BYTES = 60, 4 * 1024**3
"""Orders, spill and results; and DuckDB's process with a limit of 2 GiB, beside what the machine does besides."""
_EXECUTOR_MIB, _EXECUTORS_LEAST_MIB, _BESIDES_MIB = 4_000, 1_500, 3_000
"""Memory of each executor where the machine has it, and where it has less; and what is left to all else."""
CUSTOMERS_A_ROW = 0.053
TODAY = dt.date(2026, 3, 1)
STAGES = (
    "Reading the source",
    "Counting the customers",
    "Finding segments",
    "Placing the customers",
    "Publishing",
)
_RUN_ID = "20260301120000aaaaaa0001"


@dataclass(slots=True)
class Cost:
    """What one run took.

    Attributes
    ----------
    wall, cpu
        Seconds by stage.
    group_by
        CPU seconds of one GROUP BY customer, with distinct orders and sums, in the same engine.
    peak_mib
        Of the process.
    """

    rows: int
    customers: int = 0
    segments: int = 0
    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    group_by: float = 0.0
    peak_mib: float = 0.0

    @property
    def reading_and_counting(self) -> float:
        """CPU seconds of the first two stages."""
        return self.cpu.get(STAGES[0], 0.0) + self.cpu.get(STAGES[1], 0.0)

    @property
    def in_the_engine(self) -> float:
        """CPU seconds of all stages but the finding of segments, which a sample is enough for."""
        return sum(self.cpu.values()) - self.cpu.get(STAGES[2], 0.0)


def write_orders(path: Path, rows: int) -> None:
    """Write orders to a Parquet file: two lines each, customers as unlike as in a shop, the same on every machine."""
    orders = max(rows // 2, 1)
    customers = max(int(rows * CUSTOMERS_A_ROW), 1)

    def chance(salt: str) -> str:
        return f"(hash(n, '{salt}') % 1000000007) / 1000000007.0"

    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(
            f"""COPY (
            WITH drawn AS (
                SELECT n, CAST(floor(pow({chance("who")}, 1.6) * {customers}) AS BIGINT) AS who,
                    {chance("day")} AS day_chance, {chance("state")} AS state_chance
                FROM range({orders}) AS t(n)
            ), dated AS (
                SELECT *, (hash(who, 'first') % 1000) + floor(pow(day_chance, 1 + (hash(who, 'gone') % 4))
                    * (1500 - (hash(who, 'first') % 1000))) AS day
                FROM drawn
            )
            SELECT 'K' || lpad(CAST(who AS VARCHAR), 8, '0') AS customer_id,
                DATE '2022-01-10' + CAST(day AS INTEGER) AS order_date, 'O' || CAST(n AS VARCHAR) AS order_id,
                CAST(round(exp(2.5 + (hash(who, 'rich') % 300) / 100.0 + (hash(n, line, 'money') % 150) / 100.0), 2)
                    AS DECIMAL(12, 2)) AS amount,
                CASE WHEN state_chance < 0.03 THEN 'cancelled' ELSE 'paid' END AS status
            FROM dated, range(2) AS l(line)
            ) TO '{path}' (FORMAT parquet)"""
        )


def declared(orders: Path, folder: Path) -> Source:
    """Return the source."""
    return parse_sources(
        f'[sources.shop]\nengine = "duckdb"\nfiles = ["{orders}"]\noutput = "{folder}/shop"\nspill = "{folder}"\n'
        '[sources.shop.columns]\ncustomer_id = "customer_id"\norder_date = "order_date"\namount = "amount"\n'
        'order_id = "order_id"\nstatus = "status"\n'
    )["shop"]


def fitting(sizes: Sequence[int] = SIZES) -> list[int]:
    """Return the sizes that disk and memory of this machine allow."""
    disk = shutil.disk_usage(tempfile.gettempdir()).free
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    return [rows for rows in sizes if rows * _DISK_BYTES_A_ROW <= disk and memory >= _MEMORY_BYTES]


def executor_mib() -> int:
    """Return the memory that each of Spark's executors is given, in MiB: less where this machine has little."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
    return min(_EXECUTOR_MIB, max((memory - _BESIDES_MIB) // WORKERS, _EXECUTORS_LEAST_MIB))


def measure(sizes: Sequence[int], engine: str = DUCKDB) -> list[Cost]:
    """Return the costs of a first run on each size, each in a process of its own."""
    costs = []
    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="audience-orders-") as folder:
            (Path(folder) / "orders").mkdir()
            write_orders(Path(folder) / "orders" / "orders.parquet", rows)
            command = [sys.executable, "-m", "proving.bench.sources", engine, folder, str(rows)]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        costs.append(Cost(**json.loads(output.splitlines()[-1])))
    return costs


class _Clock:
    """Takes the time of one stage after the other.

    Parameters
    ----------
    cpu_seconds
        Returns the processor time so far.
    """

    def __init__(self, cost: Cost, cpu_seconds: Callable[[], float]) -> None:
        self._cost, self._cpu_seconds = cost, cpu_seconds
        self._began = ("", 0.0, 0.0)

    def stage(self, name: str, _fraction: float = 0.0) -> None:
        """End the stage before and begin one; "" ends the last."""
        before, wall, cpu = self._began
        now = (str(name), time.perf_counter(), self._cpu_seconds())
        if before:
            self._cost.wall[before] = self._cost.wall.get(before, 0.0) + now[1] - wall
            self._cost.cpu[before] = self._cost.cpu.get(before, 0.0) + now[2] - cpu
        self._began = now


def run(folder: Path, rows: int) -> Cost:
    """Measure one run on DuckDB in this process."""
    cost = Cost(rows)
    source = declared(folder / "orders" / "orders.parquet", folder)
    cost.group_by = _cpu_of(lambda: _group_by(source))
    _measure_run(DuckDb(source, _RUN_ID), source, cost, time.process_time)
    cost.peak_mib = own_peak_mib()
    return cost


def run_on_spark(folder: Path, rows: int) -> Cost:
    """Measure one run on Spark: a master, two workers of one core each and a Connect server."""
    cost = Cost(rows)
    with SparkCluster(folder, memory_mib=executor_mib(), partitions=24, is_long=True) as cluster:
        source = _on_spark(cluster.remote)
        engine = open_engine(source, _RUN_ID)
        try:
            for statement in (
                "CREATE SCHEMA sales",
                "CREATE SCHEMA audience",
                f"CREATE TABLE sales.orders USING parquet LOCATION '{folder}/orders'",
            ):
                engine.fetch(statement)
            before = cluster.cpu_seconds()
            _measure_run(engine, source, cost, lambda: time.process_time() + cluster.cpu_seconds() - before)
        finally:
            engine.close()
    return cost


def _on_spark(remote: str) -> Source:
    return parse_sources(
        f'[sources.shop]\nengine = "spark"\nremote = "{remote}"\ntable = "sales.orders"\noutput = "audience.shop"\n'
        '[sources.shop.columns]\ncustomer_id = "customer_id"\norder_date = "order_date"\namount = "amount"\n'
        'order_id = "order_id"\nstatus = "status"\n'
    )["shop"]


def _measure_run(engine: Engine, source: Source, cost: Cost, cpu_seconds: Callable[[], float]) -> None:
    clock = _Clock(cost, cpu_seconds)
    wanted = Wanted(new_model=True, version=1, trained_at="2026-03-01T00:00:00Z")
    clock.stage(STAGES[0])
    source_run = run_source(engine, source, Asked(Options(), Before(), wanted, TODAY, _RUN_ID), clock.stage)
    clock.stage(STAGES[-1])
    _publish(engine, source_run)
    clock.stage("")
    engine.close()
    cost.customers, cost.segments = source_run.from_engine.customers, source_run.model.k


def _publish(engine: Engine, source_run: SourceRun) -> None:
    model = source_run.model
    names = zip(model.clusters, model.names, strict=True)
    source_run.publish({number: (name, default_plan(name)) for number, name in names})
    engine.swap(_RUN_ID)


def _group_by(source: Source) -> None:
    engine = DuckDb(source, "groupby")
    engine.schema()
    columns = source.columns
    engine.make(
        "group_by",
        f"SELECT {columns.customer_id}, count(DISTINCT {columns.order_id}) AS orders, sum({columns.amount}) AS money, "
        f"max({columns.order_date}) AS last FROM source_of_orders GROUP BY 1",
        dict.fromkeys((columns.customer_id, "orders", "money", "last"), "string"),
    )
    engine.close()


def _cpu_of(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _as_asked(engine: str, folder: str, rows: str) -> Cost:
    return (run_on_spark if engine == SPARK else run)(Path(folder), int(rows))


if __name__ == "__main__":
    print(json.dumps(asdict(_as_asked(*sys.argv[1:]))))
