"""A sheet whose orders lie in a source, after its first run: shown in part, scored, run again, and never half."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb
import pytest

from server.core.schedule.lines import SCHEDULE
from server.errors import InputError, SourceAccessError, SourceUnreadableError
from server.layout.limits import METADATA_SOURCE
from server.sheets.commit.committer import Committer
from server.sources import published as published_table
from server.sources.allowed import Sources
from server.sources.engines.duckdb import DuckDb
from server.use_cases.audiences import audiences
from server.use_cases.audiences.asked import AskedAudience
from server.use_cases.digest import Digests
from server.use_cases.refresh import Refreshes
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.ran import NotRun, Turn
from server.use_cases.segmentation.result import TrainingResult
from server.use_cases.segmentation.run import Retraining
from server.use_cases.source_results import SourceResults
from tests.conftest import Now, Sheet
from tests.sources import nasty
from tests.sources.segmented_shop import FirstRun
from tests.sources.segmented_shop import declared as declared
from tests.sources.segmented_shop import first_run as first_run
from tests.sources.segmented_shop import sheet as sheet
from tests.sources.shop import SHOWN, SPRING, at_work, choose, declare_shop, published, run

pytestmark = pytest.mark.slow


@pytest.fixture
def sources(sheet: Sheet, declared: Path) -> Sources:
    """What the deployment declares."""
    return declare_shop(declared, sheet.id)


@pytest.fixture
def retraining(committer: Committer, scoring: Scoring, now: Now, sources: Sources) -> Retraining:
    """The use case, in the spring of 2026."""
    now.moment = SPRING
    return Retraining(committer, scoring, now, sources)


@pytest.fixture
def segmented(first_run: FirstRun, retraining: Retraining) -> TrainingResult:
    """The result of the first run on the source."""
    return first_run.result


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


def test_scores_in_the_sheet_are_those_among_all_customers(
    segmented: TrainingResult, sheet: Sheet, declared: Path
) -> None:
    """Not among the few that are shown."""
    scored = dict(duckdb.sql(f"FROM '{declared}/shop.parquet' SELECT customer_id, rfm_score").fetchall())

    assert {row[0]: row[4] for row in sheet.rows("Segmented_Customers")}.items() <= scored.items()


def test_rows_are_scored_live_with_the_sources_segments(
    segmented: TrainingResult, sheet: Sheet, scoring: Scoring
) -> None:
    """The model is in the sheet, as ever: an edit needs no engine."""
    sheet.type("New User", 2, [["A", "10", "4", "900"]])

    result = scoring.score(sheet.id, None, trigger="edit")

    assert result.scored == 1


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


def test_a_run_that_fails_leaves_former_results_whole(
    segmented: TrainingResult, retraining: Retraining, sheet: Sheet, declared: Path
) -> None:
    """In the sheet and in the published table."""
    before = (sheet.rows("Segmented_Customers"), sheet.rows("Model"), published(declared))
    (declared / "orders.csv").unlink()

    with pytest.raises(SourceUnreadableError):
        run(retraining, sheet, retrain=True)

    assert (sheet.rows("Segmented_Customers"), sheet.rows("Model"), published(declared)) == before


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


def test_an_engine_that_fails_after_the_sheet_was_written_costs_nothing(
    segmented: TrainingResult, retraining: Retraining, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and the sweep makes up for it."""

    def refuses(_engine: DuckDb, _run_id: str) -> None:
        raise SourceUnreadableError("gone")

    monkeypatch.setattr(DuckDb, "swap", refuses)

    assert "follows within the hour" in run(retraining, sheet).message


