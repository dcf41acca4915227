"""DuckDB, in this process: Parquet and csv files in, a Parquet file out. It needs no server and no account.

It is locked down before the first query: no network, no extension, no file outside the folders of the source, the
output and the spill, no change of these settings. The folders of the source should be mounted read-only all the same.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from server.sources.engines.deadline import deadline
from server.sources.engines.engine import Fetched, is_left
from server.sources.expressions.compiling import DUCKDB, Place
from server.sources.source import Source
from server.sources.trouble import log_engine, too_slow, unreadable

_SOURCE = "source_of_orders"
_SPILL, _UNFINISHED = "ate_", ".without"
"""What the name of a run's folder for spills begins with, and the ending of a file that forgetting is about to swap."""
_TYPES = {
    "BIGINT": "int64", "INTEGER": "int32", "SMALLINT": "int16", "TINYINT": "int8", "HUGEINT": "decimal(38, 0)",
    "UBIGINT": "uint64", "UINTEGER": "uint32", "USMALLINT": "uint16", "UTINYINT": "uint8",
    "DOUBLE": "float64", "FLOAT": "float32", "VARCHAR": "string", "BOOLEAN": "boolean", "DATE": "date",
    "TIMESTAMP": "timestamp", "TIMESTAMP_NS": "timestamp", "TIMESTAMP_MS": "timestamp", "TIMESTAMP_S": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp('UTC')",
}  # fmt: skip


