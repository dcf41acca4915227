"""The gate: what keeps a new model from being put in use, and what is said."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from server.core.segments.model import Model
from server.training.scorecard import CANDIDATE, IN_USE, summary, verdict
from server.training.train import train
from tests.training.conftest import USUAL, table_of, three_kinds


@pytest.fixture(scope="module")
def model() -> Model:
    figures = {
        "gini": 0.6,
        "gini_by_spend": 0.64,
        "gini_as_it_is": 0.6,
        "gini_former": 0.61,
        "agreement": 0.9,
        "name_fit": 0.92,
        "name_fit_former": 0.9,
    }
    made = train(table_of(three_kinds()), transactions=0, version=1, trained_at="", history=USUAL)
    return with_figures(made, **figures, stability=0.9, ghosts=0.0, smallest_share=0.1, tomorrow=0.97)


def with_figures(model: Model, **figures: float) -> Model:
    return msgspec.structs.replace(model, figures={**model.figures, **figures})


@pytest.mark.slow
def test_a_first_model_is_always_put_in_use(model: Model) -> None:
    """However weak it is."""
    assert verdict(with_figures(model, stability=0.1, ghosts=1.0), None).status == IN_USE


def test_a_model_as_good_as_the_one_in_use_is_put_in_use(model: Model) -> None:
    """Nothing is said then."""
    judged = verdict(model, model)

    assert (judged.status, judged.sentence()) == (IN_USE, "")


@pytest.mark.parametrize(
    ("worse", "named"),
    [
        ({"gini_as_it_is": 0.57}, "tell less well who will spend (0.57, 0.61 now)"),
        (
            {"tomorrow": 0.81},
            "less repeatable (81 of 100 customers would keep their segment, 97 of 100 now)",
        ),
        ({"name_fit": 0.84}, "names of the new ones fit fewer customers (84 of 100, 90 of 100 now)"),
        ({"ghosts": 0.21}, "21 of 100 top customers would stay in the top group"),
        ({"agreement": 0.49}, "only 49 of 100 customers would keep their segment"),
        ({"smallest_share": 0.014}, "the smallest of the new ones has only 1.4%"),
    ],
    ids=["gini", "tomorrow", "names", "ghosts", "agreement", "smallest"],
)
def test_a_model_that_is_worse_by_a_margin_waits(model: Model, worse: dict[str, float], named: str) -> None:
    """The reason is told with both figures, and that it may be put in use all the same."""
    judged = verdict(with_figures(model, **worse), model)

    assert judged.status == CANDIDATE
    assert len(judged.reasons) == 1
    assert named in judged.sentence()
    assert judged.sentence().endswith("You can use the new ones anyway.")


@pytest.mark.parametrize(
    "within",
    [
        {"gini_as_it_is": 0.585},
        {"tomorrow": 0.83},
        {"name_fit": 0.86},
        {"ghosts": 0.2},
        {"agreement": 0.5},
        {"smallest_share": 0.016},
    ],
    ids=["gini", "tomorrow", "names", "ghosts", "agreement", "smallest"],
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
    assert (
        "less repeatable (74% agree when they are found again, 90% now)" in verdict(shaky, other).sentence()
    )
    assert verdict(with_figures(model, stability=0.76), other).status == IN_USE


def test_half_the_customers_gone_is_no_model_to_put_in_use(model: Model) -> None:
    """Somebody deleted rows of Training_Data, most likely."""
    small = msgspec.structs.replace(model, customers=89)

    assert "89 customers, 180 now: is Training_Data complete?" in verdict(small, model).sentence()


def test_other_segments_are_no_reason_where_the_marketer_asked_for_them(model: Model) -> None:
    """A new number of segments changes most customers', as it should; so does a plain gain."""
    changed = with_figures(model, agreement=0.3)

    assert verdict(changed, model, asked=True).status == IN_USE
    assert verdict(with_figures(changed, gini_as_it_is=0.65), model).status == IN_USE


