"""Triggers: who installs them, what fires them, as whom they run, when they stop."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest

from sheets_standin.runtime import runner
from sheets_standin.runtime.addon import Edit
from sheets_standin.runtime.runner import Limits
from sheets_standin.runtime.wire import ScriptError
from sheets_standin.spreadsheet.journal import Entry
from sheets_standin.workspace import Role
from tests.sheets_standin.scripts import EDITOR, OWNER, Desk

pytestmark = pytest.mark.browser

INSTALLED = """
function install() { ScriptApp.newTrigger('edited').forSpreadsheet(SpreadsheetApp.getActive()).onEdit().create(); }
function installHourly() { ScriptApp.newTrigger('hourly').timeBased().everyHours(1).create(); }
function mine() { return ScriptApp.getProjectTriggers().map(t => [t.getHandlerFunction(), String(t.getEventType())]); }
function remove() { ScriptApp.getProjectTriggers().forEach(t => ScriptApp.deleteTrigger(t)); }
function edited(e) {
  console.log(JSON.stringify([e.range.getA1Notation(), e.value, e.oldValue, String(e.authMode), e.user.getEmail(),
    Session.getEffectiveUser().getEmail(), Session.getActiveUser().getEmail()]));
}
function hourly() { console.log('hour ' + Session.getEffectiveUser().getEmail()); }
"""


def test_an_installed_edit_trigger_runs_as_its_creator(desk_with: Any) -> None:
    """Whoever edits, the trigger has its creator's permissions, and is not told who typed."""
    desk = desk_with(INSTALLED)
    desk.call("install", by=desk.owner)

    desk.edit(by=desk.editor, row=1, column=2, value="5", old_value="4")

    assert desk.log() == [f'["C2","5","4","FULL","","{OWNER}",""]']


def test_the_creator_is_told_apart_when_it_types_itself(desk_with: Any) -> None:
    """Where the trigger's creator is at the keyboard, the event names it."""
    desk = desk_with(INSTALLED)
    desk.call("install", by=desk.owner)

    desk.edit(by=desk.owner, value="5")

    assert desk.log() == [f'["A1","5",null,"FULL","{OWNER}","{OWNER}","{OWNER}"]']


def test_several_cells_bring_no_values(desk_with: Any) -> None:
    """A paste tells its range alone."""
    desk = desk_with(
        "function onEdit(e) { console.log(JSON.stringify([e.range.getA1Notation(), 'value' in e])); }"
    )

    desk.edit(rows=2, columns=3, value="5", old_value="4")

    assert desk.log() == ['["A1:C2",false]']


def test_everybodys_triggers_fire_for_one_edit(desk_with: Any) -> None:
    """Two people with the add-on make two runs of one edit."""
    desk = desk_with(INSTALLED)
    desk.call("install", by=desk.owner)
    desk.call("install", by=desk.editor)

    desk.edit(by=desk.owner)

    assert sorted(record.account for record in desk.addon.records if record.kind == "trigger") == [
        EDITOR,
        OWNER,
    ]


def test_accounts_see_only_their_own_triggers(desk_with: Any) -> None:
    """One cannot list or delete what another has installed."""
    desk = desk_with(INSTALLED)
    desk.call("install", by=desk.owner)

    seen = [desk.call("mine", by=session) for session in (desk.owner, desk.editor)]
    desk.call("remove", by=desk.editor)
    desk.edit()

    assert seen == [[["edited", "ON_EDIT"]], []]
    assert len(desk.log()) == 1


def test_one_trigger_of_a_type_for_each_account(desk_with: Any) -> None:
    """A second edit trigger of one account is refused; a time-driven one beside it is not."""
    desk = desk_with(INSTALLED)
    desk.call("install")

    refusal = desk.refusal("install")
    desk.call("installHourly")

    assert refusal == (
        "Exception: This add-on has created too many edit triggers in this document for this Google user account."
    )


def test_at_most_twenty_triggers_of_one_account(desk_with: Any) -> None:
    """The twenty-first trigger of an account is refused."""
    triggers = desk_with(INSTALLED).addon.script.triggers
    for number in range(20):
        triggers.add("f", f"KIND {number}", OWNER)
    triggers.add("f", "ON_EDIT", EDITOR)

    with pytest.raises(ScriptError, match="too many triggers"):
        triggers.add("f", "ON_EDIT", OWNER)


