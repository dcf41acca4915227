"""The spreadsheet page: its files, what it asks for, and the feed of what happens.

It answers on loopback alone, to requests that name the loopback address as their host, and takes changes as
JSON from its own origin alone, so that no web page that is open beside it can act on the spreadsheet.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from sandbox.page import view
from sandbox.page.actions import Actions, AskFirst, Refused
from sandbox.page.charts import charts
from sandbox.page.controls import Controls, told
from sandbox.page.requests import ACTS, whole
from sandbox.page.uploads import load_text
from sandbox.runtime.sessions import Selection, Session
from sandbox.sheets_api.http import Call, Page
from sandbox.spreadsheet.document import Document, Sheet
from sandbox.workspace import Workspace

STATIC = Path(__file__).resolve().parent / "static"
VENDOR = STATIC.parent / "vendor"
POLL_SECONDS = 20.0
GONE_SECONDS = 60.0
LARGEST_BODY = 200_000_000
CALLS_SHOWN = 100

_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FRAME_POLICY = (
    "sandbox allow-scripts allow-forms allow-modals allow-popups; default-src 'none'; "
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; frame-ancestors 'self'"
)
_DOCTYPE = re.compile(r"\s*<!doctype[^>]*>", re.IGNORECASE)


class Scripts(Protocol):
    """The add-on, as far as a page calls it; edits reach it through the actions alone."""

    def opened(self, session: Session) -> None:
        """Somebody opened the spreadsheet."""

    def left(self, session: Session) -> None:
        """A page is closed."""

    def chosen(self, session: Session, function: str) -> None:
        """Somebody chose a menu item."""

    def called(self, session: Session, frame: str, function: str, arguments: list[Any]) -> dict[str, Any]:
        """A sidebar or dialog calls a function."""

    def tick(self) -> int:
        """Start the triggers that are due."""


class PageError(Exception):
    """A request that is refused.

    Parameters
    ----------
    status
        HTTP status.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class PageServer:
    """Serves one spreadsheet to several people.

    Parameters
    ----------
    people
        Accounts to choose from, by their e-mail addresses; the first opens where none is named.
    host
        Host and port as the browser names them, "127.0.0.1:8000".
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
        welcome: dict[str, Any] | None = None,
    ) -> None:
        self._workspace = workspace
        self._document = document
        self._scripts = scripts
        self._actions = actions
        self._controls = controls
        self._people = people
        port = host.rpartition(":")[2]
        self._hosts = {host, f"localhost:{port}", f"127.0.0.1:{port}"}
        self._welcome = welcome
        self._preparing: dict[str, Any] | None = None
        self._sessions: dict[str, Session] = {}
        self._seen: dict[str, float] = {}
        self._frames: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        # One thread that lives on: the kernel ends a service together with the thread that started it.
        self._switches = ThreadPoolExecutor(1, "controls")
        self._clock = threading.Thread(target=self._watch, name="page-clock", daemon=True)
        document.subscribe(self._document_changed)
        controls.google.log.listeners.append(self._google_called)

    def start(self) -> None:
        """Begin to answer on the stand-in's port, and to start triggers that are due."""
        self._controls.google.mount("/", self.answer)
        if not self._clock.is_alive():
            self._clock.start()

    def stop(self) -> None:
        """End the clock and all pages."""
        self._ended.set()
        self._controls.google.log.listeners.remove(self._google_called)
        for session in list(self._sessions.values()):
            self._leave(session)
        self._switches.shutdown(wait=False, cancel_futures=True)
        if self._clock.is_alive():
            self._clock.join(timeout=5)

    def open(self, email: str) -> Session:
        """Return a new session of somebody, as if the page had been opened."""
        session = Session(email, self._document)
        with self._lock:
            self._sessions[session.id] = session
            self._seen[session.id] = time.monotonic()
        self._tell_people()
        return session

    def prepare(self, text: str, fraction: float | None = None) -> None:
        """Tell all pages what is being prepared and how far it is; an empty text says that all is ready."""
        self._preparing = {"text": text, "fraction": fraction} if text else None
        for session in list(self._sessions.values()):
            session.feed.add("preparing", state=self._preparing)

    def scripts_run(self, count: int) -> None:
        """Tell all pages how many scripts are at work: they say that something is being done."""
        for session in list(self._sessions.values()):
            session.feed.add("running", count=count)

    # --- HTTP ---

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Page:
        """Answer a request."""
        parts = urlsplit(path)
        try:
            self._check(method, headers, body)
            if method == "GET":
                return self._get(parts.path, dict(parse_qsl(parts.query)))
            return self._post(parts.path, dict(parse_qsl(parts.query)), body)
        except PageError as error:
            return _json({"message": str(error)}, error.status)
        except (KeyError, TypeError, ValueError) as error:
            return _json({"message": f"The page sent what makes no sense: {error!r}."}, 400)

    def _check(self, method: str, headers: Mapping[str, str], body: bytes) -> None:
        if headers.get("host", "") not in self._hosts:
            raise PageError(403, "This page answers to the loopback address alone.")
        if method not in ("GET", "POST"):
            raise PageError(405, "Only GET and POST.")
        if method == "POST":
            origin = headers.get("origin")
            if origin is not None and origin.removeprefix("http://") not in self._hosts:
                raise PageError(403, "Changes come from this page alone.")
            if headers.get("content-type", "").partition(";")[0] != "application/json":
                raise PageError(415, "Changes are sent as JSON.")
            if len(body) > LARGEST_BODY:
                raise PageError(413, "That is too large.")

    def _get(self, path: str, query: Mapping[str, str]) -> Page:
        if path == "/":
            return self._static("index.html")
        if path.startswith("/static/"):
            return self._static(path.removeprefix("/static/"))
        if path.startswith("/vendor/"):
            return self._static(path.removeprefix("/vendor/"), VENDOR)
        if path == "/page/feed":
            return self._feed(query)
        if path == "/page/window":
            return self._window(query)
        if path == "/page/charts":
            return self._charts(query)
        if path == "/page/edge":
            return self._edge(query)
        if path == "/page/text":
            return self._text(query)
        if path == "/page/frame":
            return self._frame(query)
        raise PageError(404, "There is no such page.")

    def _post(self, path: str, query: Mapping[str, str], body: bytes) -> Page:
        data = json.loads(body or b"{}")
        if not isinstance(data, dict):
            raise PageError(400, "An object is expected.")
        if path == "/page/open":
            return self._opened(data)
        session = self._session({**data, **query})
        handler = self._handlers().get(path.removeprefix("/page/"))
        if handler is None:
            raise PageError(404, "There is no such page.")
        if isinstance(selected := data.get("selection"), dict):
            session.selection = Selection(**{name: whole(selected, name) for name in _SELECTION})
        return _json(handler(session, data))

    def _handlers(self) -> dict[str, Callable[[Session, dict[str, Any]], dict[str, Any]]]:
        return {
            "act": self._act,
            "select": lambda _session, _data: {},
            "choose": self._choose,
            "call": self._call,
            "answer": self._answered,
            "controls": self._control,
            "import": self._import,
            "left": self._left,
        }

    def _static(self, name: str, folder: Path = STATIC) -> Page:
        file = folder / name
        if not file.is_file() or file.resolve().parent != folder:
            raise PageError(404, "There is no such page.")
        kind = _TYPES.get(file.suffix, "application/octet-stream") + "; charset=utf-8"
        return Page(200, file.read_bytes(), kind, _HEADERS | {"Content-Security-Policy": _POLICY})

    # --- sessions ---

    def _opened(self, data: dict[str, Any]) -> Page:
        email = str(data.get("user") or self._people[0])
        session = self.open(email)
        role = self._workspace.role_of(self._document.spreadsheet_id, email)
        if role is None:
            self._leave(session)
            raise PageError(403, f"{email} has no access to this spreadsheet. Ask its owner to share it.")
        self._scripts.opened(session)
        return _json(
            {
                "session": session.id,
                "me": email,
                "role": role.name.lower(),
                "people": [self._person(each) for each in self._people],
                "title": self._document.title,
                "welcome": self._welcome,
                "preparing": self._preparing,
                **self._workbook(),
                "controls": self._controls.state(),
                "calls": [
                    told(call, self._controls)
                    for call in list(self._controls.google.log.calls)[-CALLS_SHOWN:]
                    if call.spreadsheet_id == self._document.spreadsheet_id
                ],
            }
        )

    def _person(self, email: str) -> dict[str, Any]:
        role = self._workspace.role_of(self._document.spreadsheet_id, email)
        return {"email": email, "role": role.name.lower() if role else None}

    def _session(self, query: Mapping[str, Any]) -> Session:
        session = self._sessions.get(str(query.get("session", "")))
        if session is None:
            raise PageError(410, "This page is from before the stand-in was started again: load it anew.")
        self._seen[session.id] = time.monotonic()
        if self._workspace.role_of(self._document.spreadsheet_id, session.email) is None:
            raise PageError(403, "You no longer have access to this spreadsheet.")
        return session

    def _left(self, session: Session, _data: dict[str, Any]) -> dict[str, Any]:
        self._leave(session)
        return {}

    def _leave(self, session: Session) -> None:
        with self._lock:
            self._sessions.pop(session.id, None)
            self._seen.pop(session.id, None)
            for key in [key for key in self._frames if key[0] == session.id]:
                del self._frames[key]
        session.close()
        self._scripts.left(session)
        self._tell_people()

    # --- what is shown ---

    def _workbook(self) -> dict[str, Any]:
        with self._workspace.lock:
            return {"tabs": view.tabs(self._document), "revision": self._document.revision}

    def _feed(self, query: Mapping[str, str]) -> Page:
        session = self._session(query)
        events = session.feed.since(int(query["since"]), float(query.get("wait", POLL_SECONDS)))
        self._seen[session.id] = time.monotonic()
        shown = []
        for event in events:
            if event["kind"] in ("sidebar", "dialog"):
                self._frames[session.id, str(event["frame"])] = str(event["html"])
                event = {key: value for key, value in event.items() if key != "html"}
            shown.append(event)
        answer: dict[str, Any] = {"events": shown}
        if any(event["kind"] in ("changed", "preparing") for event in shown):
            answer |= self._workbook()
        return _json(answer)

    def _window(self, query: Mapping[str, str]) -> Page:
        self._session(query)
        with self._workspace.lock:
            sheet = self._sheet(int(query["sheet"]))
            first = max(0, int(query["first"]))
            rows = view.window(sheet, first, int(query["last"]))
            return _json({"revision": self._document.revision, "first": first, "rows": rows})

    def _charts(self, query: Mapping[str, str]) -> Page:
        self._session(query)
        with self._workspace.lock:
            shown = charts(self._document, self._sheet(int(query["sheet"])))
            return _json({"revision": self._document.revision, "charts": shown})

    def _edge(self, query: Mapping[str, str]) -> Page:
        self._session(query)
        with self._workspace.lock:
            sheet = self._sheet(int(query["sheet"]))
            place = (int(query[name]) for name in ("row", "column", "down", "right"))
            return _json({"cell": view.edge(sheet, *place)})

    def _text(self, query: Mapping[str, str]) -> Page:
        self._session(query)
        with self._workspace.lock:
            sheet = self._sheet(int(query["sheet"]))
            area = (int(query[name]) for name in ("row", "column", "rows", "columns"))
            return _json({"text": view.text(sheet, *area)})

    def _sheet(self, sheet_id: int) -> Sheet:
        try:
            return self._document.sheet_by_id(sheet_id)
        except KeyError:
            raise PageError(404, "This tab has been deleted.") from None

    def _frame(self, query: Mapping[str, str]) -> Page:
        session = self._session(query)
        html = self._frames.get((session.id, query.get("frame", "")))
        if html is None:
            raise PageError(404, "This sidebar is closed.")
        shim = "<script>" + (STATIC / "shim.js").read_text("utf-8") + "</script>"
        found = _DOCTYPE.match(html)
        end = found.end() if found else 0
        page = html[:end] + shim + html[end:]
        headers = _HEADERS | {"Content-Security-Policy": _FRAME_POLICY}
        return Page(200, page.encode(), "text/html; charset=utf-8", headers)

    # --- what is done ---

    def _act(self, session: Session, data: dict[str, Any]) -> dict[str, Any]:
        act = ACTS.get(str(data.get("act")))
        if act is None:
            raise PageError(400, "There is no such act.")
        try:
            found = act(self._actions, session, data)
        except AskFirst as question:
            return {"ok": False, "confirm": str(question)}
        except Refused as error:
            return {"ok": False, "message": str(error)}
        return {"ok": True, **(found or {}), **self._workbook()}

    def _choose(self, session: Session, data: dict[str, Any]) -> dict[str, Any]:
        self._scripts.chosen(session, str(data["function"]))
        return {}

    def _call(self, session: Session, data: dict[str, Any]) -> dict[str, Any]:
        """Run a function for a sidebar; its answer comes through the feed, as calls may take minutes."""
        frame, function = str(data["frame"]), str(data["function"])
        arguments, call = list(data["arguments"]), str(data["call"])

        def run() -> None:
            answer = self._scripts.called(session, frame, function, arguments)
            session.feed.add("returned", call=call, **answer)

        threading.Thread(target=run, name=f"call-{function}", daemon=True).start()
        return {}

    def _answered(self, session: Session, data: dict[str, Any]) -> dict[str, Any]:
        session.answer(str(data["question"]), data.get("value"))
        return {}

    def _control(self, session: Session, data: dict[str, Any]) -> dict[str, Any]:
        def run() -> None:
            try:
                self._controls.switch(data)
            except (RuntimeError, OSError) as error:
                session.feed.add("failed", text=str(error))
            state = self._controls.state()
            for each in list(self._sessions.values()):
                each.feed.add("controls", state=state)

        self._switches.submit(run)
        return {}

    def _import(self, session: Session, data: dict[str, Any]) -> dict[str, Any]:
        name, text = str(data["name"]), str(data["text"])
        try:
            rows = self._actions.loaded(session, lambda: load_text(self._document, name, text, session.email))
        except Refused as error:
            return {"ok": False, "message": str(error)}
        return {"ok": True, "rows": rows, **self._workbook()}

    # --- what happens by itself ---

    def _document_changed(self) -> None:
        revision = self._document.revision
        for session in list(self._sessions.values()):
            session.feed.add("changed", revision=revision)

    def _google_called(self, call: Call) -> None:
        if call.spreadsheet_id != self._document.spreadsheet_id:
            return
        data = told(call, self._controls)
        for session in list(self._sessions.values()):
            session.feed.add("google", call=data)

    def _tell_people(self) -> None:
        here = [each.email for each in list(self._sessions.values())]
        roles = [self._person(each) for each in self._people]
        for session in list(self._sessions.values()):
            session.feed.add("people", here=here, people=roles)

    def _watch(self) -> None:
        while not self._ended.wait(1.0):
            self._scripts.tick()
            now = time.monotonic()
            for identity, seen in list(self._seen.items()):
                session = self._sessions.get(identity)
                if session is not None and now - seen > GONE_SECONDS:
                    self._leave(session)


_SELECTION = ("sheet_id", "row", "column", "rows", "columns")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def _json(body: Any, status: int = HTTPStatus.OK) -> Page:
    data = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    return Page(int(status), data, "application/json; charset=utf-8", _HEADERS)
