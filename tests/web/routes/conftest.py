"""One webhook under gunicorn for a module, and a spreadsheet that it knows."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from local.client import SignedClient
from local.launch import LocalGoogle, Webhook
from server.access.signatures import derive_key
from sheets_standin.spreadsheet.document import Document
from tests.conftest import Sheet, shared_copy


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
    return shared_copy(google, first_segmentation)


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
