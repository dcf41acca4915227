"""The whole put together: an add-on that is stopped while its sidebar still asks."""

from __future__ import annotations

from sandbox.launch import OWNER, LocalGoogle, Webhook
from sandbox.page.site import Site
from sandbox.runtime.sessions import Session


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
