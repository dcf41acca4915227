"""A test of lift where the orders lie in a source: dealt among all its customers, read by all its orders."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from local.load import load_rows
from server.core.experiments.bases import Base
from server.core.experiments.dealing import standing_control
from server.core.experiments.outcomes import OrdersInMemory
from server.core.experiments.window import Window
from server.core.options import Options
from server.errors import (
    InputError,
    NoModelError,
    SourceAccessError,
    SpreadsheetFullError,
    TrainingDataError,
)
from server.operations import Operations
from server.sheets.commit.committer import Committer
from server.sources import published as published_table
from server.sources.allowed import Sources
from server.sources.declared import parse_sources
from server.use_cases.audiences import audiences
from server.use_cases.audiences.asked import AskedAudience
from server.use_cases.audiences.deliveries import Delivery
from server.use_cases.experiments import planning
from server.use_cases.experiments.calls import Experiments, Wanted
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from server.use_cases.source_results import SourceResults
from server.web import bodies, experiment_calls
from server.web.asked import Asked
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role
from tests.conftest import Now, Sheet, client_of, quick
from tests.contacts import HEADER, contact, paste
from tests.sources import memory
from tests.sources.shop import at_work, choose, set_up
from tests.use_cases.test_experiments import control, lines, no_progress, shop

pytestmark = pytest.mark.slow
SEGMENTED, TESTS, MEMBERS, LIFT = "Segmented_Customers", "Tests", "Test_Members", "Lift"
ANN, EVE = "ann@example.com", "eve@elsewhere.org"
SHOWN = 30
TODAY = dt.date(2026, 1, 15)


def write(path: Path, rows: list[list[str]]) -> None:
    """Write orders, header and all."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def declared(folder: Path, spreadsheet_id: str) -> Sources:
    """Return a source in a folder, open to one spreadsheet and to those of example.com."""
    return Sources(
        parse_sources(
            f'[sources.shop]\nengine = "duckdb"\nfiles = ["{folder}/orders.csv"]\noutput = "{folder}/shop"\n'
            f'spreadsheets = ["{spreadsheet_id}"]\ndomains = ["example.com"]\n[sources.shop.columns]\n'
            'customer_id = "customer_id"\norder_date = "order_date"\namount = "amount"\n'
        )
    )


