"""One webhook under gunicorn for a module, and a spreadsheet that it knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.client import SignedClient
from sandbox.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle, Webhook
from sandbox.spreadsheet.document import Document
from sandbox.workspace import Role
from tests.conftest import Sheet


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[LocalGoogle, Webhook]]:
    """The stand-in and the real service, as `python -m sandbox serve` starts them."""
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


@pytest.fixture
def signed(webhook: Webhook, sheet: Sheet) -> SignedClient:
    """A client with the spreadsheet's key."""
    return webhook.client(sheet.id)
