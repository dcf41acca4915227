"""An audience of 50,000 contacts through gunicorn: time and memory to look at it, to make it, and to make it again."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from local.client import SignedClient
from local.launch import OWNER, LocalGoogle, Webhook
from proving.bench.processes import cpu_seconds, forget_peak, peak_mib
from proving.bench.sheets import keyed, segmented
from server.layout.audience_tabs import CONTACTS
from server.layout.segment_tabs import SEGMENTED_CUSTOMERS
from server.layout.tabs import HEADERS
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.spreadsheet.grid import Grid, Row

CONTACTS_IN_ALL = 50_000
TARGET = "google_ads"
POLL_SECONDS = 1.0
_COUNTRIES = ("DE", "US", "FR", "GB")
_PHONES = {"DE": "0171 {:07}", "US": "+1 212 56{:05}", "FR": "06 12 3{:05}", "GB": "07911 1{:05}"}


@dataclass(frozen=True, slots=True)
class Step:
    """One call.

    Attributes
    ----------
    seconds, cpu_seconds
        From the call to its answer, and the processor time of gunicorn's processes meanwhile.
    megabytes
        Of the files that it answered, or that were fetched afterwards.
    """

    name: str
    seconds: float
    cpu_seconds: float
    peak_mib: float
    megabytes: float
    reads: int
    writes: int


def measure(contacts: int = CONTACTS_IN_ALL) -> list[Step]:
    """Look at an audience of so many contacts, make it with a tab, and make it again after some have changed."""
    with LocalGoogle(quota=False) as google, Webhook(google, app="proving.bench.staged:make()") as webhook:
        document = segmented(google, webhook)
        _fill(document, contacts, said_no=0)
        client = keyed(webhook, document)
        steps = [
            _step(google, webhook, client, "preview", "see who goes in"),
            _step(google, webhook, client, "make", "make it, with a tab"),
        ]
        _fill(document, contacts, said_no=100)
        return [*steps, _step(google, webhook, client, "make", "make it again, 500 changed")]


def _step(google: LocalGoogle, webhook: Webhook, client: SignedClient, step: str, name: str) -> Step:
    group = webhook.group
    google.server.log.reset()
    forget_peak(group)
    began, cpu = time.perf_counter(), cpu_seconds(group)
    reply = client.call("audience", step=step, target=TARGET, name="Everybody", tab=True)
    while reply.status == 202:
        time.sleep(POLL_SECONDS)
        reply = client.call("audience", step="files", operationId=reply.body["operation"]["id"])
    seconds, cpu = time.perf_counter() - began, cpu_seconds(group) - cpu
    if reply.status != 200:
        raise RuntimeError(f"the audience could not be worked out: {reply.body}")
    size = sum(len(file["text"]) for file in reply.body.get("files", [])) / 1e6
    log = google.server.log
    return Step(name, seconds, cpu, peak_mib(group), size, log.reads, log.writes)


def _fill(document: Document, contacts: int, *, said_no: int) -> None:
    """Put so many customers into `Segmented_Customers`, and contacts of theirs, some faulty, into `Contacts`."""
    places = {header: at for at, header in enumerate(HEADERS[SEGMENTED_CUSTOMERS])}

    def customers() -> Iterator[Row]:
        yield tuple(HEADERS[SEGMENTED_CUSTOMERS])
        for number in range(contacts):
            row: list[str | float | None] = [None] * len(places)
            row[places["CustomerID"]], row[places["Segment"]] = f"K{number:06}", f"Segment {number % 6}"
            row[places["Cluster"]], row[places["MonetaryValue"]] = number % 6, 10.5 + number % 900
            yield tuple(row)

    with document.changing(OWNER, "import"):
        document.sheet(SEGMENTED_CUSTOMERS).grid = _grid(customers(), contacts, len(places))
        there = [sheet for sheet in document.sheets if sheet.title == CONTACTS]
        grid = _grid(_contacts(contacts, said_no), contacts, len(HEADERS[CONTACTS]))
        if there:
            there[0].grid = grid
        else:
            document.sheets.append(Sheet(document.new_sheet_id(), CONTACTS, grid))
        document.noted("import", f"{contacts} contacts")


def _contacts(contacts: int, said_no: int) -> Iterator[Row]:
    draw = random.Random(7)
    yield tuple(HEADERS[CONTACTS])
    for number in range(contacts):
        country = draw.choice(_COUNTRIES)
        phone = _PHONES[country].format(draw.randrange(10**5))
        email = f"customer.{number}@{draw.choice(('gmail.com', 'example.com', 'shop.example'))}"
        if number % 100 == 0:
            email = email.replace("@", " @@")
        consent = "no" if said_no and number % said_no == 1 else "yes"
        yield (
            f"K{number:06}",
            email,
            phone,
            "Ann",
            f"Miller {number}",
            country,
            "01067",
            consent,
            "yes",
            None,
        )


def _grid(rows: Iterator[Row], count: int, width: int) -> Grid:
    grid = Grid(row_count=count + 1, column_count=width)
    grid.extend(rows)
    return grid
