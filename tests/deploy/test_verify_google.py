"""The trials of what is assumed of Google run against the stand-in, and tell in each of its modes what it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import record, verify_google
from deploy.scratch import Paced, Scratch
from deploy.trials import TRIALS, Size
from deploy.verify_google import CONFIRMED, DIFFERS, NOT_TRIED, Seen, verify
from local.launch import PROJECT, SERVICE_ACCOUNT, LocalGoogle
from sheets_standin.google.tokens import key_file
from sheets_standin.sheets_api.caller import Quirks
from sheets_standin.sheets_api.faults import Fault, Kind
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role
from tests.conftest import client_of

SMALL = Size(races=6, cells=2_000)
VIEWER = "viewer@local-stand-in.iam.gserviceaccount.com"

ID = "A protected range gets the id that it was given"
SECOND = "A second protected range of the same id is refused, and nothing of its batch applied"
MISSING = "Deleting a protected range that is not there is refused, and nothing of the batch applied"
WINNER = "Of two commits that have read the same token exactly one is applied"
GONE = "Metadata that are gone cannot be renewed"
TAGS = "An entry of a column's metadata goes with the column, and cannot be renewed where the column was"
METADATA = "Viewers can read document-visible metadata, so nothing there is secret"


@pytest.fixture
def account(google: LocalGoogle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service account's key, where google-auth looks for it; the racing processes do."""
    file = tmp_path / "account.json"
    file.write_text(key_file(google.issuer.service_account(SERVICE_ACCOUNT, google.url + "/token")))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))


@pytest.fixture
def document(google: LocalGoogle) -> Document:
    """A new spreadsheet that the service account may edit, and another may view."""
    made = google.spreadsheet("Scratch")
    google.workspace.share(made.spreadsheet_id, VIEWER, Role.VIEWER)
    return made


@pytest.fixture
def scratch(google: LocalGoogle, document: Document, account: None) -> Scratch:
    client = client_of(google)
    paced = Paced(client._make_credentials, google.url, pause_seconds=0)
    return Scratch(paced, document.spreadsheet_id, base_url=google.url)


@pytest.fixture
def viewer(google: LocalGoogle, tmp_path: Path) -> Path:
    file = tmp_path / "viewer.json"
    file.write_text(key_file(google.issuer.service_account(VIEWER, google.url + "/token")))
    return file


BY_HAND = "Whoever withholds the permission to send mails can use everything else"


def states(seen: list[Seen]) -> dict[str, str]:
    return {outcome.trial.assumed: outcome.state for outcome in seen}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("quirks", "differing"),
    [
        (Quirks(), set()),
        (Quirks(protected_range_ids="ignored"), {ID, SECOND}),
        (Quirks(protected_range_ids="refused"), {ID, SECOND}),
        (Quirks(deletes_missing_silently=True), {MISSING}),
        (Quirks(protected_range_ids="ignored", deletes_missing_silently=True), {ID, SECOND, MISSING, WINNER}),
        (Quirks(protected_range_ids="refused", deletes_missing_silently=True), {ID, SECOND, MISSING, WINNER}),
        (Quirks(renews_missing_silently=True), {GONE, TAGS}),
    ],
    ids=[
        "as documented",
        "ids ignored",
        "ids refused",
        "deletes silently",
        "ignored, silently",
        "refused, silently",
        "renews silently",
    ],
)
def test_each_mode_of_the_stand_in_is_told_as_it_is(
    google: LocalGoogle,
    document: Document,
    scratch: Scratch,
    viewer: Path,
    quirks: Quirks,
    differing: set[str],
) -> None:
    """What differs is named, all else confirmed; either half of the token decides races, but one must work."""
    google.service.quirks = quirks
    scratch.viewer = verify_google._as_viewer(viewer, google.url)

    seen = states(verify(scratch, SMALL))

    assert {assumed for assumed, state in seen.items() if state == DIFFERS} == differing
    assert {assumed for assumed, state in seen.items() if state == CONFIRMED} == set(seen) - differing - {
        BY_HAND
    }
    assert [sheet.title for sheet in document.sheets] == ["Sheet1"]
    assert (document.protections, document.metadata) == ([], [])