def test_forgetting_reaches_the_published_table_and_names_what_stays(
    segmented: TrainingResult, sheet: Sheet, committer: Committer, sources: Sources, declared: Path
) -> None:
    """A hostile id is a value like any other; the orders at the source are the engineer's."""
    hostile = nasty._HOSTILE[0]
    results = SourceResults(committer, sources)

    sentence = results.forget(sheet.id, hostile, confirmed=False)
    assert "delete them where the column customer holds this id" in sentence
    message = results.forget(sheet.id, hostile, confirmed=True)

    assert message.startswith("1 row in the published table of the source shop.")
    left = duckdb.sql(f"FROM '{declared}/shop.parquet' SELECT customer_id").fetchall()
    assert hostile not in {row[0] for row in left}
    assert len(left) == segmented.rfm_customers - 1


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
    audience_look = audiences.preview(committer, sheet.id, asked, now, everybody=ann)

    assert sum(segment.customers for segment in offered.segments) == len(ids)
    assert audience_look.chosen == len(ids) > SHOWN
    assert audience_look.members == 1
    assert all(place.row > 1 for reason in audience_look.left_out for place in reason.rows)
    with pytest.raises(SourceAccessError):
        audiences.choices(committer, sheet.id, now, everybody=eve)
    with pytest.raises(SourceAccessError):
        audiences.preview(committer, sheet.id, asked, now, everybody=eve)


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


def test_history_and_digest_tell_of_all_customers_of_the_source(
    segmented: TrainingResult,
    retraining: Retraining,
    committer: Committer,
    sheet: Sheet,
    declared: Path,
    now: Now,
) -> None:
    """The sheet shows 25 of them; nine new ones came, and an order of March 2 is in the future no more."""
    choose(sheet, Refresh="nightly", RefreshAt="3:00", Digest="each", DigestTo="ann@shop.example")
    refreshes = Refreshes(committer, retraining, now)
    refreshes.look(sheet.id)
    orders = [(f"N-{n}", "2026-03-01", "20.00", f"88{n}", "paid") for n in range(9)]
    nasty.write(declared / "orders.csv", [*nasty.lines(customers=120), *orders])
    now.advance(hours=24)
    slot = refreshes.look(sheet.id).look.slot
    assert slot is not None

    refreshes.run(sheet.id, slot, 0, lambda _stage, _fraction: None)
    composed = Digests(committer, now).compose(sheet.id)

    count, revenue = duckdb.sql(
        f"FROM '{declared}/shop.parquet' SELECT count(*), sum(monetary_value)"
    ).fetchall()[0]
    header, *rows = [sheet.row("History", row) for row in range(1, len(sheet.rows("History")) + 2)]
    newest = [row for row in rows if row[0] == rows[0][0]]
    assert sum(row[header.index("Customers")] for row in newest) == count > SHOWN
    assert sum(row[header.index("Revenue")] for row in newest) == pytest.approx(revenue, abs=0.05)
    assert composed is not None
    assert "with 10 new orders." in composed.mail.text
    assert "9 new customers came in." in composed.mail.text


@pytest.mark.parametrize("spoiled", ["deleted", "", "null", "[]", "{", "=1+1", '{"source": 7}', "\x00" * 40])
def test_a_spoiled_mark_of_the_source_harms_nothing_and_the_next_run_writes_it_anew(
    segmented: TrainingResult,
    retraining: Retraining,
    committer: Committer,
    sources: Sources,
    sheet: Sheet,
    declared: Path,
    spoiled: str,
) -> None:
    """The sweep leaves the published table alone, and the run that follows is shown and published."""
    before = published(declared)
    metadata = sheet.document.metadata
    [at] = [place for place, entry in enumerate(metadata) if entry.key == METADATA_SOURCE]
    if spoiled == "deleted":
        del metadata[at]
    else:
        metadata[at] = replace(metadata[at], value=spoiled)

    assert not SourceResults(committer, sources).show(sheet.id)
    assert published(declared) == before
    with at_work() as stops:
        result = run(retraining, sheet)

    assert stops.of == ["DuckDb.cancel"]
    assert result.rfm_customers == before[0][0]
    [mark] = [entry.value for entry in sheet.document.metadata if entry.key == METADATA_SOURCE]
    assert str(published(declared)[0][1]) in mark
    assert published(declared)[0][1] != before[0][1]
