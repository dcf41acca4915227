"""Audiences, from the spreadsheet to the file that a platform takes."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from local.launch import OWNER
from server.core.audiences.file_text import AudienceFile
from server.core.audiences.targets import TARGETS
from server.core.wording import Wording
from server.errors import ChangedError, InputError, error_texts
from server.sheets.api.client import SheetsClient
from server.sheets.commit.committer import Committer
from server.use_cases.audiences import audiences
from server.use_cases.audiences.asked import AskedAudience, AudienceLook, AudienceMade
from server.use_cases.audiences.deliveries import Delivery
from server.use_cases.forget_customer import Forgetting
from server.web.answers.audiences import preview_answer
from sheets_standin.sheets_api.faults import Kind
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.cells import Cell
from tests.conftest import Now, Sheet, client_of, quick
from tests.contacts import HEADER, contact, paste
from tests.platform_rules import HEADERS, faults

Maker = Callable[..., tuple[AudienceMade, list[AudienceFile]]]


@pytest.fixture
def listed(segmented: Sheet) -> Sheet:
    """A segmented spreadsheet with a contact for each of its 60 customers; C001's may not be used for ads."""
    rows = [contact(f"C{number:03}", number) for number in range(60)]
    rows[1] = contact("C001", 1, AdConsent="no")
    rows[2] = contact("C002", 2, Email="Anna.B+shop@gmail.com", FirstName="Anna-Maria")
    paste(segmented.document, "Contacts", [HEADER, *rows])
    return segmented


@pytest.fixture
def make(committer: Committer, now: Now) -> Maker:
    """Make an audience as the call does."""

    def make(
        sheet: Sheet, target: str = "google_ads", name: str = "VIP", **more: object
    ) -> tuple[AudienceMade, list[AudienceFile]]:
        delivery = Delivery()
        asked = AskedAudience(target, name, requested_by="ann@example.com", **more)  # type: ignore[arg-type]
        made = audiences.make(committer, sheet.id, asked, delivery, lambda _stage, _fraction: None, now)
        return made, list(delivery.take())

    return make


@pytest.fixture
def preview(committer: Committer, now: Now) -> Callable[..., AudienceLook]:
    """Look at an audience."""

    def preview(sheet: Sheet, target: str = "google_ads", **more: object) -> AudienceLook:
        return audiences.preview(committer, sheet.id, AskedAudience(target, **more), now)  # type: ignore[arg-type]

    return preview


def people(sheet: Sheet, *, ads: bool) -> list[dict[str, str]]:
    """Return who is to be in a file, as this module wrote the contacts, in the order of Segmented_Customers."""
    reachable_people = []
    for row in sheet.rows("Segmented_Customers"):
        number = int(str(row[0])[1:])
        if ads and number == 1:
            continue
        is_second = number == 2
        reachable_people.append(
            {
                "id": str(row[0]),
                "email": "Anna.B+shop@gmail.com" if is_second else f"c{number}@example.com",
                "phone": f"+49171{2000000 + number}",
                "first": "Anna-Maria" if is_second else "Ann",
                "last": f"Miller {number}",
                "country": "DE",
                "zip": "01067",
                "segment": str(row[6]),
            }
        )
    return reachable_people


QUICK = ("google_ads", "meta", "klaviyo")
"""Targets whose files are checked in the fast tests; the others in the slow ones."""


@pytest.mark.parametrize(
    "target", [pytest.param(target, marks=() if target in QUICK else pytest.mark.slow) for target in TARGETS]
)
def test_a_file_is_what_the_platform_published(listed: Sheet, make: Maker, target: str) -> None:
    """Headers, encoding, spelling and hashes, checked by code that knows nothing of the service."""
    made, [file] = make(listed, target)

    is_for_ads = target not in ("klaviyo", "mailchimp", "brevo", "hubspot", "list")
    assert faults(target, file.text, people(listed, ads=is_for_ads)) == []
    assert file.people == made.look.members == 60 - is_for_ads


def test_every_target_is_checked() -> None:
    """A new one needs its rules in the checker."""
    assert set(HEADERS) == set(TARGETS)


def test_a_preview_writes_nothing(listed: Sheet, preview: Callable[..., AudienceLook]) -> None:
    """Not even the commit token."""
    revision = listed.document.revision

    seen = preview(listed)

    assert listed.document.revision == revision
    assert (seen.chosen, seen.members, seen.minimum) == (60, 59, 100)
    assert [
        (counted.title, counted.count, [(row.tab, row.row) for row in counted.rows])
        for counted in seen.left_out
    ] == [("No consent", 1, [("Contacts", 3)])]
    assert (seen.is_enough, seen.verdict) == (
        False,
        "59 people: too small to run. Google Ads (file) needs at least 100.",
    )
    assert (seen.added, seen.removed, seen.renew_by) == (None, None, "2027-07-09")


