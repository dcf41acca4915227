"""Menus, consent, dialogs, the sidebar and what it calls."""

from __future__ import annotations

import threading
import time
from typing import Any

import jwt
import pytest

from sheets_standin.google.tokens import AUDIENCE
from sheets_standin.runtime.runner import Limits
from sheets_standin.runtime.sessions import Session
from tests.sheets_standin.scripts import OWNER, SCOPE, SCOPES, VIEWER, Desk

pytestmark = pytest.mark.browser


def wait_for(desk: Desk, kind: str, of: Session | None = None, *, after: int = 0) -> dict[str, Any]:
    """Return the next event of a kind that a page gets, after the event of a number."""
    session, seen, end = of or desk.owner, after, time.monotonic() + 10
    while time.monotonic() < end:
        for event in session.feed.since(seen, 1):
            seen = event["number"]
            if event["kind"] == kind:
                return event
    raise AssertionError(f"no {kind}")


MENU = """
function onOpen(e) {
  const ui = SpreadsheetApp.getUi();
  ui.createMenu('Engine').addItem('Do', 'act').addSeparator()
    .addSubMenu(ui.createMenu('More').addItem('Less', 'less')).addToUi();
  console.log(String(e.authMode) + ' ' + ('source' in e));
}
function act() { SpreadsheetApp.getActive().toast('done', 'Title', 3); }
function fail() { throw new Error('no luck'); }
"""


def test_opening_fills_the_menu(desk_with: Any) -> None:
    """Who may edit gets the menu, without having consented to anything; a viewer gets none."""
    desk = desk_with(MENU, consented=False)
    viewer = Session(VIEWER, desk.document)

    desk.addon.opened(desk.editor)
    desk.addon.opened(viewer)
    desk.addon.settle()

    assert [(e["title"], e["items"]) for e in desk.events("menu", desk.editor)] == [
        (
            "Engine",
            [
                {"label": "Do", "function": "act"},
                {"separator": True},
                {"label": "More", "items": [{"label": "Less", "function": "less"}]},
            ],
        )
    ]
    assert desk.events("menu", viewer) == []
    assert desk.log() == ["LIMITED true"]


@pytest.mark.parametrize(
    ("code", "is_refused"),
    [
        ("SpreadsheetApp.getActive()", True),
        ("PropertiesService.getDocumentProperties()", True),
        ("LockService.getDocumentLock()", True),
        ("UrlFetchApp.fetch('https://service.example/')", True),
        ("SpreadsheetApp.getUi().createAddonMenu().addItem('a', 'b').addToUi()", False),
    ],
    ids=["file", "properties", "lock", "fetch", "menu"],
)
def test_an_add_on_that_is_not_enabled_may_only_add_a_menu(
    desk_with: Any, code: str, is_refused: bool
) -> None:
    """In mode NONE nothing but the menu is open, not even the file."""
    desk = desk_with(f"function onOpen(e) {{ {code}; }}", opening="NONE")

    desk.addon.opened(desk.owner)
    desk.addon.settle()

    error = desk.addon.records[-1].error
    assert (error is not None) == is_refused
    assert error is None or error["message"].startswith("You do not have permission to call")


def test_choosing_asks_for_consent_once(desk_with: Any) -> None:
    """The first choice shows the scopes in Google's words and is over when they are accepted; the next one runs.

    So Google's own samples tell it: "When prompted, authorize the script", then "Click Mail Merge > Send Emails
    again" (developers.google.com/apps-script/samples/automations/mail-merge).
    """
    desk = desk_with(MENU, consented=False)

    desk.addon.chosen(desk.owner, "act")
    question = wait_for(desk, "consent")
    desk.owner.answer(question["question"], True)
    desk.addon.settle()
    after_consent = list(desk.events("toast"))
    desk.addon.chosen(desk.owner, "act")
    desk.addon.settle()

    assert after_consent == []
    assert [scope["scope"] for scope in question["scopes"]] == SCOPES
    assert question["scopes"][2]["text"] == "Connect to an external service"
    assert [(e["title"], e["text"], e["seconds"]) for e in desk.events("toast")] == [("Title", "done", 3)]
    assert len(desk.events("consent")) == 1


def test_without_consent_nothing_runs(desk_with: Any) -> None:
    """Refusing the scopes, or closing the page, ends it there; the sidebar's calls are refused too."""
    desk = desk_with(MENU, consented=False)

    desk.addon.chosen(desk.owner, "act")
    desk.owner.answer(wait_for(desk, "consent")["question"], False)
    desk.addon.chosen(desk.editor, "act")
    wait_for(desk, "consent", desk.editor)
    desk.addon.left(desk.editor)

    assert desk.addon.settle()
    assert desk.addon.records == []
    assert desk.refusal("act").startswith("ScriptError: Authorization is required")


