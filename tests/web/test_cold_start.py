"""What a new instance imports before it scores its first row, and while it does."""

from __future__ import annotations

import json
import urllib.request

import pytest

from local.launch import LocalGoogle, Webhook
from tests.conftest import Sheet
from tests.workbook import NEW_USER

HEAVY = {
    *("pandas", "scipy", "sklearn", "joblib", "pyarrow", "polars", "duckdb", "matplotlib", "babel"),
    *("ibis", "sqlglot", "google.cloud.bigquery", "pyspark", "grpc"),
    *("server.training", "server.core.transactions.reader", "server.core.segments.rfm", "server.web.openapi"),
    *("phonenumbers", "server.core.audiences", "server.use_cases.audiences.audiences"),
    *("server.use_cases.audiences.making", "server.sheets.tabs.contacts", "server.sheets.tabs.audience_tabs"),
}
"""A second and 120 MB together, or of use to nobody who scores a row. (cryptography signs for google-auth.)"""


@pytest.mark.parametrize("locale", ["en_US", "de_DE"])
def test_a_first_row_is_scored_without_heavy_modules(
    google: LocalGoogle, segmented: Sheet, locale: str
) -> None:
    """From the exec of gunicorn over the signed request and the calls to Google to the answer, in any locale."""
    segmented.document.locale = locale
    segmented.type(NEW_USER, 2, [["A", "5", "2", "10"]])

    with Webhook(google, app="tests.web.watched:make()") as webhook:
        answer = webhook.client(segmented.id).call("score", rows=[{"row": 2}])
        with urllib.request.urlopen(webhook.url + "/modules", timeout=30) as reply:
            imported = set(json.load(reply))

    assert answer.body["scored"] == 1
    assert {"numpy", "gspread", "server.core.scoring.decide"} <= imported
    assert imported & HEAVY == set()
