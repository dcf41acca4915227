"""Hashes that the platforms publish: what they compare is spelled as they spell it."""

from __future__ import annotations

import pytest

from server.core.audiences.emails import google_email, read_email
from server.core.audiences.hashing import sha256_hex
from server.core.audiences.member_cells import Details, normalised
from server.core.audiences.names import google_name
from server.core.audiences.phones import Country, digits_alone, read_phone
from server.core.audiences.target import Part
from server.core.audiences.targets import TARGETS


@pytest.mark.parametrize(
    ("given", "digest"),
    [
        ("DanaM@example.com", "1df6b43bc68dd38eca94e6a65b4f466ae537b796c81a526918b40ac4a7b906c7"),
        (
            "cloudy.sanfrancisco+shopping@gmail.com",
            "223ebda6f6889b1494551ba902d9d381daf2f642bae055888e96343d53e9f9c4",
        ),
        ("user.name+NYC@Example.com", "f109a2a632fbcea5fc82049f50beed3d8621bf9034399f437fb622222acccdac"),
    ],
    ids=["capitals", "Gmail: dots and +", "elsewhere dots and + stay"],
)
def test_an_address_for_google(given: str, digest: str) -> None:
    """The first two are Google's own; the third follows its rule for other domains."""
    email, flaw = read_email(given)

    assert flaw is None
    assert sha256_hex(google_email(email)) == digest


def test_a_phone_number_for_google() -> None:
    """With its +, as Google publishes it."""
    phone, flaw = read_phone("+1-800-555-0100", Country())

    assert flaw is None
    assert sha256_hex(phone) == "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30"


def test_a_name_for_google() -> None:
    """Blanks and capitals go."""
    digest = sha256_hex(google_name("  GivenName "))

    assert digest == "128a07bfe2df877c52076e60d7774cf5baaa046c5a6c48daf30ff43ecca2f814"


def test_an_address_and_a_phone_number_for_meta() -> None:
    """Lower case; digits alone."""
    email, _ = read_email("Mary@example.com")

    assert sha256_hex(email) == "f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79"
    assert sha256_hex(digits_alone("+15559876543")) == (
        "1ef970831d7963307784fa8688e8fce101a15685d62aa765fed23f3a2c576a4e"
    )


def test_an_address_for_tiktok() -> None:
    """Lower case."""
    email, _ = read_email(" JaneDoe@gmail.com")
    spelled = normalised(Part.EMAIL, Details(email=email), TARGETS["tiktok"])

    assert sha256_hex(spelled) == "d6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69"


@pytest.mark.parametrize(
    ("key", "email", "phone"),
    [
        ("google_ads", "ab@gmail.com", "+491711234567"),
        ("google_data_manager", "ab@gmail.com", "+491711234567"),
        ("meta", "a.b+x@gmail.com", "491711234567"),
        ("tiktok", "a.b+x@gmail.com", "+491711234567"),
    ],
)
def test_each_platform_has_a_spelling_of_its_own(key: str, email: str, phone: str) -> None:
    """One rule for all would match nobody on the others."""
    details = Details(email="a.b+x@gmail.com", phone="+491711234567")

    assert normalised(Part.EMAIL, details, TARGETS[key]) == email
    assert normalised(Part.PHONE, details, TARGETS[key]) == phone


def test_places_for_meta() -> None:
    """Country in lower case; of a US code the first five digits."""
    details = Details(country="US", postal="94035-1234")

    assert normalised(Part.COUNTRY, details, TARGETS["meta"]) == "us"
    assert normalised(Part.ZIP, details, TARGETS["meta"]) == "94035"


def test_every_target_names_where_its_rules_were_read() -> None:
    """Headers and, where they matter, hashing and minimum."""
    for target in TARGETS.values():
        assert "headers" in target.sources, target.key
        if target.may_hash:
            assert {"hashing", "email"} <= set(target.sources), target.key
        if target.minimum > 1:
            assert "minimum" in target.sources, target.key
        if target.days_kept:
            assert "days kept" in target.sources, target.key
