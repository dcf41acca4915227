"""Forgetting a customer: all of theirs goes, nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.launch import OWNER
from server.errors import ChangedError, InputError, NoTransactionsError, SheetContentError
from server.sheets.api.retry import RetryBudget
from server.sheets.commit.committer import Committer
from server.use_cases.forget_customer import FORGET_PREFIX, Forgetting, Forgotten
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.sheets_api.faults import Kind
from tests.conftest import MeddlingClient, Sheet
from tests.contacts import paste
from tests.workbook import LOG, NEW_USER, disagreements, score, sweep

TABS = ("Training_Data", NEW_USER, "Segmented_Customers", "RFM", LOG)
WHO = {"Training_Data": 0, NEW_USER: 0, "Segmented_Customers": 0, "RFM": 0, LOG: 2}


@pytest.fixture
def forgetting(committer: Committer) -> Forgetting:
    return Forgetting(committer, committer.budget)


@pytest.fixture
def known(segmented: Sheet, scoring: Scoring) -> Sheet:
    """A segmented spreadsheet; C001 and C002 stand in New User as well, C001 classified twice."""
    segmented.type(NEW_USER, 2, [["C001", "3", "12", "900"], ["C002", "9", "2", "80"]])
    score(scoring, segmented, 2, 3)
    segmented.type(NEW_USER, 2, [["C001", "4"]])
    score(scoring, segmented, 2)
    segmented.type("Segmented_Customers", 1, [["My note"]], column=12)
    for number, row in enumerate(segmented.rows("Segmented_Customers"), start=2):
        segmented.type("Segmented_Customers", number, [[f"note on {row[0]}"]], column=12)
    return segmented


def others(sheet: Sheet, who: str) -> dict[str, list[list[object]]]:
    """Return all rows of everybody else, tab by tab, in their order."""
    return {title: [row for row in sheet.rows(title) if row[WHO[title]] != who] for title in TABS}


def of(sheet: Sheet, who: str) -> dict[str, int]:
    """Count the rows of a customer."""
    counts = {title: sum(row[WHO[title]] == who for row in sheet.rows(title)) for title in TABS}
    return {title: count for title, count in counts.items() if count}


def test_a_customer_is_erased_from_every_tab(forgetting: Forgetting, known: Sheet) -> None:
    """Whole rows go, also what the marketer wrote beside them; everybody else's stay, beside their notes."""
    before, had = others(known, "C001"), of(known, "C001")

    erased = forgetting.forget(known.id, "C001", confirmed=True)

    assert had == {"Training_Data": 12, NEW_USER: 1, "Segmented_Customers": 1, "RFM": 1, LOG: 2}
    assert (erased.is_erased, erased.rows) == (True, had)
    assert erased.message == (
        "Rows erased: 12 in Training_Data, 1 in New User, 1 in Segmented_Customers, 1 in RFM, 2 in Prediction_Log. "
        "The figures of the segments count the customer until the next refresh."
    )
    assert of(known, "C001") == {}
    assert others(known, "C001") == before
    assert all(row[11] == f"note on {row[0]}" for row in known.rows("Segmented_Customers"))
    held = [str(row) for tab in known.document.sheets for row in tab.grid.rows(0, tab.grid.row_count)]
    assert not [row for row in held if "C001" in row]


def test_the_copy_that_the_deletion_is_checked_by_is_gone_afterwards(
    forgetting: Forgetting, known: Sheet
) -> None:
    """No hidden tab keeps the customer."""
    titles = [tab.title for tab in known.document.sheets]

    forgetting.forget(known.id, "C001", confirmed=True)

    assert [tab.title for tab in known.document.sheets] == titles


def test_without_confirmation_it_only_tells(forgetting: Forgetting, known: Sheet) -> None:
    """Nothing is written, not even the commit token."""
    revision = known.document.revision

    counted = forgetting.forget(known.id, "C001", confirmed=False)

    assert known.document.revision == revision
    assert not counted.is_erased
    assert counted.rows == of(known, "C001")
    assert counted.message.startswith("Rows found: 12 in Training_Data")


