"""The handshake: an editor gets the spreadsheet's key, nobody else does, and the tabs are put in order."""

from __future__ import annotations

import copy
import logging
import secrets
import time

import pytest

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from server.access.connection import Connection
from server.access.identity import Identity
from server.layout.tabs import HEADERS, TABS
from server.sheets.commit.committer import Committer
from sheets_standin.spreadsheet.cells import full, value_of
from sheets_standin.spreadsheet.document import Document, Metadata, Protection
from sheets_standin.spreadsheet.document import Sheet as Tab
from sheets_standin.spreadsheet.grid import Grid
from sheets_standin.workspace import Role
from tests.conftest import MeddlingClient, quick
from tests.service import ANN, BOB, EVE, SECRET, Service, proof, serving

VERIFIER = "v" * 43


def entries(document: Document) -> list[str]:
    return [entry.value for entry in document.metadata if entry.key == "ate-connect"]


def kind(reply) -> str:
    return reply.body["type"].rpartition(":")[2]


def test_an_editor_gets_a_key_that_works(service: Service, document: Document) -> None:
    """After both steps the spreadsheet has its tabs, the entry is gone, and the key signs calls."""
    reply = service.handshake(service.person(document, ANN))

    assert reply.status == 200
    assert reply.body["tabsMade"] == list(TABS)
    assert reply.body["serviceAccount"] == SERVICE_ACCOUNT
    assert reply.body["spreadsheetId"] == document.spreadsheet_id
    assert 0 <= time.time() + 7 * 86400 - reply.body["keyExpiry"] < 60
    assert entries(document) == []
    client = service.client(document, expiry=reply.body["keyExpiry"])
    assert client._key == reply.body["key"]
    assert client.call("status").status == 200


def test_the_first_step_asks_google_nothing_and_stores_nothing(service: Service, document: Document) -> None:
    """The nonce is all there is of it."""
    before = document.revision

    reply = service.step(service.person(document, ANN))

    assert set(reply.body) == {"nonce", "expiry"}
    assert 0 <= time.time() + 300 - reply.body["expiry"] < 10
    assert reply.body["nonce"].startswith(f"{reply.body['expiry']}.")
    assert (service.google_calls, document.revision) == (0, before)


def test_the_second_step_reads_and_writes_once(service: Service, document: Document) -> None:
    """A first connect costs one read and one write; a later one looks at the tabs too."""
    service.handshake(service.person(document, ANN))
    first = (service.google.server.log.reads, service.google.server.log.writes)

    service.handshake(service.person(document, ANN))

    assert first == (1, 1)
    assert (service.google.server.log.reads, service.google.server.log.writes) == (3, 2)


@pytest.mark.parametrize(
    ("title", "rows", "columns"),
    [
        ("New User", 1000, 12),
        ("Segmented_Customers", 2, 17),
        ("Action_Map", 30, 11),
        ("RFM", 2, 8),
        ("Migration", 2, 8),
        ("Prediction_Log", 2, 16),
        ("Settings", 44, 3),
        ("Model", 2, 17),
    ],
)
def test_tabs_are_made_with_exact_sizes_and_headers(
    service: Service, document: Document, title: str, rows: int, columns: int
) -> None:
    """Every row and column counts towards Google's limit of cells, so there are no more than needed."""
    service.handshake(service.person(document, ANN))

    sheet = document.sheet(title)
    assert (sheet.grid.row_count, sheet.grid.column_count) == (rows, columns)
    assert [value_of(cell) for cell in sheet.grid.row(0)] == list(HEADERS[title])
    assert sheet.frozen_rows == 1
    assert sheet.hidden == (title == "Model")


def test_new_user_tells_what_its_cells_take(service: Service, document: Document) -> None:
    """Headers have notes, inputs warn of wrong numbers without refusing them, outputs warn before typing."""
    service.handshake(service.person(document, ANN))

    sheet = document.sheet("New User")
    header = [full(cell) for cell in sheet.grid.row(0)]
    rules = [full(sheet.grid.cell(999, column)).validation for column in range(8)]
    [protection] = [p for p in document.protections if p.range.get("sheetId") == sheet.sheet_id]
    assert all(cell.note for cell in header)
    assert [rule["condition"]["type"] if rule else None for rule in rules] == [
        None,
        "NUMBER_BETWEEN",
        "NUMBER_BETWEEN",
        "NUMBER_GREATER",
        *[None] * 4,
    ]
    assert not any(rule.get("strict") for rule in rules if rule)
    assert protection.warning_only
    assert (protection.range["startColumnIndex"], protection.range["endColumnIndex"]) == (4, 12)
    assert full(sheet.grid.cell(1, 7)).format["numberFormat"]["type"] == "DATE_TIME"