class DuckDb:
    """One run on DuckDB.

    Parameters
    ----------
    run_id
        Letters and digits.
    """

    dialect = DUCKDB

    def __init__(self, source: Source, run_id: str) -> None:
        self._source, self._run_id = source, run_id
        self._output = Path(source.output)
        self._spill = Path(source.spill) / f"{_SPILL}{run_id}" if source.spill else None
        self._connection = _locked(source, self._spill)
        self._made: list[str] = []
        self._is_open = True

    @property
    def source(self) -> Place:
        """Where the source lies."""
        return Place((_SOURCE,))

    def schema(self) -> Mapping[str, str]:
        """Return Ibis' types of all columns of the source."""
        files = [path for pattern in self._source.files for path in sorted(glob.glob(pattern))]
        if not files:
            raise unreadable()
        listed = ", ".join(_text(path) for path in files)
        is_text = all(path.endswith((".csv", ".csv.gz", ".tsv")) for path in files)
        reading = (
            f"read_csv([{listed}], all_varchar = true, header = true, skip = 0)"
            if is_text
            else f"read_parquet([{listed}])"
        )
        self._run(f'CREATE OR REPLACE TEMP VIEW "{_SOURCE}" AS FROM {reading}')
        description = self.fetch(f'DESCRIBE "{_SOURCE}"')
        return {
            name: _type(kind)
            for name, kind in zip(
                description["column_name"].tolist(), description["column_type"].tolist(), strict=True
            )
        }

    def staged(self, name: str) -> Place:
        """Return where a table of this run lies."""
        return Place((f"stage_{self._run_id}_{name}",))

    def estimated_bytes(self, sql: str) -> int:  # noqa: ARG002 - its own files cost nothing
        """Return 0: a file of one's own costs nothing to read."""
        return 0

    def make(self, name: str, sql: str, schema: Mapping[str, str]) -> None:
        """Make a table of this run of a query."""
        table = self.staged(name).parts[-1]
        self._made.append(table)
        self._run(f'CREATE OR REPLACE TEMP TABLE "{table}" AS {_typed(sql, schema)}')

    def put(self, name: str, columns: Mapping[str, Sequence[str]]) -> None:
        """Make a table of this run of columns of texts, all of one length."""
        table = self.staged(name).parts[-1]
        self._made.append(table)
        wanted = ", ".join(f'unnest(?::VARCHAR[]) AS "{column}"' for column in columns)
        with self._limited():
            self._connection.execute(
                f'CREATE OR REPLACE TEMP TABLE "{table}" AS SELECT {wanted}', [*map(list, columns.values())]
            )

    def fetch(self, sql: str) -> Fetched:
        """Return the rows of a query as columns."""
        with self._limited():
            columns: dict[str, Any] = self._connection.execute(sql).fetchnumpy()
        return {name: _plain(column) for name, column in columns.items()}

    def publish(self, sql: str, schema: Mapping[str, str]) -> None:
        """Make the file of this run's results."""
        target = self._file(f"_run_{self._run_id}")
        self._run(f"COPY ({_typed(sql, schema)}) TO {_text(str(target))} (FORMAT parquet)")

    def swap(self, run_id: str) -> None:
        """Let readers see the results of a run: one renaming, so that they see the former file or the new one."""
        run, view = self._file(f"_run_{run_id}"), self._file("")
        if not run.exists():
            raise unreadable()
        fresh = self._file(f"_swap_{run_id}")
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        try:
            os.link(run, fresh)
        except OSError:  # a file system without links
            shutil.copyfile(run, fresh)
        os.replace(fresh, view)
        for kind, mine in (("run", run), ("swap", fresh)):
            for former in self._beside(f"_{kind}_*.parquet"):
                if former.name < mine.name:  # a later run is another's, on its way
                    former.unlink(missing_ok=True)

    def published(self) -> tuple[Place | None, str]:
        """Return where the published results lie and the run that they are of."""
        view = self._file("")
        if not view.exists():
            return None, ""
        name = f"published_{self._run_id}"
        self._run(f'CREATE OR REPLACE TEMP VIEW "{name}" AS FROM read_parquet({_text(str(view))})')
        runs = self.fetch(f'FROM "{name}" SELECT max(run_id) AS run_id')["run_id"].tolist()
        return Place((name,)), str(runs[0] or "")

    def forget(self, customer_id: str) -> int:
        """Take a customer out of the published results; return how many rows were taken out."""
        taken = 0
        for path in [self._file(""), *self._beside("_run_*.parquet")]:
            if not path.exists():
                continue
            fresh = path.with_suffix(_UNFINISHED)
            source = f"read_parquet({_text(str(path))})"
            with self._limited():
                count_row = self._connection.execute(
                    f"FROM {source} SELECT count(*) WHERE customer_id = ?",
                    [customer_id],
                ).fetchone()
                if not count_row or not count_row[0]:
                    continue
                self._connection.execute(
                    f"COPY (FROM {source} WHERE customer_id IS DISTINCT FROM ?) "
                    f"TO {_text(str(fresh))} (FORMAT parquet)",
                    [customer_id],
                )
            os.replace(fresh, path)
            taken = max(taken, int(count_row[0]))
        return taken

    def cancel_earlier(self) -> None:
        """Remove the files that dead runs have left; their statements ended with them.

        A table of a run stays until the swap of a later one, as the sheet may show that run already.
        """
        if self._spill is not None:
            for folder in self._spill.parent.glob(f"{_SPILL}*"):
                if is_left(self._run_id, folder.name.removeprefix(_SPILL)):
                    shutil.rmtree(folder, ignore_errors=True)
        oldest = time.time() - 60 * self._source.max_minutes  # a statement that began before has ended
        for path in self._beside(f"*{_UNFINISHED}"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def cancel(self) -> None:
        """Stop what runs, from another thread."""
        with contextlib.suppress(duckdb.Error):
            self._connection.interrupt()

    def close(self) -> None:
        """Drop the tables of this run."""
        if self._is_open:
            self._is_open = False
            self._connection.close()
            if self._spill is not None:
                shutil.rmtree(self._spill, ignore_errors=True)

    def _beside(self, pattern: str) -> list[Path]:
        """Return the files beside the output whose names continue its own as a pattern says."""
        return sorted(self._output.parent.glob(glob.escape(self._output.name) + pattern))

    def _file(self, suffix: str) -> Path:
        return self._output.parent / f"{self._output.name}{suffix}.parquet"

    def _run(self, sql: str) -> None:
        with self._limited():
            self._connection.execute(sql)

    @contextlib.contextmanager
    def _limited(self) -> Iterator[None]:
        """Stop a statement after the minutes that are allowed; tell its trouble in our words."""
        with deadline(self._source.max_minutes, self.cancel) as late:
            try:
                yield
            except duckdb.Error as error:
                if late.is_set():
                    raise too_slow(self._source) from error
                log_engine(self._source, error)
                raise unreadable() from error


def _locked(source: Source, spill: Path | None) -> duckdb.DuckDBPyConnection:
    """Return a connection that can read and write in the declared folders alone.

    Parameters
    ----------
    spill
        Folder for what does not fit into memory, made when it is needed; None for none.
    """
    folders = {_folder(pattern) for pattern in source.files} | {str(Path(source.output).parent)}
    if spill is not None:
        folders.add(str(spill))
        with contextlib.suppress(OSError):
            spill.parent.mkdir(exist_ok=True)
    connection = duckdb.connect(":memory:")
    listed = ", ".join(_text(folder.rstrip("/") + "/") for folder in sorted(folders))
    for statement in (
        f"SET threads = {int(source.threads)}",
        f"SET memory_limit = '{source.memory_bytes // 1024**2}MiB'",
        "SET preserve_insertion_order = false",
        f"SET temp_directory = {_text(str(spill or ''))}",
        f"SET TimeZone = {_text(source.time_zone)}",
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        f"SET allowed_directories = [{listed}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(statement)
    return connection


def _typed(sql: str, schema: Mapping[str, str]) -> str:
    """Return a query whose whole numbers have 64 bits: DuckDB adds up to 128, which Parquet keeps as fractions."""
    columns = ", ".join(
        f'CAST("{name}" AS BIGINT) AS "{name}"' if kind == "int64" else f'"{name}"'
        for name, kind in schema.items()
    )
    return f"SELECT {columns} FROM ({sql})"


def _folder(pattern: str) -> str:
    """Return the folder that a pattern of files begins with.

    >>> _folder("/data/orders/*.parquet"), _folder("/data/2024-*/x.parquet")
    ('/data/orders', '/data')
    """
    parts = pattern.split("/")[:-1]
    fixed = next((i for i, part in enumerate(parts) if any(c in part for c in "*?[")), len(parts))
    return "/".join(parts[:fixed]) or "/"


def _type(kind: str) -> str:
    if kind.startswith("DECIMAL"):
        return kind.lower()
    return _TYPES.get(kind, "unknown")


def _plain(column: Any) -> Any:
    """Return a column without numpy's mask: what is masked is None."""
    if isinstance(column, np.ma.MaskedArray):
        if not np.ma.is_masked(column):
            return np.asarray(column.data)
        return np.where(column.mask, np.array(None), column.data.astype(object))
    return column


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
