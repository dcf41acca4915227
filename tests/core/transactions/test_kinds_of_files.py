"""Files as shops export them: each case is small enough to work out by hand what every customer bought."""

from __future__ import annotations

import pytest

from server.core.options import parse_options
from server.errors import SettingsError, TrainingDataError
from tests.core.transactions.small_files import bought, questions, read

SALES = {
    "a German shop": (
        """Kundennr,Bestellnummer,Bestelldatum,Zahlungsstatus,Gesamtbetrag
        K1,1,2025-01-02,bezahlt,10
        K1,2,2025-02-02,storniert,20
        K2,3,2025-03-02,Bezahlt,30
        K2,4,2025-03-03,ausstehend,40""",
        {"K1": (1, 10), "K2": (1, 30)},
    ),
    "a French shop": (
        """Numéro client,N° commande,Date de commande,Statut de la commande,Montant
        A,1,2025-01-02,Terminée,10
        A,2,2025-02-02,Remboursée,20
        B,3,2025-03-02,Expédiée,30
        B,4,2025-03-03,Échouée,40""",
        {"A": (1, 10), "B": (1, 30)},
    ),
    "a Spanish shop": (
        """ID cliente,Número de pedido,Fecha,Estado,Importe
        A,1,2025-01-02,Completado,10
        A,2,2025-02-02,Cancelado,20
        B,3,2025-03-02,Enviado,30""",
        {"A": (1, 10), "B": (1, 30)},
    ),
    "an Italian shop": (
        """Codice cliente,Numero ordine,Data,Stato ordine,Totale
        A,1,2025-01-02,Completato,10
        A,2,2025-02-02,Annullato,20
        A,3,2025-02-03,In attesa,5""",
        {"A": (1, 10)},
    ),
    "a Dutch and a Polish word": (
        """Klantnummer,Bestelnummer,Besteldatum,Bestelstatus,Bedrag
        A,1,2025-01-02,Voltooid,10
        A,2,2025-02-02,Geannuleerd,20""",
        {"A": (1, 10)},
    ),
    "a French shop that writes N°": (
        """N° client,N° commande,Date,Montant TTC,Statut
        12,A1,03/01/2025,"1 234,50 €",Payée
        13,A2,14/02/2025,"80,00 €",Annulée
        13,A3,15/02/2025,"90,10 €",Livrée
        12,A4,16/03/2025,"-34,50 €",Remboursement""",
        {"12": (1, 1200), "13": (1, 90.1)},
    ),
    "a Polish shop": (
        """Nr klienta,Nr zamówienia,Data zamówienia,Status,Wartość brutto
        1001,Z/1/2025,2025-01-03,Zrealizowane,"1 234,50 zł"
        1002,Z/2/2025,2025-01-04,Anulowane,"80,00 zł"
        1002,Z/3/2025,2025-01-05,Wysłane,"90,00 zł"
        Razem,,,,"1 324,50 zł\"""",
        {"1001": (1, 1234.5), "1002": (1, 90)},
    ),
    "a Japanese shop": (
        """顧客ID,注文番号,注文日,注文ステータス,合計金額
        C1,1001,2025年1月3日,完了,"¥12,300"
        C2,1002,2025年2月4日,キャンセル,"¥8,000"
        C2,1003,2025/02/05,発送済み,"9,000円"
        C1,1004,令和7年3月6日,完了,1万円
        合計,,,,"31,300円\"""",
        {"C1": (2, 22300), "C2": (1, 9000)},
    ),
    "Stripe's API, in cents but for yen": (
        """id,customer,amount,amount_refunded,currency,created,status,paid
        ch_1,cus_A,5000,0,eur,1736500000,succeeded,true
        ch_2,cus_B,6050,2000,eur,1736600000,succeeded,true""",
        {"cus_A": (1, 50), "cus_B": (1, 40.5)},
    ),
    "a column that says whether a sale was paid": (
        """Sale ID,Customer ID,Date,Total,Completed
        1,11,2025-01-02,22,Yes
        2,12,2025-01-03,5,No
        3,12,2025-01-04,7,Yes""",
        {"11": (1, 22), "12": (1, 7)},
    ),
    "a column of what was paid is no status": (
        """order_id,customer_id,date,total,paid
        1,A,2025-01-02,22,22
        2,B,2025-01-03,5,0""",
        {"A": (1, 22), "B": (1, 5)},
    ),
    "refunded in part, in words": (
        """Order,Customer,Date,Status,Total
        1,A,2025-01-02,Completed,10
        2,B,2025-01-03,Refunded (partial),30
        3,B,2025-01-04,Refunded,40""",
        {"A": (1, 10), "B": (1, 30)},
    ),
    "PrestaShop, whose names of customers are short": (
        """id_order,reference,id_customer,customer,total_paid_tax_incl,payment,order_state,date_add
        1,ABC,7,A. Ann,50,Card,Payment accepted,2025-01-02 10:00:00
        2,DEF,8,A. Ann,70,Card,Payment error,2025-01-03 10:00:00
        3,GHI,8,A. Ann,30,Card,Delivered,2025-01-04 10:00:00""",
        {"7": (1, 50), "8": (1, 30)},
    ),
    "a German WooCommerce shop with a guest": (
        """Bestellnummer,Bestellstatus,Bestelldatum,Kundennummer,E-Mail (Abrechnung),Gesamtsumme der Bestellung,Menge
        101,Abgeschlossen,2025-01-10,7,ann@x.org,"50,00",2
        101,Abgeschlossen,2025-01-10,7,ann@x.org,"50,00",1
        102,Fehlgeschlagen,2025-01-11,8,bob@x.org,"70,00",1
        103,In Bearbeitung,2025-01-12,0,cy@x.org,"30,00",1""",
        {"7": (1, 50), "cy@x.org": (1, 30)},
    ),
    "a list of customers with the day of their last order": (
        """Kundennr.,Name,Anzahl Bestellungen,Umsatz gesamt,Letzte Bestellung
        1,Ann,3,"1.234,50",03.01.2025
        2,Bob,1,"80,00",14.02.2025""",
        {"1": (3, 1234.5), "2": (1, 80)},
    ),
    "Etsy, payments": (
        """Payment ID,Buyer Username,Order ID,Gross Amount,Net Amount,Adjusted Gross,Status,Order Date,Refund Amount
        9001,ann77,501,20.00,19.00,15.00,settled,01/20/2025,5.00
        9002,bob88,502,30.00,29.00,,settled,01/21/2025,""",
        {"ann77": (1, 15), "bob88": (1, 30)},
    ),
    "a Swedish shop": (
        """Kundnummer,Ordernummer,Orderdatum,Orderstatus,Belopp
        A,1,2025-01-02,Slutförd,10
        A,2,2025-02-02,Makulerad,20""",
        {"A": (1, 10)},
    ),
    "credit notes with positive amounts": (
        """Customer,Document No,Date,Type,Amount
        A,I1,2025-01-02,Invoice,100
        A,I2,2025-02-02,Invoice,50
        A,N1,2025-02-09,Credit note,30""",
        {"A": (2, 120)},
    ),
    "refund rows of the same order with a positive amount": (
        """customer_id,order_id,date,type,amount
        A,1,2025-01-02,sale,100
        A,1,2025-01-05,refund,40
        B,2,2025-02-02,sale,50
        B,2,2025-02-05,refund,50
        B,3,2025-03-05,sale,70""",
        {"A": (1, 60), "B": (1, 70)},
    ),
    "cancelled by a date": (
        """customer_id,order_id,created_at,cancelled_at,total
        A,1,2025-01-02,,10
        A,2,2025-01-03,2025-01-04,20""",
        {"A": (1, 10)},
    ),
    "partial refunds beside the sale, whatever their sign": (
        """customer_id,order_id,date,amount,refunded_amount
        A,1,2025-01-02,100,-30
        A,2,2025-01-03,50,50
        B,3,2025-01-04,80,""",
        {"A": (1, 70), "B": (1, 80)},
    ),
    "test orders": (
        """customer_id,order_id,date,livemode,amount
        A,1,2025-01-02,true,10
        A,2,2025-01-03,false,20""",
        {"A": (1, 10)},
    ),
    "a way of paying is no amount": (
        """Customer,Date,Payment,Total
        A,2025-01-02,card,10
        A,2025-01-03,cash,20
        B,2025-01-04,card,5""",
        {"A": (2, 30), "B": (1, 5)},
    ),
    "a state of a country is no status": (
        """customer_id,order_id,date,state,amount
        A,1,2025-01-02,NY,10
        A,2,2025-01-03,CA,20""",
        {"A": (2, 30)},
    ),
    "Stripe": (
        """id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Status,Customer ID,Mode
        ch_1,2025-01-02 10:00,100.00,0.00,eur,true,Paid,cus_1,Live
        ch_2,2025-02-02 10:00,80.00,30.00,eur,true,Partially Refunded,cus_1,Live
        ch_3,2025-03-02 10:00,60.00,60.00,eur,true,Refunded,cus_1,Live
        ch_4,2025-03-03 10:00,40.00,0.00,eur,false,Failed,cus_2,Live
        ch_5,2025-03-04 10:00,20.00,0.00,eur,true,Paid,cus_2,Live""",
        {"cus_1": (2, 150), "cus_2": (1, 20)},
    ),
    "PayPal": (
        """Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,Transaction ID
        01/15/2025,10:00:00,PST,Ann,Website Payment,Completed,USD,100.00,-3.00,97.00,ann@x.org,T1
        02/15/2025,10:00:00,PST,Ann,Website Payment,Pending,USD,50.00,-2.00,48.00,ann@x.org,T2
        03/15/2025,10:00:00,PST,Bob,Express Checkout Payment,Completed,USD,70.00,-2.00,68.00,bob@x.org,T3""",
        {"ann@x.org": (1, 100), "bob@x.org": (1, 70)},
    ),
    "Square": (
        """Date,Time,Gross Sales,Discounts,Net Sales,Tax,Total Collected,Transaction ID,Event Type,Customer ID
        2025-01-15,10:00:00,$10.00,$0.00,$10.00,$1.00,$11.00,T1,Payment,C1
        2025-01-16,10:00:00,($10.00),$0.00,($10.00),($1.00),($11.00),T2,Refund,C1
        2025-01-17,10:00:00,$20.00,$0.00,$20.00,$2.00,$22.00,T3,Payment,C1""",
        {"C1": (2, 22)},
    ),
    "Etsy": (
        """Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Currency,Order Value,Order Total,Status
        03/14/25,6001,u1,Ann,3,EUR,9.00,11.90,Paid
        03/20/25,6002,u1,Ann,1,EUR,3.00,5.90,Canceled
        03/21/25,6003,u2,Bob,1,EUR,3.00,4.50,Paid""",
        {"u1": (1, 11.9), "u2": (1, 4.5)},
    ),
    "BigCommerce": (
        """Order ID,Customer ID,Customer Name,Order Date,Order Status,Order Total (inc tax),Total Quantity
        1,7,Ann,2025-01-15,Completed,12.00,2
        2,7,Ann,2025-01-16,Declined,24.00,1
        3,8,Bob,2025-01-17,Awaiting Fulfillment,36.00,3""",
        {"7": (1, 12), "8": (1, 36)},
    ),
    "Magento": (
        """ID,Purchase Point,Purchase Date,Bill-to Name,Grand Total (Base),Grand Total (Purchased),Status,Customer Email
        000001,Main,2025-01-15,Ann,10.00,11.00,Complete,ann@x.org
        000002,Main,2025-01-16,Ann,20.00,22.00,Closed,ann@x.org
        000003,Main,2025-01-17,Bob,30.00,33.00,Processing,bob@x.org""",
        {"ann@x.org": (1, 10), "bob@x.org": (1, 30)},
    ),
    "Lightspeed": (
        """Date,Receipt,Line Type,Customer Code,Quantity,SKU,Total
        2025-01-15,100,Sale,C1,2,,30.00
        2025-01-15,100,Sale Line,C1,1,S1,10.00
        2025-01-15,100,Sale Line,C1,1,S2,20.00
        2025-01-15,100,Payment,C1,,,30.00""",
        {"C1": (1, 30)},
    ),
    "WooCommerce's orders report": (
        """Date,Order #,Status,Customer,Customer type,Products,Items sold,Net Sales,N. Revenue
        2025-01-15,101,processing,Ann,new,x,1,10,10
        2025-01-16,102,wc-on-hold,Ann,returning,x,1,20,20""",
        {"Ann": (1, 10)},
    ),
    "Shopify, the total on the first row of an order": (
        """Name,Email,Financial Status,Created at,Total,Lineitem quantity,Lineitem name,Lineitem price,Refunded Amount
        #1,ann@x.org,paid,2025-01-15,30.00,1,Mug,10.00,0.00
        #1,ann@x.org,,2025-01-15,,2,Cup,10.00,
        #2,ann@x.org,partially_refunded,2025-01-16,40.00,1,Pot,40.00,15.00
        #3,ann@x.org,voided,2025-01-17,50.00,1,Pan,50.00,0.00""",
        {"ann@x.org": (2, 55)},
    ),
    "an order's total on each line": (
        """customer_id,order_id,date,order_total
        A,1,2025-01-02,30
        A,1,2025-01-02,30
        A,2,2025-01-03,20
        B,3,2025-01-04,10
        B,3,2025-01-04,10""",
        {"A": (2, 50), "B": (1, 10)},
    ),
    "orders pasted twice, one block below the other": (
        """customer_id,order_id,date,amount
        A,1,2025-01-02,30
        A,1,2025-01-02,12
        B,2,2025-01-04,10
        A,1,2025-01-02,30
        A,1,2025-01-02,12
        B,2,2025-01-04,10""",
        {"A": (1, 42), "B": (1, 10)},
    ),
    "orders pasted twice and sorted": (
        """customer_id,order_id,date,amount
        A,1,2025-01-02,30
        A,1,2025-01-02,30
        A,1,2025-01-02,12
        A,1,2025-01-02,12
        B,2,2025-01-04,10
        B,2,2025-01-04,10
        B,2,2025-01-04,11
        B,2,2025-01-04,11""",
        {"A": (1, 42), "B": (1, 21)},
    ),
    "two equal refunds at different times of a day": (
        """customer_id,order_id,date,amount
        A,1,2025-01-02 09:00,100
        A,1,2025-01-05 10:00,-10
        B,2,2025-01-05 10:05,60
        A,1,2025-01-05 11:00,-10""",
        {"A": (1, 80), "B": (1, 60)},
    ),
    "totals in several languages, with dates and without": (
        """Datum,Kunde,Betrag
        2025-01-02,A,10
        2025-01-31,Zwischensumme,10
        2025-02-02,B,20
        2025-02-28,Summe Februar,20
        ,Gesamtsumme,30
        Total général,,30""",
        {"A": (1, 10), "B": (1, 20)},
    ),
    "totals of a group, as spreadsheets write them": (
        """customer,date,amount
        A 1,2025-01-02,10
        A 1,2025-01-03,20
        A 1 Total,,30
        B 2,2025-01-04,5
        B 2 Total,,5""",
        {"A 1": (2, 30), "B 2": (1, 5)},
    ),
    "the headers again in the middle": (
        """customer_id,date,status,amount
        A,2025-01-02,paid,10
        customer_id,date,status,amount
        B,2025-02-02,paid,20""",
        {"A": (1, 10), "B": (1, 20)},
    ),
    "a list of customers": (
        """Customer ID,Number of orders,Total spent,Last order date,Created
        A,3,90,2025-03-01,2020-01-01
        B,0,0,,2021-01-01
        C,1,15,2025-02-01,2022-01-01""",
        {"A": (3, 90), "C": (1, 15)},
    ),
    "a German list of customers": (
        """Kundennummer,Anzahl Bestellungen,Umsatz,Letzte Bestellung
        A,3,90,2025-03-01
        C,1,15,2025-02-01""",
        {"A": (3, 90), "C": (1, 15)},
    ),
    "a number of orders that every row of a customer repeats": (
        """customer_id,orders,date,amount
        A,2,2025-03-01,10
        A,2,2025-03-02,20
        B,1,2025-03-03,5""",
        {"A": (2, 30), "B": (1, 5)},
    ),
    "amounts in the shop's currency beside those that were paid": (
        """customer_id,order_id,date,currency,amount,converted amount
        A,1,2025-01-02,USD,10,10
        A,2,2025-01-03,JPY,3000,20
        B,3,2025-01-04,USD,5,5""",
        {"A": (2, 30), "B": (1, 5)},
    ),
}