def test_a_customer_who_is_not_there_is_told(forgetting: Forgetting, known: Sheet) -> None:
    """And nothing is written."""
    revision = known.document.revision

    erased = forgetting.forget(known.id, "C00", confirmed=True)

    assert erased == Forgotten("C00", True, {})
    assert erased.message == "No row of this customer was found in any tab of the add-on."
    assert known.document.revision == revision


@pytest.mark.parametrize("given", ["", "  ", "nan", "#N/A", "x" * 201])
def test_what_is_no_customer_is_refused(forgetting: Forgetting, known: Sheet, given: str) -> None:
    """Else all rows without an id would go."""
    with pytest.raises(InputError, match="no customer id"):
        forgetting.forget(known.id, given, confirmed=True)


def test_ids_are_compared_as_training_compares_them(forgetting: Forgetting, known: Sheet) -> None:
    """13085, "13085.0" and 13085.0 are one customer; 113085 and "013085" are others."""
    known.type("Training_Data", 2, [["13085"], ["'13085.0"], ["'013085"], ["113085"], ["C001"]])
    count = len(known.rows("Training_Data"))

    erased = forgetting.forget(known.id, "13085", confirmed=True)

    assert erased.rows == {"Training_Data": 2}
    left = [row[0] for row in known.rows("Training_Data")]
    assert left[:3] == ["013085", 113085, "C001"]
    assert len(left) == count - 2


@pytest.mark.parametrize(
    ("header", "ids", "rows"),
    [
        ("Customer E-Mail", ("ann@x.com", "Ann@X.com"), 2),
        ("customer_id", ("ann@x.com", "Ann@X.com"), 2),
        ("customer_id", ("0015f", "0015F"), 1),
    ],
    ids=["addresses", "addresses under another header", "codes"],
)
def test_capitals_count_only_in_ids_that_are_no_addresses(
    forgetting: Forgetting, known: Sheet, header: str, ids: tuple[str, str], rows: int
) -> None:
    """Ann@x.com is ann@x.com, but who erases 0015f leaves 0015F."""
    known.type("Training_Data", 1, [[header]])
    known.type("Training_Data", 2, [[ids[0]], [ids[1]]])

    erased = forgetting.forget(known.id, ids[0], confirmed=True)

    assert erased.rows == {"Training_Data": rows}


def test_a_guest_is_found_by_the_e_mail_beside_the_empty_id(forgetting: Forgetting, known: Sheet) -> None:
    """Who has no id is known by the e-mail, in any capitals."""
    known.insert_columns("Training_Data", 2)
    known.type("Training_Data", 1, [["email"]], column=2)
    known.type("Training_Data", 2, [["", "ann@x.com"], ["", "Ann@X.com"], ["", "bob@x.com"]])

    erased = forgetting.forget(known.id, "ann@x.com", confirmed=True)

    assert erased.rows == {"Training_Data": 2}


def test_data_below_a_title_and_under_other_headers_are_found(forgetting: Forgetting, known: Sheet) -> None:
    """The recognised column counts, wherever it stands; rows above the header are never looked at."""
    known.insert_rows("Training_Data", 1, 2)
    known.insert_columns("Training_Data", 1)
    known.type("Training_Data", 1, [["", "C001"]])
    known.type("Training_Data", 3, [["Name", "Client ID"]])

    erased = forgetting.forget(known.id, "C001", confirmed=True)

    assert erased.rows["Training_Data"] == 12
    assert known.row("Training_Data", 1)[1] == "C001"


def test_a_settings_override_names_the_column(forgetting: Forgetting, known: Sheet) -> None:
    """Who is a customer is what Settings says."""
    known.type("Training_Data", 1, [["buyer", "order_date", "amount", "household"]])
    known.type("Training_Data", 2, [["1", "2025-01-01", "5", "H1"], ["2", "2025-01-01", "5", "H1"]])
    settings = known.rows("Settings")
    at = next(i for i, row in enumerate(settings, start=2) if row[0] == "CustomerIdColumn")
    known.type("Settings", at, [[str(settings[at - 2][0]), "household"]])

    erased = forgetting.forget(known.id, "H1", confirmed=True)

    assert erased.rows == {"Training_Data": 2}


