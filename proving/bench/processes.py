"""CPU and memory of a group of processes, as the kernel counts them (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12
"""Places in /proc/…/stat after the name, see proc(5)."""


def cpu_seconds(group: int) -> float:
    """Return the processor time that the living processes of a group have used."""
    ticks = 0
    for process in members(group):
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[_USER]) + int(fields[_SYSTEM])
    return ticks / _TICK


def peak_mib(group: int) -> float:
    """Return the sum of the largest resident sizes that the processes of a group have had."""
    return sum(_status(process, "VmHWM") for process in members(group)) / 1024


def own_peak_mib() -> float:
    """Return the largest resident size that this process has had.

    `getrusage` would count what its parent held when it was started.
    """
    return _status(Path("/proc/self"), "VmHWM") / 1024


def resident_mib(group: int) -> float:
    """Return the resident memory of the processes of a group."""
    return sum(_status(process, "VmRSS") for process in members(group)) / 1024


def forget_peak(group: int) -> None:
    """Start a new peak from the present resident memory."""
    for process in members(group):
        (process / "clear_refs").write_text("5")


def members(group: int) -> Iterator[Path]:
    """Yield the directory in /proc of each process of a group."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(process.name)) == group:
                yield process
        except OSError:
            continue


def _status(process: Path, name: str) -> int:
    for line in (process / "status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0
