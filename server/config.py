"""Configuration of the service, read from environment variables; no other module reads them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from server import secret_manager
from server.sources.declared import SourcesError, parse_sources
from server.sources.source import Source

GOOGLE_SHEETS = "https://sheets.googleapis.com"
GOOGLE_ISSUER = "https://accounts.google.com"
GOOGLE_CERTS = "https://www.googleapis.com/oauth2/v1/certs"
SHORTEST_SECRET = 32

_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ConfigError(ValueError):
    """Missing or invalid configuration; the service does not start."""


@dataclass(frozen=True, slots=True)
class Config:
    """Configuration of a deployment.

    Attributes
    ----------
    secrets
        The secret that keys are derived from, and during a rotation the one before.
    allowed_domains
        E-mail domains of those who may connect; "*" for any verified account.
    identity_audiences
        OAuth client ids of the add-on.
    project
        Google Cloud project, for the names of traces in the log; "" outside Google.
    sources
        Sources of orders beyond the sheet, by their names.
    """

    secrets: tuple[str, ...]
    allowed_domains: tuple[str, ...]
    identity_audiences: tuple[str, ...] = ()
    sheets_api_url: str = GOOGLE_SHEETS
    identity_issuer: str = GOOGLE_ISSUER
    identity_certs_url: str = GOOGLE_CERTS
    project: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict)

    @classmethod
    def from_env(
        cls,
        environment: Mapping[str, str] | None = None,
        fetch: Callable[[str, str], str] = secret_manager.fetch,
    ) -> Config:
        """Read the environment.

        Parameters
        ----------
        fetch
            Asks for a secret by its name in Secret Manager and the address of that.

        Raises
        ------
        ConfigError
            If something is missing or not allowed; all of it is named.
        """
        read = _Reader(os.environ if environment is None else environment, fetch)
        config = cls(
            secrets=tuple(
                setting
                for setting in (
                    read.secret("AUDIENCE_SECRET", required=True),
                    read.secret("AUDIENCE_SECRET_PREVIOUS"),
                )
                if setting
            ),
            allowed_domains=read.domains("ALLOWED_DOMAINS"),
            identity_audiences=read.list("IDENTITY_AUDIENCES"),
            sheets_api_url=read.url("SHEETS_API_URL", GOOGLE_SHEETS),
            identity_issuer=read.url("IDENTITY_ISSUER", GOOGLE_ISSUER),
            identity_certs_url=read.url("IDENTITY_CERTS_URL", GOOGLE_CERTS),
            project=read.project(),
            sources=read.sources("AUDIENCE_SOURCES"),
        )
        if read.problems:
            raise ConfigError("The service does not start: " + "; ".join(read.problems) + ".")
        return config


def sources_of(
    environment: Mapping[str, str] | None = None,
    fetch: Callable[[str, str], str] = secret_manager.fetch,
) -> Mapping[str, Source]:
    """Return the declared sources alone, for who needs nothing else.

    Raises
    ------
    ConfigError
        If the declaration cannot be read.
    """
    read = _Reader(os.environ if environment is None else environment, fetch)
    sources = read.sources("AUDIENCE_SOURCES")
    if read.problems:
        raise ConfigError("; ".join(read.problems) + ".")
    return sources


class _Reader:
    def __init__(self, environment: Mapping[str, str], fetch: Callable[[str, str], str]) -> None:
        self._environment = environment
        self._fetch = fetch
        self.problems: list[str] = []

    def secret(self, name: str, *, required: bool = False) -> str:
        value = self._environment.get(name, "").strip()
        file = self._environment.get(f"{name}_FILE", "").strip()
        if not value and file:
            try:
                value = Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                self.problems.append(f"{name}_FILE cannot be read ({error.strerror})")
                return ""
        kept = self._environment.get(f"{name}_NAME", "").strip()
        if not value and kept:
            value = self._kept_secret(f"{name}_NAME", kept)
            if not value:
                return ""
        if required and not value:
            self.problems.append(f"{name} (or {name}_FILE, or {name}_NAME) is not set")
        elif value and len(value) < SHORTEST_SECRET:
            self.problems.append(f"{name} has {len(value)} characters, at least {SHORTEST_SECRET} are needed")
        return value

    def _kept_secret(self, name: str, kept: str) -> str:
        """Return a secret of Secret Manager's, "" with a problem noted where it does not come."""
        if not re.fullmatch(secret_manager.NAME_PATTERN, kept):
            self.problems.append(f"{name} is no name such as projects/P/secrets/S/versions/latest")
            return ""
        url = self.url("SECRET_MANAGER_URL", secret_manager.GOOGLE_SECRETS)
        try:
            value = self._fetch(kept, url)
        except secret_manager.SecretError as error:
            self.problems.append(f"{name}: {error}")
            return ""
        if not value:
            self.problems.append(f"{name} names a secret that is empty")
        return value

    def sources(self, name: str) -> Mapping[str, Source]:
        """Return the sources that a file declares, or a secret of Secret Manager's."""
        place = self._environment.get(name, "").strip()
        if not place:
            return {}
        if place.startswith("projects/"):
            text = self._kept_secret(name, place)
        else:
            try:
                text = Path(place).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                self.problems.append(f"{name} cannot be read ({type(error).__name__})")
                return {}
        try:
            return parse_sources(text)
        except SourcesError as error:
            self.problems.append(f"{name}: {error}")
            return {}

    def project(self) -> str:
        value = self._environment.get("GOOGLE_CLOUD_PROJECT", "").strip()
        return value if re.fullmatch(secret_manager.PROJECT_PATTERN, value) else ""

    def list(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self._environment.get(name, "").split(",") if part.strip())

    def domains(self, name: str) -> tuple[str, ...]:
        names = tuple(part.casefold() for part in self.list(name))
        if not names:
            self.problems.append(f"{name} is not set (domains separated by commas, or * for any account)")
        for domain in names:
            if domain != "*" and not _DOMAIN.fullmatch(domain):
                self.problems.append(f"{name} holds {domain}, which is no domain such as example.com")
        return names

    def url(self, name: str, default: str) -> str:
        value = self._environment.get(name, "").strip() or default
        parts = urlsplit(value)
        is_local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not (parts.scheme == "https" and parts.hostname) and not is_local:
            self.problems.append(f"{name} is neither an https address nor one of this machine")
        return value.rstrip("/")