def test_a_scope_that_was_withheld_is_missing(desk_with: Any) -> None:
    """Who gives some scopes only, and no more when asked again, gets the calls of those."""
    desk = desk_with("function act() { UrlFetchApp.fetch('https://service.example/'); }", consented=False)

    desk.addon.chosen(desk.owner, "act")
    first = wait_for(desk, "consent")
    desk.owner.answer(first["question"], [SCOPES[0]])
    desk.addon.settle()
    desk.addon.chosen(desk.owner, "act")
    desk.owner.answer(wait_for(desk, "consent", after=first["number"])["question"], False)
    desk.addon.settle()

    assert [event["text"] for event in desk.events("failed")] == [
        "Exception: Specified permissions are not sufficient to call UrlFetchApp.fetch. "
        f"Required permissions: {SCOPE}script.external_request"
    ]


def test_an_uncaught_error_of_a_menu_item_is_shown(desk_with: Any) -> None:
    """Sheets shows what a menu item threw; an item without a function says so."""
    desk = desk_with(MENU)

    for function in ("fail", "missing"):
        desk.addon.chosen(desk.owner, function)
        desk.addon.settle()

    assert [event["text"] for event in desk.events("failed")] == [
        "Error: no luck",
        "Exception: Script function not found: missing",
    ]


def test_alerts_and_prompts_wait_for_their_answers(desk_with: Any) -> None:
    """The script goes on with the button that was pressed; asking does not flush what it wrote."""
    code = """
    function act() {
      const ui = SpreadsheetApp.getUi();
      const cell = SpreadsheetApp.getActiveSheet().getRange('A1');
      cell.setValue('asked');
      const sure = ui.alert('Title', 'Sure?', ui.ButtonSet.YES_NO);
      const name = ui.prompt('Name?');
      cell.setValue([sure === ui.Button.YES, name.getResponseText(), name.getSelectedButton()].join());
    }"""
    desk = desk_with(code)

    desk.addon.chosen(desk.owner, "act")
    alert = wait_for(desk, "alert")
    before = desk.value(1, 1)
    desk.owner.answer(alert["question"], "YES")
    desk.owner.answer(wait_for(desk, "prompt")["question"], {"button": "OK", "text": "Ada"})
    desk.addon.settle()

    assert (alert["title"], alert["text"], alert["buttons"]) == ("Title", "Sure?", "YES_NO")
    assert before is None
    assert desk.value(1, 1) == "true,Ada,OK"


def test_waiting_for_a_person_does_not_count(desk_with: Any) -> None:
    """A script whose question is answered after its time goes on."""
    code = "function act() { SpreadsheetApp.getUi().alert('?'); console.log('went on'); }"
    desk = desk_with(code, limits=Limits(run_seconds=1.0))

    desk.addon.chosen(desk.owner, "act")
    question = wait_for(desk, "alert")["question"]
    threading.Event().wait(1.2)
    desk.owner.answer(question, "OK")
    desk.addon.settle()

    assert desk.log() == ["went on"]


def test_a_closed_page_stops_the_script_that_asks_it(desk_with: Any) -> None:
    """A script that waits for an answer ends with its page."""
    desk = desk_with("function act() { SpreadsheetApp.getUi().alert('?'); console.log('went on'); }")

    desk.addon.chosen(desk.owner, "act")
    wait_for(desk, "alert")
    desk.addon.left(desk.owner)

    assert desk.addon.settle()
    assert desk.log() == []
    assert desk.addon.records[-1].status == "Failed"


def test_no_dialog_without_a_person(desk_with: Any) -> None:
    """A time-driven run, and somebody else's trigger, cannot reach the page's dialogs."""
    code = """
    function install() {
      ScriptApp.newTrigger('f').timeBased().everyHours(1).create();
      ScriptApp.newTrigger('f').forSpreadsheet(SpreadsheetApp.getActive()).onEdit().create();
    }
    function f() { SpreadsheetApp.getActive().toast('t'); SpreadsheetApp.getUi().alert('x'); }"""
    desk = desk_with(code)
    desk.call("install", by=desk.owner)

    desk.addon.run_now("f")
    desk.edit(by=desk.editor)

    messages = {record.error["message"] for record in desk.addon.records if record.error}
    assert messages == {"Cannot call SpreadsheetApp.getUi() from this context."}
    assert (len(desk.events("toast", desk.owner)), len(desk.events("toast", desk.editor))) == (0, 1)


PAGES = {
    "side.html": "<h1><?= title ?></h1><?!= include('style') ?><? for (const n of [1, 2]) { ?><i><?= n ?></i><? } ?>",
    "style.html": "<style>b{}</style>",
    "main.js": """
    function include(name) { return HtmlService.createHtmlOutputFromFile(name).getContent(); }
    function open() {
      const page = HtmlService.createTemplateFromFile('side');
      page.title = '<b>&';
      SpreadsheetApp.getUi().showSidebar(page.evaluate().setTitle('Side'));
    }
    function dialog() {
      SpreadsheetApp.getUi().showModalDialog(HtmlService.createHtmlOutput('<p>').setWidth(300).setHeight(200), 'D');
    }
    function missing() { HtmlService.createTemplateFromFile('nothing'); }
    """,
}


