"""Columns of statuses and types as shops write them: phrases, flags, and words among others that are not known."""

from __future__ import annotations

import pytest

from server.core.transactions.meanings import Meaning
from server.core.transactions.statuses import meaning_of
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


@pytest.mark.parametrize(
    ("header", "debit", "credit"), [("S/H", "S", "H"), ("Debit/Credit", "Debit", "Credit")]
)
def test_few_credits_among_debits_are_taken_off(header: str, debit: str, credit: str) -> None:
    """A ledger writes refunds with a positive amount and the other side of the account: 100 + 40 - 30 for A."""
    text = f"""Customer,Document No,Date,Amount,{header}
        A,1,2025-01-02,100,{debit}
        A,2,2025-01-03,40,{debit}
        A,3,2025-01-04,30,{credit}
        B,4,2025-01-05,70,{debit}"""

    assert bought(text) == {"A": (2, 110), "B": (1, 70)}


def test_as_many_credits_as_debits_may_be_payments() -> None:
    """Half of the rows are on the other side: whether they count is asked."""
    text = """Customer,Document No,Date,Amount,Soll/Haben
        A,1,2025-01-02,100,S
        A,2,2025-01-03,100,H
        B,3,2025-01-05,70,S"""

    assert questions(text) == {"Statuses": [("H: count", 270.0), ("H: leave-out", 170.0)]}


def test_invoices_and_their_payments_do_not_both_count_in_silence() -> None:
    """An invoice and its payment are one sale: whether the payments count is asked, 170 or 340."""
    text = """Customer,Document No,Date,Type,Amount
        A,1,2025-01-02,Invoice,100
        A,2,2025-01-12,Payment,100
        B,3,2025-01-05,Invoice,70
        B,4,2025-01-15,Payment,70"""

    assert questions(text) == {"Statuses": [("Payment: count", 340.0), ("Payment: leave-out", 170.0)]}
    assert bought(text, ("Statuses", "Payment: leave-out")) == {"A": (1, 100), "B": (1, 70)}


def test_payments_alone_count() -> None:
    """Without invoices beside them, payments are the sales."""
    text = """Customer,Document No,Date,Type,Amount
        A,2,2025-01-12,Payment,100
        B,4,2025-01-15,Payment,70"""

    assert bought(text) == {"A": (1, 100), "B": (1, 70)}


def test_an_invoice_without_a_day_of_payment_is_asked_about() -> None:
    """The day of payment is empty in one of three rows: it may be unpaid."""
    text = """Kundennr,Rechnungsnr,Rechnungsdatum,Betrag,Bezahlt am
        A,1,02.01.2025,100,09.01.2025
        A,2,03.01.2025,40,
        B,3,05.01.2025,70,12.01.2025"""

    assert questions(text) == {"Statuses": [("empty: count", 210.0), ("empty: leave-out", 170.0)]}
    assert bought(text, ("Statuses", "empty: leave-out")) == {"A": (1, 100), "B": (1, 70)}


def test_a_day_of_payment_beside_a_status_says_nothing() -> None:
    """The status tells already which orders are sales."""
    text = """Customer,Order,Order date,Amount,Status,Paid date
        A,1,2025-01-02,100,Completed,2025-01-02
        A,2,2025-01-03,40,Completed,
        B,3,2025-01-05,70,Failed,"""

    assert bought(text) == {"A": (2, 140)}


@pytest.mark.parametrize(
    ("header", "paid", "failed", "back"),
    [
        ("Sipariş durumu", "Tamamlandı", "İptal edildi", "İade edildi"),
        ("Stav objednávky", "Vyřízeno", "Zrušeno", "Vráceno"),
        ("Статус заказа", "Выполнен", "Отменён", "Возвращён"),
        ("订单状态", "已完成", "已取消", "已退款"),
        ("주문상태", "배송완료", "취소완료", "환불완료"),
        ("Deal stage", "closedwon", "closedlost", "Refunded"),
    ],
    ids=["Turkish", "Czech", "Russian", "Chinese", "Korean", "sales"],
)
def test_statuses_of_further_languages(header: str, paid: str, failed: str, back: str) -> None:
    """What was cancelled, lost or paid back is no sale."""
    text = f"""Customer,Order,Date,{header},Amount
        A,1,2025-01-02,{paid},100
        A,2,2025-01-03,{failed},40
        B,3,2025-01-04,{paid},70
        B,4,2025-01-05,{back},30"""

    assert bought(text) == {"A": (1, 100), "B": (1, 70)}


def test_what_was_paid_is_no_day_of_payment() -> None:
    """A column Paid with money in it says nothing of the rows in which it is empty."""
    text = """Customer,Order,Order date,Total,Paid
        A,1,2025-01-02,100,100.00
        A,2,2025-01-03,40,
        B,3,2025-01-05,70,70.00"""

    assert bought(text) == {"A": (2, 140), "B": (1, 70)}


def test_a_stage_of_something_else_is_no_status() -> None:
    """Stages of which no word is known are neither used nor asked about."""
    text = """Customer,Order,Date,Amount,Stage
        A,1,2025-01-02,100,Alpha
        B,2,2025-01-03,40,Beta"""

    assert bought(text) == {"A": (1, 100), "B": (1, 40)}
