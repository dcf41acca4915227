"""The shop's rhythm and what a customer's own purchase days tell."""

from __future__ import annotations

import datetime as dt

import numpy as np

from server.core.segments.purchase_days import before_day, own_rhythm, pauses_between
from server.core.segments.rhythm import longer_than, rhythm_of, rhythm_of_model
from server.core.transactions.reader import Transactions
from server.core.wall_clock import EPOCH
from tests.core.conftest import plain_model


def sales(*rows: tuple[str, int, float]) -> Transactions:
    """Return transactions of (customer, day, amount); negative amounts are cancelled."""
    ids = list(dict.fromkeys(who for who, _day, _amount in rows))
    amount = np.array([money for _who, _day, money in rows])
    return Transactions(
        customer_ids=ids,
        customer=np.array([ids.index(who) for who, _day, _money in rows], dtype=np.int32),
        day=np.array([day for _who, day, _money in rows], dtype=np.int32),
        amount=amount,
        order=None,
        cancelled=amount < 0,
    )


def test_each_customer_weighs_one() -> None:
    """Ten customers with one pause of 40 days outweigh one with thirty pauses of 1 day: 10 of 11."""
    rows = [("often", day, 1.0) for day in range(31)]
    rows += [(f"c{i}", day, 1.0) for i in range(10) for day in (0, 40)]

    rhythm = pauses_between(sales(*rows)).rhythm([1, 9])

    assert rhythm.is_known
    assert np.isclose(rhythm.outlasted(40), 1 / 11)
    assert (rhythm.usual, rhythm.long, rhythm.longest) == (40, 40, 40)


def test_a_pause_lies_between_two_purchase_days_of_one_customer() -> None:
    """Two orders on a day are one, another customer's order and a refund make no pause."""
    pauses = pauses_between(
        sales(("a", 0, 5.0), ("b", 1, 5.0), ("a", 10, 5.0), ("a", 10, 9.0), ("a", 12, -5.0), ("b", 31, 5.0))
    )

    assert sorted(pauses.days.tolist()) == [10.0, 30.0]
    assert pauses.weights.tolist() == [1.0, 1.0]


def test_silences_stand_in_for_fewer_than_ten_pauses() -> None:
    """Nine pauses are no rhythm; recencies of 5 to 15 days are silences of 0 to 10."""
    rhythm = rhythm_of([30.0] * 9, [1.0] * 9, np.arange(5.0, 16.0))

    assert not rhythm.is_known
    assert (rhythm.latest, rhythm.usual) == (5.0, 5.0)
    assert longer_than(rhythm, 9) == ""


def test_a_closed_season_makes_nobody_absent() -> None:
    """Silence counts from the most recent customer, who bought 100 days ago."""
    rhythm = rhythm_of(np.arange(1.0, 11.0), np.ones(10), [100, 103, 400])

    assert rhythm.silence([100, 103, 90]).tolist() == [0.0, 3.0, 0.0]


def test_a_model_keeps_the_rhythm_to_a_percent() -> None:
    """Of pauses of 1 to 200 days, from the points that a model has, 50, 80 and 95 % are as before."""
    rhythm = rhythm_of(np.arange(1.0, 201.0), np.ones(200), [1.0])
    model = plain_model(gaps=rhythm.points(), ladder=([1.0] * 101, [1.0] * 101, [1.0] * 101))

    kept = rhythm_of_model(model)

    assert (kept.usual, kept.long, kept.longest) == (100, 160, 190)
    assert abs(float(kept.outlasted(57)) - float(rhythm.outlasted(57))) <= 0.01


def test_own_pauses_and_a_years_spend() -> None:
    """From first to last purchase day in two pauses; spend of 365 days before the last purchase is no year's spend."""
    rhythm = own_rhythm(
        sales(("a", 0, 7.0), ("a", 100, 20.0), ("b", 3, 4.0), ("a", 365, 30.0), ("a", 370, -6.0)), ["b", "a"]
    )

    assert rhythm.days.tolist() == [0.0, 365.0]
    assert rhythm.pauses.tolist() == [0.0, 2.0]
    assert rhythm.yearly_spend.tolist() == [4.0, 44.0]


def test_transactions_before_a_day() -> None:
    """Nothing where nobody had bought yet."""
    known = sales(("a", 5, 7.0), ("b", 9, 1.0))

    assert before_day(known, EPOCH + dt.timedelta(days=5)) is None
    earlier = before_day(known, EPOCH + dt.timedelta(days=9))
    assert earlier is not None
    assert earlier.day.tolist() == [5]
