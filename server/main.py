"""Entry point of gunicorn: ``server.main:app``."""

from __future__ import annotations

from server.app import create_app
from server.config import Config

app = create_app(Config.from_env())
