"""Tabs of customers and segments: what marketers read and fill in."""

from __future__ import annotations

from dataclasses import replace

from server.layout.columns import (
    CLUSTER_COLUMN,
    CONFIDENCE_COLUMN,
    CUSTOMER_COLUMN,
    DATE,
    FIGURE_COLUMNS,
    MONEY,
    NUMBER,
    PERCENT_TENTHS,
    PLAN_COLUMN,
    PREDICTED_AT_COLUMN,
    RFM_SCORE_NOTE,
    SEGMENT_COLUMN,
    TIME,
    VALUE_COLUMNS,
)
from server.layout.headers import (
    ACTION_PLAN,
    CLUSTER,
    CUSTOMER_ID,
    CUSTOMERS,
    EXPECTED_REVENUE,
    FIRST_ORDER,
    FREQUENCY,
    FROM_CLUSTER,
    GROUP,
    LISTS,
    MONETARY_VALUE,
    NAME_FIT,
    PREDICTION_ID,
    PREVIOUS_SEGMENT,
    RECENCY,
    REVENUE,
    RUN_AT,
    SEGMENT,
    SEGMENT_SINCE,
    STATE,
    TO_CLUSTER,
)
from server.tab_layout import Column, TabLayout, Writer
from server.texts import to_say

TRAINING_DATA = "Training_Data"
NEW_USER = "New User"
DASHBOARD = "Dashboard"
SEGMENTED_CUSTOMERS = "Segmented_Customers"
ACTION_MAP = "Action_Map"
RFM = "RFM"
MIGRATION = "Migration"

INPUT_COLUMNS = (
    Column(
        CUSTOMER_ID,
        130,
        to_say("Who it is: any text or number, up to 200 characters."),
        writer=Writer.MARKETER,
    ),
    Column(
        RECENCY, 80, to_say("Days since the last order: a number from 0 to {most}."), writer=Writer.MARKETER
    ),
    Column(
        FREQUENCY,
        90,
        to_say("Orders so far: a whole number from 1 to {most}."),
        NUMBER,
        writer=Writer.MARKETER,
    ),
    Column(
        MONETARY_VALUE,
        120,
        to_say("What the customer has spent in all, refunds taken off: a number above 0."),
        MONEY,
        writer=Writer.MARKETER,
    ),
)
"""Inputs of `New User`; `{most}` stands for the largest number that is taken."""

_NEW_USER = TabLayout(
    NEW_USER,
    (
        *INPUT_COLUMNS,
        CLUSTER_COLUMN,
        replace(SEGMENT_COLUMN, came_later=True, claims=False),
        replace(PLAN_COLUMN, width=290, wraps=True),
        PREDICTED_AT_COLUMN,
        Column(
            PREDICTION_ID,
            120,
            to_say("Ties the row to its line in Prediction_Log. Please leave it as it is."),
            is_hidden=True,
        ),
        *VALUE_COLUMNS,
    ),
    spare_rows=1000,
)

_SEGMENTED_CUSTOMERS = TabLayout(
    SEGMENTED_CUSTOMERS,
    (
        replace(
            CUSTOMER_COLUMN,
            note=to_say(
                "Sorted by segment when the tab was first filled, and in it by expected spend, else by money. "
                "Customers who come later stand below. To sort again, choose Data › Sort range; the service finds each "
                "customer wherever it stands. Ranked lists of each segment are in Action_Map."
            ),
        ),
        *FIGURE_COLUMNS,
        Column("RFM_Score", 90, RFM_SCORE_NOTE),
        CLUSTER_COLUMN,
        SEGMENT_COLUMN,
        PLAN_COLUMN,
        CONFIDENCE_COLUMN,
        Column(
            STATE, 90, to_say("Active, Slipping (silent for longer than is usual for this customer) or Away.")
        ),
        Column(FIRST_ORDER, 90, to_say("yes for a customer with one order so far.")),
        *VALUE_COLUMNS,
        Column(
            GROUP,
            160,
            to_say(
                "Group in a running test, with the test's name; control groups and the standing control are held out."
            ),
            came_later=True,
        ),
        Column(
            SEGMENT_SINCE,
            110,
            to_say(
                "Day from which the customer has been in this segment; empty where that was before such days were kept."
            ),
            DATE,
            came_later=True,
        ),
        Column(
            PREVIOUS_SEGMENT,
            150,
            to_say(
                "Segment before the last run that moved anybody (see Migration); empty for a customer who was not "
                "there."
            ),
        ),
    ),
    written_by_segmentation=True,
    swapped=True,
)

