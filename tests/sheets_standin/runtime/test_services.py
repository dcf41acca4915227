"""UrlFetchApp, properties, caches, locks and Utilities."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.sheets_standin.scripts import SERVICE, Desk

pytestmark = pytest.mark.browser


class Echo(BaseHTTPRequestHandler):
    """Answers with what was asked."""

    hang = threading.Event()

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        request = {
            "method": self.command,
            "path": self.path,
            "headers": dict(self.headers),
            "body": body.decode(),
        }
        answer = json.dumps(request).encode()
        if self.path == "/hang":
            self.hang.wait(10)
        self.send_response(int(self.path[1:4]) if self.path[1:4].isdigit() else 200)
        if self.path == "/302":
            self.send_header("Location", "/after")
        if self.path == "/301":
            self.send_header("Location", "https://elsewhere.example/")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PUT = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    Echo.hang.clear()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    Echo.hang.set()
    server.shutdown()
    server.server_close()
    thread.join()


FETCH = """
function f(path, options) {
  const answer = UrlFetchApp.fetch('https://service.example/' + path, options || {});
  return [answer.getResponseCode(), answer.getContentText()];
}
function direct(url) { return UrlFetchApp.fetch(url).getContentText(); }
const AT = 'https://service.example/';
function all() {
  const answers = UrlFetchApp.fetchAll([AT + 'a', {url: AT + 'b', method: 'put'}]);
  return answers.map(answer => JSON.parse(answer.getContentText()).method);
}
function request() { return UrlFetchApp.getRequest(AT, {method: 'post', payload: {a: 'b c'}}); }
function bytes() { return UrlFetchApp.fetch(AT).getContent().slice(0, 2); }
function form() { return JSON.parse(UrlFetchApp.fetch(AT, {payload: {a: 'b c'}}).getContentText()); }
"""


def test_a_fetch_goes_where_the_host_really_is(desk_with: Any, echo: str) -> None:
    """Method, headers, content type and body arrive; the agent is Google's."""
    desk = desk_with(FETCH, hosts={SERVICE: echo})
    options = {
        "method": "post",
        "contentType": "application/json",
        "payload": '{"é":1}',
        "headers": {"X-A": "1"},
    }

    status, text = desk.call("f", "v1/score?x=1", options)

    echoed = json.loads(text)
    assert (status, echoed["method"], echoed["path"], echoed["body"]) == (
        200,
        "POST",
        "/v1/score?x=1",
        '{"é":1}',
    )
    assert (echoed["headers"]["X-A"], echoed["headers"]["Content-Type"]) == ("1", "application/json")
    assert "Google-Apps-Script" in echoed["headers"]["User-Agent"]


def test_objects_are_sent_as_forms(desk_with: Any, echo: str) -> None:
    """An object is form-encoded, and a payload alone makes a POST."""
    echoed = desk_with(FETCH, hosts={SERVICE: echo}).call("form")

    assert (echoed["method"], echoed["body"]) == ("POST", "a=b+c")
    assert echoed["headers"]["Content-Type"] == "application/x-www-form-urlencoded"


def test_several_are_fetched_and_one_is_only_prepared(desk_with: Any, echo: str) -> None:
    """fetchAll answers in order; getRequest sends nothing; bytes are signed."""
    desk = desk_with(FETCH, hosts={SERVICE: echo})

    assert desk.call("all") == ["GET", "PUT"]
    assert desk.call("request") == {
        "url": SERVICE,
        "method": "post",
        "headers": {},
        "contentType": "application/x-www-form-urlencoded",
        "payload": "a=b+c",
    }
    assert desk.call("bytes") == [ord("{"), ord('"')]


def test_a_failure_throws_unless_it_is_muted(desk_with: Any, echo: str) -> None:
    """A status from 400 on is an error in Google's words; muted, it is an answer."""
    desk = desk_with(FETCH, hosts={SERVICE: echo})

    refusal = desk.refusal("f", "503")
    muted = desk.call("f", "503", {"muteHttpExceptions": True})

    assert refusal.startswith(
        'Exception: Request failed for https://service.example returned code 503. Truncated server response: {"method"'
    )
    assert refusal.endswith("(use muteHttpExceptions option to examine full response)")
    assert muted[0] == 503


