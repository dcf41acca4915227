"""What the BigQuery adapter asks of Google: estimates, caps, labels and ids of jobs, and how trouble is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.bigquery.job.base import _error_result_to_exception
from requests import exceptions as requests_exceptions

from server.errors import (
    SourceCostError,
    SourceTooSlowError,
    SourceUnreachableError,
    SourceUnreadableError,
)
from server.sources.declared import parse_sources
from server.sources.engines.bigquery import BigQuery
from server.sources.engines.engine import is_left
from server.sources.engines.opening import new_run_id
from server.sources.source import Source
from server.sources.stages import read_source
from tests.sources import nasty


class Job:
    """A job that records what is done with it."""

    def __init__(self, client: Client, job_id: str = "", labels: dict[str, str] | None = None) -> None:
        self.client, self.job_id, self.labels = client, job_id, labels or {}
        self.total_bytes_processed = client.bytes
        self.num_dml_affected_rows = 1
        self.is_cancelled = False
        self.waited_for: float | None = None

    def result(self, timeout: float | None = None, page_size: int = 0) -> Job:
        self.waited_for = timeout
        if self.client.trouble is not None:
            raise self.client.trouble
        return self

    def cancel(self) -> None:
        self.is_cancelled = True


class Client:
    """Records statements with their configurations."""

    def __init__(self, bytes_: int = 0, trouble: BaseException | None = None) -> None:
        self.bytes, self.trouble = bytes_, trouble
        self.asked: list[tuple[str, Any, str]] = []
        self.running: list[Job] = []
        self.dropped: list[str] = []
        self.tables: list[str] = []
        self.jobs: list[Job] = []
        self.conflicts: dict[str, Job] = {}
        self.fetched: list[str] = []

    def get_job(self, job_id: str) -> Job:
        self.fetched.append(job_id)
        return self.conflicts[job_id]

    def query(self, sql: str, job_config: Any, job_id: str = "", job_retry: object = None) -> Job:
        if job_id in self.conflicts:
            raise exceptions.Conflict("Already Exists")
        self.asked.append((sql, job_config, job_id))
        self.jobs.append(Job(self, job_id))
        return self.jobs[-1]

    def list_jobs(self, state_filter: str, **_filters: object) -> list[Job]:
        return self.running if state_filter == "running" else []

    def get_table(self, _name: str) -> Any:
        fields = [
            type("Field", (), {"name": n, "field_type": "STRING", "mode": "NULLABLE"})() for n in nasty.HEADER
        ]
        return type("Table", (), {"schema": fields})()

    def list_tables(self, dataset: str) -> list[Any]:
        return [SimpleNamespace(table_id=name, reference=f"{dataset}.{name}") for name in self.tables]

    def delete_table(self, name: str, *, not_found_ok: bool) -> None:
        self.dropped.append(name)


@pytest.fixture
def source() -> Source:
    """A source that may read a gigabyte."""
    return parse_sources(
        '[sources.shop]\nengine = "bigquery"\nproject = "acme"\ntable = "acme.sales.orders_v"\n'
        'output = "acme.out.shop"\n'
        'max_bytes_billed = "1 GB"\nmax_minutes = 7\n[sources.shop.columns]\ncustomer_id = "customer"\n'
        'order_date = "date"\namount = "amount"\nstatus = "status"\n'
    )["shop"]


def test_a_run_that_would_cost_too_much_asks_for_estimates_alone(source: Source) -> None:
    """All that reads the source is summed up first; estimate and cap are told, and nothing was run."""
    client = Client(bytes_=600_000_000)

    with pytest.raises(SourceCostError, match=r"would read 1\.2 GB, allowed are 1\.0 GB"):
        read_source(BigQuery(source, "r1", client), source, nasty.TODAY, None, lambda _s, _f: None)  # type: ignore[arg-type]

    assert len(client.asked) == 2
    assert all(config.dry_run for _sql, config, _id in client.asked)


def test_each_job_is_capped_labelled_and_known_by_run_and_step(source: Source) -> None:
    """A repeated request finds the job of the first."""
    client = Client()
    engine = BigQuery(source, "r1", client)  # type: ignore[arg-type]

    engine.make("lines", "SELECT 1 AS a", {"a": "int64"})
    engine.publish("SELECT 2 AS a", {"a": "int64"})

    assert [job_id for _sql, _config, job_id in client.asked] == ["ate_r1_1", "ate_r1_2"]
    for _sql, config, _id in client.asked:
        assert config.maximum_bytes_billed == 1_000_000_000
        assert config.labels == {"app": "audience-targeting", "source": "shop", "run": "r1"}
    assert client.asked[0][0].startswith(
        "CREATE OR REPLACE TABLE `acme.out.shop_stage_r1_lines` OPTIONS (expiration"
    )
    assert client.asked[1][0] == "CREATE OR REPLACE TABLE `acme.out.shop_run_r1` AS SELECT 2 AS a"
    engine.close()
    engine.close()
    assert client.dropped == ["acme.out.shop_stage_r1_lines"]


def test_texts_go_as_values_some_at_a_time(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them stands in a statement; the table is dropped with the run's others."""
    monkeypatch.setattr("server.sources.engines.bigquery._TEXTS_AT_ONCE", 2)
    client = Client()
    engine = BigQuery(source, "r1", client)  # type: ignore[arg-type]

    engine.put("members", {"who": ["a", "b'; --", "c"], "what": ["x", "y", "z"]})

    (first, config, _), (second, other, _) = client.asked
    assert first.startswith("CREATE OR REPLACE TABLE `acme.out.shop_stage_r1_members` OPTIONS (expiration")
    wanted = (
        "SELECT `who`, `what` FROM UNNEST(@texts0) AS `who` WITH OFFSET AS place0 "
        "JOIN UNNEST(@texts1) AS `what` WITH OFFSET AS place1 ON place0 = place1"
    )
    assert first.endswith(f"AS {wanted}")
    assert second == f"INSERT INTO `acme.out.shop_stage_r1_members` (`who`, `what`) {wanted}"
    assert [parameter.values for parameter in config.query_parameters] == [["a", "b'; --"], ["x", "y"]]
    assert [parameter.values for parameter in other.query_parameters] == [["c"], ["z"]]
    engine.close()
    assert client.dropped == ["acme.out.shop_stage_r1_members"]


