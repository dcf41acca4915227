"""The page's server: who it answers, what it tells of a tab, and what reaches which page."""

from __future__ import annotations

import base64
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from local.uploads import load_upload
from sheets_standin.page.actions import Actions
from sheets_standin.page.controls import Controls
from sheets_standin.page.server import PageServer
from sheets_standin.spreadsheet.cells import Cell
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role
from tests.sheets_standin.page.conftest import ANNA, VERA, Noting


class Visitor:
    """A browser, as far as HTTP goes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = ""

    def ask(self, method: str, path: str, data: object = None, **headers: str) -> tuple[int, Any, Any]:
        body = None if data is None else json.dumps(data).encode()
        sent = {"Content-Type": "application/json"} if data is not None else {}
        request = urllib.request.Request(self.url + path, body, sent | headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read(), response.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), error.headers

    def post(self, path: str, **data: object) -> dict[str, Any]:
        status, body, _ = self.ask("POST", f"/page/{path}", {"session": self.session, **data})
        answer: dict[str, Any] = json.loads(body)
        return answer | {"status": status}

    def get(self, path: str, query: str = "") -> dict[str, Any]:
        status, body, _ = self.ask("GET", f"/page/{path}?session={self.session}&{query}")
        answer: dict[str, Any] = json.loads(body)
        return answer | {"status": status}

    def open(self, user: str = "") -> dict[str, Any]:
        opened = self.post("open", user=user)
        self.session = opened.get("session", "")
        return opened

    def events(self, since: int = 0) -> list[dict[str, Any]]:
        page_events: list[dict[str, Any]] = self.get("feed", f"since={since}&wait=2")["events"]
        return page_events


class Served:
    """A page server with one spreadsheet, and an add-on that only notes."""

    def __init__(self, google: LocalGoogle) -> None:
        self.google = google
        self.document: Document = google.spreadsheet()
        google.workspace.share(self.document.spreadsheet_id, ANNA, Role.EDITOR)
        google.workspace.share(self.document.spreadsheet_id, VERA, Role.VIEWER)
        self.addon = Noting()
        self.page = PageServer(
            google.workspace,
            self.document,
            self.addon,
            Actions(google.workspace, self.document, self.addon),
            Controls(google.server, SERVICE_ACCOUNT),
            people=[OWNER, ANNA, VERA],
            host=google.url.removeprefix("http://"),
            upload=load_upload,
        )
        self.page.start()

    def visitor(self) -> Visitor:
        return Visitor(self.google.url)

    @property
    def sheet_id(self) -> int:
        return self.document.sheets[0].sheet_id


@pytest.fixture
def served(google: LocalGoogle) -> Iterator[Served]:
    site = Served(google)
    yield site
    site.page.stop()


def _type(visitor: Visitor, served: Served, text: str, row: int = 1) -> dict[str, Any]:
    place = {"sheet": served.sheet_id, "row": row, "column": 0, "rows": 1, "columns": 1}
    return visitor.post("act", act="type", text=text, **place)


class TestCharts:
    """The page asks for the charts of the tab that it shows, and for the library that draws them."""

    def test_charts_of_a_tab(self, served: Served) -> None:
        """They come with the revision that they show."""
        anchor = {"rowIndex": 1}
        spec = {"title": "Sizes", "pieChart": {}}
        overlay = {"anchorCell": anchor, "widthPixels": 600, "heightPixels": 371}
        chart = {"chartId": 7, "spec": spec, "position": {"overlayPosition": overlay}}
        with served.google.workspace.lock, served.document.changing(OWNER, "addChart"):
            served.document.sheets[0].charts[7] = chart
            served.document.noted("addChart", "7")
        visitor = served.visitor()
        opened = visitor.open()

        answer = visitor.get("charts", f"sheet={served.sheet_id}")

        assert opened["tabs"][0]["charts"] == 1
        assert answer["revision"] == opened["revision"]
        assert [(chart["id"], chart["title"]["text"]) for chart in answer["charts"]] == [(7, "Sizes")]
        assert visitor.get("charts", "sheet=999")["status"] == 404

    def test_the_library(self, served: Served) -> None:
        """It is served from this machine; nothing outside of its folder is."""
        visitor = served.visitor()

        status, body, headers = visitor.ask("GET", "/vendor/echarts.common.min.js")

        assert (status, headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
        assert b"Licensed to the Apache Software Foundation" in body[:1000]
        assert visitor.ask("GET", "/vendor/../server.py")[0] == 404
        assert visitor.ask("GET", "/vendor/%2e%2e/server.py")[0] == 404


class TestWhoIsAnswered:
    """Nothing but this page may read or change the spreadsheet."""

    def test_another_host_name_is_refused(self, served: Served) -> None:
        """A name that was made to lead to the loopback address is not this page."""
        status, body, _ = served.visitor().ask("GET", "/", Host="evil.example")

        assert status == 403
        assert b"loopback" in body

    def test_another_origin_is_refused(self, served: Served) -> None:
        """A web page that is open beside this one cannot act here."""
        status, _, _ = served.visitor().ask("POST", "/page/open", {}, Origin="https://evil.example")

        assert status == 403

    def test_a_form_is_refused(self, served: Served) -> None:
        """What a foreign form can send without asking is no JSON."""
        headers = {"Content-Type": "text/plain"}
        status, _, _ = served.visitor().ask("POST", "/page/open", {}, **headers)

        assert status == 415

    def test_files_outside_of_the_page_are_not_served(self, served: Served) -> None:
        """Dots in the path lead nowhere."""
        for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static/nothing.js"):
            assert served.visitor().ask("GET", path)[0] == 404

    def test_the_page_lets_no_foreign_script_in(self, served: Served) -> None:
        """The policy names this server alone, and no inline script."""
        _, body, headers = served.visitor().ask("GET", "/")

        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert b"<script>" not in body
        assert b"http" not in body.replace(b"http-equiv", b"")

    def test_who_has_no_access_cannot_open(self, served: Served) -> None:
        """The page says whom to ask."""
        opened = served.visitor().open("mallory@example.com")

        assert opened["status"] == 403
        assert "Ask its owner" in opened["message"]

    def test_an_unknown_session_is_told_to_load_anew(self, served: Served) -> None:
        """After the stand-in was started again, old pages know it."""
        assert served.visitor().get("feed", "since=0")["status"] == 410

    def test_access_that_ended_ends_an_open_page(self, served: Served) -> None:
        """Also reading stops."""
        anna = served.visitor()
        anna.open(ANNA)

        served.google.workspace.share(served.document.spreadsheet_id, ANNA, None)

        assert anna.get("window", f"sheet={served.sheet_id}&first=0&last=5")["status"] == 403

    @pytest.mark.parametrize(
        "wrong",
        [{"row": -1}, {"row": "1"}, {"rows": 10**9}, {"column": None}, {"sheet": True}],
        ids=["negative", "text", "too many", "missing", "boolean"],
    )
    def test_places_that_make_no_sense_are_refused(self, served: Served, wrong: dict[str, object]) -> None:
        """Nothing is changed by them."""
        visitor = served.visitor()
        visitor.open()
        place = {"sheet": served.sheet_id, "row": 1, "column": 0, "rows": 1, "columns": 1} | wrong

        answer = visitor.post("act", act="type", text="x", **place)

        assert answer["status"] == 400
        assert served.document.revision == 0


class TestWhatIsShown:
    """Tabs and windows of cells."""

    def test_opening_tells_tabs_people_and_role(self, served: Served) -> None:
        """A page knows from the start what it may do."""
        opened = served.visitor().open(VERA)

        assert opened["role"] == "viewer"
        assert [person["email"] for person in opened["people"]] == [OWNER, ANNA, VERA]
        assert opened["tabs"][0]["title"] == "Sheet1"
        assert opened["tabs"][0]["rows"] == 1000

    def test_a_window_holds_what_was_asked_for(self, served: Served) -> None:
        """Of half a million rows only those that can be seen are sent."""
        grid = served.document.sheets[0].grid
        grid.extend((f"C{n}", n) for n in range(500_000))
        visitor = served.visitor()
        visitor.open()

        answer = visitor.get("window", f"sheet={served.sheet_id}&first=400000&last=400100")

        assert len(answer["rows"]) == 100
        assert answer["rows"][0] == ["C400000", 400000]

    def test_a_cell_tells_text_format_note_and_what_is_wrong(self, served: Served) -> None:
        """Numbers come as they are displayed; the text for editing only where it differs."""
        rule = {"condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "0"}]}}
        money = {"numberFormat": {"type": "CURRENCY", "pattern": '"$"#,##0.00'}, "textFormat": {"bold": True}}
        row = [Cell(-1234.5, note="a note", format=money, validation=rule), "0042", None, True, 7]
        served.document.sheets[0].grid.put(0, 0, row)
        visitor = served.visitor()
        visitor.open()

        cells = visitor.get("window", f"sheet={served.sheet_id}&first=0&last=1")["rows"][0]

        assert cells[0] == {
            "t": "-$1,234.50",
            "k": "n",
            "i": "-1234.5",
            "n": "a note",
            "w": "Input must be a number greater than 0.",
            "f": {"b": 1},
        }
        assert cells[1:] == [{"t": "0042", "i": "'0042"}, None, {"t": "TRUE", "k": "b"}, 7]

    def test_copied_text_is_separated_by_tabs(self, served: Served) -> None:
        """A cell with a line break is quoted, so that it stays one."""
        served.document.sheets[0].grid.put(0, 0, ["a\nb", 'say "hi"', 3])
        visitor = served.visitor()
        visitor.open()

        answer = visitor.get("text", f"sheet={served.sheet_id}&row=0&column=0&rows=1&columns=3")

        assert answer["text"] == '"a\nb"\tsay "hi"\t3'


class TestWhatReachesAPage:
    """The feed."""

    def test_others_hear_of_an_edit(self, served: Served) -> None:
        """Anna's page learns what the owner typed, with the tabs as they are now."""
        owner, anna = served.visitor(), served.visitor()
        owner.open()
        anna.open(ANNA)
        last = anna.events()[-1]["number"]

        answer = _type(owner, served, "Ann")

        heard = anna.get("feed", f"since={last}&wait=2")
        assert answer["ok"] is True
        assert [event["kind"] for event in heard["events"]] == ["changed"]
        assert heard["revision"] == answer["revision"] == 1

    def test_a_viewers_edit_is_refused_in_words(self, served: Served) -> None:
        """The answer says so; nothing is written."""
        visitor = served.visitor()
        visitor.open(VERA)

        answer = _type(visitor, served, "x")

        assert answer["ok"] is False
        assert "view-only" in answer["message"]

    def test_the_menu_and_its_choice_go_between_page_and_add_on(self, served: Served) -> None:
        """onOpen's menu comes through the feed; what is chosen goes back, with what is selected."""
        visitor = served.visitor()
        visitor.open()

        menus = [event for event in visitor.events() if event["kind"] == "menu"]
        visitor.post("choose", function=menus[0]["items"][0]["function"])

        assert menus[0]["title"] == "Audience Targeting"
        assert served.addon.chose == ["about"]

    def test_a_sidebar_is_a_frame_with_the_bridge_before_its_text(self, served: Served) -> None:
        """Its page is unchanged behind the shim, and may reach nothing on the net."""
        session = served.page.open(OWNER)
        html = "<!doctype html><title>Side</title><script>google.script.run.hello()</script>"
        session.feed.add("sidebar", frame="f1", title="Side", html=html)
        visitor = served.visitor()
        visitor.session = session.id
        sidebar = next(event for event in visitor.events() if event["kind"] == "sidebar")

        _, body, headers = visitor.ask("GET", f"/page/frame?session={session.id}&frame=f1")

        text = body.decode()
        assert "html" not in sidebar
        assert text.startswith("<!doctype html><script>")
        assert text.endswith(html.removeprefix("<!doctype html>"))
        assert "sandbox allow-scripts" in headers["Content-Security-Policy"]
        assert "allow-same-origin" not in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]

    def test_a_sidebars_call_is_answered_through_the_feed(self, served: Served) -> None:
        """A script may run for minutes; the page's requests do not wait for it."""
        visitor = served.visitor()
        visitor.open()

        visitor.post("call", frame="f1", call="call-1", function="hello", arguments=[1])

        returned = _wait_for(visitor, "returned")
        assert (returned["call"], returned["ok"], returned["value"]) == ("call-1", True, ["hello", 1])

    def test_a_question_waits_for_the_pages_answer(self, served: Served) -> None:
        """Text that a person types into a prompt goes back to the script that asked."""
        session = served.page.open(OWNER)
        visitor = served.visitor()
        visitor.session = session.id
        answers: list[object] = []
        asking = _started(lambda: answers.append(session.ask("alert", title="", text="Sure?", buttons="OK")))

        question = _wait_for(visitor, "alert")["question"]
        visitor.post("answer", question=question, value="OK")
        asking.join(timeout=5)

        assert answers == ["OK"]

    def test_calls_to_google_are_shown_as_they_happen(self, served: Served) -> None:
        """With status, what is used of the quota, and the fault that was switched on."""
        visitor = served.visitor()
        visitor.open()
        token = served.google.issuer.access_token(SERVICE_ACCOUNT)
        path = f"/v4/spreadsheets/{served.document.spreadsheet_id}"
        visitor.post("controls", next="503")
        _wait_for(visitor, "controls")

        visitor.ask("GET", path, Authorization=f"Bearer {token}")

        call = _wait_for(visitor, "google")["call"]
        assert (call["status"], call["fault"], call["write"]) == (503, "503", False)

    def test_people_see_who_else_is_here(self, served: Served) -> None:
        """And no longer when a page was closed."""
        owner, anna = served.visitor(), served.visitor()
        owner.open()
        anna.open(ANNA)
        anna.post("left")

        here = [event["here"] for event in owner.events() if event["kind"] == "people"]

        assert here == [[OWNER], [OWNER, ANNA], [OWNER]]