@pytest.mark.slow
def test_the_command_prints_a_table_and_leaves_nothing(
    google: LocalGoogle, document: Document, account: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Without a viewer's key one trial says what it needs; against a stand-in no document is written."""
    file, answers = tmp_path / "assumptions.md", tmp_path / "answers.json"
    address = f"https://docs.google.com/spreadsheets/d/{document.spreadsheet_id}/edit#gid=0"

    status = verify_google.main(
        [address, "--races", "2", "--cells", "400", "--api", google.url], file, answers
    )

    output = capsys.readouterr().out
    assert status == 0
    assert output.count("✓ confirmed") == len(TRIALS) - 2  # the viewer's and the one by hand
    assert f"– not tried  {METADATA}\n             needs VIEWER=" in output
    assert output.splitlines()[-1] == (
        f"{len(TRIALS) - 2} of {len(TRIALS)} assumptions confirmed, 2 not tried; "
        "nothing is written, as a stand-in is no evidence."
    )
    assert [sheet.title for sheet in document.sheets] == ["Sheet1"]
    assert not file.exists()
    assert not answers.exists()


def test_a_spreadsheet_that_is_not_shared_is_told(
    google: LocalGoogle, document: Document, account: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the account that it is to be shared with."""
    google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, None)

    assert verify_google.main([document.spreadsheet_id, "--api", google.url]) == 2

    assert f"Share the spreadsheet with {SERVICE_ACCOUNT} as editor" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "short", "https://docs.google.com/document/d/x"])
def test_a_spreadsheet_is_asked_for(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anybody is called."""
    assert verify_google.main([text]) == 2

    assert "make verify-google SPREADSHEET=" in capsys.readouterr().err


def test_a_trial_that_fails_leaves_nothing_behind_either(
    google: LocalGoogle, document: Document, scratch: Scratch
) -> None:
    """Its protected range goes with its tab."""

    def fail() -> None:
        with scratch:
            scratch.write(scratch.cell(1, 0, "x"))
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        fail()

    assert [sheet.title for sheet in document.sheets] == ["Sheet1"]


def test_too_many_calls_are_waited_for(google: LocalGoogle, document: Document) -> None:
    """As long as Google asks; nothing is tried in a hurry."""
    waited: list[float] = []
    client = Paced(client_of(google)._make_credentials, google.url, pause_seconds=1.2, sleep=waited.append)
    google.server.faults.plan(Fault(Kind.TOO_MANY))

    client.get(document.spreadsheet_id, [], "spreadsheetId")

    assert waited == [1.2, 20.0, 1.2]


def made(state: str) -> Callable[[int], Seen]:
    return lambda number: Seen(TRIALS[number], state, "what | was\nseen")


def test_the_document_keeps_what_a_run_did_not_try() -> None:
    """Confirmed lines get the day, differing ones what was seen; the rest stays as it was."""
    first = verify_google.updated(
        verify_google.document({}), [made(CONFIRMED)(0), made(CONFIRMED)(1)], dt.date(2026, 12, 1)
    )

    second = verify_google.updated(first, [made(DIFFERS)(1), made(NOT_TRIED)(0)], dt.date(2026, 12, 2))

    known = verify_google.confirmations(second)
    assert known == {
        TRIALS[0].assumed: "2026-12-01",
        TRIALS[1].assumed: "**differs** (2026-12-02): what / was seen",
    }


def test_the_document_holds_every_trial() -> None:
    """Made by the command; a trial that is added appears there."""
    text = (PROJECT / "docs/google-assumptions.md").read_text(encoding="utf-8")

    assert text == verify_google.document(verify_google.confirmations(text))


def test_the_document_claims_no_confirmation_by_the_stand_in() -> None:
    """A day, or "not yet": nothing else."""
    text = (PROJECT / "docs/google-assumptions.md").read_text(encoding="utf-8")

    assert all(
        on.startswith("**differs**") or dt.date.fromisoformat(on)
        for on in verify_google.confirmations(text).values()
    )


def test_the_last_line_says_what_was_confirmed() -> None:
    """And what was done with it."""
    seen = [made(CONFIRMED)(0), made(CONFIRMED)(1), made(DIFFERS)(2), made(NOT_TRIED)(3)]

    assert verify_google.last_line(seen, "written to a.md") == (
        "2 of 4 assumptions confirmed, 1 differs, 1 not tried; written to a.md."
    )


@pytest.mark.parametrize("drawn", [38_408_658, 1_738_408_658])
def test_ids_are_told_apart_from_numbers_by_their_field(drawn: int) -> None:
    """Google may draw a small one; a number of rows is none, nor is the first sheet's 0."""
    reply = {"protectedRangeId": drawn, "range": {"sheetId": 0, "endRowIndex": 12_345_678}}
    refused = {"message": f"No protected range with id {drawn} in row 12345678."}

    [call] = record.as_recorded([{"answered": [reply, refused]}], "1AbC")

    assert call["answered"] == [
        {"protectedRangeId": "#1", "range": {"sheetId": 0, "endRowIndex": 12_345_678}},
        {"message": "No protected range with id #1 in row 12345678."},
    ]


@pytest.mark.slow
def test_the_record_of_one_run_is_that_of_the_next(
    google: LocalGoogle, scratch: Scratch, tmp_path: Path
) -> None:
    """Ids are drawn anew, and nothing else differs; what the stand-in answers otherwise is named with both answers."""
    file = tmp_path / "answers.json"
    first = verify(scratch, SMALL)
    record.write(file, verify_google.record(first))

    again = verify_google.record(verify(scratch, SMALL))
    google.service.quirks = Quirks(deletes_missing_silently=True)
    silent = verify_google.record(verify(scratch, SMALL))

    known = record.read(file)
    assert (
        len(known) == sum(outcome.trial.is_repeatable for outcome in first) - 2
    )  # the viewer's and the one by hand
    assert record.differences(known, again) == []
    assert any(difference.startswith(f"{MISSING}: call ") for difference in record.differences(known, silent))


@pytest.mark.slow
def test_the_stand_in_answers_as_google_did(scratch: Scratch) -> None:
    """In every trial that make verify-google has recorded at Google."""
    known = record.read(verify_google.ANSWERS)

    assert record.differences(known, verify_google.record(verify(scratch, SMALL))) == []
