"""What the words of a source's status column mean: as declared, as known, else refused by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from server.core.transactions.headers import plain
from server.core.transactions.meanings import Meaning
from server.core.transactions.status_words import MOST_WORDS
from server.core.transactions.statuses import EMPTY, is_document, meaning_of
from server.errors import SourceColumnError
from server.texts import counted, joined, to_say

WORDS_TOLD = 8


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the status column; None where nothing stands.

    Attributes
    ----------
    rows, priced, above
        Rows that say it, those with an amount, those with one above 0.
    money
        What they come to.
    """

    text: str | None
    rows: int
    priced: int
    above: int
    money: float


def meanings(
    words: Sequence[Word],
    declared: Mapping[str, Meaning],
    column: str,
    share_beside: Callable[[str], float] | None = None,
) -> dict[str | None, Meaning]:
    """Return the meaning of each word.

    Parameters
    ----------
    declared
        Meanings by words of the declaration; "" or "empty" is a row without a word.
    share_beside
        Returns of a word the share of its rows whose order has other rows; None without a column of order ids.

    Raises
    ------
    SourceColumnError
        If a word is not known, or there are too many for statuses; the words are named.
    """
    if len(words) > MOST_WORDS:
        raise SourceColumnError(
            to_say(
                "The status column {column} has {count} different words; a status has {most} at most.",
                column=column,
                count=len(words),
                most=MOST_WORDS,
            ),
            hint=to_say(
                "The engineer who runs the service names another column, or none, in the declaration of the source."
            ),
        )
    declared_meanings = {plain(word) or EMPTY: meaning for word, meaning in declared.items()}
    meant = {word.text: _meaning(word, declared_meanings, share_beside) for word in words}
    _refuse_unknown(words, meant, column)
    return {text: Meaning.COUNT if meaning is Meaning.UNKNOWN else meaning for text, meaning in meant.items()}


def _refuse_unknown(words: Sequence[Word], meant: Mapping[str | None, Meaning], column: str) -> None:
    """Refuse words of rows with money, or with a status, that mean nothing known; the largest are named."""
    unknown = [word for word in words if meant[word.text] is Meaning.UNKNOWN and (word.text or word.priced)]
    if unknown:
        named = ", ".join(f"“{word.text or EMPTY}” ({word.rows:,})" for word in _largest(unknown))
        more = f", … {len(unknown) - WORDS_TOLD}" if len(unknown) > WORDS_TOLD else ""
        raise SourceColumnError(
            to_say(
                "The status column {column} says what is not known: {words}.",
                column=column,
                words=named + more,
            ),
            hint=to_say(
                "The engineer who runs the service adds each to statuses.count, leave_out, refund or refunded in the "
                "declaration of the source."
            ),
        )


def sentence(words: Sequence[Word], meant: Mapping[str | None, Meaning], column: str) -> str:
    """Return in a sentence what counts and what does not; "" where all rows count."""
    kinds = (
        (to_say("these count less what was paid back: {words}"), (Meaning.PARTLY,)),
        (to_say("these are taken off what the customer spent: {words}"), (Meaning.REFUND,)),
        (to_say("these are no sale and left out: {words}"), (Meaning.LEAVE_OUT, Meaning.REFUNDED)),
    )
    parts = []
    for what, wanted in kinds:
        chosen = [word for word in words if meant[word.text] in wanted]
        if chosen:
            named = (
                to_say("{word} ({rows})", word=word.text or EMPTY, rows=counted(word.rows, "row"))
                for word in _largest(chosen)
            )
            parts.append(to_say(what, words=joined(", ", named)))
    return to_say("{header}: {what}.", header=column, what=joined("; ", parts)) if parts else ""


def _meaning(
    word: Word, declared: Mapping[str, Meaning], share_beside: Callable[[str], float] | None
) -> Meaning:
    text = word.text or ""
    if (plain(text) or EMPTY) in declared:
        return declared[plain(text) or EMPTY]
    meaning = meaning_of(text)
    if meaning is Meaning.RESTORED:
        return Meaning.UNKNOWN  # a source has no rule for refunds that were undone
    if meaning is not Meaning.REFUND or is_document(text) or not word.above:
        return meaning
    # `refund` in a status is the sale itself, or a row of its own.
    if share_beside is not None and share_beside(text) > 0.5:
        return Meaning.REFUND
    return Meaning.UNKNOWN


def _largest(words: Sequence[Word]) -> list[Word]:
    return sorted(words, key=lambda word: -word.rows)[:WORDS_TOLD]
