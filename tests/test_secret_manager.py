"""The secret is fetched from Secret Manager at the start; what goes wrong is said, the secret never is."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import jwt
import pytest

from local.launch import SERVICE_ACCOUNT
from server.config import Config, ConfigError
from server.secret_manager import SecretError
from sheets_standin.google.tokens import TokenIssuer, key_file

SECRET = "a-secret-of-secret-manager-0123456789"
NAME = "projects/shop-1/secrets/audience-secret/versions/latest"
FORMER = "projects/shop-1/secrets/audience-secret/versions/7"


class SecretManager:
    """Google's Secret Manager on loopback, and where its tokens come from.

    `versions` holds what each name answers.
    """

    def __init__(self) -> None:
        self.versions: dict[str, object] = {NAME: _payload(SECRET)}
        self.asked: list[tuple[str, str]] = []
        self.scopes: list[str] = []
        manager = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.removeprefix("/v1/").removesuffix(":access")
                manager.asked.append((self.path, self.headers.get("Authorization", "")))
                answer = manager.versions.get(name, 404)
                self.send_response(answer if isinstance(answer, int) else 200)
                self.end_headers()
                self.wfile.write(json.dumps({} if isinstance(answer, int) else answer).encode())

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                claims = jwt.decode(form["assertion"][0], options={"verify_signature": False})
                manager.scopes.append(claims["scope"])
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"}')

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> SecretManager:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _payload(text: str) -> dict[str, object]:
    return {"name": NAME, "payload": {"data": base64.b64encode(text.encode()).decode()}}


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretManager]:
    """Secret Manager, and the service account that asks it."""
    file = tmp_path / "account.json"
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    with SecretManager() as running:
        file.write_text(key_file(TokenIssuer().service_account(SERVICE_ACCOUNT, running.url + "/token")))
        yield running


def _environment(manager: SecretManager, **more: str) -> dict[str, str]:
    return {
        "AUDIENCE_SECRET_NAME": NAME,
        "ALLOWED_DOMAINS": "example.com",
        "SECRET_MANAGER_URL": manager.url,
        **more,
    }


def test_the_secret_comes_from_secret_manager(manager: SecretManager) -> None:
    """Asked for once, by its version's name, as the service's own account."""
    config = Config.from_env(_environment(manager))

    assert config.secrets == (SECRET,)
    ((path, authorization),) = manager.asked
    assert path == f"/v1/{NAME}:access"
    assert authorization == "Bearer a-token"
    assert manager.scopes == ["https://www.googleapis.com/auth/cloud-platform"]


def test_a_rotation_names_the_version_before(manager: SecretManager) -> None:
    """Both are fetched; keys are made with the new one."""
    manager.versions[FORMER] = _payload("the-secret-before-that-one-0123456789\n")

    config = Config.from_env(_environment(manager, AUDIENCE_SECRET_PREVIOUS_NAME=FORMER))

    assert config.secrets == (SECRET, "the-secret-before-that-one-0123456789")


def test_a_secret_in_the_environment_wins(manager: SecretManager) -> None:
    """Then nobody is asked."""
    config = Config.from_env(_environment(manager, AUDIENCE_SECRET="e" * 32))

    assert config.secrets == ("e" * 32,)
    assert manager.asked == []


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (403, "answered 403: give the service's account the role roles/secretmanager.secretAccessor"),
        (404, "answered 404: there is no such secret"),
        (401, "answered 401: the service's account is not accepted"),
        (503, "answered 503: try again later"),
        ({"payload": {}}, "is no secret of text"),
        ({"payload": {"data": "no base64!"}}, "is no secret of text"),
        (_payload("short"), "AUDIENCE_SECRET has 5 characters"),
        (_payload(""), "names a secret that is empty"),
    ],
)
def test_what_does_not_come_stops_the_start(manager: SecretManager, answer: object, message: str) -> None:
    """The service says which setting, what was answered, and what to do."""
    manager.versions[NAME] = answer

    with pytest.raises(ConfigError, match="The service does not start") as caught:
        Config.from_env(_environment(manager))

    assert message in str(caught.value)
    assert "AUDIENCE_SECRET" in str(caught.value)


def test_nobody_answers(manager: SecretManager) -> None:
    """An address where nothing listens is told by the kind of error alone."""
    with pytest.raises(
        ConfigError, match=r"AUDIENCE_SECRET_NAME: Secret Manager did not answer \(Connection"
    ):
        Config.from_env(_environment(manager, SECRET_MANAGER_URL="http://127.0.0.1:9"))


def test_no_credentials(manager: SecretManager, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A key file that is not there is told."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "nothing.json"))

    with pytest.raises(ConfigError, match="no access token"):
        Config.from_env(_environment(manager))


@pytest.mark.parametrize("name", ["audience-secret", NAME + "/..", "projects/p/secrets/a b/versions/1"])
def test_a_name_that_is_none_is_not_asked_for(name: str) -> None:
    """It would become part of an address."""

    def fetch(_name: str, _url: str) -> str:
        raise AssertionError("asked")

    with pytest.raises(ConfigError, match="is no name such as"):
        Config.from_env({"AUDIENCE_SECRET_NAME": name, "ALLOWED_DOMAINS": "*"}, fetch)


def test_the_address_of_secret_manager_is_https_or_of_this_machine() -> None:
    """The account's token is sent there."""

    def fetch(_name: str, _url: str) -> str:
        raise SecretError("asked")

    given = {"AUDIENCE_SECRET_NAME": NAME, "ALLOWED_DOMAINS": "*", "SECRET_MANAGER_URL": "http://x.example"}
    with pytest.raises(ConfigError, match="SECRET_MANAGER_URL is neither"):
        Config.from_env(given, fetch)
