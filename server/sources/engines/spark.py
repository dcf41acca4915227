"""Spark and Databricks, by Spark Connect: the client alone, no Java in the service."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from pyspark.errors import PySparkException
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.session import SparkSession

from server.sources.engines.deadline import deadline
from server.sources.engines.engine import Fetched, is_left
from server.sources.expressions.compiling import SPARK, Place
from server.sources.source import Source
from server.sources.trouble import log_engine, too_slow, unreachable, unreadable

_TYPES = {
    "string": "string", "bigint": "int64", "int": "int32", "smallint": "int16", "tinyint": "int8", "double": "float64",
    "float": "float32", "boolean": "boolean", "date": "date", "timestamp": "timestamp('UTC')",
    "timestamp_ntz": "timestamp",
}  # fmt: skip


_USER = "audience-targeting"
_STAGE = "_stage_"
_RETRIES = 5
"""Seventeen seconds in all; the client's own default goes on for ten minutes."""
_LOST = ("UNAVAILABLE", "RETRIES_EXCEEDED", "INVALID_HANDLE.SESSION")
"""What Spark says of a server that is not there, or is another one than before."""


class Spark:
    """One run on Spark.

    Its session has an id made of the run, so that a later run can cancel what is left of it.

    Parameters
    ----------
    token
        For the server, "" where it takes none.
    """

    dialect = SPARK

    def __init__(self, source: Source, run_id: str, token: str = "") -> None:
        self._source, self._run_id = source, run_id
        self._token, self._is_open = token, True
        self._made: list[str] = []
        with self._trouble(lost=True):
            self._spark = self._session(run_id)
            self._spark.conf.set("spark.sql.session.timeZone", source.time_zone)
            self._spark.conf.set("spark.sql.ansi.enabled", "false")
            self._spark.addTag(f"ate_{run_id}")

    @property
    def source(self) -> Place:
        """Where the source lies."""
        return Place.of(self._source.place)

    def schema(self) -> Mapping[str, str]:
        """Return Ibis' types of all columns of the source."""
        with self._trouble():
            kinds = self._spark.table(self._source.place).dtypes
        return {
            name: kind if kind.startswith("decimal") else _TYPES.get(kind, "unknown") for name, kind in kinds
        }

    def staged(self, name: str) -> Place:
        """Return where a table of this run lies."""
        return Place.of(self._source.output).beside(f"{_STAGE}{self._run_id}_{name}")

    def estimated_bytes(self, sql: str) -> int:  # noqa: ARG002 - nobody is billed by the query
        """Return 0: nobody is billed by the query."""
        return 0

    def make(self, name: str, sql: str, schema: Mapping[str, str]) -> None:  # noqa: ARG002
        """Make a table of this run of a query."""
        table = _name(self.staged(name))
        self._made.append(table)
        self._run(f"CREATE TABLE {table} USING parquet AS {sql}")

    def put(self, name: str, columns: Mapping[str, Sequence[str]]) -> None:
        """Make a table of this run of columns of texts, all of one length."""
        table = _name(self.staged(name))
        self._made.append(table)
        with self._trouble():
            rows = self._spark.createDataFrame(
                [*zip(*columns.values(), strict=True)], ", ".join(f"`{column}` string" for column in columns)
            )
            rows.write.format("parquet").mode("overwrite").saveAsTable(table)

    def fetch(self, sql: str) -> Fetched:
        """Return the rows of a query as columns."""
        with self._trouble():
            table = self._spark.sql(sql).toArrow()
        return {name: _array(table.column(name)) for name in table.column_names}

    def publish(self, sql: str, schema: Mapping[str, str]) -> None:  # noqa: ARG002
        """Make the table of this run's results; readers do not see it yet."""
        run = _name(Place.of(self._source.output).beside(f"_run_{self._run_id}"))
        self._run(f"CREATE TABLE {run} USING parquet AS {sql}")

    def swap(self, run_id: str) -> None:
        """Let readers see the results of a run: one statement puts the view on another table."""
        place = Place.of(self._source.output)
        run = place.beside(f"_run_{run_id}")
        self._run(f"CREATE OR REPLACE VIEW {_name(place)} AS SELECT * FROM {_name(run)}")
        for table in self._beside("_run_"):
            if table < run.parts[-1]:
                self._run(f"DROP TABLE IF EXISTS {_name(place.named(table))}")

    def published(self) -> tuple[Place | None, str]:
        """Return where the published results lie and the run that they are of."""
        place = Place.of(self._source.output)
        with self._trouble():
            if not self._spark.catalog.tableExists(".".join(place.parts)):
                return None, ""
        runs = self.fetch(f"SELECT max(run_id) AS run_id FROM {_name(place)}")["run_id"].tolist()
        return place, str(runs[0] or "")

    def forget(self, customer_id: str) -> int:
        """Take a customer out of the published results: open Spark deletes no rows, so the table is made anew."""
        place, run_id = self.published()
        if place is None:
            return 0
        with self._trouble():
            count = self._spark.sql(
                f"SELECT count(*) AS n FROM {_name(place)} WHERE customer_id = :who",
                args={"who": customer_id},
            ).collect()[0]["n"]
            if not count:
                return 0
            left = self._spark.sql(
                f"SELECT * FROM {_name(place)} WHERE NOT customer_id <=> :who", args={"who": customer_id}
            )
            fresh = place.beside(f"_run_{run_id}f")
            left.write.format("parquet").mode("overwrite").saveAsTable(_name(fresh))
        self._run(f"CREATE OR REPLACE VIEW {_name(place)} AS SELECT * FROM {_name(fresh)}")
        self._run(f"DROP TABLE IF EXISTS {_name(place.beside(f'_run_{run_id}'))}")
        return int(count)

    def cancel_earlier(self) -> None:
        """Interrupt what dead runs have left, and drop their tables.

        They are found by these tables; the first is made here and marks a run before its first query. A session is the
        run's, so that nobody else's work is interrupted.
        """
        self._make_mark()
        for run_id in self._left_by_earlier():
            with contextlib.suppress(PySparkException):
                left = self._session(run_id)
                left.interruptAll()
                left.stop()
        output = Place.of(self._source.output)
        for table in (table for tables in self._left_by_earlier().values() for table in tables):
            with contextlib.suppress(PySparkException):
                self._spark.sql(f"DROP TABLE IF EXISTS {_name(output.named(table))}").collect()

    def _make_mark(self) -> None:
        table = _name(self.staged("mark"))
        self._made.append(table)
        self._run(f"CREATE TABLE {table} (began STRING) USING parquet")

    def cancel(self) -> None:
        """Stop what runs, from another thread."""
        with contextlib.suppress(PySparkException):
            self._spark.interruptTag(f"ate_{self._run_id}")

    def close(self) -> None:
        """Drop the tables of this run; may be called twice."""
        if not self._is_open:
            return
        self._is_open = False
        made, self._made = self._made, []
        with contextlib.suppress(PySparkException):
            for table in made:
                self._spark.sql(f"DROP TABLE IF EXISTS {table}").collect()
        with contextlib.suppress(PySparkException):
            self._spark.stop()

    def _session(self, run_id: str) -> SparkSession:
        """Return the session of a run."""
        remote = self._source.remote
        own = {"session_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"ate_{run_id}")), "user_id": _USER}
        if self._token:
            own |= {"token": self._token, "use_ssl": "true"}
        listed = ";".join(f"{name}={value}" for name, value in own.items())
        separator = "/;" if "/;" not in remote else "" if remote.endswith(";") else ";"
        session = SparkSession.builder.remote(remote + separator + listed).create()
        session.client.set_retry_policies([DefaultPolicy(max_retries=_RETRIES)])
        return session

    def _beside(self, mark: str) -> list[str]:
        """Return the names of the tables beside the output that continue its name with a mark."""
        place = Place.of(self._source.output)
        schema = ".".join(f"`{part}`" for part in place.parts[:-1])
        where = f" IN {schema}" if schema else ""
        with self._trouble():
            rows = self._spark.sql(f"SHOW TABLES{where}").collect()
        return [row["tableName"] for row in rows if row["tableName"].startswith(f"{place.parts[-1]}{mark}")]

    def _left_by_earlier(self) -> dict[str, list[str]]:
        """Return tables of dead runs, by run."""
        start = len(Place.of(self._source.output).parts[-1]) + len(_STAGE)
        by_run: dict[str, list[str]] = {}
        for table in self._beside(_STAGE):
            run_id = table[start:].partition("_")[0]
            if is_left(self._run_id, run_id):
                by_run.setdefault(run_id, []).append(table)
        return by_run

    def _run(self, sql: str) -> None:
        with self._trouble():
            self._spark.sql(sql).collect()

    @contextlib.contextmanager
    def _trouble(self, *, lost: bool = False) -> Iterator[None]:
        """Stop what takes too long; tell trouble in our words."""
        with deadline(self._source.max_minutes, self.cancel) as late:
            try:
                yield
            except PySparkException as error:
                if late.is_set():
                    raise too_slow(self._source) from error
                log_engine(self._source, error)
                is_gone = lost or any(sign in str(error) for sign in _LOST)
                raise (unreachable() if is_gone else unreadable()) from error
            except Exception as error:
                if "grpc" not in type(error).__module__:
                    raise
                log_engine(self._source, error)
                raise unreachable() from error


def _name(place: Place) -> str:
    return ".".join(f"`{part}`" for part in place.parts)


def _array(column: Any) -> Any:
    """Return a column of Arrow as an array: of numbers where none is missing, else of objects."""
    if column.null_count:
        objects = np.empty(len(column), dtype=object)
        objects[:] = column.to_pylist()
        return objects
    return column.to_numpy()
