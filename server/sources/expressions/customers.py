"""From lines to customers: purchase days, recency, frequency, money, pauses, and what the value model looks at."""

from __future__ import annotations

from typing import Any

import ibis

from server.core.segments.purchase_days import YEAR_DAYS
from server.core.value.features import HALF_LIVES
from server.sources.expressions.compiling import Table, md5

_DIGITS = 6


def days_of(lines: Table) -> Table:
    """Return one row a customer and day of lines that count: money, distinct orders, whether something was bought."""
    used = lines.filter(lines.reason.isnull())
    bought = ~used.cancelled
    return used.group_by("customer_id", "day").agg(
        money=used.amount.sum(),
        named=(bought & used.order_id.notnull()).cast("int64").sum(),
        unnamed=(bought & used.order_id.isnull()).ifelse(used.rows, 0).sum(),
        bought=bought.cast("int64").max(),
    )


def repeats_of(lines: Table, day: int) -> Table:
    """Return by customer how often orders were counted again, having lines of several days; all, and before a day."""
    mine = lines.filter(lines.reason.isnull() & ~lines.cancelled & lines.order_id.notnull())
    orders = mine.group_by("customer_id", "order_id").agg(
        times=mine.count(), before=(mine.day < day).cast("int64").sum()
    )
    several = orders.filter(orders.times > 1)
    return several.group_by(repeat_id=several.customer_id).agg(
        again=(several.times - 1).sum(),
        again_before=(several.before > 1).ifelse(several.before - 1, 0).sum(),
    )


def customers_of(days: Table, repeats: Table, analysis_day: int, earlier_day: int) -> Table:
    """Return one row a customer with money above 0 and a purchase, and those without, told apart by `counts`.

    Parameters
    ----------
    analysis_day
        Day that recency is counted to, in days since 1970.
    earlier_day
        Customers are also told as they stood on this day: `recency_before`, `frequency_before`, `money_before`.
    """
    bought = days.bought == 1
    then = bought & (days.day < earlier_day)
    sums = days.group_by("customer_id").agg(
        total=days.money.sum(),
        events=(days.named + days.unnamed).sum(),
        first_day=days.day.min(where=bought),
        last_day=days.day.max(where=bought),
        purchase_days=days.bought.sum(),
        total_before=days.money.sum(where=days.day < earlier_day),
        events_before=(days.named + days.unnamed).sum(where=days.day < earlier_day),
        last_before=days.day.max(where=then),
    )
    beside = sums.left_join(repeats, sums.customer_id == repeats.repeat_id)
    figures = beside.select(
        "customer_id",
        "first_day",
        "last_day",
        "purchase_days",
        "last_before",
        recency=ibis.literal(analysis_day) - beside.last_day,
        frequency=beside.events - beside.again.fill_null(0),
        monetary_value=_rounded(beside.total),
        recency_before=ibis.literal(earlier_day) - beside.last_before,
        frequency_before=beside.events_before.fill_null(0) - beside.again_before.fill_null(0),
        money_before=_rounded(beside.total_before.fill_null(0.0)),
    )
    return figures.mutate(counts=(figures.monetary_value > 0) & (figures.frequency > 0))


def counted(customers: Table) -> Table:
    """Return the customers who have a segment."""
    return customers.filter(customers.counts)


def head_counts(customers: Table) -> Table:
    """Return how many customers there are, how many have a segment, how many net to nothing, and the largest."""
    return customers.agg(
        customers=customers.count(),
        counted=customers.counts.cast("int64").sum(),
        nothing=(customers.monetary_value <= 0).cast("int64").sum(),
        revenue=customers.monetary_value.sum(where=customers.monetary_value > 0),
        richest=customers.monetary_value.max(),
    )


def sample_of(customers: Table, share: float, dialect: str) -> Table:
    """Return customers by a hash of the id, numbered: the same on every engine and day; all where `share` is 1."""
    chosen = customers.select("customer_id")
    if share < 1:
        chosen = chosen.filter(md5(chosen.customer_id, dialect).substr(0, 8) < f"{int(share * 16**8):08x}")
    return chosen.mutate(code=ibis.row_number().over(order_by=chosen.customer_id).cast("int64"))


def sampled_figures(customers: Table, share: float, dialect: str) -> Table:
    """Return the figures of a sample of the customers who have a segment."""
    chosen = counted(customers)
    if share < 1:
        chosen = chosen.filter(md5(chosen.customer_id, dialect).substr(0, 8) < f"{int(share * 16**8):08x}")
    return chosen.select("customer_id", "recency", "frequency", "monetary_value")


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


def gaps_of(days: Table) -> Table:
    """Return each purchase day with the days since the customer's purchase day before, NULL for the first."""
    bought = days.filter(days.bought == 1)
    before = bought.day.lag().over(group_by="customer_id", order_by=bought.day)
    return bought.select("customer_id", "day", gap=bought.day - before)


