"""The calls over real HTTP: each works, and refuses what it should, always in one shape."""

from __future__ import annotations

import datetime as dt
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from standardwebhooks import Webhook as Signer

from local.client import NoWebhook, Reply, SignedClient
from local.launch import LocalGoogle, Webhook
from server.access.signatures import KEY_SECONDS, derive_key
from server.core.segments.scored_days import DAYS
from server.layout.segment_tabs import DASHBOARD
from server.sheets.dashboard.places import BLOCKS, DAILY
from sheets_standin.sheets_api.faults import Kind
from tests.conftest import Sheet
from tests.signed_calls import NEEDED, SIGNED, good_body
from tests.web.routes.conftest import keyed

every_call = pytest.mark.parametrize("call", SIGNED)


@dataclass
class Draft:
    """A request before it is sent: tests spoil one thing of it."""

    client: SignedClient
    secret: str
    call: str
    body: bytes
    expiry: int
    moment: int
    signed_for: str
    path: str = ""
    method: str = "POST"
    headers: dict[str, str] | None = None

    def send(self) -> Reply:
        key = derive_key(self.secret, self.signed_for, self.expiry)
        moment = dt.datetime.fromtimestamp(self.moment, dt.UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": "msg_test",
            "webhook-timestamp": str(self.moment),
            "webhook-signature": Signer(key).sign("msg_test", moment, self.body.decode("utf-8", "replace")),
            "audience-spreadsheet": self.signed_for,
            "audience-key-expiry": str(self.expiry),
            **(self.headers or {}),
        }
        sent = {name: value for name, value in headers.items() if value}
        if self.method != "POST":
            return _other_method(self.client.url + self.path, self.method, sent)
        return self.client.send(self.path or f"/v1/{self.call}", self.body, sent)


def _other_method(url: str, method: str, headers: dict[str, str]) -> Reply:
    request = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return Reply(response.status, json.load(response), dict(response.headers))
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, json.loads(error.read()), dict(error.headers))


@pytest.fixture
def draft(webhook: Webhook, signed: SignedClient, sheet: Sheet) -> Callable[..., Draft]:
    def make(call: str, **fields: Any) -> Draft:
        body = good_body(call, sheet.id, **fields).encode()
        now = int(time.time())
        return Draft(signed, webhook.secret, call, body, now + 3600, now, sheet.id)

    return make


def assert_problem(reply: Reply, status: int, kind: str = "") -> None:
    """A problem detail with all its members, and nothing of the inside."""
    assert reply.status == status, reply
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Cache-Control"] == "no-store"
    assert set(reply.body) == {"type", "title", "status", "detail", "hint", "retryable"}
    assert reply.body["status"] == status
    assert reply.body["type"].startswith("urn:audience-targeting:problem:")
    assert reply.body["title"]
    assert reply.body["detail"]
    assert isinstance(reply.body["retryable"], bool)
    assert "Traceback" not in json.dumps(reply.body)
    if kind:
        assert reply.body["type"].endswith(":" + kind)


# Each works


def test_health_is_open_and_says_the_version(webhook: Webhook) -> None:
    """Without signature: what Cloud Run asks."""
    with urllib.request.urlopen(webhook.url + "/health", timeout=20) as response:
        assert json.load(response) == {"status": "ok", "version": "1.0.0"}


def test_score_answers_the_row_and_its_note(signed: SignedClient, sheet: Sheet) -> None:
    """What the toast and the sidebar show is what stands in the sheet."""
    sheet.type("New User", 2, [["A", "3", "12", "900"], ["B", "soon", "1", "9"], ["C", "4"]])

    reply = signed.call("score", rows=[{"row": n} for n in (2, 3, 4)], trigger="edit", addOnVersion="1.0.0")

    row = sheet.row("New User", 2)
    assert reply.status == 200
    assert reply.body["rows"][0]["ActionPlan"] == row[6]
    assert reply.body["rows"][0]["PredictionId"] == row[8]
    assert [(row["row"], row["column"]) for row in reply.body["invalid"]] == [(3, "Recency")]
    assert (reply.body["scored"], reply.body["incomplete"], reply.body["waiting"]) == (1, 1, 0)
    assert reply.body["message"] == "1 row labelled. See the note in row 3."


def rows_scored(sheet: Sheet) -> int:
    """Return how many rows the dashboard says were scored in the last 30 days."""
    block = BLOCKS[DAILY]
    first = block.row + 2
    days = [sheet.row(DASHBOARD, row)[block.column + 1 :] for row in range(first, first + DAYS)]
    return sum(int(cell or 0) for day in days for cell in day)  # type: ignore[call-overload]  # numbers


