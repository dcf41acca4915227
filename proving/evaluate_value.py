"""Accuracy of expected spend and likely to buy again, beside past spend and the published models.

Every way sees the transactions up to a day and is compared with the horizon that begins on it, on several days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from local.printing import table
from proving.purchase_models import DAYS_A_WEEK, Repeats, cell_means, fit_bg_nbd, fit_gamma_gamma
from server.core.segments.rfm import RfmTable, rfm_table, scores
from server.core.settings.values import DEFAULT_HORIZON
from server.core.transactions.reader import Transactions
from server.core.value.features import Purchases, came_between
from server.core.value.prediction import typed_outlook
from server.core.wall_clock import EPOCH
from server.training.holdout import normalised_gini
from server.training.value import purchases_by_id, train_value
from server.training.value_backtest import auc, calibration_error, spend_groups
from server.training.value_fit import LEAST_HISTORY_DAYS
from server.training.value_regression import LOGIT, level, logistic

Floats = NDArray[np.float64]

CDNOW_DAYS = ("1997-07-01", "1997-10-01", "1998-01-01", "1998-04-01")
FADER_HARDIE_DAY = dt.date(1997, 10, 1)
FADER_HARDIE_DAYS = 273
"""Their 39 weeks."""
MOST_DAYS = 4
OURS, TYPED, PAST, CELLS, BG_NBD = (
    "expected spend",
    "… from R, F, M alone",
    "past spend",
    "R, F, M cells",
    "BG/NBD × Gamma-Gamma",
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One way's forecast for customers: money, and the likelihood or a figure that orders them by it."""

    spend: Floats
    likely: Floats
    is_likelihood: bool = False
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Accuracy of one way's forecast; None where it gives no such figure.

    Attributes
    ----------
    gini
        Normalised Gini of the spend that came.
    auc
        Of buying at all.
    brier, error, shape_error
        Of the likelihood; the last of a likelihood whose total is made right.
    total
        Money told by money that came.
    """

    gini: float
    auc: float
    brier: float | None = None
    error: float | None = None
    shape_error: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day that the ways look ahead from, and the customers known on it."""

    day: dt.date
    seen: Transactions
    table: RfmTable
    spend: Floats
    bought: NDArray[np.bool_]
    withheld: str
    forecasts: dict[str, Forecast]


def days_of(transactions: Transactions, name: str, horizon: int) -> list[dt.date]:
    """Return the days to look ahead from: the last four firsts of a month whose horizon is over."""
    first, last = int(transactions.day.min()), int(transactions.day.max())
    if name == "CDNOW_master.txt":
        return [dt.date.fromisoformat(cdnow_day) for cdnow_day in CDNOW_DAYS]
    cutoffs: list[dt.date] = []
    day = (EPOCH + dt.timedelta(days=last + 1 - horizon)).replace(day=1)
    while len(cutoffs) < MOST_DAYS and (day - EPOCH).days - first >= horizon + LEAST_HISTORY_DAYS:
        cutoffs.append(day)
        day = (day - dt.timedelta(days=1)).replace(day=1)
    return cutoffs[::-1]


def before(transactions: Transactions, day: dt.date) -> Transactions:
    """Return the transactions before a day; the customers keep their codes."""
    keep = transactions.day < (day - EPOCH).days
    return replace(
        transactions,
        customer=transactions.customer[keep],
        day=transactions.day[keep],
        amount=transactions.amount[keep],
        order=transactions.order[keep] if transactions.order is not None else None,
        cancelled=transactions.cancelled[keep],
    )


def look(transactions: Transactions, day: dt.date, horizon: int, ahead: int | None = None) -> Day:
    """Return each way's forecast, on a day, of the `horizon` days ahead.

    Parameters
    ----------
    ahead
        Days that came, where they are not those of the horizon.
    """
    at = (day - EPOCH).days
    seen = before(transactions, day)
    rfm = rfm_table(seen, day)
    purchases, codes = purchases_by_id(transactions)
    places = np.array([codes[customer_id] for customer_id in rfm.customer_ids], dtype=np.int64)
    spend, days = (series[places] for series in came_between(purchases, at, at + (ahead or horizon)))
    forecasts = {
        PAST: Forecast(rfm.monetary_value, rfm.monetary_value),
        CELLS: _by_cells(seen, rfm, horizon),
        BG_NBD: _by_bg_nbd(*purchases_by_id(seen), rfm, at, horizon),
    }
    valued = train_value(seen, rfm, horizon)
    if valued.outlook is not None:
        own, typed = valued.outlook, typed_outlook(valued.model, rfm.matrix())[0]
        forecasts[OURS] = Forecast(own.spend, own.likely, is_likelihood=True, is_money=True)
        forecasts[TYPED] = Forecast(typed.spend, typed.likely, is_likelihood=True, is_money=True)
    return Day(day, seen, rfm, spend, days > 0, valued.model.withheld, forecasts)


def _by_cells(seen: Transactions, rfm: RfmTable, horizon: int) -> Forecast:
    """Tell what came of the same cell of R, F and M scores `horizon` days earlier."""
    earlier = rfm.analysis_day - dt.timedelta(days=horizon)
    day = (earlier - EPOCH).days
    then = rfm_table(before(seen, earlier), earlier)
    purchases, codes = purchases_by_id(seen)
    places = np.array([codes[customer_id] for customer_id in then.customer_ids], dtype=np.int64)
    spend, days = (series[places] for series in came_between(purchases, day, day + horizon))
    former, present = (_cells(table_cells) for table_cells in (then, rfm))
    return Forecast(
        cell_means(former, spend, present),
        cell_means(former, (days > 0).astype(np.float64), present),
        is_likelihood=True,
        is_money=True,
    )


