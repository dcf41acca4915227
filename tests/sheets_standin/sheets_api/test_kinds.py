"""What the stand-in says that it answers is what it answers."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from typing import Any

import pytest

from sheets_standin.google.drive import CALLS
from sheets_standin.sheets_api.kinds import batch_kinds, calls, refused_batch_kinds
from tests.sheets_standin.conftest import Api


def test_every_kind_of_google_is_answered_or_refused_once() -> None:
    """Both lists together are the kinds of Google's discovery document."""
    assert sorted(batch_kinds() + refused_batch_kinds()) == sorted({*batch_kinds(), *refused_batch_kinds()})
    assert len(batch_kinds() + refused_batch_kinds()) == 74
    assert set(refused_batch_kinds()) == {
        "addCommentReply",
        "addDataSource",
        "cancelDataSourceRefresh",
        "deleteComment",
        "deleteCommentReply",
        "deleteDataSource",
        "insertComment",
        "randomizeRange",
        "refreshDataSource",
        "updateCommentPost",
        "updateDataSource",
    }


@pytest.mark.parametrize("kind", batch_kinds() + refused_batch_kinds())
def test_a_kind_is_answered_as_it_is_listed(api: Api, kind: str) -> None:
    """An empty request of a kind that is refused is 501, one of a kind that is answered is not unknown."""
    _, answer = api.send("POST", "/S:batchUpdate", {"requests": [{kind: {}}]})

    message = answer.get("error", {}).get("message", "")
    assert (message == f"The local stand-in does not support the request {kind}.") is (
        kind not in batch_kinds()
    )


def test_the_calls_are_methods_of_googles() -> None:
    """Each has its id in Google's discovery document; all of them are answered."""
    folder = importlib.resources.files("googleapiclient") / "discovery_cache" / "documents"
    whole = json.loads((folder / "sheets.v4.json").read_text(encoding="utf-8"))

    assert {f"sheets.{name}" for name in calls()} == set(ids(whole["resources"]))


def ids(resources: dict[str, Any]) -> Iterator[str]:
    for resource in resources.values():
        yield from (method["id"] for method in resource.get("methods", {}).values())
        yield from ids(resource.get("resources", {}))


def test_the_calls_of_drive_are_listed() -> None:
    """Uploads and exports among them."""
    assert {"GET files/*/export", "GET files/*/comments", "PUT upload/files/*"} <= set(CALLS)
