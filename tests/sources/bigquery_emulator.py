"""BigQuery's emulator: a process and an environment of its own, as it needs an older sqlglot than Ibis does."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from types import TracebackType

from proving.processes import ended, free_port, listens

START_SECONDS = 60.0
PYTHON = Path(__file__).resolve().parents[2] / ".cache" / "bqemulator" / "bin" / "python"
"""Made by `make engines` from requirements-bqemulator.txt."""
PROGRAM = Path(__file__).with_name("start_emulator.py")


def missing() -> str:
    """Return what is missing with the command that installs it, "" where nothing is."""
    if PYTHON.exists():
        return ""
    return "BigQuery's emulator is not installed: make engines"


class BigQueryEmulator:
    """The emulator.

    Parameters
    ----------
    folder
        For its log.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of its REST interface."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> BigQueryEmulator:
        environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        with (self._folder / "emulator.log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(PYTHON), str(PROGRAM), str(self.port), str(free_port())],
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            if listens(self.port):
                return self
            time.sleep(0.1)
        ended(self._process)
        said = (self._folder / "emulator.log").read_text("utf-8", "replace")[-2000:]
        raise RuntimeError(f"BigQuery's emulator did not start within {START_SECONDS:.0f} s:\n{said}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            ended(self._process)
