"""Tabs of what is recorded: data quality, history, predictions and runs; with `Settings` and `Model`."""

from __future__ import annotations

from dataclasses import replace

from server.layout.columns import (
    CLUSTER_COLUMN,
    CONFIDENCE_COLUMN,
    CUSTOMER_COLUMN,
    FIGURE_COLUMNS,
    MONEY,
    NUMBER,
    PERCENT_TENTHS,
    PLAN_COLUMN,
    PREDICTED_AT_COLUMN,
    SEGMENT_COLUMN,
    TIME,
    VALUE_COLUMNS,
)
from server.layout.headers import (
    CLUSTER,
    CUSTOMERS,
    EXPECTED_REVENUE,
    FIRST_ROWS,
    FREQUENCY,
    MODEL_VERSION,
    MONETARY_VALUE,
    PREDICTION_ID,
    RECENCY,
    REVENUE,
    REVENUE_AT_RISK,
    RUN_AT,
    SEGMENT,
)
from server.tab_layout import Column, Made, TabLayout, Writer
from server.texts import to_say

DATA_QUALITY = "Data_Quality"
HISTORY = "History"
PREDICTION_LOG = "Prediction_Log"
RUNS = "Runs"
SETTINGS = "Settings"
MODEL = "Model"

_DATA_QUALITY = TabLayout(
    DATA_QUALITY,
    (
        Column("Check", 220),
        Column(
            "Result",
            150,
            to_say(
                "OK, Look (worth a look) or Stop (the data are too poor to mean anything); or what became of the rows."
            ),
        ),
        Column("Finding", 370),
        Column(
            "Rows",
            75,
            to_say("Rows of Training_Data. Rows read = rows used + all that were left out."),
            NUMBER,
        ),
        Column("Customers", 85, format=NUMBER),
        Column(
            "Share",
            70,
            to_say(
                "Of the rows read; of the rows used; of the customers or of their money, as the line says."
            ),
            PERCENT_TENTHS,
        ),
        Column("Money", 110, to_say("What these rows come to, refunds taken off."), MONEY),
        Column(
            FIRST_ROWS,
            200,
            to_say("The first of the rows. Click a number to go there; the date in Written says as of when."),
        ),
        Column("WhatToDo", 370),
    ),
    spare_rows=1,
    read_rows="1:100",
    written_by_segmentation=True,
)
"""The account of the rows, and whether the data can mean anything; never a customer's id."""

_HISTORY = TabLayout(
    HISTORY,
    (
        Column(
            RUN_AT,
            150,
            to_say("When the run wrote these figures, in the time zone of Settings. Newest first."),
            TIME,
        ),
        Column(MODEL_VERSION, 100, to_say("Version of the segments; see Model details in the sidebar.")),
        Column(CLUSTER, 70, to_say("Number of the segment: it stays when you rename.")),
        Column(SEGMENT, 180, to_say("Name of the segment at that time.")),
        Column(CUSTOMERS, 90, to_say("How many customers were in the segment."), NUMBER),
        Column(REVENUE, 120, to_say("What they had spent in all by then."), MONEY),
        Column(RECENCY, 80, to_say("Days since the last order: the median customer's."), NUMBER),
        Column(FREQUENCY, 90, to_say("Orders: the median customer's.")),
        Column(MONETARY_VALUE, 120, to_say("What the median customer had spent in all."), MONEY),
        Column(
            EXPECTED_REVENUE,
            130,
            to_say(
                "What they were expected to spend in the days of Horizon (Settings); empty where that was not told."
            ),
            MONEY,
        ),
        Column(
            REVENUE_AT_RISK,
            130,
            to_say(
                "A year's spend of those among them who came back and had fallen silent for longer than usual."
            ),
            MONEY,
        ),
    ),
    read_rows="1:1500",
    written_by_segmentation=True,
    made=Made.WHEN_FIRST_USED,
)
"""One line a segment and run, the newest first: what the figures are compared with."""

_PREDICTION_LOG = TabLayout(
    PREDICTION_LOG,
    (
        Column(PREDICTION_ID, 120, to_say("Newest first. Lines are added by the service and never changed.")),
        PREDICTED_AT_COLUMN,
        CUSTOMER_COLUMN,
        *(replace(column, note="") for column in FIGURE_COLUMNS),
        CLUSTER_COLUMN,
        SEGMENT_COLUMN,
        PLAN_COLUMN,
        CONFIDENCE_COLUMN,
        Column(
            "ModelVersion",
            100,
            to_say(
                "Version of the segments that the row was labelled with; see Model details in the sidebar."
            ),
        ),
        Column(
            "Trigger",
            90,
            to_say("What had the row labelled: an edit, the menu, the sidebar, the hourly sweep…"),
        ),
        Column("RequestedBy", 180, to_say("Who asked, where it was asked for in the menu or the sidebar.")),
        *VALUE_COLUMNS,
    ),
    read_rows="1:2",
)
"""The newest line is row 2."""

_RUNS = TabLayout(
    RUNS,
    (
        Column("When", 170, to_say("When it ended, in the time zone of Settings. Newest first."), TIME),
        Column("What", 200, to_say("What ran; a refresh runs by itself, as Refresh in Settings says.")),
        Column("By", 180, to_say("Who asked, where Google tells; schedule where nobody did.")),
        Column("NewOrders", 90, to_say("Orders that have come since the run before."), NUMBER),
        Column("Customers", 90, to_say("Customers who have a segment."), NUMBER),
        Column("Moved", 80, to_say("Customers known before who are in another segment now."), NUMBER),
        Column("Result", 480, to_say("What came of it, or why it did not run.")),
        Column("Next", 170, to_say("When the next refresh is due, in the time zone of Settings."), TIME),
    ),
    written_by_segmentation=True,
    made=Made.WHEN_FIRST_USED,
)
"""One line a run, by hand or by itself, the newest first."""

_SETTINGS = TabLayout(
    SETTINGS,
    (
        Column("Setting", 160, writer=Writer.MARKETER),
        Column(
            "Value", 180, to_say("Yours to change. What it may be stands beside it."), writer=Writer.MARKETER
        ),
        Column("Help", 520, writer=Writer.MARKETER, wraps=True),
    ),
    spare_rows=10,
    read_rows="1:100",
)

_MODEL = TabLayout(
    MODEL,
    tuple(
        Column(header, 110)
        for header in (
            "Version",
            "Status",
            "TrainedAt",
            "Customers",
            "Transactions",
            "K",
            "SmallestShare",
            "Stability",
            "Agreement",
            "Gini",
            "GiniBySpend",
            "Ghosts",
            "Silhouette",
            "WhyK",
            "Warnings",
            "Parameters",
            "Checksum",
        )
    ),
    hidden=True,
    written_by_segmentation=True,
)
"""Row 2 is the model in use, older versions below."""


RECORD_TABS = (_DATA_QUALITY, _HISTORY, _PREDICTION_LOG, _RUNS, _SETTINGS, _MODEL)
"""In the order in which missing ones are made."""
