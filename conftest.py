"""What pytest leaves alone where it is not installed."""

from __future__ import annotations

import importlib.util

_NEEDS = {"server/sources/engines/spark.py": "pyspark", "tests/sources/googlesql.py": "zetasql"}
"""What comes with requirements-engines.txt: `make engines`."""
collect_ignore = [file for file, package in _NEEDS.items() if importlib.util.find_spec(package) is None]
