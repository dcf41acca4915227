"""Spreadsheets whose tabs of audiences, tests, runs and segments somebody has damaged.

Columns are moved, inserted or deleted, headers renamed, rows doubled, tabs deleted or renamed. Each use case ends in a
right result or in a refusal that says why; never in an internal error, and never in a list with the wrong people.
"""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from local.launch import LocalGoogle
from proving.torture.campaigns import Campaigns
from proving.torture.damages import DAMAGES, Damage, spoil_record, spoil_views
from proving.torture.direct import DirectClient, Wire, at_once
from proving.torture.kept import kept_problems, rows_of
from proving.torture.marketers import MARKETER
from proving.torture.player import Tally
from proving.torture.storm import DirectInstance, first_document, shared_copy, unheard
from server.core.schedule.record import Standing
from server.errors import AudienceError
from server.layout.limits import METADATA_AUDIENCE
from server.sheets.commit.committer import Committer
from server.use_cases.apply_plans import ApplyingPlans
from server.use_cases.audiences import audiences
from server.use_cases.audiences.asked import AskedAudience
from server.use_cases.audiences.deliveries import Delivery
from server.use_cases.digest import Digests
from server.use_cases.experiments.calls import Experiments, Wanted
from server.use_cases.forget_customer import Forgetting
from server.use_cases.known_customers import known_customers
from server.use_cases.refresh import Refreshes
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document

RUINED = (
    "Contacts",
    "Audiences",
    "Audience_Log",
    "Audience VIP",
    "Tests",
    "Test_Members",
    "Lift",
    "Runs",
    "History",
    "Migration",
    "Segmented_Customers",
    "Action_Map",
    "Settings",
)
KINDS: list[tuple[str, Damage]] = [
    *((title, damage) for damage in DAMAGES for title in RUINED),
    *[("Segmented_Customers", spoil_views)] * 8,
    *[("Settings", spoil_record)] * 8,
]
CONSENT = "EmailConsent"


class Ruin:
    """One ruined spreadsheet, and what is known of the people in it."""

    def __init__(self, document: Document, wire: Wire) -> None:
        self.document = document
        self.truth = {f"C{n:03}": f"c{n}@example.com" for n in range(60)}
        self.held = {
            str(line["CustomerID"])
            for line in rows_of(document, "Test_Members")
            if line["Group"] == "control"
        }
        self.refuses = {line["CustomerID"] for line in rows_of(document, "Contacts") if line[CONSENT] == "no"}
        self.money = {
            line["CustomerID"]: line["MonetaryValue"] for line in rows_of(document, "Segmented_Customers")
        }
        self.has_consent = True
        self.disowned = ""  # an audience's tab without its mark counts as somebody's own
        self.problems: list[str] = []
        self.refused: Counter[str] = Counter()
        self._committer = Committer(DirectClient(wire), at_once)

    def damage(self, draw: random.Random, title: str, damage: Damage) -> str:
        """Do one damage; return its description."""
        sheet = next(sheet for sheet in self.document.sheets if sheet.title == title)
        with self.document.changing(MARKETER, "damage"):
            what = damage(self.document, sheet, draw)
            self.document.noted("damage", title)
        self.has_consent = not (title == "Contacts" and CONSENT in what)
        if METADATA_AUDIENCE in what and "twice" not in what:
            self.disowned = "Audience VIP"
        return f"{title}: {what}"

    def try_all(self) -> None:
        """Run each use case, and judge its result."""
        scoring = Scoring(self._committer, clock=lambda: 0.0)
        retraining = Retraining(self._committer, scoring)
        experiments, identity = Experiments(self._committer), self.document.spreadsheet_id
        refreshes = Refreshes(self._committer, retraining)
        segments = sorted({str(row.get("Segment")) for row in rows_of(self.document, "Action_Map")})

        def refresh() -> None:
            looked = refreshes.look(identity)
            if looked.look.standing is Standing.DUE and looked.look.slot is not None:
                refreshes.run(identity, looked.look.slot, 0, unheard)

        works: Sequence[tuple[str, Callable[[], object]]] = (
            ("audience", self._audience),
            ("fill", self._fill),
            ("tests", lambda: experiments.listing(identity)),
            ("tests/read", lambda: experiments.read(identity, "Test 1", unheard)),
            (
                "tests/start",
                lambda: experiments.start(
                    identity, Wanted("Test 2", segments, share=0.4, days=60), unheard, confirmed=True
                ),
            ),
            ("digest", lambda: Digests(self._committer).compose(identity)),
            ("plans/apply", lambda: ApplyingPlans(self._committer, scoring).apply(identity)),
            ("refresh", refresh),
            ("segment", lambda: self._segment(retraining)),
            ("audience after a run", self._audience),
            ("forget", self._forget),
        )
        for name, work in works:
            try:
                work()
            except AudienceError as error:
                self.refused[name] += 1
                if error.status >= 500 or not error.detail:
                    self.problems.append(f"{name} ended in {error.status}: {error.detail}")
            except Exception as error:  # noqa: BLE001 - that there is one is what is looked for
                self.problems.append(f"{name} ended in {type(error).__name__}: {error}"[:300])
        self.problems += self._dealt_twice()

    def _segment(self, retraining: Retraining) -> None:
        retraining.run(self.document.spreadsheet_id, Run(), unheard)
        self.problems += kept_problems(self.document)

    def _audience(self) -> None:
        delivery = Delivery()
        asked = AskedAudience("list", "VIP", hashed=False, tab=True)
        audiences.make(self._committer, self.document.spreadsheet_id, asked, delivery, unheard)
        [file, *_] = delivery.take()
        rows = list(csv.DictReader(io.StringIO(file.text)))
        ids = Counter(row["CustomerID"] for row in rows)
        wrong = [row for row in rows if row["Email"] and self.truth.get(row["CustomerID"]) != row["Email"]]
        self.problems += [
            f"the audience gives {row['CustomerID']} the address {row['Email']}" for row in wrong[:3]
        ]
        self.problems += [
            f"{who} is {count} times in the audience" for who, count in ids.items() if count > 1
        ]
        if held := self.held & ids.keys():
            self.problems.append(f"{len(held)} who are held out are in the audience")
        if self.has_consent and (silent := self.refuses & ids.keys()):
            self.problems.append(f"{len(silent)} who have refused are in the audience")

    def _fill(self) -> None:
        for customer in known_customers(
            self._committer, self.document.spreadsheet_id, ["C001", "C059"]
        ).customers:
            if customer.monetary_value != self.money[customer.customer_id]:
                self.problems.append(
                    f"{customer.customer_id} is told to have spent {customer.monetary_value}"
                )

    def _forget(self) -> None:
        identity = self.document.spreadsheet_id
        forgotten = Forgetting(self._committer, self._committer.budget).forget(
            identity, "C005", confirmed=True
        )
        standing = {
            sheet.title
            for sheet in self.document.sheets
            for row in range(1, sheet.grid.held_rows)
            if any(value_of(cell) in ("C005", "c5@example.com") for cell in sheet.grid.row(row))
        }
        ours = {title for title in standing if not title.startswith("My ")}
        if forgotten.is_erased and ours - {"Training_Data", self.disowned}:
            self.problems.append(f"who was forgotten stands in {sorted(ours)}")

    def _dealt_twice(self) -> Iterator[str]:
        """Yield whoever is in two tests that run."""
        tests: dict[str, set[str]] = {}
        for line in rows_of(self.document, "Test_Members"):
            if line.get("CustomerID") and line.get("Test"):
                tests.setdefault(str(line["CustomerID"]), set()).add(str(line["Test"]))
        if twice := [who for who, names in tests.items() if len(names) > 1]:
            yield f"{len(twice)} customers are in two tests at once"