def test_time_driven_triggers_run_once_an_hour_at_most(desk_with: Any) -> None:
    """Minutes are refused; every hour runs when an hour has passed, not before, as the creator."""
    desk = desk_with(
        INSTALLED + "function often() { ScriptApp.newTrigger('hourly').timeBased().everyMinutes(5); }"
    )
    desk.call("installHourly", by=desk.editor)

    refusal = desk.refusal("often")
    counts = []
    for minutes in (59, 1, 1):
        desk.clock.advance(dt.timedelta(minutes=minutes))
        counts.append(desk.addon.tick())
        desk.addon.settle()

    assert "once an hour" in refusal
    assert counts == [0, 1, 0]
    assert desk.log() == [f"hour {EDITOR}"]


def test_the_sweep_can_be_run_at_once(desk_with: Any) -> None:
    """run_now runs a handler's time-driven triggers, due or not, and waits."""
    desk = desk_with(INSTALLED)
    desk.call("installHourly")

    desk.addon.run_now("hourly")
    desk.addon.run_now("other")

    assert desk.log() == [f"hour {OWNER}"]


@pytest.mark.parametrize("how", ["access", "consent"])
def test_triggers_stop_for_good_when_their_creator_is_gone(desk_with: Any, how: str) -> None:
    """Without access, or after the consent is taken back, a trigger dies; nobody is told, nothing revives it."""
    desk = desk_with(INSTALLED)
    desk.call("install", by=desk.editor)
    identity = desk.document.spreadsheet_id

    if how == "access":
        desk.workspace.share(identity, EDITOR, None)
    else:
        desk.addon.revoke(EDITOR)
    desk.edit()
    desk.workspace.share(identity, EDITOR, Role.EDITOR)
    desk.addon.authorize(EDITOR)
    desk.edit()

    assert desk.log() == []
    assert desk.call("mine", by=desk.editor) == [["edited", "ON_EDIT"]]


def test_a_trigger_waits_while_a_scope_is_missing(desk_with: Any) -> None:
    """A trigger does not run while its creator has not consented to all that the project asks for."""
    desk = desk_with(INSTALLED)
    desk.call("installHourly")
    scopes = desk.addon.script.project.scopes
    desk.addon.revoke(OWNER)
    desk.addon.script.consents.give(OWNER, scopes[1:])

    desk.addon.run_now("hourly")
    missing = list(desk.log())
    desk.addon.authorize(OWNER)
    desk.addon.run_now("hourly")

    assert missing == []
    assert desk.log() == [f"hour {OWNER}"]


def test_edits_wait_two_at_most(desk_with: Any) -> None:
    """While one edit is handled two wait; what comes then is dropped."""
    code = "function onEdit(e) { Utilities.sleep(1); console.log(e.value); }"
    desk = desk_with(code)
    running, go = threading.Event(), threading.Event()

    def hold(_seconds: float) -> None:
        running.set()
        go.wait(10)

    desk.addon.script.sleep = hold
    for number in range(5):
        desk.addon.edited(desk.owner, Edit(0, 0, 0, value=str(number)))
        assert running.wait(10)
    go.set()
    desk.addon.settle()

    assert desk.log() == ["0", "1", "2"]


def test_script_and_api_writes_fire_nothing(desk_with: Any) -> None:
    """What a trigger writes does not fire it again."""
    desk = desk_with("function onEdit(e) { console.log('edit'); e.range.offset(0, 1).setValue(1); }")

    desk.edit()

    assert desk.log() == ["edit"]
    assert desk.value(1, 2) == 1


def test_change_triggers_get_a_kind_and_no_range(desk_with: Any) -> None:
    """Inserting rows fires change triggers with INSERT_ROW, an edit fires them with EDIT."""
    code = """
    function install() { ScriptApp.newTrigger('c').forSpreadsheet(SpreadsheetApp.getActive()).onChange().create(); }
    function c(e) { console.log(e.changeType + ' ' + ('range' in e)); }"""
    desk = desk_with(code)
    desk.call("install")

    desk.addon.changed(desk.owner, "INSERT_ROW")
    desk.addon.settle()
    desk.edit()

    assert desk.log() == ["INSERT_ROW false", "EDIT false"]


