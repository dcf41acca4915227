"""What the marketer chose in the tab `Settings`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytz

from server.core.cells import Cell, is_empty, text_of
from server.core.wall_clock import day_of
from server.core.wording import ENGLISH, SHEET_DIGITS, Wording
from server.errors import SettingsError
from server.layout import normalised

DEFAULT_TIME_ZONE = "America/New_York"
MIN_CLUSTERS, MAX_CLUSTERS = 2, 12
DEFAULT_ACTIVE_DAYS, MOST_ACTIVE_DAYS = 90, 3_650

COLUMN_SETTINGS = {
    "CustomerIdColumn": "customer_id",
    "OrderDateColumn": "order_date",
    "AmountColumn": "amount",
    "QuantityColumn": "quantity",
    "UnitPriceColumn": "unit_price",
    "OrderIdColumn": "order_id",
}
"""Settings that name a header of `Training_Data`, and the role that it is to have."""

_COLUMN_HELP = (
    "Header in Training_Data to use as the {}; auto finds it by its name; none means there is none."
)

DEFAULT_SETTINGS: tuple[tuple[str, str | int, str], ...] = (
    ("TimeZone", DEFAULT_TIME_ZONE, "Time zone of PredictedAt and of today, by its name: Europe/Berlin…"),
    ("AnalysisDate", "auto", "Day to which recency is counted; auto is the day after the last transaction."),
    ("Clusters", "auto", f"Number of segments, {MIN_CLUSTERS} to {MAX_CLUSTERS}; auto chooses from 3 to 8."),
    ("DayFirst", "auto", "Whether 03/04/2025 is 3 April (yes) or 4 March (no); auto decides by the column."),
    (
        "RepeatedLines",
        "auto",
        "auto: an order that was pasted twice counts once; keep: all lines count; once: of lines that are "
        "the same in every column used, one counts.",
    ),
    (
        "ActiveDays",
        DEFAULT_ACTIVE_DAYS,
        "In the Dashboard, a customer is active who bought within so many days before the analysis date.",
    ),
    *((name, "auto", _COLUMN_HELP.format(role.replace("_", " "))) for name, role in COLUMN_SETTINGS.items()),
)
"""Rows of a new `Settings` tab: Setting, Value, Help."""


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
    """

    time_zone: str = DEFAULT_TIME_ZONE
    analysis_date: dt.date | None = None
    clusters: int | None = None
    day_first: bool | None = None
    repeated_lines: str = "auto"
    active_days: int = DEFAULT_ACTIVE_DAYS
    columns: Mapping[str, str] = field(default_factory=dict)


def parse_options(rows: Sequence[Sequence[Cell]], wording: Wording = ENGLISH) -> Options:
    """Return the choices in the rows of `Settings`.

    Parameters
    ----------
    rows
        The tab from row 1: Setting, Value and whatever follows. Unknown settings are passed over, and of a
        setting that stands twice the first counts.
    wording
        Writes the numbers of what is wrong.

    Raises
    ------
    SettingsError
        If values are not allowed; all of them are named, with their rows.

    Examples
    --------
    >>> parse_options([["Setting", "Value"], ["Clusters", 5], ["DayFirst", "yes"]]).clusters
    5
    """
    problems: list[str] = []
    choices = _choices(rows)

    def read(name: str, allowed: str, parse: Callable[[Cell], object], *ends: int) -> object:
        row, cell = choices.get(normalised(name), (0, ""))
        if is_empty(cell) or normalised(text_of(cell)) == "auto":
            return None
        try:
            return parse(cell)
        except (ValueError, OverflowError, pytz.UnknownTimeZoneError):
            told = allowed.format(*map(wording.number, ends))
            problems.append(f"row {row}: {name} is {_shown(cell, wording)}, allowed is {told}")
            return None

    zone = read("TimeZone", "a name such as America/New_York or Europe/Berlin", _zone)
    date = read("AnalysisDate", "auto or a date such as 2025-01-31", _date)
    clusters = read("Clusters", "auto or a whole number from {} to {}", _clusters, MIN_CLUSTERS, MAX_CLUSTERS)
    day_first = read("DayFirst", "auto, yes or no", _yes_or_no)
    repeated = read("RepeatedLines", "auto, keep or once", _repeated)
    active = read("ActiveDays", "a whole number from {} to {}", _active_days, 1, MOST_ACTIVE_DAYS)
    columns = {}
    for name, role in COLUMN_SETTINGS.items():
        _row, cell = choices.get(normalised(name), (0, ""))
        if not is_empty(cell) and normalised(text_of(cell)) != "auto":
            columns[role] = "" if normalised(text_of(cell)) == "none" else text_of(cell)
    if problems:
        raise SettingsError(
            "In the tab Settings, " + "; ".join(problems) + ".",
            hint="Correct the value in column B, or auto.",
        )
    return Options(
        time_zone=str(zone or DEFAULT_TIME_ZONE),
        analysis_date=date if isinstance(date, dt.date) else None,
        clusters=clusters if isinstance(clusters, int) else None,
        day_first=day_first if isinstance(day_first, bool) else None,
        repeated_lines=str(repeated or "auto"),
        active_days=active if isinstance(active, int) else DEFAULT_ACTIVE_DAYS,
        columns=columns,
    )


def parse_time_zone(rows: Sequence[Sequence[Cell]], wording: Wording = ENGLISH) -> str:
    """Return the time zone alone: scoring needs no other setting, so no other can stop it.

    Raises
    ------
    SettingsError
        If there is no such time zone.
    """
    alone = [row if row and normalised(text_of(row[0])) == "timezone" else () for row in rows]
    return parse_options(alone, wording).time_zone


def _shown(cell: Cell, wording: Wording) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return wording.significant(cell, SHEET_DIGITS)
    return repr(text_of(cell)[:60])


def _choices(rows: Sequence[Sequence[Cell]]) -> dict[str, tuple[int, Cell]]:
    found: dict[str, tuple[int, Cell]] = {}
    for number, row in enumerate(rows, start=1):
        if row and not is_empty(row[0]):
            found.setdefault(normalised(text_of(row[0])), (number, row[1] if len(row) > 1 else ""))
    return found


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


def _yes_or_no(cell: Cell) -> bool:
    word = text_of(cell).casefold()
    if word not in ("yes", "no", "true", "false"):
        raise ValueError(cell)
    return word in ("yes", "true")


def _repeated(cell: Cell) -> str:
    word = text_of(cell).casefold()
    if word not in ("keep", "once"):
        raise ValueError(cell)
    return word
