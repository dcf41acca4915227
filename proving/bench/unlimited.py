"""The service without its limits for one spreadsheet and its share of the quota, so that only its own speed counts."""

from __future__ import annotations

from flask import Flask

from server.app import create_app, use_cases
from server.config import Config
from server.sheets.api.client import Unmetered


def make() -> Flask:
    """Return the service."""
    config = Config.from_env()
    return create_app(config, use_cases(config, Unmetered()), calls_a_minute=1_000_000)
