"""Signed calls from a client without the secrets: every refusal, over HTTP."""

from __future__ import annotations

import datetime as dt
import json
import socket
import time
from collections.abc import Callable

import pytest
from standardwebhooks import Webhook

from local.client import Reply, SignedClient
from local.launch import SERVICE_ACCOUNT, LocalGoogle
from server.sheets.commit.committer import Committer
from sheets_standin.spreadsheet.document import Document
from tests.conftest import Sheet
from tests.service import ANN, Service, serving
from tests.signed_calls import SIGNED, good_body


def body_of(document: Document, call: str) -> str:
    return good_body(call, document.spreadsheet_id)


def at(service: Service, document: Document, seconds: float, call: str = "status") -> Reply:
    """Make a call whose time stamp is so many seconds from now."""
    client = service.client(document)
    body = body_of(document, call)
    moment = dt.datetime.fromtimestamp(time.time() + seconds, dt.UTC)
    signature = Webhook(client._key).sign("msg_1", moment, body)
    stamp = {"webhook-id": "msg_1", "webhook-timestamp": str(int(moment.timestamp()))}
    return client.send(
        f"/v1/{call}", body.encode(), client.signed(body) | stamp | {"webhook-signature": signature}
    )


def assert_refused(service: Service, reply: Reply, status: int = 401) -> None:
    assert reply.status == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.body["status"] == status
    assert service.google_calls == 0


@pytest.mark.parametrize("call", SIGNED)
def test_without_a_signature(service: Service, document: Document, call: str) -> None:
    """No call but connect takes an unsigned body."""
    assert_refused(service, service.post(f"/v1/{call}", body_of(document, call).encode()))


@pytest.mark.parametrize("call", SIGNED)
def test_with_the_key_of_another_spreadsheet(service: Service, document: Document, call: str) -> None:
    """Named in the headers or not, it is for the other one alone."""
    other = service.client(service.google.spreadsheet("Another"))
    body = body_of(document, call)
    disguised = other.signed(body) | {"audience-spreadsheet": document.spreadsheet_id}

    assert_refused(service, other.send(f"/v1/{call}", body.encode(), other.signed(body)))
    assert_refused(service, other.send(f"/v1/{call}", body.encode(), disguised))


@pytest.mark.parametrize(
    "seconds", [-1, 0, 7 * 86_400 + 400, 400 * 86_400], ids=["past", "now", "8 days", "a year"]
)
def test_with_a_key_that_has_expired_or_lives_too_long(
    service: Service, document: Document, seconds: int
) -> None:
    """The service hands out none for more than seven days."""
    client = service.client(document, expiry=int(time.time()) + seconds)

    assert_refused(service, client.call("status"))


def test_with_another_expiry_than_the_keys_own(service: Service, document: Document) -> None:
    """An expired key cannot be given a new date."""
    expired = service.client(document, expiry=int(time.time()) - 10)
    renewed = SignedClient(service.url, document.spreadsheet_id, expired._key, int(time.time()) + 86_400)

    assert_refused(service, renewed.call("status"))


@pytest.mark.parametrize(
    "expiry", ["", "-1", "1e9", "١٨٠٠٠٠٠٠٠٠".encode().decode("latin-1"), "9" * 400, "9" * 5_000]
)
def test_with_an_expiry_that_is_no_date(service: Service, document: Document, expiry: str) -> None:
    """It is refused before anything is derived from it."""
    client = service.client(document)
    body = body_of(document, "status")

    reply = client.send("/v1/status", body.encode(), client.signed(body) | {"audience-key-expiry": expiry})

    assert_refused(service, reply)


def test_a_body_that_was_changed_after_signing(service: Service, document: Document) -> None:
    """One blank more is another body: the bytes are signed, not what they mean."""
    client = service.client(document)
    body = body_of(document, "status")

    assert_refused(service, client.send("/v1/status", body.encode() + b" ", client.signed(body)))


@pytest.mark.parametrize("sent_to", [call for call in SIGNED if call != "score"])
def test_a_body_sent_to_another_route(service: Service, document: Document, sent_to: str) -> None:
    """A captured score body, rightly signed, starts no retrain."""
    client = service.client(document)
    body = body_of(document, "score")

    reply = client.send(f"/v1/{sent_to}", body.encode(), client.signed(body))

    assert_refused(service, reply, 400)