def first_ruin(google: LocalGoogle, rows: Sequence[list[str]], wire: Wire) -> Document:
    """Return a spreadsheet with all the tabs: an audience, a test that runs and was read, a refresh that is due."""
    document = first_document(google, rows)
    campaigns = Campaigns(
        document, document.copied(document.spreadsheet_id, document.title), random.Random(1)
    )
    instance = DirectInstance(wire, Tally())
    for _ in range(12):
        campaigns.consent()
    segment = next(str(row["Segment"]) for row in rows_of(document, "Action_Map"))
    plan = {"name": "Test 1", "segments": [segment], "days": 60, "controlShare": 0.4}
    fields: dict[str, Any] = {"plan": plan, "confirm": True}
    for call, body in (
        campaigns.audience("VIP"),
        ("tests/start", fields),
        ("tests/read", {"name": "Test 1"}),
        ("refresh", {}),
    ):
        status = instance.ask(document, call, body)
        if status != 200:
            raise RuntimeError(f"{call} ended in {status}")
    campaigns.order()
    campaigns.pass_a_night()
    return document


def ruin_many(
    rows: Sequence[list[str]], *, seed: str, count: int, tell: Callable[[str], None] = lambda _text: None
) -> tuple[list[str], Counter[str]]:
    """Ruin so many copies of a spreadsheet; return what is wrong, and how often each use case refused."""
    problems: list[str] = []
    refused: Counter[str] = Counter()
    with LocalGoogle(quota=False) as google:
        wire = Wire(google.service, google.server.faults, random.Random(seed))
        first = first_ruin(google, rows, wire)
        kinds = KINDS[:]
        random.Random(seed).shuffle(kinds)  # a few are of many kinds
        for number in range(count):
            draw = random.Random(f"{seed} {number}")
            ruin = Ruin(shared_copy(google, first), wire)
            what = ruin.damage(draw, *kinds[number % len(kinds)])
            ruin.try_all()
            problems += [f"sheet {number} of seed {seed} ({what}): {problem}" for problem in ruin.problems]
            refused += ruin.refused
            del google.workspace.documents[ruin.document.spreadsheet_id]
            if number % 10 == 9:
                tell(f"{number + 1:,} of {count:,} ruined sheets")
    return problems, refused
