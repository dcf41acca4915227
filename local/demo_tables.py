"""The tables that the demo prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from local.demo_calls import DemoCalls
from local.printing import say, table

NEW_USER = "New User"
LOG = "Prediction_Log"
_PUBLISHED = ("customer_id", "recency", "frequency", "monetary_value", "rfm_score", "segment", "state")


def show_columns(inspected: dict[str, Any], *, are_declared: bool) -> None:
    """Show what the columns were recognised as, or are declared as in a source."""
    if are_declared:
        say("What the columns are declared as")
        say(table(["As", "Column"], [[c["label"], c["header"]] for c in inspected["columns"]]))
    else:
        say("What the columns were recognised as")
        rows = [[c["label"], c["column"], c["header"]] for c in inspected["columns"]]
        say(table(["As", "Column", "Header"], rows))
    for note in inspected["notes"]:
        say(f"  {note}")


def show_segments(result: dict[str, Any]) -> None:
    """Show the segments of a segmentation."""
    say(f"  {result['message']}")
    say(
        table(
            ["No.", "Segment", "Customers", "Share", "Revenue", "ActionPlan"],
            [
                [
                    segment["cluster"],
                    segment["segment"],
                    segment["customers"],
                    f"{segment['share']:.0%}",
                    f"{segment['revenueShare']:.0%}",
                    segment["actionPlan"],
                ]
                for segment in result["segments"]
            ],
        )
    )


def show_published(file: Path) -> None:
    """Show the first rows of the table of all customers, as whoever may read it finds them."""
    with duckdb.connect() as connection:
        (customers,) = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchall()[0]
        rows = connection.execute(
            f"SELECT {', '.join(_PUBLISHED)} FROM read_parquet(?) ORDER BY monetary_value DESC, customer_id LIMIT 5",
            [str(file)],
        ).fetchall()
    say(f"\nThe table of all {customers:,} customers, {file.name}, begins with those who spent most")
    say(table(_PUBLISHED, rows))


def show_rows(demo: DemoCalls, count: int) -> None:
    """Show so many rows of `New User`."""
    shown = demo.rows(NEW_USER, 1, 1 + count, shown=True)
    headers = [
        "CustomerID",
        "Recency",
        "Frequency",
        "MonetaryValue",
        "Cluster",
        "Segment",
        "ActionPlan",
        "PredictedAt",
    ]
    say(table(headers, [row[:8] for row in shown]))


def show_log(demo: DemoCalls) -> None:
    """Show the newest lines of `Prediction_Log`."""
    say("\nPrediction_Log")
    shown = [row for row in demo.rows(LOG, 1, 12, shown=True) if row[0]]
    say(
        table(
            ["PredictedAt", "CustomerID", "Cluster", "Segment", "ActionPlan"],
            [[r[1], r[2], r[6], r[7], r[8]] for r in shown],
        )
    )


def show_costs(demo: DemoCalls) -> None:
    """Show the calls to Google and the seconds of each step."""
    say("\nCalls to Google, and seconds")
    say(
        table(
            ["Step", "Reads", "Writes", "Seconds"],
            [[name, *_kinds(demo.calls[name]), demo.seconds[name]] for name in demo.seconds],
        )
    )


def _kinds(calls: dict[str, int]) -> tuple[int, int]:
    reads = sum(n for name, n in calls.items() if name.endswith(("get", "batchGet", "search")))
    return reads, sum(calls.values()) - reads
