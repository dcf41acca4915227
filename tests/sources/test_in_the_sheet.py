"""A sheet whose orders lie in a source: segmented, shown in part, scored, and never half."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import duckdb
import pytest

from server.core.schedule.lines import SCHEDULE
from server.errors import InputError, SourceAccessError, SourceUnreadableError
from server.sheets.commit.committer import Committer
from server.sources import published as published_table
from server.sources.allowed import Sources
from server.sources.declared import parse_sources
from server.sources.engines.duckdb import DuckDb
from server.use_cases.audiences import audiences
from server.use_cases.audiences.asked import AskedAudience
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.ran import NotRun, Turn
from server.use_cases.segmentation.result import TrainingResult
from server.use_cases.segmentation.run import Retraining, Run
from server.use_cases.source_results import SourceResults
from server.use_cases.training_data import TrainingData
from tests.conftest import Now, Sheet
from tests.sources import nasty

SHOWN = 25


@pytest.fixture
def declared(sheet: Sheet, tmp_path: Path) -> Path:
    """A declaration for the sheet; results go into the folder that is returned."""
    orders = nasty.write(tmp_path / "orders.csv", nasty.lines(customers=120))
    (tmp_path / "sources.toml").write_text(
        f'[sources.shop]\nengine = "duckdb"\nfiles = ["{orders}"]\noutput = "{tmp_path}/shop"\n'
        f'spreadsheets = ["{sheet.id}"]\ndomains = ["example.com"]\nsheet_customers = {SHOWN}\n[sources.shop.columns]\n'
        'customer_id = "customer"\norder_date = "date"\namount = "amount"\norder_id = "order_no"\nstatus = "status"\n',
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture
def sources(declared: Path) -> Sources:
    """What the deployment declares."""
    return Sources(parse_sources((declared / "sources.toml").read_text(encoding="utf-8")))


@pytest.fixture
def retraining(committer: Committer, scoring: Scoring, now: Now, sources: Sources) -> Retraining:
    """The use case, in the spring of 2026."""
    now.moment = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
    return Retraining(committer, scoring, now, sources)


def choose(sheet: Sheet, **settings: str) -> None:
    """Write settings as a marketer does, below what stands in the tab."""
    rows = sheet.rows("Settings")
    names = [str(row[0]) for row in rows]
    for name, value in settings.items():
        sheet.type("Settings", names.index(name) + 2, [[value]], column=2)


def run(retraining: Retraining, sheet: Sheet, **asked: object) -> TrainingResult:
    """Segment as the menu does."""
    told = Run(**{"requested_by": "ann@example.com", **asked})  # type: ignore[arg-type]
    return retraining.run(sheet.id, told, lambda _stage, _fraction: None)


@pytest.fixture
def segmented(retraining: Retraining, sheet: Sheet, committer: Committer) -> TrainingResult:
    """The result of a first run on the source."""
    set_up(committer, sheet)
    choose(sheet, Source="shop", Clusters="4")
    return run(retraining, sheet)


def set_up(committer: Committer, sheet: Sheet) -> None:
    """Make the tabs as a connect does."""
    from server.sheets.commit.writes import Batch, Planned
    from server.sheets.tabs import set_up as tabs

    bound = committer.sheet(sheet.id)
    bound.transact([], lambda seen: Planned(Batch(tabs.requests(committer.client, sheet.id, seen)), None))


def published(folder: Path) -> list[tuple[object, ...]]:
    """Return customers, runs and versions of the published table."""
    return duckdb.sql(
        f"FROM '{folder}/shop.parquet' SELECT count(*), max(run_id), max(model_version), count(segment)"
    ).fetchall()


@pytest.mark.slow
def test_the_sheet_shows_some_customers_and_the_table_all(
    segmented: TrainingResult, sheet: Sheet, declared: Path
) -> None:
    """Those with the most money in a first run; the figures are those of all."""
    shown = sheet.rows("Segmented_Customers")
    ((customers, _run, version, named),) = published(declared)

    assert len(shown) == SHOWN
    assert customers == named == segmented.rfm_customers > 100
    assert version == segmented.model.version == 1
    assert f"show {SHOWN} of {customers} customers" in segmented.message
    money = [row[3] for row in shown]
    assert min(money) >= duckdb.sql(
        f"FROM '{declared}/shop.parquet' SELECT monetary_value ORDER BY 1 DESC LIMIT 1 OFFSET {SHOWN - 1}"
    ).fetchall()[0][0]  # fmt: skip
    assert sum(segment.customers for segment in segmented.segments) == customers


@pytest.mark.slow
def test_scores_in_the_sheet_are_those_among_all_customers(
    segmented: TrainingResult, sheet: Sheet, declared: Path
) -> None:
    """Not among the few that are shown."""
    scored = dict(duckdb.sql(f"FROM '{declared}/shop.parquet' SELECT customer_id, rfm_score").fetchall())

    assert {row[0]: row[4] for row in sheet.rows("Segmented_Customers")}.items() <= scored.items()


@pytest.mark.slow
def test_rows_are_scored_live_with_the_sources_segments(
    segmented: TrainingResult, sheet: Sheet, scoring: Scoring
) -> None:
    """The model is in the sheet, as ever: an edit needs no engine."""
    sheet.type("New User", 2, [["A", "10", "4", "900"]])

    result = scoring.score(sheet.id, None, trigger="edit")

    assert result.scored == 1


@pytest.mark.slow
def test_a_second_run_tells_who_moved_and_shows_them(
    segmented: TrainingResult, retraining: Retraining, sheet: Sheet, declared: Path
) -> None:
    """Customers known before are those of the published table, not of the sheet."""
    later = [line for line in nasty.lines(customers=120) if line[0].strip() != "K-00040"]
    later += [("K-00040", "2026-02-27", "900.00", f"9{n}", "paid") for n in range(9)]
    nasty.write(declared / "orders.csv", later)

    result = run(retraining, sheet)

    moved = duckdb.sql(
        f"FROM '{declared}/shop.parquet' SELECT count(*) FILTER (migration = 'customer moved'), "
        "count(*) FILTER (migration = 'new customer')"
    ).fetchall()[0]
    assert moved[0] > 0
    assert moved[1] == 0
    assert any("changed segment through their buying" in sentence for sentence in result.summary)
    assert "K-00040" in {row[0] for row in sheet.rows("Segmented_Customers")}


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("shop", "eve@elsewhere.org"),
        ("shop", ""),
        ("shopp", "ann@example.com"),
        ("shopp", "eve@elsewhere.org"),
    ],
)
def test_who_may_not_use_a_source_is_told_the_same_as_for_none(
    retraining: Retraining, sheet: Sheet, committer: Committer, name: str, address: str
) -> None:
    """One text, so that names cannot be tried."""
    set_up(committer, sheet)
    choose(sheet, Source=name)

    with pytest.raises(SourceAccessError) as caught:
        run(retraining, sheet, requested_by=address)

    assert caught.value.detail == "The source is not available to this spreadsheet."
    assert name not in caught.value.detail + caught.value.hint


def test_another_spreadsheet_may_not_use_it(sheet: Sheet, sources: Sources) -> None:
    """Though who asks is of the right domain."""
    with pytest.raises(SourceAccessError):
        sources.of("shop", sheet.id + "x", "ann@example.com")


@pytest.mark.slow
def test_a_run_that_fails_leaves_former_results_whole(
    segmented: TrainingResult, retraining: Retraining, sheet: Sheet, declared: Path
) -> None:
    """In the sheet and in the published table."""
    before = (sheet.rows("Segmented_Customers"), sheet.rows("Model"), published(declared))
    (declared / "orders.csv").unlink()

    with pytest.raises(SourceUnreadableError):
        run(retraining, sheet, retrain=True)

    assert (sheet.rows("Segmented_Customers"), sheet.rows("Model"), published(declared)) == before


@pytest.mark.slow
def test_the_sweep_shows_a_run_that_the_sheet_has_and_the_table_has_not(
    segmented: TrainingResult,
    retraining: Retraining,
    sheet: Sheet,
    committer: Committer,
    sources: Sources,
    declared: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As after a death between the sheet's commit and the swap."""
    (before,) = published(declared)

    def dies(_engine: DuckDb, _run_id: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(DuckDb, "swap", dies)
        with pytest.raises(KeyboardInterrupt):
            run(retraining, sheet)
    assert published(declared) == [before]
    results = SourceResults(committer, sources)

    assert results.show(sheet.id)
    assert not results.show(sheet.id)
    ((_customers, after, *_rest),) = published(declared)
    assert after != before[1]


@pytest.mark.slow
def test_an_engine_that_fails_after_the_sheet_was_written_costs_nothing(
    segmented: TrainingResult, retraining: Retraining, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and the sweep makes up for it."""

    def refuses(_engine: DuckDb, _run_id: str) -> None:
        raise SourceUnreadableError("gone")

    monkeypatch.setattr(DuckDb, "swap", refuses)

    assert "follows within the hour" in run(retraining, sheet).message


def test_a_sheet_without_a_source_is_not_read_for_one(sheet: Sheet) -> None:
    """The sweep of a sheet that uses none costs no call more: whoever would read is not there."""
    results = SourceResults(Unread(), Sources({}))  # type: ignore[arg-type]

    assert not results.show(sheet.id)
    assert results.forget(sheet.id, "A", confirmed=True) == ""


class Unread:
    """A committer that must not be asked for a sheet."""

    client = type("Client", (), {"for_spare_moments": lambda self: self})()


@pytest.mark.slow
def test_forgetting_reaches_the_published_table_and_names_what_stays(
    segmented: TrainingResult, sheet: Sheet, committer: Committer, sources: Sources, declared: Path
) -> None:
    """A hostile id is a value like any other; the orders at the source are the engineer's."""
    hostile = nasty._HOSTILE[0]
    results = SourceResults(committer, sources)

    found = results.forget(sheet.id, hostile, confirmed=False)
    assert "delete them where the column customer holds this id" in found
    told = results.forget(sheet.id, hostile, confirmed=True)

    assert told.startswith("1 row in the published table of the source shop.")
    left = duckdb.sql(f"FROM '{declared}/shop.parquet' SELECT customer_id").fetchall()
    assert hostile not in {row[0] for row in left}
    assert len(left) == segmented.rfm_customers - 1


def test_check_my_data_looks_at_the_source(
    sheet: Sheet, committer: Committer, sources: Sources, now: Now
) -> None:
    """Counts by reason with a few keys; nothing is written."""
    set_up(committer, sheet)
    choose(sheet, Source="shop")
    now.moment = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
    looking = TrainingData(committer, now, sources=sources)

    found = looking.inspect(sheet.id, lambda: "ann@example.com")

    assert [column.header for column in found.columns] == ["customer", "date", "amount", "order_no", "status"]
    assert found.quality["left_out"]["missing_customer"]["count"] == 22
    assert any(note.startswith("For example with no customer id: order 70") for note in found.notes)
    with pytest.raises(SourceAccessError):
        looking.inspect(sheet.id, lambda: "eve@elsewhere.org")


@pytest.mark.slow
def test_an_audience_is_chosen_among_all_customers_of_the_published_table(
    segmented: TrainingResult,
    sheet: Sheet,
    committer: Committer,
    sources: Sources,
    declared: Path,
    now: Now,
) -> None:
    """Also those whom the sheet does not show; to whom the source is not open it is not read."""
    results = SourceResults(committer, sources)
    ann, eve = (partial(results.customers, sheet.id, who) for who in ("ann@example.com", "eve@elsewhere.org"))
    shown = {row[0] for row in sheet.rows("Segmented_Customers")}
    ids = [row[0] for row in duckdb.sql(f"FROM '{declared}/shop.parquet' SELECT customer_id").fetchall()]
    hidden = next(who for who in ids if who not in shown and who.startswith("K-"))
    audiences.make_contacts_tab(committer, sheet.id)
    sheet.type("Contacts", 2, [[hidden, "hidden@example.com", "", "", "", "", "", "Yes", "Yes"]])
    asked = AskedAudience("list", "All")

    offered = audiences.choices(committer, sheet.id, now, everybody=ann)
    told = audiences.preview(committer, sheet.id, asked, now, everybody=ann)

    assert sum(segment.customers for segment in offered.segments) == len(ids)
    assert told.chosen == len(ids) > SHOWN
    assert told.members == 1
    assert all(place.row > 1 for reason in told.left_out for place in reason.rows)
    with pytest.raises(SourceAccessError):
        audiences.choices(committer, sheet.id, now, everybody=eve)
    with pytest.raises(SourceAccessError):
        audiences.preview(committer, sheet.id, asked, now, everybody=eve)


@pytest.mark.slow
def test_more_customers_than_an_audience_takes_are_refused(
    segmented: TrainingResult,
    sheet: Sheet,
    committer: Committer,
    sources: Sources,
    now: Now,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With both numbers, before they are read."""
    monkeypatch.setattr(published_table, "MOST_CUSTOMERS", 50)
    everybody = partial(SourceResults(committer, sources).customers, sheet.id, "ann@example.com")

    with pytest.raises(InputError, match="among 50 at most"):
        audiences.choices(committer, sheet.id, now, everybody=everybody)


@pytest.mark.slow
def test_a_refresh_goes_on_with_a_source_that_somebody_who_may_has_segmented(
    segmented: TrainingResult, retraining: Retraining, sheet: Sheet, declared: Path, now: Now
) -> None:
    """By itself, where orders are new; the schedule has no domain, and nobody new sees anything."""
    with pytest.raises(NotRun) as caught:
        run(retraining, sheet, turn=Turn(now.moment), requested_by=SCHEDULE)
    assert caught.value.state == "nothing-new"
    before = published(declared)
    now.advance(days=1)
    nasty.write(
        declared / "orders.csv",
        [
            *nasty.lines(customers=120),
            *((f"N-{n}", "2026-03-01", "20.00", f"88{n}", "paid") for n in range(9)),
        ],
    )

    result = run(retraining, sheet, turn=Turn(now.moment), requested_by=SCHEDULE)

    assert result.rfm_customers == before[0][0] + 9
    assert published(declared)[0][1] != before[0][1]


@pytest.mark.slow
def test_a_refresh_begins_no_source_that_nobody_who_may_has_segmented(
    retraining: Retraining, sheet: Sheet, committer: Committer, now: Now
) -> None:
    """Else any editor of the sheet could have it read by the schedule."""
    set_up(committer, sheet)
    choose(sheet, Source="shop", Clusters="4")

    with pytest.raises(SourceAccessError):
        run(retraining, sheet, turn=Turn(now.moment), requested_by=SCHEDULE)
