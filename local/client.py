"""A client of the webhook that connects and signs as the add-on does."""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from standardwebhooks import Webhook

from sheets_standin.spreadsheet.document import Document, Metadata
from sheets_standin.workspace import Role, Workspace

LONG_SECONDS = 600
ADD_ON_VERSION = "1.0.0"
CONNECT_KEY = "ate-connect"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the webhook answered."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


class NoWebhook(Exception):
    """Nothing answered."""


class NotConnected(Exception):
    """The webhook refused the handshake.

    Attributes
    ----------
    reply
        What it answered.
    """

    def __init__(self, reply: Reply) -> None:
        hint = reply.body.get("hint", "")
        super().__init__(f"{reply.body.get('detail', reply.status)}" + (f"\n{hint}" if hint else ""))
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a spreadsheet, as an Apps Script of theirs can act there.

    Attributes
    ----------
    identity_token
        Returns a new one, as ScriptApp.getIdentityToken does.
    """

    workspace: Workspace
    document: Document
    email: str
    identity_token: Callable[[], str]

    def add_metadata(self, key: str, value: str) -> None:
        """Write developer metadata for the whole spreadsheet, as Spreadsheet.addDeveloperMetadata does.

        Raises
        ------
        PermissionError
            If the person may not edit the spreadsheet.
        """
        with self.workspace.lock:
            role = self.workspace.role_of(self.document.spreadsheet_id, self.email)
            if role is None or role < Role.EDITOR:
                raise PermissionError("You do not have permission to edit this spreadsheet.")
            with self.document.changing(self.email, "Spreadsheet.addDeveloperMetadata"):
                entry = Metadata(1 + secrets.randbelow(2**31 - 2), key, value)
                self.document.metadata.append(entry)
                self.document.noted("createDeveloperMetadata", key)


def connect(url: str, person: Person) -> SignedClient:
    """Go through the handshake for a spreadsheet, and return a client with its key.

    Raises
    ------
    NotConnected
        If the webhook refuses.
    PermissionError
        If the person may not edit the spreadsheet.
    NoWebhook
        If nothing answered.
    """
    nonce = connecting(url, person)["nonce"]
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(f"{nonce}.{verifier}".encode()).hexdigest()
    person.add_metadata(CONNECT_KEY, f"{nonce.partition('.')[0]}:{digest}")
    given = connecting(url, person, nonce=nonce, verifier=verifier)
    return SignedClient(url, person.document.spreadsheet_id, given["key"], given["keyExpiry"])


def connecting(url: str, person: Person, **fields: str) -> dict[str, Any]:
    """Make one step of the handshake and return the answer; raise `NotConnected` if it is a refusal."""
    body = {
        "call": "connect",
        "spreadsheetId": person.document.spreadsheet_id,
        "identityToken": person.identity_token(),
        "addOnVersion": ADD_ON_VERSION,
        **fields,
    }
    reply = send(url + "/v1/connect", json.dumps(body).encode(), {"Content-Type": "application/json"})
    if reply.status != 200:
        raise NotConnected(reply)
    return reply.body


class SignedClient:
    """Calls the webhook for one spreadsheet.

    Parameters
    ----------
    key
        As the service gave it ("whsec_…").
    key_expiry
        Seconds since 1970.
    """

    def __init__(self, url: str, spreadsheet_id: str, key: str, key_expiry: int) -> None:
        self.url = url
        self.spreadsheet_id = spreadsheet_id
        self._key = key
        self._key_expiry = key_expiry

    def call(self, call: str, *, webhook_id: str = "", **fields: Any) -> Reply:
        """Make a call and return the answer, whatever its status.

        Raises
        ------
        NoWebhook
            If nothing answered.
        """
        body = json.dumps({"call": call, "spreadsheetId": self.spreadsheet_id, **fields})
        return self.send(f"/v1/{call}", body.encode(), self.signed(body, webhook_id))

    def signed(self, body: str, webhook_id: str = "") -> dict[str, str]:
        """Return the headers that a body is sent with."""
        identity = webhook_id or f"msg_{secrets.token_hex(12)}"
        moment = dt.datetime.now(dt.UTC)
        return {
            "Content-Type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(self._key).sign(identity, moment, body),
            "audience-spreadsheet": self.spreadsheet_id,
            "audience-key-expiry": str(self._key_expiry),
        }

    def send(self, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """Send a body as it is."""
        return send(self.url + path, body, headers)


def send(url: str, body: bytes | None, headers: dict[str, str], seconds: float = LONG_SECONDS) -> Reply:
    """Send a body as it is, and return the answer, whatever its status.

    Raises
    ------
    NoWebhook
        If nothing answered in time.
    """
    request = urllib.request.Request(url, body, headers)
    try:
        try:
            answer = urllib.request.urlopen(request, timeout=seconds)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            raw = answer.read()  # whoever answers may die meanwhile
    except (OSError, http.client.HTTPException) as error:
        raise NoWebhook(str(error)) from error
    return Reply(answer.status, json.loads(raw) if raw else {}, dict(answer.headers))