@pytest.mark.parametrize("kind", SALES)
def test_what_each_customer_bought_is_read_without_a_question(kind: str) -> None:
    """Orders and money are those that were worked out by hand."""
    text, expected = SALES[kind]

    assert bought(text) == expected


def test_a_price_of_the_line_counts_once_beside_a_quantity() -> None:
    """Ten of 3.00 to 3.90 each, once as one piece and once as three: the price grows threefold."""
    lines = [f"C{i},O{i},2025-01-02,{n},{n * (3 + i / 10):.2f}" for i in range(10) for n in (1, 3)]
    text = "\n".join(["customer_id,order_id,date,quantity,price", *lines])

    table, report = read(text)

    assert [sentence.topic for sentence in report.said] == ["AmountCovers"]
    assert table.monetary_value.sum() == pytest.approx(4 * sum(3 + i / 10 for i in range(10)))


def test_a_price_of_one_piece_is_multiplied() -> None:
    """The same shop with the price of one on each line: 1 and 3 pieces at 3.00 to 3.90."""
    lines = [f"C{i},O{i},2025-01-02,{n},{3 + i / 10:.2f}" for i in range(10) for n in (1, 3)]
    text = "\n".join(["customer_id,order_id,date,quantity,price", *lines])

    assert read(text)[0].monetary_value.sum() == pytest.approx(4 * sum(3 + i / 10 for i in range(10)))


