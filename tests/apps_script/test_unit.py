"""The add-on's unit tests, run by Node's own test runner; and signatures, checked by the service's library."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from server import __version__
from server.access.signatures import derive_key
from server.core.scoring.triage import NOTE_PREFIX
from server.core.settings.questions import COLUMN_SETTINGS
from server.layout.limits import ROWS_PER_COMMIT
from server.layout.record_tabs import PREDICTION_LOG, SETTINGS
from server.layout.segment_tabs import NEW_USER, TRAINING_DATA
from server.layout.tabs import INPUT_HEADERS, LAYOUTS, LOG_HEADERS, OUTPUT_HEADERS, TABS
from server.use_cases.explain_row import TABS as EXPLAINED
from server.web.calls import CALLS

UNIT = Path(__file__).parent / "unit"
APPS_SCRIPT = Path(__file__).resolve().parents[2] / "apps_script"
FILES = sorted(path.name for path in UNIT.glob("*.test.mjs"))


def evaluated(node: str, code: str) -> object:
    """Return what an expression gives in the add-on's global scope."""
    program = (
        f"import {{ load }} from {json.dumps((UNIT / 'project.mjs').as_uri())};"
        f"const world = load(); console.log(JSON.stringify(world.run({json.dumps(code)})));"
    )
    done = subprocess.run(
        [node, "--input-type=module", "-e", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("file", FILES)
def test_unit_tests_pass(node: str, file: str) -> None:
    """Each file of tests/apps_script/unit passes, and runs at least one test."""
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", str(UNIT / file)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    counted = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert counted is not None
    assert int(counted[1]) > 0


def test_a_signature_is_taken_by_the_service(node: str) -> None:
    """A body with signs beyond ASCII is signed over the bytes that are sent."""
    key = derive_key("s" * 32, "spreadsheet-0001", 1_796_000_000)
    body = '{"CustomerID": "Zoë 🔹 ẞ"}'
    moment = evaluated(node, "String(Math.floor(new Date().getTime() / 1000))")

    signature = evaluated(
        node, f"Webhook.signature({json.dumps(key)}, 'msg_1', {json.dumps(moment)}, {json.dumps(body)})"
    )

    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(moment),
        "webhook-signature": str(signature),
    }
    assert Webhook(key).verify(body.encode(), headers) == {"CustomerID": "Zoë 🔹 ẞ"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("About.VERSION", __version__),
        ("Rows.INPUTS", list(INPUT_HEADERS)),
        ("Rows.OUTPUTS", list(OUTPUT_HEADERS)),
        ("Rows.NOTE_PREFIX", NOTE_PREFIX),
        ("Rows.AT_MOST", ROWS_PER_COMMIT),
        ("[...Setup.TABS].sort()", sorted(TABS)),
        ("Setup.RENAMABLE", next(title for title, tab in LAYOUTS.items() if tab.has_mark)),
        ("Sidebar.EXPLAINED", list(EXPLAINED)),
        ("DataCheck.SETTINGS", {role: name for name, role in COLUMN_SETTINGS.items()}),
    ],
    ids=[
        "version",
        "inputs",
        "outputs",
        "notes",
        "rows in a request",
        "tabs",
        "marked tab",
        "explained",
        "settings",
    ],
)
def test_what_both_sides_know_is_the_same(node: str, code: str, expected: object) -> None:
    """A constant that add-on and service both hold has one value."""
    assert evaluated(node, code) == expected


def test_the_add_on_makes_every_call_of_the_service_and_no_other() -> None:
    """By the names in the table of calls."""
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(APPS_SCRIPT.glob("*.js")))
    made = set(re.findall(r"Webhook\.(?:call|send)\('([^']+)'", source))

    assert made == {call.name for call in CALLS if call.body}


def test_tabs_and_columns_that_the_add_on_names_are_the_services(node: str) -> None:
    """Each title, and each header of the log that the sidebar shows."""
    titles = "[Rows.TAB, DataCheck.TAB, DataCheck.SETTINGS_TAB, Sidebar.LOG_TAB]"

    assert evaluated(node, titles) == [NEW_USER, TRAINING_DATA, SETTINGS, PREDICTION_LOG]
    assert set(map(str, evaluated(node, "Sidebar.REPORTS"))) <= set(LAYOUTS)  # type: ignore[call-overload]
    assert set(map(str, evaluated(node, "Sidebar.LOGGED"))) <= set(LOG_HEADERS)  # type: ignore[call-overload]


def test_the_scopes_that_setup_asks_for_are_those_of_the_manifest(node: str) -> None:
    """Nothing is asked for that the manifest does not list, and nothing is left out; mail alone may be withheld."""
    manifest = json.loads((APPS_SCRIPT / "appsscript.json").read_text(encoding="utf-8"))

    mail = evaluated(node, "Digest.SCOPE")
    assert sorted([*evaluated(node, "Setup.SCOPES"), mail]) == sorted(manifest["oauthScopes"])  # type: ignore[misc]


def test_pages_make_no_markup_from_text() -> None:
    """No page uses what turns text into markup or code."""
    for path in APPS_SCRIPT.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        forbidden = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\son\w+=|eval\(", text
        )
        assert forbidden == [], path.name


def test_the_deploy_step_finds_its_placeholders() -> None:
    """The committed add-on names no real service, and its allow-list is the address in config.js."""
    config = (APPS_SCRIPT / "config.js").read_text(encoding="utf-8")
    manifest = json.loads((APPS_SCRIPT / "appsscript.json").read_text(encoding="utf-8"))

    assert manifest["urlFetchWhitelist"] == [
        "https://YOUR-SERVICE.example/",
        "https://hooks.slack.com/",
        "https://chat.googleapis.com/v1/spaces/",
    ]
    assert "SERVICE_URL: 'https://YOUR-SERVICE.example/'" in config
    assert not list(APPS_SCRIPT.glob(".clasp.json"))
