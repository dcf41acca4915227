"""Live scoring: read the rows, decide what becomes of them, write once."""

from server.use_cases.scoring.score import Scoring

__all__ = ["Scoring"]
