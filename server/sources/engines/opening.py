"""The adapter of a source's engine; its client is imported when it is asked for."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable

from server.sources.engines.engine import OWNER_LETTERS, Engine
from server.sources.source import BIGQUERY, DUCKDB, Source
from server.sources.trouble import log_engine, not_installed, unreachable


def new_run_id(owner: str = "") -> str:
    """Return the id of a run: when it began, a mark of whose it is, and letters of chance; it sorts by time.

    Parameters
    ----------
    owner
        Who has one run at a time, as a spreadsheet's id; "" for a run that nobody follows.
    """
    mark = hashlib.sha256(owner.encode()).hexdigest()[:OWNER_LETTERS] if owner else secrets.token_hex(3)
    return time.strftime("%Y%m%d%H%M%S", time.gmtime()) + mark + secrets.token_hex(2)


def open_engine(source: Source, run_id: str, fetch_secret: Callable[[str], str] | None = None) -> Engine:
    """Return a connection for one run.

    Parameters
    ----------
    fetch_secret
        Returns a secret of Secret Manager's by its name; raises where it does not come.

    Raises
    ------
    SourceUnreachableError
        If the engine does not answer, or its client is not installed.
    """
    try:
        if source.engine == DUCKDB:
            from server.sources.engines.duckdb import DuckDb

            return DuckDb(source, run_id)
        if source.engine == BIGQUERY:
            from server.sources.engines.bigquery import BigQuery

            return BigQuery(source, run_id)
        from server.sources.engines.spark import Spark

        return Spark(source, run_id, _token(source, fetch_secret))
    except ImportError as error:
        raise not_installed(source) from error


def _token(source: Source, fetch_secret: Callable[[str], str] | None) -> str:
    """Return the token of a Spark server, "" where it takes none."""
    if not source.token_secret:
        return ""
    if fetch_secret is None:
        raise unreachable()
    try:
        return fetch_secret(source.token_secret)
    except Exception as error:
        log_engine(source, error)
        raise unreachable() from error