SIMPLE = "function onEdit(e) {{ {} }} function g() {{ {} }}"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "UrlFetchApp.fetch('https://service.example/')",
            "You do not have permission to call UrlFetchApp.fetch. "
            "Required permissions: https://www.googleapis.com/auth/script.external_request",
        ),
        (
            "SpreadsheetApp.getUi().showSidebar(HtmlService.createHtmlOutput('x'))",
            "You do not have permission to call Ui.showSidebar. "
            "Required permissions: https://www.googleapis.com/auth/script.container.ui",
        ),
        (
            "ScriptApp.newTrigger('f')",
            "You do not have permission to call ScriptApp.newTrigger. "
            "Required permissions: https://www.googleapis.com/auth/script.scriptapp",
        ),
        (
            "SpreadsheetApp.getActive().addEditor('a@b.example')",
            "You do not have permission to call SpreadsheetApp.Spreadsheet.addEditor.",
        ),
        (
            "SpreadsheetApp.openById('x')",
            "You do not have permission to call SpreadsheetApp.openById. "
            "Required permissions: https://www.googleapis.com/auth/spreadsheets",
        ),
    ],
    ids=["fetch", "sidebar", "trigger", "sharing", "open"],
)
def test_a_simple_trigger_has_no_authorization(desk_with: Any, code: str, message: str) -> None:
    """onEdit can do nothing that an account would have to consent to, though it has."""
    desk = desk_with(SIMPLE.format(code, ""))

    desk.edit()

    assert desk.addon.records[-1].error["message"] == message


def test_a_simple_trigger_may_read_write_and_keep_properties(desk_with: Any) -> None:
    """The spreadsheet and properties are open to onEdit; it knows no address and gets no identity token."""
    code = """
    PropertiesService.getDocumentProperties().setProperty('k', e.value);
    e.range.setNote('seen');
    console.log(JSON.stringify([ScriptApp.getIdentityToken(), Session.getActiveUser().getEmail(), String(e.authMode)]));
    """
    desk = desk_with(
        SIMPLE.format(code, "return PropertiesService.getDocumentProperties().getProperty('k');")
    )

    desk.edit(value="5")

    assert desk.log() == ['[null,"","LIMITED"]']
    assert desk.call("g") == "5"
    assert desk.cell(1, 1).note == "seen"


def test_a_simple_trigger_has_thirty_seconds_of_its_own(desk_with: Any) -> None:
    """The limit of simple triggers is not that of other runs."""
    desk = desk_with(
        "function onEdit() { for (;;) {} } function f() { return 1; }", limits=Limits(simple_seconds=0.2)
    )

    desk.edit()

    assert (Limits().simple_seconds, Limits().run_seconds) == (30, 360)
    assert desk.addon.records[-1].status == "Timed Out"


def test_runs_do_not_hold_the_document_while_they_wait(desk_with: Any) -> None:
    """Two runs are under way at once; the spreadsheet is free while scripts sleep."""
    code = "function f() { Utilities.sleep(1); SpreadsheetApp.getActiveSheet().getRange('A1').setValue(1); }"
    desk: Desk = desk_with(code)
    meeting = threading.Barrier(3, timeout=10)
    desk.addon.script.sleep = lambda _seconds: meeting.wait() and None
    threads = [threading.Thread(target=desk.call, args=("f",)) for _ in range(2)]

    for thread in threads:
        thread.start()
    with desk.workspace.lock:
        meeting.wait()
    for thread in threads:
        thread.join()

    entries: list[Entry] = desk.document.journal.entries
    assert [entry.call for entry in entries] == ["Apps Script: f", "Apps Script: f"]


def test_an_account_has_so_many_runs_at_once(desk_with: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run over the number that Google allows one account is refused; another account's is not."""
    desk: Desk = desk_with("function hold() { Utilities.sleep(1); } function f() { return 1; }")
    monkeypatch.setattr(runner, "MOST_RUNS_OF_ONE", 1)
    held, go = threading.Event(), threading.Event()
    desk.addon.script.sleep = lambda _seconds: held.set() or go.wait(10)
    thread = threading.Thread(target=desk.call, args=("hold",))
    thread.start()
    assert held.wait(10)

    refusal = desk.refusal("f", by=desk.owner)
    other = desk.call("f", by=desk.editor)
    go.set()
    thread.join()

    assert refusal.startswith("Exception: There are too many scripts running simultaneously")
    assert other == 1
