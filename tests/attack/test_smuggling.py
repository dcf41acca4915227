"""Requests that two readers could read in two ways: the real server takes them in one, or not at all."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from local.client import SignedClient
from local.launch import LocalGoogle, Webhook
from server.access.signatures import derive_key
from sheets_standin.spreadsheet.document import Document
from tests.service import SECRET, Service

LONG = "x" * 70_000


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    """The real service under gunicorn; nothing here gets as far as Google."""
    with LocalGoogle(quota=False) as google, Webhook(google) as running:
        yield running


def statuses(webhook: Webhook, raw: str) -> list[int]:
    """Send bytes; return the statuses of all that is answered before the other side closes, or is silent."""
    with socket.create_connection(("127.0.0.1", webhook.port), timeout=20) as connection:
        connection.sendall(raw.replace("\n", "\r\n").encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        got = b""
        while part := connection.recv(65_536):
            got += part
    return [
        int(line.split()[1]) for line in got.decode("latin-1").split("\r\n") if line.startswith("HTTP/1.")
    ]


HEAD = "POST /v1/status HTTP/1.1\nHost: x\nConnection: close\n"
SECOND = "GET /health HTTP/1.1\nHost: x\n\n"


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + f"Content-Length: 2\nContent-Length: 3\n\n{{}}{SECOND}",
        HEAD + f"Content-Length: 2\nTransfer-Encoding: chunked\n\n0\n\n{SECOND}",
        HEAD + f"Transfer-Encoding: chunked\nTransfer-Encoding: identity\n\n0\n\n{SECOND}",
        HEAD + f"Transfer-Encoding: xchunked\nContent-Length: 2\n\n{{}}{SECOND}",
        HEAD + f"Content-Length: +2\n\n{{}}{SECOND}",
        HEAD + f"Content-Length : 2\n\n{{}}{SECOND}",
        HEAD + f"Content-Length: 2\n Content-Length: 40\n\n{{}}{SECOND}",
        HEAD + "webhook-id: a\x00b\nContent-Length: 2\n\n{}",
        HEAD + f"webhook-id: {LONG}\nContent-Length: 2\n\n{{}}",
        "POST http://evil.example/v1/../health HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 0\n\n",
        "POST /v1/status\n\n",
    ],
    ids=[
        "two lengths",
        "length and chunks",
        "two encodings",
        "unknown encoding",
        "signed length",
        "blank before colon",
        "folded line",
        "zero byte",
        "long header",
        "absolute address",
        "no version",
    ],
)
def test_a_request_with_two_readings_gets_no_further(webhook: Webhook, raw: str) -> None:
    """One refusal at most, and what follows it is never read as a request of its own."""
    answered = statuses(webhook, raw)

    assert len(answered) <= 1
    assert all(400 <= status < 500 or status == 501 for status in answered)  # 501: an encoding it knows not


@pytest.mark.parametrize("name", ["webhook_id", "webhook_signature", "audience_spreadsheet"])
def test_a_header_with_an_underscore_is_not_the_one_with_a_hyphen(webhook: Webhook, name: str) -> None:
    """A proxy that strips ours would let the twin pass."""
    identity = "A" * 44
    client = SignedClient(
        webhook.url, identity, derive_key(webhook.secret, identity, 2_000_000_000), 2_000_000_000
    )
    body = json.dumps({"call": "status", "spreadsheetId": identity})
    headers = client.signed(body)
    value = headers.pop(name.replace("_", "-"))

    assert client.send("/v1/status", body.encode(), headers | {name: value}).status == 401


def test_a_signature_header_that_comes_twice_is_refused(webhook: Webhook) -> None:
    """Two ids or two spreadsheets: neither counts."""
    lines = "webhook-id: a\nwebhook-id: b\naudience-spreadsheet: A\naudience-spreadsheet: B\n"

    assert statuses(webhook, HEAD + lines + "Content-Length: 2\n\n{}") == [401]


@pytest.mark.parametrize(
    "identity", ["../values/x", "evil.example/", "a?b=c&d#e", "A" * 44 + "/..", "%2e%2e%2f", "A:B@evil"]
)
def test_a_spreadsheet_id_is_no_path_and_no_host(service: Service, identity: str) -> None:
    """Even rightly signed: it goes into an address, so it is letters, digits, - and _. Google is not asked."""
    expiry = 10 + int(service.clock())
    client = SignedClient(service.url, identity, derive_key(SECRET, identity, expiry), expiry)

    reply = client.call("status")

    assert reply.status == 400
    assert service.google_calls == 0


@pytest.mark.parametrize("field", ["spreadsheetId", "call"])
def test_a_name_that_stands_twice_in_the_body_cannot_lead_elsewhere(
    service: Service, google: LocalGoogle, field: str
) -> None:
    """Whatever reader takes whichever: the signed spreadsheet and the route's call count."""
    mine, other = google.spreadsheet("Mine"), google.spreadsheet("Other")
    client = service.client(mine)
    good = {"call": "status", "spreadsheetId": mine.spreadsheet_id}
    bad = {"call": "retrain", "spreadsheetId": other.spreadsheet_id}

    for first, second in ((good[field], bad[field]), (bad[field], good[field])):
        rest = next(name for name in good if name != field)
        body = f'{{"{rest}": "{good[rest]}", "{field}": "{first}", "{field}": "{second}"}}'
        client.send("/v1/status", body.encode(), client.signed(body))

    asked = {call.spreadsheet_id for call in google.server.log.calls}
    assert asked <= {mine.spreadsheet_id}
    assert not other.metadata


@pytest.mark.parametrize(
    "text",
    [r'"\ud800"', r'"\u0000"', '"\u202e"', "1e309", "-0", "true", "1" * 400, '"' + "a" * 50_000 + '"'],
    ids=[
        "half a pair",
        "zero",
        "right to left",
        "infinite",
        "minus zero",
        "boolean",
        "long number",
        "long text",
    ],
)
def test_odd_values_never_make_the_service_fail(service: Service, google: LocalGoogle, text: str) -> None:
    """As a payload or as whom to forget: a refusal or an answer, never a 500."""
    client = service.client(google.spreadsheet())
    identity = client.spreadsheet_id
    token = google.person(_document(google, identity)).identity_token()

    for body in (
        f'{{"call": "score", "spreadsheetId": "{identity}", "rows": [{{"row": 2, "CustomerID": {text}}}]}}',
        f'{{"call": "forget", "spreadsheetId": "{identity}", "customerId": {text}, "identityToken": "{token}"}}',
        f'{{"call": "audience", "spreadsheetId": "{identity}", "step": "make", "target": "list", "name": {text}}}',
        f'{{"call": "audience", "spreadsheetId": "{identity}", "step": "preview", "target": {text}}}',
    ):
        path = f"/v1/{json.loads(body)['call']}"
        reply = client.send(path, body.encode(), client.signed(body))
        assert 200 <= reply.status < 500, reply


def _document(google: LocalGoogle, identity: str) -> Document:
    return google.workspace.documents[identity]
