"""BigQuery's statements as Google evaluates them, and the whole adapter on an emulator: the same customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from local.launch import LocalGoogle, Webhook
from server.errors import SourceColumnError, SourceUnreadableError
from server.layout.tabs import MODEL_HEADERS
from server.sources.declared import parse_sources
from server.sources.engines.bigquery import BigQuery
from server.sources.engines.duckdb import DuckDb
from server.sources.source import Source
from server.sources.stages import read_source, source_table
from server.training.model_choice import Wanted
from tests.conftest import Sheet
from tests.sources import bigquery_emulator, memory, nasty
from tests.sources.agreement import GROUPS, SHARE, WHAT, differences, group_differences, of_a_run, of_a_sample
from tests.sources.bigquery_emulator import BigQueryEmulator
from tests.sources.conftest import CHOSEN, Both, declare, run
from tests.sources.killed import former_results, kill_in_a_run, mark_of, run_again, shown, staging
from tests.sources.processes import needed
from tests.sources.segmented_shop import first_run as first_run
from tests.sources.segmented_shop import sheet as sheet
from tests.sources.shop import choose

if TYPE_CHECKING:
    from tests.sources.googlesql import GoogleSql

pytestmark = pytest.mark.slow
ALL_BUT_CONFIDENCE = tuple(what for what in WHAT if what != "confidence")
REST = 'order_id = "order_no"\nstatus = "status"\n'
"""Columns that a source may lack."""
FORMER = "20260228120000dddddd0001"
FIRST, LATER = "20260301120000aaaaaa0001", "20260301130000aaaaaa0002"


def evaluator(rows: list[nasty.Line], header: Sequence[str] = nasty.HEADER) -> GoogleSql:
    """Return Google's evaluator with rows in it."""
    try:
        from tests.sources.googlesql import GoogleSql
    except ImportError:
        needed(
            "Google's evaluator is not installed: .venv/bin/pip install --no-deps -r requirements-engines.txt"
        )
        raise
    return GoogleSql(header, rows)


def test_no_customer_differs_where_google_evaluates_the_statements(tmp_path: Path) -> None:
    """A small hostile file, as the evaluator compares each row with each where it joins."""
    rows = nasty.lines(customers=40)
    transactions, quality = memory.read(nasty.HEADER, rows, nasty.TODAY, CHOSEN)
    wanted = memory.segmented(transactions, quality, options=CHOSEN)
    source = declare(tmp_path / "orders.csv", tmp_path / "shop")
    used = Wanted(new_model=False, version=1, trained_at="", earlier=wanted.model)

    engine = evaluator(rows)
    source_run = run(engine, source, wanted=used)
    source_run.publish(dict.fromkeys(source_run.model.clusters, ("a segment", "a plan")), GROUPS, SHARE)

    assert len(wanted.table) > 50
    assert differences(wanted, source_run) == []
    assert of_a_run(source_run, transactions, source) == []
    nasty.write(tmp_path / "orders.csv", rows)
    assert of_a_sample(run(DuckDb(source, "r1"), source, wanted=used), source_run) == []
    assert engine.results is not None
    assert group_differences(engine.fetch(engine.results[0])) == []
    assert source_run.report.rows_read == len(rows)


def test_a_column_with_a_statement_for_a_name_is_a_column_to_google() -> None:
    """It is quoted as GoogleSQL quotes names; of the signs that BigQuery lets stand in one, all that mean something."""
    hostile = "who' OR 1=1 -- %s # <x> | y"
    rows = nasty.lines(customers=2)
    source = parse_sources(declaration(customer=hostile, rest=""))["shop"]
    engine = evaluator(rows, header=(hostile, *nasty.HEADER[1:]))

    staged = read_source(engine, source, nasty.TODAY, None, lambda _stage, _fraction: None)

    assert staged.account.rows_read == len(rows)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bigquery.Client]:
    """A client of an emulator that holds the hostile file."""
    needed(bigquery_emulator.missing())
    with BigQueryEmulator(tmp_path_factory.mktemp("bigquery")) as emulator:
        options = ClientOptions(api_endpoint=emulator.url)
        made = bigquery.Client(project="acme", credentials=AnonymousCredentials(), client_options=options)
        for name in ("sales", "out"):
            made.create_dataset(name)
        schema = [bigquery.SchemaField(name, "STRING") for name in nasty.HEADER]
        made.create_table(bigquery.Table("acme.sales.orders", schema=schema))
        rows = [
            dict(zip(nasty.HEADER, (cell or None for cell in line), strict=True)) for line in nasty.lines()
        ]
        for start in range(0, len(rows), 1000):
            assert made.insert_rows_json("acme.sales.orders", rows[start : start + 1000]) == []
        yield made
        made.close()


def declaration(
    *, table: str = "acme.sales.orders", customer: str = "customer", more: str = "", rest: str = REST
) -> str:
    """Return what a deployment declares of a source on BigQuery."""
    return (
        f'[sources.shop]\nengine = "bigquery"\nproject = "acme"\ntable = "{table}"\noutput = "acme.out.shop"\n'
        f'confidence = false\n{more}\n[sources.shop.columns]\ncustomer_id = "{customer}"\norder_date = "date"\n'
        f'amount = "amount"\n{rest}'
    )


