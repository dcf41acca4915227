"""Texts that a person reads, marked here and translated where the reader's language is known.

An English text is its own key. `Wording.say` of server/core/wording.py tells it in the language of the spreadsheet;
what is written where no language is known (a table of titles, an error that is raised deep below) is marked with
`to_say`. server/core/texts/ holds the translations, one file a language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class Text(str):
    """English text that remembers its key and values, so that it can be translated later.

    Attributes
    ----------
    key
        The English text with its placeholders.
    values
        What stands in them, by name; texts among them are translated too.
    """

    key: str
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Count:
    """Whole number in a text, formatted by the reader's locale.

    >>> str(Count(1200))
    '1,200'
    """

    value: int

    def __str__(self) -> str:
        """Return it in English."""
        return f"{self.value:,}"


@dataclass(frozen=True, slots=True)
class Amount:
    """Amount in a text, with two decimals by the reader's locale, or as many as are named.

    >>> str(Amount(1200)), str(Amount(1.25, 3))
    ('1,200.00', '1.250')
    """

    value: float
    digits: int = 2

    def __str__(self) -> str:
        """Return it in English."""
        return f"{self.value:,.{self.digits}f}"


@dataclass(frozen=True, slots=True)
class Counted:
    """A whole number in a text with what it counts; see `counted`."""

    value: int
    noun: str

    def __str__(self) -> str:
        """Return it in English."""
        return f"{self.value:,} {self.noun}{'s' * (self.value != 1)}"


def counted(number: int, noun: str) -> Counted:
    """Return a number with what it counts, to be written later; both forms of the noun are texts to translate.

    >>> str(counted(1, "row")), str(counted(1200, "row"))
    ('1 row', '1,200 rows')
    """
    return Counted(number, noun)


def to_say(text: str, /, **values: object) -> Text:
    """Return an English text to be translated later.

    Parameters
    ----------
    text
        Its placeholders are names in braces, one for each value.
    values
        What stands in them: texts, `Count` and `Amount` among them are written in the reader's language later.

    Raises
    ------
    KeyError
        If a placeholder has no value.

    Examples
    --------
    >>> to_say("There is no tab {tab}.", tab="Settings")
    'There is no tab Settings.'
    """
    said = Text(filled(text, values))
    said.key, said.values = text, values
    return said


def as_said(text: str) -> Text:
    """Return a text that is in the reader's language already, or holds words of theirs alone."""
    said = Text(text)
    said.key, said.values = text, {}
    return said


def joined(separator: str, parts: Iterable[str]) -> Text:
    """Return texts as one, with a sign between them.

    >>> joined("; ", ["a {b}", "c"])
    'a {b}; c'
    """
    values: dict[str, object] = {f"part{number}": part for number, part in enumerate(parts)}
    return to_say(separator.join(f"{{{name}}}" for name in values), **values)


def in_english(value: object) -> str:
    """Return a text that nobody has translated, where msgspec asks what it is.

    >>> import msgspec
    >>> msgspec.json.encode([to_say("customers")], enc_hook=in_english)
    b'["customers"]'

    Raises
    ------
    TypeError
        If it is none.
    """
    if isinstance(value, Text):
        return str(value)
    raise TypeError(f"Objects of type {type(value).__name__} are no JSON.")


def filled(text: str, values: dict[str, object]) -> str:
    """Return a text with its placeholders filled in."""
    return text.format(**values) if values else text
