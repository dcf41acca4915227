"""Checks of Google's identity tokens, with cached certificates.

`ScriptApp.getIdentityToken` gives the add-on an OpenID Connect token (RS256). What is checked here beyond the
signature follows developers.google.com/identity/openid-connect: issuer, audience, expiry, a verified address,
and that Google itself speaks for the address: a gmail.com address, or an account of a Workspace (claim `hd`).
No part of a token, and no address, goes into a log or into the text of an error.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import requests
from google.auth import jwt as google_jwt  # no further cost: gspread's credentials import it as well

from server.errors import (
    DomainError,
    IdentityError,
    OutsideError,
    UnknownAudienceError,
    UnverifiedAddressError,
)
from server.texts import to_say

SKEW_SECONDS = 30
"""How far this machine's clock may be from Google's."""
FETCH_SECONDS = 5.0
"""Longest time for the certificates to come."""
AGAIN_SECONDS = 60.0
"""Certificates are not asked for more often than this, whatever key ids tokens name."""
SHORTEST_KEPT_SECONDS, USUAL_KEPT_SECONDS, LONGEST_KEPT_SECONDS = 60.0, 3600.0, 86_400.0
LARGEST_CERTIFICATES_BYTES = 200_000
ANY_DOMAIN = "*"

_GOOGLE_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
_GOOGLE_MAIL = ("gmail.com", "googlemail.com")
_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
_MAX_AGE = re.compile(r"\bmax-age=(\d{1,9})")

log = logging.getLogger(__name__)
jwt: Any = google_jwt  # it publishes no types


@dataclass(frozen=True, slots=True)
class Identity:
    """Account that Google vouches for.

    Attributes
    ----------
    subject
        Google's own number for the account; it never changes.
    email
        Its verified address.
    """

    subject: str
    email: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """Response with Google's certificates."""

    content: bytes
    cache_control: str = ""
    age: str = ""


def fetch_certificates(url: str) -> Fetched:
    """Ask for the certificates over HTTPS."""
    with requests.get(url, timeout=FETCH_SECONDS, allow_redirects=False, stream=True) as response:
        response.raise_for_status()
        content = response.raw.read(LARGEST_CERTIFICATES_BYTES + 1, decode_content=True)
        headers = response.headers
        return Fetched(content, headers.get("Cache-Control", ""), headers.get("Age", ""))


