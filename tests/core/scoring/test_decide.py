"""What becomes of rows of New User, decided from plain values."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from server.core.scoring.decide import decide
from server.core.scoring.decisions import Context, Decision, SheetRow
from server.core.scoring.inputs import NewUserInput, fingerprint, prediction_id
from server.core.scoring.log_lines import LogLine, read_log_line
from server.core.scoring.triage import NOTE_PREFIX, id_owners
from server.core.segments.action_plans import Plan
from server.core.segments.model import Model
from server.core.wall_clock import wall_clock

NOW = dt.datetime(2026, 1, 15, 17, 0, tzinfo=dt.UTC)
ZONE = "America/New_York"

MODEL = Model(
    version=3,
    trained_at="2026-01-01T00:00:00Z",
    analysis_day="2026-01-01",
    customers=100,
    transactions=300,
    units=(1.0, 1.0, 1.0),
    weights=(1.0, 1.0, 1.0),
    mean=(0.0, 0.0, 0.0),
    scale=(1.0, 1.0, 1.0),
    centres=[(0.0, 2.0, 5.0), (5.0, 0.7, 2.0)],
    clusters=[4, 7],
    names=["Champions", "Lost"],
    next_cluster=8,
    quantiles=((1.0, 2.0, 3.0, 4.0),) * 3,
    ladder=([float(n) for n in range(101)],) * 3,
    gaps=[],
    why_k="",
    bootstrap=[],
    figures={},
    warnings=[],
)
"""Two centres: recent with orders and money, and long gone with little."""


NUMBERS = itertools.count(1)


def context(now: dt.datetime = NOW, plans: dict[int, Plan] | None = None) -> Context:
    return Context(MODEL, plans or {}, now, ZONE, "edit", lambda: f"{next(NUMBERS):08x}")


def row(
    number: int, who: object = "A", recency: object = 1, frequency: object = 6, money: object = 150
) -> SheetRow:
    return SheetRow(
        row=number,
        inputs={"CustomerID": who, "Recency": recency, "Frequency": frequency, "MonetaryValue": money},  # type: ignore[dict-item]  # cells of all kinds
        outputs={"Cluster": "", "ActionPlan": "", "PredictedAt": "", "PredictionId": ""},
    )


def shown(at: SheetRow, line: LogLine) -> SheetRow:
    """Return the row as it stands after its line was written beside it."""
    return replace(
        at,
        outputs={
            "Cluster": line.cluster,
            "ActionPlan": line.action_plan,
            "PredictedAt": line.predicted_at,
            "PredictionId": line.prediction_id,
        },
    )


def scored(at: SheetRow, now: dt.datetime = NOW) -> tuple[SheetRow, LogLine]:
    """Return a row after it was scored, and its line."""
    line = decide([at], [], context(now)).classified[0].line
    return shown(at, line), line


def sweep(rows: list[SheetRow], log: list[LogLine], now: dt.datetime = NOW) -> Decision:
    return decide(rows, log, context(now), owners=id_owners(rows))


def test_a_waiting_row_is_scored_by_the_model_and_its_plan() -> None:
    """The nearest centre's number, the marketer's texts, the wall clock of New York, the inputs' fingerprint."""
    plans = {4: Plan("Our best", "Send flowers"), 7: Plan("Gone", "")}

    decision = decide([row(2), row(3, "B", 300, 1, 5)], [], context(plans=plans))

    first, second = (row.line for row in decision.classified)
    assert (first.cluster, first.segment, first.action_plan) == (4, "Our best", "Send flowers")
    assert (second.cluster, second.segment) == (7, "Gone")
    assert second.action_plan.startswith("🧹")  # a blank plan is the segment's own
    assert first.predicted_at == wall_clock(NOW, ZONE)[0]
    mark = fingerprint(NewUserInput("A", 1, 6, 150))
    assert first.prediction_id == prediction_id(3, mark, NOW, first.prediction_id[-8:])


