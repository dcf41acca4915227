"""Columns and number formats that several tabs share."""

from __future__ import annotations

from server.layout.headers import (
    ACTION_PLAN,
    CLUSTER,
    CONFIDENCE,
    CUSTOMER_ID,
    EXPECTED_ORDERS,
    EXPECTED_SPEND,
    FREQUENCY,
    LIKELY_TO_BUY_AGAIN,
    MONETARY_VALUE,
    PREDICTED_AT,
    RECENCY,
    SEGMENT,
)
from server.tab_layout import Column
from server.texts import to_say

SERIAL_FORMAT_DATE_TIME = "yyyy-mm-dd hh:mm:ss"
NUMBER = ("NUMBER", "#,##0")
MONEY = ("NUMBER", "#,##0.00")
MONEY_FORMAT = MONEY
"""Of columns of money, until their currency is known."""

FIGURE = ("NUMBER", "#,##0.00;-#,##0.00")
"""Looks as money without a currency does; of columns that hold buyers in one row and money in the next."""

PERCENT = ("PERCENT", "0%")
PERCENT_TENTHS = ("PERCENT", "0.0%")
TIME = ("DATE_TIME", SERIAL_FORMAT_DATE_TIME)
DATE = ("DATE", "yyyy-mm-dd")
TEXT = ("TEXT", "@")

CUSTOMER_COLUMN = Column(CUSTOMER_ID, 130)
FIGURE_COLUMNS = (
    Column(RECENCY, 80, to_say("Whole days from the last order to the analysis date (Settings)."), NUMBER),
    Column(
        FREQUENCY,
        90,
        to_say("Orders: distinct order ids where there are such, else rows of Training_Data."),
        NUMBER,
    ),
    Column(MONETARY_VALUE, 120, to_say("What the customer has spent in all, refunds taken off."), MONEY),
)

RFM_SCORE_NOTE = to_say("100 × R + 10 × F + M, each from 1 to 5; 555 is best.")
CLUSTER_COLUMN = Column(
    CLUSTER, 70, to_say("Number of the segment. Written by the service; 0 was the most valuable at first.")
)

SEGMENT_COLUMN = Column(SEGMENT, 150, to_say("Name of the segment; rename it in Action_Map."))
PLAN_COLUMN = Column(ACTION_PLAN, 330, to_say("What to do; edit the text in Action_Map."))
CONFIDENCE_COLUMN = Column(
    CONFIDENCE,
    90,
    to_say("Part of 20 re-checks, each on a random draw of your customers, that give the same segment."),
    PERCENT,
)

PREDICTED_AT_COLUMN = Column(
    PREDICTED_AT, 170, to_say("When the row was labelled, in the time zone of Settings."), TIME
)

VALUE_COLUMNS = (
    Column(
        EXPECTED_SPEND,
        110,
        to_say(
            "Expected spend: what customers like this one spent on average in the days of Horizon (Settings); most "
            "spend "
            "nothing or more."
        ),
        MONEY,
        came_later=True,
    ),
    Column(
        EXPECTED_ORDERS,
        110,
        to_say(
            "Expected orders: on how many days customers like this one bought, on average in the days of Horizon "
            "(Settings)."
        ),
        MONEY,
        came_later=True,
    ),
    Column(
        LIKELY_TO_BUY_AGAIN,
        130,
        to_say(
            "Likely to buy again: the share of customers like this one who bought in the days of Horizon (Settings)."
        ),
        PERCENT,
        came_later=True,
    ),
)
"""What a customer is worth next. In `New User` and the log they are written where they stand: they may be deleted. A
segmentation brings their notes up to date."""
