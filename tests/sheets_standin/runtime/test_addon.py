"""The real add-on's files in the runtime."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sheets_standin.scripts import Desk

pytestmark = pytest.mark.browser

ADD_ON = Path(__file__).resolve().parents[3] / "apps_script"


FILES = {path.name: path.read_text("utf-8") for path in ADD_ON.iterdir() if path.suffix in (".js", ".html")}


def items(menu: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield label and function of each item."""
    for entry in menu["items"]:
        if "items" in entry:
            yield from items(entry)
        elif "function" in entry:
            yield entry["label"], entry["function"]


def test_the_menu_comes_without_consent_and_its_items_exist(desk_with: Any) -> None:
    """onOpen works in both orders of the files, and each item names a function that may be called."""
    desk: Desk = desk_with(FILES, consented=False)

    for session in (desk.owner, desk.editor):
        desk.addon.opened(session)
        assert desk.addon.settle()

    for session in (desk.owner, desk.editor):
        (menu,) = desk.events("menu", session)
        assert {function for _, function in items(menu)} <= set(desk.addon.callable_functions())
    assert [record.error for record in desk.addon.records] == [None, None]


def test_the_menu_comes_where_the_add_on_is_not_enabled(desk_with: Any) -> None:
    """In mode NONE onOpen still adds the menu."""
    desk: Desk = desk_with(FILES, consented=False, opening="NONE")

    desk.addon.opened(desk.owner)
    desk.addon.settle()

    assert len(desk.events("menu")) == 1
    assert desk.addon.records[-1].error is None