def test_redirects_are_followed_unless_told_otherwise_and_only_where_allowed(
    desk_with: Any, echo: str
) -> None:
    """A redirect to a host outside the allow-list is refused as a fetch of it is."""
    desk = desk_with(FETCH, hosts={SERVICE: echo})

    followed = json.loads(desk.call("f", "302")[1])
    stayed = desk.call("f", "302", {"followRedirects": False})
    outside = desk.refusal("f", "301")

    assert followed["path"] == "/after"
    assert stayed[0] == 302
    assert "https://elsewhere.example/ is not in the urlFetchWhitelist" in outside


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/",
        "http://service.example/",
        "https://service.example.evil/",
        "https://service.example:444/",
        "https://user@service.example/",
    ],
)
def test_only_the_allow_list_is_fetched(desk_with: Any, echo: str, url: str) -> None:
    """Another host, another scheme, or one that only begins alike is refused before anything is sent."""
    desk = desk_with(FETCH, hosts={SERVICE: echo})

    refusal = desk.refusal("direct", url)

    assert "is not in the urlFetchWhitelist" in refusal


@pytest.mark.parametrize(
    ("prefix", "url", "is_allowed"),
    [
        ("https://a.example/v1/", "https://a.example/v1/x", True),
        ("https://a.example/v1/", "https://a.example/V1/x", False),
        ("https://A.example/", "https://a.EXAMPLE/x", True),
        ("https://*.a.example/", "https://b.a.example/", True),
        ("https://*.a.example/", "https://a.example/", False),
        ("https://a.example/", "https://a.example", True),
    ],
    ids=["prefix", "case of the path", "case of the host", "wildcard", "bare host", "no path"],
)
def test_the_allow_list_is_read_as_google_documents_it(
    desk_with: Any, prefix: str, url: str, is_allowed: bool
) -> None:
    """Prefixes, the path by its case, one wildcard for subdomains."""
    project = desk_with("function f() {}").addon.script.project
    project.manifest["urlFetchWhitelist"][:] = [prefix]

    assert project.may_fetch(url) is is_allowed


def test_what_cannot_be_reached_says_why(desk_with: Any, echo: str) -> None:
    """Nobody listening, no answer in time, and a name that leads nowhere are told apart."""
    gone = desk_with(FETCH, hosts={SERVICE: "http://127.0.0.1:1/"}).refusal("f", "x")
    slow = desk_with(FETCH, hosts={SERVICE: echo})
    slow.addon.script.fetch_seconds = 0.2
    nowhere = desk_with(FETCH, hosts={SERVICE: echo})
    nowhere.addon.script.project.manifest["urlFetchWhitelist"].append("https://nowhere.example/")

    late = slow.refusal("f", "hang")
    unknown = nowhere.refusal("direct", "https://nowhere.example/x")

    assert gone == "Exception: Address unavailable: https://service.example/x"
    assert late == "Exception: Timeout: https://service.example/hang"
    assert unknown == "Exception: DNS error: https://nowhere.example/x"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"headers": {"Host": "x"}}, "Attribute provided with invalid value: Header:Host"),
        ({"headers": {"A": "x\ny"}}, "Attribute provided with invalid value: Header:A"),
        ({"headers": {"A": "x" * 8193}}, "Limit Exceeded: URLFetch Header Size."),
        ({"method": "steal"}, "Attribute provided with invalid value: method: steal"),
        (
            {"mutehttpexceptions": True},
            "not supported by the local stand-in: UrlFetchApp option mutehttpexceptions",
        ),
    ],
    ids=["host", "line break", "size", "method", "misspelt"],
)
def test_requests_that_google_refuses(desk_with: Any, options: dict[str, Any], message: str) -> None:
    """Wrong headers and methods are refused before anything is sent; a misspelt option is no option."""
    assert desk_with(FETCH).refusal("f", "", options) == f"Exception: {message}"


def test_a_url_has_a_length(desk_with: Any) -> None:
    """An address over 2,082 characters is refused."""
    assert desk_with(FETCH).refusal("f", "x" * 2082) == "Exception: Limit Exceeded: URLFetch URL Length."


PROPERTIES = """
function put(kind, key, value) { store(kind).setProperty(key, value); }
function get(kind, key) { return store(kind).getProperty(key); }
function keys(kind) { return store(kind).getKeys(); }
function store(kind) { return PropertiesService['get' + kind + 'Properties'](); }
function cache(value) {
  const held = CacheService.getDocumentCache();
  if (value) held.put('k', value, 60);
  return held.get('k');
}
"""


def test_properties_are_kept_by_scope(desk_with: Any) -> None:
    """Those of the document and the script are everybody's; a user's are that user's."""
    desk = desk_with(PROPERTIES)

    for kind in ("Document", "Script", "User"):
        desk.call("put", kind, "k", kind, by=desk.owner)

    assert [desk.call("get", kind, "k", by=desk.editor) for kind in ("Document", "Script", "User")] == [
        "Document",
        "Script",
        None,
    ]
    assert desk.call("keys", "User") == ["k"]


