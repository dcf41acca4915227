"""Whose money a refund is, where its row names somebody else than the customer of the sale."""

# ruff: noqa: E501  # headers of exports are long

from __future__ import annotations

import pytest

from tests.core.transactions.small_files import bought, questions, read

PAYPAL = """Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID,Reference Txn ID
    01/15/2025,10:00:00,PST,Ann,Express Checkout Payment,Completed,USD,100.00,-3.00,97.00,ann@x.org,shop@s.com,T1,
    01/20/2025,10:00:00,PST,Bob,Express Checkout Payment,Completed,USD,80.00,-3.00,77.00,bob@x.org,shop@s.com,T2,
    03/01/2025,10:00:00,PST,Bob,Express Checkout Payment,Completed,USD,30.00,-3.00,27.00,bob@x.org,shop@s.com,T3,"""


def paypal(*rows: str) -> str:
    return "\n".join([PAYPAL, *rows])


OWNERS = {
    "PayPal: by the sale it refers to": (
        paypal(
            "02/15/2025,1:00,PST,Ann,Payment Refund,Completed,USD,-40,1,-39,shop@s.com,ann@other.org,T4,T1",
            "02/16/2025,1:00,PST,Bob,Payment Refund,Completed,USD,-80,1,-79,shop@s.com,bob@x.org,T5,T2",
        ),
        {"ann@x.org": (1, 60), "bob@x.org": (1, 30)},  # Bob's sale of 80 was paid back in full
    ),
    "PayPal: by the payee where the sale is not in the file": (
        paypal("02/15/2025,1:00,PST,Bob,Payment Refund,Completed,USD,-9,1,-8,shop@s.com,bob@x.org,T4,T0"),
        {"ann@x.org": (1, 100), "bob@x.org": (2, 101)},
    ),
    "PayPal: a reversal refers to the chargeback, and that one to the sale": (
        paypal(
            "02/15/2025,1:00,PST,,Chargeback,Completed,USD,-100,0,-100,shop@s.com,,T4,T1",
            "02/16/2025,1:00,PST,,Chargeback Fee,Completed,USD,-20,0,-20,shop@s.com,,T5,T4",
            "03/16/2025,1:00,PST,,Chargeback Reversal,Completed,USD,100,0,100,,shop@s.com,T6,T4",
        ),
        {"ann@x.org": (1, 100), "bob@x.org": (2, 110)},
    ),
    "PayPal: what the shop pays, and gets back, is no customer's": (
        paypal(
            "02/15/2025,1:00,PST,Bob,PreApproved Payment Bill User Payment,Completed,USD,-50,0,-50,shop@s.com,bob@x.org,T4,",
            "02/16/2025,1:00,PST,Ann,Payment Refund,Completed,USD,20,0,20,ann@x.org,shop@s.com,T5,T9",
        ),
        {"ann@x.org": (1, 100), "bob@x.org": (2, 110)},
    ),
    "PayPal: sales marked as refunded are not taken off twice": (
        paypal(
            "01/10/2025,1:00,PST,Ann,Website Payment,Refunded,USD,55,-1,54,ann@x.org,shop@s.com,T4,",
            "01/11/2025,1:00,PST,Ann,Payment Refund,Completed,USD,-55,1,-54,shop@s.com,ann@x.org,T5,T4",
            "01/12/2025,1:00,PST,Bob,Website Payment,Partially Refunded,USD,70,-1,69,bob@x.org,shop@s.com,T6,",
            "01/13/2025,1:00,PST,Bob,Payment Refund,Completed,USD,-10,1,-9,shop@s.com,bob@x.org,T7,T6",
        ),
        {"ann@x.org": (1, 100), "bob@x.org": (3, 170)},
    ),
    "PayPal in German": (
        """Datum,Uhrzeit,Zeitzone,Name,Typ,Status,Währung,Brutto,Gebühr,Netto,Absender E-Mail-Adresse,Empfänger E-Mail-Adresse,Transaktionscode,Zugehöriger Transaktionscode
        15.01.2025,10:00,CET,Ann,PayPal Express-Zahlung,Abgeschlossen,EUR,"100,00","-3,00","97,00",ann@x.org,shop@s.com,T1,
        20.01.2025,10:00,CET,Bob,Website-Zahlung,Abgeschlossen,EUR,"80,00","-3,00","77,00",bob@x.org,shop@s.com,T2,
        15.02.2025,10:00,CET,Ann,Rückzahlung,Abgeschlossen,EUR,"-40,00","1,00","-39,00",shop@s.com,ann@x.org,T3,T1
        16.02.2025,10:00,CET,,Allgemeine Abbuchung,Abgeschlossen,EUR,"-90,00","0,00","-90,00",shop@s.com,,T4,""",
        {"ann@x.org": (1, 60), "bob@x.org": (1, 80)},
    ),
    "Stripe, itemised balance": (
        """balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,customer_id,charge_id
        txn_1,2025-01-10 10:00,eur,50,1,49,charge,ch_1,cus_A,ch_1
        txn_2,2025-01-11 10:00,eur,70,1,69,charge,ch_2,cus_B,ch_2
        txn_3,2025-01-20 10:00,eur,-20,0,-20,refund,re_1,,ch_1
        txn_4,2025-01-25 10:00,eur,-70,15,-85,dispute,dp_1,cus_B,ch_2
        txn_5,2025-02-25 10:00,eur,70,-15,85,dispute_reversal,dp_1,cus_B,ch_2
        txn_6,2025-02-26 10:00,eur,-100,0,-100,payout,po_1,,
        txn_7,2025-02-27 10:00,eur,-2,0,-2,fee,fee_1,,""",
        {"cus_A": (1, 30), "cus_B": (1, 70)},
    ),
    "eBay, transactions": (
        """Transaction creation date,Type,Order number,Buyer username,Net amount,Transaction ID,Quantity,Gross transaction amount
        15 Jan 2025,Order,01-1,ann77,18.00,X1,1,20.00
        16 Jan 2025,Order,01-2,bob88,27.00,X2,2,30.00
        20 Jan 2025,Refund,01-1,--,-4.50,X3,--,-5.00
        21 Jan 2025,Payout,--,--,-30.00,--,--,-30.00
        22 Jan 2025,Other fee,--,--,-3.00,--,--,-3.00
        23 Jan 2025,Payment dispute,01-2,bob88,-10.00,X4,--,-10.00""",
        {"ann77": (1, 15), "bob88": (1, 20)},
    ),
    "WooCommerce, refunds as orders of their own": (
        """Order ID,Parent Order ID,Order Status,Order Date,Customer User ID,Billing Email,Order Total
        101,0,wc-completed,2025-01-10 09:00,7,ann@x.org,50.00
        102,0,wc-completed,2025-01-11 09:00,8,bob@x.org,70.00
        103,101,wc-completed,2025-01-20 09:00,0,,-20.00
        104,102,wc-completed,2025-01-21 09:00,0,,-70.00
        105,0,wc-completed,2025-02-11 09:00,8,bob@x.org,40.00""",
        {"7": (1, 30), "8": (1, 40)},
    ),
    "credit notes that name their invoice": (
        """Kundennr,Belegart,Belegnummer,Bezug auf Rechnung,Belegdatum,Betrag
        K1,Rechnung,R1,,03.01.2025,"1.200,50"
        K2,Rechnung,R2,,04.02.2025,"80,00"
        K1,Gutschrift,G1,R1,05.03.2025,"200,50"
        K9,Gutschrift,G2,R2,05.03.2025,"80,00"
        K2,Rechnung,R3,,06.04.2025,"60,00\"""",
        {"K1": (1, 1000), "K2": (1, 60)},
    ),
    "payments from and to": (
        """Date,From,To,Type,Amount
        2025-01-10,ann@x.org,shop@s.com,Payment,50
        2025-01-11,bob@x.org,shop@s.com,Payment,70
        2025-01-12,shop@s.com,ann@x.org,Refund,20""",
        {"ann@x.org": (1, 30), "bob@x.org": (1, 70)},
    ),
    "the shop in refunds of the same order": (
        """order_id,customer_id,date,type,amount
        1,A,2025-01-01,sale,50
        2,B,2025-01-02,sale,70
        2,SHOP,2025-01-09,refund,20
        1,SHOP,2025-01-10,refund,50
        3,A,2025-01-03,sale,10""",
        {"A": (1, 10), "B": (1, 50)},
    ),
    "a gift to somebody is still paid by who bought it": (
        """order_id,customer_id,recipient,date,type,amount
        1,A,A,2025-01-01,sale,50
        2,A,B,2025-01-02,sale,70
        9,A,B,2025-01-09,refund,20
        3,C,C,2025-01-03,sale,10""",
        {"A": (2, 100), "C": (1, 10)},
    ),
    "a row of Square without a customer": (
        """Date,Time,Gross Sales,Net Sales,Total Collected,Transaction ID,Event Type,Customer ID
        2025-01-15,10:00:00,10.00,10.00,11.00,T1,Payment,C1
        2025-01-16,10:00:00,-10.00,-10.00,-11.00,T1,Refund,
        2025-01-17,10:00:00,20.00,20.00,22.00,T3,Payment,C1""",
        {"C1": (1, 22)},
    ),
}


