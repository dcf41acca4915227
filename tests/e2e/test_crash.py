"""The real service, killed and asked again: the old outputs stay whole, and nothing is done twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from local.client import NoWebhook, Reply
from local.launch import OWNER, LocalGoogle, Webhook
from local.load import load_rows
from sheets_standin.spreadsheet.document import Document
from tests.conftest import Sheet, keep, shared_copy


@pytest.fixture
def sheet(google: LocalGoogle, first_segmentation: Document) -> Sheet:
    """A segmented spreadsheet with transactions that are new since."""
    sheet = shared_copy(google, first_segmentation)
    sheet.type("Training_Data", 500, [["NEW-1", "2025-12-30", "150"]])
    return sheet


def outputs(sheet: Sheet) -> dict[str, list[list[object]]]:
    return {t: sheet.rows(t) for t in ("Segmented_Customers", "RFM", "Action_Map", "Model")}


def until(condition: Callable[[], bool]) -> None:
    over = threading.Event()
    for _ in range(4000):
        if condition():
            return
        over.wait(0.005)
    raise AssertionError("it did not happen")


def staging(sheet: Sheet) -> list[str]:
    return [other.title for other in list(sheet.document.sheets) if other.title.startswith("ATE staging")]


@pytest.mark.slow
def age_the_record(sheet: Sheet) -> None:
    """Move the last sign of life a minute back, as if a minute had passed."""
    [entry] = [e for e in sheet.document.metadata if e.key == "ate-operation"]
    record = json.loads(entry.value)
    assert record["state"] == "running"
    record["heartbeatAt"] = record["heartbeatAt"].replace("20", "19", 1)
    keep(sheet.document, entry, json.dumps(record))


@pytest.mark.slow
def test_kill_9_in_a_retrain_leaves_the_old_outputs_and_the_next_one_succeeds(
    google: LocalGoogle, webhook: Webhook, sheet: Sheet
) -> None:
    """Killed while the new outputs lie in staging tabs: the marketer sees the old ones, whole."""
    before = outputs(sheet)
    client = webhook.client(sheet.id)
    google.server.faults.latency_seconds = 0.1
    failures: list[Exception] = []

    def retrain() -> None:
        try:
            client.call("retrain")
        except NoWebhook as error:
            failures.append(error)

    caller = threading.Thread(target=retrain)
    caller.start()
    until(lambda: bool(staging(sheet)))
    webhook.kill()
    caller.join(timeout=20)

    assert failures
    assert outputs(sheet) == before
    assert staging(sheet)

    google.server.faults.latency_seconds = 0.0
    webhook.start()
    assert client.call("retrain").status == 202  # for a minute it may still be alive
    age_the_record(sheet)
    assert client.call("operations").body["operation"]["state"] == "lost"

    reply = client.call("retrain")

    assert reply.status == 200
    assert reply.body["result"]["rfm"]["customers"] == 61
    assert [row[0] for row in sheet.rows("Model")] == [2, 1]
    assert staging(sheet) == []
    assert outputs(sheet)["Segmented_Customers"] != before["Segmented_Customers"]


@pytest.mark.slow
def test_a_request_repeated_while_it_runs_joins_it(
    google: LocalGoogle, webhook: Webhook, sheet: Sheet
) -> None:
    """Both get the result; there is one new model."""
    client = webhook.client(sheet.id)
    google.server.faults.latency_seconds = 0.05
    replies: list[Reply] = []
    callers = [
        threading.Thread(target=lambda: replies.append(client.call("retrain", webhook_id="msg_1")))
        for _ in range(3)
    ]

    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=60)

    assert [reply.status for reply in replies] == [200] * 3
    assert replies[0].body == replies[1].body == replies[2].body
    assert [row[0] for row in sheet.rows("Model")] == [2, 1]


@pytest.mark.slow
def test_edits_go_through_while_a_retrain_runs(google: LocalGoogle, webhook: Webhook, sheet: Sheet) -> None:
    """A row that is typed meanwhile is scored at once, and stays as it is."""
    client = webhook.client(sheet.id)
    google.server.faults.latency_seconds = 0.05
    caller = threading.Thread(target=lambda: client.call("retrain"))
    caller.start()
    until(lambda: any(entry.key == "ate-operation" for entry in list(sheet.document.metadata)))

    sheet.type("New User", 2, [["A", "3", "12", "900"]])
    reply = client.call("score", rows=[{"row": 2}], trigger="edit")
    caller.join(timeout=60)

    assert reply.status == 200
    assert reply.body["scored"] == 1
    assert len(sheet.rows("Prediction_Log")) == 1
    assert [row[0] for row in sheet.rows("Model")] == [2, 1]


@pytest.mark.slow
def test_half_a_million_lines_of_a_webshop_add_up(google: LocalGoogle, webhook: Webhook) -> None:
    """Ids with a tail, guests, cancellations, zero prices, lines twice: counted here by plain addition."""
    rows, expected = webshop(500_000)
    document = google.spreadsheet()
    load_rows(document, rows, OWNER)

    reply = webhook.client(document.spreadsheet_id).call("segment")

    assert reply.status == 200, reply  # done within the 45 seconds of one answer
    result = reply.body["result"]
    quality = result["quality"]
    assert quality["rows_read"] == len(rows) - 1
    assert quality["left_out"]["missing_customer"]["count"] == expected["guests"]
    assert (
        quality["rows_used"] + sum(finding["count"] for finding in quality["left_out"].values())
        == len(rows) - 1
    )
    table = {str(row[0]): row for row in Sheet(document).rows("RFM")}
    assert set(table) == set(expected["money"])
    for who in expected["money"]:
        assert table[who][2] == len(expected["orders"][who])
        assert table[who][3] == pytest.approx(expected["money"][who], abs=0.006)
    assert sum(segment["customers"] for segment in result["segments"]) == len(expected["money"])


def webshop(lines: int) -> tuple[list[list[str]], dict[str, dict[str, object]]]:
    """Return invoices line by line, and what they come to."""
    import random

    draw = random.Random(7)
    rows = [
        ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"]
    ]
    money: dict[str, float] = {}
    placed: dict[str, set[str]] = {}
    guests = number = 0
    while len(rows) <= lines:
        number += 1
        who = "" if draw.random() < 0.2 else str(12346 + int(draw.paretovariate(0.9) * 7) % 4000)
        cancels = draw.random() < 0.02
        invoice = f"C{500000 + number}" if cancels else str(500000 + number)
        day = f"20{9 + number % 2:02}-{1 + number % 12:02}-{1 + number % 28:02} {8 + number % 12:02}:15:00"
        for _ in range(1 + int(draw.expovariate(0.06))):
            quantity = draw.randint(1, 12) * (-1 if cancels else 1)
            price = 0.0 if draw.random() < 0.007 else draw.randint(10, 1500) / 100
            line = [
                invoice,
                str(20000 + draw.randint(0, 4000)),
                "HOLDER, WHITE",
                str(quantity),
                day,
                f"{price}",
            ]
            for _ in range(2 if draw.random() < 0.013 else 1):
                rows.append([*line, f"{who}.0" if who else "", "United Kingdom"])
                if not who:
                    guests += 1
                    continue
                money[who] = money.get(who, 0.0) + quantity * price
                if not cancels:
                    placed.setdefault(who, set()).add(invoice)
    kept = {who: sum_ for who, sum_ in money.items() if round(sum_, 2) > 0 and who in placed}
    return rows, {"money": kept, "orders": placed, "guests": guests}  # type: ignore[dict-item]  # a count beside
