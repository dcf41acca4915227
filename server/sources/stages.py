"""From a source to its customers, stage by stage, in the engine; each stage is a table of the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.core.segments.at_risk import CHANGE_DAYS
from server.core.transactions.customer_ids import folds_case
from server.core.transactions.meanings import Meaning
from server.core.wall_clock import EPOCH, date_of
from server.errors import ChangedError, TrainingDataError
from server.sources.account import Account, account
from server.sources.engines.engine import Engine, Fetched
from server.sources.expressions import customers as of_customers
from server.sources.expressions import reading, settling
from server.sources.expressions.compiling import Table, sql_of
from server.sources.source import Source
from server.sources.trouble import no_column, too_costly
from server.sources.words import Word, meanings, sentence
from server.texts import to_say

Progress = Callable[[str, float], None]
READING_ENDS = 0.4
"""How far a run is when its source is read and the customers are counted."""


class Tables:
    """Makes and asks the tables of one run."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def make(self, name: str, expression: Table) -> Table:
        """Make a table of this run, and return it."""
        schema = {column: str(kind) for column, kind in expression.schema().items()}
        self.engine.make(name, sql_of(expression, self.engine.dialect), schema)
        return self.engine.staged(name).table(expression.schema())

    def put(self, name: str, columns: Mapping[str, Sequence[str]]) -> Table:
        """Make a table of this run of columns of texts, and return it."""
        self.engine.put(name, columns)
        return self.engine.staged(name).table(dict.fromkeys(columns, "string"))

    def publish(self, expression: Table) -> None:
        """Make the table of the run's results."""
        schema = {column: str(kind) for column, kind in expression.schema().items()}
        self.engine.publish(sql_of(expression, self.engine.dialect), schema)

    def ask(self, expression: Any) -> Fetched:
        """Return the rows of an expression."""
        return self.engine.fetch(sql_of(expression, self.engine.dialect))

    def one(self, expression: Any) -> dict[str, Any]:
        """Return the one row of an expression."""
        return self.rows(expression)[0]

    def rows(self, expression: Any) -> list[dict[str, Any]]:
        """Return the rows of an expression, one by one."""
        fetched = self.ask(expression)
        columns = [column.tolist() for column in fetched.values()]
        return [dict(zip(fetched, row, strict=True)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Staged:
    """A source that was read.

    Attributes
    ----------
    lines, several, used, customers
        Tables of the run: see `server.sources.expressions`.
    account
        What was read, used and left out, and why.
    analysis_day
        Day that recency is counted to.
    """

    tables: Tables
    lines: Table
    several: Table
    used: Table
    customers: Table
    account: Account
    analysis_day: dt.date


def source_table(engine: Engine, source: Source) -> Table:
    """Return the source with its declared columns.

    Raises
    ------
    SourceColumnError
        If it lacks one.
    """
    schema: Mapping[str, str] = engine.schema()
    columns = source.columns.named()
    for role, column in columns.items():
        if column not in schema:
            raise no_column(column, role)
    return engine.source.table({column: schema[column] for column in columns.values()})


def read_source(
    engine: Engine,
    source: Source,
    today: dt.date,
    analysis_date: dt.date | None,
    progress: Progress,
    earlier_day: dt.date | None = None,
) -> Staged:
    """Read a source, once more where it changes meanwhile.

    Parameters
    ----------
    earlier_day
        Customers are also told as they stood on this day; if None, so many days ago as revenue at risk is compared
        with.

    Raises
    ------
    SourceError
        Of any kind.
    ChangedError
        If it changed both times.
    TrainingDataError
        If no row of it can be used.
    """
    tables = Tables(engine)
    table = source_table(engine, source)
    for attempt in (1, 2):
        lines, words, expected = _lines(tables, source, table, progress)
        settled = _settled(tables, source, lines, words, today, analysis_date)
        if settled.account.rows_read == expected:
            break
        if attempt == 2:
            raise ChangedError(
                to_say("The source has other rows than when the run began."),
                hint=to_say(
                    "Nothing of this run was written. Run it again when nothing is loaded into the source."
                ),
            )
    if not settled.account.rows_used:
        raise TrainingDataError(
            to_say("No row of the source can be used."), hint=" ".join(settled.account.sentences()[1:4])
        )
    return _customers(tables, settled, analysis_date, earlier_day, progress)


@dataclass(frozen=True, slots=True)
class _Settled:
    """The lines as they were read, what becomes of them, and the account of the rows."""

    lines: Table
    judge: settling.Judge
    account: Account

    @property
    def judged(self) -> Table:
        """Return the lines with what becomes of them."""
        return self.judge.of(self.lines)


def _lines(
    tables: Tables, source: Source, table: Table, progress: Progress
) -> tuple[Table, tuple[list[Word], dict[str | None, Meaning]], int]:
    """Return the lines of the source, what its statuses mean, and how many rows it had before."""
    columns = source.columns
    rows = reading.rows_of(table, columns, source.time_zone, tables.engine.dialect)
    _refuse_cost(tables, source, rows)
    progress(to_say("Reading the source"), 0.03)
    expected = int(tables.one(table.agg(rows=table.count()))["rows"])
    words, meant = [], {}
    if columns.status:
        words = [_word(*row) for row in _rows(tables.ask(settling.status_counts(rows)))]

        def share_beside(word: str) -> float:
            counts = tables.one(settling.share_beside(rows, word))
            return int(counts["beside"]) / max(int(counts["rows"]), 1)

        meant = meanings(words, source.statuses, columns.status, share_beside if columns.order_id else None)
    progress(to_say("Reading the source"), 0.06)
    lines = reading.lines_of(
        rows,
        has_refunded=Meaning.REFUNDED in meant.values(),
        has_pieces=bool(columns.quantity),
        folds_case=folds_case(columns.customer_id),
    )
    return tables.make("lines", lines), (words, meant), expected


def _refuse_cost(tables: Tables, source: Source, rows: Table) -> None:
    """Refuse where what is read of the source would cost more than is allowed; nothing was run yet."""
    asked = [rows, settling.status_counts(rows)] if source.columns.status else [rows]
    dialect = tables.engine.dialect
    estimate = sum(tables.engine.estimated_bytes(sql_of(call, dialect)) for call in asked)
    if estimate > source.max_bytes_billed:
        raise too_costly(source, estimate)


def _settled(
    tables: Tables,
    source: Source,
    lines: Table,
    words: tuple[list[Word], dict[str | None, Meaning]],
    today: dt.date,
    analysis_date: dt.date | None,
) -> _Settled:
    """Return what becomes of the lines, and the account of the rows."""
    day = (analysis_date - EPOCH).days if analysis_date is not None else None
    judge = settling.Judge(settling.Rules(words[1], (today - EPOCH).days, day))
    counted = _account(tables, judge.of(lines))
    said = sentence(words[0], words[1], source.columns.status) if words[0] else ""
    if source.columns.order_id and counted.marked and _is_cancellation(tables, judge.of(lines)):
        judge = settling.Judge(replace(judge.rules, marked_orders=True))
        counted = _account(tables, judge.of(lines))
    if counted.has_refunded and counted.has_cancelled:
        pairs, orders = settling.money_back(judge.of(lines))
        judge = replace(judge, back=(tables.make("back_pairs", pairs), tables.make("back_orders", orders)))
    if source.columns.order_id and counted.has_cancelled:
        judge = replace(judge, empty=tables.make("empty", settling.empty_orders(judge.of(lines))))
    if counted.has_cancelled:
        counted = _account(tables, judge.of(lines))
    return _Settled(lines, judge, counted.with_sentence(said))


def _account(tables: Tables, judged: Table) -> Account:
    return account(tables.ask(settling.account_of(judged)))


def _is_cancellation(tables: Tables, lines: Table) -> bool:
    """Whether order ids of C and digits are cancellations, as most of the others are digits alone."""
    kinds = {name: int(value or 0) for name, value in tables.one(settling.order_kinds(lines)).items()}
    return 2 * kinds["digits"] > kinds["orders"] - kinds["marked"]


def _customers(
    tables: Tables,
    settled: _Settled,
    analysis_date: dt.date | None,
    earlier_day: dt.date | None,
    progress: Progress,
) -> Staged:
    progress(to_say("Counting the customers"), 0.2)
    last = settled.account.last_day
    analysis = (analysis_date - EPOCH).days if analysis_date is not None else last + 1
    earlier = (earlier_day - EPOCH).days if earlier_day is not None else analysis - CHANGE_DAYS
    dialect = tables.engine.dialect
    repeated = tables.make("repeated", of_customers.repeated_of(settled.lines, dialect))
    doubtful = of_customers.lines_of_repeated(settled.lines, repeated, dialect)
    several = tables.make("several", of_customers.purchases_of(settled.judge.of(doubtful)))
    used = tables.make("used", of_customers.used_of(settled.judged, earlier))
    repeats = of_customers.repeats_of(several, earlier)
    customers = tables.make("customers", of_customers.customers_of(used, repeats, analysis, earlier))
    progress(to_say("Counting the customers"), READING_ENDS)
    return Staged(tables, settled.judged, several, used, customers, settled.account, date_of(analysis))


def _word(text: Any, rows: Any, priced: Any, above: Any, money: Any) -> Word:
    return Word(None if text is None else str(text), int(rows), int(priced), int(above), float(money or 0))


def _rows(fetched: Fetched) -> list[tuple[Any, ...]]:
    return list(zip(*(column.tolist() for column in fetched.values()), strict=True))
