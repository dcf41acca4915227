"""`python -m local`: the whole way on this machine, its refusals, and nothing left behind."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import orders
from tests.e2e.conftest import processes_of

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.mark.slow
def written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.slow
def test_the_demo_goes_the_whole_way(tmp_path: Path, run_local: Start) -> None:
    """It exits with 0, shows tables, and its report holds together."""
    data, out = written(tmp_path / "orders.csv", orders()), tmp_path / "out.json"

    run = run_local("demo", "--once", "--quota", "off", "--data", str(data), "--json", str(out))
    shown, errors = run.communicate(timeout=120)

    assert run.returncode == 0, errors
    for words in ("Segment customers", "ActionPlan", "Prediction_Log", "nothing is classified twice"):
        assert words in shown
    seen = json.loads(out.read_text(encoding="utf-8"))
    assert set(seen) == {
        "quality",
        "model",
        "rfm",
        "predictions",
        "log",
        "calls",
        "seconds",
        "peak_rss_mib",
    }
    quality = seen["quality"]
    assert quality["rows_read"] == len(orders()) - 1
    assert quality["rows_read"] == quality["rows_used"] + sum(quality["left_out"].values())
    segments = seen["model"]["segments"]
    assert seen["model"]["k"] == len(segments)
    assert all(set(segment) == {"number", "name", "customers", "share"} for segment in segments)
    assert sum(segment["customers"] for segment in segments) == seen["rfm"]["customers"] == 60
    assert len(seen["predictions"]) == len(seen["log"]) == 3
    assert seen["calls"]["score"] == {"spreadsheets.batchUpdate": 1, "spreadsheets.get": 1}
    assert set(seen["seconds"]) == set(seen["calls"])
    assert seen["peak_rss_mib"] > 20
    assert processes_of(tmp_path) == []


@pytest.mark.slow
def test_the_demo_goes_the_whole_way_on_a_file_that_stays_where_it_is(
    tmp_path: Path, run_local: Start
) -> None:
    """DuckDB reads it, the sheet has its segments and its published table all customers."""
    data, out = written(tmp_path / "orders.csv", orders()), tmp_path / "out.json"

    run = run_local("demo", "--once", "--quota", "off", "--source", str(data), "--json", str(out))
    shown, errors = run.communicate(timeout=120)

    assert run.returncode == 0, errors
    for words in ("Source = orders", "table of all 60 customers", "nothing is classified twice"):
        assert words in shown
    seen = json.loads(out.read_text(encoding="utf-8"))
    assert "load" not in seen["calls"]
    assert seen["quality"]["rows_read"] == len(orders()) - 1
    assert (
        sum(segment["customers"] for segment in seen["model"]["segments"]) == seen["rfm"]["customers"] == 60
    )
    assert len(seen["predictions"]) == len(seen["log"]) == 3
    assert processes_of(tmp_path) == []
    assert not list(tmp_path.glob("audience-orders-*"))


@pytest.mark.slow
def test_a_source_that_lacks_a_column_ends_the_demo_before_anything_starts(
    tmp_path: Path, run_local: Start
) -> None:
    """What is missing is named, with what there is."""
    data = written(tmp_path / "bad.csv", BAD["no money"])

    run = run_local("demo", "--once", "--source", str(data))
    shown, errors = run.communicate(timeout=60)

    assert run.returncode == 1
    assert "bad.csv lacks a column of money" in errors
    assert "customer_id, order_date" in errors
    assert (shown, "Traceback" in errors) == ("", False)


HEADER = ["customer_id", "order_date", "amount"]
BAD = {
    "no money": [["customer_id", "order_date"], *[row[:2] for row in orders()[1:]]],
    "no dates": [["customer_id", "amount"], *[[row[0], row[2]] for row in orders()[1:]]],
    "empty": [],
    "only a header": [HEADER],
    "one customer": [HEADER, ["A", "2025-01-01", "5"], ["A", "2025-02-01", "7"]],
    "3 customers": [HEADER, *[[who, "2025-01-01", "5"] for who in "ABC"]],
}


@pytest.mark.parametrize(
    "name", ["no money", *[pytest.param(name, marks=pytest.mark.slow) for name in list(BAD)[1:]]]
)
def test_data_that_cannot_be_used_end_the_demo_with_the_message(
    tmp_path: Path, run_local: Start, name: str
) -> None:
    """Non-zero, in the marketer's words, without a traceback or a process left."""
    data, out = written(tmp_path / "bad.csv", BAD[name]), tmp_path / "out.json"

    run = run_local("demo", "--once", "--data", str(data), "--json", str(out))
    _, errors = run.communicate(timeout=60)

    assert run.returncode == 1
    assert any(part in errors for part in ("Training_Data", "customers", "holds no rows below a header"))
    assert "Traceback" not in errors
    assert len(errors.strip().splitlines()) <= 4
    assert processes_of(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "There is no file"), (b"\xff\xfe\x00\x01", "holds no rows below a header")],
    ids=["no such file", "no text"],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, run_local: Start, content: bytes | None, message: str
) -> None:
    """The path is told, or what is wrong with it."""
    data = tmp_path / "orders.csv"
    if content is not None:
        data.write_bytes(content)

    run = run_local("demo", "--once", "--data", str(data))
    _, errors = run.communicate(timeout=60)

    assert run.returncode == 1
    assert message in errors
    assert "Traceback" not in errors
    assert processes_of(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_serve_stops_cleanly(tmp_path: Path, run_local: Start, sign: signal.Signals) -> None:
    """Ctrl-C, or a kill: no traceback, no process left."""
    data = written(tmp_path / "orders.csv", orders())
    run = run_local("serve", "--port", "0", "--data", str(data))
    assert run.stdout is not None
    lines = []
    for line in run.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    assert len(processes_of(tmp_path)) >= 3  # the stand-in, gunicorn and its worker

    run.send_signal(sign)
    _, errors = run.communicate(timeout=90)

    assert run.returncode == 0
    assert errors == ""
    assert any("/v4/spreadsheets/" in line for line in lines)
    assert any("/health" in line for line in lines)
    assert processes_of(tmp_path) == []


@pytest.mark.slow
def test_the_webhook_does_not_outlive_a_stand_in_that_is_killed(tmp_path: Path, run_local: Start) -> None:
    """kill -9 of the parent ends the child as well."""
    import threading

    data = written(tmp_path / "orders.csv", orders())
    run = run_local("serve", "--port", "0", "--data", str(data))
    assert run.stdout is not None
    for line in run.stdout:
        if "Ctrl-C" in line:
            break

    run.kill()
    run.communicate(timeout=90)

    over = threading.Event()
    for _ in range(400):
        if not processes_of(tmp_path):
            break
        over.wait(0.05)
    assert processes_of(tmp_path) == []


@pytest.mark.slow
def test_cdnow_adds_up(tmp_path: Path, run_local: Start) -> None:
    """69,659 orders of 23,570 customers, 68 of whom spent nothing (Fader and Hardie's file)."""
    out = tmp_path / "out.json"

    run = run_local("demo", "--once", "--json", str(out))
    shown, errors = run.communicate(timeout=300)

    assert run.returncode == 0, errors
    seen = json.loads(out.read_text(encoding="utf-8"))
    assert seen["quality"]["rows_read"] == 69_659
    assert seen["quality"]["rows_used"] + sum(seen["quality"]["left_out"].values()) == 69_659
    assert seen["quality"]["customers"] == 23_570
    assert seen["quality"]["customers_left_out"] == 68
    assert seen["rfm"]["customers"] == 23_570 - 68
    assert sum(segment["customers"] for segment in seen["model"]["segments"]) == 23_502
    assert all(segment["name"] in shown for segment in seen["model"]["segments"])
    assert seen["seconds"]["segment"] < 60
