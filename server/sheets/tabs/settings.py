"""The tab `Settings`; no other module reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.core.cells import Cell, is_empty, text_of
from server.core.options import (
    Options,
    parse_audiences,
    parse_options,
    parse_refresh,
    parse_time_zone,
    setting_places,
)
from server.core.refresh_choices import OFF, WEEKLY, At, Recipients
from server.core.schedule.slots import Schedule
from server.core.segments.settings_used import values_of
from server.core.settings.setting import Needs
from server.core.settings.values import FOUND
from server.core.wording import Wording
from server.layout.headers import normalised
from server.layout.record_tabs import SETTINGS
from server.sheets.api.requests import Json, cell_data, update_cells
from server.sheets.commit.snapshot import Snapshot

_LONGEST_CURRENCY = 4
"""Characters of a code or sign."""


def options_of(snapshot: Snapshot) -> Options:
    """Return the marketer's choices."""
    return parse_options(_rows(snapshot), Wording(snapshot.locale))


def audience_options_of(snapshot: Snapshot) -> Options:
    """Return the marketer's choices with those for audiences."""
    return parse_audiences(_rows(snapshot), Wording(snapshot.locale))


def currency_of(snapshot: Snapshot) -> str:
    """Return the currency of the orders, chosen or found by a run; "" where none is known."""
    rows = _rows(snapshot) if SETTINGS in snapshot.tabs else ()
    setting, value = setting_places(rows[0] if rows else ())
    for cells in rows:
        if len(cells) > max(setting, value) and normalised(text_of(cells[setting])) == "currency":
            code = text_of(cells[value]).removesuffix(FOUND).strip()
            return "" if normalised(code) in ("", "auto", "any") or len(code) > _LONGEST_CURRENCY else code
    return ""


def wording_of(snapshot: Snapshot) -> Wording:
    """Return what writes texts, numbers and money of this spreadsheet."""
    return Wording(snapshot.locale, currency_of(snapshot))


def time_zone_of(snapshot: Snapshot) -> str:
    """Return the time zone alone, whatever the other settings say."""
    return parse_time_zone(_rows(snapshot), Wording(snapshot.locale))


def setting_values(snapshot: Snapshot, needs: Needs) -> dict[str, str]:
    """Return the values of the settings that a change of which needs the same, as text, by name."""
    return values_of(_rows(snapshot), needs)


@dataclass(frozen=True, slots=True)
class Refreshing:
    """Settings of what runs by itself.

    Attributes
    ----------
    weekly
        The schedule of a weekly digest, whatever the refresh's own is.
    is_each
        Whether the digest is sent after each refresh rather than weekly.
    """

    schedule: Schedule
    weekly: Schedule
    recipients: Recipients
    is_each: bool


def refreshing_of(snapshot: Snapshot) -> Refreshing:
    """Return what is to run by itself; no other setting than its own and the time zone can stop it."""
    options = parse_refresh(_rows(snapshot), Wording(snapshot.locale))
    chosen = options.refresh
    at = chosen.get("at", At())
    when = (at.hour, at.weekday or 0, options.time_zone)
    return Refreshing(
        schedule=Schedule(chosen.get("every", OFF), *when),
        weekly=Schedule(WEEKLY, *when),
        recipients=chosen.get("digest_to", Recipients()),
        is_each=chosen.get("digest", WEEKLY) != WEEKLY,
    )


def switched_off(snapshot: Snapshot) -> list[Json]:
    """Return the request that writes `off` beside Refresh; none where there is no such row."""
    rows = _rows(snapshot)
    setting, value = setting_places(rows[0] if rows else ())
    for number, cells in enumerate(rows, start=1):
        if len(cells) > setting and normalised(text_of(cells[setting])) == "refresh":
            at = snapshot.tab(SETTINGS).sheet_id
            return [update_cells(at, number, value, [[cell_data(OFF)]], "userEnteredValue")]
    return []


def _rows(snapshot: Snapshot) -> Sequence[Sequence[Cell]]:
    settings = snapshot.tab(SETTINGS)
    return [settings.values(row) for row in range(1, max(settings.rows, default=0) + 1)]


def currency_requests(snapshot: Snapshot, currency: str) -> list[Json]:
    """Return the request that keeps the currency that was found, where nobody has chosen one.

    It stands there with a mark, so that it is told but answers no question about the next file.
    """
    rows = _rows(snapshot)
    setting, value = setting_places(rows[0] if rows else ())
    for number, cells in enumerate(rows, start=1):
        if len(cells) <= setting or normalised(text_of(cells[setting])) != "currency":
            continue
        cell = cells[value] if len(cells) > value else ""
        text = text_of(cell)
        is_free = is_empty(cell) or normalised(text) == "auto" or text.endswith(FOUND)
        wanted = f"{currency} {FOUND}" if currency else "auto"
        if is_free and text != wanted and (currency or text.endswith(FOUND)):
            at = snapshot.tab(SETTINGS).sheet_id
            return [update_cells(at, number, value, [[cell_data(wanted)]], "userEnteredValue")]
        return []
    return []
