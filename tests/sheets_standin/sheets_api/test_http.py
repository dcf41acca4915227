"""The stand-in over HTTP: quotas, unknown paths, and the command that starts it alone."""

from __future__ import annotations

import subprocess
import sys

import pytest
import requests

from local.launch import OWNER, PROJECT, LocalGoogle
from sheets_standin.sheets_api.errors import ApiError
from sheets_standin.sheets_api.quotas import Quotas
from sheets_standin.workspace import ANYONE, Role


def test_a_path_that_is_no_method_is_not_found(google: LocalGoogle) -> None:
    """Google answers a page in HTML, whoever asks."""
    answer = requests.get(f"{google.url}/v4/elsewhere", timeout=10)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"


def test_a_mistake_of_the_stand_in_is_an_answer(
    google: LocalGoogle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A client tries for long where the connection drops, so that even a bug answers, and is told."""
    google.issuer.access_token(OWNER, "t")
    monkeypatch.setattr(google.service, "call", lambda *_: 1 / 0)

    answer = requests.get(f"{google.url}/v4/spreadsheets/x?access_token=t", timeout=10)

    assert (answer.status_code, answer.json()["error"]["status"]) == (500, "INTERNAL")
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_token_may_stand_in_the_query(google: LocalGoogle) -> None:
    """access_token is one of the API's common parameters (discovery document)."""
    document = google.spreadsheet()
    google.issuer.access_token(OWNER, "t")

    url = f"{google.url}/v4/spreadsheets/{document.spreadsheet_id}?fields=properties.title&access_token=t"

    assert requests.get(url, timeout=10).json() == {"properties": {"title": "My customers"}}


def test_a_key_reads_what_anyone_may_read(google: LocalGoogle) -> None:
    """An API key stands for nobody: it reads a spreadsheet that everybody may read, and writes none."""
    document = google.spreadsheet()
    url = f"{google.url}/v4/spreadsheets/{document.spreadsheet_id}/values/A1"

    private = requests.get(url, params={"key": "k"}, timeout=10)
    google.workspace.share(document.spreadsheet_id, ANYONE, Role.VIEWER)
    public = requests.get(url, params={"key": "k"}, timeout=10)
    written = requests.put(url, params={"key": "k", "valueInputOption": "RAW"}, json={}, timeout=10)

    assert (private.status_code, public.status_code, written.status_code) == (403, 200, 401)


@pytest.mark.parametrize(("is_write", "kind"), [(False, "Read"), (True, "Write")], ids=["reads", "writes"])
def test_the_sixty_first_call_of_a_minute_is_refused(is_write: bool, kind: str) -> None:
    """60 reads and 60 writes a minute and account (Google's usage limits), with the details clients look at."""
    now = [0.0]
    quotas = Quotas(clock=lambda: now[0])
    for _ in range(60):
        quotas.spend("a", is_write=is_write)

    with pytest.raises(ApiError) as caught:
        quotas.spend("a", is_write=is_write)

    error = caught.value.body()["error"]
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["message"] == (
        f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per user' of "
        "service 'sheets.googleapis.com' for consumer 'project_number:000000000000'."
    )
    assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
    quotas.spend("b", is_write=is_write)
    quotas.spend("a", is_write=not is_write)
    now[0] = 60.0
    quotas.spend("a", is_write=is_write)


def test_reads_and_writes_are_told_apart(google: LocalGoogle) -> None:
    """Reading by data filter is a read, although it is a POST."""
    document = google.spreadsheet()
    google.issuer.access_token(OWNER, "t")
    url = f"{google.url}/v4/spreadsheets/{document.spreadsheet_id}"
    headers = {"Authorization": "Bearer t"}

    requests.post(f"{url}:getByDataFilter", json={}, headers=headers, timeout=10)
    requests.post(f"{url}/values:batchGetByDataFilter", json={}, headers=headers, timeout=10)
    requests.post(f"{url}/values/A1:clear", headers=headers, timeout=10)

    assert (google.server.log.reads, google.server.log.writes) == (2, 1)


def test_the_command_starts_the_sheets_api_alone() -> None:
    """python -m sheets_standin --port N --token T."""
    command = [sys.executable, "-u", "-m", "sheets_standin", "--port", "0", "--token", "T"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = line.partition(" at ")[2].partition(";")[0]

            made = requests.post(
                url,
                json={"properties": {"title": "Mine"}, "sheets": [{"properties": {"title": "Tab"}}]},
                headers={"Authorization": "Bearer T"},
                timeout=10,
            )
        finally:
            process.terminate()

    assert made.status_code == 200
    assert made.json()["sheets"][0]["properties"]["title"] == "Tab"
