"""The marketer's choices, as read from the tab `Settings`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytz

from server.core.cells import Cell, find_columns, is_empty, text_of
from server.core.refresh_choices import DEFAULT_TIME_ZONE
from server.core.settings.setting import Setting
from server.core.settings.table import REFRESH, SEGMENTATION_SETTINGS, SETTINGS
from server.core.settings.values import DEFAULT_ACTIVE_DAYS, DEFAULT_HORIZON, FOUND
from server.core.wording import ENGLISH, SHEET_DIGITS, Wording
from server.errors import LayoutError, SettingsError
from server.layout.headers import normalised
from server.layout.record_tabs import SETTINGS as TAB
from server.texts import Text, joined, to_say


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of the marketer; None and "auto" mean that the service decides.

    Attributes
    ----------
    columns
        Header of `Training_Data` by role ("customer_id", "amount"…); "" where there is none to be used.
    repeated_lines
        "auto", "keep" or "once".
    active_days
        A customer is active who bought within so many days.
    answers
        Answers to questions about the file, by their setting; see `QUESTION_SETTINGS`.
    source
        Name of the source that holds the orders, "" where they stand in `Training_Data`.
    source_customers
        Customers of a source that the sheet shows; None for as many as the source allows.
    horizon
        Days ahead that expected spend is told for: one of `HORIZONS`.
    control_share
        Share of all customers in the standing control group, of 1; 0 for none.
    refresh
        What is to run by itself, by setting; a segmentation does not read it, so that nothing there can stop one.
    audiences
        What concerns audiences alone, by setting; a segmentation does not read it either.
    """

    time_zone: str = DEFAULT_TIME_ZONE
    analysis_date: dt.date | None = None
    clusters: int | None = None
    day_first: bool | None = None
    repeated_lines: str = "auto"
    active_days: int = DEFAULT_ACTIVE_DAYS
    horizon: int = DEFAULT_HORIZON
    source: str = ""
    source_customers: int | None = None
    control_share: float = 0.0
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    refresh: Mapping[str, Any] = field(default_factory=dict)
    audiences: Mapping[str, str] = field(default_factory=dict)

    def answered(self, setting: str, value: str) -> Options:
        """Return the same choices with one question answered.

        >>> Options().answered("DayFirst", "yes").day_first
        True
        """
        if setting == "DayFirst":
            return replace(self, day_first=value == "yes")
        return replace(self, answers={**self.answers, setting: value})


def parse_options(
    rows: Sequence[Sequence[Cell]],
    wording: Wording = ENGLISH,
    settings: Iterable[Setting] = SEGMENTATION_SETTINGS,
) -> Options:
    """Return the choices in the rows of `Settings`.

    Parameters
    ----------
    rows
        The tab from row 1. The columns Setting and Value are found by their headers; a tab without either has them
        in its first two columns. Unknown settings are passed over, and of a setting that stands twice the first counts.
    wording
        Writes the numbers of what is wrong.
    settings
        Those that are read; the others keep their defaults.

    Raises
    ------
    LayoutError
        If one of the two headers is missing or stands twice.
    SettingsError
        If values are not allowed; all of them are named, with their rows.

    Examples
    --------
    >>> parse_options([["Setting", "Value"], ["Clusters", 5], ["DayFirst", "yes"]]).clusters
    5
    """
    problems: list[str] = []
    choices = _choices(rows)
    chosen: dict[str, Any] = {}
    for setting in settings:
        row, cell = choices.get(normalised(setting.name), (0, ""))
        if is_empty(cell) or normalised(text_of(cell)) == "auto":
            continue
        try:
            value = setting.parse(cell)
        except (ValueError, OverflowError, pytz.UnknownTimeZoneError):
            problems.append(_problem(row, setting, cell, wording))
            continue
        if setting.group == "answers" and not value:
            continue  # a currency that was found, not chosen
        (chosen.setdefault(setting.group, {}) if setting.group else chosen)[setting.key] = value
    if problems:
        raise SettingsError(
            to_say("In the tab Settings, {problems}.", problems=joined("; ", problems)),
            hint=to_say("Correct it in the column Value, or write auto there."),
        )
    return Options(**chosen)


