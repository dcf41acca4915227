"""The gate: what keeps a new model from being put in use, and what is said."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from server.core.model import Model
from server.training.scorecard import CANDIDATE, IN_USE, summary, verdict
from server.training.train import train
from tests.training.conftest import GAPS, table_of, three_kinds


@pytest.fixture(scope="module")
def model() -> Model:
    figures = {
        "gini": 0.6,
        "gini_by_spend": 0.64,
        "gini_as_it_is": 0.6,
        "gini_former": 0.61,
        "agreement": 0.9,
    }
    made = train(table_of(three_kinds()), transactions=0, version=1, trained_at="", history=GAPS)
    return with_figures(made, **figures, stability=0.9, ghosts=0.0, smallest_share=0.1, tomorrow=0.97)


def with_figures(model: Model, **figures: float) -> Model:
    return msgspec.structs.replace(model, figures={**model.figures, **figures})


def test_a_first_model_is_always_put_in_use(model: Model) -> None:
    """However weak it is."""
    assert verdict(with_figures(model, stability=0.1, ghosts=1.0), None).status == IN_USE


def test_a_model_as_good_as_the_one_in_use_is_put_in_use(model: Model) -> None:
    """Nothing is said then."""
    found = verdict(model, model)

    assert (found.status, found.sentence) == (IN_USE, "")


@pytest.mark.parametrize(
    ("worse", "named"),
    [
        ({"gini_as_it_is": 0.57}, "tells less well who will spend (0.57; the model in use 0.61)"),
        (
            {"tomorrow": 0.81},
            "would leave only 81 of 100 customers in their segment (97 of 100 in the model in use)",
        ),
        ({"ghosts": 0.21}, "21 of 100 of its best customers would stay best"),
        ({"agreement": 0.49}, "only 49 of 100 customers would keep their segment"),
        ({"smallest_share": 0.014}, "its smallest segment has only 1.4%"),
    ],
    ids=["gini", "tomorrow", "ghosts", "agreement", "smallest"],
)
def test_a_model_that_is_worse_by_a_margin_waits(model: Model, worse: dict[str, float], named: str) -> None:
    """The reason is told with both figures, and that it may be put in use all the same."""
    found = verdict(with_figures(model, **worse), model)

    assert found.status == CANDIDATE
    assert len(found.reasons) == 1
    assert named in found.sentence
    assert found.sentence.endswith("You can put it in use all the same.")


@pytest.mark.parametrize(
    "within",
    [
        {"gini_as_it_is": 0.585},
        {"tomorrow": 0.83},
        {"ghosts": 0.2},
        {"agreement": 0.5},
        {"smallest_share": 0.016},
    ],
    ids=["gini", "tomorrow", "ghosts", "agreement", "smallest"],
)
def test_a_model_that_is_worse_within_the_margin_is_put_in_use(
    model: Model, within: dict[str, float]
) -> None:
    """Small differences are chance."""
    assert verdict(with_figures(model, **within), model).status == IN_USE


def test_stability_counts_where_the_number_of_segments_changed(model: Model) -> None:
    """With as many segments as before it says nothing of this model against that one."""
    shaky = with_figures(model, stability=0.74)
    other = msgspec.structs.replace(model, centres=model.centres[:2])

    assert verdict(shaky, model).status == IN_USE
    assert "less stable (agreement 74%; the model in use 90%)" in verdict(shaky, other).sentence
    assert verdict(with_figures(model, stability=0.76), other).status == IN_USE


def test_half_the_customers_gone_is_no_model_to_put_in_use(model: Model) -> None:
    """Somebody deleted rows of Training_Data, most likely."""
    small = msgspec.structs.replace(model, customers=89)

    assert "89 customers, the model in use 180: is Training_Data complete?" in verdict(small, model).sentence


def test_other_segments_are_no_reason_where_the_marketer_asked_for_them(model: Model) -> None:
    """A new number of segments changes most customers', as it should; so does a plain gain."""
    changed = with_figures(model, agreement=0.3)

    assert verdict(changed, model, asked=True).status == IN_USE
    assert verdict(with_figures(changed, gini_as_it_is=0.65), model).status == IN_USE


def test_the_scorecard_in_words(model: Model) -> None:
    """Figures become sentences that a marketer reads."""
    told = summary(model)

    assert "If you retrained tomorrow, 97 of 100 customers would stay in their segment." in told
    assert "None of the best would still count as best after a long silence." in told
    assert any("94% as well as sorting everybody by past spend (0.60 against 0.64)" in each for each in told)
    assert model.why_k in told


def test_segments_that_fit_loosely_are_told(model: Model) -> None:
    """1.25 times the inertia of a fresh fit is a fifth less close; 1.2 is not told."""
    assert any("would lie 20% closer" in told for told in summary(with_figures(model, looseness=1.25)))
    assert not any("closer" in told for told in summary(with_figures(model, looseness=1.2)))


def test_warnings_of_a_first_model() -> None:
    """Few customers, a short history and hardly any repeat buyers are told."""
    rfm = np.column_stack([np.arange(1.0, 41), np.ones(40), np.arange(10.0, 50)])

    found = " ".join(train(table_of(rfm), transactions=0, version=1, trained_at="").warnings)

    assert "Few customers: 40." in found
    assert "100% of the customers bought once" in found
    assert "all last purchases lie within 40 days" in found


def test_what_makes_data_too_poor_is_told_first_and_once() -> None:
    """The milder warning about the same gives way; the figure remembers it for the next model."""
    rfm = np.column_stack([np.arange(1.0, 41), np.ones(40), np.arange(10.0, 50)])
    poor = {"customers": "Too few.", "apart": "All alike."}

    made = train(table_of(rfm), transactions=0, version=1, trained_at="", too_poor=poor)

    assert made.warnings[:2] == ["Too few.", "All alike."]
    assert not any(
        word in told for told in made.warnings for word in ("Few customers", "bought once", "Short history")
    )
    assert made.figures["too_poor"] == 2


def test_a_short_history_is_told_once() -> None:
    """Where the transactions span too little, their last days need no word."""
    rfm = np.column_stack([np.arange(1.0, 41), np.ones(40), np.arange(10.0, 50)])

    made = train(table_of(rfm), transactions=0, version=1, trained_at="", too_poor={"history": "Too short."})

    assert any("Few customers" in told for told in made.warnings)
    assert not any("Short history" in told for told in made.warnings)


def test_a_model_of_poor_data_waits_unless_the_one_in_use_is_no_better(model: Model) -> None:
    """The reason is told as part of the sentence; a first model is put in use."""
    poor = "The transactions span 12 days."

    waits = verdict(model, model, too_poor=poor)

    assert waits.status == CANDIDATE
    assert "its data are too poor to mean anything (the transactions span 12 days)." in waits.sentence
    assert verdict(model, with_figures(model, too_poor=1.0), too_poor=poor).status == IN_USE
    assert verdict(model, None, too_poor=poor).status == IN_USE
