"""The service whose BigQuery is the emulator that `BIGQUERY_EMULATOR_HOST` names; no account is asked for there."""

from __future__ import annotations

from functools import partial

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

bigquery.Client = partial(bigquery.Client, credentials=AnonymousCredentials())  # type: ignore[misc,assignment]

from server.main import app as app  # noqa: E402 - it opens sources with the client above
