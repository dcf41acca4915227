"""Node, for the add-on's unit tests."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def node() -> str:
    """Path of Node: the system's, else the one of the virtual environment."""
    path = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if path is None:
        text = "Node is not on this machine. On Debian: apt-get install nodejs"
        if os.environ.get("CI") == "true":
            pytest.fail(text)
        pytest.skip(text)
    return path
