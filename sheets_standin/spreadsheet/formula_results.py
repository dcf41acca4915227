"""Results of formulas as Google reports them: values, failures with their messages, and number formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ironcalc

from sheets_standin.spreadsheet.cells import Cell, Content, Fault, Scalar, value_of
from sheets_standin.spreadsheet.formats import number_format
from sheets_standin.spreadsheet.formula_faults import explained
from sheets_standin.spreadsheet.formula_formats import Form, brought
from sheets_standin.spreadsheet.formula_references import Area, Frame, Place
from sheets_standin.spreadsheet.formula_tokens import FormulaToken
from sheets_standin.spreadsheet.formula_translation import Translation
from sheets_standin.spreadsheet.grid import Grid

_DEEPEST = 100
"""A failure or a format is followed through so many cells."""


class Results:
    """Results of the formulas as Google reports them."""

    def __init__(
        self, model: Any, grids: Sequence[Grid], translations: Mapping[Place, Translation], frame: Frame
    ) -> None:
        self._model, self._grids, self._translations, self._frame = model, grids, translations, frame
        self._faults: dict[Place, Fault] = {}
        self._forms: dict[Place, Form] = {}

    def value(self, place: Place, depth: int = 0) -> Scalar | Fault:
        """Return the value of a formula."""
        translation = self._translations[place]
        if translation.fault is not None:
            return translation.fault
        tab, row, column = place
        at = (tab + 1, row + 1, column + 1)
        result = self._model.get_cell_value(*at)
        if isinstance(result, str) and self._model.get_cell_type(*at) == ironcalc.CellType.ErrorValue:
            return self._fault(place, result, depth)
        if translation.alone is not None and self._is_blank(translation.alone):
            return None
        if isinstance(result, float) and result.is_integer() and abs(result) < 2**53:
            return int(result)
        return result  # type: ignore[no-any-return]

    def _is_blank(self, area: Area) -> bool:
        place = (area.tab, area.first_row, area.first_column)
        if place in self._translations:
            return self.value(place) is None
        return value_of(self._content(place)) is None

    def _content(self, place: Place) -> Content:
        return self._grids[place[0]].cell(place[1], place[2])

    def _fault(self, place: Place, shown: str, depth: int) -> Fault:
        if place not in self._faults:
            self._faults[place] = explained(shown, (), lambda _token: None)  # ends a circle
            source = self._source(place, shown, depth)
            tokens = self._translations[place].tokens
            self._faults[place] = source or explained(shown, tokens, lambda t: self._look(t, place[0], depth))
        return self._faults[place]

    def _source(self, place: Place, shown: str, depth: int) -> Fault | None:
        """Return the failure of the first cell looked at that fails in the same way."""
        if depth > _DEEPEST or shown == "#CIRC!":
            return None
        for area in self._translations[place].areas:
            for other in self._formulas_of(area):
                at = (other[0] + 1, other[1] + 1, other[2] + 1)
                if self._model.get_cell_value(*at) == shown:
                    fault = self.value(other, depth + 1)
                    if isinstance(fault, Fault):
                        return fault
        return None

    def _formulas_of(self, area: Area) -> list[Place]:
        rows = self._grids[area.tab].formulas
        numbers = range(area.first_row, area.last_row)
        near = [row for row in numbers if row in rows] if len(numbers) < len(rows) else sorted(rows)
        return [
            (area.tab, row, column)
            for row in near
            if area.first_row <= row < area.last_row
            for column in range(area.first_column, area.last_column)
            if (area.tab, row, column) in self._translations
        ]

    def _look(self, token: FormulaToken, own: int, depth: int) -> Scalar | Fault:
        if token.kind == "text":
            return token.text[1:-1].replace('""', '"')
        if token.kind == "number":
            return token.text
        area = self._frame.area(token, own) if token.kind in ("reference", "name") else None
        if not isinstance(area, Area) or not area.is_cell:
            return None
        place = (area.tab, area.first_row, area.first_column)
        return self.value(place, depth + 1) if place in self._translations else value_of(self._content(place))

    def form(self, place: Place, depth: int = 0) -> Form:
        """Return the number format that a formula's result brings."""
        if place in self._forms or depth > _DEEPEST:
            return self._forms.get(place)
        self._forms[place] = None

        def form_of(token: FormulaToken) -> Form:
            area = self._frame.area(token, place[0])
            if isinstance(area, Fault):
                return None
            first = (area.tab, area.first_row, area.first_column)
            content = self._content(first)
            if isinstance(content, Cell) and content.formula is not None and first in self._translations:
                own = (content.format or {}).get("numberFormat")
                return own or self.form(first, depth + 1)
            return number_format(content)

        if self._translations[place].fault is None:
            self._forms[place] = brought(self._translations[place].tokens, form_of)
        return self._forms[place]
