"""Memory of the service's real processes over many calls."""

from __future__ import annotations

import itertools
import threading

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle, Webhook
from proving.bench.processes import resident_mib
from proving.bench.sheets import keyed, segmented, type_customers
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role

CLIENTS = 8


def resident_by_calls(calls: int, every: int) -> list[tuple[int, float]]:
    """Return the resident size of gunicorn's processes in MiB, after so many scored rows each.

    Quota and limits are off, so that the calls come as fast as the service answers. The first figure is after
    `every` calls: by then all threads, connections and caches are there.

    Raises
    ------
    RuntimeError
        If a row was not scored.
    """
    with (
        LocalGoogle(quota=False) as google,
        Webhook(google, app="proving.bench.unlimited:make()") as webhook,
    ):
        first = segmented(google, webhook)
        documents = [first]
        for _ in range(CLIENTS - 1):
            documents.append(google.workspace.copy(first, OWNER))
            google.workspace.share(documents[-1].spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
        numbers = itertools.count()
        sizes = []
        for done in range(every, calls + 1, every):
            _score(webhook, documents, every // CLIENTS, numbers)
            sizes.append((done, resident_mib(webhook.group)))
        return sizes


def _score(webhook: Webhook, documents: list[Document], times: int, numbers: itertools.count[int]) -> None:
    """Type and score one row so many times in each document, all documents at once."""
    failed: list[int] = []

    def work(document: Document) -> None:
        client = keyed(webhook, document)
        for number in itertools.islice(numbers, times):
            type_customers(document, 2, 1, f"m{number}-")
            reply = client.call("score", rows=[{"row": 2}])
            if reply.body.get("scored") != 1:
                failed.append(reply.status)

    workers = [threading.Thread(target=work, args=(document,)) for document in documents]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failed:
        raise RuntimeError(f"{len(failed)} rows were not scored: {failed[:5]}")