def test_where_the_customers_column_cannot_be_told_nothing_is_erased(
    forgetting: Forgetting, known: Sheet
) -> None:
    """Better a refusal than a customer who is believed to be gone."""
    known.type("Training_Data", 1, [["a", "b", "c"]])
    revision = known.document.revision

    with pytest.raises(SheetContentError) as refused:
        forgetting.forget(known.id, "C001", confirmed=True)

    assert not isinstance(refused.value, NoTransactionsError)
    assert known.document.revision == revision


def test_an_empty_training_data_holds_nobody(forgetting: Forgetting, known: Sheet) -> None:
    """The other tabs are cleared all the same."""
    with known.document.changing(OWNER, "clear"):
        grid = known.document.sheet("Training_Data").grid
        grid.delete_rows(1, grid.row_count)
        known.document.noted("clear", "Training_Data")
    known.type("Training_Data", 1, [["", "", ""]])

    erased = forgetting.forget(known.id, "C001", confirmed=True)

    assert set(erased.rows) == {NEW_USER, "Segmented_Customers", "RFM", LOG}


def test_the_only_customer_of_a_tab_can_be_erased(
    forgetting: Forgetting, segmented: Sheet, scoring: Scoring
) -> None:
    """Google keeps no tab without a row below the frozen ones; the tab gets an empty one."""
    segmented.type(NEW_USER, 2, [["only", "3", "12", "900"]])
    score(scoring, segmented, 2)
    for title in (NEW_USER, LOG):
        grid = segmented.document.sheet(title).grid
        with segmented.document.changing(OWNER, "trim"):
            grid.delete_rows(2, grid.row_count - 2)
            segmented.document.noted("trim", title)

    erased = forgetting.forget(segmented.id, "only", confirmed=True)

    assert erased.rows == {NEW_USER: 1, LOG: 1}
    assert segmented.rows(NEW_USER) == segmented.rows(LOG) == []


@pytest.mark.parametrize("title", ["Training_Data", NEW_USER, "Segmented_Customers", LOG])
def test_rows_that_move_at_the_same_moment_cost_nobody_a_row(
    forgetting: Forgetting, known: Sheet, client: MeddlingClient, title: str
) -> None:
    """A row inserted above between read and write: what was deleted wrongly is put back, then the right ones go."""
    before = others(known, "C001")
    client.before_write = lambda: known.insert_rows(title, 2)

    erased = forgetting.forget(known.id, "C001", confirmed=True)

    assert of(known, "C001") == {}
    after = others(known, "C001")
    assert {tab: sorted(rows, key=str) for tab, rows in after.items()} == {
        tab: sorted(rows, key=str) for tab, rows in before.items()
    }
    assert erased.rows == {"Training_Data": 12, NEW_USER: 1, "Segmented_Customers": 1, "RFM": 1, LOG: 2}
    assert disagreements(known) == []


def test_a_row_that_was_typed_at_that_moment_is_put_back_too(
    forgetting: Forgetting, known: Sheet, client: MeddlingClient
) -> None:
    """Nobody had read it before: the copy in the same commit is what saves it."""
    at = next(n for n in range(2, 200) if known.row("Training_Data", n)[0] == "C001")

    def act() -> None:
        known.insert_rows("Training_Data", at)
        known.type("Training_Data", at, [["NEW", "2026-01-01", "77"]])

    client.before_write = act
    forgetting.forget(known.id, "C001", confirmed=True)

    assert [row for row in known.rows("Training_Data") if row[0] == "NEW"] == [["NEW", 46023, 77]]


def test_who_moves_rows_each_time_is_asked_to_wait(
    forgetting: Forgetting, known: Sheet, client: MeddlingClient
) -> None:
    """After three rounds; everybody else's rows are there."""
    before = others(known, "C001")
    write = client.batch_update

    def meddled(*args: object, **kwargs: object) -> dict[str, object]:
        if "addSheet" in str(args[1]):
            known.insert_rows(NEW_USER, 2)
            known.insert_rows("Training_Data", 2)
        return write(*args, **kwargs)

    client.batch_update = meddled  # type: ignore[method-assign]

    with pytest.raises(ChangedError, match="moved each time"):
        forgetting.forget(known.id, "C001", confirmed=True)

    after = others(known, "C001")
    assert {tab: sorted(rows, key=str) for tab, rows in after.items()} == {
        tab: sorted(rows, key=str) for tab, rows in before.items()
    }
    assert not [tab for tab in known.document.sheets if tab.title.startswith(FORGET_PREFIX)]