def test_the_scorecard_in_words(model: Model) -> None:
    """Figures become sentences that a marketer reads."""
    sentences = summary(model)

    assert "Found anew tomorrow, the segments would keep 97 of 100 customers where they are." in sentences
    assert "Top customers leave the top group if they stop buying." in sentences
    assert any(
        "94% as well as sorting everybody by past spend (0.60 against 0.64)" in line for line in sentences
    )
    assert model.why_k in sentences


def test_segments_that_fit_loosely_are_told(model: Model) -> None:
    """1.25 times the inertia of a fresh fit is a fifth less close; 1.2 is not told."""
    assert any(
        "would lie 20% closer" in sentence for sentence in summary(with_figures(model, looseness=1.25))
    )
    assert not any("closer" in sentence for sentence in summary(with_figures(model, looseness=1.2)))


@pytest.mark.slow
def test_warnings_of_a_first_model() -> None:
    """Few customers, a short history and hardly any repeat buyers are told."""
    rfm = np.column_stack([np.arange(1.0, 41), np.ones(40), np.arange(10.0, 50)])

    text = " ".join(train(table_of(rfm), transactions=0, version=1, trained_at="").warnings)

    assert "Few customers: 40." in text
    assert "100% of the customers bought once" in text
    assert "all last orders lie within 40 days" in text


@pytest.mark.slow
def test_what_makes_data_too_poor_is_told_first_and_once() -> None:
    """The milder warning about the same gives way; the figure remembers it for the next model."""
    rfm = np.column_stack([np.arange(1.0, 41), np.ones(40), np.arange(10.0, 50)])
    poor = {"customers": "Too few.", "apart": "All alike."}

    made = train(table_of(rfm), transactions=0, version=1, trained_at="", too_poor=poor)

    assert made.warnings[:2] == ["Too few.", "All alike."]
    assert not any(
        word in warning
        for warning in made.warnings
        for word in ("Few customers", "bought once", "Short history")
    )
    assert made.figures["too_poor"] == 2


@pytest.mark.slow
def test_a_short_history_is_told_once() -> None:
    """Where the transactions span too little, their last days need no word."""
    rfm = np.column_stack([np.arange(1.0, 41), np.ones(40), np.arange(10.0, 50)])

    made = train(table_of(rfm), transactions=0, version=1, trained_at="", too_poor={"history": "Too short."})

    assert any("Few customers" in warning for warning in made.warnings)
    assert not any("Short history" in warning for warning in made.warnings)


def test_a_model_of_poor_data_waits_unless_the_one_in_use_is_no_better(model: Model) -> None:
    """The reason is told as part of the sentence; a first model is put in use."""
    poor = "The transactions span 12 days."

    waits = verdict(model, model, too_poor=poor)

    assert waits.status == CANDIDATE
    assert "the orders are too few to go by (The transactions span 12 days)." in waits.sentence()
    assert verdict(model, with_figures(model, too_poor=1.0), too_poor=poor).status == IN_USE
    assert verdict(model, None, too_poor=poor).status == IN_USE


def test_names_that_fit_are_a_gain(model: Model) -> None:
    """Where few keep their segment, names that fit .06 more of the customers are reason enough."""
    few = with_figures(model, agreement=0.3, name_fit=0.96, name_fit_former=0.9)

    assert verdict(few, model).status == IN_USE
    assert verdict(with_figures(few, name_fit=0.94), model).status == CANDIDATE


def test_name_fit_is_told_in_words(model: Model) -> None:
    """Of a hundred customers; the absurd where there are any to speak of."""
    sentences = summary(with_figures(model, name_fit=0.976, name_absurd=0.004))

    assert "98 of 100 customers have the name that fits them." in sentences
    assert any(
        "; for 6 of 100 it is absurd." in sentence
        for sentence in summary(with_figures(model, name_absurd=0.06))
    )
