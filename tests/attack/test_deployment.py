"""How it is deployed: pinned files, code that the service cannot write, headers on every answer."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from local.launch import LocalGoogle, Webhook
from tests.service import Service, send

PROJECT = Path(__file__).resolve().parents[2]
LOCKED = sorted(path.name for path in PROJECT.glob("requirements*.txt"))
WANTED = sorted(path.name for path in PROJECT.glob("requirements*.in"))
ALONE = ("requirements-sources.txt",)
"""Installed as it stands: it names all that it brings along, and pip takes no extra of a pinned release beside the
release itself."""
BY_MAKE = (
    "requirements-bqemulator.txt",
    "requirements-data.txt",
    "requirements-dev.txt",
    "requirements-engines.txt",
)
"""Installed by `make test-slow` before any test runs."""
BY_IMAGE = ("requirements.txt",)
"""Installed in a clean environment by `tests.deploy.test_image`, which runs the service there."""
_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE = 24, 1


def pins(file: str) -> dict[str, list[str]]:
    """Return the hashes of each pinned release; fail where a line is something else."""
    text = (PROJECT / file).read_text("utf-8").replace("\\\n", " ")
    hashes = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            match = re.fullmatch(
                r"([a-z0-9-]+)==([^ ]+)( ;[^-]+?)?((?: +--hash=sha256:[0-9a-f]{64})+) *", line
            )
            assert match, line
            hashes[f"{match[1]}=={match[2]}"] = re.findall(r"sha256:([0-9a-f]{64})", match[4])
    return hashes


@pytest.mark.parametrize("file", LOCKED)
def test_every_dependency_is_pinned_with_hashes(file: str) -> None:
    """pip then takes no other file than those that were there when it was pinned; no host is named."""
    hashes = pins(file)

    assert hashes
    assert all(hashes.values())
    assert "http" not in re.sub(r"(?m)^[a-z0-9-]+==", "", (PROJECT / file).read_text("utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("file", [file for file in LOCKED if file not in BY_MAKE + BY_IMAGE])
def test_every_lock_installs_in_a_clean_environment(file: str, tmp_path: Path) -> None:
    """By itself: pip refuses a file in which only some lines have hashes, and a release that is missing."""
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    pip = [sys.executable, "-m", "pip", "--python", environment / "bin/python", "--disable-pip-version-check"]
    options = ["--no-deps"] if file in ALONE else []
    install = ["install", "--quiet", "--require-hashes", "--no-compile"]  # nothing of it is run

    finished = subprocess.run(
        [*pip, *install, *options, "-r", PROJECT / file],
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr[-2000:]
    if not options:
        subprocess.run([*pip, "check"], check=True, capture_output=True)


@pytest.mark.parametrize("wanted", WANTED)
def test_what_is_wanted_is_what_is_locked(wanted: str) -> None:
    """After a change of the one: make lock."""
    locked = wanted.replace(".in", ".txt")
    lines = (PROJECT / wanted).read_text("utf-8").splitlines()
    direct = {re.sub(r"\[.*?\]", "", line.casefold()) for line in lines if re.match(r"[A-Za-z]", line)}

    assert direct <= set(pins(locked))


def test_the_service_and_its_tests_run_on_the_same_releases() -> None:
    """What is tested is what is deployed."""
    assert set(pins("requirements.txt")) <= set(pins("requirements-dev.txt"))


def _without_override() -> None:
    """Have permissions count for root as well: the next program may not pass them over."""
    ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE)


@pytest.mark.skipif(
    sys.platform != "linux", reason="capabilities are Linux's; elsewhere run it as another user"
)
def test_it_runs_without_write_access_to_its_own_code(google: LocalGoogle, tmp_path: Path) -> None:
    """Nothing is written beside the code, not even by Python; a break-in could not change what runs next."""
    code = tmp_path / "code"
    code.mkdir()
    shutil.copytree(PROJECT / "server", code / "server", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "gunicorn.conf.py", code)
    for place in (code, *code.rglob("*")):
        place.chmod(0o555 if place.is_dir() else 0o444)
    webhook = Webhook(google)
    environment = webhook.environment | {"GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{webhook.port}"}
    run = {"cwd": code, "env": environment, "preexec_fn": _without_override, "stdin": subprocess.DEVNULL}
    attempt = [sys.executable, "-c", "open('server/planted.py', 'w')"]
    refused = subprocess.run(attempt, check=False, capture_output=True, text=True, **run)  # type: ignore[call-overload]

    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "server.main:app"]
    process = subprocess.Popen(command, **run)  # type: ignore[call-overload]
    try:
        answered = _answers(f"http://127.0.0.1:{webhook.port}/v1/openapi.json", process)
    finally:
        process.terminate()
        process.wait(20)
        webhook._folder.cleanup()
        for place in (code, *code.rglob("*")):
            place.chmod(0o755)

    assert "PermissionError" in refused.stderr
    assert answered
    assert not list(code.rglob("__pycache__"))


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    for _ in range(600):
        if process.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            os.sched_yield()
            process_wait(process)
    return False


def process_wait(process: subprocess.Popen[bytes]) -> None:
    """Wait a moment for the process to end, which it should not."""
    try:
        process.wait(0.05)
    except subprocess.TimeoutExpired:
        return


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/health", None, 200),
        ("/v1/openapi.json", None, 200),
        ("/v1/status", b"{}", 401),
        ("/v1/connect", b"{}", 400),
        ("/v1/connect", b" " * 30_000, 413),
        ("/v1/status", None, 405),
        ("/nowhere", None, 404),
        ("//evil.example/", None, 404),
    ],
)
def test_every_answer_has_the_security_headers(
    service: Service, path: str, body: bytes | None, status: int
) -> None:
    """Whatever it is: not stored, not sniffed, not framed, no referrer, over TLS from now on; and no version."""
    reply = send(service.url + path, body, {"Content-Type": "application/json"})

    assert reply.status == status
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Access-Control-Allow-Origin" not in reply.headers
    assert "Set-Cookie" not in reply.headers