def test_properties_have_limits(desk_with: Any) -> None:
    """A value has at most 9 KB, a store 500; only texts are kept."""
    desk = desk_with(PROPERTIES)

    large = desk.refusal("put", "User", "k", "x" * 9217)
    for number in range(55):
        desk.call("put", "User", str(number), "x" * 9216)
    full = desk.refusal("put", "User", "last", "x" * 9216)
    number = desk.refusal("put", "User", "n", 5)

    assert large == "Exception: Argument too large: value"
    assert "property storage quota" in full
    assert "(String,number) don't match" in number


def test_caches_forget(desk_with: Any) -> None:
    """A cached text is gone when its time is over."""
    desk = desk_with(PROPERTIES)

    kept = desk.call("cache", "v")
    desk.clock.advance(dt.timedelta(seconds=61))

    assert (kept, desk.call("cache", None)) == ("v", None)


LOCKS = """
function hold() {
  const lock = LockService.getDocumentLock();
  lock.waitLock(1000);
  Utilities.sleep(1);
  return lock.hasLock();
}
function attempt() { return LockService.getDocumentLock().tryLock(10); }
function other() { return LockService.getScriptLock().tryLock(10); }
function wait() { LockService.getDocumentLock().waitLock(10); }
"""


def test_a_lock_is_one_runs_at_a_time_and_ends_with_it(desk_with: Any) -> None:
    """While a run holds the document's lock others do not get it; the end of the run frees it."""
    desk: Desk = desk_with(LOCKS)
    held, go = threading.Event(), threading.Event()

    def hold(_seconds: float) -> None:
        held.set()
        go.wait(10)

    desk.addon.script.sleep = hold
    thread = threading.Thread(target=desk.call, args=("hold",))
    thread.start()
    assert held.wait(10)
    meanwhile = [desk.call("attempt", by=desk.editor), desk.call("other"), desk.refusal("wait")]
    go.set()
    thread.join()

    assert meanwhile == [
        False,
        True,
        "Exception: Lock timeout: another process was holding the lock for too long.",
    ]
    assert desk.call("attempt") is True


def value_of(desk_with: Any, expression: str) -> Any:
    return desk_with(f"function f() {{ return {expression}; }}").call("f")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        # RFC 4231, test case 2.
        (
            "Utilities.computeHmacSha256Signature('what do ya want for nothing?', 'Jefe').map(b => (b + 256) % 256)"
            ".map(b => b.toString(16).padStart(2, '0')).join('')",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        # FIPS 180-2, "abc".
        (
            "Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, 'abc').slice(0, 3)",
            [0xBA - 256, 0x78, 0x16],
        ),
        ("Utilities.base64EncodeWebSafe([-1, -2])", "__4="),
        ("Utilities.base64Decode('//4=')", [-1, -2]),
        ("Utilities.base64DecodeWebSafe('__4')", [-1, -2]),
        ("Utilities.newBlob('é').getBytes()", [-61, -87]),
        ("Utilities.newBlob([-61, -87]).getDataAsString()", "é"),
        (
            "Utilities.formatDate(new Date(0), 'America/New_York', 'yyyy-MM-dd HH:mm z')",
            "1969-12-31 19:00 EST",
        ),
        ("Utilities.formatString('%s: %05.1f', 'a', 2.25)", "a: 002.3"),
        ("Utilities.parseCsv('a,\"b,c\"\\n1,2')", [["a", "b,c"], ["1", "2"]]),
        ("Utilities.getUuid().length", 36),
    ],
    ids=lambda value: value[:45] if isinstance(value, str) else "",
)
def test_utilities(desk_with: Any, expression: str, value: Any) -> None:
    """Digests, encodings and formats are those of the published sources."""
    assert value_of(desk_with, expression) == value


def test_text_is_signed_as_ascii_unless_told_otherwise(desk_with: Any) -> None:
    """Without a charset a letter outside ASCII counts as a question mark."""
    lost = value_of(
        desk_with,
        "String(Utilities.computeDigest(Utilities.DigestAlgorithm.MD5, 'é')) === "
        "String(Utilities.computeDigest(Utilities.DigestAlgorithm.MD5, '?'))",
    )
    kept = value_of(
        desk_with,
        "String(Utilities.computeDigest(Utilities.DigestAlgorithm.MD5, 'é', Utilities.Charset.UTF_8)) === "
        "String(Utilities.computeDigest(Utilities.DigestAlgorithm.MD5, [-61, -87]))",
    )

    assert (lost, kept) == (True, True)


def test_sleep_is_bounded(desk_with: Any) -> None:
    """Five minutes are the longest sleep."""
    desk = desk_with("function f(n) { Utilities.sleep(n); }")

    desk.call("f", 300_000)
    refusal = desk.refusal("f", 300_001)

    assert desk.slept == [300.0]
    assert refusal == "Exception: Invalid argument: 300001"
