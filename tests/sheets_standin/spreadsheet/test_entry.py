"""What typed text becomes.

Sources. RECORDED: seen in answers of the real service, as the project's notes on Google tell. REFERENCE: the API's
discovery document (ValueInputOption: "Mar 1 2016" becomes a date, "=1+2" a formula, "$100.15" a number with currency
formatting). REPORTED: told by users of public client libraries in their issues. PLAIN: the simplest reading,
where no source decides.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_standin.spreadsheet.cells import Cell
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.entry import entered
from sheets_standin.spreadsheet.formats import displayed

DAY = dt.date(2026, 3, 4)


def read(text: str, locale: str = "en_US") -> tuple[object, str, str]:
    """Return value (or formula), the number format's type and its pattern."""
    cell = entered(text, locale, today=lambda: DAY)
    if not isinstance(cell, Cell):
        return cell, "", ""
    form = (cell.format or {}).get("numberFormat", {})
    return cell.formula or cell.value, form.get("type", ""), form.get("pattern", "")


def day(year: int, month: int, number: int) -> int:
    return (dt.date(year, month, number) - dt.date(1899, 12, 30)).days


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0042", 42),  # RECORDED
        ("0123456", 123456),  # RECORDED
        ("-5", -5),
        ("+5", 5),
        (" 7 ", 7),
        (".5", 0.5),
        ("5.", 5),
        ("1.50", 1.5),
        ("-0", 0),
        ("(5)", -5),
        ("9007199254740993", 2.0**53),
        ("true", True),
        ("FALSE", False),
    ],
)
def test_plain_numbers_and_booleans_bring_no_format(text: str, value: object) -> None:
    """Signs, leading zeros and blanks around go; whole numbers are integers."""
    assert read(text) == (value, "", "")
    assert type(read(text)[0]) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "3_1_0",  # RECORDED
        "1e400",
        "1e",
        "--5",
        "1,,23",
        ",5",
        "5,",
        "1 2",
        "1.2.3",
        "NaN",
        "inf",
        "٣",
        "yes",
        "-foo",
        "=",
        "+",
        "$",
        "%",
        "€3",  # REPORTED: a currency that is not the locale's stays text
        "2020-01-01T10:30:00",
        "2/30/2020",
        "13/1/2020",
        "10:75",
        "13:00 pm",
        "2020-01-01 25:00",
        " padded ",
        "two\nlines",
        "March",
        "1" * 101,
    ],
)
def test_what_is_nothing_else_stays_text(text: str) -> None:
    """Text is kept to the letter, blanks and line ends included."""
    assert read(text) == (text, "", "")


