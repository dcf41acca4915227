"""What a new instance imports before it scores its first row."""

from __future__ import annotations

import subprocess
import sys


def test_nothing_is_imported_that_scoring_does_not_need() -> None:
    """pandas, scipy and scikit-learn cost a second; the OpenAPI document is made when it is asked for.

    Babel is for sentences that a segmentation writes.
    """
    names = ("pandas", "scipy", "sklearn", "babel", "server.training", "server.web.openapi")
    program = f"import sys, server.app; print([name for name in {names!r} if name in sys.modules])"

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert told.strip() == "[]"
