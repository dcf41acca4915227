"""What the words of a status column mean, and that none is guessed."""

from __future__ import annotations

import pytest

from server.core.transactions.meanings import Meaning
from server.errors import SourceColumnError
from server.sources.words import Word, meanings, sentence


def word(text: str | None, rows: int = 10, above: int = 10) -> Word:
    """Return a word that stands in some rows, all priced."""
    return Word(text, rows, rows, above, 100.0)


def test_known_words_mean_what_they_mean_in_the_sheet() -> None:
    """The words of the exports, in many languages."""
    meant = meanings([word("paid"), word("Storniert"), word("refunded"), word("Gutschrift")], {}, "state")

    assert meant == {
        "paid": Meaning.COUNT,
        "Storniert": Meaning.LEAVE_OUT,
        "refunded": Meaning.REFUNDED,
        "Gutschrift": Meaning.REFUND,
    }


def test_a_declared_word_is_believed_whatever_it_means_elsewhere() -> None:
    """Capitals and signs make no difference."""
    declared = {"on-hold": Meaning.COUNT, "": Meaning.LEAVE_OUT}

    assert meanings([word("On hold"), word(None)], declared, "state") == {
        "On hold": Meaning.COUNT,
        None: Meaning.LEAVE_OUT,
    }


def test_an_unknown_word_is_refused_by_its_name() -> None:
    """Nobody can be asked beside a table of a warehouse, so its engineer declares the word."""
    with pytest.raises(SourceColumnError, match="“blue”") as caught:
        meanings([word("paid"), word("blue", rows=1_234)], {}, "state")

    assert "(1,234)" in caught.value.detail
    assert "statuses.count" in caught.value.hint


def test_rows_without_a_word_are_refused_where_they_have_an_amount() -> None:
    """A row without both is nothing."""
    assert meanings([word("paid"), Word(None, 5, 0, 0, 0.0)], {}, "state")[None] is Meaning.COUNT
    with pytest.raises(SourceColumnError, match="empty"):
        meanings([word("paid"), word(None)], {}, "state")


@pytest.mark.parametrize(
    ("above", "share", "wanted"),
    [(0, None, Meaning.REFUND), (5, 0.8, Meaning.REFUND), (5, 0.2, None), (5, None, None)],
    ids=["money that went back", "beside its sale", "alone in its order", "without orders"],
)
def test_refund_is_a_row_of_its_own_only_where_the_rows_say_so(
    above: int, share: float | None, wanted: Meaning | None
) -> None:
    """A positive amount under `refund` may be the sale itself."""
    beside = None if share is None else lambda _word: share
    words = [word("paid"), word("refund", above=above)]
    if wanted is None:
        with pytest.raises(SourceColumnError):
            meanings(words, {}, "state", beside)
    else:
        assert meanings(words, {}, "state", beside)["refund"] is wanted


def test_a_column_of_sixty_one_words_is_no_status() -> None:
    """It is named, so that another can be declared."""
    with pytest.raises(SourceColumnError, match="61 different words"):
        meanings([word(str(n)) for n in range(61)], {}, "city")


def test_the_report_says_what_was_left_out() -> None:
    """By word, the most frequent first."""
    words = [word("paid"), word("void", rows=3), word("refunded", rows=30)]

    assert sentence(words, meanings(words, {}, "state"), "state") == (
        "state: these are no sale and left out: refunded (30 rows), void (3 rows)."
    )