def test_one_line_an_audience_is_kept(listed: Sheet, make: Maker, now: Now) -> None:
    """Made again, the line is written over; another audience gets one of its own."""
    make(listed)
    now.advance(days=1)
    make(listed)
    make(listed, "klaviyo", "News")

    lines = listed.rows("Audiences")

    assert [line[0] for line in lines] == ["VIP", "News"]
    vip = lines[0]
    assert vip[2:7] == ["Google Ads (file)", 59, "1 in all: No consent 1", "+0 −0", 100]
    assert vip[8:] == [46038.5, "ann@example.com", 46578]
    assert lines[1][5] == "First time"


def test_the_tab_is_written_over_in_place_as_text(listed: Sheet, make: Maker) -> None:
    """It keeps its id, so that IMPORTRANGE and charts go on; a phone number stays a text."""
    plain = {"hashed": False, "tab": True}
    make(listed, **plain)
    sheet = listed.document.sheet("Audience VIP")
    first = listed.rows("Audience VIP")
    listed.type("Contacts", 4, [["C002", "b@example.com", "", "", "", "", "", "no"]])
    listed.type("Audience VIP", 2, [["typed over"]])

    made, _ = make(listed, **plain)

    again = listed.document.sheet("Audience VIP")
    assert (again.sheet_id, again.hidden) == (sheet.sheet_id, False)
    assert made.tab == "Audience VIP"
    assert listed.row("Audience VIP", 1) == list(HEADERS["google_ads"])
    assert [len(first), again.grid.row_count] == [59, 59]  # one more has said no; the header takes its row
    assert all(
        isinstance(cell, str) for row in listed.rows("Audience VIP") for cell in row if cell is not None
    )
    assert any(row[1] == "+491712000003" for row in listed.rows("Audience VIP"))


def test_what_has_changed_comes_as_files_of_its_own(listed: Sheet, make: Maker) -> None:
    """An ad platform gets the addresses of those who left as it was given them."""
    _, [first] = make(listed)
    listed.type("Contacts", 3, [["", "", "", "", "", "", "", "yes"]], column=1)
    listed.type("Contacts", 3, [["C001"]])
    listed.type("Contacts", 3, [["c1@example.com"]], column=2)
    listed.type("Contacts", 5, [["no"]], column=8)

    made, files = make(listed)

    _, added, removed = files
    left = [line for line in first.text.splitlines() if line not in files[0].text.splitlines()]
    assert (made.look.added, made.look.removed) == (1, 1)
    assert [file.what for file in files] == ["members", "to add", "to remove"]
    assert (added.people, removed.people) == (1, 1)
    assert removed.text.splitlines()[1].split(",")[:2] == left[0].split(",")[:2]
    assert listed.rows("Audiences")[0][5] == "+1 −1"


def test_customers_without_a_recorded_consent_get_a_file_of_their_own(listed: Sheet, make: Maker) -> None:
    """Google takes one answer an upload; its tab holds those alone who have agreed."""
    listed.type("Contacts", 2, [[""]], column=8)
    setting(listed, "EmptyAdConsent", "include")

    made, files = make(listed, tab=True)
    _, [meta] = make(listed, "meta", "VIP Meta")

    assert [(file.what, file.people) for file in files] == [
        ("consent given", 58),
        ("consent not recorded", 1),
    ]
    assert len(listed.rows("Audience VIP")) == 58
    assert meta.people == 59
    assert any("without a recorded consent go in" in note for note in made.look.notes)


def setting(sheet: Sheet, name: str, value: str) -> None:
    """Set a row of Settings."""
    rows = sheet.rows("Settings")
    sheet.type(
        "Settings", next(at for at, row in enumerate(rows, start=2) if row[0] == name), [[name, value]]
    )


def test_the_control_group_is_left_out(listed: Sheet, make: Maker) -> None:
    """Whom the standing control group holds out hears nothing, and an e-mail tool knows nobody of them."""
    setting(listed, "ControlShare", "20%")

    made, [file] = make(listed, "klaviyo")

    [held] = [counted for counted in made.look.left_out if counted.reason == "control"]
    assert 3 <= held.count <= 25
    assert made.look.members == 60 - held.count
    assert len(file.text.splitlines()) == 1 + made.look.members