def _cells(rfm: RfmTable) -> NDArray[np.int64]:
    marks = scores(rfm)
    return np.column_stack([marks.r, marks.f, marks.m])


def repeats_of(purchases: Purchases, at: int) -> Repeats:
    """Return what BG/NBD knows of each customer on the day `at`; the day before it is the last that it saw."""
    n, who, day = purchases.customers, purchases.customer, purchases.day
    first, last = np.full(n, at - 1), np.full(n, -(10**9))
    np.minimum.at(first, who, day)
    np.maximum.at(last, who, day)
    x = np.bincount(who, minlength=n) - 1.0
    later = purchases.money_day > first[purchases.money_customer]
    money = np.bincount(purchases.money_customer[later], purchases.money[later], n)
    mean = np.where(x > 0, np.maximum(money, 0.0) / np.maximum(x, 1), 0.0)
    return Repeats(
        np.maximum(x, 0.0), np.maximum(last - first, 0) / DAYS_A_WEEK, (at - 1 - first) / DAYS_A_WEEK, mean
    )


def _by_bg_nbd(purchases: Purchases, codes: dict[str, int], rfm: RfmTable, at: int, horizon: int) -> Forecast:
    places = np.array([codes[customer_id] for customer_id in rfm.customer_ids], dtype=np.int64)
    every = repeats_of(purchases, at)
    seen = Repeats(every.x[places], every.t_x[places], every.T[places], every.z[places])
    orders = fit_bg_nbd(seen).expected(seen, horizon / DAYS_A_WEEK)
    return Forecast(orders * fit_gamma_gamma(seen).expected(seen), orders, is_money=True)


def figures(day: Day, forecast: Forecast) -> Figures:
    """Return the accuracy of one way's forecast."""
    gini, area = normalised_gini(day.spend, forecast.spend), auc(day.bought, forecast.likely)
    total = float(forecast.spend.sum() / day.spend.sum()) if forecast.is_money and day.spend.any() else None
    if not forecast.is_likelihood:
        return Figures(gini, area, total=total)
    p = np.clip(forecast.likely, 1e-9, 1 - 1e-9)
    odds = np.log(p / (1 - p))
    right = logistic(odds + level(odds, float(day.bought.sum()), LOGIT)) if day.bought.any() else p
    return Figures(
        gini,
        area,
        brier=float(np.mean((day.bought - p) ** 2)),
        error=calibration_error(day.bought, p),
        shape_error=calibration_error(day.bought, right),
        total=total,
    )


def mean(all_figures: list[Figures]) -> Figures:
    """Return the means of the figures over several days."""

    def of(read: Callable[[Figures], float | None]) -> float | None:
        values = [read(entry) for entry in all_figures]
        return (
            None
            if any(value is None for value in values)
            else float(np.mean([value for value in values if value is not None]))
        )

    return Figures(
        of(lambda one: one.gini) or 0.0,
        of(lambda one: one.auc) or 0.0,
        of(lambda one: one.brier),
        of(lambda one: one.error),
        of(lambda one: one.shape_error),
        of(lambda one: one.total),
    )


def compare(transactions: Transactions, name: str, horizon: int = DEFAULT_HORIZON) -> str:
    """Return the comparison as tables."""
    days = [look(transactions, day, horizon) for day in days_of(transactions, name, horizon)]
    if not days:
        return f"Expected spend: the history is too short to look {horizon} days ahead from an earlier day."
    parts = [_table(f"Expected spend, {horizon} days ahead, mean of {len(days)} days", days)]
    parts += [_table(f"… from {day.day}", [day]) for day in days]
    if name == "CDNOW_master.txt":
        longer = look(transactions, FADER_HARDIE_DAY, horizon, FADER_HARDIE_DAYS)
        parts.append(
            _table("… from 1997-10-01, held against the 39 weeks from then on", [longer], order_alone=True)
        )
    latest = days[-1]
    if OURS in latest.forecasts:
        rows = [
            [i + 1, expected, came]
            for i, (expected, came) in enumerate(spend_groups(latest.forecasts[OURS].spend, latest.spend))
        ]
        parts.append(f"Ten groups from {latest.day}\n" + table(["Group", "Expected", "Came"], rows))
    return "\n\n".join(parts)


def _table(title: str, days: list[Day], *, order_alone: bool = False) -> str:
    """Return one comparison; `order_alone` where the figures are for other days than those that came."""
    headers = [
        "",
        "Gini",
        "AUC",
        *([] if order_alone else ["Brier", "ECE", "ECE, total right", "Told / came"]),
    ]
    reasons = {day.withheld for day in days if day.withheld}
    rows: list[list[object]] = []
    for way in (OURS, TYPED, PAST, CELLS, BG_NBD):
        all_figures = [figures(day, day.forecasts[way]) for day in days if way in day.forecasts]
        if len(all_figures) < len(days):
            rows.append([way, "withheld", *[""] * (len(headers) - 2)])
            continue
        average = mean(all_figures)
        rest = (average.brier, average.error, average.shape_error, average.total) if not order_alone else ()
        rows.append(
            [
                way,
                *(f"{one:.4f}" for one in (average.gini, average.auc)),
                *("" if one is None else f"{one:.3f}" for one in rest),
            ]
        )
    return "\n".join([title, table(headers, rows), *sorted(reasons)])
