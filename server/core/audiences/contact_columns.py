"""Find the columns of contacts by their headers: of the tab `Contacts`, of shops' exports of customers, and beside
transactions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.core.cells import Cell, text_of
from server.core.transactions.headers import Role, plain
from server.core.transactions.spellings import SPELLINGS


class Field(StrEnum):
    """What a column of contacts holds."""

    CUSTOMER_ID = "customer_id"
    EMAIL = "email"
    PHONE = "phone"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    COUNTRY = "country"
    ZIP = "zip"
    AD_CONSENT = "ad_consent"
    EMAIL_CONSENT = "email_consent"
    SUPPRESS = "suppress"
    OTHER_ID = "other_id"
    """By which a customer may be known who has no id: a user name or a full name."""


_TEXTS: dict[Field, str] = {
    Field.EMAIL: """
        email customeremail emailaddress customeremailaddress billingemail emailbilling contactemail buyeremail
        useremail emailadresse
        """,
    Field.PHONE: """
        phone phonenumber mobile mobilephone mobilephonenumber mobilenumber cellphone cell telephone telephonenumber
        customerphone billingphone phonebilling defaultaddressphone shippingphone sms whatsapp tel telefon
        telefonnummer handynummer handy mobilnummer mobiltelefon numerodetelephone telefono numerodetelefono celular
        movil telefone cellulare telefoonnummer mobielnummer numertelefonu telefonnr mobil
        """,
    Field.FIRST_NAME: """
        firstname fname givenname forename customerfirstname billingfirstname firstnamebilling vorname prenom
        nombre nombredepila nome primonome voornaam imie fornamn fornavn etunimi
        """,
    Field.LAST_NAME: """
        lastname lname surname familyname customerlastname billinglastname lastnamebilling nachname familienname
        nomdefamille apellido apellidos cognome sobrenome apelido achternaam nazwisko efternamn efternavn etternavn
        sukunimi
        """,
    Field.COUNTRY: """
        countrycode country countryregion customercountry billingcountrycode billingcountry countrybilling
        defaultaddresscountrycode defaultaddresscountry addresscountry shippingcountry countrycodebilling
        land laendercode landcode landercode landerkurzel pays codepays pais codigopais codigodepais paese kraj
        lander
        """,
    Field.ZIP: """
        zip zipcode postalcode postcode zippostalcode postalzipcode billingzip billingpostcode billingpostalcode
        postcodebilling defaultaddresszip addresszip shippingzip shippingpostcode
        plz postleitzahl codepostal codigopostal cp cap codicepostale cep codpostal kodpocztowy postnummer postnr
        """,
    Field.AD_CONSENT: """
        adconsent adsconsent consentads consentforads advertisingconsent adpersonalization adpersonalisation
        adpersonalizationconsent aduserdata adsoptin adoptin acceptsads acceptsadvertising marketingadsconsent
        werbeeinwilligung einwilligungwerbung anzeigeneinwilligung consentementpublicitaire consentimientopublicidad
        """,
    Field.EMAIL_CONSENT: """
        emailconsent acceptsemailmarketing acceptsmarketing emailmarketingconsent emailmarketing emailmarketingstatus
        emailmarketingconsentstate emailoptin emailsubscription newsletter newsletterconsent newsletteroptin
        newslettersubscription marketingconsent marketingoptin optin optedin subscribed subscriptionstatus
        emailmarketingstate emailsubscribed
        newsletteranmeldung newslettereinwilligung emaileinwilligung consentementemail infolettre boletin
        consentimientoemail
        """,
    Field.SUPPRESS: """
        suppress suppressed suppression donotcontact donotemail donotmarket blocked blacklisted blocklisted
        unsubscribed optout optedout gesperrt werbesperre sperrvermerk nepascontacter nocontactar
        """,
    Field.OTHER_ID: "username userlogin login fullname customername billingname name benutzername kundenname",
}

_NOT_IDS = frozenset(" ".join(_TEXTS[field] for field in (Field.EMAIL, Field.PHONE, Field.OTHER_ID)).split())
_IDS = ("customerid", "id", "externalid", "extid")
HEADERS: dict[Field, tuple[str, ...]] = {
    Field.CUSTOMER_ID: (
        *_IDS,
        *(
            spelling
            for spelling in SPELLINGS[Role.CUSTOMER_ID]
            if spelling not in _IDS and spelling not in _NOT_IDS and spelling not in SPELLINGS[Role.EMAIL]
        ),
    ),
    **{field: tuple(text.split()) for field, text in _TEXTS.items()},
}
HEADERS[Field.EMAIL] += tuple(
    spelling for spelling in SPELLINGS[Role.EMAIL] if spelling not in HEADERS[Field.EMAIL]
)
"""Spellings of headers, as `plain` gives them, the likeliest first."""

_ADDRESSES = (Field.EMAIL, Field.PHONE)


@dataclass(frozen=True, slots=True)
class ContactColumns:
    """Columns of contacts in a tab.

    Attributes
    ----------
    places
        Positions from 0 by field. A field may have several columns: the first that is not empty counts.
    headers
        Header by position.
    """

    places: Mapping[Field, tuple[int, ...]]
    headers: Mapping[int, str]

    @property
    def needed(self) -> list[int]:
        """Return the positions of all columns to read."""
        return sorted({place for places in self.places.values() for place in places})

    @property
    def has_addresses(self) -> bool:
        """Whether an e-mail address or a phone number is among the columns."""
        return any(field in self.places for field in _ADDRESSES)

    def has(self, field: Field) -> bool:
        """Whether there is a column of a field."""
        return field in self.places


def contact_columns(header: Sequence[Cell]) -> ContactColumns:
    """Return which columns of a header row hold contacts.

    Examples
    --------
    >>> shopify = ["Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing",
    ...     "Default Address Country Code", "Default Address Zip", "Default Address Phone", "Phone"]
    >>> {str(field): places for field, places in contact_columns(shopify).places.items()}
    {'customer_id': (0,), 'email': (3,), 'phone': (8, 7), 'first_name': (1,), 'last_name': (2,), 'country': (5,), \
'zip': (6,), 'email_consent': (4,)}
    """
    names = [plain(text_of(cell)) for cell in header]
    first: dict[str, int] = {}
    for place, name in enumerate(names):
        if name:
            first.setdefault(name, place)
    places = {
        field: headers
        for field in Field
        if (headers := tuple(first[spelling] for spelling in HEADERS.get(field, ()) if spelling in first))
    }
    used = {place for header_places in places.values() for place in header_places}
    return ContactColumns(places, {place: text_of(header[place]) for place in used})
