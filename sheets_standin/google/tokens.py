"""Access tokens by google-auth's real flow for service accounts (RFC 7523), and identity tokens."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

LIFETIME_SECONDS = 3600
AUDIENCE = "local-add-on.apps.googleusercontent.com"
"""The client id of the local add-on: for whom its identity tokens are."""
GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"
"""google-auth names this audience whatever the key file's token_uri says."""
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def _pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


class TokenIssuer:
    """Makes service accounts' key files, and takes and gives tokens.

    Parameters
    ----------
    now
        Seconds since 1970.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._accounts: dict[str, list[rsa.RSAPublicKey]] = {}
        self._tokens: dict[str, tuple[str, float]] = {}
        self._certificates: dict[str, str] = {}
        self.change_key()

    def service_account(self, email: str, token_uri: str) -> dict[str, str]:
        """Return a key file of a service account, as Google's console gives it; it may have several."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._accounts.setdefault(email, []).append(key.public_key())
        return {
            "type": "service_account",
            "project_id": "local-stand-in",
            "private_key_id": secrets.token_hex(20),
            "private_key": _pem(key),
            "client_email": email,
            "client_id": "100000000000000000000",
            "token_uri": token_uri,
        }

    def grant(self, form: Mapping[str, str], token_uri: str) -> tuple[int, dict[str, Any]]:
        """Answer a request for an access token: status and JSON."""
        if form.get("grant_type") != GRANT:
            return 400, {"error": "unsupported_grant_type"}
        assertion = form.get("assertion", "")
        try:
            issuer = str(jwt.decode(assertion, options={"verify_signature": False})["iss"])
            claims = self._claims(assertion, issuer, token_uri)
        except (jwt.InvalidTokenError, KeyError) as error:
            return 400, {"error": "invalid_grant", "error_description": f"Invalid JWT: {error}"}
        if "https://www.googleapis.com/auth/spreadsheets" not in str(claims.get("scope", "")):
            return 400, {"error": "invalid_scope", "error_description": "no scope of the Sheets API"}
        return 200, {
            "access_token": self.access_token(issuer),
            "expires_in": LIFETIME_SECONDS,
            "token_type": "Bearer",
        }

    def revoke(self, email: str) -> None:
        """Take all keys and tokens of a service account away."""
        self._accounts.pop(email, None)
        self._tokens = {token: held for token, held in self._tokens.items() if held[0] != email}

    def _claims(self, assertion: str, issuer: str, token_uri: str) -> dict[str, Any]:
        """Return the claims of an assertion that one of the account's keys has signed."""
        for key in self._accounts.get(issuer, []):
            try:
                claims: dict[str, Any] = jwt.decode(
                    assertion, key, algorithms=["RS256"], audience=[token_uri, GOOGLE_TOKEN_URI], leeway=30
                )
            except jwt.InvalidSignatureError:
                continue
            return claims
        raise jwt.InvalidSignatureError("Signature verification failed")

    def access_token(self, email: str, token: str = "") -> str:
        """Return an access token of an account; a given one is taken as it is."""
        token = token or "ya29." + secrets.token_urlsafe(40)
        self._tokens[token] = (email, self._now() + LIFETIME_SECONDS * (24 if token else 1))
        return token

    def account_of(self, token: str) -> str | None:
        """Return the account of an access token, None for one that is unknown or too old."""
        email, end = self._tokens.get(token, ("", 0.0))
        return email if email and self._now() < end else None

    def identity_token(self, email: str, audience: str, issuer: str, /, **claims: Any) -> str:
        """Return an identity token as ScriptApp.getIdentityToken gives it; `claims` replace the usual ones.

        A claim of None is left out. Addresses outside gmail.com are accounts of their company's Workspace.
        """
        now = int(self._now())
        domain = email.rpartition("@")[2]
        usual = {
            "iss": issuer,
            "aud": audience,
            "azp": audience,
            "sub": str(int(hashlib.sha256(email.encode()).hexdigest(), 16) % 10**21),
            "hd": None if domain == "gmail.com" else domain,
            "email": email,
            "email_verified": True,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        given = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(given, _pem(self._key), algorithm="RS256", headers={"kid": self.key_id})

    def change_key(self) -> None:
        """Sign identity tokens with a new key from now on, as Google does every few days."""
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_id = secrets.token_hex(8)
        self._certificates[self.key_id] = self._certificate()

    def certificates(self) -> dict[str, str]:
        """Return the certificates that identity tokens are checked with, as Google publishes them."""
        return dict(self._certificates)

    def _certificate(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local stand-in")])
        now = dt.datetime.fromtimestamp(self._now(), dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(1)
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=30))
            .sign(self._key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode()


def key_file(account: Mapping[str, str]) -> str:
    """Return a service account's key file as text."""
    return json.dumps(account, indent=2)
