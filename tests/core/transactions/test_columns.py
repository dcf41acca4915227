"""The columns of Training_Data: found by the headers of real exports, refused in the marketer's words."""

from __future__ import annotations

import pytest

from server.core.cells import Cell
from server.core.options import parse_options
from server.core.transactions.columns import Role, recognise
from server.errors import NoTransactionsError, TrainingDataError

MAIN = frozenset(Role) & {"customer_id", "order_date", "amount", "quantity", "unit_price", "order_id"}


def roles(header: list[str], overrides: dict[str, str] | None = None) -> dict[str, str]:
    """Return the header by role."""
    columns = recognise([header], overrides).roles
    return {str(role): column.header for role, column in columns.items() if role in MAIN}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
            "customer_id=Customer ID,order_date=InvoiceDate,quantity=Quantity,unit_price=Price,order_id=Invoice",
        ),
        (
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
            "customer_id=CustomerID,order_date=InvoiceDate,quantity=Quantity,unit_price=UnitPrice,order_id=InvoiceNo",
        ),
        (
            "customer_id,trans_date,tran_amount",
            "customer_id=customer_id,order_date=trans_date,amount=tran_amount",
        ),
        (
            "household_key,BASKET_ID,DAY,PRODUCT_ID,QUANTITY,SALES_VALUE,STORE_ID",
            "customer_id=household_key,order_date=DAY,amount=SALES_VALUE,quantity=QUANTITY,order_id=BASKET_ID",
        ),
        (
            "order_id,customer_id,customer_unique_id,order_status,order_purchase_timestamp,payment_value",
            "customer_id=customer_unique_id,order_date=order_purchase_timestamp,amount=payment_value,order_id=order_id",
        ),
        (
            "Row ID,Order ID,Order Date,Ship Date,Customer ID,Customer Name,Sales,Quantity,Profit",
            "customer_id=Customer ID,order_date=Order Date,amount=Sales,quantity=Quantity,order_id=Order ID",
        ),
        (
            "first_name,last_name,email,customer_id,order_date,revenue",
            "customer_id=customer_id,order_date=order_date,amount=revenue",
        ),
        (
            "Name,Email,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,"
            "Lineitem quantity,Lineitem name,Lineitem price,Billing Name",
            "customer_id=Email,order_date=Created at,amount=Total,order_id=Name",
        ),
        (
            "Order Number,Order Status,Order Date,First Name (Billing),Email (Billing),Order Total Amount",
            "customer_id=Email (Billing),order_date=Order Date,amount=Order Total Amount,order_id=Order Number",
        ),
        (
            "id,Description,Created date (UTC),Amount,Amount Refunded,Currency,Status,Customer ID,Customer Email",
            "customer_id=Customer ID,order_date=Created date (UTC),amount=Amount,order_id=id",
        ),
        (
            "card_id,purchase_date,dollar_value,Total",
            "customer_id=card_id,order_date=purchase_date,amount=dollar_value",
        ),
        ("Client,Datum,Betrag", "customer_id=Client,order_date=Datum,amount=Betrag"),
        ("E-Mail,Date,Amount (USD)", "customer_id=E-Mail,order_date=Date,amount=Amount (USD)"),
    ],
    ids=[
        "online retail II", "online retail", "retail transactions", "dunnhumby", "olist", "superstore",
        "names beside", "shopify", "woocommerce", "stripe", "card", "german", "currency in the header",
    ],
)  # fmt: skip
def test_headers_of_real_exports_are_recognised(header: str, expected: str) -> None:
    """Each export's customer, date, money and order columns are found, whatever else stands there."""
    assert roles(header.split(",")) == dict(pair.split("=") for pair in expected.split(","))


def test_an_amount_wins_over_quantity_times_price() -> None:
    """Quantity and price are multiplied only where there is no amount."""
    by_role = roles(["customer_id", "date", "quantity", "unit_price", "amount"])

    assert by_role["amount"] == "amount"
    assert "unit_price" not in by_role


def test_a_price_without_quantity_is_the_amount() -> None:
    """Course bookings and tickets have a price and no quantity."""
    assert roles(["customer_id", "date", "price"])["amount"] == "price"


def test_the_header_need_not_stand_in_the_first_row() -> None:
    """Titles and blank rows above it are passed over."""
    top = [
        ["Orders of 2025"],
        [],
        ["exported", "2025-12-31"],
        ["CustomerID", "OrderDate", "Amount"],
        ["1", 45000, 9],
    ]

    assert recognise(top).header_row == 4


def test_settings_name_columns() -> None:
    """A header written into Settings wins over what would be found; none takes a column away."""
    options = parse_options(
        [["AmountColumn", "Net"], ["OrderIdColumn", "none"], ["CustomerIdColumn", "auto"]]
    )

    by_role = roles(["customer_id", "order_id", "date", "amount", "net"], dict(options.columns))

    assert by_role == {"customer_id": "customer_id", "order_date": "date", "amount": "net"}


def test_a_setting_that_names_no_header_is_refused_with_the_headers_there_are() -> None:
    """The setting, its value and the headers of the tab are told."""
    with pytest.raises(TrainingDataError, match="AmountColumn names 'Nett'") as caught:
        recognise([["customer_id", "date", "net"]], {"amount": "Nett"})

    assert "customer_id, date, net" in caught.value.hint