def test_equal_amounts_in_an_order_are_asked_about() -> None:
    """Two tickets of one price, or one total on two lines: 50 if it is the order's, 80 if each line has its own."""
    text = """customer_id,order_id,date,amount
    A,1,2025-01-02,30
    A,1,2025-01-02,30
    B,2,2025-01-03,20"""

    assert questions(text) == {"AmountCovers": [("order", 50.0), ("line", 80.0)]}
    assert bought(text, ("AmountCovers", "line")) == {"A": (1, 60), "B": (1, 20)}
    assert bought(text, ("AmountCovers", "order")) == {"A": (1, 30), "B": (1, 20)}


def test_unknown_words_of_a_status_are_asked_about_one_by_one() -> None:
    """Each answer keeps what was said before; then nothing is open."""
    text = """customer_id,order_id,date,status,amount
    A,1,2025-01-02,paid,10
    A,2,2025-01-03,blue,20
    B,3,2025-01-04,green,40"""

    assert questions(text) == {"Statuses": [("green: count", 70.0), ("green: leave-out", 30.0)]}
    _, report = read(text)
    assert [question.text for question in report.questions] == [
        "In status, 1 row: “blue”. Are they sales?",
        "In status, 1 row: “green”. Are they sales?",
    ]
    after = questions(text, ("Statuses", "blue: leave-out"))
    assert after == {
        "Statuses": [("blue: leave-out; green: count", 50.0), ("blue: leave-out; green: leave-out", 10.0)]
    }
    assert bought(text, ("Statuses", "blue: leave-out; green: count")) == {"A": (1, 10), "B": (1, 40)}


