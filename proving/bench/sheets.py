"""Spreadsheets of the measurements: segmented by the product itself, then lengthened as needed."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Iterator

from local.client import SignedClient
from local.launch import OWNER, LocalGoogle, Webhook
from local.load import load_rows
from server.access.signatures import derive_key
from sheets_standin.spreadsheet.document import Document

NEW_USER = "New User"
LOG = "Prediction_Log"


def orders(customers: int = 400) -> Iterator[list[str]]:
    """Yield transactions of customers who differ in all three."""
    yield ["customer_id", "order_date", "amount"]
    draw = random.Random(0)
    start = dt.date(2025, 12, 31)
    for number in range(customers):
        for order in range(max(1, round(12 * draw.random() ** 2))):
            day = start - dt.timedelta(days=round(400 * draw.random()) + 7 * order)
            yield [f"C{number:04}", day.isoformat(), f"{5 + 200 * draw.random() ** 3:.2f}"]


def segmented(google: LocalGoogle, webhook: Webhook) -> Document:
    """Return a spreadsheet whose segments the running service has made."""
    document = google.spreadsheet()
    load_rows(document, orders(), OWNER)
    reply = keyed(webhook, document).call("segment")
    if reply.status != 200:
        raise RuntimeError(f"the spreadsheet could not be segmented: {reply.body}")
    return document


def keyed(webhook: Webhook, document: Document) -> SignedClient:
    """Return a client with a key made of the service's secret: it need not run yet, and connects are limited."""
    expiry = int(time.time()) + 86_400
    key = derive_key(webhook.secret, document.spreadsheet_id, expiry)
    return SignedClient(webhook.url, document.spreadsheet_id, key, expiry)


def lengthen(document: Document, rows: int) -> None:
    """Fill `New User` and the log with classified rows and their lines, as years of use would."""
    user, log = document.sheet(NEW_USER).grid, document.sheet(LOG).grid
    with document.changing(OWNER, "import"):
        ids = [f"v1-{number:012x}-20250101T000000Z-0000" for number in range(rows)]
        user.resize(1, user.column_count)
        user.extend((f"U{n}", 10, 2, 50.5, 1, "Some plan", 45_658.5, ids[n]) for n in range(rows))
        user.resize(rows + 2_001, user.column_count)
        log.resize(1, log.column_count)
        log.extend(
            (ids[n], 45_658.5, f"U{n}", 10, 2, 50.5, 1, "Loyal", "Some plan", 0.9, 1, "edit")
            for n in range(rows)
        )
        log.resize(rows + 1, log.column_count)
        document.noted("import", f"{rows} rows")


def type_customers(document: Document, first: int, count: int, mark: str) -> None:
    """Type so many complete rows into `New User` from a sheet row (from 1) on."""
    texts = [[f"{mark}{i}", str(1 + i % 300), str(1 + i % 9), f"{10 + i % 500}"] for i in range(count)]
    document.type_rows(document.sheet(NEW_USER), first - 1, 0, texts, OWNER)
