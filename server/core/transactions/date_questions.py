"""Questions that a column of dates leaves open, and the sentence for what it decides."""

from __future__ import annotations

from collections.abc import Sequence

from server.core.transactions.date_order import DateOrder
from server.core.transactions.questions import Choice, Decision, Doubt, Rows
from server.core.wording import ENGLISH, Wording
from server.texts import as_said, to_say

DAY_FIRST, YEAR_FIRST, SWAPPED_DATES = "DayFirst", "YearFirst", "SwappedDates"

_YES_NO = {None: "", True: "yes", False: "no"}


def date_questions(
    order: DateOrder,
    header: str,
    rows: Rows,
    *,
    day_first: bool | None = None,
    year_first: str = "",
    swapped: str = "",
    wording: Wording = ENGLISH,
) -> tuple[list[Doubt], list[Decision]]:
    """Return what a column leaves open, and what it decided.

    Parameters
    ----------
    rows
        Sheet row of each position.
    day_first, year_first, swapped
        The settings `DayFirst`, `YearFirst` and `SwappedDates`; None, or "", for auto.
    """
    doubts: list[Doubt] = []
    if order.undecided:
        doubts.append(_order(order, header, _at(rows, order.places), _YES_NO[day_first], wording))
    if order.undecided_year:
        doubts.append(_year(order, header, year_first, wording))
    if order.undecided_swap:
        doubts.append(_swap(order, header, _at(rows, order.swapped_places), swapped, wording))
    return doubts, _decided(order, header, rows, year_first, wording)


def _decided(order: DateOrder, header: str, rows: Rows, year_first: str, wording: Wording) -> list[Decision]:
    """Return what a column decided by itself."""
    said = []
    if order.day_proofs and order.month_proofs:
        said.append(_both_orders(order, header, rows, wording))
    if order.by_future:
        text = to_say(
            "{header} is read with the day first: the month first would put dates into the future."
            if order.day_first
            else "{header} is read with the month first: the day first would put dates into the future.",
            header=header,
        )
        said.append(Decision(DAY_FIRST, text))
    if order.year_first and not year_first:
        text = to_say("{header}: dates such as 24/03/15 are read with the year first.", header=header)
        said.append(Decision(YEAR_FIRST, text))
    if order.swapped:
        text = to_say(
            "{header}: a spreadsheet had swapped day and month of {dates}; they were put right: no cell that is a "
            "date has a day after the 12th, and no text one up to it.",
            header=header,
            dates=wording.counted(order.swapped, "date"),
        )
        said.append(Decision(SWAPPED_DATES, text, _at(rows, order.swapped_places)))
    return said


def _order(order: DateOrder, header: str, at: tuple[int, ...], answer: str, wording: Wording) -> Doubt:
    yes = Choice("yes", to_say("Day first"), to_say("03/04 is 3 April"))
    no = Choice("no", to_say("Month first"), to_say("03/04 is 4 March"))
    choices = (no, yes) if order.month_proofs > order.day_proofs else (yes, no)
    text = to_say(
        "Nothing in the column tells which number is the day: each of the two is 12 or less everywhere."
    )
    if order.day_proofs and order.month_proofs:
        text = to_say(
            "The column holds both orders: {days} can only have the day first, {months} only the month first. Which "
            "have the other {others}, such as 03/04/2025?",
            days=wording.counted(order.day_proofs, "date"),
            months=wording.number(order.month_proofs),
            others=wording.counted(order.undecided, "date"),
        )
    return Doubt(DAY_FIRST, text, choices, column=header, sheet_rows=at, answer=answer)


def _year(order: DateOrder, header: str, answer: str, wording: Wording) -> Doubt:
    assert order.year_example is not None
    example, first, last = order.year_example
    text = to_say(
        "{dates} such as {example}: nothing in the column tells whether the year stands first or last.",
        dates=wording.counted(order.undecided_year, "date"),
        example=example,
    )
    choices = (
        Choice("no", to_say("Year last"), to_say("{example} is in {year}", example=example, year=str(last))),
        Choice(
            "yes", to_say("Year first"), to_say("{example} is in {year}", example=example, year=str(first))
        ),
    )
    return Doubt(YEAR_FIRST, text, choices, column=header, answer=answer)


def _swap(order: DateOrder, header: str, at: tuple[int, ...], answer: str, wording: Wording) -> Doubt:
    text = to_say(
        "Dates with a day up to the 12th: {cells}. None of the cells that are texts, such as {example}, has such a "
        "day. A spreadsheet of another country may have swapped day and month of those. If neither reading is right, "
        "paste the column again as text.",
        cells=wording.counted(order.undecided_swap, "cell"),
        example="24/03/2024" if order.day_proofs else "03/24/2024",
    )
    choices = (
        Choice("swap", to_say("Swapped: put them right"), to_say("4 March becomes 3 April")),
        Choice("keep", to_say("Not swapped: keep them"), to_say("4 March stays 4 March")),
    )
    return Doubt(SWAPPED_DATES, text, choices, column=header, sheet_rows=at, answer=answer)


def _both_orders(order: DateOrder, header: str, rows: Rows, wording: Wording) -> Decision:
    parts = [
        wording.say(
            "{header} holds both orders: {days} can only have the day first, {months} only the month first.",
            header=header,
            days=wording.counted(order.day_proofs, "date"),
            months=wording.number(order.month_proofs),
        )
    ]
    if order.splits:
        at = ", ".join(map(str, _at(rows, order.splits)))
        parts.append(
            wording.say("The order changes at row {rows}; each block of rows is read in its own.", rows=at)
        )
    elif order.day_first is not None:
        parts.append(
            wording.say(
                "Dates that fit both are read with the day first."
                if order.day_first
                else "Dates that fit both are read with the month first."
            )
        )
    return Decision(DAY_FIRST, as_said(" ".join(parts)), _at(rows, order.splits))


def _at(rows: Rows, places: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(rows[place]) for place in places)
