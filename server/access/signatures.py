"""Signed requests: Standard Webhooks (standardwebhooks.com), with a key for each spreadsheet.

A key is derived from the deployment's secret, the spreadsheet's id and the key's expiry, so nothing is
stored, and one spreadsheet's key is of no use for another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from standardwebhooks import Webhook

from server.errors import NotSignedError
from server.texts import to_say

SPREADSHEET_HEADER = "audience-spreadsheet"
EXPIRY_HEADER = "audience-key-expiry"
KEY_SECONDS = 7 * 24 * 3600
LONGEST_HEADER = 512

log = logging.getLogger(__name__)


def derive_key(secret: str, spreadsheet_id: str, expiry: int) -> str:
    """Return the key of a spreadsheet, as Standard Webhooks writes keys.

    Parameters
    ----------
    expiry
        Seconds since 1970.

    Examples
    --------
    >>> derive_key("s" * 32, "sheet-one", 1)[:6], derive_key("s" * 32, "sheet-two", 1)[:6]
    ('whsec_', 'whsec_')
    """
    text = f"ate-key-1\n{spreadsheet_id}\n{expiry}".encode()
    return "whsec_" + base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


def verified_spreadsheet(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[str],
    now: Callable[[], float] = time.time,
) -> str:
    """Check a request's signature over its raw body; return the spreadsheet that it is signed for.

    Parameters
    ----------
    secrets
        The current one and, during a rotation, the one before.

    Raises
    ------
    NotSignedError
        If anything about it is not right; the text tells nothing that helps to forge one.
    """
    headers = {name.lower(): value for name, value in headers.items()}
    spreadsheet_id = headers.get(SPREADSHEET_HEADER, "")
    expiry = headers.get(EXPIRY_HEADER, "")
    signed = {
        name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    }
    given = (spreadsheet_id, expiry, *signed.values())
    if not all(given) or max(map(len, given)) > LONGEST_HEADER or not expiry.isdecimal():
        raise _refused()
    if not now() < int(expiry) <= now() + KEY_SECONDS + 300:
        raise NotSignedError(
            to_say("The key of this spreadsheet has expired."),
            hint=to_say("Open the add-on's sidebar: it renews the key; or choose Set up… in the menu."),
        )
    if not any(_fits(derive_key(secret, spreadsheet_id, int(expiry)), body, signed) for secret in secrets):
        raise _refused()
    return spreadsheet_id


def _fits(key: str, body: bytes, signed: dict[str, str]) -> bool:
    try:
        Webhook(key).verify(body, signed, json_parse=False)
    except Exception as error:  # noqa: BLE001 - the library raises many kinds on hostile headers and bodies
        log.debug("a signature was refused: %s", type(error).__name__)
        return False
    return True


def _refused() -> NotSignedError:
    return NotSignedError(
        to_say("The request has no valid signature."),
        hint=to_say("Choose Set up… in the menu to connect this spreadsheet again."),
    )
