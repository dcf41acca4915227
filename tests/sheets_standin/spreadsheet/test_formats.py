"""What a cell displays. Expected texts are Google's own examples, or follow from its rules by hand.

GUIDE: developers.google.com/workspace/sheets/api/guides/formats (tables of tokens and of examples).
REFERENCE: the text of NumberFormatType in the API's discovery document.
CLDR: the chart of a locale's number and date patterns.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_standin.spreadsheet.cells import Cell, Fault
from sheets_standin.spreadsheet.entry import entered
from sheets_standin.spreadsheet.formats import displayed, shown
from sheets_standin.spreadsheet.moments import serial


def wall(*parts: int) -> float:
    return serial(dt.datetime(*parts))  # type: ignore[arg-type]  # noqa: DTZ001 - a sheet's moments have no zone


APRIL = wall(2016, 4, 5, 16, 8, 53, 528_000)
"""Tuesday, April 5, 2016, 4:08:53.528 PM: the guide's moment."""

ELAPSED = (3 * 3600 + 13 * 60 + 41.255) / 86_400
"""The guide's 3 hours, 13 minutes, 41.255 seconds."""


def under(value: object, pattern: str, kind: str = "NUMBER", locale: str = "en_US") -> str:
    return shown(value, {"type": kind, "pattern": pattern}, locale)


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (APRIL, "h:mm:ss.00 a/p", "4:08:53.53 p"),
        (APRIL, 'hh:mm A/P".M."', "04:08 P.M."),
        (APRIL, "yyyy-mm-dd", "2016-04-05"),
        (APRIL, r"mmmm d \[dddd\]", "April 5 [Tuesday]"),
        (APRIL, "h PM, ddd mmm dd", "4 PM, Tue Apr 05"),
        (APRIL, "dddd, m/d/yy at h:mm", "Tuesday, 4/5/16 at 16:08"),
        (ELAPSED, "[hh]", "03"),
        (ELAPSED, "[mmmm]", "0193"),
        (ELAPSED, "[ss]", "11621"),
        (ELAPSED, "[hh]:[mm]:[ss].000", "03:13:41.255"),
        (ELAPSED, "[mmmm]:[ss].000", "0193:41.255"),
        (12345.125, "####.#", "12345.1"),
        (12.34, "000.0000", "012.3400"),
        (12, "#.0#", "12.0"),
        (12000, "#,###", "12,000"),
        (1230000, '0.0,,"M"', "1.2M"),
        (1234500000, "0.00e+00", "1.23e+09"),
        (123114.15115, '###0.000;"TEXT: "_(@_)', "123114.151"),
        ("MyText", '###0.000;"TEXT: "_(@_)', "TEXT:  MyText "),
        (1234, "[Blue]#,##0;[Red]#,##0;[Green]0.0;[Magenta]_(@_)", "1,234"),
        (-1234, "[Blue]#,##0;[Red]#,##0;[Green]0.0;[Magenta]_(@_)", "1,234"),
        (0, "[Blue]#,##0;[Red]#,##0;[Green]0.0;[Magenta]_(@_)", "0.0"),
        ("MyText", "[Blue]#,##0;[Red]#,##0;[Green]0.0;[Magenta]_(@_)", " MyText "),
        (1005, '[>1000]"HIGH";[Color43][<=100]"LOW";0000', "HIGH"),
        (32, '[>1000]"HIGH";[Color43][<=100]"LOW";0000', "LOW"),
        (527, '[>1000]"HIGH";[Color43][<=100]"LOW";0000', "0527"),
        (3, "00.0", "03.0"),
        (12, "##0", "12"),
        (12.4, "???.???", " 12.4  "),
        (3, "#0.#", "3."),
        (0.25, "#%", "25%"),
        (12200000, "#0.0,,", "12.2"),
        (0.0000001, "##0.00#E+##", "100.00E-9"),
        (23.25, "0 #/#", "23 1/4"),
        (23.25, "0 #/8", "23 2/8"),
        (23.1, "0 #/3", "23"),
        (10, r"\#0", "#10"),
    ],
)
def test_the_guides_examples(value: object, pattern: str, text: str) -> None:
    """Every example of Google's guide is shown as the guide shows it (blanks for _ and ? kept)."""
    assert under(value, pattern) == text


