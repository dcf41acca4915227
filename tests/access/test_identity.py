"""Identity tokens: what Google made for this add-on is believed, all else is refused, in words of its own."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
import requests

from local.launch import AUDIENCE
from server.access.identity import Certificates, Fetched, Identity, IdentityChecker
from server.errors import DomainError, OutsideError
from sheets_standin.google.tokens import TokenIssuer
from sheets_standin.spreadsheet.document import Document
from tests.service import ANN, Service

ISSUER = "https://accounts.google.com"


def kind(reply) -> str:
    return reply.body["type"].rpartition(":")[2]


@pytest.mark.parametrize(
    ("claims", "expected", "message"),
    [
        ({"aud": "12345.apps.googleusercontent.com"}, "unknown-audience", "12345.apps.googleusercontent.com"),
        ({"aud": ["a", AUDIENCE]}, "unknown-audience", "(unreadable)"),
        ({"aud": "<script>"}, "unknown-audience", "(unreadable)"),
        ({"iss": "https://accounts.example.org"}, "identity", "did not tell this add-on who you are"),
        ({"exp": 1_000_000_000}, "identity", "expired"),
        ({"iat": 4_000_000_000, "exp": 4_000_003_600}, "identity", "expired"),
        ({"exp": "never"}, "identity", "did not tell this add-on who you are"),
        ({"exp": None}, "identity", "did not tell this add-on who you are"),
        ({"email_verified": False}, "unverified-address", "not verified"),
        ({"email_verified": "false"}, "unverified-address", "not verified"),
        ({"email_verified": None}, "unverified-address", "not verified"),
        ({"email": None}, "unverified-address", "did not tell the service your e-mail address"),
        ({"sub": None}, "identity", "did not tell this add-on who you are"),
        ({"email": "ann@elsewhere.org", "hd": "elsewhere.org"}, "domain", "elsewhere.org"),
        ({"email": "ann@elsewhere.org", "hd": "example.com"}, "domain", "elsewhere.org"),
        ({"hd": "elsewhere.org"}, "domain", "elsewhere.org"),
        ({"hd": None}, "domain", "no account of that company's Google Workspace"),
        ({"email": "ann@gmail.com", "hd": None}, "domain", "gmail.com"),
        ({"email": "ann@example.com.evil.org", "hd": None}, "domain", "evil.org"),
    ],
)
def test_a_token_that_is_not_right_is_refused(
    service: Service, document: Document, claims: dict[str, Any], expected: str, message: str
) -> None:
    """Each in its own words; the client id that is not known is named, so that the engineer can add it."""
    reply = service.step(service.person(document, ANN, **claims))

    assert (kind(reply), reply.status) == (expected, 401 if expected == "identity" else 403)
    assert message in reply.body["detail"]
    assert reply.body["hint"]
    assert service.google_calls == 0


def test_the_unknown_client_is_named_in_what_the_engineer_is_to_do(
    service: Service, document: Document
) -> None:
    """The hint can be sent on as it is."""
    reply = service.step(service.person(document, ANN, aud="99-x.apps.googleusercontent.com"))

    assert reply.body["hint"].endswith("adds 99-x.apps.googleusercontent.com to IDENTITY_AUDIENCES.")


@pytest.mark.parametrize(
    ("asked", "detail", "hint"),
    [
        ("de", "Google hat diesem Add-on nicht gesagt, wer Sie sind.", "Laden Sie die Tabelle neu"),
        ("fr", "Google n’a pas dit à ce module qui vous êtes.", "Rechargez la feuille"),
        ("it", "Google did not tell this add-on who you are.", "Reload the spreadsheet"),
        ("", "Google did not tell this add-on who you are.", "Reload the spreadsheet"),
        ("../de", "Google did not tell this add-on who you are.", "Reload the spreadsheet"),
    ],
)
def test_who_connects_is_answered_in_the_language_that_the_add_on_asks_for(
    service: Service, document: Document, asked: str, detail: str, hint: str
) -> None:
    """No spreadsheet was read yet; English where the language is not translated to."""
    body = {"call": "connect", "spreadsheetId": document.spreadsheet_id, "identityToken": "a.b.c"}

    reply = service.post(
        "/v1/connect", json.dumps(body).encode(), {"Accept-Language": asked} if asked else {}
    )

    assert reply.status == 401
    assert reply.body["detail"] == detail
    assert str(reply.body["hint"]).startswith(hint)


@pytest.mark.parametrize("given", [True, "true"])
def test_a_verified_address_is_believed(service: Service, document: Document, given: object) -> None:
    """Google writes the claim as a boolean or as text."""
    assert service.step(service.person(document, ANN, email_verified=given)).status == 200


def test_a_small_difference_of_clocks_is_let_pass(service: Service, document: Document) -> None:
    """Thirty seconds either way."""
    now = int(time.time())

    early = service.step(service.person(document, ANN, iat=now + 20))
    late = service.step(service.person(document, ANN, iat=now - 3600, exp=now - 20))

    assert (early.status, late.status) == (200, 200)


def forged(service: Service, make: Callable[[dict[str, Any], str], str]) -> str:
    """Return a token with the right claims for Ann, signed by `make`."""
    real = service.google.issuer.identity_token(ANN, AUDIENCE, service.google.url)
    claims = jwt.decode(real, options={"verify_signature": False})
    return make(claims, service.google.issuer.key_id)


def segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def by_another_key(claims: dict[str, Any], key_id: str) -> str:
    other = TokenIssuer()
    other.key_id = key_id
    return other.identity_token(ANN, AUDIENCE, claims["iss"])


def unsigned(claims: dict[str, Any], key_id: str) -> str:
    return f"{segment({'alg': 'none', 'typ': 'JWT', 'kid': key_id})}.{segment(claims)}."


def signed_without_algorithm(claims: dict[str, Any], key_id: str) -> str:
    return f"{segment({'alg': 'none', 'kid': key_id})}.{segment(claims)}.{segment('x')}"


@pytest.mark.parametrize("make", [by_another_key, unsigned, signed_without_algorithm])
def test_a_token_that_google_did_not_sign_is_refused(
    service: Service, document: Document, make: Callable[[dict[str, Any], str], str]
) -> None:
    """Its claims are right in every way; it bears the id of Google's key."""
    person = service.person(document, ANN)
    object.__setattr__(person, "identity_token", lambda: forged(service, make))

    reply = service.step(person)

    assert (reply.status, kind(reply)) == (401, "identity")
    assert service.google_calls == 0


