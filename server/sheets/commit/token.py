"""Commit token: a compare-and-set made of what the Sheets API offers.

The API knows no precondition. But a batch that deletes a protected range which is not there is refused
whole, and so is one that adds a range under an id which exists. So one warning-only protected range on
``Model!A1`` carries the number of the last commit as its id, and the number of the last change of all
customers and the nonces of the last eight commits in its description. Every commit deletes the range it has
read and adds the next: of two writers that read the same number, the second is refused. One that read none
makes the first, and writes nothing else with it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NONCES_KEPT = 8
FIRST_ID = 1_000_000
LAST_ID = 2**31 - 1
_JUMP = 100_000_000

_DESCRIPTION = re.compile(r"^ATE (\d{1,10}) (\d{1,10})((?: [0-9a-f]{16}){0,8})$")


@dataclass(frozen=True, slots=True)
class Token:
    """Commit token as it was read.

    Attributes
    ----------
    ids
        Ids of all protected ranges that are tokens: one, but none in a new spreadsheet, and several where
        somebody copied the range.
    number
        Number of the last commit.
    base
        Raised by whatever changes all customers at once (retrain, segment, forget, restore).
    nonces
        Nonces of the last commits, the newest last.
    """

    ids: tuple[int, ...] = ()
    number: int = 0
    base: int = 0
    nonces: tuple[str, ...] = ()

    @property
    def committed_at(self) -> int:
        """When the last commit was made, by the clock of its maker: seconds since 1970; 0 where there is none."""
        return int(self.nonces[-1][:8], 16) if self.nonces else 0

    def holds(self, nonce: str) -> bool:
        """Whether the commit of this nonce was applied."""
        return nonce in self.nonces

    def successor(self, nonce: str, *, raises_base: bool = False, jumps: bool = False) -> Token:
        """Return the token that the next commit writes.

        Parameters
        ----------
        jumps
            Take an id far from the last one, for where somebody else's range has the next one.
        """
        newest = max(self.ids, default=FIRST_ID)
        following = FIRST_ID + secrets.randbelow(_JUMP) if jumps or newest >= LAST_ID else newest + 1
        return Token(
            ids=(following,),
            number=self.number + 1,
            base=self.base + raises_base,
            nonces=(*self.nonces, nonce)[-NONCES_KEPT:],
        )

    @property
    def description(self) -> str:
        """The token as text.

        >>> Token(ids=(7,), number=3, base=1, nonces=("00112233445566ff",)).description
        'ATE 3 1 00112233445566ff'
        """
        return " ".join(["ATE", str(self.number), str(self.base), *self.nonces])


def new_nonce(now: float) -> str:
    """Return a nonce for one attempt at a commit: 16 hexadecimal digits, the first eight of which are its time.

    Parameters
    ----------
    now
        Seconds since 1970.
    """
    return f"{int(now) % 2**32:08x}{secrets.token_hex(4)}"


def read_token(protected_ranges: Iterable[Mapping[str, Any]]) -> Token:
    """Return the token among a spreadsheet's protected ranges; an empty one where there is none."""
    ids: list[int] = []
    newest = Token()
    for protection in protected_ranges:
        match = _DESCRIPTION.match(str(protection.get("description", "")))
        if not match:
            continue
        ids.append(int(protection.get("protectedRangeId", 0)))
        read = Token(number=int(match[1]), base=int(match[2]), nonces=tuple(match[3].split()))
        newest = max(newest, read, key=lambda token: (token.number, token.base))
    return Token(ids=tuple(ids), number=newest.number, base=newest.base, nonces=newest.nonces)


def token_requests(
    read: Token, successor: Token, model_sheet_id: int, *, names_id: bool = True
) -> list[dict[str, Any]]:
    """Return the requests that replace the token which was read by its successor.

    Parameters
    ----------
    read
        The token as it was read: only ids that stand in it are deleted.
    model_sheet_id
        Sheet of the tab `Model`, whose cell A1 carries the range.
    names_id
        False where Google turned out to choose the ids itself.
    """
    protected: dict[str, Any] = {
        "range": {
            "sheetId": model_sheet_id,
            "startRowIndex": 0,
            "endRowIndex": 1,
            "startColumnIndex": 0,
            "endColumnIndex": 1,
        },
        "description": successor.description,
        "warningOnly": True,
    }
    if names_id:
        protected["protectedRangeId"] = successor.ids[0]
    return [
        *({"deleteProtectedRange": {"protectedRangeId": token_id}} for token_id in read.ids),
        {"addProtectedRange": {"protectedRange": protected}},
    ]
