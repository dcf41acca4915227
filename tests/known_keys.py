"""RSA keys of a test process: a few that go round, as to make one takes longer than most tests."""

from __future__ import annotations

import itertools
from functools import cache, lru_cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ROUND = 12
"""More than any one test makes, so that two keys of a test differ."""

_make, _load = rsa.generate_private_key, serialization.load_pem_private_key
_turn = itertools.count()


@cache
def _key(_number: int) -> RSAPrivateKey:
    return _make(public_exponent=65537, key_size=2048)


def _next_key(public_exponent: int, key_size: int, backend: Any = None) -> RSAPrivateKey:
    assert (public_exponent, key_size) == (65537, 2048)
    return _key(next(_turn) % ROUND)


@lru_cache(maxsize=2 * ROUND)
def _loaded(data: bytes, password: bytes | None, backend: Any = None) -> Any:
    return _load(data, password, backend)


def use(patch: pytest.MonkeyPatch) -> None:
    """Have keys made and read from now on taken from those that are known."""
    patch.setattr(rsa, "generate_private_key", _next_key)
    patch.setattr(serialization, "load_pem_private_key", _loaded)
