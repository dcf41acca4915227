"""Forgetting a customer as somebody does it: the add-on's real files, the real service, and who may not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.launch import OWNER, LocalGoogle, Webhook
from local.load import load_rows
from local.site import Site
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.workspace import Role
from tests.conftest import Sheet, orders
from tests.service import EVE, Service
from tests.sheets_standin.scripts import need_node


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A spreadsheet that is set up and segmented."""
    need_node()
    with LocalGoogle(quota=False) as google, Webhook(google) as webhook:
        document = google.spreadsheet(shared=False)
        load_rows(document, orders(), OWNER)
        with Site(google, webhook, document, welcome=False) as made:
            made.set_up(lambda _text: None)
            yield made


def asked(session: Session, kind: str, seen: int) -> dict[str, Any]:
    """Wait for the next event of a kind."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for event in session.feed.since(seen, 1):
            if event["kind"] == kind:
                return event
            seen = event["number"]
    raise AssertionError(f"no {kind}")


def standing(site: Site, who: str) -> int:
    with site.google.workspace.lock:
        rows = [row for tab in site.document.sheets for row in tab.grid.rows(0, tab.grid.row_count)]
        return sum(who in map(value_of, row) for row in rows)


@pytest.mark.slow
@pytest.mark.browser
def test_a_customer_is_forgotten_from_the_menu(site: Site) -> None:
    """Asked for, shown with what is out of reach, confirmed, told; whoever says no keeps everything."""
    session = Session(OWNER, site.document)
    site.addon.authorize(OWNER)
    assert standing(site, "C003") > 2

    for answer, left in (("NO", True), ("YES", False)):
        seen = max((event["number"] for event in session.feed.since(0, 0)), default=0)
        site.addon.chosen(session, "menuForget")
        prompt = asked(session, "prompt", seen)
        session.answer(prompt["question"], {"button": "OK", "text": "C003"})
        warning = asked(session, "alert", prompt["number"])
        assert "Training_Data: 12 rows" in warning["text"]
        assert "version history" in warning["text"]
        assert "copies" in warning["text"]
        session.answer(warning["question"], answer)
        if answer == "YES":
            alert = asked(session, "alert", warning["number"])
            assert alert["text"].startswith("Rows erased: 12 in Training_Data")
            session.answer(alert["question"], "OK")
        assert site.addon.settle()
        assert bool(standing(site, "C003")) == left

    site.addon.left(session)


def test_without_an_identity_token_nobody_is_forgotten(service: Service, segmented: Sheet) -> None:
    """A key alone, as a trigger has it, is not enough; nor is a token of elsewhere or of yesterday."""
    client = service.client(segmented.document)
    count = len(segmented.rows("Training_Data"))
    stale = service.person(segmented.document, EVE, exp=1).identity_token()
    elsewhere = service.person(segmented.document, "eve@elsewhere.org").identity_token()

    replies = [
        client.call("forget", customerId="C001", confirm=True, **fields)
        for fields in ({}, {"identityToken": "a.b.c"}, {"identityToken": stale}, {"identityToken": elsewhere})
    ]

    assert [reply.status for reply in replies] == [401, 401, 401, 403]
    assert service.google_calls == 0
    assert len(segmented.rows("Training_Data")) == count


def test_a_replayed_forget_changes_nothing(service: Service, segmented: Sheet, google: LocalGoogle) -> None:
    """The same signed body a second time finds nobody."""
    google.workspace.share(segmented.id, EVE, Role.EDITOR)
    client = service.client(segmented.document)
    token = service.person(segmented.document, EVE).identity_token()
    fields = {"customerId": "C001", "confirm": True, "identityToken": token}

    first = client.call("forget", webhook_id="msg_once", **fields)
    revision = segmented.document.revision
    again = client.call("forget", webhook_id="msg_once", **fields)

    assert (first.status, again.status) == (200, 200)
    assert {tab["tab"]: tab["rows"] for tab in first.body["tabs"]} == {
        "Training_Data": 12,
        "Segmented_Customers": 1,
        "RFM": 1,
    }
    assert again.body["tabs"] == []
    assert segmented.document.revision == revision
