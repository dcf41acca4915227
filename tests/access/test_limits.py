"""Floods: who is not known costs Google nothing, who is known gets no more than a share."""

from __future__ import annotations

import json
import secrets

import pytest

from local.launch import AUDIENCE, LocalGoogle
from server.access.limits import ConnectLimits, Limit
from server.app import create_app
from server.errors import QuotaError, TooManyCallsError
from server.sheets.api.quota import HEARTBEATS, LONG_WORK, QuotaShare
from server.sheets.commit.committer import Committer
from sheets_standin.google.tokens import TokenIssuer
from sheets_standin.spreadsheet.document import Document
from tests.service import ANN, BOB, Service, serving


class Ticking:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.mark.slow
def test_ten_thousand_unauthenticated_connects_cause_no_call_to_google(
    service: Service, document: Document
) -> None:
    """No token, an invented one, one of another key, and such with a nonce: nothing reaches the Sheets API."""
    attacker = TokenIssuer()
    body = {"call": "connect", "spreadsheetId": document.spreadsheet_id}
    tokens = ["", "a.b.c", attacker.identity_token(ANN, AUDIENCE, service.google.url)]
    step = {"nonce": f"1800000000.{'A' * 43}", "verifier": "v" * 43}
    bodies = [json.dumps(body | {"identityToken": token} | extra) for token in tokens for extra in ({}, step)]
    client = create_app(service.config, service.use).test_client()
    statuses = set()

    for number in range(10_000):
        statuses.add(client.post("/v1/connect", data=bodies[number % len(bodies)]).status_code)

    assert statuses == {401}
    assert service.google_calls == 0
    assert len(service.fetches) == 1


def test_a_thousand_connects_with_invented_nonces_cause_no_call_to_google(
    service: Service, document: Document
) -> None:
    """Somebody who is known but has no nonce of the service costs Google nothing either."""
    client = create_app(service.config, service.use).test_client()
    body = {
        "call": "connect",
        "spreadsheetId": document.spreadsheet_id,
        "identityToken": service.person(document, ANN).identity_token(),
        "verifier": "v" * 43,
    }

    statuses = {
        client.post(
            "/v1/connect", data=json.dumps(body | {"nonce": f"1800000000.{secrets.token_urlsafe(32)}"})
        ).status_code
        for _ in range(1_000)
    }

    assert statuses == {403}
    assert service.google_calls == 0


def test_one_person_cannot_connect_without_end(
    google: LocalGoogle, committer: Committer, document: Document
) -> None:
    """The seventh handshake within a minute is told to wait; somebody else still connects."""
    clock = Ticking()
    with serving(google, committer, limits=ConnectLimits(clock)) as service:
        ann, bob = service.person(document, ANN), service.person(document, BOB)
        statuses = [service.handshake(ann).status for _ in range(7)]
        calls = service.google_calls
        refused = service.handshake(ann)
        after = service.google_calls
        others = service.handshake(bob).status
        clock.seconds = 61
        later = service.handshake(ann).status

    assert statuses == [200] * 6 + [429]
    assert refused.headers["Retry-After"] == "60"
    assert refused.body["detail"] == "You have connected spreadsheets more than 6 times within a minute."
    assert "Set up" in refused.body["hint"]
    assert "rows" not in refused.body["hint"]
    assert after == calls
    assert (others, later) == (200, 200)


@pytest.mark.parametrize(
    ("spreadsheet", "subject", "allowed"),
    [("one", "same", 6), ("one", "{}", 12), ("{}", "{}", 30)],
    ids=["a person", "a spreadsheet", "all"],
)
def test_connects_are_limited(spreadsheet: str, subject: str, allowed: int) -> None:
    """For a person, for a spreadsheet, and in all, within a minute."""
    limits = ConnectLimits(Ticking())

    for number in range(allowed):
        limits.count(spreadsheet.format(number), subject.format(number))

    with pytest.raises(TooManyCallsError, match=f"more than {allowed}|More than {allowed}"):
        limits.count(spreadsheet.format("last"), subject.format("last"))