def test_a_run_cancels_what_dead_ones_left_running(source: Source) -> None:
    """By id and label, to its end; others' jobs and tables stay, and nothing is cancelled by who only looks."""
    client = Client(trouble=exceptions.Cancelled("stopped"))
    run_id, dead, other = (
        f"202603011{hour}0000{owner}0001" for hour, owner in ((2, "aaaaaa"), (1, "aaaaaa"), (1, "bbbbbb"))
    )
    client.running = [
        Job(client, f"ate_{dead}_3", {"app": "audience-targeting", "run": dead}),
        Job(client, f"ate_{other}_3", {"app": "audience-targeting", "run": other}),
        Job(client, f"ate_{run_id}_1", {"app": "audience-targeting", "run": run_id}),
        Job(client, "bq_1", {"app": "audience-targeting", "run": dead}),
        Job(client, f"ate_{dead}_4", {"app": "another", "run": dead}),
    ]
    old = "20260228010000bbbbbb0001"
    staged = [f"shop_stage_{run}_lines" for run in (dead, other, run_id, old, "2026")]
    client.tables = [*staged, f"shop_run_{dead}", f"shopping_stage_{dead}_lines", "shop"]
    engine = BigQuery(source, run_id, client)  # type: ignore[arg-type]
    assert not any(job.is_cancelled for job in client.running)

    engine.cancel_earlier()

    assert [job.is_cancelled for job in client.running] == [True, False, False, False, False]
    assert [job.waited_for for job in client.running] == [30, None, None, None, None]
    assert client.dropped == [f"acme.out.{staged[0]}", f"acme.out.{staged[3]}"]


