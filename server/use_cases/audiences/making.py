"""Making of an audience: staged in hidden tabs, then put in place by one commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from server.core.audiences.changes import ADDED, REMOVED, Sent, removal_rows, sent_of
from server.core.audiences.file_text import GRANTED, NOT_RECORDED, AudienceFile, audience_file
from server.core.audiences.naming import tab_title
from server.core.cells import Cell
from server.core.wall_clock import serial_of, wall_clock
from server.errors import AudienceError, ChangedError, InputError
from server.layout.audience_tabs import AUDIENCE_LOG, AUDIENCES
from server.layout.record_tabs import MODEL
from server.layout.tabs import HEADERS
from server.sheets.api.a1 import context_range, quoted
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.api.requests import Json
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.writes import Batch, Planned
from server.sheets.tabs.audience_tabs import (
    AudienceMark,
    append_requests,
    is_taken,
    line_requests,
    new_tab_requests,
    overwrite_requests,
    tab_of,
)
from server.sheets.tabs.customer_rows import delete_sheet
from server.sheets.tabs.layouts import is_missing, layout_requests
from server.sheets.tabs.staging import (
    Making,
    Output,
    Staged,
    fill,
    making,
    new_cells,
    refuse_overflow,
)
from server.texts import to_say
from server.use_cases.audiences.asked import AskedAudience, AudienceLook
from server.use_cases.audiences.reading import Read, Worked, tab_members, target_text
from server.use_cases.audiences.telling import left_out_text, segments_text

LARGEST_FILES = 25_000_000
"""Characters of all files of one answer; larger ones come out of the audience's tab. Cloud Run ends at 32 MiB."""
_TABS = (AUDIENCES, AUDIENCE_LOG)