@dataclass(frozen=True, slots=True)
class Shop:
    """A spreadsheet that shows all customers of a source, and the folder of the source."""

    sheet: Sheet
    folder: Path
    sources: Sources

    def buy(self, customers: list[str], day: str, amount: str = "50") -> None:
        """Add orders to the source."""
        with (self.folder / "orders.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([who, day, amount] for who in customers)

    def orders(self) -> list[list[str]]:
        """Return all orders, header and all."""
        with (self.folder / "orders.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def ids(self) -> set[str]:
        """Return the customers of the published table."""
        rows = duckdb.sql(f"FROM '{self.folder}/shop.parquet' SELECT customer_id").fetchall()
        return {row[0] for row in rows}

    def segments(self) -> list[str]:
        """Return the segments of the published table."""
        rows = duckdb.sql(f"FROM '{self.folder}/shop.parquet' SELECT DISTINCT segment ORDER BY 1").fetchall()
        return [row[0] for row in rows]

    def hide(self) -> None:
        """Take all rows but the first few out of `Segmented_Customers`, as if the sheet showed no more."""
        document, tab = self.sheet.document, self.sheet.document.sheet(SEGMENTED)
        with document.changing(OWNER, "delete"):
            structure.delete(document, tab, structure.ROWS, SHOWN + 1, tab.grid.row_count)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Path]:
    """A spreadsheet that was segmented on a source; nothing stands in Training_Data."""
    folder = tmp_path_factory.mktemp("first")
    write(folder / "orders.csv", shop())
    with LocalGoogle(quota=False) as google:
        document = google.spreadsheet()
        sheet, committer = Sheet(document), Committer(client_of(google), quick)
        set_up(committer, sheet)
        choose(sheet, Source="shop", Clusters="4")
        Retraining(committer, Scoring(committer, Now()), Now(), declared(folder, sheet.id)).run(
            sheet.id, Run(requested_by=ANN), no_progress
        )
        return document, folder


@pytest.fixture
def there(google: LocalGoogle, first: tuple[Document, Path], tmp_path: Path) -> Shop:
    """A copy of it, with a source of its own."""
    document = google.workspace.copy(first[0], OWNER)
    google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
    shutil.copytree(first[1], tmp_path / "shop")
    return Shop(Sheet(document), tmp_path / "shop", declared(tmp_path / "shop", document.spreadsheet_id))


@pytest.fixture
def experiments(committer: Committer, now: Now, there: Shop) -> Experiments:
    """The use cases, as Ann asks for them."""
    return Experiments(committer, now, there.sources, lambda: ANN)


def wanted(there: Shop, name: str = "Spring mailing", **changes: object) -> Wanted:
    """Return a test of all segments for 60 days."""
    fields: dict[str, object] = {"name": name, "segments": there.segments(), "share": 0.2, "days": 60}
    return Wanted(**(fields | changes))  # type: ignore[arg-type]


def start(experiments: Experiments, there: Shop, **changes: object) -> None:
    """Start a test of all segments."""
    experiments.start(there.sheet.id, wanted(there, **changes), no_progress, confirmed=True)  # type: ignore[arg-type]


def into_the_sheet(there: Shop) -> None:
    """Have the same orders in Training_Data, and Settings say so."""
    load_rows(there.sheet.document, there.orders(), OWNER)
    choose(there.sheet, Source="auto")


def test_a_test_is_dealt_among_all_customers_of_the_source(experiments: Experiments, there: Shop) -> None:
    """Also those whom the sheet does not show; what they did before is what memory says, to the bit."""
    there.hide()
    start(experiments, there)

    [test] = lines(there.sheet, TESTS)
    members = {str(line["CustomerID"]): line for line in lines(there.sheet, MEMBERS)}
    assert set(members) == there.ids()
    assert test["Customers"] == len(members) > SHOWN
    assert test["Control"] == len(control(there.sheet))
    header, *rows = there.orders()
    transactions, _ = memory.read(header, rows, TODAY, Options())
    before = OrdersInMemory(transactions, TODAY).of(list(members), Window.of(TODAY, 60)).before
    assert [line["SpendBefore"] for line in members.values()] == before.spend.tolist()
    assert [line["OrdersBefore"] for line in members.values()] == before.orders.tolist()
    people = lines(there.sheet, SEGMENTED)
    assert len(people) == SHOWN
    assert all(
        line["Group"] == f"{members[str(line['CustomerID'])]['Group']}: Spring mailing" for line in people
    )


def test_the_published_table_tells_the_group_of_all_customers_from_the_next_run_on(
    experiments: Experiments, there: Shop, committer: Committer, now: Now
) -> None:
    """Of running tests and of the standing control group, as the sheet tells those whom it shows."""
    choose(there.sheet, ControlShare="30%")
    experiments.start(
        there.sheet.id, wanted(there, segments=there.segments()[:2]), no_progress, confirmed=True
    )
    tested = {str(line["CustomerID"]): str(line["Group"]) for line in lines(there.sheet, MEMBERS)}
    retraining = Retraining(committer, Scoring(committer, now), now, there.sources)

    retraining.run(there.sheet.id, Run(requested_by=ANN), no_progress)

    groups = dict(duckdb.sql(f"FROM '{there.folder}/shop.parquet' SELECT customer_id, \"group\"").fetchall())
    ids = sorted(groups)
    standing = dict(zip(ids, standing_control(ids, 0.3).tolist(), strict=True))
    assert groups == {
        who: f"{tested[who]}: Spring mailing"
        if who in tested
        else "standing control"
        if standing[who]
        else None
        for who in ids
    }
    assert set(tested.values()) == {"action", "control"}
    assert 0 < sum(group == "standing control" for group in groups.values()) < len(ids)
    assert {line["CustomerID"]: line["Group"] or None for line in lines(there.sheet, SEGMENTED)} == groups


def test_a_preview_is_that_of_the_same_orders_in_the_sheet(experiments: Experiments, there: Shop) -> None:
    """Who is left out, the groups, and the smallest lift that would show; of few customers in a week it is told by all
    who bought then.
    """
    plans = [wanted(there), wanted(there, segments=there.segments()[:1], share=0.5, days=7)]
    with at_work() as stops:
        on_source = [experiments.preview(there.sheet.id, plan) for plan in plans]
    assert stops.of == ["DuckDb.cancel"] * 2
    into_the_sheet(there)

    assert [experiments.preview(there.sheet.id, plan) for plan in plans] == on_source
    assert on_source[0].customers == len(there.ids()) > on_source[1].customers
    assert all("would not show" in preview.promise for preview in on_source)


def test_one_segment_is_dealt_by_the_name_that_it_has_in_the_sheet(
    experiments: Experiments, there: Shop
) -> None:
    """A marketer has renamed it; a name that no segment has is refused with those that there are."""
    at = there.sheet.row(SEGMENTED, 1).index("Segment")
    name = there.segments()[0]
    count = sum(row[at] == name for row in there.sheet.rows(SEGMENTED))
    for row, cells in enumerate(there.sheet.rows(SEGMENTED), start=2):
        if cells[at] == name:
            there.sheet.type(SEGMENTED, row, [["Our best"]], column=at + 1)

    preview = experiments.preview(there.sheet.id, wanted(there, segments=["our  best"], share=0.5))

    assert preview.customers == count
    with pytest.raises(InputError, match=f"No customer of shop is in the segment {name}") as caught:
        experiments.preview(there.sheet.id, wanted(there, segments=[name]))
    assert "Our best" in caught.value.hint


def test_a_reading_is_that_of_the_same_orders_in_the_sheet(
    experiments: Experiments, there: Shop, now: Now
) -> None:
    """Every line of Lift and the verdict, where half of the action group bought in the window."""
    there.hide()
    start(experiments, there)
    action = sorted(
        str(line["CustomerID"]) for line in lines(there.sheet, MEMBERS) if line["Group"] == "action"
    )
    there.buy(action[::2], "2026-01-15")
    there.buy(action[:5], "2026-03-15", "-20")
    now.advance(days=60)

    reading = experiments.read(there.sheet.id, "spring mailing", no_progress)

    assert reading.is_final
    assert reading.message.startswith("Between ")
    written = lines(there.sheet, LIFT)
    into_the_sheet(there)
    assert experiments.read(there.sheet.id, "Spring mailing", no_progress) == reading
    assert lines(there.sheet, LIFT) == written


def test_no_verdict_before_orders_of_the_source_reach_the_end(
    experiments: Experiments, there: Shop, now: Now
) -> None:
    """Nothing is to be pasted then: the warehouse is to be loaded."""
    start(experiments, there)
    now.advance(days=61)

    reading = experiments.read(there.sheet.id, "Spring mailing", no_progress)

    assert reading.message == (
        "Orders in the source shop reach Jan 13, 2026; the test ends on Mar 15, 2026. Read it again when newer "
        "orders are there."
    )


def test_orders_of_other_customers_tell_nothing(experiments: Experiments, there: Shop) -> None:
    """All ids of the source were changed: a reading would say that nobody bought."""
    start(experiments, there)
    header, *rows = there.orders()
    write(there.folder / "orders.csv", [header, *([f"X{row[0]}", *row[1:]] for row in rows)])

    with pytest.raises(
        TrainingDataError, match="No customer of the test Spring mailing is in the source shop"
    ):
        experiments.read(there.sheet.id, "Spring mailing", no_progress)


def test_an_audience_is_dealt_among_the_customers_of_the_source(
    experiments: Experiments, there: Shop, committer: Committer, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its members, shown in the sheet or not; nobody else is read, so that an audience is the way where all are too
    many.
    """
    ids = sorted(there.ids())
    paste(there.sheet.document, "Contacts", [HEADER, *(contact(who, i) for i, who in enumerate(ids[:80]))])
    there.hide()
    results, delivery = SourceResults(committer, there.sources), Delivery()
    audiences.make(
        committer, there.sheet.id, AskedAudience("list", "VIP"), delivery, no_progress, now,
        everybody=lambda *seen: results.customers(there.sheet.id, ANN, *seen),
    )  # fmt: skip

    monkeypatch.setattr(published_table, "MOST_CUSTOMERS", 80)
    experiments.start(
        there.sheet.id, Wanted("VIP letter", [], 0.2, days=60, base=Base.AUDIENCE, audience="VIP"),
        no_progress, confirmed=True,
    )  # fmt: skip

    assert {line["CustomerID"] for line in lines(there.sheet, MEMBERS)} == set(ids[:80])
    with pytest.raises(InputError, match="Too few customers: 0 would be dealt"):
        experiments.preview(
            there.sheet.id, Wanted("Summer", [], 0.2, days=60, base=Base.AUDIENCE, audience="VIP")
        )


def test_the_standing_group_of_all_customers_is_compared(experiments: Experiments, there: Shop) -> None:
    """By the hash of each id of the published table."""
    choose(there.sheet, ControlShare="30%")
    there.hide()
    ids = sorted(there.ids())

    experiments.start(
        there.sheet.id, Wanted("All we do", [], days=60, base=Base.STANDING), no_progress, confirmed=True
    )

    held = {line["CustomerID"] for line in lines(there.sheet, MEMBERS) if line["Group"] == "standing control"}
    assert held == {who for who, out in zip(ids, standing_control(ids, 0.3).tolist(), strict=True) if out}
    assert len(lines(there.sheet, MEMBERS)) == len(ids)


def test_to_whom_a_source_is_not_open_no_test_is_either(
    experiments: Experiments, there: Shop, committer: Committer, now: Now
) -> None:
    """Neither planned, nor started, nor read; the answer is the one for a source that does not exist."""
    start(experiments, there)
    of_eve = Experiments(committer, now, there.sources, lambda: EVE)
    of_nobody = Experiments(committer, now)

    for asked in (of_eve, of_nobody):
        with pytest.raises(SourceAccessError):
            asked.preview(there.sheet.id, wanted(there, "Summer"))
        with pytest.raises(SourceAccessError):
            start(asked, there, name="Summer")
        with pytest.raises(SourceAccessError):
            asked.read(there.sheet.id, "Spring mailing", no_progress)
    assert [line["Test"] for line in lines(there.sheet, TESTS)] == ["Spring mailing"]


def test_without_segments_of_the_source_there_is_no_test(experiments: Experiments, there: Shop) -> None:
    """Whatever segments the spreadsheet shows: they are those of other customers."""
    there.sheet.document.metadata[:] = [
        entry for entry in there.sheet.document.metadata if entry.key != "ate-source"
    ]

    with pytest.raises(NoModelError, match="No customer of the source shop has a segment yet"):
        experiments.preview(there.sheet.id, wanted(there))


def test_a_test_of_more_members_than_the_sheet_holds_is_refused(
    experiments: Experiments, there: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With both numbers, before the orders are read; one member fewer is let through."""
    document = there.sheet.document
    cells = sum(tab.grid.row_count * tab.grid.column_count for tab in document.sheets)
    members = len(there.ids())
    monkeypatch.setattr(planning, "CELL_LIMIT", cells + 14 * members - 1)

    with pytest.raises(SpreadsheetFullError) as caught:
        experiments.preview(there.sheet.id, wanted(there))

    assert caught.value.detail == (
        f"The test would have {members} members; Test_Members has room for {members - 1} more in this spreadsheet."
    )
    monkeypatch.setattr(planning, "CELL_LIMIT", cells + 14 * members)
    assert experiments.preview(there.sheet.id, wanted(there)).customers == members


def test_more_customers_than_a_test_is_dealt_among_are_refused(
    experiments: Experiments, there: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before they are read: each takes memory."""
    monkeypatch.setattr(published_table, "MOST_CUSTOMERS", 50)

    with pytest.raises(InputError, match="a test is dealt among 50 at most"):
        experiments.preview(there.sheet.id, wanted(there))


def test_calls_ask_for_whom_their_tokens_tell(there: Shop, committer: Committer) -> None:
    """The token of the add-on, as Google signed it; without one nobody is told. A look that may take long tells the
    same, and writes nothing but its own record.
    """
    people = {"ann's": ANN, "eve's": EVE}
    use = SimpleNamespace(
        committer=committer,
        sources=there.sources,
        identities=SimpleNamespace(identity=lambda token: SimpleNamespace(email=people[token])),
        operations=Operations(committer),
    )
    plan = bodies.TestWanted(name="Spring mailing", segments=there.segments())

    def asked(body: bodies.Envelope) -> Any:
        return Asked(body, use, "message")  # type: ignore[arg-type]

    def tests(token: str | None) -> Any:
        return experiment_calls.tests(
            asked(
                bodies.TestsRequest(
                    call="tests", spreadsheet_id=there.sheet.id, plan=plan, identity_token=token
                )
            )
        )

    answer = tests("ann's")
    looked, status = experiment_calls.start_test(  # type: ignore[misc]
        asked(
            bodies.StartTestRequest(
                call="tests/start",
                spreadsheet_id=there.sheet.id,
                plan=plan,
                look=True,
                identity_token="ann's",
            )
        )
    )

    assert answer.source == "shop"
    assert answer.preview.customers == len(there.ids())
    assert (status, looked.previewed_test) == (200, answer.preview)  # type: ignore[union-attr]
    assert looked.operation.message == answer.preview.promise  # type: ignore[union-attr]
    assert TESTS not in [tab.title for tab in there.sheet.document.sheets]
    for token in ("eve's", None):
        with pytest.raises(SourceAccessError):
            tests(token)
