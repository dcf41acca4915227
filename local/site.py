"""One spreadsheet with its add-on and its page, and the set-up that a first visitor finds done."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Any

from local.deployed_project import load
from local.launch import OWNER, PROJECT, SERVICE_ACCOUNT, LocalGoogle, Webhook
from local.uploads import load_upload
from sheets_standin.page.actions import Actions
from sheets_standin.page.controls import Controls
from sheets_standin.page.server import PageServer
from sheets_standin.runtime.addon import AddOn
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role

SERVICE_URL = "https://audience.local-stand-in.example/"
"""What the deploy step writes into the add-on; the stand-in's UrlFetchApp leads it to the webhook."""

CHAT_HOSTS = ("hooks.slack.com", "chat.googleapis.com")
"""What scripts post to these is kept in the page's outbox."""

EDITOR = "anna@example.com"
VIEWER = "vera@example.com"
PEOPLE = [OWNER, EDITOR, VIEWER]
SWEEP_HANDLER = "handleSweep"
NEW_USER = "New User"
LONGEST_SECONDS = 1_800

WELCOME: dict[str, Any] = {
    "tab": NEW_USER,
    "text": "Type a customer into the next empty row, or press an example: within a second its Cluster and "
    "ActionPlan stand beside it.",
    "headers": ["CustomerID", "Recency", "Frequency", "MonetaryValue"],
    "examples": [["Maria", "12", "9", "420"], ["Tom", "400", "1", "15"]],
}


_STEPS = {
    "share": "Sharing the spreadsheet with the service",
    "connect": "Connecting to the service",
    "tabs": "Looking at the tabs",
    "triggers": "Turning live labels on",
}


def choose(document: Document, setting: str, value: str) -> None:
    """Write a setting as the marketer does.

    Raises
    ------
    SiteError
        If the tab `Settings` has no such row.
    """
    sheet = document.sheet("Settings")
    for number, row in enumerate(sheet.grid.rows(0, sheet.grid.row_count)):
        if row and value_of(row[0]) == setting:
            document.type_rows(sheet, number, 1, [[value]], OWNER)
            return
    raise SiteError(f"Settings has no row {setting}.")


class SiteError(RuntimeError):
    """The add-on's set-up failed; the text is its message."""


class Site:
    """A spreadsheet in the browser.

    Parameters
    ----------
    webhook
        The service, which may be stopped and started from the page.
    welcome
        Whether the page says where to begin.
    project
        Folder of the add-on's files.
    """

    def __init__(
        self,
        google: LocalGoogle,
        webhook: Webhook,
        document: Document,
        *,
        welcome: bool = True,
        project: Path = PROJECT / "apps_script",
    ) -> None:
        self.google = google
        self.document = document
        for email, role in ((EDITOR, Role.EDITOR), (VIEWER, Role.VIEWER)):
            google.workspace.share(document.spreadsheet_id, email, role)
        self.addon = AddOn(
            google.workspace,
            document,
            google.issuer,
            project=load(project, service_url=SERVICE_URL, service_account=SERVICE_ACCOUNT),
            hosts={
                SERVICE_URL: webhook.url + "/",
                **{f"https://{host}/": f"{google.url}/page/chat/{host}/" for host in CHAT_HOSTS},
            },
            issuer_url=google.url,
        )
        self.actions = Actions(google.workspace, document, self.addon)
        self.page = PageServer(
            google.workspace,
            document,
            self.addon,
            self.actions,
            Controls(google.server, SERVICE_ACCOUNT, webhook, lambda: self.addon.run_now(SWEEP_HANDLER)),
            people=PEOPLE,
            host=google.url.removeprefix("http://"),
            welcome=WELCOME if welcome else None,
            upload=load_upload,
        )
        self.addon.subscribe(self.page.scripts_run)

    def __enter__(self) -> Site:
        self.page.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.page.stop()
        self.addon.close()

    @property
    def url(self) -> str:
        """Address of the page."""
        return self.google.url + "/"

    def set_up(
        self,
        tell: Callable[[str], None],
        progress: Callable[[str], None] = lambda _text: None,
        *,
        email: str = OWNER,
        source: str = "",
    ) -> None:
        """Do what somebody does first: Set up…, then Segment customers, by the add-on's own functions.

        Pages that are open meanwhile show how far it is.

        Parameters
        ----------
        tell
            Is given each step's own words.
        progress
            Is given what a long step is at.
        source
            Written into `Settings` before customers are segmented; "" where the orders are in `Training_Data`.

        Raises
        ------
        SiteError
            If a step fails.
        """
        session = Session(email, self.document)
        try:
            self.addon.authorize(email)
            made: object = None
            for step, text in _STEPS.items():
                self.page.prepare(text)
                done = self._called(session, step, made)
                made = done.get("tabsMade", made)
                tell(done["text"])
            if source:
                choose(self.document, "Source", source)
                tell(f"Settings has Source = {source}: the orders stay in their file.")
            tell(self._segmented(session, progress))
            self._tidy(session)
        finally:
            self.addon.left(session)
        self.page.prepare("")

    def _segmented(self, session: Session, progress: Callable[[str], None]) -> str:
        """Segment the customers as the menu does; show the progress that the service notes meanwhile."""
        with ThreadPoolExecutor(1) as waiting:
            calling = waiting.submit(self._called, session, "segment", None)
            while not calling.done():
                operation = self._operation()
                stage, fraction = (
                    operation.get("stage") or "Segmenting the customers",
                    operation.get("fraction"),
                )
                self.page.prepare(f"Segmenting the customers: {stage}", fraction)
                progress(f"{fraction or 0:4.0%}  {stage}")
                wait([calling], timeout=0.25)
            answer = calling.result()
        if "result" not in answer:
            answer = self._followed(session, answer["operation"]["id"])
        message: str = answer["result"]["message"]
        return message

    def _operation(self) -> dict[str, Any]:
        with self.google.workspace.lock:
            for entry in self.document.metadata:
                if entry.key == "ate-operation":
                    read: dict[str, Any] = json.loads(entry.value)
                    return read
        return {}

    def _tidy(self, session: Session) -> None:
        """Delete the empty tab that every new spreadsheet begins with."""
        for sheet in list(self.document.sheets):
            if sheet.title == "Sheet1" and not sheet.grid.held_rows:
                self.actions.delete_tab(session, sheet.sheet_id)

    def _followed(self, session: Session, operation: str) -> dict[str, Any]:
        """Wait for a long call by its record in the spreadsheet, as the sidebar does; the service would cost a read."""
        end = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < end:
            record = self._operation()
            if record.get("state") != "running":
                return self._called(session, "operation", operation)
            self.page.prepare(f"Segmenting the customers: {record.get('stage')}", record.get("fraction"))
            threading.Event().wait(1.0)
        raise SiteError("The first segmentation did not end.")

    def _called(self, session: Session, name: str, argument: object) -> dict[str, Any]:
        """Call a function of the add-on as its pages do."""
        answer = self.addon.called(session, "set-up", "callFromPage", [name, argument])
        if not answer["ok"]:
            raise SiteError(f"The add-on failed at {name}: {answer['error']['message']}")
        result = answer["value"]
        if not result["ok"]:
            problem = result["problem"]
            raise SiteError(
                " ".join(str(problem.get(key) or "") for key in ("title", "detail", "hint")).strip()
            )
        value: dict[str, Any] = result["value"]
        return value
