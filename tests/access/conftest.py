"""The service over HTTP, and a spreadsheet with an owner, an editor and a viewer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.launch import LocalGoogle
from server.sheets.commit.committer import Committer
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role
from tests.service import ANN, BOB, EVE, Service, serving


@pytest.fixture
def service(google: LocalGoogle, committer: Committer) -> Iterator[Service]:
    with serving(google, committer) as running:
        yield running


@pytest.fixture
def document(google: LocalGoogle) -> Document:
    """Ann and Bob may edit it, Eve may read it; the service account may edit it."""
    made = google.spreadsheet()
    for email, role in ((ANN, Role.EDITOR), (BOB, Role.EDITOR), (EVE, Role.VIEWER)):
        google.workspace.share(made.spreadsheet_id, email, role)
    return made
