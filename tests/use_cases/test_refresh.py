"""Refreshes: what is due runs once, what is not due does not, and Runs says which."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from local.launch import LocalGoogle
from server.core.schedule.record import TRIES, Record, Standing, stamp
from server.core.schedule.slots import spread
from server.errors import LayoutError, OutsideError, QuotaError
from server.operations import Operations
from server.sheets.commit.committer import Committer
from server.use_cases import refresh
from server.use_cases.refresh import Refreshes
from server.use_cases.refresh_calls import RefreshCalls
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet.document import Sheet as Tab
from sheets_standin.spreadsheet.grid import Grid
from tests.conftest import MeddlingClient, Now, Sheet, client_of, orders, quick

RUNS = "Runs"
TRAINING = "Training_Data"
DAY = dt.timedelta(days=1)
NIGHT = dt.datetime(2026, 1, 16, 8, tzinfo=dt.UTC)
"""3:00 in New York, the night after the noon at which these tests begin."""


class Nights:
    """A spreadsheet, and the hourly looks at it."""

    def __init__(self, sheet: Sheet, committer: Committer, retraining: Retraining, now: Now) -> None:
        self.sheet, self.now = sheet, now
        self.refreshes = Refreshes(committer, retraining, now)
        self.operations = Operations(committer, now)
        self.calls = RefreshCalls(self.refreshes, self.operations, now)
        self._messages = 0

    def choose(self, setting: str, value: str) -> None:
        """Type a value beside a setting."""
        grid = self.sheet.document.sheet("Settings").grid
        names = [self.sheet.row("Settings", row)[:1] for row in range(1, grid.row_count + 1)]
        self.sheet.type("Settings", 1 + names.index([setting]), [[value]], 2)

    def at(self, moment: dt.datetime) -> str:
        """Let the clock be so late, look, and return what was found."""
        self.now.moment = moment
        self._messages += 1
        asked = self.calls.ask(self.sheet.id, f"msg_{self._messages}")
        assert asked.looked is not None
        return asked.answer.operation.state if asked.answer is not None else asked.looked.look.standing

    def night(self, days: int = 0) -> str:
        """Look within the hour after the turn of a night."""
        return self.at(NIGHT + days * DAY + spread(self.sheet.id) + dt.timedelta(minutes=30))

    def order(self, customer: str, day: str, amount: str = "50") -> None:
        """Add an order below the others."""
        self.sheet.type(TRAINING, 2 + len(self.sheet.rows(TRAINING)), [[customer, day, amount]])

    @property
    def lines(self) -> list[list[object]]:
        """What, By, NewOrders, Customers and Moved of each line of Runs, the newest first."""
        return [[*row, None, None][1:6] for row in self.sheet.rows(RUNS)]

    @property
    def record(self) -> Record:
        """What is remembered."""
        [entry] = [entry for entry in self.sheet.document.metadata if entry.key == "ate-schedule"]
        return msgspec.json.decode(entry.value, type=Record)


@pytest.fixture
def nights(segmented: Sheet, committer: Committer, retraining: Retraining, now: Now) -> Nights:
    """Segmented by hand, and switched on at noon."""
    own_nights = Nights(segmented, committer, retraining, now)
    own_nights.choose("Refresh", "nightly")
    assert own_nights.at(now()) == Standing.WAITS
    return own_nights


def test_a_run_by_hand_is_a_line_in_runs(segmented: Sheet) -> None:
    """390 orders of 60 customers, nobody known before; the tab was made by the run."""
    [line] = segmented.rows(RUNS)

    assert segmented.row(RUNS, 1)[:8] == [
        "When",
        "What",
        "By",
        "NewOrders",
        "Customers",
        "Moved",
        "Result",
        "Next",
    ]
    assert line[0] == 46037.5  # noon of 2026-01-15
    assert line[1:6] == ["Segment customers", None, len(orders()) - 1, 60, 0]
    assert str(line[6]).startswith("New segments: 60 customers in ")


def test_a_refresh_runs_where_an_order_is_new(nights: Nights) -> None:
    """One order of a new customer: 61 customers, and the next turn stands beside it."""
    nights.order("NEW", "2025-12-31")

    assert nights.night() == "done"

    assert nights.lines[0] == ["Refresh", "schedule", 1, 61, 0]
    following = nights.sheet.rows(RUNS)[0][7]
    turn = NIGHT + DAY + spread(nights.sheet.id)
    wall = 46039 + (turn - dt.datetime(2026, 1, 17, 5, tzinfo=dt.UTC)).total_seconds() / 86400
    assert following == pytest.approx(wall, abs=1e-6)
    assert nights.record.next_at == stamp(turn)


def test_without_new_orders_it_does_not_run_and_says_so(nights: Nights) -> None:
    """The segments are not written again; that night is settled."""
    before = nights.sheet.rows("Segmented_Customers")

    assert nights.night() == "done"

    assert nights.lines[0] == ["Refresh", "schedule", 0, None, None]
    assert nights.sheet.rows(RUNS)[0][6] == "No orders are newer than those of the last run."
    assert nights.sheet.rows("Segmented_Customers") == before
    assert nights.at(nights.now() + dt.timedelta(hours=1)) == Standing.WAITS
    assert len(nights.lines) == 2


def test_data_that_are_too_poor_are_not_segmented_by_itself(nights: Nights) -> None:
    """All but one month was deleted: the lines say why, and three such nights do not switch it off."""
    grid = nights.sheet.document.sheet(TRAINING).grid
    nights.sheet.type(TRAINING, 2, [["", "", ""]] * (grid.row_count - 1))
    rows = [[f"C{n}", f"2026-01-{1 + n % 9:02}", str(5 + n)] for n in range(60)] * 8
    nights.sheet.type(TRAINING, 2, rows)

    for night in range(4):
        assert nights.night(night) == "done"

    assert [line[0] for line in nights.lines] == ["Refresh"] * 4 + ["Segment customers"]
    assert str(nights.sheet.rows(RUNS)[0][6]).startswith(
        "Not run, as the data are too poor to mean anything."
    )
    assert nights.record.stopped == ""


def test_missed_nights_are_made_up_once(nights: Nights) -> None:
    """Nobody looked for five nights; at noon of the sixth day one run makes it up."""
    nights.order("NEW", "2025-12-31")

    assert nights.at(NIGHT + 5 * DAY + dt.timedelta(hours=9)) == "done"
    assert nights.at(NIGHT + 5 * DAY + dt.timedelta(hours=10)) == Standing.WAITS

    assert [line[0] for line in nights.lines] == ["Refresh", "Segment customers"]


def test_three_failures_switch_it_off_with_the_reason(nights: Nights) -> None:
    """A header is gone for three nights; it stands in Runs, and Settings says off."""
    nights.sheet.type(TRAINING, 1, [["a", "b", "c"]])
    for night in range(3):
        with pytest.raises(Exception, match="Training_Data"):
            nights.night(night)

    assert nights.night(3) == Standing.STOPPED

    assert [line[:2] for line in nights.lines] == [["Refresh", "schedule"]] * 3 + [
        ["Segment customers", None]
    ]
    assert str(nights.sheet.rows(RUNS)[0][6]).endswith("Switched off after three failures in a row.")
    assert "Training_Data" in nights.record.stopped
    choices = {row[0]: row[1] for row in nights.sheet.rows("Settings")}
    assert choices["Refresh"] == "off"

    nights.sheet.type(TRAINING, 1, [["customer_id", "order_date", "amount"]])
    nights.order("NEW", "2025-12-31")
    nights.choose("Refresh", "nightly")
    assert nights.at(nights.now()) == Standing.WAITS
    assert nights.night(4) == "done"
    assert nights.lines[0] == ["Refresh", "schedule", 1, 61, 0]


def test_a_second_look_at_the_same_time_makes_no_second_run(
    google: LocalGoogle, nights: Nights, now: Now, client: MeddlingClient
) -> None:
    """Another person's trigger asks another instance just before the first one's swap."""
    nights.order("NEW", "2025-12-31")
    committer = Committer(client_of(google), quick, lambda: now().timestamp())
    beside = Retraining(committer, Scoring(committer, now), now)
    other = RefreshCalls(Refreshes(committer, beside, now), Operations(committer, now), now)
    states = []

    def ask() -> None:
        asked = other.ask(nights.sheet.id, "msg_of_the_other")
        states.append(asked.answer.operation.id if asked.answer else None)

    real = nights.refreshes._retraining._training_data.read

    def read(*args: object, **kwargs: object) -> object:
        ask()
        return real(*args, **kwargs)  # type: ignore[arg-type]

    nights.refreshes._retraining._training_data.read = read  # type: ignore[method-assign,assignment]

    assert nights.night() == "done"

    assert len(states) == 1
    assert [line[0] for line in nights.lines] == ["Refresh", "Segment customers"]


def test_two_instances_that_both_run_write_once(google: LocalGoogle, nights: Nights, now: Now) -> None:
    """Though the record of long calls failed to keep them apart, the swap of the second is refused."""
    nights.order("NEW", "2025-12-31")
    slot = NIGHT
    now.moment = NIGHT + spread(nights.sheet.id)
    committer = Committer(client_of(google), quick, lambda: now().timestamp())
    other = Refreshes(committer, Retraining(committer, Scoring(committer, now), now), now)

    def meddle(stage: str, _fraction: float) -> None:
        if stage == "Finding segments" and not done:
            done.append(other.run(nights.sheet.id, slot, 0, lambda _stage, _share: None))

    done: list[object] = []
    with pytest.raises(Exception, match=r"refresh already|meanwhile"):
        nights.refreshes.run(nights.sheet.id, slot, 0, meddle)

    assert [line[0] for line in nights.lines] == ["Refresh", "Segment customers"]
    assert len(nights.sheet.rows("Segmented_Customers")) == 61


@pytest.mark.parametrize(
    "stage", ["Reading Training_Data", "Writing the segments", "Putting the segments in place"]
)
def test_an_instance_that_dies_in_a_refresh_loses_no_run_and_doubles_none(
    google: LocalGoogle, nights: Nights, now: Now, stage: str
) -> None:
    """Killed before the swap it is due as before, and the next hour's look runs it."""
    nights.order("NEW", "2025-12-31")
    now.moment = NIGHT + spread(nights.sheet.id)

    def die(reached: str, _fraction: float) -> None:
        if reached == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        nights.refreshes.run(nights.sheet.id, NIGHT, 0, die)
    assert [line[0] for line in nights.lines] == ["Segment customers"]

    assert nights.at(now() + dt.timedelta(hours=1)) == "done"

    assert nights.lines == [
        ["Refresh", "schedule", 1, 61, 0],
        ["Segment customers", None, len(orders()) - 1, 60, 0],
    ]


