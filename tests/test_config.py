"""The environment: what is missing or wrong stops the start, all of it named at once, no secret shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.config import GOOGLE_CERTS, GOOGLE_ISSUER, GOOGLE_SHEETS, Config, ConfigError
from server.secret_manager import SecretError

SECRET = "s" * 40
GOOD = {"AUDIENCE_SECRET": SECRET, "ALLOWED_DOMAINS": "example.com"}


def test_the_least_that_is_needed() -> None:
    """A secret and who may connect; Google is Google."""
    config = Config.from_env(GOOD)

    assert config.secrets == (SECRET,)
    assert config.allowed_domains == ("example.com",)
    assert config.identity_audiences == ()
    assert (config.sheets_api_url, config.identity_issuer) == (GOOGLE_SHEETS, GOOGLE_ISSUER)
    assert config.identity_certs_url == GOOGLE_CERTS


def test_lists_are_read_with_blanks_and_whatever_case() -> None:
    """As people write them."""
    given = {"ALLOWED_DOMAINS": " Example.com , example.ORG,", "IDENTITY_AUDIENCES": "a.apps, b.apps"}

    config = Config.from_env(GOOD | given)

    assert config.allowed_domains == ("example.com", "example.org")
    assert config.identity_audiences == ("a.apps", "b.apps")


def test_a_rotation_has_two_secrets_the_new_one_first() -> None:
    """Keys are made with the first."""
    former = "f" * 32

    assert Config.from_env(GOOD | {"AUDIENCE_SECRET_PREVIOUS": former}).secrets == (SECRET, former)


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    """As Cloud Run mounts them; the line's end is not part of it."""
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n", encoding="utf-8")

    config = Config.from_env({"AUDIENCE_SECRET_FILE": str(file), "ALLOWED_DOMAINS": "*"})

    assert config.secrets == (SECRET,)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"AUDIENCE_SECRET": ""},
            "AUDIENCE_SECRET (or AUDIENCE_SECRET_FILE, or AUDIENCE_SECRET_NAME) is not set",
        ),
        ({"AUDIENCE_SECRET": "x" * 31}, "AUDIENCE_SECRET has 31 characters, at least 32 are needed"),
        ({"AUDIENCE_SECRET_PREVIOUS": "short"}, "AUDIENCE_SECRET_PREVIOUS has 5 characters"),
        ({"AUDIENCE_SECRET": "", "AUDIENCE_SECRET_FILE": "/nowhere/at/all"}, "cannot be read"),
        ({"ALLOWED_DOMAINS": ""}, "ALLOWED_DOMAINS is not set"),
        ({"ALLOWED_DOMAINS": " , "}, "ALLOWED_DOMAINS is not set"),
        ({"ALLOWED_DOMAINS": "*.example.com"}, "holds *.example.com, which is no domain"),
        ({"ALLOWED_DOMAINS": "ann@example.com"}, "which is no domain"),
        ({"SHEETS_API_URL": "http://sheets.example.com"}, "SHEETS_API_URL is neither"),
        ({"IDENTITY_CERTS_URL": "http://10.0.0.1/certs"}, "IDENTITY_CERTS_URL is neither"),
        ({"IDENTITY_ISSUER": "http://localhost.example.com"}, "IDENTITY_ISSUER is neither"),
        ({"SHEETS_API_URL": "https://"}, "SHEETS_API_URL is neither"),
    ],
)
def test_what_is_wrong_stops_the_start(change: dict[str, str], message: str) -> None:
    """In words that say what is needed."""
    with pytest.raises(ConfigError) as refused:
        Config.from_env(GOOD | change)

    assert message in str(refused.value)


def test_all_that_is_wrong_is_named_and_no_secret_shown() -> None:
    """One look at the log is enough."""
    with pytest.raises(ConfigError) as refused:
        Config.from_env({"AUDIENCE_SECRET": "my-short-secret", "SHEETS_API_URL": "ftp://x"})

    text = str(refused.value)
    assert all(name in text for name in ("AUDIENCE_SECRET", "ALLOWED_DOMAINS", "SHEETS_API_URL"))
    assert "my-short-secret" not in text


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://localhost:8000/", "https://sheets.example.com"]
)
def test_another_google_is_on_this_machine_or_behind_https(url: str) -> None:
    """For trying the product without an account."""
    assert Config.from_env(GOOD | {"SHEETS_API_URL": url}).sheets_api_url == url.rstrip("/")


SHOP = """
[sources.shop]
engine = "duckdb"
files = ["/data/orders.parquet"]
output = "/results/shop"
[sources.shop.columns]
customer_id = "who"
order_date = "at"
amount = "net"
"""
SECRET_OF_SOURCES = "projects/acme/secrets/sources/versions/latest"


def test_sources_are_declared_in_a_file_or_in_a_secret(tmp_path: Path) -> None:
    """The same text, by the path of the file or the name of the secret's version."""
    file = tmp_path / "sources.toml"
    file.write_text(SHOP, encoding="utf-8")
    asked: list[str] = []

    def fetch(name: str, _url: str) -> str:
        asked.append(name)
        return SHOP

    of_file = Config.from_env(GOOD | {"AUDIENCE_SOURCES": str(file)}).sources
    of_secret = Config.from_env(GOOD | {"AUDIENCE_SOURCES": SECRET_OF_SOURCES}, fetch).sources

    assert of_file == of_secret
    assert of_file["shop"].output == "/results/shop"
    assert asked == [SECRET_OF_SOURCES]
    assert Config.from_env(GOOD).sources == {}


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (SHOP.replace("output", "outputs"), "sources.shop.outputs is unknown"),
        (SHOP.replace("[sources.shop]", "[sources.shop"), "is no TOML"),
        (None, "AUDIENCE_SOURCES cannot be read (FileNotFoundError)"),
    ],
    ids=["an unknown key", "no TOML", "no file"],
)
def test_a_declaration_of_sources_that_is_wrong_stops_the_start(
    declared: str | None, message: str, tmp_path: Path
) -> None:
    """Nobody finds out in a run that a limit was misspelt."""
    file = tmp_path / "sources.toml"
    if declared is not None:
        file.write_text(declared, encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        Config.from_env(GOOD | {"AUDIENCE_SOURCES": str(file)})

    assert message in str(refused.value)


def test_a_secret_of_sources_that_does_not_come_stops_the_start() -> None:
    """A service without its sources would refuse everybody."""

    def refuse(_name: str, _url: str) -> str:
        raise SecretError("Secret Manager answered 403")

    with pytest.raises(ConfigError, match="AUDIENCE_SOURCES: Secret Manager answered 403"):
        Config.from_env(GOOD | {"AUDIENCE_SOURCES": SECRET_OF_SOURCES}, refuse)
