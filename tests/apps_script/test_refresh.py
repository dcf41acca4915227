"""The add-on's part in what runs by itself: one switch, the hourly sweep, and the digest that it mails."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from local.launch import OWNER, LocalGoogle, Webhook
from local.load import load_rows
from local.site import EDITOR, SWEEP_HANDLER, Site
from sheets_standin.page.guard import Area
from sheets_standin.runtime.authorization import MAIL
from sheets_standin.spreadsheet.document import Document
from tests.apps_script.test_with_service import Desk
from tests.conftest import orders

pytestmark = pytest.mark.browser

SLACK = "https://hooks.slack.com/services/T000/B000/abc"


@pytest.fixture(scope="module")
def prepared() -> Iterator[tuple[Site, Webhook, Document]]:
    with LocalGoogle(quota=False) as google, Webhook(google) as webhook:
        document = google.spreadsheet(shared=False)
        load_rows(document, orders(), OWNER)
        with Site(google, webhook, document, welcome=False) as site:
            site.set_up(lambda _text: None)
            yield site, webhook, document.copied("as it was", document.title)


@pytest.fixture
def desk(prepared: tuple[Site, Webhook, Document]) -> Iterator[Desk]:
    site, webhook, former = prepared
    site.google.workspace.outbox.__init__()  # type: ignore[misc]  # empty
    webhook.stop()  # anew: long work waits up to a minute where that of other tests has used its part
    webhook.start()
    own_desk = Desk(site, webhook)
    assert own_desk.call("chooseRefresh", "off")["ok"]
    yield own_desk
    assert site.addon.settle()
    again = former.copied("as it was", former.title)
    with site.google.workspace.lock, site.document.changing("test", "reset"):
        site.document.sheets = again.sheets
        site.document.protections = again.protections
        site.document.metadata = again.metadata
        site.document.noted("reset", "all")


def choose(desk: Desk, setting: str, value: str) -> None:
    """Type a value beside a setting."""
    names = [row[0] for row in desk.rows("Settings")]
    sheet_id = desk.site.document.sheet("Settings").sheet_id
    desk.site.actions.type(desk.people[OWNER], Area(sheet_id, 1 + names.index(setting), 1), value)
    assert desk.addon.settle()


def make_due(desk: Desk) -> None:
    """Have the schedule been switched on three days ago, and one order come since."""
    document = desk.site.document
    ago = (dt.datetime.now(dt.UTC) - dt.timedelta(days=3)).isoformat(timespec="seconds")
    with desk.site.google.workspace.lock, document.changing("test", "earlier"):
        [entry] = [entry for entry in document.metadata if entry.key == "ate-schedule"]
        value = json.loads(entry.value) | {"since": ago, "good_at": ago, "settled": ""}
        document.metadata[document.metadata.index(entry)] = replace(entry, value=json.dumps(value))
        row = 1 + len(desk.rows("Training_Data"))
        document.type_rows(document.sheet("Training_Data"), row, 0, [["NEW", "2025-12-31", "50"]], OWNER)
        document.noted("earlier", "all")


def hour_now() -> str:
    """Return an hour that has passed at least an hour ago in New York, so that every spreadsheet has had its turn."""
    import pytz

    return f"{(dt.datetime.now(pytz.timezone('America/New_York')).hour - 2) % 24}:00"


def sweep(desk: Desk) -> None:
    desk.addon.run_now(SWEEP_HANDLER)
    assert desk.addon.settle()


def prepare(desk: Desk, to: str) -> None:
    """Switch on, choose who gets the digest after each run, and let a refresh be due."""
    choose(desk, "RefreshAt", hour_now())
    choose(desk, "Digest", "each")
    choose(desk, "DigestTo", to)
    switched = desk.call("chooseRefresh", "nightly")
    assert switched["ok"], switched
    assert switched["value"]["every"] == "nightly"
    assert switched["value"]["nextAt"]
    make_due(desk)


def test_the_hourly_sweep_refreshes_and_mails_the_digest(desk: Desk) -> None:
    """No second trigger: the sweep that is there asks, the service runs, the add-on mails and posts once."""
    prepare(desk, f"ann@shop.example, {SLACK}")

    sweep(desk)
    sweep(desk)

    assert desk.rows("Runs")[0][1:4] == ["Refresh", "schedule", 1]
    mail, message = desk.site.google.workspace.outbox.messages
    assert (mail.kind, mail.sender, mail.to) == ("mail", OWNER, ("ann@shop.example",))
    assert mail.html.startswith("<!DOCTYPE html>")
    assert message.kind == "hooks.slack.com"
    state = desk.call("pulse")["value"]["refresh"]
    assert (state["last"]["state"], state["digestProblem"], state["overdueSince"]) == ("ran", "", "")


@pytest.mark.slow
def test_where_mails_may_not_be_sent_all_else_works(desk: Desk) -> None:
    """The owner withheld that one permission: labels and refresh go on, and the sidebar says why no mail came."""
    prepare(desk, "ann@shop.example")
    consents = desk.addon.script.consents
    given = consents.of(OWNER)
    consents.revoke(OWNER)
    consents.give(OWNER, given - {MAIL})
    consents.withhold(OWNER, given)
    try:
        sweep(desk)
        desk.type(2, "Maria\t12\t9\t420")

        state = desk.call("pulse")["value"]["refresh"]
        assert desk.rows("Runs")[0][1] == "Refresh"
        assert len(desk.rows("Prediction_Log")) == 1
        assert desk.site.google.workspace.outbox.messages == []
        assert "The permission to send mails is withheld" in state["digestProblem"]
    finally:
        consents.give(OWNER, given)


@pytest.mark.slow
def test_a_second_persons_trigger_asks_nothing(desk: Desk) -> None:
    """Whose triggers do not serve here run no refresh and mail no digest."""
    prepare(desk, "ann@shop.example")
    desk.addon.script.triggers.add(SWEEP_HANDLER, "CLOCK", EDITOR, 1)

    sweep(desk)

    assert [row[1] for row in desk.rows("Runs")].count("Refresh") == 1
    assert len(desk.site.google.workspace.outbox.messages) == 1


@pytest.mark.slow
def test_an_overdue_refresh_is_said_in_the_sidebar_and_the_menu(desk: Desk) -> None:
    """Three days without a run that went well."""
    prepare(desk, "none")
    before = len(desk.events("menu"))

    state = desk.call("pulse")["value"]["refresh"]
    desk.addon.opened(desk.people[OWNER])
    assert desk.addon.settle()

    assert state["overdueSince"]
    menus = desk.events("menu")[before:]
    assert "The refresh does not run…" in json.dumps(menus, ensure_ascii=False)