def test_a_spreadsheet_makes_so_many_calls_a_minute(service: Service, document: Document) -> None:
    """The 121st is told to wait; another spreadsheet is not."""
    client = service.client(document)
    statuses = [client.call("nothing-of-ours").status for _ in range(2)]
    replies = [client.send("/v1/operations", b"{}", client.signed("{}")) for _ in range(121)]
    other = service.client(service.google.spreadsheet("Another"))

    assert statuses == [404, 404]
    assert [reply.status for reply in replies] == [400] * 120 + [429]
    assert replies[-1].body["retryable"] is True
    assert other.send("/v1/operations", b"{}", other.signed("{}")).status == 400


def test_calls_without_a_signature_use_up_nobodys_share(service: Service, document: Document) -> None:
    """Else anybody could keep a marketer's spreadsheet from being served."""
    client = service.client(document)
    headers = client.signed("{}") | {"webhook-signature": "v1,AAAA"}
    for _ in range(130):
        assert client.send("/v1/operations", b"{}", headers).status == 401

    assert client.send("/v1/operations", b"{}", client.signed("{}")).status == 400


def test_a_limit_remembers_a_bounded_number_of_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest silent are forgotten."""
    monkeypatch.setattr("server.access.limits.KEYS_KEPT", 3)
    limit = Limit(1, 60, Ticking())

    for key in "abcd":
        limit.count(key)

    limit.count("a")
    with pytest.raises(TooManyCallsError):
        limit.count("d")


def test_long_work_waits_for_its_half_of_the_quota() -> None:
    """Thirty reads of a minute; the next is made when the first is a minute old. Scoring does not wait."""
    clock = Ticking()
    quota = QuotaShare(clock, clock.sleep)
    for _ in range(LONG_WORK):
        quota.spend("sheet", "read", long_work=True)
    waited_before = sum(clock.slept)

    quota.spend("sheet", "read", long_work=False)
    scoring_waited = sum(clock.slept)
    quota.spend("sheet", "read", long_work=True)

    assert (waited_before, scoring_waited, sum(clock.slept)) == (0, 0, 60)


def test_long_work_leaves_scoring_a_third_of_a_busy_minute() -> None:
    """Ten calls it has in any case; beyond them it waits where forty of sixty are used, by whomever."""
    clock = Ticking()
    quota = QuotaShare(clock, clock.sleep)
    for sheet in range(29):
        quota.spend(f"sheet {sheet}", "read", long_work=False)
    for _ in range(11):
        quota.spend("sheet", "read", long_work=True)
    waited_before = sum(clock.slept)

    quota.spend("sheet", "read", long_work=True)

    assert (waited_before, sum(clock.slept)) == (0, 60)


def test_heartbeats_have_their_own_part_of_long_works_writes() -> None:
    """Work that has used up its writes does not keep a sign of life waiting, nor the other way round."""
    clock = Ticking()
    quota = QuotaShare(clock, clock.sleep)
    for _ in range(LONG_WORK - HEARTBEATS):
        quota.spend("sheet", "write", long_work=True)
    for _ in range(HEARTBEATS):
        quota.spend("sheet", "write", long_work=True, heartbeat=True)

    with pytest.raises(QuotaError):
        quota.spend("sheet", "write", long_work=True, heartbeat=True)

    assert clock.slept == []


def test_a_busy_spreadsheet_leaves_others_their_part() -> None:
    """From thirty calls a minute on: of two spreadsheets each has thirty, and the quiet one gets through."""
    clock = Ticking()
    quota = QuotaShare(clock, clock.sleep)
    quota.spend("quiet", "read", long_work=False)
    for _ in range(30):
        quota.spend("busy", "read", long_work=False)

    with pytest.raises(QuotaError):
        quota.spend("busy", "read", long_work=False)
    quota.spend("quiet", "read", long_work=False)


@pytest.mark.parametrize(
    ("call", "helps"),
    [("score", "the rows get their labels"), ("status", "wait a minute, then try again")],
)
def test_a_refusal_says_what_helps_there(service: Service, document: Document, call: str, helps: str) -> None:
    """Rows wait by themselves where rows were to be scored; elsewhere one presses the button again."""
    client = service.client(document)
    for _ in range(120):
        client.send("/v1/operations", b"{}", client.signed("{}"))

    refused = client.call(call)

    assert refused.status == 429
    assert helps in refused.body["hint"]
