"""Starts the local Google in this process and the real webhook, under gunicorn, beside it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from google.oauth2 import service_account

from local.client import Person, SignedClient, connect
from local.throttle import Throttle
from server.sheets.api.client import SCOPE
from sheets_standin.google.tokens import AUDIENCE, key_file
from sheets_standin.spreadsheet.document import Document
from sheets_standin.stand_in import StandIn
from sheets_standin.workspace import Role

PROJECT = Path(__file__).resolve().parent.parent
SERVICE_ACCOUNT = "audience-service@local-stand-in.iam.gserviceaccount.com"
OWNER = "you@example.com"
START_SECONDS = 30.0

_PR_SET_PDEATHSIG = 1


class LaunchError(RuntimeError):
    """The webhook did not start."""


class LocalGoogle(StandIn):
    """The stand-in with the product's accounts in it: an owner, and the service's account."""

    def spreadsheet(self, title: str = "My customers", *, shared: bool = True) -> Document:
        """Make a spreadsheet that the service account may edit."""
        document = self.workspace.create(title, OWNER, time_zone="America/New_York")
        if shared:
            self.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
        return document

    def credentials(self) -> Any:
        """Return google-auth's credentials of the service account, as its key file gives them."""
        account = self.issuer.service_account(SERVICE_ACCOUNT, self.url + "/token")
        make: Any = service_account.Credentials.from_service_account_info  # has no types
        return make(account, scopes=[SCOPE])

    def person(self, document: Document, email: str = OWNER, /, **claims: object) -> Person:
        """Return somebody at a spreadsheet; `claims` replace the usual ones of their identity token."""
        return Person(
            self.workspace,
            document,
            email,
            lambda: self.issuer.identity_token(email, AUDIENCE, self.url, **claims),
        )


class Webhook:
    """The real service as a child process.

    Parameters
    ----------
    google
        The stand-in that it is to talk to.
    port
        0 for any that is free.
    cpu_after_response
        False for an instance that stands still while no request is in flight.
    secret
        That keys are derived from; two instances of one service share it. Drawn where it is left out.
    app
        What gunicorn serves.
    options
        Options for gunicorn that go before those of `gunicorn.conf.py`.
    command
        Another command than gunicorn of this environment; what it binds to it takes from PORT.
    folder
        Where the command runs, if not here.
    before
        Called in the child before the command begins.
    sources
        File that declares sources of orders, None for none.
    settings
        More variables of its environment.
    """

    def __init__(
        self,
        google: LocalGoogle,
        *,
        port: int = 0,
        cpu_after_response: bool = True,
        secret: str = "",
        app: str = "server.main:app",
        options: Sequence[str] = (),
        command: Sequence[str] = (),
        folder: Path = PROJECT,
        before: Callable[[], None] = lambda: None,
        sources: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._google = google
        self._sources, self._settings = sources, settings or {}
        self._command = list(command) or [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", app]
        self._binds_itself = bool(command)
        self._runs_in = folder
        self._before = before
        self._cpu_after_response = cpu_after_response
        self.throttle: Throttle | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="audience-")
        self.port = port or _free_port()
        self._options = (*options, f"--bind 127.0.0.1:{self.port}")
        self.secret = secret or secrets.token_hex(32)
        account = google.issuer.service_account(SERVICE_ACCOUNT, google.url + "/token")
        self._key_file = Path(self._folder.name) / "service-account.json"
        self._key_file.write_text(key_file(account), encoding="utf-8")
        self.log_file = Path(self._folder.name) / "webhook.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Webhook:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """Address of the webhook."""
        return f"http://127.0.0.1:{self.throttle.port if self.throttle else self.port}"

    @property
    def group(self) -> int:
        """Number of the group that its processes form; 0 before it starts."""
        return self._process.pid if self._process is not None else 0

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables of the service."""
        google = self._google
        return {
            **{k: v for k, v in os.environ.items() if k in _KEPT_VARIABLES or k.startswith("OPENBLAS")},
            "PORT": str(self.port),
            "AUDIENCE_SECRET": self.secret,
            "ALLOWED_DOMAINS": "*",
            "IDENTITY_AUDIENCES": AUDIENCE,
            "SHEETS_API_URL": google.url,
            "IDENTITY_ISSUER": google.url,
            "IDENTITY_CERTS_URL": google.url + "/certs",
            "GOOGLE_APPLICATION_CREDENTIALS": str(self._key_file),
            **({"AUDIENCE_SOURCES": str(self._sources)} if self._sources else {}),
            **self._settings,
        }

    def start(self) -> None:
        """Start the service and wait until it answers.

        Raises
        ------
        LaunchError
            If it does not; the text holds the end of its log.
        """
        process = self.spawn()
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if process.poll() is not None:
                break
            if self._answers():
                self._throttle(process.pid)
                return
            time.sleep(0.02)
        self.kill()
        raise LaunchError(
            "The webhook did not start:\n" + self.log_file.read_text("utf-8", "replace")[-2000:]
        )

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the service's processes, and wait for nothing."""
        options = {} if self._binds_itself else {"GUNICORN_CMD_ARGS": " ".join(self._options)}
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._runs_in,
                env=self.environment | options,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self._prepare,
            )
        return self._process

    def stop(self) -> None:
        """Stop the service, gently at first."""
        self._unthrottle()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()

    def _prepare(self) -> None:
        if sys.platform == "linux":
            _die_with_parent()
        self._before()

    def kill(self) -> None:
        """Kill the service with all its processes, at once."""
        self._unthrottle()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _throttle(self, group: int) -> None:
        if not self._cpu_after_response:
            self.throttle = Throttle(self.port, group)
            self.throttle.start()

    def _unthrottle(self) -> None:
        if self.throttle is not None:
            self.throttle.stop()
            self.throttle = None

    def client(self, spreadsheet_id: str, email: str = OWNER) -> SignedClient:
        """Connect a spreadsheet as one of its editors, by the handshake; return a client with its key."""
        document = self._google.workspace.documents[spreadsheet_id]
        return connect(self.url, self._google.person(document, email))

    def peak_rss_mib(self) -> float:
        """Return the sum of the largest resident sizes that the service's processes had (Linux; else 0)."""
        if self._process is None:
            return 0.0
        total = 0.0
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
                if os.getpgid(int(status.parent.name)) != self._process.pid:
                    continue
            except OSError:
                continue
            peaks = [line.split()[1] for line in text.splitlines() if line.startswith("VmHWM")]
            total += sum(map(float, peaks)) / 1024
        return total

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/health", timeout=1) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False


_KEPT_VARIABLES = frozenset({"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH"})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """Have the kernel end the child when this process ends, however it does."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
