"""What the marketer may choose in Settings, and what is said of a wrong choice."""

from __future__ import annotations

import datetime as dt

import pytest

from server.core.options import Options, parse_options, parse_refresh, parse_time_zone
from server.core.refresh_choices import At
from server.core.settings.setting import Needs
from server.core.settings.table import DEFAULT_SETTINGS, SETTINGS
from server.errors import LayoutError, SettingsError


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


def test_settings_are_read_by_their_headers() -> None:
    """A column that somebody inserts at the left, or moves, changes nothing."""
    rows = [
        ["My notes", "Help", "value", "Setting"],
        ["ask Ann", "", 5, "Clusters"],
        ["", "", "Europe/Paris", "TimeZone"],
    ]

    assert parse_options(rows).clusters == 5
    assert parse_time_zone(rows) == "Europe/Paris"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (["Setting", "Wert"], "missing in row 1: Value"),
        (["Setting", "Value", "Value"], "there twice: Value (columns B, C)"),
    ],
    ids=["missing", "twice"],
)
def test_a_header_that_is_missing_or_twice_is_told(header: list[str], message: str) -> None:
    """Settings that cannot be told apart are not passed over in silence."""
    with pytest.raises(LayoutError) as caught:
        parse_options([header, ["Clusters", 5]])

    assert "In the tab Settings" in caught.value.detail
    assert message in caught.value.detail


def test_every_setting_goes_where_options_has_room_for_it() -> None:
    """An attribute of its own, or a mapping that is one."""
    for setting in SETTINGS:
        assert hasattr(Options(), setting.group or setting.key), setting.name


def test_the_time_zone_and_what_runs_by_itself_take_effect_at_once() -> None:
    """All other settings are read by a segmentation."""
    at_once = [setting.name for setting in SETTINGS if setting.needs is Needs.NOTHING]

    audiences = ["PhoneCountry", "EmptyAdConsent", "EmptyEmailConsent"]
    assert at_once == ["TimeZone", "Refresh", "RefreshAt", "Digest", "DigestTo", *audiences]


def test_what_runs_by_itself_stops_no_segmentation() -> None:
    """A wrong address of the digest is refused where the schedule is read, and nowhere else."""
    rows = [["Setting", "Value"], ["DigestTo", "somebody"], ["Clusters", 5]]

    assert parse_options(rows) == Options(clusters=5)
    with pytest.raises(SettingsError, match="row 2: DigestTo is 'somebody'"):
        parse_refresh(rows)


def test_the_hour_of_a_cell_that_sheets_made_a_time_of_is_read() -> None:
    """3:00 typed into a cell becomes an eighth of a day; Monday 3:00 stays a text."""
    rows = [["Setting", "Value"], ["Refresh", "Weekly"], ["RefreshAt", 0.125], ["TimeZone", "Europe/Berlin"]]

    choices = parse_refresh(rows)

    assert choices.refresh == {"every": "weekly", "at": At(3)}
    assert choices.time_zone == "Europe/Berlin"
    assert parse_refresh([["RefreshAt", "Monday 3:00"]]).refresh == {"at": At(3, 0)}
