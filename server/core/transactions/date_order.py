"""Order of day, month and year in a column, decided by the whole column; open where nothing decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.date_text import NO_DAY
from server.core.wall_clock import EPOCH

Days = NDArray[np.int32]
Mask = NDArray[np.bool_]

SURE_SHARE = 0.99
"""Where both orders are proved, one decides by itself if so many of the proofs are for it."""
SURE_DATES, SURE_TEXTS = 6, 3
"""So many different dates, none after the 12th, beside so many texts, none up to the 12th, were swapped: by chance
that happens once in a thousand columns."""
_ODD_TEXTS = 20
"""So many different texts without one up to the 12th do not come by chance (1 in 20,000)."""
_ODD_DEVIATIONS = 4.0
_LOW_SHARE = 12 / 30.44
"""Share of days that are 12 or less."""
_MOST_BLOCKS = 6
_SORTED_SHARE = 0.95
NAMED_PLACES = 20


@dataclass(frozen=True, slots=True)
class DateOrder:
    """Evidence of a column about its order of day, month and year.

    Attributes
    ----------
    day_first
        How texts like 03/04/2025 were read; None where there is none, or where the column holds both orders.
    day_proofs, month_proofs
        Count of texts that have a meaning in one order only.
    undecided, places
        Count of texts that have a meaning in both, where nothing decides; positions of the first, from 0.
    splits
        Positions at which the order changes, where the column holds both one below the other.
    by_future
        The other order would put dates into the future: that decided.
    year_first, undecided_year
        Whether texts like 24/03/15 begin with the year, None without such; how many nothing decides.
    year_example
        A text that nothing decides, and its year if that stands first, and last.
    swapped, undecided_swap, swapped_places
        Count of dates whose day and month a spreadsheet had swapped, swapped back; count of those that may be so.
    """

    day_first: bool | None = None
    day_proofs: int = 0
    month_proofs: int = 0
    undecided: int = 0
    places: tuple[int, ...] = ()
    splits: tuple[int, ...] = ()
    by_future: bool = False
    year_first: bool | None = None
    undecided_year: int = 0
    year_example: tuple[str, int, int] | None = None
    swapped: int = 0
    undecided_swap: int = 0
    swapped_places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Order in which the texts are read: one for all, or one for each row."""

    is_day_first: Mask
    day_first: bool | None
    undecided: Mask | None = None
    splits: tuple[int, ...] = ()
    by_future: bool = False


def decide_year(
    day: Days, month: Days, year: Days, counts: NDArray[np.int64], latest_day: dt.date | None
) -> tuple[bool, int]:
    """Return whether texts of three short numbers begin with the year, and how many nothing decides.

    Parameters
    ----------
    day, month, year
        The different texts, read in each order.
    counts
        How many cells hold each.
    """
    ends_with_year = (day != NO_DAY) | (month != NO_DAY)
    begins = year != NO_DAY
    for_begin, for_end = (
        int(counts[begins & ~ends_with_year].sum()),
        int(counts[~begins & ends_with_year].sum()),
    )
    if for_begin or for_end:
        is_sure = max(for_begin, for_end) >= SURE_SHARE * (for_begin + for_end)
        return for_begin > for_end, 0 if is_sure else int(counts[begins & ends_with_year].sum())
    if latest_day is not None:
        today = (latest_day - EPOCH).days
        late_begin = bool((year > today).any())
        late_end = bool((np.where(day == NO_DAY, month, day) > today).any())
        if late_begin != late_end:
            return late_end, 0
    years_begin = len(np.unique(_years(year)))
    years_end = len(np.unique(_years(np.where(day == NO_DAY, month, day))))
    if max(years_begin, years_end) >= max(4, 2 * min(years_begin, years_end)):
        return years_begin < years_end, 0
    return False, int(counts.sum())


