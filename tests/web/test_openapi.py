"""The OpenAPI document: it has every route, and what really goes over the wire is as it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from local.client import Reply, send
from local.launch import LocalGoogle
from server.app import create_app
from server.errors import BodyError, InputError
from server.sheets.commit.committer import Committer
from server.web import bodies, problems
from server.web.calls import CALLS
from server.web.openapi import document, markdown
from sheets_standin.sheets_api.faults import Fault, Kind
from sheets_standin.workspace import Role
from tests.conftest import Sheet
from tests.service import ANN, Service, serving

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def service(google: LocalGoogle, committer: Committer) -> Iterator[Service]:
    with serving(google, committer) as running:
        yield running


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(msgspec.json.encode(document()))
    return read


def assert_valid(api: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    whole = schema | {"components": api["components"]}
    problems_ = [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(value)
    ]
    assert problems_ == []


def assert_documented(api: dict[str, Any], method: str, path: str, reply: Reply) -> None:
    """Hold an answer against what the document says of its route, status, type and shape."""
    response = api["paths"][path][method]["responses"][str(reply.status)]
    if "$ref" in response:
        response = api["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response["content"][reply.headers["Content-Type"].partition(";")[0]]
    assert_valid(api, content.get("schema", {}), reply.body)
    if reply.status >= 400:
        assert reply.body["type"].removeprefix(problems.TYPE_PREFIX) in known_kinds(response)
    if "Retry-After" in reply.headers:
        assert "Retry-After" in response["headers"]


def known_kinds(response: dict[str, Any]) -> set[str]:
    named = set(re.findall(r"`([a-z-]+)`", response["description"]))
    return named or {"http-404", "http-405", "internal"}


def test_every_route_is_in_it_and_nothing_else(service: Service, api: dict[str, Any]) -> None:
    """Paths and methods are those of the application."""
    routes = {
        (rule.rule, method.lower())
        for rule in create_app(service.config, service.use).url_map.iter_rules()
        for method in rule.methods or ()
        if method not in ("OPTIONS", "HEAD")
    }

    documented = {(path, method) for path, methods in api["paths"].items() for method in methods}

    assert documented == routes


def test_it_is_served(service: Service, api: dict[str, Any]) -> None:
    """Without a signature: it holds no secret."""
    reply = send(f"{service.url}/v1/openapi.json", None, {})

    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert reply.body == api
    assert reply.body["openapi"] == "3.1.0"


def test_its_schemas_are_schemas_and_its_references_lead_somewhere(api: dict[str, Any]) -> None:
    """Draft 2020-12, as OpenAPI 3.1 uses it."""
    for schema in api["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)

    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(api)):
        part_of_api = api
        for part in reference.split("/"):
            part_of_api = part_of_api[part]


def test_every_signed_call_names_the_headers_of_a_signature(api: dict[str, Any]) -> None:
    """All five are needed together; connect and the open pages need none."""
    needs = {
        path: set(next(iter(operation["security"]), {}))
        for path, methods in api["paths"].items()
        for operation in methods.values()
    }

    assert {path for path, names in needs.items() if not names} == {
        "/v1/connect",
        "/health",
        "/v1/openapi.json",
    }
    assert all(names == set(api["components"]["securitySchemes"]) for names in needs.values() if names)
    assert len(api["components"]["securitySchemes"]) == 5


def test_every_problem_of_ours_is_told_under_its_status(api: dict[str, Any]) -> None:
    """And every call that takes a body may answer each of them."""
    for error in problems.kinds_of_errors():
        if error.__name__ == "AudienceError":
            continue
        response = api["components"]["responses"][f"Problem{error.status}"]
        assert f"`{problems.kind_of(error)}`" in response["description"]
    for path, methods in api["paths"].items():
        if "post" in methods:
            documented = {int(status) for status in methods["post"]["responses"]}
            assert {error.status for error in problems.kinds_of_errors()} <= documented, path


def test_what_a_real_run_answers_is_as_it_says(
    service: Service, sheet: Sheet, api: dict[str, Any], google: LocalGoogle
) -> None:
    """Connect, inspect, segment, score, retrain, status, operations; first with little in the sheet, then all."""
    google.workspace.share(sheet.id, ANN, Role.EDITOR)
    person = service.person(sheet.document, ANN)
    step = service.post(
        "/v1/connect",
        json.dumps(
            {"call": "connect", "spreadsheetId": sheet.id, "identityToken": person.identity_token()}
        ).encode(),
    )
    assert_documented(api, "post", "/v1/connect", step)
    connected = service.handshake(person)
    assert_valid(api, {"$ref": "#/components/schemas/KeyAnswer"}, connected.body)
    client = service.client(sheet.document)

    replies = [("status", client.call("status")), ("operations", client.call("operations"))]
    replies += [("score", client.call("score")), ("inspect", client.call("inspect"))]
    replies += [("segment", client.call("segment"))]
    sheet.type("New User", 2, [["A", "3", "12", "900"], ["B", "last week", "1", "5"], ["C"]])
    rows = [{"row": n, "CustomerID": "A" if n == 2 else None} for n in (2, 3, 4)]
    token = person.identity_token()
    replies += [("score", client.call("score", rows=rows, trigger="menu", identityToken=token, again=True))]
    replies += [("retrain", client.call("retrain", addOnVersion="1.0.0"))]
    replies += [("status", client.call("status")), ("operations", client.call("operations"))]

    assert [(call, reply.status) for call, reply in replies] == [
        ("status", 200),
        ("operations", 200),
        ("score", 409),
        ("inspect", 200),
        ("segment", 200),
        ("score", 200),
        ("retrain", 200),
        ("status", 200),
        ("operations", 200),
    ]
    for call, reply in replies:
        assert_documented(api, "post", f"/v1/{call}", reply)
    assert_documented(api, "get", "/health", send(f"{service.url}/health", None, {}))
    assert replies[5][1].body["rows"]
    assert replies[5][1].body["invalid"]
    assert replies[-1][1].body["result"]["segments"]


def test_refusals_are_as_it_says(
    service: Service, sheet: Sheet, api: dict[str, Any], google: LocalGoogle
) -> None:
    """One of each status that can be brought about from outside."""
    client = service.client(sheet.document)
    google.server.faults.plan(*[Fault(Kind.TOO_MANY)] * 8)
    limited = client.call("status")
    google.server.faults.clear()
    sheet.type("Training_Data", 1, [["who", "what", "why"]])
    replies = [
        limited,
        client.call("status", addOnVersion="2.0.0"),
        client.call("status", spreadsheetId="A" * 20),
        client.call("score", rows=[{"row": 0}]),
        client.call("score", rows=[{"row": 2, "CustomerID": "x" * 2_000_000}]),
        client.call("score"),
        client.call("inspect"),
    ]
    google.server.faults.by_chance(1.0, (Kind.UNAVAILABLE,))
    replies.append(client.call("status"))
    google.server.faults.clear()

    assert [reply.status for reply in replies] == [429, 426, 401, 400, 413, 422, 422, 503]
    for reply in replies:
        assert_documented(api, "post", "/v1/status", reply)
    wrong_method = send(f"{service.url}/v1/score", None, {})
    nowhere = service.post("/v1/nothing", b"{}")
    assert_documented(api, "post", "/v1/score", wrong_method)
    assert_documented(api, "post", "/v1/score", nowhere)
    assert (wrong_method.status, wrong_method.headers["Allow"], nowhere.status) == (405, "POST", 404)


_GOOD = {"call": "score", "spreadsheetId": "A" * 44}
_BODIES = [
    (_GOOD, True),
    (_GOOD | {"rows": None}, True),
    (_GOOD | {"rows": []}, True),
    (
        _GOOD
        | {"rows": [{"row": 2, "CustomerID": 7, "Recency": "x", "Frequency": True, "MonetaryValue": 1.5}]},
        True,
    ),
    (_GOOD | {"unknown": {"to": "us"}}, True),
    (_GOOD | {"addOnVersion": "1.2"}, True),
    (_GOOD | {"call": "retrain"}, False),
    ({"call": "score"}, False),
    ({"spreadsheetId": "A" * 44}, False),
    (_GOOD | {"spreadsheetId": "A" * 9}, False),
    (_GOOD | {"spreadsheetId": "../" + "A" * 44}, False),
    (_GOOD | {"spreadsheetId": "A" * 44 + "\n"}, False),
    (_GOOD | {"spreadsheetId": 5}, False),
    (_GOOD | {"rows": [{"row": 0}]}, False),
    (_GOOD | {"rows": [{"row": 1.5}]}, False),
    (_GOOD | {"rows": [{"row": 10_000_001}]}, False),
    (_GOOD | {"rows": [{}]}, False),
    (_GOOD | {"rows": [{"row": 2, "CustomerID": []}]}, False),
    (_GOOD | {"rows": [{"row": 2, "CustomerID": "x" * 50_001}]}, False),
    (_GOOD | {"rows": [{"row": 2}] * 1_501}, False),
    (_GOOD | {"trigger": "somebody"}, False),
    (_GOOD | {"again": "yes"}, False),
    (_GOOD | {"addOnVersion": "one"}, False),
    (_GOOD | {"identityToken": "x" * 10_001}, False),
    ([], False),
    ("score", False),
    (None, False),
]


@pytest.mark.parametrize(("body", "is_taken"), _BODIES, ids=range(len(_BODIES)))
def test_the_service_takes_what_the_document_says_that_it_takes(
    api: dict[str, Any], body: Any, is_taken: bool
) -> None:
    """Schema and check are of one type: neither is stricter than the other."""
    schema = {"$ref": "#/components/schemas/ScoreRequest", "components": api["components"]}

    try:
        bodies.read_body(json.dumps(body).encode(), bodies.ScoreRequest)
        taken = True
    except BodyError:
        taken = False

    assert (taken, Draft202012Validator(schema).is_valid(body)) == (is_taken, is_taken)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b"[" * 13, b'{"call": "score", "spreadsheetId": 1e999}', b"[" * 1_000_000, b"NaN"],
    ids=range(7),
)
def test_what_is_no_json_or_nested_too_deep_is_refused(raw: bytes) -> None:
    """Before anything is made of it."""
    with pytest.raises(BodyError):
        bodies.read_body(raw, bodies.ScoreRequest)


@pytest.mark.parametrize("number", ["1e301", "-1e301", "1" + "0" * 400])
def test_numbers_beyond_all_use_are_refused(number: str) -> None:
    """Nothing that becomes infinite on the way reaches the arithmetic."""
    raw = json.dumps(_GOOD)[:-1] + f', "rows": [{{"row": 2, "Recency": {number}}}]}}'

    with pytest.raises(BodyError):
        bodies.read_body(raw.encode(), bodies.ScoreRequest)


def test_docs_api_md_is_of_today(api: dict[str, Any]) -> None:
    """After a change: python -m server.web.openapi > docs/api.md"""
    assert (PROJECT / "docs" / "api.md").read_text(encoding="utf-8") == markdown(document())


def test_an_error_that_a_command_defines_for_itself_is_not_an_answer_of_the_service() -> None:
    class FileError(InputError):
        """As server/cli.py has one."""

    assert InputError in problems.kinds_of_errors()
    assert FileError not in problems.kinds_of_errors()


def test_every_call_but_the_document_has_a_handler_of_its_own() -> None:
    """A row of the table is all that a route is made of."""
    handlers = [call.handler for call in CALLS if call.path != "/v1/openapi.json"]

    assert None not in handlers
    assert len(set(handlers)) == len(handlers)
