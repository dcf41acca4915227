"""A run on a source whose process is killed at each of its calls to Google once its table is written."""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from local.launch import LocalGoogle
from proving.torture.direct import Killed, Wire
from server.sheets.commit.committer import Committer
from server.sources.engines.duckdb import DuckDb
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining
from server.use_cases.source_results import SourceResults
from tests.conftest import Now, Sheet, client_of, quick, shared_copy
from tests.mortal import Life, MortalClient
from tests.sources import nasty
from tests.sources.killed import mark_of, shown
from tests.sources.segmented_shop import FirstRun
from tests.sources.segmented_shop import first_run as first_run
from tests.sources.shop import SPRING, declare_shop, published, run

pytestmark = pytest.mark.slow

NEW = [("NEW-1", "2026-02-25", "9000.00", "990001", "paid")]
"""An order since the first run, of a customer who spends more than any other and so is shown."""


class FromTheTableOn(Life):
    """Counts calls to Google from the moment at which the table of the run is there."""

    has_begun = False

    def call_begins(self) -> None:
        if self.has_begun or self.is_over:
            super().call_begins()

    def call_ends(self) -> None:
        if self.has_begun:
            super().call_ends()


def test_the_sheet_is_one_run_or_the_other_and_the_next_sweep_makes_the_table_follow(
    google: LocalGoogle, first_run: FirstRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever call is the last, before Google does it or after, by turns; who reads the table sees former results,
    or those of the run, never a part."""
    now, publish = Now(), DuckDb.publish
    now.moment = SPRING
    was = FirstSeen(shared_copy(google, first_run.document), first_run.folder)
    seen: list[bool] = []
    for at in range(1, 60):
        sheet, folder = shared_copy(google, first_run.document), tmp_path / str(at)
        shutil.copytree(first_run.folder, folder)
        sources = declare_shop(folder, sheet.id)
        nasty.write(folder / "orders.csv", [*nasty.lines(customers=120), *NEW])
        life = FromTheTableOn(at, answered=at % 2 == 0)

        def publishes(engine: DuckDb, sql: str, schema: Mapping[str, str], life: Life = life) -> None:
            publish(engine, sql, schema)
            life.has_begun = True  # type: ignore[attr-defined]

        monkeypatch.setattr(DuckDb, "publish", publishes)
        wire = Wire(google.service, google.server.faults, random.Random(0))
        committer = Committer(MortalClient(wire, life), quick, lambda: now().timestamp())
        retraining = Retraining(committer, Scoring(committer, now, clock=lambda: 0.0), now, sources)
        try:
            run(retraining, sheet)
        except Killed:
            assert life.is_over
        ((customers, *_),) = published(folder)
        is_new = mark_of(sheet) != was.mark
        assert customers == was.customers or is_new, f"killed at call {at}"

        SourceResults(Committer(client_of(google), quick), sources).show(sheet.id)

        ((customers, run_id, *_),) = published(folder)
        assert mark_of(sheet) == f"shop {run_id}", f"killed at call {at}"
        assert customers == was.customers + is_new
        assert (shown(sheet) == was.shown) is not is_new, f"killed at call {at}"
        assert ("NEW-1" in {row[0] for row in sheet.rows("Segmented_Customers")}) is is_new
        assert (
            duckdb.sql(f"FROM '{folder}/shop.parquet' WHERE customer_id = 'NEW-1'").fetchall() or not is_new
        )
        seen.append(is_new)
        if not life.is_over:
            break
    assert not life.is_over
    assert seen == sorted(seen)  # once a call has written the sheet, a later death leaves it written
    assert seen.count(False) >= 3


class FirstSeen:
    """What the spreadsheet and the table show before the run."""

    def __init__(self, sheet: Sheet, folder: Path) -> None:
        self.mark, self.shown = mark_of(sheet), shown(sheet)
        ((self.customers, *_),) = published(folder)