def decide_order(
    day: Days, month: Days, counts: tuple[int, int, int], answer: bool | None, latest_day: dt.date | None
) -> Order:
    """Return the order of each row.

    Parameters
    ----------
    day, month
        All rows, read with the day and with the month first; equal where the order makes no difference.
    counts
        How many have a meaning with the day first only, with the month first only, and with both.
    answer
        The marketer's word.
    """
    for_day, for_month, open_ones = counts
    if for_day and for_month:
        return _by_majority(day, month, counts, answer)
    if for_day or for_month:
        chosen = bool(for_day) if answer is None else answer
        return Order(np.full(len(day), chosen), chosen)
    by_future = _by_future(day, month, latest_day) if answer is None else None
    if by_future is not None:
        return by_future
    undecided = (day != month) if open_ones else None
    return Order(np.full(len(day), bool(answer)), bool(answer), undecided)


def _by_majority(day: Days, month: Days, counts: tuple[int, int, int], answer: bool | None) -> Order:
    """Return the order of each row where some dates can only have the day first, and some only the month."""
    for_day, for_month, open_ones = counts
    chosen = for_day > for_month if answer is None else answer
    is_clear = max(for_day, for_month) >= SURE_SHARE * (for_day + for_month)
    by_blocks = None if is_clear else _by_blocks(day, month, chosen)
    if by_blocks is not None:
        return by_blocks
    is_day_first = np.where(month == NO_DAY, True, np.where(day == NO_DAY, False, chosen))
    if is_clear:
        return Order(is_day_first, chosen)
    undecided = (day != month) & (day != NO_DAY) & (month != NO_DAY) if open_ones else None
    return Order(is_day_first, None, undecided)


def _by_future(day: Days, month: Days, latest_day: dt.date | None) -> Order | None:
    """Return the order that leads into the future nowhere, None where both do or neither does."""
    if latest_day is None:
        return None
    today = (latest_day - EPOCH).days
    late_day, late_month = bool((day > today).any()), bool((month > today).any())
    if late_day == late_month:
        return None
    return Order(np.full(len(day), late_month), late_month, by_future=True)


def _by_blocks(day: Days, month: Days, likely: bool) -> Order | None:
    """Return the order of each row where blocks of rows have one each, None where the orders are mixed.

    Rows between the last proof of one order and the first of the other are told by the sequence of the dates, if
    the blocks are sorted by date; else they are undecided.
    """
    proof = np.where(month == NO_DAY, np.where(day == NO_DAY, 0, 1), np.where(day == NO_DAY, -1, 0))
    at = np.flatnonzero(proof)
    signs = proof[at]
    changes = np.flatnonzero(signs[1:] != signs[:-1])
    lengths = np.diff([0, *(changes + 1).tolist(), len(at)])
    if len(changes) + 1 > _MOST_BLOCKS or lengths.min() < 2:
        return None
    is_day = np.zeros(len(day), dtype=bool)
    undecided = np.zeros(len(day), dtype=bool)
    starts = [0]
    for change in changes.tolist():
        last, first = int(at[change]), int(at[change + 1])
        starts.append(last + 1 + _gap(day, month, last, first, bool(proof[last] > 0), undecided))
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(day)
        run = int(signs[int(lengths[:number].sum())])
        is_day[start:end] = run > 0
    is_day[undecided] = likely
    return Order(is_day, None, undecided if undecided.any() else None, tuple(starts[1:]))


def _gap(day: Days, month: Days, last: int, first: int, left_day: bool, undecided: Mask) -> int:
    """Return after how many rows between two blocks the order changes; rows that remain open are marked."""
    left, right = (day, month) if left_day else (month, day)
    between = np.arange(last + 1, first)
    open_ones = between[(day != month)[last + 1 : first]]
    if not len(open_ones):
        return 0
    direction = _direction(left[: last + 1]) or _direction(right[first:])
    if direction:
        low = direction * np.concatenate(([left[last]], left[open_ones])).astype(np.int64)
        high = direction * np.concatenate((right[open_ones], [right[first]])).astype(np.int64)
        left_holds = np.concatenate(([True], np.logical_and.accumulate(np.diff(low) >= 0)))
        right_holds = np.concatenate((np.logical_and.accumulate((np.diff(high) >= 0)[::-1])[::-1], [True]))
        holds = left_holds & right_holds
        goes_on = holds & (low <= high)  # the second block goes on where the first ends
        possible = np.flatnonzero(goes_on if goes_on.any() else holds)
        if len(possible):
            undecided[open_ones[possible[0] : possible[-1]]] = True
            at = int(possible[0])
            return int(open_ones[at] - last - 1) if at < len(open_ones) else len(between)
    undecided[open_ones] = True
    return 0


