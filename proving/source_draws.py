"""Quality of a source's segments by the sample they were trained on: first models and retrains of several draws.

Samples are drawn by other hashes. The engine's segments of each are compared with the best of several converged fits
on all customers, by the adjusted Rand index.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from proving.bench.report import table
from proving.bench.sources import TODAY, declared, write_orders
from server.core.options import Options
from server.core.segments.model import Model
from server.core.segments.prediction import assign
from server.core.segments.purchase_days import Pauses
from server.core.segments.rfm import rfm_table
from server.core.wall_clock import date_of
from server.core.wording import ENGLISH
from server.sources.engines.duckdb import DuckDb
from server.sources.expressions import compiling
from server.sources.expressions import customers as of_customers
from server.sources.lloyd import LLOYD_STEPS, moved_on
from server.sources.look import Look, looked_at
from server.sources.sampling import Sample, drawn
from server.sources.source import Source
from server.sources.stages import Staged, read_source
from server.training.model_choice import Before, Wanted, choose_model
from server.training.space import space_of

ROWS = 10_000_000
FIRST, *OTHERS = DRAWS = ("", "second ", "third ", "fourth ")
"""Put before an id when it is hashed; the first is the product's own draw."""
DAYS_LATER = 30
"""A retrain comes so long after the first model."""
_STARTS, _MOST_STEPS = 10, 1_000
Rfm = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shop:
    """A source as it stood on a day, with all customers who have a segment in memory, by id.

    Attributes
    ----------
    reading
        CPU seconds of reading the rows and counting the customers.
    """

    source: Source
    staged: Staged
    look: Look
    ids: list[str]
    rfm: Rfm
    reading: float

    def clusters(self, model: Model) -> Labels:
        """Return the cluster of each customer."""
        return assign(model, self.rfm)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was found on one sample.

    Attributes
    ----------
    customers
        In the sample.
    pauses
        Between purchases of all customers.
    on_sample, model
        Before and after Lloyd's steps over all customers; the same for a retrain, which takes none.
    lloyd
        CPU seconds of all these steps.
    """

    customers: int
    pauses: Pauses
    on_sample: Model
    model: Model
    lloyd: float = 0.0


@dataclass(frozen=True, slots=True)
class First:
    """A first model beside the best of converged fits with as many segments: agreement before and after the steps."""

    customers: int
    segments: int
    on_sample: float
    after_steps: float
    lloyd: float


@dataclass(frozen=True, slots=True)
class Retrained:
    """Two retrains of one model on two samples.

    Attributes
    ----------
    agreement
        Of the two.
    kept
        Shares, by retrain, kept in their segment of those whom their buying did not move.
    unmoved
        How many these are.
    """

    agreement: float
    kept: tuple[float, ...]
    unmoved: int


def read(orders: Path, folder: Path, sample: int | None = None, analysis_date: dt.date | None = None) -> Shop:
    """Read a file of orders, up to a day where one is given."""
    source = declared(orders, folder)
    if sample is not None:
        source = replace(source, sample_customers=sample)
    engine = DuckDb(source, f"draws{len(str(analysis_date))}")
    began = time.process_time()
    staged = read_source(engine, source, TODAY, analysis_date, _unheard)
    reading = time.process_time() - began
    look = looked_at(staged, source, ENGLISH)
    everybody = of_customers.counted(staged.customers)
    rows = staged.tables.ask(everybody.select("customer_id", "recency", "frequency", "monetary_value"))
    order = np.argsort(rows["customer_id"].astype(str), kind="stable")
    figures = [rows[name][order].astype(np.float64) for name in ("recency", "frequency", "monetary_value")]
    return Shop(source, staged, look, rows["customer_id"][order].tolist(), np.column_stack(figures), reading)


def draw(shop: Shop, salt: str, former: Model | None = None, options: Options | None = None) -> Drawn:
    """Return what a run of the product finds on the sample of a salt; after a former model, what a retrain finds."""
    sample = sample_of(shop, salt)
    if sample.pauses is None:
        raise ValueError(f"{len(shop.ids):,} customers are all in the sample: nothing is drawn")
    figures = rfm_table(sample.transactions, shop.staged.analysis_day)
    wanted = Wanted(new_model=True, version=2 if former else 1, trained_at="2026-03-01T00:00:00Z")
    trained = choose_model(
        sample.transactions,
        figures,
        options or Options(),
        Before(former),
        wanted,
        shop.look.checks,
        pauses=sample.pauses,
    ).trained
    assert trained is not None
    if former is not None:
        return Drawn(len(figures), sample.pauses, trained, trained)
    began = time.process_time()
    model = moved_on(shop.staged.tables, of_customers.counted(shop.staged.customers), trained)
    return Drawn(len(figures), sample.pauses, trained, model, time.process_time() - began)


def optimum(shop: Shop, pauses: Pauses, segments: int) -> Labels:
    """Return the labels of the best of several converged fits on all customers, in the space of all customers."""
    X = space_of(shop.rfm, pauses.rhythm(shop.rfm[:, 0])).of(shop.rfm)
    fit = KMeans(n_clusters=segments, n_init=_STARTS, tol=0.0, max_iter=_MOST_STEPS, random_state=0).fit(X)
    return np.asarray(fit.labels_, dtype=np.int64)


def first_models(shop: Shop, draws: Sequence[Drawn]) -> list[First]:
    """Return how near the models of several draws come to the converged optimum."""
    best = {k: optimum(shop, draws[0].pauses, k) for k in sorted({found.model.k for found in draws})}
    return [
        First(
            found.customers,
            found.model.k,
            float(adjusted_rand_score(best[found.model.k], shop.clusters(found.on_sample))),
            float(adjusted_rand_score(best[found.model.k], shop.clusters(found.model))),
            found.lloyd,
        )
        for found in draws
    ]


def retrained(then: Shop, now: Shop, former: Model, retrains: Sequence[Model]) -> Retrained:
    """Return what two retrains of a model make of the customers."""
    one, other = (now.clusters(model) for model in retrains)
    _, at, still = np.intersect1d(np.array(then.ids), np.array(now.ids), return_indices=True)
    was = then.clusters(former)[at]
    stays = was == now.clusters(former)[still]
    return Retrained(
        float(adjusted_rand_score(one, other)),
        tuple(float((labels[still][stays] == was[stays]).mean()) for labels in (one, other)),
        int(stays.sum()),
    )


def measure(
    orders: Path, folder: Path, sample: int | None = None, options: Options | None = None
) -> list[str]:
    """Return the lines of both tables."""
    now = read(orders, folder, sample)
    firsts = first_models(now, [draw(now, salt, options=options) for salt in DRAWS])
    then = read(orders, folder, sample, date_of(now.staged.account.last_day - DAYS_LATER))
    former = draw(then, FIRST, options=options).model
    retrains = [draw(now, salt, former).model for salt in OTHERS[:2]]
    after = retrained(then, now, former, retrains)
    headers = [
        "draw",
        "customers in the sample",
        "segments",
        "ARI, no Lloyd steps",
        f"after {LLOYD_STEPS}",
        "CPU",
    ]
    rows = [
        [f"{number}", f"{one.customers:,}", f"{one.segments}", f"{one.on_sample:.4f}", f"{one.after_steps:.4f}",
         f"{one.lloyd:.2f} s, {one.lloyd / now.reading:.1%}"]
        for number, one in enumerate(firsts, start=1)
    ]  # fmt: skip
    return [
        f"{now.staged.account.rows_read:,} rows, {len(now.ids):,} customers; reading and counting them took "
        f"{now.reading:.1f} s of processor time.",
        "",
        table(headers, rows),
        "",
        table(
            [f"{DAYS_LATER} days later, two retrains on two samples", ""],
            [
                ["ARI of one to the other", f"{after.agreement:.4f}"],
                [
                    "kept, of those whom their buying did not move",
                    " and ".join(f"{s:.2%}" for s in after.kept),
                ],
                ["these are", f"{after.unmoved:,} customers"],
            ],
        ),
    ]


def sample_of(shop: Shop, salt: str) -> Sample:
    """Return the sample of a salt; that of the product without one."""

    def hashed(text: Any, dialect: str) -> Any:
        return compiling.md5(salt + text if salt else text, dialect)

    with mock.patch.object(of_customers, "md5", hashed):
        return drawn(shop.staged, int(shop.look.head["customers"]), shop.source.sample_customers)


def _unheard(_stage: str, _fraction: float) -> None:
    """Hear nothing of the progress."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m proving.source_draws", description=__doc__)
    parser.add_argument("--orders", type=Path, help="Parquet of proving.bench.sources; written if left out")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows that are written")
    parser.add_argument("--sample", type=int, help="customers in a sample; the product's number if left out")
    asked = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="audience-draws-")))
        orders = asked.orders or folder / "orders" / "orders.parquet"
        if asked.orders is None:
            orders.parent.mkdir()
            write_orders(orders, asked.rows)
        for line in measure(orders, folder, asked.sample):
            sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
