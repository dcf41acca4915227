"""The stand-in on loopback: Sheets API, token endpoint, certificates, on one port.

The standard library's threading server, with buffered answers: unbuffered it costs 40 ms a reply on a
kept-alive connection (a delayed acknowledgement for each small write).
"""

from __future__ import annotations

import json
import socket
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from sheets_standin.google.drive import JSON, DriveService
from sheets_standin.google.drive_errors import refusal
from sheets_standin.google.tokens import TokenIssuer
from sheets_standin.sheets_api.call_log import Call, CallLog
from sheets_standin.sheets_api.errors import UNREGISTERED, ApiError
from sheets_standin.sheets_api.faults import Faults, Kind
from sheets_standin.sheets_api.quotas import Quotas
from sheets_standin.sheets_api.request import ApiRequest
from sheets_standin.sheets_api.service import ApiAnswer, SheetsService
from sheets_standin.workspace import ANYONE

BAD_TOKEN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
    "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
NO_API_KEYS = (
    "API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that "
    "assert a principal. See https://cloud.google.com/docs/authentication"
)

__all__ = ["Call", "CallLog", "GoogleServer", "Page"]

_NO_SUCH_PAGE = (
    b"<!DOCTYPE html>\n<html lang=en>\n  <title>Error 404 (Not Found)!!1</title>\n"
    b"  <p><b>404.</b> <ins>That\xe2\x80\x99s an error.</ins>\n"
    b"  <p>The requested URL was not found on this server.\n"
)
"""What Google answers for a path that is no method."""

