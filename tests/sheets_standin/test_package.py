"""The stand-in as a package of its own: installed in an empty environment, started, asked by gspread."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
import venv
from pathlib import Path

import pytest

from local.launch import PROJECT
from sheets_standin import coverage

_LEFT_OUT = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
_ASK = """
import sys
import gspread
from gspread.http_client import HTTPClient
from google.oauth2.service_account import Credentials

url, spreadsheet_id, key_file = sys.argv[1:]

class LocalClient(HTTPClient):
    def request(self, method, endpoint, **more):
        return super().request(method, endpoint.replace("https://sheets.googleapis.com", url), **more)

credentials = Credentials.from_service_account_file(
    key_file, scopes=["https://www.googleapis.com/auth/spreadsheets"]
)
sheet = gspread.Client(auth=credentials, http_client=LocalClient).open_by_key(spreadsheet_id).sheet1
sheet.update([["Ann", 3]], "A1")
print(sheet.get("A1:B1"))
"""


@pytest.mark.slow
def test_it_installs_alone_starts_and_answers_gspread(tmp_path: Path) -> None:
    """`pip install ./sheets_standin` brings all that it needs; what gspread writes is read back."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    source = shutil.copytree(PROJECT / "sheets_standin", tmp_path / "source", ignore=_LEFT_OUT)
    subprocess.run([*install, str(source), "gspread==6.2.1"], check=True)
    key = tmp_path / "account.json"
    command = [str(python), "-u", "-m", "sheets_standin", "--port", "0", "--key-file", str(key)]

    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().partition(" at ")[2].partition("/v4")[0]
            spreadsheet_id = process.stdout.readline().rpartition(" ")[2].strip()
            asked = subprocess.run(
                [str(python), "-c", _ASK, url, spreadsheet_id, str(key)],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            process.terminate()

    assert asked.stdout == "[['Ann', '3']]\n", asked.stderr


def test_every_package_of_the_stand_in_is_installed() -> None:
    """A folder with Python in it that pyproject.toml does not name would lack after an installation."""
    root = PROJECT / "sheets_standin"
    named = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "packages"
    ]

    held = {
        ".".join(["sheets_standin", *file.parent.relative_to(root).parts])
        for file in root.rglob("*.py")
        if "build" not in file.parts
    }

    assert sorted(named) == sorted(held)


def test_the_readme_lists_what_is_answered() -> None:
    """Its tables are those that the stand-in's own declarations give."""
    text = coverage.README.read_text(encoding="utf-8")

    assert coverage.renewed(text) == text
    assert "`spreadsheets.batchUpdate`" in text
