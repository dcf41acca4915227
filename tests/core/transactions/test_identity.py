"""Who bought: ids as real sheets have them, guests, and several spellings of one customer."""

from __future__ import annotations

import pytest

from server.core.transactions.customer_ids import id_key
from server.core.transactions.id_codes import IdCodes
from server.core.transactions.identity import Customers, identify
from server.core.transactions.rounded_ids import refuse_rounded, rounded_ids
from server.errors import TrainingDataError
from tests.core.transactions.small_files import bought


def who(
    *cells: object, header: str = "customer_id", emails: list[str] | None = None, answer: str = ""
) -> Customers:
    """Return the customers of a column of cells."""
    column = IdCodes()
    column.add(cells)  # type: ignore[arg-type]  # cells of all kinds
    beside = None
    if emails is not None:
        addresses = IdCodes(folds_case=True)
        addresses.add(emails)
        beside = (addresses.ids, addresses.finish())
    return identify(column.ids, column.finish(), header, emails=beside, answer=answer)


def names(customers: Customers) -> list[str]:
    """Return the id of each row, "" for nobody."""
    return [customers.ids[code] if code >= 0 else "" for code in customers.codes.tolist()]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("\u202a+491517000020\u202c", "+491517000020"),
        ("\u200b+491517000020", "+491517000020"),
        ("+491517000020\u200e", "+491517000020"),
        ("\u00a0C0042\u00a0", "C0042"),
        ("\ufeffC0042", "C0042"),
        ("C00\u00ad42", "C0042"),
        ("Anna\u00a0 Meier", "Anna Meier"),
        ("Zoe\u0308", "Zo\u00eb"),
        ('="00042"', "00042"),
        ("'00042", "00042"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("\u2007", ""),
        ("n/a", ""),
        ("NULL", ""),
        ("-", ""),
        ("—", ""),
        ("#REF!", ""),
        ("(none)", ""),
    ],
    ids=ascii,
)
def test_what_nobody_sees_is_no_part_of_an_id(cell: str, expected: str) -> None:
    """Marks of direction, zero-width signs, outer blanks, and what exports put round a text; n/a is no id."""
    assert id_key(cell) == expected


@pytest.mark.parametrize(
    "word",
    ["0", 0, "Guest", "(guest)", "GUEST_CHECKOUT", "Gast", "Gastbestellung", "invité", "Cliente invitado", "ospite",
     "gäst", "gość", "гость", "ゲスト", "Walk-in", "Laufkunde", "Consumidor Final", "unknown"],
    ids=str,
)  # fmt: skip
def test_a_guest_is_no_customer(word: object) -> None:
    """In the languages of shops; the rows are counted."""
    customers = who("C1", word, "C2", word)

    assert names(customers) == ["C1", "", "C2", ""]
    assert (customers.verdict.guest_rows, customers.verdict.guest_places) == (2, (1, 3))


def test_an_email_tells_who_has_no_id() -> None:
    """A guest is known by the e-mail, in any capitals and blanks; one who has an id elsewhere is that customer."""
    customers = who(
        "C1", "", "0", "Guest", "", "C2",
        emails=["ann@x.com", "bob@x.com", " Bob@X.com ", "ANN@x.com", "no address", ""],
    )  # fmt: skip

    assert names(customers) == ["C1", "bob@x.com", "bob@x.com", "C1", "", "C2"]
    assert (customers.verdict.by_email, customers.verdict.email_customers, customers.verdict.joined) == (
        3,
        2,
        1,
    )


def test_an_email_of_several_customers_joins_nobody() -> None:
    """A shared address does not tell whose the guest's order is: it is a customer of its own."""
    customers = who("C1", "C2", "", emails=["info@x.com"] * 3)

    assert names(customers) == ["C1", "C2", "info@x.com"]


def test_ids_that_differ_by_typing_are_one_customer() -> None:
    """All capitals, none, or the first: a habit of typing. The spelling with the most rows stands for all."""
    customers = who("C0042", "c0042", "C0042", "Anna Meier", "ANNA MEIER", "anna meier", "C7")

    assert names(customers) == ["C0042"] * 3 + ["Anna Meier"] * 3 + ["C7"]
    assert [
        (spelling.kind, spelling.groups, spelling.is_sure) for spelling in customers.verdict.spellings
    ] == [("case", 2, True)]
    assert len(set(names(who("C0042", "c0042", answer="apart")))) == 2