def test_the_public_certificate_is_no_password(service: Service, document: Document) -> None:
    """A token signed with HS256, where the certificate that everybody has is the shared secret."""

    def make(claims: dict[str, Any], key_id: str) -> str:
        import hashlib
        import hmac

        secret = service.google.issuer.certificates()[key_id].encode()
        text = f"{segment({'alg': 'HS256', 'kid': key_id})}.{segment(claims)}"
        mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    person = service.person(document, ANN)
    object.__setattr__(person, "identity_token", lambda: forged(service, make))

    assert service.step(person).status == 401


def test_a_changed_claim_breaks_the_signature(service: Service, document: Document) -> None:
    """Eve's real token with Ann's address in it."""
    person = service.person(document, ANN)
    head, claims, signature = service.google.issuer.identity_token(
        "eve@example.com", AUDIENCE, service.google.url
    ).split(".")
    read = json.loads(base64.urlsafe_b64decode(claims + "=="))
    token = f"{head}.{segment(read | {'email': ANN})}.{signature}"
    object.__setattr__(person, "identity_token", lambda: token)

    assert service.step(person).status == 401


@pytest.mark.parametrize(
    "token",
    [
        "a",
        "a.b",
        "a.b.c",
        "..",
        "é.é.é",
        "\u0000.\u0000.\u0000",
        f"{segment([])}.{segment([])}.x",
        f"{segment({'alg': ['RS256'], 'kid': {}})}.{segment({})}.x",
        f"{base64.urlsafe_b64encode(b'[' * 3000).decode()}.{segment({})}.x",
    ],
    ids=range(9),
)
def test_garbage_for_a_token_is_refused(service: Service, document: Document, token: str) -> None:
    """Whatever google-auth makes of it."""
    person = service.person(document, ANN)
    object.__setattr__(person, "identity_token", lambda: token)

    reply = service.step(person)

    assert (reply.status, kind(reply)) == (401, "identity")
    assert token not in json.dumps(reply.body) or token in ("a", "..")
    assert service.fetches == []


@pytest.mark.parametrize("token", [None, ""])
def test_without_a_token_nobody_connects(service: Service, document: Document, token: str | None) -> None:
    """ScriptApp.getIdentityToken gives null where the consent is missing."""
    person = service.person(document, ANN)
    object.__setattr__(person, "identity_token", lambda: token)

    reply = service.step(person)

    assert (reply.status, kind(reply)) == (401, "identity")
    assert "allow the add-on" in reply.body["hint"]


def test_certificates_are_fetched_once(service: Service, document: Document) -> None:
    """Their answer says that they are good for an hour."""
    for _ in range(5):
        assert service.step(service.person(document, ANN)).status == 200

    assert len(service.fetches) == 1


class Publisher:
    """Google's certificates, and how often they were asked for."""

    def __init__(
        self, issuer: TokenIssuer, cache_control: str = "public, max-age=3600", age: str = ""
    ) -> None:
        self.issuer = issuer
        self.cache_control, self.age = cache_control, age
        self.asked = 0
        self.seconds = 0.0
        self.fails = False

    def __call__(self, _url: str) -> Fetched:
        self.asked += 1
        if self.fails:
            raise requests.ConnectionError
        return Fetched(json.dumps(self.issuer.certificates()).encode(), self.cache_control, self.age)

    def certificates(self) -> Certificates:
        return Certificates("https://certs", self, lambda: self.seconds)


@pytest.fixture(scope="module")
def issuer() -> TokenIssuer:
    return TokenIssuer()


