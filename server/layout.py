"""Every tab, header and setting of the spreadsheet: the contract that all other modules read.

Columns are found by header name, whatever their order, case or spacing; the orders below are the ones in
which the service lays a tab out when it makes it.
"""

from __future__ import annotations

from functools import lru_cache

TRAINING_DATA = "Training_Data"
RFM = "RFM"
SEGMENTED_CUSTOMERS = "Segmented_Customers"
ACTION_MAP = "Action_Map"
NEW_USER = "New User"
DASHBOARD = "Dashboard"
PREDICTION_LOG = "Prediction_Log"
MIGRATION = "Migration"
DATA_QUALITY = "Data_Quality"
SETTINGS = "Settings"
MODEL = "Model"

TABS = (
    TRAINING_DATA,
    NEW_USER,
    DASHBOARD,
    SEGMENTED_CUSTOMERS,
    ACTION_MAP,
    RFM,
    MIGRATION,
    DATA_QUALITY,
    PREDICTION_LOG,
    SETTINGS,
    MODEL,
)
"""All tabs, in the order in which missing ones are made."""

STAGING_PREFIX = "ATE staging "
"""Titles of the hidden tabs in which large outputs are prepared begin so; nobody else's tab may."""

CUSTOMER_ID = "CustomerID"
RECENCY = "Recency"
FREQUENCY = "Frequency"
MONETARY_VALUE = "MonetaryValue"
CLUSTER = "Cluster"
SEGMENT = "Segment"
ACTION_PLAN = "ActionPlan"
CONFIDENCE = "Confidence"
PREDICTED_AT = "PredictedAt"
PREDICTION_ID = "PredictionId"

INPUT_HEADERS = (CUSTOMER_ID, RECENCY, FREQUENCY, MONETARY_VALUE)
OUTPUT_HEADERS = (CLUSTER, ACTION_PLAN, PREDICTED_AT, PREDICTION_ID)
NEW_USER_HEADERS = INPUT_HEADERS + OUTPUT_HEADERS

RFM_HEADERS = (*INPUT_HEADERS, "R_Score", "F_Score", "M_Score", "RFM_Score")

SEGMENTED_HEADERS = (
    *INPUT_HEADERS,
    "RFM_Score",
    CLUSTER,
    SEGMENT,
    ACTION_PLAN,
    CONFIDENCE,
    "PreviousSegment",
)

ACTION_MAP_HEADERS = (
    CLUSTER,
    SEGMENT,
    ACTION_PLAN,
    "Customers",
    "RevenueShare",
    "RecencyRange",
    "FrequencyRange",
    "MonetaryRange",
)
ACTION_MAP_EDITABLE = (SEGMENT, ACTION_PLAN)
"""The marketer's columns of `Action_Map`: they survive every retrain."""

EARLIER_PLANS = "Earlier plans"
"""In the Cluster column of `Action_Map`: below it stand texts whose cluster is no longer known."""

LOG_HEADERS = (
    PREDICTION_ID,
    PREDICTED_AT,
    CUSTOMER_ID,
    RECENCY,
    FREQUENCY,
    MONETARY_VALUE,
    CLUSTER,
    SEGMENT,
    ACTION_PLAN,
    CONFIDENCE,
    "ModelVersion",
    "Trigger",
    "RequestedBy",
)
"""`Prediction_Log` has fixed columns from A; the newest line is row 2."""

MIGRATION_HEADERS = ("From", "To", "Reason", "Customers", "Revenue")
"""`Migration`: who went from one segment to another at the last run, and whether customer or model moved."""

FIRST_ROWS = "FirstRows"
DATA_QUALITY_HEADERS = (
    "Check",
    "Result",
    "Finding",
    "Rows",
    "Customers",
    "Share",
    "Money",
    FIRST_ROWS,
    "WhatToDo",
)
"""`Data_Quality`: the account of the rows, and whether the data can mean anything; never a customer's id."""

SETTINGS_HEADERS = ("Setting", "Value", "Help")

MODEL_HEADERS = (
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
"""`Model`: row 2 is the model in use, older versions below."""

HEADERS: dict[str, tuple[str, ...]] = {
    NEW_USER: NEW_USER_HEADERS,
    SEGMENTED_CUSTOMERS: SEGMENTED_HEADERS,
    ACTION_MAP: ACTION_MAP_HEADERS,
    RFM: RFM_HEADERS,
    MIGRATION: MIGRATION_HEADERS,
    DATA_QUALITY: DATA_QUALITY_HEADERS,
    PREDICTION_LOG: LOG_HEADERS,
    SETTINGS: SETTINGS_HEADERS,
    MODEL: MODEL_HEADERS,
}
"""Header row of each tab that the service lays out (`Training_Data` has the marketer's own)."""

MODEL_VERSIONS_KEPT = 20
LOG_LINES_READ = 100
"""How many of the newest log lines an edit looks at; the sweep looks at all."""

ROWS_PER_COMMIT = 1_500
"""Rows scored in one commit: about 2 MB, which Google recommends as the largest request."""

SCATTERED_RANGES = 40
"""More ranges than these in one read become whole columns."""

METADATA_CONNECT = "ate-connect"
METADATA_OPERATION = "ate-operation"
METADATA_DASHBOARD = "ate-dashboard"
METADATA_COLUMN = "ate-column"

CELL_LIMIT = 10_000_000
"""Cells in one spreadsheet, empty ones included; Google refuses more."""

TEXT_LIMIT = 50_000
"""Characters in one cell."""

SERIAL_FORMAT_DATE_TIME = "yyyy-mm-dd hh:mm:ss"


@lru_cache(maxsize=1_024, typed=True)
def normalised(header: object) -> str:
    """Return a header as it is compared: lower case, without blanks, underscores and hyphens.

    >>> normalised("Customer ID") == normalised("customer_id") == normalised("CustomerID")
    True
    """
    return "".join(c for c in str(header).casefold() if c.isalnum())


def column_letter(index: int) -> str:
    """Return the letters of a column.

    Parameters
    ----------
    index
        Position from 0.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(701), column_letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