def test_a_refund_in_a_status_may_be_the_sale_itself() -> None:
    """With an id of its own: left out (10 in all), or money that went back (negative)."""
    text = """customer_id,order_id,date,status,amount
    A,1,2025-01-02,paid,10
    A,2,2025-01-03,refund,4"""

    assert questions(text) == {"Statuses": [("refund: leave-out", 10.0), ("refund: refund", 6.0)]}


def test_settings_can_say_that_all_rows_count() -> None:
    """Whatever their status is."""
    text = """customer_id,order_id,date,status,amount
    A,1,2025-01-02,paid,10
    A,2,2025-01-03,failed,20"""

    assert bought(text, ("Statuses", "count")) == {"A": (2, 30)}


def test_a_refunded_sale_with_a_refund_row_is_not_taken_off_twice() -> None:
    """100 was bought and went back; 50 was bought: 50 in all, one order."""
    text = """customer_id,order_id,date,status,amount
    A,1,2025-01-02,refunded,100
    A,R1,2025-01-05,completed,-100
    A,2,2025-01-06,completed,50"""

    assert bought(text) == {"A": (1, 50)}


def test_several_currencies_are_asked_about() -> None:
    """Euros alone, dollars alone, or all as one."""
    text = """customer_id,date,currency,amount
    A,2025-01-02,EUR,10
    A,2025-01-03,EUR,20
    B,2025-01-04,USD,40"""

    assert questions(text) == {"Currency": [("EUR", 30.0), ("USD", 40.0), ("any", 70.0)]}
    assert bought(text, ("Currency", "USD")) == {"B": (1, 40)}
    assert bought(text, ("Currency", "any")) == {"A": (2, 30), "B": (1, 40)}
    assert questions(text, ("Currency", "EUR (found)")) != {}


