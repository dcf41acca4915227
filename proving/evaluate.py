"""``make evaluate``: how good the segments are, in tables, on CDNOW or on a file of your own.

The model sees the transactions up to a day; what comes after it is only measured. CDNOW is cut where Fader and
Hardie cut it, after 39 of its 78 weeks; any other file after two thirds of its history.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from local.load import LoadError, cdnow
from local.printing import say, table
from proving.evaluate_value import before, compare
from proving.lift import DRAWS, Asked
from proving.lift import compare as lift_tables
from proving.transactions import read_transactions
from server.core.segments.migration import migration
from server.core.segments.model import Model
from server.core.segments.name_fit import NAMES, NameFit, absurd, fits, known_name, name_fit
from server.core.segments.prediction import assign, confidence, nearest
from server.core.segments.profiles import segment_profiles
from server.core.segments.rfm import RfmTable, rfm_table
from server.core.transactions.arrays import Transactions
from server.core.visible import terminal_text
from server.core.wall_clock import EPOCH
from server.errors import AudienceError
from server.training.candidates import candidate, earlier
from server.training.choosing_k import CANDIDATES
from server.training.clustering import Floats, Points, distinct, fit, redraw, refit
from server.training.holdout import History, history, normalised_gini, segment_values
from server.training.names import Ballot, elected
from server.training.scorecard import summary, verdict
from server.training.seeding import Portrayed, portrayed
from server.training.space import Space, space_of
from server.training.train import train
from server.training.warm_start import Previous

CDNOW_CUT = dt.date(1997, 10, 1)
CDNOW_END = dt.date(1998, 7, 1)
CUT = 2 / 3
HELD_OUT = 0.2
FITS = 10
MONTH_DAYS = 30
FEWEST = 100
"""Month by month begins with so many customers."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m proving.evaluate", description=__doc__)
    parser.add_argument("--data", type=Path, help="csv or csv.gz; CDNOW if left out")
    parser.add_argument(
        "--draws", type=int, default=DRAWS, help="tests dealt for each row of the tables of lift"
    )
    parser.add_argument("--cut", type=dt.date.fromisoformat, help="first day that the model does not see")
    options = parser.parse_args(arguments)
    try:
        path = options.data or cdnow()
        transactions = read_transactions(path)
        evaluate(transactions, path.name, *_days(transactions, path, options.cut))
        say("\n" + compare(transactions, path.name))
        say("")
        for line in lift_tables(transactions, path.name, Asked(options.draws)):
            say(line)
    except (AudienceError, LoadError, OSError) as error:
        sys.stderr.write(f"\n{terminal_text(str(error))}\n")
        return 1
    return 0


def _days(transactions: Transactions, path: Path, cut: dt.date | None) -> tuple[dt.date, dt.date]:
    """Return the first day that the model does not see, and the first that nobody looks at."""
    first, last = int(transactions.day.min()), int(transactions.day.max())
    if path.name == "CDNOW_master.txt" and cut is None:
        return CDNOW_CUT, CDNOW_END
    day = EPOCH + dt.timedelta(days=first + round((last + 1 - first) * CUT))
    return cut or day, EPOCH + dt.timedelta(days=last + 1)


