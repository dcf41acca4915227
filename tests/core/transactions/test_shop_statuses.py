"""Columns of statuses and types as shops write them: phrases, flags, and words among others that are not known."""

from __future__ import annotations

import pytest

from server.core.transactions.statuses import Meaning, meaning_of
from tests.core.transactions.small_files import bought, questions


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Payment accepted", Meaning.COUNT),
        ("Paiement accepté", Meaning.COUNT),
        ("Online order", Meaning.COUNT),
        ("Komplett bezahlt", Meaning.COUNT),
        ("Erreur de paiement", Meaning.LEAVE_OUT),
        ("En attente du paiement par chèque", Meaning.LEAVE_OUT),
        ("Cancelled by customer", Meaning.LEAVE_OUT),
        ("Quotation sent", Meaning.LEAVE_OUT),
        ("Refund issued", Meaning.REFUND),
        ("Cancelled and refunded", Meaning.REFUNDED),
        ("Not yet paid", Meaning.UNKNOWN),
        ("Refund pending", Meaning.UNKNOWN),
        ("Payment due", Meaning.UNKNOWN),
        ("Bank transfer", Meaning.UNKNOWN),
        ("Credit card", Meaning.UNKNOWN),
    ],
)
def test_a_phrase_means_what_its_words_agree_on(text: str, meaning: Meaning) -> None:
    """Words of order and payment leave a status as it is; a negation, or words that disagree, leave it open."""
    assert meaning_of(text) is meaning


def test_few_known_words_in_a_column_of_types_still_tell() -> None:
    """Refunds stand in a tenth of the rows, beside types that are not known: those are asked about."""
    text = """Customer,Order,Date,Type,Amount
        A,1,2025-01-02,Kiosk,100
        A,2,2025-01-03,Kiosk,40
        B,3,2025-01-04,Kiosk,70
        B,4,2025-01-05,Refund,30"""

    assert questions(text) == {"Statuses": [("Kiosk: count", 180.0), ("Kiosk: leave-out", -30.0)]}


def test_a_type_of_payment_is_no_type_of_row() -> None:
    """Credit and transfer are ways of paying where cash and cards stand beside them: all rows are sales."""
    text = """Customer,Order,Date,Payment type,Amount
        A,1,2025-01-02,Credit,100
        A,2,2025-01-03,Cash,40
        B,3,2025-01-04,Transfer,70"""

    assert bought(text) == {"A": (2, 140), "B": (1, 70)}


@pytest.mark.parametrize("header", ["Storno", "Gelöscht", "Deleted", "Void", "Annulé", "Refunded?"])
def test_a_flag_says_which_sales_fell_away(header: str) -> None:
    """Yes in a column of cancellations, deletions or refunds leaves the row out; no, nothing and 0 do not."""
    text = f"""Customer,Order,Date,Amount,{header}
        A,1,2025-01-02,100,no
        A,2,2025-01-03,40,yes
        B,3,2025-01-04,70,no
        B,4,2025-01-05,30,"""

    assert bought(text) == {"A": (1, 100), "B": (2, 100)}


def test_an_amount_of_nought_cancels_nothing() -> None:
    """0,00 in a column of cancellations is no cancellation."""
    text = """Customer,Order,Date,Amount,Storno
        A,1,2025-01-02,100,"0,00"
        A,2,2025-01-03,40,"40,00\""""

    assert bought(text) == {"A": (1, 100)}
