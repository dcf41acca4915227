"""What the calls answer: results of the use cases as the JSON that the add-on reads.

Names are the add-on's, as in `server.web.bodies`. The OpenAPI document is made of these types.
"""

from server.web.answers.access import ForgetAnswer, KeyAnswer, NonceAnswer, forget_answer, key_answer
from server.web.answers.rows import ExplainAnswer, ScoreAnswer, explain_answer, score_answer
from server.web.answers.shape import HealthAnswer, Problem
from server.web.answers.standing import StatusAnswer, status_answer
from server.web.answers.training import InspectAnswer, LongCallAnswer, inspect_answer, training_answer

__all__ = [
    "ExplainAnswer",
    "ForgetAnswer",
    "HealthAnswer",
    "InspectAnswer",
    "KeyAnswer",
    "LongCallAnswer",
    "NonceAnswer",
    "Problem",
    "ScoreAnswer",
    "StatusAnswer",
    "explain_answer",
    "forget_answer",
    "inspect_answer",
    "key_answer",
    "score_answer",
    "status_answer",
    "training_answer",
]