def test_the_control_group_is_a_list_to_exclude(
    listed: Sheet, make: Maker, preview: Callable[..., AudienceLook], committer: Committer, now: Now
) -> None:
    """Exactly those whom every other audience leaves out; it asks the same consent, and never becomes an audience."""
    setting(listed, "ControlShare", "20%")
    _, [everybody] = make(listed, "list")

    made, [held] = make(listed, "list", "Hold out", who="held_out")

    addresses = [{line.split(",")[1] for line in file.text.splitlines()[1:]} for file in (everybody, held)]
    offered = audiences.choices(committer, listed.id, now).segments
    assert addresses[0] | addresses[1] == {str(row[1]).lower() for row in listed.rows("Contacts")}
    assert not addresses[0] & addresses[1]
    assert made.look.members == sum(segment.held_out for segment in offered) == len(addresses[1])
    assert any("as an exclusion, never as an audience" in note for note in made.look.notes)
    assert listed.rows("Audiences")[1][1:3] == [
        ", ".join(made.look.segments) + "; held out",
        "A plain list, to exclude",
    ]
    with pytest.raises(InputError, match="An audience of this name goes to A plain list, to exclude"):
        preview(listed, "list", name="Hold out")
    with pytest.raises(InputError, match="An audience of this name goes to A plain list"):
        preview(listed, "list", name="VIP", who="held_out")
    assert preview(listed, "list", name="Hold out", who="held_out").added == 0


def test_what_is_refused_is_told_in_the_spreadsheets_language(listed: Sheet, make: Maker) -> None:
    """As all else that people read."""
    listed.document.locale = "de_DE"
    make(listed)

    with pytest.raises(InputError) as refused:
        make(listed, "meta")

    problem = error_texts(refused.value, Wording("de_DE").say)
    assert problem.detail == "Eine Zielgruppe dieses Namens geht an Google Ads (Datei)."
    assert listed.rows("Audiences")[0][5] == "Erstmals"


def test_a_plain_list_is_called_so_in_any_language(
    listed: Sheet, make: Maker, preview: Callable[..., AudienceLook]
) -> None:
    """In its line and in what the call answers; another locale makes no other target of it."""
    listed.document.locale = "de_DE"
    make(listed, "list")
    listed.document.locale = "fr_FR"

    answer = preview_answer(preview(listed, "list", name="VIP"))

    assert listed.rows("Audiences")[0][2] == "Einfache Liste"
    assert msgspec.json.decode(msgspec.json.encode(answer))["target"] == "Une simple liste"


@pytest.mark.parametrize(
    ("more", "members"),
    [({"clusters": (0,)}, None), ({"who": "moved_in"}, 0), ({"least_spend": 10_000_000}, 0)],
    ids=["segments", "moved in", "bound"],
)
def test_customers_are_chosen_by_segment_move_and_value(
    listed: Sheet, preview: Callable[..., AudienceLook], more: dict[str, object], members: int | None
) -> None:
    """After a first run nobody has moved."""
    seen = preview(listed, "klaviyo", **more)

    in_first = sum(row[5] == 0 for row in listed.rows("Segmented_Customers"))
    assert seen.members == (in_first if members is None else members)
    assert 0 < in_first < 60


def test_without_contacts_it_says_what_to_do(
    segmented: Sheet, preview: Callable[..., AudienceLook], committer: Committer
) -> None:
    """And makes the tab where it is asked to, once, with its columns as text."""
    seen = preview(segmented)

    assert (seen.members, seen.left_out[0].title) == (0, "Not among the contacts")
    assert "no contacts yet" in seen.notes[0]
    assert audiences.make_contacts_tab(committer, segmented.id)
    assert not audiences.make_contacts_tab(committer, segmented.id)
    assert segmented.row("Contacts", 1) == HEADER
    segmented.type("Contacts", 2, [["C001", "", "+49 171 2000001"]])
    cell = segmented.cell("Contacts", 2, 3)
    assert (cell.value if isinstance(cell, Cell) else cell) == "+49 171 2000001"


def test_files_that_are_too_large_come_out_of_the_tab(
    listed: Sheet, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is none, it is refused before anything is written."""
    monkeypatch.setattr("server.use_cases.audiences.making.LARGEST_FILES", 5_000)

    with pytest.raises(InputError, match="too large to be downloaded at once"):
        make(listed)
    assert "Audiences" not in [tab.title for tab in listed.document.sheets]
    _, files = make(listed, tab=True)

    assert files == []
    assert len(listed.rows("Audience VIP")) == 59


def test_somebody_elses_tab_is_not_written_to(listed: Sheet, make: Maker) -> None:
    """Also if it is called as an audience's would be."""
    paste(listed.document, "Audience VIP", [["my own notes"]])

    with pytest.raises(InputError, match="add-on has not made"):
        make(listed, tab=True)

    assert listed.row("Audience VIP", 1)[0] == "my own notes"
    assert "Audiences" not in [tab.title for tab in listed.document.sheets]


def test_one_audience_goes_to_one_target(listed: Sheet, make: Maker) -> None:
    """Else who was given to the one would be taken out at the other."""
    make(listed)

    with pytest.raises(InputError, match="An audience of this name goes to Google Ads"):
        make(listed, "meta")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Kind.LOST_ANSWER, Kind.APPLIED_THEN_400, Kind.CUT_BEFORE, Kind.UNAVAILABLE])
