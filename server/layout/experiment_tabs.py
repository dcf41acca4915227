"""Tabs of tests of two groups."""

from __future__ import annotations

from server.layout.columns import CUSTOMER_COLUMN, DATE, FIGURE, MONEY, NUMBER, PERCENT, PERCENT_TENTHS
from server.layout.headers import GROUP
from server.tab_layout import Column, Made, TabLayout, Writer
from server.texts import to_say

TESTS = "Tests"
TEST_MEMBERS = "Test_Members"
LIFT = "Lift"

_TESTS = TabLayout(
    TESTS,
    (
        Column("Test", 200, to_say("Newest first. One line a test.")),
        Column("Segments", 220, to_say("Whose customers were dealt, at the start.")),
        Column(
            "WhatIsDone", 260, to_say("What the action group gets. Yours to edit."), writer=Writer.MARKETER
        ),
        Column("ControlShare", 100, to_say("Share of each segment that is held out."), PERCENT),
        Column("Start", 90, to_say("First day whose orders count. Fixed: please leave it as it is."), DATE),
        Column("End", 90, to_say("Last day whose orders count. Fixed: please leave it as it is."), DATE),
        Column("Customers", 90, to_say("Members of both groups."), NUMBER),
        Column("Control", 80, to_say("Members who are held out."), NUMBER),
        Column(
            "SmallestVisibleLift",
            130,
            to_say("A smaller change in buyers would probably not show: four tests of five would miss it."),
            PERCENT,
        ),
        Column(
            "Status",
            110,
            to_say("running, over, or stopped. Type stopped to end a test early: it then gets no verdict."),
            writer=Writer.MARKETER,
        ),
        Column("Verdict", 420, to_say("What the test shows, once it is over and orders reach its end.")),
    ),
    spare_rows=20,
    read_rows="1:1000",
    made=Made.WHEN_FIRST_USED,
)

_TEST_MEMBERS = TabLayout(
    TEST_MEMBERS,
    (
        Column(
            "Test", 200, to_say("Newest test first. Lines are added at a test's start and never changed.")
        ),
        CUSTOMER_COLUMN,
        Column(
            GROUP,
            120,
            to_say(
                "action, or control: held out. Where the standing control group is read: standing control, "
                "all others."
            ),
        ),
        Column("SegmentAtStart", 150, to_say("Segment when the groups were dealt.")),
        Column("SpendBefore", 110, to_say("What the customer had spent before the start."), MONEY),
        Column("OrdersBefore", 100, to_say("Orders before the start."), NUMBER),
        Column("Reachable", 90, to_say("yes; not known where there is no tab of contacts.")),
    ),
    made=Made.WHEN_FIRST_USED,
)

_LIFT = TabLayout(
    LIFT,
    (
        Column("Test", 200, to_say("Newest reading first.")),
        Column("Segment", 150, to_say("(all) for the verdict; single segments are exploratory.")),
        Column(
            "Measure",
            230,
            to_say("What is compared, with its unit. Refunds are taken off; who kept nothing is no buyer."),
        ),
        Column("Action", 90, to_say("Mean of the customers who got it."), FIGURE),
        Column("Control", 90, to_say("Mean of the customers who were held out."), FIGURE),
        Column(
            "Difference",
            100,
            to_say(
                "Action less control. An adjusted measure and spend allow for what the customers did before."
            ),
            FIGURE,
        ),
        Column("Low", 90, to_say("The difference is at least this, and at most High, 95% sure."), FIGURE),
        Column("High", 90, format=FIGURE),
        Column("Relative", 90, to_say("Difference by the control group's mean."), PERCENT_TENTHS),
        Column(
            "ExtraMoney", 110, to_say("Difference in spend times the customers of the action group."), MONEY
        ),
        Column("Reading", 480),
    ),
    read_rows="1:4000",
    made=Made.WHEN_FIRST_USED,
)


EXPERIMENT_TABS = (_TESTS, _TEST_MEMBERS, _LIFT)
"""In the order in which missing ones are made."""
