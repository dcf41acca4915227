"""Contacts by customer: the newest of each value that is not empty, and what was agreed to in all rows together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from server.core.audiences.consent import Consent, is_suppressed, read_consent
from server.core.audiences.contact_columns import ContactColumns, Field
from server.core.cells import Cell, is_empty
from server.core.transactions.customer_ids import id_key

CONTENT = (Field.EMAIL, Field.PHONE, Field.FIRST_NAME, Field.LAST_NAME, Field.COUNTRY, Field.ZIP)
"""Fields of which the newest value counts."""
_KEYS = (Field.CUSTOMER_ID, Field.EMAIL, Field.OTHER_ID)
"""By which a row is found to be a customer's, in this order."""
_OLDEST, NEWEST = float("-inf"), float("inf")
"""Ages: of what has no date, and of the tab `Contacts`, which is newer than any order."""


Place = tuple[str, int]
"""A tab and a row of it, from 1."""

_CONSENTS = ((Field.AD_CONSENT, "ad_consent"), (Field.EMAIL_CONSENT, "email_consent"))


_AT = {which: at for at, which in enumerate(CONTENT)}


@dataclass(slots=True)
class Contact:
    """Contact data of one customer.

    Attributes
    ----------
    cells
        Newest cell of each of `CONTENT`, "" where all are empty.
    row
        Where the row taken last stands.
    places, ages
        Where the cell of a field stands that counts, and of when it is; kept from the second row on.
    """

    cells: list[Cell] = field(default_factory=list)
    ad_consent: Consent = Consent.EMPTY
    email_consent: Consent = Consent.EMPTY
    is_suppressed: bool = False
    row: Place = ("", 0)
    age: float = _OLDEST
    places: dict[Field, Place] | None = None
    ages: dict[Field, float] | None = None

    def take(self, cells: Mapping[Field, Cell], age: float, place: Place) -> None:
        """Take the values of one more row; of two of the same age the later taken counts."""
        if not self.cells:
            self.cells = [cell if not is_empty(cell := cells.get(which)) else "" for which in CONTENT]
            self.age = age
        else:
            self._take_next(cells, age, place)
        for which, name in _CONSENTS:
            consent = read_consent(cells.get(which))
            if consent > getattr(self, name):
                setattr(self, name, consent)
                self._note(which, place)
        if is_suppressed(cells.get(Field.SUPPRESS)):
            self.is_suppressed = True
            self._note(Field.SUPPRESS, place)
        self.row = place

    def _take_next(self, cells: Mapping[Field, Cell], age: float, place: Place) -> None:
        if self.places is None or self.ages is None:
            self.places = dict.fromkeys(Field, self.row)
            self.ages = {which: self.age for which in CONTENT if self.cells[_AT[which]] != ""}
        for which in CONTENT:
            cell = cells.get(which)
            if not is_empty(cell) and age >= self.ages.get(which, _OLDEST):
                self.cells[_AT[which]], self.ages[which], self.places[which] = cell, age, place

    def _note(self, which: Field, place: Place) -> None:
        if self.places is not None:
            self.places[which] = place

    def get(self, which: Field) -> Cell:
        """Return the newest cell of a field, "" where there is none."""
        return self.cells[_AT[which]] if self.cells else ""

    def place(self, *fields: Field) -> Place:
        """Return the position of the first of some fields that has a value, else a row of the customer."""
        if self.places is None:
            return self.row
        return next((self.places[field] for field in fields if field in self.places), self.row)