def test_a_failing_google_makes_it_once(
    listed: Sheet, make: Maker, fails: Callable[..., None], kind: Kind
) -> None:
    """One line, one record of each member, no hidden tab left."""
    fails(kind, Kind.INTERNAL, kind)
    fails(kind, Kind.INTERNAL, kind, method="spreadsheets.values.batchUpdate")

    make(listed, tab=True)

    assert len(listed.rows("Audiences")) == 1
    assert len(listed.rows("Audience_Log")) == len(listed.rows("Audience VIP")) == 59
    assert not [tab for tab in listed.document.sheets if tab.title.startswith("ATE staging")]


def test_who_is_forgotten_meanwhile_does_not_come_back(
    listed: Sheet, make: Maker, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before is refused at the end; nothing is written."""
    from server.use_cases.audiences import making

    fill = making.fill

    def forget(*args: object, **kwargs: object) -> None:
        Forgetting(committer, committer.budget).forget(listed.id, "C005", confirmed=True)
        fill(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "fill", forget)

    with pytest.raises(ChangedError, match="changed while the audience was made"):
        make(listed, tab=True)

    held = [str(row) for tab in listed.document.sheets for row in tab.grid.rows(0, tab.grid.row_count)]
    assert listed.rows("Audiences") == []
    assert not [row for row in held if "C005" in row]
    assert not [tab for tab in listed.document.sheets if tab.title.startswith("ATE staging")]


def test_what_another_making_has_recorded_meanwhile_is_not_passed_over(
    listed: Sheet, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who came and who left was worked out against a record that is longer by now; nothing is written."""
    from server.use_cases.audiences import making

    make(listed)
    lines, fill = listed.rows("Audience_Log"), making.fill

    def record(*args: object, **kwargs: object) -> None:
        listed.insert_rows("Audience_Log", 2)
        fill(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "fill", record)

    with pytest.raises(ChangedError, match="changed while the audience was made"):
        make(listed, name="Another", tab=True)

    assert listed.rows("Audience_Log") == lines
    assert [line[0] for line in listed.rows("Audiences")] == ["VIP"]
    assert not [tab for tab in listed.document.sheets if tab.title.startswith("ATE staging")]


@pytest.mark.parametrize("target", ["google_ads", "klaviyo", "pinterest"])
def test_who_is_forgotten_leaves_every_audience_and_is_told_where_else(
    listed: Sheet, make: Maker, committer: Committer, target: str
) -> None:
    """Plain or hashed, in tabs that may be renamed; nobody else's row goes."""
    make(listed, target, tab=True)
    make(listed, "meta", "Only a file")
    listed.document.sheet("Audience VIP").title = "My campaign"
    before = listed.rows("My campaign")

    erased = Forgetting(committer, committer.budget).forget(listed.id, "C005", confirmed=True)

    gone = [row for row in before if row not in listed.rows("My campaign")]
    assert len(gone) == erased.rows["My campaign"] == erased.rows["Contacts"] == 1
    assert erased.rows["Audience_Log"] == 2
    assert erased.sent_to == [f"VIP, {TARGETS[target].name}", "Only a file, Meta (Facebook, Instagram)"]
    assert erased.message.endswith("Take them out there too.")
    held = [str(row) for tab in listed.document.sheets for row in tab.grid.rows(0, tab.grid.row_count)]
    assert not [row for row in held if "C005" in row or "c5@example.com" in row or gone[0][0] in row]


def test_who_is_forgotten_leaves_contacts_without_ids_by_the_address_that_was_given(
    listed: Sheet, make: Maker, committer: Committer
) -> None:
    """Somebody deleted the column of ids: the record of the audience tells whose row it is, and nobody else's goes."""
    make(listed, "klaviyo")
    before = len(listed.rows("Contacts"))
    structure.delete(listed.document, listed.document.sheet("Contacts"), structure.COLUMNS, 0, 1)
    assert listed.row("Contacts", 1)[0] == "Email"

    erased = Forgetting(committer, committer.budget).forget(listed.id, "C005", confirmed=True)

    assert erased.rows["Contacts"] == 1
    assert len(listed.rows("Contacts")) == before - 1
    assert not [row for row in listed.rows("Contacts") if "c5@example.com" in row]


def test_another_instance_sees_what_was_given(listed: Sheet, make: Maker, google: object, now: Now) -> None:
    """The record stands in the sheet alone."""
    make(listed)
    other = Committer(client_of(google), quick)  # type: ignore[arg-type]

    seen = audiences.preview(other, listed.id, AskedAudience("google_ads", "vip"), now)

    assert (seen.added, seen.removed) == (0, 0)
    assert isinstance(other.client, SheetsClient)
    assert OWNER