def test_an_apostrophe_makes_text_and_is_no_part_of_it() -> None:
    """It is the sign for text; alone, or with nothing typed, the cell is empty."""
    assert read("'0042")[0] == "0042"
    assert read("'=A1")[0] == "=A1"
    assert read("''x")[0] == "'x"
    assert entered("'") is None
    assert entered("") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2,000,000.01", (2000000.01, "NUMBER", "#,##0.00")),  # RECORDED: keeps its grouping
        ("1,000", (1000, "NUMBER", "#,##0")),
        ("12345678,2", (123456782, "NUMBER", "#,##0")),  # REPORTED
        ("$100.15", (100.15, "CURRENCY", '"$"#,##0.00')),  # REFERENCE
        ("$3.50", (3.5, "CURRENCY", '"$"#,##0.00')),
        ("$3", (3, "CURRENCY", '"$"#,##0')),
        ("-$3.50", (-3.5, "CURRENCY", '"$"#,##0.00')),
        ("$-3.50", (-3.5, "CURRENCY", '"$"#,##0.00')),
        ("($1,000)", (-1000, "CURRENCY", '"$"#,##0')),
        ("50%", (0.5, "PERCENT", "0%")),
        ("12.5%", (0.125, "PERCENT", "0.00%")),
        ("-5 %", (-0.05, "PERCENT", "0%")),
        ("0.07%", (0.0007, "PERCENT", "0.00%")),
        ("1e5", (100000, "SCIENTIFIC", "0.00E+00")),
        ("1.5E-3", (0.0015, "SCIENTIFIC", "0.00E+00")),
    ],
)
def test_what_numbers_look_like_becomes_their_format(text: str, expected: tuple[object, str, str]) -> None:
    """Grouping, currency, percent and exponent bring a type and a pattern; a percentage is exact."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-01-01", (43831, "DATE", "yyyy-mm-dd")),  # RECORDED
        ("2020-1-2", (43832, "DATE", "yyyy-mm-dd")),
        ("1/2/2020", (43832, "DATE", "m/d/yyyy")),
        ("01/02/2020", (43832, "DATE", "m/d/yyyy")),
        ("1-2-2020", (43832, "DATE", "m-d-yyyy")),
        ("1/2/20", (43832, "DATE", "m/d/yy")),
        ("1/2/30", (day(1930, 1, 2), "DATE", "m/d/yy")),
        ("1/2/29", (day(2029, 1, 2), "DATE", "m/d/yy")),
        ("1/2", (day(2026, 1, 2), "DATE", "m/d")),
        ("Mar 1 2016", (day(2016, 3, 1), "DATE", "mmm d yyyy")),  # REFERENCE
        ("Jan 2, 2020", (43832, "DATE", "mmm d, yyyy")),
        ("january 2, 2020", (43832, "DATE", "mmmm d, yyyy")),
        ("2-Jan-2020", (43832, "DATE", "d-mmm-yyyy")),
        ("2 Jan 20", (43832, "DATE", "d mmm yy")),
        ("2-Jan", (day(2026, 1, 2), "DATE", "d-mmm")),
        ("Jan 2", (day(2026, 1, 2), "DATE", "mmm d")),
        ("Jan 2020", (43831, "DATE", "mmm yyyy")),
        ("Thursday, January 2, 2020", (43832, "DATE", "dddd, mmmm d, yyyy")),
        ("10:30", (0.4375, "TIME", "h:mm")),
        ("10:30 PM", (0.9375, "TIME", "h:mm am/pm")),
        ("12 am", (0, "TIME", "h am/pm")),
        ("12:30 pm", (12.5 / 24, "TIME", "h:mm am/pm")),
        ("06:00:36", (6.01 / 24, "TIME", "h:mm:ss")),
        ("00:00:00.432", (0.432 / 86400, "TIME", "h:mm:ss.000")),
        ("36:00:00", (1.5, "TIME", "[h]:mm:ss")),
        ("2020-01-01 12:00", (43831.5, "DATE_TIME", "yyyy-mm-dd h:mm")),
        ("2020-01-01 06:00:00", (43831.25, "DATE_TIME", "yyyy-mm-dd h:mm:ss")),
        ("1/2/2020 6:00 PM", (43832.75, "DATE_TIME", "m/d/yyyy h:mm am/pm")),
        ("Jan 2, 2020 12:00", (43832.5, "DATE_TIME", "mmm d, yyyy h:mm")),
    ],
)
def test_dates_and_times_keep_the_shape_they_are_typed_in(
    text: str, expected: tuple[object, str, str]
) -> None:
    """The serial number counts days since 1899-12-30; hours lose their leading zero (REPORTED)."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("=1+2", "=1+2"),  # REFERENCE
        ("=SUM(A1:A2)", "=SUM(A1:A2)"),
        ("+1+2", "=+1+2"),  # REPORTED: what begins with + and is no number is a formula
        ("+49 (30) 123", "=+49 (30) 123"),
    ],
)
def test_formulas(text: str, formula: str) -> None:
    """An equals sign, or a plus sign before what is no number, begins a formula."""
    assert read(text) == (formula, "", "")


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        ("de_DE", "1.234,5", (1234.5, "NUMBER", "#,##0.00")),
        ("de_DE", "1234,5", (1234.5, "", "")),
        ("de_DE", "3,50 €", (3.5, "CURRENCY", '#,##0.00\\\u00a0"€"')),
        ("de_DE", "1.5", (day(2026, 5, 1), "DATE", "dd.mm")),
        ("de_DE", "2.1.2020", (43832, "DATE", "dd.mm.yyyy")),
        ("de_DE", "2. Januar 2020", (43832, "DATE", "d. mmmm yyyy")),
        ("de_DE", "12,5%", (0.125, "PERCENT", "0.00%")),
        ("fr_FR", "1 234,5", (1234.5, "NUMBER", "#,##0.00")),
        ("fr_FR", "2/1/2020", (43832, "DATE", "dd/mm/yyyy")),
        ("fr_FR", "1.5", ("1.5", "", "")),
        ("fr_FR", "2 janv. 2020", (43832, "DATE", "d mmm yyyy")),
        ("en_GB", "13/1/2020", (day(2020, 1, 13), "DATE", "dd/mm/yyyy")),
        ("en_GB", "£3.50", (3.5, "CURRENCY", '"£"#,##0.00')),
        ("en_GB", "$3", ("$3", "", "")),
        ("es_ES", "2 de enero de 2020", (43832, "DATE", 'd" de "mmmm" de "yyyy')),
        ("it_IT", "2 gen 2020", (43832, "DATE", "d mmm yyyy")),
        ("pt_BR", "R$ 3,50", (3.5, "CURRENCY", '"R$"\\\u00a0#,##0.00')),
        ("nl_NL", "2-1-2020", (43832, "DATE", "dd-mm-yyyy")),
        ("pl_PL", "3,50 zł", (3.5, "CURRENCY", '#,##0.00\\\u00a0"zł"')),
        ("ja_JP", "¥300", (300, "CURRENCY", '"¥"#,##0')),
        ("ja_JP", "2020/1/2", (43832, "DATE", "yyyy/mm/dd")),
        ("en_IN", "₹1,00,000", (100000, "CURRENCY", '"₹"#,##0')),
    ],
)
def test_the_locale_decides_how_text_is_read(
    locale: str, text: str, expected: tuple[object, str, str]
) -> None:
    """Decimal sign, grouping, order of a date, month names and currency are the locale's."""
    assert read(text, locale) == expected


