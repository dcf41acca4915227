"""From lines to customers: recency, frequency, money, pauses, and what the value model looks at."""

from __future__ import annotations

import math
from typing import Any

import ibis

from server.core.segments.purchase_days import YEAR_DAYS
from server.core.value.features import HALF_LIVES
from server.sources.expressions.compiling import Table, md5, quick_key
from server.sources.expressions.reading import DAY

_DIGITS = 6


def used_of(lines: Table, earlier_day: int) -> Table:
    """Return the lines that count, with what needs the customer's other lines; from then on they are only summed up.

    Parameters
    ----------
    earlier_day
        As for `customers_of`.

    Returns
    -------
    Table
        customer_id, day, money; orders, how many purchases it is; opens, whether it is the first of its purchase day;
        gap, the days since the purchase day before, on the first alone and NULL where there is none; last_day, the last
        purchase day; last_before, the last before `earlier_day`.
    """
    used = lines.filter(lines.reason.isnull())
    orders = used.order_id.notnull().ifelse(1, used.rows)
    dated = used.select(
        "customer_id",
        "day",
        money=used.amount,
        orders=used.cancelled.ifelse(0, orders).cast(DAY),
        purchase=used.cancelled.ifelse(ibis.null(DAY), used.day),
    )
    then = (dated.purchase < earlier_day).ifelse(dated.purchase, ibis.null(DAY))
    beside = dated.mutate(
        before=dated.purchase.lag().over(group_by="customer_id", order_by=dated.purchase),
        last_day=dated.purchase.max().over(group_by="customer_id"),
        last_before=then.max().over(group_by="customer_id"),
    )
    is_later = beside.purchase > beside.before
    return beside.select(
        "customer_id", "day", "money", "orders", "last_day", "last_before",
        opens=beside.purchase.notnull() & (is_later | beside.before.isnull()),
        gap=is_later.ifelse(beside.purchase - beside.before, ibis.null(DAY)).cast(DAY),
    )  # fmt: skip


def repeated_of(lines: Table, dialect: str) -> Table:
    """Return the orders of several lines, told apart by a hash where that is quicker, as `repeated`.

    Parameters
    ----------
    lines
        As they were read: to judge each of them first would cost more than the look at the orders.
    """
    named = lines.filter(lines.order_id.notnull()).select("order_id")
    keys = named.select(repeated=quick_key(named.order_id, dialect))
    counts = keys.group_by("repeated").agg(times=keys.count())
    return counts.filter(counts.times > 1).select("repeated")


def lines_of_repeated(lines: Table, repeated: Table, dialect: str) -> Table:
    """Return the lines of orders of several; few, so that looking closer at them costs little.

    What shares a hash with one by chance only comes along.
    """
    return lines.semi_join(repeated, quick_key(lines.order_id, dialect) == repeated.repeated)


def purchases_of(lines: Table) -> Table:
    """Return the purchases among judged lines."""
    bought = lines.filter(lines.reason.isnull() & ~lines.cancelled)
    return bought.filter(bought.order_id.notnull()).select("customer_id", "order_id", "day")


def repeats_of(several: Table, day: int) -> Table:
    """Return by customer how often orders were counted again, having lines of several days; all, and before a day."""
    orders = several.group_by("customer_id", "order_id").agg(
        times=several.count(), before=(several.day < day).cast("int64").sum()
    )
    again = orders.filter(orders.times > 1)
    return again.group_by(repeat_id=again.customer_id).agg(
        again=(again.times - 1).sum(),
        again_before=(again.before > 1).ifelse(again.before - 1, 0).sum(),
    )


