"""Tests of two groups in the spreadsheet: dealt once, kept apart, read after their end, erased with a customer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import numpy as np
import pytest

from local.launch import LocalGoogle
from local.site import choose
from server.core.experiments.bases import Base
from server.core.experiments.dealing import deal, standing_control
from server.core.experiments.planning import proposed_share
from server.core.experiments.window import Window
from server.errors import (
    AudienceError,
    ChangedError,
    InputError,
    LayoutError,
    NoModelError,
    SheetContentError,
    ShowsNothingError,
    TrainingDataError,
)
from server.sheets.api.client import SheetsClient, of_another_google
from server.sheets.commit.committer import Committer
from server.sheets.commit.token import read_token
from server.sheets.dashboard.places import WIDTHS
from server.use_cases.audiences import audiences
from server.use_cases.audiences.asked import AskedAudience
from server.use_cases.audiences.deliveries import Delivery
from server.use_cases.experiments.calls import Experiments, Wanted
from server.use_cases.forget_customer import Forgetting
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet.cells import Cell
from sheets_standin.spreadsheet.document import Document
from tests.conftest import MeddlingClient, Now, Sheet, quick, segmented_once, shared_copy
from tests.contacts import HEADER, contact, paste

SEGMENTED, TESTS, MEMBERS, LIFT = "Segmented_Customers", "Tests", "Test_Members", "Lift"
CUSTOMERS = 200
TODAY = dt.date(2026, 1, 15)


def shop() -> list[list[str]]:
    """Return orders of customers who buy at rates of their own, up to the day before yesterday."""
    rng = np.random.default_rng(6)
    rows = [["customer_id", "order_date", "amount"]]
    for number, rate in enumerate(np.exp(rng.normal(-3.6, 1.0, CUSTOMERS)).tolist()):
        for ago in rng.integers(2, 450, 1 + rng.poisson(rate * 450)).tolist():
            day = TODAY - dt.timedelta(days=ago)
            rows.append([f"C{number:03}", day.isoformat(), f"{rng.lognormal(3, 0.5):.2f}"])
    return rows


def no_progress(_stage: str, _fraction: float) -> None:
    pass


@pytest.fixture(scope="module")
def first() -> Document:
    return segmented_once(shop())


@pytest.fixture
def segmented(google: LocalGoogle, first: Document) -> Sheet:
    """A spreadsheet after its first segmentation."""
    return shared_copy(google, first)


@pytest.fixture
def experiments(committer: Committer, now: Now) -> Experiments:
    return Experiments(committer, now)


def segments_of(sheet: Sheet) -> list[str]:
    at = sheet.row(SEGMENTED, 1).index("Segment")
    return sorted({str(row[at]) for row in sheet.rows(SEGMENTED)})


def wanted(sheet: Sheet, name: str = "Spring mailing", **changes: object) -> Wanted:
    fields: dict[str, object] = {"name": name, "segments": segments_of(sheet), "share": 0.2, "days": 60}
    return Wanted(**(fields | changes))  # type: ignore[arg-type]


def start(experiments: Experiments, sheet: Sheet, name: str = "Spring mailing", **changes: object) -> None:
    experiments.start(sheet.id, wanted(sheet, name, **changes), no_progress, confirmed=True)


def lines(sheet: Sheet, title: str) -> list[dict[str, object]]:
    header = [str(cell) for cell in sheet.row(title, 1)]
    return [dict(zip(header, row, strict=False)) for row in sheet.rows(title)]


def control(sheet: Sheet) -> set[object]:
    return {line["CustomerID"] for line in lines(sheet, MEMBERS) if line["Group"] == "control"}


def buy(sheet: Sheet, customers: list[str], day: str, amount: str = "50") -> None:
    """Add orders at the end of `Training_Data`."""
    last = len(sheet.rows("Training_Data")) + 1
    document = sheet.document
    grid = document.sheet("Training_Data").grid
    if grid.row_count < last + len(customers):
        sheet.insert_rows("Training_Data", last, last + len(customers) - grid.row_count + 1)
    sheet.type("Training_Data", last + 1, [[who, day, amount] for who in customers])


def test_a_started_test_stands_in_the_tabs(experiments: Experiments, segmented: Sheet) -> None:
    """Its line, its members, and everybody's group; dealt within each segment by the salted hash."""
    start(experiments, segmented, what="A letter with a voucher")

    [test] = lines(segmented, TESTS)
    members = lines(segmented, MEMBERS)
    people = lines(segmented, SEGMENTED)
    by_id = {str(line["CustomerID"]): line for line in people}
    assert (test["Test"], test["WhatIsDone"], test["Status"]) == (
        "Spring mailing",
        "A letter with a voucher",
        "running",
    )
    assert (test["Start"], test["End"]) == (46037, 46037 + 59)
    assert (test["Customers"], test["Control"]) == (len(people), len(control(segmented)))
    assert len(members) == len(people)
    ids = [str(line["CustomerID"]) for line in members]
    names = segments_of(segmented)
    held = deal(ids, [names.index(str(by_id[who]["Segment"])) for who in ids], 0.2, "spring mailing")
    assert control(segmented) == {who for who, out in zip(ids, held.tolist(), strict=True) if out}
    for line in members:
        there = by_id[str(line["CustomerID"])]
        assert line["SegmentAtStart"] == there["Segment"]
        assert line["SpendBefore"] == pytest.approx(there["MonetaryValue"])
        assert line["OrdersBefore"] == there["Frequency"]
        assert line["Reachable"] == "not known"
        assert there["Group"] == f"{line['Group']}: Spring mailing"


