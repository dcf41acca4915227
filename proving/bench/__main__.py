"""Measure the product: ``python -m proving.bench [--only NAME[,NAME]] [--write]``, or ``make bench``."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local.launch import PROJECT
from proving import spark_cluster
from proving.bench import audience, cold_start, concurrency, edits, largest, report, rfm, sources, weight
from server.sources.source import SPARK

PAGE = PROJECT / "docs" / "performance.md"
MARK = "<!-- figures: renewed by `make bench WRITE=1` -->"
"""What stands above this line in the page is written by hand and kept."""
TAB_ROWS = (0, 100_000)
PACKAGES = ("numpy", "pandas", "scikit-learn", "Flask", "gunicorn", "gspread", "msgspec", "polars", "duckdb")


@dataclass(frozen=True, slots=True)
class Part:
    """One group of figures: its name for ONLY, its title, and what measures it."""

    name: str
    title: str
    measure: Callable[[], str]


def _edits() -> str:
    costs = [cost for rows in TAB_ROWS for cost in edits.measure(rows)]
    heading = "The same rows, each way at 150 ms a call to Google and with a minute's quota of its own:"
    return "\n\n".join([report.edits(costs), heading, report.comparison(edits.compare())])


def _rfm() -> str:
    heading = "Classifying customers with a model of six segments:"
    ways = report.rfm(rfm.measure())
    weights = ["What a library would cost a service that imports it (pandas is imported by a training):"]
    weights.append(report.weights(weight.measure()))
    return "\n\n".join([ways, *weights, heading, report.predictions(rfm.predictions())])


def _sources() -> str:
    heading = (
        "A first run on a Parquet file with DuckDB, wall and processor time; two lines an order, a limit of 2 GiB, two "
        "threads. Segments are found on a sample of 200,000 customers where there are more:"
    )
    sizes = sources.fitting()
    costs = sources.measure(sizes)
    parts = [heading, report.sources(costs)]
    if left_out := [f"{rows:,}" for rows in sources.SIZES if rows not in sizes]:
        parts.append(f"Left out for want of disk or memory: {', '.join(left_out)} rows.")
    if missing := spark_cluster.missing():
        return "\n\n".join([*parts, f"Not measured on Spark: {missing}"])
    memory = sources.executor_mib()
    on_spark = sources.measure(sizes, SPARK)
    parts.append(
        f"The same on Spark: a standalone master, two workers of one core and {memory:,} MiB each, Spark Connect:"
    )
    return "\n\n".join([*parts, report.sources_on_spark(on_spark, costs)])


PARTS = (
    Part("cold_start", "Cold start", lambda: report.cold_start(cold_start.measure())),
    Part("edits", "An edit", _edits),
    Part("largest", "The largest sheet", lambda: report.largest(largest.measure())),
    Part("rfm", "RFM of 1.25 million transactions", _rfm),
    Part("audience", "An audience of 50,000 contacts", lambda: report.audience(audience.measure())),
    Part("sources", "A source of orders", _sources),
    Part("concurrency", "Many at once", lambda: report.concurrency(concurrency.measure())),
)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the page if asked; return the exit code."""
    names = [part.name for part in PARTS]
    parser = argparse.ArgumentParser(prog="python -m proving.bench", description=__doc__)
    parser.add_argument("--only", default="", help=f"some of: {', '.join(names)}")
    parser.add_argument("--write", action="store_true", help=f"renew {PAGE.relative_to(PROJECT)}")
    chosen = parser.parse_args(arguments)
    wanted = [name for name in chosen.only.split(",") if name] or names
    if unknown := set(wanted) - set(names):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if chosen.write and wanted != names:
        parser.error("the page is renewed whole: --write goes without --only")
    began = time.monotonic()
    sections = [f"{machine()}"]
    print(sections[0], flush=True)
    for part in PARTS:
        if part.name not in wanted:
            continue
        print(f"\n## {part.title}\n", flush=True)
        text = part.measure()
        print(text, flush=True)
        sections.append(f"## {part.title}\n\n`make bench ONLY={part.name}`\n\n{text}")
    print(f"\nMeasured within {time.monotonic() - began:.0f} s.", file=sys.stderr)
    if chosen.write:
        write("\n\n".join(sections))
    return 0


def write(figures: str, page: Path = PAGE) -> None:
    """Put new figures below the mark of the page."""
    kept = page.read_text(encoding="utf-8").partition(MARK)[0]
    page.write_text(f"{kept}{MARK}\n\n{figures}\n", encoding="utf-8")


def machine() -> str:
    """Return what the figures were measured on."""
    versions = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured on {time.strftime('%Y-%m-%d')}: {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; "
        f"{', '.join(versions)}. Load when it began: {os.getloadavg()[0]:.1f}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    sys.exit(main())
