"""What pytest leaves alone: programs, and what is not installed."""

from __future__ import annotations

import importlib.util

_NEEDS = {"server/sources/engines/spark.py": "pyspark", "tests/sources/googlesql.py": "zetasql"}
"""What comes with requirements-engines.txt: `make engines`."""
_PROGRAMS = ("tests/sources/emulated_service.py", "tests/sources/start_emulator.py")
"""Of processes of their own: importing one starts something."""
collect_ignore = [
    *_PROGRAMS,
    *(file for file, package in _NEEDS.items() if importlib.util.find_spec(package) is None),
]
"""All of them here: a list in a folder below would stand in the place of this one, not beside it."""
