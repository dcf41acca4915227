"""Contacts are nowhere but in the sheet and in the file, whatever fails while an audience is made."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from server.sheets.api.client import of_another_google
from server.sheets.api.failures import ApiFailure, NoAnswer
from server.sheets.commit.committer import Committer
from server.use_cases.audiences import audiences, making, reading
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role
from tests.conftest import MeddlingClient, Sheet, quick
from tests.contacts import HEADER, contact, paste
from tests.service import Service, serving

pytestmark = pytest.mark.slow

MARKS = ("marked.address", "marked-first", "marked-last", "5550199", "99501")
"""What tells a contact; none of it may be found."""
QUOTING = "marked.address@example.com, marked-first marked-last, +49 171 5550199"
"""Google's own errors quote the values that it refuses."""

Raiser = Callable[[], BaseException]
WAYS: dict[str, Raiser] = {
    "refused": lambda: ApiFailure(400, f"Invalid data[0].values[1]: {QUOTING}"),
    "not allowed": lambda: ApiFailure(403, f"Protected: {QUOTING}"),
    "no answer": lambda: NoAnswer("cut"),
    "unforeseen": lambda: KeyError(QUOTING),
}


class FailingClient(MeddlingClient):
    """Fails at its n-th call (from 1) to Google and at all after it, once told to."""

    fails_at = 0
    calls = 0
    way: Raiser | None = None

    def for_long_work(self, *, heartbeat: bool = False) -> Any:
        """Return itself; signs of life come by the clock and are made apart."""
        return super().for_long_work(heartbeat=True) if heartbeat else self

    def _answer(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        if self.way is not None and self.calls == self.fails_at:
            raise self.way()
        return super()._answer(*args, **kwargs)


@pytest.fixture
def failing(google: LocalGoogle) -> FailingClient:
    credentials = google.credentials()
    return FailingClient(lambda: of_another_google(credentials), google.url)


@pytest.fixture
def service(google: LocalGoogle, failing: FailingClient) -> Iterator[Service]:
    with serving(google, Committer(failing, quick)) as running:
        yield running


@pytest.fixture
def listed(segmented: Sheet) -> Sheet:
    """A segmented spreadsheet with contacts; one good, one that cannot be used, one who has not agreed."""
    rows = [contact(f"C{number:03}", number) for number in range(60)]
    marked = {
        "FirstName": "marked-first",
        "LastName": "marked-last",
        "Phone": "+49 171 5550199",
        "Zip": "99501",
    }
    rows[1] = contact("C001", 1, Email="marked.address@example.com", **marked)
    rows[2] = contact("C002", 2, Email="marked.address@@example", **marked | {"Phone": "5550199 marked-last"})
    rows[3] = contact("C003", 3, Email="marked.address.3@example.com", AdConsent="marked-last", **marked)
    paste(segmented.document, "Contacts", [HEADER, *rows])
    return segmented


def tellings(service: Service, document: Document, **fields: Any) -> tuple[int, str]:
    """Have an audience previewed and made; return the last status and all that anybody is told, without the files."""
    client = service.client(document)
    asked = {"target": "list", "name": "VIP", "hashed": False, "tab": True, **fields}
    replies = [client.call("audience", step=step, **asked) for step in ("choices", "preview", "make")]
    replies += [client.call("operations"), client.call("status")]
    bodies = [{**reply.body, "files": []} for reply in replies]
    records = [entry.value for entry in document.metadata]
    return replies[2].status, json.dumps([bodies, records])


def copies(google: LocalGoogle, sheet: Sheet) -> Iterator[Document]:
    """Yield copies of a spreadsheet that the service may edit."""
    while True:
        document = google.workspace.copy(sheet.document, OWNER)
        google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
        yield document


@pytest.mark.parametrize("way", WAYS)
def test_contacts_are_told_of_by_nobody_at_whichever_call_making_fails(
    google: LocalGoogle,
    service: Service,
    failing: FailingClient,
    listed: Sheet,
    caplog: pytest.LogCaptureFixture,
    way: str,
) -> None:
    """Neither logs nor records nor answers; and no hidden tab holds them when the next one has been made."""
    caplog.set_level(logging.DEBUG)
    failed = 0
    for at, document in zip(range(1, 60), copies(google, listed), strict=False):
        failing.way, failing.fails_at, failing.calls = WAYS[way], at, 0

        status, seen = tellings(service, document)

        failed += status != 200
        assert [mark for mark in MARKS if mark in seen] == [], f"call {at}"
        assert [mark for mark in MARKS if mark in caplog.text] == [], f"call {at}"
        is_over, failing.way = failing.calls < at, None
        # What fails at the last call keeps the end of the work from its record, which is taken over when it is stale.
        assert tellings(service, document)[0] == 200 or '"state":"running"' in seen.replace("\\", "")
        assert not [tab.title for tab in document.sheets if tab.title.startswith("ATE staging")]
        del google.workspace.documents[document.spreadsheet_id]
        if is_over:
            break
    assert is_over
    assert failed >= (0 if way == "no answer" else 5)


STEPS = (
    (reading, "work_out"),
    (audiences, "work_out"),
    (audiences, "look"),
    (making, "audience_file"),
    (making, "removal_rows"),
    (making, "fill"),
    (making, "append_requests"),
)
"""What works on contacts, one after the other."""


@pytest.mark.parametrize(
    ("module", "name"), STEPS, ids=[f"{module.__name__}.{name}" for module, name in STEPS]
)
def test_contacts_are_told_of_by_nobody_whichever_step_breaks(
    service: Service,
    listed: Sheet,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
) -> None:
    """An error of the service's own that quotes all it was given."""
    caplog.set_level(logging.DEBUG)
    assert tellings(service, listed.document)[0] == 200

    def breaks(*args: object, **kwargs: object) -> None:
        raise ValueError(f"{QUOTING} {args} {kwargs}")

    monkeypatch.setattr(module, name, breaks)
    _, seen = tellings(service, listed.document)

    assert [mark for mark in MARKS if mark in seen] == []
    assert [mark for mark in MARKS if mark in caplog.text] == []


def test_the_marks_would_be_seen(service: Service, listed: Sheet) -> None:
    """They stand in the file and in the audience's tab."""
    client = service.client(listed.document)

    made = client.call("audience", step="make", target="list", name="VIP", hashed=False, tab=True)

    assert [
        mark
        for mark in MARKS
        if mark not in json.dumps(made.body["files"]) + str(listed.rows("Audience VIP"))
    ] == []
