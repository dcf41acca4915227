"""A run on a source: its customers with their segments, in a table of the run that nobody sees yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from msgspec import structs

from server.core.data_checks.check import Check
from server.core.experiments.dealing import bound_of
from server.core.experiments.groups import RunningGroups
from server.core.options import Options
from server.core.segments.at_risk import CHANGE_DAYS
from server.core.segments.model import Model
from server.core.segments.name_check import NameCheck
from server.core.segments.prediction import assign
from server.core.segments.rfm import RfmTable, rfm_table
from server.core.segments.rhythm import rhythm_of_model
from server.core.transactions.quality_report import QualityReport
from server.core.value.features import STRAY
from server.core.wall_clock import EPOCH
from server.core.wording import ENGLISH, Wording
from server.errors import TooFewCustomersError
from server.sources.engines.engine import Engine
from server.sources.expressions import customers as of_customers
from server.sources.expressions import results as of_results
from server.sources.expressions.compiling import Table
from server.sources.expressions.outcomes import MEMBER
from server.sources.figures import EngineFigures, Risk, engine_figures, risk_of
from server.sources.lloyd import moved_on
from server.sources.look import looked_at
from server.sources.sampling import drawn
from server.sources.source import Source
from server.sources.spread import Spread, spread_of
from server.sources.stages import Progress, Staged, read_source
from server.texts import to_say
from server.training.model_choice import Before, Chosen, Wanted, choose_model
from server.training.segmentation import name_checks_of, renamed_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is to do.

    Attributes
    ----------
    today
        In the time zone of `Settings`; later days are in the future.
    go_on
        Takes orders by day and the checks of the data before any segment is looked for; raises where that is needless.
    """

    options: Options
    before: Before
    wanted: Wanted
    today: dt.date
    run_id: str
    wording: Wording = ENGLISH
    go_on: Callable[[Mapping[int, int], Sequence[Check]], None] | None = None


