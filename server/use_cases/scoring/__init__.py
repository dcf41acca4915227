"""Live scoring: read the rows, decide, write once."""

from server.use_cases.scoring.score import Scoring

__all__ = ["Scoring"]
