"""A marketer's whole way, over HTTP, against the real webhook: shown in tables, and checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.demo_calls import DemoCalls, DemoError
from local.demo_tables import (
    LOG,
    NEW_USER,
    show_columns,
    show_costs,
    show_log,
    show_published,
    show_rows,
    show_segments,
)
from local.launch import OWNER, LocalGoogle, Webhook
from local.load import load
from local.printing import say
from local.site import choose
from sheets_standin.spreadsheet.document import Document

__all__ = ["DemoError", "FromSource", "run_demo"]


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
        _load(demo, document, orders)
    _connect(demo, webhook, document, orders)
    with demo.step("inspect"):
        inspected = demo.call("inspect")
    show_columns(inspected.get("inspected", inspected), are_declared=isinstance(orders, FromSource))

    say("\nSegment customers")
    with demo.step("segment"):
        segmented = demo.call("segment")["result"]
    show_segments(segmented)
    if isinstance(orders, FromSource):
        show_published(orders.published)

    asked, scored = _type(demo, document)
    first_log = _lines(demo)
    retrained = _retrain(demo)
    again, swept = _score_again(demo, asked)
    log = _lines(demo)
    show_log(demo)

    wrong = _wrong(demo, scored, again, swept, first_log, log)
    seen = {
        "quality": _quality(segmented["quality"]),
        "model": _model(retrained),
        "rfm": {"customers": retrained["rfm"]["customers"]},
        "predictions": scored["rows"],
        "log": log,
        "calls": demo.calls,
        "seconds": demo.seconds,
        "peak_rss_mib": round(webhook.peak_rss_mib(), 1),
    }
    show_costs(demo)
    say(f"  The webhook's processes needed at most {seen['peak_rss_mib']:,.0f} MiB.")
    if out is not None:
        out.write_text(json.dumps(seen, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if wrong:
        raise DemoError("What the demo saw does not hold together: " + "; ".join(wrong) + ".")


def _load(demo: DemoCalls, document: Document, orders: Path | None) -> None:
    say("Loading the transactions into Training_Data…")
    with demo.step("load"):
        rows = load(document, orders, OWNER)
    say(f"Training_Data holds {rows:,} rows.\n")


def _connect(demo: DemoCalls, webhook: Webhook, document: Document, orders: Path | FromSource | None) -> None:
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


def _type(demo: DemoCalls, document: Document) -> tuple[list[dict[str, int]], dict[str, Any]]:
    """Type rows into `New User`; return the rows that were asked for and the answer."""
    say("\nTyping into New User")
    typed = _typed(demo)
    document.type_rows(document.sheet(NEW_USER), 1, 0, typed, OWNER)
    asked = [{"row": number} for number in range(2, 2 + len(typed))]
    with demo.step("score"):
        scored = demo.call("score", rows=asked, trigger="edit")
    show_rows(demo, len(typed))
    for problem in scored["invalid"]:
        say(f"  Row {problem['row']}, {problem['column']}: {problem['message']}")
    return asked, scored


def _retrain(demo: DemoCalls) -> dict[str, Any]:
    say("\nRetrain")
    with demo.step("retrain"):
        retrained: dict[str, Any] = demo.call("retrain")["result"]
    show_segments(retrained)
    for sentence in retrained["model"]["summary"]:
        say(f"  {sentence}")
    return retrained


def _score_again(demo: DemoCalls, asked: list[dict[str, int]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ask for the same rows once more, and for a sweep; return both answers."""
    say("\nScore again: nothing is classified twice")
    with demo.step("score again"):
        again = demo.call("score", rows=asked, trigger="edit")
    say(f"  {again['message']}")
    with demo.step("sweep"):
        swept = demo.call("score", trigger="sweep")
    return again, swept


def _model(retrained: dict[str, Any]) -> dict[str, Any]:
    return {
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
    }


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