@pytest.mark.parametrize("seconds", [-3600, -310, 310, 3600])
def test_an_old_or_future_time_stamp(service: Service, document: Document, seconds: int) -> None:
    """Five minutes either way, as the specification has it."""
    assert_refused(service, at(service, document, seconds))


@pytest.mark.parametrize("seconds", [-240, 240])
def test_a_time_stamp_within_five_minutes(service: Service, document: Document, seconds: int) -> None:
    """Clocks differ, and requests are held up."""
    assert at(service, document, seconds, "operations").status == 200


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "x",
        "v1,",
        "v1,AAAA",
        "v1 AAAA",
        "v1,é",
        "\xff\xfe",
        "v1," + "A" * 2000,
        "v2,AAAA v1",
        "0x10",
        "NaN",
        "-1",
    ],
    ids=range(12),
)
@pytest.mark.parametrize(
    "header",
    ["webhook-id", "webhook-timestamp", "webhook-signature", "audience-spreadsheet", "audience-key-expiry"],
)
def test_garbage_in_a_header(service: Service, document: Document, header: str, garbage: str) -> None:
    """Whatever the library makes of it, it is a refusal."""
    client = service.client(document)
    body = body_of(document, "status")

    assert_refused(service, client.send("/v1/status", body.encode(), client.signed(body) | {header: garbage}))


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header(service: Service, document: Document, header: str) -> None:
    """Each of them is needed."""
    client = service.client(document)
    body = body_of(document, "status")
    headers = client.signed(body)
    del headers[header]

    assert_refused(service, client.send("/v1/status", body.encode(), headers))


def test_a_body_that_is_no_text_is_no_key_to_a_500(service: Service, document: Document) -> None:
    """The library decodes the body; bytes that are no UTF-8 are a refusal."""
    client = service.client(document)

    assert_refused(service, client.send("/v1/status", b"\xff\xfe{}", client.signed("{}")))


@pytest.fixture
def served(google: LocalGoogle, committer: Committer, segmented: Sheet):
    """The service beside a spreadsheet that has segments."""
    with serving(google, committer) as service:
        yield service, segmented


def test_a_replayed_score_changes_nothing(served: tuple[Service, Sheet]) -> None:
    """Neither a row nor a line of the log; Google is not even written to."""
    service, sheet = served
    sheet.type("New User", 2, [["A", "3", "12", "900"]])
    client = service.client(sheet.document)
    body = json.dumps({"call": "score", "spreadsheetId": sheet.id, "rows": [{"row": 2}]})
    headers = client.signed(body)
    client.send("/v1/score", body.encode(), headers)
    before = (sheet.row("New User", 2), sheet.rows("Prediction_Log"))
    service.google.server.log.reset()

    replies = [client.send("/v1/score", body.encode(), headers) for _ in range(3)]

    assert [reply.body["scored"] for reply in replies] == [0, 0, 0]
    assert (sheet.row("New User", 2), sheet.rows("Prediction_Log")) == before
    assert service.google.server.log.writes == 0


def test_a_replayed_score_again_changes_nothing(served: tuple[Service, Sheet]) -> None:
    """What the menu asks for by hand is done once for each request, at whichever instance."""
    service, sheet = served
    sheet.type("New User", 2, [["A", "3", "12", "900"], ["A", "3", "12", "900"]])
    client = service.client(sheet.document)
    client.call("score", rows=[{"row": 2}, {"row": 3}])
    body = json.dumps(
        {
            "call": "score",
            "spreadsheetId": sheet.id,
            "rows": [{"row": 2}, {"row": 3}],
            "again": True,
            "trigger": "menu",
        }
    )
    headers = client.signed(body)
    first = client.send("/v1/score", body.encode(), headers)
    before = (sheet.row("New User", 2), sheet.row("New User", 3), sheet.rows("Prediction_Log"))

    replay = client.send("/v1/score", body.encode(), headers)
    sheet.type("New User", 2, [["B", "3", "12", "900"]])
    client.call("score", rows=[{"row": 2}])
    changed = sheet.rows("Prediction_Log")
    late = client.send("/v1/score", body.encode(), headers)
    anew = client.call("score", rows=[{"row": 3}], again=True, trigger="menu")

    assert (first.body["scored"], replay.body["scored"], late.body["scored"]) == (2, 0, 0)
    assert before[0][8] != before[1][8]
    assert (changed[1:], len(changed)) == (before[2], 5)
    assert (anew.body["scored"], len(sheet.rows("Prediction_Log"))) == (1, 6)


