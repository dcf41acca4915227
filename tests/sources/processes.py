"""What a test of an engine does where the engine is not installed."""

from __future__ import annotations

import os

import pytest


def needed(missing: str) -> None:
    """Skip a test for which something is missing; fail it in CI, where nothing may be missing.

    Parameters
    ----------
    missing
        What, and the command that installs it; "" where nothing is.
    """
    if not missing:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)