def declared(*, table: str = "acme.sales.orders", customer: str = "customer") -> Source:
    """Return a source on BigQuery."""
    return parse_sources(declaration(table=table, customer=customer))["shop"]


def tables_of(client: bigquery.Client) -> set[str]:
    """Return the tables of the output's data set."""
    return {table.table_id for table in client.list_tables("acme.out")}


def test_no_customer_differs_on_the_emulator_and_results_are_published_swapped_and_forgotten(
    client: bigquery.Client, both: Both
) -> None:
    """By BigQuery's own client: jobs, dry runs, tables that expire, a view that is put on another table."""
    source = declared()
    engine = BigQuery(source, FIRST, client)
    used = Wanted(new_model=False, version=1, trained_at="", earlier=both.memory.model)

    source_run = run(engine, source, wanted=used, run_id=FIRST)

    assert differences(both.memory, source_run, ALL_BUT_CONFIDENCE) == []
    assert source_run.report.to_json() == both.engine.report.to_json()
    assert of_a_run(source_run, both.transactions, source) == []
    assert of_a_sample(both.engine, source_run) == []
    source_run.publish(dict.fromkeys(source_run.model.clusters, ("a segment", "a plan")), GROUPS, SHARE)
    assert engine.published() == (None, "")
    engine.swap(FIRST)
    engine.close()
    assert tables_of(client) == {"shop", f"shop_run_{FIRST}"}
    later = BigQuery(source, LATER, client)
    assert later.published()[1] == FIRST
    assert group_differences(later.fetch("SELECT customer_id, `group` FROM `acme.out.shop`")) == []
    hostile = nasty._HOSTILE[0]
    assert later.forget("nobody' OR '1'='1") == 0
    assert later.forget(hostile) == 1
    rows = later.fetch("SELECT customer_id FROM `acme.out.shop`")["customer_id"]
    assert len(rows) == len(both.memory.table) - 1
    assert hostile not in set(rows)


def test_former_results_stay_whole_and_the_next_run_leaves_nothing_of_a_killed_one(
    client: bigquery.Client, google: LocalGoogle, sheet: Sheet, tmp_path: Path
) -> None:
    """A whole service, killed when its run has read the source: tables are dropped, jobs are over."""
    for made in (
        f"TABLE `acme.out.shop_run_{FORMER}` AS {former_results(FORMER)}",
        f"VIEW `acme.out.shop` AS SELECT * FROM `acme.out.shop_run_{FORMER}`",
    ):
        client.query(f"CREATE OR REPLACE {made}").result()
    path = tmp_path / "sources.toml"
    path.write_text(declaration(more=f'spreadsheets = ["{sheet.id}"]', rest=""), encoding="utf-8")
    # A model to compare with makes one statement of 37,000 letters, which takes the emulator a minute.
    sheet.type("Model", 2, [[""] * len(MODEL_HEADERS)])
    choose(sheet, Clusters="2")
    before = (shown(sheet), mark_of(sheet), published(client))

    with Webhook(
        google,
        app="tests.sources.emulated_service:app",
        sources=path,
        settings={"BIGQUERY_EMULATOR_HOST": str(client._connection.API_BASE_URL)},
    ) as webhook:
        signed = webhook.client(sheet.id)
        kill_in_a_run(webhook, signed, lambda: any(name.endswith("_lines") for name in tables_of(client)))

        assert (shown(sheet), mark_of(sheet), published(client)) == before == (*before[:2], (1, FORMER))
        assert any("_stage_" in name for name in tables_of(client))
        reply = run_again(webhook, signed, sheet)

    assert reply.status == 200, reply.body
    customers, run_id = published(client)
    assert customers == reply.body["result"]["rfm"]["customers"] > 400
    assert mark_of(sheet) == f"shop {run_id}"
    assert staging(sheet) == []
    assert tables_of(client) == {"shop", f"shop_run_{run_id}"}
    assert [job for state in ("running", "pending") for job in client.list_jobs(state_filter=state)] == []


def published(client: bigquery.Client) -> tuple[int, str]:
    """Return how many customers readers see, and of which run."""
    (row,) = client.query("SELECT COUNT(*) AS customers, MAX(run_id) AS run_id FROM `acme.out.shop`").result()
    return row["customers"], row["run_id"]


def test_what_is_not_there_is_told_in_our_words(client: bigquery.Client) -> None:
    """A table that is gone, a column that is missing."""
    gone, lacking = declared(table="acme.sales.gone"), declared(customer="buyer")
    for source, error in ((gone, SourceUnreadableError), (lacking, SourceColumnError)):
        engine = BigQuery(source, FIRST, client)
        with pytest.raises(error) as caught:
            source_table(engine, source)
        assert "sales" not in str(caught.value)
