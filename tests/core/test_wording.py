"""Numbers and dates inside sentences follow the spreadsheet's locale."""

from __future__ import annotations

import datetime as dt

import pytest

from server.core.wording import Wording

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
