"""What a full run logs: no secret, no token, no address, nothing of a customer; and no line that others wrote."""

from __future__ import annotations

import json
import logging
import secrets

import pytest

from local.launch import LocalGoogle, Webhook
from local.load import load_rows
from sheets_standin.sheets_api.faults import Fault, Kind
from sheets_standin.workspace import Role
from tests.attack.conftest import EVIL
from tests.conftest import Sheet, orders
from tests.contacts import HEADER, contact, paste
from tests.service import SECRET, Service, proof

ANN = "ann.canary@example.com"
VERIFIER = "canary-verifier-" + "v" * 32
CONTACT_CANARIES = ("canary.contact", "canary.bad", "canary-first", "canary-last", "2345678")
CANARIES = ("canary-customer", "canary-segment", "canary-plan", "canary-note", "canary-header", "canary-name")


@pytest.mark.slow
def act(service: Service, sheet: Sheet) -> list[str]:
    """Do all that the product does, well and badly; return what nobody may find in a log."""
    google = service.google
    google.workspace.share(sheet.id, ANN, Role.EDITOR)
    person = service.person(sheet.document, ANN)
    token = person.identity_token()
    nonce = service.nonce(person)
    person.add_metadata("ate-connect", proof(nonce, VERIFIER))
    key = service.finish(person, nonce, VERIFIER).body["key"]
    service.finish(person, nonce, VERIFIER)
    service.step(service.person(sheet.document, "bob.canary@elsewhere.org"))
    client = service.client(sheet.document)
    client.call("segment", identityToken=token)
    sheet.type("Action_Map", 2, [["canary-segment", "canary-plan"]], column=2)
    sheet.type(
        "New User",
        2,
        [["canary-customer-1", "3", "12", "900"], ["canary-customer-2", "canary-note", "1", "5"]],
    )
    rows = [{"row": n, "CustomerID": f"canary-customer-{n}"} for n in (2, 3)]
    for fault in (None, Kind.UNAVAILABLE, Kind.LOST_ANSWER, Kind.TRUNCATED, Kind.INTERNAL, Kind.TOO_MANY):
        if fault is not None:
            google.server.faults.plan(*[Fault(fault)] * 3)
        client.call("score", rows=rows, trigger="menu", identityToken=token, again=True)
        google.server.faults.clear()
    client.call("retrain", identityToken=token)
    client.call("segment", identityToken=token)
    row = contact(
        "C003", 1, Email="canary.contact@example.com", FirstName="canary-first", LastName="canary-last"
    )
    row[HEADER.index("Phone")] = "+49 171 2345678"
    bad = contact("C004", 2, Email="canary.bad@@example.com", Phone="4.9E+11")
    paste(sheet.document, "Contacts", [HEADER, row, bad])
    fields = {"name": "VIP", "hashed": False, "tab": True, "identityToken": token}
    for fault in (None, Kind.UNAVAILABLE, Kind.LOST_ANSWER, Kind.INTERNAL):
        if fault is not None:
            google.server.faults.plan(*[Fault(fault)] * 3)
        client.call("audience", step="preview", target="list", **fields)
        made = client.call("audience", step="make", target="list", **fields)
        google.server.faults.clear()
        records = [entry.value for entry in sheet.document.metadata if "ate-operation" in entry.key]
        assert records
        assert not [record for record in records if "canary" in record or "2345678" in record]
        answered = json.dumps({**made.body, "files": []})
        assert not [canary for canary in CONTACT_CANARIES if canary in answered]
    for evil in EVIL:
        client.call("audience", step="make", target="list", name=evil, identityToken=token)
        client.call("audience", step="preview", target=evil, identityToken=evil)
    for evil in EVIL:
        client.call("operations", operationId=evil)
        client.call("score", rows=[{"row": 2, "CustomerID": evil}], trigger=evil)
        client.call("forget", customerId=evil, identityToken=evil)
    client.call("fill", customerIds=["canary-customer-1", *EVIL])
    sheet.type("Action_Map", 2, [["canary-name", "canary-plan"]], column=2)
    client.call("plans/apply", identityToken=token)
    client.call("forget", customerId="canary-customer-1", confirm=True, identityToken=token)
    sheet.type("Training_Data", 1, [["canary-header"]])
    for call in ("inspect", "segment", "status", "operations"):
        client.call(call, identityToken="canary.token.canary")
    client.send("/v1/score", b'{"call": "canary-name', client.signed("{}"))
    private = [SECRET, key, nonce, VERIFIER, *token.split("."), ANN, "bob.canary", "canary.token", *CANARIES]
    return [*private, *CONTACT_CANARIES]


@pytest.mark.slow
def test_nothing_private_is_logged_at_any_level(
    service: Service, google: LocalGoogle, caplog: pytest.LogCaptureFixture
) -> None:
    """Also by the libraries, with the root logger at DEBUG; and no record has a second line."""
    caplog.set_level(logging.DEBUG)
    document = google.spreadsheet()
    rows = orders()
    rows[1][0] = "canary-customer-0"
    load_rows(document, rows, ANN)

    private = act(service, Sheet(document))

    assert len(caplog.records) > 20
    assert [address for address in private if address in caplog.text] == []
    forged = [record.getMessage() for record in caplog.records if "forged" in record.getMessage()]
    assert forged == []
    own = [record.getMessage() for record in caplog.records if record.name.startswith("server")]
    assert [text for text in own if "\n" in text or "\r" in text] == []


@pytest.mark.slow
def test_an_error_that_nobody_foresaw_is_logged_without_its_text(
    service: Service, google: LocalGoogle, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text may quote a customer; the places in the code are told, and the caller hears nothing of either."""
    document = google.spreadsheet()

    def break_(*_args: object, **_kwargs: object) -> None:
        raise KeyError("canary-customer-1")

    monkeypatch.setattr(service.use.scoring, "score", break_)

    reply = service.client(document).call("score")

    assert reply.status == 500
    assert "canary" not in json.dumps(reply.body) + caplog.text
    assert "KeyError" in caplog.text
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.slow
def test_the_real_process_logs_nothing_private(google: LocalGoogle) -> None:
    """gunicorn's own log too: no request line, no header."""
    with Webhook(google) as webhook:
        document = google.spreadsheet()
        sheet = Sheet(document)
        load_rows(document, orders(), ANN)
        client = webhook.client(document.spreadsheet_id)
        client.call("segment")
        sheet.type("New User", 2, [["canary-customer-1", "3", "12", "900"]])
        client.call("score", rows=[{"row": 2}])
        client.send("/v1/score?canary-name", b"{", {"canary-header": secrets.token_hex(4)})
        text = webhook.log_file.read_text("utf-8")

    assert [
        secret for secret in (*CANARIES, webhook.secret, "whsec_", "@example.com") if secret in text
    ] == []
