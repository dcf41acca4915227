"""The same service with scikit-learn and pandas imported at its start: what a cold start is held against."""

from __future__ import annotations

import pandas  # noqa: F401 - imported to be measured
import sklearn.cluster
import sklearn.metrics  # noqa: F401

from server.main import app

__all__ = ["app"]
