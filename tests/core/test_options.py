"""What the marketer may choose in Settings, and what is said of a wrong choice."""

from __future__ import annotations

import datetime as dt

import pytest

from server.core.options import DEFAULT_SETTINGS, Options, parse_options, parse_time_zone
from server.errors import SettingsError


def test_the_settings_that_the_service_lays_out_are_the_defaults() -> None:
    """A new tab changes nothing."""
    assert parse_options([["Setting", "Value", "Help"], *DEFAULT_SETTINGS]) == Options()


def test_an_empty_tab_means_the_defaults() -> None:
    """Settings that are deleted are auto."""
    assert parse_options([]) == Options(time_zone="America/New_York")


def test_each_setting_is_read() -> None:
    """Names in any spelling; numbers, dates and texts as they stand in cells."""
    options = parse_options(
        [
            ["time zone", "Europe/Berlin"],
            ["ANALYSISDATE", 46022],
            ["Clusters", "5"],
            ["Day first", True],
            ["RepeatedLines", "Once"],
            ["AmountColumn", "Net total"],
            ["OrderIdColumn", "none"],
            ["Colour", "blue"],
        ]
    )

    assert options == Options(
        time_zone="Europe/Berlin",
        analysis_date=dt.date(2025, 12, 31),
        clusters=5,
        day_first=True,
        repeated_lines="once",
        columns={"amount": "Net total", "order_id": ""},
    )


def test_of_a_setting_that_stands_twice_the_first_counts() -> None:
    """A copy further down does nothing."""
    assert parse_options([["Clusters", 4], ["Clusters", 6]]).clusters == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TimeZone", "New York"),
        ("AnalysisDate", "soon"),
        ("AnalysisDate", 3),
        ("Clusters", 1),
        ("Clusters", 13),
        ("Clusters", 3.5),
        ("Clusters", "five"),
        ("DayFirst", "maybe"),
        ("RepeatedLines", "twice"),
    ],
)
def test_a_wrong_value_is_named_with_its_row_and_what_is_allowed(name: str, value: object) -> None:
    """Tab, row, setting, value and what may stand there."""
    with pytest.raises(SettingsError) as caught:
        parse_options([["Setting", "Value"], [name, value]])  # type: ignore[list-item]  # values of all kinds

    assert f"row 2: {name} is" in caught.value.detail
    assert "allowed is" in caught.value.detail


def test_all_wrong_values_are_named_at_once() -> None:
    """The marketer does not mend one to hear of the next."""
    with pytest.raises(SettingsError) as caught:
        parse_options([["Clusters", 99], ["DayFirst", "maybe"]])

    assert "row 1: Clusters" in caught.value.detail
    assert "row 2: DayFirst" in caught.value.detail


def test_scoring_reads_the_time_zone_alone() -> None:
    """A wrong number of clusters does not stop a typed row from being scored."""
    assert parse_time_zone([["Clusters", 99], ["TimeZone", "Europe/Paris"]]) == "Europe/Paris"
