"""A stand-in that is killed leaves no script behind."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys

import pytest

from tests.sheets_standin.scripts import need_node

WAITED_MS = 10_000
STAND_IN = """
import sys
from sheets_standin.runtime.child import NodeChild, find_node
from sheets_standin.runtime.limit import Limit
from sheets_standin.runtime.runner import described

CODE = "function spin() { console.log('spinning'); for (;;) {} }"

child = NodeChild(find_node(), "Etc/UTC")
child.load([("code.js", CODE)], described())

send = child._send

def sending(message):
    send(message)
    if "value" in message:  # the answer that the script waited for: from here on it spins
        print(child._process.pid, flush=True)

child._send = sending
child.run({"function": "spin", "arguments": [], "ahead": 0}, lambda _message: {"value": None}, Limit(360.0))
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs pidfd_open, which Linux has")
def test_a_script_in_an_endless_loop_ends_with_a_stand_in_that_was_killed() -> None:
    """The stand-in has no chance to end its children: each sees for itself that it is gone."""
    need_node()
    with subprocess.Popen([sys.executable, "-c", STAND_IN], stdout=subprocess.PIPE) as stand_in:
        assert stand_in.stdout is not None
        child = json.loads(stand_in.stdout.readline())
        watched = os.pidfd_open(child)
        try:
            stand_in.kill()
            ended = select.poll()
            ended.register(watched, select.POLLIN)

            assert ended.poll(WAITED_MS), "the script still runs"
        finally:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(watched, signal.SIGKILL)
            os.close(watched)
