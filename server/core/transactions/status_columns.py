"""Columns of words that are read in a way of their own: days of payment, debit and credit, invoices with payments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.headers import Role, plain
from server.core.transactions.meanings import Meaning
from server.core.transactions.statuses import EMPTY
from server.core.transactions.words import Codes

FEW = 0.3
"""Debits among credits, or credits among debits, are refunds up to this share; with more they may be payments."""
_DAYS_OF_PAYMENT = frozenset(
    """
    bezahltam zahlungseingang zahlungseingangam paidat paidon paiddate paidondate datepaid paymentdate paymentreceived
    payele datedepaiement datepaiement fechadepago pagadoel datapagamento pagatoil betaaldop betaaldatum zahlungsdatum
    dataplatnosci
    """.split()
)
_DEBIT = frozenset("s soll d dr debit debe dare".split())
_CREDIT = frozenset("h haben c cr credit haber avere credito".split())
_INVOICES = frozenset(
    """
    invoice salesinvoice rechnung ausgangsrechnung verkaufsrechnung facture factura facturadeventa fattura fatura
    factuur verkoopfactuur faktura fakturasprzedazy order salesorder sale sales verkauf vente venta vendita venda
    verkoop sprzedaz forsaljning salg
    """.split()
)
_PAYMENTS = frozenset(
    """
    payment paymentreceived customerpayment receivepayment zahlung zahlungseingang paiement reglement encaissement
    pago cobro pagamento incasso recebimento betaling platnosc betalning betaling
    """.split()
)
_OF_PAYING = frozenset({"paymenttype", "typedepaiement", "tipodepago", "tipodipagamento", "zahlungstyp"})
_WAYS_OF_PAYING = tuple(
    "cash card visa mastercard amex debit paypal klarna wire banktransfer cheque stripe applepay googlepay bar karte "
    "uberweisung lastschrift carte virement especes efectivo tarjeta contanti carta bonifico".split()
)
_SHARE_OF_PAYMENTS = 0.1
"""Fewer payments beside invoices are sales that were paid at once."""


def is_day_of_payment(role: Role, header: str, texts: Sequence[str]) -> bool:
    """Whether a column says by a day that a sale was paid, and by nothing that it was not.

    >>> is_day_of_payment(Role.PAYMENT_STATUS, "Bezahlt am", ["", "01.02.2024", "03.02.2024"])
    True
    >>> is_day_of_payment(Role.PAYMENT_STATUS, "Payment status", ["", "paid"])
    False
    """
    if role is not Role.PAYMENT_STATUS or plain(header) not in _DAYS_OF_PAYMENT:
        return False
    return any(texts) and all(any(sign.isdigit() for sign in text) for text in texts if text)


def paid_or_not(codes: Codes) -> tuple[Codes, list[str]]:
    """Return days of payment as one word, and nothing as nothing.

    >>> codes, texts = paid_or_not(np.array([1, 0, 2], dtype=np.int32))
    >>> codes.tolist(), texts
    ([1, 0, 1], ['', 'paid'])
    """
    return (codes > 0).astype(np.int32), ["", "paid"]


def meanings_of_direction(
    texts: Sequence[str], rows: NDArray[np.int64], answers: Mapping[str, Meaning]
) -> list[Meaning]:
    """Return the meaning of each word of debit or credit; none where there are other words.

    The rows of most are sales. The others are money that went back where they are few; with more they may be
    payments of the sales, which is asked.

    Parameters
    ----------
    rows
        Count of each text, shape (n_texts,).

    >>> meanings_of_direction(["", "S", "H"], np.array([0, 90, 10]), {})[1:]
    [<Meaning.COUNT: 'count'>, <Meaning.REFUND: 'refund'>]
    >>> meanings_of_direction(["", "S", "X"], np.array([0, 90, 10]), {})
    []
    """
    words = [plain(text) for text in texts]
    there = [i for i, count in enumerate(rows.tolist()) if count and words[i]]
    sides = [_DEBIT if words[i] in _DEBIT else _CREDIT for i in there]
    if not all(words[i] in _DEBIT | _CREDIT for i in there) or len(set(map(id, sides))) < 2:
        return []
    debits = sum(int(rows[i]) for i in there if words[i] in _DEBIT)
    share = debits / int(rows[there].sum())
    few = _DEBIT if share < 0.5 else _CREDIT
    other = Meaning.REFUND if min(share, 1 - share) <= FEW else Meaning.UNKNOWN
    meanings = [other if word in few else Meaning.COUNT for word in words]
    return [answers.get(word or EMPTY, meaning) for word, meaning in zip(words, meanings, strict=True)]


def payments_of_invoices(words: Collection[tuple[str, int]]) -> frozenset[str]:
    """Return which words of a column of types may be payments of its invoices, so that both would count twice.

    Parameters
    ----------
    words
        Texts with their rows.

    >>> sorted(payments_of_invoices([("Invoice", 60), ("Payment", 50)])), sorted(payments_of_invoices([("Sale", 9)]))
    (['payment'], [])
    """
    total = sum(rows for _, rows in words)
    payments = {plain(text) for text, rows in words if plain(text) in _PAYMENTS and rows}
    count = sum(rows for text, rows in words if plain(text) in payments)
    has_invoices = any(plain(text) in _INVOICES and rows for text, rows in words)
    return frozenset(payments) if has_invoices and count >= _SHARE_OF_PAYMENTS * total else frozenset()


def are_ways_of_paying(header: str, texts: Sequence[str]) -> bool:
    """Whether a type of payment is a way of paying, of which "credit" and "transfer" are no refund and no payout.

    >>> are_ways_of_paying("Payment type", ["Credit", "Cash"]), are_ways_of_paying("Type", ["Credit", "Cash"])
    (True, False)
    """
    return plain(header) in _OF_PAYING and any(
        way in plain(text) for text in texts for way in _WAYS_OF_PAYING
    )
