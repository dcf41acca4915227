"""Conditional formats: which cells a condition holds for, which rule wins, which colour a scale gives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sheets_standin.spreadsheet.cells import Cell, Content, Fault
from sheets_standin.spreadsheet.conditional import Conditional
from sheets_standin.spreadsheet.conditions import predicate
from sheets_standin.spreadsheet.grid import Grid

TODAY = dt.date(2026, 3, 31)
RED, BLUE = {"red": 1, "green": 0, "blue": 0}, {"red": 0, "green": 0, "blue": 1}
WHITE = {"red": 1, "green": 1, "blue": 1}


def _day(serial: float) -> Cell:
    return Cell(serial, format={"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}})


def _condition(kind: str, *values: str) -> dict[str, Any]:
    return {"type": kind, "values": [{"userEnteredValue": value} for value in values]}


def _holds(condition: dict[str, Any], content: Content, locale: str = "en_US") -> bool | None:
    test = predicate(condition, locale, TODAY)
    return None if test is None else test(content)


class TestConditions:
    """The types of BooleanCondition in the API's reference."""

    @pytest.mark.parametrize(
        ("kind", "values", "holds", "fails"),
        [
            ("NUMBER_GREATER", ["5"], 5.1, 5),
            ("NUMBER_GREATER_THAN_EQ", ["5"], 5, 4.9),
            ("NUMBER_LESS", ["5"], 4.9, 5),
            ("NUMBER_LESS_THAN_EQ", ["5"], 5, 5.1),
            ("NUMBER_EQ", ["0"], 0, 1),
            ("NUMBER_NOT_EQ", ["5"], 6, 5),
            ("NUMBER_BETWEEN", ["1", "3"], 3, 3.1),
            ("NUMBER_BETWEEN", ["3", "1"], 1, 0.9),
            ("NUMBER_NOT_BETWEEN", ["1", "3"], 3.1, 3),
            ("NUMBER_GREATER", ["10%"], 0.11, 0.1),
            ("TEXT_CONTAINS", ["amp"], "Champions", "Lost"),
            ("TEXT_CONTAINS", ["CHAMP"], "champions", "lost"),
            ("TEXT_NOT_CONTAINS", ["amp"], "Lost", "Champions"),
            ("TEXT_STARTS_WITH", ["at"], "At risk", "Not at risk"),
            ("TEXT_ENDS_WITH", ["risk"], "At risk", "Risky"),
            ("TEXT_EQ", ["At risk"], "At risk", "At risk!"),
            ("TEXT_EQ", ["12"], 12, 13),
            ("TEXT_IS_EMAIL", [], "ann@example.com", "ann"),
            ("TEXT_IS_URL", [], "https://example.com/a", "example"),
            ("DATE_EQ", ["2026-03-01"], _day(46082), _day(46083)),
            ("DATE_EQ", ["2026-03-01"], _day(46082.9), 46082),
            ("DATE_BEFORE", ["3/1/2026"], _day(46081), _day(46082)),
            ("DATE_AFTER", ["3/1/2026"], _day(46083), _day(46082)),
            ("DATE_ON_OR_BEFORE", ["3/1/2026"], _day(46082), _day(46083)),
            ("DATE_ON_OR_AFTER", ["3/1/2026"], _day(46082), _day(46081)),
            ("DATE_BETWEEN", ["3/1/2026", "3/2/2026"], _day(46083), _day(46084)),
            ("DATE_NOT_BETWEEN", ["3/1/2026", "3/2/2026"], _day(46084), _day(46083)),
            ("DATE_IS_VALID", [], _day(1), "never"),
            ("BLANK", [], None, 0),
            ("NOT_BLANK", [], 0, None),
            ("ONE_OF_LIST", ["yes", "no"], "no", "perhaps"),
            ("ONE_OF_LIST", ["=a", "2"], 2, "2.0"),
            ("BOOLEAN", [], False, "FALSE"),
            ("BOOLEAN", ["Yes", "No"], "No", False),
        ],
    )
    def test_each_type_tells_cells_apart(
        self, kind: str, values: list[str], holds: Content, fails: Content
    ) -> None:
        """One cell meets the condition, its neighbour in value does not."""
        condition = _condition(kind, *values)

        assert _holds(condition, holds) is True
        assert _holds(condition, fails) is False

    @pytest.mark.parametrize("kind", ["NUMBER_EQ", "NUMBER_NOT_EQ", "NUMBER_LESS", "NUMBER_GREATER"])
    def test_what_is_no_number_meets_no_condition_on_numbers(self, kind: str) -> None:
        """Texts, booleans, errors and empty cells are neither equal nor unequal to a number."""
        contents: list[Content] = [None, "", "5", True, Cell(Fault("N_A"), "=NA()")]

        assert not any(_holds(_condition(kind, "0"), content) for content in contents)

    def test_values_are_read_in_the_spreadsheets_locale(self) -> None:
        """1,5 is one and a half in Germany."""
        assert _holds(_condition("NUMBER_EQ", "1,5"), 1.5, "de_DE") is True
        assert _holds(_condition("DATE_EQ", "1.3.2026"), _day(46082), "de_DE") is True

    @pytest.mark.parametrize(
        ("relative", "on_it"),
        # 2026-03-31 is day 46112; a month before it there is no 31st, so it is February the 28th.
        [
            ("PAST_YEAR", 45747),
            ("PAST_MONTH", 46081),
            ("PAST_WEEK", 46105),
            ("YESTERDAY", 46111),
            ("TODAY", 46112),
            ("TOMORROW", 46113),
        ],
    )
    def test_relative_dates_are_counted_from_today(self, relative: str, on_it: int) -> None:
        """The day itself is on or after it, the day before is not."""
        condition = {"type": "DATE_ON_OR_AFTER", "values": [{"relativeDate": relative}]}

        assert _holds(condition, _day(on_it)) is True
        assert _holds(condition, _day(on_it - 1)) is False

    @pytest.mark.parametrize(
        "condition",
        [
            _condition("CUSTOM_FORMULA", "=TRUE"),
            _condition("NUMBER_EQ", "=A1"),
            _condition("NUMBER_NOT_EQ", "many"),
            _condition("ONE_OF_RANGE", "A1:A9"),
            _condition("NUMBER_EQ"),
            {},
        ],
        ids=["formula", "value that is a formula", "no number", "range", "no value", "nothing"],
    )
    def test_what_is_not_computed_is_not_guessed(self, condition: dict[str, Any]) -> None:
        """There is no answer, rather than a wrong one."""
        assert predicate(condition, "en_US", TODAY) is None