def test_a_test_is_written_by_one_commit(
    experiments: Experiments, segmented: Sheet, google: LocalGoogle
) -> None:
    """An overview, tabs and staging; pieces; then all of it, with the staging tabs gone."""
    number = _token(segmented)

    start(experiments, segmented)

    assert _token(segmented) == number + 2
    assert not [title for title in titles(segmented) if title.startswith("ATE staging")]


def _token(sheet: Sheet) -> int:
    return read_token(
        {"description": protection.description} for protection in sheet.document.protections
    ).number


def titles(sheet: Sheet) -> list[str]:
    return [tab.title for tab in sheet.document.sheets]


def test_two_instances_that_deal_the_same_test_deal_one(
    experiments: Experiments, segmented: Sheet, client: MeddlingClient, now: Now
) -> None:
    """The second finds the line of the first, though both had read before either wrote."""
    other = Experiments(Committer(client, quick, lambda: now().timestamp()), now)
    acts = [lambda: start(other, segmented)]

    done = experiments.start(
        segmented.id, wanted(segmented), at("Putting the groups in place", acts), confirmed=True
    )

    assert not acts
    assert done.name == "Spring mailing"
    assert len(lines(segmented, TESTS)) == 1
    ids = [line["CustomerID"] for line in lines(segmented, MEMBERS)]
    assert len(ids) == len(set(ids)) == done.customers
    assert not [title for title in titles(segmented) if title.startswith("ATE staging")]


def test_two_tests_that_start_at_once_deal_nobody_twice(
    experiments: Experiments, segmented: Sheet, client: MeddlingClient, now: Now
) -> None:
    """The later of two is refused: it was planned without the customers of the other."""
    other = Experiments(Committer(client, quick, lambda: now().timestamp()), now)
    acts = [lambda: start(other, segmented, "Summer")]

    with pytest.raises(ChangedError, match="Another test was started or changed meanwhile"):
        experiments.start(
            segmented.id, wanted(segmented), at("Putting the groups in place", acts), confirmed=True
        )

    assert [line["Test"] for line in lines(segmented, TESTS)] == ["Summer"]
    assert {line["Test"] for line in lines(segmented, MEMBERS)} == {"Summer"}


def at(stage: str, acts: list[Callable[[], None]]) -> Callable[[str, float], None]:
    """Return what is called with the progress, and does each act once when a stage begins."""

    def progress(reached: str, _fraction: float) -> None:
        if reached == stage and acts:
            acts.pop()()

    return progress


def test_a_name_that_is_taken_is_refused(experiments: Experiments, segmented: Sheet) -> None:
    start(experiments, segmented)

    with pytest.raises(InputError, match="There is a test Spring mailing already, in row 2 of Tests"):
        start(experiments, segmented, "spring  Mailing")


