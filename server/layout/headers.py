"""Headers of the columns, and how headers are compared."""

from __future__ import annotations

from functools import lru_cache

from server.texts import to_say

CUSTOMER_ID = "CustomerID"
RECENCY = "Recency"
FREQUENCY = "Frequency"
MONETARY_VALUE = "MonetaryValue"
CLUSTER = "Cluster"
SEGMENT = "Segment"
ACTION_PLAN = "ActionPlan"
CONFIDENCE = "Confidence"
PREDICTED_AT = "PredictedAt"
NAME_FIT = "NameFit"
EXPECTED_SPEND = "ExpectedSpend"
EXPECTED_ORDERS = "ExpectedOrders"
LIKELY_TO_BUY_AGAIN = "LikelyToBuyAgain"
EXPECTED_REVENUE = "ExpectedRevenue"
FIRST_ORDER = "FirstOrder"
STATE = "State"
LISTS = "Lists"
PREDICTION_ID = "PredictionId"
GROUP = "Group"
SEGMENT_SINCE = "SegmentSince"
PREVIOUS_SEGMENT = "PreviousSegment"
RUN_AT = "RunAt"
MODEL_VERSION = "ModelVersion"
REVENUE = "Revenue"
REVENUE_AT_RISK = "RevenueAtRisk"
CUSTOMERS = "Customers"
FROM_CLUSTER = "FromCluster"
TO_CLUSTER = "ToCluster"
FIRST_ROWS = "FirstRows"

EARLIER_PLANS = "Earlier plans"
"""In the Cluster column of `Action_Map`: below it stand texts whose cluster is no longer known."""

NEW_CUSTOMER = to_say("(new)")
"""Stands in `Migration`, in the spreadsheet's language, where a customer comes from nowhere."""


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