@pytest.mark.parametrize("kind", OWNERS)
def test_a_refund_lowers_the_money_of_who_bought(kind: str) -> None:
    """By the sale that it refers to, else by who got the money; nothing is asked."""
    text, expected = OWNERS[kind]

    assert bought(text) == expected


def test_what_was_done_with_refunds_is_said() -> None:
    """One by the sale (40), one by the payee (9), one without either (5)."""
    text = paypal(
        "02/15/2025,1:00,PST,Ann,Payment Refund,Completed,USD,-40,1,-39,shop@s.com,ann@x.org,T4,T1",
        "02/16/2025,1:00,PST,Bob,Payment Refund,Completed,USD,-9,1,-8,shop@s.com,bob@x.org,T5,T0",
        "02/17/2025,1:00,PST,,Payment Refund,Completed,USD,-5,1,-4,shop@s.com,,T6,",
    )

    _, report = read(text)

    assert (
        "Refunds: 1 (40.00) are taken off the customer of the sale that Reference Txn ID names; 1 (9.00) are taken off "
        "the customer whom To Email Address names; 1 (5.00) name no customer and are left out."
    ) in report.sentences()
    assert report.left_out["refund_of_nobody"].sheet_rows == (7,)


def test_refunds_of_one_who_bought_nothing_are_asked_about() -> None:
    """Three of four refunds name SHOP; without them 130 - 5 was spent, with them 80 less."""
    text = """customer_id,date,type,amount
    A,2025-01-01,sale,50
    B,2025-01-02,sale,70
    A,2025-01-03,sale,10
    SHOP,2025-01-09,refund,20
    SHOP,2025-01-10,refund,55
    A,2025-01-11,refund,5
    SHOP,2025-02-10,refund,5"""

    assert questions(text) == {"Refunds": [("shop", 125.0), ("customers", 45.0)]}
    assert bought(text, ("Refunds", "shop")) == {"A": (2, 55), "B": (1, 70)}
    _, report = read(text, ("Refunds", "shop"))
    assert report.left_out["refund_of_nobody"].count == 3


def test_few_refunds_of_earlier_sales_are_not_asked_about() -> None:
    """Two customers sent back what they bought before the file begins."""
    text = """customer_id,date,type,amount
    A,2025-01-01,sale,50
    C,2025-01-09,refund,20
    D,2025-01-10,refund,55"""

    assert questions(text) == {}
