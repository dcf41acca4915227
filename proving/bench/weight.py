"""Cost of importing a library: size on disk, time of a cold import, memory."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIBRARIES = {
    "pandas": ("pandas", "numpy"),
    "polars": ("polars", "polars-runtime-32"),
    "duckdb": ("duckdb",),
}
"""Module, and the distributions that it is made of."""
ROUNDS = 5

_SCRIPT = """
import importlib, json, re, sys, time
def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
before, began = resident(), time.process_time()
importlib.import_module(sys.argv[1])
print(json.dumps([time.process_time() - began, resident() - before]))
"""


@dataclass(frozen=True, slots=True)
class Weight:
    """One library; the import is a fresh process's processor time, memory what is resident more after it."""

    module: str
    disk_mib: float
    import_seconds: float
    memory_mib: float


def measure() -> list[Weight]:
    """Return the cost of each library that is installed here."""
    weights = []
    for module, distributions in LIBRARIES.items():
        if importlib.util.find_spec(module) is None:
            continue
        runs = [_imported(module) for _ in range(ROUNDS)]
        seconds, memory = (statistics.median(run) for run in zip(*runs, strict=True))
        weights.append(Weight(module, sum(_bytes(distributions)) / 2**20, seconds, memory))
    return weights


def _imported(module: str) -> tuple[float, float]:
    output = subprocess.run(
        [sys.executable, "-c", _SCRIPT, module], check=True, capture_output=True, text=True
    ).stdout
    seconds, memory = json.loads(output)
    return seconds, memory


def _bytes(distributions: tuple[str, ...]) -> Iterator[int]:
    for name in distributions:
        try:
            files = importlib.metadata.files(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        for file in files:
            place = Path(file.locate())
            if place.is_file():
                yield place.stat().st_size
