"""A client of the webhook that signs as the add-on does."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from standardwebhooks import Webhook

LONG_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Reply:
    """What the webhook answered."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


class NoWebhook(Exception):
    """Nothing answered."""


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
        request = urllib.request.Request(self.url + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=LONG_SECONDS) as response:
                return Reply(response.status, json.load(response), dict(response.headers))
        except urllib.error.HTTPError as error:
            with error:
                raw = error.read()
            return Reply(error.code, json.loads(raw) if raw else {}, dict(error.headers))
        except (OSError, http.client.HTTPException) as error:
            raise NoWebhook(str(error)) from error
