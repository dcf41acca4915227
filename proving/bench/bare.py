"""A minimal Flask service: the baseline of a cold start."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health() -> str:
    """Answer."""
    return "ok"
