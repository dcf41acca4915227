"""Files of an audience, what has changed since the last one, and its name."""

from __future__ import annotations

import pytest

from server.core.audiences.changes import ADDED, REMOVED, Sent, changes, present, removal_rows
from server.core.audiences.file_text import audience_file
from server.core.audiences.member_cells import Details, Member, member
from server.core.audiences.naming import audience_name
from server.core.audiences.selection import Customer
from server.core.audiences.targets import TARGETS
from server.core.audiences.verdict import verdict
from server.errors import InputError

GOOGLE, KLAVIYO = TARGETS["google_ads"], TARGETS["klaviyo"]


def mail(who: str, email: str, **figures: object) -> Member:
    """Return a member of a Klaviyo list."""
    customer = Customer(who, 2, 0, "Champions", **figures)  # type: ignore[arg-type]
    return member(customer, Details(email), KLAVIYO, hashed=False)


def test_an_e_mail_tool_gets_the_segment_as_properties() -> None:
    """So flows can start on them; money has two decimals, days are YYYY-MM-DD."""
    ann = mail("A", "a@x.com", previous="Loyal", since="2026-11-01", expected_spend=12.5, group="action")

    text = audience_file("VIP", "members", KLAVIYO, [ann.cells], hashed=False).text

    assert text.splitlines() == [
        "Email,Phone Number,First Name,Last Name,Country,Zip Code,"
        "RFM_Segment,RFM_Previous,RFM_Since,RFM_Group,RFM_ExpectedSpend",
        "a@x.com,,,,,,Champions,Loyal,2026-11-01,action,12.50",
    ]


def test_who_has_another_address_leaves_with_the_old_one() -> None:
    """Else the old address would stay at the platform for ever."""
    before = {Sent("A", "old@x.com", ""), Sent("B", "b@x.com", ""), Sent("C", "c@x.com", "")}

    difference = changes([mail("A", "new@x.com"), mail("B", "b@x.com")], before)

    assert [member.email for member in difference.added] == ["new@x.com"]
    assert difference.removed == [Sent("A", "old@x.com", ""), Sent("C", "c@x.com", "")]
    assert not difference.is_first


def test_the_first_time_all_are_added() -> None:
    """There is nobody to remove."""
    difference = changes([mail("A", "a@x.com")], None)

    assert (len(difference.added), difference.removed, difference.is_first) == (1, [], True)


def test_the_record_tells_whom_a_platform_has() -> None:
    """Who was taken out and put in again is there once."""
    ann, bob = Sent("A", "a@x.com", ""), Sent("B", "b@x.com", "")

    lines = [(ann, ADDED), (bob, ADDED), (ann, REMOVED), (ann, ADDED), (bob, REMOVED)]

    assert present(lines) == {ann}


def test_those_to_remove_go_to_ads_by_their_addresses_and_to_e_mail_tools_with_their_segment() -> None:
    """An ad platform is told no more than it was; a flow lets go of who has another segment."""
    gone = [Sent("A", "hash-a", "hash-p"), Sent("Z", "z@x.com", "")]
    now = {"A": Customer("A", 2, 1, "At risk", "Champions")}

    assert removal_rows(gone[:1], GOOGLE, now) == [("hash-a", "hash-p", "", "", "", "")]
    assert removal_rows(gone, KLAVIYO, now)[0][6:8] == ("At risk", "Champions")
    assert removal_rows(gone, KLAVIYO, now)[1][6] == "(left)"


def test_a_pinterest_file_has_no_header() -> None:
    """It is a list of addresses, one a line."""
    assert audience_file("VIP", "members", TARGETS["pinterest"], [("h",)], hashed=True).text == "h\r\n"


@pytest.mark.parametrize(("people", "is_enough"), [(99, False), (100, True)])
def test_a_verdict_counts_the_platforms_minimum(people: int, is_enough: bool) -> None:
    """The file is made either way."""
    assert verdict(GOOGLE, people).is_enough is is_enough


@pytest.mark.parametrize(
    "name",
    [
        "",
        " \u200b ",
        "x" * 61,
        "ann@example.com",
        "VIP/2026",
        "=VIP",
        "+49 171 1234567",
        "a" * 64,
        "'VIP",
    ],
)
def test_a_name_that_tells_of_people_or_breaks_a_tab_is_refused(name: str) -> None:
    """It would stand at the platform and in file names."""
    with pytest.raises(InputError, match="name of an audience"):
        audience_name(name)
