"""Sections of a digest, from which the mail, its plain text and the chat message are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.core.digest.facts import MOST_FAILURES, MOST_TESTS, Compared, Facts
from server.core.wording import Wording


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence; with a link, the whole of it leads there."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, sentences, and a table whose first column is words and whose others are numbers."""

    heading: str
    lines: Sequence[Line] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    is_trouble: bool = False


def subject(facts: Facts, wording: Wording) -> str:
    """Return the mail's subject."""
    if facts.trouble or facts.failed:
        return wording.say("{spreadsheet}: segments need a look", spreadsheet=facts.spreadsheet)
    moved = sum(move.moved_in for move in facts.moves) - facts.new_customers
    if moved > 0:
        counted = wording.counted(moved, "customer")
        return wording.say(
            "{spreadsheet}: {customers} moved", spreadsheet=facts.spreadsheet, customers=counted
        )
    return wording.say("{spreadsheet}: your segments", spreadsheet=facts.spreadsheet)


def sections(facts: Facts, wording: Wording) -> list[Section]:
    """Return the sections, those that need an action first."""
    all_sections = [
        _trouble(facts, wording),
        _good(facts, wording),
        _money(facts, wording),
        _moves(facts, wording),
        _calls(facts, wording),
        _tests(facts, wording),
    ]
    return [section for section in all_sections if section is not None]


def opening(facts: Facts, wording: Wording) -> str:
    """Return the first sentence."""
    orders = wording.counted(facts.new_orders, "new order")
    if not facts.runs:
        news = wording.say("Segments were not made afresh.")
    elif facts.runs == 1:
        news = wording.say("Segments were made afresh once, with {orders}.", orders=orders)
    else:
        runs = wording.number(facts.runs)
        news = wording.say("Segments were made afresh {runs} times, with {orders}.", runs=runs, orders=orders)
    return f"{wording.say('Since {day}:', day=facts.since)} {news}" if facts.since else news


def _trouble(facts: Facts, wording: Wording) -> Section | None:
    lines = [Line(sentence) for sentence in facts.trouble]
    lines += [
        Line(
            wording.say(
                "{day}: {what}. The tab Runs says why.", day=failure.day, what=wording.say(failure.title)
            )
        )
        for failure in facts.failed[:MOST_FAILURES]
    ]
    if not lines:
        return None
    return Section(wording.say("What did not work"), lines, is_trouble=True)


def _good(facts: Facts, wording: Wording) -> Section | None:
    lines = []
    risk = facts.at_risk
    if risk is not None and risk.before is not None and risk.now < risk.before:
        less = _money_text(risk.before - risk.now, facts, wording)
        lines.append(Line(wording.say("Revenue at risk fell by {money}.", money=less)))
    if facts.new_customers:
        counted = wording.counted(facts.new_customers, "new customer")
        lines.append(Line(wording.say("{customers} came in.", customers=counted)))
    return Section(wording.say("Good news"), lines) if lines else None


def _money(facts: Facts, wording: Wording) -> Section | None:
    rows = [
        [wording.say(title), _money_text(compared.now, facts, wording), _change(compared, facts, wording)]
        for title, compared in (
            ("Revenue of all customers", facts.revenue),
            ("Revenue at risk", facts.at_risk),
        )
        if compared is not None
    ]
    if not rows:
        return None
    than = wording.say("since {day}", day=facts.compared_with) if facts.compared_with else ""
    return Section(wording.say("Revenue"), (), ["", wording.say("now"), than], rows)


def _moves(facts: Facts, wording: Wording) -> Section | None:
    if not facts.moves:
        return None
    rows = [
        [
            move.segment,
            f"+{wording.number(move.moved_in)}" if move.moved_in else "",
            f"\u2212{wording.number(move.moved_out)}" if move.moved_out else "",
            wording.number(move.customers),
        ]
        for move in facts.moves
    ]
    header = ["", wording.say("moved in"), wording.say("moved out"), wording.say("customers")]
    return Section(wording.say("Who moved"), (), header, rows)


def _calls(facts: Facts, wording: Wording) -> Section | None:
    if not facts.to_call:
        return None
    lines = []
    for customer in facts.to_call:
        row = wording.say("row {row}", row=customer.row)
        parts = [row, customer.segment]
        if customer.expected is not None:
            spend = _money_text(customer.expected, facts, wording)
            parts.append(wording.say("expected spend {money}", money=spend))
        lines.append(Line(" \u00b7 ".join(part for part in parts if part), customer.link))
    if any(customer.expected is not None for customer in facts.to_call):
        why = wording.say(
            "The largest expected spend of the next {days} days among those who are slipping.",
            days=facts.horizon,
        )
    else:
        why = wording.say("The largest spend so far among those who are slipping.")
    return Section(wording.say("Customers to call"), [Line(why), *lines])


def _tests(facts: Facts, wording: Wording) -> Section | None:
    lines = [
        Line(": ".join(part for part in (test.name, test.verdict or test.status) if part))
        for test in facts.tests[:MOST_TESTS]
    ]
    return Section(wording.say("Tests under way"), lines) if lines else None


def _money_text(amount: float, facts: Facts, wording: Wording) -> str:
    digits = 0 if abs(amount) >= 100 else 2
    written = wording.decimal(round(amount, digits), digits)
    return f"{written} {facts.currency}" if facts.currency else written


def _change(compared: Compared, facts: Facts, wording: Wording) -> str:
    if compared.before is None:
        return ""
    change = compared.now - compared.before
    if abs(change) < 0.005:
        return wording.say("unchanged")
    sign = "+" if change > 0 else "\u2212"
    return sign + _money_text(abs(change), facts, wording)