def customers_of(used: Table, repeats: Table, analysis_day: int, earlier_day: int) -> Table:
    """Return one row a customer with money above 0 and a purchase, and those without, told apart by `counts`.

    Beside the figures stand sums over the customer's lines: what was spent in the year up to the last purchase
    (`spend_year`), and what `with_measures` takes.

    Parameters
    ----------
    analysis_day
        Day that recency is counted to, in days since 1970.
    earlier_day
        Customers are also told as they stood on this day: `recency_before`, `frequency_before`, `money_before`,
        `spend_year_before`.
    """
    aged = used.mutate(**{f"d{life:.0f}": _left(used.day - analysis_day, life) for life in HALF_LIVES})
    before = aged.day < earlier_day
    decayed: dict[str, Any] = {}
    for life in HALF_LIVES:
        decay = aged[f"d{life:.0f}"]
        decayed[f"w{life:.0f}"] = (aged.money * decay).sum()
        decayed[f"n{life:.0f}"] = aged.opens.ifelse(decay, 0.0).sum()
    sums = aged.group_by("customer_id").agg(
        total=aged.money.sum(),
        events=aged.orders.sum(),
        first_day=aged.day.min(where=aged.orders > 0).cast("int64"),
        last_day=aged.last_day.max().cast("int64"),
        purchase_days=aged.opens.cast("int64").sum(),
        total_before=aged.money.sum(where=before),
        events_before=aged.orders.sum(where=before),
        last_before=aged.last_before.max().cast("int64"),
        year=aged.money.sum(where=aged.day > aged.last_day - YEAR_DAYS),
        year_before=aged.money.sum(where=before & (aged.day > aged.last_before - YEAR_DAYS)),
        log_gaps=aged.gap.cast("float64").ln().sum().fill_null(0.0),
        **decayed,
    )
    beside = sums.left_join(repeats, sums.customer_id == repeats.repeat_id)
    figures = beside.select(
        "customer_id", "first_day", "last_day", "purchase_days", "log_gaps", *decayed,
        recency=ibis.literal(analysis_day) - beside.last_day,
        frequency=beside.events - beside.again.fill_null(0),
        monetary_value=_rounded(beside.total),
        spend_year=_rounded(beside.year.fill_null(0.0)),
        recency_before=ibis.literal(earlier_day) - beside.last_before,
        frequency_before=beside.events_before.fill_null(0) - beside.again_before.fill_null(0),
        money_before=_rounded(beside.total_before.fill_null(0.0)),
        spend_year_before=_rounded(beside.year_before.fill_null(0.0)),
    )  # fmt: skip
    return figures.mutate(counts=(figures.monetary_value > 0) & (figures.frequency > 0))


def counted(customers: Table) -> Table:
    """Return the customers who have a segment."""
    return customers.filter(customers.counts)


def figures_of(customers: Table) -> Table:
    """Return ids and figures of the customers who have a segment, apart from what else is made of the same table."""
    figures = customers.select("customer_id", "recency", "frequency", "monetary_value", "counts")
    return counted(figures).drop("counts")


def head_counts(customers: Table) -> Table:
    """Return how many customers there are, how many have a segment, how many net to nothing, and the largest."""
    return customers.agg(
        customers=customers.count(),
        counted=customers.counts.cast("int64").sum(),
        nothing=(customers.monetary_value <= 0).cast("int64").sum(),
        revenue=customers.monetary_value.sum(where=customers.monetary_value > 0),
        richest=customers.monetary_value.max(),
    )


def sampled(table: Table, share: float, dialect: str) -> Table:
    """Return the rows of a sample of customers by a hash of the id, the same on every engine and day.

    Parameters
    ----------
    share
        How large it is about; all rows where it is 1.
    """
    if share >= 1:
        return table
    return table.filter(md5(table.customer_id, dialect).substr(0, 8) < f"{int(share * 16**8):08x}")


def sample_of(customers: Table, share: float, dialect: str) -> Table:
    """Return the customers of a sample, numbered."""
    chosen = sampled(customers.select("customer_id"), share, dialect)
    return chosen.mutate(code=ibis.row_number().over(order_by=chosen.customer_id).cast("int64"))


def sampled_figures(customers: Table, share: float, dialect: str) -> Table:
    """Return the figures of a sample of the customers who have a segment."""
    return sampled(figures_of(customers), share, dialect)


