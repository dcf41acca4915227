"""A sheet just after its first run on a source, and the folder of the source: made once, copied for each test."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.launch import OWNER, LocalGoogle
from local.load import load_rows
from server.sheets.commit.committer import Committer
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.result import TrainingResult
from server.use_cases.segmentation.run import Retraining
from sheets_standin.spreadsheet.document import Document
from tests.conftest import Now, Sheet, client_of, orders, quick, shared_copy
from tests.sources.shop import SPRING, choose, declare_shop, run, set_up


@dataclass(frozen=True, slots=True)
class FirstRun:
    """A spreadsheet just after its first run on a source, and the folder that holds the published table."""

    document: Document
    folder: Path
    result: TrainingResult


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """Made once and copied for each test, as a run takes seconds."""
    folder, now = tmp_path_factory.mktemp("first"), Now()
    now.moment = SPRING
    with LocalGoogle(quota=False) as google:
        document = google.spreadsheet()
        load_rows(document, orders(), OWNER)
        sheet = Sheet(document)
        committer = Committer(client_of(google), quick, lambda: now().timestamp())
        sources = declare_shop(folder, sheet.id)
        retraining = Retraining(committer, Scoring(committer, now, clock=lambda: 0.0), now, sources)
        set_up(committer, sheet)
        choose(sheet, Source="shop", Clusters="4")
        return FirstRun(document, folder, run(retraining, sheet))


@pytest.fixture
def sheet(google: LocalGoogle, first_run: FirstRun) -> Sheet:
    """The spreadsheet after its first run."""
    return shared_copy(google, first_run.document)


@pytest.fixture
def declared(first_run: FirstRun, tmp_path: Path) -> Path:
    """The folder of the orders and the published table."""
    for path in first_run.folder.glob("shop*.parquet"):
        shutil.copy(path, tmp_path)
    return tmp_path
