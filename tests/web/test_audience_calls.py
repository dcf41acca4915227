"""An audience over HTTP whose making takes longer than its answer may: its files are fetched afterwards, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest

from local.client import Reply
from local.launch import LocalGoogle
from server.operations import Operations
from server.sheets.commit.committer import Committer
from server.use_cases.audiences import making
from tests.conftest import Sheet
from tests.contacts import HEADER, contact, paste
from tests.service import Service, serving

PATIENCE_SECONDS = 20


@pytest.fixture
def slow(google: LocalGoogle, committer: Committer) -> Iterator[Service]:
    """A service that answers long calls at once."""
    with serving(google, committer, operations=partial(Operations, answer_seconds=0.0)) as served:
        yield served


@pytest.fixture
def listed(segmented: Sheet) -> Sheet:
    paste(segmented.document, "Contacts", [HEADER, *(contact(f"C{n:03}", n) for n in range(60))])
    return segmented


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Making waits until this is set."""
    let_go, fill = threading.Event(), making.fill

    def waiting(*args: object, **kwargs: object) -> None:
        assert let_go.wait(PATIENCE_SECONDS)
        fill(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "fill", waiting)
    yield let_go
    let_go.set()


def ended(service: Service, sheet: Sheet, operation_id: str) -> Reply:
    """Ask for the files until the making has ended."""
    client = service.client(sheet.document)
    while True:
        reply = client.call("audience", step="files", operationId=operation_id)
        if reply.status != 202:
            return reply


def test_files_are_fetched_once_the_making_has_ended(
    slow: Service, listed: Sheet, held: threading.Event
) -> None:
    """Until then it says how far it is; a second time, and to another spreadsheet, they are not handed over."""
    client = slow.client(listed.document)

    begun = client.call("audience", step="make", target="list", name="VIP")
    identity = begun.body["operation"]["id"]
    meanwhile = client.call("audience", step="files", operationId=identity)
    held.set()
    done = ended(slow, listed, identity)

    assert (begun.status, begun.body.get("files")) == (202, None)
    assert (meanwhile.status, meanwhile.body["operation"]["state"]) == (202, "running")
    assert done.body["operation"]["state"] == "done"
    assert done.body["result"]["look"]["members"] == 60
    [file] = done.body["files"]
    assert len(file["text"].splitlines()) == 61
    again = client.call("audience", step="files", operationId=identity)
    assert (again.status, again.body["result"]["name"], again.body.get("files")) == (200, "VIP", None)
    unknown = client.call("audience", step="files", operationId="op-0")
    assert (unknown.status, unknown.body["detail"]) == (400, "There is no such audience on its way.")


@pytest.mark.parametrize("target", ["list", pytest.param("meta", marks=pytest.mark.slow)])
def test_an_audience_in_time_comes_with_its_files(
    google: LocalGoogle, committer: Committer, listed: Sheet, target: str
) -> None:
    """The plain list too, whose name is translated."""
    listed.document.locale = "de_DE"
    with serving(google, committer) as service:
        client = service.client(listed.document)
        preview = client.call("audience", step="preview", target=target, name="VIP")
        made = client.call("audience", step="make", target=target, name="VIP")

    assert (preview.status, made.status) == (200, 200)
    assert preview.body["target"] == {"list": "Einfache Liste", "meta": "Meta (Facebook, Instagram)"}[target]
    assert len(made.body["files"][0]["text"].splitlines()) == 61


def test_another_audience_does_not_join_the_one_on_its_way(
    slow: Service, listed: Sheet, held: threading.Event
) -> None:
    """Else it would be told that it was made, and get nothing."""
    client = slow.client(listed.document)
    begun = client.call("audience", step="make", target="list", name="VIP")

    other = client.call("audience", step="make", target="meta", name="Other")

    held.set()
    ended(slow, listed, begun.body["operation"]["id"])
    assert (other.status, other.body["type"]) == (503, "urn:audience-targeting:problem:busy")
    assert [line[0] for line in listed.rows("Audiences")] == ["VIP"]
