"""``segment --source NAME``, from a declaration to the published table."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from server.cli import main
from tests.sources import nasty

SETTINGS = ["--set", "Clusters=4", "--set", "AnalysisDate=2026-02-01"]


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A declaration, whose results go into the folder that is returned."""
    orders = nasty.write(tmp_path / "orders.csv", nasty.lines(customers=120))
    (tmp_path / "sources.toml").write_text(
        f'[sources.shop]\nengine = "duckdb"\nfiles = ["{orders}"]\noutput = "{tmp_path}/shop"\n[sources.shop.columns]\n'
        'customer_id = "customer"\norder_date = "date"\namount = "amount"\norder_id = "order_no"\nstatus = "status"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("AUDIENCE_SOURCES", str(tmp_path / "sources.toml"))
    return tmp_path


@pytest.mark.slow
def test_a_source_is_segmented_published_and_followed(
    declared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second run uses the kept model, and tells who moved."""
    model = ["--model", str(declared / "model.json")]

    assert main(["segment", "--source", "shop", *model, *SETTINGS]) == 0
    first = capsys.readouterr().err
    assert main(["segment", "--source", "shop", *model, *SETTINGS]) == 0
    second = capsys.readouterr().err

    assert "customers published as" in first
    assert "changed segment through their buying" in second
    published = duckdb.sql(
        f"FROM '{declared}/shop.parquet' SELECT count(*), count(DISTINCT run_id), count(segment), max(model_version), "
        "count(*) FILTER (migration = 'stayed')"
    ).fetchall()
    ((customers, runs, named, version, stayed),) = published
    assert customers == named == stayed > 100
    assert (runs, version) == (1, 1)


@pytest.mark.slow
def test_a_new_model_is_made_of_a_source_where_it_is_asked_for(
    declared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It replaces the kept one; of one that is less repeatable it is said why it does not, and how it would."""
    again = ["segment", "--source", "shop", "--model", str(declared / "model.json"), "--retrain"]
    assert main([*again, *SETTINGS]) == 0

    assert main([*again, *SETTINGS]) == 0
    assert published_versions(declared) == [(2, 4)]
    capsys.readouterr()
    assert main([*again, "--set", "Clusters=5", *SETTINGS[2:]]) == 0

    output = capsys.readouterr().err
    assert "We kept your current segments: the new ones are less repeatable" in output
    assert "name a file for --model that is not there yet" in output
    assert published_versions(declared) == [(2, 4)]


def published_versions(folder: Path) -> list[tuple[int, int]]:
    """Return the version of the model and the number of clusters in the published table."""
    return duckdb.sql(
        f"FROM '{folder}/shop.parquet' SELECT model_version, count(DISTINCT cluster) GROUP BY 1"
    ).fetchall()


def test_a_source_that_is_not_declared_is_told_with_those_that_are(
    declared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The engineer has all names before them."""
    assert main(["segment", "--source", "shoop"]) == 1
    assert "Declared are: shop." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["segment", "a.csv", "b.csv", "--source", "shop"], "A run has a file or a source."),
        (["segment"], "A file to read and a csv to write are needed."),
    ],
)
def test_a_run_has_either_a_file_or_a_source(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is meant is not guessed."""
    assert main(arguments) == 1
    assert message in capsys.readouterr().err


def test_a_declaration_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is wrong."""
    (tmp_path / "sources.toml").write_text('[sources.shop]\nengine = "dbase"\n', encoding="utf-8")
    monkeypatch.setenv("AUDIENCE_SOURCES", str(tmp_path / "sources.toml"))

    assert main(["segment", "--source", "shop"]) == 1
    assert "one of duckdb, bigquery, spark" in capsys.readouterr().err
