"""A week of refreshes in which the instance that works is killed night after night: no run is lost, none is doubled."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import pytest

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from proving.torture.direct import Killed, Wire
from proving.torture.kept import doubled_runs, kept_problems
from server.core.schedule.slots import spread
from server.operations import Operations
from server.sheets.commit.committer import Committer
from server.use_cases.digest import Digests
from server.use_cases.refresh import Refreshes
from server.use_cases.refresh_calls import RefreshCalls
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role
from tests.conftest import Now, Sheet, quick
from tests.mortal import Life, MortalClient

pytestmark = pytest.mark.slow

START = dt.datetime(2026, 3, 5, 17, tzinfo=dt.UTC)
"""Noon of a Thursday in New York, whose clock goes on an hour in the night to Sunday."""
HOUR = dt.timedelta(hours=1)
NEW_YORK = dt.timezone(-5 * HOUR)
DEADLY = (2, 0, 1, 3, 2, 1, 2)
"""Hours of each night, one after the other, in which the instances that both people ask are killed."""
ORDERS = (2, 0, 1, 3, 0, 4, 1)
"""Orders that come at each noon."""
MOST_CALLS = 16
"""A refresh makes a few more calls to Google, a look without one fewer."""


class Instance:
    """One process of the service on the stand-in's clock."""

    def __init__(self, wire: Wire, now: Now, life: Life) -> None:
        committer = Committer(MortalClient(wire, life), quick, lambda: now().timestamp())
        retraining = Retraining(committer, Scoring(committer, now, clock=lambda: 0.0), now)
        self.life = life
        self.operations = Operations(committer, now)
        self.calls = RefreshCalls(Refreshes(committer, retraining, now), self.operations, now)
        self.digests = Digests(committer, now)

    def bury(self) -> None:
        """Stop what is left of a dead process."""
        for running in self.operations._running.values():
            running.heartbeat._over.set()
            running.heartbeat._changed.set()


class Shop:
    """A spreadsheet, and the person whose trigger asks about it every hour."""

    def __init__(self, google: LocalGoogle, document: Document) -> None:
        self.sheet = Sheet(document)
        self.now = Now()
        self.now.moment = START
        self.wire = Wire(google.service, google.server.faults, random.Random(0))
        self.deaths = 0
        self.mails: list[str] = []
        self.unsaid = 0
        self._messages = 0

    def choose(self, **settings: str) -> None:
        rows = self.sheet.rows("Settings")
        for name, value in settings.items():
            at = next(at for at, row in enumerate(rows, start=2) if row[0] == name)
            self.sheet.type("Settings", at, [[value]], column=2)

    def order(self, count: int, day: dt.date) -> None:
        """Have orders come, the last one of a customer whom nobody knew."""
        known = [[f"C{number:03}", day.isoformat(), "50"] for number in range(count - 1)]
        rows = [*known, [f"NEW {day:%j}", day.isoformat(), "50"]][:count]
        self.sheet.type("Training_Data", 2 + len(self.sheet.rows("Training_Data")), rows)

    def ask(self, life: Life) -> None:
        """Ask about the refresh, then take the digest, send it and say so; the process may be killed at any call."""
        instance = Instance(self.wire, self.now, life)
        self._messages += 1
        is_said = True
        try:
            looked = instance.calls.ask(self.sheet.id, f"msg_{self._messages}").looked
            if looked is None or not instance.digests.is_due(looked.record, looked.refreshing, self.sheet.id):
                return
            composed = instance.digests.compose(self.sheet.id)
            if composed is not None:
                self.mails.append(composed.mail.text)
                is_said = False
                is_said = instance.digests.report(self.sheet.id, composed.claim, "")
        except Killed:
            self.deaths += 1
            self.unsaid += not is_said
        finally:
            instance.bury()

    @property
    def lines(self) -> list[list[object]]:
        """The lines of Runs that the schedule made, the oldest first."""
        return [[*row, None, None] for row in self.sheet.rows("Runs")[::-1] if row[2] == "schedule"]


