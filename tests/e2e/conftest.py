"""The whole product as processes: what is left of them, and what they were told to do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.launch import PROJECT, LocalGoogle, Webhook


def processes_of(folder: Path) -> list[int]:
    """Return the processes that were told of a folder in their environment."""
    processes = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in environ.read_bytes():
                processes.append(int(environ.parent.name))
        except OSError:
            continue
    return processes


@pytest.fixture
def run_local(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start `python -m local …`; its processes can be told by their folder for temporary files."""

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "local", *arguments],
            cwd=PROJECT,
            env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    return start


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(quota=False) as running:
        yield running


@pytest.fixture
def webhook(google: LocalGoogle) -> Iterator[Webhook]:
    with Webhook(google) as running:
        yield running