@pytest.mark.slow
@given(st.text(max_size=30), st.sampled_from(["en_US", "de_DE", "fr_FR", "ja_JP", "xx"]))
def test_any_text_becomes_something(text: str, locale: str) -> None:
    """No text is refused, and what is kept as text is kept to the letter."""
    content = entered(text, locale)

    assert displayed(content, locale) is not None
    if isinstance(content, str):
        assert content == text or "'" + content == text


@given(st.text("0123456789,.-/: +$%eE()'JanFebAPM", max_size=16))
def test_text_that_looks_like_numbers_and_dates_becomes_something(text: str) -> None:
    """The same with the signs that numbers and dates are made of."""
    displayed(entered(text))


def typed(former: object, text: str, *, locale: str = "en_US") -> Cell:
    cell = Document("id", locale=locale).typed(former, text)  # type: ignore[arg-type]
    return cell if isinstance(cell, Cell) else Cell(cell)


def test_a_documents_locale_decides_its_typing() -> None:
    """The same text is 1.5 in one spreadsheet and the first of May in another."""
    assert typed(None, "1.5").value == 1.5
    assert typed(None, "1.5", locale="de_DE").format == {"numberFormat": {"type": "DATE", "pattern": "dd.mm"}}


def test_a_cells_number_format_outlives_typing() -> None:
    """A format that the cell has stays; one that the text brings comes only into a cell without."""
    percent = Cell(0.5, format={"numberFormat": {"type": "PERCENT", "pattern": "0%"}})

    assert typed(percent, "$3").format == percent.format
    assert typed(Cell(1, format={"textFormat": {"bold": True}}), "50%").format == {
        "textFormat": {"bold": True},
        "numberFormat": {"type": "PERCENT", "pattern": "0%"},
    }


def test_a_cell_of_plain_text_takes_everything_as_text() -> None:
    """In a cell whose format is TEXT neither numbers nor formulas are read."""
    plain = Cell(format={"numberFormat": {"type": "TEXT", "pattern": "@"}})

    assert typed(plain, "0042").value == "0042"
    assert (typed(plain, "=1+1").value, typed(plain, "=1+1").formula) == ("=1+1", None)
