"""What the script tells the sidebar in each state, with CDNOW's figures."""

from __future__ import annotations

from typing import Any

from server.core.segments.colours import LIGHT

NOON = 1_795_539_600_000
"""24 November 2026, 17:00 UTC: the time in the browser of these tests, in milliseconds."""
HOUR = 3_600_000

LIVE_ON = {
    "state": "on",
    "isMine": False,
    "owner": "anna@shop.example",
    "heartbeat": NOON - 20 * 60_000,
    "lastRun": {"at": NOON - 60_000, "isGood": True, "text": "1 row labelled."},
}
LIVE_OFF = {"state": "off", "isMine": False, "owner": "", "heartbeat": 0, "lastRun": None}
LIVE_STOPPED = LIVE_ON | {"state": "stopped", "heartbeat": NOON - 5 * HOUR}

PREDICTIONS = [
    {"customer": "Maria", "cluster": 0, "segment": "Champions", "at": "2026-11-24 11:59:10 EST"},
    {"customer": "DEMO-2", "cluster": 2, "segment": "Potential Loyalists", "at": "2026-11-24 11:57:02 EST"},
    {"customer": "00123", "cluster": 7, "segment": "Old Friends", "at": "2026-11-24 09:12:44 EST"},
]


def rows(**counts: int) -> dict[str, int]:
    """Return the counts of rows of New User by state."""
    return {"waiting": 0, "incomplete": 0, "invalid": 0} | counts


def pulse(**fields: Any) -> dict[str, Any]:
    """Return a spreadsheet that is set up and live."""
    return {
        "isConnected": True,
        "live": LIVE_ON,
        "pending": None,
        "operation": None,
        "rows": rows(),
        "orders": 300,
        "predictions": PREDICTIONS,
        "reports": ["Dashboard", "Data_Quality"],
        "locale": "en_US",
        "timeZone": "Etc/UTC",
    } | fields


def operation(**fields: Any) -> dict[str, Any]:
    """Return a retraining that runs."""
    return {
        "id": "op-1",
        "call": "retrain",
        "state": "running",
        "stage": "Finding segments",
        "fraction": 0.62,
        "startedAt": "2026-11-24T16:59:50+00:00",
        "heartbeatAt": "2026-11-24T16:59:58+00:00",
        "message": "",
        "problem": None,
    } | fields


MODEL = {
    "version": 3,
    "trainedAt": "2026-11-20T08:15:00Z",
    "k": 5,
    "customers": 23_502,
    "transactions": 69_659,
    "figures": {"smallest_share": 0.066, "agreement": 0.97, "stability": 0.94},
    "warnings": [],
    "summary": [],
}
SEGMENTS = [
    ("Champions", "💰 VIP upsell: early access and a premium bundle, no discount", 1562, 0.38),
    ("Big Spenders", "👑 Personal care: a personal contact and the top of the range", 3982, 0.29),
    ("Potential Loyalists", "🔹 Second order: a reason to come back within a month", 5210, 0.16),
    ("Hibernating", "🔐 Promo: a time-limited offer by mail", 6433, 0.12),
    ("Lost", "✉️ Last call, then leave them alone", 6315, 0.05),
]


DRIFT = {
    "recency": 0.031,
    "frequency": 0.142,
    "money": 0.61,
    "rows": 300,
    "meansSomething": True,
    "shiftingOver": 0.1,
    "changedOver": 0.25,
    "advisesRetrain": True,
    "sentence": "The last 300 customers scored differ in money from those the segments were made from. "
    "Retrain with newer transactions.",
}


def status(**fields: Any) -> dict[str, Any]:
    """Return how a segmented spreadsheet stands."""
    return {
        "model": MODEL,
        "segments": [
            {
                "cluster": i,
                "segment": name,
                "actionPlan": plan,
                "customers": customers,
                "revenueShare": share,
                "colour": LIGHT[i],
            }
            for i, (name, plan, customers, share) in enumerate(SEGMENTS)
        ],
        "waiting": 0,
        "incomplete": 0,
        "invalid": 0,
        "operation": None,
        "lastPrediction": None,
        "versions": [],
        "drift": DRIFT,
        "aged": 0,
        "warnings": [],
        "service": {"version": "1.0.0"},
    } | fields


NO_MODEL = status(model=None, segments=[])