@pytest.mark.parametrize(
    ("header", "message", "setting"),
    [
        (["customer_id", "date", "note"], "money", "AmountColumn"),
        (["customer_id", "amount"], "dates", "OrderDateColumn"),
        (["date", "amount"], "customer ids", "CustomerIdColumn"),
        (["customer_id", "date", "quantity"], "money", "AmountColumn"),
    ],
    ids=["no money", "no dates", "no customers", "quantity without price"],
)
def test_a_missing_column_is_named_with_what_to_do(header: list[str], message: str, setting: str) -> None:
    """What is missing, what stands there instead, and where to say otherwise."""
    with pytest.raises(TrainingDataError) as caught:
        recognise([header])

    assert message in caught.value.detail
    assert header[0] in caught.value.detail
    assert setting in caught.value.hint


def test_all_missing_columns_are_named_at_once() -> None:
    """The marketer does not mend one to hear of the next."""
    with pytest.raises(TrainingDataError) as caught:
        recognise([["colour", "size"]])

    assert all(word in caught.value.detail for word in ("customer ids", "dates", "money"))


def test_a_header_that_stands_twice_is_refused_with_both_letters() -> None:
    """Two columns of the same name: the service does not choose."""
    with pytest.raises(TrainingDataError, match="columns C, D"):
        recognise([["customer_id", "date", "Amount", "amount"]])


def test_twins_that_nobody_needs_do_no_harm() -> None:
    """Only a header that is used must be there once."""
    assert set(roles(["customer_id", "date", "amount", "note", "note"])) == {
        "customer_id",
        "order_date",
        "amount",
    }


@pytest.mark.parametrize("rows", [[], [[]], [["", " "], []]], ids=["nothing", "empty row", "blanks"])
def test_an_empty_tab_says_what_to_paste(rows: list[list[str]]) -> None:
    """There is nothing to find a header in."""
    with pytest.raises(NoTransactionsError, match="is empty"):
        recognise(rows)


def test_needed_columns_are_listed_in_the_order_of_the_sheet() -> None:
    """Only these are read; the others are named and left alone."""
    columns = recognise([["email", "amount", "first_name", "customer_id", "date"]])

    assert columns.needed == [(Role.AMOUNT, 1), (Role.CUSTOMER_ID, 3), (Role.ORDER_DATE, 4)]
    assert columns.roles[Role.EMAIL].header == "email"  # read only where a row has no customer id
    assert columns.others == ("first_name",)


FURTHER_HEADERS = {
    "Turkish": ["Müşteri No", "Sipariş No", "Sipariş Tarihi", "Toplam Tutar"],
    "Czech": ["Číslo zákazníka", "Číslo objednávky", "Datum objednávky", "Celková cena"],
    "Hungarian": ["Ügyfélkód", "Rendelésszám", "Rendelés dátuma", "Végösszeg"],
    "Russian": ["Код клиента", "Номер заказа", "Дата заказа", "Сумма"],
    "Chinese": ["客户编号", "订单号", "下单时间", "实付金额"],
    "Korean": ["고객번호", "주문번호", "주문일자", "결제금액"],
    "Finnish": ["Asiakasnumero", "Tilausnumero", "Tilauspäivä", "Loppusumma"],
    "Greek": ["Κωδικός πελάτη", "Αριθμός παραγγελίας", "Ημερομηνία", "Ποσό"],
    "Portuguese with particles": ["Código do cliente", "Nº do pedido", "Data do pedido", "Valor total"],
    "Spanish with Nº": ["Nº cliente", "Nº pedido", "Fecha", "Importe total"],
    "remarks in brackets": ["Customer ID", "Order ID", "Order date (DD/MM/YYYY)", "Total [incl. VAT]"],
    "GA4": ["user_pseudo_id", "transaction_id", "event_date", "purchase_revenue"],
    "a system of sales": ["Account Name", "Opportunity ID", "Close Date", "Amount"],
}


@pytest.mark.parametrize("headers", FURTHER_HEADERS.values(), ids=FURTHER_HEADERS.keys())
def test_headers_of_further_languages_and_systems_are_known(headers: list[str]) -> None:
    """Each of the four columns has its role."""
    roles = recognise([headers]).roles

    wanted = (Role.CUSTOMER_ID, Role.ORDER_ID, Role.ORDER_DATE, Role.AMOUNT)
    assert {role: roles[role].header for role in wanted} == dict(zip(wanted, headers, strict=True))


@pytest.mark.parametrize(
    "first", [["C-001", 46324.0, 12.5], ["C-001", "2026-10-29", "12,50"], ["7", "x", "y"]]
)
def test_orders_without_headers_are_known_as_such(first: list[Cell]) -> None:
    """Cells of dates are numbers in the file: they are not shown as the headers that stand there."""
    with pytest.raises(TrainingDataError, match="Row 1 of Training_Data seems to be an order") as caught:
        recognise([first, ["C-002", 46325.0, 9.0]])

    assert caught.value.hint.startswith("Insert a row above row 1")
    with pytest.raises(TrainingDataError, match="In row 1 stand: Kunde1, foo, bar"):
        recognise([["Kunde1", "foo", "bar"]])


@pytest.mark.parametrize("header", ["Total (Qty)", "Amount (tax)", "Total (fees)"])
def test_a_remark_that_says_what_a_column_holds_is_part_of_its_header(header: str) -> None:
    """The total of pieces, or of taxes, is not the amount."""
    with pytest.raises(TrainingDataError, match="lacks a column of money"):
        recognise([["Customer ID", "Date", header]])


def test_a_header_that_is_known_as_it_stands_is_read_so() -> None:
    """Without its particle, "Refund of" would be a column of refunds."""
    roles = recognise([["Customer ID", "Document no", "Date", "Refund of", "Amount"]]).roles

    assert roles[Role.ORIGINAL_ORDER].header == "Refund of"
    assert Role.REFUNDED not in roles
