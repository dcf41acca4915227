"""Words of one column of statuses or types: the meaning of each, its sentence and its question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.headers import Role, plain
from server.core.transactions.meanings import Meaning
from server.core.transactions.questions import Choice, Decision, Doubt
from server.core.transactions.status_columns import (
    are_ways_of_paying,
    is_day_of_payment,
    meanings_of_direction,
    paid_or_not,
    payments_of_invoices,
)
from server.core.transactions.statuses import (
    EMPTY,
    is_answer,
    is_document,
    meaning_of,
    says_no,
)
from server.core.transactions.table_columns import Columns
from server.core.transactions.words import EMPTY_WORD, Codes
from server.texts import Amount, Count, Text, counted, joined, to_say

MOST_WORDS = 60
"""A column of more words than this is none of statuses."""
MOST_ASKED = 8
"""Of a column with more unknown words than this, and none that is known, nobody can be asked."""
KNOWN_SHARE = 0.5
"""Of a column whose header often means something else, so many of the rows must bear known words."""
WORDS_TOLD = 8

_VAGUE = frozenset(
    "state estado etat stato zustand tila stage type kind typ art tipo nature soort rodzaj slag typetransaction".split()
)
_ANSWERED = frozenset(
    "paid ispaid completed iscompleted bezahlt abgeschlossen payee paye pagado pagato pago betaald oplacone betald "
    "betalt".split()
)
"""Headers of columns that answer yes or no; with other words below they are none of statuses."""


@dataclass(frozen=True, slots=True)
class StatusColumn:
    """A column of words beside what the rows hold.

    Attributes
    ----------
    codes, texts
        Code of each row, shape (n,), and text by code.
    order
        Codes of the orders, shape (n,); None without an order column.
    amount
        Money of each row, NaN where there is none, shape (n,).
    rows
        Sheet rows, shape (n,).
    """

    role: Role
    header: str
    codes: Codes
    texts: Sequence[str]
    order: NDArray[np.int32] | None
    amount: NDArray[np.float64]
    rows: NDArray[np.int32]


@dataclass(slots=True)
class StatusMeanings:
    """Meaning of the rows by one column.

    Attributes
    ----------
    by_code
        Meaning by code; None where the column is none of statuses, or says nothing.
    """

    by_code: list[Meaning] | None = None
    said: list[Decision] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    code: int
    rows: int
    money: float
    meaning: Meaning


def status_meanings(column: StatusColumn, columns: Columns, answers: Mapping[str, Meaning]) -> StatusMeanings:
    """Return what the words of a column mean.

    Parameters
    ----------
    answers
        What the marketer said of words; under "" what holds for all.
    """
    if is_day_of_payment(column.role, column.header, column.texts):
        if Role.STATUS in columns.roles:
            return StatusMeanings()
        return _of_paid_or_not(column, columns, answers)
    words = _words(column, columns, answers)
    if not words or not _is_of_statuses(column, words):
        return StatusMeanings()
    unused = _why_unused(column.header, words, answers)
    if unused:
        return StatusMeanings(said=[Decision("Statuses", unused)])
    settled = [_settled(word, column, answers) for word in words]
    by_code = [Meaning.COUNT] * len(column.texts)
    for word, meaning in zip(words, settled, strict=True):
        by_code[word.code] = meaning
    open_words = [w for w, meaning in zip(words, settled, strict=True) if meaning is Meaning.UNKNOWN]
    is_plain = set(settled) <= {Meaning.COUNT, Meaning.UNKNOWN}
    return StatusMeanings(
        by_code,
        said=[] if is_plain else [_status_decision(column.header, words, settled)],
        doubts=[_doubt(word, column, answers) for word in open_words],
    )


def _of_paid_or_not(column: StatusColumn, columns: Columns, answers: Mapping[str, Meaning]) -> StatusMeanings:
    """Return what days of payment mean, by the code of each day."""
    codes, texts = paid_or_not(column.codes)
    meanings = status_meanings(replace(column, codes=codes, texts=texts), columns, answers)
    if meanings.by_code is not None:
        nothing, paid = meanings.by_code
        meanings.by_code = [nothing, *[paid] * (len(column.texts) - 1)]
    return meanings


def _why_unused(header: str, words: Sequence[_Word], answers: Mapping[str, Meaning]) -> str:
    """Return why a column that may be one of statuses says nothing, "" where it does."""
    unknown = sum(not _is_known(word) for word in words)
    if unknown > MOST_ASKED and not any(_is_known(word) for word in words if word.text):
        return to_say("The column {header} is no status that is known, so it is not used.", header=header)
    if "" in answers:
        return to_say("All rows count, whatever {header} says, as Statuses in Settings says.", header=header)
    return ""


def _words(column: StatusColumn, columns: Columns, answers: Mapping[str, Meaning]) -> list[_Word]:
    """Return the words of a column with their rows, money and meaning; none where it cannot be one of statuses."""
    codes, texts = column.codes, column.texts
    counts = np.bincount(codes, minlength=len(texts))
    if (counts > 0).sum() > MOST_WORDS or counts[EMPTY_WORD] == len(codes):
        return []
    meanings = _meanings(column, columns, answers, counts)
    if not meanings:
        return []
    priced = np.bincount(codes[~np.isnan(column.amount)], minlength=len(texts))
    money = np.bincount(codes, np.nan_to_num(column.amount), minlength=len(texts))
    there = [code for code in np.flatnonzero(counts).tolist() if texts[code] or priced[code]]
    return [  # a row without amount needs no status
        _Word(texts[code], code, int(priced[code] or counts[code]), float(money[code]), meanings[code])
        for code in there
    ]


def _meanings(
    column: StatusColumn, columns: Columns, answers: Mapping[str, Meaning], counts: NDArray[np.int64]
) -> list[Meaning]:
    """Return the meaning of each text; none where a column that should answer yes or no has other words."""
    texts = column.texts
    if column.role is Role.DIRECTION:
        return meanings_of_direction(texts, counts, answers)
    if plain(column.header) in _ANSWERED:
        is_answered = all(is_answer(text) for text in texts if text)
        return [_answered(text) for text in texts] if is_answered else []
    own = columns.export.words if columns.export is not None else {}
    if column.role is Role.KIND and columns.export is None:
        own = dict.fromkeys(payments_of_invoices(list(zip(texts, counts.tolist(), strict=True))), "")
    return [_meaning(text, column.role, own, answers) for text in texts]


def _is_known(word: _Word) -> bool:
    return word.meaning is not Meaning.UNKNOWN


def _is_of_statuses(column: StatusColumn, words: Sequence[_Word]) -> bool:
    """Whether a column whose header often means something else holds words of statuses.

    Most rows bear known words, or one of a few words says more than that the row is a sale.
    """
    if column.role is not Role.KIND and plain(column.header) not in _VAGUE:
        return True
    filled = [word for word in words if word.text]
    if are_ways_of_paying(column.header, [word.text for word in filled]):
        return False
    known = sum(word.rows for word in filled if _is_known(word))
    if known >= KNOWN_SHARE * sum(word.rows for word in filled):
        return True
    tells_more = any(_is_known(word) and word.meaning is not Meaning.COUNT for word in filled)
    return tells_more and sum(not _is_known(word) for word in filled) <= MOST_ASKED


def _answered(text: str) -> Meaning:
    """Return what a cell means in a column that says whether a sale was paid."""
    return Meaning.LEAVE_OUT if not text or says_no(text) else Meaning.COUNT


def _meaning(text: str, role: Role, own: Mapping[str, str], answers: Mapping[str, Meaning]) -> Meaning:
    answered = answers.get(plain(text) or EMPTY)
    if answered is not None:
        return answered
    meaning = meaning_of(text, own)
    if role is Role.KIND and meaning is Meaning.REFUNDED:
        return Meaning.REFUND
    return meaning


def _settled(word: _Word, column: StatusColumn, answers: Mapping[str, Meaning]) -> Meaning:
    """Return what a word means here: `refund` in a status is the sale itself or a row of its own."""
    if (
        word.meaning is not Meaning.REFUND
        or column.role in (Role.KIND, Role.DIRECTION)
        or is_document(word.text)
    ):
        return word.meaning
    if (plain(word.text) or EMPTY) in answers:
        return word.meaning
    mine, order = column.codes == word.code, column.order
    with np.errstate(invalid="ignore"):
        if not (column.amount[mine] > 0).any():
            return Meaning.REFUND
    if order is not None:
        others = np.zeros(int(order.max()) + 2, dtype=bool)
        others[order[~mine]] = True
        others[-1] = False
        if others[order[mine]].mean() > 0.5:
            return Meaning.REFUND
    return Meaning.UNKNOWN


def _doubt(word: _Word, column: StatusColumn, answers: Mapping[str, Meaning]) -> Doubt:
    said = [f"{answer}: {meaning.value}" for answer, meaning in answers.items() if answer]
    name = word.text.replace(";", " ").replace(":", " ").strip() or EMPTY

    def value(answer: str) -> str:
        return "; ".join([*said, f"{name}: {answer}"])

    text = to_say(
        "In {header}, {rows}: “{word}”. Are they sales?"
        if word.text
        else "In {header}, {rows}: nothing at all. Are they sales?",
        header=column.header,
        rows=counted(word.rows, "row"),
        word=word.text,
    )
    choices = [
        Choice(value("count"), to_say("They count")),
        Choice(value("leave-out"), to_say("Leave them out")),
    ]
    if word.meaning is Meaning.REFUND:
        choices = [
            Choice(value("leave-out"), to_say("Sales that were paid back: leave them out")),
            Choice(value("refund"), to_say("Money that went back: take it off")),
        ]
    return Doubt(
        "Statuses",
        text,
        tuple(choices),
        column=column.header,
        sheet_rows=tuple(column.rows[np.flatnonzero(column.codes == word.code)[:20]].tolist()),
    )


def _status_decision(header: str, words: Sequence[_Word], meanings: Sequence[Meaning]) -> Decision:
    """Return in a sentence which words count and which do not, with rows and money."""
    sentences = []
    for what, wanted in _KINDS:
        chosen = [w for w, meaning in zip(words, meanings, strict=True) if meaning in wanted]
        if chosen:
            sentences.append(to_say(what, words=_named(chosen)))
    return Decision("Statuses", to_say("{header}: {what}.", header=header, what=joined("; ", sentences)))


_KINDS = (
    (to_say("these count: {words}"), (Meaning.COUNT, Meaning.UNKNOWN)),
    (to_say("these count less what was paid back: {words}"), (Meaning.PARTLY,)),
    (to_say("these are taken off what the customer spent: {words}"), (Meaning.REFUND,)),
    (to_say("these are added again as refunds that were undone: {words}"), (Meaning.RESTORED,)),
    (to_say("these are no sale and left out: {words}"), (Meaning.LEAVE_OUT, Meaning.REFUNDED)),
    (to_say("these stand on another row of the order: {words}"), (Meaning.LINE,)),
)


def _named(chosen: Sequence[_Word]) -> Text:
    most = sorted(chosen, key=lambda word: -word.rows)[:WORDS_TOLD]
    named = [
        to_say(
            "{word} ({rows}, {money})",
            word=word.text or to_say("(empty)"),
            rows=counted(word.rows, "row"),
            money=Amount(word.money),
        )
        for word in most
    ]
    if len(chosen) > WORDS_TOLD:
        named.append(to_say("and {count} more", count=Count(len(chosen) - WORDS_TOLD)))
    return joined(", ", named)
