"""Titles of the lines of `Data_Quality`: what each line is, and why rows are left out or noted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from server.core.data_checks.check import TITLES, State
from server.core.transactions.columns import Role
from server.core.transactions.questions import TOPICS
from server.texts import to_say

EXAMPLE_AMOUNT = 12.5
"""An amount to show how one is written."""


class Kind(Enum):
    """Kind of a line, by which it is styled."""

    SECTION = auto()
    TOTAL = auto()
    MOMENT = auto()
    DAY = auto()
    LINE = auto()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows are left out, or what they have in common: its title, what to do, and where to look."""

    title: str
    to_do: str
    role: Role = Role.CUSTOMER_ID


LEFT_OUT = {
    "missing_customer": Reason(
        to_say("No customer id"), to_say("Fill it in where you know it. Guests cannot be segmented.")
    ),
    "unreadable_date": Reason(
        to_say("No date that can be read"),
        to_say("Correct the cells: a date, as 2025-01-31."),
        Role.ORDER_DATE,
    ),
    "future_date": Reason(
        to_say("Date in the future"),
        to_say("Correct the cells: often day and month are exchanged."),
        Role.ORDER_DATE,
    ),
    "unreadable_amount": Reason(
        to_say("No amount that can be read"), to_say("Correct the cells: a number, as {amount}."), Role.AMOUNT
    ),
    "after_analysis_date": Reason(
        to_say("After the analysis date"),
        to_say("Nothing, if AnalysisDate in Settings is what you want."),
        Role.ORDER_DATE,
    ),
    "repeated_order": Reason(
        to_say("Orders that stand there twice"),
        to_say("Nothing: each counts once. RepeatedLines = keep in Settings counts both."),
        Role.ORDER_ID,
    ),
    "repeated_block": Reason(
        to_say("Blocks that stand there twice"),
        to_say("Nothing: each row counts once. RepeatedLines = keep in Settings counts both."),
    ),
    "repeated_line": Reason(
        to_say("Lines that stand there twice"),
        to_say("Nothing: each counts once, as RepeatedLines in Settings says."),
    ),
    "no_sale": Reason(
        to_say("No sale by their status"),
        to_say(
            "Nothing, if these words mean what How it was read says. Statuses in Settings says otherwise."
        ),
        Role.STATUS,
    ),
    "outgoing": Reason(
        to_say("Payments of the shop itself"), to_say("Nothing: they are no sales."), Role.KIND
    ),
    "refund_of_nobody": Reason(
        to_say("Refunds that name no customer"),
        to_say(
            "Write the customer into these rows, or the sale's id into the column that refers to it: nobody's spend is "
            "lowered by them."
        ),
        Role.CUSTOMER_ID,
    ),
    "test_order": Reason(to_say("Test orders"), to_say("Nothing: nobody bought."), Role.TEST),
    "refunded": Reason(to_say("Refunded in full"), to_say("Nothing: the money went back."), Role.REFUNDED),
    "never_bought": Reason(
        to_say("Customers who have not bought"), to_say("Nothing: they have no segment."), Role.ORDERS
    ),
    "other_currency": Reason(
        to_say("In another currency"),
        to_say("Add a column with all amounts in one currency, if these are to count."),
        Role.AMOUNT,
    ),
    "header_row": Reason(to_say("Headers that stand there again"), to_say("Nothing: they are no orders.")),
    "line_of_order": Reason(
        to_say("Further lines of an order"), to_say("Nothing: the order's amount counts once."), Role.ORDER_ID
    ),
    "totals_row": Reason(to_say("Rows of totals"), to_say("Nothing: they are no orders.")),
}
NOTED = {
    "cancellations": Reason(
        to_say("Cancelled or refunded"), to_say("Nothing: they lower what the customer spent."), Role.AMOUNT
    ),
    "zero_amounts": Reason(
        to_say("Amounts of 0"),
        to_say("They count as purchases. Delete those that are tests or gifts."),
        Role.AMOUNT,
    ),
    "repeated_lines": Reason(
        to_say("Equal to an earlier line"),
        to_say(
            "They were kept: a product may be bought twice, or two may cost the same. RepeatedLines = once in Settings "
            "leaves them out."
        ),
    ),
}
IN_ALL, WRITTEN, ANALYSIS, FIRST, LAST = (
    to_say("In all"),
    to_say("Written"),
    to_say("Analysis date"),
    to_say("First order"),
    to_say("Last order"),
)
READ, USED = to_say("Rows read"), to_say("Rows used")
NOTHING = to_say("Customers who spent nothing in all")
RESULT_OF = {State.OK: to_say("OK"), State.LOOK: to_say("Look"), State.STOP: to_say("Stop")}

RESULTS = tuple(RESULT_OF.values())
"""Words for the result of a check, from good to bad."""

KINDS: dict[str, Kind] = {
    IN_ALL: Kind.TOTAL,
    WRITTEN: Kind.MOMENT,
    ANALYSIS: Kind.DAY,
    FIRST: Kind.DAY,
    LAST: Kind.DAY,
    to_say("What the data can tell"): Kind.SECTION,
    **dict.fromkeys(TITLES.values(), Kind.LINE),
    to_say("How it was read"): Kind.SECTION,
    **dict.fromkeys(TOPICS.values(), Kind.LINE),
    to_say("What was read"): Kind.SECTION,
    READ: Kind.TOTAL,
    **{reason.title: Kind.LINE for reason in LEFT_OUT.values()},
    USED: Kind.TOTAL,
    to_say("To know about the rows used"): Kind.SECTION,
    **{reason.title: Kind.LINE for reason in NOTED.values()},
    NOTHING: Kind.LINE,
}
"""All lines by their titles, in order."""