def test_new_lines_go_into_the_log_newest_first() -> None:
    """The row furthest down was scored last."""
    decision = decide([row(2, "A"), row(3, "B")], [], context())

    assert [line.customer_id for line in decision.new_lines] == ["B", "A"]


def test_a_classified_row_stays_as_it_is() -> None:
    """Nothing to write, at an edit and at a sweep."""
    done, line = scored(row(2))

    assert decide([done], [line], context()).is_empty
    assert sweep([done], [line]).is_empty


@pytest.mark.parametrize(
    "change",
    [{"CustomerID": "B"}, {"Recency": 2}, {"Frequency": 7}, {"MonetaryValue": 151}],
    ids=str,
)
def test_a_changed_input_makes_the_row_wait(change: dict[str, object]) -> None:
    """The fingerprint differs, so it is scored anew."""
    done, line = scored(row(2))
    changed = replace(done, inputs={**done.inputs, **change})

    assert [row.is_new for row in decide([changed], [line], context()).classified] == [True]


@pytest.mark.parametrize("header", ["Cluster", "PredictionId"])
def test_a_row_without_cluster_or_id_waits(header: str) -> None:
    """What was deleted comes back."""
    done, line = scored(row(2))
    blank = replace(done, outputs={**done.outputs, header: ""})

    assert [row.line for row in sweep([blank], [line]).classified] == [line]


def test_the_log_comes_first() -> None:
    """A row whose line stands nowhere takes it back; it is not scored a second time."""
    _, line = scored(row(2))

    decision = sweep([row(5)], [line])

    assert [(row.row, row.line, row.is_new) for row in decision.classified] == [(5, line, False)]


def test_an_edit_that_could_take_a_line_back_asks_for_a_look_at_all_rows() -> None:
    """It cannot know whether the line stands in a row that it did not read."""
    _, line = scored(row(2))

    decision = decide([row(5)], [line], context())

    assert decision.looks_restorable


def test_a_line_that_stands_in_a_row_is_not_given_to_another() -> None:
    """The same customer typed twice is scored twice."""
    done, line = scored(row(2))

    decision = sweep([done, row(3)], [line])

    assert [(row.row, row.is_new) for row in decision.classified] == [(3, True)]


def test_one_line_is_given_to_one_row() -> None:
    """Of two equal rows without outputs the first takes the line, the second is scored."""
    _, line = scored(row(2))

    decision = sweep([row(2), row(3)], [line])

    assert [(row.row, row.is_new) for row in decision.classified] == [(2, False), (3, True)]


@pytest.mark.parametrize(
    "later",
    [dt.timedelta(hours=23, minutes=59), dt.timedelta(days=1)],
    ids=["younger than a day", "a day old"],
)
def test_an_old_line_is_not_given_back(later: dt.timedelta) -> None:
    """After a day the customer is scored anew."""
    _, line = scored(row(2))

    decision = sweep([row(2)], [line], NOW + later)

    assert [row.is_new for row in decision.classified] == [later >= dt.timedelta(days=1)]


def test_a_line_of_another_model_is_not_given_back() -> None:
    """After a retrain a row that waits is scored by the new model."""
    _, line = scored(row(2))
    older = replace(line, prediction_id=line.prediction_id.replace("v3-", "v2-", 1))

    assert [classified.is_new for classified in sweep([row(2)], [older]).classified] == [True]


def test_a_copied_row_gets_an_id_of_its_own() -> None:
    """A row below another one with the same PredictionId is a copy."""
    done, line = scored(row(2))

    decision = sweep([done, replace(done, row=3)], [line])

    assert [(row.row, row.is_new) for row in decision.classified] == [(3, True)]
    assert decision.classified[0].line.prediction_id != line.prediction_id


def test_a_missing_log_line_is_put_in_again() -> None:
    """The row still shows what was predicted, so the line is made of it."""
    done, line = scored(row(2))

    decision = sweep([done], [])

    assert [row.line for row in decision.relogged] == [replace(line, trigger="reconciled")]
    assert sweep([done], decision.new_lines).is_empty


