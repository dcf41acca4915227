"""A second writer, faults, and looks at what must always agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from local.launch import LocalGoogle
from server.sheets.api.client import SheetsClient
from server.sheets.commit.committer import Committer
from server.use_cases.score_result import AskedRow, ScoreResult
from server.use_cases.scoring import Scoring
from sheets_standin.sheets_api.caller import Quirks
from sheets_standin.sheets_api.faults import Fault, Kind
from tests.conftest import MeddlingClient, Now, Sheet, quick

NEW_USER = "New User"
LOG = "Prediction_Log"
WRITE = "spreadsheets.batchUpdate"
READ = "spreadsheets.get"


def beside(client: SheetsClient) -> SheetsClient:
    """Return a client as another instance has it: the same account, its own connections."""
    return SheetsClient(client._make_credentials, client._base_url)


@pytest.fixture
def other(client: MeddlingClient, now: Now) -> Scoring:
    """Another instance of the service, with its own connection and lock."""
    return Scoring(Committer(beside(client), quick), now)


@pytest.fixture
def fails(google: LocalGoogle) -> Callable[..., None]:
    """Have the next calls of a method fail, each in one way."""

    def plan(*kinds: Kind, method: str = WRITE) -> None:
        google.server.faults.hang_seconds = 0.0
        google.server.faults.plan(*(Fault(kind, method) for kind in kinds))

    return plan


@pytest.fixture
def without_tags(google: LocalGoogle) -> None:
    """Google as it might be: a write to columns that have moved is applied."""
    google.service.quirks = Quirks(renews_missing_silently=True)


def dies_after(client: MeddlingClient, act: Callable[[], None], call: Callable[[], object]) -> None:
    """Make a call whose write somebody's act comes before, and whose instance is dead before it can write again."""

    def die() -> None:
        raise KeyboardInterrupt

    def meddle() -> None:
        act()
        client.before_write = die

    client.before_write = meddle
    with pytest.raises(KeyboardInterrupt):
        call()


def score(scoring: Scoring, sheet: Sheet, *rows: int, force: bool = False) -> ScoreResult:
    """Score rows as an edit does."""
    return scoring.score(sheet.id, [AskedRow(row) for row in rows], trigger="edit", force=force)


def sweep(scoring: Scoring, sheet: Sheet) -> ScoreResult:
    """Score what waits and make rows and log agree."""
    return scoring.score(sheet.id, None, trigger="sweep")


def disagreements(sheet: Sheet) -> list[str]:
    """Return what is wrong between `New User` and the log: rows without their line, lines or ids twice."""
    lines = sheet.rows(LOG)
    counts = Counter(line[0] for line in lines)
    wrong = [f"twice in the log: {identity}" for identity, count in counts.items() if count > 1]
    by_id = {line[0]: line for line in lines}
    seen: set[object] = set()
    for row in sheet.rows(NEW_USER):
        row = [*row, *[None] * 8]
        if row[8] is None:
            if any(row[4:8]):
                wrong.append(f"outputs without an id: {row}")
            continue
        if row[8] in seen:
            wrong.append(f"twice in New User: {row[8]}")
        seen.add(row[8])
        line = by_id.get(row[8])
        if line is None:
            wrong.append(f"no line: {row}")
        elif [str(line[2]), *line[3:6]] != [str(row[0]), *row[1:4]] or line[6:9] != row[4:7]:
            wrong.append(f"{row} is not {line}")
    return wrong
