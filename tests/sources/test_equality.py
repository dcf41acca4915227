"""A source and the sheet are two places of the same orders: the segments are the same, customer by customer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import ibis
import pytest
from msgspec import structs

from server.core.segments.dashboard_figures import figures
from server.core.segments.model import Model
from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.quality_report import QualityReport
from server.sources.engines.duckdb import DuckDb
from server.sources.expressions import customers as of_customers
from server.sources.expressions.compiling import Table
from server.sources.lloyd import moved_on
from server.sources.stages import Tables
from server.training.model_choice import Before, Wanted
from tests.sources import memory, nasty
from tests.sources.agreement import GROUPS, SHARE, by_customer, differences, group_differences, of_a_run
from tests.sources.conftest import CHOSEN, Both, declare, run

pytestmark = pytest.mark.slow


def test_no_customer_differs(both: Both) -> None:
    """Recency, frequency and money to the bit, scores, segment, confidence and state."""
    assert len(both.memory.table) > 400
    assert differences(both.memory, both.engine) == []


def test_no_member_of_a_test_differs(both: Both, orders: Path, tmp_path: Path) -> None:
    """What members did before a test and in its window, of a run's own tables."""
    assert of_a_run(both.engine, both.transactions, declare(orders, tmp_path / "out")) == []


def test_the_model_is_the_same_to_the_bit(both: Both) -> None:
    """Trained on all customers, as there are fewer than a sample holds: as the command line has it."""
    assert both.engine.model == both.memory.model


def test_every_row_is_accounted_for_under_the_same_reason(both: Both) -> None:
    """Rows read are rows used and rows left out, each reason with as many rows and as much money."""
    here, there = both.quality, both.engine.report
    assert isinstance(here, QualityReport)

    assert (
        there.rows_read == here.rows_read == there.rows_used + sum(f.count for f in there.left_out.values())
    )
    assert {reason: finding.count for reason, finding in there.left_out.items()} == {
        reason: finding.count for reason, finding in here.left_out.items()
    }
    for reason, finding in there.left_out.items():
        assert finding.money == pytest.approx(here.left_out[reason].money)
    assert {what: note.count for what, note in there.noted.items()} == {
        what: note.count for what, note in here.noted.items() if what != "repeated_lines"
    }
    assert (there.customers, there.net_to_nothing) == (here.customers, here.net_to_nothing)
    assert (there.first_day, there.last_day) == (here.first_day, here.last_day)
    assert there.money_read == pytest.approx(here.money_read)


def test_orders_are_counted_once_by_their_first_day(both: Both) -> None:
    """An order of several days counts on the first of them; a row without an order id is an order of its own."""
    transactions = both.transactions
    assert transactions.order is not None
    bought = ~transactions.cancelled
    order, day = transactions.order[bought], transactions.day[bought]
    first: dict[int, int] = {}
    for number, on in zip(order[order != NO_CODE].tolist(), day[order != NO_CODE].tolist(), strict=True):
        first[number] = min(on, first.get(number, on))

    assert both.engine.orders() == Counter([*first.values(), *day[order == NO_CODE].tolist()])