def spend_between(transactions: Transactions, start: dt.date, end: dt.date, ids: Sequence[str]) -> Floats:
    """Return what each of these customers spent from one day to before another, 0 or more."""
    within = (transactions.day >= (start - EPOCH).days) & (transactions.day < (end - EPOCH).days)
    n = len(transactions.customer_ids)
    money = np.bincount(transactions.customer[within], transactions.amount[within], minlength=n)
    codes = {customer_id: code for code, customer_id in enumerate(transactions.customer_ids)}
    return np.maximum(money[[codes[text] for text in ids]], 0.0)


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures that have a bar."""

    gini: float
    gini_by_spend: float
    smallest_share: float
    stability: float
    calibration_error: float
    same_names: float
    retention: float
    names: NameFit

    def rows(self) -> list[list[object]]:
        """Return the table: what, figure, bar, whether it is met."""
        relative = self.gini / self.gini_by_spend if self.gini_by_spend > 0 else 0.0
        bars: list[tuple[str, float, str, bool]] = [
            ("Gini of the spend that came after", self.gini, "", True),
            ("… sorting everybody by past spend", self.gini_by_spend, "", True),
            ("… of the one in the other", relative, "≥ .95", relative >= 0.95),
            ("smallest segment", self.smallest_share, "≥ .03", self.smallest_share >= 0.03),
            ("bootstrap ARI", self.stability, "≥ .90", self.stability >= 0.9),
            (
                "calibration error of Confidence",
                self.calibration_error,
                "≤ .05",
                self.calibration_error <= 0.05,
            ),
            ("same name on ten bootstrap fits", self.same_names, "≥ .95", self.same_names >= 0.95),
            ("kept their segment, month by month", self.retention, "≥ .98", self.retention >= 0.98),
            ("name fits, of customers", self.names.fit, "≥ .97", self.names.fit >= 0.97),
            ("… of revenue", self.names.fit_revenue, "≥ .97", self.names.fit_revenue >= 0.97),
            ("name absurd, of customers", self.names.absurd, "≤ .005", self.names.absurd <= 0.005),
            ("… of revenue", self.names.absurd_revenue, "≤ .005", self.names.absurd_revenue <= 0.005),
        ]
        return [
            [what, f"{figure:.3f}", bar, ("yes" if met else "no") if bar else ""]
            for what, figure, bar, met in bars
        ]


def evaluate(transactions: Transactions, name: str, cut: dt.date, end: dt.date) -> Measured:
    """Print the tables and return the figures that have a bar."""
    seen = before(transactions, cut)
    rfm = rfm_table(seen, cut)
    known = history(seen, cut)
    say(
        f"{name}: {len(rfm):,} customers up to {cut - dt.timedelta(days=1)}, measured on the time to {end}.\n"
    )
    start = time.perf_counter()
    model = train(rfm, transactions=len(seen), version=1, trained_at="", history=known)
    seconds = time.perf_counter() - start
    say("Numbers of segments\n" + _candidates(rfm, known, model) + "\n\n" + model.why_k + "\n")
    spend = spend_between(transactions, cut, end, rfm.customer_ids)
    matrix = rfm.matrix()
    clusters = assign(model, matrix)
    seen_as = portrayed(matrix, known.pauses.rhythm(matrix[:, 0]))
    say("Segments\n" + _segments(model, matrix, clusters, spend, seen_as) + "\n")
    say("Scorecard\n" + "\n".join(f"  {line}" for line in summary(model)) + "\n")
    months, retention = monthly(transactions, end)
    say("Month by month, each model made from the one before\n" + months + "\n")
    measured = Measured(
        gini=normalised_gini(spend, segment_values(clusters, matrix[:, 2], model.next_cluster)),
        gini_by_spend=normalised_gini(spend, matrix[:, 2]),
        smallest_share=model.figures["smallest_share"],
        stability=model.figures["stability"],
        calibration_error=calibration_error(rfm, known, model.k),
        same_names=same_names(rfm, known, model),
        retention=retention,
        names=_names_of(model, clusters, seen_as),
    )
    say("Figures\n" + table(["Figure", "Value", "Bar on CDNOW", "Met"], measured.rows()))
    say(f"\nThe training took {seconds:.1f} s.")
    return measured


def _names_of(model: Model, clusters: NDArray[np.int64], customers: Portrayed) -> NameFit:
    places = {number: place for place, number in enumerate(model.clusters)}
    labels = [places[number] for number in clusters.tolist()]
    return name_fit(customers.who, customers.money, labels, model.names)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Customers in their space; `points` are distinct places in it, `places` those of the customers."""

    space: Space
    customers: Portrayed
    points: Points
    places: NDArray[np.int64]


def _prepared(rfm: Floats, known: History) -> _Prepared:
    rhythm = known.pauses.rhythm(rfm[:, 0])
    space, customers = space_of(rfm, rhythm), portrayed(rfm, rhythm)
    return _Prepared(space, customers, *distinct(space.of(rfm), customers.cell))


def _candidates(rfm: RfmTable, known: History, model: Model) -> str:
    matrix = rfm.matrix()
    here, then = _prepared(matrix, known), earlier(known.split)
    ballot = Ballot(here.customers)
    rows: list[list[object]] = []
    for k in [k for k in CANDIDATES if k <= len(here.points.X)]:
        figures_of_k = candidate(matrix, here.space, here.points, ballot, then, k, 0)
        gini = "" if figures_of_k.gini is None else f"{figures_of_k.gini:.3f}"
        figures = [
            f"{figures_of_k.smallest_share:.1%}",
            f"{figures_of_k.stability:.3f}",
            f"{figures_of_k.stale_best_share:.1%}",
        ]
        figures += [f"{figures_of_k.merit:.3f}", gini]
        rows.append([k, *figures, "yes" if figures_of_k.holds else "no", "◀" if k == model.k else ""])
    return table(["k", "Smallest", "ARI", "Ghosts", "Fit − 2 absurd", "Gini", "Holds", ""], rows)