def sampled_lines(lines: Table, sample: Table) -> Table:
    """Return the lines that count of the customers of a sample, customers and orders as numbers; -1: no order id."""
    used = lines.filter(lines.reason.isnull())
    chosen = sample.select(chosen_id=sample.customer_id, code=sample.code)
    mine = used.join(chosen, used.customer_id == chosen.chosen_id)
    rank = ibis.dense_rank().over(group_by=mine.code, order_by=mine.order_id).cast("int64")
    return mine.select(
        "code",
        "day",
        "amount",
        "cancelled",
        "rows",
        order_code=mine.order_id.isnull().ifelse(ibis.literal(-1, "int64"), rank),
    )


def pauses_of(used: Table, customers: Table) -> Table:
    """Return how often each pause came, by the number of its customer's pauses."""
    paused = used.filter(used.gap.notnull()).select("customer_id", "gap")
    who = customers.select(pauser=customers.customer_id, pauses=customers.purchase_days - 1)
    known = paused.join(who, paused.customer_id == who.pauser)
    return known.group_by("gap", "pauses").agg(times=known.count())


def sold_days(used: Table) -> Table:
    """Return by day how many customers bought."""
    bought = used.filter(used.opens)
    return bought.group_by("day").agg(customers=bought.count())


def orders_by_day(lines: Table, several: Table) -> Table:
    """Return how many orders there are by their first day; a row without an order id is one of its own.

    Each line is counted as an order; those of orders that may have several are taken off again, and counted as orders.
    """
    bought = lines.filter(lines.reason.isnull() & ~lines.cancelled)
    counted_lines = bought.group_by("day").agg(orders=bought.order_id.notnull().ifelse(1, bought.rows).sum())
    too_many = several.group_by("day").agg(orders=-several.count())
    first = several.group_by("order_id").agg(day=several.day.min())
    instead = first.group_by("day").agg(orders=first.count())
    parts = counted_lines.union(too_many).union(instead)
    sums = parts.group_by("day").agg(orders=parts.orders.sum())
    return sums.filter(sums.orders > 0)


def yearly_spend(placed: Table) -> Table:
    """Return by cluster and recency what customers of two orders or more spent in the year up to their last purchase.

    Parameters
    ----------
    placed
        Customers with their cluster.
    """
    spent = placed.filter((placed.frequency >= 2) & (placed.spend_year > 0))
    return spent.group_by("recency", "cluster").agg(customers=spent.count(), spend=spent.spend_year.sum())


def yearly_spend_before(customers: Table) -> Table:
    """Return the same as it stood on the earlier day of `customers_of`, by recency alone."""
    has_segment = (customers.frequency_before >= 2) & (customers.money_before > 0)
    spent = customers.filter(has_segment & (customers.spend_year_before > 0))
    return spent.group_by(recency=spent.recency_before).agg(
        customers=spent.count(), spend=spent.spend_year_before.sum()
    )


def with_measures(customers: Table, analysis_day: int, first_day: int) -> Table:
    """Return customers with what the value model looks at: the columns of `server.core.value.features.NAMES`.

    Parameters
    ----------
    analysis_day
        That of `customers_of`.
    first_day
        First day of the history, strays apart.
    """
    history = max(analysis_day - first_day, 1)
    columns: dict[str, Any] = {}
    for life in HALF_LIVES:
        grown = float(1 / (1 - 2 ** (-history / life)) ** 0.5)
        spent = customers[f"w{life:.0f}"]
        columns[f"w{life:.0f}"] = (spent > 0).ifelse(spent, 0.0) * grown
        columns[f"n{life:.0f}"] = customers[f"n{life:.0f}"] * grown
    silence = customers.recency.cast("float64")
    pauses = (customers.purchase_days - 1).cast("float64")
    longest = (silence > 1).ifelse(silence, 1.0).ln()
    return customers.mutate(
        **columns,
        silence=silence,
        tenure=(ibis.literal(analysis_day) - customers.first_day).cast("float64"),
        once=(pauses == 0).ifelse(1.0, 0.0),
        rhythm=(pauses > 0).ifelse(longest - customers.log_gaps / pauses.nullif(0.0), 0.0),
    )


def _left(days: Any, half_life: float) -> Any:
    """Return what is left of 1 after days, told as 0 or less."""
    return (days.cast("float64") * (math.log(2) / half_life)).exp()


def _rounded(value: Any) -> Any:
    return value.round(_DIGITS)