def test_an_instance_that_dies_after_the_swap_has_done_it(nights: Nights, now: Now) -> None:
    """Killed while it scores what waits: line and record went with the segments."""
    nights.order("NEW", "2025-12-31")
    now.moment = NIGHT + spread(nights.sheet.id)

    def die(reached: str, _fraction: float) -> None:
        if reached == "Labelling the rows of New User":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        nights.refreshes.run(nights.sheet.id, NIGHT, 0, die)

    assert nights.at(now() + dt.timedelta(hours=1)) == Standing.WAITS
    assert [line[0] for line in nights.lines] == ["Refresh", "Segment customers"]


def test_trouble_outside_is_tried_three_times_in_a_night(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Google is away: no line for the first two tries an hour apart, one failure for the third."""
    nights.order("NEW", "2025-12-31")
    hour = dt.timedelta(hours=1)

    def away(*_arguments: object, **_named: object) -> None:
        raise QuotaError("Google is away.")

    with monkeypatch.context() as patched:
        patched.setattr(nights.refreshes._retraining._training_data, "read", away)
        for late in range(3):
            assert [line[0] for line in nights.lines] == ["Segment customers"]
            with pytest.raises(OutsideError):
                nights.at(NIGHT + (2 + late) * hour)

    assert [line[0] for line in nights.lines] == ["Refresh", "Segment customers"]
    assert str(nights.sheet.rows(RUNS)[0][6]).startswith("Google is away.")
    assert nights.at(NIGHT + 6 * hour) == Standing.WAITS
    assert nights.record.failures == 1
    assert nights.night(1) == "done"
    assert nights.record.failures == 0


@pytest.mark.slow
@pytest.mark.parametrize("others", [False, True], ids=["the same orders", "orders of other customers"])
def test_a_refresh_that_learns_anew_changes_no_name_and_no_plan(
    nights: Nights, scoring: Scoring, others: bool
) -> None:
    """Labelled rows differ so much that it learns anew by itself; what people wrote beside each segment stays."""
    sheet = nights.sheet
    header = sheet.row("Action_Map", 1)
    places = [header.index(name) for name in ("Cluster", "Segment", "ActionPlan")]
    for row in range(2, 2 + len(sheet.rows("Action_Map"))):
        sheet.type("Action_Map", row, [[f"Mine {row}", f"Plan {row}"]], column=places[1] + 1)
    before = [[line[place] for place in places] for line in sheet.rows("Action_Map")]
    sheet.type("New User", 2, [[f"N{n}", "0", "60", f"{9000 + n}"] for n in range(220)])
    scoring.score(sheet.id, None, trigger="sweep")
    if others:
        rows = [[f"M{n % 40}", f"2025-{1 + n % 12:02}-{1 + n % 28:02}", str(9000 - n)] for n in range(400)]
        sheet.type(TRAINING, 2 + len(sheet.rows(TRAINING)), rows)
    nights.order("NEW", "2025-12-31")

    assert nights.night() == "done"

    versions = [row[0] for row in sheet.rows("Model")]
    assert len(versions) == 2
    assert [[line[place] for place in places] for line in sheet.rows("Action_Map")] == before
    at = [sheet.row("Segmented_Customers", 1).index(name) for name in ("Cluster", "Segment", "ActionPlan")]
    customers = [[line[place] for place in at] for line in sheet.rows("Segmented_Customers")]
    assert all(customer in before for customer in customers)
    is_used = versions[0] == 2
    assert nights.lines[0][0] == ("Refresh, segments learned anew" if is_used else "Refresh")


def test_a_night_that_was_interrupted_three_times_is_said(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts as a failure, in the spreadsheet's language; the next night runs."""
    nights.sheet.document.locale = "de_DE"
    nights.order("NEW", "2025-12-31")
    lost = "Der Dienst wurde dabei dreimal unterbrochen."

    with monkeypatch.context() as patched:
        patched.setattr(refresh, "newest_failures", lambda *_of: TRIES)
        assert nights.night() == Standing.WAITS

    assert (nights.lines[0][3], nights.sheet.rows(RUNS)[0][6]) == (None, lost)
    assert nights.record.events.troubles[-1][1] == lost
    assert nights.record.failures == 1
    assert nights.night(1) == "done"
    assert nights.lines[0] == ["Aktualisierung", "Zeitplan", 1, 61, 0]


def test_a_turn_for_which_quota_is_too_short_is_not_given_up(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where the look, nor where the record of the run finds none: it waits in the instance and comes again."""
    nights.order("NEW", "2025-12-31")
    nights.now.moment = NIGHT + spread(nights.sheet.id)

    def short(*_arguments: object, **_named: object) -> None:
        raise QuotaError("This minute is full.")

    with monkeypatch.context() as patched:
        patched.setattr(nights.operations, "run", short)
        assert not nights.calls.begin(nights.sheet.id)
        nights.calls.turns.try_begin(nights.sheet.id)

    assert nights.calls.turns.waiting == [nights.sheet.id]


def test_a_turn_without_a_place_asks_google_nothing(
    google: LocalGoogle, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a thousand spreadsheets whose turn has come nearly all wait: their looks would leave no quota for the work."""
    nights.order("NEW", "2025-12-31")
    nights.now.moment = NIGHT + spread(nights.sheet.id)
    google.server.log.reset()

    with monkeypatch.context() as patched:
        patched.setattr(Operations, "has_place", False)
        nights.calls.turns.try_begin(nights.sheet.id)

    assert (google.server.log.reads, nights.calls.turns.waiting) == (0, [nights.sheet.id])
    assert nights.operations.has_place
    assert nights.calls.begin(nights.sheet.id)


@pytest.mark.parametrize(("chosen", "share"), [(True, "live"), (False, "spare")])
def test_the_hourly_look_takes_spare_quota_alone(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, chosen: bool, share: str
) -> None:
    """A schedule that somebody has just chosen is noted at once; where quota is short, the queue comes to it."""
    asked: list[str] = []

    def short(_id: str, share: str = "live") -> None:
        asked.append(share)
        raise QuotaError("This minute is full.")

    monkeypatch.setattr(nights.refreshes, "look", short)

    assert nights.calls.ask(nights.sheet.id, "msg_1", chosen=chosen).looked is None
    assert (asked, nights.calls.turns.waiting) == ([share], [nights.sheet.id])


def test_people_who_took_the_tab_for_something_else_keep_it(sheet: Sheet, retraining: Retraining) -> None:
    """Their tab Runs is left alone, which is said, and the segments are written all the same."""
    sheet.document.sheets.append(Tab(sheet.document.new_sheet_id(), "Runs", Grid(20, 5)))
    sheet.type("Runs", 1, [["Marathon", "Time"], ["Berlin", "3:10"]])

    result = retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)

    assert "The tab Runs is not the add-on's" in result.message
    assert sheet.row("Runs", 1)[:2] == ["Marathon", "Time"]


def test_what_is_not_set_up_is_said(
    sheet: Sheet, committer: Committer, retraining: Retraining, now: Now
) -> None:
    """Without the tab Settings there is no schedule to look at."""
    with pytest.raises(LayoutError, match="Settings"):
        Refreshes(committer, retraining, now).look(sheet.id)