def test_the_hourly_sweep_renews_the_dashboard_and_an_edit_does_not(
    signed: SignedClient, sheet: Sheet
) -> None:
    """Rows scored per day: after an edit as they were, after the sweep with the row."""
    sheet.type("New User", 2, [["Anna", "3", "12", "900"]])

    signed.call("score", rows=[{"row": 2}])
    after_edit = rows_scored(sheet)
    signed.call("score", trigger="sweep")

    assert (after_edit, rows_scored(sheet)) == (0, 1)


def test_score_without_rows_is_the_sweep(signed: SignedClient, sheet: Sheet) -> None:
    """All that wait, wherever they stand."""
    sheet.type("New User", 40, [["A", "3", "12", "900"]])

    reply = signed.call("score", trigger="sweep")

    assert [row["row"] for row in reply.body["rows"]] == [40]


def test_inspect_tells_the_columns(signed: SignedClient) -> None:
    """Roles, letters and counts."""
    reply = signed.call("inspect")

    assert {(column["role"], column["column"]) for column in reply.body["columns"]} == {
        ("customer_id", "A"),
        ("order_date", "B"),
        ("amount", "C"),
    }
    assert reply.body["customers"] == 60


def test_segment_answers_the_segments(signed: SignedClient) -> None:
    """Done within the request: operation and result."""
    reply = signed.call("segment")

    result = reply.body["result"]
    assert reply.status == 200
    assert reply.body["operation"]["state"] == "done"
    assert result["model"]["version"] == 1
    assert sum(segment["customers"] for segment in result["segments"]) == result["rfm"]["customers"] == 60
    assert sum(segment["share"] for segment in result["segments"]) == pytest.approx(1)


def test_a_retrain_that_is_sent_twice_makes_one_model(signed: SignedClient, sheet: Sheet) -> None:
    """The add-on repeats a request whose answer got lost: it joins; status and operations tell of it."""
    first = signed.call("retrain", webhook_id="msg_once")
    again = signed.call("retrain", webhook_id="msg_once")

    ran = first.body["operation"]
    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    assert [row[0] for row in sheet.rows("Model")] == [2, 1]
    assert signed.call("status").body["operation"] == ran
    assert signed.call("status").body["model"]["version"] == 2
    assert signed.call("operations").body["operation"] == ran
    assert signed.call("operations", operationId=ran["id"]).body["result"] == first.body["result"]
    assert signed.call("operations", operationId="op-other").body["operation"] is None


# Each refuses


@every_call
def test_without_signature(draft: Callable[..., Draft], call: str) -> None:
    """Any of the headers missing."""
    for name in (
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "audience-spreadsheet",
        "audience-key-expiry",
    ):
        request = draft(call)
        request.headers = {name: ""}
        assert_problem(request.send(), 401, "not-signed")


@every_call
@pytest.mark.parametrize(
    "signature",
    ["v1,AAAA", "v1,!!!", "v1", "v2,AAAA", "v1,A" * 40, "é" * 10, "v1,", ",", "v1,\xff"],
)
def test_a_wrong_signature(draft: Callable[..., Draft], call: str, signature: str) -> None:
    """Also one that the library chokes on."""
    request = draft(call)
    request.headers = {"webhook-signature": signature.encode("utf-8").decode("latin-1")}

    assert_problem(request.send(), 401, "not-signed")


@every_call
def test_a_body_changed_on_its_way(draft: Callable[..., Draft], signed: SignedClient, call: str) -> None:
    """The signature is over the raw body: one blank more is another body."""
    request = draft(call)
    headers = signed.signed(request.body.decode())

    assert_problem(signed.send(f"/v1/{call}", request.body + b" ", headers), 401, "not-signed")


@every_call
@pytest.mark.parametrize("seconds", [-330, 330], ids=["old", "of the future"])
def test_a_timestamp_out_of_the_window(draft: Callable[..., Draft], call: str, seconds: int) -> None:
    """Five minutes either way."""
    request = draft(call)
    request.moment += seconds

    assert_problem(request.send(), 401, "not-signed")


@every_call
def test_an_expired_key(draft: Callable[..., Draft], call: str) -> None:
    """The hint says how it is renewed."""
    request = draft(call)
    request.expiry = int(time.time()) - 1

    reply = request.send()

    assert_problem(reply, 401, "not-signed")
    assert "sidebar" in reply.body["hint"]