def test_runs_of_one_spreadsheet_are_known_as_such() -> None:
    """By a mark that does not tell the spreadsheet; a run that nobody follows has one of its own."""
    first, second, other = new_run_id("sheet-1"), new_run_id("sheet-1"), new_run_id("sheet-2")

    assert first[14:20] == second[14:20] != other[14:20]
    assert first != second
    assert is_left("9" * 14 + first[14:], second)
    assert not is_left("9" * 14 + other[14:], second)
    assert not is_left(first, first)


def test_a_request_whose_answer_got_lost_goes_on_with_its_job(source: Source) -> None:
    """BigQuery refuses the second request for an id; the job is there."""
    client = Client()
    job = Job(client, "ate_r1_1")
    client.conflicts = {"ate_r1_1": job}

    BigQuery(source, "r1", client).make("lines", "SELECT 1 AS a", {})  # type: ignore[arg-type]

    assert client.fetched == ["ate_r1_1"]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (exceptions.Forbidden("no rights on acme.sales"), SourceUnreadableError),
        (exceptions.NotFound("acme.sales.orders_v"), SourceUnreadableError),
        (exceptions.BadRequest("reason: bytesBilledLimitExceeded"), SourceCostError),
        (exceptions.ServiceUnavailable("later"), SourceUnreachableError),
        (requests_exceptions.ConnectionError("refused"), SourceUnreachableError),
        (TimeoutError(), SourceTooSlowError),
    ],
    ids=["no right", "gone", "over the cap", "down", "no connection", "too long"],
)
def test_trouble_is_told_in_words_of_its_own(
    source: Source, trouble: BaseException, error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    """What BigQuery says stays in the log; a query that takes too long is cancelled."""
    client = Client(trouble=trouble)
    engine = BigQuery(source, "r1", client)  # type: ignore[arg-type]

    with pytest.raises(error) as caught:
        engine.make("lines", "SELECT 1", {})

    assert "acme" not in str(caught.value)
    assert client.jobs[-1].is_cancelled is isinstance(trouble, TimeoutError)


@pytest.mark.parametrize(
    ("reason", "message", "error", "told"),
    [
        (
            "bytesBilledLimitExceeded",
            "Query exceeded limit for bytes billed: 1000000000. 52428800000 or higher required.",
            SourceCostError,
            "would read 52 GB, allowed are 1 GB",
        ),
        ("bytesBilledLimitExceeded", "Too much.", SourceCostError, "would read more than 1 GB"),
        ("quotaExceeded", "Custom quota exceeded.", SourceUnreachableError, "does not answer"),
        ("backendError", "Try again.", SourceUnreachableError, "does not answer"),
        ("accessDenied", "No.", SourceUnreadableError, "cannot be read"),
    ],
    ids=["over the cap", "over the cap, in other words", "quota", "an error of Google", "no right"],
)
def test_a_job_that_failed_is_told_by_its_reason(
    source: Source, reason: str, message: str, error: type[Exception], told: str
) -> None:
    """As the client makes errors of failed jobs; one beyond the cap it takes for an error of the server."""
    made = _error_result_to_exception({"reason": reason, "message": message})  # type: ignore[no-untyped-call]

    with pytest.raises(error, match=told):
        BigQuery(source, "r1", Client(trouble=made)).make("lines", "SELECT 1", {})  # type: ignore[arg-type]


def test_forgetting_binds_the_id(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id is never a part of a statement."""
    client = Client()
    engine = BigQuery(source, "r2", client)  # type: ignore[arg-type]
    monkeypatch.setattr(engine, "published", lambda: (engine.staged("x").__class__.of("acme.out.shop"), "r1"))

    assert engine.forget("x' OR '1'='1") == 1

    sql, config, _id = client.asked[-1]
    assert sql == "DELETE FROM `acme.out.shop_run_r1` WHERE customer_id = @customer_id"
    assert [parameter.value for parameter in config.query_parameters] == ["x' OR '1'='1"]
