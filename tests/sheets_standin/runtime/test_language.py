"""The language that scripts are run in: globals, files, errors, results, limits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sheets_standin.runtime.project import ProjectError
from sheets_standin.runtime.runner import Limits
from tests.sheets_standin.scripts import SERVICE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "name",
    ["setTimeout", "setInterval", "fetch", "process", "require", "window", "document", "URL", "Buffer"],
)
def test_what_a_browser_or_node_has_is_not_there(desk_with: Any, name: str) -> None:
    """Apps Script has no timers, no fetch, no DOM and nothing of Node."""
    desk = desk_with(f"function f() {{ return typeof {name}; }}")

    kind = desk.call("f")

    assert kind == "undefined"


def test_files_share_one_scope_in_no_promised_order(desk_with: Any) -> None:
    """A constant of one file is seen by functions of all; code at the top may not lean on another file's."""
    files = {"a.js": "const A = 1; function f() { return A + B; }", "b.js": "const B = 2;"}
    leaning = {"a.js": "const A = 1;", "b.js": "const B = A + 1; function f() { return B; }"}

    shared = [desk_with(files).call("f") for _ in range(2)]
    desk = desk_with(leaning)
    outcomes = {desk.addon.called(desk.owner, "", "f", [])["ok"] for _ in range(2)}

    assert shared == [3, 3]
    assert outcomes == {True, False}


def test_every_run_has_fresh_globals(desk_with: Any) -> None:
    """What a run leaves in a global variable is gone in the next."""
    desk = desk_with("let seen = 0; function f() { seen += 1; return seen; }")

    counts = [desk.call("f"), desk.call("f")]

    assert counts == [1, 1]


def test_a_message_may_be_larger_than_a_pipe(desk_with: Any) -> None:
    """What a script says waits until the pipe has room again, however long it is."""
    desk = desk_with(
        "function f() { for (let n = 0; n < 5; n++) console.log('x'.repeat(4000000)); return 'said'; }"
    )

    answer = desk.call("f")

    assert answer == "said"
    assert [len(text) for text in desk.log()] == [4_000_000] * 5


def test_an_uncaught_error_tells_file_line_and_column(desk_with: Any) -> None:
    """A run's record says where it failed, whichever side the error came from."""
    code = "function f() {\n  const x = null;\n  return x.y;\n}\n"
    code += "function g() {\n  SpreadsheetApp.getActive().getRange('?');\n}"
    desk = desk_with(code)

    own, google = desk.refusal("f"), desk.refusal("g")

    first, second = (record.error for record in desk.addon.records)
    assert own == "TypeError: Cannot read properties of null (reading 'y')"
    assert (first["file"], first["line"], first["column"]) == ("main", 3, 12)
    assert google == "Exception: Range not found"
    assert (second["file"], second["line"]) == ("main", 6)
    assert "    at g (main:6:" in second["stack"]


def test_a_service_error_can_be_caught(desk_with: Any) -> None:
    """What a service throws is an Error named Exception."""
    code = """
    function f() {
      try { SpreadsheetApp.getActive().getRange('?'); } catch (e) { return [e instanceof Error, e.name, String(e)]; }
    }"""

    caught = desk_with(code).call("f")

    assert caught == [True, "Exception", "Exception: Range not found"]


def test_a_file_that_does_not_parse_fails_every_run(desk_with: Any) -> None:
    """A syntax error is told with its file and line."""
    desk = desk_with({"main.js": "function f() { return 1; }", "other.js": "const a = 1;\nconst = 2;"})

    refusal = desk.refusal("f")

    assert refusal.startswith("SyntaxError: ")
    error = desk.addon.records[-1].error
    assert (error["file"], error["line"]) == ("other", 2)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "s.getRange(1)",
            "The parameters (number) don't match the method signature for SpreadsheetApp.Sheet.getRange.",
        ),
        (
            "s.getRange(1, 1).setValues('x')",
            "The parameters (String) don't match the method signature for SpreadsheetApp.Range.setValues.",
        ),
        (
            "s.getRange(1, 1).setValues([1])",
            "The parameters (number[]) don't match the method signature for SpreadsheetApp.Range.setValues.",
        ),
        (
            "s.getRange(1, null)",
            "The parameters (number,null) don't match the method signature for SpreadsheetApp.Sheet.getRange.",
        ),
        (
            "s.getParent().toast()",
            "The parameters () don't match the method signature for SpreadsheetApp.Spreadsheet.toast.",
        ),
        (
            "PropertiesService.getScriptProperties().setProperty('k', null)",
            "The parameters (String,null) don't match the method signature for "
            "PropertiesService.Properties.setProperty.",
        ),
        ("s.getRange(1, 1).setBorder(true, true, true, true, true, true)", "SpreadsheetApp.Range.setBorder"),
        ("DriveApp.getRootFolder()", "DriveApp.getRootFolder"),
        ("s.getRange(1, 1).setValue([1])", "writing list into a cell"),
    ],
    ids=lambda value: value[:40],
)
def test_what_does_not_fit_a_method_is_refused(desk_with: Any, code: str, message: str) -> None:
    """Wrong arguments throw in Google's words; what the stand-in lacks says so; nothing returns quietly."""
    desk = desk_with(
        f"function f() {{ const s = SpreadsheetApp.getActiveSheet(); {code}; SpreadsheetApp.flush(); }}"
    )

    refusal = desk.refusal("f")

    prefix = "" if message.startswith("The param") else "not supported by the local stand-in: "
    assert refusal == f"Exception: {prefix}{message}"