def test_a_row_that_disagrees_with_its_line_shows_the_line_again() -> None:
    """Somebody typed over the label: the log is the truth."""
    done, line = scored(row(2))
    typed_over = replace(done, outputs={**done.outputs, "ActionPlan": "call them"})

    decision = sweep([typed_over], [line])

    assert [(row.line, row.is_new) for row in decision.classified] == [(line, False)]
    assert decision.new_lines == []


def test_outputs_beside_incomplete_inputs_are_cleared() -> None:
    """A label without its customer says nothing."""
    done, line = scored(row(2))
    gone = replace(done, inputs={**done.inputs, "Frequency": ""})

    decision = decide([gone, row(3, money="")], [line], context())

    assert decision.cleared == [2]
    assert decision.incomplete == 2


def test_an_invalid_row_gets_a_note_and_loses_its_outputs() -> None:
    """The note stands on the wrong cell and says what is expected."""
    done, line = scored(row(2))
    wrong = replace(done, inputs={**done.inputs, "Recency": "soon"})

    decision = decide([wrong], [line], context())

    assert decision.cleared == [2]
    assert [(note.column, note.text.startswith(NOTE_PREFIX)) for note in decision.notes] == [
        ("Recency", True)
    ]
    assert decision.classified == []


def test_a_note_goes_when_the_input_is_mended() -> None:
    """Only the service's own; a marketer's note stays, also on a wrong cell."""
    ours = replace(row(2), notes={"Recency": NOTE_PREFIX + "expected a number"})
    theirs = replace(row(3, "B", "soon"), notes={"Recency": "ask Anna"})

    decision = decide([ours, theirs], [], context())

    assert [(note.row, note.text) for note in decision.notes] == [(2, "")]


def test_a_note_that_says_it_already_is_not_written_again() -> None:
    """The second look at a wrong row writes nothing."""
    wrong = row(2, recency="soon")
    note = decide([wrong], [], context()).notes[0].text

    assert decide([replace(wrong, notes={"Recency": note})], [], context()).is_empty


def test_a_formula_row_is_scored_again_by_the_sweep_alone_once_a_day() -> None:
    """Inputs that change by themselves make no work at every edit."""
    done, line = scored(replace(row(2), has_formula=True))
    grown = replace(done, inputs={**done.inputs, "Recency": 2})

    assert decide([grown], [line], context(NOW + dt.timedelta(days=3))).is_empty
    assert sweep([grown], [line], NOW + dt.timedelta(hours=23)).is_empty
    assert [row.is_new for row in sweep([grown], [line], NOW + dt.timedelta(days=1)).classified] == [True]


def test_again_scores_a_classified_row() -> None:
    """The marketer's wish counts."""
    done, line = scored(row(2))

    assert [row.is_new for row in decide([done], [line], context(), force=True).classified] == [True]


def test_a_row_of_the_log_that_is_no_line_is_passed_over() -> None:
    """A note that somebody put below the log is not ours."""
    assert read_log_line(["checked by Anna", 1, 2]) is None
    assert read_log_line([]) is None


def test_a_line_comes_back_from_its_cells() -> None:
    """What is written is what is read."""
    _, line = scored(row(2))

    assert read_log_line(line.cells()) == line


inputs = st.tuples(
    st.sampled_from(["A", "B", "", "00123"]),
    st.sampled_from([1, 300, "", "soon", -1]),
    st.sampled_from([1, 6, "", 0]),
    st.sampled_from([5, 150, "", 0]),
)
damage = st.sampled_from(
    ["none", "no outputs", "no id", "no cluster", "typed over", "copied", "no line", "other input"]
)


