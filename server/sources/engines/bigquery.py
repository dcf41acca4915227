"""BigQuery, by its REST interface: jobs that are estimated, capped, labelled, and known by ids of their own.

A job's id is made of the run and the number of its step, so that a request that is repeated finds the job of the first;
a run that begins cancels what an earlier one of the same spreadsheet has left running, and drops its tables.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from google.api_core import exceptions
from google.auth import exceptions as auth_exceptions
from google.cloud import bigquery
from requests import exceptions as requests_exceptions

from server.errors import SourceTooSlowError
from server.sources.engines.engine import Fetched, is_left
from server.sources.expressions.compiling import BIGQUERY, Place
from server.sources.source import Source
from server.sources.trouble import log_engine, too_costly, too_slow, unreachable, unreadable

_STAGED_HOURS = 24
_TEXTS_AT_ONCE = 20_000
"""Of a request with texts as values; it may have 10 MB."""
_STAGE = "_stage_"
_CANCEL_SECONDS = 30.0
"""So long a run that begins waits for the end of a job that it has cancelled."""
_TYPES = {
    "STRING": "string", "INTEGER": "int64", "INT64": "int64", "FLOAT": "float64", "FLOAT64": "float64",
    "NUMERIC": "decimal(38, 9)", "BIGNUMERIC": "decimal(76, 38)", "BOOLEAN": "boolean", "BOOL": "boolean",
    "DATE": "date", "DATETIME": "timestamp", "TIMESTAMP": "timestamp('UTC')",
}  # fmt: skip
_JOB = "ate_"
_TOO_COSTLY, _QUOTA = "bytesBilledLimitExceeded", "quotaExceeded"
"""Reasons of BigQuery's; the client takes the first, which it does not know, for an error of the server."""
_NEEDED = re.compile(r"(\d{1,18}) or higher required")


