"""The measurement of a training's memory: it trains in a process of its own, and says what that held."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proving import source_memory
from proving.bench.sources import write_orders

pytestmark = pytest.mark.slow


def test_a_training_tells_its_largest_memory_and_fails_above_the_bound(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """About 1,000 customers are no burden; no process with numpy fits into one MiB."""
    write_orders(tmp_path / "orders.parquet", 20_000)

    assert source_memory.main(["--orders", str(tmp_path / "orders.parquet")]) == 0
    line = re.fullmatch(r"([\d,]+) customers: (\d+) MiB, of 420 allowed\n", capfd.readouterr().out)
    assert line is not None
    assert 900 <= int(line[1].replace(",", "")) <= 1_060
    assert 50 < int(line[2]) < 420

    monkeypatch.setattr(source_memory, "MOST_MIB", 1)
    assert source_memory.main(["--train", str(_drawn(tmp_path))]) == 1


def _drawn(folder: Path) -> Path:
    """Draw a sample of the orders in a folder."""
    return source_memory.draw(folder / "orders.parquet", folder)