RESULT = {
    "model": MODEL
    | {
        "version": 4,
        "trainedAt": "2026-11-24T17:00:20Z",
        "summary": [
            "23,502 customers in 5 segments, the smallest with 7% of them.",
            "97 of 100 customers keep the segment that the model before gives.",
            "If you retrained on another draw of the same customers, the segments would agree by 94% (100 % is the "
            "same, 0 % is chance).",
        ],
    },
    "notes": ["69,659 rows read, 69,659 used.", "68 customers spent nothing in all and have no segment."],
    "message": "New segments: 23,502 customers in 5 segments.",
}

CHECKED = {
    "problem": None,
    "headers": ["customer_id", "order_date", "quantity", "revenue", "country"],
    "chosen": dict.fromkeys(
        ["customer_id", "order_date", "amount", "quantity", "unit_price", "order_id", "status", "currency"],
        "auto",
    ),
    "found": {
        "headerRow": 1,
        "columns": [
            {
                "role": role,
                "label": label,
                "header": header,
                "column": column,
                "why": f"'{header}' is a usual header for it",
                "samples": samples,
            }
            for role, label, header, column, samples in [
                ("customer_id", "customer id", "customer_id", "A", ["00001", "00002", "00003"]),
                ("order_date", "date", "order_date", "B", ["1997-01-01", "1997-01-12"]),
                ("amount", "amount", "revenue", "D", ["11.77", "12.00", "77.00"]),
                ("quantity", "quantity", "quantity", "C", ["1", "1", "5"]),
            ]
        ],
        "others": ["country"],
        "quality": {
            "rows_read": 69_659,
            "rows_used": 69_659,
            "first_day": "1997-01-01",
            "last_day": "1998-06-30",
        },
        "notes": [
            "69,659 rows read, 69,659 used.",
            "Noted: 80 with an amount of 0 (they count as purchases).",
        ],
        "customers": 23_502,
    },
}
CHECK_FAILED = CHECKED | {
    "found": None,
    "problem": {
        "title": "Training_Data cannot be used as it stands",
        "detail": "Training_Data has no column of dates (such as OrderDate); in row 1 stand: customer, when, revenue.",
        "hint": "Rename the header in row 1, or write it into the tab Settings beside OrderDateColumn.",
    },
    "headers": ["customer", "when", "revenue"],
}

QUESTION = {
    "setting": "AmountCovers",
    "title": "What an amount covers",
    "text": "12 orders stand in several rows, and all have one amount. Is that the order's total?",
    "column": "revenue",
    "answer": "",
    "sheetRows": [2, 3, 7, 8],
    "readings": [
        {
            "value": "order",
            "label": "It is the order's total: count it once",
            "rows": 12,
            "customers": 10,
            "orders": 12,
            "money": 83535.83,
            "result": "30.00 for the first such order",
            "firstDay": "2025-01-02",
            "lastDay": "2025-03-30",
        },
        {
            "value": "line",
            "label": "Each row has its own: add them up",
            "rows": 30,
            "customers": 10,
            "orders": 12,
            "money": 130381.11,
            "result": "60.00 for the first such order",
            "firstDay": "2025-01-02",
            "lastDay": "2025-03-30",
        },
    ],
}

WHY = {
    "row": 2,
    "CustomerID": "Maria",
    "cluster": 0,
    "segment": "Champions",
    "confidence": 0.96,
    "sentences": [
        "Bought 5 days ago: more recently than 92% of customers.",
        "12 orders: more than 98% of customers have.",
        "Spent 1,420.50 in all: more than 95% of customers.",
        "The segment is Champions: the same answer in 24 of 25 re-checks.",
    ],
    "standing": [
        {
            "feature": "recency",
            "value": 5,
            "ahead": 0.92,
            "place": 0.92,
            "segment": {"low": 3, "high": 45, "worse": 0.7, "better": 0.94},
            "sentence": "Bought 5 days ago: more recently than 92% of customers.",
        },
        {
            "feature": "frequency",
            "value": 12,
            "ahead": 0.98,
            "place": 0.985,
            "segment": {"low": 6, "high": 14, "worse": 0.9, "better": 0.99},
            "sentence": "12 orders: more than 98% of customers have.",
        },
        {
            "feature": "money",
            "value": 1420.5,
            "ahead": 0.95,
            "place": 0.95,
            "segment": None,
            "sentence": "Spent 1,420.50 in all: more than 95% of customers.",
        },
    ],
    "nextOrder": {
        "amount": 118.375,
        "segment": "Champions",
        "sentence": "Another usual order leaves this customer in Champions.",
    },
    "silence": {
        "days": 120,
        "segment": "Big Spenders",
        "sentence": "After 120 days of silence: Big Spenders.",
    },
    "flags": [],
}