def test_members_of_a_running_test_are_in_no_other(
    experiments: Experiments, segmented: Sheet, now: Now
) -> None:
    """Until the last day of the first is over."""
    half = segments_of(segmented)[:2]
    start(experiments, segmented, segments=half)
    taken = {line["CustomerID"] for line in lines(segmented, MEMBERS)}

    seen = experiments.preview(segmented.id, wanted(segmented, "Summer"))

    assert seen.customers == len(lines(segmented, SEGMENTED)) - len(taken)
    assert [(left.why, left.customers) for left in seen.left_out] == [
        ("are in another running test", len(taken))
    ]
    now.advance(days=60)
    assert not experiments.preview(segmented.id, wanted(segmented, "Summer")).left_out


def test_who_stands_in_the_standing_group_is_dealt_into_no_test(
    experiments: Experiments, segmented: Sheet
) -> None:
    """And stands there in Group after the next segmentation."""
    set_value(segmented, "ControlShare", "10%")
    ids = [str(line["CustomerID"]) for line in lines(segmented, SEGMENTED)]
    standing = {who for who, out in zip(ids, standing_control(ids, 0.1).tolist(), strict=True) if out}

    start(experiments, segmented)

    groups = {line["CustomerID"]: line["Group"] for line in lines(segmented, SEGMENTED)}
    assert standing
    assert {who for who, group in groups.items() if group == "standing control"} == standing
    assert not standing & {line["CustomerID"] for line in lines(segmented, MEMBERS)}


def set_value(sheet: Sheet, setting: str, value: str) -> None:
    row = next(i for i in range(1, 80) if sheet.row("Settings", i)[:1] == [setting])
    sheet.type("Settings", row, [[value]], column=2)


def test_only_who_can_be_reached_is_dealt(
    experiments: Experiments, segmented: Sheet, google: LocalGoogle
) -> None:
    """Consented and not suppressed, as the tab Contacts says."""
    ids = [str(line["CustomerID"]) for line in lines(segmented, SEGMENTED)]
    rows = [["CustomerID", "Email", "EmailConsent", "Suppress"]]
    rows += [[who, f"{who.lower()}@example.com", "no" if i < 10 else "yes", ""] for i, who in enumerate(ids)]
    rows[20][3] = "yes"
    paste(segmented.document, "Contacts", rows)

    seen = experiments.preview(segmented.id, wanted(segmented))

    assert [(left.why, left.customers) for left in seen.left_out] == [
        ("cannot be reached, gave no consent or are suppressed", 11)
    ]
    start(experiments, segmented)
    assert {line["Reachable"] for line in lines(segmented, MEMBERS)} == {"yes"}


def test_what_a_test_would_show_in_money_bears_the_currency(
    experiments: Experiments, segmented: Sheet
) -> None:
    """As chosen in Settings."""
    choose(segmented.document, "Currency", "EUR")

    seen = experiments.preview(segmented.id, wanted(segmented))

    assert re.search(r"more spend \(€[\d.,]+ a customer\)", seen.promise)