def _segments(
    model: Model, rfm: Floats, clusters: NDArray[np.int64], spend: Floats, customers: Portrayed
) -> str:
    names = dict(zip(model.clusters, model.names, strict=True))
    rows: list[list[object]] = []
    for segment_profile in sorted(
        segment_profiles(rfm, clusters, model.clusters), key=lambda one: one.cluster
    ):
        members = clusters == segment_profile.cluster
        shown: list[object] = ["", "", "", "", "", 0.0]
        if members.any():
            recency, frequency, money = np.median(rfm[members], axis=0)
            name = names[segment_profile.cluster]
            fitting, odd = fits(name, customers.who)[members], absurd(name, customers.who)[members]
            shown = [recency, frequency, float(money), f"{fitting.mean():.1%}", f"{odd.mean():.1%}"]
            shown += [f"{(spend[members] > 0).mean():.0%}", float(spend[members].mean())]
        share, revenue = f"{segment_profile.customers / len(rfm):.0%}", f"{segment_profile.revenue_share:.0%}"
        rows.append(
            [
                segment_profile.cluster,
                names[segment_profile.cluster],
                segment_profile.customers,
                share,
                revenue,
                *shown,
            ]
        )
    headers = ["No.", "Segment", "Customers", "Share", "Revenue", "Recency", "Orders", "Money"]
    return table([*headers, "Fits", "Absurd", "Came back", "Spent then, each"], rows)


def calibration_error(rfm: RfmTable, known: History, k: int, random_state: int = 1) -> float:
    """Return the expected calibration error of Confidence on customers that the model has not seen.

    A confidence of .8 is right if of ten models made from further draws of customers eight agree. The error
    is the mean distance, weighted by customers, in twenty steps of confidence.
    """
    rng = np.random.default_rng(random_state)
    order = rng.permutation(len(rfm))
    held, seen = np.split(order, [round(len(order) * HELD_OUT)])
    model = train(
        _part(rfm, seen),
        transactions=0,
        version=1,
        trained_at="",
        history=replace(known, split=None),
        n_clusters=k,
    )
    matrix = rfm.matrix()
    unseen = matrix[held]
    clusters = assign(model, unseen)
    sure = confidence(model, unseen, clusters)
    here = _prepared(matrix[seen], known)
    centres = np.array(model.centres)
    X = here.space.of(unseen)
    labels = nearest(X, centres)
    agree = np.mean(
        [nearest(X, refit(redraw(here.points, rng), centres, steps=50)) == labels for _ in range(2 * FITS)],
        axis=0,
    )
    steps = np.round(sure * 20).astype(np.int64)
    return float(
        sum(abs((sure[steps == step] - agree[steps == step]).sum()) for step in np.unique(steps)) / len(held)
    )


def _part(rfm: RfmTable, places: NDArray[np.int64]) -> RfmTable:
    return replace(
        rfm,
        customer_ids=[rfm.customer_ids[i] for i in places.tolist()],
        recency=rfm.recency[places],
        frequency=rfm.frequency[places],
        monetary_value=rfm.monetary_value[places],
    )


def same_names(rfm: RfmTable, known: History, model: Model, random_state: int = 2) -> float:
    """Return the share of customers who get the same name from fresh fits to bootstrap draws, on average."""
    rng = np.random.default_rng(random_state)
    matrix = rfm.matrix()
    here = _prepared(matrix, known)
    ballot = Ballot(here.customers)
    given = dict(zip(model.clusters, model.names, strict=True))
    names = np.array([known_name(given[number]) for number in assign(model, matrix).tolist()])
    same = []
    for draw in range(FITS):
        labels = nearest(here.points.X, fit(redraw(here.points, rng), model.k, draw))[here.places]
        elected_names = np.array([NAMES[place] for place in elected(ballot.count(labels, model.k))])
        same.append((elected_names[labels] == names).mean())
    return float(np.mean(same))


def monthly(transactions: Transactions, end: dt.date) -> tuple[str, float]:
    """Retrain every 30 days from a third of the history on; return the table and the least retention."""
    first = EPOCH + dt.timedelta(days=int(transactions.day.min()))
    day = first + dt.timedelta(days=max(90, (end - first).days // 3))
    rows: list[list[object]] = []
    worst = 1.0
    former: tuple[RfmTable, Model] | None = None
    while day <= end:
        seen = before(transactions, day)
        rfm = rfm_table(seen, day)
        if len(rfm) < FEWEST:
            day += dt.timedelta(days=MONTH_DAYS)
            continue
        model = train(
            rfm,
            transactions=len(seen),
            version=len(rows) + 1,
            trained_at="",
            history=history(seen, day),
            previous=Previous(former[1] if former else None),
        )
        row: list[object] = [str(day), len(rfm), model.k, "", "", "", verdict(model, None).status]
        if former is not None:
            then, old = former
            moves = migration(then.customer_ids, then.matrix(), rfm.customer_ids, rfm.matrix(), old, model)
            worst = min(worst, moves.retention)
            moved = moves.count("customer moved") + moves.count("customer moved and model changed")
            kept = len(set(old.clusters) & set(model.clusters))
            row[3:] = [f"{moves.retention:.1%}", f"{moved / len(then):.1%}", kept, verdict(model, old).status]
        rows.append(row)
        former = (rfm, model)
        day += dt.timedelta(days=MONTH_DAYS)
    headers = ["Day", "Customers", "k", "Kept", "Moved themselves", "Numbers kept", "Status"]
    return table(headers, rows), worst


if __name__ == "__main__":
    sys.exit(main())
