"""A service that is killed in a run on a source: former results stay whole, and the next run leaves nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.launch import LocalGoogle, Webhook
from tests.conftest import Sheet
from tests.sources import nasty
from tests.sources.killed import kill_in_a_run, mark_of, run_again, shown, staging
from tests.sources.segmented_shop import declared as declared
from tests.sources.segmented_shop import first_run as first_run
from tests.sources.segmented_shop import sheet as sheet
from tests.sources.shop import declaration, published

pytestmark = pytest.mark.slow


def test_former_results_stay_whole_and_the_next_run_leaves_nothing_of_a_killed_one(
    google: LocalGoogle, sheet: Sheet, declared: Path
) -> None:
    """Killed when the table of the run is there and the sheet does not show it: where a half could be seen."""
    nasty.write(declared / "orders.csv", [*nasty.lines(customers=120), *NEW])
    (declared / "sources.toml").write_text(declaration(declared, sheet.id), encoding="utf-8")
    (former,) = (path.name for path in declared.glob("shop_run_*.parquet"))
    before = (shown(sheet), mark_of(sheet), (declared / "shop.parquet").read_bytes())
    google.server.faults.latency_seconds = (
        0.1  # between the table and the sheet's commit there are calls to Google
    )

    with Webhook(google, sources=declared / "sources.toml") as webhook:
        client = webhook.client(sheet.id)
        kill_in_a_run(webhook, client, lambda: len(list(declared.glob("shop_run_*.parquet"))) == 2)

        assert (shown(sheet), mark_of(sheet), (declared / "shop.parquet").read_bytes()) == before
        ((customers, run_id, *_rest),) = published(declared)
        google.server.faults.latency_seconds = 0.0
        reply = run_again(webhook, client, sheet)

    assert reply.status == 200, reply.body
    ((customers_now, run_id_now, *_rest),) = published(declared)
    assert reply.body["result"]["rfm"]["customers"] == customers_now == customers + 1
    assert mark_of(sheet) == f"shop {run_id_now}" != f"shop {run_id}"
    assert staging(sheet) == []
    left = {path.name for path in declared.glob("shop*")}
    assert left == {"shop.parquet", f"shop_run_{run_id_now}.parquet"}
    assert former not in left


NEW = [("NEW-1", "2026-02-25", "150.00", "990001", "paid")]
"""An order since the first run, so that the results of another are others."""
