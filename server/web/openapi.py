"""OpenAPI 3.1 document, made of the types of bodies and answers.

``python -m server.web.openapi`` prints docs/api.md, which is made of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from server import __version__
from server.access.signatures import EXPIRY_HEADER, SPREADSHEET_HEADER
from server.errors import AudienceError
from server.web.answers.shape import Problem
from server.web.answers.training import LongCallAnswer
from server.web.calls import CALLS, Call
from server.web.problems import TYPE_PREFIX, kind_of, kinds_of_errors

Json = dict[str, Any]

_SIGNATURE = {
    "webhook-id": "Unique id of the message; the same again when a call is repeated.",
    "webhook-timestamp": "Seconds since 1970; at most five minutes from the service's clock.",
    "webhook-signature": "`v1,` and the base64 of HMAC-SHA256(key, id + `.` + timestamp + `.` + raw body).",
    SPREADSHEET_HEADER: "Id of the spreadsheet that the key is for; the body's spreadsheetId is the same.",
    EXPIRY_HEADER: "When the key expires, seconds since 1970, as it was handed out with the key.",
}
_EXAMPLES: dict[str, Json] = {
    "connect": {"identityToken": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "addOnVersion": __version__},
    "score": {
        "rows": [{"row": 2, "CustomerID": "C001", "Recency": 12, "Frequency": 3, "MonetaryValue": 420.5}],
        "trigger": "edit",
    },
    "forget": {"customerId": "C001", "confirm": False, "identityToken": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"},
}
"""What the example of a body has beside the envelope."""
_PROGRESS = {
    "operationId": "operations",
    "description": "How it is getting on.",
    "requestBody": {
        "call": "operations",
        "spreadsheetId": "$request.body#/spreadsheetId",
        "operationId": "$response.body#/operation/id",
    },
}
_REF = "#/components/schemas/{name}"
_HTTP_STATUSES = {404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error"}
_ABOUT = (
    "Named customer segments, live scoring and an audit log inside Google Sheets. All calls but the first are "
    "signed as the Standard Webhooks specification says, with the spreadsheet's own key, which `connect` hands "
    "out to an editor of the spreadsheet for seven days. Fields that a call does not know are passed over."
)


def document() -> Json:
    """Return the document."""
    bodies = [call.body for call in CALLS if call.body]
    answers = [kind for call in CALLS for kinds in call.answers.values() for kind in kinds]
    _refs, components = msgspec.json.schema_components([*bodies, *answers, Problem], ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Audience Targeting Engine", "version": __version__, "description": _ABOUT},
        "paths": {call.path: {call.method.lower(): _operation(call)} for call in CALLS},
        "components": {
            "schemas": components,
            "responses": {f"Problem{status}": _problem_response(status) for status in problem_statuses()},
            "securitySchemes": {
                name: {"type": "apiKey", "in": "header", "name": name, "description": text}
                for name, text in _SIGNATURE.items()
            },
        },
    }


def problem_statuses() -> dict[int, list[type[AudienceError]]]:
    """Return the kinds of problems by HTTP status; none of ours for those of HTTP itself."""
    by_status: dict[int, list[type[AudienceError]]] = {status: [] for status in _HTTP_STATUSES}
    for error in kinds_of_errors():
        if error is not AudienceError:
            by_status.setdefault(error.status, []).append(error)
    return dict(sorted(by_status.items()))


def _ref(*kinds: type[msgspec.Struct]) -> Json:
    refs = [{"$ref": _REF.format(name=kind.__name__)} for kind in kinds]
    return refs[0] if len(refs) == 1 else {"anyOf": refs}


def _operation(call: Call) -> Json:
    responses: Json = {
        str(status): {
            "description": "Done." if status == 200 else "It goes on: ask for its operation.",
            "content": {"application/json": {"schema": _ref(*kinds)}},
        }
        for status, kinds in call.answers.items()
    }
    for kinds, response in zip(call.answers.values(), responses.values(), strict=True):
        if call.body and LongCallAnswer in kinds and call.name != "operations":
            response["links"] = {"progress": _PROGRESS}
    if not call.answers:
        responses["200"] = {"description": "Done.", "content": {"application/json": {}}}
    operation: Json = {"operationId": call.name.partition(".")[0], "summary": call.summary}
    if call.body:
        example = {"call": call.name, "spreadsheetId": "1" * 44} | _EXAMPLES.get(call.name, {})
        content = {"application/json": {"schema": _ref(call.body), "example": example}}
        operation["requestBody"] = {"required": True, "content": content}
        responses |= {
            str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in problem_statuses()
        }
    else:
        responses |= {"405": {"$ref": "#/components/responses/Problem405"}}
    security: list[Json] = [{name: [] for name in _SIGNATURE}] if call.signed else []
    return operation | {"security": security, "responses": responses}


def _problem_response(status: int) -> Json:
    kinds = problem_statuses()[status]
    description = "; ".join(f"`{kind_of(kind)}`: {kind.title}" for kind in kinds) or _HTTP_STATUSES[status]
    response: Json = {
        "description": description + ".",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if any(kind.retryable for kind in kinds):
        after = {"description": "Seconds after which to try again.", "schema": {"type": "integer"}}
        response["headers"] = {"Retry-After": after}
    return response


def markdown(api: Mapping[str, Any]) -> str:
    """Return the document as a page to read."""
    return "\n".join(_lines(api)) + "\n"


def _lines(api: Mapping[str, Any]) -> Iterator[str]:
    yield "# The webhook's calls"
    yield ""
    yield "This page is made by `python -m server.web.openapi > docs/api.md` of the OpenAPI document that the service"
    yield "answers at `/v1/openapi.json`; both are made of the types that check the bodies."
    yield ""
    yield api["info"]["description"]
    yield ""
    yield "| call | does |"
    yield "|---|---|"
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            yield f"| `{method.upper()} {path}` | {operation['summary']} |"
    yield from ("", "## Headers of a signed call", "", "| header | holds |", "|---|---|")
    for name, scheme in api["components"]["securitySchemes"].items():
        yield f"| `{name}` | {scheme['description']} |"
    schemas = api["components"]["schemas"]
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            yield from _call_lines(f"{method.upper()} {path}", operation, schemas)
    yield from ("", "## What the answers are made of")
    roots = {_name(schema) for schema in _roots(api)}
    for name, schema in schemas.items():
        if name not in roots:
            yield from ("", f"### {name}", "")
            yield from _schema_lines(schema, schemas)
    yield from _problem_lines()


def _problem_lines() -> Iterator[str]:
    yield from ("", "## Problems", "")
    yield "`Content-Type: application/problem+json`. A `type` is `" + TYPE_PREFIX + "` and one of these."
    yield from ("", "| status | type | title | retryable |", "|---|---|---|---|")
    for status, kinds in problem_statuses().items():
        for error in kinds:
            yield f"| {status} | `{kind_of(error)}` | {error.title} | {'yes' if error.retryable else 'no'} |"
        if status in _HTTP_STATUSES:
            kind = "internal" if status == 500 else f"http-{status}"
            yield f"| {status} | `{kind}` | {_HTTP_STATUSES[status]} | {'yes' if status == 500 else 'no'} |"


def _roots(api: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for methods in api["paths"].values():
        for operation in methods.values():
            if "requestBody" in operation:
                yield operation["requestBody"]["content"]["application/json"]["schema"]


def _call_lines(heading: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"## {heading}", "", operation["summary"])
    if "requestBody" in operation:
        signed = "Signed." if operation["security"] else "Not signed."
        yield from ("", f"{signed} The body:", "")
        yield from _schema_lines(operation["requestBody"]["content"]["application/json"]["schema"], schemas)
    for status, response in operation["responses"].items():
        schema = response.get("content", {}).get("application/json", {})
        if schema.get("schema"):
            yield from ("", f"Answers {status} with {_type(schema['schema'])}.")


def _schema_lines(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        schema = schemas[_name(schema)]
    if schema.get("description"):
        yield from (schema["description"].partition("\n\n    Attributes")[0], "")
    yield from ("| field | holds | needed |", "|---|---|---|")
    needed = schema.get("required", [])
    for name, held in schema.get("properties", {}).items():
        yield f"| `{name}` | {_type(held)} | {'yes' if name in needed else 'no'} |"


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _type(schema: Mapping[str, Any]) -> str:
    """Return a schema in a few words."""
    if "$ref" in schema:
        return f"[{_name(schema)}](#{_name(schema).lower()})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(_type, schema["anyOf"])))
    if "const" in schema:
        return f"`{msgspec.json.encode(schema['const']).decode()}`"
    if "enum" in schema:
        return " or ".join(f"`{msgspec.json.encode(word).decode()}`" for word in schema["enum"])
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        most = f", at most {schema['maxItems']:,}" if "maxItems" in schema else ""
        return f"list of {_type(schema.get('items', {}))}{most}"
    bounds = [
        text.format(schema[name])
        for name, text in (
            ("maxLength", "at most {:,} characters"),
            ("minimum", "from {:,}"),
            ("maximum", "to {:,}"),
            ("pattern", "`{}`"),
        )
        if name in schema
    ]
    return ", ".join([kind, *bounds]).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(markdown(document()))
