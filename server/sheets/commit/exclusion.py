"""Check that Google refuses the second of two writers that have read the same token.

Either half of the token is enough: a given id is taken, so that adding it twice is an error; or deleting a
protected range that is gone is one. Were Google to do neither, no commit could be sure to be the only one.
"""

from __future__ import annotations

import secrets
from typing import Any

from server.sheets.api.calls import SpreadsheetCalls
from server.sheets.api.failures import ApiFailure
from server.sheets.api.retry import RetryBudget, retried
from server.sheets.commit.token import LAST_ID, Token
from server.sheets.commit.writes import Outcome


def keeps_writers_apart(
    calls: SpreadsheetCalls, outcome: Outcome[Any, Any], budget: RetryBudget | None = None
) -> bool:
    """Whether a commit like the one that ended in `outcome` excludes another that read the same token.

    Nothing more is asked of Google where the commit's own answer shows that the id was taken; else one write
    is tried that has to be refused, and changes nothing if it is not.

    Raises
    ------
    AudienceError
        If Google does not answer in time.
    """
    before, after = outcome.before.token, outcome.after.token
    if after.ids == before.successor("").ids:
        return True
    request = {"deleteProtectedRange": {"protectedRangeId": _free_id(before, after)}}
    try:
        retried(lambda: calls.batch_update([request]), budget or RetryBudget())
    except ApiFailure:
        return True
    return False


def _free_id(*tokens: Token) -> int:
    """Return an id that no protected range can be expected to have."""
    taken = {token_id for token in tokens for token_id in token.ids}
    return next(i for i in iter(lambda: LAST_ID - secrets.randbelow(LAST_ID // 2), None) if i not in taken)
