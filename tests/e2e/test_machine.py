"""What a machine can do to the service: end it with calls in flight, fill or lock its disk, give it little memory."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.launch import PROJECT, LocalGoogle, Webhook
from proving.bench import largest
from sheets_standin.sheets_api.call_log import Call
from tests.conftest import Sheet
from tests.e2e.test_crash import outputs, until
from tests.e2e.test_crash import sheet as sheet
from tests.e2e.test_suspended import Calling
from tests.workbook import disagreements

pytestmark = pytest.mark.slow

GRACE_SECONDS = 20
"""`graceful_timeout` of gunicorn.conf.py."""
MEMORY_MIB = 512
MEMORY_GROUPS = Path("/sys/fs/cgroup/memory")


def called(google: LocalGoogle, name: str) -> threading.Event:
    """Tell when a call to Google has been made."""
    made = threading.Event()

    def listen(call: Call) -> None:
        if call.name == name:
            made.set()

    google.server.log.listeners.append(listen)
    return made


def ends(webhook: Webhook) -> float:
    """Send SIGTERM as a platform does; return after how many seconds the service has ended."""
    began = time.monotonic()
    os.kill(webhook.group, signal.SIGTERM)
    until(lambda: not webhook.is_running)
    return time.monotonic() - began


def test_a_call_in_flight_is_answered_before_the_service_ends(
    google: LocalGoogle, webhook: Webhook, sheet: Sheet
) -> None:
    """SIGTERM between the read and the write of a row: it is written, answered, and then all is over."""
    sheet.type("New User", 2, [["A", "3", "12", "900"]])
    client = webhook.client(sheet.id)
    google.server.faults.latency_seconds = 0.5
    read = called(google, "spreadsheets.get")
    call = Calling(client, "score", rows=[{"row": 2}], trigger="edit")
    assert read.wait(20)

    seconds = ends(webhook)

    call.join(5)
    assert call.reply is not None
    assert (call.reply.status, call.reply.body["scored"]) == (200, 1)
    assert seconds < GRACE_SECONDS
    assert len(sheet.rows("Prediction_Log")) == 1
    assert disagreements(sheet) == []


@pytest.mark.parametrize(("latency", "is_done"), [(0.3, True), (6.0, False)], ids=["short", "long"])
def test_a_retrain_in_flight_is_finished_or_left_as_it_was(
    google: LocalGoogle, webhook: Webhook, sheet: Sheet, latency: float, is_done: bool
) -> None:
    """What ends within the grace is answered; one that needs longer leaves the old outputs whole."""
    before = outputs(sheet)
    client = webhook.client(sheet.id)
    google.server.faults.latency_seconds = latency
    call = Calling(client, "retrain")
    until(lambda: any(entry.key == "ate-operation" for entry in list(sheet.document.metadata)))

    seconds = ends(webhook)

    call.join(5)
    google.server.faults.latency_seconds = 0.0
    assert seconds < GRACE_SECONDS + 5
    if is_done:
        assert call.reply is not None
        assert call.reply.status == 200
        assert [line[0] for line in sheet.rows("Model")] == [2, 1]
    else:
        assert outputs(sheet) == before


@pytest.fixture
def in_a_box(google: LocalGoogle) -> Iterator[Callable[[str], Webhook]]:
    """Start the service with mounts of its own; its log goes to a disk that is full from the beginning."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounts of its own need Linux, and root")
    made: list[Webhook] = []

    def start(mounts: str) -> Webhook:
        gunicorn = f"{shlex.quote(sys.executable)} -m gunicorn -c {PROJECT}/gunicorn.conf.py server.main:app"
        key = "mkdir -p /run/ate && mount -t tmpfs tmpfs /run/ate && cp $GOOGLE_APPLICATION_CREDENTIALS /run/ate/key"
        script = (
            f"{key} && export GOOGLE_APPLICATION_CREDENTIALS=/run/ate/key PYTHONPATH={PROJECT} && {mounts}"
        )
        command = ["unshare", "--mount", "bash", "-c", f"{script} && exec {gunicorn} >/dev/full 2>&1"]
        webhook = Webhook(google, command=command)
        made.append(webhook)
        webhook.start()
        return webhook

    yield start
    for webhook in made:
        webhook.__exit__(None, None, None)


