"""The declaration of sources: what it takes, and that nothing else passes."""

from __future__ import annotations

import pytest

from server.core.transactions.meanings import Meaning
from server.sources.declared import SourcesError, parse_sources

COLUMNS = '[sources.shop.columns]\ncustomer_id = "who"\norder_date = "at"\namount = "net"\n'
DUCKDB = '[sources.shop]\nengine = "duckdb"\nfiles = ["/data/*.parquet"]\noutput = "/out/shop"\n'
BIGQUERY = (
    '[sources.shop]\nengine = "bigquery"\nproject = "acme-dwh"\ntable = "acme-dwh.sales.orders_v"\n'
    'output = "acme-dwh.audience.shop"\n'
)


def test_a_source_of_bigquery_is_read_as_it_is_written() -> None:
    """Sizes, lists and words of the statuses."""
    more = (
        'max_bytes_billed = "200 GB"\nspreadsheets = ["1AbC"]\ndomains = ["Acme.com"]\nmax_minutes = 5\n'
        'time_zone = "Europe/Berlin"\nsheet_customers = 500\n'
    )
    statuses = '[sources.shop.statuses]\ncount = ["Invoiced"]\nleave_out = ["Quote "]\n'

    declared = parse_sources(BIGQUERY + more + COLUMNS + 'status = "state"\n' + statuses)["shop"]

    assert declared.max_bytes_billed == 200_000_000_000
    assert declared.spreadsheets == {"1AbC"}
    assert declared.domains == {"acme.com"}
    assert (declared.max_minutes, declared.time_zone, declared.sheet_customers) == (5, "Europe/Berlin", 500)
    assert declared.statuses == {"invoiced": Meaning.COUNT, "quote": Meaning.LEAVE_OUT}
    assert declared.confidence


def test_spark_tells_no_confidence_unless_asked() -> None:
    """Twenty models beside one another take its compiler longer than the run."""
    text = '[sources.shop]\nengine = "spark"\nremote = "sc://spark:15002"\ntable = "sales.orders"\noutput = "o.shop"\n'

    assert not parse_sources(text + COLUMNS)["shop"].confidence
    assert parse_sources(text + "confidence = true\n" + COLUMNS)["shop"].confidence


def test_nobody_may_use_a_source_that_names_no_spreadsheet() -> None:
    """The default is nobody."""
    assert parse_sources(DUCKDB + COLUMNS)["shop"].spreadsheets == frozenset()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[sources", "no TOML"),
        ("[source.shop]\n", "unknown key source"),
        ('[sources.auto]\nengine = "duckdb"\n', "is not auto"),
        ('[sources."a b"]\nengine = "duckdb"\n', "a name has letters"),
        ("[sources.shop]\n", "engine is not set"),
        ('[sources.shop]\nengine = "oracle"\n', "one of duckdb, bigquery, spark"),
        (DUCKDB + "files_ = 1\n" + COLUMNS, "sources.shop.files_ is unknown for engine duckdb"),
        (DUCKDB + 'table = "a.b.c"\n' + COLUMNS, "sources.shop.table is unknown for engine duckdb"),
        (DUCKDB + COLUMNS + 'sku = "x"\n', "columns.sku is unknown"),
        (DUCKDB.replace("/data/", "data/") + COLUMNS, "files must be absolute paths"),
        (DUCKDB.replace("/data/", "/data/../etc/") + COLUMNS, "files must be absolute paths"),
        (DUCKDB.replace("/out/shop", "/out/it's") + COLUMNS, "output must be"),
        (BIGQUERY.replace("orders_v", "orders`; DROP") + COLUMNS, "table must be project.dataset.table"),
        (BIGQUERY.replace("acme-dwh.sales.orders_v", "orders") + COLUMNS, "table must be project.dataset.table"),
        (BIGQUERY + 'max_bytes_billed = "lots"\n' + COLUMNS, "a size such as 200 GB"),
        (DUCKDB + "max_minutes = 0\n" + COLUMNS, "a whole number from 1"),
        (DUCKDB + "max_minutes = true\n" + COLUMNS, "a whole number from 1"),
        (DUCKDB + 'time_zone = "Mars"\n' + COLUMNS, "a name such as Europe/Berlin"),
        (DUCKDB + 'spreadsheets = "1AbC"\n' + COLUMNS, "a list of ids"),
        (DUCKDB + 'domains = ["acme"]\n' + COLUMNS, "a list of domains"),
        (DUCKDB + 'confidence = "no"\n' + COLUMNS, "true or false"),
        (DUCKDB + COLUMNS.replace('amount = "net"\n', ""), "either amount, or quantity and unit_price"),
        (DUCKDB + COLUMNS + 'unit_price = "p"\n', "either amount, or quantity and unit_price"),
        (DUCKDB + COLUMNS.replace('"who"', '"who`"'), "must be a column's name"),
        (DUCKDB + COLUMNS + '[sources.shop.statuses]\ncount = ["paid"]\n', "needs columns.status"),
        (DUCKDB + COLUMNS + '[sources.shop.statuses]\npaid = ["paid"]\n', "lists of words"),
        (DUCKDB, "columns must be a table"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_stops_the_start(text: str, message: str) -> None:
    """The key is named, with what is allowed."""
    with pytest.raises(SourcesError) as caught:
        parse_sources(text)

    assert message in str(caught.value)


def test_all_problems_are_told_at_once() -> None:
    """Whoever corrects the file does so once."""
    with pytest.raises(SourcesError) as caught:
        parse_sources(DUCKDB + 'max_minutes = 0\ntime_zone = "Mars"\n' + COLUMNS)

    assert "max_minutes" in str(caught.value)
    assert "time_zone" in str(caught.value)
