"""The spreadsheet page: its files, what it asks for, and the feed of what happens.

It answers on loopback alone, to requests that name the loopback address as their host, and takes changes as
JSON from its own origin alone, so that no web page that is open beside it can act on the spreadsheet.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sheets_standin.outbox import Message
from sheets_standin.page import answers
from sheets_standin.page.actions import Actions
from sheets_standin.page.answers import PageError
from sheets_standin.page.controls import Controls, call_entry
from sheets_standin.page.doing import Doing, Scripts, Upload
from sheets_standin.page.reading import Reading
from sheets_standin.page.requests import whole
from sheets_standin.page.visitors import Visitors
from sheets_standin.runtime.sessions import Selection, Session
from sheets_standin.sheets_api.http import Call, Page
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Workspace

CALLS_SHOWN = 100
CHATS = "/page/chat/"
"""Where webhooks of chats lead; the name of the chat's host follows."""
_SELECTION = ("sheet_id", "row", "column", "rows", "columns")


class PageServer:
    """Serves one spreadsheet to several people.

    Parameters
    ----------
    people
        Accounts to choose from, by their e-mail addresses; the first opens where none is named.
    host
        Host and port as the browser names them, "127.0.0.1:8000".
    upload
        Makes rows of a file that somebody has dropped on the page.
    welcome
        Rows to show as examples in the hint, None for no hint.
    """

    def __init__(
        self,
        workspace: Workspace,
        document: Document,
        scripts: Scripts,
        actions: Actions,
        controls: Controls,
        *,
        people: list[str],
        host: str,
        upload: Upload,
        welcome: dict[str, Any] | None = None,
    ) -> None:
        self._workspace = workspace
        self._document = document
        self._scripts = scripts
        self._controls = controls
        port = host.rpartition(":")[2]
        self._hosts = {host, f"localhost:{port}", f"127.0.0.1:{port}"}
        self._welcome = welcome
        self._preparing: dict[str, Any] | None = None
        self._visitors = Visitors(workspace, document, people, scripts.left)
        self._reading = Reading(workspace, document, self._visitors)
        self._doing = Doing(
            document, scripts, actions, controls, self._visitors, self._reading.workbook, upload
        )
        self._ended = threading.Event()
        self._clock = threading.Thread(target=self._watch, name="page-clock", daemon=True)
        document.subscribe(self._document_changed)
        controls.google.log.listeners.append(self._google_called)

    def start(self) -> None:
        """Start to answer on the stand-in's port, and to fire triggers that are due."""
        self._controls.google.mount("/", self.answer)
        if not self._clock.is_alive():
            self._clock.start()

    def stop(self) -> None:
        """End the clock and all pages."""
        self._ended.set()
        self._controls.google.log.listeners.remove(self._google_called)
        self._visitors.leave_all()
        self._doing.stop()
        if self._clock.is_alive():
            self._clock.join(timeout=5)

    def open(self, email: str) -> Session:
        """Return a new session of somebody, as if the page had been opened."""
        return self._visitors.open(email)

    def prepare(self, text: str, fraction: float | None = None) -> None:
        """Show all pages what is being prepared and how far it is; an empty text means that all is ready."""
        self._preparing = {"text": text, "fraction": fraction} if text else None
        self._visitors.tell("preparing", state=self._preparing)

    def scripts_run(self, count: int) -> None:
        """Tell all pages how many scripts are at work: they say that something is being done."""
        self._visitors.tell("running", count=count)

    # --- HTTP ---

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Page:
        """Answer a request."""
        parts = urlsplit(path)
        try:
            answers.check(method, headers, body, self._hosts)
            if method == "GET":
                return self._get(parts.path, dict(parse_qsl(parts.query)))
            return self._post(parts.path, dict(parse_qsl(parts.query)), body)
        except PageError as error:
            return answers.json_page({"message": str(error)}, error.status)
        except (KeyError, TypeError, ValueError) as error:
            return answers.json_page({"message": f"The page sent what makes no sense: {error!r}."}, 400)

    def _get(self, path: str, query: Mapping[str, str]) -> Page:
        if path == "/":
            return answers.static("index.html")
        if path == "/outbox":
            return answers.static("outbox.html")
        if path.startswith("/static/"):
            return answers.static(path.removeprefix("/static/"))
        if path.startswith("/vendor/"):
            return answers.static(path.removeprefix("/vendor/"), answers.VENDOR)
        route = self._reading.routes.get(path.removeprefix("/page/"))
        if route is None:
            raise PageError(404, "There is no such page.")
        return route(query)

    def _post(self, path: str, query: Mapping[str, str], body: bytes) -> Page:
        data = json.loads(body or b"{}")
        if not isinstance(data, dict):
            raise PageError(400, "An object is expected.")
        if path == "/page/open":
            return self._opened(data)
        if path.startswith(CHATS):
            return self._chatted(path.removeprefix(CHATS), data)
        session = self._visitors.of({**data, **query})
        route = self._doing.routes.get(path.removeprefix("/page/"))
        if route is None:
            raise PageError(404, "There is no such page.")
        if isinstance(selected := data.get("selection"), dict):
            session.selection = Selection(**{name: whole(selected, name) for name in _SELECTION})
        return answers.json_page(route(session, data))

    def _chatted(self, host: str, data: dict[str, Any]) -> Page:
        """Keep what a script posts to a chat's webhook."""
        text = str(data.get("text") or "")
        if not text:
            raise PageError(400, "no_text")
        name = host.partition("/")[0]
        message = Message(name, self._workspace.clock.now(), "", (name,), text.partition("\n")[0], text)
        self._workspace.outbox.add(message)
        return answers.json_page({"ok": True})

    def _opened(self, data: dict[str, Any]) -> Page:
        session, role = self._visitors.admit(str(data.get("user") or ""))
        self._scripts.opened(session)
        return answers.json_page(
            {
                "session": session.id,
                "me": session.email,
                "role": role,
                "people": self._visitors.people(),
                "title": self._document.title,
                "welcome": self._welcome,
                "preparing": self._preparing,
                **self._reading.workbook(),
                "controls": self._controls.state(),
                "calls": [
                    call_entry(call, self._controls)
                    for call in list(self._controls.google.log.calls)[-CALLS_SHOWN:]
                    if call.spreadsheet_id == self._document.spreadsheet_id
                ],
            }
        )

    # --- what happens by itself ---

    def _document_changed(self) -> None:
        self._visitors.tell("changed", revision=self._document.revision)

    def _google_called(self, call: Call) -> None:
        if call.spreadsheet_id == self._document.spreadsheet_id:
            self._visitors.tell("google", call=call_entry(call, self._controls))

    def _watch(self) -> None:
        while not self._ended.wait(1.0):
            self._scripts.tick()
            self._visitors.leave_gone()
