"""A spreadsheet with two tests of lift: one has ended with a result, the other is running.

CDNOW's customers are segmented as they were at the end of March 1998, and a test of the second quarter is started as
of then. Some of its action group buy once more in April than in CDNOW, so that there is a lift to show.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from local.launch import OWNER
from local.load import cdnow, load_rows, read_rows, typed
from local.site import Site
from server.core.cells import Cell as FileCell
from server.layout.experiment_tabs import TEST_MEMBERS
from server.layout.headers import CUSTOMER_ID, GROUP
from server.layout.segment_tabs import SEGMENTED_CUSTOMERS, TRAINING_DATA
from server.sheets.api.client import SheetsClient, of_another_google
from server.sheets.commit.committer import Committer
from server.use_cases.experiments.calls import Experiments, Wanted
from sheets_standin.spreadsheet.cells import value_of

START, DAYS = dt.date(1998, 4, 1), 90
NAMES = ("Spring letter", "Summer voucher")
SLEEPING = ("At Risk", "Hibernating", "Lost", "Need Attention")
MORE_BUYERS, SEED = 0.03, 5
"""So many of the action group buy who would not have."""


def run_campaigns(site: Site) -> None:
    """Set the spreadsheet up on the orders before a test, run it to its end, read it, and start another one today."""
    headers, *orders = read_rows(cdnow())
    date = headers.index("date")
    document, workspace = site.document, site.google.workspace
    with workspace.lock:
        load_rows(document, [headers, *(row for row in orders if _is_before(row[date]))], OWNER)
    site.set_up(lambda _text: None)
    credentials = site.google.credentials()
    committer = Committer(SheetsClient(lambda: of_another_google(credentials), site.google.url))
    there = sorted(set(_column(site, SEGMENTED_CUSTOMERS, "Segment")))
    asleep = [segment for segment in there if segment in SLEEPING]
    then = dt.datetime.combine(START, dt.time(12), dt.UTC)
    _start(site, Experiments(committer, lambda: then), NAMES[0], asleep)
    later = [list(row) for row in orders if not _is_before(row[date])] + _more_orders(
        site, headers, orders[0]
    )
    _paste(site, later)
    today = Experiments(committer)
    today.read(document.spreadsheet_id, NAMES[0], lambda _stage, _fraction: None)
    _start(site, today, NAMES[1], [segment for segment in there if segment not in asleep])


def _paste(site: Site, orders: Sequence[Sequence[FileCell]]) -> None:
    """Add orders below those of `Training_Data`, as its owner does."""
    document = site.document
    with site.google.workspace.lock, document.changing(OWNER, "paste"):
        sheet = document.sheet(TRAINING_DATA)
        end = sheet.grid.row_count
        sheet.grid.insert_rows(end, len(orders))
        document.put(sheet, end, 0, [[typed(str(text)) for text in row] for row in orders], "edit")


def _is_before(day: FileCell) -> bool:
    """Whether an order came before the test began."""
    return str(day) < START.isoformat()


def _more_orders(site: Site, headers: Sequence[FileCell], like: Sequence[FileCell]) -> list[list[FileCell]]:
    """Return orders in April of some of the action group, who would not have bought; all else as in one order."""
    who, date, amount = (headers.index(name) for name in ("customer_id", "date", "amount"))
    draw = random.Random(SEED)
    members = zip(_column(site, TEST_MEMBERS, CUSTOMER_ID), _column(site, TEST_MEMBERS, GROUP), strict=True)
    orders = []
    for customer in sorted(customer for customer, group in members if group == "action"):
        if draw.random() < MORE_BUYERS:
            order = list(like)
            order[who], order[date], order[amount] = customer, "1998-04-20", f"{draw.uniform(12, 60):.2f}"
            orders.append(order)
    return orders


def _start(site: Site, experiments: Experiments, name: str, segments: list[str]) -> None:
    wanted = Wanted(name, segments, days=DAYS, what="A letter with a voucher")
    experiments.start(site.document.spreadsheet_id, wanted, lambda _stage, _fraction: None, confirmed=True)


def _column(site: Site, title: str, header: str) -> list[str]:
    """Return the texts of a column below its header."""
    with site.google.workspace.lock:
        grid = site.document.sheet(title).grid
        top, *rows = ([value_of(cell) for cell in row] for row in grid.rows(0, grid.row_count))
        at = top.index(header)
        return [str(row[at]) for row in rows if len(row) > at and row[at] is not None]