@given(st.lists(st.tuples(inputs, damage), max_size=12))
def test_a_sweep_mends_any_state_and_a_second_one_changes_nothing(
    cells: list[tuple[tuple[object, ...], str]],
) -> None:
    """However rows and log were damaged, they agree afterwards."""
    rows: list[SheetRow] = []
    log: list[LogLine] = []
    for number, (values, kind) in enumerate(cells, start=2):
        at = row(number, *values)
        first = decide([at], [], context(NOW - dt.timedelta(hours=1)))
        if first.classified:
            line = replace(
                first.classified[0].line,
                prediction_id=f"{first.classified[0].line.prediction_id}{number:04x}",
            )
            at = shown(at, line)
            if kind != "no line":
                log.insert(0, line)
        if kind == "copied" and rows:
            at = replace(rows[-1], row=number)
        elif kind == "other input":
            at = replace(at, inputs={**at.inputs, "MonetaryValue": 77})
        elif kind == "no outputs":
            at = replace(at, outputs=dict.fromkeys(at.outputs, ""))
        elif kind in ("no id", "no cluster", "typed over"):
            header = {"no id": "PredictionId", "no cluster": "Cluster", "typed over": "ActionPlan"}[kind]
            at = replace(at, outputs={**at.outputs, header: "x" if kind == "typed over" else ""})
        rows.append(at)

    after, log = applied(rows, log, sweep(rows, log))

    assert sweep(after, log).is_empty
    lines = {line.prediction_id: line for line in log}
    assert len(lines) == len(log)
    classified = [row_after for row_after in after if row_after.prediction_id]
    assert len({row.prediction_id for row in classified}) == len(classified)
    assert all(row.outputs["Cluster"] == lines[row.prediction_id].cluster for row in classified)


def applied(
    rows: list[SheetRow], log: list[LogLine], decision: Decision
) -> tuple[list[SheetRow], list[LogLine]]:
    """Return rows and log as they stand after a decision was written."""
    by_row = {row.row: row for row in rows}
    for number in decision.cleared:
        by_row[number] = replace(by_row[number], outputs=dict.fromkeys(by_row[number].outputs, ""))
    for classified in decision.classified:
        by_row[classified.row] = shown(by_row[classified.row], classified.line)
    for note in decision.notes:
        by_row[note.row] = replace(by_row[note.row], notes={**by_row[note.row].notes, note.column: note.text})
    return [by_row[number] for number in sorted(by_row)], [*decision.new_lines, *log]


def test_a_line_comes_back_though_its_id_stands_beside_nobody() -> None:
    """A label that came to stand in an empty row (its process died before it took it back) is nobody's."""
    line = decide([row(2)], [], context()).classified[0].line
    empty = shown(row(2, None, None, None, None), line)  # a row was inserted above, the customer is in row 3

    decision = sweep([empty, row(3)], [line])

    assert decision.cleared == [2]
    assert [(row.row, row.line, row.is_new) for row in decision.classified] == [(3, line, False)]


def test_a_line_comes_back_though_its_id_stands_beside_another_customer() -> None:
    """The other one is scored; the id goes back to the row that it was made for."""
    line = decide([row(2)], [], context()).classified[0].line

    decision = sweep([shown(row(2, "B"), line), row(3)], [line])

    assert [(row.row, row.line.customer_id, row.is_new) for row in decision.classified] == [
        (2, "B", True),
        (3, "A", False),
    ]
    assert decision.classified[1].line == line


def test_of_two_equal_rows_the_one_that_lost_its_outputs_gets_its_own_line_back() -> None:
    """The newest line stands in the other row; the one before it stands in none."""
    first, second = (decide([row(2)], [], context()).classified[0].line for _ in range(2))

    decision = sweep([row(2), shown(row(3), second)], [second, first])

    assert [(row.row, row.line, row.is_new) for row in decision.classified] == [(2, first, False)]


def test_a_line_whose_id_stands_in_a_newer_line_too_is_not_given_back() -> None:
    """Somebody copied an id within the log: the row would have to show the newer line, which is not its own."""
    line = decide([row(2)], [], context()).classified[0].line
    copied = replace(line, customer_id="B", cluster=7)

    decision = sweep([row(2)], [copied, line])

    assert [row.is_new for row in decision.classified] == [True]
    settled = shown(row(2), decision.classified[0].line)
    assert sweep([settled], [decision.classified[0].line, copied, line]).is_empty
