"""Every way in which Google might differ from what token and tags count on: kept promises, or a plain no."""

from __future__ import annotations

import pytest

from local.launch import LocalGoogle
from proving.torture.storm import storm
from server.sheets.commit.committer import Committer
from sheets_standin.sheets_api.caller import Quirks
from sheets_standin.sheets_api.faults import Fault, Kind
from sheets_standin.spreadsheet.document import Document
from tests.proving.torture.conftest import CALLS
from tests.service import serving

QUIRKS = [
    Quirks(protected_range_ids=ids, deletes_missing_silently=silent)
    for ids in ("honoured", "ignored", "refused")
    for silent in (False, True)
] + [Quirks(renews_missing_silently=True)]
KEPT = [
    quirk for quirk in QUIRKS if quirk.protected_range_ids == "honoured" or not quirk.deletes_missing_silently
]
BROKEN = [quirk for quirk in QUIRKS if quirk not in KEPT]


def quirk_id(quirks: Quirks) -> str:
    deletes = "silently" if quirks.deletes_missing_silently else "loudly"
    renews = ", renews silently" if quirks.renews_missing_silently else ""
    return f"id {quirks.protected_range_ids}, deletes {deletes}{renews}"


@pytest.mark.slow
@pytest.mark.parametrize("quirks", KEPT, ids=quirk_id)
def test_the_storm_finds_nothing_where_one_half_of_the_token_works(
    google: LocalGoogle, first_segmentation: Document, quirks: Quirks
) -> None:
    """Two instances, faults, kills and marketers: nothing lost, doubled or written over."""
    google.service.quirks = quirks

    tally, verdict = storm(google, first_segmentation, seed="quirks", calls=CALLS, documents=2)

    assert tally.scoring_calls >= CALLS
    assert verdict.problems == []


@pytest.mark.parametrize("quirks", KEPT, ids=quirk_id)
def test_connect_gives_a_key_where_one_half_of_the_token_works(
    google: LocalGoogle, committer: Committer, quirks: Quirks
) -> None:
    """The first connect and a later one, and one whose answer gets lost."""
    google.service.quirks = quirks
    document = google.spreadsheet()

    with serving(google, committer) as service:
        first = service.handshake(service.person(document))
        google.server.faults.plan(Fault(Kind.LOST_ANSWER, "spreadsheets.batchUpdate"))
        second = service.handshake(service.person(document))

    assert (first.status, second.status) == (200, 200)


@pytest.mark.parametrize("quirks", BROKEN, ids=quirk_id)
def test_connect_says_plainly_that_google_keeps_no_writers_apart(
    google: LocalGoogle, committer: Committer, quirks: Quirks
) -> None:
    """No key is given: what the product promises could not be kept."""
    google.service.quirks = quirks
    document = google.spreadsheet()

    with serving(google, committer) as service:
        reply = service.handshake(service.person(document))

    assert (reply.status, reply.body["type"].rpartition(":")[2]) == (503, "no-exclusion")
    assert "No row gets a label" in reply.body["hint"]
    assert "key" not in reply.body