def test_a_test_that_can_show_nothing_starts_only_once_that_is_confirmed(
    experiments: Experiments, segmented: Sheet
) -> None:
    """Told first, in buyers and in money."""
    few = wanted(segmented, days=7, share=0.05)

    seen = experiments.preview(segmented.id, few)

    assert seen.needs_confirmation
    assert "more buyers" in seen.promise
    assert "more spend" in seen.promise
    with pytest.raises(ShowsNothingError, match="would not show"):
        experiments.start(segmented.id, few, no_progress, confirmed=False)
    assert TESTS not in titles(segmented)
    experiments.start(segmented.id, few, no_progress, confirmed=True)
    assert len(lines(segmented, TESTS)) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "  "}, "needs a name"),
        ({"segments": []}, "No segment is chosen"),
        ({"segments": ["Nobody"]}, "No customer of Segmented_Customers is in the segment Nobody"),
        ({"share": 0.95}, "Between 1% and 90%"),
        ({"days": 3}, "from 7 to 730 days"),
        ({"start": dt.date(2026, 1, 14)}, "cannot start before today"),
        ({"share": 0.01}, "Too few customers"),
    ],
    ids=["name", "no segment", "unknown segment", "share", "days", "yesterday", "few"],
)
def test_what_is_no_test_is_refused(
    experiments: Experiments, segmented: Sheet, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        experiments.preview(segmented.id, wanted(segmented, **changes))


def test_without_segments_there_is_no_test(experiments: Experiments, sheet: Sheet) -> None:
    with pytest.raises(NoModelError, match="No customer has a segment yet"):
        experiments.preview(sheet.id, Wanted("Spring", ["Champions"]))


@pytest.mark.parametrize(
    "stage", ["Reading Training_Data", "Writing the groups", "Putting the groups in place"]
)
def test_rows_that_move_meanwhile_take_no_group_along(
    experiments: Experiments, segmented: Sheet, stage: str
) -> None:
    """The groups are laid out by the rows as they stand when they are written."""
    acts = [lambda: segmented.insert_rows(SEGMENTED, 5, 3)]

    experiments.start(segmented.id, wanted(segmented), at(stage, acts), confirmed=True)

    members = {line["CustomerID"]: line["Group"] for line in lines(segmented, MEMBERS)}
    assert not acts
    for line in lines(segmented, SEGMENTED):
        assert line["Group"] == f"{members[line['CustomerID']]}: Spring mailing"


def test_a_segmentation_keeps_the_groups(
    experiments: Experiments, segmented: Sheet, committer: Committer, now: Now
) -> None:
    """And takes them away once the test is over."""
    start(experiments, segmented)
    before = {line["CustomerID"]: line["Group"] for line in lines(segmented, SEGMENTED)}
    retraining = Retraining(committer, Scoring(committer, now), now)

    retraining.run(segmented.id, Run(), no_progress)

    assert {line["CustomerID"]: line["Group"] for line in lines(segmented, SEGMENTED)} == before
    now.advance(days=60)
    retraining.run(segmented.id, Run(), no_progress)
    assert not any(line.get("Group") for line in lines(segmented, SEGMENTED))


def run_to_its_end(experiments: Experiments, sheet: Sheet, now: Now) -> None:
    """Start a test whose action group all buy, and let it end with orders up to its last day."""
    start(experiments, sheet)
    action = [str(line["CustomerID"]) for line in lines(sheet, MEMBERS) if line["Group"] == "action"]
    buy(sheet, action[: len(action) // 2], "2026-01-15")
    buy(sheet, [action[0]], "2026-03-15")
    now.advance(days=60)


def test_no_verdict_before_the_end(experiments: Experiments, segmented: Sheet, now: Now) -> None:
    """The figures may be looked at; no interval stands beside them, and no verdict."""
    start(experiments, segmented)
    now.advance(days=48)

    reading = experiments.read(segmented.id, "Spring mailing", no_progress)

    assert reading.message == "12 days to go: no verdict yet."
    assert not reading.is_final
    assert all(line.low is None and line.high is None for line in reading.lines)
    assert {line["Reading"] for line in lines(segmented, LIFT)} == {"12 days to go: no verdict yet."}
    assert lines(segmented, TESTS)[0]["Status"] == "running"


def test_no_verdict_before_orders_reach_the_end(experiments: Experiments, segmented: Sheet, now: Now) -> None:
    start(experiments, segmented)
    now.advance(days=61)

    reading = experiments.read(segmented.id, "Spring mailing", no_progress)

    assert reading.message.startswith(
        "Orders in Training_Data reach Jan 13, 2026; the test ends on Mar 15, 2026."
    )
    assert not reading.is_final
    assert lines(segmented, TESTS)[0]["Status"] == "over"


def test_a_lift_is_told_after_the_end(experiments: Experiments, segmented: Sheet, now: Now) -> None:
    """Half of the action group buys, nobody of the control group... and the same is read twice."""
    run_to_its_end(experiments, segmented, now)
    first_charts = len(segmented.document.sheet("Dashboard").charts)

    reading = experiments.read(segmented.id, "Spring mailing", no_progress)

    assert reading.is_final
    [test] = lines(segmented, TESTS)
    lift_lines = lines(segmented, LIFT)
    assert test["Verdict"] == reading.message
    assert test["Status"] == "over"
    pooled = [line for line in lift_lines if line["Segment"] == "(all)"]
    assert [line["Measure"] for line in pooled] == [
        "Buyers in 100 customers",
        "Buyers in 100 customers, adjusted",
        "Spend a customer",
    ]
    members = lines(segmented, MEMBERS)
    size = len(members) - len(control(segmented))
    assert pooled[0]["Action"] == pytest.approx(100 * (size // 2) / size, abs=1e-3)
    assert pooled[0]["Control"] is None or pooled[0]["Control"] == 0
    assert all(
        str(line["Reading"]).startswith(("Exploratory", "Cannot"))
        for line in lift_lines
        if line["Segment"] != "(all)"
    )
    charts = [
        drawn["spec"]
        for drawn in segmented.document.sheet("Dashboard").charts.values()
        if "Did it work" in drawn["spec"]["title"]
    ]
    assert [chart["subtitle"].partition(":")[0] for chart in charts] == ["Spring mailing", "Spring mailing"]
    [domain] = charts[1]["basicChart"]["domains"]
    [source] = domain["domain"]["sourceRange"]["sources"]
    spend = [i for i, line in enumerate(lift_lines, start=1) if line["Measure"] == "Spend a customer"]
    assert (source["startRowIndex"], source["endRowIndex"]) == (spend[0], spend[-1] + 1)
    assert len({_format(segmented, row) for row in range(2, len(lift_lines) + 2)}) == 1
    again = experiments.read(segmented.id, "spring mailing", no_progress)
    assert len(segmented.document.sheet("Dashboard").charts) == len(charts) + first_charts
    assert again == reading
    assert lines(segmented, LIFT) == lift_lines


def test_both_charts_of_a_verdict_stand_beside_each_other_where_a_small_screen_shows_them(
    experiments: Experiments, segmented: Sheet, now: Now
) -> None:
    """Within the 918 pixels that 1280 have beside the sidebar; below all that stands there, also of people."""
    run_to_its_end(experiments, segmented, now)
    dashboard = segmented.document.sheet("Dashboard")
    segmented.type("Dashboard", dashboard.grid.row_count, [["Ours: ask Ann"]], column=2)
    noted = dashboard.grid.row_count

    experiments.read(segmented.id, "Spring mailing", no_progress)

    left, right = (
        drawn["position"]["overlayPosition"]
        for drawn in dashboard.charts.values()
        if "Did it work" in drawn["spec"]["title"]
    )
    widths = [WIDTHS[i] for i in range(11)]
    assert left["anchorCell"]["rowIndex"] == right["anchorCell"]["rowIndex"] == noted + 1
    edges = [(sum(widths[: at["anchorCell"]["columnIndex"]]), at["widthPixels"]) for at in (left, right)]
    assert edges[0][0] + edges[0][1] <= edges[1][0]
    assert edges[1][0] + edges[1][1] <= sum(widths) == 918
    assert (dashboard.grid.row_count - noted - 1) * 21 >= left["heightPixels"]


def _format(sheet: Sheet, row: int) -> object:
    """Return the number format of Action in a line of `Lift`."""
    cell = sheet.cell(LIFT, row, 4)
    assert isinstance(cell, Cell)
    assert cell.format is not None
    return str(cell.format.get("numberFormat"))


def test_a_second_test_keeps_the_lines_of_the_first(
    experiments: Experiments, segmented: Sheet, now: Now
) -> None:
    run_to_its_end(experiments, segmented, now)
    experiments.read(segmented.id, "Spring mailing", no_progress)
    former = lines(segmented, LIFT)
    start(experiments, segmented, "Summer")

    experiments.read(segmented.id, "Summer", no_progress)

    lift_lines = lines(segmented, LIFT)
    assert lift_lines[-len(former) :] == former
    assert {line["Test"] for line in lift_lines[: -len(former)]} == {"Summer"}
    assert [line["Test"] for line in lines(segmented, TESTS)] == ["Summer", "Spring mailing"]


def test_a_line_that_moves_meanwhile_takes_no_verdict_along(
    experiments: Experiments, segmented: Sheet, now: Now, google: LocalGoogle
) -> None:
    """A line inserted above at the moment of the write: the verdict ends beside its test."""
    run_to_its_end(experiments, segmented, now)
    credentials = google.credentials()
    client = Moving(lambda: of_another_google(credentials), google.url)
    client.act = lambda: segmented.insert_rows(TESTS, 2, 1)

    reading = Experiments(Committer(client, quick, lambda: now().timestamp()), now).read(
        segmented.id, "Spring mailing", no_progress
    )

    assert client.act is None
    verdicts = [(line.get("Test"), line.get("Verdict")) for line in lines(segmented, TESTS)]
    assert verdicts == [("Spring mailing", reading.message)]


class Moving(MeddlingClient):
    """Lets somebody act just before `Lift` is filled, also where long work writes."""

    act: Callable[[], None] | None = None

    def for_long_work(self, *, heartbeat: bool = False) -> SheetsClient:
        return self

    def batch_update(self, *args: object, **kwargs: object) -> dict[str, object]:  # type: ignore[override]
        if self.act is not None and "Buyers in 100 customers" in str(args):
            act, self.act = self.act, None
            act()
        return super().batch_update(*args, **kwargs)


def test_a_stopped_test_gets_no_verdict_and_frees_its_customers(
    experiments: Experiments, segmented: Sheet, now: Now
) -> None:
    start(experiments, segmented)
    segmented.type(TESTS, 2, [["Stopped"]], column=10)

    reading = experiments.read(segmented.id, "Spring mailing", no_progress)

    assert reading.message == "Stopped early: no verdict."
    assert not reading.is_final
    assert not experiments.preview(segmented.id, wanted(segmented, "Summer")).left_out


def test_the_tests_are_listed_with_their_days_left(
    experiments: Experiments, segmented: Sheet, now: Now
) -> None:
    assert not experiments.listing(segmented.id).tests
    start(experiments, segmented)
    now.advance(days=10)

    test_list = experiments.listing(segmented.id)

    [test] = test_list.tests
    assert (test.name, test.status, test.days_left) == ("Spring mailing", "running", 50)
    assert test_list.today == "2026-01-25"
    assert {segment.segment for segment in test_list.segments} == set(segments_of(segmented))
    assert all(segment.proposed_share == proposed_share(segment.customers) for segment in test_list.segments)


def test_who_is_forgotten_leaves_the_members(
    experiments: Experiments, segmented: Sheet, committer: Committer
) -> None:
    start(experiments, segmented)

    erased = Forgetting(committer, quick).forget(segmented.id, "C007", confirmed=True)

    assert erased.rows[MEMBERS] == 1
    assert "C007" not in {line["CustomerID"] for line in lines(segmented, MEMBERS)}
    assert len(lines(segmented, MEMBERS)) == len(lines(segmented, SEGMENTED))


def test_who_is_forgotten_while_a_test_starts_is_not_written(
    experiments: Experiments, segmented: Sheet, committer: Committer
) -> None:
    """The list of members was made before; nothing of it is written."""
    acts = [lambda: (Forgetting(committer, quick).forget(segmented.id, "C007", confirmed=True), None)[1]]

    with pytest.raises(ChangedError, match="segmented or erased meanwhile"):
        experiments.start(segmented.id, wanted(segmented), at("Reading Training_Data", acts), confirmed=True)
    assert TESTS not in titles(segmented)


@pytest.mark.parametrize(
    ("row", "column", "text", "message"),
    [
        (2, 5, "soon", "row 2: Start and End of Spring mailing are no days in order"),
        (3, 1, "spring mailing", "rows 2 and 3 both name spring mailing"),
    ],
    ids=["no day", "twice"],
)
def test_a_damaged_line_of_tests_is_named(
    experiments: Experiments, segmented: Sheet, row: int, column: int, text: str, message: str
) -> None:
    """Who is held out must not be guessed: nothing is dealt or read then."""
    start(experiments, segmented)
    segmented.type(TESTS, row, [[text]], column=column)

    for act in (
        lambda: experiments.listing(segmented.id),
        lambda: experiments.preview(segmented.id, wanted(segmented, "Summer")),
        lambda: experiments.read(segmented.id, "Spring mailing", no_progress),
    ):
        with pytest.raises(SheetContentError, match=message):
            act()


def test_reading_what_is_no_test_is_refused(experiments: Experiments, segmented: Sheet, now: Now) -> None:
    with pytest.raises(InputError, match="No test was started yet"):
        experiments.read(segmented.id, "Spring mailing", no_progress)
    start(experiments, segmented, start=TODAY + dt.timedelta(days=5))
    with pytest.raises(InputError, match="There is no test Summer in Tests"):
        experiments.read(segmented.id, "Summer", no_progress)
    with pytest.raises(InputError, match=r"Spring mailing starts on Jan 20, 2026"):
        experiments.read(segmented.id, "Spring mailing", no_progress)


def test_orders_of_other_customers_tell_nothing(experiments: Experiments, segmented: Sheet, now: Now) -> None:
    """All ids were changed: a reading would say that nobody bought."""
    run_to_its_end(experiments, segmented, now)
    count = segmented.document.sheet("Training_Data").grid.row_count - 1
    segmented.type("Training_Data", 2, [[f"X{i}"] for i in range(count)])

    with pytest.raises(TrainingDataError, match="No customer of the test Spring mailing is in Training_Data"):
        experiments.read(segmented.id, "Spring mailing", no_progress)


def test_members_that_are_gone_are_told(experiments: Experiments, segmented: Sheet) -> None:
    start(experiments, segmented)
    segmented.type(MEMBERS, 2, [["Other"] for _ in lines(segmented, MEMBERS)])

    with pytest.raises(SheetContentError, match="Test_Members has no line of the test Spring mailing"):
        experiments.read(segmented.id, "Spring mailing", no_progress)


def of_audience(name: str, audience: str) -> Wanted:
    return Wanted(name, [], 0.2, days=60, base=Base.AUDIENCE, audience=audience)


def of_standing(name: str = "All we do") -> Wanted:
    return Wanted(name, [], days=60, base=Base.STANDING)


@pytest.fixture
def listed(segmented: Sheet) -> Sheet:
    """A contact for each customer; every fourth has said No."""
    ids = [str(line["CustomerID"]) for line in lines(segmented, SEGMENTED)]
    rows = [contact(who, i, EmailConsent="no" if i % 4 == 0 else "yes") for i, who in enumerate(ids)]
    paste(segmented.document, "Contacts", [HEADER, *rows])
    return segmented


def make(committer: Committer, sheet: Sheet, now: Now, name: str = "VIP") -> set[str]:
    """Make an audience; return the ids in its file."""
    delivery = Delivery()
    audiences.make(committer, sheet.id, AskedAudience("list", name), delivery, no_progress, now)
    return {line.split(",")[0] for line in next(iter(delivery.take())).text.splitlines()[1:]}


def test_an_audience_is_dealt(
    experiments: Experiments, listed: Sheet, committer: Committer, now: Now
) -> None:
    """Its members, whatever their segments; made again, those who are held out leave it."""
    members = make(committer, listed, now)
    assert [(choice.audience, choice.members) for choice in experiments.listing(listed.id).audiences] == [
        ("VIP", len(members))
    ]

    experiments.start(listed.id, of_audience("Spring mailing", " vip "), no_progress, confirmed=True)

    [test] = lines(listed, TESTS)
    assert test["Segments"] == "(audience vip)"
    assert {line["CustomerID"] for line in lines(listed, MEMBERS)} == members
    assert len({line["SegmentAtStart"] for line in lines(listed, MEMBERS)}) > 1
    assert make(committer, listed, now) == members - control(listed)
    with pytest.raises(InputError, match="Too few customers: 0 would be dealt"):
        experiments.preview(listed.id, of_audience("Summer", "VIP"))


def test_an_audience_that_was_never_made_is_no_base(experiments: Experiments, listed: Sheet) -> None:
    with pytest.raises(InputError, match="Nobody is in an audience VIP"):
        experiments.preview(listed.id, of_audience("Spring mailing", "VIP"))
    with pytest.raises(InputError, match="No audience is chosen"):
        experiments.preview(listed.id, of_audience("Spring mailing", " "))


def test_the_standing_group_is_compared_with_all_others(
    experiments: Experiments, segmented: Sheet, now: Now
) -> None:
    """Nobody is dealt: its members stay free for tests, Group stays, and the verdict is told of all campaigns."""
    set_value(segmented, "ControlShare", "30%")
    ids = [str(line["CustomerID"]) for line in lines(segmented, SEGMENTED)]
    standing = {who for who, held in zip(ids, standing_control(ids, 0.3).tolist(), strict=True) if held}

    done = experiments.start(segmented.id, of_standing(), no_progress, confirmed=True)

    assert done.message == (
        f"All we do runs until Mar 15, 2026: {len(ids) - len(standing)} customers are compared with {len(standing)} "
        "customers of the standing control group."
    )
    [test] = lines(segmented, TESTS)
    assert (test["Segments"], test["ControlShare"]) == ("(standing control group)", 0.3)
    assert {line["CustomerID"]: line["Group"] for line in lines(segmented, MEMBERS)} == {
        who: "standing control" if who in standing else "all others" for who in ids
    }
    segmented.type(TESTS, 2, [["everybody"]], column=2)  # what somebody types there makes nobody a member
    groups = {line["CustomerID"]: line.get("Group") or "" for line in lines(segmented, SEGMENTED)}
    assert groups == {who: "standing control" if who in standing else "" for who in ids}
    free = experiments.preview(segmented.id, wanted(segmented, "Spring"))
    assert free.customers == len(ids) - len(standing)

    buy(segmented, [who for who in ids if who not in standing], "2026-01-20")
    buy(segmented, [ids[0]], "2026-03-15")
    now.advance(days=60)
    reading = experiments.read(segmented.id, "All we do", no_progress)

    assert reading.is_final
    assert reading.message.startswith("All your campaigns together: Between ")
    assert "more buyers in 100 customers, 95% sure." in reading.message
    assert lines(segmented, LIFT)[0]["Test"] == "All we do"
    set_value(segmented, "ControlShare", "10%")
    message = experiments.read(segmented.id, "All we do", no_progress).message
    assert message.endswith(
        "ControlShare in Settings was 30.0% at the start and is 10.0% now, so the groups were not kept apart as they "
        "are compared here."
    )


@pytest.mark.slow
def test_a_test_beside_the_standing_one_keeps_its_groups(experiments: Experiments, segmented: Sheet) -> None:
    """Started in either order."""
    set_value(segmented, "ControlShare", "30%")
    start(experiments, segmented)
    before = {line["CustomerID"]: line["Group"] for line in lines(segmented, SEGMENTED)}

    experiments.start(segmented.id, of_standing(), no_progress, confirmed=True)

    assert {line["CustomerID"]: line["Group"] for line in lines(segmented, SEGMENTED)} == before
    assert [line["Test"] for line in lines(segmented, TESTS)] == ["All we do", "Spring mailing"]


def test_without_a_standing_group_there_is_nothing_to_compare(
    experiments: Experiments, segmented: Sheet
) -> None:
    with pytest.raises(InputError, match="There is no standing control group"):
        experiments.preview(segmented.id, of_standing())


def test_all_refusals_are_the_services_own() -> None:
    assert issubclass(ShowsNothingError, AudienceError)
    assert Window.of(TODAY, 60).days == 60


@pytest.mark.parametrize(("gone", "other"), [("Tests", "Test_Members"), ("Test_Members", "Tests")])
def test_nobody_is_given_to_an_audience_while_a_tab_of_tests_is_gone(
    segmented: Sheet, committer: Committer, now: Now, gone: str, other: str
) -> None:
    """Who is held out stands in both together; a tab of people's own that is called so stops nothing."""
    at = segmented.row("Action_Map", 1).index("Segment")
    names = [str(row[at]) for row in segmented.rows("Action_Map")]
    Experiments(committer, now).start(
        segmented.id,
        Wanted("Spring", names, share=0.4, days=60),
        lambda _stage, _fraction: None,
        confirmed=True,
    )
    segmented.document.sheet(gone).title = f"My {gone}"

    with pytest.raises(LayoutError, match=f"The tab {gone} is missing, so nobody can tell"):
        audiences.preview(committer, segmented.id, AskedAudience("list"), now)

    segmented.type(other, 1, [["Marathon", "Time", *[""] * 9]])
    assert audiences.preview(committer, segmented.id, AskedAudience("list"), now).chosen == 200