def test_settings_of_another_currency_answer_nothing() -> None:
    """CHF is not in the file, so it is asked again."""
    text = """customer_id,date,currency,amount
    A,2025-01-02,EUR,10
    B,2025-01-04,USD,40"""

    assert "Currency" in questions(text, ("Currency", "CHF"))


def test_a_customer_list_of_several_rows_each_is_asked_about() -> None:
    """Three orders in two rows, or two orders."""
    text = """customer_id,orders,last order,total
    A,2,2025-03-01,10
    A,1,2025-03-02,20
    B,1,2025-03-03,5"""

    assert questions(text) == {"CustomerList": [("list", 35.0), ("orders", 35.0)]}
    assert bought(text, ("CustomerList", "list"))["A"] == (3, 30)
    assert bought(text, ("CustomerList", "orders"))["A"] == (2, 30)


def test_days_since_the_last_order_are_the_recency() -> None:
    """A list with days has them as its recency, whatever day it is."""
    text = """customer_id,recency,orders,total spent
    A,12,3,90
    B,200,1,10"""

    table, _ = read(text)

    assert dict(zip(table.customer_ids, table.recency.tolist(), strict=True)) == {"A": 12, "B": 200}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Email,Total Orders,Total Spent,Created\nann@x.org,3,90,2020-01-01",
            "The day of the last order is missing",
        ),
        (
            "Customer ID,Last order,Total spent\nA,2025-01-01,90",
            "How many orders each customer made is missing",
        ),
        ("customer,2025-01,2025-02,2025-03\nA,1,2,3", "seems to be a pivot"),
        ("customer,Januar,Februar,März\nA,1,2,3", "seems to be a pivot"),
        (
            "customer,date,amount,,customer,date,amount\nA,2025-01-01,1,,B,2025-01-01,2",
            "two tables side by side",
        ),
        (
            "customer,date,amount\nA,2025-01-01,1\nDate,Customer,Total\n2025-01-02,B,5",
            "row 3 .* begins another table",
        ),
    ],
    ids=["no last order", "no number of orders", "pivot", "German pivot", "side by side", "another table"],
)
def test_what_is_no_list_of_orders_is_refused_in_plain_words(text: str, message: str) -> None:
    """What is seen, where, and what is needed instead."""
    with pytest.raises(TrainingDataError, match=message) as caught:
        read(text)

    assert caught.value.hint


@pytest.mark.parametrize("value", ["blue", "blue: maybe", "leave-out"])
def test_an_answer_that_means_nothing_is_refused(value: str) -> None:
    """The row and what is allowed are told."""
    with pytest.raises(SettingsError, match="Statuses is"):
        parse_options([["Statuses", value]])


def test_rows_left_out_and_rows_used_add_up_in_rows_and_money() -> None:
    """10 + 20 + 40 + 80 + 7 in all; 10 is used."""
    text = """customer_id,order_id,date,status,currency,amount
    A,1,2025-01-02,paid,EUR,10
    A,2,2025-01-03,failed,EUR,20
    B,3,2025-01-04,refunded,EUR,40
    ,4,2025-01-05,paid,EUR,80
    Total,,2025-01-06,,,7"""

    _, report = read(text)

    assert (report.rows_read, report.rows_used) == (5, 1)
    assert (report.money_read, report.money_used) == (157.0, 10.0)
    assert {reason: counted.count for reason, counted in report.left_out.items()} == {
        "totals_row": 1, "no_sale": 1, "refunded": 1, "missing_customer": 1,
    }  # fmt: skip
