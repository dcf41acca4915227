"""A week of a shop on the stand-in's clock, with all that can go wrong in one.

Orders come day by day; two schedules, a failing day, a time change, two people's triggers that ask every hour, and an
instance that is killed in a refresh.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from server.core.schedule.slots import spread
from server.errors import AudienceError
from server.sheets.commit.committer import Committer
from server.use_cases.digest import Composed, Digests
from server.use_cases.refresh import Refreshes
from server.use_cases.refresh_calls import RefreshCalls
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Clock, Role
from tests.conftest import Now, Sheet, client_of, quick
from tests.use_cases.test_refresh import Nights

pytestmark = pytest.mark.slow

THURSDAY = dt.datetime(2026, 3, 5, 17, tzinfo=dt.UTC)
"""Noon in New York. On Sunday the 8th its clock goes from 2:00 to 3:00, at 7:00 in UTC."""
HOUR = dt.timedelta(hours=1)
SEGMENTED, TRAINING, RUNS = "Segmented_Customers", "Training_Data", "Runs"
ORDERS = {
    5: [("NEW1", "2026-01-02"), ("C000", "2026-01-02")],
    7: [("C001", "2026-01-04")],
    8: [("NEW2", "2026-01-05"), ("C002", "2026-01-05"), ("C059", "2026-01-05")],
    10: [("C003", "2026-01-07")],
}
"""What comes at noon of a day of March, New York's: customer and date of each order."""


class Person:
    """Somebody whose trigger asks one instance of the service every hour, and who sends what it hands out."""

    def __init__(self, google: LocalGoogle, now: Now) -> None:
        committer = Committer(client_of(google), quick, lambda: now().timestamp())
        retraining = Retraining(committer, Scoring(committer, now, clock=lambda: 0.0), now)
        self.refreshes = Refreshes(committer, retraining, now)
        self.committer, self.retraining = committer, retraining
        self.digests = Digests(committer, now)
        self.mails: list[Composed] = []

    def take(self, sheet: Sheet, calls: RefreshCalls, message: str) -> None:
        """Ask about the refresh, then take the digest and send it."""
        try:
            looked = calls.ask(sheet.id, message).looked
        except AudienceError:
            looked = self.refreshes.look(sheet.id)
        if looked is not None and self.digests.is_due(looked.record, looked.refreshing, sheet.id):
            composed = self.digests.compose(sheet.id)
            if composed is not None:
                self.mails.append(composed)
                assert self.digests.report(sheet.id, composed.claim, "")


def clusters(sheet: Sheet) -> dict[object, object]:
    return {row[0]: row[5] for row in sheet.rows(SEGMENTED)}


def add(sheet: Sheet, orders: list[tuple[str, str]]) -> None:
    row = 2 + len(sheet.rows(TRAINING))
    sheet.type(TRAINING, row, [[who, day, "50"] for who, day in orders])


def test_a_week_of_a_shop(google: LocalGoogle, first_segmentation: Document) -> None:
    """Nightly at 2:00 and weekly on Monday at 2:00. By hand, for the nightly one: Friday 2 new orders (NEW1 makes 61),
    Saturday none, Sunday 1, Monday 3 (NEW2 makes 62), Tuesday a header is gone, Wednesday 1 though an instance is
    killed, Thursday none. The weekly one has all 6 on Monday."""
    clock = Clock(THURSDAY)
    google.workspace.clock = clock
    now = Now()
    sheets = []
    for title in ("nightly", "weekly"):
        document = google.workspace.copy(first_segmentation, OWNER)
        google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
        document.title = title
        sheets.append(Sheet(document))
    nightly, weekly = sheets
    ann, bob = Person(google, now), Person(google, now)
    shops = {
        (person, sheet.id): Nights(sheet, person.committer, person.retraining, now)
        for person in (ann, bob)
        for sheet in sheets
    }
    now.moment = clock.now()
    for sheet, every in ((nightly, "nightly"), (weekly, "weekly")):
        shop = shops[ann, sheet.id]
        for setting, value in (
            ("Refresh", every),
            ("RefreshAt", "Monday 2:00"),
            ("DigestTo", "ann@shop.example"),
        ):
            shop.choose(setting, value)
    moved: Counter[str] = Counter()
    before = clusters(nightly)
    deaths = 0
    for hour in range(7 * 24):
        now.moment = clock.now()
        local = now.moment.astimezone(dt.timezone(-5 * HOUR))
        if local.hour == 12:
            for sheet in sheets:
                add(sheet, ORDERS.get(local.day, []))
            nightly.type(
                TRAINING, 1, [["a", "b", "c"] if local.day == 9 else ["customer_id", "order_date", "amount"]]
            )
        kills = dt.datetime(2026, 3, 11, 6, tzinfo=dt.UTC) + spread(nightly.id)
        if not deaths and now.moment >= kills:
            deaths += 1

            def die(stage: str, _fraction: float) -> None:
                if stage == "Writing the segments":
                    raise KeyboardInterrupt

            with pytest.raises(KeyboardInterrupt):
                bob.refreshes.run(nightly.id, dt.datetime(2026, 3, 11, 6, tzinfo=dt.UTC), 0, die)
            clock.advance(HOUR)
            continue
        for sheet in sheets:
            for name, person in (("ann", ann), ("bob", bob)):
                person.take(sheet, shops[person, sheet.id].calls, f"msg_{name}_{hour}")
        after = clusters(nightly)
        if now.moment < dt.datetime(2026, 3, 9, 12, tzinfo=dt.UTC):
            moved["moved"] += sum(before[who] != after[who] for who in before)
            moved["new"] += len(after) - len(before)
        before = after
        clock.advance(HOUR)

    lines = [[*row, None, None][1:5] for row in nightly.rows(RUNS)][::-1]
    assert lines == [
        ["Segment customers", None, 390, 60],
        ["Refresh", "schedule", 2, 61],
        ["Refresh", "schedule", 0, None],
        ["Refresh", "schedule", 1, 61],
        ["Refresh", "schedule", 3, 62],
        ["Refresh", "schedule", None, None],
        ["Refresh", "schedule", 1, 62],
        ["Refresh", "schedule", 0, None],
    ]
    days = [int(row[0]) for row in nightly.rows(RUNS)][::-1]  # type: ignore[call-overload]  # serials
    assert days[1:] == [46087 + day for day in range(7)]  # 6 to 12 March 2026
    assert [[*row, None][1:5] for row in weekly.rows(RUNS)][::-1][1:] == [["Refresh", "schedule", 6, 62]]
    for sheet in sheets:
        ids = [row[0] for row in sheet.rows(SEGMENTED)]
        assert len(ids) == len(set(ids)) == 62
    mails = [mail.mail for mail in (*ann.mails, *bob.mails)]
    assert sorted(mail.text.partition("\n")[0] for mail in mails) == ["nightly", "weekly"]
    [text] = [mail.text for mail in mails if mail.text.startswith("nightly")]
    assert "Segments were made afresh 3 times, with 6 new orders." in text
    assert moved["new"] == 2
    assert "2 new customers came in." in text
    came = sum(int(part) for part in _numbers(text, "moved in"))
    assert came == moved["moved"] + moved["new"]


def _numbers(text: str, what: str) -> list[str]:
    """Return the figures that stand before some words: +5 moved in."""
    import re

    return re.findall(rf"\+(\d+) {what}", text)
