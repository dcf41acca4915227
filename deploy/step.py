"""A step of a deployment: a command with its reason, and how to see that it was done before."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 110


@dataclass(frozen=True, slots=True)
class Asked:
    """A word of a command that holds what another command prints."""

    before: str
    command: tuple[str, ...]
    after: str


Word = str | Asked


@dataclass(frozen=True, slots=True)
class Step:
    """A command and why it is given.

    Attributes
    ----------
    check
        A command that changes nothing and tells whether the step is done; empty for a step that may be repeated.
    sign
        What the check prints where the step is done; "" where it is enough that it succeeds.
    needs_secret
        Whether a fresh secret is given to the command's standard input.
    is_interactive
        Whether the command talks to the person.
    is_repeated
        Whether it is done in every run, as what it makes depends on what is there.
    advice
        What to do where the command's errors hold a text, by that text.
    """

    title: str
    reason: str
    command: tuple[Word, ...]
    check: tuple[str, ...] = ()
    sign: str = ""
    needs_secret: bool = False
    is_interactive: bool = False
    is_repeated: bool = False
    advice: tuple[tuple[str, str], ...] = ()


def gcloud(text: str, *more: str) -> tuple[str, ...]:
    """Return a command of gcloud: words that blanks separate, then words that may hold some.

    Examples
    --------
    >>> gcloud("projects create shop-123", "--name", "My shop")
    ('gcloud', 'projects', 'create', 'shop-123', '--name', 'My shop')
    """
    return ("gcloud", *text.split(), *more)


def words(command: Sequence[Word]) -> list[str]:
    """Return a command's words as a shell reads them.

    Examples
    --------
    >>> print(*words(["gcloud", "--member", Asked("a:", ("gcloud", "x"), "@b"), "two words"]))
    gcloud --member "a:$(gcloud x)@b" 'two words'
    """
    return [
        shlex.quote(word)
        if isinstance(word, str)
        else f'"{word.before}$({shlex.join(word.command)}){word.after}"'
        for word in command
    ]


def shell(step: Step) -> str:
    """Return the step as a line for a shell; where it was done before, the line does nothing."""
    text = _lines(words(step.command))
    if step.needs_secret:
        text = "python3 -c 'import secrets; print(secrets.token_urlsafe(48), end=\"\")' |\n  " + text
    if not step.check:
        return text
    check = shlex.join(step.check)
    check += f" 2>/dev/null | grep -q {shlex.quote(step.sign)}" if step.sign else " >/dev/null 2>&1"
    return f"{check} ||\n  {{ {text}; }}" if step.needs_secret else f"{check} ||\n  {text}"


def _lines(parts: Sequence[str]) -> str:
    """Return words as a command, broken before options where it grows long."""
    lines = [""]
    for part in parts:
        if part.startswith("--") and len(lines[-1]) > WIDTH - 35:
            lines.append("")
        lines[-1] = f"{lines[-1]} {part}".strip()
    return " \\\n  ".join(lines)


def plan_text(plan: Sequence[Step]) -> str:
    """Return the plan as text; its lines that are no comment can be pasted into a shell."""
    parts = []
    for number, step in enumerate(plan, start=1):
        comment = "\n".join(f"# {line}" for line in wrapped(f"{number}. {step.title}. {step.reason}"))
        parts.append(f"{comment}\n{shell(step)}\n")
    return "\n".join(parts)


def wrapped(text: str, width: int = 100) -> list[str]:
    """Return a text in lines."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
