"""A local Spark cluster as in a data centre: a standalone master, two workers and a Connect server, all on loopback."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from proving.processes import ended, free_port, listens

START_SECONDS = 60.0
WORKERS = 2
_JAVA = "-XX:+UseSerialGC -Xss4m"
"""Few cores; plans are deep."""
_QUICK = f"{_JAVA} -XX:TieredStopAtLevel=1"
"""For processes of a few seconds: compiling more would take longer than it saves."""


class NoSparkError(RuntimeError):
    """Spark cannot be started here; the text says what is missing and how to get it."""


def missing() -> str:
    """Return what is missing for Spark with the command that installs it, "" where nothing is."""
    if shutil.which("java") is None:
        return "Spark needs a Java 17: apt-get install openjdk-17-jre-headless"
    if importlib.util.find_spec("pyspark") is None or not (_home() / "bin" / "spark-class").exists():
        return "Spark is not installed: .venv/bin/pip install --no-deps -r requirements-engines.txt"
    return ""


def _home() -> Path:
    spec = importlib.util.find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


class SparkCluster:
    """A cluster.

    Parameters
    ----------
    folder
        For logs, spills and tables.
    memory_mib
        Heap of each worker's executor.
    partitions
        Of what is moved between the workers.
    is_long
        Whether it works for minutes, so that compiling pays.
    """

    def __init__(
        self, folder: Path, *, memory_mib: int = 700, partitions: int = 2, is_long: bool = False
    ) -> None:
        self._folder, self._memory_mib, self._partitions = folder, memory_mib, partitions
        self._java = _JAVA if is_long else _QUICK
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.port = free_port()
        self._master = free_port()

    @property
    def remote(self) -> str:
        """Address of the Connect server."""
        return f"sc://127.0.0.1:{self.port}"

    def __enter__(self) -> SparkCluster:
        try:
            self._start("master", "org.apache.spark.deploy.master.Master", "--port", str(self._master))
            self._wait("master", lambda: listens(self._master))
            memory = f"{self._memory_mib + 324}m"
            for number in range(WORKERS):
                self._start(
                    f"worker{number}", "org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory", memory,
                    "--work-dir", str(self._folder / f"work{number}"), f"spark://127.0.0.1:{self._master}",
                )  # fmt: skip
            self.start_server()
        except BaseException:
            self._stop_all()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_all()

    def tables_of(self, schema: str) -> list[Path]:
        """Return the folders that hold the tables of a schema."""
        return list((self._folder / "warehouse" / f"{schema}.db").iterdir())

    def cpu_seconds(self) -> float:
        """Return the processor time that its processes have taken, those that the workers started among them."""
        sessions, ticks = {process.pid for process in self._processes.values()}, 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[3]) in sessions:
                    ticks += sum(map(int, fields[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def start_server(self) -> None:
        """Start the Connect server and wait until it answers."""
        settings = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": str(self.port),
            "spark.driver.host": "127.0.0.1",
            "spark.log.level": "WARN",
            "spark.driver.extraJavaOptions": f"{_QUICK} -Dderby.system.home={self._folder}",
            "spark.executor.extraJavaOptions": self._java,
            "spark.executor.memory": f"{self._memory_mib}m",
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": str(self._partitions),
            "spark.sql.files.maxPartitionBytes": "32m",
            "spark.sql.warehouse.dir": str(self._folder / "warehouse"),
            "spark.local.dir": str(self._folder / "spill"),
        }
        self._spawn(
            "server",
            [
                str(_home() / "bin" / "spark-submit"), "--master", f"spark://127.0.0.1:{self._master}",
                "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
                *(part for name, value in settings.items() for part in ("--conf", f"{name}={value}")),
                "spark-internal",
            ],
        )  # fmt: skip
        self._wait("server", lambda: listens(self.port))

    def stop_server(self) -> None:
        """Kill the Connect server, as a machine that is lost does."""
        ended(self._processes.pop("server"))

    def _start(self, name: str, main: str, *arguments: str) -> None:
        own = ["--host", "127.0.0.1", "--webui-port", "0"]
        self._spawn(name, [str(_home() / "bin" / "spark-class"), main, *own, *arguments])

    def _spawn(self, name: str, command: Sequence[str]) -> None:
        environment = {
            **{key: os.environ[key] for key in ("PATH", "HOME", "JAVA_HOME") if key in os.environ},
            "SPARK_HOME": str(_home()),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "1g" if name == "server" else "256m",
            "SPARK_DAEMON_JAVA_OPTS": self._java,
        }
        with (self._folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command,
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait(self, name: str, is_ready: Callable[[], bool]) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._processes[name].poll() is None:
            if is_ready():
                return
            time.sleep(0.1)
        said = (self._folder / f"{name}.log").read_text("utf-8", "replace")[-2000:]
        raise NoSparkError(f"Spark's {name} did not start within {START_SECONDS:.0f} s:\n{said}")

    def _stop_all(self) -> None:
        for name in reversed(list(self._processes)):
            ended(self._processes.pop(name))