@every_call
@pytest.mark.parametrize("expiry", ["soon", "1e9", "-5", "9" * 400, "٣"])
def test_an_expiry_that_is_no_time(draft: Callable[..., Draft], call: str, expiry: str) -> None:
    """Or one that lies further off than a key lives."""
    request = draft(call)
    request.headers = {"audience-key-expiry": expiry.encode().decode("latin-1")}

    assert_problem(request.send(), 401, "not-signed")


@every_call
def test_a_key_that_would_live_for_ever(draft: Callable[..., Draft], call: str) -> None:
    """Seven days at most, though the signature fits."""
    request = draft(call)
    request.expiry = int(time.time()) + KEY_SECONDS + 3600

    assert_problem(request.send(), 401, "not-signed")


@every_call
def test_another_sheets_key(
    draft: Callable[..., Draft], world: tuple[LocalGoogle, Webhook], call: str
) -> None:
    """A key of one spreadsheet opens no other, whichever the header names."""
    google, webhook = world
    other = google.spreadsheet().spreadsheet_id
    by_header = draft(call)
    by_header.signed_for = other
    assert_problem(by_header.send(), 401, "not-signed")

    signed_by_other = keyed(webhook, other)
    request = draft(call)
    headers = signed_by_other.signed(request.body.decode()) | {"audience-spreadsheet": request.signed_for}
    assert_problem(signed_by_other.send(f"/v1/{call}", request.body, headers), 401, "not-signed")


def test_no_call_to_google_without_signature(
    draft: Callable[..., Draft], world: tuple[LocalGoogle, Webhook]
) -> None:
    """What is not authenticated costs no quota."""
    world[0].server.log.reset()

    for call in SIGNED:
        request = draft(call)
        request.headers = {"webhook-signature": "v1,AAAA"}
        request.send()

    assert (world[0].server.log.reads, world[0].server.log.writes) == (0, 0)


@every_call
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_a_wrong_method(draft: Callable[..., Draft], call: str, method: str) -> None:
    """405, and which would be right."""
    request = draft(call)
    request.method, request.path = method, f"/v1/{call}"

    reply = request.send()

    assert_problem(reply, 405)
    assert "POST" in reply.headers["Allow"]


BODIES = {
    "broken JSON": b'{"call": "score", ',
    "no JSON": b"call=score",
    "empty": b"",
    "a list": b"[]",
    "a text": b'"score"',
    "null": b"null",
    "no fields": b"{}",
    "a number as id": b'{"call": "CALL", "spreadsheetId": 7}',
    "an id with a path": b'{"call": "CALL", "spreadsheetId": "../../values/abcdef"}',
    "no id": b'{"call": "CALL"}',
    "no UTF-8": b'{"call": "CALL", "spreadsheetId": "\xff\xfe"}',
}


@every_call
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_not_what_the_call_takes(draft: Callable[..., Draft], call: str, body: bytes) -> None:
    """Rightly signed, and refused before anything is done."""
    request = draft(call)
    request.body = body.replace(b"CALL", call.encode())

    # The library signs text, so what is no text cannot be signed rightly.
    assert_problem(request.send(), 401 if b"\xff" in body else 400)


@every_call
def test_a_body_of_another_call(draft: Callable[..., Draft], call: str) -> None:
    """A signed body is good for its own route alone; no `call` is none."""
    other = SIGNED[(SIGNED.index(call) + 1) % len(SIGNED)]
    request = draft(other)
    request.path = f"/v1/{call}"
    assert_problem(request.send(), 400, "body")

    request = draft(call)
    request.body = json.dumps({"spreadsheetId": request.signed_for}).encode()
    assert_problem(request.send(), 400, "body")


def test_an_unknown_call(draft: Callable[..., Draft]) -> None:
    """404, as a problem as well."""
    request = draft("explode")

    assert_problem(request.send(), 404)


@every_call
def test_a_body_that_is_too_large(draft: Callable[..., Draft], call: str) -> None:
    """Two megabytes are the limit; the size is told before the signature is looked at.

    The service does not wait for the whole body: a connection may be gone before its answer is read.
    """
    request = draft(call, padding="x" * 2_000_001)

    for _ in range(4):
        with suppress(NoWebhook):
            return assert_problem(request.send(), 413)
    return assert_problem(request.send(), 413)


@every_call
def test_an_encoded_body(draft: Callable[..., Draft], call: str) -> None:
    """A small body that unpacks to a large one is not taken."""
    request = draft(call)
    request.headers = {"Content-Encoding": "gzip"}

    assert_problem(request.send(), 400, "body")


@every_call
@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_a_body_that_is_nested_too_deep(draft: Callable[..., Draft], call: str, bracket: bytes) -> None:
    """No parser is let at a hundred thousand brackets."""
    request = draft(call)
    request.body = request.body[:-1] + b', "rows": ' + bracket * 100_000

    reply = request.send()

    assert_problem(reply, 400, "body")
    assert reply.body["detail"] == "The body is nested deeper than 12 levels."


