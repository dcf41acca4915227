"""A script project written by a test, and people who use it."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.deployed_project import load
from sheets_standin.google.tokens import TokenIssuer
from sheets_standin.runtime.addon import AddOn, Edit
from sheets_standin.runtime.child import NoNode, find_node
from sheets_standin.runtime.runner import Limits
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet.cells import Cell, value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Clock, Role, Workspace

OWNER, EDITOR, VIEWER = "owner@example.com", "editor@example.com", "viewer@example.com"
SCOPE = "https://www.googleapis.com/auth/"
SCOPES = [
    SCOPE + "spreadsheets.currentonly",
    SCOPE + "script.container.ui",
    SCOPE + "script.external_request",
    SCOPE + "script.scriptapp",
    "openid",
    SCOPE + "userinfo.email",
]
SERVICE = "https://service.example/"
START = dt.datetime(2026, 1, 15, 17, 0, tzinfo=dt.UTC)


def need_node() -> None:
    """Skip where there is no Node, except in CI, where that is a failure."""
    try:
        find_node()
    except NoNode as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


class Desk:
    """A spreadsheet with a script, its owner, an editor and a viewer; all but the viewer have consented.

    Parameters
    ----------
    code
        Text of main.js, or of several files by their names.
    """

    def __init__(
        self,
        folder: Path,
        code: str | dict[str, str],
        *,
        manifest: dict[str, Any] | None = None,
        consented: bool = True,
        limits: Limits | None = None,
        hosts: dict[str, str] | None = None,
        opening: str = "LIMITED",
    ) -> None:
        need_node()
        files = {"main.js": code} if isinstance(code, str) else code
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        whole = {"timeZone": "Etc/UTC", "runtimeVersion": "V8", "oauthScopes": SCOPES} | (manifest or {})
        (folder / "appsscript.json").write_text(json.dumps(whole), encoding="utf-8")
        self.clock = Clock(START)
        self.workspace = Workspace(self.clock)
        self.document: Document = self.workspace.create("Customers", OWNER)
        self.workspace.share(self.document.spreadsheet_id, EDITOR, Role.EDITOR)
        self.workspace.share(self.document.spreadsheet_id, VIEWER, Role.VIEWER)
        self.issuer = TokenIssuer()
        self.slept: list[float] = []
        hosts = hosts or {SERVICE: "http://127.0.0.1:9/"}
        self.addon = AddOn(
            self.workspace,
            self.document,
            self.issuer,
            project=load(
                folder,
                service_url=next(iter(hosts)),
                service_account="service@project.iam.gserviceaccount.com",
            ),
            hosts=hosts,
            issuer_url="http://issuer.example",
            opening=opening,
            limits=limits,
            sleep=self.slept.append,
        )
        if consented:
            self.addon.authorize(OWNER)
            self.addon.authorize(EDITOR)
        self.owner = Session(OWNER, self.document)
        self.editor = Session(EDITOR, self.document)

    def call(self, function: str, *arguments: Any, by: Session | None = None) -> Any:
        """Return what a function returns to the sidebar; fail where it throws."""
        answer = self.addon.called(by or self.owner, "frame", function, list(arguments))
        assert answer["ok"], answer["error"]
        return answer["value"]

    def refusal(self, function: str, *arguments: Any, by: Session | None = None) -> str:
        """Return name and message of what a function throws."""
        answer = self.addon.called(by or self.owner, "frame", function, list(arguments))
        assert not answer["ok"], answer
        return f"{answer['error']['name']}: {answer['error']['message']}"

    def edit(self, by: Session | None = None, **given: Any) -> None:
        """Have somebody edit, and wait for the triggers."""
        self.addon.edited(by or self.owner, Edit(**{"sheet_id": 0, "row": 0, "column": 0} | given))
        assert self.addon.settle()

    def events(self, kind: str, of: Session | None = None) -> list[dict[str, Any]]:
        """Return the events of a kind that a page got."""
        return [event for event in (of or self.owner).feed.since(0, 0) if event["kind"] == kind]

    def value(self, row: int, column: int, title: str = "Sheet1") -> Any:
        """Return a cell's value; row and column from 1."""
        return value_of(self.document.sheet(title).grid.cell(row - 1, column - 1))

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell that is more than a value."""
        content = self.document.sheets[0].grid.cell(row - 1, column - 1)
        assert isinstance(content, Cell)
        return content

    def type(self, rows: list[list[str]], row: int = 1, column: int = 1) -> None:
        """Have the owner type; no event is raised."""
        self.document.type_rows(self.document.sheets[0], row - 1, column - 1, rows, OWNER)

    def log(self) -> list[str]:
        """Return what all runs have logged."""
        return [text for record in self.addon.records for _, text in record.log]


def desks(folder: Path) -> Iterator[Any]:
    """Yield what makes desks, and clear them away."""
    made: list[Desk] = []

    def make(code: str | dict[str, str], **given: Any) -> Desk:
        made.append(Desk(folder / f"project{len(made)}", code, **given))
        return made[-1]

    yield make
    for desk in made:
        desk.addon.close()
