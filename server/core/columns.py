"""Find the columns of `Training_Data` by their headers, as real exports spell them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.core.cells import Cell, is_empty, text_of
from server.core.options import COLUMN_SETTINGS
from server.errors import NoTransactionsError, TrainingDataError
from server.layout import TRAINING_DATA, column_letter, normalised


class Role(StrEnum):
    """What a column of transactions means."""

    CUSTOMER_ID = "customer_id"
    ORDER_DATE = "order_date"
    AMOUNT = "amount"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    ORDER_ID = "order_id"


LABELS = {
    Role.CUSTOMER_ID: "customer id",
    Role.ORDER_DATE: "date",
    Role.AMOUNT: "amount",
    Role.QUANTITY: "quantity",
    Role.UNIT_PRICE: "unit price",
    Role.ORDER_ID: "order id",
}

_SPELLINGS: dict[Role, tuple[str, ...]] = {
    Role.CUSTOMER_ID: tuple(
        """
        customeruniqueid customerid customerno customernumber customernr customercode customerkey custid
        custno clientid clientno clientnumber clientcode userid memberid membershipid shopperid buyerid
        accountid accountnumber contactid personid householdkey householdid loyaltyid loyaltycardid
        loyaltynumber cardid subscriberid visitorid customeruserid customeruser guestid cardholderid
        customer client user buyer member shopper account household kundennummer kundennr kundenid
        customeremail customeremailaddress email emailaddress billingemail emailbilling buyeremail useremail
        contactemail customername clientname buyername
        """.split()
    ),
    Role.ORDER_DATE: tuple(
        """
        orderdate invoicedate purchasedate transactiondate transdate trandate trxdate saledate salesdate
        orderpurchasetimestamp purchasetimestamp orderdatetime invoicedatetime transactiondatetime orderedat
        purchasedat dateofpurchase dateoforder ordertimestamp transactiontimestamp purchasedatetime
        ordertime transactiontime createdat createdatutc createdutc createddateutc datecreated createddate
        created billdate billingdate receiptdate bookingdate visitdate eventdate eventtime paidat paiddate
        datepaid paymentdate completedat completeddate processedat orderdateutc datetime timestamp date
        posteddate bestelldatum datum day
        """.split()
    ),
    Role.AMOUNT: tuple(
        """
        amount totalamount orderamount transactionamount tranamount transamount trxamount salesamount
        saleamount purchaseamount invoiceamount netamount amountpaid paidamount paymentamount lineamount
        grossamount orderamounttotal ordertotalamount salesvalue dollarvalue ordervalue transactionvalue purchasevalue
        invoicevalue paymentvalue basketvalue revenue netrevenue totalrevenue orderrevenue grossrevenue
        itemrevenue sales netsales totalsales grosssales sale ordertotal grandtotal invoicetotal linetotal
        totalprice totalpaid totalspent totalspend totalvalue totalcost totalsum amountspent moneyspent
        monetaryvalue monetary total subtotal spend spent spending turnover payment pricepaid
        gross net value umsatz betrag
        """.split()
    ),
    Role.QUANTITY: tuple(
        """
        quantity qty orderquantity quantityordered orderedquantity lineitemquantity itemquantity
        quantitysold unitssold units itemcount numitems numberofitems noofitems pieces items menge
        """.split()
    ),
    Role.UNIT_PRICE: tuple(
        """
        unitprice priceperunit priceeach itemprice lineitemprice productprice sellingprice saleprice
        unitamount retailprice priceperitem salesprice listprice price preis
        """.split()
    ),
    Role.ORDER_ID: tuple(
        """
        orderid orderno ordernumber ordernr ordercode orderkey invoiceno invoice invoiceid invoicenumber
        transactionid transactionno transactionnumber transid tranid trxid basketid basketkey basketno
        receiptid receiptno receiptnumber receipt salesorderid salesordernumber salesid saleid purchaseid
        billno billnumber billid ticketid ticketno checkid checkoutid paymentid chargeid order basket
        bestellnummer
        """.split()
    ),
}
"""Headers, normalised, the likeliest first."""

_SHOPIFY = frozenset({"financialstatus", "fulfillmentstatus", "lineitemname"})
_STRIPE = frozenset({"createdutc", "createddateutc"})
_CURRENCY = re.compile(r"(usd|eur|gbp|chf|cad|aud|inr|jpy|sek|nok|dkk|pln|brl)$")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was recognised.

    Attributes
    ----------
    index
        Position from 0.
    why
        How it was recognised, in a few words.
    """

    index: int
    header: str
    why: str

    @property
    def letter(self) -> str:
        """The column's letters in the sheet."""
        return column_letter(self.index)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of `Training_Data` mean what.

    Attributes
    ----------
    header_row
        Sheet row of the headers, from 1.
    others
        Headers that were not needed; their cells are never read.
    """

    header_row: int
    roles: Mapping[Role, Column]
    others: tuple[str, ...] = ()

    @property
    def needed(self) -> list[tuple[Role, int]]:
        """The columns to read, by their place in the sheet."""
        return sorted(((role, column.index) for role, column in self.roles.items()), key=lambda each: each[1])


def recognise(first_rows: Sequence[Sequence[Cell]], overrides: Mapping[str, str] | None = None) -> Columns:
    """Find the header row and the columns.

    Parameters
    ----------
    first_rows
        The top of `Training_Data` from row 1.
    overrides
        Header by role, from `Settings`; "" where there is to be none.

    Raises
    ------
    TrainingDataError
        If no customer id, date or money is found, a header stands twice, or an override names none.

    Examples
    --------
    >>> found = recognise([["Invoice", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"]])
    >>> [(str(role), column.letter) for role, column in found.roles.items()]
    [('customer_id', 'E'), ('order_date', 'C'), ('quantity', 'B'), ('unit_price', 'D'), ('order_id', 'A')]
    >>> recognise([["Our orders"], [], ["customer_id", "order_date", "revenue"]]).header_row
    3
    """
    overrides = overrides or {}
    filled = [(i, row) for i, row in enumerate(first_rows, start=1) if any(not is_empty(c) for c in row)]
    if not filled:
        raise NoTransactionsError(
            f"{TRAINING_DATA} is empty.",
            hint="Paste your transactions there, with their headers in the first row.",
        )
    wanted = {normalised(header) for header in overrides.values() if header}
    number, header = max(
        filled, key=lambda each: (_recognised(each[1]) + 3 * _named(each[1], wanted), -each[0])
    )
    texts = [text_of(cell) for cell in header]
    roles = _assign(texts, overrides)
    _refuse_what_is_missing(number, texts, roles)
    _refuse_twins(texts, roles)
    used = {column.index for column in roles.values()}
    others = tuple(text for i, text in enumerate(texts) if text and i not in used)
    return Columns(number, roles, others)


def _recognised(row: Sequence[Cell]) -> int:
    """Count the roles that a row would fill if it were the header; numbers are no headers."""
    texts = [text_of(cell) if isinstance(cell, str) else "" for cell in row]
    return sum(_find(texts, role) is not None for role in Role)


def _named(row: Sequence[Cell], wanted: set[str]) -> int:
    return len({normalised(text_of(cell)) for cell in row if isinstance(cell, str)} & wanted)


def _find(texts: Sequence[str], role: Role) -> int | None:
    names = [_CURRENCY.sub("", normalised(text)) or normalised(text) for text in texts]
    for spelling in _spellings(role, names):
        if spelling in names:
            return names.index(spelling)
    return None


def _spellings(role: Role, names: Sequence[str]) -> tuple[str, ...]:
    if role is Role.ORDER_ID and len(_SHOPIFY.intersection(names)) >= 2:
        return ("name", *_SPELLINGS[role])
    if role is Role.ORDER_ID and not _STRIPE.isdisjoint(names):
        return (*_SPELLINGS[role], "id")
    if role is Role.AMOUNT and len(_SHOPIFY.intersection(names)) >= 2:
        return ("total", *_SPELLINGS[role])
    return _SPELLINGS[role]


def _assign(texts: Sequence[str], overrides: Mapping[str, str]) -> dict[Role, Column]:
    roles: dict[Role, Column] = {}
    names = [normalised(text) for text in texts]
    unknown = []
    for role in Role:
        if role in overrides:
            header = overrides[role]
            if header and normalised(header) not in names:
                unknown.append(f"{_setting(role)} names {header[:60]!r}")
            elif header:
                place = names.index(normalised(header))
                roles[role] = Column(place, texts[place], "named in Settings")
            continue
        found = _find(texts, role)
        if found is not None:
            roles[role] = Column(found, texts[found], f"{texts[found]!r} is a usual header for it")
    if unknown:
        raise TrainingDataError(
            f"In Settings, {'; '.join(unknown)}, but {TRAINING_DATA} has no such header.",
            hint=f"Its headers are: {_list(texts)}. Write one of them into Settings, or auto.",
        )
    if Role.AMOUNT not in roles and Role.UNIT_PRICE in roles and Role.QUANTITY not in roles:
        price = roles.pop(Role.UNIT_PRICE)
        roles[Role.AMOUNT] = Column(price.index, price.header, "a price, and there is no quantity beside it")
    if Role.AMOUNT in roles:
        roles.pop(Role.UNIT_PRICE, None)
    return roles


def _setting(role: Role) -> str:
    return next(name for name, of in COLUMN_SETTINGS.items() if of == role)


def _refuse_what_is_missing(number: int, texts: Sequence[str], roles: Mapping[Role, Column]) -> None:
    missing = []
    if Role.CUSTOMER_ID not in roles:
        missing.append(("customer ids (such as CustomerID)", Role.CUSTOMER_ID))
    if Role.ORDER_DATE not in roles:
        missing.append(("dates (such as OrderDate)", Role.ORDER_DATE))
    if Role.AMOUNT not in roles and not {Role.QUANTITY, Role.UNIT_PRICE} <= roles.keys():
        missing.append(("money (such as Amount, or Quantity and UnitPrice)", Role.AMOUNT))
    if missing:
        settings = " or ".join(_setting(role) for _, role in missing)
        raise TrainingDataError(
            f"{TRAINING_DATA} has no column of {' and none of '.join(what for what, _ in missing)}; "
            f"in row {number} stand: {_list(texts)}.",
            hint=f"Rename the header in row {number}, or write it into the tab Settings beside {settings}.",
        )


def _refuse_twins(texts: Sequence[str], roles: Mapping[Role, Column]) -> None:
    names = [normalised(text) for text in texts]
    twins = []
    for role, column in roles.items():
        places = [i for i, name in enumerate(names) if name == names[column.index]]
        if len(places) > 1:
            letters = " and ".join(map(column_letter, places))
            twins.append(f"{column.header!r} in the columns {letters} (wanted as the {LABELS[role]})")
    if twins:
        raise TrainingDataError(
            f"{TRAINING_DATA} has one header twice: {'; '.join(twins)}.",
            hint="Rename the one that is not meant, or delete its column.",
        )


def _list(texts: Sequence[str], at_most: int = 20) -> str:
    named = [text[:40] for text in texts if text]
    return ", ".join(named[:at_most]) + (f" and {len(named) - at_most} more" if len(named) > at_most else "")