@pytest.mark.parametrize(
    "rows",
    [
        [{"row": 0}],
        [{"row": 1.5}],
        [{"row": "2"}],
        [{}],
        [{"row": 2, "Recency": [1]}],
        [{"row": 2, "MonetaryValue": 1e301}],
        [{"row": 2, "CustomerID": "x" * 50_001}],
        [{"row": n} for n in range(2, 1503)],
        "2",
    ],
    ids=["row 0", "half a row", "text", "none", "a list", "1e301", "a long text", "1,501 rows", "no list"],
)
def test_rows_that_cannot_be(signed: SignedClient, rows: Any) -> None:
    """Types and limits of the payload."""
    reply = signed.call("score", rows=rows)

    assert_problem(reply, 400, "body")


def test_1500_rows_are_taken(signed: SignedClient, sheet: Sheet) -> None:
    """The largest paste, with all its texts, is one request."""
    sheet.type("New User", 2, [[f"P{i}", "3", "2", "10"] for i in range(1500)])
    rows = [
        {"row": i + 2, "CustomerID": f"P{i}", "Recency": 3, "Frequency": 2, "MonetaryValue": 10}
        for i in range(1500)
    ]

    assert signed.call("score", rows=rows, trigger="edit").body["scored"] == 1500


@pytest.mark.parametrize("trigger", ["", "EDIT", "cron"])
def test_a_trigger_that_is_none(signed: SignedClient, trigger: str) -> None:
    """It goes into the log, so it is one of a few words."""
    assert_problem(signed.call("score", trigger=trigger), 400, "body")


def test_an_add_on_of_another_major_version(signed: SignedClient) -> None:
    """426, and which of the two to update."""
    reply = signed.call("status", addOnVersion="2.0.0")

    assert_problem(reply, 426)
    assert "service" in reply.body["hint"]


def test_a_spreadsheet_that_is_not_shared() -> None:
    """The right key, but Google says no: with whom to share it. A service of its own waits for no minute's quota."""
    with LocalGoogle(quota=False) as google, Webhook(google) as webhook:
        document = google.spreadsheet(shared=False)
        token = google.person(document).identity_token()
        client = keyed(webhook, document.spreadsheet_id)

        for call in SIGNED:
            reply = client.call(call, identityToken=token, **NEEDED.get(call, {}))
            assert_problem(reply, 403, "spreadsheet-access")
            assert "audience-service@" in reply.body["hint"], call


def test_an_error_of_the_sheet_is_a_problem_with_a_hint(signed: SignedClient, sheet: Sheet) -> None:
    """A header that is missing: tab and column are named."""
    sheet.type("New User", 1, [["Days"]], column=2)

    reply = signed.call("score", rows=[{"row": 2}])

    assert_problem(reply, 422, "layout")
    assert "New User" in reply.body["detail"]
    assert "Recency" in reply.body["detail"]


def test_quota_is_answered_with_the_time_to_come_again(
    signed: SignedClient, sheet: Sheet, world: tuple[LocalGoogle, Webhook]
) -> None:
    """429 with Retry-After; the row waits."""
    sheet.type("New User", 2, [["A", "3", "12", "900"]])
    try:
        world[0].server.faults.by_chance(1.0, (Kind.TOO_MANY_WITH_RETRY_AFTER,))
        reply = signed.call("score", rows=[{"row": 2}])
    finally:
        world[0].server.faults.clear()

    assert_problem(reply, 429, "quota")
    assert int(reply.headers["Retry-After"]) >= 1
    assert reply.body["retryable"] is True
    assert signed.call("score", rows=[{"row": 2}]).body["scored"] == 1


def test_every_answer_has_the_headers_that_keep_it_private(signed: SignedClient) -> None:
    """Not stored, not sniffed, not framed."""
    headers = signed.call("status").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.slow
def test_nothing_of_a_customer_or_a_key_is_logged(
    signed: SignedClient, sheet: Sheet, webhook: Webhook
) -> None:
    """The log of the whole module holds no id, no secret, no address."""
    sheet.type("New User", 2, [["secret-customer-77", "3", "12", "900"]])
    signed.call("score", rows=[{"row": 2, "CustomerID": "secret-customer-77"}])

    text = webhook.log_file.read_text(encoding="utf-8")

    assert "secret-customer-77" not in text
    assert webhook.secret not in text
    assert "whsec_" not in text
    assert "@local-stand-in" not in text