@pytest.mark.parametrize(
    ("cache_control", "age", "seconds"),
    [
        ("public, max-age=3600", "", 3600),
        ("public, max-age=3600, must-revalidate", "600", 3000),
        ("max-age=1", "", 60),
        ("max-age=99999999", "", 86_400),
        ("no-cache", "", 3600),
        ("", "nonsense", 3600),
    ],
)
def test_certificates_are_kept_as_long_as_their_answer_says(
    issuer: TokenIssuer, cache_control: str, age: str, seconds: float
) -> None:
    """Less what a cache on the way had them already; between a minute and a day."""
    publisher = Publisher(issuer, cache_control, age)
    certificates = publisher.certificates()

    asked = []
    for moment in (0.0, seconds - 1, seconds):
        publisher.seconds = moment
        assert certificates.of(issuer.key_id)
        asked.append(publisher.asked)

    assert asked == [1, 1, 2]


def test_invented_key_ids_do_not_have_the_certificates_fetched_each_time(issuer: TokenIssuer) -> None:
    """Once a minute at most, whatever ids tokens name."""
    publisher = Publisher(issuer)
    certificates = publisher.certificates()

    certificates_found = [certificates.of(f"invented-{n}") for n in range(1000)]
    first = publisher.asked
    publisher.seconds = 60
    certificates.of("invented")

    assert set(certificates_found) == {None}
    assert (first, publisher.asked) == (1, 2)


def test_a_new_key_of_googles_is_found() -> None:
    """A minute after the last fetch, long before the certificates at hand expire."""
    issuer = TokenIssuer()
    publisher = Publisher(issuer)
    certificates = publisher.certificates()
    certificates.of(issuer.key_id)
    issuer.change_key()
    publisher.seconds = 61

    assert certificates.of(issuer.key_id)
    assert publisher.asked == 2


def test_certificates_that_cannot_be_had_are_an_outside_trouble(issuer: TokenIssuer) -> None:
    """It is told as one that passes, and Google is asked again only after a minute."""
    publisher = Publisher(issuer)
    publisher.fails = True
    certificates = publisher.certificates()

    for _ in range(3):
        with pytest.raises(OutsideError, match="certificates"):
            certificates.of(issuer.key_id)
    asked = publisher.asked
    publisher.fails, publisher.seconds = False, 60

    assert asked == 1
    assert certificates.of(issuer.key_id)


def test_good_certificates_outlive_a_fetch_that_fails(issuer: TokenIssuer) -> None:
    """An unknown key and a Google that does not answer take nothing from the known ones."""
    publisher = Publisher(issuer)
    certificates = publisher.certificates()
    certificates.of(issuer.key_id)
    publisher.fails, publisher.seconds = True, 100

    assert certificates.of("unknown") is None
    assert certificates.of(issuer.key_id)


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"a": 1}', b'{"a": "' + b"x" * 200_000 + b'"}'])
def test_what_is_no_set_of_certificates_is_not_taken(content: bytes) -> None:
    """Neither another shape nor another size."""
    certificates = Certificates("https://certs", lambda _url: Fetched(content), lambda: 0.0)

    with pytest.raises(OutsideError):
        certificates.of("a")


@pytest.mark.parametrize("issuer_name", ["https://accounts.google.com", "accounts.google.com"])
def test_google_goes_by_two_names(issuer: TokenIssuer, issuer_name: str) -> None:
    """Both stand in its documents."""
    checker = checking(issuer, ("example.com",))

    who = checker.identity(issuer.identity_token(ANN, AUDIENCE, issuer_name, sub="7"))

    assert who == Identity("7", ANN)


@pytest.mark.parametrize(
    ("domains", "email", "claims", "may"),
    [
        (("*",), "ann@anywhere.org", {"hd": None}, True),
        (("gmail.com",), "ann@gmail.com", {}, True),
        (("gmail.com",), "ann@Gmail.com", {"hd": None}, True),
        (("example.com", "example.org"), "ann@example.org", {"hd": "example.com"}, True),
        (("example.com",), "ann@EXAMPLE.com", {"hd": "Example.com"}, True),
        (("example.com",), "ann@sub.example.com", {"hd": "example.com"}, False),
        (("example.com",), "ann@notexample.com", {}, False),
        (("example.com",), "ann@elsewhere.org@example.com", {"hd": "elsewhere.org"}, False),
    ],
)
def test_domains_that_may_connect(
    issuer: TokenIssuer, domains: tuple[str, ...], email: str, claims: dict[str, Any], may: bool
) -> None:
    """The address's own domain and that of its Workspace, both, whole and whatever their case."""
    token = issuer.identity_token(email, AUDIENCE, ISSUER, **claims)

    if may:
        assert checking(issuer, domains).identity(token).email == email
    else:
        with pytest.raises(DomainError):
            checking(issuer, domains).identity(token)


def checking(issuer: TokenIssuer, domains: tuple[str, ...]) -> IdentityChecker:
    return IdentityChecker(
        Publisher(issuer).certificates(), issuer=ISSUER, audiences=(AUDIENCE,), domains=domains
    )
