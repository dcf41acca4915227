"""Contents of a chart's source ranges: numbers, texts as they are displayed, headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sheets_standin.spreadsheet.cells import Content, value_of
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.spreadsheet.filtering import filtered
from sheets_standin.spreadsheet.formats import displayed, number_format

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of a domain or a series, headers taken off.

    Attributes
    ----------
    values, texts
        Of each cell: its number, None where it is none, and its text as it is displayed.
    form
        The number format of the first number; None where it has none.
    """

    name: str
    values: list[float | None]
    texts: list[str]
    form: Json | None

    @property
    def numbers(self) -> list[float]:
        """The cells that are numbers."""
        return [value for value in self.values if value is not None]

    @property
    def filled(self) -> int:
        """How many cells there are up to the last one that shows something."""
        return max((at for at, text in enumerate(self.texts, 1) if text), default=0)

    def cut(self, length: int) -> Line:
        """Return the first cells; missing ones are empty."""
        spare = max(0, length - len(self.texts))
        values, texts = [*self.values[:length], *[None] * spare], [*self.texts[:length], *[""] * spare]
        return replace(self, values=values, texts=texts)


class Cells:
    """Reads the cells of one chart.

    Parameters
    ----------
    strategy
        The API's hiddenDimensionStrategy: whether hidden rows and columns are left out.
    """

    def __init__(self, document: Document, strategy: str) -> None:
        self._document = document
        self._skips_rows = strategy != "SHOW_ALL" and strategy != "SKIP_HIDDEN_COLUMNS"
        self._skips_columns = strategy != "SHOW_ALL" and strategy != "SKIP_HIDDEN_ROWS"
        self._filtered: dict[int, frozenset[int]] = {}

    def contents(self, data: Json | None) -> list[Content]:
        """Return the cells of a ChartData, one source range after the other."""
        sources = ((data or {}).get("sourceRange") or {}).get("sources") or []
        return [content for source in sources for content in self._of_range(source)]

    def _of_range(self, grid: Json) -> Iterator[Content]:
        sheet = self._document.sheet_by_id(grid.get("sheetId", 0))
        last = min(grid.get("endRowIndex", sheet.grid.row_count), sheet.grid.held_rows)
        rows = range(grid.get("startRowIndex", 0), last)
        columns = range(grid.get("startColumnIndex", 0), grid.get("endColumnIndex", sheet.grid.column_count))
        for row in rows:
            if self._skips_rows and (_is_hidden(sheet, row, is_row=True) or row in self._filtered_on(sheet)):
                continue
            for column in columns:
                if not (self._skips_columns and _is_hidden(sheet, column, is_row=False)):
                    yield sheet.grid.cell(row, column)

    def _filtered_on(self, sheet: Sheet) -> frozenset[int]:
        """Return the rows that a tab's own filter hides."""
        if sheet.sheet_id not in self._filtered:
            hidden: frozenset[int] = frozenset()
            if sheet.basic_filter:
                today = self._document.wall_clock().date()
                hidden = frozenset(filtered(sheet.basic_filter, sheet, self._document.locale, today).hidden)
            self._filtered[sheet.sheet_id] = hidden
        return self._filtered[sheet.sheet_id]

    def line(self, data: Json | None, headers: int) -> Line:
        """Return the cells of a ChartData below its headers."""
        return line_of(self.contents(data), headers, self._document.locale)

    def headers(self, given: int | None, parts: Sequence[Json | None]) -> int:
        """Return how many cells at the start of each part are headers.

        Parameters
        ----------
        given
            The API's headerCount; where there is none it is guessed, as Sheets does: a text above numbers is one.
        """
        if given is not None:
            return given
        lines = [self.contents(part) for part in parts]
        lines = [line for line in lines if line]
        texts_first = [_is_text(line[0]) for line in lines]
        numbers = any(number_of(content) is not None for line in lines for content in line[1:])
        return 1 if lines and all(texts_first) and numbers else 0


def line_of(contents: Sequence[Content], headers: int, locale: str) -> Line:
    """Return cells as a line: the first ones name it."""
    body = contents[headers:]
    name = " ".join(filter(None, (displayed(content, locale) for content in contents[:headers])))
    form = next((number_format(part) for part in body if number_of(part) is not None), None)
    return Line(name, [number_of(part) for part in body], [displayed(part, locale) for part in body], form)


def number_of(content: Content) -> float | None:
    """Return the number in a cell, None for all else.

    >>> number_of(3), number_of(True), number_of("3"), number_of(None)
    (3, None, None, None)
    """
    value = value_of(content)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _is_hidden(sheet: Sheet, at: int, *, is_row: bool) -> bool:
    spans = sheet.rows if is_row else sheet.columns
    return bool(spans.get(at, {}).get("hiddenByUser"))


def _is_text(content: Content) -> bool:
    value = value_of(content)
    return isinstance(value, str) and bool(value)