def test_a_fraction_keeps_the_width_of_its_places() -> None:
    """The guide's 5.125 under "# ???/???": a question mark is a blank where there is no digit."""
    assert under(5.125, "# ???/???").split() == ["5", "1/8"]
    assert len(under(5.125, "# ???/???")) == len("5 ???/???")


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("NUMBER", 1000.12, "1,000.12"),
        ("PERCENT", 0.1012, "10.12%"),
        ("CURRENCY", 1000.12, "$1,000.12"),
        ("DATE", wall(2008, 9, 26), "9/26/2008"),
        ("TIME", wall(2008, 9, 26, 15, 59), "3:59:00 PM"),
        ("DATE_TIME", wall(2008, 9, 26, 15, 59), "9/26/2008 15:59:00"),
        ("SCIENTIFIC", 1010, "1.01E+03"),
        ("TEXT", 1000.12, "1000.12"),
        ("NUMBER_FORMAT_TYPE_UNSPECIFIED", 1000.12, "1000.12"),
    ],
)
def test_a_type_without_pattern_has_the_references_default(kind: str, value: float, text: str) -> None:
    """Each type alone shows the example that REFERENCE gives for it."""
    assert shown(value, {"type": kind}) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.3333333333"),
        (3.141592653589793, "3.141592654"),
        (0.1 + 0.2, "0.3"),
        (1 / 1024, "0.0009765625"),
        (1234.5, "1234.5"),
        (-0.5, "-0.5"),
        (-0.0, "0"),
        (123456789012, "123456789012"),
        (123456789012.75, "123456789013"),
        (10**14, "100000000000000"),
        (10**15, "1E+15"),
        (1e20, "1E+20"),
        (2**53, "9.0072E+15"),
        (123456789012345678, "1.23457E+17"),
        (2**-52, "2.22045E-16"),
        (float("inf"), "inf"),
    ],
)
def test_a_number_without_format_shows_ten_digits(value: float, text: str) -> None:
    """Ten significant digits, all digits of whole numbers below 1E+15, six of what is larger or tiny."""
    assert displayed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.675, "2.68"), (1.005, "1.01"), (0.125, "0.13"), (-0.125, "-0.13"), (1e300, "1" + "0" * 300 + ".00")],
)
def test_rounding_is_half_up_of_the_digits_one_sees(value: float, text: str) -> None:
    """The double next to 2.675 lies below it, but a person sees 2.675."""
    assert under(value, "0.00") == text


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (-3.5, '"$"#,##0.00', "-$3.50"),
        (-3.5, '"$"#,##0.00;("$"#,##0.00)', "($3.50)"),
        (1234.5, '_("$"* #,##0.00_)', " $1,234.50 "),
        (5, "[$€-407]0.00", "€5.00"),
        (12345, "0,", "12"),
        (9.995, "0.00E+00", "1.00E+01"),
        (0, "0.00E+00", "0.00E+00"),
        (0.5, "# ?/?", " 1/2"),
        (1.999, "# ?/?", "2"),
        (99, '0 "kg"', "99 kg"),
        (5, "# days", "5 days"),
        (float("nan"), "yyyy", "nan"),
        (7, "@", "7"),
        (7, "General", "7"),
        (5, '[<1]"a";[<2]"b"', "#"),
        (wall(2020, 1, 1, 0, 30), "M/d h:mm am/pm", "1/1 12:30 AM"),
        (-0.5, "[h]:mm", "-12:00"),
        (43831, "mmmmm yy", "J 20"),
        (3e9, "yyyy", "3000000000"),
        ("text", "0.00", "text"),
    ],
)
def test_patterns_beyond_the_examples(value: object, pattern: str, text: str) -> None:
    """Literals between digits, minus signs, currencies in brackets, scaling, midnight, what no calendar holds."""
    assert under(value, pattern) == text


