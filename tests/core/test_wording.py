"""Numbers and dates inside sentences follow the spreadsheet's locale."""

from __future__ import annotations

import datetime as dt
import math
import subprocess
import sys

import pytest

from server.core.wording import SHEET_DIGITS, Wording

DAY = dt.date(2026, 3, 4)


@pytest.mark.parametrize(
    ("locale", "number", "date"),
    [
        ("en_US", "12,345", "Mar 4, 2026"),
        ("en_GB", "12,345", "4 Mar 2026"),
        ("de_DE", "12.345", "04.03.2026"),
        ("de_CH", "12’345", "04.03.2026"),
        ("fr_FR", "12\u202f345", "4 mars 2026"),
        ("no_NO", "12\u00a0345", "4. mars 2026"),
        ("pt_BR", "12.345", "4 de mar. de 2026"),
        ("", "12,345", "Mar 4, 2026"),
        ("xx_YY", "12,345", "Mar 4, 2026"),
        ("../de", "12,345", "Mar 4, 2026"),
    ],
)
def test_each_locale_has_its_signs(locale: str, number: str, date: str) -> None:
    """Also one that Babel knows by another name; what nobody knows is en_US. As Unicode's CLDR has them."""
    wording = Wording(locale)

    assert (wording.number(12_345), wording.date(DAY)) == (number, date)


@pytest.mark.parametrize(
    ("locale", "decimal", "percent"),
    [
        ("en_US", "1,234,567.50", "12.5%"),
        ("de_DE", "1.234.567,50", "12,5\u00a0%"),
        ("fr_FR", "1\u202f234\u202f567,50", "12,5\u00a0%"),
        ("hi_IN", "12,34,567.50", "12.5%"),
        ("tr_TR", "1.234.567,50", "%12,5"),
    ],
)
def test_digits_behind_the_sign_and_percentages_have_the_form_of_the_locale(
    locale: str, decimal: str, percent: str
) -> None:
    """Where it stands, and how it is set apart, too: by CLDR India groups by two digits, Turkey puts % before."""
    wording = Wording(locale)

    assert wording.decimal(1_234_567.5, 2) == decimal
    assert wording.percent(0.125, 1) == percent


def test_india_groups_by_two() -> None:
    """A hundred thousand is one lakh."""
    assert Wording("hi_IN").number(100_000) == "1,00,000"


@pytest.mark.parametrize("locale", ["ar_EG", "fa_IR", "hi_IN", "my_MM"])
def test_digits_are_those_of_the_sentence(locale: str) -> None:
    """The sentences are English, so that a locale's own digits would stand there alone."""
    assert [c for c in Wording(locale).number(9_876_543_210) if c.isdecimal()] == list("9876543210")


@pytest.mark.parametrize(
    ("value", "six", "all_digits"),
    [
        (0, "0", "0"),
        (7.0, "7", "7"),
        (999.5, "999,5", "999,5"),
        (1_234_567.25, "1.234.570", "1.234.567,25"),
        (-0.5, "-0,5", "-0,5"),
        (0.1 + 0.2, "0,3", "0,3"),
        (36_501, "36.501", "36.501"),
        (1.5e300, "1,5e+300", "1,5e+300"),
        (1e-9, "1e-09", "1e-09"),
        (math.inf, "inf", "inf"),
        (math.nan, "nan", "nan"),
    ],
    ids=str,
)
def test_a_number_of_any_size_is_told_by_its_first_digits(value: float, six: str, all_digits: str) -> None:
    """Written out where that can be read, else in powers of ten, with the locale's decimal sign."""
    wording = Wording("de_DE")

    assert (wording.significant(value), wording.significant(value, SHEET_DIGITS)) == (six, all_digits)


def test_whole_numbers_of_three_digits_import_nothing() -> None:
    """They look the same everywhere; the next one asks Babel."""
    script = (
        "import sys; from server.core.wording import Wording; w = Wording('de_DE');"
        "told = [w.number(999), w.number(12.0), w.counted(0, 'row'), w.significant(250.0)];"
        "first = 'babel' in sys.modules; w.number(1000);"
        "print(*told, first, 'babel' in sys.modules)"
    )

    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert finished.stdout.split() == ["999", "12", "0", "Zeilen", "250", "False", "True"]


def test_english_loads_no_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scored row of an English spreadsheet pays nothing for translations."""
    monkeypatch.setattr(
        "server.core.wording._catalog", lambda language: pytest.fail(f"{language} was loaded")
    )

    assert Wording("en_GB").say("customers") == "customers"
    assert Wording("it_IT").counted(2, "order") == "2 orders"


def test_no_text_is_no_text_in_every_language() -> None:
    """The catalogs' entry of no text, which names their language, is never said."""
    assert [Wording(locale).say("") for locale in ("en_US", "de_DE", "fr_FR", "es_ES")] == [""] * 4
