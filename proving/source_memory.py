"""Memory that training on a source's sample takes, in a process that holds neither an engine nor the source."""

from __future__ import annotations

import argparse
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from proving.bench.processes import own_peak_mib
from server.core.options import Options
from server.core.segments.rfm import rfm_table
from server.training.model_choice import Before, Wanted, choose_model

ROWS = 10_000_000
MOST_MIB = 420
_AS_THE_SERVICE = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": str(1 << 20), "OMP_NUM_THREADS": "1"}
"""What gunicorn.conf.py asks of glibc."""


def draw(orders: Path, folder: Path) -> Path:
    """Write the product's own sample of a source to a file, with what a training is given beside it."""
    from proving.source_draws import FIRST, read, sample_of  # with DuckDB, which the training must not hold

    shop = read(orders, folder)
    drawn = folder / "sample.pickle"
    drawn.write_bytes(pickle.dumps((sample_of(shop, FIRST), shop.look.checks, shop.staged.analysis_day)))
    return drawn


def train(drawn: Path) -> tuple[int, float]:
    """Train on a drawn sample; return its customers and the largest memory of this process, MiB."""
    sample, checks, analysis_day = pickle.loads(drawn.read_bytes())  # written by `draw` just before
    figures = rfm_table(sample.transactions, analysis_day)
    wanted = Wanted(new_model=True, version=1, trained_at="2026-03-01T00:00:00Z")
    choose_model(sample.transactions, figures, Options(), Before(), wanted, checks, pauses=sample.pauses)
    return len(figures), own_peak_mib()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figure; return 1 where it is above the bound."""
    parser = argparse.ArgumentParser(prog="python -m proving.source_memory", description=__doc__)
    parser.add_argument("--orders", type=Path, help="Parquet of proving.bench.sources; written if left out")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows that are written")
    parser.add_argument("--draw", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--train", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.draw is not None:
        draw(asked.orders, asked.draw)
        return 0
    if asked.train is not None:
        customers, peak = train(asked.train)
        sys.stdout.write(f"{customers:,} customers: {peak:.0f} MiB, of {MOST_MIB} allowed\n")
        return int(peak > MOST_MIB)
    with tempfile.TemporaryDirectory(prefix="audience-memory-") as name:
        folder = Path(name)
        orders = asked.orders or folder / "orders.parquet"
        if asked.orders is None:
            from proving.bench.sources import write_orders  # with DuckDB

            write_orders(orders, asked.rows)
        me, environment = [sys.executable, "-m", "proving.source_memory"], os.environ | _AS_THE_SERVICE
        subprocess.run([*me, "--orders", orders, "--draw", folder], check=True)
        return subprocess.run(
            [*me, "--train", folder / "sample.pickle"], env=environment, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