def test_the_sidebar_is_made_of_templates(desk_with: Any) -> None:
    """Printing scriptlets escape, forced ones do not, others are code; files include each other."""
    desk = desk_with(PAGES)

    desk.call("open")

    shown = desk.events("sidebar")[0]
    assert shown["title"] == "Side"
    assert shown["html"] == "<h1>&#60;b&#62;&#38;</h1><style>b{}</style><i>1</i><i>2</i>"


def test_dialogs_have_a_size_and_missing_pages_say_so(desk_with: Any) -> None:
    """A dialog is as large as its page says; a page that the project lacks is an error."""
    desk = desk_with(PAGES)

    desk.call("dialog")
    refusal = desk.refusal("missing")

    dialog = desk.events("dialog")[0]
    assert [dialog[name] for name in ("title", "html", "width", "height", "modal")] == [
        "D",
        "<p>",
        300,
        200,
        True,
    ]
    assert refusal == "Exception: No HTML file named nothing was found."


CALLS = """
function echo(x) { return x; }
function hidden_() { return 1; }
function nothing() {}
function date() { return {a: [new Date()]}; }
function range() { return SpreadsheetApp.getActiveRange(); }
function holes() { return {a: undefined, b: [undefined, 1]}; }
function fail() { throw new TypeError('bad'); }
function slow() { Utilities.sleep(1); }
"""


def test_what_the_sidebar_calls_comes_back_as_json(desk_with: Any) -> None:
    """Plain values come back; undefined is null, alone and in arrays."""
    desk = desk_with(CALLS)

    echoed = desk.call("echo", {"a": [1.5, None, "x", True]})

    assert echoed == {"a": [1.5, None, "x", True]}
    assert desk.call("nothing") is None
    assert desk.call("holes") == {"b": [None, 1]}


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("hidden_", [], "TypeError: google.script.run.hidden_ is not a function"),
        ("nowhere", [], "TypeError: google.script.run.nowhere is not a function"),
        ("echo", [{"when": {"$illegal": "Date"}}], "Error: Failed due to illegal value in property: when"),
        ("echo", [[1, {"$illegal": "Function"}]], "Error: Failed due to illegal value in property: 1"),
        ("date", [], "Error: The script completed but the returned value is not a supported return type."),
        ("range", [], "Error: The script completed but the returned value is not a supported return type."),
        ("fail", [], "TypeError: bad"),
    ],
    ids=["private", "unknown", "date in", "function in", "date out", "object out", "thrown"],
)
def test_what_google_script_run_refuses(
    desk_with: Any, function: str, arguments: list[Any], message: str
) -> None:
    """Private and unknown functions, Dates and functions are refused; errors come with name and message."""
    refusal = desk_with(CALLS).refusal(function, *arguments)

    assert refusal == message


@pytest.mark.slow
def test_ten_calls_of_a_page_run_at_once(desk_with: Any) -> None:
    """The eleventh call waits until one of the ten is done; another page's does not."""
    desk: Desk = desk_with(CALLS)
    running, go = threading.Semaphore(0), threading.Event()

    def hold(_seconds: float) -> None:
        running.release()
        go.wait(30)

    desk.addon.script.sleep = hold
    threads = [threading.Thread(target=desk.call, args=("slow",)) for _ in range(11)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        assert running.acquire(timeout=20)
    eleventh = running.acquire(timeout=0.2)
    other = threading.Thread(target=lambda: desk.call("slow", by=desk.editor))
    other.start()
    assert running.acquire(timeout=20)
    go.set()
    for thread in [*threads, other]:
        thread.join()

    assert not eleventh
    assert len(desk.addon.records) == 12


def test_an_identity_token_names_the_effective_user(desk_with: Any) -> None:
    """The token is for the script's audience; without openid in the manifest there is none."""
    code = "function f() { return ScriptApp.getIdentityToken(); }"
    token = desk_with(code).call("f")
    none = desk_with(code, manifest={"oauthScopes": SCOPES[:4]}).call("f")

    claims = jwt.decode(token, options={"verify_signature": False})

    assert (claims["aud"], claims["email"], claims["iss"]) == (AUDIENCE, OWNER, "http://issuer.example")
    assert none is None


def test_authorization_can_be_asked_and_required(desk_with: Any) -> None:
    """What is missing is told before it is needed."""
    code = """
    function f() {
      const info = ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL);
      return [String(info.getAuthorizationStatus()), info.getAuthorizationUrl()];
    }
    function g() { ScriptApp.requireScopes(ScriptApp.AuthMode.FULL, ['https://www.googleapis.com/auth/drive']); }"""
    desk = desk_with(code)

    status = desk.call("f")
    refusal = desk.refusal("g")

    assert status == ["NOT_REQUIRED", None]
    assert refusal == "Exception: Authorization is required to perform that action."
