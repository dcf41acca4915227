"""One webhook under gunicorn for a module, and a spreadsheet that it knows."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from local.client import SignedClient
from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle, Webhook
from server.access.signatures import derive_key
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role
from tests.conftest import Sheet


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[LocalGoogle, Webhook]]:
    """The stand-in and the real service, as `python -m local serve` starts them."""
    with LocalGoogle(quota=False) as google, Webhook(google) as webhook:
        yield google, webhook


@pytest.fixture(scope="module")
def webhook(world: tuple[LocalGoogle, Webhook]) -> Webhook:
    return world[1]


@pytest.fixture
def sheet(world: tuple[LocalGoogle, Webhook], first_segmentation: Document) -> Sheet:
    """A copy of a segmented spreadsheet, shared with the service."""
    google, _ = world
    document = google.workspace.copy(first_segmentation, OWNER)
    google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
    return Sheet(document)


def keyed(webhook: Webhook, spreadsheet_id: str) -> SignedClient:
    """Return a client whose key is made of the service's secret: connects are limited in number."""
    expiry = int(time.time()) + 3600
    return SignedClient(
        webhook.url, spreadsheet_id, derive_key(webhook.secret, spreadsheet_id, expiry), expiry
    )


@pytest.fixture
def signed(webhook: Webhook, sheet: Sheet) -> SignedClient:
    """A client with the spreadsheet's key."""
    return keyed(webhook, sheet.id)
