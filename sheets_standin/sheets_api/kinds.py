"""Lists what the stand-in answers and what it does not, from its own tables of handlers."""

from __future__ import annotations

from sheets_standin.sheets_api import batch, service
from sheets_standin.sheets_api.schema import schemas


def calls() -> list[str]:
    """Return the methods of the Sheets API that are answered, as Google's documents name them.

    >>> "spreadsheets.values.append" in calls()
    True
    """
    return sorted(["spreadsheets.create", *service.METHODS])


def batch_kinds() -> list[str]:
    """Return the kinds of requests that spreadsheets.batchUpdate carries out.

    >>> "addTable" in batch_kinds(), "addDataSource" in batch_kinds()
    (True, False)
    """
    return sorted(batch.HANDLERS)


def refused_batch_kinds() -> list[str]:
    """Return the kinds of requests that Google knows and that are answered with 501.

    >>> "addDataSource" in refused_batch_kinds()
    True
    """
    return sorted(set(schemas()["Request"]["properties"]) - set(batch.HANDLERS))