class BigQuery:
    """One run on BigQuery.

    Parameters
    ----------
    client
        Another than that of the service's own account.
    """

    dialect = BIGQUERY

    def __init__(self, source: Source, run_id: str, client: bigquery.Client | None = None) -> None:
        self._source, self._run_id = source, run_id
        self._labels = {"app": "audience-targeting", "source": source.name.lower(), "run": run_id}
        self._step = 0
        self._made: list[str] = []
        self._running: Any = None
        with self._trouble():
            self._client = client or bigquery.Client(project=source.project, location=source.location or None)

    @property
    def source(self) -> Place:
        """Where the source lies."""
        return Place.of(self._source.place)

    def schema(self) -> Mapping[str, str]:
        """Return Ibis' types of all columns of the source."""
        with self._trouble():
            table = self._client.get_table(self._source.place)
        return {
            field.name: _TYPES.get(field.field_type, "unknown")
            for field in table.schema
            if field.mode != "REPEATED"
        }

    def staged(self, name: str) -> Place:
        """Return where a table of this run lies."""
        return Place.of(self._source.output).beside(f"{_STAGE}{self._run_id}_{name}")

    def estimated_bytes(self, sql: str) -> int:
        """Return how much a statement would read: a dry run costs nothing."""
        config = bigquery.QueryJobConfig(dry_run=True, use_query_cache=False, labels=self._labels)
        with self._trouble():
            job = self._client.query(sql, job_config=config)
        return int(job.total_bytes_processed or 0)

    def make(self, name: str, sql: str, schema: Mapping[str, str]) -> None:  # noqa: ARG002 - types are its own
        """Make a table of this run of a query; it expires by itself, should nobody drop it."""
        self._query(self._creating(name) + sql)

    def put(self, name: str, columns: Mapping[str, Sequence[str]]) -> None:
        """Make a table of this run of columns of texts, all of one length."""
        doing = self._creating(name)
        named = ", ".join(f"`{column}`" for column in columns)
        first, *others = (
            f"UNNEST(@texts{i}) AS `{column}` WITH OFFSET AS place{i}" for i, column in enumerate(columns)
        )
        joined = "".join(f" JOIN {other} ON place0 = place{i}" for i, other in enumerate(others, start=1))
        length = max(map(len, columns.values()))
        for start in range(0, max(length, 1), _TEXTS_AT_ONCE):
            some = [list(texts[start : start + _TEXTS_AT_ONCE]) for texts in columns.values()]
            self._query(
                f"{doing}SELECT {named} FROM {first}{joined}",
                parameters=[
                    bigquery.ArrayQueryParameter(f"texts{i}", "STRING", texts) for i, texts in enumerate(some)
                ],
            )
            doing = f"INSERT INTO {self._name(self.staged(name))} ({named}) "

    def _creating(self, name: str) -> str:
        """Return how a statement begins that makes a table of this run; it expires by itself."""
        place = self.staged(name)
        self._made.append(".".join(place.parts))
        expires = f"TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL {_STAGED_HOURS} HOUR)"
        return f"CREATE OR REPLACE TABLE {self._name(place)} OPTIONS (expiration_timestamp = {expires}) AS "

    def fetch(self, sql: str) -> Fetched:
        """Return the rows of a query as columns."""
        with self._trouble():
            rows = self._query(sql).result(page_size=50_000)
            names = [field.name for field in rows.schema]
            columns: list[list[Any]] = [[] for _ in names]
            for row in rows:
                for column, value in zip(columns, row.values(), strict=True):
                    column.append(value)
        return {name: _array(column) for name, column in zip(names, columns, strict=True)}

    def publish(self, sql: str, schema: Mapping[str, str]) -> None:  # noqa: ARG002
        """Make the table of this run's results; readers do not see it yet."""
        run = self._name(Place.of(self._source.output).beside(f"_run_{self._run_id}"))
        self._query(f"CREATE OR REPLACE TABLE {run} AS {sql}")

    def swap(self, run_id: str) -> None:
        """Let readers see the results of a run: one statement puts the view on another table."""
        view = self._name(Place.of(self._source.output))
        run = self._name(Place.of(self._source.output).beside(f"_run_{run_id}"))
        with self._trouble():
            self._query(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM {run}").result()
            self._drop_former(run_id)

    def published(self) -> tuple[Place | None, str]:
        """Return where the published results lie and the run that they are of."""
        place = Place.of(self._source.output)
        with self._trouble():
            try:
                self._client.get_table(self._source.output)
            except exceptions.NotFound:
                return None, ""
        runs = self.fetch(f"SELECT MAX(run_id) AS run_id FROM {self._name(place)}")["run_id"].tolist()
        return place, str(runs[0] or "")

    def forget(self, customer_id: str) -> int:
        """Take a customer out of the published results; return how many rows were taken out."""
        place, run_id = self.published()
        if place is None:
            return 0
        run = self._name(place.beside(f"_run_{run_id}"))
        parameters = [bigquery.ScalarQueryParameter("customer_id", "STRING", customer_id)]
        with self._trouble():
            job = self._query(f"DELETE FROM {run} WHERE customer_id = @customer_id", parameters=parameters)
            job.result()
        return int(job.num_dml_affected_rows or 0)

    def cancel_earlier(self) -> None:
        """Cancel the jobs of dead runs, as after a kill, and drop their tables."""
        with _forgiving():
            left = [
                job for state in ("running", "pending") for job in self._jobs(state) if self._is_left(job)
            ]
            for job in left:
                with _forgiving():
                    job.cancel()
            for job in left:
                with _forgiving():
                    job.result(timeout=_CANCEL_SECONDS)  # a job that goes on would make its table later
        with _forgiving():
            for table in self._beside(_STAGE):
                if is_left(self._run_id, table.table_id.rpartition(_STAGE)[2].partition("_")[0]):
                    self._client.delete_table(table.reference, not_found_ok=True)

    def _jobs(self, state: str) -> Iterator[Any]:
        return iter(self._client.list_jobs(state_filter=state, max_results=500, timeout=30))

    def _is_left(self, job: Any) -> bool:
        """Whether a job is of a dead run."""
        labels = getattr(job, "labels", None) or {}
        is_ours = labels.get("app") == self._labels["app"] and job.job_id.startswith(_JOB)
        return is_ours and is_left(self._run_id, labels.get("run", ""))

    def cancel(self) -> None:
        """Stop what runs, from another thread."""
        if self._running is not None:
            with contextlib.suppress(exceptions.GoogleAPICallError):
                self._running.cancel()

    def close(self) -> None:
        """Drop the tables of this run; may be called twice."""
        made, self._made = self._made, []
        for name in made:
            with _forgiving():
                self._client.delete_table(name, not_found_ok=True)

    def _query(self, sql: str, parameters: list[Any] | None = None) -> Any:
        """Run a statement to its end within the minutes that are allowed."""
        self._step += 1
        config = bigquery.QueryJobConfig(
            labels=self._labels,
            maximum_bytes_billed=self._source.max_bytes_billed,
            query_parameters=parameters or [],
        )
        with self._trouble():
            job = self._begun(sql, config, f"{_JOB}{self._run_id}_{self._step}")
            self._running = job
            try:
                job.result(timeout=self._source.max_minutes * 60)
            except TimeoutError as error:
                job.cancel()
                raise too_slow(self._source) from error
            finally:
                self._running = None
        return job

    def _begun(self, sql: str, config: bigquery.QueryJobConfig, job_id: str) -> Any:
        """Begin a job; where the answer to an earlier request for it was lost, return the one that is there."""
        try:
            return self._client.query(sql, job_config=config, job_id=job_id, job_retry=None)
        except exceptions.Conflict:
            return self._client.get_job(job_id)

    def _drop_former(self, run_id: str) -> None:
        own = Place.of(self._source.output).beside(f"_run_{run_id}").parts[-1]
        for table in self._beside("_run_"):
            if table.table_id < own:
                self._client.delete_table(table.reference, not_found_ok=True)

    def _beside(self, mark: str) -> list[Any]:
        """Return the tables beside the output that continue its name with a mark."""
        *above, name = Place.of(self._source.output).parts
        tables = self._client.list_tables(".".join(above))
        return [table for table in tables if table.table_id.startswith(f"{name}{mark}")]

    def _name(self, place: Place) -> str:
        return "`" + ".".join(place.parts) + "`"

    @contextlib.contextmanager
    def _trouble(self) -> Iterator[None]:
        """Tell trouble in our words."""
        try:
            yield
        except SourceTooSlowError:
            raise
        except exceptions.GoogleAPICallError as error:
            log_engine(self._source, error)
            if _TOO_COSTLY in _reasons(error) or _TOO_COSTLY in str(error):
                raise too_costly(self._source, _needed(error)) from error
            raise (unreachable() if _is_outage(error) else unreadable()) from error
        except (
            requests_exceptions.RequestException,
            exceptions.RetryError,
            auth_exceptions.TransportError,
        ) as error:
            log_engine(self._source, error)
            raise unreachable() from error
        except auth_exceptions.GoogleAuthError as error:
            log_engine(self._source, error)
            raise unreadable() from error


def _forgiving() -> contextlib.suppress:
    """Go on where Google does not do what may be left undone."""
    return contextlib.suppress(
        exceptions.GoogleAPICallError, requests_exceptions.RequestException, TimeoutError
    )


def _reasons(error: exceptions.GoogleAPICallError) -> set[str]:
    """Return why Google refuses, in its own short words."""
    return {str(part.get("reason", "")) for part in error.errors or () if isinstance(part, Mapping)}


def _needed(error: exceptions.GoogleAPICallError) -> int:
    """Return the bytes that a statement beyond the cap would need, as BigQuery says it; 0 where it does not."""
    match = _NEEDED.search(str(error))
    return int(match[1]) if match else 0


def _is_outage(error: exceptions.GoogleAPICallError) -> bool:
    """Whether the same may go well later: no answer, too many requests, or a quota that is used up."""
    is_later = isinstance(error, exceptions.ServerError | exceptions.TooManyRequests)
    return is_later or _QUOTA in _reasons(error)


def _array(values: list[Any]) -> Any:
    """Return fetched values as an array: of numbers where all are, else of objects."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return np.array(values, dtype=np.int64)
    if kinds and kinds <= {int, float}:
        return np.array(values, dtype=np.float64)
    if kinds == {bool}:
        return np.array(values, dtype=bool)
    objects = np.empty(len(values), dtype=object)
    objects[:] = values
    return objects
