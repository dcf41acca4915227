"""A file of orders as a source of the local product: its columns by their names, and what it must not lack."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from local.load import LoadError
from local.orders_file import OrdersFile, orders_file
from server.sources.declared import parse_sources


def parquet(path: Path, select: str) -> Path:
    """Write a query's rows."""
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def test_columns_are_known_by_their_names_in_parquet(tmp_path: Path) -> None:
    """Typed, in any order, beside others."""
    path = parquet(
        tmp_path / "orders.parquet",
        "SELECT 'web' AS channel, 12.5 AS amount, DATE '2024-01-02' AS order_date, 7 AS customer_id, 'paid' AS status",
    )

    assert orders_file(path).columns == {
        "customer_id": "customer_id",
        "order_date": "order_date",
        "amount": "amount",
        "status": "status",
    }


def test_pieces_and_price_stand_for_an_amount_in_csv(tmp_path: Path) -> None:
    """Where there is an amount it counts alone."""
    path = tmp_path / "orders.csv"
    path.write_text(
        "CustomerID,InvoiceDate,InvoiceNo,Quantity,UnitPrice\n7,2024-01-02,1,2,3.50\n", encoding="utf-8"
    )

    columns = orders_file(path).columns

    assert columns["quantity"] == "Quantity"
    assert columns["unit_price"] == "UnitPrice"
    assert "amount" not in columns


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("orders.parquet", None, "There is no file"),
        ("orders.xlsx", b"x", "neither Parquet nor csv"),
        ("orders.parquet", b"no parquet", "cannot be read"),
        ("orders.csv", b"customer_id,order_date\n7,2024-01-02\n", "lacks a column of money"),
        ("orders.csv", b"customer_id,amount\n7,5.00\n", "lacks a column of dates"),
        ("orders.csv", b"order_date,amount\n2024-01-02,5.00\n", "lacks a column of customer ids"),
    ],
    ids=["gone", "a workbook", "damaged", "no money", "no dates", "no customers"],
)
def test_what_cannot_be_a_source_is_told_with_its_columns(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    """In one message, with what there is."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(LoadError) as caught:
        orders_file(path)

    assert message in str(caught.value)
    assert name in str(caught.value)
    if "lacks" in message:
        assert "Its columns are: " in str(caught.value)


def test_a_declaration_is_one_that_the_service_takes(tmp_path: Path) -> None:
    """Each spreadsheet has a source of its own, whose table is another."""
    file = OrdersFile(tmp_path / "orders.csv", {"customer_id": "who", "order_date": "at", "amount": "net 名"})

    declared = parse_sources(
        file.declare({"orders": "1A", "orders_told": "1B"}, tmp_path).read_text(encoding="utf-8")
    )

    assert [(source.spreadsheets, source.columns.amount) for source in declared.values()] == [
        ({"1A"}, "net 名"),
        ({"1B"}, "net 名"),
    ]
    assert declared["orders"].output != declared["orders_told"].output


def test_a_hostile_path_or_column_is_refused_before_anything_starts(tmp_path: Path) -> None:
    """The declaration takes neither; nothing is written that holds more than was meant."""
    columns = {"customer_id": "who", "order_date": "at", "amount": "net"}
    for file in (
        OrdersFile(tmp_path / "it's.csv", columns),
        OrdersFile(tmp_path / "orders.csv", {**columns, "amount": 'x"\noutput = "/etc'}),
    ):
        with pytest.raises(LoadError, match="cannot be a source"):
            file.declare({"orders": "1A"}, tmp_path)

    assert not (tmp_path / "sources.toml").exists()
