"""Names, plans, ids and headers that look like more than text are text in the digest and in the files of audiences."""

from __future__ import annotations

import csv
import io

import pytest

from server.core.audiences.file_text import audience_file
from server.core.audiences.member_cells import Details, member
from server.core.audiences.names import read_name
from server.core.audiences.selection import Customer
from server.core.audiences.targets import TARGETS
from server.core.digest.compose import Mail, compose
from server.core.digest.facts import Failure, SegmentMoves, TestLine, ToCall
from server.core.wording import Wording
from tests.attack.conftest import EVIL
from tests.core.digest.test_compose import LINK, Seen, facts

ANSI = ("\x1b[31mred", "\x1b]0;owned\x07", "\x9b2J", "\x08\x08\x08gone", "\x85next")
DIRECTIONS = ("\u202egnp.exe", "\u2066x", "\u200fx", "\u2028line", "\u2029paragraph")
LONG = "W" * 50_000
HOSTILE = (*EVIL, *ANSI, *DIRECTIONS, LONG, '"><img src=x onerror=alert(1)>', "<!channel>", "&lt;b&gt;")
LONGEST_LINE = 1_200
"""Characters: what people call something is cut; nothing else in a digest is long."""


def odd_signs(text: str) -> list[str]:
    """Return the signs of a text that do something where it is shown; lines end as lines do."""
    return [sign for sign in text if not sign.isprintable() and sign not in "\n\xa0\u202f"]


def digest_of(text: str) -> Mail:
    """Return a digest that has a text wherever one of the spreadsheet's can stand."""
    return compose(
        facts(
            spreadsheet=text,
            moves=[SegmentMoves(text, 1, 0, 3)],
            to_call=[ToCall(2, text, 1.0, LINK)],
            tests=[TestLine(text, text, text)],
            failed=[Failure("Jan 6, 2026", text)],
            trouble=[text],
            currency=text,
        ),
        Wording(),
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_digest_shows_it_as_text(text: str) -> None:
    """The mail in both forms, its subject and the message of a chat."""
    mail = digest_of(text)

    seen = Seen(mail.html)
    assert not {"img", "script"} & seen.tags
    assert all(link.startswith(LINK) for link in seen.links)
    for form in (mail.subject, mail.text, mail.chat, "".join(seen.texts)):
        assert odd_signs(form) == []
    assert max(map(len, [*mail.text.splitlines(), *seen.texts])) <= LONGEST_LINE
    assert len(mail.subject) <= 200
    assert len(mail.chat.encode()) < 4_096


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_file_of_an_audience_holds_it_as_text(text: str, target: object) -> None:
    """A csv reader finds the same rows, of which no cell is a formula, a code or longer than a spreadsheet's cell."""
    customer = Customer(text, 2, 0, text, previous=text, group=text)
    details = Details("ann@example.com", "+491712000000", read_name(text), read_name(text), "DE", "01067")
    made = member(customer, details, target, hashed=False)  # type: ignore[arg-type]

    file = audience_file(text[:80], "members", target, [made.cells], hashed=False)  # type: ignore[arg-type]

    [*_, row] = csv.reader(io.StringIO(file.text, newline=""))
    assert len(row) == len(made.cells)
    for cell in row:
        assert cell[:1] not in tuple("=-@＝＋－＠\t\r\n")
        assert cell[:1] != "+" or cell[1:].isdigit()
        assert odd_signs(cell) == []
        assert len(cell) <= 50_000
    assert file.name.isascii()
    assert len(file.name) <= 200
