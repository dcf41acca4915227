"""The storm's audiences, tests and refreshes: the calls that people make, and the checks of the records at the end."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from local.launch import SERVICE_ACCOUNT
from proving.torture.kept import doubled_runs, kept_problems
from proving.torture.kept import sheet_of as _tab
from proving.torture.marketers import MARKETER
from server.core.schedule.record import read_moment, stamp
from server.core.schedule.slots import Schedule, last_slot
from sheets_standin.spreadsheet.cells import Content, value_of
from sheets_standin.spreadsheet.document import Document, Metadata
from sheets_standin.spreadsheet.grid import Grid
from sheets_standin.spreadsheet.sheet import Sheet

CUSTOMERS = 60
ZONE = "America/New_York"
"""Of the local Google's spreadsheets."""
AUDIENCES = {"VIP": "list", "Newsletter": "klaviyo", "Ads": "google_ads"}
MOST_ORDERS = 250
"""Each has a day of its own, and none may lie in the future."""
FIRST_DAY = dt.date(2026, 1, 1)
MOST_TESTS = 40
DAY = dt.timedelta(days=1)
_CONTACTS = ("CustomerID", "Email", "AdConsent", "EmailConsent")

Call = tuple[str, dict[str, Any]]
"""Name of a call, and the fields of its body."""
Line = dict[str, Any]