@dataclass(frozen=True, slots=True)
class Pending:
    """Pending write of an audience."""

    work: LongWork
    read: Read
    worked: Worked
    asked: AskedAudience
    audience_look: AudienceLook
    now: dt.datetime

    @property
    def name(self) -> str:
        """Return the audience's name."""
        return self.asked.name

    @property
    def hashed(self) -> bool:
        """Whether its values are hashed."""
        return self.worked.target.hashes(wanted=self.asked.hashed)

    def files(self) -> list[AudienceFile]:
        """Return the files to download: all members by their consent, then who came and who left.

        None where they are larger than an answer may be: they are taken from the tab.
        """
        if self._is_large:
            return []
        files = self._files_of_members()
        since = self.worked.changes
        if not since.is_first:
            files.append(self._file("to add", [member.cells for member in since.added]))
            by_id = {customer.customer_id: customer for customer in self.read.customers}
            files.append(self._file("to remove", removal_rows(since.removed, self.worked.target, by_id)))
        return files

    def refuse_large(self) -> None:
        """Refuse files that are larger than an answer may be, where there is no tab to take them from.

        Raises
        ------
        InputError
            If they are.
        """
        if self._is_large and not self.has_tab:
            raise InputError(
                to_say("The file is too large to be downloaded at once."),
                hint=to_say(
                    "Keep the audience in a tab and download it from there, or choose fewer segments."
                ),
            )

    @property
    def _is_large(self) -> bool:
        """Whether the files have more characters than an answer may; of those to remove, addresses alone count."""
        since = self.worked.changes
        rows = [member.cells for member in self.worked.audience.members]
        if not since.is_first:
            rows += [member.cells for member in since.added]
            rows += [(sent.email, sent.phone) for sent in since.removed]
        return sum(len(cell) + 1 for row in rows for cell in row) > LARGEST_FILES

    @property
    def has_tab(self) -> bool:
        """Whether it is kept in a tab: because that is wished, or was before."""
        return self.asked.tab or tab_of(self.read.overview, self.name) is not None

    def write(self) -> str:
        """Write all of it, and return the title of its tab, "" where it has none.

        Raises
        ------
        InputError
            If somebody else's tab has its title.
        SpreadsheetFullError
            If there is no room.
        ChangedError
            If segments changed or somebody was forgotten meanwhile: nothing is written.
        """
        staged = self._staged()
        calls = self.work.calls
        try:
            fill(calls.client, calls.spreadsheet_id, staged)
            return self._put_in_place(staged)
        except ApiFailure as failure:
            self._clear_away(staged)
            if failure.unknown_tab:  # a forgetting has cleared away the hidden tabs
                raise _changed() from failure
            raise explained(failure) from failure
        except Exception:  # also one that nobody foresaw: contacts stand there
            self._clear_away(staged)
            raise

    def refuse_taken_title(self) -> None:
        """Refuse a title that another person's tab has.

        Raises
        ------
        InputError
            If one has.
        """
        title = tab_title(self.name)
        if (
            self.has_tab
            and tab_of(self.read.overview, self.name) is None
            and is_taken(self.read.overview, title)
        ):
            raise InputError(
                to_say("There is a tab {title} that the add-on has not made.", title=title),
                hint=to_say("Rename it, or choose another name for the audience."),
            )

    def _files_of_members(self) -> list[AudienceFile]:
        members = self.worked.audience.members
        silent = [member.cells for member in members if not member.is_granted]
        if not (self.worked.target.one_consent and silent):
            return [self._file("members", [member.cells for member in members])]
        granted = [member.cells for member in members if member.is_granted]
        return [self._file(GRANTED, granted), self._file(NOT_RECORDED, silent)]

    def _file(self, what: str, rows: Sequence[Sequence[str]]) -> AudienceFile:
        return audience_file(self.name, what, self.worked.target, rows, hashed=self.hashed)

    def _outputs(self) -> list[Output]:
        since = self.worked.changes
        at, _ = wall_clock(self.now, self.read.options.time_zone)
        lines = [self._log_row(member, REMOVED, at) for member in since.removed]
        lines += [self._log_row(sent_of(member), ADDED, at) for member in since.added]
        outputs = [Output(AUDIENCE_LOG, HEADERS[AUDIENCE_LOG], lines)]
        if self.has_tab:
            headers = self.worked.target.headers(hashed=self.hashed)
            rows: list[Sequence[Cell]] = [
                member.cells for member in tab_members(self.worked.target, self.worked.audience.members)
            ]
            outputs.append(Output(tab_title(self.name), headers, rows or [[""] * len(headers)]))
        return outputs

    def _log_row(self, sent: Sent, change: str, at: float) -> list[Cell]:
        return [self.name, self.worked.target.key, sent.customer_id, sent.email, sent.phone, change, at]

    def _staged(self) -> Sequence[Staged]:
        """Make hidden tabs for the outputs; tabs that are used for the first time are made in the same commit."""
        outputs = self._outputs()

        def plan(overview: Snapshot) -> Planned[Making, None]:
            self._refuse_changes(overview)
            made = layout_requests([tab for tab in _TABS if is_missing(tab, overview)], overview)
            refuse_overflow(overview, outputs, cells=new_cells(made))
            return Planned(making(overview, outputs, beside=made), None)

        made = self.work.transact([], plan)
        return made.write.staged if made.write else ()

    def _put_in_place(self, staged: Sequence[Staged]) -> str:
        log, *tabs = staged

        def plan(seen: Snapshot) -> Planned[Batch, str]:
            self._refuse_changes(seen)
            requests = append_requests(seen.tab(AUDIENCE_LOG), log, self.read.filled_log_rows)
            requests += line_requests(seen, self.name, self._line())
            title = ""
            for tab in tabs:
                more, title = self._tab_requests(tab)
                requests += more
            return Planned(Batch(requests, tabs=_TABS), title)

        ranges = [*(context_range(title) for title in _TABS), f"{quoted(MODEL)}!A1"]  # A1 has the token
        return self.work.transact(ranges, plan).result

    def _clear_away(self, staged: Sequence[Staged]) -> None:
        """Delete the hidden tabs that were not put in place, as they hold contacts."""
        wanted = {tab.sheet_id for tab in staged}

        def plan(overview: Snapshot) -> Planned[Batch, None]:
            there = [tab.sheet_id for tab in overview.tabs.values() if tab.sheet_id in wanted]
            return Planned(Batch([delete_sheet(sheet_id) for sheet_id in there]) if there else None, None)

        with suppress(AudienceError):  # the first error is reported; the next run clears away what is left
            self.work.transact([], plan)

    def _tab_requests(self, staged: Staged) -> tuple[list[Json], str]:
        there = tab_of(self.read.overview, self.name)
        if there is not None:
            return overwrite_requests(there, staged), there.title
        title = tab_title(self.name)
        return new_tab_requests(staged, title, AudienceMark(self.name, self.worked.target.key)), title

    def _refuse_changes(self, seen: Snapshot) -> None:
        """Refuse to write what was worked out of what is not so any more.

        Segments that were made anew, and a customer who was forgotten, raise the base; another audience that was made
        lengthens the log.
        """
        log = self.read.seen.tabs.get(AUDIENCE_LOG)
        now = seen.tabs.get(AUDIENCE_LOG)
        is_longer = log is not None and now is not None and log.row_count != now.row_count
        if seen.token.base != self.read.overview.token.base or is_longer:
            raise _changed()

    def _line(self) -> dict[str, Cell]:
        audience_look, wording = self.audience_look, self.read.wording
        at, _ = wall_clock(self.now, self.read.options.time_zone)
        first = audience_look.added is None
        since = (
            wording.say("First time")
            if first
            else f"+{wording.number(audience_look.added or 0)} −{wording.number(audience_look.removed or 0)}"
        )
        cells: list[Cell] = [
            self.name,
            segments_text(audience_look, self.asked, wording),
            target_text(self.worked.target, self.asked.who, wording),
            audience_look.members,
            left_out_text(audience_look.left_out, wording),
            since,
            audience_look.minimum,
            audience_look.verdict,
            at,
            self.asked.requested_by,
            serial_of(dt.date.fromisoformat(audience_look.renew_by)) if audience_look.renew_by else "",
        ]
        return dict(zip(HEADERS[AUDIENCES], cells, strict=True))


def _changed() -> ChangedError:
    return ChangedError(
        to_say("Segments or contacts changed while the audience was made."),
        hint=to_say("Nothing was written. Make it again."),
    )