def _boolean(condition: dict[str, Any], form: dict[str, Any], **bounds: int) -> dict[str, Any]:
    return {"ranges": [bounds], "booleanRule": {"condition": condition, "format": form}}


def _rules(grid: Grid, *rules: dict[str, Any]) -> Conditional:
    return Conditional(rules, grid, "en_US", TODAY)


class TestRules:
    """Which rule gives a cell its look."""

    def test_the_first_rule_that_holds_decides_on_each_property(self) -> None:
        """Red by the first, bold by the second, which would have made it blue."""
        rules = _rules(
            Grid(),
            _boolean(_condition("NUMBER_GREATER", "5"), {"backgroundColor": RED}),
            _boolean(
                _condition("NUMBER_GREATER", "1"), {"backgroundColor": BLUE, "textFormat": {"bold": True}}
            ),
        )

        assert rules.format(0, 0, 9) == {"backgroundColor": RED, "textFormat": {"bold": True}}
        assert rules.format(0, 0, 3) == {"backgroundColor": BLUE, "textFormat": {"bold": True}}
        assert rules.format(0, 0, 1) == {}

    def test_letters_of_two_rules_are_put_together(self) -> None:
        """Italic by the one, red by the other."""
        rules = _rules(
            Grid(),
            _boolean(_condition("NOT_BLANK"), {"textFormat": {"italic": True, "foregroundColor": RED}}),
            _boolean(_condition("NOT_BLANK"), {"textFormat": {"bold": True, "foregroundColor": BLUE}}),
        )

        assert rules.format(0, 0, "x") == {
            "textFormat": {"italic": True, "bold": True, "foregroundColor": RED}
        }

    def test_a_rule_holds_within_its_ranges_alone(self) -> None:
        """Ends are half open; a side that is not named is open."""
        bounds = {"startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 2}
        rules = _rules(Grid(), _boolean(_condition("NOT_BLANK"), {"backgroundColor": RED}, **bounds))

        coloured = [(r, c) for r in range(5) for c in range(5) if rules.format(r, c, "x")]

        assert coloured == [(1, 2), (1, 3), (1, 4), (2, 2), (2, 3), (2, 4)]

    def test_what_conditional_formatting_cannot_apply_is_left_out(self) -> None:
        """A rule changes neither the size of letters nor a number's format."""
        form = {"textFormat": {"fontSize": 30, "bold": True}, "numberFormat": {"type": "PERCENT"}}

        assert _rules(Grid(), _boolean(_condition("NOT_BLANK"), form)).format(0, 0, 1) == {
            "textFormat": {"bold": True}
        }

    def test_a_formula_of_ones_own_is_not_shown(self) -> None:
        """Such a rule colours nothing, and the next one goes on."""
        rules = _rules(
            Grid(),
            _boolean(_condition("CUSTOM_FORMULA", "=TRUE"), {"backgroundColor": RED}),
            _boolean(_condition("NOT_BLANK"), {"backgroundColor": BLUE}),
        )

        assert rules.format(0, 0, 1) == {"backgroundColor": BLUE}


def _scale(**points: dict[str, Any]) -> dict[str, Any]:
    return {"ranges": [{"startColumnIndex": 0, "endColumnIndex": 1}], "gradientRule": points}


def _filled(*values: Content) -> Grid:
    return Grid(rows=[(value, 1000) for value in values])


class TestScales:
    """Colours between two or three points."""

    def test_two_points_span_the_numbers_of_the_range(self) -> None:
        """Halfway between smallest and largest is halfway between the colours; column B does not count."""
        grid = _filled("head", 10, 20, 30, None, True)
        rules = _rules(
            grid, _scale(minpoint={"type": "MIN", "color": WHITE}, maxpoint={"type": "MAX", "color": BLUE})
        )

        formats = [rules.format(row, 0, grid.cell(row, 0)) for row in range(6)]

        assert formats == [
            {},
            {"backgroundColor": {"red": 1, "green": 1, "blue": 1}},
            {"backgroundColor": {"red": 0.5, "green": 0.5, "blue": 1}},
            {"backgroundColor": {"red": 0, "green": 0, "blue": 1}},
            {},
            {},
        ]

    @pytest.mark.parametrize(
        ("kind", "value", "middle"),
        # Of 0, 10, 20, 100: half of the span is 50, the half of the cells lies below 15.
        [("PERCENT", "50", 50), ("PERCENTILE", "50", 15), ("NUMBER", "40", 40)],
    )
    def test_the_point_in_the_middle(self, kind: str, value: str, middle: float) -> None:
        """At the point itself stands its own colour, halfway to the end a mixture."""
        scale = _scale(
            minpoint={"type": "MIN", "color": RED},
            midpoint={"type": kind, "value": value, "color": WHITE},
            maxpoint={"type": "MAX", "colorStyle": {"rgbColor": BLUE}},
        )
        rules = _rules(_filled(0, 10, 20, 100), scale)

        assert rules.format(0, 0, middle) == {"backgroundColor": WHITE}
        assert rules.format(0, 0, middle / 2) == {"backgroundColor": {"red": 1, "green": 0.5, "blue": 0.5}}
        assert rules.format(0, 0, (middle + 100) / 2) == {
            "backgroundColor": {"red": 0.5, "green": 0.5, "blue": 1}
        }

    def test_beyond_the_points_the_colours_stay(self) -> None:
        """Below the smallest and above the largest number stands the colour of the end."""
        ends = (
            {"type": "NUMBER", "value": "10", "color": RED},
            {"type": "NUMBER", "value": "20", "color": BLUE},
        )
        rules = _rules(_filled(), _scale(minpoint=ends[0], maxpoint=ends[1]))

        assert rules.format(0, 0, 5) == {"backgroundColor": RED}
        assert rules.format(0, 0, 25) == {"backgroundColor": BLUE}

    def test_numbers_that_are_all_the_same_have_one_colour(self) -> None:
        """Nothing is divided by a span of nothing."""
        rules = _rules(
            _filled(7, 7), _scale(minpoint={"type": "MIN"}, maxpoint={"type": "MAX", "color": BLUE})
        )

        assert rules.format(0, 0, 7) == {"backgroundColor": BLUE}

    def test_a_point_that_is_a_formula_is_not_guessed(self) -> None:
        """The whole scale is not shown."""
        scale = _scale(
            minpoint={"type": "NUMBER", "value": "=B1", "color": RED}, maxpoint={"type": "MAX", "color": BLUE}
        )

        assert _rules(_filled(1, 2), scale).format(0, 0, 1) == {}