@dataclass(frozen=True, slots=True)
class SourceRun:
    """Customers with their segments, in the engine.

    Attributes
    ----------
    placed
        The table of the run: see `expressions.results.placed_of`.
    trained, because
        The model that was trained, and why it is not put in use: as in `server.training.segmentation`.
    known
        Figures of all customers, of a sample where there are more than it holds.
    """

    source: Source
    asked: Asked
    staged: Staged
    placed: Table
    model: Model
    trained: Model | None
    because: str
    from_engine: EngineFigures
    report: QualityReport
    checks: list[Check]
    known: RfmTable
    name_checks: dict[int, NameCheck]
    renamed: Sequence[tuple[str, str]]
    is_new_space: bool

    def orders(self) -> dict[int, int]:
        """Return how many orders there are by day since 1970-01-01."""
        return orders_of(self.staged)

    def publish(
        self,
        texts: dict[int, tuple[str, str]],
        groups: RunningGroups | None = None,
        control_share: float = 0.0,
    ) -> None:
        """Write the table that readers will see; it takes the swap to show it.

        Parameters
        ----------
        texts
            Segment and plan by cluster.
        groups
            Members of the tests that run.
        control_share
            Of the standing control group.
        """
        tables = self.staged.tables
        ids = sorted(groups.members()) if groups is not None else []
        said = groups.texts(ids, 0.0) if groups is not None else []
        table = tables.put("groups", {MEMBER: ids, of_results.SAID: said}) if ids else None
        held = of_results.Held(table, bound_of(control_share), tables.engine.dialect)
        tables.publish(of_results.results_of(self.placed, texts, held))

    def shown(self, limit: int) -> list[dict[str, Any]]:
        """Return the customers for the sheet: those who moved, up to half of the limit, and those with most money."""
        tables = self.staged.tables
        moved = tables.rows(of_results.shown_customers(self.placed, limit // 2, only_moved=True))
        most = tables.rows(of_results.shown_customers(self.placed, limit, only_moved=False))
        chosen = {row["customer_id"]: row for row in moved}
        for row in most:
            if len(chosen) >= limit:
                break
            chosen.setdefault(row["customer_id"], row)
        return list(chosen.values())


def run_source(engine: Engine, source: Source, asked: Asked, progress: Progress) -> SourceRun:
    """Read a source, choose or train the model, and place all customers.

    Raises
    ------
    SourceError
        Of any kind.
    TooFewCustomersError
        If there are too few for a model.
    ChangedError
        If the source changes while it is read.
    """
    options = asked.options
    engine.cancel_earlier()
    staged = read_source(engine, source, asked.today, options.analysis_date, progress)
    look = looked_at(staged, source, asked.wording)
    head, known, data_checks, report = look.head, look.known, look.checks, look.report
    if asked.go_on is not None:
        asked.go_on(orders_of(staged), data_checks)
    progress(to_say("Finding segments"), 0.45)
    try:
        chosen = _chosen(staged, source, asked, int(head["customers"]), data_checks, progress)
    except TooFewCustomersError as error:
        raise _of_source(error) from error
    counted = of_customers.counted(staged.customers)
    spread = spread_of(staged.tables, counted)
    chosen = _of_all(chosen, staged, spread, int(head["counted"]), len(known))
    progress(to_say("Placing the customers"), 0.65)
    placed, has_former = _placed(engine, staged, source, asked, chosen.model, spread, look.sold)
    figures = engine_figures(
        staged.tables,
        placed,
        chosen.model,
        _risk(staged, placed, chosen.model),
        staged.analysis_day,
        has_former=has_former,
    )
    chosen = _with_means(chosen, figures)
    progress(to_say("Placing the customers"), 0.72)
    model, matrix = chosen.model, known.matrix()
    is_new = chosen.model is chosen.trained and asked.before.model is not None
    return SourceRun(
        source=source,
        asked=asked,
        staged=staged,
        placed=placed,
        model=model,
        trained=chosen.trained,
        because=chosen.because,
        from_engine=figures,
        report=report,
        checks=data_checks,
        known=known,
        name_checks=name_checks_of(model, matrix, assign(model, matrix), rhythm_of_model(model)),
        renamed=renamed_of(asked.before, model) if is_new else (),
        is_new_space=is_new and asked.before.model is not None and asked.before.model.steps is None,
    )


def orders_of(staged: Staged) -> dict[int, int]:
    """Return how many orders there are by day since 1970-01-01."""
    rows = staged.tables.rows(of_customers.orders_by_day(staged.lines, staged.several))
    return {int(row["day"]): int(row["orders"]) for row in rows}


def _chosen(
    staged: Staged,
    source: Source,
    asked: Asked,
    customers: int,
    data_checks: list[Check],
    progress: Progress,
) -> Chosen:
    model = asked.wanted.earlier or asked.before.model
    if model is not None and not asked.wanted.new_model:
        return Chosen(model)
    sample = drawn(staged, customers, source.sample_customers)
    table = rfm_table(sample.transactions, staged.analysis_day)
    candidate = choose_model(
        sample.transactions,
        table,
        asked.options,
        asked.before,
        asked.wanted,
        data_checks,
        lambda fraction: progress(to_say("Finding segments"), 0.45 + 0.2 * fraction),
        pauses=sample.pauses,
        wording=asked.wording,
    )
    assert candidate.trained is not None
    if sample.is_all or asked.before.model is not None:
        return candidate
    counted = of_customers.counted(staged.customers)
    return _with_trained(candidate, moved_on(staged.tables, counted, candidate.trained))


def _of_all(chosen: Chosen, staged: Staged, spread: Spread, customers: int, known: int) -> Chosen:
    """Return the choice with what a trained model tells of all customers: counts, quantiles, percentiles."""
    if chosen.trained is None:
        return chosen
    quantiles, ladder = spread.quantiles, spread.ladder
    figures = dict(chosen.trained.figures)
    if known < customers:
        figures["sample"] = float(known)
    model = structs.replace(
        chosen.trained,
        customers=customers,
        transactions=staged.account.rows_used,
        quantiles=(tuple(quantiles[0]), tuple(quantiles[1]), tuple(quantiles[2])),
        ladder=(ladder[0], ladder[1], ladder[2]),
        figures=figures,
    )
    return _with_trained(chosen, model)


def _with_means(chosen: Chosen, figures: EngineFigures) -> Chosen:
    """Return the choice with what a trained model tells of each segment's worth on average."""
    trained = chosen.trained
    if trained is None or trained.value is None or not figures.means or chosen.model is not trained:
        return chosen
    return _with_trained(
        chosen, structs.replace(trained, value=structs.replace(trained.value, means=figures.means))
    )


def _with_trained(chosen: Chosen, trained: Model) -> Chosen:
    model = trained if chosen.model is chosen.trained else chosen.model
    return replace(chosen, trained=trained, model=model)


def _placed(
    engine: Engine,
    staged: Staged,
    source: Source,
    asked: Asked,
    model: Model,
    spread: Spread,
    sold: dict[str, Any],
) -> tuple[Table, bool]:
    """Make the table of placed customers; return it, and whether it tells where customers come from."""
    tables = staged.tables
    place, _run = engine.published()
    previous = place.table(of_results.RESULT_SCHEMA) if place is not None else None
    former = asked.before.model if previous is not None else None
    placing = of_results.Placing(
        model, spread.quantiles, asked.run_id, staged.analysis_day, asked.today, source.confidence, former
    )
    customers = of_customers.counted(staged.customers)
    if model.value is not None and model.value.tells:
        day = (staged.analysis_day - EPOCH).days
        customers = of_customers.with_measures(customers, day, _first_day(sold))
    figures = of_customers.figures_of(staged.customers)
    return tables.make(
        "placed", of_results.placed_of(customers, figures, previous, placing)
    ), former is not None


def _first_day(sold: dict[str, Any]) -> int:
    """Return the first day of the history, strays apart, as `core.value.features` has it."""
    order = np.argsort(sold["day"].astype(np.int64))
    days, many = sold["day"].astype(np.int64)[order], sold["customers"].astype(np.int64)[order]
    return int(days[np.searchsorted(np.cumsum(many), int(many.sum() * STRAY), side="right")])


def _risk(staged: Staged, placed: Table, model: Model) -> Risk:
    tables, earlier = staged.tables, (staged.analysis_day - EPOCH).days - CHANGE_DAYS
    now, before = tables.ask(of_customers.yearly_spend(placed)), None
    if staged.account.first_day < earlier:
        before = tables.ask(of_customers.yearly_spend_before(staged.customers))
    return risk_of(now, before, model)


def _of_source(error: TooFewCustomersError) -> TooFewCustomersError:
    detail = error.detail.replace("Training_Data", "The source").replace("; The source", "; the source")
    hint = error.hint.replace("Paste more orders into Training_Data", "Choose a source with more orders")
    return TooFewCustomersError(detail, hint=hint)
