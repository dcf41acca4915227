"""RFM of 1.25 million transactions: the product and other libraries on the same columns, in turn in one run."""

from __future__ import annotations

import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from local.load import cdnow, read_rows
from server.core.segments.rfm import rfm_table
from server.core.transactions.reader import Transactions
from server.core.wall_clock import EPOCH

ROWS = 1_250_000
CUSTOMERS = 60_000
ROUNDS = 15
LIFETIMES = ("Lifetimes==0.11.3", "pandas==1.5.3", "numpy==1.26.4", "scipy==1.11.4", "setuptools<80")
"""Lifetimes is no longer kept up: it needs a pandas of its time."""


def resampled(rows: int = ROWS, customers: int = CUSTOMERS, seed: int = 0) -> Transactions:
    """Return transactions made of CDNOW's by drawing whole customers, until there are enough."""
    frame = pd.DataFrame(list(read_rows(cdnow()))[1:], columns=["customer", "day", "quantity", "amount"])
    day = (pd.to_datetime(frame["day"]) - pd.Timestamp(EPOCH)).dt.days.to_numpy(np.int32)
    amount = frame["amount"].astype(float).to_numpy()
    groups = frame.groupby("customer").indices
    owners = list(groups)
    rng = np.random.default_rng(seed)
    drawn: list[NDArray[np.int64]] = []
    codes: list[NDArray[np.int32]] = []
    total = 0
    for number in range(customers):
        places = groups[owners[int(rng.integers(len(owners)))]]
        drawn.append(places)
        codes.append(np.full(len(places), number, dtype=np.int32))
        total += len(places)
    extra = rng.integers(0, total, rows - total)
    at, who = np.concatenate(drawn), np.concatenate(codes)
    at, who = np.concatenate([at, at[extra]]), np.concatenate([who, who[extra]])
    order = rng.permutation(len(at))
    at, who = at[order], who[order]
    return Transactions(
        customer_ids=[f"{number:05}" for number in range(customers)],
        customer=who,
        day=day[at] + rng.integers(0, 28, len(at), dtype=np.int32),
        amount=amount[at],
        order=None,
        cancelled=np.zeros(len(at), dtype=bool),
    )


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Return seconds by way, the median of `rounds`, taken in turn; lifetimes runs in an environment of its own."""
    transactions = resampled()
    frame = pd.DataFrame(
        {"customer": transactions.customer, "day": transactions.day, "amount": transactions.amount}
    )
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: rfm_table(transactions),
        "pandas groupby": lambda: _pandas(frame),
    }
    ways |= _others(frame)
    seen: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            seen[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(seconds) for name, seconds in seen.items()}
    return medians | {"lifetimes": _lifetimes(frame)}


def _pandas(frame: pd.DataFrame) -> pd.DataFrame:
    summary = frame.groupby("customer").agg(
        last=("day", "max"), frequency=("day", "size"), money=("amount", "sum")
    )
    return summary.assign(recency=frame["day"].max() + 1 - summary["last"])


def _others(frame: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """Return DuckDB's and polars' ways, where they are installed."""
    ways: dict[str, Callable[[], object]] = {}
    if importlib.util.find_spec("polars"):
        import polars

        table = polars.from_pandas(frame)
        ways["polars"] = lambda: table.group_by("customer").agg(
            polars.col("day").max().alias("last"), polars.len().alias("frequency"), polars.col("amount").sum()
        )
    if importlib.util.find_spec("duckdb"):
        import duckdb

        connection = duckdb.connect()
        connection.execute("create table t as select * from frame")
        query = (
            "select customer, max(day) as last, count(*) as frequency, sum(amount) as money from t group by 1"
        )
        ways["DuckDB"] = lambda: connection.execute(query).fetchnumpy()
    return ways


_SCRIPT = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pandas as pd
from lifetimes.utils import summary_data_from_transaction_data
frame = pd.read_parquet(sys.argv[1]) if sys.argv[1].endswith("parquet") else pd.read_csv(sys.argv[1])
frame["day"] = pd.to_datetime(frame["day"], unit="D")
began = time.perf_counter()
summary_data_from_transaction_data(frame, "customer", "day", monetary_value_col="amount")
print(json.dumps(time.perf_counter() - began))
"""


def _lifetimes(frame: pd.DataFrame) -> float:
    """Return the seconds of Lifetimes' own summary of the same transactions."""
    with tempfile.TemporaryDirectory(prefix="lifetimes-") as folder:
        home = Path(folder)
        venv.create(home / "env", with_pip=True)
        python = home / "env" / "bin" / "python"
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *LIFETIMES],
            check=True,
            stdout=sys.stderr,
        )
        frame.to_csv(home / "transactions.csv", index=False)
        finished = subprocess.run(
            [str(python), "-c", _SCRIPT, str(home / "transactions.csv")],
            check=True,
            capture_output=True,
            text=True,
        )
    return float(json.loads(finished.stdout))


def predictions(rows: int = 1_000_000) -> dict[str, float]:
    """Return predictions a second: ours, and scikit-learn's own predict of the same centres."""
    from sklearn.cluster import KMeans

    from server.core.segments.prediction import nearest

    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 3))
    model = KMeans(n_clusters=6, n_init=1, random_state=0).fit(X[:20_000])
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: nearest(X, model.cluster_centers_),
        "scikit-learn": lambda: model.predict(X),
    }
    seen: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            seen[name].append(time.perf_counter() - began)
    return {name: rows / statistics.median(seconds) for name, seconds in seen.items()}
