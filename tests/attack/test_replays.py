"""Each signed call of the table, sent once more as it was: nothing in the spreadsheet is another for it."""

from __future__ import annotations

from typing import Any

import pytest

from local.launch import LocalGoogle
from sheets_standin.spreadsheet.cells import value_of
from tests.conftest import Sheet
from tests.contacts import HEADER, contact, paste
from tests.service import Service
from tests.signed_calls import SIGNED, good_body

pytestmark = pytest.mark.slow

FIELDS: dict[str, dict[str, Any]] = {
    "audience": {"step": "make", "target": "list", "name": "VIP", "hashed": False, "tab": True},
    "explain": {"tab": "Segmented_Customers"},
    "forget": {"confirm": True},
    "score": {"trigger": "menu", "again": True, "rows": [{"row": 2}, {"row": 3}]},
}
"""What makes a call do as much as it can."""


def state(sheet: Sheet) -> list[tuple[str, list[list[object]], int]]:
    """Return what stands in the tabs, and how many filter views there are."""
    return [
        (
            tab.title,
            [[value_of(cell) for cell in row] for row in tab.grid.rows(0, tab.grid.row_count)],
            len(tab.filter_views),
        )
        for tab in sheet.document.sheets
    ]


@pytest.fixture
def busy(segmented: Sheet, service: Service) -> Sheet:
    """A spreadsheet in which each call has something to do."""
    paste(segmented.document, "Contacts", [HEADER, *(contact(f"C{n:03}", n) for n in range(60))])
    segmented.type("New User", 2, [["C001", "3", "12", "900"], ["N1", "30", "1", "9"]])
    service.client(segmented.document).call("score")
    segmented.type("New User", 4, [["N2", "300", "1", "9"]])
    at = segmented.row("Action_Map", 1).index("ActionPlan") + 1
    segmented.type("Action_Map", 2, [["Call them"]], column=at)
    return segmented


def names(sheet: Sheet) -> list[str]:
    """Return the names of the segments."""
    at = sheet.row("Action_Map", 1).index("Segment")
    return [str(row[at]) for row in sheet.rows("Action_Map")]


@pytest.mark.parametrize("call", SIGNED)
def test_a_replayed_call_changes_nothing(
    service: Service, busy: Sheet, google: LocalGoogle, call: str
) -> None:
    """Rows, lines, records, tests, audiences, plans and versions are as the first one left them."""
    fields = FIELDS.get(call, {})
    client = service.client(busy.document)
    plan = {"plan": {"name": "Spring", "segments": names(busy), "days": 60}, "confirm": True}
    if call == "tests/start":
        fields = plan
    if call == "tests/read":
        assert client.call("tests/start", **plan).status == 200
    token = service.person(busy.document).identity_token()
    body = good_body(call, busy.id, identityToken=token, **fields)
    headers = client.signed(body)
    before = state(busy)

    first = client.send(f"/v1/{call}", body.encode(), headers)
    after = state(busy)
    again = [client.send(f"/v1/{call}", body.encode(), headers) for _ in range(2)]

    writes = {"audience", "forget", "models/use", "plans/apply", "retrain", "score", "segment"}
    assert first.status == 200, first.body
    assert (after != before) == (call in writes | {"tests/read", "tests/start"})
    assert state(busy) == after
    assert {reply.status for reply in again} == {200}
    if call == "audience":
        assert first.body["files"]
        assert not any(reply.body.get("files") for reply in again)