def test_orders_that_share_a_hash_by_chance_are_told_apart(
    both: Both, orders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here all share one."""
    monkeypatch.setattr(of_customers, "quick_key", lambda _text, _dialect: ibis.literal(7))

    alike = run(DuckDb(declare(orders, tmp_path / "out"), "r2"), declare(orders, tmp_path / "out"))

    assert differences(both.memory, alike) == []
    assert alike.orders() == both.engine.orders()


def test_the_checks_say_the_same(both: Both) -> None:
    """What makes data too poor does so on a source as well."""
    assert [(c.name, c.state, c.found) for c in both.engine.checks] == [
        (c.name, c.state, c.found) for c in both.memory.checks
    ]


def test_the_figures_of_the_dashboard_are_the_same(both: Both) -> None:
    """Segments with medians and mean scores, heat map, active customers, revenue at risk."""
    here, there = (
        both.memory,
        both.engine.from_engine.figures(both.engine.from_engine.flows(), CHOSEN.active_days),
    )
    wanted = figures(
        here.table,
        here.clusters,
        here.model.clusters,
        here.states,
        here.at_risk,
        here.flows(),
        CHOSEN.active_days,
    )

    assert there.heat == wanted.heat
    assert (there.customers, there.active, there.last_day) == (
        wanted.customers,
        wanted.active,
        wanted.last_day,
    )
    assert there.migration == wanted.migration
    assert there.at_risk.now == pytest.approx(wanted.at_risk.now)
    assert there.at_risk.customers == wanted.at_risk.customers
    assert both.engine.from_engine.risk_by_segment == pytest.approx(here.risk_by_segment())
    assert there.at_risk.before == pytest.approx(wanted.at_risk.before)
    for one, other in zip(there.segments, wanted.segments, strict=True):
        assert replace(one, revenue=0, share=0, revenue_share=0) == replace(
            other, revenue=0, share=0, revenue_share=0
        )
        assert one.revenue == pytest.approx(other.revenue)
    for mine, theirs in zip(both.engine.from_engine.profiles, here.profiles, strict=True):
        assert mine.ranges() == theirs.ranges()
    for number, name in zip(here.model.clusters, here.model.names, strict=True):
        assert both.engine.name_checks[number].sentence(name, ()) == here.name_checks[number].sentence(
            name, ()
        )


@pytest.mark.slow
def test_typed_columns_give_the_same(both: Both, orders: Path, tmp_path: Path) -> None:
    """Dates as DATE, amounts as DECIMAL, in Parquet: what could not be read as text is NULL there."""
    typed = tmp_path / "orders.parquet"
    duckdb.connect().execute(
        f"""COPY (SELECT customer, amount, order_no, status, try_cast(CASE WHEN length(date) = 8
        THEN date[1:4] || '-' || date[5:6] || '-' || date[7:8] ELSE date[1:10] END AS DATE) AS date,
        CASE WHEN regexp_matches(trim(amount), '^[+-]?[0-9]*[.]?[0-9]*$')
        THEN try_cast(trim(amount) AS DECIMAL(12, 2)) END AS paid
        FROM read_csv('{orders}', all_varchar = true)) TO '{typed}' (FORMAT parquet)"""
    )
    columns = 'customer_id = "customer"\norder_date = "date"\namount = "paid"\norder_id = "order_no"\nstatus = "status"'
    source = declare(typed, tmp_path / "out", columns=columns)
    wanted = Wanted(new_model=False, version=2, trained_at="", earlier=both.memory.model)

    source_run = run(DuckDb(source, "r2"), source, wanted=wanted)

    assert differences(both.memory, source_run) == []


@pytest.mark.slow
def test_who_moved_and_why_is_told_as_in_memory(both: Both, tmp_path: Path) -> None:
    """A month of orders more, the same model: each customer's former segment, and the kind of the move."""
    early = [line for line in nasty.lines() if line[1][:10].replace("-", "") < "20251101"]
    path = nasty.write(tmp_path / "orders.csv", early)
    source = declare(path, tmp_path / "out")
    model = both.memory.model
    used = Wanted(new_model=False, version=1, trained_at="")
    first = DuckDb(source, "r1")
    then = run(first, source, before=Before(model), wanted=used)
    then.publish(dict.fromkeys(model.clusters, ("a segment", "a plan")), GROUPS, SHARE)
    first.swap("r1")
    place, _run = first.published()
    assert place is not None
    assert group_differences(first.fetch(f'SELECT customer_id, "group" FROM {place.parts[0]}')) == []
    nasty.write(path, nasty.lines())
    named = by_customer(then)
    before = Before(
        model,
        ids=list(named),
        rfm=[(row["recency"], row["frequency"], row["monetary_value"]) for row in named.values()],
    )
    transactions, quality = memory.read(nasty.HEADER, nasty.lines(), nasty.TODAY, CHOSEN)

    source_run = run(DuckDb(source, "r2"), source, before=before, wanted=used, run_id="r2")
    wanted = memory.segmented(transactions, quality, before, used, CHOSEN)

    assert wanted.migration is not None
    assert source_run.from_engine.migration is not None
    assert [structs_of(flow) for flow in source_run.from_engine.migration.flows] == [
        structs_of(flow) for flow in wanted.migration.flows
    ]
    kinds = dict(zip(wanted.table.customer_ids, wanted.migration.kinds, strict=True))
    placed = by_customer(source_run)
    assert {who: row["migration"] for who, row in placed.items()} == kinds
    stayed = [row for row in placed.values() if row["previous_cluster"] == row["cluster"]]
    assert stayed
    assert {row["segment_since"] for row in stayed} == {named[stayed[0]["customer_id"]]["segment_since"]}
    assert source_run.from_engine.migration.sentence() == wanted.migration.sentence()


def structs_of(flow: object) -> tuple[object, ...]:
    """Return a flow with its money rounded, as engines add up in another order."""
    names = ("from_cluster", "to_cluster", "kind", "customers")
    return (*(getattr(flow, name) for name in names), round(getattr(flow, "revenue"), 2))  # noqa: B009


@pytest.mark.slow
def test_expected_spend_is_that_of_memory(tmp_path: Path) -> None:
    """The value model looks at the same sums of the same purchases: to a millionth."""
    lines = nasty.lines(customers=1_500, seed=3)
    transactions, quality = memory.read(nasty.HEADER, lines, nasty.TODAY, CHOSEN)
    wanted = memory.segmented(transactions, quality, options=replace(CHOSEN, horizon=180))
    source = declare(nasty.write(tmp_path / "orders.csv", lines), tmp_path / "out")
    model = wanted.model
    assert model.value is not None
    assert model.value.tells, model.value.withheld
    assert wanted.outlook is not None

    source_run = run(
        DuckDb(source, "r1"), source, wanted=Wanted(new_model=False, version=2, trained_at="", earlier=model)
    )

    placed = by_customer(source_run)
    for i, who in enumerate(wanted.table.customer_ids):
        assert placed[who]["expected"] == pytest.approx(float(wanted.outlook.spend[i]), rel=1e-6)
        assert placed[who]["expected_orders"] == pytest.approx(float(wanted.outlook.orders[i]), rel=1e-6)
        assert placed[who]["likely"] == pytest.approx(float(wanted.outlook.likely[i]), rel=1e-6)
    for number, total in wanted.expected_revenue().items():
        assert source_run.from_engine.expected[number].expected == pytest.approx(total.expected)
        assert source_run.from_engine.expected[number].high == pytest.approx(total.high)


@pytest.mark.slow
def test_a_sample_is_said_to_be_one_and_counts_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Customers beyond the sample are counted, and quantiles are theirs; the scorecard says what it measured.

    A first model moves on over all customers; a retrain follows it, and takes no steps.
    """
    columns = 'customer_id = "customer"\norder_date = "date"\namount = "amount"'
    lines = nasty.lines(customers=1_300, seed=5)
    source = declare(
        nasty.write(tmp_path / "orders.csv", lines),
        tmp_path / "out",
        columns=columns,
        more="sample_customers = 1000",
    )

    steps: list[tuple[Model, Model]] = []

    def moves_on(tables: Tables, customers: Table, model: Model) -> Model:
        steps.append((model, moved_on(tables, customers, model)))
        return steps[-1][1]

    monkeypatch.setattr("server.sources.run.moved_on", moves_on)

    source_run = run(DuckDb(source, "r1"), source)

    ((on_sample, after),) = steps
    assert source_run.trained is not None
    assert source_run.trained.centres == after.centres != on_sample.centres
    assert 800 < source_run.model.figures["sample"] <= 1_000
    assert source_run.model.customers == source_run.from_engine.customers > 1_200
    assert structs.asdict(source_run.model)["transactions"] == source_run.report.rows_used
    recency = sorted(row["recency"] for row in by_customer(source_run).values())
    assert source_run.model.ladder[0][0] == recency[0]
    assert source_run.model.ladder[0][100] == recency[-1]

    again = Wanted(new_model=True, version=2, trained_at=memory.TRAINED_AT)
    retrain = run(DuckDb(source, "r2"), source, before=Before(source_run.model), wanted=again, run_id="r2")

    assert retrain.trained is not None
    assert retrain.trained.clusters == source_run.model.clusters
    assert len(steps) == 1


def test_as_many_segments_are_chosen_as_in_memory(tmp_path: Path) -> None:
    """Where nobody says how many there shall be: the number, its reasons and the centres to the bit."""
    lines = nasty.lines(customers=60)
    transactions, quality = memory.read(nasty.HEADER, lines, nasty.TODAY)
    source = declare(nasty.write(tmp_path / "orders.csv", lines), tmp_path / "out")

    source_run = run(DuckDb(source, "r1"), source, options=memory.OPTIONS)

    assert source_run.model == memory.segmented(transactions, quality).model
