"""Whatever names, plans, ids, headers and records of a spreadsheet hold, each part of the sidebar shows as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.apps_script import samples
from tests.apps_script.harness import ok
from tests.browser.test_addon_pages import shown  # noqa: F401 - a fixture
from tests.browser.test_markup import ODD, assert_no_markup

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WRITTEN = {
    *("CustomerID", "actionPlan", "audience", "changed", "customer", "detail", "digestProblem", "expected"),
    *("header", "hint", "message", "name", "owner", "promise", "result", "revenue", "segment", "sentence"),
    *("stage", "stopped", "text", "title", "verdict", "who", "why"),
}
"""Fields whose text comes from cells, or from what somebody else may have written into the spreadsheet's records."""
LISTED = {"headers", "notes", "others", "samples", "sentences", "summary", "warnings"}


TEXTS = {
    "odd": "".join(text for name, text in ODD.items() if name != "long"),
    "long": ODD["long"],
}
LOOKED = samples.CHECKED | {"found": samples.CHECKED["found"] | {"questions": [samples.QUESTION]}}


def hostile(answer: Any, text: str, field: str = "") -> Any:
    """Return an answer whose texts of the spreadsheet are another."""
    if isinstance(answer, dict):
        return {name: hostile(part, text, name) for name, part in answer.items()}
    if isinstance(answer, list):
        return [hostile(part, text, field) for part in answer]
    return text if isinstance(answer, str) and field in WRITTEN | LISTED else answer


REFRESH = {
    "every": "off",
    "stopped": "x",
    "digestProblem": "x",
    "last": {"at": "2026-11-24T08:00:00Z", "result": "x"},
    "nextAt": "",
    "overdueSince": "",
    "hasDigest": True,
}
NEWS = {
    "orders": None,
    "plans": [{"segment": "x", "customers": 3, "rows": 2}],
    "settings": [{"setting": "Clusters", "value": "x", "needs": "segments"}],
}
TESTS = [
    {"name": "x", "end": "2026-01-01", "status": "running", "verdict": "x"},
    {"name": "x", "end": "soon", "status": "\u202eodd", "verdict": ""},
]
STATUS = samples.status(
    warnings=["x"],
    segments=[
        segment
        | {"who": "x", "changed": "x", "expected": "x", "revenue": "x"}
        | {"lists": [{"kind": "all", "title": "x", "customers": 3, "link": "javascript:owned()"}]}
        for segment in samples.status()["segments"]
    ],
)
PULSE = samples.pulse(
    news=NEWS,
    tests=TESTS,
    refresh=REFRESH,
    pending={"at": samples.NOON, "title": "x", "text": "x", "retryAfterSeconds": 0},
)
FORM = {
    "segments": [{"segment": "x", "customers": 9}],
    "audiences": [{"audience": "x", "members": 9}],
    "standingShare": 0.1,
    "today": "2026-11-24",
    "days": 60,
    "source": "",
}
PREVIEW = {
    "preview": {
        "customers": 90,
        "control": 10,
        "end": "2026-12-24",
        "leftOut": [{"customers": 2, "why": "x"}],
        "promise": "x",
        "needsConfirmation": True,
    },
    "promise": "x",
}


def assert_shown_as_text(page: Page, text: str, places: int) -> None:
    """So often at least, in a page that is no wider than the sidebar and leads nowhere else."""
    seen = page.locator("body").text_content()
    assert (seen or "").count(text) >= places
    assert page.locator("a[href*='evil.example'], a[href^='javascript']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 300
    assert_no_markup(page)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_each_part_of_the_sidebar_shows_it_as_text(shown: Callable[..., Page], text: str) -> None:  # noqa: F811
    """Segments, lists, rows that wait, the last ones, tests, refresh, news and model; an explanation; a test's form."""
    answers = {"pulse": PULSE, "status": STATUS, "explain": samples.WHY, "tests": FORM}
    sidebar = shown({name: [ok(hostile(answer, text))] for name, answer in answers.items()})

    sidebar.get_by_role("button", name="Explain the selected row").press("Enter")
    sidebar.clock.run_for(500)
    assert_shown_as_text(sidebar, text, 20)

    sidebar.evaluate("(answer) => { window.answers.tests.push(answer); }", ok(hostile(PREVIEW, text)))
    sidebar.get_by_role("button", name="Start a test…").press("Enter")
    sidebar.clock.run_for(500)
    sidebar.locator("#test-name").fill("Spring")
    sidebar.locator("#test-segment-0").check()
    sidebar.get_by_role("button", name="What would it show?").press("Enter")
    sidebar.clock.run_for(500)

    expect(sidebar.locator("#test-preview")).to_contain_text("You can start it all the same.")
    assert_shown_as_text(sidebar, text, 4)
    sidebar.set_content("")  # a picture of 50,000 characters takes a minute


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("answer", [LOOKED, samples.CHECK_FAILED], ids=["found", "cannot be used"])
def test_the_look_at_the_data_shows_headers_and_cells_as_text(
    shown: Callable[..., Page],  # noqa: F811
    answer: dict[str, Any],
    text: str,
) -> None:
    """Columns, samples, readings of a question; and what cannot be used."""
    empty = {"pulse": [ok(samples.pulse(predictions=[]))], "status": [ok(samples.NO_MODEL)]}
    sidebar = shown(empty | {"inspect": [ok(hostile(answer, text))]}, start="check")
    sidebar.clock.run_for(500)

    assert_shown_as_text(sidebar, text, 3)
    sidebar.set_content("")
