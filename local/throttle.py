"""Simulates an instance without CPU between requests, as on Cloud Run where CPU is not always allocated.

A proxy in front of the webhook counts the requests in flight. While there is none, the webhook's workers are
stopped; the next request resumes them. A client that disconnects ends its request.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import signal
import socket
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LONGEST_SECONDS = 3600.0
_LOOK_SECONDS = 0.05
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})


class Throttle:
    """A proxy on a port of the loopback interface, and the processes that it stops and lets go on.

    Parameters
    ----------
    group
        Process group of the webhook. Its leader, gunicorn's master, is never stopped: it ends the workers.
    """

    def __init__(self, upstream_port: int, group: int) -> None:
        self.upstream_port = upstream_port
        self._group = group
        self._in_flight = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Proxy)
        self._server.throttle = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="throttle", daemon=True
        )

    @property
    def port(self) -> int:
        """Port of the proxy."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer; nothing is in flight yet."""
        self._thread.start()
        with self._lock:
            self._signal(signal.SIGSTOP)

    def stop(self) -> None:
        """Stop answering and let the workers go on, for good."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
        with self._lock:
            self._in_flight += 1  # never frozen again
            self._signal(signal.SIGCONT)

    def begin(self) -> None:
        """Note a request."""
        with self._lock:
            self._in_flight += 1
            if self._in_flight == 1:
                self._signal(signal.SIGCONT)

    def end(self) -> None:
        """Note the end of a request."""
        with self._lock:
            self._in_flight -= 1
            if not self._in_flight:
                self._signal(signal.SIGSTOP)

    @property
    def is_frozen(self) -> bool:
        """Whether all workers are stopped."""
        states = [state for pid, state in self._workers()]
        return bool(states) and all(state.startswith("T") for state in states)

    def _signal(self, number: signal.Signals) -> None:
        for pid, _state in self._workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _workers(self) -> list[tuple[int, str]]:
        """Return pid and state of the group's processes but its leader."""
        listing = subprocess.run(
            ["ps", "-A", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split() for line in listing.splitlines()]
        return [
            (int(pid), state)
            for pid, group, state, *_ in rows
            if int(group) == self._group and int(pid) != self._group
        ]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    throttle: Throttle

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away are what this is for."""


class _Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.throttle.begin()
        try:
            self._forward(body)
        finally:
            self.server.throttle.end()

    do_POST = do_GET  # noqa: N815 - the name that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the terminal."""

    def _forward(self, body: bytes) -> None:
        upstream = http.client.HTTPConnection(
            "127.0.0.1", self.server.throttle.upstream_port, timeout=LONGEST_SECONDS
        )
        with contextlib.closing(upstream):
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            upstream.request(self.command, self.path, body, headers)
            assert upstream.sock is not None
            if self._client_left(upstream.sock):
                self.close_connection = True
                return
            answer = upstream.getresponse()
            data = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _HOP_BY_HOP and name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()

    def _client_left(self, upstream: socket.socket) -> bool:
        """Wait for the answer; return whether the client went away before it came."""
        while True:
            ready, _, _ = select.select([upstream, self.connection], [], [], LONGEST_SECONDS)
            if upstream in ready or not ready:
                return False
            try:
                if self.connection.recv(1, socket.MSG_PEEK) == b"":
                    return True
            except OSError:
                return True
            select.select([upstream], [], [], _LOOK_SECONDS)  # it has sent its next request already