class Contacts:
    """The contacts of some customers, read row by row.

    Parameters
    ----------
    customer_ids
        Ids as `Segmented_Customers` has them. Rows of others are passed over.

    Attributes
    ----------
    unknown_rows
        How many rows were of nobody among the customers.

    Examples
    --------
    >>> contacts = Contacts(["C1"])
    >>> columns = ContactColumns({Field.CUSTOMER_ID: (0,), Field.EMAIL: (1,), Field.AD_CONSENT: (2,)}, {})
    >>> rows = {0: ["C1", "C1", "C9"], 1: ["old@x.com", "new@x.com", "z@x.com"], 2: ["no", "yes", "yes"]}
    >>> contacts.add("Contacts", 2, columns, rows)
    >>> contact = contacts["C1"]
    >>> contact.get(Field.EMAIL), contact.ad_consent.name, contact.place(Field.AD_CONSENT), contacts.unknown_rows
    ('new@x.com', 'NO', ('Contacts', 2), 1)
    """

    def __init__(self, customer_ids: Iterable[str]) -> None:
        self._known = _Known(customer_ids)
        self._by_id: dict[str, Contact] = {}
        self._strangers: list[Contact] = []
        self.unknown_rows = 0
        self.fields: set[Field] = set()

    def __getitem__(self, customer_id: str) -> Contact | None:
        return self._by_id.get(customer_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def all(self) -> Iterator[Contact]:
        """Yield the contacts of the customers, and those of nobody among them who want to hear nothing."""
        yield from self._by_id.values()
        yield from self._strangers

    def add(
        self,
        tab: str,
        first_row: int,
        columns: ContactColumns,
        cells: Mapping[int, Sequence[Cell]],
        ages: Sequence[float] | None = None,
    ) -> None:
        """Take a block of rows.

        Parameters
        ----------
        first_row
            Sheet row of the first.
        cells
            By position of the column; a column may end early, with its last filled cell.
        ages
            Of when each row is, the later the larger; by default all are the newest. Of two of the same age the lower
            in the tab counts.
        """
        self.fields |= set(columns.places)
        parts = {which: _joined(places, cells) for which, places in columns.places.items()}
        keys = [parts[key] for key in _KEYS if key in parts]
        for at in range(max((len(part) for part in cells.values()), default=0)):
            customer_id = self._known.find(part[at] if at < len(part) else "" for part in keys)
            row = {which: part[at] for which, part in parts.items() if at < len(part)}
            age, place = ages[at] if ages is not None else NEWEST, (tab, first_row + at)
            if not customer_id:
                self._note_stranger(row, place)
                continue
            contact = self._by_id.get(customer_id)
            if contact is None:
                contact = self._by_id[customer_id] = Contact()
            contact.take(row, age, place)

    def _note_stranger(self, row: Mapping[Field, Cell], place: Place) -> None:
        """Keep a row that refuses consent even if it is no customer's: a customer may share its address."""
        self.unknown_rows += any(not is_empty(cell) for cell in row.values())
        stranger = Contact()
        stranger.take(row, NEWEST, place)
        if stranger.is_suppressed or Consent.NO in (stranger.ad_consent, stranger.email_consent):
            self._strangers.append(stranger)


def _joined(places: Sequence[int], cells: Mapping[int, Sequence[Cell]]) -> Sequence[Cell]:
    """Return one column of several: of each row the first cell that is not empty."""
    first, *others = [cells.get(place, ()) for place in places]
    if not others:
        return first
    length = max(len(part) for part in (first, *others))
    return [
        next((part[at] for part in (first, *others) if at < len(part) and not is_empty(part[at])), "")
        for at in range(length)
    ]


class _Known:
    """The ids of the customers, as rows of contacts may write them."""

    def __init__(self, customer_ids: Iterable[str]) -> None:
        self._exact: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        for customer_id in customer_ids:
            self._exact.setdefault(id_key(customer_id), customer_id)
            folded = id_key(customer_id, folds_case=True)
            self._folded[folded] = "" if self._folded.get(folded, customer_id) != customer_id else customer_id

    def find(self, cells: Iterable[Cell]) -> str:
        """Return the customer whom the first of some cells names, "" where none does."""
        for cell in cells:
            if cell is None or cell == "":
                continue
            contact = self._exact.get(id_key(cell)) or self._folded.get(id_key(cell, folds_case=True))
            if contact:
                return contact
        return ""
