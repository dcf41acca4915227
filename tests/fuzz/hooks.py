"""What schemathesis loads: signatures for the signed run, and a check that the unsigned run gets nowhere.

Reads FUZZ_WORLD, a file that `python -m tests.fuzz` writes; without it nothing is signed.
"""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
import os
import secrets
from pathlib import Path
from typing import Any

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase
from standardwebhooks import Webhook

from server.access.signatures import derive_key
from tests.fuzz.coverage import PLAUSIBLE

WORLD = json.loads(Path(os.environ["FUZZ_WORLD"]).read_text("utf-8")) if "FUZZ_WORLD" in os.environ else {}
_TURNS = itertools.count()
BUSY = b'"urn:audience-targeting:problem:busy"'
"""On a slow machine two long calls are at work already when the next one comes."""
OPEN = ("/health", "/v1/openapi.json")


if WORLD:

    @schemathesis.hook
    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        """Aim most bodies at a spreadsheet that there is, have people name themselves, and mean something by turns."""
        turn = next(_TURNS)
        if isinstance(case.body, dict) and turn % 8:
            case.body["spreadsheetId"] = WORLD["spreadsheets"][turn % len(WORLD["spreadsheets"])]
            if turn % 3:
                case.body["identityToken"] = WORLD["token"]
            if turn % 2:
                _mean_something(case.body, turn)

    def _mean_something(body: dict[str, Any], turn: int) -> None:
        """Give the fields that a body has values of the spreadsheets."""
        for name in body.keys() & PLAUSIBLE.keys():
            values = PLAUSIBLE[name]
            text = json.dumps(values[turn // 2 % len(values)])
            body[name] = json.loads(text.replace('"{segments}"', json.dumps(WORLD["segments"])))

    class Signed(AuthBase):
        """Signs what is really sent, for the spreadsheet that the body names."""

        def __call__(self, request: PreparedRequest) -> PreparedRequest:
            raw = request.body or b""
            raw = raw.encode() if isinstance(raw, str) else raw if isinstance(raw, bytes) else b""
            try:
                spreadsheet = str(json.loads(raw)["spreadsheetId"])
                spreadsheet.encode("ascii")
            except (ValueError, KeyError, TypeError, UnicodeError, RecursionError):
                spreadsheet = WORLD["spreadsheets"][0]
            if "\n" in spreadsheet or "\r" in spreadsheet:
                spreadsheet = WORLD["spreadsheets"][0]
            identity, moment = f"msg_{secrets.token_hex(12)}", dt.datetime.now(dt.UTC)
            key = derive_key(WORLD["secret"], spreadsheet, WORLD["expiry"])
            try:
                signature = Webhook(key).sign(identity, moment, raw.decode())
            except UnicodeDecodeError:
                signature = "v1," + base64.b64encode(bytes(32)).decode()
            request.headers.update(
                {
                    "webhook-id": identity,
                    "webhook-timestamp": str(int(moment.timestamp())),
                    "webhook-signature": signature,
                    "audience-spreadsheet": spreadsheet,
                    "audience-key-expiry": str(WORLD["expiry"]),
                }
            )
            return request

    schemathesis.auth.set_from_requests(Signed())


@schemathesis.check
def refused_without_signature(context: Any, response: Any, case: Any) -> None:
    """Nothing but the open pages answers anything but a refusal."""
    if WORLD or case.path in OPEN:
        return
    assert 400 <= response.status_code < 500, f"{case.method} {case.path} answered {response.status_code}"


@schemathesis.check
def never_a_server_error_nor_unprotected(context: Any, response: Any, case: Any) -> None:
    """No 5xx but "busy", which says when to come again, and the headers of every answer."""
    is_busy = response.status_code == 503 and BUSY in response.content
    assert response.status_code < 500 or is_busy, f"{case.method} {case.path} answered {response.status_code}"
    for name in ("cache-control", "x-content-type-options", "content-security-policy", "referrer-policy"):
        assert name in response.headers, f"{case.method} {case.path}: {name} is missing"
