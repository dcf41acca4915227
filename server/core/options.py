"""What the marketer chose in the tab `Settings`: one table says what a setting is and how its value is read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import pytz

from server.core.cells import Cell, find_columns, is_empty, text_of
from server.core.refresh_choices import (
    DEFAULT_AT,
    DEFAULT_TIME_ZONE,
    DIGESTS,
    EVERY,
    MOST_RECIPIENTS,
    OFF,
    WEEKLY,
    At,
    Recipients,
    parse_at,
    parse_recipients,
    serial_hour,
)
from server.core.wall_clock import day_of
from server.core.wording import ENGLISH, SHEET_DIGITS, Wording
from server.errors import LayoutError, SettingsError
from server.layout import SETTINGS as TAB
from server.layout import normalised
from server.texts import Text, joined, to_say

MIN_CLUSTERS, MAX_CLUSTERS = 2, 12
DEFAULT_ACTIVE_DAYS, MOST_ACTIVE_DAYS = 90, 3_650
LARGEST_CONTROL_SHARE = 0.5
HORIZONS, DEFAULT_HORIZON = (30, 90, 180), 90
"""Days ahead that expected spend can be told for."""

MOST_SOURCE_CUSTOMERS = 250_000
_SOURCE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")

COLUMN_SETTINGS = {
    "CustomerIdColumn": "customer_id",
    "OrderDateColumn": "order_date",
    "AmountColumn": "amount",
    "QuantityColumn": "quantity",
    "UnitPriceColumn": "unit_price",
    "OrderIdColumn": "order_id",
    "StatusColumn": "status",
    "CurrencyColumn": "currency",
}
"""Settings that name a header of `Training_Data`, and the role that it is to have."""

_COLUMN_HELP = to_say(
    "Header in Training_Data to use for this: {what}. auto finds it by its name; none means there is none."
)
_COLUMNS = {
    "customer_id": to_say("customer id"),
    "order_date": to_say("date of the order"),
    "amount": to_say("amount"),
    "quantity": to_say("quantity"),
    "unit_price": to_say("unit price"),
    "order_id": to_say("order id"),
    "status": to_say("status"),
    "currency": to_say("currency"),
}

QUESTION_SETTINGS: dict[str, tuple[tuple[str, ...], str]] = {
    "Statuses": (
        (),
        to_say(
            "What words in a column of status or type mean, as: on hold: leave-out; invoiced: count; returned: refund. "
            "count alone: all rows count. auto knows the usual words and asks for others."
        ),
    ),
    "AmountCovers": (
        ("line", "order", "unit"),
        to_say(
            "What an amount is of: line (each row has its own), order (the order's total stands on each of its "
            "rows), unit "
            "(one piece of the quantity); auto decides by the rows or asks."
        ),
    ),
    "Currency": (
        (),
        to_say(
            "Currency of the amounts, as EUR: rows in others are left out. any: all are in one already. auto asks "
            "where "
            "there are several. (found) behind it is what the last run saw."
        ),
    ),
    "Refunds": (
        ("shop", "customers"),
        to_say(
            "Whose refunds are that name somebody who bought nothing: the shop's own (shop: they are left out) or a "
            "customer's (customers); auto asks where one name has most refunds."
        ),
    ),
    "CustomerList": (
        ("list", "orders"),
        to_say(
            "Whether rows with a number of orders are customers (list) or orders; auto decides by the rows or asks."
        ),
    ),
    "DecimalSign": (
        ("point", "comma"),
        to_say(
            "Whether 1.250 is one and a quarter (point) or a thousand and more (comma); auto decides by the column."
        ),
    ),
    "YearFirst": (
        ("yes", "no"),
        to_say("Whether 05/03/06 begins with the year (yes); auto decides by the column."),
    ),
    "SwappedDates": (
        ("swap", "keep"),
        to_say(
            "Whether a spreadsheet has swapped day and month of cells that are dates (swap) or not (keep); auto "
            "decides by "
            "the column."
        ),
    ),
    "SimilarIds": (
        ("one", "apart"),
        to_say(
            "Whether ids that differ by capitals, leading zeros or the writing of a phone number alone are one "
            "customer or "
            "kept apart; auto decides by the column."
        ),
    ),
}
"""Settings that answer a question about the file, beside DayFirst: the values allowed (() for a text), and the help."""

REFRESH = "refresh"
"""Group of the settings of what runs by itself."""

AUDIENCES = "audiences"
LEAVE_OUT, INCLUDE = "leave-out", "include"
EMPTY_CONSENTS = (LEAVE_OUT, INCLUDE)

FOUND = "(found)"
"""Stands behind a currency in `Settings` that the last run saw: it answers nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """The marketer's choices; None and "auto" mean that the service decides.

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


class Needs(Enum):
    """What puts a changed setting to use."""

    NOTHING = "nothing"
    REFRESH = "refresh"
    """The next segmentation reads it."""
    SEGMENTS = "segments"
    """Segments that were found with another value stay as they are until new ones are found."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of `Settings`.

    Attributes
    ----------
    key
        Where its value goes: an attribute of `Options`, or a key of the mapping that `group` names.
    help
        What stands beside it in the tab.
    parse
        Returns the value of a cell; raises `ValueError` where it is not allowed.
    allowed
        What may stand in the cell; `{end0}`, `{end1}`… stand for `ends`.
    default
        What stands in a new tab; an empty cell and "auto" mean the default too.
    group
        Attribute of `Options` that holds this one and others by their keys, "" where the value stands for itself.
    needs
        What puts a change to use.
    """

    name: str
    key: str
    help: str
    parse: Callable[[Cell], object]
    allowed: str
    ends: tuple[int, ...] = ()
    default: str | int = "auto"
    group: str = ""
    needs: Needs = Needs.REFRESH


def _zone(cell: Cell) -> str:
    return str(pytz.timezone(text_of(cell)).zone)


def _date(cell: Cell) -> dt.date:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not 20_000 < cell < 80_000:
            raise ValueError(cell)
        return day_of(cell)
    return dt.date.fromisoformat(text_of(cell)[:10])


def _clusters(cell: Cell) -> int:
    number = float(text_of(cell))
    if not number.is_integer() or not MIN_CLUSTERS <= number <= MAX_CLUSTERS:
        raise ValueError(cell)
    return int(number)


def _active_days(cell: Cell) -> int:
    number = float(text_of(cell))
    if not number.is_integer() or not 1 <= number <= MOST_ACTIVE_DAYS:
        raise ValueError(cell)
    return int(number)


def _horizon(cell: Cell) -> int:
    number = float(text_of(cell))
    if number not in HORIZONS:
        raise ValueError(cell)
    return int(number)


def _control_share(cell: Cell) -> float:
    text = text_of(cell)
    number = float(text.removesuffix("%").strip().replace(",", "."))
    share = number / 100 if text.endswith("%") or number >= 1 else number
    if not 0 <= share <= LARGEST_CONTROL_SHARE:
        raise ValueError(cell)
    return share


def _yes_or_no(cell: Cell) -> bool:
    word = text_of(cell).casefold()
    if word not in ("yes", "no", "true", "false"):
        raise ValueError(cell)
    return word in ("yes", "true")


def _one_of(values: Sequence[str]) -> Callable[[Cell], str]:
    def parse(cell: Cell) -> str:
        word = text_of(cell).casefold()
        if word not in values:
            raise ValueError(cell)
        return word

    return parse


def _statuses(cell: Cell) -> str:
    text = text_of(cell).strip()
    for part in text.split(";"):
        word, _, answer = part.rpartition(":")
        meaning = answer.strip().casefold().replace(" ", "-")
        if part.strip() and (
            meaning not in ("count", "leave-out", "refund") or (meaning != "count" and not word)
        ):
            raise ValueError(cell)
    return text


def _currency(cell: Cell) -> str:
    text = text_of(cell).strip()
    if text.endswith(FOUND):
        return ""
    if text.casefold() == "any":
        return "any"
    if not (2 <= len(text) <= 3):
        raise ValueError(cell)
    return text.upper()


_TEXTS: dict[str, Callable[[Cell], str]] = {"Statuses": _statuses, "Currency": _currency}
_ALLOWED = {
    "Statuses": to_say(
        "auto, count, or words with their meaning: on hold: leave-out; invoiced: count; returned: refund"
    ),
    "Currency": to_say("auto, any, or a code such as EUR"),
}


def _country(cell: Cell) -> str:
    code = text_of(cell).strip().upper()
    if code == "NONE":
        return ""
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise ValueError(cell)
    return "GB" if code == "UK" else code


def _repeated(cell: Cell) -> str:
    word = text_of(cell).casefold()
    if word not in ("keep", "once"):
        raise ValueError(cell)
    return word


def _refresh_at(cell: Cell) -> At:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return serial_hour(cell)
    return parse_at(text_of(cell))


def _recipients(cell: Cell) -> Recipients:
    return parse_recipients(text_of(cell))


def _source(cell: Cell) -> str:
    text = text_of(cell).strip()
    if not _SOURCE.fullmatch(text):
        raise ValueError(cell)
    return text


def _source_customers(cell: Cell) -> int:
    number = float(text_of(cell))
    if not number.is_integer() or not 0 <= number <= MOST_SOURCE_CUSTOMERS:
        raise ValueError(cell)
    return int(number)


def _header(cell: Cell) -> str:
    return "" if normalised(text_of(cell)) == "none" else text_of(cell)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "TimeZone",
        "time_zone",
        to_say("Time zone of PredictedAt and of today, by its name: Europe/Berlin…"),
        _zone,
        to_say("a name such as America/New_York or Europe/Berlin"),
        default=DEFAULT_TIME_ZONE,
        needs=Needs.NOTHING,
    ),
    Setting(
        "AnalysisDate",
        "analysis_date",
        to_say("Day to which days since the last order are counted; auto is the day after the last order."),
        _date,
        to_say("auto or a date such as 2025-01-31"),
    ),
    Setting(
        "Clusters",
        "clusters",
        to_say(
            "Number of segments, {least} to {most}; auto chooses from 3 to 8.",
            least=MIN_CLUSTERS,
            most=MAX_CLUSTERS,
        ),
        _clusters,
        to_say("auto or a whole number from {end0} to {end1}"),
        (MIN_CLUSTERS, MAX_CLUSTERS),
        needs=Needs.SEGMENTS,
    ),
    Setting(
        "DayFirst",
        "day_first",
        to_say("Whether 03/04/2025 is 3 April (yes) or 4 March (no); auto decides by the column."),
        _yes_or_no,
        to_say("auto, yes or no"),
    ),
    Setting(
        "RepeatedLines",
        "repeated_lines",
        to_say(
            "auto: an order that was pasted twice counts once; keep: all lines count; once: of lines that are "
            "the same in every column used, one counts."
        ),
        _repeated,
        to_say("auto, keep or once"),
    ),
    Setting(
        "ActiveDays",
        "active_days",
        to_say(
            "In the Dashboard, a customer is active who bought within so many days before the analysis date."
        ),
        _active_days,
        to_say("a whole number from {end0} to {end1}"),
        (1, MOST_ACTIVE_DAYS),
        default=DEFAULT_ACTIVE_DAYS,
    ),
    Setting(
        "Horizon",
        "horizon",
        to_say("Days ahead of expected spend and of likely to buy again: 30, 90 or 180. Needs new segments."),
        _horizon,
        to_say("{end0}, {end1} or {end2}"),
        HORIZONS,
        default=DEFAULT_HORIZON,
        needs=Needs.SEGMENTS,
    ),
    Setting(
        "Source",
        "source",
        to_say(
            "Where the orders are: auto is Training_Data; else a source that the engineer who runs the service has "
            "named."
        ),
        _source,
        to_say("auto or the name of a source"),
        needs=Needs.SEGMENTS,
    ),
    Setting(
        "SourceCustomers",
        "source_customers",
        to_say(
            "With a source: how many customers stand in RFM and Segmented_Customers, those who moved and those who "
            "spent "
            "most; auto is as many as the source allows."
        ),
        _source_customers,
        to_say("auto or a whole number from {end0} to {end1}"),
        (0, MOST_SOURCE_CUSTOMERS),
    ),
    Setting(
        "ControlShare",
        "control_share",
        to_say(
            "Share of all customers who are never contacted, such as 5%: the standing control group. New customers "
            "join "
            "it by chance; 0 means nobody."
        ),
        _control_share,
        to_say("0, or a share up to 50% such as 5%"),
        default=0,
    ),
    Setting(
        "Refresh",
        "every",
        to_say("Whether segments are refreshed by themselves where orders are new: off, nightly or weekly."),
        _one_of(EVERY),
        to_say("off, nightly or weekly"),
        default=OFF,
        group=REFRESH,
        needs=Needs.NOTHING,
    ),
    Setting(
        "RefreshAt",
        "at",
        to_say(
            "From which hour on, in the zone of TimeZone: 3:00, or Monday 3:00 for a weekly one and the weekly digest."
        ),
        _refresh_at,
        to_say("a full hour such as 3:00, or a day and an hour such as Monday 3:00"),
        default=DEFAULT_AT,
        group=REFRESH,
        needs=Needs.NOTHING,
    ),
    Setting(
        "Digest",
        "digest",
        to_say("When the digest is sent: weekly, or each time that segments were refreshed."),
        _one_of(DIGESTS),
        to_say("weekly or each"),
        default=WEEKLY,
        group=REFRESH,
        needs=Needs.NOTHING,
    ),
    Setting(
        "DigestTo",
        "digest_to",
        to_say(
            "Who gets the digest: addresses and webhooks of Slack or Google Chat, with commas between; none: nobody. "
            "Whoever can read this tab can post to such a webhook."
        ),
        _recipients,
        to_say(
            "none, e-mail addresses, or webhooks that begin with https://hooks.slack.com/services/ or "
            "https://chat.googleapis.com/v1/spaces/; {end0} of them at most"
        ),
        (MOST_RECIPIENTS,),
        default="none",
        group=REFRESH,
        needs=Needs.NOTHING,
    ),
    Setting(
        "PhoneCountry",
        "phone_country",
        to_say(
            "Country of phone numbers in Contacts that name none, as a code of two letters: DE, US; none: they are "
            "left "
            "out."
        ),
        _country,
        to_say("none or a code of two letters such as DE"),
        default="none",
        group=AUDIENCES,
        needs=Needs.NOTHING,
    ),
    Setting(
        "EmptyAdConsent",
        "empty_ad_consent",
        to_say(
            "Whether customers whose AdConsent is empty go into audiences for ads: leave-out or include. Including "
            "them is "
            "not lawful for people in the EEA, the United Kingdom and Switzerland, among others."
        ),
        _one_of(EMPTY_CONSENTS),
        to_say("leave-out or include"),
        default=LEAVE_OUT,
        group=AUDIENCES,
        needs=Needs.NOTHING,
    ),
    Setting(
        "EmptyEmailConsent",
        "empty_email_consent",
        to_say(
            "Whether customers whose EmailConsent is empty go into files for e-mail tools: leave-out or include. "
            "Including "
            "them is not lawful for people in the EEA, the United Kingdom, Switzerland and Canada, among others."
        ),
        _one_of(EMPTY_CONSENTS),
        to_say("leave-out or include"),
        default=LEAVE_OUT,
        group=AUDIENCES,
        needs=Needs.NOTHING,
    ),
    *(
        Setting(
            name,
            name,
            help_text,
            _one_of(values) if values else _TEXTS[name],
            to_say("one of: auto, {values}", values=", ".join(values)) if values else _ALLOWED[name],
            group="answers",
        )
        for name, (values, help_text) in QUESTION_SETTINGS.items()
    ),
    *(
        Setting(
            name,
            role,
            to_say(_COLUMN_HELP, what=_COLUMNS[role]),
            _header,
            to_say("auto, none or a header of Training_Data"),
            group="columns",
            needs=Needs.SEGMENTS,
        )
        for name, role in COLUMN_SETTINGS.items()
    ),
)
"""Every setting, in the order of a new tab."""

SEGMENTATION_SETTINGS = tuple(setting for setting in SETTINGS if setting.group not in (REFRESH, AUDIENCES))
"""Those that a segmentation reads."""

DEFAULT_SETTINGS = tuple((setting.name, setting.default, setting.help) for setting in SETTINGS)
"""Rows of a new `Settings` tab: Setting, Value, Help."""


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
    """Return what stands beside each setting of a segmentation, by its name; the default where nothing is chosen.

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
