"""A sheet that chooses a source, before it is segmented: who may use it, and what is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.launch import LocalGoogle, Webhook
from server.core.schedule.lines import SCHEDULE
from server.errors import SourceAccessError
from server.sheets.commit.committer import Committer
from server.sources.allowed import Sources
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.ran import Turn
from server.use_cases.segmentation.run import Retraining
from server.use_cases.source_results import SourceResults
from server.use_cases.training_data import TrainingData
from tests.conftest import Now, Sheet
from tests.sources.shop import SPRING, at_work, choose, declaration, declare_shop, run, set_up


@pytest.fixture
def sources(sheet: Sheet, tmp_path: Path) -> Sources:
    """What the deployment declares."""
    return declare_shop(tmp_path, sheet.id)


@pytest.fixture
def retraining(committer: Committer, scoring: Scoring, now: Now, sources: Sources) -> Retraining:
    """The use case, in the spring of 2026."""
    now.moment = SPRING
    return Retraining(committer, scoring, now, sources)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("shop", "eve@elsewhere.org"),
        ("shop", ""),
        ("shopp", "ann@example.com"),
        ("shopp", "eve@elsewhere.org"),
    ],
)
def test_who_may_not_use_a_source_is_told_the_same_as_for_none(
    retraining: Retraining, sheet: Sheet, committer: Committer, name: str, address: str
) -> None:
    """One text, so that names cannot be tried."""
    set_up(committer, sheet)
    choose(sheet, Source=name)

    with pytest.raises(SourceAccessError) as caught:
        run(retraining, sheet, requested_by=address)

    assert caught.value.detail == "The source is not available to this spreadsheet."
    assert name not in caught.value.detail + caught.value.hint


def test_another_spreadsheet_may_not_use_it(sheet: Sheet, sources: Sources) -> None:
    """Though who asks is of the right domain."""
    with pytest.raises(SourceAccessError):
        sources.of("shop", sheet.id + "x", "ann@example.com")


def test_a_sheet_without_a_source_is_not_read_for_one(sheet: Sheet) -> None:
    """The sweep of a sheet that uses none costs no call more: whoever would read is not there."""
    results = SourceResults(Unread(), Sources({}))  # type: ignore[arg-type]

    assert not results.show(sheet.id)
    assert results.forget(sheet.id, "A", confirmed=True) == ""


class Unread:
    """A committer that must not be asked for a sheet."""

    client = type("Client", (), {"for_spare_moments": lambda self: self})()


def test_check_my_data_looks_at_the_source(
    sheet: Sheet, committer: Committer, sources: Sources, now: Now
) -> None:
    """Counts by reason with a few keys, telling how far it is; nothing is written."""
    set_up(committer, sheet)
    choose(sheet, Source="shop")
    now.moment = SPRING
    looking = TrainingData(committer, now, sources=sources)
    asked, heard = looking.asked(sheet.id), Heard()

    with at_work() as stops:
        inspection = looking.inspect_source(sheet.id, asked, "ann@example.com", heard)

    assert stops.of == ["DuckDb.cancel"]

    assert [column.header for column in inspection.columns] == [
        "customer",
        "date",
        "amount",
        "order_no",
        "status",
    ]
    assert inspection.quality["left_out"]["missing_customer"]["count"] == 22
    assert any(note.startswith("For example with no customer id: order 70") for note in inspection.notes)
    assert inspection.message.startswith(inspection.notes[0])
    assert [*dict.fromkeys(heard.stages)] == [
        "Reading the source",
        "Counting the customers",
        "Looking at the customers",
        "Looking for examples",
    ]
    assert heard.fractions == sorted(heard.fractions)
    assert heard.fractions[-1] < 1
    with pytest.raises(SourceAccessError):
        looking.inspect_source(sheet.id, asked, "eve@elsewhere.org", heard)


class Heard:
    """Keeps what is told of the progress."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.fractions: list[float] = []

    def __call__(self, stage: str, fraction: float) -> None:
        self.stages.append(stage)
        self.fractions.append(fraction)


@pytest.mark.slow
def test_check_my_data_is_a_long_call_of_whoever_may_use_the_source(
    google: LocalGoogle, sheet: Sheet, committer: Committer, sources: Sources, tmp_path: Path
) -> None:
    """A large source takes longer than an answer is waited for: its record tells how far it is, and keeps the end."""
    set_up(committer, sheet)
    choose(sheet, Source="shop")
    path = tmp_path / "sources.toml"
    path.write_text(declaration(tmp_path, sheet.id, 'domains = ["example.com"]'), encoding="utf-8")
    ann, eve = (
        google.person(sheet.document, who).identity_token()
        for who in ("ann@example.com", "eve@elsewhere.org")
    )

    with Webhook(google, sources=path) as webhook:
        client = webhook.client(sheet.id)
        reply = client.call("inspect", identityToken=ann)
        later = client.call("operations", operationId=reply.body["operation"]["id"])
        refused = [client.call("inspect"), client.call("inspect", identityToken=eve)]

    assert reply.status == 200, reply.body
    assert (reply.body["operation"]["call"], reply.body["operation"]["state"]) == ("inspect", "done")
    assert reply.body["inspected"]["quality"]["left_out"]["missing_customer"]["count"] == 22
    assert later.body == reply.body
    assert [answer.status for answer in refused] == [403, 403]
    assert refused[0].body["detail"] == "The source is not available to this spreadsheet."


@pytest.mark.slow
def test_a_refresh_begins_no_source_that_nobody_who_may_has_segmented(
    retraining: Retraining, sheet: Sheet, committer: Committer, now: Now
) -> None:
    """Else any editor of the sheet could have it read by the schedule."""
    set_up(committer, sheet)
    choose(sheet, Source="shop", Clusters="4")

    with pytest.raises(SourceAccessError):
        run(retraining, sheet, turn=Turn(now.moment), requested_by=SCHEDULE)
