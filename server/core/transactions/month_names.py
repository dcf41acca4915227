"""Names of months and weekdays in the languages of Unicode's CLDR, as Babel brings them.

Babel is imported where a name is not English: that takes a third of a second, once.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

Languages = frozenset[str]
Months = Mapping[int, Languages]
"""Which month a name stands for, 1 to 12, in which languages; 0 is a weekday, or a word that dates bear."""

_ENGLISH = (
    "january february march april may june july august september october november december".split(),
    "monday tuesday wednesday thursday friday saturday sunday".split(),
)
_LANGUAGES = """
en de de_AT fr es es_MX it pt pt_PT nl sv da nb nn fi is pl cs sk sl hr sr sr_Latn bs mk sq hu ro bg ru uk be el tr
az et lv lt ga cy ca gl eu af id ms fil sw kk ka hy he ar fa hi bn ta th
""".split()
_OTHERS = {"mrz": 3, "maerz": 3, "jaenner": 1, "feber": 2, "sept": 9, "juni": 6, "juli": 7}
_FILLERS = frozenset(
    """
    st nd rd th º ª er de del d of den the at on um uhr kl klo à às a las o am pm el le dne г р року год года gada
    m й го e di το στις i ngày năm gmt utc z est edt cst cdt mst mdt pst pdt cet cest bst jst ist พ ศ น
    """.split()
)
"""Words that stand in dates beside month and weekday."""
_ANY: Languages = frozenset({"*"})
_SHORTEST = 3


def months_of(word: str) -> Months:
    """Return the months that a word may mean; none for an unknown word.

    >>> sorted(months_of("März")), sorted(months_of("kwietnia")), sorted(months_of("Friday")), months_of("soon")
    ([3], [4], [0], {})
    >>> {month: sorted(languages) for month, languages in months_of("listopad").items()}
    {11: ['cs', 'pl'], 10: ['hr']}
    """
    key = _key(word)
    english = _english().get(key)
    if english is not None:
        return {english: _ANY}
    if key in _FILLERS:
        return {0: _ANY}
    return _all_names().get(key) or _all_names().get(_without_accents(key)) or _beginning(key)


@lru_cache(maxsize=1)
def _english() -> dict[str, int]:
    months, days = _ENGLISH
    named = {name: number for number, name in enumerate(months, 1)} | dict.fromkeys(days, 0)
    return {name[:3]: number for name, number in named.items()} | named | {"sept": 9}


@lru_cache(maxsize=1)
def _all_names() -> dict[str, dict[int, Languages]]:
    meanings: dict[str, dict[int, Languages]] = {}

    def note(key: str, number: int, language: str) -> None:
        meant = meanings.setdefault(key, {})
        meant[number] = meant.get(number, frozenset()) | {language}

    named = list(_named())
    for name, number, language in named:
        note(_key(name), number, language)
    for name, number in _OTHERS.items():
        meanings.setdefault(name, {number: _ANY})
    exact = set(meanings)
    for name, number, language in named:  # accents are often left out
        if (bare := _without_accents(_key(name))) not in exact:
            note(bare, number, language)
    # "mar" is also a Tuesday, in Spanish as in French: a month goes first
    return {
        key: {n: who for n, who in meant.items() if n or len(meant) == 1} for key, meant in meanings.items()
    }


def _named() -> Iterator[tuple[str, int, str]]:
    from babel import Locale

    for language in _LANGUAGES:
        known = Locale.parse(language)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in known.months[context][width].items():
                    yield name.removeprefix("de "), number, language
                    if language == "he":
                        yield f"ב{name}", number, language  # "in March"
                for name in known.days[context][width].values():
                    yield name, 0, language


def _beginning(key: str) -> Months:
    """Return the months whose names begin so, as lists cut them (juil, sett); nothing where one language has two."""
    if len(key) < _SHORTEST:
        return {}
    months: dict[int, Languages] = {}
    begun = [meant for name, meant in _all_names().items() if name.startswith(key)]
    for number, languages in (pair for meant in begun for pair in meant.items()):
        if number:
            months[number] = months.get(number, frozenset()) | languages
    pairs = itertools.combinations(months.values(), 2)
    return {} if any(one & other for one, other in pairs) else months


def _key(name: str) -> str:
    """Return a name in the form in which equal ones are equal; Thai names lose the dots inside them."""
    return unicodedata.normalize("NFC", name).casefold().replace(".", "").strip()


def _without_accents(name: str) -> str:
    parts = unicodedata.normalize("NFD", name)
    return "".join(part for part in parts if not "\u0300" <= part <= "\u036f")
