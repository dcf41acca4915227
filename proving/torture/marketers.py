"""Simulated marketers at `New User`: each act is done to a twin of the spreadsheet as well.

The service never sees the twin. So the twin shows at the end what everybody's cells must hold, whatever was sorted,
inserted or moved meanwhile. It also shows which inputs stood in how many rows, so how often each customer may have
been classified.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable

from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.cells import Content, value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.sheet import Sheet
from sheets_standin.spreadsheet.structure import COLUMNS, ROWS

MARKETER = "marketer@example.com"
INPUTS = ("CustomerID", "Recency", "Frequency", "MonetaryValue")
OUTPUTS = ("Cluster", "Segment", "ActionPlan", "PredictedAt", "PredictionId")
VALUES = ("ExpectedSpend", "ExpectedOrders", "LikelyToBuyAgain")
MOST_ROWS = 260
"""Above so many rows, a marketer deletes a block of them."""
_ODD_IDS = ("'=IMPORTXML(1)", "'+49 170 {}", "'@who {}", "'00{}", "Ünïcode {}", "'=1+{}")

Inputs = tuple[str, int, int, float]
"""CustomerID as text, recency in whole days, frequency, monetary value."""


def valid_inputs(cells: list[object]) -> Inputs | None:
    """Return the inputs of a row that is to be classified, None for any other."""
    who, recency, frequency, money = cells
    text = _text(who)
    numbers = [
        figure
        for figure in (recency, frequency, money)
        if isinstance(figure, int | float) and not isinstance(figure, bool)
    ]
    if not text or len(text) > 200 or len(numbers) < 3:
        return None
    days, times, spent = (float(number) for number in numbers)
    fits = 0 <= days <= 36_500 and 1 <= times <= 1e6 and times.is_integer() and 0 < spent <= 1e12
    return (text, math.floor(days), int(times), spent) if fits else None


def _text(who: object) -> str:
    if isinstance(who, bool):
        return str(who).upper()
    if isinstance(who, float) and who.is_integer():
        return str(int(who))
    return "" if who is None else str(who).strip()


class Marketers:
    """Everybody who edits one spreadsheet.

    Attributes
    ----------
    shown
        All inputs that ever stood in a row.
    allowed
        How often inputs came to stand in a row: at most so many lines of one model may tell of them.
    """

    def __init__(self, document: Document, randomness: random.Random) -> None:
        self.document = document
        self.twin = document.copied(document.spreadsheet_id, document.title)
        self.sheet_id = document.sheet("New User").sheet_id
        self.shown: set[Inputs] = set()
        self.allowed: Counter[Inputs] = Counter()
        self.acts: Counter[str] = Counter()
        self._standing: Counter[Inputs] = Counter()
        self._aliases: dict[str, str] = {}
        self._random = randomness
        self._number = 0

    # --- what stands there ---

    def sheet(self, document: Document | None = None) -> Sheet:
        """Return `New User`, whatever it is called at the moment; the twin's unless told otherwise."""
        return (document or self.twin).sheet_by_id(self.sheet_id)

    def columns(self) -> dict[str, int]:
        """Return the column of each header, the renamed ones too."""
        texts = [str(value_of(cell)) for cell in self.sheet().grid.row(0)]
        return {name: texts.index(self._aliases.get(name, name)) for name in (*INPUTS, *OUTPUTS)}

    def value_columns(self) -> set[int]:
        """Return the columns of predicted value; they may be missing."""
        texts = [str(value_of(cell)) for cell in self.sheet().grid.row(0)]
        return {at for at, text in enumerate(texts) if text in VALUES}

    def filled(self) -> list[int]:
        """Return the rows (from 0) in which something is typed."""
        places = [at for name, at in self.columns().items() if name in INPUTS]
        grid = self.sheet().grid
        return [
            r
            for r in range(1, grid.held_rows)
            if any(value_of(grid.cell(r, at)) is not None for at in places)
        ]

    def inputs(self, document: Document, row: int) -> list[object]:
        """Return the four input values of a row (from 0)."""
        columns, grid = self.columns(), self.sheet(document).grid
        return [value_of(grid.cell(row, columns[name])) for name in INPUTS]

    # --- how it is done ---

    def _both(self, call: str, change: Callable[[Document, Sheet], None]) -> None:
        for document in (self.document, self.twin):
            with document.changing(MARKETER, call):
                change(document, self.sheet(document))
                document.noted(call, "New User")
        self.acts[call] += 1
        self._count()

    def _count(self) -> None:
        rows = [valid_inputs(self.inputs(self.twin, row)) for row in self.filled()]
        now = Counter(row for row in rows if row is not None)
        self.allowed += now - self._standing
        self.shown |= now.keys()
        self._standing = now

    def _type(self, row: int, texts: dict[int, str]) -> Callable[[Document, Sheet], None]:
        def change(document: Document, sheet: Sheet) -> None:
            grid = sheet.grid
            grid.resize(max(grid.row_count, row + 1), grid.column_count)
            for column, text in texts.items():
                grid.put(row, column, [document.typed(grid.cell(row, column), text)])

        return change

    def _someone(self) -> list[str]:
        draw = self._random
        self._number += 1
        who = f"C{self._number}-{draw.randrange(10_000)}"
        if draw.random() < 0.1:
            who = draw.choice(_ODD_IDS).format(self._number)
        return [who, *self._figures()]

    def _figures(self) -> list[str]:
        draw = self._random
        return [
            str(draw.randrange(400)),
            str(draw.randrange(1, 30)),
            f"{draw.randrange(100, 200_000) / 100:.2f}",
        ]

    def _below(self) -> int:
        return max(self.filled(), default=0) + 1

    # --- the acts; each returns the rows (from 0) that an edit event would tell of ---

    def type_row(self) -> list[int]:
        """Type one customer, sometimes without an input or with a wrong one."""
        texts = self._someone()
        luck = self._random.random()
        if luck < 0.08:
            texts[self._random.randrange(4)] = ""
        elif luck < 0.14:
            texts[self._random.randrange(1, 4)] = self._random.choice(("soon", "-3", "n/a"))
        elif luck < 0.2 and self._standing:
            texts[0] = "'" + self._random.choice(sorted(self._standing))[0]
        columns, row = self.columns(), self._below()
        self._both("type", self._type(row, {columns[n]: t for n, t in zip(INPUTS, texts, strict=True)}))
        return [row]

    def paste(self) -> list[int]:
        """Paste customers, now and then 500 of them."""
        count = 500 if self._random.random() < 0.08 else self._random.randrange(2, 25)
        first, columns = self._below(), self.columns()
        rows = [self._someone() for _ in range(count)]

        def change(document: Document, sheet: Sheet) -> None:
            for offset, texts in enumerate(rows):
                places = {columns[n]: t for n, t in zip(INPUTS, texts, strict=True)}
                self._type(first + offset, places)(document, sheet)

        self._both("paste", change)
        return list(range(first, first + count))

    def edit_input(self) -> list[int]:
        """Change an input of a row, or take it away."""
        row = self._random.choice(self.filled() or [self._below()])
        at = self._random.randrange(1, 4)
        text = "" if self._random.random() < 0.1 else self._figures()[at - 1]
        self._both("edit", self._type(row, {self.columns()[INPUTS[at]]: text}))
        return [row]

    def delete_outputs(self) -> list[int]:
        """Press Delete on the outputs of a row."""
        columns = self.columns()
        row = self._random.choice(self.filled() or [self._below()])
        self._both("delete outputs", self._type(row, {columns[name]: "" for name in OUTPUTS}))
        return []

    def copy_row(self) -> list[int]:
        """Copy a whole row, its PredictionId too, to below the last one."""
        rows = self.filled()
        if not rows:
            return []
        source, target = self._random.choice(rows), self._below()
        ours = {self.columns()[name] for name in OUTPUTS} | self.value_columns()
        theirs = self.sheet().grid.row(source)

        def change(_document: Document, sheet: Sheet) -> None:
            grid = sheet.grid
            cells: list[Content] = []
            for at in range(max(len(theirs), max(ours) + 1)):
                seen = grid.cell(source, at) if at in ours else theirs[at] if at < len(theirs) else None
                cells.append(seen)
            grid.resize(max(grid.row_count, target + 1), grid.column_count)
            grid.put(target, 0, cells)

        self._both("copy", change)
        return [target]

    def sort(self) -> list[int]:
        """Sort the rows by one of the inputs."""
        columns, width = self.columns(), self.sheet().grid.column_count
        by = [(columns[self._random.choice(INPUTS)], self._random.random() < 0.5)]
        with self.twin.changing(MARKETER, "sort"):
            order = self.twin.sort(self.sheet(), 1, self.sheet().grid.row_count, (0, width), by)
        with self.document.changing(MARKETER, "sort"):
            self.sheet(self.document).grid.reorder(1, order, 0, width)
            self.document.noted("sortRange", "New User")
        self.acts["sort"] += 1
        return []

    def insert_rows(self) -> list[int]:
        """Insert rows somewhere, the top included."""
        before, count = self._random.randrange(1, self._below() + 1), self._random.randrange(1, 4)
        self._both("insert rows", lambda d, s: structure.insert(d, s, ROWS, before, count))
        return []

    def delete_rows(self) -> list[int]:
        """Delete a row, or many where there are many."""
        last = self._below()
        first = self._random.randrange(1, last + 1)
        count = 1 if last < MOST_ROWS else min(last - 100, 400)
        first = min(first, max(1, last - count))
        if self.sheet().grid.row_count - count < 20:
            return []
        self._both("delete rows", lambda d, s: structure.delete(d, s, ROWS, first, first + count))
        return []

    def insert_column(self) -> list[int]:
        """Insert a column of one's own, with a header; where there are many, delete one."""
        own = self._own_columns()
        if len(own) >= 4:
            gone = self._random.choice(own)
            self._both("delete column", lambda d, s: structure.delete(d, s, COLUMNS, gone, gone + 1))
            return []
        self._number += 1
        at = self._random.randrange(self.sheet().grid.column_count + 1)
        title = f"Mine {self._number}"

        def change(document: Document, sheet: Sheet) -> None:
            structure.insert(document, sheet, COLUMNS, at, 1)
            sheet.grid.put(0, at, [title])

        self._both("insert column", change)
        return []

    def type_beside(self) -> list[int]:
        """Type something into a column of one's own, beside many rows."""
        own = self._own_columns()
        if not own:
            return self.insert_column()
        self._number += 1
        at = self._random.choice(own)
        texts = {r: f"m{self._number}-{r}" for r in range(1, self._below()) if self._random.random() < 0.7}

        def change(_document: Document, sheet: Sheet) -> None:
            sheet.grid.resize(max(sheet.grid.row_count, *texts, 1), sheet.grid.column_count)
            for row, text in texts.items():
                sheet.grid.put(row, at, [text])

        self._both("type beside", change)
        return []

    def move_column(self) -> list[int]:
        """Move a column, one of the service's or of one's own."""
        width = self.sheet().grid.column_count
        first, to = self._random.randrange(width), self._random.randrange(width + 1)
        if to not in (first, first + 1):
            self._both("move column", lambda d, s: structure.move(d, s, COLUMNS, first, first + 1, to))
        return []

    def rename_header(self) -> list[int]:
        """Rename a header; one that is renamed is named back first."""
        columns = self.columns()
        if self._aliases:
            name = next(iter(self._aliases))
            text = name
        else:
            name = self._random.choice((*INPUTS, *OUTPUTS))
            text = f"My {name}"
        self._aliases = {} if text == name else {name: text}
        self._both("rename header", self._type(0, {columns[name]: text}))
        return []

    @property
    def has_renamed(self) -> bool:
        """Whether a header has another name at the moment."""
        return bool(self._aliases)

    def _own_columns(self) -> list[int]:
        texts = [str(value_of(cell)) for cell in self.sheet().grid.row(0)]
        return [at for at, text in enumerate(texts) if text.startswith("Mine ")]