def test_a_method_that_google_does_not_have_is_no_function(desk_with: Any) -> None:
    """A misspelt method throws a TypeError."""
    desk = desk_with("function f() { SpreadsheetApp.getActiveSheet().getRnage(1, 1); }")

    refusal = desk.refusal("f")

    assert refusal.startswith("TypeError: ")
    assert refusal.endswith("getRnage is not a function")


def test_enumerations_and_objects_come_back_as_themselves(desk_with: Any) -> None:
    """A value of an enumeration equals the constant and prints its name."""
    code = """
    function f() {
      const document = SpreadsheetApp.DeveloperMetadataVisibility.DOCUMENT;
      const book = SpreadsheetApp.getActive();
      book.addDeveloperMetadata('k', 'v', document);
      const found = book.createDeveloperMetadataFinder().withKey('k').find()[0];
      return [found.getVisibility() === document, String(document), ScriptApp.AuthMode.FULL.toString(), String(book)];
    }"""

    seen = desk_with(code).call("f")

    assert seen == [True, "DOCUMENT", "FULL", "Spreadsheet"]


def test_logging_is_kept_with_the_run(desk_with: Any) -> None:
    """console and Logger write into the record of the run, objects as JSON."""
    desk = desk_with(
        "function f() { console.log('%s of %d', 'a', 2, {b: 1}); Logger.log([1]); return Logger.getLog(); }"
    )

    logged = desk.call("f")

    assert logged == "[1]\n"
    assert desk.addon.records[-1].log == [("DEBUG", 'a of 2 {"b":1}'), ("LOGGER", "[1]")]


def test_a_script_that_does_not_end_is_stopped(desk_with: Any) -> None:
    """A run over its time is ended, cannot catch that, and leaves the next run unharmed."""
    code = "function f() { try { for (;;) {} } catch (e) { return 1; } } function g() { return 2; }"
    desk = desk_with(code, limits=Limits(run_seconds=0.2))

    refusal = desk.refusal("f")

    assert refusal == "Exception: Exceeded maximum execution time"
    assert desk.addon.records[-1].status == "Timed Out"
    assert desk.call("g") == 2


def test_a_script_that_takes_all_memory_is_stopped(desk_with: Any) -> None:
    """A run over its memory fails by itself."""
    code = "function f() { const a = []; for (;;) a.push(new Array(1e5).fill(a.length)); } function g() { return 2; }"
    desk = desk_with(code, limits=Limits(memory_mib=32))

    refusal = desk.refusal("f")

    assert refusal == "Exception: Out of memory error."
    assert desk.call("g") == 2


def test_promises_are_finished_before_the_run_ends(desk_with: Any) -> None:
    """What a script does after an await is done before the run counts as ended."""
    desk = desk_with(
        "async function f() { await null; SpreadsheetApp.getActiveSheet().getRange('A1').setValue(5); }"
        "function g() { f(); }"
    )

    desk.call("g")

    assert desk.value(1, 1) == 5


def test_dates_show_the_time_zone_of_the_script(desk_with: Any) -> None:
    """A Date's local hours are those of the manifest's time zone."""
    desk = desk_with(
        "function f() { return new Date(0).getHours(); }", manifest={"timeZone": "America/New_York"}
    )

    hour = desk.call("f")

    assert hour == 19


def test_the_deploy_step_is_done_in_memory(desk_with: Any) -> None:
    """The constants of config.js and the allow-list are the deployment's; the files stay as they were."""
    config = "const Config = Object.freeze({\n  SERVICE_URL: 'https://YOUR.example/',\n  SERVICE_ACCOUNT: 'YOUR',\n});"
    desk = desk_with(
        {
            "config.js": config,
            "main.js": "function f() { return [Config.SERVICE_URL, Config.SERVICE_ACCOUNT]; }",
        }
    )

    constants = desk.call("f")

    assert constants == [SERVICE, "service@project.iam.gserviceaccount.com"]
    assert desk.addon.script.project.manifest["urlFetchWhitelist"] == [SERVICE]


@pytest.mark.parametrize(
    ("files", "manifest", "message"),
    [
        ({}, {"runtimeVersion": "DEPRECATED_ES5"}, "V8"),
        ({}, {"oauthScopes": []}, "oauthScopes"),
        ({"main.html": ""}, {}, "one name"),
        ({"config.js": "const Config = {};"}, {}, "SERVICE_URL"),
    ],
    ids=["runtime", "scopes", "names", "constants"],
)
def test_a_project_that_google_would_not_take_does_not_start(
    desk_with: Any, files: dict[str, str], manifest: dict[str, Any], message: str
) -> None:
    """A manifest or a set of files that could not be deployed is refused with the reason."""
    with pytest.raises(ProjectError, match=message):
        desk_with({"main.js": "function f() {}", **files}, manifest=manifest)


def test_the_scripts_clock_is_the_workspaces(desk_with: Any) -> None:
    """Date follows the clock that tests move on, and stays a Date."""
    code = """
    function f() {
      const now = new Date();
      return [now.toISOString().slice(0, 13), Math.abs(Date.now() - now) < 5000, now instanceof Date,
        new Date(0).getTime(), Date.UTC(1970, 0, 1), typeof Date()];
    }"""
    desk = desk_with(code)
    desk.clock.advance(dt.timedelta(hours=3))

    answer = desk.call("f")

    assert answer == ["2026-01-15T20", True, True, 0, 0, "string"]
