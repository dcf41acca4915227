"""The service, which also tells what its process has imported: ``GET /modules``."""

from __future__ import annotations

import sys

from flask import Flask

from server.app import create_app
from server.config import Config


def make() -> Flask:
    """Return the service, as `server.main` makes it."""
    app = create_app(Config.from_env())

    @app.get("/modules")
    def modules() -> list[str]:
        return sorted(sys.modules)

    return app