def test_connecting_again_does_no_harm(service: Service, document: Document) -> None:
    """Cells, notes, formats, rules and protections stay as they are, a marketer's own included."""
    service.handshake(service.person(document, ANN))
    document.type_rows(document.sheet("New User"), 1, 0, [["Ann's row", "3", "2", "10"]], ANN)
    document.type_rows(document.sheet("Settings"), 1, 1, [["Europe/Berlin"]], ANN)
    cells = [copy.deepcopy(list(sheet.grid.rows(0, 40))) for sheet in document.sheets]
    protections = sorted(str(p.range) for p in document.protections)

    reply = service.handshake(service.person(document, BOB))

    assert reply.body["tabsMade"] == []
    assert [list(sheet.grid.rows(0, 40)) for sheet in document.sheets] == cells
    assert sorted(str(p.range) for p in document.protections) == protections


def test_what_somebody_took_away_comes_back_where_its_column_is_now(
    service: Service, document: Document
) -> None:
    """A deleted tab, a warning and an input rule are put back; the columns may have moved."""
    service.handshake(service.person(document, ANN))
    sheet = document.sheet("New User")
    with document.changing(ANN, "meddle"):
        document.sheets.remove(document.sheet("RFM"))
        document.protections = [p for p in document.protections if p.range.get("sheetId") != sheet.sheet_id]
        sheet.grid.insert_columns(0, 1)
        sheet.grid.change(1, 1000, 2, 3, lambda _cell: None)
        document.noted("meddle", "New User")

    reply = service.handshake(service.person(document, ANN))

    ranges = [p.range for p in document.protections if p.range.get("sheetId") == sheet.sheet_id]
    assert reply.body["tabsMade"] == ["RFM"]
    assert [(r["startColumnIndex"], r["endColumnIndex"]) for r in ranges] == [(5, 13)]
    assert full(sheet.grid.cell(500, 2)).validation["condition"]["values"][1] == {"userEnteredValue": "36500"}


def test_not_shared_has_its_own_sentence(service: Service, document: Document) -> None:
    """The hint names the account to share it with."""
    service.google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, None)

    reply = service.handshake(service.person(document, ANN))

    assert (reply.status, kind(reply)) == (403, "not-shared")
    assert "not shared" in reply.body["detail"]
    assert f"add {SERVICE_ACCOUNT} as Editor" in reply.body["hint"]


def test_a_service_without_an_account_is_not_told_as_a_missing_share(
    service: Service, document: Document
) -> None:
    """Where Google does not know the service at all, sharing again would not help."""
    service.google.issuer.revoke(SERVICE_ACCOUNT)

    reply = service.handshake(service.person(document, ANN))

    assert (reply.status, kind(reply)) == (403, "spreadsheet-access")
    assert "engineer" in reply.body["hint"]


def test_shared_as_viewer_has_its_own_sentence(service: Service, document: Document) -> None:
    """The deletion of the entry shows that the service may not write."""
    service.google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.VIEWER)

    reply = service.handshake(service.person(document, ANN))

    assert (reply.status, kind(reply)) == (403, "shared-as-viewer")
    assert f"make {SERVICE_ACCOUNT} an Editor" in reply.body["hint"]
    assert [sheet.title for sheet in document.sheets] == ["Sheet1"]


def test_shared_as_viewer_is_told_also_where_all_tabs_are_there(service: Service, document: Document) -> None:
    """Nothing is to be made, and yet something is written."""
    service.handshake(service.person(document, ANN))
    service.google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.VIEWER)

    reply = service.handshake(service.person(document, ANN))

    assert kind(reply) == "shared-as-viewer"


