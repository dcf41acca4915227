"""What may stand in RefreshAt and DigestTo."""

from __future__ import annotations

import pytest

from server.core.refresh_choices import MOST_RECIPIENTS, At, parse_at, parse_recipients, serial_hour

SLACK = "https://hooks.slack.com/services/T000/B000/abcDEF123"
CHAT = "https://chat.googleapis.com/v1/spaces/AAAA/messages?key=k-1&token=t_2%3D"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", At(3)),
        ("03:00", At(3)),
        ("23:00:00", At(23)),
        ("12 am", At(0)),
        ("12 pm", At(12)),
        ("Sunday", At(3, 6)),
        ("sat, 18:00", At(18, 5)),
        ("Wed. 7", At(7, 2)),
    ],
)
def test_an_hour_and_a_day_are_read(text: str, expected: At) -> None:
    """Twelve at night is hour 0; a day alone means three o'clock."""
    assert parse_at(text) == expected


@pytest.mark.parametrize(
    "text", ["3:30", "24", "13 pm", "0 am", "noon", "Mo 3", "", "-1", "3:00 Monday", "٣"]
)
def test_what_is_no_full_hour_is_refused(text: str) -> None:
    """The sweep comes once an hour: half past three cannot be kept."""
    with pytest.raises(ValueError, match=r"^"):
        parse_at(text)


@pytest.mark.parametrize("serial", [0.13, 24, -1, 1.5, float("nan")])
def test_a_number_that_is_no_full_hour_is_refused(serial: float) -> None:
    """.13 of a day is seven minutes past three."""
    with pytest.raises(ValueError, match=r"^"):
        serial_hour(serial)


def test_addresses_and_webhooks_of_two_hosts_are_taken_once_each() -> None:
    """Commas, semicolons, blanks and lines part them."""
    recipients = parse_recipients(f"ann@shop.example;bob+x@shop.example\n{SLACK}, {CHAT} ann@shop.example")

    assert recipients.addresses == ("ann@shop.example", "bob+x@shop.example")
    assert recipients.webhooks == (SLACK, CHAT)
    assert not parse_recipients("none")


@pytest.mark.parametrize(
    "text",
    [
        "http://hooks.slack.com/services/T/B/x",
        "https://hooks.slack.com.evil.example/services/T/B/x",
        "https://hooks.slack.com@evil.example/services/T/B/x",
        "https://evil.example/?https://hooks.slack.com/services/T/B/x",
        "https://hooks.slack.com:8443/services/T/B/x",
        "https://hooks.slack.com/services/../../x",
        "https://hooks.slack.com/services/T/B/x#y",
        "https://chat.googleapis.com/v1/spaces/A/members?key=k",
        "https://chat.googleapis.com/v2/spaces/A/messages?key=k",
        "https://127.0.0.1/services/T/B/x",
        "ann@shop",
        "Ann<ann@shop.example>",
        'ann"@shop.example',
        "ann@shop.example\\nBcc:x@evil.example",
        "=HYPERLINK(1)",
        " ".join(f"a{number}@shop.example" for number in range(MOST_RECIPIENTS + 1)),
    ],
)
def test_nothing_else_is_taken_for_a_recipient(text: str) -> None:
    """Other hosts, other ports, other paths, names before addresses, too many."""
    with pytest.raises(ValueError, match=r"^"):
        parse_recipients(text)