def test_ids_with_capitals_inside_are_asked_about() -> None:
    """aB3 and Ab3 may be two; the marketer's answer settles it."""
    cells = ["McDonald", "Mcdonald", *(f"C{i}" for i in range(40))]

    [seen] = who(*cells).verdict.spellings

    assert (seen.kind, seen.example, seen.is_sure) == ("case", ("McDonald", "Mcdonald"), False)
    assert len(set(names(who(*cells)))) == 42
    assert len(set(names(who(*cells, answer="one")))) == 41


def test_random_ids_are_told_apart_by_their_capitals() -> None:
    """Where most ids mix capitals, they mean something: nothing is joined, nothing asked."""
    customers = who("cus_Nx3aB", "cus_nX3Ab", "cus_Qq7Lm", "cus_9HfGa")

    assert len(set(names(customers))) == 4
    assert customers.verdict.spellings == ()


def test_emails_are_one_in_any_capitals() -> None:
    """Also under a header that does not say e-mail."""
    assert len(set(names(who("Ann@x.com", "ann@X.com", "ann@x.com", "C1")))) == 2


def test_ids_that_lost_their_zeros_are_one_customer() -> None:
    """00042 and 42, where all padded ids have one length."""
    customers = who("00042", "00007", 42, "7", "12345", 9)

    assert names(customers) == ["00042", "00007", "00042", "00007", "12345", "00009"]
    assert [
        (spelling.kind, spelling.groups, spelling.is_sure) for spelling in customers.verdict.spellings
    ] == [("zeros", 2, True)]


def test_zeros_of_several_lengths_are_asked_about() -> None:
    """042 and 0042 may be two customers."""
    [seen] = who("042", "0042", "42").verdict.spellings

    assert (seen.kind, seen.groups, seen.is_sure) == ("zeros", 1, False)


def test_phone_numbers_in_several_spellings_are_one() -> None:
    """With blanks, dashes, 00 for the plus, or the national zero where one number ends so."""
    customers = who(
        "+49 151 7000020", "0049151/7000020", "0151 7000020", "491517000020", "+491517000020", "+43 664 1234567",
        header="Telefon",
    )  # fmt: skip

    assert len(set(names(customers))) == 2
    assert [(spelling.kind, spelling.groups) for spelling in customers.verdict.spellings] == [("phones", 1)]


def test_a_national_number_of_two_countries_is_its_own() -> None:
    """It ends two international numbers, so neither may claim it."""
    customers = who("+49 151 7000020", "+43 151 7000020", "0151 7000020", header="phone")

    assert len(set(names(customers))) == 3


@pytest.mark.parametrize(
    "ids",
    [
        ["4.90151E+11", "4.90152E+11"],
        ["4,90151E+11"],
        ["4E+11", "C1"],
        [f"{number}000000" for number in range(490_151, 490_160)],
        [f"123456789012{number}0" for number in range(345, 350)]
        + [f"123456789012{number}0" for number in range(350, 360)],
    ],
    ids=["scientific", "with a comma", "one of two", "written out", "sixteen digits"],
)
def test_rounded_ids_are_refused_with_the_repair(ids: list[str]) -> None:
    """The digits that told customers apart are gone: nothing can be made of it but a wrong list."""
    with pytest.raises(TrainingDataError, match="made rounded numbers of long ids"):
        refuse_rounded(ids, "customer_id")


@pytest.mark.parametrize(
    "ids",
    [["490151123456", "490151123457"], ["1000000", "2000000"], ["1E5", "2E10"], ["C1"], []],
    ids=["long", "short", "letters", "plain", "none"],
)
def test_whole_ids_are_not(ids: list[str]) -> None:
    """Long ids with all their digits, short round ones, and codes with an E."""
    assert rounded_ids(ids) == []


def test_an_address_as_mail_programs_write_it_is_the_address() -> None:
    """Ann is one customer however her address was copied."""
    text = """Customer email,Date,Amount
        ann@x.org,2025-01-02,10
        Ann Lee <ann@x.org>,2025-01-03,20
        mailto:ann@x.org,2025-01-04,30
        <ANN@x.org>,2025-01-05,40"""

    assert bought(text) == {"ann@x.org": (4, 100)}
