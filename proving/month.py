"""A spreadsheet after a month of use: segmented, typed into day by day, and segmented again.

CDNOW's last month comes after the first segmentation, so that customers move; some of those who bought are typed
into `New User` on each of the last days, and scored by the service with its clock set to that day.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator

from local.launch import OWNER
from local.load import cdnow, load_rows, read_rows, typed
from local.site import Site
from server.layout.segment_tabs import NEW_USER, RFM, TRAINING_DATA
from server.sheets.api.client import SheetsClient, of_another_google
from server.sheets.commit.committer import Committer
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet.cells import value_of

LAST_MONTH = "1998-06-01"
DAYS, MOST_A_DAY, SEED = 30, 9, 7


def live_through(site: Site, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> None:
    """Set the spreadsheet up on all but the last month, live through that month, and segment again."""
    rows = list(read_rows(cdnow()))
    date = rows[0].index("date")
    earlier = [row for row in rows[1:] if str(row[date]) < LAST_MONTH]
    later = [row for row in rows[1:] if str(row[date]) >= LAST_MONTH]
    document, workspace = site.document, site.google.workspace
    with workspace.lock:
        load_rows(document, [rows[0], *earlier], OWNER)
    site.set_up(lambda _text: None)
    credentials = site.google.credentials()
    committer = Committer(SheetsClient(lambda: of_another_google(credentials), site.google.url))
    _type_customers(site, committer, now())
    with workspace.lock, document.changing(OWNER, "paste"):
        sheet = document.sheet(TRAINING_DATA)
        first = sheet.grid.row_count
        sheet.grid.insert_rows(first, len(later))
        document.put(sheet, first, 0, [[typed(text) for text in row] for row in later], "edit")
    scoring = Scoring(committer, now)
    Retraining(committer, scoring, now).run(document.spreadsheet_id, Run(), lambda _stage, _fraction: None)


def _type_customers(site: Site, committer: Committer, today: dt.datetime) -> None:
    """Have customers typed and scored on each of the last days, some days none."""
    document = site.document
    draw = random.Random(SEED)
    known = list(_customers(site))
    row = 1
    for back in range(DAYS - 1, -1, -1):
        count = draw.randint(0, MOST_A_DAY)
        if not count:
            continue
        picked = draw.sample(known, count)
        with site.google.workspace.lock:
            document.type_rows(document.sheet(NEW_USER), row, 0, picked, OWNER)
        day = today - dt.timedelta(days=back)
        Scoring(committer, lambda day=day: day).score(document.spreadsheet_id, None, trigger="sweep")  # type: ignore[misc]
        row += count


def _customers(site: Site) -> Iterator[list[str]]:
    with site.google.workspace.lock:
        grid = site.document.sheet(RFM).grid
        for row in grid.rows(1, grid.row_count):
            values = [value_of(cell) for cell in row[:4]]
            if values and values[0] is not None:
                yield [str(value) for value in values]
