"""The add-on's own files in the runtime, with the real service behind them: what one person does, and a second."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from local.launch import OWNER, LocalGoogle, Webhook
from local.load import load_rows
from local.site import EDITOR, VIEWER, Site
from sheets_standin.page.guard import Area
from sheets_standin.runtime.sessions import Selection, Session
from sheets_standin.sheets_api.faults import Fault, Kind
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from tests.conftest import orders

pytestmark = pytest.mark.browser


class Desk:
    """A spreadsheet that is set up and segmented, and what its people do there."""

    def __init__(self, site: Site, webhook: Webhook) -> None:
        self.site = site
        self.webhook = webhook
        self.addon = site.addon
        self.people = {email: Session(email, site.document) for email in (OWNER, EDITOR, VIEWER)}
        for email in (OWNER, EDITOR):
            self.addon.authorize(email)

    def call(self, name: str, argument: object = None, email: str = OWNER) -> dict[str, Any]:
        """Call a function as the sidebar does, and return its result."""
        answer = self.addon.called(self.people[email], "sidebar", "callFromPage", [name, argument])
        assert answer["ok"], answer
        value: dict[str, Any] = answer["value"]
        return value

    def type(self, row: int, text: str, email: str = OWNER, column: int = 0) -> None:
        """Type a cell or paste a line into `New User` (row from 1), and wait for what the triggers do."""
        sheet_id = self.site.document.sheet("New User").sheet_id
        if "\t" in text:
            self.site.actions.paste(self.people[email], Area(sheet_id, row - 1, column), [text.split("\t")])
        else:
            self.site.actions.type(self.people[email], Area(sheet_id, row - 1, column), text)
        assert self.addon.settle()

    def rows(self, title: str) -> list[list[object]]:
        with self.site.google.workspace.lock:
            grid = self.site.document.sheet(title).grid
            all_rows = [[value_of(cell) for cell in row] for row in grid.rows(1, grid.row_count)]
        return [row for row in all_rows if any(value is not None for value in row)]

    def events(self, kind: str, email: str = OWNER) -> list[dict[str, Any]]:
        return [event for event in self.people[email].feed.since(0) if event["kind"] == kind]


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
    yield Desk(site, webhook)
    assert site.addon.settle()
    again = former.copied("as it was", former.title)
    with site.google.workspace.lock, site.document.changing("test", "reset"):
        site.document.sheets = again.sheets
        site.document.protections = again.protections
        site.document.metadata = again.metadata
        site.document.noted("reset", "all")


def test_setting_up_again_changes_nothing(desk: Desk) -> None:
    """Each step can be repeated; no trigger is doubled, no tab made twice."""
    before = [sheet.title for sheet in desk.site.document.sheets]

    made: object = None
    for step in ("share", "connect", "tabs", "triggers"):
        done = desk.call(step, made)
        assert done["ok"], done
        made = done["value"].get("tabsMade", made)
    count = len(desk.addon.records)
    desk.type(2, "Maria\t12\t9\t420")

    assert [sheet.title for sheet in desk.site.document.sheets] == before
    edits = [record for record in desk.addon.records[count:] if record.function == "handleEdit"]
    assert len(edits) == 1
    assert len(desk.rows("Prediction_Log")) == 1


def test_a_second_person_installs_nothing_and_is_served(desk: Desk) -> None:
    """Their set-up tells whose triggers run; what they type is scored once."""
    done = desk.call("triggers", email=EDITOR)
    count = len(desk.addon.records)

    desk.type(2, "Maria\t12\t9\t420", EDITOR)

    assert done["value"] == {
        "isMine": False,
        "text": f"Live labels already use the account of {OWNER}; nothing was added.",
    }
    assert [record.account for record in desk.addon.records[count:]] == [OWNER]
    assert len(desk.rows("Prediction_Log")) == 1


def test_taking_over_moves_live_scoring_and_removes_the_other_triggers(desk: Desk) -> None:
    """After the button one edit still makes one line; the former owner's triggers delete themselves."""
    assert desk.call("takeOver", email=EDITOR)["value"]["owner"] == EDITOR
    try:
        desk.type(2, "Maria\t12\t9\t420")
        count = len(desk.addon.records)
        desk.type(3, "Tom\t300\t1\t25")

        assert len(desk.rows("Prediction_Log")) == 2
        assert [record.account for record in desk.addon.records[count:]] == [EDITOR]
        assert desk.call("pulse")["value"]["live"] | {"heartbeat": 0, "lastRun": None} == {
            "state": "on",
            "isMine": False,
            "owner": EDITOR,
            "heartbeat": 0,
            "lastRun": None,
        }
    finally:
        desk.call("takeOver")
        desk.type(4, "x")


def test_clearing_an_input_takes_its_label_away(desk: Desk) -> None:
    """Outputs beside an incomplete row are cleared by the edit itself; the log's line stays."""
    desk.type(2, "Maria\t12\t9\t420")

    desk.type(2, "", column=1)

    assert desk.rows("New User")[0][:7] == ["Maria", None, 9, 420, None, None, None]
    assert len(desk.rows("Prediction_Log")) == 1


def test_the_menu_scores_selected_rows_again(desk: Desk) -> None:
    """A classified row gets a second line, with who asked."""
    desk.type(2, "Maria\t12\t9\t420")
    person = desk.people[OWNER]
    person.selection = Selection(desk.site.document.sheet("New User").sheet_id, 1, 0, 1, 1)

    desk.addon.chosen(person, "menuScoreAgain")
    assert desk.addon.settle()

    assert [line[11] for line in desk.rows("Prediction_Log")] == ["menu", "edit"]
    assert desk.events("toast")[-1]["text"] == "1 row labelled."


