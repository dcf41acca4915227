"""Segments of a file, without a spreadsheet."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from server.cli import main
from server.layout.tabs import SEGMENTED_HEADERS
from tests.conftest import orders


def write(path: Path, rows: list[list[str]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_customer_is_written_with_figures_and_segment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The columns of Segmented_Customers, the best segment first; the report is told."""
    source, target = write(tmp_path / "in.csv", orders()), tmp_path / "out.csv"

    status = main(["segment", str(source), str(target)])

    customers = read(target)
    assert status == 0
    assert list(customers[0]) == list(SEGMENTED_HEADERS[:-3])
    assert len(customers) == 60
    assert [int(customer["Cluster"]) for customer in customers] == sorted(
        int(customer["Cluster"]) for customer in customers
    )
    first = next(customer for customer in customers if customer["CustomerID"] == "C000")
    assert (first["Recency"], first["Frequency"], float(first["MonetaryValue"])) == ("1", "12", 12 * 200 + 66)
    assert f"{len(orders()) - 1:,} rows read" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("delimiter", [";", "\t"], ids=["semicolons", "tabs"])
def test_other_files_give_the_same(tmp_path: Path, delimiter: str) -> None:
    """Semicolons, tabs and gzip make no difference."""
    plain = write(tmp_path / "in.csv", orders())
    other = write(tmp_path / "other.csv", orders(), delimiter)
    packed = tmp_path / "in.csv.gz"
    packed.write_bytes(gzip.compress(other.read_bytes()))

    for source, target in ((plain, "a.csv"), (other, "b.csv"), (packed, "c.csv")):
        assert main(["segment", str(source), str(tmp_path / target)]) == 0

    assert read(tmp_path / "a.csv") == read(tmp_path / "b.csv") == read(tmp_path / "c.csv")


def test_settings_are_those_of_the_tab(tmp_path: Path) -> None:
    """Clusters and the analysis date can be set."""
    source, target = write(tmp_path / "in.csv", orders()), tmp_path / "out.csv"

    main(["segment", str(source), str(target), "--set", "Clusters=3", "--set", "AnalysisDate=2026-01-10"])

    customers = read(target)
    assert {customer["Cluster"] for customer in customers} == {"0", "1", "2"}
    assert min(int(customer["Recency"]) for customer in customers) == 10


def test_an_id_that_reads_like_a_formula_is_made_harmless(tmp_path: Path) -> None:
    """A spreadsheet that opens the file runs nothing."""
    rows = [[cell.replace("C000", "=1+1") for cell in row] for row in orders()]
    target = tmp_path / "out.csv"

    main(["segment", str(write(tmp_path / "in.csv", rows)), str(target)])

    assert any(row["CustomerID"] == "'=1+1" for row in read(target))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "is empty"),
        ([["customer_id", "date", "note"], ["A", "2025-01-01", "x"]], "lacks a column of money"),
        ([["customer_id", "date", "amount"]], "no order below"),
        (orders(3), "segments need at least 15"),
    ],
    ids=["empty", "no money", "header only", "three customers"],
)
def test_what_cannot_be_used_is_told_and_nothing_is_written(
    tmp_path: Path, rows: list[list[str]], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The service's own words, and an exit status that is not 0."""
    target = tmp_path / "out.csv"

    status = main(["segment", str(write(tmp_path / "in.csv", rows)), str(target)])

    assert status == 1
    assert message in capsys.readouterr().err
    assert not target.exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["Cluster=3"], "--set knows no setting 'Cluster'."),
        (["Clusters"], "--set takes NAME=VALUE, it got 'Clusters'."),
        (["=3"], "--set takes NAME=VALUE, it got '=3'."),
        (["Clusters=3", "clusters = 4"], "--set names clusters twice."),
    ],
)
def test_a_setting_that_would_change_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: list[str], message: str
) -> None:
    """A mistyped name, none, or one that stands twice."""
    source, target = write(tmp_path / "in.csv", orders()), tmp_path / "out.csv"

    assert main(["segment", str(source), str(target), *(f"--set={text}" for text in settings)]) == 1
    assert message in capsys.readouterr().err
    assert not target.exists()


def test_a_file_that_is_not_there_or_no_csv_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback for a wrong name or a picture."""
    picture = tmp_path / "in.csv"
    picture.write_bytes(b"\x89PNG\r\n\xff\xfe")

    assert main(["segment", str(tmp_path / "none.csv"), "-"]) == 1
    assert main(["segment", str(picture), "-"]) == 1
    output = capsys.readouterr().err
    assert "There is no file" in output
    assert "cannot be read as csv" in output


def test_what_is_worth_a_look_or_too_poor_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sixty customers are few; of one week's orders it is said that they mean nothing, and segments are made."""
    week = [["customer_id", "order_date", "amount"]]
    week += [[f"C{i % 40}", f"2025-12-0{1 + i % 7}", str(10 + i)] for i in range(80)]

    main(["segment", str(write(tmp_path / "in.csv", orders())), str(tmp_path / "out.csv")])
    few = capsys.readouterr().err
    status = main(["segment", str(write(tmp_path / "week.csv", week)), str(tmp_path / "out.csv")])
    poor = capsys.readouterr().err

    assert "Number of customers: 60 customers are few" in few
    assert "Too poor" not in few
    assert status == 0
    assert poor.count("Too poor to mean anything: The orders span 7 days") == 1


def test_a_list_of_customers_is_segmented_by_its_own_figures(tmp_path: Path) -> None:
    """One row a customer with days, orders and total: frequency is the number of orders that stands there."""
    rows = [
        [f"C{i}", f"2025-{1 + i % 12:02d}-15", str(1 + i % 7), f"{20 * (1 + i % 7) + i:.2f}"]
        for i in range(60)
    ]
    source = write(tmp_path / "in.csv", [["Customer", "Last Order", "Orders", "Total Spent"], *rows])

    assert main(["segment", str(source), str(tmp_path / "out.csv")]) == 0

    by_id = {row["CustomerID"]: row for row in read(tmp_path / "out.csv")}
    assert by_id["C6"]["Frequency"] == "7"
    assert by_id["C6"]["MonetaryValue"] == "146.0"