@pytest.mark.parametrize(
    "title", ["New User", "Prediction_Log", "Action_Map", "Model", "Migration", "Data_Quality", "Dashboard"]
)
def test_a_strict_protection_is_named_with_its_tab(service: Service, document: Document, title: str) -> None:
    """It would stop the first row that is scored; so it is told while somebody is setting up."""
    service.handshake(service.person(document, ANN))
    where = {"sheetId": document.sheet(title).sheet_id}
    document.protections.append(Protection(77, where, "hands off", editors=(OWNER,)))

    reply = service.handshake(service.person(document, ANN))

    assert (reply.status, kind(reply)) == (403, "protected-tab")
    assert title in reply.body["detail"]
    assert f"allow {SERVICE_ACCOUNT} to edit it" in reply.body["hint"]


def test_a_warning_that_was_taken_away_comes_back_in_every_tab(service: Service, document: Document) -> None:
    """Also in Migration and Data_Quality."""
    service.handshake(service.person(document, ANN))
    made = sorted(str(protection.range) for protection in document.protections)
    document.protections[:] = [
        protection for protection in document.protections if "sheetId" not in protection.range
    ]

    service.handshake(service.person(document, ANN))

    titles = {sheet.sheet_id: sheet.title for sheet in document.sheets}
    warned = [
        titles[protection.range["sheetId"]]
        for protection in document.protections
        if protection.range.get("endColumnIndex")
    ]
    assert {"Migration", "Data_Quality", "RFM"} <= set(warned)
    assert len(document.protections) == len(made)


def test_a_tab_of_ones_own_named_data_quality_gets_no_warnings(service: Service, document: Document) -> None:
    """Its headers are not the service's, so nothing of it is."""
    service.handshake(service.person(document, ANN))
    sheet = document.sheet("Data_Quality")
    document.type_rows(sheet, 0, 0, [["My own"]], ANN)
    document.protections[:] = [
        protection for protection in document.protections if protection.range.get("sheetId") != sheet.sheet_id
    ]

    service.handshake(service.person(document, ANN))

    assert [
        protection for protection in document.protections if protection.range.get("sheetId") == sheet.sheet_id
    ] == []


@pytest.mark.parametrize(
    ("title", "headers"),
    [("Runs", ["When", "Kilometres"]), ("Lift", ["Floor", "Reading"]), ("Audiences", ["Audience", "Show"])],
)
def test_a_tab_of_ones_own_that_is_called_like_one_made_when_first_used_gets_no_warnings(
    service: Service, document: Document, title: str, headers: list[str]
) -> None:
    """A header that ours has too makes nothing of it ours."""
    sheet = Tab(document.new_sheet_id(), title, Grid(20, 5))
    document.sheets.append(sheet)
    document.type_rows(sheet, 0, 0, [headers], ANN)

    service.handshake(service.person(document, ANN))
    service.handshake(service.person(document, ANN))

    assert [
        protection for protection in document.protections if protection.range.get("sheetId") == sheet.sheet_id
    ] == []


@pytest.mark.parametrize("title", ["Training_Data", "Settings"])
def test_a_protection_where_the_service_never_writes_is_no_problem(
    service: Service, document: Document, title: str
) -> None:
    """The marketer's tabs may be closed to everybody else."""
    service.handshake(service.person(document, ANN))
    where = {"sheetId": document.sheet(title).sheet_id}
    document.protections.append(Protection(77, where, editors=(OWNER,)))

    assert service.handshake(service.person(document, ANN)).status == 200


def test_a_protection_that_lets_the_service_in_is_no_problem(service: Service, document: Document) -> None:
    """Strict for people, open for the service account."""
    service.handshake(service.person(document, ANN))
    where = {"sheetId": document.sheet("New User").sheet_id}
    document.protections.append(Protection(77, where, editors=(SERVICE_ACCOUNT,)))

    assert service.handshake(service.person(document, ANN)).status == 200


def test_a_viewer_who_reads_the_metadata_while_an_editor_connects_gets_nothing(
    service: Service, document: Document
) -> None:
    """The hash tells neither nonce nor verifier, and another's nonce is of no use."""
    ann, eve = service.person(document, ANN), service.person(document, EVE)
    nonce = service.nonce(ann)
    ann.add_metadata("ate-connect", proof(nonce, VERIFIER))
    [seen] = entries(document)
    eves = service.nonce(eve)

    tries = [
        service.finish(eve, eves, seen.partition(":")[2]),
        service.finish(eve, eves, secrets.token_urlsafe(32)),
        service.finish(eve, f"{seen.partition(':')[0]}.{eves.partition('.')[2]}", VERIFIER),
        service.finish(eve, nonce, VERIFIER),
    ]

    assert [(reply.status, kind(reply)) for reply in tries] == [(403, "handshake")] * 4
    with pytest.raises(PermissionError):
        eve.add_metadata("ate-connect", proof(eves, VERIFIER))
    assert service.finish(ann, nonce, VERIFIER).status == 200


