"""What can go wrong with a source, in words that are the same for every engine; the engine's own go to the log."""

from __future__ import annotations

import logging
import re

from server.core.wording import ENGLISH, Wording
from server.errors import (
    SourceAccessError,
    SourceColumnError,
    SourceCostError,
    SourceTooSlowError,
    SourceUnreachableError,
    SourceUnreadableError,
)
from server.sources.source import Source
from server.texts import to_say

log = logging.getLogger(__name__)

_QUOTED = re.compile(r"'.*|\"[^\"]*(?:\"|$)|`[^`]*(?:`|$)")
"""Engines quote values in single quotes, names in others. A value may hold quotes and line breaks of its own."""

_ENGINEER = to_say("Tell the engineer who runs the service; the log of the service has what the engine said.")


def not_available() -> SourceAccessError:
    """Return the refusal of a source that is unknown, or not for this spreadsheet: one text for both."""
    return SourceAccessError(
        to_say("The source is not available to this spreadsheet."),
        hint=to_say(
            "Correct Source in Settings, or write auto there to use Training_Data. Who runs the service says which "
            "sources this spreadsheet may use."
        ),
    )


def too_costly(source: Source, estimate: int, wording: Wording = ENGLISH) -> SourceCostError:
    """Return the refusal of a run that would read more than is allowed; nothing was run.

    Parameters
    ----------
    estimate
        Bytes; 0 where the engine does not tell.
    """
    would, allowed = _apart(estimate, source.max_bytes_billed, wording)
    text = to_say(
        "The source would cost more than is allowed: the run would read {estimate}, allowed are {allowed}.",
        estimate=would,
        allowed=allowed,
    )
    if not estimate:
        text = to_say(
            "The source would cost more than is allowed: the run would read more than {allowed}.",
            allowed=allowed,
        )
    return SourceCostError(
        text,
        hint=to_say(
            "Nothing was read. Ask the engineer who runs the service for a smaller view of the orders, or for a higher "
            "limit."
        ),
    )


def unreadable() -> SourceUnreadableError:
    """Return the error of a source that is gone, or whose engine refuses."""
    return SourceUnreadableError(
        to_say("The source cannot be read: it is gone, or the service may not read it."), hint=_ENGINEER
    )


def unreachable() -> SourceUnreachableError:
    """Return the error of an engine that does not answer."""
    return SourceUnreachableError(
        to_say("The engine that holds the orders does not answer."),
        hint=to_say(
            "Former results stay as they are. Try again later, or tell the engineer who runs the service."
        ),
    )


def not_installed(source: Source) -> SourceUnreachableError:
    """Return the error of an engine whose client is not installed beside the service."""
    log.error("source %s: the client of %s is not installed: see docs/sources.md", source.name, source.engine)
    return unreachable()


def too_slow(source: Source) -> SourceTooSlowError:
    """Return the error of a query that was stopped."""
    return SourceTooSlowError(
        to_say(
            "The source took longer than {minutes} min, so the query was stopped.", minutes=source.max_minutes
        ),
        hint=to_say(
            "Former results stay as they are. Ask the engineer who runs the service for a longer limit or a smaller "
            "source."
        ),
    )


def no_column(column: str, role: str) -> SourceColumnError:
    """Return the error of a declared column that the source does not have."""
    return SourceColumnError(
        to_say(
            "A column of the source is missing: {column}, declared as {role}.",
            column=column,
            role=role.replace("_", " "),
        ),
        hint=to_say(
            "The engineer who runs the service corrects the declaration of the source, or the view that it names."
        ),
    )


def log_engine(source: Source, error: BaseException) -> None:
    """Log what an engine said: its first line, up to a value that it quotes, which may be of a row; without names."""
    said = _QUOTED.sub("…", (str(error).strip().splitlines() or [""])[0])
    log.warning("source %s: %s: %s", source.name, type(error).__name__, said[:300])


def told_bytes(count: int, wording: Wording = ENGLISH, digits: int = 0) -> str:
    """Return a size in words.

    >>> told_bytes(1_500), told_bytes(1_500, digits=1), told_bytes(34_000_000_000), told_bytes(12)
    ('2 kB', '1.5 kB', '34 GB', '12 bytes')
    """
    for unit, size in (("TB", 1000**4), ("GB", 1000**3), ("MB", 1000**2), ("kB", 1000)):
        if count >= size:
            told = wording.decimal(count / size, digits) if digits else wording.number(round(count / size))
            return f"{told} {unit}"
    return f"{wording.number(count)} bytes"


def _apart(one: int, other: int, wording: Wording) -> tuple[str, str]:
    """Return two sizes in words, in as many digits as it takes to tell them apart."""
    told = [(told_bytes(one, wording, digits), told_bytes(other, wording, digits)) for digits in range(4)]
    return next((pair for pair in told if pair[0] != pair[1]), told[-1])
