"""The page of figures: what is written by hand is kept, and the parts of a run add up to the whole."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from proving.bench.__main__ import MARK, main, write
from proving.bench.edits import Comparison
from proving.bench.largest import Run
from proving.bench.report import comparison, growth, sources, sources_on_spark, work
from proving.bench.sources import Cost, executor_mib, fitting


def test_new_figures_leave_what_is_written_by_hand(tmp_path: Path) -> None:
    """Only what stands below the mark is renewed."""
    page = tmp_path / "performance.md"
    page.write_text(f"# By hand\n\n{MARK}\n\nold figures\n", encoding="utf-8")

    write("new figures", page)

    assert page.read_text(encoding="utf-8") == f"# By hand\n\n{MARK}\n\nnew figures\n"


def test_the_parts_of_a_run_add_up_to_its_processor_time() -> None:
    """Waiting is no processor time; all other parts together are what the stages took."""
    parts = {
        "waiting for Google": 50.0,
        "sending and receiving": 1.0,
        "calls": 3.0,
        "ids, dates and amounts of blocks": 4.0,
        "cleaning of the whole": 5.0,
        "RFM": 0.5,
        "choosing k": 2.0,
        "training": 6.0,
    }

    seconds = dict(work({"parts": parts, "cpu": {"Reading": 8.0, "Finding segments": 12.0}}))

    assert seconds.pop("waiting for Google (wall clock)") == 50.0
    assert sum(seconds.values()) == pytest.approx(20.0)
    assert seconds["fitting, stability, names"] == 4.0


def test_a_way_that_the_quota_stopped_is_compared_by_the_row() -> None:
    """60 rows in 30 s against 500 in 1 s are 250 times as long a row."""
    text = comparison(
        [Comparison("the service", 500, 500, 2, 1.0), Comparison("by rows", 500, 60, 120, 30.0)]
    )

    assert "250 ×" in text


def test_a_part_of_another_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt ONLY measures nothing rather than everything."""
    with pytest.raises(SystemExit):
        main(["--only", "cold"])

    assert "there are cold_start, edits" in capsys.readouterr().err


def test_growth_is_told_by_stage() -> None:
    """Ten times the transactions: reading takes ten times as long (power 1), training as long as before."""
    runs = [
        Run("retrain", size, size // 20, 1.0, 1.0, 8, 3, stages(reading, 0.5, peak), 9, 1.0)
        for size, reading, peak in ((10_000, 0.2, 100.0), (100_000, 2.0, 150.0))
    ]

    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in growth(runs).splitlines()]

    assert lines[2] == ["Reading", "0.20 s", "2.00 s", "1.00", "100 MiB", "150 MiB"]
    assert lines[3] == ["Finding segments", "0.50 s", "0.50 s", "0.00", "100 MiB", "150 MiB"]


def stages(reading: float, finding: float, peak: float) -> dict[str, object]:
    names = ["Reading", "Finding segments"]
    return {
        "names": names,
        "cpu": dict(zip(names, (reading, finding), strict=True)),
        "peak_mib": dict.fromkeys(names, peak),
    }


def test_spark_is_told_beside_duckdb_of_the_same_size() -> None:
    """20 s against 5 s are 4.0 times as long; reading and counting, 6 s, are 3.0 times a GROUP BY of 2 s; with another
    second of placing it is 3.5 times, the finding of segments left out.
    """
    here = Cost(
        1_000,
        wall={"Reading the source": 3.0, "Placing the customers": 2.0},
        cpu={
            "Reading the source": 4.0,
            "Counting the customers": 2.0,
            "Finding segments": 9.0,
            "Placing the customers": 1.0,
        },
        group_by=2.0,
    )
    there = Cost(1_000, wall={"Reading the source": 12.0, "Placing the customers": 8.0})

    on_duckdb, on_spark = sources([here]), sources_on_spark([there], [Cost(10, wall={}), here])

    assert "| in all " in on_duckdb
    assert " 5.0 / 16.0 s |" in on_duckdb
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in on_duckdb.splitlines()]
    assert ["reading and counting ÷ GROUP BY", "3.0 ×"] in lines
    assert ["all but finding segments ÷ GROUP BY", "3.5 ×"] in lines
    assert "20.0 / 0.0 s |" in on_spark
    assert "4.0 × |" in on_spark


def test_sizes_for_which_there_is_no_room_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten million rows take 600 MB of the disk."""
    free = 599_999_999
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))
    monkeypatch.setattr(os, "sysconf", lambda _name: 2**20)

    assert fitting() == [1_000_000]
    free = 600_000_000
    assert fitting() == [1_000_000, 10_000_000]
    monkeypatch.setattr(os, "sysconf", lambda _name: 2**15)  # a GiB
    assert fitting() == []


@pytest.mark.parametrize(
    ("machine_mib", "each"), [(24_000, 4_000), (11_000, 4_000), (8_000, 2_500), (2_000, 1_500)]
)
def test_sparks_executors_share_what_memory_the_machine_has(
    machine_mib: int, each: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three thousand MiB are left to all else; 1,500 are the least that a hundred million rows were read with."""
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 2**20, "SC_PHYS_PAGES": machine_mib}.__getitem__)

    assert executor_mib() == each