def test_a_replayed_retrain_starts_no_second_one(served: tuple[Service, Sheet]) -> None:
    """It answers the operation of the first, also when that has ended."""
    service, sheet = served
    client = service.client(sheet.document)
    body = body_of(sheet.document, "retrain")
    headers = client.signed(body)

    first = client.send("/v1/retrain", body.encode(), headers)
    second = client.send("/v1/retrain", body.encode(), headers)

    versions = [row[0] for row in sheet.rows("Model")]
    assert (first.status, second.status) == (200, 200)
    assert second.body == first.body
    assert versions == [2, 1]


def test_requested_by_is_filled_for_calls_by_hand_alone(served: tuple[Service, Sheet]) -> None:
    """In a trigger the token names who installed it, not who typed."""
    service, sheet = served
    client = service.client(sheet.document)
    token = service.person(sheet.document, ANN).identity_token()
    asked = [("edit", token), ("sweep", token), ("menu", token), ("sidebar", token)]
    asked += [("menu", "forged.a.b"), ("menu", None)]
    for row, (trigger, given) in enumerate(asked, start=2):
        sheet.type("New User", row, [[f"C{row}", "3", "12", "900"]])
        client.call("score", rows=[{"row": row}], trigger=trigger, identityToken=given)

    lines = {line[2]: line[12] if len(line) > 12 else None for line in sheet.rows("Prediction_Log")}
    assert lines == {"C2": None, "C3": None, "C4": ANN, "C5": ANN, "C6": None, "C7": None}


def test_a_spreadsheet_that_is_shared_no_more_is_served_no_more(served: tuple[Service, Sheet]) -> None:
    """The way to revoke one: the key is good, Google says no."""
    service, sheet = served
    service.google.workspace.share(sheet.id, SERVICE_ACCOUNT, None)

    reply = service.client(sheet.document).call("status")

    assert reply.status == 403
    assert SERVICE_ACCOUNT in reply.body["hint"] or "Set up" in reply.body["hint"]


def raw_answer(service: Service, head: str, send: Callable[[socket.socket], None]) -> str:
    """Return the first line of the answer to a request that is sent by hand."""
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode())
        send(connection)
        return connection.recv(4096).decode("latin-1").partition("\r\n")[0]


@pytest.mark.parametrize("path", ["/v1/score", "/v1/connect"])
def test_a_body_of_a_gigabyte_is_refused_unread(service: Service, path: str) -> None:
    """By its announced length: not a byte of it was sent."""
    head = f"POST {path} HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 1000000000\n\n"

    assert " 413 " in raw_answer(service, head, lambda _connection: None)


def test_a_body_that_does_not_tell_its_length_is_refused_unread(service: Service) -> None:
    """Sent in chunks, nothing announces how much will come: the first is not even waited for."""
    head = "POST /v1/connect HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n"

    assert " 400 " in raw_answer(service, head, lambda _connection: None)


def test_an_unsigned_connect_gets_less_room(service: Service) -> None:
    """Twenty thousand bytes hold every token."""
    too_large = service.post("/v1/connect", b" " * 20_001)

    assert (too_large.status, too_large.body["type"].rpartition(":")[2]) == (413, "body-too-large")
    assert "larger than 20,000 bytes" in too_large.body["detail"]
    assert service.post("/v1/connect", b" " * 20_000).status == 400


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_a_packed_body_is_not_unpacked(service: Service, document: Document, encoding: str) -> None:
    """A small body cannot become a large one."""
    client = service.client(document)
    body = body_of(document, "status")

    reply = client.send("/v1/status", body.encode(), client.signed(body) | {"Content-Encoding": encoding})

    assert_refused(service, reply, 400)
