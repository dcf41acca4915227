"""The service with scikit-learn and pandas imported at its start: a baseline of a cold start."""

from __future__ import annotations

from flask import Flask

from server.app import create_app
from server.config import Config


def make() -> Flask:
    """Return the service."""
    import pandas  # noqa: F401 - imported to be measured
    import sklearn.cluster
    import sklearn.metrics  # noqa: F401

    return create_app(Config.from_env())