_ACTION_MAP = TabLayout(
    ACTION_MAP,
    (
        Column(CLUSTER, 70, to_say("Number of the segment. Written by the service."), warns=False),
        Column(
            SEGMENT,
            150,
            to_say("Yours to rename: the name stays when new segments are found."),
            writer=Writer.MARKETER,
        ),
        Column(
            ACTION_PLAN,
            330,
            to_say("Yours to edit: the text stays when new segments are found."),
            writer=Writer.MARKETER,
            wraps=True,
        ),
        Column("Customers", 90, to_say("How many customers are in the segment."), NUMBER),
        Column(
            LISTS,
            260,
            to_say(
                "Each link opens customers in Segmented_Customers, for you alone: what others see stays as it is."
            ),
            came_later=True,
        ),
        Column("RevenueShare", 110, to_say("Their part of all that customers have spent."), PERCENT_TENTHS),
        Column("RecencyRange", 120, to_say("Days since the last order of at least 80 % of the segment.")),
        Column("FrequencyRange", 120, to_say("Orders of at least 80 % of the segment.")),
        Column("MonetaryRange", 140, to_say("Total spend of at least 80 % of the segment.")),
        Column(
            NAME_FIT,
            420,
            to_say(
                "How many of its customers the name fits, as segments are usually named; a warning where they have "
                "changed."
            ),
            came_later=True,
        ),
        Column(
            EXPECTED_REVENUE,
            130,
            to_say(
                "Expected revenue: the sum of its customers' expected spend in the days of Horizon (Settings)."
            ),
            NUMBER,
            came_later=True,
        ),
    ),
    spare_rows=30,
    read_rows="1:200",
    written_by_segmentation=True,
)

_RFM = TabLayout(
    RFM,
    (
        CUSTOMER_COLUMN,
        *FIGURE_COLUMNS,
        Column(
            "R_Score",
            80,
            to_say("5 for the fifth of the customers who bought last, 1 for those longest away."),
        ),
        Column("F_Score", 80, to_say("5 for the fifth of the customers who buy most often.")),
        Column("M_Score", 80, to_say("5 for the fifth of the customers who spend most.")),
        Column("RFM_Score", 90, RFM_SCORE_NOTE),
    ),
    written_by_segmentation=True,
    swapped=True,
)

_MIGRATION = TabLayout(
    MIGRATION,
    (
        Column("From", 180, to_say("Segment before the last run; (new) for customers who were not there.")),
        Column("To", 180, to_say("Segment after it.")),
        Column(
            "Reason",
            260,
            to_say(
                "Whether customers changed segment through their buying, or because the segments are new."
            ),
        ),
        Column(CUSTOMERS, 90, format=NUMBER),
        Column(REVENUE, 120, to_say("What these customers have spent in all."), MONEY),
        Column(
            RUN_AT,
            150,
            to_say("When this happened: the last run that moved anybody."),
            TIME,
            came_later=True,
        ),
        Column(
            FROM_CLUSTER,
            90,
            to_say("Number of the former segment: it stays when you rename."),
            came_later=True,
        ),
        Column(TO_CLUSTER, 80, to_say("Number of the segment after the run."), came_later=True),
    ),
    read_rows="1:400",
    written_by_segmentation=True,
)
"""Who went from one segment to another at the last run that moved anybody, and whether customer or model moved."""


SEGMENT_TABS = (
    TabLayout(TRAINING_DATA, spare_rows=1000, headerless=(110,) * 8),
    _NEW_USER,
    TabLayout(DASHBOARD, written_by_segmentation=True, has_mark=True),
    _SEGMENTED_CUSTOMERS,
    _ACTION_MAP,
    _RFM,
    _MIGRATION,
)
"""In the order in which missing ones are made."""