def inside(webhook: Webhook, script: str) -> None:
    """Run something with the service's mounts."""
    subprocess.run(["nsenter", f"--target={webhook.group}", "--mount", "bash", "-c", script], check=True)


@pytest.mark.parametrize(
    "what",
    [
        "for disk in /tmp /dev/shm; do dd if=/dev/zero of=$disk/x bs=1k count=200 2>/dev/null; "
        "test $(df --output=avail $disk | tail -1) = 0 || exit 1; done",
        "mount -t tmpfs -o ro tmpfs /tmp && ! touch /tmp/y 2>/dev/null",
    ],
    ids=["full", "read-only"],
)
def test_a_disk_that_fails_while_it_runs_is_not_noticed(
    in_a_box: Callable[[str], Webhook], sheet: Sheet, what: str
) -> None:
    """The service keeps nothing on a disk: a row is scored, a retrain ends, though not even the log can be written."""
    webhook = in_a_box(
        "mount -t tmpfs -o size=100k tmpfs /tmp && mount -t tmpfs -o size=100k tmpfs /dev/shm && cd /tmp"
    )
    inside(webhook, what)
    sheet.type("New User", 2, [["A", "3", "12", "900"]])
    client = webhook.client(sheet.id)

    scored = client.call("score", rows=[{"row": 2}], trigger="edit")
    retrained = client.call("retrain")

    assert (scored.status, scored.body["scored"]) == (200, 1)
    assert retrained.status == 200
    assert [line[0] for line in sheet.rows("Model")] == [2, 1]


def test_it_starts_on_a_disk_that_is_read_only(in_a_box: Callable[[str], Webhook], sheet: Sheet) -> None:
    """All of it but memory (/dev/shm), as in a container whose file system is locked."""
    webhook = in_a_box(
        "mount -t tmpfs tmpfs /dev/shm && mount -o remount,ro,bind / && mount -t tmpfs -o ro tmpfs /tmp && cd / "
        f"&& ! touch {PROJECT}/x 2>/dev/null && ! touch /tmp/x 2>/dev/null"
    )

    assert webhook.client(sheet.id).call("retrain").status == 200


@pytest.fixture
def small(google: LocalGoogle) -> Iterator[Webhook]:
    """The service under a limit of memory that the kernel keeps, where this machine lets a test set one."""
    group = MEMORY_GROUPS / f"ate-{os.getpid()}"
    limited = False
    if os.access(MEMORY_GROUPS, os.W_OK):
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(MEMORY_MIB * 2**20))
        limited = True

    def join() -> None:
        if limited:
            (group / "cgroup.procs").write_text(str(os.getpid()))

    with Webhook(google, before=join) as running:
        yield running
    if limited:
        until(lambda: not (group / "cgroup.procs").read_text().strip())
        group.rmdir()


def test_the_largest_retrain_fits_into_512_mib(google: LocalGoogle, small: Webhook) -> None:
    """1.25 million transactions of 60,000 customers, segmented and trained again; the process lives on."""
    rows, customers = largest.SIZES[-1]
    document = google.spreadsheet()
    largest.fill(document, rows, customers)
    client = small.client(document.spreadsheet_id)

    replies = [largest.finished(client, call) for call in ("segment", "retrain")]

    sheet = Sheet(document)
    assert [reply.status for reply in replies] == [200, 200]
    assert [line[0] for line in sheet.rows("Model")] == [2, 1]
    assert len(sheet.rows("Segmented_Customers")) > 0.9 * customers
    assert small.is_running
    assert 0 < small.peak_rss_mib() < MEMORY_MIB
