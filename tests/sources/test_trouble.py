"""What can go wrong with a source, in words of ours; hostile files and names do no harm and are not repeated."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from server.errors import (
    ChangedError,
    SourceColumnError,
    SourceUnreachableError,
    SourceUnreadableError,
    TooFewCustomersError,
    TrainingDataError,
)
from server.sources.declared import parse_sources
from server.sources.engines.duckdb import DuckDb
from server.sources.engines.opening import open_engine
from server.sources.source import Source
from server.sources.stages import Staged, read_source
from server.sources.trouble import log_engine
from tests.sources import nasty
from tests.sources.conftest import declare, run

COLUMNS = 'customer_id = "customer"\norder_date = "date"\namount = "amount"\n'


def declared(tmp_path: Path, content: bytes, *, columns: str = COLUMNS, name: str = "orders.csv") -> Source:
    """Return a source of a file in a folder of its own."""
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return declare(folder / name, tmp_path / "shop", columns=columns)


def read(engine: DuckDb, source: Source) -> Staged:
    """Read a source."""
    return read_source(engine, source, nasty.TODAY, None, lambda _stage, _fraction: None)


class Growing(DuckDb):
    """An engine whose source gets a row more each time just before its lines are read.

    Attributes
    ----------
    times
        How often.
    """

    times = 1

    def make(self, name: str, sql: str, schema: Mapping[str, str]) -> None:
        if name == "lines" and self.times:
            self.times -= 1
            with Path(self._source.files[0]).open("a", encoding="utf-8") as file:
                file.write("B,2024-02-02,7.00\n")
        super().make(name, sql, schema)


@pytest.mark.slow
def test_a_source_that_changes_once_is_read_again_and_twice_is_refused(tmp_path: Path) -> None:
    """What is told is of one state of the orders."""
    source = declared(tmp_path, b"customer,date,amount\nA,2024-01-01,5.00\n")
    once, twice = Growing(source, "r1"), Growing(source, "r2")
    twice.times = 2

    assert read(once, source).account.rows_read == 2
    with pytest.raises(ChangedError, match="other rows than when the run began"):
        read(twice, source)


def test_too_few_customers_are_told_of_the_source(tmp_path: Path) -> None:
    """Not of a tab that has nothing to do with it."""
    source = declared(tmp_path, b"customer,date,amount\nA,2024-01-01,5.00\nB,2024-01-02,5.00\n")

    with pytest.raises(TooFewCustomersError) as caught:
        run(DuckDb(source, "r1"), source)

    assert "The source" in caught.value.detail
    assert "Training_Data" not in caught.value.detail + caught.value.hint


def test_no_usable_row_is_told_with_the_reasons(tmp_path: Path) -> None:
    """With how many rows there are."""
    source = declared(tmp_path, b"customer,date,amount\nA,soon,5.00\n")

    with pytest.raises(TrainingDataError, match="No row of the source can be used"):
        read(DuckDb(source, "r1"), source)


SPARK = (
    '[sources.shop]\nengine = "spark"\nremote = "sc://127.0.0.1:1"\ntable = "s.orders"\noutput = "s.shop"\n'
    'token_secret = "projects/p/secrets/spark/versions/1"\n[sources.shop.columns]\n' + COLUMNS
)


def test_an_engine_whose_client_is_not_installed_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The marketer can do nothing about it; the log says what is missing."""
    monkeypatch.setitem(sys.modules, "server.sources.engines.spark", None)

    with pytest.raises(SourceUnreachableError):
        open_engine(parse_sources(SPARK)["shop"], "r1", lambda _name: "token")


def test_a_secret_that_does_not_come_is_an_engine_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the secret's name nor what was said of it is told."""

    def refuse(_name: str) -> str:
        raise PermissionError("no access to 'spark'")

    monkeypatch.setitem(sys.modules, "server.sources.engines.spark", SimpleNamespace(Spark=None))  # type: ignore[arg-type]
    with pytest.raises(SourceUnreachableError) as caught:
        open_engine(parse_sources(SPARK)["shop"], "r1", refuse)

    assert "projects" not in caught.value.detail + caught.value.hint
    assert "'spark'" not in caplog.text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PAR1 and nothing else", "orders.parquet"),
        (b"\x00\x01\x02\xff\xfe" * 40, "orders.parquet"),
        (b"\x1f\x8b broken", "orders.csv.gz"),
        (
            b"customer,date,amount\nSecret Person,2024-01-01,5.00,one,two,three\nA,2024-01-01,5\n",
            "orders.csv",
        ),
    ],
    ids=["a broken Parquet", "noise", "a broken archive", "rows of other widths"],
)
def test_a_hostile_file_is_refused_without_a_word_of_what_it_holds(
    tmp_path: Path, content: bytes, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither to the marketer nor in the log; the engine is there for the next statement."""
    source = declared(tmp_path, content, name=name)
    engine = DuckDb(source, "r1")

    with pytest.raises((SourceUnreadableError, SourceColumnError)) as caught:
        read(engine, source)

    text = caught.value.detail + caught.value.hint + caplog.text
    assert "Secret Person" not in text
    assert str(tmp_path) not in caught.value.detail + caught.value.hint
    assert engine.fetch("SELECT 1 AS a")["a"].tolist() == [1]


@pytest.mark.parametrize(
    "value", ["Secret Person", "it's Secret Person", "a\nSecret Person", "x's\nSecret Person", '"', "`"]
)
@pytest.mark.parametrize("quote", ["'", '"', "`"])
def test_what_an_engine_quotes_of_a_row_is_not_logged(
    caplog: pytest.LogCaptureFixture, tmp_path: Path, value: str, quote: str
) -> None:
    """Whatever quotes and line breaks it holds; what stands before it is."""
    source = declare(tmp_path / "orders.csv", tmp_path / "shop", columns=COLUMNS)

    log_engine(source, ValueError(f"Conversion Error: could not read {quote}{value}{quote} as a number"))

    assert "ValueError: Conversion Error: could not read …" in caplog.text
    assert "Person" not in caplog.text


def test_a_column_with_a_statement_for_a_name_is_a_column(tmp_path: Path) -> None:
    """It is quoted wherever it stands."""
    hostile = "who'; DROP TABLE lines; -- %s {x} $1"
    columns = COLUMNS.replace('"customer"', f'"{hostile}"')
    source = declared(tmp_path, f"{hostile},date,amount\nA,2024-01-01,5.00\n".encode(), columns=columns)

    assert read(DuckDb(source, "r1"), source).account.rows_used == 1


def test_a_file_with_a_statement_for_a_name_is_a_file(tmp_path: Path) -> None:
    """A pattern finds whatever lies in the folder."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, who in (("a.csv", "A"), ("b') ; COPY (SELECT 1) TO 'c.csv'; --.csv", "B")):
        (folder / name).write_text(f"customer,date,amount\n{who},2024-01-01,5.00\n", encoding="utf-8")
    source = declare(folder / "*.csv", tmp_path / "shop", columns=COLUMNS)

    assert read(DuckDb(source, "r1"), source).account.rows_used == 2
    assert len(list(folder.iterdir())) == 2
