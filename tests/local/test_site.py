"""The whole put together: an add-on that is stopped while its sidebar still asks."""

from __future__ import annotations

from typing import Any

from local.launch import OWNER, LocalGoogle, Webhook
from local.site import Site
from sheets_standin.runtime.sessions import Session


def test_a_sidebar_that_asks_when_all_is_stopped_gets_an_error(google: LocalGoogle) -> None:
    """A call that comes late is answered, as a page that is still open would otherwise wait for good."""
    with (
        Webhook(google) as webhook,
        Site(google, webhook, google.spreadsheet(shared=False)) as site,
    ):
        site.addon.authorize(OWNER)
    session = Session(OWNER, site.document)

    answer = site.addon.called(session, "frame", "callFromPage", ["pulse", None])

    assert answer["ok"] is False
    assert "stopped" in answer["error"]["message"]


def test_pages_hear_when_a_script_runs_and_when_it_has_ended(google: LocalGoogle) -> None:
    """The page says "Working…" as long as a menu item or a trigger is at work."""
    with (
        Webhook(google) as webhook,
        Site(google, webhook, google.spreadsheet(shared=False)) as site,
    ):
        site.addon.authorize(OWNER)
        site.addon.settle()
        session = site.page.open(OWNER)

        site.addon.chosen(session, "menuAbout")
        began = _until(session, "running", count=1)
        question = _until(session, "alert")
        session.answer(question["question"], "OK")
        ended = _until(session, "running", count=0, after=question["number"])

    assert began["number"] < question["number"] < ended["number"]


def _until(session: Session, kind: str, *, after: int = 0, **data: object) -> dict[str, Any]:
    """Wait for an event and return it; the feed waits at most five seconds for the next one."""
    while events := session.feed.since(after, 5.0):
        for event in events:
            if event["kind"] == kind and all(event[name] == value for name, value in data.items()):
                return event
        after = events[-1]["number"]
    raise AssertionError(f"no event {kind}")
