"""The whole way of a marketer, over HTTP, against the real webhook: told in tables, and checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from local.demo_calls import DemoCalls, DemoError
from local.launch import OWNER, LocalGoogle, Webhook
from local.load import load
from local.printing import say, table
from local.site import choose
from sheets_standin.spreadsheet.document import Document

__all__ = ["DemoError", "FromSource", "run_demo"]

NEW_USER = "New User"
LOG = "Prediction_Log"
_PUBLISHED = ("customer_id", "recency", "frequency", "monetary_value", "rfm_score", "segment", "state")


@dataclass(frozen=True, slots=True)
class FromSource:
    """Orders that stay where they are.

    Attributes
    ----------
    name
        Of the source, as `Settings` has it.
    published
        File that the table of all customers is published as.
    """

    name: str
    published: Path


def run_demo(
    google: LocalGoogle,
    webhook: Webhook,
    document: Document,
    orders: Path | FromSource | None,
    out: Path | None,
) -> None:
    """Go the whole way and print what a marketer would see.

    Parameters
    ----------
    orders
        A file to paste into `Training_Data`, a source that the service declares, or CDNOW where it is None.

    Raises
    ------
    DemoError
        If the service refuses the data, or what it did does not hold together.
    """
    demo = DemoCalls(google, document)
    if not isinstance(orders, FromSource):
        say("Loading the transactions into Training_Data…")
        with demo.step("load"):
            rows = load(document, orders, OWNER)
        say(f"Training_Data holds {rows:,} rows.\n")

    say("Connecting the spreadsheet")
    with demo.step("connect"):
        demo.connect(webhook)
    tabs = ", ".join(sheet.title for sheet in document.sheets if not sheet.hidden)
    say(f"  {OWNER} has shown to be an editor and got the spreadsheet's key. Its tabs: {tabs}.\n")
    if isinstance(orders, FromSource):
        choose(document, "Source", orders.name)
        say(
            f"Settings has Source = {orders.name}: the orders stay in their file, and DuckDB reads them there.\n"
        )

    with demo.step("inspect"):
        inspected = demo.call("inspect")
    _show_columns(inspected, orders)

    say("\nSegment customers")
    with demo.step("segment"):
        segmented = demo.call("segment")["result"]
    _show_segments(segmented)
    if isinstance(orders, FromSource):
        _show_published(orders)

    say("\nTyping into New User")
    typed = _typed(demo)
    document.type_rows(document.sheet(NEW_USER), 1, 0, typed, OWNER)
    asked = [{"row": number} for number in range(2, 2 + len(typed))]
    with demo.step("score"):
        scored = demo.call("score", rows=asked, trigger="edit")
    _show_rows(demo, len(typed))
    for problem in scored["invalid"]:
        say(f"  Row {problem['row']}, {problem['column']}: {problem['message']}")
    first_log = _lines(demo)

    say("\nRetrain")
    with demo.step("retrain"):
        retrained = demo.call("retrain")["result"]
    _show_segments(retrained)
    for sentence in retrained["model"]["summary"]:
        say(f"  {sentence}")

    say("\nScore again: nothing is classified twice")
    with demo.step("score again"):
        again = demo.call("score", rows=asked, trigger="edit")
    say(f"  {again['message']}")
    with demo.step("sweep"):
        swept = demo.call("score", trigger="sweep")
    log = _lines(demo)
    say("\nPrediction_Log")
    shown = [row for row in demo.rows(LOG, 1, 12, shown=True) if row[0]]
    say(
        table(
            ["PredictedAt", "CustomerID", "Cluster", "Segment", "ActionPlan"],
            [[r[1], r[2], r[6], r[7], r[8]] for r in shown],
        )
    )

    wrong = _wrong(demo, scored, again, swept, first_log, log)
    seen = {
        "quality": _quality(segmented["quality"]),
        "model": {
            "k": retrained["model"]["k"],
            "version": retrained["model"]["version"],
            "segments": [
                {
                    "number": segment["cluster"],
                    "name": segment["segment"],
                    "customers": segment["customers"],
                    "share": segment["share"],
                }
                for segment in retrained["segments"]
            ],
        },
        "rfm": {"customers": retrained["rfm"]["customers"]},
        "predictions": scored["rows"],
        "log": log,
        "calls": demo.calls,
        "seconds": demo.seconds,
        "peak_rss_mib": round(webhook.peak_rss_mib(), 1),
    }
    say("\nCalls to Google, and seconds")
    say(
        table(
            ["Step", "Reads", "Writes", "Seconds"],
            [[name, *_kinds(demo.calls[name]), demo.seconds[name]] for name in demo.seconds],
        )
    )
    say(f"  The webhook's processes needed at most {seen['peak_rss_mib']:,.0f} MiB.")
    if out is not None:
        out.write_text(json.dumps(seen, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if wrong:
        raise DemoError("What the demo saw does not hold together: " + "; ".join(wrong) + ".")


def _lines(demo: DemoCalls) -> list[list[Any]]:
    return [row for row in demo.rows(LOG, 1, 10_000) if row[0]]


def _quality(report: dict[str, Any]) -> dict[str, Any]:
    return {
        "rows_read": report["rows_read"],
        "rows_used": report["rows_used"],
        "left_out": {reason: finding["count"] for reason, finding in report["left_out"].items()},
        "customers": report["customers"],
        "customers_left_out": report["customers_left_out"],
    }


def _kinds(calls: dict[str, int]) -> tuple[int, int]:
    reads = sum(n for name, n in calls.items() if name.endswith(("get", "batchGet", "search")))
    return reads, sum(calls.values()) - reads


def _show_columns(inspected: dict[str, Any], orders: Path | FromSource | None) -> None:
    if isinstance(orders, FromSource):
        say("What the columns are declared as")
        say(table(["As", "Column"], [[c["label"], c["header"]] for c in inspected["columns"]]))
    else:
        say("What the columns were recognised as")
        rows = [[c["label"], c["column"], c["header"]] for c in inspected["columns"]]
        say(table(["As", "Column", "Header"], rows))
    for note in inspected["notes"]:
        say(f"  {note}")


def _show_published(orders: FromSource) -> None:
    """Show the first rows of the table of all customers, as whoever may read it finds them."""
    with duckdb.connect() as connection:
        (customers,) = connection.execute(
            "SELECT count(*) FROM read_parquet(?)", [str(orders.published)]
        ).fetchall()[0]
        rows = connection.execute(
            f"SELECT {', '.join(_PUBLISHED)} FROM read_parquet(?) ORDER BY monetary_value DESC, customer_id LIMIT 5",
            [str(orders.published)],
        ).fetchall()
    say(
        f"\nThe table of all {customers:,} customers, {orders.published.name}, begins with those who spent most"
    )
    say(table(_PUBLISHED, rows))


def _show_segments(result: dict[str, Any]) -> None:
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


def _typed(demo: DemoCalls) -> list[list[str]]:
    """Return rows to type, of values as the data have them: three complete, one wrong, one incomplete."""
    rows = demo.rows("RFM", 1, 2_000_000)
    customers = sorted(
        (r for r in rows if isinstance(r[3], int | float)), key=lambda r: (float(r[3]), str(r[0]))
    )
    places = [len(customers) - 1, len(customers) // 2, 0]
    typed = [[f"DEMO-{n}", *map(str, customers[i][1:4])] for n, i in enumerate(places, start=1)]
    wrong = ["DEMO-WRONG", "last week", *map(str, customers[0][2:4])]
    return [*typed, wrong, ["DEMO-INCOMPLETE", str(customers[0][1])]]


def _show_rows(demo: DemoCalls, count: int) -> None:
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


def _wrong(
    demo: DemoCalls,
    scored: dict[str, Any],
    again: dict[str, Any],
    swept: dict[str, Any],
    first_log: Sequence[Sequence[Any]],
    log: Sequence[Sequence[Any]],
) -> list[str]:
    """Return what does not hold of that which the demo is to show."""
    wrong = []
    if scored["scored"] != 3 or len(scored["invalid"]) != 1 or scored["incomplete"] != 1:
        wrong.append("of five rows three should be scored, one invalid and one incomplete")
    if again["scored"] or swept["scored"] or log != first_log:
        wrong.append("a row was classified twice")
    lines = {line[0]: line for line in log}
    for row in demo.rows(NEW_USER, 1, 4):
        line = lines.get(row[8])
        if line is None or [*line[6:9], line[1]] != row[4:8]:
            wrong.append(f"the row of {row[0]} and the log disagree")
    return wrong
