"""What is deployed really starts and works: from what is uploaded alone, freshly installed, read-only, under PORT."""

from __future__ import annotations

import ctypes
import datetime as dt
import json
import os
import random
import shlex
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from local.launch import OWNER, PROJECT, LaunchError, LocalGoogle, Webhook
from local.load import load_rows
from sheets_standin.spreadsheet.document import Document
from tests.conftest import Sheet
from tests.deploy.image import copy_to
from tests.deploy.test_app_yaml import MIB_OF_CLASS

pytestmark = pytest.mark.slow

TRANSACTIONS, CUSTOMERS = 500_000, 30_000
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The uploaded files, which nobody may write."""
    folder = tmp_path_factory.mktemp("image")
    copy_to(folder)
    made = sorted(folder.rglob("*"), reverse=True)
    for path in [*made, folder]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in [folder, *reversed(made)]:
        path.chmod(0o755)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with what requirements.txt names, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "-q", "--require-hashes", "-r", PROJECT / "requirements.txt"], check=True
    )
    subprocess.run([*pip, "check"], check=True, capture_output=True)
    return python


@pytest.fixture
def entrypoint(python: Path) -> list[str]:
    """The command of app.yaml, with the clean environment's gunicorn."""
    command = shlex.split(yaml.safe_load((PROJECT / "app.yaml").read_text(encoding="utf-8"))["entrypoint"])
    return [str(python.parent / command[0]), *command[1:]]


def respect_modes() -> None:
    """Have root, too, keep to the files' modes: drop the right to override them, before the command begins."""
    if sys.platform == "linux" and os.geteuid() == 0:
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)


class Deployed(Webhook):
    """The service as Google starts it: nothing to write to but a folder for temporary files."""

    more: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        given = {k: v for k, v in super().environment.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
        return given | self.more


@pytest.fixture
def deployed(image: Path, entrypoint: list[str], tmp_path: Path) -> Iterator[tuple[LocalGoogle, Deployed]]:
    with LocalGoogle(quota=False) as google:
        made = Deployed(google, command=entrypoint, folder=image, before=respect_modes)
        made.more = {"HOME": str(image), "TMPDIR": str(tmp_path), "GOOGLE_CLOUD_PROJECT": "shop-123"}
        try:
            yield google, made
        finally:
            made.__exit__(None, None, None)


def transactions() -> Iterator[list[str]]:
    """Yield half a million orders of customers who differ."""
    draw = random.Random(7)
    days = [(dt.date(2024, 1, 1) + dt.timedelta(days=n)).isoformat() for n in range(700)]
    yield ["customer_id", "order_date", "amount"]
    for _ in range(TRANSACTIONS):
        number = int(CUSTOMERS * draw.random() ** 2)
        yield [f"C{number:05}", draw.choice(days), f"{draw.randrange(100, 20_000) / 100}"]


def _state(document: Document) -> str:
    """Return the state of the long call, as the sidebar reads it, which is no call of Google's API."""
    (record,) = (entry.value for entry in document.metadata if entry.key == "ate-operation")
    return str(json.loads(record)["state"])


def test_what_is_uploaded_segments_and_scores_within_the_instance(
    deployed: tuple[LocalGoogle, Deployed], image: Path
) -> None:
    """Half a million transactions, then a typed row: under the instance class's memory, with no file written."""
    google, webhook = deployed
    before = {path: path.stat().st_mtime_ns for path in image.rglob("*")}
    document = google.spreadsheet()
    load_rows(document, transactions(), OWNER)
    webhook.start()

    client = webhook.client(document.spreadsheet_id)
    answer = client.call("segment")
    while answer.status == 202 and _state(document) == "running":
        threading.Event().wait(0.5)
    sheet = Sheet(document)
    sheet.type("New User", 2, [["Maria", "12", "9", "420"]])
    scored = client.call("score", rows=[{"row": 2}], trigger="edit")
    peak = webhook.peak_rss_mib()

    assert _state(document) == "done", answer.body
    assert scored.body["scored"] == 1
    assert sheet.row("New User", 2)[4] is not None
    app = yaml.safe_load((image / "app.yaml").read_text(encoding="utf-8"))
    assert 0 < peak < MIB_OF_CLASS[app["instance_class"]]
    print(f"{TRANSACTIONS:,} transactions: {peak:.0f} MiB at most")
    assert {path: path.stat().st_mtime_ns for path in image.rglob("*")} == before


def test_every_line_of_its_log_is_one_of_cloud_logging(deployed: tuple[LocalGoogle, Deployed]) -> None:
    """gunicorn's own included; a refused call is told with its trace."""
    google, webhook = deployed
    webhook.start()
    client = webhook.client(google.spreadsheet().spreadsheet_id)

    client.send("/v1/score", b"{}", {"X-Cloud-Trace-Context": "105445aa7843bc8bf206b12000100000/1;o=1"})
    webhook.stop()

    lines = [json.loads(line) for line in webhook.log_file.read_text(encoding="utf-8").splitlines()]
    assert all({"severity", "message", "time", "logger"} <= set(line) for line in lines)
    assert {line["logger"] for line in lines} >= {"gunicorn.error", "server.web.problems"}
    (refused,) = (line for line in lines if line["logger"] == "server.web.problems")
    assert refused["logging.googleapis.com/trace"].startswith("projects/shop-123/traces/105445aa")


def test_it_does_not_start_without_a_secret(deployed: tuple[LocalGoogle, Deployed]) -> None:
    """And says which variables would give it one."""
    _google, webhook = deployed
    webhook.more |= {"AUDIENCE_SECRET": ""}

    with pytest.raises(LaunchError, match="AUDIENCE_SECRET_NAME\\) is not set"):
        webhook.start()


def test_the_folder_cannot_be_written(image: Path) -> None:
    """Else the test above would show nothing."""
    program = f"open({str(image / 'server' / 'new')!r}, 'w')"

    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, preexec_fn=respect_modes
    )

    assert "PermissionError" in finished.stderr