@pytest.mark.parametrize(
    ("locale", "kind", "value", "text"),
    [
        ("de_DE", "CURRENCY", 1234.5, "1.234,50\u00a0€"),
        ("fr_FR", "NUMBER", 1234.5, "1\u202f234,50"),
        ("en_GB", "CURRENCY", 1234.5, "£1,234.50"),
        ("pt_BR", "CURRENCY", 1234.5, "R$\u00a01.234,50"),
        ("ja_JP", "CURRENCY", 1234, "¥1,234"),
        ("de_DE", "DATE", 43832, "02.01.2020"),
        ("en_GB", "DATE", 43832, "02/01/2020"),
        ("nl_NL", "DATE", 43832, "02-01-2020"),
        ("pl_PL", "DATE", 43832, "2.01.2020"),
        ("ja_JP", "DATE", 43832, "2020/01/02"),
        ("es_ES", "", 1.5, "1,5"),
        ("xx_XX", "DATE", 43832, "1/2/2020"),
    ],
)
def test_the_locale_decides_signs_and_order(locale: str, kind: str, value: float, text: str) -> None:
    """Decimal sign, grouping, currency and the order of a date are CLDR's for the locale; en_US if unknown."""
    assert shown(value, {"type": kind}, locale) == text


def test_months_and_days_are_named_in_the_locales_language() -> None:
    """Thursday, 2 January 2020, in German and French."""
    assert under(43832, "dddd, d. mmmm yyyy", "DATE", "de_DE") == "Donnerstag, 2. Januar 2020"
    assert under(43832, "ddd d mmm yyyy", "DATE", "fr_FR") == "jeu. 2 janv. 2020"


def test_what_is_no_number_is_shown_as_it_is() -> None:
    """Booleans in capitals, a failure by its sign, nothing as nothing."""
    assert [displayed(content) for content in (True, False, None, "x")] == ["TRUE", "FALSE", "", "x"]
    assert displayed(Cell(Fault("DIVIDE_BY_ZERO"), formula="=1/0")) == "#DIV/0!"


def test_a_formulas_format_gives_way_to_the_cells_own() -> None:
    """What a result brings holds only for a formula in a cell without a format."""
    brought = {"type": "DATE"}
    own = {"numberFormat": {"type": "NUMBER", "pattern": "0"}}

    assert displayed(Cell(43832, formula="=A1", inferred=brought)) == "1/2/2020"
    assert displayed(Cell(43832, formula="=A1", inferred=brought, format=own)) == "43832"
    assert displayed(Cell(43832, note="n", inferred=brought)) == "43832"


@given(
    st.integers(-(10**14), 10**14) | st.decimals("-99999", "99999", places=4).map(float),
    st.sampled_from(["en_US", "de_DE", "fr_FR", "pl_PL", "en_IN", "ja_JP"]),
    st.sampled_from(["", "#,##0.0000", "0.0000", "0.0000;-0.0000"]),
)
def test_what_is_displayed_reads_back_as_the_same_number(value: float, locale: str, pattern: str) -> None:
    """Typing the text that a number is displayed as gives the number again."""
    text = shown(value, {"pattern": pattern} if pattern else None, locale)

    read = entered(text, locale)

    assert (read.value if isinstance(read, Cell) else read) == value


@given(st.text(max_size=20), st.floats(allow_nan=True) | st.text(max_size=5) | st.booleans() | st.none())
def test_no_pattern_breaks_the_display(pattern: str, value: object) -> None:
    """Any pattern over any value gives some text."""
    assert isinstance(under(value, pattern), str)


@given(
    st.text('0#?,.%/E+-@;[]<>=dmyhs:ap_*\\" $', max_size=15),
    st.floats(allow_nan=False) | st.integers(-(10**6), 10**6),
)
def test_no_pattern_of_tokens_breaks_the_display(pattern: str, value: float) -> None:
    """The same with patterns made of tokens only."""
    assert isinstance(under(value, pattern), str)