def test_an_entry_planted_before_the_nonce_was_given_does_not_fit(
    service: Service, document: Document
) -> None:
    """Eve was an editor once and left entries behind, for any second and an older nonce of hers."""
    service.google.workspace.share(document.spreadsheet_id, EVE, Role.EDITOR)
    eve = service.person(document, EVE)
    old = service.nonce(eve)
    service.clock.ahead = 2
    for second in range(10):
        expiry = int(service.clock()) + 300 + second
        eve.add_metadata("ate-connect", proof(f"{expiry}.{old.partition('.')[2]}", VERIFIER))
    service.google.workspace.share(document.spreadsheet_id, EVE, Role.VIEWER)
    nonce = service.nonce(eve)

    reply = service.finish(eve, nonce, VERIFIER)

    assert nonce.partition(".")[2] != old.partition(".")[2]
    assert (reply.status, kind(reply)) == (403, "handshake")


def test_a_nonce_is_for_one_spreadsheet_and_one_person(
    service: Service, document: Document, google: LocalGoogle
) -> None:
    """Bob may edit both spreadsheets, and still each needs a handshake of its own."""
    other = google.spreadsheet("Another")
    google.workspace.share(other.spreadsheet_id, BOB, Role.EDITOR)
    here, there = service.person(document, BOB), service.person(other, BOB)
    nonce = service.nonce(here)
    for person in (here, there):
        person.add_metadata("ate-connect", proof(nonce, VERIFIER))

    elsewhere = service.finish(there, nonce, VERIFIER)
    somebody = service.finish(service.person(document, ANN), nonce, VERIFIER)

    assert (kind(elsewhere), kind(somebody)) == ("handshake", "handshake")
    assert service.google_calls == 0


def test_a_handshake_takes_at_most_five_minutes(service: Service, document: Document) -> None:
    """A nonce that has expired is refused without a call to Google."""
    ann = service.person(document, ANN)
    nonce = service.nonce(ann)
    ann.add_metadata("ate-connect", proof(nonce, VERIFIER))
    service.clock.ahead = 301

    reply = service.finish(ann, nonce, VERIFIER)

    assert "five minutes" in reply.body["detail"]
    assert service.google_calls == 0


def test_a_proof_is_good_once(service: Service, document: Document) -> None:
    """Who listens to the second step and repeats it finds the entry gone."""
    ann = service.person(document, ANN)
    nonce = service.nonce(ann)
    ann.add_metadata("ate-connect", proof(nonce, VERIFIER))

    replies = [service.finish(ann, nonce, VERIFIER) for _ in range(2)]

    assert [reply.status for reply in replies] == [200, 403]


def test_entries_that_can_prove_nothing_are_cleared_and_open_ones_stay(
    service: Service, document: Document
) -> None:
    """Expired and unreadable ones go; Bob's, who connects at the same time, stays."""
    ann, bob = service.person(document, ANN), service.person(document, BOB)
    now = int(time.time())
    for value in (f"{now - 5}:{'0' * 64}", f"{now + 9_000}:{'0' * 64}", "nonsense", f"{now + 200}:bobs"):
        bob.add_metadata("ate-connect", value)
    document.metadata.append(Metadata(5, "somebody-elses", "kept"))

    service.handshake(ann)

    assert entries(document) == [f"{now + 200}:bobs"]
    assert [entry.value for entry in document.metadata if entry.key == "somebody-elses"] == ["kept"]


