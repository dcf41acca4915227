"""The digest as a mail (HTML and plain text) and as a message of a chat.

Mail programs show tables and inline styles, and little else. Every text is escaped: names of segments and tests are the
marketer's, and may be anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from server.core.digest.facts import Facts
from server.core.digest.sections import Line, Section, opening, sections, subject
from server.core.visible import one_line
from server.core.wording import Wording

LONGEST_SUBJECT = 200
LONGEST_LINE = 1_000
"""Characters of a line; people may call a segment by 50,000."""
LONGEST_CHAT = 3_500
"""Characters of a chat's message: Google Chat takes 4,096 bytes, Slack 40,000 characters."""
_FONT = "font-family:Arial,Helvetica,sans-serif;color:#202124;"
_LINK = "color:#1a56b8;"
_TROUBLE = "#fdecea"


@dataclass(frozen=True, slots=True)
class Mail:
    """A digest, ready to be sent."""

    subject: str
    html: str
    text: str
    chat: str


def compose(facts: Facts, wording: Wording) -> Mail:
    """Return the digest in all forms, in the spreadsheet's language."""
    mail_sections, first = sections(facts, wording), opening(facts, wording)
    footer = wording.say(
        "Sent by the add-on Audience Targeting, as DigestTo in the tab Settings says. Names and addresses of customers "
        "stay in the spreadsheet."
    )
    open_it = Line(wording.say("Open the spreadsheet"), facts.link)
    return Mail(
        subject=one_line(subject(facts, wording))[:LONGEST_SUBJECT],
        html=_html(facts, first, mail_sections, open_it, footer, wording),
        text=_text(facts, first, mail_sections, open_it, footer),
        chat=_chat(facts, first, mail_sections),
    )


def _shown(text: str) -> str:
    """Return a text as it is shown: one line, cut where it is longer than anybody reads."""
    line = one_line(text)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


def _html(
    facts: Facts, first: str, mail_sections: list[Section], open_it: Line, footer: str, wording: Wording
) -> str:
    body = "".join(_section_html(line) for line in mail_sections)
    title = escape(_shown(facts.spreadsheet))
    return (
        f'<!DOCTYPE html><html lang="{wording.language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        '<body style="margin:0;padding:0;background:#f3f5f8;">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f5f8;">'
        '<tr><td align="center" style="padding:16px;">'
        '<table role="presentation" width="600" cellpadding="0" cellspacing="0" '
        'style="width:100%;max-width:600px;background:#ffffff;border:1px solid #dadce0;">'
        f'<tr><td style="{_FONT}padding:20px 24px 4px;font-size:20px;font-weight:bold;">{title}</td></tr>'
        f'<tr><td style="{_FONT}padding:0 24px 12px;font-size:14px;line-height:20px;">{escape(first)}</td></tr>'
        f"{body}"
        f'<tr><td style="{_FONT}padding:16px 24px;font-size:14px;">{_line_html(open_it)}</td></tr>'
        f'<tr><td style="{_FONT}padding:12px 24px;font-size:12px;line-height:18px;color:#5f6368;'
        f'border-top:1px solid #dadce0;">{escape(footer)}</td></tr>'
        "</table></td></tr></table></body></html>"
    )


def _section_html(section: Section) -> str:
    shade = f"background:{_TROUBLE};" if section.is_trouble else ""
    lines = "".join(f'<div style="padding:2px 0;">{_line_html(line)}</div>' for line in section.lines)
    return (
        f'<tr><td style="{_FONT}{shade}padding:12px 24px;font-size:14px;line-height:20px;">'
        f'<div style="font-size:16px;font-weight:bold;padding-bottom:4px;">{escape(section.heading)}</div>'
        f"{lines}{_table_html(section)}</td></tr>"
    )


def _table_html(section: Section) -> str:
    if not section.rows:
        return ""
    cell = f"{_FONT}font-size:14px;padding:4px 8px 4px 0;border-bottom:1px solid #e8eaed;"
    head = "".join(
        _cell_html("th", text, place, f"{cell}color:#5f6368;font-weight:normal;")
        for place, text in enumerate(section.header)
    )
    rows = "".join(
        "<tr>" + "".join(_cell_html("td", text, place, cell) for place, text in enumerate(row)) + "</tr>"
        for row in section.rows
    )
    style = "border-collapse:collapse;"
    return (
        f'<table width="100%" cellpadding="0" cellspacing="0" style="{style}"><tr>{head}</tr>{rows}</table>'
    )


def _cell_html(tag: str, text: str, place: int, style: str) -> str:
    align = "right" if place else "left"
    return f'<{tag} align="{align}" style="{style}text-align:{align};">{escape(_shown(text))}</{tag}>'


def _line_html(line: Line) -> str:
    text = escape(_shown(line.text))
    return f'<a href="{escape(line.link)}" style="{_LINK}">{text}</a>' if line.link else text


def _text(facts: Facts, first: str, mail_sections: list[Section], open_it: Line, footer: str) -> str:
    parts = [f"{_shown(facts.spreadsheet)}\n{first}"]
    for section in mail_sections:
        lines = [section.heading.upper(), *(_line_text(line) for line in section.lines)]
        for row in section.rows:
            named = [
                f"{text} {head}".strip()
                for head, text in zip(section.header[1:], row[1:], strict=True)
                if text
            ]
            lines.append("- " + _shown(f"{row[0]}: {', '.join(named)}"))
        parts.append("\n".join(lines))
    parts += [_line_text(open_it), footer]
    return "\n\n".join(parts) + "\n"


def _line_text(line: Line) -> str:
    text = _shown(line.text)
    return f"- {text}\n  {line.link}" if line.link else text


def _chat(facts: Facts, first: str, mail_sections: list[Section]) -> str:
    """Return the message: without marks that a chat would take for a mention, a link or a command."""
    lines = [f"{_shown(facts.spreadsheet)}: {first}"]
    for section in mail_sections:
        lines += ["", section.heading, *(f"\u2022 {_shown(line.text)}" for line in section.lines)]
        for row in section.rows:
            figures = ", ".join(
                f"{text} {head}".strip()
                for head, text in zip(section.header[1:], row[1:], strict=True)
                if text
            )
            lines.append("\u2022 " + _shown(f"{row[0]}: {figures}"))
    safe = "\n".join(lines).replace("<", "\u2039").replace(">", "\u203a").replace("&", "+")
    cut = safe.encode()[:LONGEST_CHAT].decode(errors="ignore")
    return f"{cut}\n\n{facts.link}"