@pytest.mark.parametrize(
    "kind", [Kind.LOST_ANSWER, Kind.APPLIED_THEN_400, Kind.APPLIED_LATE, Kind.UNAVAILABLE]
)
def test_a_lost_answer_erases_nobody_else(
    forgetting: Forgetting, known: Sheet, fails: Callable[..., None], kind: Kind
) -> None:
    """What was applied is known by the token; it is not applied again to the rows that moved up."""
    before = others(known, "C001")
    fails(kind)

    erased = forgetting.forget(known.id, "C001", confirmed=True)

    assert erased.rows["Training_Data"] == 12
    assert others(known, "C001") == before
    assert of(known, "C001") == {}


def test_a_copy_that_was_left_behind_goes_with_the_next(
    forgetting: Forgetting, known: Sheet, client: MeddlingClient
) -> None:
    """Where the service died between its two commits."""
    add = {"addSheet": {"properties": {"title": FORGET_PREFIX + "dead", "hidden": True}}}
    client.batch_update(known.id, [add])

    forgetting.forget(known.id, "nobody", confirmed=True)

    assert not [tab for tab in known.document.sheets if tab.title.startswith(FORGET_PREFIX)]


def test_a_training_that_began_before_does_not_bring_the_customer_back(
    forgetting: Forgetting, known: Sheet, retraining: Retraining
) -> None:
    """It has read the customer already; it is refused at its end."""
    is_done = False

    def progress(stage: str, _fraction: float) -> None:
        nonlocal is_done
        if stage == "Writing the segments" and not is_done:
            is_done = True
            forgetting.forget(known.id, "C001", confirmed=True)

    with pytest.raises(ChangedError):
        retraining.run(known.id, Run(retrain=True), progress)

    assert of(known, "C001") == {}


def test_a_sweep_does_not_bring_the_customer_back(
    forgetting: Forgetting, known: Sheet, scoring: Scoring
) -> None:
    """Rows and log agree without them, and a training counts one customer less."""
    forgetting.forget(known.id, "C001", confirmed=True)

    result = sweep(scoring, known)

    assert (result.scored, result.relogged, result.restored) == (0, 0, 0)
    assert disagreements(known) == []


def test_when_the_time_is_up_before_the_write_nothing_is_erased(known: Sheet, committer: Committer) -> None:
    """An answer comes within the minute, and it is never wrong about what was done."""
    moments = iter([0.0] * 8)
    budget = RetryBudget(clock=lambda: next(moments, 99.0), sleep=lambda _s: None)
    had = of(known, "C001")

    with pytest.raises(Exception, match=r"took too long|in time"):
        Forgetting(committer, lambda: budget).forget(known.id, "C001", confirmed=True)

    assert of(known, "C001") == had


@pytest.mark.parametrize(
    ("header", "rows", "who", "erased"),
    [
        (["CustomerID", "Email"], [["C001", "a@x.com"], ["C002", "b@x.com"], ["C001", ""]], "C001", 2),
        (["Email", "Phone"], [["C001@x.com", "1"], ["b@x.com", "2"]], "c001@x.com", 1),
        (["Name", "Note"], [["Ann", "1"], ["C001", "2"]], "C001", 1),
    ],
    ids=["id", "address", "name"],
)
def test_contacts_are_erased_under_whatever_headers(
    forgetting: Forgetting, known: Sheet, header: list[str], rows: list[list[str]], who: str, erased: int
) -> None:
    """As they are found when an audience is made."""
    paste(known.document, "Contacts", [header, *rows])

    forgotten = forgetting.forget(known.id, who, confirmed=True)

    assert forgotten.rows["Contacts"] == erased
    assert len(known.rows("Contacts")) == len(rows) - erased
    assert not [row for row in known.rows("Contacts") if who in row]


def test_contacts_that_name_nobody_stop_no_forgetting(forgetting: Forgetting, known: Sheet) -> None:
    """A tab of that name may be something else."""
    paste(known.document, "Contacts", [["Department", "Room"], ["Sales", "12"]])

    assert "Contacts" not in forgetting.forget(known.id, "C001", confirmed=True).rows
