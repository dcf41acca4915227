"""SHA-256 as ad platforms compare it: normalised text in UTF-8, lower-case hexadecimal digits."""

from __future__ import annotations

import hashlib
import re

_HASH = re.compile(r"[0-9a-fA-F]{64}")


def sha256_hex(text: str) -> str:
    """Return the hash of a text, "" for an empty one: the hash of nothing would match nobody.

    >>> sha256_hex("mary@example.com")
    'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79'
    >>> sha256_hex("")
    ''
    """
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def is_hash(text: str) -> bool:
    """Whether a text looks like a hash already.

    >>> is_hash(sha256_hex("mary@example.com").upper()), is_hash("mary@example.com")
    (True, False)
    """
    return _HASH.fullmatch(text) is not None
