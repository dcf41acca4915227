"""Where the service is to run: what was typed, checked before anything of it reaches a command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CLOUD_RUN, APP_ENGINE = "cloud-run", "app-engine"
PLATFORMS = (CLOUD_RUN, APP_ENGINE)
NO_CHECK, ALL_USERS = "no-iam-check", "all-users"
PUBLIC = (NO_CHECK, ALL_USERS)
"""Two ways to let everybody call a Cloud Run service: without Google's own check, or with it and a role for all."""
NO_BILLING = "000000-000000-000000"
CLIENT_IDS = "IDENTITY_AUDIENCES"
"""The variable that names the scripts whose users may connect; `make add-script` alone sets it."""

_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_REGION = re.compile(r"[a-z]+-[a-z]+[0-9]*")
_NAME = re.compile(r"[a-z][a-z0-9-]{2,19}[a-z0-9]")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_CLIENT_ID = re.compile(r"[A-Za-z0-9-]+\.apps\.googleusercontent\.com")
_BILLING = re.compile(r"[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}")


class PlanError(ValueError):
    """What the plan needs is missing or wrong; all of it is named."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the service is to run.

    Attributes
    ----------
    domains
        Mail domains of those who may connect; "*" for any verified account.
    platform
        One of `PLATFORMS`.
    name
        Of the service, its account and its secret.
    public
        One of `PUBLIC`.
    billing
        The account that pays; `NO_BILLING` where none was named.
    """

    project: str
    region: str
    domains: tuple[str, ...]
    platform: str = CLOUD_RUN
    name: str = "audience"
    public: str = NO_CHECK
    billing: str = NO_BILLING

    @property
    def account(self) -> str:
        """The service account's e-mail address."""
        return f"{self.name}-service@{self.project}.iam.gserviceaccount.com"

    @property
    def secret(self) -> str:
        """The secret's name, without project and version."""
        return f"{self.name}-secret"

    @property
    def variables(self) -> dict[str, str]:
        """What a deployment tells the service; variables that are not named here keep what they have."""
        return {
            "GOOGLE_CLOUD_PROJECT": self.project,
            "AUDIENCE_SECRET_NAME": f"projects/{self.project}/secrets/{self.secret}/versions/latest",
            "ALLOWED_DOMAINS": ",".join(self.domains),
        }

    @property
    def typed(self) -> str:
        """The target as variables of make."""
        words = [f"PROJECT={self.project}", f"REGION={self.region}"]
        words += [f"PLATFORM={self.platform}"] if self.platform != CLOUD_RUN else []
        words += [f"NAME={self.name}"] if self.name != "audience" else []
        return " ".join(words)


def typed(arguments: Sequence[str]) -> dict[str, str]:
    """Return variables as make hands them on.

    Examples
    --------
    >>> typed(["PROJECT=shop-123", "DOMAINS=*"])
    {'PROJECT': 'shop-123', 'DOMAINS': '*'}
    """
    return {name: value for name, _, value in (argument.partition("=") for argument in arguments)}


class Reader:
    """Reads what was typed, and notes all that is missing or wrong.

    Attributes
    ----------
    wrong
        One sentence each.
    """

    def __init__(self, typed: Mapping[str, str]) -> None:
        self._typed = typed
        self.wrong: list[str] = []

    def text(self, name: str, otherwise: str = "") -> str:
        """Return the text of a variable without the blanks around it."""
        return self._typed.get(name, "").strip() or otherwise

    def one(self, name: str, pattern: re.Pattern[str], example: str, otherwise: str = "") -> str:
        """Return a variable's value."""
        value = self.text(name, otherwise)
        if not value:
            self.wrong.append(f"{name} is missing, for example {name}={example}")
        elif not pattern.fullmatch(value):
            self.wrong.append(f"{name}={value} is none; an example: {name}={example}")
        return value

    def several(self, name: str, pattern: re.Pattern[str], example: str) -> tuple[str, ...]:
        """Return a variable's values, which commas separate."""
        values = tuple(part.strip() for part in self.text(name).split(",") if part.strip())
        if not values:
            self.wrong.append(f"{name} is missing, for example {name}={example}")
        self.wrong.extend(
            f"{name} holds {value}, which is none; an example: {name}={example}"
            for value in values
            if not pattern.fullmatch(value)
        )
        return values

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return a variable's value, the first choice where it is left out."""
        value = self.text(name, choices[0])
        if value not in choices:
            self.wrong.append(f"{name}={value} is none of {', '.join(choices)}")
        return value


def target(typed: Mapping[str, str], *, asks_domains: bool = True) -> Target:
    """Return the target, of what was typed.

    Parameters
    ----------
    typed
        PROJECT, REGION, DOMAINS; PLATFORM, NAME, PUBLIC, BILLING.
    asks_domains
        False where they do not matter.

    Raises
    ------
    PlanError
        If something is missing or wrong.

    Examples
    --------
    >>> target({"PROJECT": "shop-123", "REGION": "europe-west1", "DOMAINS": "example.com"}).account
    'audience-service@shop-123.iam.gserviceaccount.com'
    """
    reader = Reader({**typed, "DOMAINS": typed.get("DOMAINS", "").lower()})
    checked = Target(
        reader.one("PROJECT", _PROJECT, "my-shop-123"),
        reader.one("REGION", _REGION, "europe-west1"),
        _domains(reader) if asks_domains else (),
        reader.choice("PLATFORM", PLATFORMS),
        reader.one("NAME", _NAME, "audience", "audience"),
        reader.choice("PUBLIC", PUBLIC),
        reader.one("BILLING", _BILLING, "01AB23-CD45EF-678901", NO_BILLING),
    )
    if reader.wrong:
        raise PlanError("There is no plan yet:\n" + "\n".join(f"  - {row}." for row in reader.wrong))
    return checked


def _domains(reader: Reader) -> tuple[str, ...]:
    if reader.text("DOMAINS") == "*":
        return ("*",)
    return reader.several("DOMAINS", _DOMAIN, "example.com")


def client_ids(text: str) -> tuple[str, ...]:
    """Return OAuth client ids of scripts, which commas separate.

    Raises
    ------
    PlanError
        If there is none, or one that cannot be.
    """
    reader = Reader({"CLIENT_ID": text})
    ids = reader.several("CLIENT_ID", _CLIENT_ID, "123-abc.apps.googleusercontent.com")
    if reader.wrong:
        raise PlanError("\n".join(f"{row}." for row in reader.wrong))
    return ids
