"""What a training says of its model bears the numbers as a German spreadsheet writes them."""

from __future__ import annotations

import re

import numpy as np

from server.core.wording import Wording
from server.training.candidates import Candidate
from server.training.choosing_k import why
from server.training.scorecard import verdict, warnings
from server.training.train import train
from tests.core.conftest import plain_model
from tests.training.conftest import USUAL, table_of, three_kinds

DANISH = Wording("da_DK")
NBSP = "\u00a0"
GOOD = Candidate(4, 0.1, 0.9, 0.0, 0.6)
WEAK = Candidate(5, 0.025, 0.8, 0.2, 0.5)


def test_why_there_are_so_many_segments() -> None:
    """The Gini, the margin and the agreement; what speaks against the number that is kept."""
    chosen = why([GOOD, WEAK], 4, asked=False, kept=False, wording=DANISH)
    forced = why([WEAK], 5, asked=False, kept=False, wording=DANISH)
    kept = why([GOOD, WEAK], 5, asked=False, kept=True, wording=DANISH)

    assert "within 0,01 (Gini 0,60 on the last third of the history;" in chosen
    assert "(agreement 0,80 between draws of customers; 0,85 is wanted)" in forced
    assert f"its smallest segment has 2,5{NBSP}% of the customers" in kept
    assert "(agreement 0,80)" in kept
    assert f"20{NBSP}% of the best customers would stay best" in kept
    assert "(Gini 0,60, now 0,50)" in kept


def test_warnings() -> None:
    """Shares with and without a digit behind the sign; 200 customers, of whom nine tenths bought once."""
    rfm = np.column_stack([np.arange(200.0), [1.0] * 180 + [2.0] * 20, np.full(200, 9.0)])

    sentences = warnings(
        rfm,
        smallest_share=0.025,
        stability=0.42,
        k=3,
        chosen_by_marketer=False,
        too_poor={},
        wording=DANISH,
    )

    assert sentences == [
        f"90{NBSP}% of the customers bought once: frequency tells little about them.",
        "The segments are not stable: another draw of the same customers gives other ones "
        f"(agreement 42{NBSP}%; 100{NBSP}% is the same, 0{NBSP}% is chance).",
        f"With 3 segments, the smallest has 2,5{NBSP}% of the customers.",
    ]


def test_why_a_model_waits() -> None:
    """Both figures of each margin."""
    figures = {"stability": 0.9, "tomorrow": 0.97, "ghosts": 0.0, "smallest_share": 0.1}
    former = plain_model(customers=23_502, figures=figures)
    model = plain_model(
        customers=1_045,
        centres=[*former.centres, (5.0, 1.0, 4.0)],
        figures=figures
        | {"stability": 0.7, "smallest_share": 0.014, "gini_as_it_is": 0.57, "gini_former": 0.61},
    )

    text = verdict(model, former, wording=DANISH).sentence()

    assert "the new ones have 1.045 customers, 23.502 now: is Training_Data complete?" in text
    assert "the new ones tell less well who will spend (0,57, 0,61 now)" in text
    assert f"less repeatable (70{NBSP}% agree when they are found again, 90{NBSP}% now)" in text
    assert f"the smallest of the new ones has only 1,4{NBSP}% of the customers" in text


def test_a_model_keeps_what_was_said_at_its_training() -> None:
    """Its warnings are texts of the model from then on."""
    model = train(
        table_of(np.vstack([three_kinds(), [[8.0, 90, 90_000]]])),
        transactions=0,
        version=1,
        trained_at="",
        history=USUAL,
        n_clusters=12,
        wording=DANISH,
    )

    assert re.fullmatch(
        rf"With 12 segments as Settings asks for, the smallest has \d,\d{NBSP}% of the customers\.",
        model.warnings[-1],
    )