class Campaigns:
    """Asks for audiences, tests and refreshes of one spreadsheet, and has nights pass.

    Attributes
    ----------
    nights
        How often a refresh came due.
    switches
        How often the schedule was switched on again, as `Settings` had gone: a night may be missing for each.
    """

    def __init__(self, document: Document, twin: Document, randomness: random.Random) -> None:
        self.document, self.twin = document, twin
        self.nights = self.switches = 0
        self.acts: Counter[str] = Counter()
        self._random = randomness
        self._orders = self._tests = 0
        self._members: list[tuple[Content, ...]] = []
        self._broken: list[str] = []
        self._seen = len(document.journal.entries)
        now = dt.datetime.now(ZoneInfo(ZONE))
        self._schedule = Schedule("nightly", (now.hour - 2) % 24, time_zone=ZONE)  # its hour is over
        self._paste_contacts()
        self._choose()
        document.subscribe(self._look)

    # --- what people do ---

    def _paste_contacts(self) -> None:
        grid = Grid(CUSTOMERS + 1, len(_CONTACTS))
        people = [(f"C{n:03}", f"c{n}@example.com", "yes", "yes") for n in range(CUSTOMERS)]
        grid.extend([_CONTACTS, *people])
        with self.document.changing(MARKETER, "paste"):
            self.document.sheets.append(Sheet(self.document.new_sheet_id(), "Contacts", grid))
            self.document.noted("paste", "Contacts")

    def _choose(self) -> bool:
        """Switch the schedule on; return whether it was off."""
        settings = _tab(self.document, "Settings")
        if settings is None:
            return False
        wanted = {
            "Refresh": "nightly",
            "RefreshAt": f"Monday {self._schedule.hour}:00",
            "DigestTo": "a@shop.example",
        }
        is_changed = False
        for row in range(1, settings.grid.held_rows):
            name, held = (value_of(settings.grid.cell(row, column)) for column in (0, 1))
            if name in wanted and held != wanted[str(name)]:
                is_changed = True
                with self.document.changing(MARKETER, "choose"):
                    settings.grid.put(row, 1, [wanted[str(name)]])
                    self.document.noted("choose", "Settings")
        return is_changed

    def order(self) -> None:
        """Have an order come, of somebody known or of somebody new."""
        if self._orders >= MOST_ORDERS:
            return
        self._orders += 1
        who = (
            f"C{self._random.randrange(CUSTOMERS):03}"
            if self._random.random() < 0.8
            else f"N{self._orders:03}"
        )
        day = FIRST_DAY + self._orders * DAY
        for document in (self.document, self.twin):
            sheet = document.sheet("Training_Data")
            row = next(
                (r for r in range(1, sheet.grid.row_count) if value_of(sheet.grid.cell(r, 0)) is None),
                sheet.grid.row_count,
            )
            with document.changing(MARKETER, "order"):
                sheet.grid.resize(max(sheet.grid.row_count, row + 1), sheet.grid.column_count)
                cells = (who, day.isoformat(), str(20 + self._orders))
                for column, text in enumerate(cells):
                    sheet.grid.put(row, column, [document.typed(sheet.grid.cell(row, column), text)])
                document.noted("order", "Training_Data")
        self.acts["an order comes"] += 1

    def consent(self) -> None:
        """Change what a contact has agreed to."""
        sheet = self.document.sheet("Contacts")
        row, column = self._random.randrange(1, CUSTOMERS + 1), self._random.choice((2, 3))
        with self.document.changing(MARKETER, "consent"):
            sheet.grid.put(row, column, [self._random.choice(("yes", "no"))])
            self.document.noted("consent", "Contacts")
        self.acts["another consent"] += 1

    def stop_a_test(self) -> None:
        """Type stopped beside a test that runs."""
        tests = _tab(self.document, "Tests")
        if tests is None:
            return
        header = _header(tests)
        running = [row for row, line in _lines(tests) if line.get("Status") == "running"]
        if running:
            with self.document.changing(MARKETER, "stop"):
                tests.grid.put(self._random.choice(running), header.index("Status"), ["stopped"])
                self.document.noted("stop", "Tests")
            self.acts["stop a test"] += 1

    def pass_a_night(self) -> None:
        """Have a day pass for the schedule: its record is a day older, so that a refresh is due. Not if one is."""
        if self._choose():
            self.switches += 1
        entry, record = self._record()
        slot = last_slot(self._schedule, dt.datetime.now(dt.UTC))
        known = [
            moment for key in ("since", "settled") if (moment := read_moment(record.get(key, ""))) is not None
        ]
        if entry is None or record.get("schedule") != self._schedule.text or max(known) < slot:
            return
        aged = {
            key: stamp(min(moment, slot) - DAY)
            for key in ("since", "settled")
            if (moment := read_moment(record.get(key, "")))
        }
        with self.document.changing(MARKETER, "night"):
            self.document.metadata[self.document.metadata.index(entry)] = replace(
                entry, value=json.dumps(record | aged)
            )
            self.document.noted("night", "")
        self.nights += 1
        self.acts["a night passes"] += 1

    def _record(self) -> tuple[Metadata | None, dict[str, Any]]:
        entry = next((entry for entry in self.document.metadata if entry.key == "ate-schedule"), None)
        return (entry, json.loads(entry.value)) if entry is not None else (None, {})

    def call(self) -> Call:
        """Return a random call of the service."""
        calls: Sequence[tuple[Callable[[], Call], int]] = (
            (lambda: ("refresh", {}), 5),
            (self.audience, 4),
            (self._start, 3),
            (self._read, 2),
            (lambda: ("fill", {"customerIds": [f"C{self._random.randrange(CUSTOMERS):03}", "nobody"]}), 1),
            (lambda: ("digest", {}), 1),
        )
        made, weights = zip(*calls, strict=True)
        chosen: Callable[[], Call] = self._random.choices(made, weights)[0]
        return chosen()

    def act(self) -> None:
        """Do something that makes the next call one with work to do."""
        self._random.choice(
            (self.order, self.consent, self.stop_a_test, self.pass_a_night, self.pass_a_night)
        )()

    def audience(self, name: str = "") -> Call:
        """Return the making of an audience."""
        name = name or self._random.choice(list(AUDIENCES))
        fields = {"step": "make", "target": AUDIENCES[name], "name": name, "hashed": False, "tab": True}
        return "audience", fields

    def _start(self) -> Call:
        """Return the start of a test: a new one, or one that was asked for before, perhaps with other groups."""
        is_new = self._tests == 0 or (self._random.random() < 0.5 and self._tests < MOST_TESTS)
        self._tests += is_new
        number = self._tests if is_new else self._random.randrange(1, self._tests + 1)
        action_map = _tab(self.document, "Action_Map")
        names = {line.get("Segment") for _, line in _lines(action_map)} if action_map is not None else set()
        segments = sorted(str(name) for name in names - {None})[: self._random.randrange(1, 4)]
        plan = {"name": f"Test {number}", "segments": segments, "days": 60}
        return "tests/start", {
            "plan": plan | {"controlShare": self._random.choice((0.3, 0.4))},
            "confirm": True,
        }

    def _read(self) -> Call:
        return "tests/read", {"name": f"Test {self._random.randrange(1, max(2, self._tests + 1))}"}

    # --- what must hold ---

    def _look(self) -> None:
        """Whether the lines of `Test_Members` that stood there before this commit stand there still."""
        entries = self.document.journal.entries
        new, self._seen = entries[self._seen :], len(entries)
        tab = _tab(self.document, "Test_Members")
        if tab is None or not any(entry.actor == SERVICE_ACCOUNT for entry in new):
            return
        rows = [tuple(tab.grid.row(row)) for row in range(1, tab.grid.held_rows)]
        if len(rows) < len(self._members) or rows[len(rows) - len(self._members) :] != self._members:
            self._broken.append("lines of Test_Members were changed")
        self._members = rows

    def problems(self) -> list[str]:
        """Return what is wrong with the records of audiences, tests and runs."""
        records = (*self._audiences(), *self._tested(), *self._runs(), *self._left_over())
        return [*self._broken, *records, *kept_problems(self.document), *doubled_runs(self.document)]

    def _audiences(self) -> Iterator[str]:
        lines = [line for _, line in _named(self.document, "Audiences")]
        names = Counter(line["Audience"] for line in lines)
        yield from (f"audience {name} has {count} lines" for name, count in names.items() if count > 1)
        present = self._present()
        if odd := [who for who, count in present.items() if count not in (0, 1)]:
            yield f"Audience_Log gave {odd[:3]} twice, or took them back twice"
        for line in lines:
            yield from self._wrong_members(line["Audience"], line["Members"], present)

    def _present(self) -> Counter[tuple[str, str]]:
        """Return how often each audience has each customer by its log: once or not at all, where that is right."""
        present: Counter[tuple[str, str]] = Counter()
        for _, line in _named(self.document, "Audience_Log"):
            present[line["Audience"], line["CustomerID"]] += 1 if line["Change"] == "added" else -1
        return present

    def _wrong_members(self, name: str, members: object, present: Counter[tuple[str, str]]) -> Iterator[str]:
        """Yield how the number of an audience's members, its log and its tab disagree."""
        given = {who for (audience, who), count in present.items() if audience == name and count}
        rows = [row for _, row in _named(self.document, f"Audience {name}")]
        kept = {row["CustomerID"] for row in rows if "CustomerID" in row}
        if not (members == len(given) == len(rows)) or (kept and kept != given):
            yield f"audience {name} has {members} members, {len(given)} in its log, {len(rows)} in its tab"

    def _tested(self) -> Iterator[str]:
        tests = [line for _, line in _named(self.document, "Tests")]
        names = Counter(line["Test"] for line in tests)
        yield from (f"{name} has {count} lines in Tests" for name, count in names.items() if count > 1)
        dealt: dict[str, list[Line]] = {}
        for _, line in _named(self.document, "Test_Members"):
            dealt.setdefault(line["Test"], []).append(line)
        yield from (f"{name} has members and no line" for name in dealt.keys() - names.keys())
        for test in tests:
            members = dealt.get(test["Test"], [])
            held = sum(member["Group"] == "control" for member in members)
            ids = {member["CustomerID"] for member in members}
            if (len(ids), len(members), held) != (test["Customers"], test["Customers"], test["Control"]):
                yield f"{test['Test']} has {len(members)} members, {len(ids)} ids and {held} held out: {test}"

    def _runs(self) -> Iterator[str]:
        lines = [line for _, line in _named(self.document, "Runs")]
        nightly = sum(line.get("By") == "schedule" for line in lines)
        if not self.nights - self.switches <= nightly <= self.nights:
            yield f"{self.nights} nights, the schedule was switched on {self.switches} times, {nightly} lines in Runs"
        counted = sum(int(line.get("NewOrders") or 0) for line in lines)
        _, record = self._record()
        seen = (record.get("seen") or {}).get("count")
        if counted != seen:
            yield f"the runs tell of {counted} new orders, the newest has seen {seen}"

    def _left_over(self) -> Iterator[str]:
        yield from (
            f"{tab.title} was left" for tab in self.document.sheets if tab.title.startswith("ATE staging")
        )


def _header(sheet: Sheet) -> list[str]:
    return [str(value_of(cell)) for cell in sheet.grid.row(0)]


def _lines(sheet: Sheet) -> Iterator[tuple[int, Line]]:
    """Yield row (from 0) and values by header of each row that holds something."""
    header = _header(sheet)
    for row in range(1, sheet.grid.held_rows):
        cells = [value_of(cell) for cell in sheet.grid.row(row)]
        if any(cell is not None for cell in cells):
            yield row, dict(zip(header, cells, strict=False))


def _named(document: Document, title: str) -> Iterator[tuple[int, Line]]:
    sheet = _tab(document, title)
    return _lines(sheet) if sheet is not None else iter(())
