"""Which ids of a source are taken as they stand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.transactions.customer_ids import FAILED_CELLS, MISSING_IDS, id_key
from server.core.transactions.guest_words import GUESTS, is_guest
from server.sources.expressions.reading import PLAIN

_PLAIN = re.compile(PLAIN.replace(r"\z", r"\Z"))
"""The same for Python, which writes the end of a text in another way."""
_NOBODY = sorted(GUESTS | MISSING_IDS | FAILED_CELLS)


@pytest.mark.parametrize(
    "text", ["K00017", "100234", "00100234", "ann.b@x.com", "_7", "3f2a-9c", "a1", "A_1.b"]
)
def test_usual_ids_are_taken_as_they_stand(text: str) -> None:
    assert _PLAIN.search(text)


@pytest.mark.parametrize(
    "text", ["12.0", "100234.0", "'100", "K1\n", "K1\u2028", " K1", "K 1", "=1", "", "000", "Ann"]
)
def test_what_may_have_to_be_cleaned_or_name_nobody_is_looked_at(text: str) -> None:
    assert not _PLAIN.search(text)


@given(st.one_of(st.text(max_size=12), st.text("aKz_-.@0159 '=\n<>", max_size=12), st.sampled_from(_NOBODY)))
def test_what_is_taken_as_it_stands_is_its_own_key_and_names_somebody(text: str) -> None:
    """In capitals too, as words for nobody are known by their small letters."""
    for spelled in (text, text.upper(), text.title()):
        if _PLAIN.search(spelled):
            assert id_key(spelled) == spelled
            assert spelled.lower() not in MISSING_IDS | FAILED_CELLS
            assert not is_guest(spelled)
            assert not is_guest(spelled.lower())
