"""Orders as they come: unreadable, cancelled, paid back, hostile; the same file on every machine."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

HEADER = ("customer", "date", "amount", "order_no", "status")
TODAY = dt.date(2026, 3, 1)
FIRST = dt.date(2024, 1, 5)
DAYS = 760

Line = tuple[str, str, str, str, str]

_HOSTILE = (
    "'; DROP TABLE lines; --",
    '"quoted"',
    "back\\slash\\",
    "=HYPERLINK(1)",
    "{brace} %s $1 \\1",
    "名前 🛒",
    "fff\u00a0two  blanks",
    "ann@x.com",
)
_NOBODY = ("", "  ", "N/A", "null", "guest", "(Guest)", "0", "-", "#N/A", "Walk-in customer", "nan")


def lines(customers: int = 420, seed: int = 7) -> list[Line]:
    """Return the lines of a shop, most of them usual."""
    draw = random.Random(seed)
    all_lines = [line for who in range(customers) for line in _customer(draw, who)]
    for who in _NOBODY:
        all_lines += [
            (who, _day(draw), "19.90", f"{700_000 + draw.randrange(9_999)}", "paid") for _ in range(2)
        ]
    all_lines += [*_unreadable(draw), *_refunds(draw)]
    draw.shuffle(all_lines)
    return all_lines


def write(path: Path, all_lines: list[Line]) -> Path:
    """Write lines as a csv with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(all_lines)
    return path


def _day(draw: random.Random, last: int = DAYS) -> str:
    return (FIRST + dt.timedelta(days=draw.randrange(last))).isoformat()


def _name(who: int) -> str:
    if who < len(_HOSTILE):
        return _HOSTILE[who]
    return f"K-{who:05d}" if who % 3 else f"0{who:06d}"


def _spelled(draw: random.Random, name: str) -> str:
    """Return an id with what nobody sees around it, sometimes, and an address as programs of mail write it."""
    if "@" in name:
        return draw.choice([name, f"Ann B. <{name}>", f"MailTo:{name}", f" <mailto:{name} >;"])
    return draw.choice([name] * 6 + [f" {name}", f"{name}\t\u2028", f"\u200b{name}"])


def _customer(draw: random.Random, who: int) -> Iterator[Line]:
    name = _name(who)
    last = DAYS - int(draw.random() ** 2 * 500)
    for _ in range(1 + int(draw.expovariate(0.45))):
        order = str(100_000 + draw.randrange(400_000)) if draw.random() < 0.9 else ""
        day = _day(draw, last)
        status = "cancelled" if draw.random() < 0.05 else draw.choice(("paid", "Shipped", "complete"))
        for _ in range(draw.choice((1, 1, 2, 3))):
            amount = f"{draw.randrange(100, 20_000) / 100:.2f}"
            text = draw.choice((day, day, f"{day} 23:59:59", f"{day}T08:00:00Z", day.replace("-", "")))
            yield (
                _spelled(draw, name),
                text,
                draw.choice((amount, amount, f" {amount} ", f"+{amount}")),
                order,
                status,
            )
        if order and draw.random() < 0.1:  # a late line of the same order
            yield name, _day(draw, last), "3.5", order, status


def _unreadable(draw: random.Random) -> Iterator[Line]:
    for text in ("soon", "2024-02-30", "20241399", "", "2024-13-01", "0000-00-00"):
        yield "K-00010", text, "5.00", "", "paid"
    for text in ("2099-01-01", "2026-03-02", "20991231"):
        yield "K-00011", text, "5.00", "", "paid"
    for text in ("", "abc", "nan", "inf", "5..0", "-", "2d", "0x10"):
        yield "K-00013", _day(draw), text, f"{800_000 + draw.randrange(9_999)}", "paid"
    for text in ("0", "0.00", ".5", "7."):
        yield "K-00014", _day(draw), text, "", "paid"


def _refunds(draw: random.Random) -> Iterator[Line]:
    for n in range(40):
        who, day, order = _name(20 + n), _day(draw), str(600_000 + n)
        yield who, day, "80.00", order, "paid"
        if n % 4 == 0:  # the whole order goes back under its own id
            yield who, day, "-80.00", order, "paid"
        elif n % 4 == 1:  # an order id of C and digits
            yield who, day, "20.00", f"C{order}", "paid"
        elif n % 4 == 2:  # a document of its own
            yield who, day, "15.00", "", "credit note"
        else:  # paid back in full on the row of the sale
            yield who, day, "33.33", str(610_000 + n), "refunded"
            if n % 8 == 3:  # and on a row of its own as well
                yield who, day, "-33.33", "", "paid"
    for n in range(6):  # who nets to nothing
        yield f"gone-{n}", "2025-05-05", "10.00", str(650_000 + n), "paid"
        yield f"gone-{n}", "2025-06-05", "-10.00", str(660_000 + n), "paid"