@pytest.mark.slow
def test_a_stopped_service_loses_nothing(desk: Desk) -> None:
    """The row waits and the sidebar says why; when the service is back the sweep finishes it."""
    desk.webhook.stop()
    try:
        desk.type(2, "Maria\t12\t9\t420")
        seen = desk.call("pulse")["value"]
    finally:
        desk.webhook.start()

    desk.addon.run_now("handleSweep")

    assert seen["rows"]["waiting"] == 1
    assert "Nothing is lost" in seen["pending"]["text"]
    assert desk.call("pulse")["value"]["pending"] is None
    assert len(desk.rows("Prediction_Log")) == 1


def test_a_used_up_quota_is_waited_for_by_the_edit_itself(desk: Desk) -> None:
    """Google refuses twice, the service once; the run waits as long as it is told, and nobody has a sidebar open.

    A row that is typed meanwhile is scored by the same request.
    """
    slept: list[float] = []
    desk.site.google.server.faults.plan(Fault(Kind.TOO_MANY), Fault(Kind.TOO_MANY))
    former = desk.addon.script.sleep

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        sheet = desk.site.document.sheet("New User")
        desk.site.document.type_rows(sheet, 2, 0, [["Tom", "300", "1", "25"]], OWNER)

    desk.addon.script.sleep = sleep
    try:
        desk.type(2, "Maria\t12\t9\t420")
    finally:
        desk.addon.script.sleep = former

    assert len(slept) == 1
    assert 30 <= slept[0] <= 40  # and a little, so that not all come at once
    assert [row[0] for row in desk.rows("New User") if row[8] is not None] == ["Maria", "Tom"]
    assert len(desk.rows("Prediction_Log")) == 2
    assert any("tries again in" in toast["text"] for toast in desk.events("toast"))
    assert desk.call("pulse")["value"]["pending"] is None


def test_columns_are_chosen_in_settings(desk: Desk) -> None:
    """A choice that cannot be is told with its reason, the headers stay to choose from; auto puts it back."""
    wrong = desk.call("choose", [{"role": "amount", "header": "order_date"}])["value"]
    right = desk.call("choose", [{"role": "amount", "header": "auto"}])["value"]

    assert wrong["chosen"]["amount"] == "order_date"
    assert wrong["headers"] == ["customer_id", "order_date", "amount"]
    assert right["problem"] is None
    assert right["found"]["customers"] == 60
    assert [column["samples"][0] for column in right["found"]["columns"]] == ["C000", "2025-12-31", "200"]


def test_an_answer_is_written_into_settings(desk: Desk) -> None:
    """It stands in its row, and what the service makes of it is shown; another page's wish is refused."""
    answered = desk.call("answer", {"setting": "CustomerList", "value": "orders"})
    strange = desk.call("answer", {"setting": "=1+1", "value": "x"})

    assert answered["value"]["problem"] is None
    assert next(row[1] for row in desk.rows("Settings") if row[0] == "CustomerList") == "orders"
    assert strange["ok"] is False


def test_a_viewer_cannot_connect(desk: Desk) -> None:
    """The proof cannot be written by somebody who may only read."""
    desk.addon.authorize(VIEWER)

    answer = desk.call("connect", email=VIEWER)

    assert answer["ok"] is False
    assert answer["problem"]["title"] == "You may only read this spreadsheet"


@pytest.mark.slow
def test_the_sidebar_explains_a_row_and_puts_a_version_back(desk: Desk) -> None:
    """Why this segment, in sentences; after a retrain the first version can be put in use again.

    Slow, as the third long call within a minute waits for long work's half of the quota.
    """
    ended(desk, desk.call("retrain"))
    status = desk.call("status")["value"]
    ended(desk, desk.call("useModel", 1))

    assert [(version["version"], version["status"]) for version in status["versions"]] == [
        (2, "in use"),
        (1, "earlier"),
    ]
    assert [row[:2] for row in desk.rows("Model")] == [[1, "in use"], [2, "earlier"]]
    sheet_id = desk.site.document.sheet("Segmented_Customers").sheet_id
    desk.people[OWNER].selection = Selection(sheet_id, 1, 0, 1, 1)
    assert desk.call("explain")["value"]["sentences"][0].startswith("Bought ")


def ended(desk: Desk, answer: dict[str, Any]) -> None:
    """Wait for a long call as the sidebar does, by the record in the spreadsheet."""
    over = threading.Event()
    operation = answer["value"]["operation"]
    for _ in range(300):
        if operation["state"] != "running":
            break
        over.wait(0.5)
        operation = desk.call("pulse")["value"]["operation"]
    assert operation["state"] == "done", operation


def test_a_renamed_dashboard_is_not_missed(desk: Desk) -> None:
    """The service knows it by its mark; any other tab that is renamed is missed."""
    with desk.site.google.workspace.lock:
        desk.site.document.sheet("Dashboard").title = "Übersicht"

    answer = desk.call("tabs", [])
    with desk.site.google.workspace.lock:
        desk.site.document.sheet("RFM").title = "Figures"
    missed = desk.call("tabs", [])

    assert answer["ok"]
    assert "could not make RFM." in missed["problem"]["detail"]