@pytest.fixture
def shop(google: LocalGoogle, first_segmentation: Document) -> Iterator[Shop]:
    document = google.workspace.copy(first_segmentation, OWNER)
    google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
    shop = Shop(google, document)
    shop.choose(Refresh="nightly", RefreshAt="Monday 2:00", DigestTo="ann@shop.example")
    shop.ask(Life())
    return shop


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_week_with_kills_loses_no_run_and_doubles_none(shop: Shop, seed: int) -> None:
    """Each night has its one line; each order is told of by one line; who was killed thrice in a night says so."""
    draw = random.Random(seed)
    turn = spread(shop.sheet.id)
    deaths = [0] * 7
    for hour in range(7 * 24):
        shop.now.moment = START + hour * HOUR
        night, since = divmod(hour, 24)
        local = shop.now().astimezone(NEW_YORK)
        if since == 0:
            shop.order(ORDERS[night], local.date() - dt.timedelta(days=66))
        slot = 14 - (night > 2)  # 2:00 comes an hour earlier after the time change
        for person in range(2):
            shop.now.moment = START + hour * HOUR + turn + person * dt.timedelta(seconds=10)
            dies = 0 <= since - slot < DEADLY[night]
            at = draw.randrange(2, MOST_CALLS) if dies else 0
            before = shop.deaths
            shop.ask(Life(at, answered=draw.random() < 0.5))
            deaths[night] += shop.deaths - before

    dates = [int(str(line[0]).partition(".")[0]) for line in shop.lines]
    waiting, counts = 0, []
    for night, line in enumerate(shop.lines):
        waiting += ORDERS[night]
        counts.append(line[3])
        if line[4] is not None:
            assert line[3] == waiting
            waiting = 0
        elif line[3] == 0:
            assert waiting == 0
        else:
            assert deaths[night] >= 3
            assert "interrupted three times" in str(line[6])
    ids = [row[0] for row in shop.sheet.rows("Segmented_Customers")]
    assert dates == [46087 + night for night in range(7)]  # 6 to 12 March 2026
    assert sum(deaths) >= 8
    assert waiting == 0
    assert sum(int(str(count)) for count in counts if count is not None) == sum(ORDERS)
    assert len(ids) == len(set(ids)) == 60 + sum(count > 0 for count in ORDERS)
    assert len(shop.mails) == 1 + shop.unsaid
    assert [*kept_problems(shop.sheet.document), *doubled_runs(shop.sheet.document)] == []
    assert not [tab.title for tab in shop.sheet.document.sheets if tab.title.startswith("ATE staging")]


@pytest.mark.parametrize("answered", [False, True], ids=["before its answer", "after it"])
def test_a_kill_at_each_call_of_a_refresh_leaves_it_due_or_done(
    google: LocalGoogle, shop: Shop, answered: bool
) -> None:
    """The next look makes one line of it, of 2 new orders and 61 customers, whichever call was the last.

    History has the run once, and each segment its list.
    """
    shop.order(2, dt.date(2026, 1, 5))
    shop.now.moment = dt.datetime(2026, 3, 6, 7, tzinfo=dt.UTC) + HOUR
    first = shop.sheet.document
    reached = 0
    for at in range(1, 100):
        shop.sheet = Sheet(google.workspace.copy(first, OWNER))
        google.workspace.share(shop.sheet.id, SERVICE_ACCOUNT, Role.EDITOR)
        shop.now.moment = dt.datetime(2026, 3, 6, 8, tzinfo=dt.UTC)
        before = shop.deaths

        shop.ask(Life(at, answered=answered))
        shop.now.advance(hours=1)
        shop.ask(Life())

        lines = [(line[1], line[3], line[4]) for line in shop.lines]
        assert lines == [("Refresh", 2, 61)], f"killed at call {at}"
        ids = [row[0] for row in shop.sheet.rows("Segmented_Customers")]
        assert len(ids) == len(set(ids)) == 61
        assert [*kept_problems(shop.sheet.document), *doubled_runs(shop.sheet.document)] == []
        assert not [tab for tab in shop.sheet.document.sheets if tab.title.startswith("ATE staging")]
        if shop.deaths == before:
            break
        reached = at
    assert reached >= 12  # calls of the look and of the refresh
