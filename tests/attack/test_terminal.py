"""What a file holds does nothing to the terminal in which its messages are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.printing import progress, say, table
from server.cli import main

ESCAPES = ("\x1b[31m", "\x1b]0;owned\x07", "\x9b2J", "\x08\x08", "\u202e", "\u2066")


def assert_plain(text: str) -> None:
    assert [sign for sign in text if sign != "\n" and not sign.isprintable()] == []


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize("place", ["header", "id", "date", "amount", "status"])
def test_no_code_of_a_file_reaches_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, escape: str
) -> None:
    """In whatever message quotes it: left-out rows, a question, a refusal."""
    row = {"id": "C1", "date": "2025-01-31", "amount": "12.50", "status": "paid"}
    header = {"id": "customer id", "date": "order date", "amount": "amount", "status": "order status"}
    if place == "header":
        header = {name: text + escape + "x" for name, text in header.items()}
    else:
        row[place] = f"a{escape}b"
    lines = [header, *({**row, "id": row["id"] + str(i % 3)} for i in range(12))]
    source = tmp_path / "orders.csv"
    source.write_text("\n".join(",".join(line.values()) for line in lines) + "\n", encoding="utf-8")

    main(["segment", str(source), str(tmp_path / "out.csv")])

    assert_plain(capsys.readouterr().err)


def test_tables_and_progress_of_the_local_product_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    say(table(["Segment", "Plan"], [[f"VIP{escape}", "call"] for escape in ESCAPES]))
    progress("".join(ESCAPES))

    assert_plain(capsys.readouterr().out)


def test_a_cell_of_50_000_characters_is_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "orders.csv"
    source.write_text("customer id,order date,amount\n" + f"C1,{'9' * 50_000},5\n" * 3, encoding="utf-8")

    assert main(["segment", str(source), str(tmp_path / "out.csv")]) == 1

    assert max(map(len, capsys.readouterr().err.splitlines())) <= 2_000
