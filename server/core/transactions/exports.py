"""Exports of shops and payment services, recognised by their headers, and the rules for reading each.

docs/exports.md gives the source of each rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.core.transactions.headers import Role


@dataclass(frozen=True, slots=True)
class Export:
    """An export that is known.

    Attributes
    ----------
    name
        As people call it.
    headers
        All of these are there, as `plain` gives them.
    roles
        Headers by role, before the usual ones; () where there is none to be used.
    covers
        What the amount covers: "order" or "line"; "" where the rows have to tell.
    words
        Words of its statuses that mean something else than usual.
    refunds_name_the_shop
        The row of a refund has the shop where that of a sale has the customer.
    in_parts
        Whole amounts are in the currency's smallest unit, as cents.
    signs_tell
        A payment with a negative amount is one that the shop made, a refund with a positive one money that it got.
    """

    name: str
    headers: frozenset[str]
    roles: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    covers: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    refunds_name_the_shop: bool = False
    signs_tell: bool = False
    in_parts: bool = False


def _headers(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PAYPAL_ROLES = {
    Role.AMOUNT: tuple("gross brutto avantcommission bruto lordo".split()),
    Role.ORDER_ID: tuple(
        "transactionid transaktionscode numerodetransaction iddetransaccion codicetransazione "
        "transactiereferentie".split()
    ),
    Role.CUSTOMER_ID: tuple(
        "fromemailaddress absenderemailadresse deladresseemail correoelectronicodelremitente indirizzoemailmittente "
        "vanemailadres payeremail name nom nombre nome naam".split()
    ),
    Role.EMAIL: (),
    Role.UNIT_PRICE: (),
    Role.QUANTITY: (),
    Role.ORDER_DATE: ("date", "datum", "fecha", "data"),
    Role.KIND: tuple("type typ tipo description beschreibung descripcion descrizione omschrijving".split()),
    Role.STATUS: ("status", "etat", "estado", "stato"),
}
_PAYPAL_WORDS = {
    "completed": "count",
    **dict.fromkeys(
        "preapprovedpaymentbilluserpayment paypalexpresszahlung expresszahlung websitezahlung websitezahlungen "
        "handyzahlung mobilezahlung allgemeinezahlung zahlungimeinzugsverfahrenmitzahlungsrechnung abonnementzahlung "
        "paiementexpresscheckout paiementsurlesiteweb paiementmobile paiementgeneral pagoexpresscheckout "
        "pagoenelsitioweb pagogeneral pagamentoexpresscheckout pagamentositoweb pagamentogenerico "
        "expresscheckoutbetaling mobielebetaling algemenebetaling websitebetaling".split(),
        "count",
    ),
    **dict.fromkeys(
        "paymentrefund ruckzahlung zahlungsruckerstattung remboursementdepaiement reembolsodelpago rimborsopagamento "
        "terugbetaling terugbetalingvanbetaling paymentreversal chargeback".split(),
        "refund",
    ),
    **dict.fromkeys(
        "chargebackfee disputefee partnerfee paymentfee feereversal holdonbalancefordisputeinvestigation "
        "cancellationofholdfordisputeresolution accountholdforopenauthorization reversalofgeneralaccounthold "
        "paymentreviewhold paymenthold paymentrelease reserverelease reservehold generalaccountcorrection "
        "bankdeposittoppaccount bankdeposittopaypalaccount generalcreditcarddeposit generalcardwithdrawal "
        "generalcreditcardwithdrawal userinitiatedwithdrawal userinitiatedcurrencyconversion invoicesent "
        "requestsent moneyrequest taxcollectedbypartner shoppingcartitem warenkorbartikel "
        "generalwithdrawalbanktransfer allgemeineabbuchung allgemeinewahrungsumrechnung "
        "bankgutschriftaufpaypalkonto vonnutzereingeleiteteabbuchung rechnunggesendet "
        "einbehaltungfuroffeneautorisierung ruckbuchungallgemeinerkontoeinbehaltung retraitgeneral "
        "conversiondedevisegenerale conversiongeneraldedevises retiradageneral conversiondedivisasgeneral "
        "prelievogenerico conversionedivaluta conversionegeneraledivaluta algemeneopname "
        "algemenevalutaomrekening".split(),
        "leave-out",
    ),
}
"""Kinds of transactions as activity downloads and statements call them in six languages."""

EXPORTS: tuple[Export, ...] = (
    Export(
        "Shopify",
        _headers("name financialstatus lineitemname"),
        {
            Role.ORDER_ID: ("name",),
            Role.CUSTOMER_ID: ("email",),
            Role.AMOUNT: ("total",),
            Role.UNIT_PRICE: (),
            Role.QUANTITY: (),
            Role.STATUS: (),
            Role.ITEM_STATUS: (),
            Role.ORDER_DATE: ("createdat", "processedat", "paidat"),
        },
        covers="order",
    ),
    Export(
        "Amazon",
        _headers("amazonorderid purchasedate itemprice"),
        {Role.ORDER_ID: ("amazonorderid",), Role.AMOUNT: ("itemprice",), Role.UNIT_PRICE: ()},
        covers="line",
    ),
    Export(
        "Amazon",
        _headers("orderid orderitemid purchasedate itemprice quantitypurchased"),
        {Role.ORDER_ID: ("orderid",), Role.AMOUNT: ("itemprice",), Role.UNIT_PRICE: ()},
        covers="line",
    ),
    *(
        Export(
            "PayPal",
            _headers(headers),
            _PAYPAL_ROLES,
            covers="line",
            words=_PAYPAL_WORDS,
            refunds_name_the_shop=True,
            signs_tell=True,
        )
        for headers in (
            "gross fee net transactionid",
            "brutto gebuhr netto transaktionscode",
            "brutto entgelt netto transaktionscode",
            "avantcommission commission net numerodetransaction",
            "bruto comision neto iddetransaccion",
            "lordo tariffa netto codicetransazione",
            "bruto kosten net transactiereferentie",
        )
    ),
    Export(
        "Stripe's API",
        _headers("id amount amountrefunded currency created customer"),
        {
            Role.ORDER_ID: ("id", "paymentintent"),
            Role.CUSTOMER_ID: ("customer",),
            Role.AMOUNT: ("amount",),
            Role.REFUNDED: ("amountrefunded",),
            Role.ORDER_DATE: ("created",),
            Role.SHOP_AMOUNT: (),
        },
        covers="line",
        in_parts=True,
    ),
    Export(
        "Stripe",
        _headers("id amount amountrefunded currency"),
        {
            Role.ORDER_ID: ("id", "paymentintentid"),
            Role.AMOUNT: ("amount",),
            Role.REFUNDED: ("amountrefunded",),
            Role.ORDER_DATE: ("createddateutc", "createdutc", "created"),
            Role.SHOP_AMOUNT: ("convertedamount",),
        },
        covers="line",
    ),
    Export(
        "Square",
        _headers("grosssales netsales transactionid eventtype"),
        {
            Role.AMOUNT: ("totalcollected", "netsales"),
            Role.ORDER_ID: ("transactionid",),
            Role.KIND: ("eventtype",),
            Role.UNIT_PRICE: (),
            Role.REFUNDED: (),
        },
        covers="line",
    ),
    Export(
        "Etsy",
        _headers("paymentid orderid grossamount netamount adjustedgross"),
        {
            Role.CUSTOMER_ID: ("buyerusername", "buyer", "buyername"),
            Role.AMOUNT: ("grossamount",),
            Role.SHOP_AMOUNT: (),
            Role.REFUNDED: ("refundamount",),
            Role.KIND: (),
            Role.ORDER_DATE: ("orderdate",),
        },
        covers="order",
        words={"settled": "count", "open": "count"},
    ),
    Export(
        "Etsy",
        _headers("saledate orderid ordertotal ordervalue"),
        {
            Role.CUSTOMER_ID: ("buyeruserid", "buyer", "fullname"),
            Role.AMOUNT: ("ordertotal",),
            Role.QUANTITY: (),
            Role.KIND: (),
        },
        covers="order",
    ),
    Export(
        "Etsy",
        _headers("saledate itemname itemtotal transactionid orderid"),
        {Role.AMOUNT: ("itemtotal",), Role.UNIT_PRICE: (), Role.ORDER_ID: ("orderid",), Role.KIND: ()},
        covers="line",
    ),
    Export(
        "eBay",
        _headers("salesrecordnumber ordernumber buyerusername totalprice"),
        {
            Role.CUSTOMER_ID: ("buyerusername",),
            Role.ORDER_ID: ("ordernumber",),
            Role.AMOUNT: ("totalprice",),
            Role.UNIT_PRICE: (),
            Role.QUANTITY: (),
        },
    ),
    Export(
        "eBay",
        _headers("transactioncreationdate type ordernumber netamount grosstransactionamount"),
        {
            Role.CUSTOMER_ID: ("buyerusername",),
            Role.ORDER_ID: ("ordernumber",),
            Role.ORDER_DATE: ("transactioncreationdate",),
            Role.AMOUNT: ("grosstransactionamount",),
            Role.CURRENCY: ("transactioncurrency", "payoutcurrency"),
            Role.UNIT_PRICE: (),
            Role.QUANTITY: (),
            Role.KIND: ("type",),
        },
        covers="line",
        words=dict.fromkeys(
            "otherfee shippinglabel payout hold release adjustment loanrepayment".split(), "leave-out"
        )
        | {"claim": "refund", "paymentdispute": "refund"},
    ),
    Export(
        "Stripe",
        _headers("balancetransactionid reportingcategory gross net currency"),
        {
            Role.AMOUNT: ("gross",),
            Role.ORDER_ID: ("chargeid", "paymentintentid", "sourceid"),
            Role.CUSTOMER_ID: ("customerid", "customeremail"),
            Role.KIND: ("reportingcategory",),
            Role.SHOP_AMOUNT: (),
        },
        covers="line",
        words={
            "fee": "leave-out",
            "networkcost": "leave-out",
            "otheradjustment": "leave-out",
            "topup": "leave-out",
        },
        signs_tell=True,
    ),
    Export(
        "BigCommerce",
        _headers("orderid orderstatus ordertotalinctax"),
        {
            Role.AMOUNT: ("ordertotalinctax",),
            Role.CUSTOMER_ID: ("customerid", "customeremail"),
            Role.QUANTITY: (),
        },
        covers="order",
        words={"completed": "count"},
    ),
    Export(
        "Magento",
        _headers("purchasepoint purchasedate grandtotalbase status"),
        {
            Role.ORDER_ID: ("id",),
            Role.CUSTOMER_ID: ("customeremail", "customername", "billtoname"),
            Role.AMOUNT: ("grandtotalbase",),
            Role.SHOP_AMOUNT: (),
            Role.REFUNDED: ("totalrefunded",),
        },
        covers="order",
        words={"closed": "refunded"},
    ),
    Export(
        "Lightspeed",
        _headers("date receipt linetype total"),
        {Role.ORDER_ID: ("receipt",), Role.AMOUNT: ("total",), Role.KIND: ("linetype",), Role.QUANTITY: ()},
        covers="order",
        words={"sale": "count", "saleline": "line", "payment": "line", "closed": "count"},
    ),
    Export(
        "Lightspeed",
        _headers("receiptnumber line type sku total"),
        {Role.ORDER_ID: ("receiptnumber",), Role.AMOUNT: ("total",), Role.KIND: ("type",), Role.QUANTITY: ()},
        covers="order",
        words={"sale": "count", "saleline": "line", "payment": "line", "closed": "count"},
    ),
    Export(
        "WooCommerce",
        _headers("ordernumber orderstatus ordertotalamount"),
        {Role.AMOUNT: ("ordertotalamount",), Role.UNIT_PRICE: (), Role.QUANTITY: ()},
        covers="order",
    ),
    Export(
        "WooCommerce",
        _headers("date order status nrevenue"),
        {Role.AMOUNT: ("nrevenue", "netsales"), Role.ORDER_ID: ("order",), Role.KIND: (), Role.QUANTITY: ()},
        covers="order",
    ),
)


def export_of(names: Sequence[str]) -> Export | None:
    """Return the export that has these headers, None for an unknown one.

    >>> export_of(["amazonorderid", "purchasedate", "quantity", "itemprice"]).name
    'Amazon'
    >>> export_of(["customerid", "date", "amount"])
    """
    there = set(names)
    return next((export for export in EXPORTS if export.headers <= there), None)
