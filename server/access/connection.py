"""Handshake that gives a spreadsheet's key to a person who may edit it.

An identity token tells who asks, not what they may do. That they may edit the spreadsheet is shown by editing
it: the service gives a nonce, the add-on writes a hash of it with a verifier of its own into the spreadsheet's
developer metadata, and sends the verifier. Who can only read the spreadsheet sees the hash, which tells neither;
an entry that was written before the nonce was given cannot fit it. Nothing is stored between the two steps.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.access.identity import Identity
from server.access.limits import ConnectLimits
from server.access.signatures import KEY_SECONDS, derive_key
from server.errors import (
    HandshakeError,
    NoExclusionError,
    NotSharedError,
    ProtectedTabError,
    SharedAsViewerError,
    SpreadsheetAccessError,
)
from server.layout.limits import METADATA_CONNECT
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.committer import Committer
from server.sheets.commit.exclusion import keeps_writers_apart
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.writes import Batch, Planned
from server.sheets.tabs import set_up
from server.sheets.tabs.layouts import missing_tabs
from server.sheets.tabs.model import IN_USE_RANGE
from server.texts import to_say

NONCE_SECONDS = 300
SKEW_SECONDS = 30
"""How far the clocks of two instances of the service may be apart."""
VERIFIER_PATTERN = r"^[A-Za-z0-9_-]{32,200}$"
NONCE_PATTERN = r"^[0-9]{1,12}\.[A-Za-z0-9_-]{43}$"


@dataclass(frozen=True, slots=True)
class Connected:
    """Result of the handshake: the key, and its expiry in seconds since 1970."""

    key: str
    key_expiry: int
    tabs_made: list[str]
    service_account: str


def make_nonce(secret: str, spreadsheet_id: str, subject: str, expiry: int) -> str:
    """Return the nonce of one person for one spreadsheet: its expiry and a MAC over all three.

    Examples
    --------
    >>> make_nonce("s" * 32, "sheet", "42", 1_800_000_000).partition(".")[0]
    '1800000000'
    """
    text = f"ate-nonce-1\n{spreadsheet_id}\n{subject}\n{expiry}".encode()
    mac = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return f"{expiry}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def proof(nonce: str, verifier: str) -> str:
    """Return what the add-on writes into the spreadsheet.

    Examples
    --------
    >>> proof("1800000000.mac", "verifier")
    '1800000000:935d293f5358020ec4c1c85d6002eea723fa1c8e7efe7071b8ed3b5f4d993b69'
    """
    digest = hashlib.sha256(f"{nonce}.{verifier}".encode()).hexdigest()
    return f"{nonce.partition('.')[0]}:{digest}"


def _no_exclusion() -> NoExclusionError:
    return NoExclusionError(
        to_say(
            "Google let a write pass that it has to refuse, so two writes at once could both be carried out."
        ),
        hint=to_say(
            "It is nothing about this spreadsheet: tell the engineer who runs the service. "
            "No row gets a label until it is mended, as a customer could get two."
        ),
    )


class Connection:
    """Handshake: gives out nonces, and keys to those who may edit.

    Parameters
    ----------
    secrets
        The current one and, during a rotation, the one before.
    now
        Seconds since 1970.
    """

    def __init__(
        self,
        committer: Committer,
        secrets: Sequence[str],
        limits: ConnectLimits | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._committer = committer
        self._secrets = tuple(secrets)
        self._limits = limits or ConnectLimits()
        self._now = now

    def begin(self, spreadsheet_id: str, who: Identity) -> tuple[str, int]:
        """Return a nonce and when it expires; Google is not asked."""
        expiry = int(self._now()) + NONCE_SECONDS
        return make_nonce(self._secrets[0], spreadsheet_id, who.subject, expiry), expiry

    def finish(self, spreadsheet_id: str, who: Identity, nonce: str, verifier: str) -> Connected:
        """Give out the key if the proof is in the spreadsheet, and make missing tabs.

        The proof and all expired ones are deleted, which shows at once whether the service may write.

        Raises
        ------
        HandshakeError
            If the nonce is not one for this person and spreadsheet, or no proof of it stands there.
        NotSharedError, SharedAsViewerError, ProtectedTabError
            If Google does not let the service do its work there.
        NoExclusionError
            If Google would refuse neither of two writers that have read the same.
        TooManyCallsError
            If it is tried too often.
        """
        self._check_nonce(spreadsheet_id, who, nonce)
        self._limits.count(spreadsheet_id, who.subject)
        wanted = proof(nonce, verifier)
        sheet = self._committer.sheet(spreadsheet_id)

        def plan(snapshot: Snapshot) -> Planned[Batch, list[str]]:
            used = self._spent(snapshot.metadata, wanted)
            self._refuse_protections(snapshot)
            requests = set_up.requests(self._committer.client, sheet.id, snapshot)
            batch = Batch([*requests, *map(set_up.delete_metadata, used)], [IN_USE_RANGE])
            return Planned(batch, missing_tabs(snapshot))

        try:
            with sheet.lock():
                outcome = sheet.transact([], plan)
                if not keeps_writers_apart(sheet.calls, outcome):
                    raise _no_exclusion()
        except ApiFailure as failure:
            error = explained(failure, self._account)
            if isinstance(error, SpreadsheetAccessError):
                error = self._refused(failure)
            raise error from failure
        except ProtectedTabError:
            raise
        except SpreadsheetAccessError as error:
            raise self._refused(error.__cause__) from error
        expiry = int(self._now()) + KEY_SECONDS
        key = derive_key(self._secrets[0], spreadsheet_id, expiry)
        return Connected(key, expiry, outcome.result, self._account)

    def _check_nonce(self, spreadsheet_id: str, who: Identity, nonce: str) -> None:
        expiry = int(nonce.partition(".")[0])
        fits = [
            hmac.compare_digest(make_nonce(secret, spreadsheet_id, who.subject, expiry), nonce)
            for secret in self._secrets
        ]
        if not any(fits):
            raise HandshakeError(
                to_say("Connecting was begun for another spreadsheet or by another person."),
                hint=to_say("Choose Set up… in the menu to begin it again."),
            )
        if not self._now() < expiry <= self._now() + NONCE_SECONDS + SKEW_SECONDS:
            raise HandshakeError(
                to_say("Connecting took longer than five minutes."),
                hint=to_say("Choose Set up… in the menu to begin it again."),
            )

    def _spent(self, metadata: Sequence[Mapping[str, Any]], wanted: str) -> list[int]:
        """Return the ids of the entries to delete: the proof, and all that can prove nothing any more."""
        latest = self._now() + NONCE_SECONDS + SKEW_SECONDS
        is_proven = False
        spent = []
        for entry in metadata:
            if entry.get("metadataKey") != METADATA_CONNECT:
                continue
            value = str(entry.get("metadataValue", ""))
            fits = hmac.compare_digest(value.encode(), wanted.encode())
            is_proven |= fits
            expiry = value.partition(":")[0]
            is_open = expiry.isdecimal() and len(expiry) <= 12 and self._now() < int(expiry) <= latest
            if fits or not is_open:
                spent.append(int(entry["metadataId"]))
        if not is_proven:
            raise HandshakeError(
                to_say(
                    "The spreadsheet does not hold the entry that an editor's add-on writes while it "
                    "connects."
                ),
                hint=to_say(
                    "Only editors of the spreadsheet can connect it. If you are one, choose Set up… again."
                ),
            )
        return spent

    def _refuse_protections(self, snapshot: Snapshot) -> None:
        closed = set_up.closed_tabs(snapshot)
        if closed:
            raise ProtectedTabError(
                to_say(
                    "A protection in {tabs} keeps the service from writing there.", tabs=", ".join(closed)
                ),
                hint=to_say(
                    "In Data › Protect sheets and ranges, allow {who} to edit it, or make the protection "
                    "a warning only. Then choose Set up… again.",
                    who=self._who,
                ),
            )

    def _refused(self, failure: BaseException | None) -> SpreadsheetAccessError:
        """Return Google's refusal in words for a person who sets up."""
        if isinstance(failure, ApiFailure) and failure.status == 401:
            return SpreadsheetAccessError(
                to_say("Google does not accept the account of the service itself."),
                hint=to_say("It is nothing about this spreadsheet: tell the engineer who runs the service."),
            )
        if isinstance(failure, ApiFailure) and "protected cell or object" in failure.message:
            return ProtectedTabError(
                to_say("A protection in the spreadsheet keeps the service from writing."),
                hint=to_say(
                    "In Data › Protect sheets and ranges, allow {who} to edit the tabs of the add-on, or "
                    "make the protection a warning only. Then choose Set up… again.",
                    who=self._who,
                ),
            )
        if isinstance(failure, ApiFailure) and failure.is_write:
            return SharedAsViewerError(
                to_say("The spreadsheet is shared with the service as viewer; it has to write there."),
                hint=to_say("In Share, make {who} an Editor. Then choose Set up… again.", who=self._who),
            )
        return NotSharedError(
            to_say("The spreadsheet is not shared with the service."),
            hint=to_say(
                "In Share, add {who} as Editor. Where your company's rules forbid that, ask your "
                "administrator to allow it. Then choose Set up… again.",
                who=self._who,
            ),
        )

    @property
    def _account(self) -> str:
        return self._committer.client.service_account

    @property
    def _who(self) -> str:
        return self._account or "the service account that Set up names"