def pauses_of(gaps: Table) -> Table:
    """Return how often each pause came, by the number of its customer's pauses."""
    with_gap = gaps.filter(gaps.gap.notnull())
    with_pauses = with_gap.mutate(pauses=with_gap.count().over(group_by="customer_id"))
    return with_pauses.group_by("gap", "pauses").agg(times=with_pauses.count())


def sold_days(days: Table) -> Table:
    """Return by day how many customers bought."""
    bought = days.filter(days.bought == 1)
    return bought.group_by("day").agg(customers=bought.count())


def orders_by_day(lines: Table) -> Table:
    """Return how many orders there are by their first day; a row without an order id is one of its own."""
    bought = lines.filter(lines.reason.isnull() & ~lines.cancelled)
    named = bought.filter(bought.order_id.notnull())
    first = named.group_by("order_id").agg(day=named.day.min())
    orders = first.group_by("day").agg(orders=first.count())
    bare = bought.filter(bought.order_id.isnull())
    alone = bare.group_by("day").agg(orders=bare.rows.sum())
    both = orders.union(alone)
    return both.group_by("day").agg(orders=both.orders.sum())


def yearly_spend(days: Table, placed: Table, analysis_day: int) -> Table:
    """Return by cluster and recency what customers of two orders or more spent in the year up to their last purchase.

    Parameters
    ----------
    placed
        Customers with their cluster.
    analysis_day
        Day that their recency is counted to, in days since 1970.
    """
    who = placed.filter(placed.frequency >= 2).select(
        spender=placed.customer_id,
        last=ibis.literal(analysis_day) - placed.recency,
        recency=placed.recency,
        cluster=placed.cluster,
    )
    return _year_of(days, who, ["recency", "cluster"])


def yearly_spend_before(days: Table, customers: Table, day: int) -> Table:
    """Return the same as it stood on an earlier day, by recency alone."""
    who = customers.filter((customers.frequency_before >= 2) & (customers.money_before > 0)).select(
        spender=customers.customer_id, last=customers.last_before, recency=customers.recency_before
    )
    return _year_of(days.filter(days.day < day), who, ["recency"])


def _year_of(days: Table, who: Table, keys: list[str]) -> Table:
    both = days.join(who, days.customer_id == who.spender)
    within = both.filter(both.day > both["last"] - YEAR_DAYS)
    by_spender = within.group_by(["spender", *keys]).agg(spend=within.money.sum().round(_DIGITS))
    spent = by_spender.filter(by_spender.spend > 0)
    return spent.group_by(keys).agg(customers=spent.count(), spend=spent.spend.sum())


def measures_of(days: Table, day: int, first_day: int) -> Table:
    """Return what the value model looks at, one row a customer with a purchase before `day`.

    The columns are those of `server.core.value.features.NAMES`, and `known_id`.

    Parameters
    ----------
    first_day
        First day of the history, strays apart.
    """
    before = days.filter(days.day < day)
    history = max(day - first_day, 1)
    decays = {f"d{int(life)}": _power((before.day - day).cast("float64") / life) for life in HALF_LIVES}
    lag = before.day.lag().over(group_by=["customer_id", "bought"], order_by=before.day)
    of_day = before.mutate(
        spent=before.money.round(_DIGITS), gap=(before.bought == 1).ifelse(before.day - lag, None), **decays
    )
    bought = of_day.bought == 1
    sums: dict[str, Any] = {}
    for life in HALF_LIVES:
        name = f"{int(life)}"
        sums[f"w{name}"] = (of_day.spent * of_day[f"d{name}"]).sum()
        sums[f"n{name}"] = of_day[f"d{name}"].sum(where=bought)
    by_customer = of_day.group_by("customer_id").agg(
        **sums,
        last=of_day.day.max(where=bought),
        first=of_day.day.min(where=bought),
        visits=of_day.bought.sum(),
        log_gaps=of_day.gap.cast("float64").ln().sum(),
    )
    some = by_customer.filter(by_customer.visits > 0)
    silence = (ibis.literal(day) - some["last"]).cast("float64")
    tenure = (ibis.literal(day) - some["first"]).cast("float64")
    columns: dict[str, Any] = {}
    for life in HALF_LIVES:
        grown = float(1 / (1 - 2 ** (-history / life)) ** 0.5)
        name = f"{int(life)}"
        columns[f"w{name}"] = (some[f"w{name}"] > 0).ifelse(some[f"w{name}"], 0.0) * grown
        columns[f"n{name}"] = some[f"n{name}"] * grown
    again = some.visits > 1
    mean_log_gap = some.log_gaps / (some.visits - 1).nullif(0).cast("float64")
    longest = (silence > 1).ifelse(silence, 1.0).ln()
    return some.select(
        known_id=some.customer_id,
        **columns,
        silence=silence,
        tenure=tenure,
        once=(some.visits == 1).ifelse(1.0, 0.0),
        rhythm=again.ifelse(longest - mean_log_gap, 0.0),
    )


def _power(exponent: Any) -> Any:
    return ibis.literal(2.0) ** exponent


def _rounded(value: Any) -> Any:
    return value.round(_DIGITS)