class Certificates:
    """Google's certificates by key id, kept as long as their answer's Cache-Control allows.

    Parameters
    ----------
    url
        Where they are published, as a JSON object of PEM texts.
    fetch
        Asks for them.
    clock
        Seconds, never going back.
    """

    def __init__(
        self,
        url: str,
        fetch: Callable[[str], Fetched] = fetch_certificates,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._by_id: Mapping[str, str] = {}
        self._good_until = float("-inf")
        self._next_fetch = float("-inf")

    def of(self, key_id: str) -> str | None:
        """Return the certificate of a key, None for one that Google does not publish.

        An unknown key makes them be asked for again, as Google changes its keys; but not within a minute, so
        that tokens with invented keys cost nothing.

        Raises
        ------
        OutsideError
            If there are none at hand and they cannot be had.
        """
        with self._lock:
            is_good = self._clock() < self._good_until
            if (not is_good or key_id not in self._by_id) and self._clock() >= self._next_fetch:
                self._renew()
            if self._clock() >= self._good_until:
                raise OutsideError(
                    to_say("Google's certificates cannot be read at the moment."),
                    hint=to_say("Nothing was changed. Try again in a minute."),
                    retry_after_seconds=int(AGAIN_SECONDS),
                )
            return self._by_id.get(key_id)

    def _renew(self) -> None:
        self._next_fetch = self._clock() + AGAIN_SECONDS
        try:
            fetched = self._fetch(self._url)
            if len(fetched.content) > LARGEST_CERTIFICATES_BYTES:
                raise ValueError("too long")
            self._by_id = msgspec.json.decode(fetched.content, type=dict[str, str])
        except (requests.RequestException, OSError, ValueError) as error:
            log.warning("the certificates of identity tokens were not read: %s", type(error).__name__)
            return
        self._good_until = self._clock() + _kept_seconds(fetched)


def _kept_seconds(fetched: Fetched) -> float:
    """Return how long an answer may be kept: its max-age less its age, within bounds."""
    max_age = _MAX_AGE.search(fetched.cache_control)
    if not max_age:
        return USUAL_KEPT_SECONDS
    age = float(fetched.age) if fetched.age.isdecimal() else 0.0
    return min(max(float(max_age[1]) - age, SHORTEST_KEPT_SECONDS), LONGEST_KEPT_SECONDS)


class IdentityChecker:
    """Checks identity tokens and returns the account of each.

    Parameters
    ----------
    certificates
        Whom the tokens may be signed by.
    issuer
        Who makes them.
    audiences
        OAuth client ids of the add-on's scripts.
    domains
        Domains whose accounts may connect; "*" for any.
    now
        Seconds since 1970.
    """

    def __init__(
        self,
        certificates: Certificates,
        *,
        issuer: str,
        audiences: Sequence[str],
        domains: Sequence[str],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._certificates = certificates
        self._issuers = _GOOGLE_ISSUERS if issuer in _GOOGLE_ISSUERS else (issuer,)
        self._audiences = frozenset(audiences)
        self._domains = frozenset(domains)
        self._now = now

    def identity(self, token: str) -> Identity:
        """Return the account of a token.

        Raises
        ------
        IdentityError
            If Google did not make it, or it is not valid now.
        UnknownAudienceError, UnverifiedAddressError, DomainError
            If Google made it, but the account may not use this service.
        """
        claims = self._signed_claims(token)
        self._check_audience(claims.get("aud"))
        subject, email = claims.get("sub"), claims.get("email")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise _refused()
        if not isinstance(email, str) or not _domain(email):
            raise UnverifiedAddressError(
                to_say("Google did not tell the service your e-mail address."),
                hint=to_say("Choose Set up… in the menu and allow the add-on to see your e-mail address."),
            )
        if claims.get("email_verified") not in (True, "true"):
            raise UnverifiedAddressError(
                to_say("Google has not verified the e-mail address of this account."),
                hint=to_say("Verify the address at myaccount.google.com, or sign in with another account."),
            )
        self._check_domain(_domain(email), claims.get("hd"))
        return Identity(subject, email)

    def _signed_claims(self, token: str) -> Mapping[str, Any]:
        """Return the claims of a token that Google signed and that is valid now.

        What disqualifies a token at sight is looked at first, so that most that is invented does not even
        make the certificates be asked for.
        """
        try:
            header = jwt.decode_header(token)
            seen = jwt.decode(token, verify=False)
            key_id = header.get("kid")
            issued, expires = float(seen["iat"]), float(seen["exp"])
        except Exception:  # noqa: BLE001 - hostile tokens raise many kinds, and their texts quote the token
            raise _refused() from None
        if (
            header.get("alg") != "RS256"
            or not isinstance(key_id, str)
            or seen.get("iss") not in self._issuers
        ):
            raise _refused()
        if not issued - SKEW_SECONDS <= self._now() <= expires + SKEW_SECONDS:
            raise IdentityError(
                to_say("What Google told of who you are has expired."),
                hint=to_say("Try again: the add-on asks Google anew. Else reload the spreadsheet."),
            )
        certificate = self._certificates.of(key_id)
        if certificate is None:
            raise _refused()
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token, certs={key_id: certificate}, clock_skew_in_seconds=SKEW_SECONDS
            )
        except Exception:  # noqa: BLE001 - as above
            raise _refused() from None
        return claims

    def _check_audience(self, audience: object) -> None:
        if isinstance(audience, str) and audience in self._audiences:
            return
        named = audience if isinstance(audience, str) and _CLIENT_ID.fullmatch(audience) else "(unreadable)"
        raise UnknownAudienceError(
            to_say("The service does not know the client {client} of this copy of the add-on.", client=named),
            hint=to_say(
                "The engineer who runs the service adds {client} to IDENTITY_AUDIENCES.", client=named
            ),
        )

    def _check_domain(self, domain: str, workspace: object) -> None:
        """Refuse accounts of other domains, and those of ours that Google does not vouch for.

        Anybody may open a consumer account under an address of a company; only the claim `hd` says that the
        company's Workspace manages it.
        """
        if ANY_DOMAIN in self._domains:
            return
        for asked_domain in (domain, workspace if isinstance(workspace, str) else domain):
            if asked_domain.casefold() not in self._domains:
                raise DomainError(
                    to_say("Accounts of {domain} may not connect to this service.", domain=asked_domain),
                    hint=to_say(
                        "Sign in with an account of your company, or ask the engineer who runs the service to "
                        "add {domain} to ALLOWED_DOMAINS.",
                        domain=asked_domain,
                    ),
                )
        if workspace is None and domain not in _GOOGLE_MAIL:
            raise DomainError(
                to_say(
                    "This account has an address of {domain}, but it is no account of that company's Google "
                    "Workspace.",
                    domain=domain,
                ),
                hint=to_say("Sign in with the account that your company gave you."),
            )


def _domain(email: str) -> str:
    """Return the domain of an address, "" where it has none.

    >>> _domain("ann@Example.com"), _domain("ann"), _domain("@example.com")
    ('example.com', '', '')
    """
    name, at, domain = email.rpartition("@")
    return domain.casefold() if name and at else ""


def _refused() -> IdentityError:
    return IdentityError(
        to_say("Google did not tell this add-on who you are."),
        hint=to_say("Reload the spreadsheet and choose Set up… in the menu."),
    )