_TOO_MANY = (429, "Quota exceeded (a fault that was switched on).")
_REFUSED: Mapping[Kind | None, tuple[int, str]] = {
    Kind.TOO_MANY: _TOO_MANY,
    Kind.TOO_MANY_WITH_RETRY_AFTER: _TOO_MANY,
    Kind.INTERNAL: (500, "Internal error encountered."),
    Kind.UNAVAILABLE: (503, "The service is currently unavailable."),
}
"""Faults that refuse a call before anything is done."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of a mounted handler."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[str, str, Mapping[str, str], bytes], Page]
"""Takes method, path with query, headers by their names in lower case, and body."""


class GoogleServer:
    """Serves a workspace on a port of the loopback interface.

    Parameters
    ----------
    port
        0 for any that is free.
    """

    def __init__(
        self,
        service: SheetsService,
        issuer: TokenIssuer,
        *,
        port: int = 0,
        quotas: Quotas | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.service = service
        self.drive = DriveService(service.workspace)
        self.issuer = issuer
        self.quotas = quotas or Quotas()
        self.faults = faults or Faults()
        self.log = CallLog()
        self.mounts: dict[str, Handler] = {}
        self._server = _Server(("127.0.0.1", port), _Connection)
        self._server.google = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="google", daemon=True
        )

    @property
    def url(self) -> str:
        """Address of the stand-in, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def mount(self, prefix: str, handler: Handler) -> None:
        """Have a handler answer what begins with `prefix`."""
        self.mounts[prefix] = handler

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    google: GoogleServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: clients may disconnect."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ESF"
    sys_version = ""
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the terminal; the call log has it."""

    def _answer(self) -> None:
        google = self.server.google
        body = self._body()
        path = urlsplit(self.path).path
        if path.startswith("/v4/"):
            self._sheets(google, body)
        elif path.startswith(("/drive/v3/", "/upload/drive/v2/", "/upload/drive/v3/")):
            self._drive(google, body)
        elif path == "/token" and self.command == "POST":
            form = dict(parse_qsl(body.decode("utf-8", "replace")))
            status, answer = google.issuer.grant(form, google.url + "/token")
            self._send_json(status, answer)
        elif path == "/certs":
            self._send_json(200, google.issuer.certificates(), {"Cache-Control": "public, max-age=3600"})
        else:
            prefixes = sorted((p for p in google.mounts if path.startswith(p)), key=len, reverse=True)
            if prefixes:
                sent = {name.lower(): value for name, value in self.headers.items()}
                page = google.mounts[prefixes[0]](self.command, self.path, sent, body)
                self._send(page.status, page.body, {"Content-Type": page.content_type, **page.headers})
            else:
                self._send_json(404, ApiError(404, "Not found.").body())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _sheets(self, google: GoogleServer, body: bytes) -> None:
        started = time.perf_counter()
        parts = urlsplit(self.path)
        request = ApiRequest(
            self.command,
            parts.path,
            parse_qsl(parts.query, keep_blank_values=True),
            body,
        )
        name, spreadsheet_id = google.service.name_of(request)
        if not name:
            self._send(404, _NO_SUCH_PAGE, {"Content-Type": "text/html; charset=UTF-8"})
            return
        fault = google.faults.next(name)
        if google.faults.latency_seconds:
            time.sleep(google.faults.latency_seconds)
        answer, headers = self._called(google, request, fault)
        is_write = google.service.is_write(name)
        milliseconds = 1000 * (time.perf_counter() - started)
        google.log.add(
            Call(time.time(), name, is_write, answer.status, milliseconds, spreadsheet_id, fault or "")
        )
        if fault in (Kind.CUT_BEFORE, Kind.LOST_ANSWER, Kind.APPLIED_LATE, Kind.HANG):
            self._cut()
        elif fault is Kind.TRUNCATED:
            data = _dumped(answer.body, request)
            self.close_connection = True
            self._send(answer.status, data, headers, cut_at=len(data) // 2)
        else:
            self._send(answer.status, _dumped(answer.body, request), headers)

    def _called(
        self, google: GoogleServer, request: ApiRequest, fault: Kind | None
    ) -> tuple[ApiAnswer, dict[str, str]]:
        """Return the answer, with what a fault makes of it."""
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        name, spreadsheet_id = google.service.name_of(request)
        is_write = google.service.is_write(name)
        try:
            email = self._account(google, request, is_write=is_write)
            if fault in _REFUSED:
                if fault is Kind.TOO_MANY_WITH_RETRY_AFTER:
                    headers["Retry-After"] = "1"
                raise ApiError(*_REFUSED[fault])
            google.quotas.spend(email or "whoever has the key", is_write=is_write)
            if fault in (Kind.HANG, Kind.APPLIED_LATE):
                self._wait(google.faults.hang_seconds)
            if fault in (Kind.CUT_BEFORE, Kind.HANG):
                return ApiAnswer(0, {}), headers
            if fault is Kind.APPLIED_LATE:
                time.sleep(google.faults.late_seconds)
            answer = self._safely(google, request, email, fault)
            if fault is Kind.APPLIED_THEN_400 and is_write:
                raise ApiError(400, "Invalid requests[0]: a fault that was switched on, after the write.")
        except ApiError as error:
            return ApiAnswer(error.code, error.body(), name, is_write, spreadsheet_id), headers
        return answer, headers

    def _account(self, google: GoogleServer, request: ApiRequest, *, is_write: bool) -> str:
        """Return who calls: the account of the token, or anyone, who may read with an API key."""
        token = self._token(request.one("access_token") or request.one("oauth_token"))
        if not token:
            if not request.one("key"):
                raise ApiError(403, UNREGISTERED)
            if is_write:
                raise ApiError(401, NO_API_KEYS)
            return ANYONE
        email = google.issuer.account_of(token)
        if email is None:
            raise ApiError(401, BAD_TOKEN)
        return email

    @staticmethod
    def _safely(google: GoogleServer, request: ApiRequest, email: str, fault: Kind | None) -> ApiAnswer:
        """Answer a call; a mistake of the stand-in is a 500, as clients try for long where nothing answers."""
        try:
            return google.service.call(request, email, fault)
        except Exception:  # noqa: BLE001 - whatever it is, it is told on the terminal
            traceback.print_exc()
            raise ApiError(500, "Internal error encountered.") from None

    def _token(self, in_query: str = "") -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ").strip() or in_query

    def _drive(self, google: GoogleServer, body: bytes) -> None:
        """Answer a call of Drive's API."""
        token = self._token()
        email = google.issuer.account_of(token) if token else None
        if email is None:
            code, text = (401, BAD_TOKEN) if token else (403, UNREGISTERED)
            status, reason = ("UNAUTHENTICATED", "authError") if token else ("PERMISSION_DENIED", "forbidden")
            self._send_json(code, refusal(code, text, reason, status=status).body())
            return
        answer = google.drive.call(self.command, self.path, body, email, self.headers.get("Content-Type", ""))
        if answer.status == 204 or answer.content_type != JSON:
            self._send(answer.status, answer.content, {"Content-Type": answer.content_type})
        else:
            self._send_json(answer.status, answer.body)

    def _wait(self, seconds: float) -> None:
        """Wait, or until the client has gone."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.connection.settimeout(0.05)
            try:
                if self.connection.recv(1, socket.MSG_PEEK) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        self.connection.settimeout(None)

    def _cut(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def _send_json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = (json.dumps(body, indent=2) + "\n").encode()
        self._send(status, data, {"Content-Type": "application/json; charset=UTF-8"} | (headers or {}))

    def _send(self, status: int, data: bytes, headers: dict[str, str], cut_at: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:cut_at])
        self.wfile.flush()


def _dumped(body: Any, request: ApiRequest) -> bytes:
    data = msgspec.json.encode(body)
    return data if request.one("prettyPrint") == "false" else msgspec.json.format(data, indent=2) + b"\n"
