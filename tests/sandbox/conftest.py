"""Script projects that tests write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.scripts import desks


@pytest.fixture
def desk_with(tmp_path: Path) -> Iterator[Any]:
    """Make a spreadsheet with a script: desk_with("function f() {…}")."""
    yield from desks(tmp_path)
