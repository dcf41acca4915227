"""The digest's words: the same in mail, plain text and chat, and nothing in them is markup."""

from __future__ import annotations

from html.parser import HTMLParser

from server.core.digest.compose import compose
from server.core.digest.facts import Compared, Facts, Failure, SegmentMoves, TestLine, ToCall
from server.core.wording import Wording

LINK = "https://docs.google.com/spreadsheets/d/abc/edit"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=y>\r\nBcc: eve@evil.example'


def facts(**other: object) -> Facts:
    """Return a week: two runs with 31 orders, 7 moved and 4 came, revenue up by 345, risk down by 80.50."""
    fields = {
        "spreadsheet": "Bakery",
        "link": LINK,
        "since": "Jan 5, 2026",
        "runs": 2,
        "new_orders": 31,
        "new_customers": 4,
        "moves": [SegmentMoves("Champions", 5, 2, 20), SegmentMoves("Lost", 6, 5, 12)],
        "revenue": Compared(12_345, 12_000),
        "at_risk": Compared(830, 910.5),
        "compared_with": "Jan 5, 2026",
        "currency": "EUR",
        "to_call": [ToCall(12, "Champions", 120.4, f"{LINK}#gid=1&range=A12")],
        "tests": [TestLine("Spring mail", "running", "")],
        **other,
    }
    return Facts(**fields)  # type: ignore[arg-type]  # built from a table


class Seen(HTMLParser):
    """Tags, attributes and texts of a mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_plain_text_says_it_all() -> None:
    """By hand: 5 + 6 came in, 4 of them new, so 7 moved."""
    mail = compose(facts(), Wording())

    assert mail.subject == "Bakery: 7 customers moved"
    assert mail.text.startswith(
        "Bakery\nSince Jan 5, 2026: Segments were made afresh 2 times, with 31 new orders.\n\nGOOD NEWS\n"
        "Revenue at risk fell by 80.50 EUR.\n4 new customers came in.\n\nREVENUE\n"
        "- Revenue of all customers: 12,345 EUR now, +345 EUR since Jan 5, 2026\n"
        "- Revenue at risk: 830 EUR now, \u221280.50 EUR since Jan 5, 2026\n\nWHO MOVED\n"
        "- Champions: +5 moved in, \u22122 moved out, 20 customers\n"
        "- Lost: +6 moved in, \u22125 moved out, 12 customers\n\nCUSTOMERS TO CALL\n"
    )
    assert f"- row 12 \u00b7 Champions \u00b7 expected spend 120 EUR\n  {LINK}#gid=1&range=A12\n" in mail.text


def test_the_mail_has_what_mail_programs_show() -> None:
    """Tables and inline styles: no style sheet, no script, no picture, no form; links lead to the spreadsheet."""
    seen = Seen(compose(facts(), Wording()).html)

    assert seen.tags <= {"html", "head", "meta", "title", "body", "table", "tr", "th", "td", "div", "a"}
    assert seen.attributes <= {
        *("lang", "charset", "style", "role", "width", "cellpadding", "cellspacing", "align", "href"),
    }
    assert all(link.startswith(LINK) for link in seen.links)
    assert len(seen.links) == 2


def test_every_text_is_escaped_wherever_it_stands() -> None:
    """Names of the spreadsheet, of segments and tests are the marketer's: they stay words."""
    mail = compose(
        facts(
            spreadsheet=HOSTILE,
            moves=[SegmentMoves(HOSTILE, 1, 0, 3)],
            to_call=[ToCall(2, HOSTILE, 1.0, LINK)],
            tests=[TestLine(HOSTILE, HOSTILE, HOSTILE)],
            failed=[Failure("Jan 6, 2026", HOSTILE)],
            trouble=[HOSTILE],
            currency='"><b>',
        ),
        Wording(),
    )

    seen = Seen(mail.html)
    assert {"script", "img", "b"} & seen.tags == set()
    assert "onerror" not in seen.attributes
    assert "alert(1)" in "".join(seen.texts)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert not {"<", ">"} & set(mail.chat)


def test_a_chat_takes_nothing_for_a_mention() -> None:
    """Slack and Google Chat know <!channel> and <users/all>; the message fits 4,096 bytes."""
    many = [SegmentMoves(f"<!channel> <users/all> {'ä' * 150} {n}", 1, 1, 9) for n in range(30)]

    mail = compose(facts(moves=many), Wording())

    assert "<" not in mail.chat
    assert len(mail.chat.encode()) < 4_096
    assert mail.chat.endswith(LINK)


def test_trouble_comes_first() -> None:
    """What needs an act stands above the good news, and in the subject."""
    mail = compose(facts(trouble=["The refresh has not run since Jan 2, 2026."]), Wording())

    assert mail.subject == "Bakery: segments need a look"
    assert mail.text.index("WHAT DID NOT WORK") < mail.text.index("GOOD NEWS")


def test_nothing_new_is_no_news() -> None:
    """Figures, customers to call and tests alone are no reason for a mail."""
    quiet = facts(runs=0, new_orders=0, new_customers=0, moves=[])

    assert not quiet.is_news
    assert facts().is_news