def test_two_people_who_connect_at_once_both_end_connected(
    google: LocalGoogle, client: MeddlingClient, document: Document
) -> None:
    """Bob's whole handshake, at another instance, falls between Ann's read and her write."""
    with serving(google, Committer(client, quick)) as ours:
        other = Connection(Committer(client.for_long_work(), quick), [SECRET])
        bob = ours.person(document, BOB)
        bobs_nonce = ours.nonce(bob)
        bob.add_metadata("ate-connect", proof(bobs_nonce, VERIFIER))
        subject = ours.use.identities.identity(bob.identity_token()).subject
        bobs = []
        client.before_write = lambda: bobs.append(
            other.finish(document.spreadsheet_id, Identity(subject, BOB), bobs_nonce, VERIFIER)
        )

        reply = ours.handshake(ours.person(document, ANN))

    titles = [sheet.title for sheet in document.sheets]
    assert bobs[0].tabs_made == list(TABS)
    assert (reply.status, reply.body["tabsMade"]) == (200, [])
    assert len(titles) == len(set(titles))
    assert entries(document) == []


def test_a_copy_is_not_connected(service: Service, document: Document, google: LocalGoogle) -> None:
    """Metadata travel with a copy; neither the key nor an entry in them is good for it."""
    ann = service.person(document, ANN)
    reply = service.handshake(ann)
    nonce = service.nonce(ann)
    ann.add_metadata("ate-connect", proof(nonce, VERIFIER))
    twin = google.workspace.copy(document, EVE)
    google.workspace.share(twin.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
    client = service.client(document, expiry=reply.body["keyExpiry"])
    client.spreadsheet_id = twin.spreadsheet_id
    before = service.google_calls

    signed = client.call("status")
    eve, anns_copy = service.person(twin, EVE), service.person(twin, ANN)
    tries = [service.finish(session_of, nonce, VERIFIER) for session_of in (eve, anns_copy)]

    assert entries(twin) == [proof(nonce, VERIFIER)]
    assert signed.status == 401
    assert [kind(reply) for reply in tries] == ["handshake", "handshake"]
    assert service.google_calls == before
    assert service.handshake(eve).status == 200


def test_a_rotation_accepts_what_the_former_secret_made(
    google: LocalGoogle, committer: Committer, document: Document
) -> None:
    """Keys and nonces of before are good until the former secret is taken away; new keys are of the new one."""
    former, current = "former-" + "f" * 40, "current-" + "c" * 40
    with serving(google, committer, secrets_=(former,)) as old:
        nonce = old.nonce(old.person(document, ANN))
    with serving(google, committer, secrets_=(current, former)) as both:
        ann = both.person(document, ANN)
        ann.add_metadata("ate-connect", proof(nonce, VERIFIER))
        given = both.finish(ann, nonce, VERIFIER)
        during = both.client(document, secret=former).call("status")
    with serving(google, committer, secrets_=(current,)) as new:
        expiry = given.body["keyExpiry"]
        fresh = new.client(document, secret=current, expiry=expiry)
        after = new.client(document, secret=former).call("status")
        renewed = fresh.call("status")

    assert given.status == 200
    assert (during.status, after.status, renewed.status) == (200, 401, 200)
    assert fresh._key == given.body["key"]


def test_who_is_no_editor_any_more_cannot_renew(service: Service, document: Document) -> None:
    """The same two steps renew a key, and they need the right to edit again."""
    bob = service.person(document, BOB)
    assert service.handshake(bob).status == 200
    service.google.workspace.share(document.spreadsheet_id, BOB, Role.VIEWER)

    nonce = service.nonce(bob)

    with pytest.raises(PermissionError):
        bob.add_metadata("ate-connect", proof(nonce, VERIFIER))
    assert kind(service.finish(bob, nonce, VERIFIER)) == "handshake"


def test_no_secret_token_or_address_is_logged(
    service: Service, document: Document, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a success nor a refusal leaves a trace of them, at any level."""
    caplog.set_level(logging.DEBUG)
    ann = service.person(document, ANN)
    token = ann.identity_token()
    nonce = service.nonce(ann)
    ann.add_metadata("ate-connect", proof(nonce, VERIFIER))

    given = service.finish(ann, nonce, VERIFIER)
    service.finish(ann, nonce, VERIFIER)
    service.step(service.person(document, "x@elsewhere.org"))
    service.step(service.person(document, ANN, exp=1))
    service.client(document).call("score", trigger="menu", identityToken="not.a.token")

    logged = caplog.text
    assert logged
    parts = (
        token.split(".")[2],
        nonce,
        VERIFIER,
        given.body["key"],
        SECRET,
        ANN,
        "elsewhere.org",
        "not.a.token",
    )
    assert [part for part in parts if part in logged] == []