class TestOwnData:
    """Somebody's csv becomes Training_Data."""

    def test_a_csv_is_loaded(self, served: Served) -> None:
        """Its ids stay text, its dates become dates."""
        visitor = served.visitor()
        visitor.open()

        answer = visitor.post(
            "import", name="mine.csv", content=sent(b"id,date,amount\n0042,2024-03-01,9.5\n")
        )

        sheet = served.document.sheet("Training_Data")
        assert answer["rows"] == 1
        assert sheet.grid.row(1)[0] == "0042"
        assert sheet.grid.row(1)[2] == 9.5
        assert served.addon.changes == ["INSERT_GRID"]

    @pytest.mark.parametrize(
        "text", ["", "id,date,amount", "id,date,amount\n  \n"], ids=["empty", "header", "blank"]
    )
    def test_a_file_without_rows_is_refused(self, served: Served, text: str) -> None:
        """What was there stays."""
        visitor = served.visitor()
        visitor.open()

        answer = visitor.post("import", name="mine.csv", content=sent(text.encode()))

        assert answer["ok"] is False
        assert "mine.csv holds no rows" in answer["message"]
        assert served.document.revision == 0


def sent(data: bytes) -> str:
    """Return a file as the page sends it."""
    return base64.b64encode(data).decode()


def _wait_for(visitor: Visitor, kind: str) -> dict[str, Any]:
    """Return the first event of a kind; the feed itself waits."""
    since = 0
    for _ in range(10):
        for event in visitor.events(since):
            since = event["number"]
            if event["kind"] == kind:
                return event
    raise AssertionError(f"no event {kind}")


def _started(run: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_a_colour_scale_is_renewed_with_what_changes(served: Served) -> None:
    """A larger number elsewhere makes the others paler, on the next look."""
    scale = {
        "minpoint": {"type": "MIN", "color": {"red": 1, "green": 1, "blue": 1}},
        "maxpoint": {"type": "MAX", "color": {"blue": 1}},
    }
    served.document.sheets[0].conditional_formats.append({"ranges": [{}], "gradientRule": scale})
    visitor = served.visitor()
    visitor.open()
    colours = []

    for row, text in enumerate(("0", "10", "20")):
        _type(visitor, served, text, row)
        rows = visitor.get("window", f"sheet={served.sheet_id}&first=0&last=2")["rows"]
        colours.append([line[0]["f"]["bg"] for line in rows])

    assert colours == [["#0000ff"], ["#ffffff", "#0000ff"], ["#ffffff", "#8080ff"]]
