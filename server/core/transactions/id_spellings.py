"""Spellings of one customer id: capitals, leading zeros, phone numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.phones import holds_phones, phone_keys

_MIXED_SHARE = 0.05
"""Where so many ids mix capitals with others inside a word, capitals may mean something."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """Ids that look like the same customer's.

    Attributes
    ----------
    kind
        "case", "zeros" or "phones".
    groups
        Customers of several spellings.
    example
        Two spellings of one.
    is_sure
        Whether they are one customer by the evidence of the column.
    """

    kind: str
    groups: int
    example: tuple[str, str]
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Spellings:
    """Which ids are one customer's.

    Attributes
    ----------
    same_as
        For each id the place of the one that stands for it, shape (n_ids,).
    found
        What was seen, by kind.
    digits
        How long ids of digits are with their zeros, where some have lost them; 0 where none have.
    """

    same_as: NDArray[np.int32]
    found: tuple[Spelling, ...]
    digits: int = 0


def judge_spellings(
    ids: Sequence[str], counts: NDArray[np.int64], header: str, answer: str = ""
) -> Spellings:
    """Return which ids are spellings of one.

    Parameters
    ----------
    counts
        Rows of each id; the spelling with the most stands for all, of zeros the longer one.
    answer
        "one" or "apart" where the marketer decided; "" for the evidence.
    """
    same_as = np.arange(len(ids), dtype=np.int32)
    emails = _groups(text.casefold() if "@" in text else "" for text in ids)
    _join(same_as, emails, counts)  # capitals make no difference in them
    spellings = []
    digits = 0
    for spelling, groups in _seen(ids, header):
        spellings.append(spelling)
        if answer != "one" and (not spelling.is_sure or answer == "apart"):
            continue
        if spelling.kind == "zeros":
            digits = max(map(len, _padded(ids)))
            _join(same_as, groups, np.array([len(text) for text in ids]))
        else:
            _join(same_as, groups, counts)
    return Spellings(same_as, tuple(spellings), digits)


def _padded(ids: Sequence[str]) -> list[str]:
    """Return the ids of digits that begin with a zero."""
    return [text for text in ids if text.isdecimal() and text[0] == "0"]


def _seen(ids: Sequence[str], header: str) -> Iterable[tuple[Spelling, list[list[int]]]]:
    if holds_phones(header, ids):
        groups = _groups(phone_keys(ids))
        if groups:
            yield Spelling("phones", len(groups), _example(ids, groups), is_sure=True), groups
        return
    zeros = _groups(text.lstrip("0") if text.isdecimal() else "" for text in ids)
    if zeros:
        yield Spelling("zeros", len(zeros), _example(ids, zeros), _are_padded(ids)), zeros
    case = _groups("" if "@" in text else text.casefold() for text in ids)
    spelling = _case(ids, case)
    if spelling is not None:
        yield spelling, case


def _are_padded(ids: Sequence[str]) -> bool:
    """Whether ids with zeros have one length, and no id of digits is longer."""
    lengths = set(map(len, _padded(ids)))
    return len(lengths) == 1 and max(len(text) for text in ids if text.isdecimal()) <= max(lengths)


def _case(ids: Sequence[str], groups: list[list[int]]) -> Spelling | None:
    """Return the evidence of capitals; None where they distinguish ids, as in cus_Nx3aB, or none differ by them."""
    if not groups:
        return None
    typed = [_is_typed(ids[i]) for group in groups for i in group]
    is_mixed = sum(not _is_typed(text) for text in ids) > _MIXED_SHARE * len(ids)
    if is_mixed and not any(typed):
        return None
    return Spelling("case", len(groups), _example(ids, groups), all(typed) and not is_mixed)


def _is_typed(text: str) -> bool:
    """Whether its capitals are those of a typing habit: none, all, or the first of each word.

    >>> _is_typed("C0042"), _is_typed("anna"), _is_typed("Anna Meier"), _is_typed("cus_Nx3aB")
    (True, True, True, False)
    """
    return text in (text.lower(), text.upper(), text.title(), text.capitalize())


def _groups(keys: Iterable[str]) -> list[list[int]]:
    """Return the places of equal keys, where there are several; "" equals nothing."""
    places: dict[str, int] = {}
    groups: dict[int, list[int]] = defaultdict(list)
    for i, key in enumerate(keys):
        if key:
            first = places.setdefault(key, i)
            if first != i:
                groups[first].append(i)
    return [[first, *others] for first, others in groups.items()]


def _join(same_as: NDArray[np.int32], groups: Sequence[Sequence[int]], order: NDArray[np.int64]) -> None:
    """Let one id represent each group, and those that others of the group represent."""
    for group in groups:
        chief = max(group, key=lambda i: (int(order[i]), -i))
        for i in group:
            same_as[i] = chief


def _example(ids: Sequence[str], groups: Sequence[Sequence[int]]) -> tuple[str, str]:
    return ids[groups[0][0]], ids[groups[0][1]]
