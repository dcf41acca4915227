"""The least that a Flask service can be: what a cold start is held against."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health() -> str:
    """Answer."""
    return "ok"