def _direction(days: Days) -> int:
    """Return 1 where days ascend, -1 where they descend, 0 where they are not sorted."""
    steps = np.diff(days[days != NO_DAY].astype(np.int64))
    if len(steps) < 2:
        return 0
    if (steps >= 0).mean() >= _SORTED_SHARE:
        return 1
    return -1 if (steps <= 0).mean() >= _SORTED_SHARE else 0


def swap_evidence(dates: Days, texts: Mask, different_texts: int) -> tuple[Mask, bool]:
    """Return which dates a spreadsheet may have swapped day and month of, and whether it is unmistakable.

    Where texts are pasted into a spreadsheet of another country, those with a day up to 12 become dates with day
    and month swapped, and the others stay texts: then no text has a day up to 12.

    Parameters
    ----------
    dates
        Cells that are dates, without regard to any order; `NO_DAY` for other cells.
    texts
        Rows whose date is such a text.
    different_texts
        How many different texts there are beside them; none has a meaning in both orders.
    """
    is_date = dates != NO_DAY
    low = is_date & (day_of_month(dates) <= 12)
    count, count_low = int(is_date.sum()), int(low.sum())
    if count and count == count_low:
        is_sure = len(np.unique(dates[is_date])) >= SURE_DATES and different_texts >= SURE_TEXTS
        return low, is_sure
    block = _block_of_texts(dates, texts)
    if block is not None and different_texts >= SURE_TEXTS:
        within = low.copy()
        within[: block.start] = within[block.stop :] = False
        if len(np.unique(dates[within])) >= SURE_DATES:
            return within, True
    deviations = (count_low - _LOW_SHARE * count) / max(1.0, (_LOW_SHARE * (1 - _LOW_SHARE) * count) ** 0.5)
    is_odd = different_texts >= _ODD_TEXTS or (deviations > _ODD_DEVIATIONS and different_texts >= SURE_DATES)
    return low if is_odd else np.zeros(len(dates), dtype=bool), False


def _block_of_texts(dates: Days, texts: Mask) -> slice | None:
    """Return the rows from the first such text to the last, if no date among them has a day after the 12th, and each
    neighbour has: an export that was pasted above or below another one."""
    at = np.flatnonzero(texts)
    start, stop = int(at[0]), int(at[-1]) + 1
    days = day_of_month(dates)
    if (days[start:stop] > 12).any():
        return None
    before, after = days[:start][::-1], days[stop:]
    if (len(before) and before[0] and before[0] <= 12) or (len(after) and after[0] and after[0] <= 12):
        return None  # where the block begins, or ends, is not certain
    return slice(start, stop)


def swapped(days: Days) -> Days:
    """Return dates with day and month changed for each other; no day may be later than the 12th.

    >>> swapped(np.array(["2024-11-02"], dtype="datetime64[D]").astype(np.int32)).astype("datetime64[D]")
    array(['2024-02-11'], dtype='datetime64[D]')
    """
    dates = days.astype("datetime64[D]")
    years, months = dates.astype("datetime64[Y]"), dates.astype("datetime64[M]")
    month_number = (months - years.astype("datetime64[M]")).astype(int)
    first = (years.astype("datetime64[M]") + (day_of_month(days) - 1)).astype("datetime64[D]")
    days_swapped: Days = (first + month_number).astype(np.int64).astype(np.int32)
    return days_swapped


def day_of_month(days: Days) -> NDArray[np.int64]:
    """Return the day of the month, 1 to 31; 0 for what is no day."""
    dates = np.where(days == NO_DAY, 0, days).astype("datetime64[D]")
    number = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    number[days == NO_DAY] = 0
    return np.asarray(number, dtype=np.int64)


def _years(days: Days) -> NDArray[np.int64]:
    years = days[days != NO_DAY].astype("datetime64[D]").astype("datetime64[Y]")
    return np.asarray(years, dtype=np.int64)