def _problem(row: int, setting: Setting, cell: Cell, wording: Wording) -> Text:
    """Return what is wrong with a value, and what is allowed."""
    allowed = setting.allowed
    if setting.ends:
        ends = {f"end{place}": wording.number(end) for place, end in enumerate(setting.ends)}
        allowed = to_say(allowed, **ends)
    return to_say(
        "row {row}: {setting} is {value}, allowed is {allowed}",
        row=row,
        setting=setting.name,
        value=_shown(cell, wording),
        allowed=allowed,
    )


def parse_time_zone(rows: Sequence[Sequence[Cell]], wording: Wording = ENGLISH) -> str:
    """Return the time zone alone: scoring needs no other setting, so no other can stop it.

    Raises
    ------
    LayoutError, SettingsError
        If there is no such time zone, or a header is missing.
    """
    return parse_options(
        rows, wording, [setting for setting in SETTINGS if setting.key == "time_zone"]
    ).time_zone


def parse_audiences(rows: Sequence[Sequence[Cell]], wording: Wording = ENGLISH) -> Options:
    """Return the time zone, what concerns audiences, and which columns of `Training_Data` mean what.

    Raises
    ------
    LayoutError, SettingsError
        If one of them is not allowed, or a header is missing.
    """
    return parse_options(rows, wording, [setting for setting in SETTINGS if setting.group != REFRESH])


def parse_refresh(rows: Sequence[Sequence[Cell]], wording: Wording = ENGLISH) -> Options:
    """Return the time zone and what is to run by itself; no other setting can stop that.

    Raises
    ------
    LayoutError, SettingsError
        If one of them is not allowed, or a header is missing.
    """
    return parse_options(
        rows,
        wording,
        [setting for setting in SETTINGS if setting.group == REFRESH or setting.key == "time_zone"],
    )


def _shown(cell: Cell, wording: Wording) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return wording.significant(cell, SHEET_DIGITS)
    return repr(text_of(cell)[:60])


def _choices(rows: Sequence[Sequence[Cell]]) -> dict[str, tuple[int, Cell]]:
    setting, value = setting_places(rows[0] if rows else ())
    choices: dict[str, tuple[int, Cell]] = {}
    for number, row in enumerate(rows, start=1):
        if len(row) > setting and not is_empty(row[setting]):
            cell = row[value] if len(row) > value else ""
            choices.setdefault(normalised(text_of(row[setting])), (number, cell))
    return choices


def typed_settings(rows: Sequence[Sequence[Cell]]) -> dict[str, Cell]:
    """Return the cell of each setting of a segmentation, by its name; the default where nothing is chosen.

    >>> typed_settings([["Clusters", 6], ["ActiveDays", ""]])["Clusters"], typed_settings([])["ActiveDays"]
    (6, 90)
    """
    choices = _choices(rows)
    typed: dict[str, Cell] = {}
    for setting in SEGMENTATION_SETTINGS:
        _row, cell = choices.get(normalised(setting.name), (0, ""))
        is_free = is_empty(cell) or normalised(text_of(cell)) == "auto" or text_of(cell).endswith(FOUND)
        typed[setting.name] = setting.default if is_free else cell
    return typed


def setting_places(header: Sequence[Cell]) -> tuple[int, int]:
    """Return the positions from 0 of the columns Setting and Value."""
    names = ("Setting", "Value")
    present = {normalised(text_of(cell)) for cell in header}
    if present.isdisjoint(map(normalised, names)):
        return 0, 1
    try:
        places = find_columns(header, names)
    except LayoutError as error:
        problem = to_say("In the tab {tab}: {problem}", tab=TAB, problem=error.detail)
        raise LayoutError(problem, hint=error.hint) from error
    return places["Setting"], places["Value"]
